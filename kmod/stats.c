// SPDX-License-Identifier: GPL-2.0
/*
 * The counters of a namespace: one for each reason of a drop and a few more, per CPU.
 *
 * Not here: counters of SAs (salife.c) and of crypto map entries (cmap.c).
 */
#include <linux/percpu.h>
#include <net/net_namespace.h>

#include "netns.h"
#include "stats.h"

/**
 * sg_stats_net_init() - counters at zero
 * @sn: namespace
 *
 * Return: 0 or -ENOMEM.
 */
int sg_stats_net_init(struct sg_net *sn)
{
	int cpu;

	sn->stats = alloc_percpu_gfp(struct sg_stats, GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (!sn->stats)
		return -ENOMEM;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(sn->stats, cpu)->sync);
	return 0;
}

/**
 * sg_stats_net_exit() - frees the counters
 * @sn: namespace
 */
void sg_stats_net_exit(struct sg_net *sn)
{
	free_percpu(sn->stats);
}

void sg_stat_add(struct sg_net *sn, enum sg_stat stat, u64 n)
{
	struct sg_stats *stats;
	unsigned long flags;

	if (WARN_ON_ONCE((unsigned int)stat >= __SG_STAT_LAST))
		return;
	/* Process context and softirqs count alike: nothing may come between. */
	stats = get_cpu_ptr(sn->stats);
	flags = u64_stats_update_begin_irqsave(&stats->sync);
	u64_stats_add(&stats->count[stat], n);
	u64_stats_update_end_irqrestore(&stats->sync, flags);
	put_cpu_ptr(sn->stats);
}

void sg_stat_inc(struct sg_net *sn, enum sg_stat stat)
{
	sg_stat_add(sn, stat, 1);
}

u64 sg_stat_read(const struct sg_net *sn, enum sg_stat stat)
{
	const struct sg_stats *stats;
	unsigned int start;
	u64 sum = 0;
	int cpu;
	u64 n;

	for_each_possible_cpu(cpu) {
		stats = per_cpu_ptr(sn->stats, cpu);
		do {
			start = u64_stats_fetch_begin(&stats->sync);
			n = u64_stats_read(&stats->count[stat]);
		} while (u64_stats_fetch_retry(&stats->sync, start));
		sum += n;
	}
	return sum;
}
