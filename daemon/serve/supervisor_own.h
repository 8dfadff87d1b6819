/* supervisor_own.h - what the files of the supervisor share: supervisor.c (its turns), supervisor_children.c (the workers),
 * supervisor_reload.c. */
#pragma once
#include "serve/counters.h"
#include "serve/supervisor.h"

#include <sys/types.h>

#define MAX_WORKERS  64
#define MAX_CHILDREN (MAX_WORKERS * 3)

struct rk_child {
	pid_t pid; /* 0: free */
	int index; /* which socket */
	int notify;
	int64_t born_ms;
	bool listening, ready;
	bool pending; /* of a reload that is not decided yet */
	bool stopping;
};

struct rk_supervisor {
	const struct rk_supervisor_options *options;
	struct rk_config config, next;
	struct rk_counters *counters;
	struct rk_child children[MAX_CHILDREN]; /* the place is also the slot of the counters */
	int64_t again_ms[MAX_WORKERS];          /* when a crashed worker may start again; 0: now */
	int workers, sockets[MAX_WORKERS], scrape, enrol, control, signals, port, enrol_port;
	char host[128];
	pid_t keeper;            /* who makes exports; 0: nobody */
	int64_t keeper_again_ms; /* when it may start (again) */
	int client;              /* who waits for a reload; -1: nobody */
	int64_t reload_until_ms; /* 0: none under way */
	int64_t stop_until_ms;   /* 0: serving */
	bool told_listening, told_ready;
	pid_t mail; /* who sends reminders; 0: nobody */
	int64_t mail_next_ms;
	int status;
};

/* Forks the worker of a socket, with the configuration of a reload when it is pending; false when it cannot. */
bool rk_child_start(struct rk_supervisor *s, int index, bool pending);
/* Takes in what a worker has told: it listens, it can ask the database. */
void rk_child_on_notice(struct rk_child *child);
/* Tells all of one kind to go, those that go already left out. */
void rk_children_stop(struct rk_supervisor *s, bool pending, int signal_number);
/* How many of one kind there are, listen, can ask the database. */
void rk_children_count(
	const struct rk_supervisor *s, bool pending, int *all, int *listening, int *ready);
/* Who makes exports: started where the configuration says so and again when it ended, told to go. */
void rk_keeper_tend(struct rk_supervisor *s);
void rk_keeper_stop(struct rk_supervisor *s);
bool rk_children_any(const struct rk_supervisor *s);
/* Buries who has ended; who was to stay is started again by rk_children_restart, when its pause is over. */
void rk_children_reap(struct rk_supervisor *s);
void rk_children_restart(struct rk_supervisor *s);

/* In a child: closes what is the supervisor's and the workers', but for the sockets of index; -1: all. */
void rk_supervisor_forget(struct rk_supervisor *s, int index);

/* Every turn: buries who sent reminders, and starts the next one when it is time.  Before the end: lets go of it. */
void rk_mail_tend(struct rk_supervisor *s);
void rk_mail_stop(struct rk_supervisor *s);

/* Reads the configuration anew and starts workers with it beside the old ones; none may be under way.  All of them serve or
 * the old ones stay: rk_reload_decide, every turn. */
void rk_reload(struct rk_supervisor *s);
void rk_reload_decide(struct rk_supervisor *s);
