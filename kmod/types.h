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
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sort.h>
#include <asm/byteorder.h>

static inline u32 sg_to_be32(u32 word)
{
	return (__force u32)cpu_to_be32(word);
}

/* Zeroed memory of any size, or NULL. Process context; on its account. */
static inline void *sg_zalloc(size_t count, size_t size)
{
	return kvcalloc(count, size, GFP_KERNEL_ACCOUNT);
}

static inline void sg_free(void *p)
{
	kvfree(p);
}

static inline void sg_sort(void *base, size_t count, size_t size,
			   int (*compare)(const void *, const void *))
{
	sort(base, count, size, compare, NULL);
}
#else
#include <endian.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef __UINT8_TYPE__ u8;
typedef __UINT16_TYPE__ u16;
typedef __UINT32_TYPE__ u32;
typedef __UINT64_TYPE__ u64;
typedef __INT16_TYPE__ s16;
typedef __INT64_TYPE__ s64;

#define U32_MAX UINT32_MAX
#define U64_MAX UINT64_MAX
#define BIT(n) (1ul << (n))
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

static inline void memzero_explicit(void *p, size_t len)
{
	explicit_bzero(p, len);
}

static inline u32 ror32(u32 word, unsigned int shift)
{
	return word >> (shift & 31) | word << (-shift & 31);
}

static inline u32 rol32(u32 word, unsigned int shift)
{
	return word << (shift & 31) | word >> (-shift & 31);
}

static inline u32 sg_to_be32(u32 word)
{
	return htobe32(word);
}

static inline void *sg_zalloc(size_t count, size_t size)
{
	return calloc(count ? count : 1, size);
}

static inline void sg_free(void *p)
{
	free(p);
}

static inline void sg_sort(void *base, size_t count, size_t size,
			   int (*compare)(const void *, const void *))
{
	qsort(base, count, size, compare);
}
#endif

#endif /* SG_TYPES_H */
