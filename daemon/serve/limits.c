#include "serve/limits.h"

/* Every setting is within its limits, and they are within 32 bits. */
#define U32(number) ((uint32_t)(number))
#define BUCKET(name)                                                  \
	{                                                             \
		U32(from->name##_burst), U32(from->name##_per_minute) \
	}

static void fill_guard(struct rk_h2_guard_limits *guard, const struct rk_settings_h2 *from)
{
	*guard = (struct rk_h2_guard_limits){
		.buckets =
			{
				  [RK_H2_GUARD_RESET_IN] = BUCKET(reset),
				  [RK_H2_GUARD_RESET_OUT] = BUCKET(reset),
				  [RK_H2_GUARD_PING] = BUCKET(ping),
				  [RK_H2_GUARD_SETTINGS] = BUCKET(settings),
				  [RK_H2_GUARD_WINDOW] = BUCKET(window_update),
				  [RK_H2_GUARD_PRIORITY] = BUCKET(priority),
				  [RK_H2_GUARD_UNKNOWN] = BUCKET(unknown),
				  [RK_H2_GUARD_ACK] = BUCKET(needless),
				  [RK_H2_GUARD_EMPTY] = {U32(from->empty_data), 0},
				  [RK_H2_GUARD_CONTINUATION] = {U32(from->continuation), 0},
				  [RK_H2_GUARD_GLITCH] = BUCKET(glitch),
				  [RK_H2_GUARD_KEY_UPDATE] = BUCKET(key_update),
				  },
		.window_per_frame = U32(from->window_update_per_frame),
		.preface_ms = U32(from->preface_ms),
		.block_ms = U32(from->block_ms),
		.overhead_times = U32(from->overhead_times),
		.overhead_free = U32(from->overhead_free),
		.stall_ms = U32(from->stall_ms),
		.stall_bytes = U32(from->stall_bytes),
	};
}

void rk_limits_fill(struct rk_limits *limits, const struct rk_settings *settings)
{
	const struct rk_settings_h2 *from = &settings->h2;

	fill_guard(&limits->guard, from);
	limits->h2 = rk_h2_limits_default;
	limits->h2.guard = &limits->guard;
	limits->h2.max_streams = U32(from->max_streams);
	limits->h2.max_streams_life = U32(from->max_streams_life);
	limits->h2.max_frame = U32(from->max_frame);
	limits->h2.max_settings = U32(from->settings_entries);
	limits->h2.header_table = U32(from->header_table);
	limits->h2.max_header_list = U32(from->max_header_list);
	limits->h2.max_header_fields = U32(from->max_header_fields);
	limits->h2.max_header_value = U32(from->max_header_value);
	limits->h2.stream_window = U32(from->stream_window);
	limits->h2.session_window = U32(from->connection_window);
	limits->h2.settings_timeout_ms = U32(from->settings_ack_ms);
	limits->h2.output_frames = U32(from->output_frames);
	limits->h2.output_bytes = U32(from->output_bytes);
	limits->h2.turn_bytes = U32(from->turn_bytes);
	limits->h2.turn_frames = U32(from->turn_frames);
}
