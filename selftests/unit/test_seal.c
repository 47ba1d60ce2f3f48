// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SEAL 3.0 against its published vectors, against a plain rendering of the paper written here, and
 * against itself: seeks, partial blocks and side-by-side streams must all be the one stream.
 * SEAL 2.0, which has the same first 16 bytes, must be told apart.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
/* SHA-1's compression alone, without padding, is only in the old interface. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "../../kmod/seal.h"

#define GUARD		64		/* bytes around a buffer that must stay as they are */
#define GUARD_BYTE	0xa5
#define STREAM		SG_SEAL_STREAM_MAX

static const u8 published_key[SG_SEAL_KEY_BYTES] = {
	0x67, 0x45, 0x23, 0x01, 0xef, 0xcd, 0xab, 0x89, 0x98, 0xba,
	0xdc, 0xfe, 0x10, 0x32, 0x54, 0x76, 0xc3, 0xd2, 0xe1, 0xf0,
};

static const struct {
	u32 n;
	const char *start, *seam, *last, *sha256;
} vectors[] = {
	{
		0x013577af,
		"37a005959b84c49ca4be1e050673530f5fb097fdf6a13fbd6c2cdecd81fdee7c",
		"4d1a6134fed9fede636504aa691e08e410b17e144386d81752ffbee926003f4d",
		"acdc23c36420b1bcfe3c47776be6737d",
		"265b1738daa95d0c031dcd8542d58eb4f7a2ef16423f994905f325c5432d0c8f",
	}, {
		0x00000001,
		"5bd0340b7fc284c099fb206ba6dfb35eda19ce04e08d4fce6487f6d483ecaa70",
		"c93527a6dd01a4a0a31784731b8120ffa5b4b18aaf9bcd88c59eca3a1741958e",
		"56c6014b9ff13b6ef9c3f231bb10fa87",
		"d36fe83580bd122900c381cd130830cec690590d9d12c7790531321ab05b323c",
	}, {
		0xffffffff,
		"0ae7c678cbbdbd861f612a2d965d71800cf56259cee021d5965a96a8c69bbcfc",
		"0b1ee3bdb88846eff56514b2edfae4bf15ac6e55e068fb6302b06531f7e5e492",
		"5a7dfb1f691b9f8a0e1849ff4114d3b4",
		"d94d77d710151fb83a8c2dff3d823dd3b86a2a2b63400618473556aae40bf651",
	},
};

static const u32 indices[] = { 0, 1, 2, 0x013577af, 0x7fffffff, 0x80000000, 0xffffffff };

static struct sg_seal_tables tables;
static u8 stream[STREAM], other[STREAM];

static int set_up(void **state)
{
	(void)state;
	sg_seal_setkey(&tables, published_key);
	return 0;
}

static u32 draw(u64 *seed)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return *seed >> 33;
}

static void assert_hex(const u8 *bytes, const char *hex)
{
	size_t i, len = strlen(hex) / 2;
	char got[2 * 64 + 1];

	for (i = 0; i < len; i++)
		snprintf(got + 2 * i, 3, "%02x", bytes[i]);
	assert_string_equal(got, hex);
}

static u32 fold(const u8 *bytes, u32 words)
{
	u32 x = 0, i;

	for (i = 0; i < words; i++, bytes += 4)
		x ^= (u32)bytes[0] << 24 | (u32)bytes[1] << 16 | (u32)bytes[2] << 8 | bytes[3];
	return x;
}

/*
 * The paper, word by word, and its version 2.0: no lanes, no unrolling, no seeks. It has its tables
 * from the core; key_tables() checks those.
 */
static u32 turn(u32 x, u32 by)
{
	return x >> by | x << (32 - by);
}

static void put(u8 **out, u32 word)
{
	u32 i;

	for (i = 0; i < 4; i++)
		*(*out)++ = word >> (24 - 8 * i);
}

