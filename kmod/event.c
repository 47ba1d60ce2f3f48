// SPDX-License-Identifier: GPL-2.0
/*
 * Events to the agent. Each kind has a token bucket a namespace, so that a flood of packets is
 * not a flood of messages; what a bucket or a full socket swallowed is counted.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <net/net_namespace.h>

#include "cmap.h"
#include "event.h"
#include "netlink.h"
#include "sadb.h"
#include "stats.h"

/* What a message of each kind can grow to at most: two selectors, a cookie, a flow's name. */
#define EVENT_BYTES	1024

enum event_kind { EVENT_ACQUIRE, EVENT_EXPIRE, EVENT_INVALID_SPI, EVENT_NOT_IPSEC, EVENT_REPLAY };

/*
 * Events at once and events a second. An EXPIRE is bound to an SA and comes twice at most: its
 * limit is only there to have one. The last three are raised by packets of anybody.
 */
static const struct rate {
	u32 burst, per_second;
} rates[] = {
	[EVENT_ACQUIRE]		= { 256, 256 },
	[EVENT_EXPIRE]		= { 16384, 4096 },
	[EVENT_INVALID_SPI]	= { 16, 8 },
	[EVENT_NOT_IPSEC]	= { 16, 8 },
	[EVENT_REPLAY]		= { 16, 8 },
};

struct bucket {
	u64 tokens;		/* in 1/HZ of an event */
	unsigned long filled;	/* jiffies */
};

struct sg_event_state {
	spinlock_t lock;	/* protects the buckets; any context but hard interrupts */
	struct bucket buckets[ARRAY_SIZE(rates)];
};

int sg_event_net_init(struct sg_net *sn)
{
	struct sg_event_state *events;
	int kind;

	events = kzalloc(sizeof(*events), GFP_KERNEL_ACCOUNT);
	if (!events)
		return -ENOMEM;
	spin_lock_init(&events->lock);
	for (kind = 0; kind < ARRAY_SIZE(rates); kind++) {
		events->buckets[kind].tokens = (u64)rates[kind].burst * HZ;
		events->buckets[kind].filled = jiffies;
	}
	sn->events = events;
	return 0;
}

void sg_event_net_exit(struct sg_net *sn)
{
	kfree(sn->events);
	sn->events = NULL;
}

static bool bucket_take(struct sg_event_state *events, enum event_kind kind)
{
	struct bucket *bucket = &events->buckets[kind];
	const struct rate *rate = &rates[kind];
	unsigned long now = jiffies;
	bool taken = false;

	spin_lock_bh(&events->lock);
	bucket->tokens += (u64)(now - bucket->filled) * rate->per_second;
	bucket->tokens = min_t(u64, bucket->tokens, (u64)rate->burst * HZ);
	bucket->filled = now;
	if (bucket->tokens >= HZ) {
		bucket->tokens -= HZ;
		taken = true;
	}
	spin_unlock_bh(&events->lock);
	return taken;
}

/* NULL: nobody listens, or it is too many, or there is no memory. RCU read side. */
static struct sk_buff *event_new(struct sg_net *sn, enum event_kind kind, u8 cmd, void **hdr)
{
	struct sk_buff *skb;

	if (!sg_netlink_up() || !genl_has_listeners(&sg_genl_family, sn->net, 0))
		return NULL;
	if (!bucket_take(sn->events, kind))
		goto dropped;
	skb = genlmsg_new(EVENT_BYTES, GFP_ATOMIC);
	if (!skb)
		goto dropped;
	*hdr = genlmsg_put(skb, 0, 0, &sg_genl_family, 0, cmd);
	if (*hdr)
		return skb;
	nlmsg_free(skb);
dropped:
	sg_stat_inc(sn, SG_STAT_EVENT_DROPPED);
	return NULL;
}

/* @err: of what filled the message. */
static bool event_send(struct sg_net *sn, struct sk_buff *skb, void *hdr, int err)
{
	if (WARN_ON_ONCE(err)) {
		nlmsg_free(skb);
		return false;
	}
	genlmsg_end(skb, hdr);
	err = genlmsg_multicast_netns(&sg_genl_family, sn->net, skb, 0, 0, GFP_ATOMIC);
	if (err)
		sg_stat_inc(sn, SG_STAT_EVENT_DROPPED);
	return !err;
}

/* The packet, as a selector that holds nothing else. */
static void key_selector(const struct sg_key *key, struct sg_selector *sel)
{
	memset(sel, 0, sizeof(*sel));
	sel->src = key->src;
	sel->dst = key->dst;
	sel->src_mask = U32_MAX;
	sel->dst_mask = U32_MAX;
	sel->proto = key->proto;
	sel->sport_max = U16_MAX;
	sel->dport_max = U16_MAX;
	if (!key->has_l4)
		return;
	if (key->proto == IPPROTO_ICMP) {
		sel->flags = SG_SEL_HAS_ICMP_TYPE | SG_SEL_HAS_ICMP_CODE;
		sel->icmp_type = key->icmp_type;
		sel->icmp_code = key->icmp_code;
	} else {
		sel->sport_min = key->sport;
		sel->sport_max = key->sport;
		sel->dport_min = key->dport;
		sel->dport_max = key->dport;
	}
}

