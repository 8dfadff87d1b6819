#include "grpc/health/v1/health.pb-c.h"
#include "grpc/reflection/v1/reflection.pb-c.h"
#include "grpc/reflection/v1alpha/reflection.pb-c.h"
#include "rpc/rpc.h"

#include "renkei/v1/access_service.pb-c.h"
#include "renkei/v1/attachment_service.pb-c.h"
#include "renkei/v1/evaluation_service.pb-c.h"
#include "renkei/v1/event_service.pb-c.h"
#include "renkei/v1/export_service.pb-c.h"
#include "renkei/v1/extension_service.pb-c.h"
#include "renkei/v1/meeting_service.pb-c.h"
#include "renkei/v1/registry_service.pb-c.h"
#include "renkei/v1/reminder_service.pb-c.h"
#include "renkei/v1/report_service.pb-c.h"
#include "renkei/v1/review_service.pb-c.h"
#include "renkei/v1/search_service.pb-c.h"
#include "renkei/v1/server_service.pb-c.h"
#include "renkei/v1/status_service.pb-c.h"

#define ALL     "{municipality,approver,secretariat,ministry,analyst,operator}"
#define READERS "{municipality,approver,secretariat,ministry,analyst}"
#define OFFICES "{municipality,approver,secretariat,ministry}"

/* A method that is one SQL function: renkei_api.NAME(request as JSON) gives the response as JSON; what: QUERY, or EXPORT when it reads or writes whole tables. */
#define JSON(service, method, name, who, what)                                \
	static const struct rk_statement name##_statement = {                 \
		#name, "select renkei_api." #name "($1::jsonb) as reply", 1}; \
	static const struct rk_method name = {                                \
		.path = "/renkei.v1." #service "/" #method,                   \
		.input = &renkei__v1__##name##_request__descriptor,           \
		.output = &renkei__v1__##name##_response__descriptor,         \
		.statement = &name##_statement,                               \
		.roles = who,                                                 \
		.cost = RK_COST_##what,                                       \
	};

