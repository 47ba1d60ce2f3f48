// SPDX-License-Identifier: GPL-2.0
/*
 * From a clear packet and its SA to ESP packets on their way: segmentation, cutting, protection,
 * the outer header, the route.
 *
 * Not here: whether a packet is to be protected (hook.c), the waiting for an SA (hold.c).
 */
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/percpu.h>
#include <net/gso.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/route.h>

#include "cmap.h"
#include "esp.h"
#include "hook.h"
#include "netns.h"
#include "pmtu.h"
#include "sadb.h"

/* ESP in GRE in ESP is someone's network; more is a loop of routes. */
#define OUTPUT_DEPTH_MAX	3

/*
 * Bit of struct inet_skb_parm.flags that the kernel leaves unused. The stack wipes that
 * field where packets come in, and it counts only while @depth is not zero.
 */
#define IPSKB_SG_SENT		BIT(15)

/* How many sg_output() are under way on a CPU, one inside of another. BH off. */
static DEFINE_PER_CPU(unsigned int, depth);

/**
 * sg_output_sends() - is this our own packet, right on its way through the stack?
 * @skb: IPv4 packet in a hook
 *
 * Both marks together: by the CPU's alone the ICMP errors that sending provokes would pass for
 * our own and leave in clear, the packet's alone could be left over from another layer. Any
 * context.
 */
bool sg_output_sends(const struct sk_buff *skb)
{
	return this_cpu_read(depth) && IPCB(skb)->flags & IPSKB_SG_SENT;
}

static void count_drop(struct sg_sa *sa, enum sg_stat stat)
{
	sg_stat_inc(sa->sn, stat);
	sg_sa_error(sa);
	if (sa->flow)
		atomic64_inc(&sa->flow->count->send_errors);
}

static void count_sent(struct sg_sa *sa, unsigned int len)
{
	sg_sa_account(sa, len);
	if (sa->flow) {
		atomic64_inc(&sa->flow->count->out_packets);
		atomic64_add(len, &sa->flow->count->out_bytes);
	}
}

/* Nothing of the inner packet's dealings with the stack may stick to the outer one. */
static void scrub(struct sk_buff *skb)
{
	skb_scrub_packet(skb, false);
	skb_gso_reset(skb);
	skb->ip_summed = CHECKSUM_NONE;
	skb->encapsulation = 0;
	skb_reset_inner_headers(skb);
	/* By the outer header from here on: queues that sort by flow must not reorder an SA. */
	skb_clear_hash(skb);
#ifdef CONFIG_NET_SCHED
	skb->tc_index = 0;
#endif
	skb->dev = NULL;
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
}

/* RFC 4301 section 5.1.2.1. */
static void push_outer(const struct sg_sa *sa, struct sk_buff *skb, const struct rtable *rt,
		       u8 tos, __be16 df)
{
	struct iphdr *ip = skb_push(skb, sizeof(*ip));

	skb_reset_network_header(skb);
	skb_set_transport_header(skb, sizeof(*ip));
	skb->protocol = htons(ETH_P_IP);
	ip->version = 4;
	ip->ihl = sizeof(*ip) / 4;
	ip->tos = INET_ECN_encapsulate(tos, tos);
	ip->frag_off = df;
	ip->ttl = ip4_dst_hoplimit(&rt->dst);
	ip->protocol = IPPROTO_ESP;
	ip->saddr = sa->p.src;
	ip->daddr = sa->p.id.dst;
	/* ip_local_out() fills in length and checksum. */
	ip_select_ident(sa->sn->net, skb, NULL);
}

/* One packet that fits. Consumes it. */
static void send_one(struct sg_sa *sa, struct sk_buff *skb, struct rtable *rt)
{
	unsigned int headroom = LL_RESERVED_SPACE(rt->dst.dev) + rt->dst.header_len;
	__be16 df = ip_hdr(skb)->frag_off & htons(IP_DF);
	unsigned int len = skb->len;
	u8 tos = ip_hdr(skb)->tos;
	enum sg_stat stat;
	u32 seq;
	int err;

	stat = SG_STAT_OUT_SA_EXPIRED;
	if (test_bit(SG_SA_SPENT, &sa->life_flags) || test_bit(SG_SA_HARD_SENT, &sa->life_flags))
		goto drop;
	stat = SG_STAT_OUT_NO_SA;
	if (READ_ONCE(sa->dead))
		goto drop;
	stat = SG_STAT_OUT_CHECKSUM;
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_csum_hwoffload_help(skb, 0))
		goto drop;
	stat = SG_STAT_OUT_SEQ_EXHAUSTED;
	if (sg_sa_draw_seq(sa, &seq))
		goto drop;
	stat = sg_esp_protect(sa, skb, IPPROTO_IPIP, seq, headroom + sizeof(struct iphdr));
	if (stat)
		goto drop;
	count_sent(sa, len);

	scrub(skb);
	push_outer(sa, skb, rt, tos, df);
	skb_dst_set(skb, dst_clone(&rt->dst));
	IPCB(skb)->flags = IPSKB_SG_SENT;
	err = ip_local_out(sa->sn->net, NULL, skb);
	if (unlikely(net_xmit_eval(err)))
		count_drop(sa, SG_STAT_OUT_SEND);
	else
		sg_stat_inc(sa->sn, SG_STAT_OUT_PACKETS);
	return;
