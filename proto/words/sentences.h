/* sentences.h - the one table of codes and English sentences: of findings and of error reasons.
 *
 * {name} is filled from the values of a finding or the metadata of an error; a part in [ ] is left out when one of the
 * placeholders in it has no value.  A line here needs its msgctxt in po/ja.po and po/zh.po; a test says so.
 */
#pragma once

struct rk_sentence {
	const char *code;
	const char *en;
};

/* Ended by {NULL, NULL}. */
extern const struct rk_sentence rk_sentences[];
