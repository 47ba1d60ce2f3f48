// SPDX-License-Identifier: GPL-2.0
/*
 * The SA commands of the netlink family.
 *
 * Keys: taken from the request straight into the SA, and wiped in the request on every
 * path out of SA_ADD. Nothing here writes a key into a message.
 */
#include <linux/inet.h>
#include <net/netlink.h>

#include "netlink.h"
#include "sadb.h"
#include "transform.h"

/*
 * The nest is parsed by each command with its own policy, after the keys in it can be found and
 * wiped: a policy here would let netlink refuse the request with the keys left in memory.
 */
const struct nla_policy sg_nl_sa_policy[SG_A_SA + 1] = {
	[SG_A_SA]	= { .type = NLA_NESTED },
};

const struct nla_policy sg_nl_sa_flush_policy[SG_A_PEER + 1] = {
	[SG_A_MAP_NAME]	= SG_NL_NAME_POLICY,
	[SG_A_PEER]	= { .type = NLA_BE32 },
};

static const struct nla_policy add_policy[SG_SA_COOKIE + 1] = {
	[SG_SA_PAD]		= NLA_POLICY_RANGE(NLA_BINARY, 0, 0),
	[SG_SA_ADDR_SRC]	= { .type = NLA_BE32 },
	[SG_SA_ADDR_DST]	= { .type = NLA_BE32 },
	[SG_SA_SPI]		= { .type = NLA_BE32 },
	[SG_SA_PROTO]		= { .type = NLA_U8 },
	[SG_SA_DIR]		= NLA_POLICY_RANGE(NLA_U8, SG_DIR_IN, SG_DIR_OUT),
	[SG_SA_MODE]		= NLA_POLICY_RANGE(NLA_U8, SG_MODE_TUNNEL, SG_MODE_TRANSPORT),
	[SG_SA_CIPHER]		= { .type = NLA_U16 },
	[SG_SA_AUTH]		= { .type = NLA_U16 },
	[SG_SA_CIPHER_KEY]	= NLA_POLICY_RANGE(NLA_BINARY, 1, SG_CIPHER_KEY_MAX),
	[SG_SA_AUTH_KEY]	= NLA_POLICY_RANGE(NLA_BINARY, 1, SG_AUTH_KEY_MAX),
	[SG_SA_FLAGS]		= NLA_POLICY_MASK(NLA_U32, SG_SA_F_MANUAL | SG_SA_F_BUNDLED_AUTH),
	[SG_SA_REPLAY_WINDOW]	= NLA_POLICY_MAX(NLA_U32, SG_REPLAY_WINDOW_MAX),
	[SG_SA_PROXY]		= { .type = NLA_NESTED },
	[SG_SA_FLOW]		= { .type = NLA_NESTED },
	[SG_SA_PAIR_SPI]	= { .type = NLA_BE32 },
	[SG_SA_SOFT_SECONDS]	= { .type = NLA_U64 },
	[SG_SA_HARD_SECONDS]	= { .type = NLA_U64 },
	[SG_SA_SOFT_BYTES]	= { .type = NLA_U64 },
	[SG_SA_HARD_BYTES]	= { .type = NLA_U64 },
	[SG_SA_COOKIE]		= NLA_POLICY_MAX(NLA_BINARY, SG_SA_COOKIE_MAX),
};

static const struct nla_policy id_policy[SG_SA_PROTO + 1] = {
	[SG_SA_ADDR_DST]	= { .type = NLA_BE32 },
	[SG_SA_SPI]		= { .type = NLA_BE32 },
	[SG_SA_PROTO]		= { .type = NLA_U8 },
};

/* --- reading ------------------------------------------------------------------------------ */

static int get_unicast(const struct nlattr *attr, __be32 *address, struct netlink_ext_ack *extack)
{
	*address = nla_get_be32(attr);
	if (ipv4_is_zeronet(*address) || ipv4_is_multicast(*address) ||
	    ipv4_is_lbcast(*address)) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "address is not one of a host");
		return -EINVAL;
	}
	return 0;
}

/* Destination, SPI, protocol, which name an SA in every command. */
static int get_id(struct nlattr **tb, const struct nlattr *nest, struct sg_sa_id *id,
		  struct netlink_ext_ack *extack)
{
	int err;

