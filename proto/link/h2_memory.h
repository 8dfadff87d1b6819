/* h2_memory.h - memory of one nghttp2 session, with its large blocks in pages of their own.
 *
 * nghttp2 takes 16 KiB for the frame that it sends and 4 KiB for its table of streams as soon as there is a session: most of what
 * an idle connection costs.  Pages that nobody has touched cost nothing, and those of the frame are given back while
 * there is nothing to send.
 */
#pragma once
#include <nghttp2/nghttp2.h>

#include <stdbool.h>
#include <stddef.h>

enum { RK_H2_MEMORY_BLOCKS = 4 };

/* Stays where it is, and lives longer than the session. */
struct rk_h2_memory {
	nghttp2_mem mem; /* for nghttp2_session_server_new3 and _client_new3 */

	struct rk_h2_memory_block {
		void *at; /* NULL: unused */
		size_t size;
	} blocks[RK_H2_MEMORY_BLOCKS];

	void *frame;       /* the block of the outgoing frame; NULL: not known */
	bool frame_passed; /* it has been seen: no later one is it */
};

void rk_h2_memory_init(struct rk_h2_memory *memory);
/* The session has sent all it had: what its frame has touched is given back, and comes again as zeros. */
void rk_h2_memory_rest(struct rk_h2_memory *memory);
