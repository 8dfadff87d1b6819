#include "coverage.h"

const char *rk_count(struct rk_run *run, int64_t count)
{
	return rk_run_printf(run, "%lld", (long long)count);
}

const char *rk_coverage_text(struct rk_run *run, const Renkei__V1__Coverage *coverage)
{
	if (!coverage)
		return rk_tell(run, "coverage.unknown");
	return rk_tell(run, "coverage.text", "accepted", rk_count(run, coverage->accepted),
		"expected", rk_count(run, coverage->expected), "reported",
		rk_count(run, coverage->reported), "nil", rk_count(run, coverage->nil), "missing",
		rk_count(run, coverage->missing), "not_due", rk_count(run, coverage->not_due),
		"late", rk_count(run, coverage->late), "returned",
		rk_count(run, coverage->returned));
}

const char *rk_coverage_line(struct rk_run *run, const Renkei__V1__Coverage *coverage)
{
	return rk_tell(run, "coverage.line", "coverage", rk_coverage_text(run, coverage));
}
