#include "words/earlier.h"

#include "words/period.h"

const struct rk_code_name *rk_earlier_quarter(
	struct rk_judge *judge, const Renkei__V1__Report *report)
{
	RK_AUTO(rk_buf_clear) struct rk_buf ja = {0};
	struct rk_code_name *name = rk_judge_alloc(judge, sizeof *name);
	struct rk_period period;

	if (!name || !rk_period_from_message(report->period, &period))
		return NULL;
	if (rk_period_add_ja(&ja, period, false) != RK_OK) {
		judge->status = RK_RESOURCE_EXHAUSTED;
		return NULL;
	}
	*name = (struct rk_code_name){
		.ja = rk_judge_text(judge, "%.*s", (int)ja.len, (const char *)ja.at),
		.en = rk_judge_text(judge, "FY%d Q%d", period.fiscal_year, period.quarter),
		.zh = rk_judge_text(judge, "%d年度第%d季度", period.fiscal_year, period.quarter)};
	return name;
}

void rk_earlier_tell(struct rk_judge *judge, const struct rk_record *record, const char *field,
	const Renkei__V1__Report *earlier, const char *value, const char *before)
{
	rk_find(judge, record, field, RK_SINGULAR,
		&(struct rk_remark){
			.value = value,
			.named = rk_earlier_quarter(judge, earlier),
			.values = (const struct rk_say_value[]){{"before", before}, {NULL, NULL}}
        });
}

const char *rk_earlier_name(const ProtobufCEnumDescriptor *type, int value)
{
	const ProtobufCEnumValue *named = protobuf_c_enum_descriptor_get_value(type, value);

	return named ? named->name : "";
}

void rk_earlier_choice(struct rk_judge *judge, const struct rk_record *record, const char *field,
	const Renkei__V1__Report *earlier, const int choices[2])
{
	const ProtobufCFieldDescriptor *known = protobuf_c_message_descriptor_get_field_by_name(
		record->message->descriptor, field);
	const ProtobufCEnumDescriptor *type = known->descriptor;

	rk_find(judge, record, field, RK_SINGULAR,
		&(struct rk_remark){
			.value = rk_earlier_name(type, choices[0]),
			.suggestion = rk_earlier_name(type, choices[1]),
			.named = rk_earlier_quarter(judge, earlier),
		});
}

void rk_earlier_take(struct rk_earlier_most *most, int64_t number, const Renkei__V1__Report *in)
{
	if (number > most->number)
		*most = (struct rk_earlier_most){number, in};
}