drop:
	count_drop(sa, stat);
	kfree_skb(skb);
}

/* The options that go into the first fragment only give way to padding, RFC 791 section 3.1. */
static void blank_options(struct sk_buff *skb)
{
	u8 *option = skb_network_header(skb) + sizeof(struct iphdr);
	int left = ip_hdrlen(skb) - sizeof(struct iphdr);

	while (left > 0 && option[0] != IPOPT_END) {
		int len = option[0] == IPOPT_NOOP || left < 2 ? 1 : option[1];

		if (len < 1 || len > left || (option[0] != IPOPT_NOOP && len < 2))
			return;
		if (!IPOPT_COPIED(option[0]))
			memset(option, IPOPT_NOOP, len);
		option += len;
		left -= len;
	}
}

/* Cuts an IPv4 packet so that each piece fits in @mtu. @skb stays the caller's. */
static int cut(struct sk_buff *skb, u32 mtu, unsigned int headroom, struct sk_buff_head *pieces)
{
	unsigned int header = ip_hdrlen(skb);
	struct ip_frag_state state;
	struct sk_buff *piece;

	if (IPCB(skb)->frag_max_size)
		mtu = min_t(u32, mtu, IPCB(skb)->frag_max_size);
	if (mtu < header + 8)
		return -EMSGSIZE;
	if (skb->ip_summed == CHECKSUM_PARTIAL && skb_csum_hwoffload_help(skb, 0))
		return -EINVAL;
	if (skb_ensure_writable(skb, header))
		return -ENOMEM;

	ip_frag_init(skb, header, headroom, mtu - header, IPCB(skb)->flags & IPSKB_FRAG_PMTU,
		     &state);
	while (state.left > 0) {
		piece = ip_frag_next(skb, &state);
		if (IS_ERR(piece)) {
			__skb_queue_purge(pieces);
			return PTR_ERR(piece);
		}
		if (skb_queue_empty(pieces))
			blank_options(skb);
		__skb_queue_tail(pieces, piece);
	}
	return 0;
}

/* One packet, no GSO. Consumes it. */
static void send_cut(struct sg_sa *sa, struct sk_buff *skb, struct rtable *rt, u32 mtu)
{
	struct sk_buff_head pieces;
	struct sk_buff *piece;

	if (skb->len <= mtu) {
		send_one(sa, skb, rt);
		return;
	}
	__skb_queue_head_init(&pieces);
	if (cut(skb, mtu, LL_RESERVED_SPACE(rt->dst.dev) + sa->shape.outer + SG_ESP_HEADER,
		&pieces)) {
		count_drop(sa, SG_STAT_OUT_FRAGMENT);
		kfree_skb(skb);
		return;
	}
	consume_skb(skb);
	while ((piece = __skb_dequeue(&pieces)))
		send_one(sa, piece, rt);
}

/* A GSO packet becomes a list of packets, any other is one of one. NULL: dropped and counted. */
static struct sk_buff *segment(struct sg_sa *sa, struct sk_buff *skb)
{
	struct sk_buff *segs;

	if (!skb_is_gso(skb)) {
		skb_mark_not_on_list(skb);
		return skb;
	}
	segs = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segs)) {
		count_drop(sa, SG_STAT_OUT_GSO);
		kfree_skb(skb);
		return NULL;
	}
	consume_skb(skb);
	return segs;
}

static enum sg_stat send_all(struct sg_sa *sa, struct sk_buff *skb)
{
	struct sk_buff *seg, *next;
	struct rtable *rt;
	u32 mtu;

	rt = sg_pmtu_route(sa, skb->mark);
	if (IS_ERR(rt)) {
		kfree_skb(skb);
		return SG_STAT_OUT_ROUTE;
	}
	mtu = sg_pmtu_inner(sa, rt);
	if (sg_pmtu_refuse(skb, mtu)) {
		ip_rt_put(rt);
		kfree_skb(skb);
		return SG_STAT_OUT_TOO_BIG;
	}
	skb = segment(sa, skb);
	skb_list_walk_safe(skb, seg, next) {
		skb_mark_not_on_list(seg);
		send_cut(sa, seg, rt, mtu);
	}
	ip_rt_put(rt);
	return 0;
}

/**
 * sg_output() - protect and send
 * @sn: namespace
 * @sa: outbound, tunnel mode; a reference held
 * @skb: clear IPv4 packet with its route, data at the IP header; consumed, and counted, whatever
 * happens
 *
 * Any context with RCU read lock.
 */
void sg_output(struct sg_net *sn, struct sg_sa *sa, struct sk_buff *skb)
{
	enum sg_stat stat = SG_STAT_OUT_LOOP;

	local_bh_disable();
	if (__this_cpu_inc_return(depth) > OUTPUT_DEPTH_MAX) {
		kfree_skb(skb);
		goto out;
	}
	stat = SG_STAT_OUT_NOMEM;
	skb = skb_share_check(skb, GFP_ATOMIC);
	if (skb)
		stat = send_all(sa, skb);
out:
	if (stat)
		count_drop(sa, stat);
	__this_cpu_dec(depth);
	local_bh_enable();
}
