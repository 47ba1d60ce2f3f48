// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table of Linux interfaces: pure data, filled by rtnl.c or by a test.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "links.h"

static struct sg_link *find(struct sg_links *links, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < links->count; i++)
		if (links->links[i].ifindex == ifindex)
			return &links->links[i];
	return NULL;
}

/**
 * sg_links_add() - add an interface, or renew what is known of it
 *
 * Return: 0 or -ENOMEM.
 */
int sg_links_add(struct sg_links *links, uint32_t ifindex, const char *name, bool up, uint32_t mtu)
{
	struct sg_link *link = find(links, ifindex);
	size_t at;

	if (!link) {
		link = reallocarray(links->links, links->count + 1, sizeof(*link));
		if (!link)
			return -ENOMEM;
		links->links = link;
		for (at = links->count; at && links->links[at - 1].ifindex > ifindex; at--)
			links->links[at] = links->links[at - 1];
		link = &links->links[at];
		memset(link, 0, sizeof(*link));
		link->ifindex = ifindex;
		links->count++;
	}
	snprintf(link->name, sizeof(link->name), "%s", name);
	link->up = up;
	link->mtu = mtu;
	return 0;
}

/**
 * sg_links_add_addr() - add an address to an interface that is there
 *
 * Return: 0, -ENODEV, or -ENOMEM.
 */
int sg_links_add_addr(struct sg_links *links, uint32_t ifindex, struct in_addr addr)
{
	struct sg_link *link = find(links, ifindex);
	struct in_addr *addrs;

	if (!link)
		return -ENODEV;
	addrs = reallocarray(link->addrs, link->addr_count + 1, sizeof(*addrs));
	if (!addrs)
		return -ENOMEM;
	link->addrs = addrs;
	addrs[link->addr_count++] = addr;
	return 0;
}

/** sg_links_clear() - empty the table and free what it holds */
void sg_links_clear(struct sg_links *links)
{
	size_t i;

	for (i = 0; i < links->count; i++)
		free(links->links[i].addrs);
	free(links->links);
	memset(links, 0, sizeof(*links));
}

/** sg_links_by_index() - NULL: no such interface */
const struct sg_link *sg_links_by_index(const struct sg_links *links, uint32_t ifindex)
{
	return find((struct sg_links *)links, ifindex);
}

/** sg_links_by_name() - the interface of exactly this name. NULL: none */
const struct sg_link *sg_links_by_name(const struct sg_links *links, const char *name)
{
	size_t i;

	for (i = 0; i < links->count; i++)
		if (!strcmp(links->links[i].name, name))
			return &links->links[i];
	return NULL;
}

/** sg_links_by_addr() - the interface that bears this address; the first, of several. NULL: none */
const struct sg_link *sg_links_by_addr(const struct sg_links *links, struct in_addr addr)
{
	size_t i;

	for (i = 0; i < links->count; i++)
		if (sg_link_has_addr(&links->links[i], addr))
			return &links->links[i];
	return NULL;
}

/** sg_link_has_addr() - does the interface bear this address */
bool sg_link_has_addr(const struct sg_link *link, struct in_addr addr)
{
	size_t i;

	for (i = 0; i < link->addr_count; i++)
		if (link->addrs[i].s_addr == addr.s_addr)
			return true;
	return false;
}