static void paper(int version, u32 n, u32 blocks, u8 *out)
{
	const u32 *T = tables.t, *S = tables.s, *R = tables.r;
	u32 l, i, k, P, Q;

	for (l = 0; l < blocks; l++) {
		u32 A = n ^ R[4 * l], B = turn(n, 8) ^ R[4 * l + 1];
		u32 C = turn(n, 16) ^ R[4 * l + 2], D = turn(n, 24) ^ R[4 * l + 3];
		u32 n1 = 0, n2 = 0, n3 = 0, n4 = 0;

		for (k = 0; k < 3; k++) {
			if (k == 2) {
				n1 = D;
				n2 = B;
				n3 = A;
				n4 = C;
			}
			B += T[(A & 0x7fc) / 4];
			A = turn(A, 9);
			C += T[(B & 0x7fc) / 4];
			B = turn(B, 9);
			D += T[(C & 0x7fc) / 4];
			C = turn(C, 9);
			A += T[(D & 0x7fc) / 4];
			D = turn(D, 9);
		}
		for (i = 1; i <= 64; i++) {
			u32 x = i % 2 ? n1 : n3, y = i % 2 ? n2 : n4;

			P = A & 0x7fc;
			B += T[P / 4];
			A = turn(A, 9);
			B ^= A;
			Q = B & 0x7fc;
			C ^= T[Q / 4];
			B = turn(B, 9);
			C += B;
			P = (P + C) & 0x7fc;
			D += T[P / 4];
			C = turn(C, 9);
			D ^= C;
			Q = (Q + D) & 0x7fc;
			A ^= T[Q / 4];
			D = turn(D, 9);
			A += D;
			P = (P + A) & 0x7fc;
			B ^= T[P / 4];
			A = turn(A, 9);
			Q = (Q + B) & 0x7fc;
			C += T[Q / 4];
			B = turn(B, 9);
			P = (P + C) & 0x7fc;
			D ^= T[P / 4];
			C = turn(C, 9);
			Q = (Q + D) & 0x7fc;
			A += T[Q / 4];
			D = turn(D, 9);
			put(&out, B + S[4 * i - 4]);
			put(&out, C ^ S[4 * i - 3]);
			put(&out, D + S[4 * i - 2]);
			put(&out, A ^ S[4 * i - 1]);
			A += x;
			if (version == 2) {
				C += y;
			} else {
				B += y;
				C ^= x;
				D ^= y;
			}
		}
	}
}

static void key_tables(void **state)
{
	static const u32 R[] = { 0x5021758d, 0xce577c11, 0xfa5bd5dd, 0x366d1b93 };
	static const u32 T[] = { 0x92b404e5, 0x56588ced, 0x6c1acd4e, 0xbf053f68 };
	static const u32 S[] = { 0x907c1e3d, 0xce71ef0a, 0x48f559ef, 0x2b7ab8bc };

	(void)state;
	assert_memory_equal(tables.r, R, sizeof(R));
	assert_memory_equal(tables.t, T, sizeof(T));
	assert_memory_equal(tables.s, S, sizeof(S));
}

/* One word of a table by OpenSSL's SHA-1 compression. */
static u32 openssl_word(const u8 *key, u32 index)
{
	u8 block[SHA_CBLOCK] = { 0 };
	u32 i, word = index / 5;
	u32 h[5];
	SHA_CTX c;

	for (i = 0; i < 5; i++)
		h[i] = fold(key + 4 * i, 1);
	SHA1_Init(&c);
	c.h0 = h[0];
	c.h1 = h[1];
	c.h2 = h[2];
	c.h3 = h[3];
	c.h4 = h[4];
	for (i = 0; i < 4; i++)
		block[i] = word >> (24 - 8 * i);
	SHA1_Transform(&c, block);
	h[0] = c.h0;
	h[1] = c.h1;
	h[2] = c.h2;
	h[3] = c.h3;
	h[4] = c.h4;
	return h[index % 5];
}

static void tables_by_openssl(void **state)
{
	static struct sg_seal_tables made;
	u8 key[SG_SEAL_KEY_BYTES];
	u64 seed = 160;
	u32 round, i;

	(void)state;
	for (round = 0; round < 4; round++) {
		for (i = 0; i < sizeof(key); i++)
			key[i] = round == 0 ? 0 : round == 1 ? 0xff : draw(&seed);
		sg_seal_setkey(&made, key);
		for (i = 0; i < 512; i++)
			assert_int_equal(made.t[i], openssl_word(key, i));
		for (i = 0; i < 256; i++)
			assert_int_equal(made.s[i], openssl_word(key, 0x1000 + i));
		for (i = 0; i < 256; i++)
			assert_int_equal(made.r[i], openssl_word(key, 0x2000 + i));
	}
}