static int put_acquire(struct sk_buff *skb, const struct sg_flow *flow, const struct sg_key *key,
		       const struct sg_binding *bind)
{
	struct sg_selector sel;
	struct nlattr *nest;

	key_selector(key, &sel);
	nest = nla_nest_start(skb, SG_A_ACQUIRE);
	if (!nest || sg_nl_put_flow(skb, SG_ACQUIRE_FLOW, flow, false) ||
	    nla_put_u32(skb, SG_ACQUIRE_IFINDEX, bind->ifindex) ||
	    nla_put_be32(skb, SG_ACQUIRE_ADDR_LOCAL, bind->local) ||
	    sg_nl_put_selector(skb, SG_ACQUIRE_PACKET, &sel))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

bool sg_event_acquire(struct sg_net *sn, const struct sg_flow *flow, const struct sg_key *key,
		      const struct sg_binding *bind)
{
	struct sk_buff *skb;
	bool sent = false;
	void *hdr;

	rcu_read_lock();
	skb = event_new(sn, EVENT_ACQUIRE, SG_CMD_EV_ACQUIRE, &hdr);
	if (skb)
		sent = event_send(sn, skb, hdr, put_acquire(skb, flow, key, bind));
	rcu_read_unlock();
	return sent;
}

static int put_expire(struct sk_buff *skb, const struct sg_sa *sa, bool hard, u8 reason)
{
	struct sg_sa_sum sum;
	struct nlattr *nest;

	sg_sa_sum(sa, &sum);
	nest = nla_nest_start(skb, SG_A_EXPIRE);
	if (!nest || nla_put_be32(skb, SG_EXPIRE_ADDR_DST, sa->p.id.dst) ||
	    nla_put_be32(skb, SG_EXPIRE_SPI, sa->p.id.spi) ||
	    nla_put_u8(skb, SG_EXPIRE_PROTO, sa->p.id.proto) ||
	    nla_put_u8(skb, SG_EXPIRE_HARD, hard) ||
	    nla_put_u8(skb, SG_EXPIRE_REASON, reason) ||
	    nla_put_u8(skb, SG_EXPIRE_DIR, sa->p.dir) ||
	    nla_put_u8(skb, SG_EXPIRE_USED, sum.packets != 0))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

void sg_event_expire(struct sg_net *sn, const struct sg_sa *sa, bool hard, u8 reason)
{
	struct sk_buff *skb;
	void *hdr;

	rcu_read_lock();
	skb = event_new(sn, EVENT_EXPIRE, SG_CMD_EV_EXPIRE, &hdr);
	if (skb)
		event_send(sn, skb, hdr, put_expire(skb, sa, hard, reason));
	rcu_read_unlock();
}

/* What the three events about a packet may tell. */
struct pkt {
	__be32 src, dst, spi;
	u8 proto;
	u32 seq;
	int ifindex;
	const struct sg_sa *sa;
};

static int put_pkt(struct sk_buff *skb, const struct pkt *pkt)
{
	struct nlattr *nest = nla_nest_start(skb, SG_A_PKT);

	if (!nest || nla_put_be32(skb, SG_PKT_ADDR_SRC, pkt->src) ||
	    nla_put_be32(skb, SG_PKT_ADDR_DST, pkt->dst) ||
	    nla_put_u8(skb, SG_PKT_PROTO, pkt->proto) ||
	    (pkt->spi && nla_put_be32(skb, SG_PKT_SPI, pkt->spi)) ||
	    (pkt->ifindex && nla_put_u32(skb, SG_PKT_IFINDEX, pkt->ifindex)) ||
	    (pkt->sa && nla_put_u32(skb, SG_PKT_SEQ, pkt->seq)) ||
	    (pkt->sa && pkt->sa->p.cookie_len &&
	     nla_put(skb, SG_PKT_COOKIE, pkt->sa->p.cookie_len, pkt->sa->p.cookie)))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static void event_pkt(struct sg_net *sn, enum event_kind kind, u8 cmd, const struct pkt *pkt)
{
	struct sk_buff *skb;
	void *hdr;

	rcu_read_lock();
	skb = event_new(sn, kind, cmd, &hdr);
	if (skb)
		event_send(sn, skb, hdr, put_pkt(skb, pkt));
	rcu_read_unlock();
}

void sg_event_invalid_spi(struct sg_net *sn, __be32 src, __be32 dst, u8 proto, __be32 spi)
{
	const struct pkt pkt = { .src = src, .dst = dst, .proto = proto, .spi = spi };

	event_pkt(sn, EVENT_INVALID_SPI, SG_CMD_EV_INVALID_SPI, &pkt);
}

void sg_event_not_ipsec(struct sg_net *sn, __be32 src, __be32 dst, u8 proto, int ifindex)
{
	const struct pkt pkt = { .src = src, .dst = dst, .proto = proto, .ifindex = ifindex };

	event_pkt(sn, EVENT_NOT_IPSEC, SG_CMD_EV_NOT_IPSEC, &pkt);
}

void sg_event_replay(struct sg_net *sn, const struct sg_sa *sa, __be32 src, u32 seq)
{
	const struct pkt pkt = {
		.src = src, .dst = sa->p.id.dst, .proto = sa->p.id.proto, .spi = sa->p.id.spi,
		.seq = seq, .sa = sa,
	};

	event_pkt(sn, EVENT_REPLAY, SG_CMD_EV_REPLAY, &pkt);
}
