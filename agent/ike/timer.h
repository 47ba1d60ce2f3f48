/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Timers of the IKE engine: a binary heap over a clock that the caller brings. Knows no
 * real clock and no event loop; the engine tells its environment when the first one is due.
 */
#ifndef SG_IKE_TIMER_H
#define SG_IKE_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sg_timer;
typedef void (*sg_timer_fn)(struct sg_timer *timer);

struct sg_timer {
	uint64_t due;		/* ms, the environment's clock */
	size_t pos;		/* index in the heap + 1; 0: not armed */
	sg_timer_fn fn;
};

struct sg_timers {
	struct sg_timer **heap;
	size_t count, size;
	size_t reserved;	/* timers that exist, armed or not */
};

/**
 * sg_timer_init() - make a timer that can be armed without fail
 * @timers: the heap it belongs to
 * @timer: zeroed memory
 * @fn: called from sg_timers_run(), disarmed before
 *
 * Memory for its place in the heap is set aside here, so that sg_timer_set() cannot fail.
 * Return: 0 or -ENOMEM.
 */
int sg_timer_init(struct sg_timers *timers, struct sg_timer *timer, sg_timer_fn fn);

/** sg_timer_exit() - disarm @timer and give its place back; also after a failed init */
void sg_timer_exit(struct sg_timers *timers, struct sg_timer *timer);

/** sg_timer_set() - arm @timer, or move it, to @due (ms) */
void sg_timer_set(struct sg_timers *timers, struct sg_timer *timer, uint64_t due);

/** sg_timer_stop() - disarm @timer, if it is armed */
void sg_timer_stop(struct sg_timers *timers, struct sg_timer *timer);

/** sg_timers_next() - when the first timer is due, UINT64_MAX: none is armed */
uint64_t sg_timers_next(const struct sg_timers *timers);

/**
 * sg_timers_run() - call every timer that is due at @now
 *
 * Callbacks may arm, move and free any timer. They arm for later than @now: one that armed
 * itself for @now would keep this loop busy.
 */
void sg_timers_run(struct sg_timers *timers, uint64_t now);

/** sg_timers_free() - the heap's memory; no timer may be armed afterwards */
void sg_timers_free(struct sg_timers *timers);

#endif /* SG_IKE_TIMER_H */
