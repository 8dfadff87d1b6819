/* The headers of a request. */
#include "base/text.h"
#include "call/call.h"
#include "wire/meta.h"

#include <string.h>

static void copy_header(char *out, size_t size, struct rk_slice value)
{
	if (value.len < size)
		memcpy(out, value.at, value.len);
	else
		out[0] = '\0';
}

static bool ends_with(struct rk_slice name, const char *end)
{
	size_t len = strlen(end);

	return name.len >= len && memcmp(name.at + name.len - len, end, len) == 0;
}

static void check_binary(struct rk_call *call, struct rk_slice name, struct rk_slice value)
{
	RK_AUTO(rk_buf_clear) struct rk_buf bytes = {0};

	if (!rk_text_unbase64(&bytes, value))
		rk_fail_reason(&call->header_err, RK_INVALID_ARGUMENT, "ARGUMENT_INVALID",
			"header %.*s is not base64", (int)name.len, (const char *)name.at);
}

void rk_call_on_header(struct rk_call *call, struct rk_slice name, struct rk_slice value)
{
	struct rk_err *err = &call->header_err;

	if (call->started) /* trailers of a request say nothing to us */
		return;
	if (rk_slice_equal_str(name, ":method")) {
		copy_header(call->http_method, sizeof call->http_method, value);
	} else if (rk_slice_equal_str(name, ":path")) {
		copy_header(call->path, sizeof call->path, value);
	} else if (rk_slice_equal_str(name, "content-type")) {
		call->is_grpc = rk_meta_is_grpc(value);
	} else if (rk_slice_equal_str(name, "te")) {
		if (!rk_slice_equal_str(value, "trailers") && err->status == RK_OK)
			rk_fail_reason(
				err, RK_INVALID_ARGUMENT, "ARGUMENT_INVALID", "te is not trailers");
	} else if (rk_slice_equal_str(name, "grpc-encoding")) {
		if (!rk_slice_equal_str(value, "identity") && err->status == RK_OK)
			rk_fail_reason(err, RK_UNIMPLEMENTED, "COMPRESSION_UNSUPPORTED",
				"grpc-encoding is other than identity");
	} else if (rk_slice_equal_str(name, "grpc-timeout")) {
		if (err->status == RK_OK &&
			rk_meta_timeout(value, &call->asked_timeout_us, err) != RK_OK)
			return;
	} else if (rk_slice_equal_str(name, "accept-language")) {
		call->language = rk_language(rk_meta_language(value));
	} else {
		if (ends_with(name, "-bin") && err->status == RK_OK)
			check_binary(call, name, value);
		if (call->env->on_header)
			call->env->on_header(call, name, value);
	}
}
