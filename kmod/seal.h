/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SEAL 3.0, big-endian ("SEAL-3.0-BE"): the length-increasing pseudo-random function
 * of Rogaway and Coppersmith. A pure core.
 */
#ifndef SG_SEAL_H
#define SG_SEAL_H

#include "types.h"

#define SG_SEAL_KEY_BYTES	20
#define SG_SEAL_BLOCK_BYTES	1024	/* output of one set of R words */
#define SG_SEAL_STREAM_MAX	65536	/* bytes of one position index */
#define SG_SEAL_LANES		4	/* streams made side by side */

/*
 * The tables are as good as the key: wiped like it, never dumped. A reader may
 * use them from any context and CPU; they never change once made.
 */
struct sg_seal_tables {
	u32 t[512];
	u32 s[256];
	u32 r[4 * (SG_SEAL_STREAM_MAX / SG_SEAL_BLOCK_BYTES)];
};

/**
 * sg_seal_setkey() - make the tables of a key
 * @tables: written whole
 * @key: 160 bits
 *
 * 207 SHA-1 compressions: process context only.
 */
void sg_seal_setkey(struct sg_seal_tables *tables, const u8 key[SG_SEAL_KEY_BYTES]);

/**
 * sg_seal_wipe() - forget a key's tables
 * @tables: overwritten
 */
void sg_seal_wipe(struct sg_seal_tables *tables);

/**
 * sg_seal_stream() - write key stream
 * @tables: of the key
 * @n: position index
 * @offset: first byte of the stream wanted
 * @out: written
 * @len: bytes; offset + len at most SG_SEAL_STREAM_MAX
 *
 * Any context. Return: 0, or -EINVAL where the stream is not that long.
 */
int sg_seal_stream(const struct sg_seal_tables *tables, u32 n, u32 offset, u8 *out, u32 len);

/**
 * sg_seal_xor() - encrypt or decrypt in place, from byte 0 of the stream
 * @tables: of the key
 * @n: position index
 * @data: changed in place
 * @len: bytes, at most SG_SEAL_STREAM_MAX
 *
 * Any context. Return: 0 or -EINVAL.
 */
int sg_seal_xor(const struct sg_seal_tables *tables, u32 n, u8 *data, u32 len);

/* One packet of a batch: its own index, data and length; one key for all. */
struct sg_seal_job {
	u8 *data;
	u32 len;
	u32 n;
};

/**
 * sg_seal_xor_many() - encrypt or decrypt several packets of one key side by side
 * @tables: of the key
 * @jobs: what to do; each as by sg_seal_xor()
 * @count: of jobs; any number
 *
 * Any context. Return: 0, or -EINVAL before anything is changed.
 */
int sg_seal_xor_many(const struct sg_seal_tables *tables, const struct sg_seal_job *jobs,
		     u32 count);

/**
 * sg_seal_selftest() - compare with the published vectors
 *
 * Return: true when every vector is met.
 */
bool sg_seal_selftest(void);

#endif /* SG_SEAL_H */
