/* outcome_table.h - the evaluation's table of outcomes: its own words, in whatever language the client talks. */
#pragma once
#include "run.h"

#include "renkei/v1/evaluation_service.pb-c.h"

#define RK_OUTCOME_TITLE "表 各自治体の取組の主要な成果"
#define RK_OUTCOME_NOTES "（備考）"

/* A note's mark in full-width digits: "２", "１０". */
const char *rk_outcome_mark(struct rk_run *run, int32_t number);
/* The head of a column ("name", "type", "outcomes") with the marks of its notes: "取組類型１". */
const char *rk_outcome_head(struct rk_run *run, Renkei__V1__EvaluationNote *const *notes,
	size_t count, const char *column);
/* "A", "B", "" */
const char *rk_outcome_type_name(Renkei__V1__CooperationType type);
/* The type with the marks of its notes: "B２". */
const char *rk_outcome_type(struct rk_run *run, const Renkei__V1__OutcomeTableRow *row);
