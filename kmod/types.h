/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few types and helpers that the pure cores (seal, replay, acl, lifetime,
 * espsize) need, for the kernel and for user space, where the same cores are
 * built for unit tests, fuzzers, oracles and benchmarks.
 *
 * Not for anything that needs more of the kernel than this: such a file is not a
 * pure core.
 */
#ifndef SG_TYPES_H
#define SG_TYPES_H

#ifdef __KERNEL__
#include <linux/types.h>
#include <linux/string.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/bits.h>
#else
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int16_t s16;
typedef int64_t s64;

#define U32_MAX UINT32_MAX
#define U64_MAX UINT64_MAX
#define BIT(n) (1ul << (n))

static inline void memzero_explicit(void *p, size_t len)
{
	explicit_bzero(p, len);
}
#endif

#endif /* SG_TYPES_H */
