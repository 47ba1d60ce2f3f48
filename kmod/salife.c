// SPDX-License-Identifier: GPL-2.0
/*
 * What an SA has used, and the end of its life: packets and bytes per CPU, sequence numbers, and
 * the work item that raises soft and hard EXPIRE.
 *
 * Bytes: each CPU counts for itself and adds to the SA's common sum in steps of
 * sg_sa.fold_bytes, 1/64 of the smallest distance between zero, soft and hard limit divided
 * by the CPUs, 64 KiB at most. A limit is thus noticed at most (CPUs * fold_bytes) and one packet
 * a CPU late; from then on lookups pass the SA over.
 *
 * Not here: the judgement itself (lifetime.c) and the database (sadb.c).
 */
#include <linux/bottom_half.h>
#include <linux/percpu.h>
#include <linux/ktime.h>
#include <net/net_namespace.h>

#include "event.h"
#include "netns.h"
#include "sadb.h"

#define FOLD_MAX		(64u << 10)
#define FOLD_PART		64
/* The longest sleep; lifetimes in seconds may be larger than what a timer takes. */
#define LIFE_SLEEP_MAX		3600

/* Runs life_work soon. A pending or queued work item has a reference of its own. */
static void life_kick(struct sg_sa *sa)
{
	if (READ_ONCE(sa->dead) || !sg_sa_hold(sa))
		return;
	if (mod_delayed_work(sg_wq, &sa->life_work, 0))
		sg_sa_put(sa);
}

/* Under sg_net.lock, the SA lives: sleeps until the next limit in seconds. */
static void life_sleep(struct sg_sa *sa)
{
	const struct sg_limits *limits = &sa->p.limits;
	u64 age = sg_sa_age(sa);
	u64 next = U64_MAX;

	if (limits->hard_seconds)
		next = limits->hard_seconds;
	if (limits->soft_seconds && !test_bit(SG_SA_SOFT_SENT, &sa->life_flags))
		next = min(next, limits->soft_seconds);
	if (next == U64_MAX)
		return;

	/* A tick early is put right by another second; a limit passed is seen at once. */
	next = next > age ? min_t(u64, next - age, LIFE_SLEEP_MAX) : 1;
	refcount_inc(&sa->ref);
	if (!queue_delayed_work(sg_wq, &sa->life_work, next * HZ))
		sg_sa_put(sa);
}

/* Under sg_net.lock. */
static void life_judge(struct sg_sa *sa)
{
	struct sg_used used = { .seconds = sg_sa_age(sa) };
	struct sg_sa_sum sum;
	u8 reason = 0;

	sg_sa_sum(sa, &sum);
	used.bytes = sum.bytes;
	if (sa->p.dir == SG_DIR_OUT)	/* the sender's to run out of */
		used.seq = atomic64_read(&sa->seq);

	switch (sg_life(&sa->p.limits, &used, &reason)) {
	case SG_LIFE_HARD:
		if (!test_and_set_bit(SG_SA_HARD_SENT, &sa->life_flags))
			sg_event_expire(sa->sn, sa, true, reason);
		sg_sa_del(sa);
		return;
	case SG_LIFE_SOFT:
		if (!test_and_set_bit(SG_SA_SOFT_SENT, &sa->life_flags))
			sg_event_expire(sa->sn, sa, false, reason);
		break;
	case SG_LIFE_OK:
		break;
	}
	life_sleep(sa);
}

static void life_run(struct work_struct *work)
{
	struct sg_sa *sa = container_of(to_delayed_work(work), struct sg_sa, life_work);
	struct sg_net *sn = sa->sn;

	mutex_lock(&sn->lock);
	if (!sa->dead)
		life_judge(sa);
	mutex_unlock(&sn->lock);
	sg_sa_put(sa);
}

static u32 fold_step(const struct sg_limits *limits)
{
	u64 room = U64_MAX;
	u64 step;

	if (limits->hard_bytes)
		room = limits->hard_bytes - limits->soft_bytes;
	if (limits->soft_bytes)
		room = min(room, limits->soft_bytes);
	if (room == U64_MAX)
		return 0;
	step = div_u64(room, FOLD_PART * num_possible_cpus());
	return clamp_t(u64, step, 1, FOLD_MAX);
}

