/* service.h - grpc.testing.TestService on the call layer of renkeid, for clients that nobody here wrote.
 *
 * What gRPC's public interoperability test descriptions ask of a server, but for compression: renkei has none, and says so
 * with UNIMPLEMENTED.
 */
#pragma once
#include "call/call.h"

/* Every method but UnimplementedCall, ended by NULL. */
extern const struct rk_method *const interop_methods[];

/* For struct rk_call_env: the metadata that is to be echoed. */
void interop_on_header(struct rk_call *call, struct rk_slice name, struct rk_slice value);
size_t interop_on_answer(struct rk_call *call, bool trailers, struct rk_h2_header *list);
