#include "who.h"

#include "base/buf.h"
#include "out.h"
#include "say_client.h"
#include "words/code.h"

#include <string.h>

const char *rk_name_of_code(struct rk_run *run, const char *code)
{
	const struct rk_code_name *known = rk_lg_name(rk_slice_str(code));

	if (!known)
		return code;
	return run->language == RK_JA ? known->ja : run->language == RK_ZH ? known->zh : known->en;
}

const char *rk_code_shown(struct rk_run *run, const char *code)
{
	const char *name = rk_name_of_code(run, code);

	return name == code || !rk_out_is_human(run)
		? code
		: rk_tell(run, "code.shown", "name", name, "code", code);
}

const char *rk_who(struct rk_run *run, const char *uri)
{
	static const char scheme[] = "renkei://";
	const char *slash = strncmp(uri, scheme, sizeof scheme - 1) == 0
		? strchr(uri + sizeof scheme - 1, '/')
		: NULL;
	const char *id = slash ? strchr(slash + 1, '/') : NULL;
	const char *code;

	if (!id || !rk_out_is_human(run))
		return uri;
	code = rk_run_printf(run, "who.%.*s", (int)(id - slash - 1), slash + 1);
	return rk_client_text(run->language, code)
		? rk_tell(run, code, "name", rk_name_of_code(run, id + 1))
		: uri;
}