	err = sg_nl_need(extack, nest, tb, SG_SA_ADDR_DST, "SA: destination is missing");
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_SA_SPI, "SA: SPI is missing");
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_SA_PROTO, "SA: protocol is missing");
	if (err)
		return err;
	id->dst = nla_get_be32(tb[SG_SA_ADDR_DST]);
	id->spi = nla_get_be32(tb[SG_SA_SPI]);
	id->proto = nla_get_u8(tb[SG_SA_PROTO]);
	if (id->proto != IPPROTO_ESP && id->proto != IPPROTO_AH) {
		NL_SET_ERR_MSG_ATTR(extack, tb[SG_SA_PROTO], "protocol is neither 50 nor 51");
		return -EINVAL;
	}
	return 0;
}

static u64 get_limit(const struct nlattr *attr)
{
	return attr ? nla_get_u64(attr) : 0;
}

static int need_all(struct nlattr **tb, const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	int err;

	err = sg_nl_need(extack, nest, tb, SG_SA_ADDR_SRC, "SA: source is missing");
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_SA_DIR, "SA: direction is missing");
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_SA_MODE, "SA: mode is missing");
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_SA_CIPHER, "SA: cipher is missing");
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_SA_AUTH, "SA: authenticator is missing");
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_SA_PROXY, "SA: proxy is missing");
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_SA_FLOW, "SA: flow is missing");
	return err;
}

static int get_replay(struct nlattr **tb, u32 *window, struct netlink_ext_ack *extack)
{
	*window = SG_REPLAY_DEFAULT;
	if (!tb[SG_SA_REPLAY_WINDOW])
		return 0;
	*window = nla_get_u32(tb[SG_SA_REPLAY_WINDOW]);
	if (*window && *window < SG_REPLAY_DEFAULT) {
		NL_SET_ERR_MSG_ATTR(extack, tb[SG_SA_REPLAY_WINDOW],
				    "replay window is out of range: 0 or 64 to 1024");
		return -ERANGE;
	}
	return 0;
}

static int get_limits(struct nlattr **tb, struct sg_limits *limits, struct netlink_ext_ack *extack)
{
	int err;

	limits->soft_seconds = get_limit(tb[SG_SA_SOFT_SECONDS]);
	limits->hard_seconds = get_limit(tb[SG_SA_HARD_SECONDS]);
	limits->soft_bytes = get_limit(tb[SG_SA_SOFT_BYTES]);
	limits->hard_bytes = get_limit(tb[SG_SA_HARD_BYTES]);
	err = sg_limits_check(limits);
	if (err)
		NL_SET_ERR_MSG_ATTR(extack, tb[SG_SA_SOFT_SECONDS] ?: tb[SG_SA_SOFT_BYTES],
				    "a soft limit needs a hard limit above it");
	return err;
}

/* Everything but the keys and the flow. */
static int get_params(struct nlattr **tb, const struct nlattr *nest, struct sg_sa_params *p,
		      struct netlink_ext_ack *extack)
{
	int err;

	err = get_id(tb, nest, &p->id, extack);
	if (!err)
		err = need_all(tb, nest, extack);
	if (!err)
		err = get_unicast(tb[SG_SA_ADDR_DST], &p->id.dst, extack);
	if (!err)
		err = get_unicast(tb[SG_SA_ADDR_SRC], &p->src, extack);
	if (!err)
		err = sg_nl_get_selector(tb[SG_SA_PROXY], &p->proxy, extack);
	if (!err)
		err = get_replay(tb, &p->replay_window, extack);
	if (!err)
		err = get_limits(tb, &p->limits, extack);
	if (err)
		return err;

	if (ntohl(p->id.spi) < SG_SPI_MIN) {
		NL_SET_ERR_MSG_ATTR(extack, tb[SG_SA_SPI], "SPIs 0 to 255 are reserved");
		return -ERANGE;
	}
	p->dir = nla_get_u8(tb[SG_SA_DIR]);
	p->mode = nla_get_u8(tb[SG_SA_MODE]);
	p->cipher = nla_get_u16(tb[SG_SA_CIPHER]);
	p->auth = nla_get_u16(tb[SG_SA_AUTH]);
	if (tb[SG_SA_FLAGS])
		p->flags = nla_get_u32(tb[SG_SA_FLAGS]);
	if (tb[SG_SA_PAIR_SPI])
		p->pair_spi = nla_get_be32(tb[SG_SA_PAIR_SPI]);
	if (tb[SG_SA_COOKIE]) {
		p->cookie_len = nla_len(tb[SG_SA_COOKIE]);
		memcpy(p->cookie, nla_data(tb[SG_SA_COOKIE]), p->cookie_len);
	}
	return 0;
}

