/* outbox.h - what a request leaves on this computer, so that a broken line costs nothing.
 *
 * Under $XDG_STATE_HOME/renkei: sent/KEY.request holds the request_id of a report or an act (act.h), KEY being the SHA-256 of its bytes, the certificate
 * authority (authority.h) and the own principal: what stays when a server moves or a certificate is renewed.  It is written before anything is sent, with the bytes beside it in pending/KEY.binpb (pending/KEY.withdraw), and stays, so
 * that the same file sent again, today or next year, is the same request and gets the same receipt.  Of an act that is asked for anew (act.h) it goes
 * with its answer: one that is left without its bytes is an answered one, and is not used again.  receipts/NUMBER.{json,statement.txt,sig,binpb} holds
 * what came back and the exact bytes that were sent.  receipt-keys/ holds the keys that servers have signed with.
 */
#pragma once
#include "run.h"

#include "renkei/v1/attachment.pb-c.h"
#include "renkei/v1/receipt.pb-c.h"
#include "renkei/v1/server_service.pb-c.h"

/* What is asked for: a report that is sent, or an act (act.h). */
#define RK_OUTBOX_REPORT "binpb"

struct rk_outbox_wish {
	const char *kind; /* RK_OUTBOX_REPORT, or an act's word: what its file ends with */
	const char *
		name; /* for people: the file that a report comes from, the number that an act is about */
	/* Municipality that the secretariat enters a report for, part of the request and kept with it; "" = nobody, NULL = as it was sent before. */
	const char *on_behalf_of;
	struct rk_slice bytes; /* of the report; of an act its request, without its id */
};

struct rk_outbox_item {
	const char *kind;
	char key[65];
	char request_id[37];
	char on_behalf_of[7]; /* "" = the own one */
	bool known;           /* it was sent, or tried, before */
	bool answered;        /* known, and nothing of it waited: it was answered, or let go */
	int64_t sent;         /* bytes of a file that went out, as far as it was noted */
};

/* Says why rk_outbox_open has failed, that nothing was sent, and what to do.  Returns the exit status that fits. */
int rk_outbox_not_opened(struct rk_run *run, const struct rk_err *err);
/* rk_outbox_open finds the request for it or writes a new one, synced to disk; from now on it waits for its answer.  One that could not be
 * written whole does not wait.  Errors: RK_DATA_LOSS FILE_NOT_WRITTEN. */
RK_MUST_USE enum rk_status rk_outbox_open(struct rk_run *run, const struct rk_outbox_wish *wish,
	struct rk_outbox_item *item, struct rk_err *err);
/* On whose behalf these bytes were sent before, "" = nobody's, or they never were; writes nothing.  Errors: those of rk_sha256_file. */
RK_MUST_USE enum rk_status rk_outbox_on_behalf_of(
	struct rk_run *run, struct rk_slice report, char code[7], struct rk_err *err);
/* rk_outbox_settle: nothing is left to send.  keep_request: the same bytes sent again are the same request, because it was received,
 * or because one before it may have been; else it is forgotten, and they are a new one.  Does nothing where another request has taken the
 * item's place; an item without a request_id is whatever is under its key. */
void rk_outbox_settle(struct rk_run *run, const struct rk_outbox_item *item, bool keep_request);

/* rk_outbox_note writes down how far a file came (item->sent), for who looks at what waits; a note that cannot be written is none, and of
 * what another run has settled there is none.  name: as it was opened with. */
void rk_outbox_note(struct rk_run *run, const struct rk_outbox_item *item, const char *name);

/* What was sent, and of which is not known here what became of it. */
struct rk_outbox_pending {
	char key[65];
	const struct rk_act *act;               /* NULL: a report */
	const char *path;                       /* its bytes */
	const char *request_id, *server, *name; /* "" when the request cannot be read */
	int64_t since;                          /* when it was first sent, seconds since 1970 */
	int64_t since_ns;
	int64_t sent;          /* of a file: bytes that went out; 0 when nothing was noted */
	struct rk_slice bytes; /* empty when they cannot be read */
	bool own;              /* of the certificate and the authority that are set now */
};

/* Its path in the state folder; NULL without a home, and what is said then. */
const char *rk_outbox_path(
	struct rk_run *run, const char *folder, const char *name, const char *suffix);
enum rk_status rk_outbox_no_home(struct rk_err *err);
/* What a kept request says of how far its file came; 0 when nothing. */
int64_t rk_outbox_sent(struct rk_slice kept);
/* rk_outbox_list gives them, oldest first, and returns how many there are. */
size_t rk_outbox_list(struct rk_run *run, struct rk_outbox_pending **items);

/* rk_receipt_keep stores a receipt and, when report.at is not NULL, the bytes sent; another one of the same number, of another
 * server or from before the release, is put aside and that is said; one from before the release takes no later one's place.
 * Errors: RK_INTERNAL SERVER_ANSWER_BAD its number is no name of a file, or it has no JSON: nothing is written;
 *         RK_DATA_LOSS FILE_NOT_WRITTEN. */
RK_MUST_USE enum rk_status rk_receipt_keep(struct rk_run *run, const Renkei__V1__Receipt *receipt,
	struct rk_slice report, struct rk_err *err);
/* The same for an attachment's; the file itself is not copied. */
RK_MUST_USE enum rk_status rk_attachment_receipt_keep(
	struct rk_run *run, const Renkei__V1__AttachmentReceipt *receipt, struct rk_err *err);
/* Whether a number, which comes from a server, can be the name of a file. */
bool rk_receipt_is_named(const char *number);
/* Path of a stored receipt's part: ".json", ".statement.txt", ".sig", ".binpb". NULL without a home. */
const char *rk_receipt_path(struct rk_run *run, const char *number, const char *suffix);

/* rk_receipt_keys_pin stores the keys of a server for its scope (address and CA), says which are new when others were known, and refuses
 * a key whose id is not its hash.  Errors: RK_DATA_LOSS RECEIPT_KEY_BAD, FILE_NOT_WRITTEN. */
RK_MUST_USE enum rk_status rk_receipt_keys_pin(
	struct rk_run *run, const Renkei__V1__GetServerInfoResponse *info, struct rk_err *err);
/* A key that somebody vouches for by hand, unless it is known.  Errors: those of rk_receipt_key_id, FILE_NOT_WRITTEN. */
RK_MUST_USE enum rk_status rk_receipt_key_pin(
	struct rk_run *run, const char *pem, struct rk_err *err);
/* The pinned key of this id, of any server, as PEM; NULL when there is none. */
const char *rk_receipt_key_find(struct rk_run *run, const char *key_id);
/* Whether it is one of the platform that is set now, whatever authority of its own it was pinned under. */
bool rk_receipt_key_is_own(struct rk_run *run, const char *key_id);
