#include "call/error.h"

#include "base/text.h"
#include "google/rpc/error_details.pb-c.h"
#include "wire/json_load.h"
#include "wire/status.h"

#include <jansson.h>
#include <string.h>

/* Two thirds of it for the verdict, one for BadRequest: both say the same mistakes, the verdict in three languages. */
#define FINDINGS_BYTES    3600
#define BAD_REQUEST_BYTES 1200
#define MAX_PAIRS         24
#define VALUE_BYTES       120 /* of a value: it stands in the metadata and in three sentences */
/* One sentence for all of them where there is no verdict beside it. */
#define MISTAKES_BYTES 3600
#define MAX_MISTAKES   100

/* One of several mistakes that SQL refuses at once; reason and values make its sentence. */
struct mistake {
	char *field, *reason;
	struct rk_say_value values[MAX_PAIRS + 1];
};

struct facts {
	struct rk_detail_pair pairs[MAX_PAIRS + 1]; /* what the metadata says */
	struct rk_say_value values[MAX_PAIRS + 1];  /* the same, for the sentences */
	size_t count;
	const char *field;
	const char *reason;
	const char *rule; /* of the field, when it has a sentence of its own */
	struct mistake *mistakes;
	size_t mistake_count;
};

static void fact_add(struct facts *facts, const char *key, const char *value)
{
	if (facts->count == MAX_PAIRS || !key || !value)
		return;
	for (size_t i = 0; i < facts->count; i++) {
		if (strcmp(facts->pairs[i].key, key) == 0)
			return;
	}
	facts->pairs[facts->count] = (struct rk_detail_pair){key, value};
	facts->values[facts->count] = (struct rk_say_value){key, value};
	facts->count++;
}

static void fact_number(
	struct rk_arena *arena, struct facts *facts, const char *key, int64_t number)
{
	fact_add(facts, key, rk_arena_printf(arena, "%lld", (long long)number));
}

static const char *front(struct rk_arena *arena, const char *text)
{
	return rk_arena_slice(arena, rk_text_front(rk_slice_str(text), VALUE_BYTES));
}

static const char *json_text(struct rk_arena *arena, const json_t *value)
{
	if (json_is_string(value))
		return front(arena, json_string_value(value));
	if (json_is_integer(value))
		return rk_arena_printf(arena, "%lld", (long long)json_integer_value(value));
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	return NULL;
}

static void take_text(
	struct rk_arena *arena, const json_t *object, const char *key, const char **out)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (text && *text)
		*out = front(arena, text);
}

/* A copy of a member's text; "" when it has none. */
static char *member_text(struct rk_arena *arena, const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return rk_arena_str(arena, text ? text : "");
}

static void read_mistakes(struct rk_arena *arena, struct facts *facts, const json_t *list)
{
	size_t count = json_array_size(list);

	facts->mistakes = count ? rk_arena_alloc(arena, MAX_MISTAKES * sizeof *facts->mistakes)
				: NULL;
	for (size_t i = 0; facts->mistakes && i < count && i < MAX_MISTAKES; i++) {
		struct mistake *one = &facts->mistakes[i];
		json_t *from = json_array_get(list, i), *value;
		const char *key;
		size_t pairs = 0;

		*one = (struct mistake){member_text(arena, from, "field"),
			member_text(arena, from, "reason"), {{0}}};
		if (!one->field || !one->reason)
			return;
		json_object_foreach(json_object_get(from, "metadata"), key, value)
		{
			const char *text = json_text(arena, value);

			if (text && pairs < MAX_PAIRS)
				one->values[pairs++] = (struct rk_say_value){
					rk_arena_str(arena, key), text};
		}
		facts->mistake_count++;
	}
}

static void read_detail(struct rk_arena *arena, struct facts *facts, struct rk_slice detail)
{
	json_t *root, *value;
	const char *key;
	bool starved;

	if (!detail.at)
		return;
	root = rk_json_load(detail, JSON_REJECT_DUPLICATES, NULL, &starved);
	take_text(arena, root, "reason", &facts->reason);
	take_text(arena, root, "field", &facts->field);
	take_text(arena, root, "rule", &facts->rule);
	fact_add(facts, "field", facts->field);
	json_object_foreach(json_object_get(root, "metadata"), key, value)
		fact_add(facts, rk_arena_str(arena, key), json_text(arena, value));
	read_mistakes(arena, facts, json_object_get(root, "violations"));
	json_decref(root);
}

static const char *fallback_reason(enum rk_status status)
{
	return status == RK_UNKNOWN ? "INTERNAL_ERROR" : rk_status_name((int)status);
}

static const char *sentence_of(struct rk_arena *arena, const struct rk_error *error,
	const struct facts *facts, const char *code, enum rk_language language)
{
	const char *said = rk_say(arena, language, code, facts->values);

	return said && strcmp(said, code) != 0 ? said : error->err->text;
}

/* The sentence of the reason, or the error's own where the catalogue has none. */
static const char *sentence(struct rk_arena *arena, const struct rk_error *error,
	const struct facts *facts, enum rk_language language)
{
	return sentence_of(arena, error, facts, facts->reason, language);
}

