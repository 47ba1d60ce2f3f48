// SPDX-License-Identifier: GPL-2.0
/*
 * SEAL 3.0, big-endian: P. Rogaway and D. Coppersmith, "A Software-Optimized Encryption
 * Algorithm", Journal of Cryptology 11(4), 1998. Key set-up, key stream, and several key streams
 * side by side. Each stream is one long chain of dependent steps, which leaves a wide CPU idle;
 * the steps of independent streams, taken in turns, fill it.
 *
 * Not for choosing position indices: that no index is used twice under one key is the caller's.
 */
#include "seal.h"

/* What G is asked for: G(i), G(0x1000 + j) and G(0x2000 + k) make the three tables. */
#define T_FIRST		0x0000
#define S_FIRST		0x1000
#define R_FIRST		0x2000

#define DIGEST_WORDS	5
#define CHUNK_WORDS	16
#define SHA_ROUNDS	80

#define INDEX_MASK	0x7fc	/* nine bits of a word as a byte offset into T */
#define ROTATE		9
#define ROUND_WORDS	4
#define PAIR_WORDS	(2 * ROUND_WORDS)
#define PAIR_BYTES	32	/* an odd and an even round: the least a lane does at once */
#define R_WORDS		4	/* of R for each block */

/* --- tables -------------------------------------------------------------------------------- */

/* The working memory of a key set-up, in one place to be wiped whole. */
struct gamma {
	u32 key[DIGEST_WORDS];
	u32 h[DIGEST_WORDS];
	u32 w[CHUNK_WORDS];
	u32 v[DIGEST_WORDS];
};

static u32 sha_mix(const u32 *v, unsigned int round)
{
	if (round < 20)
		return ((v[1] & v[2]) | (~v[1] & v[3])) + 0x5a827999;
	if (round < 40)
		return (v[1] ^ v[2] ^ v[3]) + 0x6ed9eba1;
	if (round < 60)
		return ((v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3])) + 0x8f1bbcdc;
	return (v[1] ^ v[2] ^ v[3]) + 0xca62c1d6;
}

/*
 * The compression function of SHA-1 (FIPS 180-4, 6.1.2) from the chaining value g->key over the
 * one chunk {index, 0, ...}; the result goes to g->h. The schedule lives in a ring of 16.
 */
static void gamma_compress(struct gamma *g, u32 index)
{
	u32 *v = g->v, *w = g->w;
	unsigned int i;

	memset(w, 0, sizeof(g->w));
	w[0] = index;
	memcpy(v, g->key, sizeof(g->v));
	for (i = 0; i < SHA_ROUNDS; i++) {
		u32 word = w[i % CHUNK_WORDS], sum;

		if (i >= CHUNK_WORDS) {
			word = rol32(w[(i - 3) % CHUNK_WORDS] ^ w[(i - 8) % CHUNK_WORDS] ^
				     w[(i - 14) % CHUNK_WORDS] ^ word, 1);
			w[i % CHUNK_WORDS] = word;
		}
		sum = rol32(v[0], 5) + sha_mix(v, i) + v[4] + word;
		v[4] = v[3];
		v[3] = v[2];
		v[2] = rol32(v[1], 30);
		v[1] = v[0];
		v[0] = sum;
	}
	for (i = 0; i < DIGEST_WORDS; i++)
		g->h[i] = g->key[i] + v[i];
}

/* Five words of a table come from one compression. */
static void gamma_fill(struct gamma *g, u32 first, u32 *out, u32 count)
{
	u32 i;

	for (i = 0; i < count; i++) {
		u32 at = first + i;

		if (!i || at % DIGEST_WORDS == 0)
			gamma_compress(g, at / DIGEST_WORDS);
		out[i] = g->h[at % DIGEST_WORDS];
	}
}

void sg_seal_setkey(struct sg_seal_tables *tables, const u8 key[SG_SEAL_KEY_BYTES])
{
	struct gamma g;
	unsigned int i;

	memcpy(g.key, key, SG_SEAL_KEY_BYTES);
	for (i = 0; i < DIGEST_WORDS; i++)
		g.key[i] = sg_to_be32(g.key[i]);
	gamma_fill(&g, T_FIRST, tables->t, ARRAY_SIZE(tables->t));
	gamma_fill(&g, S_FIRST, tables->s, ARRAY_SIZE(tables->s));
	gamma_fill(&g, R_FIRST, tables->r, ARRAY_SIZE(tables->r));
	memzero_explicit(&g, sizeof(g));
}

void sg_seal_wipe(struct sg_seal_tables *tables)
{
	memzero_explicit(tables, sizeof(*tables));
}

