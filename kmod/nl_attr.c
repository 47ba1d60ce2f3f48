// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes that several commands share: names, selectors, flows; and the rules that hold for all:
 * strict nests, nothing twice, dumps that go on where they were.
 */
#include <linux/in.h>
#include <linux/slab.h>
#include <net/netlink.h>
#include <net/sock.h>

#include "netlink.h"

#define PORT_MAX	65535

/* --- rules for all ---------------------------------------------------------------------- */

int sg_nl_once(const struct nlattr *head, int len, u16 repeat, struct netlink_ext_ack *extack)
{
	const struct nlattr *attr;
	u64 seen = 0;
	int rem;

	BUILD_BUG_ON(SG_A_MAX >= 64 || SG_SA_MAX >= 64);
	nla_for_each_attr(attr, head, len, rem) {
		u16 type = nla_type(attr);

		if (type >= 64 || (repeat && type == repeat))
			continue;
		if (seen & BIT_ULL(type)) {
			NL_SET_ERR_MSG_ATTR(extack, attr, "attribute is given twice");
			return -EINVAL;
		}
		seen |= BIT_ULL(type);
	}
	return 0;
}

int sg_nl_once_top(struct genl_info *info, u16 repeat)
{
	return sg_nl_once(nlmsg_attrdata(info->nlhdr, GENL_HDRLEN),
			  nlmsg_attrlen(info->nlhdr, GENL_HDRLEN), repeat, info->extack);
}

int sg_nl_nest(struct nlattr **tb, int max, const struct nlattr *nest,
	       const struct nla_policy *policy, u16 repeat, struct netlink_ext_ack *extack)
{
	int err = nla_parse_nested(tb, max, nest, policy, extack);

	return err ?: sg_nl_once(nla_data(nest), nla_len(nest), repeat, extack);
}

struct sk_buff *sg_nl_reply_new(struct genl_info *info, size_t payload, void **hdr)
{
	struct sk_buff *skb = genlmsg_new(payload, GFP_KERNEL);

	if (!skb)
		return NULL;
	*hdr = genlmsg_put_reply(skb, info, &sg_genl_family, 0, info->genlhdr->cmd);
	if (!*hdr) {
		nlmsg_free(skb);
		return NULL;
	}
	return skb;
}

/* --- dumps ------------------------------------------------------------------------------- */

struct sg_nl_dump *sg_nl_dump(struct netlink_callback *cb)
{
	return (struct sg_nl_dump *)cb->args[0];
}

int sg_nl_dump_start(struct netlink_callback *cb)
{
	struct sg_nl_dump *dump;

	if (nlmsg_attrlen(cb->nlh, GENL_HDRLEN)) {
		NL_SET_ERR_MSG(cb->extack, "this dump takes no attributes");
		return -EINVAL;
	}
	dump = kzalloc(sizeof(*dump), GFP_KERNEL_ACCOUNT);
	if (!dump)
		return -ENOMEM;
	cb->args[0] = (long)dump;
	return 0;
}

int sg_nl_dump_done(struct netlink_callback *cb)
{
	kfree(sg_nl_dump(cb));
	cb->args[0] = 0;
	return 0;
}

struct sg_net *sg_nl_dump_lock(struct netlink_callback *cb)
{
	struct sg_net *sn = sg_net(sock_net(cb->skb->sk));
	struct sg_nl_dump *dump = sg_nl_dump(cb);

	mutex_lock(&sn->lock);
	cb->seq = sn->generation;
	if (dump->generation != sn->generation)
		dump->pos = NULL;
	dump->generation = sn->generation;
	return sn;
}

void *sg_nl_dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	void *hdr = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				&sg_genl_family, NLM_F_MULTI, cmd);

	if (hdr)
		genl_dump_check_consistent(cb, hdr);
	return hdr;
}

/* --- names --------------------------------------------------------------------------------- */

int sg_nl_get_name(const struct nlattr *attr, char name[SG_MAP_NAME_MAX + 1],
		   struct netlink_ext_ack *extack)
{
	size_t len = strnlen(nla_data(attr), nla_len(attr));

	/* The policy has seen to the final NUL and to the greatest length. */
	if (!len || len + 1 != nla_len(attr)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "map name is empty or goes on after its end");
		return -EINVAL;
	}
	memset(name, 0, SG_MAP_NAME_MAX + 1);
	memcpy(name, nla_data(attr), len);
	return 0;
}

int sg_nl_get_seq(const struct nlattr *attr, u32 *seq, struct netlink_ext_ack *extack)
{
	*seq = nla_get_u32(attr);
	if (!*seq || *seq > SG_ENTRY_SEQ_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "sequence number is out of range: 1 to 65535");
		return -ERANGE;
	}
	return 0;
}

/* --- selectors ------------------------------------------------------------------------------ */

