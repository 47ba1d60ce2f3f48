/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the debug lines of vendor IDs and proposals go, one call a line, in the seeds' form. It
 * decides nothing: the engine plugs its debug output in.
 */
#ifndef SG_IKE_EMIT_H
#define SG_IKE_EMIT_H

#include <stdbool.h>

#define SG_EMIT_MAX 512		/* bytes of a line; longer ones are cut */

/*
 * tag is what IOS prints behind "ISAKMP:" for an SA, "(0:1:SW:1)"; NULL prints none. A NULL
 * struct, or a NULL line, is silent.
 */
struct sg_emit {
	void (*line)(const char *line, void *ctx);
	void *ctx;
	const char *tag;
};

bool sg_emit_on(const struct sg_emit *emit);

/* The text as it is. */
void sg_emit_raw(const struct sg_emit *emit, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* "ISAKMP:" and the text. */
void sg_emit_isakmp(const struct sg_emit *emit, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* "ISAKMP:", the tag, ":" and the text. */
void sg_emit_tagged(const struct sg_emit *emit, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* SG_IKE_EMIT_H */
