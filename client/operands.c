#include "operands.h"

#include "command.h"
#include "periods.h"
#include "words/code.h"

#include <string.h>

static bool takes(const struct rk_command *command, const char *name)
{
	for (const struct rk_option *at = command->options; at && at->name; at++)
		if (strcmp(at->name, name) == 0)
			return true;
	return false;
}

/* A municipality by its code, or by a name, which no other operand has outside of ASCII. */
static bool is_municipality(const char *text)
{
	if (rk_lg_name(rk_slice_str(text)))
		return true;
	while (*text && (unsigned char)*text < 0x80)
		text++;
	return *text;
}

static const char *year_of(struct rk_run *run, const Renkei__V1__Period *period)
{
	const char *year = rk_run_printf(run, "--year %d", period->fiscal_year);

	return takes(run->command, "quarter")
		? rk_run_printf(run, "%s --quarter %d", year, (int)period->quarter)
		: year;
}

const char *rk_operand_meant(struct rk_run *run, const char *operand)
{
	const struct rk_command *command = run->command;
	Renkei__V1__Period period;
	int32_t first, last;
	struct rk_err err;

	if (rk_period_asked(operand, &period, &err) == RK_OK)
		return takes(command, "period")  ? rk_run_printf(run, "--period %s", operand)
			: takes(command, "year") ? year_of(run, &period)
						 : NULL;
	if (takes(command, "year") && strlen(operand) < 11 &&
		rk_years_parse(operand, &first, &last, &err) == RK_OK)
		return rk_run_printf(run, "--year %s", operand);
	return takes(command, "municipality") && is_municipality(operand)
		? rk_run_printf(run, "--municipality %s", operand)
		: NULL;
}
