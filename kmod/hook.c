// SPDX-License-Identifier: GPL-2.0
/*
 * Where packets meet the module: three netfilter hooks, each behind the operator's own rules.
 *
 *  POST_ROUTING  clear packets that leave by an interface with a crypto map: protect, hold or pass
 *  LOCAL_IN      ESP and AH for this host: open; clear packets: check
 *  FORWARD       clear packets: check
 *
 * This file decides what a packet is and which map and SA it meets; verdicts become NF_* here
 * alone. What is then done to it is in output.c, input.c and hold.c.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/icmp.h>
#include <linux/ip.h>
#include <linux/net.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/dst.h>
#include <net/ip.h>
#include <net/route.h>
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
#include <net/netfilter/nf_conntrack.h>
#endif

#include "cmap.h"
#include "device.h"
#include "event.h"
#include "hold.h"
#include "hook.h"
#include "netns.h"
#include "pmtu.h"
#include "sadb.h"

#define IKE_PORT	500
#define IKE_NATT_PORT	4500

/* Our own key for the reassembly of fragments, apart from those of enum ip_defrag_users. */
#define DEFRAG_USER	0x53474f55

/**
 * sg_key_of() - read what selectors look at
 * @skb: IPv4, network header set and in the linear part
 * @key: written whole
 *
 * Ports and ICMP type need not be linear. A packet cut short before them is not malformed here: it
 * has no layer 4 (has_l4 false). Any context. Return: 0, or -EINVAL for a bad header length.
 */
int sg_key_of(const struct sk_buff *skb, struct sg_key *key)
{
	const struct iphdr *ip = ip_hdr(skb);
	int at = skb_network_offset(skb) + ip->ihl * 4;

	memset(key, 0, sizeof(*key));
	if (ip->version != 4 || ip->ihl * 4 < sizeof(*ip))
		return -EINVAL;
	key->src = ntohl(ip->saddr);
	key->dst = ntohl(ip->daddr);
	key->proto = ip->protocol;
	key->fragment = ip->frag_off & htons(IP_OFFSET);
	if (key->fragment)
		return 0;

	switch (ip->protocol) {
	case IPPROTO_TCP:
	case IPPROTO_UDP: {
		const __be16 *ports;
		__be16 room[2];

		ports = skb_header_pointer(skb, at, sizeof(room), room);
		if (!ports)
			return 0;
		key->sport = ntohs(ports[0]);
		key->dport = ntohs(ports[1]);
		key->has_l4 = true;
		break;
	}
	case IPPROTO_ICMP: {
		const struct icmphdr *icmp;
		struct icmphdr room;

		icmp = skb_header_pointer(skb, at, sizeof(room), &room);
		if (!icmp)
			return 0;
		key->icmp_type = icmp->type;
		key->icmp_code = icmp->code;
		key->has_l4 = true;
		break;
	}
	}
	return 0;
}

static bool is_ike(const struct sg_key *key, u16 port)
{
	return key->proto == IPPROTO_UDP && key->has_l4 &&
	       (port == IKE_PORT || port == IKE_NATT_PORT);
}

static bool is_ipsec(u8 proto)
{
	return proto == IPPROTO_ESP || proto == IPPROTO_AH;
}

#if IS_ENABLED(CONFIG_NF_CONNTRACK)
/*
 * A packet that is stolen has not passed conntrack's own last hook: without this its connection,
 * and the NAT mapping in it, would be lost to the replies. By way of nf_ct_hook, so that the
 * module does not depend on nf_conntrack. (What a connection helper wants to rewrite is not
 * rewritten: the helper runs behind us.)
 */
static unsigned int confirm_ct(struct sk_buff *skb)
{
	enum ip_conntrack_info info;
	const struct nf_ct_hook *ct_hook;
	struct nf_conn *ct = nf_ct_get(skb, &info);

	if (!ct || nf_ct_is_confirmed(ct))
		return NF_ACCEPT;
	ct_hook = rcu_dereference(nf_ct_hook);
	return ct_hook ? ct_hook->confirm(skb) : NF_ACCEPT;
}

/*
 * An nftables flowtable forwards the packets of its connections past every hook but its own, and
 * nothing here can take a connection out of it. Its first packets still come this way: tell.
 */
static void see_offload(const struct sk_buff *skb, const struct net_device *out)
{
	enum ip_conntrack_info info;
	const struct nf_conn *ct = nf_ct_get(skb, &info);

	if (ct && test_bit(IPS_OFFLOAD_BIT, &ct->status))
		net_warn_ratelimited("a flowtable takes packets past the crypto map of %s\n",
				     out->name);
}

