// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proxies and identities: ID payloads in, access-list lines in, comparisons, ID payloads and kernel
 * selectors out. Addresses are compared as what they cover, so a host, a subnet and a range
 * that say the same are the same. It knows nothing of maps, peers or exchanges.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ident.h"
#include "names.h"

#define ADDR_LEN	4
#define PORT_MAX	65535

static uint32_t host(struct in_addr a)
{
	return ntohl(a.s_addr);
}

static struct in_addr net(uint32_t v)
{
	return (struct in_addr){ .s_addr = htonl(v) };
}

static struct in_addr addr_at(const uint8_t *p)
{
	struct in_addr a;

	memcpy(&a.s_addr, p, ADDR_LEN);
	return a;
}

static bool has_ports(uint8_t proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP;
}

/* Ones, then zeroes: such a mask covers one run of addresses. */
static bool contiguous(uint32_t mask)
{
	return (~mask & (~mask + 1)) == 0;
}

static void set_net(struct sg_proxy *p, uint8_t type, uint32_t addr, uint32_t mask)
{
	p->type = type;
	p->addr = net(addr & mask);
	p->mask = net(mask);
	p->last = net((addr & mask) | ~mask);
}

int sg_proxy_from_id(struct sg_proxy *out, const struct sg_id *id)
{
	const uint8_t *p = id->data.data;
	struct sg_proxy proxy = { .proto = id->proto, .port = id->port };

	if (proxy.port && !has_ports(proxy.proto))
		return -EINVAL;
	switch (id->type) {
	case IKE_ID_IPV4_ADDR:
		if (id->data.len != ADDR_LEN)
			return -EINVAL;
		set_net(&proxy, id->type, host(addr_at(p)), UINT32_MAX);
		break;
	case IKE_ID_IPV4_ADDR_SUBNET:
		if (id->data.len != 2 * ADDR_LEN)
			return -EINVAL;
		set_net(&proxy, id->type, host(addr_at(p)), host(addr_at(p + ADDR_LEN)));
		break;
	case IKE_ID_IPV4_ADDR_RANGE:
		if (id->data.len != 2 * ADDR_LEN)
			return -EINVAL;
		proxy.type = id->type;
		proxy.addr = addr_at(p);
		proxy.last = addr_at(p + ADDR_LEN);
		if (host(proxy.addr) > host(proxy.last))
			return -EINVAL;
		break;
	default:
		return -EAFNOSUPPORT;
	}
	*out = proxy;
	return 0;
}

void sg_proxy_host(struct sg_proxy *out, struct in_addr addr)
{
	memset(out, 0, sizeof(*out));
	set_net(out, IKE_ID_IPV4_ADDR, host(addr), UINT32_MAX);
}

static void side(struct sg_proxy *out, const struct sg_acl_ace *ace, struct in_addr addr,
		 struct in_addr wild)
{
	uint32_t mask = ~host(wild);

	memset(out, 0, sizeof(*out));
	out->proto = ace->proto;
	set_net(out, mask == UINT32_MAX ? IKE_ID_IPV4_ADDR : IKE_ID_IPV4_ADDR_SUBNET, host(addr),
		mask);
}

/*
 * A port as an ID payload can say it: one, or any. A range, neq and port 0 have no other word than
 * any: what the SA then carries is bounded by the line itself, on each side.
 */
static uint16_t port_of(uint16_t min, uint16_t max, bool not)
{
	return min == max && !not ? min : 0;
}

void sg_proxy_from_ace(const struct sg_acl_ace *ace, struct sg_proxy *local,
		       struct sg_proxy *remote)
{
	side(local, ace, ace->src, ace->src_wild);
	side(remote, ace, ace->dst, ace->dst_wild);
	if (!has_ports(ace->proto))
		return;
	local->port = port_of(ace->sport_min, ace->sport_max, ace->sport_not);
	remote->port = port_of(ace->dport_min, ace->dport_max, ace->dport_not);
}

void sg_proxy_put(struct sg_writer *w, const struct sg_proxy *proxy)
{
	uint8_t data[2 * ADDR_LEN];
	struct in_addr second;
	size_t len = ADDR_LEN;

	memcpy(data, &proxy->addr.s_addr, ADDR_LEN);
	if (proxy->type != IKE_ID_IPV4_ADDR) {
		second = proxy->type == IKE_ID_IPV4_ADDR_RANGE ? proxy->last : proxy->mask;
		memcpy(data + ADDR_LEN, &second.s_addr, ADDR_LEN);
		len = sizeof(data);
	}
	sg_put_id(w, proxy->type, proxy->proto, proxy->port, data, len);
}

/* Is it one run of addresses, from addr to last? */
static bool is_run(const struct sg_proxy *p)
{
	return p->type == IKE_ID_IPV4_ADDR_RANGE || contiguous(host(p->mask));
}

static bool addrs_equal(const struct sg_proxy *a, const struct sg_proxy *b)
{
	if (is_run(a) != is_run(b) || a->addr.s_addr != b->addr.s_addr)
		return false;
	return is_run(a) ? a->last.s_addr == b->last.s_addr : a->mask.s_addr == b->mask.s_addr;
}

static bool addrs_within(const struct sg_proxy *inner, const struct sg_proxy *outer)
{
	uint32_t mask;

	/* last is the highest address that a mask of any shape covers */
	if (is_run(outer))
		return host(inner->addr) >= host(outer->addr) &&
		       host(inner->last) <= host(outer->last);
	mask = host(outer->mask);
	if (inner->type == IKE_ID_IPV4_ADDR_RANGE)
		return inner->addr.s_addr == inner->last.s_addr &&
		       (host(inner->addr) & mask) == host(outer->addr);
	return !(mask & ~host(inner->mask)) && (host(inner->addr) & mask) == host(outer->addr);
}

