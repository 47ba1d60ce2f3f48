// SPDX-License-Identifier: GPL-2.0
/*
 * From an ESP packet for this host to its inner packet: which SA, may it have come from there, is
 * what was inside an IPv4 packet, and does the SA carry such packets. RFC 4301 section 5.2.
 *
 * Not here: verification and decryption (esp.c), clear packets (hook.c), the way back into the
 * stack (device.c).
 */
#include <linux/ip.h>
#include <net/inet_ecn.h>
#include <net/ip.h>

#include "cmap.h"
#include "device.h"
#include "esp.h"
#include "event.h"
#include "hook.h"
#include "netns.h"
#include "sadb.h"

/* What names the SA in the header behind the IP header. */
static bool read_id(struct sk_buff *skb, struct sg_sa_id *id)
{
	const struct iphdr *ip = ip_hdr(skb);
	unsigned int header = ip_hdrlen(skb);
	const __be32 *spi;
	__be32 room;

	memset(id, 0, sizeof(*id));
	id->dst = ip->daddr;
	id->proto = ip->protocol;
	/* AH: next header, length, reserved, SPI. ESP: SPI first. */
	if (ip->protocol == IPPROTO_AH)
		header += offsetof(struct ip_auth_hdr, spi);
	spi = skb_header_pointer(skb, header, sizeof(room), &room);
	if (!spi)
		return false;
	id->spi = *spi;
	return true;
}

/*
 * Is @skb, from its first byte, an IPv4 packet? Cuts off what is behind it (RFC 4303 section
 * 2.7).
 */
static bool take_inner(struct sk_buff *skb)
{
	unsigned int header, total;
	const struct iphdr *ip;

	if (!pskb_may_pull(skb, sizeof(*ip)))
		return false;
	skb_reset_network_header(skb);
	ip = ip_hdr(skb);
	header = ip->ihl * 4;
	total = ntohs(ip->tot_len);
	if (ip->version != 4 || header < sizeof(*ip) || total < header || total > skb->len)
		return false;
	if (!pskb_may_pull(skb, header) || ip_fast_csum(skb_network_header(skb), ip_hdr(skb)->ihl))
		return false;
	if (pskb_trim(skb, total))
		return false;
	skb_set_transport_header(skb, header);
	skb->protocol = htons(ETH_P_IP);
	return true;
}

/*
 * Does the SA carry this packet? Its proxy is written outwards. A fragment other than the first
 * is judged by addresses and protocol: its peer looked at the ports before it cut the packet.
 */
static bool in_proxies(const struct sg_sa *sa, const struct sk_buff *skb)
{
	struct sg_selector proxy = sa->p.proxy;
	struct sg_key key, swapped;

	if (sg_key_of(skb, &key))
		return false;
	swapped = sg_key_swap(&key);
	if (key.fragment) {
		proxy.sport_min = 0;
		proxy.sport_max = U16_MAX;
		proxy.dport_min = 0;
		proxy.dport_max = U16_MAX;
		proxy.flags = 0;
	}
	return sg_selector_match(&proxy, &swapped);
}

/* Nothing of the outer packet's dealings with the stack may stick to the inner one. */
static void scrub(struct sk_buff *skb)
{
	skb_scrub_packet(skb, false);
	skb_gso_reset(skb);
	skb_orphan(skb);
	skb->ip_summed = CHECKSUM_NONE;
	skb->encapsulation = 0;
	skb_reset_inner_headers(skb);
	skb_clear_hash(skb);
	skb_set_queue_mapping(skb, 0);
	skb_reset_redirect(skb);
	skb_reset_mac_header(skb);
	skb->mac_len = 0;
}

/* From an ESP packet, data at its ESP header, to the inner one. */
static enum sg_stat open_packet(struct sg_sa *sa, struct sk_buff *skb, u8 outer_tos, u32 *seq)
{
	enum sg_stat stat;
	u8 next_header;