JSON(ReportService, ListReports, list_reports, OFFICES, QUERY)
JSON(ReportService, ListReportVersions, list_report_versions, OFFICES, QUERY)
JSON(ReportService, WithdrawReport, withdraw_report, "{municipality}", QUERY)
JSON(ReportService, SendBackReport, send_back_report, "{approver}", QUERY)
JSON(ReportService, StartReview, start_review, "{secretariat}", QUERY)
JSON(ReportService, ReturnReport, return_report, "{secretariat}", QUERY)
JSON(ReportService, AcceptReport, accept_report, "{secretariat}", QUERY)
JSON(ReportService, ConfirmReport, confirm_report, "{municipality,approver}", QUERY)
JSON(ReviewService, WriteComment, write_comment, "{municipality,approver,secretariat}", QUERY)
JSON(ReviewService, ListComments, list_comments, "{municipality,approver,secretariat}", QUERY)
JSON(ReviewService, ReopenReport, reopen_report, "{secretariat}", QUERY)
JSON(ReviewService, ListReopenings, list_reopenings, "{municipality,approver,secretariat}", QUERY)
JSON(ReviewService, AssignReview, assign_review, "{secretariat}", QUERY)
JSON(ReviewService, GetReviewTimes, get_review_times, "{secretariat,ministry}", QUERY)
JSON(RegistryService, ListMunicipalities, list_municipalities, ALL, QUERY)
JSON(RegistryService, GetMunicipality, get_municipality, ALL, QUERY)
JSON(RegistryService, ListPartnerGovernments, list_partner_governments, ALL, QUERY)
JSON(RegistryService, GetPartnerGovernment, get_partner_government, ALL, QUERY)
JSON(RegistryService, ListCooperations, list_cooperations, ALL, QUERY)
JSON(RegistryService, GetCooperation, get_cooperation, ALL, QUERY)
JSON(RegistryService, ListPeriods, list_periods, ALL, QUERY)
JSON(RegistryService, GetPeriod, get_period, ALL, QUERY)
JSON(RegistryService, ListThemes, list_themes, ALL, QUERY)
JSON(RegistryService, GetRegistry, get_registry, ALL, EXPORT)
JSON(RegistryService, ImportRegistry, import_registry, "{secretariat}", EXPORT)
JSON(StatusService, GetPlatformStatus, get_platform_status, READERS, QUERY)
JSON(StatusService, AggregateActivities, aggregate_activities, READERS, EXPORT)
JSON(StatusService, GetCatalogue, get_catalogue, ALL, QUERY)
JSON(StatusService, SaveQuery, save_query, "{secretariat}", QUERY)
JSON(StatusService, ListQueries, list_queries, READERS, QUERY)
JSON(StatusService, RemoveQuery, remove_query, "{secretariat}", QUERY)
JSON(EventService, ListDuplicateHints, list_duplicate_hints, "{secretariat}", EXPORT)
JSON(EventService, DecideEvent, decide_event, "{secretariat}", EXPORT)
JSON(EventService, ListJointEvents, list_joint_events, "{secretariat}", EXPORT)
JSON(EventService, ChooseFigure, choose_figure, "{secretariat}", EXPORT)
JSON(SearchService, SearchRecords, search_records, READERS, EXPORT)
JSON(EvaluationService, GetOutcomeTable, get_outcome_table, READERS, EXPORT)
JSON(EvaluationService, ListOutcomeCandidates, list_outcome_candidates, "{secretariat}", EXPORT)
JSON(EvaluationService, EditOutcomes, edit_outcomes, "{secretariat}", EXPORT)
JSON(EvaluationService, ListOutcomeEdits, list_outcome_edits, "{secretariat}", QUERY)
JSON(EvaluationService, ConfirmOutcomes, confirm_outcomes, "{municipality,approver}", EXPORT)
JSON(EvaluationService, FixEvaluation, fix_evaluation, "{secretariat}", EXPORT)
JSON(EvaluationService, ListEvaluationSnapshots, list_evaluation_snapshots, READERS, QUERY)
JSON(EvaluationService, GetEvaluationSnapshot, get_evaluation_snapshot, READERS, QUERY)
JSON(EvaluationService, GetEvaluation, get_evaluation, "{secretariat,ministry}", EXPORT)

JSON(ExtensionService, RequestExtension, request_extension, "{municipality,approver}", QUERY)
JSON(ExtensionService, DecideExtension, decide_extension, "{secretariat}", QUERY)
JSON(ExtensionService, ListExtensions, list_extensions, OFFICES, QUERY)

JSON(MeetingService, AddMeeting, add_meeting, "{secretariat}", QUERY)
JSON(MeetingService, AddMeetingPapers, add_meeting_papers, "{secretariat}", QUERY)
JSON(MeetingService, RecordHearing, record_hearing, "{secretariat}", QUERY)
JSON(MeetingService, AnswerHearing, answer_hearing, "{municipality,approver}", QUERY)
JSON(MeetingService, ListMeetings, list_meetings, OFFICES, QUERY)

JSON(ReminderService, ListContacts, list_contacts, "{municipality,approver,secretariat}", QUERY)
JSON(ReminderService, SetContact, set_contact, "{municipality,approver,secretariat}", QUERY)
JSON(ReminderService, SendReminders, send_reminders, "{secretariat}", QUERY)
JSON(ReminderService, ListReminders, list_reminders, "{municipality,approver,secretariat}", QUERY)

JSON(AttachmentService, GetUpload, get_upload, "{municipality}", QUERY)
JSON(AttachmentService, ListAttachments, list_attachments, READERS, QUERY)
JSON(AttachmentService, RemoveAttachment, remove_attachment, "{municipality}", QUERY)

JSON(ExportService, ListExportSchedules, list_export_schedules,
	"{secretariat,ministry,analyst,operator}", QUERY)
JSON(ExportService, RemoveExportSchedule, remove_export_schedule, "{secretariat}", QUERY)
JSON(ExportService, ListExports, list_exports, "{secretariat,ministry,analyst}", QUERY)