/* --- one round ------------------------------------------------------------------------------ */

/* The moving part of a lane; held in registers as far as they go. */
struct regs {
	u32 a, b, c, d;
	u32 p, q;
};

/* One stream: where it stands, what it encrypts. */
struct lane {
	struct regs x;
	u32 n1, n2, n3, n4;
	const u32 *s;		/* what the next round adds */
	u8 *data;		/* where the next round goes */
	u32 left;		/* bytes of data left */
	u32 at;			/* byte of the stream */
	u32 n;
};

static __always_inline u32 word_at(const u32 *t, u32 bytes)
{
	return *(const u32 *)((const u8 *)t + bytes);
}

/* Steps 1 to 4. */
static __always_inline void first_half(struct regs *x, const u32 *t)
{
	x->p = x->a & INDEX_MASK;
	x->b += word_at(t, x->p);
	x->a = ror32(x->a, ROTATE);
	x->b ^= x->a;

	x->q = x->b & INDEX_MASK;
	x->c ^= word_at(t, x->q);
	x->b = ror32(x->b, ROTATE);
	x->c += x->b;

	x->p = (x->p + x->c) & INDEX_MASK;
	x->d += word_at(t, x->p);
	x->c = ror32(x->c, ROTATE);
	x->d ^= x->c;

	x->q = (x->q + x->d) & INDEX_MASK;
	x->a ^= word_at(t, x->q);
	x->d = ror32(x->d, ROTATE);
	x->a += x->d;
}

/* Steps 5 to 8. */
static __always_inline void second_half(struct regs *x, const u32 *t)
{
	x->p = (x->p + x->a) & INDEX_MASK;
	x->b ^= word_at(t, x->p);
	x->a = ror32(x->a, ROTATE);

	x->q = (x->q + x->b) & INDEX_MASK;
	x->c += word_at(t, x->q);
	x->b = ror32(x->b, ROTATE);

	x->p = (x->p + x->c) & INDEX_MASK;
	x->d ^= word_at(t, x->p);
	x->c = ror32(x->c, ROTATE);

	x->q = (x->q + x->d) & INDEX_MASK;
	x->a += word_at(t, x->q);
	x->d = ror32(x->d, ROTATE);
}

static __always_inline void xor_word(u8 *data, u32 word)
{
	u32 v;

	memcpy(&v, data, sizeof(v));
	v ^= sg_to_be32(word);
	memcpy(data, &v, sizeof(v));
}

static __always_inline void emit(const struct regs *x, const u32 *s, u8 *data)
{
	xor_word(data, x->b + s[0]);
	xor_word(data + 4, x->c ^ s[1]);
	xor_word(data + 8, x->d + s[2]);
	xor_word(data + 12, x->a ^ s[3]);
}

/* What SEAL 3.0 adds after each round; the other pair of n every other time. */
static __always_inline void stir(struct regs *x, u32 m1, u32 m2)
{
	x->a += m1;
	x->b += m2;
	x->c ^= m1;
	x->d ^= m2;
}

/* The end of a round. The even one takes the lane on to its next pair. */
static __always_inline void finish(struct lane *l, struct regs *x, const bool odd)
{
	emit(x, odd ? l->s : l->s + ROUND_WORDS, odd ? l->data : l->data + PAIR_BYTES / 2);
	stir(x, odd ? l->n1 : l->n3, odd ? l->n2 : l->n4);
	if (odd)
		return;
	l->s += PAIR_WORDS;
	l->data += PAIR_BYTES;
}

/* One round of each lane, in turns of half a round. */
static __always_inline void run_round(struct lane *l, struct regs *x, const unsigned int lanes,
				      const bool odd, const u32 *t)
{
	first_half(&x[0], t);
	if (lanes > 1)
		first_half(&x[1], t);
	if (lanes > 2)
		first_half(&x[2], t);
	if (lanes > 3)
		first_half(&x[3], t);
	second_half(&x[0], t);
	finish(&l[0], &x[0], odd);
	if (lanes > 1) {
		second_half(&x[1], t);
		finish(&l[1], &x[1], odd);
	}
	if (lanes > 2) {
		second_half(&x[2], t);
		finish(&l[2], &x[2], odd);
	}
	if (lanes > 3) {
		second_half(&x[3], t);
		finish(&l[3], &x[3], odd);
	}
}

/*
 * `pairs` double rounds of `lanes` streams in turns. `lanes` is a constant where this is inlined
 * and no index is a variable: the words of a lane stay in registers, and no branch is left.
 */