static void published(void **state)
{
	u8 digest[SHA256_DIGEST_LENGTH], piece[32];
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		assert_int_equal(sg_seal_stream(&tables, vectors[i].n, 0, stream, STREAM), 0);
		assert_hex(stream, vectors[i].start);
		assert_hex(stream + 4080, vectors[i].seam);
		assert_hex(stream + 65520, vectors[i].last);
		SHA256(stream, STREAM, digest);
		assert_hex(digest, vectors[i].sha256);

		assert_int_equal(sg_seal_stream(&tables, vectors[i].n, 4080, piece, 32), 0);
		assert_hex(piece, vectors[i].seam);
		assert_int_equal(sg_seal_stream(&tables, vectors[i].n, 65520, piece, 16), 0);
		assert_hex(piece, vectors[i].last);
	}
	sg_seal_stream(&tables, 0x013577af, 0, stream, 4096);
	assert_int_equal(fold(stream, 1024), 0x3e0fe99f);
}

static void by_the_paper(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(indices); i++) {
		paper(3, indices[i], STREAM / SG_SEAL_BLOCK_BYTES, other);
		assert_int_equal(sg_seal_stream(&tables, indices[i], 0, stream, STREAM), 0);
		assert_memory_equal(stream, other, STREAM);
	}
}

static void not_version_2(void **state)
{
	u32 i, same = 0;

	(void)state;
	paper(2, 0x013577af, 4, other);
	assert_int_equal(fold(other, 1024), 0x098045fc);
	sg_seal_stream(&tables, 0x013577af, 0, stream, 4096);
	assert_memory_equal(stream, other, 16);
	assert_memory_not_equal(stream + 16, other + 16, 16);
	for (i = 16; i < 4096; i += 4)
		same += !memcmp(stream + i, other + i, 4);
	/* Each block begins with the same 16 bytes; nothing else is alike but by chance. */
	assert_in_range(same, 3 * 4, 3 * 4 + 2);
}

static void seek(u32 n, u32 offset, u32 len)
{
	static u8 guarded[STREAM + 2 * GUARD];
	u32 i;

	memset(guarded, GUARD_BYTE, sizeof(guarded));
	assert_int_equal(sg_seal_stream(&tables, n, offset, guarded + GUARD, len), 0);
	if (memcmp(guarded + GUARD, stream + offset, len))
		fail_msg("n %08x offset %u len %u: not the stream", n, offset, len);
	for (i = 0; i < GUARD; i++)
		if (guarded[i] != GUARD_BYTE || guarded[GUARD + len + i] != GUARD_BYTE)
			fail_msg("n %08x offset %u len %u: wrote outside", n, offset, len);
}

static void seeks(void **state)
{
	u64 seed = 1998;
	u32 i, l, at;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(indices); i++) {
		sg_seal_stream(&tables, indices[i], 0, stream, STREAM);
		for (l = 0; l < STREAM / SG_SEAL_BLOCK_BYTES; l++) {
			at = l * SG_SEAL_BLOCK_BYTES;
			seek(indices[i], at, SG_SEAL_BLOCK_BYTES);
			seek(indices[i], at, 1);
			seek(indices[i], at + SG_SEAL_BLOCK_BYTES - 1, 1);
			if (l)
				seek(indices[i], at - 17, 35);
		}
		for (at = 0; at < 200; at++)
			seek(indices[i], at, 200 - at);
		for (l = 0; l < 1000; l++) {
			at = draw(&seed) % (STREAM + 1);
			seek(indices[i], at, draw(&seed) % (STREAM - at + 1) >> draw(&seed) % 12);
		}
	}
}

/* Every length there is up to two blocks and a bit, at every alignment of a word. */
static void partial_blocks(void **state)
{
	static u8 guarded[4096];
	u32 len, i, shift;

	(void)state;
	sg_seal_stream(&tables, 77, 0, stream, STREAM);
	for (len = 0; len <= 2200; len++) {
		shift = len % 8;
		memset(guarded, GUARD_BYTE, sizeof(guarded));
		assert_int_equal(sg_seal_xor(&tables, 77, guarded + GUARD + shift, len), 0);
		for (i = 0; i < sizeof(guarded); i++) {
			u32 at = i - GUARD - shift;
			u8 want = GUARD_BYTE ^ (i >= GUARD + shift && at < len ? stream[at] : 0);

			if (guarded[i] != want)
				fail_msg("len %u: byte %d", len, (int)at);
		}
	}
}