/**
 * sg_sa_life_init() - nothing used, nothing due
 * @sa: being made
 */
void sg_sa_life_init(struct sg_sa *sa)
{
	INIT_DELAYED_WORK(&sa->life_work, life_run);
	sa->fold_bytes = fold_step(&sa->p.limits);
}

/**
 * sg_sa_life_start() - the clock runs from here on
 * @sa: just added
 */
void sg_sa_life_start(struct sg_sa *sa)
{
	lockdep_assert_held(&sa->sn->lock);
	life_sleep(sa);
}

/**
 * sg_sa_life_stop() - no timer any more
 * @sa: dead, so that nothing starts it again
 *
 * A work item that runs right now ends by itself: it finds the SA dead.
 */
void sg_sa_life_stop(struct sg_sa *sa)
{
	lockdep_assert_held(&sa->sn->lock);
	if (cancel_delayed_work(&sa->life_work))
		sg_sa_put(sa);
}

static void limits_notice(struct sg_sa *sa, u64 bytes)
{
	const struct sg_limits *limits = &sa->p.limits;

	if (limits->hard_bytes && bytes >= limits->hard_bytes) {
		if (!test_and_set_bit(SG_SA_SPENT, &sa->life_flags))
			life_kick(sa);
	} else if (limits->soft_bytes && bytes >= limits->soft_bytes) {
		if (!test_and_set_bit(SG_SA_SOFT_ASKED, &sa->life_flags))
			life_kick(sa);
	}
}

void sg_sa_account(struct sg_sa *sa, unsigned int len)
{
	struct sg_sa_count *count;
	u64 bytes = 0;

	local_bh_disable();
	count = this_cpu_ptr(sa->count);
	u64_stats_update_begin(&count->sync);
	u64_stats_inc(&count->packets);
	u64_stats_add(&count->bytes, len);
	u64_stats_update_end(&count->sync);
	if (sa->fold_bytes) {
		count->unfolded += len;
		if (count->unfolded >= sa->fold_bytes) {
			bytes = atomic64_add_return(count->unfolded, &sa->folded);
			count->unfolded = 0;
		}
	}
	local_bh_enable();

	if (bytes)
		limits_notice(sa, bytes);
}

void sg_sa_error(struct sg_sa *sa)
{
	struct sg_sa_count *count;

	local_bh_disable();
	count = this_cpu_ptr(sa->count);
	u64_stats_update_begin(&count->sync);
	u64_stats_inc(&count->errors);
	u64_stats_update_end(&count->sync);
	local_bh_enable();
}

int sg_sa_draw_seq(struct sg_sa *sa, u32 *seq)
{
	s64 last = atomic64_fetch_add_unless(&sa->seq, 1, SG_SEQ_HARD);

	if (last >= SG_SEQ_HARD)
		return -EOVERFLOW;
	*seq = last + 1;
	/* Each number is drawn once, so each of these is seen once. */
	if (*seq == SG_SEQ_SOFT || *seq == SG_SEQ_HARD)
		life_kick(sa);
	return 0;
}

void sg_sa_sum(const struct sg_sa *sa, struct sg_sa_sum *sum)
{
	const struct sg_sa_count *count;
	struct sg_sa_sum one;
	unsigned int start;
	int cpu;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		count = per_cpu_ptr(sa->count, cpu);
		do {
			start = u64_stats_fetch_begin(&count->sync);
			one.packets = u64_stats_read(&count->packets);
			one.bytes = u64_stats_read(&count->bytes);
			one.errors = u64_stats_read(&count->errors);
		} while (u64_stats_fetch_retry(&count->sync, start));
		sum->packets += one.packets;
		sum->bytes += one.bytes;
		sum->errors += one.errors;
	}
}

u64 sg_sa_age(const struct sg_sa *sa)
{
	return ktime_get_seconds() - sa->added;
}
