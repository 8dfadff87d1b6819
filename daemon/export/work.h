/* work.h - the run of a schedule: taken, made, handed over, told of, and earlier bundles retired. */
#pragma once
#include "export/bundle.h"

/* Where and with what a daemon exports. */
struct rk_export_house {
	const char *database;      /* of the login that serves: schedules and runs */
	const char *read_database; /* of a login of renkei_analyst: the data */
	const char *dir;           /* DIR/NAME/ID is a bundle */
	enum rk_status (*sign)(void *arg, struct rk_slice text, uint8_t signature[64],
		struct rk_err *err); /* NULL: not signed */
	void *sign_arg;
	const char *key_id, *public_pem;
	int schema;
	const char *const *commands; /* export/handover.h; ended by NULL */
	int64_t command_limit_ms;
	const char *operator_email; /* is written to when runs fail; "": nobody is */
	/* Told once a bundle is made and its command begins, which may take long; NULL: nobody is. */
	void (*on_handover)(void *arg);
	void *handover_arg;
};

/* A schedule as the database has it. */
struct rk_export_schedule {
	struct rk_arena arena;
	const char *name, *calendar, *time_zone;
	const char **formats; /* ended by NULL */
	const char *command;  /* that hands a bundle over; "": none */
	/* Schedule since whose latest bundle changes are told; "": bundles are whole. */
	const char *base;
	/* SCHEDULE/ID of a bundle in the house's folder, by hand in the place of base's; NULL: not said. */
	const char *since;
	struct rk_export_selection selection;
	int64_t handled_to_us, now_us, changed_at_us; /* microseconds since 1970, UTC */
};

/* Errors: RK_NOT_FOUND EXPORT_SCHEDULE_UNKNOWN; those of the database. */
RK_MUST_USE enum rk_status rk_export_schedule_find(const struct rk_export_house *house,
	const char *name, struct rk_export_schedule *schedule, struct rk_err *err);
void rk_export_schedule_clear(struct rk_export_schedule *schedule);
/* That of a name, paused or not; name NULL: all that are not paused. Each is given to on_schedule, which may keep it no longer than it runs. */
RK_MUST_USE enum rk_status rk_export_schedules(struct rk_plain *plain, const char *name,
	enum rk_status (*on_schedule)(
		void *arg, struct rk_export_schedule *schedule, struct rk_err *err),
	void *arg, struct rk_err *err);

/* Makes the bundle of a schedule into folder, hands it to nobody and tells nobody. */
RK_MUST_USE enum rk_status rk_export_by_hand(const struct rk_export_house *house,
	const struct rk_export_schedule *schedule, const char *folder, struct rk_export_made *made,
	struct rk_err *err);
/* The run that is due at due_us: *taken says whether it was ours to make: not when another makes it,
 * nor when the schedule is not what was read any more.  Of a selection that names no moment it is due_us.
 * A failure is told to the database, which lets it be tried again later; then it is returned.  A bundle that could not be handed over is
 * removed: while its command runs, and after that failed, nobody is given it. */
RK_MUST_USE enum rk_status rk_export_run(const struct rk_export_house *house,
	const struct rk_export_schedule *schedule, int64_t due_us, bool *taken,
	struct rk_export_made *made, struct rk_err *err);
