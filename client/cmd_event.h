/* cmd_event.h - what the commands of renkei event share. */
#pragma once
#include "run.h"

#include "renkei/v1/event_service.pb-c.h"

/* "401005/seminar.2016-10" of the record that a message names. */
const char *rk_activity_name(struct rk_run *run, const char *municipality, const char *activity);
/* Two records as people read them, with the reasons and what was said of them. */
void rk_event_pair_print(struct rk_run *run, const Renkei__V1__EventPair *pair);
/* An event, its records, and what they say in numbers. */
void rk_joint_event_print(struct rk_run *run, const Renkei__V1__JointEvent *event);
