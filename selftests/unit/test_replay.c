// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The replay window: a table of edge cases with the verdicts of RFC 4303 3.4.3, and random traffic
 * against a model that just remembers everything that came.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../kmod/replay.h"

#define NEW	true
#define OLD	false
#define STEPS	8

/* Each row is one window's life: numbers as they come, and whether each is taken. */
static const struct {
	const char *what;
	u32 window;
	struct {
		u32 seq;
		bool taken;
	} step[STEPS];
	u32 count;
} cases[] = {
	{ "1: zero is never taken", 64, { { 0, OLD }, { 1, NEW }, { 0, OLD } }, 3 },
	{ "2: the first number, twice", 64, { { 1, NEW }, { 1, OLD } }, 2 },
	{ "3: in order", 64, { { 1, NEW }, { 2, NEW }, { 3, NEW }, { 2, OLD } }, 4 },
	{ "4: a gap filled later, once", 64,
	  { { 1, NEW }, { 5, NEW }, { 3, NEW }, { 3, OLD }, { 4, NEW }, { 2, NEW } }, 6 },
	{ "5: the left edge is inside", 64, { { 64, NEW }, { 1, NEW }, { 1, OLD } }, 3 },
	{ "6: one left of the edge is outside", 64, { { 65, NEW }, { 1, OLD }, { 2, NEW } }, 3 },
	{ "7: a slide by one drops the edge", 64,
	  { { 64, NEW }, { 65, NEW }, { 1, OLD }, { 2, NEW } }, 4 },
	{ "8: a slide by window - 1 keeps the highest", 64,
	  { { 10, NEW }, { 73, NEW }, { 10, OLD }, { 11, NEW }, { 9, OLD } }, 5 },
	{ "9: a slide by the window", 64,
	  { { 10, NEW }, { 74, NEW }, { 10, OLD }, { 11, NEW }, { 74, OLD } }, 5 },
	{ "10: a slide by window + 1", 64,
	  { { 10, NEW }, { 75, NEW }, { 11, OLD }, { 12, NEW } }, 4 },
	{ "11: a leap forgets all that the ring had", 64,
	  { { 1, NEW }, { 2, NEW }, { 1000001, NEW }, { 1000000, NEW }, { 999938, NEW },
	    { 999937, OLD }, { 2, OLD } }, 7 },
	{ "12: same bit of the ring, one window on", 64,
	  { { 3, NEW }, { 60, NEW }, { 67, NEW }, { 66, NEW }, { 3, OLD }, { 67, OLD } }, 6 },
	{ "13: the last number", 64,
	  { { U32_MAX, NEW }, { U32_MAX, OLD }, { U32_MAX - 63, NEW }, { U32_MAX - 64, OLD },
	    { 1, OLD }, { 0, OLD } }, 6 },
	{ "14: up to the last number, step by step", 64,
	  { { U32_MAX - 2, NEW }, { U32_MAX - 1, NEW }, { U32_MAX, NEW }, { U32_MAX - 2, OLD },
	    { U32_MAX - 3, NEW } }, 5 },
	{ "15: over the sign bit", 64,
	  { { 0x7fffffff, NEW }, { 0x80000000, NEW }, { 0x80000001, NEW }, { 0x7fffffff, OLD },
	    { 0x7ffffffe, NEW } }, 5 },
	{ "16: 65 is rounded up to 128", 65,
	  { { 128, NEW }, { 1, NEW }, { 129, NEW }, { 1, OLD }, { 2, NEW } }, 5 },
	{ "17: a window that is no power of two", 192,
	  { { 192, NEW }, { 1, NEW }, { 193, NEW }, { 1, OLD }, { 2, NEW }, { 384, NEW },
	    { 192, OLD }, { 194, NEW } }, 8 },
	{ "18: the largest window", 1024,
	  { { 1024, NEW }, { 1, NEW }, { 2047, NEW }, { 1024, OLD }, { 1025, NEW },
	    { 1023, OLD }, { 2048, NEW }, { 1025, OLD } }, 8 },
	{ "19: a slide onto the last number clears what it passes", 64,
	  { { U32_MAX - 66, NEW }, { U32_MAX - 5, NEW }, { U32_MAX, NEW }, { U32_MAX - 2, NEW },
	    { U32_MAX - 5, OLD } }, 5 },
	{ "20: off: all but zero", 0,
	  { { 5, NEW }, { 5, NEW }, { 1, NEW }, { 0, OLD }, { U32_MAX, NEW }, { 1, NEW } }, 6 },
};