static void limits(void **state)
{
	struct sg_seal_job jobs[2] = {
		{ .data = stream, .len = 8, .n = 1 },
		{ .data = other, .len = STREAM + 1, .n = 2 },
	};
	u8 byte = GUARD_BYTE;

	(void)state;
	assert_int_equal(sg_seal_stream(&tables, 1, STREAM, &byte, 0), 0);
	assert_int_equal(sg_seal_stream(&tables, 1, STREAM, &byte, 1), -EINVAL);
	assert_int_equal(sg_seal_stream(&tables, 1, STREAM + 1, &byte, 0), -EINVAL);
	assert_int_equal(sg_seal_stream(&tables, 1, 1, &byte, STREAM), -EINVAL);
	assert_int_equal(sg_seal_stream(&tables, 1, U32_MAX, &byte, 1), -EINVAL);
	assert_int_equal(sg_seal_stream(&tables, 1, 1, &byte, U32_MAX), -EINVAL);
	assert_int_equal(sg_seal_xor(&tables, 1, &byte, STREAM + 1), -EINVAL);
	assert_int_equal(sg_seal_xor(&tables, 1, &byte, 0), 0);
	assert_int_equal(byte, GUARD_BYTE);

	/* One job too long: none is touched. */
	memset(stream, GUARD_BYTE, 8);
	assert_int_equal(sg_seal_xor_many(&tables, jobs, 2), -EINVAL);
	assert_int_equal(stream[0], GUARD_BYTE);
	assert_int_equal(sg_seal_xor_many(&tables, jobs, 0), 0);
	assert_int_equal(stream[0], GUARD_BYTE);
}

#define JOBS_MAX	13
#define JOB_ROOM	(9100 + 2 * GUARD)

static u32 job_length(u64 *seed, u32 round)
{
	static const u32 usual[] = { 0, 1, 31, 32, 33, 64, 1023, 1024, 1025, 1408, 1500, 9000 };

	switch (round % 4) {
	case 0:
		return usual[draw(seed) % ARRAY_SIZE(usual)];
	case 1:
		return usual[round / 4 % ARRAY_SIZE(usual)];
	case 2:
		return draw(seed) % 100;
	default:
		return draw(seed) % 9001;
	}
}

static void side_by_side(void **state)
{
	static u8 many[JOBS_MAX][JOB_ROOM], one[JOBS_MAX][JOB_ROOM];
	struct sg_seal_job jobs[JOBS_MAX];
	u32 round, count, i;
	u64 seed = 4;

	(void)state;
	for (round = 0; round < 1500; round++) {
		count = draw(&seed) % (JOBS_MAX + 1);
		for (i = 0; i < JOBS_MAX; i++)
			memset(many[i], draw(&seed), JOB_ROOM);
		memcpy(one, many, sizeof(one));
		for (i = 0; i < count; i++) {
			u32 shift = GUARD + draw(&seed) % 8;

			jobs[i].n = round % 5 ? draw(&seed) : indices[i % ARRAY_SIZE(indices)];
			jobs[i].len = job_length(&seed, round);
			jobs[i].data = many[i] + shift;
			assert_int_equal(sg_seal_xor(&tables, jobs[i].n, one[i] + shift,
						     jobs[i].len), 0);
		}
		assert_int_equal(sg_seal_xor_many(&tables, jobs, count), 0);
		assert_memory_equal(one, many, sizeof(one));
	}
}

static void longest_side_by_side(void **state)
{
	static u8 many[SG_SEAL_LANES][STREAM];
	struct sg_seal_job jobs[SG_SEAL_LANES];
	u32 i;

	(void)state;
	memset(many, 0, sizeof(many));
	for (i = 0; i < SG_SEAL_LANES; i++)
		jobs[i] = (struct sg_seal_job){ many[i], STREAM - i, indices[i] };
	assert_int_equal(sg_seal_xor_many(&tables, jobs, SG_SEAL_LANES), 0);
	for (i = 0; i < SG_SEAL_LANES; i++) {
		paper(3, indices[i], STREAM / SG_SEAL_BLOCK_BYTES, other);
		memset(other + STREAM - i, 0, i);
		assert_memory_equal(many[i], other, STREAM);
	}
}

static void wipe(void **state)
{
	static const struct sg_seal_tables zeros;
	struct sg_seal_tables made;

	(void)state;
	sg_seal_setkey(&made, published_key);
	sg_seal_wipe(&made);
	assert_memory_equal(&made, &zeros, sizeof(made));
}

static void selftest(void **state)
{
	(void)state;
	assert_true(sg_seal_selftest());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_tables),
		cmocka_unit_test(tables_by_openssl),
		cmocka_unit_test(published),
		cmocka_unit_test(by_the_paper),
		cmocka_unit_test(not_version_2),
		cmocka_unit_test(seeks),
		cmocka_unit_test(partial_blocks),
		cmocka_unit_test(limits),
		cmocka_unit_test(side_by_side),
		cmocka_unit_test(longest_side_by_side),
		cmocka_unit_test(wipe),
		cmocka_unit_test(selftest),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
