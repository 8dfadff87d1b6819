/* attach.h - files on their way to be attachments, and attachments on their way to be files.
 *
 * attach_file.c opens and judges a file; attach_send.c sends it, from where the server's bytes end, again and again until it is whole;
 * attach_record.c says what it is evidence of; attachment_receipt.c keeps, prints and verifies its receipt; attachment_text.c shows it beside its report; attachment_name.c makes a name here of what a server says.
 */
#pragma once
#include "base/digest.h"
#include "outbox.h"
#include "remote.h"
#include "words/file_kind.h"

#include "renkei/v1/attachment_service.pb-c.h"
#include "renkei/v1/report_service.pb-c.h"

#include <stdio.h>

#define RK_ATTACHMENT_MAX ((int64_t)20 << 20)

struct rk_attach_file {
	const char *path, *name; /* name: without folders, what the server is told */
	int fd;                  /* -1: not open */
	int64_t size;
	char sha256[RK_SHA256_HEX];
	enum rk_file_kind kind;
	bool misnamed;             /* its name says another one */
	struct rk_outbox_item box; /* its request, on disk before the first byte leaves */
	const char *kept_as;       /* where the file lies, as the outbox has it */
	Renkei__V1__UploadAttachmentResponse *response; /* NULL: not attached */
	/* What an officer sealed, and another brings: not of the outbox here, its receipt not kept here.  NULL: one's own. */
	const Renkei__V1__SealedReport *sealed;
	const char *outcome; /* "attached", "existed", "valid", "refused", "unsent" */
	int status;          /* exit status */
};

/* rk_attach_open reads the file once: its size, digest and kind.  Returns an exit status; what is wrong is said. */
int rk_attach_open(struct rk_run *run, struct rk_attach_file *file);
void rk_attach_close(struct rk_attach_file *file);
/* rk_attach_prepare puts the upload into the outbox: what it is and where the file lies, which is not copied.  head has all but what belongs to the
 * file.  Returns an exit status; what is wrong is said. */
int rk_attach_prepare(
	struct rk_run *run, struct rk_attach_file *file, const Renkei__V1__UploadHead *head);
/* rk_attach_send brings one that is prepared to the server and fills response, outcome and status; what was refused waits no more.  In a dry run the
 * server is asked what it has of one that was sealed, which it judges, and nothing is sent: outcome "valid", without a response. */
void rk_attach_send(
	struct rk_run *run, struct rk_attach_file *file, const Renkei__V1__UploadHead *head);
/* The bytes of a sealed file as one that can be sent; RK_RESOURCE_EXHAUSTED when there is no room for it. */
RK_MUST_USE enum rk_status rk_attach_unseal(struct rk_run *run,
	const Renkei__V1__SealedReport *sealed, const Renkei__V1__UploadHead *head,
	struct rk_attach_file *file, struct rk_err *err);
/* Says that it waits in the outbox. */
void rk_attach_tell_kept(struct rk_run *run, const struct rk_attach_file *file);

/* Verifies that the receipt is one of this file, with a key that the server has always had, and keeps it.  Returns an exit status. */
int rk_attachment_receipt_take(struct rk_run *run, const Renkei__V1__AttachmentReceipt *receipt,
	const char *sha256, int64_t size);
/* Reads one that is kept. */
RK_MUST_USE enum rk_status rk_attachment_receipt_read(struct rk_run *run, const char *path,
	const Renkei__V1__AttachmentReceipt **out, struct rk_err *err);
void rk_attachment_receipt_print(struct rk_run *run, const Renkei__V1__AttachmentReceipt *receipt);
/* receipt show and receipt verify of an attachment's. */
int rk_attachment_receipt_show(struct rk_run *run, const char *number);
int rk_attachment_receipt_check(
	struct rk_run *run, const Renkei__V1__AttachmentReceipt *receipt, const char *file);

/* Takes --title, --disclosure, --kind and --language into the head, for one file or several.  Returns an exit status; what is wrong is said. */
int rk_attach_head(struct rk_run *run, Renkei__V1__UploadHead *head, bool several);
/* The head of a file as the outbox keeps it: without request_id and offset. */
Renkei__V1__UploadHead rk_attach_wish(
	struct rk_run *run, const struct rk_attach_file *file, const Renkei__V1__UploadHead *head);
/* Takes --kind and --language into the head; a roster is for the secretariat alone unless something else was said. */
void rk_attach_evidence(struct rk_run *run, Renkei__V1__UploadHead *head);
/* rk_attach_record finds the record that --item names, and puts it into the head, which has the municipality and the period: "activities:a1" as it is, and
 * a place in the latest version of the report ("activities[0]", "取組1", "取組!F5") by its record's id, which the server is asked for.  Returns an exit
 * status; what is wrong is said. */
int rk_attach_record(struct rk_run *run, const char *item, Renkei__V1__UploadHead *head);
/* The same in a report at hand, NULL: there is none, and nobody is asked. */
int rk_attach_record_in(struct rk_run *run, const Renkei__V1__Report *report, const char *item,
	Renkei__V1__UploadHead *head);
/* The id of a record of this list; NULL where such records have none. */
const char *rk_record_id(const char *list, const ProtobufCMessage *record);
/* Where a report has the record, "activities[0]"; NULL where it has not. */
const char *rk_record_path(struct rk_run *run, const Renkei__V1__Report *report,
	const Renkei__V1__RecordReference *record);
/* "取組 a1" for people, "activities:a1" for programs; NULL of NULL. */
const char *rk_record_text(struct rk_run *run, const Renkei__V1__RecordReference *record);

/* Those that are evidence for this record, on lines below it. */
void rk_attachments_beside(struct rk_run *run, FILE *out,
	const Renkei__V1__GetReportResponse *response, const char *list, const char *id);
/* All of a report below it, with the record that each is evidence for; nothing where there are none. */
void rk_attachments_text(
	struct rk_run *run, FILE *out, const Renkei__V1__GetReportResponse *response);

/* rk_attachment_name is a name for a file here: the server's without folders, control characters, a leading dot or hyphen, at most 200 bytes;
 * of a name of which nothing is left, fallback. */
const char *rk_attachment_name(struct rk_run *run, const char *said, const char *fallback);
/* "1.5 MiB", for people; "1536" for programs. */
const char *rk_attachment_size(struct rk_run *run, int64_t size);
/* "excel", "excel (.xlsx)" as the run's language has it. */
const char *rk_attachment_kind(struct rk_run *run, enum rk_file_kind kind);