static void edge_cases(void **state)
{
	struct sg_replay replay, before;
	u32 i, k;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(sg_replay_init(&replay, cases[i].window), 0);
		for (k = 0; k < cases[i].count; k++) {
			u32 seq = cases[i].step[k].seq;
			bool taken = cases[i].step[k].taken;

			before = replay;
			if (sg_replay_check(&replay, seq) != taken)
				fail_msg("%s: check of %u at step %u", cases[i].what, seq, k);
			assert_memory_equal(&replay, &before, sizeof(replay));
			if (sg_replay_advance(&replay, seq) != taken)
				fail_msg("%s: advance of %u at step %u", cases[i].what, seq, k);
			if (!taken)
				assert_memory_equal(&replay, &before, sizeof(replay));
		}
	}
}

static void sizes(void **state)
{
	static const struct {
		u32 asked, made;
		int err;
	} size[] = {
		{ 0, 0, 0 }, { 1, 0, -EINVAL }, { 63, 0, -EINVAL }, { 64, 64, 0 },
		{ 65, 128, 0 }, { 128, 128, 0 }, { 1000, 1024, 0 }, { 1024, 1024, 0 },
		{ 1025, 0, -EINVAL }, { U32_MAX, 0, -EINVAL },
	};
	struct sg_replay replay;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(size); i++) {
		memset(&replay, 0xff, sizeof(replay));
		assert_int_equal(sg_replay_init(&replay, size[i].asked), size[i].err);
		assert_int_equal(replay.window, size[i].made);
		assert_int_equal(replay.highest, 0);
	}
}

static void highest_is_kept(void **state)
{
	struct sg_replay replay;

	(void)state;
	sg_replay_init(&replay, 0);
	assert_true(sg_replay_advance(&replay, 9));
	assert_true(sg_replay_advance(&replay, 4));
	assert_int_equal(replay.highest, 9);
	sg_replay_init(&replay, 64);
	assert_true(sg_replay_advance(&replay, 9));
	assert_true(sg_replay_advance(&replay, 4));
	assert_int_equal(replay.highest, 9);
}

/* The model: every number that came, in a row, and the highest of them. */
#define MODEL_MAX	20000

struct model {
	u32 came[MODEL_MAX];
	u32 count;
	u32 window, highest;
};

static bool model_takes(struct model *m, u32 seq)
{
	u32 i;

	if (seq == 0 || (u64)seq + m->window <= m->highest)
		return false;
	/* Newest first: what could be met again came not long ago. */
	for (i = m->count; i-- > 0;)
		if (m->came[i] == seq)
			return false;
	m->came[m->count++] = seq;
	if (seq > m->highest)
		m->highest = seq;
	return true;
}

static u32 draw(u64 *seed)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return *seed >> 33;
}

/* Mostly near the highest number, on both sides of it; now and then a leap. */
static u32 next_seq(u64 *seed, u32 highest, u32 window)
{
	u32 kind = draw(seed) % 100;
	s64 seq = highest;

	if (kind < 40)
		seq += 1 + draw(seed) % 3;
	else if (kind < 90)
		seq -= draw(seed) % (window + window / 4);
	else if (kind < 98)
		seq += draw(seed) % (2 * window);
	else
		seq += draw(seed) % (20 * window);
	if (seq < 0)
		return 0;
	return seq > U32_MAX ? U32_MAX : (u32)seq;
}

static void random_traffic(void **state)
{
	static const u32 windows[] = { 64, 128, 192, 320, 512, 960, 1024 };
	static const u32 starts[] = { 1, 0x7ffffff0, U32_MAX - 30000 };
	static struct model m;
	u64 seed = 20070406;
	u32 w, s, i;

	(void)state;
	for (w = 0; w < ARRAY_SIZE(windows); w++) {
		for (s = 0; s < ARRAY_SIZE(starts); s++) {
			u32 refused = 0, taken = 0;
			struct sg_replay replay;

			sg_replay_init(&replay, windows[w]);
			m.count = 0;
			m.window = windows[w];
			m.highest = 0;
			for (i = 0; i < 6000; i++) {
				u32 seq = i ? next_seq(&seed, m.highest, m.window) : starts[s];
				bool want = model_takes(&m, seq);

				if (sg_replay_check(&replay, seq) != want)
					fail_msg("window %u, highest %u: check of %u is not %d",
						 m.window, m.highest, seq, want);
				assert_int_equal(sg_replay_advance(&replay, seq), want);
				assert_int_equal(replay.highest, m.highest);
				refused += !want;
				taken += want;
			}
			/* the sequence did try both */
			assert_true(refused > 500 && taken > 500);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edge_cases),
		cmocka_unit_test(sizes),
		cmocka_unit_test(highest_is_kept),
		cmocka_unit_test(random_traffic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
