/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of a namespace: one for each enum sg_stat, per CPU.
 */
#ifndef SG_STATS_H
#define SG_STATS_H

#include <linux/u64_stats_sync.h>
#include "../uapi/sealgate.h"

struct sg_net;

struct sg_stats {
	struct u64_stats_sync sync;
	u64_stats_t count[__SG_STAT_LAST];
};

int sg_stats_net_init(struct sg_net *sn);
void sg_stats_net_exit(struct sg_net *sn);

/* Any context. */
void sg_stat_inc(struct sg_net *sn, enum sg_stat stat);
void sg_stat_add(struct sg_net *sn, enum sg_stat stat, u64 n);
u64 sg_stat_read(const struct sg_net *sn, enum sg_stat stat);

#endif /* SG_STATS_H */
