/* days.h - days and moments on paper: in Japanese in the era, with the zone in words. */
#pragma once
#include "google/protobuf/timestamp.pb-c.h"
#include "run.h"

/* "2016-07-29" as "平成28年7月29日"; in other languages, and when it is no day, as it is. */
const char *rk_day_shown(struct rk_run *run, const char *day);
/* The same as sentences tell it: "平成28年7月29日（2016-07-29）". */
const char *rk_day_told(struct rk_run *run, const char *day);
/* A moment as sentences tell it: "平成28年7月29日（2016-07-29）23:59 JST"; in other languages as tables do, "2016-07-29 23:59 JST"; "" for none. */
const char *rk_moment_told(struct rk_run *run, const Google__Protobuf__Timestamp *at);
/* "令和8年11月24日 03時09分57秒（日本時間）", "2026-11-24 03:09:57 Japan time"; "" for none. */
const char *rk_moment_shown(struct rk_run *run, const Google__Protobuf__Timestamp *at);