JSON(AccessService, ListInvitations, list_invitations, "{secretariat,operator}", QUERY)
JSON(AccessService, RevokeInvitation, revoke_invitation, "{secretariat,operator}", QUERY)
JSON(AccessService, ListCertificates, list_certificates, ALL, QUERY)

const struct rk_method *const rk_methods[] = {
	&rk_method_check_report,
	&rk_method_submit_report,
	&rk_method_submit_reports,
	&rk_method_relay_report,
	&rk_method_relay_decision,
	&rk_method_get_report,
	&list_reports,
	&list_report_versions,
	&withdraw_report,
	&rk_method_release_report,
	&send_back_report,
	&start_review,
	&return_report,
	&accept_report,
	&confirm_report,
	&rk_method_get_receipt,
	&write_comment,
	&list_comments,
	&reopen_report,
	&list_reopenings,
	&assign_review,
	&get_review_times,
	&list_municipalities,
	&get_municipality,
	&list_partner_governments,
	&get_partner_government,
	&list_cooperations,
	&get_cooperation,
	&list_periods,
	&get_period,
	&list_themes,
	&get_registry,
	&import_registry,
	&get_platform_status,
	&rk_method_watch_platform_status,
	&aggregate_activities,
	&get_catalogue,
	&save_query,
	&list_queries,
	&remove_query,
	&list_duplicate_hints,
	&decide_event,
	&list_joint_events,
	&choose_figure,
	&search_records,
	&get_outcome_table,
	&get_evaluation,
	&list_outcome_candidates,
	&edit_outcomes,
	&list_outcome_edits,
	&confirm_outcomes,
	&fix_evaluation,
	&list_evaluation_snapshots,
	&get_evaluation_snapshot,
	&request_extension,
	&decide_extension,
	&list_extensions,
	&add_meeting,
	&add_meeting_papers,
	&record_hearing,
	&answer_hearing,
	&list_meetings,
	&list_contacts,
	&set_contact,
	&send_reminders,
	&list_reminders,
	&rk_method_upload_attachment,
	&rk_method_relay_attachment,
	&rk_method_get_relayed_upload,
	&get_upload,
	&rk_method_download_attachment,
	&list_attachments,
	&remove_attachment,
	&rk_method_get_attachment_receipt,
	&list_export_schedules,
	&rk_method_put_export_schedule,
	&remove_export_schedule,
	&rk_method_run_export,
	&list_exports,
	&rk_method_download_export,
	&rk_method_create_invitation,
	&list_invitations,
	&revoke_invitation,
	&rk_method_enroll,
	&rk_method_renew_certificate,
	&rk_method_revoke_certificate,
	&list_certificates,
	&rk_method_get_server_info,
	&rk_method_health_check,
	&rk_method_health_watch,
	&rk_method_health_list,
	&rk_method_reflection_v1,
	&rk_method_reflection_v1alpha,
	&rk_method_metrics,
	NULL,
};

const ProtobufCServiceDescriptor *const rk_services[] = {
	&renkei__v1__report_service__descriptor,
	&renkei__v1__review_service__descriptor,
	&renkei__v1__registry_service__descriptor,
	&renkei__v1__status_service__descriptor,
	&renkei__v1__evaluation_service__descriptor,
	&renkei__v1__event_service__descriptor,
	&renkei__v1__search_service__descriptor,
	&renkei__v1__extension_service__descriptor,
	&renkei__v1__meeting_service__descriptor,
	&renkei__v1__reminder_service__descriptor,
	&renkei__v1__attachment_service__descriptor,
	&renkei__v1__export_service__descriptor,
	&renkei__v1__access_service__descriptor,
	&renkei__v1__server_service__descriptor,
	&grpc__health__v1__health__descriptor,
	&grpc__reflection__v1__server_reflection__descriptor,
	&grpc__reflection__v1alpha__server_reflection__descriptor,
	NULL,
};
