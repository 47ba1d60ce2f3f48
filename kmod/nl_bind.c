// SPDX-License-Identifier: GPL-2.0
/*
 * The binding and flow commands of the netlink family.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/netlink.h>

#include "cmap.h"
#include "hold.h"
#include "netlink.h"

/* BIND_SET and BIND_DEL, which need not say the same, parse the nest with policies of their own. */
const struct nla_policy sg_nl_bind_policy[SG_A_BIND + 1] = {
	[SG_A_BIND]	= { .type = NLA_NESTED },
};

static const struct nla_policy set_policy[SG_BIND_ADDR_LOCAL + 1] = {
	[SG_BIND_IFINDEX]	= NLA_POLICY_MIN(NLA_U32, 1),
	[SG_BIND_MAP_NAME]	= SG_NL_NAME_POLICY,
	[SG_BIND_ADDR_LOCAL]	= { .type = NLA_BE32 },
};

static const struct nla_policy del_policy[SG_BIND_IFINDEX + 1] = {
	[SG_BIND_IFINDEX]	= NLA_POLICY_MIN(NLA_U32, 1),
};

const struct nla_policy sg_nl_flow_fail_policy[SG_A_FLOW + 1] = {
	[SG_A_FLOW]	= NLA_POLICY_NESTED(sg_nl_flow_policy),
};

static int get_bind(struct genl_info *info, struct nlattr **tb, int max,
		    const struct nla_policy *policy)
{
	struct nlattr *nest = info->attrs[SG_A_BIND];
	int err;

	err = sg_nl_once_top(info, SG_NL_REPEAT_NONE);
	if (!err)
		err = sg_nl_need(info->extack, NULL, info->attrs, SG_A_BIND, "binding is missing");
	if (!err)
		err = sg_nl_nest(tb, max, nest, policy, SG_NL_REPEAT_NONE, info->extack);
	if (!err)
		err = sg_nl_need(info->extack, nest, tb, SG_BIND_IFINDEX,
				 "binding: interface is missing");
	return err;
}

/* Under the rtnl, so that the interface stays, and sg_net.lock. */
static int bind_set(struct sg_net *sn, struct nlattr **tb, const char *name, __be32 local,
		    struct netlink_ext_ack *extack)
{
	int ifindex = nla_get_u32(tb[SG_BIND_IFINDEX]);
	const struct net_device *dev;
	struct sg_map *map;

	dev = __dev_get_by_index(sn->net, ifindex);
	if (!dev) {
		NL_SET_ERR_MSG_ATTR(extack, tb[SG_BIND_IFINDEX], "no such interface");
		return -ENODEV;
	}
	if (dev == sn->dev) {
		NL_SET_ERR_MSG_ATTR(extack, tb[SG_BIND_IFINDEX],
				    "sealgate0 shows decrypted packets; it bears no crypto map");
		return -EINVAL;
	}
	map = sg_map_find(sn, name);
	if (!map) {
		NL_SET_ERR_MSG_ATTR(extack, tb[SG_BIND_MAP_NAME], "no such crypto map");
		return -ENOENT;
	}
	return sg_binding_set(sn, ifindex, local, map);
}

int sg_nl_bind_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[SG_BIND_ADDR_LOCAL + 1];
	struct netlink_ext_ack *extack = info->extack;
	struct nlattr *nest = info->attrs[SG_A_BIND];
	struct sg_net *sn = sg_nl_net(info);
	char name[SG_MAP_NAME_MAX + 1];
	__be32 local;
	int err;

	err = get_bind(info, tb, SG_BIND_ADDR_LOCAL, set_policy);
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_BIND_MAP_NAME,
				 "binding: map name is missing");
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_BIND_ADDR_LOCAL,
				 "binding: local address is missing");
	if (!err)
		err = sg_nl_get_name(tb[SG_BIND_MAP_NAME], name, extack);
	if (err)
		return err;
	local = nla_get_be32(tb[SG_BIND_ADDR_LOCAL]);
	if (ipv4_is_zeronet(local) || ipv4_is_multicast(local) || ipv4_is_lbcast(local)) {
		NL_SET_ERR_MSG_ATTR(extack, tb[SG_BIND_ADDR_LOCAL], "address is not one of a host");
		return -EINVAL;
	}

	rtnl_lock();
	mutex_lock(&sn->lock);
	err = bind_set(sn, tb, name, local, extack);
	mutex_unlock(&sn->lock);
	rtnl_unlock();
	return err;
}

