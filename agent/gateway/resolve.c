// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which Linux interface an interface stanza means, and which address its SAs end at. Pure.
 *
 * The interface of exactly that name; else the one that bears the stanza's address. Where two
 * stanzas share a name, as on a router of the seed, the addresses alone decide.
 *
 * A map that is on an interface stays there as long as the interface exists, even when its
 * address is taken away for a moment: without the map, what it protects would leave in clear.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway.h"

struct text {
	char s[INET_ADDRSTRLEN];
};

static struct text dotted(struct in_addr addr)
{
	struct text t;

	inet_ntop(AF_INET, &addr, t.s, sizeof(t.s));
	return t;
}

static bool name_is_shared(const struct sg_config *cfg, const char *name)
{
	size_t i, seen = 0;

	for (i = 0; i < cfg->interface_count; i++)
		seen += !strcmp(cfg->interfaces[i].name, name);
	return seen > 1;
}

static const struct sg_link *find_link(const struct sg_config *cfg, const struct sg_links *links,
				       const struct sg_interface *stanza, int *by)
{
	const struct sg_link *link = NULL;

	*by = SG_GW_BY_NAME;
	if (!name_is_shared(cfg, stanza->name))
		link = sg_links_by_name(links, stanza->name);
	if (!link && stanza->addr.s_addr) {
		*by = SG_GW_BY_ADDRESS;
		link = sg_links_by_addr(links, stanza->addr);
	}
	if (!link)
		*by = SG_GW_BY_NONE;
	return link;
}

/* A stanza's own address; where it has none, that of the Linux interface. */
static struct in_addr stanza_addr(const struct sg_config *cfg, const struct sg_links *links,
				  const struct sg_interface *stanza)
{
	struct in_addr none = { 0 };
	const struct sg_link *link;
	int by;

	if (stanza->addr.s_addr)
		return stanza->addr;
	link = find_link(cfg, links, stanza, &by);
	return link && link->addr_count ? link->addrs[0] : none;
}

/* crypto map NAME local-address IFNAME: true where there is one. */
static bool local_address(const struct sg_config *cfg, const struct sg_links *links,
			  const char *map, const char **ifname, struct in_addr *addr)
{
	const struct sg_link *link;
	size_t i, j;

	for (i = 0; i < cfg->local_address_count; i++) {
		if (strcmp(cfg->local_addresses[i].map, map))
			continue;
		*ifname = cfg->local_addresses[i].ifname;
		for (j = 0; j < cfg->interface_count; j++) {
			if (strcmp(cfg->interfaces[j].name, *ifname))
				continue;
			*addr = stanza_addr(cfg, links, &cfg->interfaces[j]);
			if (addr->s_addr)
				return true;
		}
		link = sg_links_by_name(links, *ifname);
		if (link && link->addr_count)
			*addr = link->addrs[0];
		return true;
	}
	return false;
}

static void take_link(struct sg_gw_interface *gi, const struct sg_link *link)
{
	gi->ifindex = link->ifindex;
	snprintf(gi->ifname, sizeof(gi->ifname), "%s", link->name);
	gi->up = link->up;
	gi->mtu = link->mtu;
}

/* The interface that the map was put on when it still bore the address. */
static const struct sg_link *kept_link(const struct sg_interface *stanza,
				       const struct sg_links *links, const struct sg_kbind *binds,
				       size_t bind_count)
{
	size_t i;

	for (i = 0; i < bind_count; i++)
		if (stanza->map[0] && !strcmp(binds[i].map, stanza->map) &&
		    stanza->addr.s_addr && binds[i].local.s_addr == stanza->addr.s_addr)
			return sg_links_by_index(links, binds[i].ifindex);
	return NULL;
}

static void resolve_local(struct sg_gw_interface *gi, const struct sg_config *cfg,
			  const struct sg_links *links)
{
	const struct sg_interface *stanza = gi->stanza;
	const struct sg_link *holder;
	const char *ifname;

	if (local_address(cfg, links, stanza->map, &ifname, &gi->local)) {
		if (!gi->local.s_addr)
			snprintf(gi->note, sizeof(gi->note), "local-address: %s has no address",
				 ifname);
		return;
	}
	gi->local = stanza_addr(cfg, links, stanza);
	if (!gi->local.s_addr) {
		snprintf(gi->note, sizeof(gi->note), "%s has no IPv4 address", gi->ifname);
		return;
	}
	holder = sg_links_by_index(links, gi->ifindex);
	if (!holder || !sg_link_has_addr(holder, gi->local))
		snprintf(gi->note, sizeof(gi->note), "%s does not bear %s at present", gi->ifname,
			 dotted(gi->local).s);
}

static void resolve_one(struct sg_gw_interface *gi, const struct sg_config *cfg,
			const struct sg_links *links, const struct sg_kmaps *maps,
			const struct sg_kbind *binds, size_t bind_count)
{
	const struct sg_interface *stanza = gi->stanza;
	const struct sg_link *link;
	int by;

	link = find_link(cfg, links, stanza, &by);
	if (!link) {
		link = kept_link(stanza, links, binds, bind_count);
		by = link ? SG_GW_BY_BINDING : SG_GW_BY_NONE;
	}
	gi->by = by;
	if (!link) {
		if (stanza->addr.s_addr)
			snprintf(gi->note, sizeof(gi->note),
				 "no Linux interface of this name, and none with %s",
				 dotted(stanza->addr).s);
		else
			snprintf(gi->note, sizeof(gi->note), "no Linux interface of this name");
		return;
	}
	take_link(gi, link);
	if (!stanza->map[0])
		return;
	if (!sg_kmaps_find(maps, stanza->map)) {
		snprintf(gi->note, sizeof(gi->note), "crypto map %s has no complete entry",
			 stanza->map);
		return;
	}
	resolve_local(gi, cfg, links);
	gi->wanted = gi->local.s_addr;
}

/**
 * sg_gw_resolve() - what each interface stanza means at present
 * @cfg: configuration
 * @links: Linux interfaces
 * @maps: maps in force or about to be
 * @binds: what the kernel has bound
 * @bind_count: how many of them
 *
 * Return: an array as long as @cfg's stanzas, in their order, to be freed; NULL without memory.
 */
struct sg_gw_interface *sg_gw_resolve(const struct sg_config *cfg, const struct sg_links *links,
				      const struct sg_kmaps *maps, const struct sg_kbind *binds,
				      size_t bind_count)
{
	struct sg_gw_interface *all = calloc(cfg->interface_count + 1, sizeof(*all));
	size_t i, j;

	if (!all)
		return NULL;
	for (i = 0; i < cfg->interface_count; i++) {
		all[i].stanza = &cfg->interfaces[i];
		resolve_one(&all[i], cfg, links, maps, binds, bind_count);
		for (j = 0; j < i; j++) {
			if (!all[i].wanted || !all[j].wanted || all[j].ifindex != all[i].ifindex)
				continue;
			all[i].wanted = false;
			snprintf(all[i].note, sizeof(all[i].note), "%s already bears the map of %s",
				 all[i].ifname, all[j].stanza->name);
		}
	}
	return all;
}