static __always_inline void run_lanes(struct lane *l, const unsigned int lanes, u32 pairs,
				      const u32 *t)
{
	struct regs x[SG_SEAL_LANES];

	x[0] = l[0].x;
	if (lanes > 1)
		x[1] = l[1].x;
	if (lanes > 2)
		x[2] = l[2].x;
	if (lanes > 3)
		x[3] = l[3].x;
	while (pairs--) {
		run_round(l, x, lanes, true, t);
		run_round(l, x, lanes, false, t);
	}
	l[0].x = x[0];
	if (lanes > 1)
		l[1].x = x[1];
	if (lanes > 2)
		l[2].x = x[2];
	if (lanes > 3)
		l[3].x = x[3];
}

/* One copy of the rounds for each number of lanes. */
static void run(struct lane *l, unsigned int lanes, u32 pairs, const u32 *t)
{
	u32 done = pairs * PAIR_BYTES;
	unsigned int i;

	switch (lanes) {
	case 1:
		run_lanes(l, 1, pairs, t);
		break;
	case 2:
		run_lanes(l, 2, pairs, t);
		break;
	case 3:
		run_lanes(l, 3, pairs, t);
		break;
	default:
		run_lanes(l, SG_SEAL_LANES, pairs, t);
		break;
	}
	for (i = 0; i < lanes; i++) {
		l[i].at += done;
		l[i].left -= done;
	}
}

/* --- a stream -------------------------------------------------------------------------------- */

static __always_inline void init_round(struct regs *x, const u32 *t)
{
	x->b += word_at(t, x->a & INDEX_MASK);
	x->a = ror32(x->a, ROTATE);
	x->c += word_at(t, x->b & INDEX_MASK);
	x->b = ror32(x->b, ROTATE);
	x->d += word_at(t, x->c & INDEX_MASK);
	x->c = ror32(x->c, ROTATE);
	x->a += word_at(t, x->d & INDEX_MASK);
	x->d = ror32(x->d, ROTATE);
}

/* Sets a lane to the first byte of the block that l->at lies in. */
static void start_block(struct lane *l, const struct sg_seal_tables *tables)
{
	const u32 *r = tables->r + l->at / SG_SEAL_BLOCK_BYTES * R_WORDS;
	struct regs x = {
		.a = l->n ^ r[0],
		.b = ror32(l->n, 8) ^ r[1],
		.c = ror32(l->n, 16) ^ r[2],
		.d = ror32(l->n, 24) ^ r[3],
	};

	init_round(&x, tables->t);
	init_round(&x, tables->t);
	l->n1 = x.d;
	l->n2 = x.b;
	l->n3 = x.a;
	l->n4 = x.c;
	init_round(&x, tables->t);
	l->x = x;
	l->s = tables->s;
}

/* Double rounds that a lane can do before its data or its block ends. */
static u32 pairs_ahead(const struct lane *l)
{
	u32 block = SG_SEAL_BLOCK_BYTES - l->at % SG_SEAL_BLOCK_BYTES;

	return (l->left < block ? l->left : block) / PAIR_BYTES;
}

/*
 * Less than a double round: `skip` bytes of it are passed over, then at most `take` are used. The
 * lane ends at the end of the double round.
 */
static void part(struct lane *l, u32 skip, u32 take, const u32 *t)
{
	u8 *data = l->data, pad[PAIR_BYTES] = { 0 };
	u32 i, left = l->left;

	l->data = pad;
	l->left = PAIR_BYTES;
	run(l, 1, 1, t);
	for (i = 0; i < take; i++)
		data[i] ^= pad[skip + i];
	l->data = data + take;
	l->left = left - take;
	memzero_explicit(pad, sizeof(pad));
}

/* The end of a lane that has less than a double round left. */
static void finish_lane(struct lane *l, const struct sg_seal_tables *tables)
{
	if (!l->left)
		return;
	if (l->at % SG_SEAL_BLOCK_BYTES == 0)
		start_block(l, tables);
	part(l, 0, l->left, tables->t);
}

/* Brings a lane to byte l->at, which may lie inside a block, even inside a double round. */
static void seek_lane(struct lane *l, const struct sg_seal_tables *tables)
{
	u32 in = l->at % SG_SEAL_BLOCK_BYTES;
	u32 skip = in % PAIR_BYTES;
	u32 i, take;

	start_block(l, tables);
	l->at -= in;
	for (i = 0; i < in / PAIR_BYTES; i++)
		part(l, 0, 0, tables->t);
	if (!skip)
		return;
	take = PAIR_BYTES - skip;
	part(l, skip, l->left < take ? l->left : take, tables->t);
}

