// SPDX-License-Identifier: GPL-2.0
/*
 * The netlink family "sealgate" (uapi/sealgate.h): its table of commands, and the commands about
 * the namespace as a whole. SAs are in nl_sa.c, maps in nl_map.c, bindings and flows in
 * nl_bind.c.
 *
 * Every command needs CAP_NET_ADMIN over the namespace, reading included, and has a strict
 * policy of its own; without one netlink refuses every attribute. Commands run side by side: what
 * they share is guarded by sg_net.lock. Under genetlink's own lock the map of one namespace would
 * keep every family of the machine waiting.
 */
#include <net/genetlink.h>

#include "netlink.h"
#include "sadb.h"
#include "stats.h"
#include "transform.h"
#include "version.h"

#define HOLD_FLOW_PACKETS_MAX	1024
#define HOLD_PACKETS_MAX	65536
#define HOLD_SECONDS_MIN	1
#define HOLD_SECONDS_MAX	300

/* --- INFO, STATS, COUNTERS -------------------------------------------------------------------- */

static int info_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	void *hdr;

	reply = sg_nl_reply_new(info, NLMSG_GOODSIZE, &hdr);
	if (!reply)
		return -ENOMEM;
	if (nla_put_u32(reply, SG_A_ABI, SG_ABI_VERSION) ||
	    nla_put_string(reply, SG_A_RELEASE, SG_RELEASE) ||
	    nla_put_u64_64bit(reply, SG_A_INFO_CIPHERS, sg_transform_ciphers(), SG_A_PAD) ||
	    nla_put_u64_64bit(reply, SG_A_INFO_AUTHS, sg_transform_auths(), SG_A_PAD)) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}

static int put_stats(struct sk_buff *skb, const struct sg_net *sn)
{
	struct nlattr *nest = nla_nest_start(skb, SG_A_STATS);
	int stat;

	if (!nest)
		return -EMSGSIZE;
	for (stat = SG_STAT_PAD + 1; stat <= SG_STAT_MAX; stat++)
		if (nla_put_u64_64bit(skb, stat, sg_stat_read(sn, stat), SG_STAT_PAD))
			return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int stats_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	void *hdr;

	reply = sg_nl_reply_new(info, NLMSG_GOODSIZE, &hdr);
	if (!reply)
		return -ENOMEM;
	if (put_stats(reply, sg_nl_net(info))) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}

static void entry_count_clear(struct sg_entry_count *count)
{
	atomic64_set(&count->out_packets, 0);
	atomic64_set(&count->out_bytes, 0);
	atomic64_set(&count->in_packets, 0);
	atomic64_set(&count->in_bytes, 0);
	atomic64_set(&count->send_errors, 0);
	atomic64_set(&count->recv_errors, 0);
}

static int counters_clear(struct sk_buff *skb, struct genl_info *info)
{
	struct sg_net *sn = sg_nl_net(info);
	const struct sg_flow *flow;
	const struct sg_map *map;
	struct sg_sa_sum sum;
	struct sg_sa *sa;
	u32 i;

	mutex_lock(&sn->lock);
	list_for_each_entry(sa, &sn->sa_list, list_node) {
		sg_sa_sum(sa, &sum);
		sa->cleared_packets = sum.packets;
		sa->cleared_bytes = sum.bytes;
		sa->cleared_errors = sum.errors;
	}
	list_for_each_entry(map, &sn->maps, node)
		for (i = 0; i < map->entry_count; i++)
			entry_count_clear(map->entries[i].count);
	/* Entries that only SAs remember. */
	list_for_each_entry(flow, &sn->flows, node)
		if (!flow->map)
			entry_count_clear(flow->count);
	mutex_unlock(&sn->lock);
	return 0;
}

/* --- NS ------------------------------------------------------------------------------------- */

static struct netlink_range_validation hold_packets_range = { .max = HOLD_PACKETS_MAX };