int sg_nl_bind_del(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[SG_BIND_IFINDEX + 1];
	struct sg_net *sn = sg_nl_net(info);
	int err;

	err = get_bind(info, tb, SG_BIND_IFINDEX, del_policy);
	if (err)
		return err;
	mutex_lock(&sn->lock);
	err = sg_binding_del(sn, nla_get_u32(tb[SG_BIND_IFINDEX]));
	mutex_unlock(&sn->lock);
	if (err)
		NL_SET_ERR_MSG_ATTR(info->extack, tb[SG_BIND_IFINDEX],
				    "this interface bears no crypto map");
	return err;
}

static int put_bind(struct sk_buff *skb, const struct sg_binding *bind)
{
	struct nlattr *nest = nla_nest_start(skb, SG_A_BIND);

	if (!nest || nla_put_u32(skb, SG_BIND_IFINDEX, bind->ifindex) ||
	    nla_put_string(skb, SG_BIND_MAP_NAME, bind->map_name) ||
	    nla_put_be32(skb, SG_BIND_ADDR_LOCAL, bind->local))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int sg_nl_bind_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct sg_nl_dump *dump = sg_nl_dump(cb);
	const struct sg_binding *bind;
	struct sg_net *sn;
	void *hdr;

	sn = sg_nl_dump_lock(cb);
	list_for_each_entry(bind, &sn->bindings, node) {
		if (bind->ifindex <= dump->number)
			continue;
		hdr = sg_nl_dump_put(skb, cb, SG_CMD_BIND_GET);
		if (!hdr)
			break;
		if (put_bind(skb, bind)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		dump->number = bind->ifindex;
	}
	mutex_unlock(&sn->lock);
	return skb->len;
}

int sg_nl_flow_fail(struct sk_buff *skb, struct genl_info *info)
{
	struct sg_net *sn = sg_nl_net(info);
	struct sg_flow_key key;
	struct sg_flow *flow;
	int err;

	err = sg_nl_once_top(info, SG_NL_REPEAT_NONE);
	if (!err)
		err = sg_nl_need(info->extack, NULL, info->attrs, SG_A_FLOW, "flow is missing");
	if (!err)
		err = sg_nl_get_flow(info->attrs[SG_A_FLOW], &key, info->extack);
	if (err)
		return err;

	mutex_lock(&sn->lock);
	flow = sg_flow_find(sn, &key);
	if (flow)
		sg_hold_fail(flow);
	mutex_unlock(&sn->lock);
	if (!flow) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SG_A_FLOW], "no such flow");
		return -ENOENT;
	}
	return 0;
}

int sg_nl_flow_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct sg_nl_dump *dump = sg_nl_dump(cb);
	const struct sg_flow *flow;
	struct list_head *pos;
	struct sg_net *sn;
	void *hdr;

	sn = sg_nl_dump_lock(cb);
	pos = dump->pos ?: &sn->flows;
	list_for_each_continue(pos, &sn->flows) {
		flow = list_entry(pos, struct sg_flow, node);
		if (flow->number <= dump->number)
			continue;
		hdr = sg_nl_dump_put(skb, cb, SG_CMD_FLOW_GET);
		if (!hdr)
			break;
		if (sg_nl_put_flow(skb, SG_A_FLOW, flow, true)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		dump->number = flow->number;
		dump->pos = pos;
	}
	mutex_unlock(&sn->lock);
	return skb->len;
}