static bool fits(u32 offset, u32 len)
{
	return offset <= SG_SEAL_STREAM_MAX && len <= SG_SEAL_STREAM_MAX - offset;
}

static void xor_from(const struct sg_seal_tables *tables, u32 n, u32 offset, u8 *data, u32 len)
{
	struct lane l = { .data = data, .left = len, .at = offset, .n = n };

	if (len && offset % SG_SEAL_BLOCK_BYTES)
		seek_lane(&l, tables);
	while (l.left >= PAIR_BYTES) {
		if (l.at % SG_SEAL_BLOCK_BYTES == 0)
			start_block(&l, tables);
		run(&l, 1, pairs_ahead(&l), tables->t);
	}
	finish_lane(&l, tables);
	memzero_explicit(&l, sizeof(l));
}

int sg_seal_stream(const struct sg_seal_tables *tables, u32 n, u32 offset, u8 *out, u32 len)
{
	if (!fits(offset, len))
		return -EINVAL;
	if (!len)
		return 0;
	memset(out, 0, len);
	xor_from(tables, n, offset, out, len);
	return 0;
}

int sg_seal_xor(const struct sg_seal_tables *tables, u32 n, u8 *data, u32 len)
{
	if (!fits(0, len))
		return -EINVAL;
	xor_from(tables, n, 0, data, len);
	return 0;
}

/* Fills the lanes that are free from the jobs ahead. */
static unsigned int refill(struct lane *l, unsigned int lanes, const struct sg_seal_tables *tables,
			   const struct sg_seal_job *jobs, u32 count, u32 *next)
{
	while (lanes < SG_SEAL_LANES && *next < count) {
		const struct sg_seal_job *job = &jobs[(*next)++];

		l[lanes] = (struct lane){ .data = job->data, .left = job->len, .n = job->n };
		if (job->len < PAIR_BYTES)
			finish_lane(&l[lanes], tables);
		else
			start_block(&l[lanes++], tables);
	}
	return lanes;
}

/* After a run: the next block where one is due; lanes at their end give up their place. */
static unsigned int settle(struct lane *l, unsigned int lanes, const struct sg_seal_tables *tables)
{
	unsigned int i = 0;

	while (i < lanes) {
		if (l[i].left < PAIR_BYTES) {
			finish_lane(&l[i], tables);
			l[i] = l[--lanes];
			continue;
		}
		if (l[i].at % SG_SEAL_BLOCK_BYTES == 0)
			start_block(&l[i], tables);
		i++;
	}
	return lanes;
}

int sg_seal_xor_many(const struct sg_seal_tables *tables, const struct sg_seal_job *jobs,
		     u32 count)
{
	struct lane l[SG_SEAL_LANES];
	unsigned int lanes = 0, i;
	u32 next;

	for (next = 0; next < count; next++)
		if (!fits(0, jobs[next].len))
			return -EINVAL;
	next = 0;
	for (;;) {
		u32 pairs = SG_SEAL_BLOCK_BYTES / PAIR_BYTES;

		lanes = refill(l, lanes, tables, jobs, count, &next);
		if (!lanes)
			break;
		for (i = 0; i < lanes; i++)
			if (pairs_ahead(&l[i]) < pairs)
				pairs = pairs_ahead(&l[i]);
		run(l, lanes, pairs, tables->t);
		lanes = settle(l, lanes, tables);
	}
	memzero_explicit(l, sizeof(l));
	return 0;
}

/* --- self test ------------------------------------------------------------------------------- */

#define SEAM_AT		4080	/* over the end of block 3 */
#define LAST_AT		65520	/* the last words there are */
#define FOLD_WORDS	1024	/* words under the published XOR */
#define FOLD_N		0x013577af
#define FOLD_XOR	0x3e0fe99f	/* SEAL 2.0 would make 098045fc */

struct vector {
	u32 n;
	u32 start[8], seam[8], last[4];
};

static const u8 vector_key[SG_SEAL_KEY_BYTES] = {
	0x67, 0x45, 0x23, 0x01, 0xef, 0xcd, 0xab, 0x89, 0x98, 0xba,
	0xdc, 0xfe, 0x10, 0x32, 0x54, 0x76, 0xc3, 0xd2, 0xe1, 0xf0,
};

