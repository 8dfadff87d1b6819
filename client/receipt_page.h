/* receipt_page.h - a receipt as a page for the files of a municipality: A4, every number with where it comes from and how to check it. */
#pragma once
#include "receipt_final.h"

#include "renkei/v1/receipt.pb-c.h"

/* What was found when it was printed. */
struct rk_receipt_proof {
	bool signature;       /* it was checked with a key that is kept here */
	enum rk_finish found; /* of one from before the release */
	bool report; /* and the bytes sent, which are kept here too, are those it speaks of */
};

/* rk_receipt_page writes the page to out: text of at most 80 columns of the screen, or html that needs nothing else. */
void rk_receipt_page(struct rk_run *run, FILE *out, const Renkei__V1__Receipt *receipt,
	const struct rk_receipt_proof *proof, bool html);