static const char *in_language(const Renkei__V1__LocalizedText *text, enum rk_language language)
{
	if (!text)
		return "";
	if (language == RK_JA)
		return text->ja;
	return language == RK_ZH ? text->zh : text->en;
}

/* As many field violations as fit; errors only, since warnings refuse nothing. */
static enum rk_status add_bad_request(
	struct rk_arena *arena, const struct rk_error *error, struct rk_details *details)
{
	const Renkei__V1__Verdict *verdict = error->verdict;
	Google__Rpc__BadRequest bad = GOOGLE__RPC__BAD_REQUEST__INIT;
	size_t bytes = 0;

	bad.field_violations = rk_arena_alloc(arena, verdict->n_findings * sizeof(void *) + 1);
	for (size_t i = 0; bad.field_violations && i < verdict->n_findings; i++) {
		const Renkei__V1__Finding *finding = verdict->findings[i];
		Google__Rpc__BadRequest__FieldViolation *one;

		if (finding->severity != RENKEI__V1__SEVERITY__SEVERITY_ERROR)
			continue;
		one = rk_arena_alloc(arena, sizeof *one);
		if (!one)
			break;
		google__rpc__bad_request__field_violation__init(one);
		one->field = finding->field_path;
		one->reason = finding->code;
		one->description = rk_arena_str(
			arena, in_language(finding->sentence, error->language));
		if (!one->description)
			break;
		bytes += protobuf_c_message_get_packed_size(&one->base) + 4;
		if (bytes > BAD_REQUEST_BYTES && bad.n_field_violations)
			break;
		bad.field_violations[bad.n_field_violations++] = one;
	}
	return rk_details_any(details, &bad.base);
}

static size_t findings_that_fit(const Renkei__V1__Verdict *verdict)
{
	size_t bytes = 0, count = 0;

	for (; count < verdict->n_findings; count++) {
		bytes += protobuf_c_message_get_packed_size(&verdict->findings[count]->base) + 4;
		if (bytes > FINDINGS_BYTES)
			break;
	}
	return count;
}

static enum rk_status add_verdict(
	const struct rk_error *error, size_t shown, struct rk_details *details)
{
	Renkei__V1__Verdict verdict = *error->verdict;

	verdict.n_findings = shown;
	verdict.n_rules_run = 0; /* all of the set whose hash stands here */
	return rk_details_any(details, &verdict.base);
}

static enum rk_status add_one_field(
	const struct facts *facts, const char *description, struct rk_details *details)
{
	Google__Rpc__BadRequest bad = GOOGLE__RPC__BAD_REQUEST__INIT;
	Google__Rpc__BadRequest__FieldViolation one =
		GOOGLE__RPC__BAD_REQUEST__FIELD_VIOLATION__INIT;
	Google__Rpc__BadRequest__FieldViolation *list[] = {&one};
	RK_AUTO(rk_buf_clear) struct rk_buf field = {0}, reason = {0}, text = {0};

	RK_TRY(rk_buf_add_str(&field, facts->field));
	RK_TRY(rk_buf_add_str(&reason, facts->rule ? facts->rule : facts->reason));
	RK_TRY(rk_buf_add_str(&text, description));
	one.field = rk_buf_cstr(&field);
	one.reason = rk_buf_cstr(&reason);
	one.description = rk_buf_cstr(&text);
	if (!one.field || !one.reason || !one.description)
		return RK_RESOURCE_EXHAUSTED;
	bad.n_field_violations = 1;
	bad.field_violations = list;
	return rk_details_any(details, &bad.base);
}

static enum rk_status add_mistakes(struct rk_arena *arena, const struct rk_error *error,
	const struct facts *facts, struct rk_details *details)
{
	Google__Rpc__BadRequest bad = GOOGLE__RPC__BAD_REQUEST__INIT;
	Google__Rpc__BadRequest__FieldViolation *list[MAX_MISTAKES], all[MAX_MISTAKES];
	size_t bytes = 0;

	bad.field_violations = list;
	for (size_t i = 0; i < facts->mistake_count; i++) {
		const struct mistake *from = &facts->mistakes[i];

		google__rpc__bad_request__field_violation__init(&all[i]);
		all[i].field = from->field;
		all[i].reason = from->reason;
		all[i].description = rk_arena_str(
			arena, rk_say(arena, error->language, from->reason, from->values));
		if (!all[i].description)
			break;
		bytes += protobuf_c_message_get_packed_size(&all[i].base) + 4;
		if (bytes > MISTAKES_BYTES && i)
			break;
		list[bad.n_field_violations++] = &all[i];
	}
	return rk_details_any(details, &bad.base);
}

static enum rk_status add_findings(struct rk_arena *arena, const struct rk_error *error,
	const struct facts *facts, size_t shown, struct rk_details *details)
{
	if (error->verdict) {
		RK_TRY(add_bad_request(arena, error, details));
		return add_verdict(error, shown, details);
	}
	if (facts->mistake_count)
		return add_mistakes(arena, error, facts, details);
	if (facts->field)
		return add_one_field(facts,
			sentence_of(arena, error, facts, facts->rule ? facts->rule : facts->reason,
				error->language),
			details);
	return RK_OK;
}