/* A clear packet as it was on the wire, before this host's own NAT: a map speaks of the wire. */
static void undo_nat(const struct sk_buff *skb, struct sg_key *key)
{
	const struct nf_conntrack_tuple *tuple;
	enum ip_conntrack_info info;
	const struct nf_conn *ct = nf_ct_get(skb, &info);

	if (!ct || !(READ_ONCE(ct->status) & IPS_NAT_MASK))
		return;
	/* The tuple of an ICMP error's connection is that of the packet it quotes. */
	if (info == IP_CT_RELATED || info == IP_CT_RELATED_REPLY)
		return;
	tuple = &ct->tuplehash[CTINFO2DIR(info)].tuple;
	if (tuple->dst.protonum != key->proto)
		return;
	key->src = ntohl(tuple->src.u3.ip);
	key->dst = ntohl(tuple->dst.u3.ip);
	if (key->proto == IPPROTO_TCP || key->proto == IPPROTO_UDP) {
		key->sport = ntohs(tuple->src.u.all);
		key->dport = ntohs(tuple->dst.u.all);
	}
}
#else
static unsigned int confirm_ct(struct sk_buff *skb)
{
	return NF_ACCEPT;
}

static void see_offload(const struct sk_buff *skb, const struct net_device *out)
{
}

static void undo_nat(const struct sk_buff *skb, struct sg_key *key)
{
}
#endif

/* Only what the routing code sends to one host: not bridged frames, multicast, broadcast. */
static bool is_routed_unicast(const struct sk_buff *skb)
{
	const struct dst_entry *dst = skb_dst(skb);

	if (!dst || dst->flags & DST_FAKE_RTABLE)
		return false;
	if (skb_rtable(skb)->rt_flags & (RTCF_MULTICAST | RTCF_BROADCAST))
		return false;
	return !ipv4_is_multicast(ip_hdr(skb)->daddr) && !ipv4_is_lbcast(ip_hdr(skb)->daddr);
}

/* --- outbound ------------------------------------------------------------------------------- */

/*
 * The ports of a fragment are in another one, so a map looks at whole packets. False: the packet
 * is not complete yet, or is no more.
 */
static bool put_together(struct net *net, struct sk_buff *skb)
{
	int err;

	local_bh_disable();
	err = ip_defrag(net, skb, DEFRAG_USER);
	local_bh_enable();
	if (err)
		return false;
	skb->ignore_df = 1;
	return true;
}

/*
 * Is it protected already, or IKE? By address and protocol, if this host made it; or because it is
 * being sent by sg_output() right now. Nothing a user can set on a packet or socket is asked.
 */
static bool is_own(const struct sk_buff *skb, const struct sg_key *key,
		   const struct sg_binding *bind, const struct nf_hook_state *state)
{
	if (sg_output_sends(skb))
		return true;
	if (state->in || key->src != ntohl(bind->local))
		return false;
	return is_ipsec(key->proto) || is_ike(key, key->sport);
}

static unsigned int drop(struct sg_net *sn, struct sg_entry_count *count, enum sg_stat stat)
{
	sg_stat_inc(sn, stat);
	if (count)
		atomic64_inc(&count->send_errors);
	return NF_DROP;
}

static unsigned int post_routing(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	struct sg_net *sn = sg_net(state->net);
	const struct sg_map_entry *entry;
	struct sg_binding *bind;
	struct sg_flow *flow;
	struct sg_map *map;
	unsigned int verdict;
	struct sg_key key;
	struct sg_sa *sa;
	u32 ace;

	bind = sg_binding_find(sn, state->out->ifindex);
	if (likely(!bind) || !is_routed_unicast(skb))
		return NF_ACCEPT;
	map = rcu_dereference(bind->map);
	if (!map)
		return NF_ACCEPT;
	/* A raw socket may write any header length, which reassembly would trust. */
	if (sg_key_of(skb, &key))
		return drop(sn, NULL, SG_STAT_OUT_MALFORMED);
	if (ip_is_fragment(ip_hdr(skb))) {
		if (!put_together(state->net, skb))
			return NF_STOLEN;
		sg_key_of(skb, &key);
	}
	if (is_own(skb, &key, bind, state))
		return NF_ACCEPT;

	ace = sg_acl_lookup(map->acl, &key);
	if (ace == SG_ACL_NONE)
		return NF_ACCEPT;
	atomic64_inc(&map->matches[ace]);
	flow = map->flows[ace];
	entry = &map->entries[map->aces[ace].entry];

	sa = sg_flow_sa(flow, &key);
	if (!sa && entry->flags & SG_ENTRY_F_DYNAMIC)
		return drop(sn, entry->count, SG_STAT_OUT_NO_SA);

	verdict = confirm_ct(skb);
	if (verdict != NF_ACCEPT) {
		if (sa)
			sg_sa_put(sa);
		return verdict;
	}
	see_offload(skb, state->out);
	/* Pairs with the publication of the SA behind sg_hold_arm(). */
	smp_rmb();
	if (sa && likely(!READ_ONCE(flow->releasing)))
		sg_output(sn, sa, skb);
	else
		sg_hold(sn, flow, skb, &key, bind);
	if (sa)
		sg_sa_put(sa);
	return NF_STOLEN;
}

/* --- inbound -------------------------------------------------------------------------------- */

