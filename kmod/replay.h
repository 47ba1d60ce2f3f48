/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The anti-replay window of RFC 4303, 3.4.3, as a pure function. No lock here: the
 * caller serialises check and advance of one window.
 */
#ifndef SG_REPLAY_H
#define SG_REPLAY_H

#include "types.h"

#define SG_REPLAY_DEFAULT	64
#define SG_REPLAY_MAX		1024

struct sg_replay {
	u32 window;		/* packets, 0 = off, a multiple of 64 */
	u32 highest;		/* highest sequence number seen, 0 = none */
	u64 seen[SG_REPLAY_MAX / 64];	/* ring: bit (seq % window) */
};

/**
 * sg_replay_init() - an empty window
 * @replay: written whole
 * @window: packets; 0 turns it off; else 64..SG_REPLAY_MAX, rounded up to a multiple of 64
 *
 * Return: 0 or -EINVAL.
 */
int sg_replay_init(struct sg_replay *replay, u32 window);

/**
 * sg_replay_check() - may this number still come?
 * @replay: the window
 * @seq: the packet's sequence number, host byte order
 *
 * Changes nothing: to be called before the ICV is verified, and again by
 * sg_replay_advance() after it. Return: false for 0, for what was seen, for what is left of
 * the window.
 */
bool sg_replay_check(const struct sg_replay *replay, u32 seq);

/**
 * sg_replay_advance() - take a number in, once the packet is authentic
 * @replay: the window
 * @seq: its sequence number
 *
 * Return: false (and no change) where sg_replay_check() says no.
 */
bool sg_replay_advance(struct sg_replay *replay, u32 seq);

#endif /* SG_REPLAY_H */