static const struct vector vectors[] = {
	{
		.n = 0x013577af,
		.start = {
			0x37a00595, 0x9b84c49c, 0xa4be1e05, 0x0673530f,
			0x5fb097fd, 0xf6a13fbd, 0x6c2cdecd, 0x81fdee7c,
		},
		.seam = {
			0x4d1a6134, 0xfed9fede, 0x636504aa, 0x691e08e4,
			0x10b17e14, 0x4386d817, 0x52ffbee9, 0x26003f4d,
		},
		.last = { 0xacdc23c3, 0x6420b1bc, 0xfe3c4777, 0x6be6737d },
	}, {
		.n = 0x00000001,
		.start = {
			0x5bd0340b, 0x7fc284c0, 0x99fb206b, 0xa6dfb35e,
			0xda19ce04, 0xe08d4fce, 0x6487f6d4, 0x83ecaa70,
		},
		.seam = {
			0xc93527a6, 0xdd01a4a0, 0xa3178473, 0x1b8120ff,
			0xa5b4b18a, 0xaf9bcd88, 0xc59eca3a, 0x1741958e,
		},
		.last = { 0x56c6014b, 0x9ff13b6e, 0xf9c3f231, 0xbb10fa87 },
	}, {
		.n = 0xffffffff,
		.start = {
			0x0ae7c678, 0xcbbdbd86, 0x1f612a2d, 0x965d7180,
			0x0cf56259, 0xcee021d5, 0x965a96a8, 0xc69bbcfc,
		},
		.seam = {
			0x0b1ee3bd, 0xb88846ef, 0xf56514b2, 0xedfae4bf,
			0x15ac6e55, 0xe068fb63, 0x02b06531, 0xf7e5e492,
		},
		.last = { 0x5a7dfb1f, 0x691b9f8a, 0x0e1849ff, 0x4114d3b4 },
	},
};

struct trial {
	struct sg_seal_tables tables;
	u8 one[SG_SEAL_LANES + 1][2 * SG_SEAL_BLOCK_BYTES];
	u8 many[SG_SEAL_LANES + 1][2 * SG_SEAL_BLOCK_BYTES];
};

static u32 get_word(const u8 *bytes)
{
	u32 word;

	memcpy(&word, bytes, sizeof(word));
	return sg_to_be32(word);
}

static bool meets(struct trial *trial, u32 n, u32 offset, const u32 *want, u32 words)
{
	u8 *got = trial->one[0];
	u32 i;

	if (sg_seal_stream(&trial->tables, n, offset, got, words * sizeof(*want)))
		return false;
	for (i = 0; i < words; i++)
		if (get_word(got + i * sizeof(*want)) != want[i])
			return false;
	return true;
}

static bool folds(struct trial *trial)
{
	u8 *got = trial->one[0];
	u32 fold = 0, at;

	for (at = 0; at < FOLD_WORDS * sizeof(fold); at += sizeof(fold)) {
		if (at % SG_SEAL_BLOCK_BYTES == 0 &&
		    sg_seal_stream(&trial->tables, FOLD_N, at, got, SG_SEAL_BLOCK_BYTES))
			return false;
		fold ^= get_word(got + at % SG_SEAL_BLOCK_BYTES);
	}
	return fold == FOLD_XOR;
}

/* Side by side and one by one must be the same, on lengths that part ways early. */
static bool agrees(struct trial *trial)
{
	static const u32 len[SG_SEAL_LANES + 1] = { 1, 2048, 1033, 96, 1408 };
	struct sg_seal_job jobs[SG_SEAL_LANES + 1];
	u32 i;

	memset(trial->one, 0, sizeof(trial->one));
	memset(trial->many, 0, sizeof(trial->many));
	for (i = 0; i < SG_SEAL_LANES + 1; i++) {
		jobs[i] = (struct sg_seal_job){ .data = trial->many[i], .len = len[i], .n = ~i };
		if (sg_seal_xor(&trial->tables, ~i, trial->one[i], len[i]))
			return false;
	}
	return !sg_seal_xor_many(&trial->tables, jobs, SG_SEAL_LANES + 1) &&
	       !memcmp(trial->one, trial->many, sizeof(trial->one));
}

bool sg_seal_selftest(void)
{
	struct trial *trial = sg_zalloc(1, sizeof(*trial));
	const struct vector *v = vectors;
	bool good;

	if (!trial)
		return false;
	sg_seal_setkey(&trial->tables, vector_key);
	good = folds(trial) && agrees(trial);
	for (; good && v < vectors + ARRAY_SIZE(vectors); v++)
		good = meets(trial, v->n, 0, v->start, ARRAY_SIZE(v->start)) &&
		       meets(trial, v->n, SEAM_AT, v->seam, ARRAY_SIZE(v->seam)) &&
		       meets(trial, v->n, LAST_AT, v->last, ARRAY_SIZE(v->last));
	sg_free(trial);
	return good;
}
