// SPDX-License-Identifier: GPL-2.0
/*
 * The anti-replay window as a ring of bits: bit (seq % window) says whether seq came, for the
 * last `window` numbers up to the highest. Sliding clears what the highest number passes over and
 * moves nothing.
 *
 * Not for locking, counting or reporting: that is the receive path's.
 */
#include "replay.h"

#define WORD_BITS 64

static u32 word_of(const struct sg_replay *replay, u32 seq)
{
	return seq / WORD_BITS % (replay->window / WORD_BITS);
}

static u64 bit_of(u32 seq)
{
	return 1ull << (seq % WORD_BITS);
}

int sg_replay_init(struct sg_replay *replay, u32 window)
{
	memset(replay, 0, sizeof(*replay));
	if (!window)
		return 0;
	if (window < WORD_BITS || window > SG_REPLAY_MAX)
		return -EINVAL;
	replay->window = (window + WORD_BITS - 1) / WORD_BITS * WORD_BITS;
	return 0;
}

bool sg_replay_check(const struct sg_replay *replay, u32 seq)
{
	if (!seq)
		return false;
	if (!replay->window || seq > replay->highest)
		return true;
	if (replay->highest - seq >= replay->window)
		return false;
	return !(replay->seen[word_of(replay, seq)] & bit_of(seq));
}

/*
 * Forgets what the ring says of the numbers behind highest up to seq, a word at a time. Counts
 * in 64 bits: seq may be the last 32-bit number.
 */
static void slide(struct sg_replay *replay, u32 seq)
{
	u64 at = (u64)replay->highest + 1;
	u64 end = (u64)seq + 1;

	if (seq - replay->highest >= replay->window) {
		memset(replay->seen, 0, sizeof(replay->seen));
		return;
	}
	while (at < end) {
		u64 next = (at & ~(u64)(WORD_BITS - 1)) + WORD_BITS;
		u64 passed = ~0ull << (at % WORD_BITS);

		if (next > end)
			passed &= ~0ull >> (next - end);
		replay->seen[word_of(replay, (u32)at)] &= ~passed;
		at = next;
	}
}

bool sg_replay_advance(struct sg_replay *replay, u32 seq)
{
	if (!sg_replay_check(replay, seq))
		return false;
	if (replay->window) {
		if (seq > replay->highest)
			slide(replay, seq);
		replay->seen[word_of(replay, seq)] |= bit_of(seq);
	}
	if (seq > replay->highest)
		replay->highest = seq;
	return true;
}
