/* bite.h - an input taken from its front, a bite at a time; what is not there any more reads as zero and as empty. */
#pragma once
#include "base/buf.h"

#include <stdint.h>

static inline uint8_t bite_byte(struct rk_slice *in)
{
	uint8_t byte = in->len ? in->at[0] : 0;

	if (in->len) {
		in->at++;
		in->len--;
	}
	return byte;
}

/* At most so many bytes. */
static inline struct rk_slice bite_bytes(struct rk_slice *in, size_t most)
{
	struct rk_slice bytes = rk_slice_of(in->at, in->len < most ? in->len : most);

	in->at += bytes.len;
	in->len -= bytes.len;
	return bytes;
}

/* A length of one byte and so many bytes. */
static inline struct rk_slice bite_short(struct rk_slice *in)
{
	return bite_bytes(in, bite_byte(in));
}

/* A length of two bytes and so many bytes. */
static inline struct rk_slice bite_long(struct rk_slice *in)
{
	size_t most = (size_t)bite_byte(in) << 8;

	most |= bite_byte(in);
	return bite_bytes(in, most);
}