static const struct nla_policy ns_policy[SG_NS_MAX + 1] = {
	[SG_NS_HOLD_FLOW_PACKETS] = NLA_POLICY_MAX(NLA_U32, HOLD_FLOW_PACKETS_MAX),
	[SG_NS_HOLD_PACKETS]	  = NLA_POLICY_FULL_RANGE(NLA_U32, &hold_packets_range),
	[SG_NS_HOLD_SECONDS]	  = NLA_POLICY_RANGE(NLA_U32, HOLD_SECONDS_MIN, HOLD_SECONDS_MAX),
	[SG_NS_FOREIGN_ESP]	  = NLA_POLICY_MAX(NLA_U8, 1),
};

static const struct nla_policy ns_set_policy[SG_A_NS + 1] = {
	[SG_A_NS]	= NLA_POLICY_NESTED(ns_policy),
};

static int ns_set(struct sk_buff *skb, struct genl_info *info)
{
	struct sg_net *sn = sg_nl_net(info);
	struct nlattr *tb[SG_NS_MAX + 1];
	int err;

	err = sg_nl_once_top(info, SG_NL_REPEAT_NONE);
	if (!err)
		err = sg_nl_need(info->extack, NULL, info->attrs, SG_A_NS, "settings are missing");
	if (!err)
		err = sg_nl_nest(tb, SG_NS_MAX, info->attrs[SG_A_NS], ns_policy,
				 SG_NL_REPEAT_NONE, info->extack);
	if (err)
		return err;

	mutex_lock(&sn->lock);
	if (tb[SG_NS_HOLD_FLOW_PACKETS])
		WRITE_ONCE(sn->hold_flow_packets, nla_get_u32(tb[SG_NS_HOLD_FLOW_PACKETS]));
	if (tb[SG_NS_HOLD_PACKETS])
		WRITE_ONCE(sn->hold_packets, nla_get_u32(tb[SG_NS_HOLD_PACKETS]));
	if (tb[SG_NS_HOLD_SECONDS])
		WRITE_ONCE(sn->hold_seconds, nla_get_u32(tb[SG_NS_HOLD_SECONDS]));
	if (tb[SG_NS_FOREIGN_ESP])
		WRITE_ONCE(sn->foreign_esp, nla_get_u8(tb[SG_NS_FOREIGN_ESP]));
	mutex_unlock(&sn->lock);
	return 0;
}

static int put_ns(struct sk_buff *skb, const struct sg_net *sn)
{
	struct nlattr *nest = nla_nest_start(skb, SG_A_NS);

	if (!nest || nla_put_u32(skb, SG_NS_HOLD_FLOW_PACKETS, sn->hold_flow_packets) ||
	    nla_put_u32(skb, SG_NS_HOLD_PACKETS, sn->hold_packets) ||
	    nla_put_u32(skb, SG_NS_HOLD_SECONDS, sn->hold_seconds) ||
	    nla_put_u8(skb, SG_NS_FOREIGN_ESP, sn->foreign_esp))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int ns_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sg_net *sn = sg_nl_net(info);
	struct sk_buff *reply;
	void *hdr;
	int err;

	reply = sg_nl_reply_new(info, NLMSG_GOODSIZE, &hdr);
	if (!reply)
		return -ENOMEM;
	mutex_lock(&sn->lock);
	err = put_ns(reply, sn);
	mutex_unlock(&sn->lock);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}

/* --- the family ----------------------------------------------------------------------------- */

#define OP(_cmd, _doit) \
	.cmd = (_cmd), .doit = (_doit), .flags = GENL_UNS_ADMIN_PERM
#define OP_DUMP(_cmd, _start, _dump) \
	.cmd = (_cmd), .start = (_start), .dumpit = (_dump), .done = sg_nl_dump_done, \
	.flags = GENL_UNS_ADMIN_PERM
#define TAKES(_policy, _max) \
	.policy = (_policy), .maxattr = (_max)

