// SPDX-License-Identifier: GPL-2.0
/*
 * When an SA must be renewed and when it must end, as a function of its limits and of what
 * it has used: no clock, no timer, no state.
 *
 * Not for acting on the answer: sadb.c arms the timer, tells the agent and takes the SA out.
 */
#include "lifetime.h"
#include "../uapi/sealgate.h"

static bool passed(u64 used, u64 limit)
{
	return limit && used >= limit;
}

/* The first of seconds, bytes, sequence that is used up; 0 if none is. */
static u8 spent(const struct sg_used *used, u64 seconds, u64 bytes, u32 seq)
{
	if (passed(used->seconds, seconds))
		return SG_EXPIRE_SECONDS;
	if (passed(used->bytes, bytes))
		return SG_EXPIRE_BYTES;
	if (used->seq >= seq)
		return SG_EXPIRE_SEQUENCE;
	return 0;
}

enum sg_life sg_life(const struct sg_limits *limits, const struct sg_used *used, u8 *reason)
{
	u8 why;

	why = spent(used, limits->hard_seconds, limits->hard_bytes, SG_SEQ_HARD);
	if (why) {
		*reason = why;
		return SG_LIFE_HARD;
	}
	why = spent(used, limits->soft_seconds, limits->soft_bytes, SG_SEQ_SOFT);
	if (why) {
		*reason = why;
		return SG_LIFE_SOFT;
	}
	return SG_LIFE_OK;
}

static bool sensible(u64 soft, u64 hard)
{
	return !soft || soft < hard;
}

int sg_limits_check(const struct sg_limits *limits)
{
	if (!sensible(limits->soft_seconds, limits->hard_seconds) ||
	    !sensible(limits->soft_bytes, limits->hard_bytes))
		return -EINVAL;
	return 0;
}
