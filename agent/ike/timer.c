// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The heap of timers. What a timer means is its owner's business; this file only orders
 * them by time.
 */
#include <errno.h>
#include <stdlib.h>

#include "timer.h"

#define HEAP_MIN 16

static void place(struct sg_timers *t, size_t i, struct sg_timer *timer)
{
	t->heap[i] = timer;
	timer->pos = i + 1;
}

static void sift_up(struct sg_timers *t, size_t i)
{
	struct sg_timer *timer = t->heap[i];

	while (i && t->heap[(i - 1) / 2]->due > timer->due) {
		place(t, i, t->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	place(t, i, timer);
}

static void sift_down(struct sg_timers *t, size_t i)
{
	struct sg_timer *timer = t->heap[i];
	size_t child;

	while ((child = 2 * i + 1) < t->count) {
		if (child + 1 < t->count && t->heap[child + 1]->due < t->heap[child]->due)
			child++;
		if (t->heap[child]->due >= timer->due)
			break;
		place(t, i, t->heap[child]);
		i = child;
	}
	place(t, i, timer);
}

int sg_timer_init(struct sg_timers *timers, struct sg_timer *timer, sg_timer_fn fn)
{
	struct sg_timer **heap;
	size_t size;

	if (timers->reserved == timers->size) {
		size = timers->size ? timers->size * 2 : HEAP_MIN;
		heap = reallocarray(timers->heap, size, sizeof(*heap));
		if (!heap)
			return -ENOMEM;
		timers->heap = heap;
		timers->size = size;
	}
	timers->reserved++;
	timer->pos = 0;
	timer->fn = fn;
	return 0;
}

void sg_timer_exit(struct sg_timers *timers, struct sg_timer *timer)
{
	if (!timer->fn)
		return;
	sg_timer_stop(timers, timer);
	timer->fn = NULL;
	timers->reserved--;
}

void sg_timer_set(struct sg_timers *timers, struct sg_timer *timer, uint64_t due)
{
	sg_timer_stop(timers, timer);
	timer->due = due;
	place(timers, timers->count++, timer);
	sift_up(timers, timer->pos - 1);
}

void sg_timer_stop(struct sg_timers *timers, struct sg_timer *timer)
{
	struct sg_timer *last;
	size_t i;

	if (!timer->pos)
		return;
	i = timer->pos - 1;
	timer->pos = 0;
	last = timers->heap[--timers->count];
	if (last == timer)
		return;
	place(timers, i, last);
	sift_down(timers, i);
	sift_up(timers, last->pos - 1);
}

uint64_t sg_timers_next(const struct sg_timers *timers)
{
	return timers->count ? timers->heap[0]->due : UINT64_MAX;
}

void sg_timers_run(struct sg_timers *timers, uint64_t now)
{
	struct sg_timer *timer;

	while (timers->count && timers->heap[0]->due <= now) {
		timer = timers->heap[0];
		sg_timer_stop(timers, timer);
		timer->fn(timer);
	}
}

void sg_timers_free(struct sg_timers *timers)
{
	free(timers->heap);
	*timers = (struct sg_timers){ 0 };
}