static const struct nla_policy selector_policy[SG_SEL_MAX + 1] = {
	[SG_SEL_SRC]		= { .type = NLA_BE32 },
	[SG_SEL_SRC_MASK]	= { .type = NLA_BE32 },
	[SG_SEL_DST]		= { .type = NLA_BE32 },
	[SG_SEL_DST_MASK]	= { .type = NLA_BE32 },
	[SG_SEL_PROTO]		= { .type = NLA_U8 },
	[SG_SEL_SPORT_MIN]	= { .type = NLA_U16 },
	[SG_SEL_SPORT_MAX]	= { .type = NLA_U16 },
	[SG_SEL_DPORT_MIN]	= { .type = NLA_U16 },
	[SG_SEL_DPORT_MAX]	= { .type = NLA_U16 },
	[SG_SEL_ICMP_TYPE]	= { .type = NLA_U8 },
	[SG_SEL_ICMP_CODE]	= { .type = NLA_U8 },
	[SG_SEL_FLAGS]		= NLA_POLICY_MASK(NLA_U8, SG_SEL_F_SPORT_NOT | SG_SEL_F_DPORT_NOT),
};

static int get_address(struct nlattr **tb, int type, int mask_type, u32 *address, u32 *mask,
		       struct netlink_ext_ack *extack)
{
	*address = 0;
	*mask = 0;
	if (!tb[type] && !tb[mask_type])
		return 0;
	if (!tb[type] || !tb[mask_type]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[type] ?: tb[mask_type],
				    "selector: an address and its mask go together");
		return -EINVAL;
	}
	*address = ntohl(nla_get_be32(tb[type]));
	*mask = ntohl(nla_get_be32(tb[mask_type]));
	return 0;
}

static int get_ports(struct nlattr **tb, int min_type, int max_type, u16 *min, u16 *max,
		     struct netlink_ext_ack *extack)
{
	*min = tb[min_type] ? nla_get_u16(tb[min_type]) : 0;
	*max = tb[max_type] ? nla_get_u16(tb[max_type]) : PORT_MAX;
	if (*min > *max) {
		NL_SET_ERR_MSG_ATTR(extack, tb[max_type] ?: tb[min_type],
				    "selector: port range ends before it starts");
		return -EINVAL;
	}
	return 0;
}

static bool has_ports(u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP;
}

/* What of layer 4 is given must be the protocol's. */
static int check_layer4(struct nlattr **tb, u8 proto, struct netlink_ext_ack *extack)
{
	int type;

	for (type = SG_SEL_SPORT_MIN; type <= SG_SEL_DPORT_MAX; type++) {
		if (tb[type] && !has_ports(proto)) {
			NL_SET_ERR_MSG_ATTR(extack, tb[type],
					    "selector: ports need protocol 6 or 17");
			return -EINVAL;
		}
	}
	if (tb[SG_SEL_FLAGS] && nla_get_u8(tb[SG_SEL_FLAGS]) && !has_ports(proto)) {
		NL_SET_ERR_MSG_ATTR(extack, tb[SG_SEL_FLAGS],
				    "selector: ports need protocol 6 or 17");
		return -EINVAL;
	}
	if (tb[SG_SEL_ICMP_TYPE] && proto != IPPROTO_ICMP) {
		NL_SET_ERR_MSG_ATTR(extack, tb[SG_SEL_ICMP_TYPE],
				    "selector: an ICMP type needs protocol 1");
		return -EINVAL;
	}
	if (tb[SG_SEL_ICMP_CODE] && !tb[SG_SEL_ICMP_TYPE]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[SG_SEL_ICMP_CODE],
				    "selector: an ICMP code needs a type");
		return -EINVAL;
	}
	return 0;
}

int sg_nl_get_selector(const struct nlattr *nest, struct sg_selector *sel,
		       struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SG_SEL_MAX + 1];
	int err;

	BUILD_BUG_ON(SG_SEL_F_SPORT_NOT != SG_SEL_SPORT_NOT);
	BUILD_BUG_ON(SG_SEL_F_DPORT_NOT != SG_SEL_DPORT_NOT);

	memset(sel, 0, sizeof(*sel));
	err = sg_nl_nest(tb, SG_SEL_MAX, nest, selector_policy, SG_NL_REPEAT_NONE, extack);
	if (!err)
		err = get_address(tb, SG_SEL_SRC, SG_SEL_SRC_MASK, &sel->src, &sel->src_mask,
				  extack);
	if (!err)
		err = get_address(tb, SG_SEL_DST, SG_SEL_DST_MASK, &sel->dst, &sel->dst_mask,
				  extack);
	if (!err)
		err = get_ports(tb, SG_SEL_SPORT_MIN, SG_SEL_SPORT_MAX, &sel->sport_min,
				&sel->sport_max, extack);
	if (!err)
		err = get_ports(tb, SG_SEL_DPORT_MIN, SG_SEL_DPORT_MAX, &sel->dport_min,
				&sel->dport_max, extack);
	if (err)
		return err;

	if (tb[SG_SEL_PROTO])
		sel->proto = nla_get_u8(tb[SG_SEL_PROTO]);
	err = check_layer4(tb, sel->proto, extack);
	if (err)
		return err;
	if (tb[SG_SEL_FLAGS])
		sel->flags = nla_get_u8(tb[SG_SEL_FLAGS]);
	if (tb[SG_SEL_ICMP_TYPE]) {
		sel->flags |= SG_SEL_HAS_ICMP_TYPE;
		sel->icmp_type = nla_get_u8(tb[SG_SEL_ICMP_TYPE]);
	}
	if (tb[SG_SEL_ICMP_CODE]) {
		sel->flags |= SG_SEL_HAS_ICMP_CODE;
		sel->icmp_code = nla_get_u8(tb[SG_SEL_ICMP_CODE]);
	}

	err = sg_selector_normalize(sel);
	if (err)
		NL_SET_ERR_MSG_ATTR(extack, nest, "selector: contradicts itself");
	return err;
}