static const struct genl_ops ops[] = {
	{ OP(SG_CMD_INFO_GET, info_get) },
	{ OP(SG_CMD_SA_ADD, sg_nl_sa_add), TAKES(sg_nl_sa_policy, SG_A_SA) },
	{ OP(SG_CMD_SA_DEL, sg_nl_sa_del), TAKES(sg_nl_sa_policy, SG_A_SA) },
	{ OP(SG_CMD_SA_FLUSH, sg_nl_sa_flush), TAKES(sg_nl_sa_flush_policy, SG_A_PEER) },
	{ OP_DUMP(SG_CMD_SA_GET, sg_nl_dump_start, sg_nl_sa_dump), .doit = sg_nl_sa_get,
	  TAKES(sg_nl_sa_policy, SG_A_SA) },
	{ OP(SG_CMD_MAP_BEGIN, sg_nl_map_begin), TAKES(sg_nl_map_name_policy, SG_A_MAP_NAME) },
	{ OP(SG_CMD_MAP_ENTRY, sg_nl_map_entry), TAKES(sg_nl_map_entry_policy, SG_A_ENTRY) },
	{ OP(SG_CMD_MAP_ACES, sg_nl_map_aces), TAKES(sg_nl_map_aces_policy, SG_A_ACE) },
	{ OP(SG_CMD_MAP_COMMIT, sg_nl_map_commit) },
	{ OP(SG_CMD_MAP_ABORT, sg_nl_map_abort) },
	{ OP(SG_CMD_MAP_DEL, sg_nl_map_del), TAKES(sg_nl_map_name_policy, SG_A_MAP_NAME) },
	{ OP_DUMP(SG_CMD_MAP_GET, sg_nl_map_dump_start, sg_nl_map_dump),
	  TAKES(sg_nl_map_name_policy, SG_A_MAP_NAME) },
	{ OP(SG_CMD_BIND_SET, sg_nl_bind_set), TAKES(sg_nl_bind_policy, SG_A_BIND) },
	{ OP(SG_CMD_BIND_DEL, sg_nl_bind_del), TAKES(sg_nl_bind_policy, SG_A_BIND) },
	{ OP_DUMP(SG_CMD_BIND_GET, sg_nl_dump_start, sg_nl_bind_dump) },
	{ OP_DUMP(SG_CMD_FLOW_GET, sg_nl_dump_start, sg_nl_flow_dump) },
	{ OP(SG_CMD_FLOW_FAIL, sg_nl_flow_fail), TAKES(sg_nl_flow_fail_policy, SG_A_FLOW) },
	{ OP(SG_CMD_STATS_GET, stats_get) },
	{ OP(SG_CMD_COUNTERS_CLEAR, counters_clear) },
	{ OP(SG_CMD_NS_SET, ns_set), TAKES(ns_set_policy, SG_A_NS) },
	{ OP(SG_CMD_NS_GET, ns_get) },
};

static const struct genl_multicast_group groups[] = {
	{ .name = SG_GENL_MCGRP, .flags = GENL_MCAST_CAP_NET_ADMIN },
};

struct genl_family sg_genl_family __ro_after_init = {
	.name = SG_GENL_NAME,
	.version = SG_GENL_VERSION,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

static bool family_up;

bool sg_netlink_up(void)
{
	return READ_ONCE(family_up);
}

/**
 * sg_netlink_init() - requests may come, events may go
 *
 * Return: 0 or -errno.
 */
int __init sg_netlink_init(void)
{
	int err = genl_register_family(&sg_genl_family);

	if (!err)
		WRITE_ONCE(family_up, true);
	return err;
}

/**
 * sg_netlink_exit() - the reverse; packets are still under way
 */
void sg_netlink_exit(void)
{
	WRITE_ONCE(family_up, false);
	synchronize_net();
	genl_unregister_family(&sg_genl_family);
}