	stat = sg_esp_open(sa, skb, &next_header, seq);
	if (stat)
		return stat;
	if (next_header != IPPROTO_IPIP)
		return SG_STAT_IN_NEXT_HEADER;
	if (!take_inner(skb))
		return SG_STAT_IN_INNER;
	if (!in_proxies(sa, skb))
		return SG_STAT_IN_PROXY;
	/*
	 * Above 1: congestion experienced, and an inner packet that cannot say so (RFC 6040,
	 * 4.2).
	 */
	if (INET_ECN_decapsulate(skb, outer_tos, ip_hdr(skb)->tos) > 1)
		return SG_STAT_IN_ECN;
	return 0;
}

static void count_drop(struct sg_sa *sa, enum sg_stat stat)
{
	sg_stat_inc(sa->sn, stat);
	sg_sa_error(sa);
	if (sa->flow)
		atomic64_inc(&sa->flow->count->recv_errors);
}

static void count_received(struct sg_sa *sa, unsigned int len)
{
	sg_sa_account(sa, len);
	if (sa->flow) {
		atomic64_inc(&sa->flow->count->in_packets);
		atomic64_add(len, &sa->flow->count->in_bytes);
	}
}

/* An ESP packet of @sa, in tunnel mode. Consumes it. */
static void receive(struct sg_sa *sa, struct sk_buff *skb)
{
	__be32 src = ip_hdr(skb)->saddr;
	u8 tos = ip_hdr(skb)->tos;
	struct sg_net *sn = sa->sn;
	enum sg_stat stat;
	u32 seq = 0;

	skb = skb_share_check(skb, GFP_ATOMIC);
	if (!skb) {
		count_drop(sa, SG_STAT_IN_NOMEM);
		return;
	}
	stat = SG_STAT_IN_ADDR_SRC;
	if (src != sa->p.src)
		goto drop;
	stat = SG_STAT_IN_SA_EXPIRED;
	if (READ_ONCE(sa->dead) || test_bit(SG_SA_SPENT, &sa->life_flags))
		goto drop;
	/*
	 * Nobody builds ESP packets for segmentation; an inner packet must not inherit such a
	 * state.
	 */
	stat = SG_STAT_IN_CRYPTO;
	if (skb_is_gso(skb))
		goto drop;

	__skb_pull(skb, ip_hdrlen(skb));
	stat = open_packet(sa, skb, tos, &seq);
	if (stat)
		goto drop;
	count_received(sa, skb->len);
	scrub(skb);
	sg_device_receive(sn, skb);
	return;
drop:
	count_drop(sa, stat);
	if (stat == SG_STAT_IN_REPLAY)
		sg_event_replay(sn, sa, src, seq);
	kfree_skb(skb);
}

/**
 * sg_input() - ESP or AH for this host
 * @sn: namespace
 * @skb: IPv4, whole, data at its header
 *
 * LOCAL_IN: a softirq, or process context with BH on where user space had the packet in a queue.
 * Return: NF_STOLEN, the packet consumed and counted, or NF_ACCEPT: not ours, and the namespace
 * leaves such to the kernel's own IPsec.
 */
unsigned int sg_input(struct sg_net *sn, struct sk_buff *skb)
{
	const struct iphdr *ip = ip_hdr(skb);
	struct sg_sa_id id;
	struct sg_sa *sa;

	if (!read_id(skb, &id)) {
		if (READ_ONCE(sn->foreign_esp))
			return NF_ACCEPT;
		sg_stat_inc(sn, SG_STAT_IN_TRUNCATED);
		kfree_skb(skb);
		return NF_STOLEN;
	}
	sa = sg_sa_lookup(sn, &id);
	if (sa && sa->p.dir == SG_DIR_IN) {
		receive(sa, skb);
		sg_sa_put(sa);
		return NF_STOLEN;
	}
	if (sa)
		sg_sa_put(sa);
	if (READ_ONCE(sn->foreign_esp))
		return NF_ACCEPT;
	sg_stat_inc(sn, SG_STAT_IN_NO_SA);
	sg_event_invalid_spi(sn, ip->saddr, id.dst, id.proto, id.spi);
	kfree_skb(skb);
	return NF_STOLEN;
}