/* --- SA_ADD ----------------------------------------------------------------------------------- */

static unsigned int key_len(const struct nlattr *attr)
{
	return attr ? nla_len(attr) : 0;
}

static const u8 *key_data(const struct nlattr *attr)
{
	return attr ? nla_data(attr) : NULL;
}

static int add_to_flow(struct sg_net *sn, struct sg_sa *sa, const struct nlattr *attr,
		       struct netlink_ext_ack *extack)
{
	struct sg_flow_key key;
	struct sg_flow *flow;
	int err;

	err = sg_nl_get_flow(attr, &key, extack);
	if (err)
		return err;

	mutex_lock(&sn->lock);
	flow = sg_flow_find(sn, &key);
	if (flow && flow->map) {
		err = sg_sa_add(sa, flow, extack);
	} else {
		NL_SET_ERR_MSG_ATTR(extack, attr, "no crypto map in force has this flow");
		err = -ENOENT;
	}
	mutex_unlock(&sn->lock);
	return err;
}

static int sa_add(struct genl_info *info, struct sg_sa_params *params)
{
	struct netlink_ext_ack *extack = info->extack;
	struct sg_net *sn = sg_nl_net(info);
	struct nlattr *nest = info->attrs[SG_A_SA];
	struct nlattr *tb[SG_SA_COOKIE + 1];
	struct sg_sa *sa;
	u16 fault;
	int err;

	err = sg_nl_once_top(info, SG_NL_REPEAT_NONE);
	if (!err)
		err = sg_nl_need(extack, NULL, info->attrs, SG_A_SA, "SA is missing");
	if (!err)
		err = sg_nl_nest(tb, SG_SA_COOKIE, nest, add_policy, SG_SA_PAD, extack);
	if (!err)
		err = get_params(tb, nest, params, extack);
	if (err)
		return err;

	err = sg_transform_check(params, key_len(tb[SG_SA_CIPHER_KEY]),
				 key_len(tb[SG_SA_AUTH_KEY]), extack, &fault);
	if (err) {
		if (tb[fault])
			NL_SET_BAD_ATTR(extack, tb[fault]);
		else
			NL_SET_ERR_ATTR_MISS(extack, nest, fault);
		return err;
	}
	sa = sg_sa_alloc(sn, params, key_data(tb[SG_SA_CIPHER_KEY]), key_len(tb[SG_SA_CIPHER_KEY]),
			 key_data(tb[SG_SA_AUTH_KEY]), key_len(tb[SG_SA_AUTH_KEY]), extack);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	err = add_to_flow(sn, sa, tb[SG_SA_FLOW], extack);
	sg_sa_put(sa);
	return err;
}

/* Whatever the parser made of the request: every key in it. */
static void wipe_keys(const struct nlmsghdr *nlh)
{
	struct nlattr *top, *attr;
	int top_rem, rem;

	nlmsg_for_each_attr(top, nlh, GENL_HDRLEN, top_rem) {
		if (nla_type(top) != SG_A_SA)
			continue;
		nla_for_each_nested(attr, top, rem) {
			if (nla_type(attr) == SG_SA_CIPHER_KEY || nla_type(attr) == SG_SA_AUTH_KEY)
				memzero_explicit(nla_data(attr), nla_len(attr));
		}
	}
}

int sg_nl_sa_add(struct sk_buff *skb, struct genl_info *info)
{
	struct sg_sa_params *params;
	int err = -ENOMEM;

	params = kzalloc(sizeof(*params), GFP_KERNEL);	/* the cookie is too much for the stack */
	if (params)
		err = sa_add(info, params);
	wipe_keys(info->nlhdr);
	kfree(params);
	return err;
}

/* --- SA_DEL, SA_FLUSH ----------------------------------------------------------------------- */