bool sg_proxy_equal(const struct sg_proxy *a, const struct sg_proxy *b)
{
	return a->proto == b->proto && a->port == b->port && addrs_equal(a, b);
}

bool sg_proxy_within(const struct sg_proxy *inner, const struct sg_proxy *outer)
{
	if (outer->proto && inner->proto != outer->proto)
		return false;
	if (outer->port && inner->port != outer->port)
		return false;
	return addrs_within(inner, outer);
}

static bool port_within(uint16_t port, uint16_t min, uint16_t max, bool not)
{
	/* Any is more than one port, and the only word that there is for several. */
	if (port == 0)
		return port_of(min, max, not) == 0;
	return (port >= min && port <= max) != not;
}

bool sg_proxies_match_ace(const struct sg_proxy *local, const struct sg_proxy *remote,
			  const struct sg_acl_ace *ace, bool *exact)
{
	struct sg_proxy src, dst;

	if (exact)
		*exact = false;
	if (!ace->permit || local->proto != remote->proto)
		return false;
	if (ace->proto && ace->proto != local->proto)
		return false;
	sg_proxy_from_ace(ace, &src, &dst);
	if (!addrs_within(local, &src) || !addrs_within(remote, &dst))
		return false;
	if (has_ports(ace->proto) &&
	    (!port_within(local->port, ace->sport_min, ace->sport_max, ace->sport_not) ||
	     !port_within(remote->port, ace->dport_min, ace->dport_max, ace->dport_not)))
		return false;
	if (exact)
		*exact = sg_proxy_equal(local, &src) && sg_proxy_equal(remote, &dst);
	return true;
}

/* The mask of a run of addresses, if it is a network. */
static int mask_of(const struct sg_proxy *p, struct in_addr *mask)
{
	uint32_t first = host(p->addr), host_bits = host(p->last) - first;

	if (p->type != IKE_ID_IPV4_ADDR_RANGE) {
		*mask = p->mask;
		return 0;
	}
	if (host_bits & (host_bits + 1) || first & host_bits)
		return -EOPNOTSUPP;
	*mask = net(~host_bits);
	return 0;
}

int sg_proxies_to_sel(const struct sg_proxy *local, const struct sg_proxy *remote,
		      const struct sg_acl_ace *ace, struct sg_ksel *sel)
{
	struct sg_ksel out = { .icmp_type = -1, .icmp_code = -1 };

	if (local->proto != remote->proto)
		return -EINVAL;
	if (mask_of(local, &out.src_mask) || mask_of(remote, &out.dst_mask))
		return -EOPNOTSUPP;
	out.src = local->addr;
	out.dst = remote->addr;
	out.proto = local->proto;
	out.sport_min = local->port;
	out.sport_max = local->port ? local->port : PORT_MAX;
	out.dport_min = remote->port;
	out.dport_max = remote->port ? remote->port : PORT_MAX;
	/* Where the proxies say "any" for want of words, the line has them. */
	if (has_ports(ace->proto) && !local->port) {
		out.sport_min = ace->sport_min;
		out.sport_max = ace->sport_max;
		out.sport_not = ace->sport_not;
	}
	if (has_ports(ace->proto) && !remote->port) {
		out.dport_min = ace->dport_min;
		out.dport_max = ace->dport_max;
		out.dport_not = ace->dport_not;
	}
	if (ace->proto == IPPROTO_ICMP) {
		out.icmp_type = ace->icmp_type;
		out.icmp_code = ace->icmp_code;
	}
	*sel = out;
	return 0;
}

void sg_proxy_print(const struct sg_proxy *proxy, char buf[SG_PROXY_TEXT])
{
	char addr[INET_ADDRSTRLEN], second[INET_ADDRSTRLEN];
	bool range = proxy->type == IKE_ID_IPV4_ADDR_RANGE;

	inet_ntop(AF_INET, &proxy->addr, addr, sizeof(addr));
	inet_ntop(AF_INET, range ? &proxy->last : &proxy->mask, second, sizeof(second));
	snprintf(buf, SG_PROXY_TEXT, "%s/%s/%u/%u (type=%u)", addr, second, proxy->proto,
		 proxy->port, proxy->type);
}

void sg_id_print(const struct sg_id *id, char buf[SG_ID_TEXT])
{
	const struct sg_chunk *data = &id->data;
	size_t n = 0;

	switch (id->type) {
	case IKE_ID_IPV4_ADDR:
		if (data->len == ADDR_LEN) {
			inet_ntop(AF_INET, data->data, buf, SG_ID_TEXT);
			return;
		}
		break;
	case IKE_ID_FQDN:
	case IKE_ID_USER_FQDN:
	case IKE_ID_KEY_ID:
		for (; n < data->len && n < SG_ID_TEXT - 1; n++)
			buf[n] = data->data[n] < 0x80 && isprint(data->data[n]) ?
				 (char)data->data[n] : '.';
		buf[n] = 0;
		return;
	default:
		break;
	}
	snprintf(buf, SG_ID_TEXT, "%s (type %u, %zu bytes)", sg_ike_id_type_name(id->type),
		 id->type, data->len);
}

bool sg_id_ports_ok(const struct sg_id *id)
{
	if (id->proto == 0)
		return id->port == 0;
	return id->proto == IPPROTO_UDP &&
	       (id->port == 0 || id->port == IKE_PORT || id->port == IKE_PORT_NATT);
}

bool sg_id_is_addr(const struct sg_id *id, struct in_addr addr)
{
	return id->type == IKE_ID_IPV4_ADDR && id->data.len == ADDR_LEN &&
	       memcmp(id->data.data, &addr.s_addr, ADDR_LEN) == 0;
}
