// SPDX-License-Identifier: GPL-2.0
/*
 * Path MTU, RFC 4301 section 8: how large an inner packet may be, how its sender learns of it,
 * and how this gateway learns what the way to the peer can carry.
 *
 * Not for cutting packets (output.c) or for the arithmetic of ESP (espsize.c).
 */
#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <net/gso.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/route.h>

#include "netns.h"
#include "pmtu.h"
#include "sadb.h"

/**
 * sg_pmtu_route() - the way of an SA's outer packets
 * @sa: outbound
 * @mark: of the inner packet: policy routing goes by it
 *
 * Any context, BH off. Return: the route with a reference, or ERR_PTR.
 */
struct rtable *sg_pmtu_route(const struct sg_sa *sa, u32 mark)
{
	struct flowi4 fl4 = {
		.daddr		= sa->p.id.dst,
		.saddr		= sa->p.src,
		.flowi4_proto	= sa->p.id.proto,
		.flowi4_mark	= mark,
	};

	return ip_route_output_flow(sa->sn->net, &fl4, NULL);
}

/**
 * sg_pmtu_inner() - the largest inner packet that leaves in one piece
 * @sa: outbound
 * @rt: its route
 *
 * Any context. Return: bytes, at least SG_MTU_MIN: below that the outer packet is cut instead.
 */
u32 sg_pmtu_inner(const struct sg_sa *sa, const struct rtable *rt)
{
	return max_t(u32, sg_esp_payload_max(&sa->shape, dst_mtu(&rt->dst)), SG_MTU_MIN);
}

static bool fits(const struct sk_buff *skb, u32 mtu)
{
	return skb_is_gso(skb) ? skb_gso_validate_network_len(skb, mtu) : skb->len <= mtu;
}

/**
 * sg_pmtu_refuse() - does this packet have to be refused for its size?
 * @skb: clear packet with its route, data at the IP header, conntrack still attached
 * @mtu: from sg_pmtu_inner()
 *
 * A local sender may have said that its packet can be cut though it bears DF. Where the answer
 * is yes, the sender has been told: by ICMP 3/4 (with the address it knows, should NAT have changed
 * it), and a local one by its route too. Any context, BH off.
 */
bool sg_pmtu_refuse(struct sk_buff *skb, u32 mtu)
{
	bool cut = IPCB(skb)->frag_max_size > mtu;	/* came in pieces, with DF, too large */

	if (fits(skb, mtu) || !(ip_hdr(skb)->frag_off & htons(IP_DF)))
		return false;
	if (skb->ignore_df && !cut)
		return false;
	if (!skb_dst(skb))
		return true;

	if (rt_is_output_route(skb_rtable(skb)))
		skb_dst_update_pmtu_no_confirm(skb, mtu);
	icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, htonl(mtu));
	return true;
}

/* The SA that sent the packet an ICMP error quotes at @at, with a reference, or NULL. */
static struct sg_sa *quoted_sa(struct sg_net *sn, const struct sk_buff *skb, int at)
{
	struct sg_sa_id id = { .proto = IPPROTO_ESP };
	const struct ip_esp_hdr *esp;
	struct ip_esp_hdr esp_room;
	const struct iphdr *ip;
	struct iphdr ip_room;
	struct sg_sa *sa;

	ip = skb_header_pointer(skb, at, sizeof(ip_room), &ip_room);
	if (!ip || ip->version != 4 || ip->ihl * 4 < sizeof(*ip))
		return NULL;
	if (ip->protocol != IPPROTO_ESP || ip->frag_off & htons(IP_OFFSET))
		return NULL;
	esp = skb_header_pointer(skb, at + ip->ihl * 4, sizeof(esp_room), &esp_room);
	if (!esp)
		return NULL;

	id.dst = ip->daddr;
	id.spi = esp->spi;
	sa = sg_sa_lookup(sn, &id);
	if (sa && (sa->p.dir != SG_DIR_OUT || sa->p.src != ip->saddr)) {
		sg_sa_put(sa);
		sa = NULL;
	}
	return sa;
}

/**
 * sg_pmtu_input() - learn the path MTU of a tunnel
 * @sn: namespace
 * @skb: ICMP for this host, data at the IP header; not changed
 *
 * Only an error that quotes a living SA of ours counts: who makes one up off the path would have
 * to guess its SPI. The kernel keeps the value with its own routes, and its own floor. LOCAL_IN,
 * BH off.
 */
void sg_pmtu_input(struct sg_net *sn, struct sk_buff *skb)
{
	unsigned int header = ip_hdrlen(skb), quote = header + sizeof(struct icmphdr);
	const struct icmphdr *icmp;
	struct icmphdr room;
	struct sg_sa *sa;
	u32 mtu;

	icmp = skb_header_pointer(skb, header, sizeof(room), &room);
	if (!icmp || icmp->type != ICMP_DEST_UNREACH || icmp->code != ICMP_FRAG_NEEDED)
		return;
	mtu = ntohs(icmp->un.frag.mtu);
	if (!mtu)
		return;
	sa = quoted_sa(sn, skb, quote);
	if (!sa)
		return;

	if (pskb_may_pull(skb, quote + sizeof(struct iphdr)) &&
	    !nf_ip_checksum(skb, NF_INET_LOCAL_IN, header, IPPROTO_ICMP)) {
		__skb_pull(skb, quote);
		ipv4_update_pmtu(skb, sn->net, mtu, 0, IPPROTO_ESP);
		__skb_push(skb, quote);
	}
	sg_sa_put(sa);
}