static int get_request_id(struct genl_info *info, struct sg_sa_id *id)
{
	struct nlattr *tb[SG_SA_PROTO + 1];
	int err;

	err = sg_nl_once_top(info, SG_NL_REPEAT_NONE);
	if (!err)
		err = sg_nl_need(info->extack, NULL, info->attrs, SG_A_SA, "SA is missing");
	if (!err)
		err = sg_nl_nest(tb, SG_SA_PROTO, info->attrs[SG_A_SA], id_policy,
				 SG_NL_REPEAT_NONE, info->extack);
	if (!err)
		err = get_id(tb, info->attrs[SG_A_SA], id, info->extack);
	return err;
}

/* Under sg_net.lock. */
static struct sg_sa *find_sa(struct sg_net *sn, const struct sg_sa_id *id,
			     struct netlink_ext_ack *extack)
{
	struct sg_sa *sa = sg_sa_find(sn, id);

	if (!sa)
		NL_SET_ERR_MSG(extack, "no SA with this destination, SPI and protocol");
	return sa;
}

int sg_nl_sa_del(struct sk_buff *skb, struct genl_info *info)
{
	struct sg_net *sn = sg_nl_net(info);
	struct sg_sa_id id;
	struct sg_sa *sa;
	int err;

	err = get_request_id(info, &id);
	if (err)
		return err;
	mutex_lock(&sn->lock);
	sa = find_sa(sn, &id, info->extack);
	if (sa)
		sg_sa_del(sa);
	mutex_unlock(&sn->lock);
	return sa ? 0 : -ENOENT;
}

int sg_nl_sa_flush(struct sk_buff *skb, struct genl_info *info)
{
	struct sg_net *sn = sg_nl_net(info);
	char name[SG_MAP_NAME_MAX + 1];
	__be32 peer = 0;
	int err;

	err = sg_nl_once_top(info, SG_NL_REPEAT_NONE);
	if (!err && info->attrs[SG_A_MAP_NAME])
		err = sg_nl_get_name(info->attrs[SG_A_MAP_NAME], name, info->extack);
	if (!err && info->attrs[SG_A_PEER])
		err = get_unicast(info->attrs[SG_A_PEER], &peer, info->extack);
	if (err)
		return err;

	mutex_lock(&sn->lock);
	sg_sa_flush(sn, info->attrs[SG_A_MAP_NAME] ? name : NULL, peer);
	mutex_unlock(&sn->lock);
	return 0;
}

/* --- SA_GET --------------------------------------------------------------------------------- */

static u8 sa_state(const struct sg_sa *sa)
{
	if (sa->dead)
		return SG_SA_DEAD;
	return test_bit(SG_SA_SOFT_SENT, &sa->life_flags) ? SG_SA_SOFT : SG_SA_VALID;
}

static u32 sa_seq(struct sg_sa *sa)
{
	u32 seq;

	if (sa->p.dir == SG_DIR_OUT)
		return atomic64_read(&sa->seq);
	spin_lock_bh(&sa->replay_lock);
	seq = sa->replay.highest;
	spin_unlock_bh(&sa->replay_lock);
	return seq;
}

static int put_params(struct sk_buff *skb, const struct sg_sa *sa)
{
	const struct sg_sa_params *p = &sa->p;

	if (nla_put_be32(skb, SG_SA_ADDR_SRC, p->src) ||
	    nla_put_be32(skb, SG_SA_ADDR_DST, p->id.dst) ||
	    nla_put_be32(skb, SG_SA_SPI, p->id.spi) ||
	    nla_put_u8(skb, SG_SA_PROTO, p->id.proto) ||
	    nla_put_u8(skb, SG_SA_DIR, p->dir) ||
	    nla_put_u8(skb, SG_SA_MODE, p->mode) ||
	    nla_put_u16(skb, SG_SA_CIPHER, p->cipher) ||
	    nla_put_u16(skb, SG_SA_AUTH, p->auth) ||
	    nla_put_u32(skb, SG_SA_FLAGS, p->flags) ||
	    nla_put_u32(skb, SG_SA_REPLAY_WINDOW, sa->replay.window) ||
	    nla_put_be32(skb, SG_SA_PAIR_SPI, p->pair_spi) ||
	    sg_nl_put_selector(skb, SG_SA_PROXY, &p->proxy) ||
	    sg_nl_put_flow(skb, SG_SA_FLOW, sa->flow, false))
		return -EMSGSIZE;
	return p->cookie_len ? nla_put(skb, SG_SA_COOKIE, p->cookie_len, p->cookie) : 0;
}

