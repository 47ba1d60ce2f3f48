// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts a debug line together: prefix, tag, text. What it says is the callers' business. */
#include <stdarg.h>
#include <stdio.h>

#include "emit.h"

bool sg_emit_on(const struct sg_emit *emit)
{
	return emit && emit->line;
}

static void __attribute__((format(printf, 4, 0)))
put(const struct sg_emit *emit, const char *prefix, const char *tag, const char *fmt, va_list ap)
{
	char line[SG_EMIT_MAX];
	int n;

	n = snprintf(line, sizeof(line), "%s%s%s", prefix, tag ? tag : "", tag ? ":" : "");
	if (n < 0 || (size_t)n >= sizeof(line))
		return;
	vsnprintf(line + n, sizeof(line) - (size_t)n, fmt, ap);
	emit->line(line, emit->ctx);
}

void sg_emit_raw(const struct sg_emit *emit, const char *fmt, ...)
{
	va_list ap;

	if (!sg_emit_on(emit))
		return;
	va_start(ap, fmt);
	put(emit, "", NULL, fmt, ap);
	va_end(ap);
}

void sg_emit_isakmp(const struct sg_emit *emit, const char *fmt, ...)
{
	va_list ap;

	if (!sg_emit_on(emit))
		return;
	va_start(ap, fmt);
	put(emit, "ISAKMP:", NULL, fmt, ap);
	va_end(ap);
}

void sg_emit_tagged(const struct sg_emit *emit, const char *fmt, ...)
{
	va_list ap;

	if (!sg_emit_on(emit))
		return;
	va_start(ap, fmt);
	put(emit, "ISAKMP:", emit->tag, fmt, ap);
	va_end(ap);
}