/* The map of the interface a packet came in by; below a VRF device, that of the real one. */
static struct sg_binding *input_binding(struct sg_net *sn, const struct sk_buff *skb,
					const struct net_device *in)
{
	struct sg_binding *bind = sg_binding_find(sn, in->ifindex);

	if (!bind && IPCB(skb)->iif != in->ifindex)
		bind = sg_binding_find(sn, IPCB(skb)->iif);
	return bind;
}

/*
 * Clear packets that are no business of a map even where a permit covers them: IKE to our own
 * endpoint, and ICMP errors about IPsec and IKE packets that we have sent.
 */
static bool is_exempt(const struct sk_buff *skb, const struct sg_key *key,
		      const struct sg_binding *bind)
{
	struct sg_key about = {};
	const struct iphdr *ip;
	struct iphdr room;
	int at;

	if (key->dst != ntohl(bind->local))
		return false;
	if (is_ike(key, key->dport))
		return true;
	if (key->proto != IPPROTO_ICMP || !key->has_l4 || !icmp_is_err(key->icmp_type))
		return false;

	at = skb_network_offset(skb) + ip_hdrlen(skb) + sizeof(struct icmphdr);
	ip = skb_header_pointer(skb, at, sizeof(room), &room);
	if (!ip || ip->version != 4 || ip->ihl * 4 < sizeof(*ip) || ip->saddr != bind->local)
		return false;
	about.proto = ip->protocol;
	if (about.proto == IPPROTO_UDP) {
		const __be16 *sport;
		__be16 port;

		sport = skb_header_pointer(skb, at + ip->ihl * 4, sizeof(port), &port);
		about.has_l4 = sport;
		about.sport = sport ? ntohs(*sport) : 0;
	}
	return is_ipsec(about.proto) || is_ike(&about, about.sport);
}

/*
 * A packet that a permit of its input interface covers, seen from the other side, must not be
 * clear.
 */
static unsigned int check_clear(struct sg_net *sn, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	const struct iphdr *ip = ip_hdr(skb);
	struct sg_binding *bind;
	struct sg_key key, swapped;
	struct sg_map *map;

	if (!state->in || state->in == sn->dev || !is_routed_unicast(skb))
		return NF_ACCEPT;
	bind = input_binding(sn, skb, state->in);
	if (likely(!bind))
		return NF_ACCEPT;
	map = rcu_dereference(bind->map);
	if (!map || sg_key_of(skb, &key) || is_exempt(skb, &key, bind))
		return NF_ACCEPT;

	undo_nat(skb, &key);
	swapped = sg_key_swap(&key);
	if (sg_acl_lookup(map->acl, &swapped) == SG_ACL_NONE)
		return NF_ACCEPT;

	sg_stat_inc(sn, SG_STAT_IN_NOT_IPSEC);
	sg_event_not_ipsec(sn, ip->saddr, ip->daddr, ip->protocol, bind->ifindex);
	return NF_DROP;
}

static unsigned int local_in(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct sg_net *sn = sg_net(state->net);
	const struct rtable *rt = skb_rtable(skb);
	unsigned int verdict;

	if (is_ipsec(ip_hdr(skb)->protocol) && rt && rt->rt_type == RTN_LOCAL) {
		verdict = confirm_ct(skb);
		if (verdict != NF_ACCEPT)
			return verdict;
		return sg_input(sn, skb);
	}
	verdict = check_clear(sn, skb, state);
	if (verdict == NF_ACCEPT && ip_hdr(skb)->protocol == IPPROTO_ICMP)
		sg_pmtu_input(sn, skb);
	return verdict;
}

static unsigned int forward(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return check_clear(sg_net(state->net), skb, state);
}

/*
 * Last, behind filters and source NAT. Conntrack confirms at the same priority, before or
 * behind us by the order of registration: both are right, see confirm_ct().
 */
static const struct nf_hook_ops hooks[] = {
	{
		.hook		= post_routing,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_POST_ROUTING,
		.priority	= NF_IP_PRI_LAST,
	},
	{
		.hook		= local_in,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_LOCAL_IN,
		.priority	= NF_IP_PRI_LAST,
	},
	{
		.hook		= forward,
		.pf		= NFPROTO_IPV4,
		.hooknum	= NF_INET_FORWARD,
		.priority	= NF_IP_PRI_LAST,
	},
};

/**
 * sg_hook_net_init() - start to see packets of a namespace
 * @net: its sg_net is complete
 *
 * Process context. Return: 0 or an error of nf_register_net_hooks().
 */
int sg_hook_net_init(struct net *net)
{
	return nf_register_net_hooks(net, hooks, ARRAY_SIZE(hooks));
}

/**
 * sg_hook_net_exit() - see no new packet of a namespace
 * @net: namespace
 *
 * Process context. Packets already in a hook end with the next RCU grace period, for which the
 * caller waits (.pre_exit).
 */
void sg_hook_net_exit(struct net *net)
{
	nf_unregister_net_hooks(net, hooks, ARRAY_SIZE(hooks));
}