static int put_limits(struct sk_buff *skb, const struct sg_limits *limits)
{
	return nla_put_u64_64bit(skb, SG_SA_SOFT_SECONDS, limits->soft_seconds, SG_SA_PAD) ?:
	       nla_put_u64_64bit(skb, SG_SA_HARD_SECONDS, limits->hard_seconds, SG_SA_PAD) ?:
	       nla_put_u64_64bit(skb, SG_SA_SOFT_BYTES, limits->soft_bytes, SG_SA_PAD) ?:
	       nla_put_u64_64bit(skb, SG_SA_HARD_BYTES, limits->hard_bytes, SG_SA_PAD);
}

static int put_used(struct sk_buff *skb, struct sg_sa *sa)
{
	struct sg_sa_sum sum;

	sg_sa_sum(sa, &sum);
	if (nla_put_u8(skb, SG_SA_STATE, sa_state(sa)) ||
	    nla_put_u64_64bit(skb, SG_SA_AGE_SECONDS, sg_sa_age(sa), SG_SA_PAD) ||
	    nla_put_u64_64bit(skb, SG_SA_BYTES, sum.bytes, SG_SA_PAD) ||
	    nla_put_u64_64bit(skb, SG_SA_PACKETS, sum.packets - sa->cleared_packets, SG_SA_PAD) ||
	    nla_put_u64_64bit(skb, SG_SA_PACKET_BYTES, sum.bytes - sa->cleared_bytes, SG_SA_PAD) ||
	    nla_put_u64_64bit(skb, SG_SA_ERRORS, sum.errors - sa->cleared_errors, SG_SA_PAD) ||
	    nla_put_u32(skb, SG_SA_SEQ, sa_seq(sa)) ||
	    nla_put_u32(skb, SG_SA_ID, sa->number) ||
	    nla_put_u32(skb, SG_SA_IFINDEX, sg_binding_bearer(sa->sn, sa->flow->map_name)))
		return -EMSGSIZE;
	return 0;
}

/* Under sg_net.lock. */
static int put_sa(struct sk_buff *skb, struct sg_sa *sa)
{
	struct nlattr *nest = nla_nest_start(skb, SG_A_SA);

	if (!nest || put_params(skb, sa) || put_limits(skb, &sa->p.limits) || put_used(skb, sa))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

int sg_nl_sa_get(struct sk_buff *skb, struct genl_info *info)
{
	struct sg_net *sn = sg_nl_net(info);
	struct sk_buff *reply;
	struct sg_sa_id id;
	struct sg_sa *sa;
	void *hdr;
	int err;

	err = get_request_id(info, &id);
	if (err)
		return err;
	reply = sg_nl_reply_new(info, GENLMSG_DEFAULT_SIZE, &hdr);
	if (!reply)
		return -ENOMEM;

	mutex_lock(&sn->lock);
	sa = find_sa(sn, &id, info->extack);
	err = sa ? put_sa(reply, sa) : -ENOENT;
	mutex_unlock(&sn->lock);
	if (err) {
		nlmsg_free(reply);
		return err;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}

int sg_nl_sa_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct sg_nl_dump *dump = sg_nl_dump(cb);
	struct list_head *pos;
	struct sg_net *sn;
	struct sg_sa *sa;
	void *hdr;

	sn = sg_nl_dump_lock(cb);
	pos = dump->pos ?: &sn->sa_list;
	list_for_each_continue(pos, &sn->sa_list) {
		sa = list_entry(pos, struct sg_sa, list_node);
		if (sa->number <= dump->number)
			continue;
		hdr = sg_nl_dump_put(skb, cb, SG_CMD_SA_GET);
		if (!hdr)
			break;
		if (put_sa(skb, sa)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		dump->number = sa->number;
		dump->pos = pos;
	}
	mutex_unlock(&sn->lock);
	return skb->len;
}
