/* answers.h - --answer CODE[@PATH]=REASON: why a value that the rules warn of is right, put into the report itself. */
#pragma once
#include "form/form.h"
#include "run.h"

#define RK_ANSWERS_GIVEN 64

/* Which of the options have found a warning; zero at first. */
struct rk_answers {
	bool used[RK_ANSWERS_GIVEN];
	bool error[RK_ANSWERS_GIVEN]; /* it is of an error, which cannot be answered */
};

/* rk_answers_add appends to each report of a form the answers to its warnings; a warning that the report answers already keeps
 * that answer.  Returns an exit status: a word that is no answer is said. */
int rk_answers_add(struct rk_run *run, struct rk_answers *answers, struct rk_form *form);
/* rk_answers_place makes paths of the cells that the answers in a form name ("取組!J5"), as they were read; what is no warning's cell stays.
 * rk_answers_add has done so. */
RK_MUST_USE enum rk_status rk_answers_place(struct rk_run *run, struct rk_form_report *report);
/* EX_USAGE when an answer fits no warning of any report that rk_answers_add has seen. */
int rk_answers_unused(struct rk_run *run, const struct rk_answers *answers);