/* What is known of the error, for its metadata and for the {placeholders} of its sentence. */
static void gather(struct rk_arena *arena, const struct rk_error *error, struct facts *facts)
{
	facts->reason = error->err->reason[0] ? error->err->reason
					      : fallback_reason(error->err->status);
	read_detail(arena, facts, error->detail);
	if (error->verdict) {
		fact_number(arena, facts, "error_count", error->verdict->error_count);
		fact_number(arena, facts, "warning_count", error->verdict->warning_count);
	}
	if (strcmp(facts->reason, "MALFORMED_MESSAGE") == 0 ||
		strcmp(facts->reason, "UNKNOWN_FIELD") == 0 ||
		(strcmp(facts->reason, "ARGUMENT_INVALID") == 0 && !facts->field))
		fact_add(facts, "detail", error->err->text);
	/* Whether the caller is too new for us or too old is seen from this. */
	if (strcmp(facts->reason, "METHOD_NOT_FOUND") == 0)
		fact_add(facts, "version", RENKEI_VERSION);
	fact_add(facts, "request_id", error->write_id);
	fact_add(facts, "incident", error->incident);
}

const char *rk_error_sentence(struct rk_arena *arena, const struct rk_error *error)
{
	struct facts facts = {0};

	gather(arena, error, &facts);
	return sentence(arena, error, &facts, error->language);
}

static enum rk_status fill(struct rk_arena *arena, const struct rk_error *error,
	struct facts *facts, struct rk_details *details)
{
	static const struct {
		const char *locale;
		enum rk_language language;
	} locales[] = {
		{"ja", RK_JA},
                {"en", RK_EN},
                {"zh", RK_ZH}
        };

	int64_t retry_ms = rk_error_retry_ms(error->err);
	size_t shown = error->verdict ? findings_that_fit(error->verdict) : 0;

	gather(arena, error, facts);
	if (error->verdict)
		fact_number(arena, facts, "findings_shown", (int64_t)shown);
	RK_TRY(rk_details_error_info(details, facts->reason, facts->pairs));
	RK_TRY(rk_details_request(details, error->request_id));
	for (size_t i = 0; i < sizeof locales / sizeof *locales; i++)
		RK_TRY(rk_details_localized(details, locales[i].locale,
			sentence(arena, error, facts, locales[i].language)));
	if (retry_ms)
		RK_TRY(rk_details_retry(details, retry_ms));
	return add_findings(arena, error, facts, shown, details);
}

enum rk_status rk_error_status(
	struct rk_arena *arena, const struct rk_error *error, struct rk_buf *out)
{
	RK_AUTO(rk_details_clear) struct rk_details details = {0};
	struct facts facts = {0};

	RK_TRY(fill(arena, error, &facts, &details));
	return rk_details_finish(&details, (int)error->err->status, error->err->text, out);
}

struct rk_slice rk_error_size(struct rk_arena *arena, size_t size, size_t limit)
{
	return rk_slice_str(rk_arena_printf(
		arena, "{\"metadata\":{\"size\":\"%zu\",\"limit\":\"%zu\"}}", size, limit));
}

bool rk_error_is_ours(const struct rk_err *err)
{
	if (err->status == RK_UNKNOWN)
		return !err->reason[0];
	return err->status == RK_INTERNAL && strcmp(err->reason, "COMPRESSION_UNSUPPORTED") != 0 &&
		strcmp(err->reason, "MESSAGE_FLAG_UNKNOWN") != 0;
}

static bool is_size(const char *reason)
{
	static const char *const ends[] = {"_TOO_LARGE", "_TOO_MANY"};
	size_t len = strlen(reason);
	bool found = false;

	for (size_t i = 0; i < sizeof ends / sizeof ends[0] && !found; i++)
		found = len > strlen(ends[i]) &&
			strcmp(reason + len - strlen(ends[i]), ends[i]) == 0;
	return found;
}

int64_t rk_error_retry_ms(const struct rk_err *err)
{
	if (err->retry_ms)
		return err->retry_ms;
	if (err->status == RK_UNAVAILABLE)
		return 1000;
	/* What is too large stays too large. */
	if (err->status == RK_RESOURCE_EXHAUSTED && !is_size(err->reason))
		return 500;
	return 0;
}

int rk_error_http(enum rk_status status)
{
	switch (status) {
	case RK_OK:
		return 200;
	case RK_INVALID_ARGUMENT:
		return 400;
	case RK_UNAUTHENTICATED:
		return 401;
	case RK_PERMISSION_DENIED:
		return 403;
	case RK_NOT_FOUND:
	case RK_UNIMPLEMENTED:
		return 404;
	case RK_RESOURCE_EXHAUSTED:
		return 429;
	case RK_UNAVAILABLE:
		return 503;
	case RK_DEADLINE_EXCEEDED:
		return 504;
	default:
		return 500;
	}
}
