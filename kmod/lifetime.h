/* SPDX-License-Identifier: GPL-2.0 */
/*
 * When an SA must be renewed and when it must end: seconds, bytes and
 * sequence numbers, as a pure function of what has been used.
 */
#ifndef SG_LIFETIME_H
#define SG_LIFETIME_H

#include "types.h"

/* Where the sequence number asks for a rekey, well ahead of the end. */
#define SG_SEQ_SOFT	(U32_MAX - (1u << 24))
#define SG_SEQ_HARD	U32_MAX		/* the last number that may be sent */

struct sg_limits {		/* 0 = none */
	u64 soft_seconds, hard_seconds;
	u64 soft_bytes, hard_bytes;
};

struct sg_used {
	u64 seconds;		/* since the SA was added */
	u64 bytes;		/* of inner packets */
	u32 seq;		/* last sequence number sent, or highest seen */
};

enum sg_life {
	SG_LIFE_OK,
	SG_LIFE_SOFT,
	SG_LIFE_HARD,
};

/**
 * sg_life() - where an SA stands
 * @limits: its limits
 * @used: what it has used
 * @reason: set to an SG_EXPIRE_* of uapi/sealgate.h unless the answer is OK
 *
 * Of several limits passed, hard goes before soft; then seconds, bytes, sequence.
 */
enum sg_life sg_life(const struct sg_limits *limits, const struct sg_used *used, u8 *reason);

/**
 * sg_limits_check() - are these limits sensible?
 *
 * Return: 0, or -EINVAL: a soft limit without or not below its hard one.
 */
int sg_limits_check(const struct sg_limits *limits);

#endif /* SG_LIFETIME_H */
