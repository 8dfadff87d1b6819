/* operands.h - a word too many on the command line: the option that was meant by it. */
#pragma once
#include "run.h"

/* rk_operand_meant tells how the command takes such a word: "--municipality 北九州市", "--year 2016 --quarter 3".
 * Returns it in the memory of the run; NULL where no option of the command takes such a thing. */
const char *rk_operand_meant(struct rk_run *run, const char *operand);