static int put_address(struct sk_buff *skb, int type, int mask_type, u32 address, u32 mask)
{
	if (!mask)
		return 0;
	return nla_put_be32(skb, type, htonl(address)) ?:
	       nla_put_be32(skb, mask_type, htonl(mask));
}

static int put_ports(struct sk_buff *skb, const struct sg_selector *sel)
{
	u8 flags = sel->flags & (SG_SEL_F_SPORT_NOT | SG_SEL_F_DPORT_NOT);
	int err = 0;

	if (!has_ports(sel->proto))
		return 0;
	if (sel->sport_min || sel->sport_max != PORT_MAX)
		err = nla_put_u16(skb, SG_SEL_SPORT_MIN, sel->sport_min) ?:
		      nla_put_u16(skb, SG_SEL_SPORT_MAX, sel->sport_max);
	if (!err && (sel->dport_min || sel->dport_max != PORT_MAX))
		err = nla_put_u16(skb, SG_SEL_DPORT_MIN, sel->dport_min) ?:
		      nla_put_u16(skb, SG_SEL_DPORT_MAX, sel->dport_max);
	if (!err && flags)
		err = nla_put_u8(skb, SG_SEL_FLAGS, flags);
	return err;
}

int sg_nl_put_selector(struct sk_buff *skb, int type, const struct sg_selector *sel)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest)
		return -EMSGSIZE;
	if (put_address(skb, SG_SEL_SRC, SG_SEL_SRC_MASK, sel->src, sel->src_mask) ||
	    put_address(skb, SG_SEL_DST, SG_SEL_DST_MASK, sel->dst, sel->dst_mask) ||
	    (sel->proto && nla_put_u8(skb, SG_SEL_PROTO, sel->proto)) ||
	    put_ports(skb, sel) ||
	    ((sel->flags & SG_SEL_HAS_ICMP_TYPE) &&
	     nla_put_u8(skb, SG_SEL_ICMP_TYPE, sel->icmp_type)) ||
	    ((sel->flags & SG_SEL_HAS_ICMP_CODE) &&
	     nla_put_u8(skb, SG_SEL_ICMP_CODE, sel->icmp_code))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

/* --- flows ------------------------------------------------------------------------------------ */

const struct nla_policy sg_nl_flow_policy[SG_FLOW_SELECTOR + 1] = {
	[SG_FLOW_MAP_NAME]	= SG_NL_NAME_POLICY,
	[SG_FLOW_SEQ]		= { .type = NLA_U32 },
	[SG_FLOW_SELECTOR]	= { .type = NLA_NESTED },
};

int sg_nl_get_flow(const struct nlattr *nest, struct sg_flow_key *key,
		   struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SG_FLOW_SELECTOR + 1];
	int err;

	memset(key, 0, sizeof(*key));
	err = sg_nl_nest(tb, SG_FLOW_SELECTOR, nest, sg_nl_flow_policy, SG_NL_REPEAT_NONE, extack);
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_FLOW_MAP_NAME, "flow: map name is missing");
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_FLOW_SEQ,
				 "flow: sequence number is missing");
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_FLOW_SELECTOR, "flow: selector is missing");
	if (!err)
		err = sg_nl_get_name(tb[SG_FLOW_MAP_NAME], key->map_name, extack);
	if (!err)
		err = sg_nl_get_seq(tb[SG_FLOW_SEQ], &key->entry_seq, extack);
	if (!err)
		err = sg_nl_get_selector(tb[SG_FLOW_SELECTOR], &key->sel, extack);
	return err;
}

int sg_nl_put_flow(struct sk_buff *skb, int type, const struct sg_flow *flow, bool state)
{
	struct nlattr *nest = nla_nest_start(skb, type);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(skb, SG_FLOW_MAP_NAME, flow->map_name) ||
	    nla_put_u32(skb, SG_FLOW_SEQ, flow->entry_seq) ||
	    sg_nl_put_selector(skb, SG_FLOW_SELECTOR, &flow->sel) ||
	    (state && nla_put_u8(skb, SG_FLOW_STATE, READ_ONCE(flow->state))) ||
	    (state && nla_put_u32(skb, SG_FLOW_HELD, skb_queue_len_lockless(&flow->held)))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}
