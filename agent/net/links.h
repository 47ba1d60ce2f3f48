/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The Linux interfaces of this network namespace and their IPv4 addresses: a table as a value, and
 * word when it may have changed.
 */
#ifndef SG_NET_LINKS_H
#define SG_NET_LINKS_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sg_link {
	uint32_t ifindex;
	char name[IF_NAMESIZE];
	bool up;			/* administratively and with a carrier */
	uint32_t mtu;
	struct in_addr *addrs;		/* its own, primary first */
	size_t addr_count;
};

struct sg_links {
	struct sg_link *links;		/* ascending ifindex */
	size_t count;
};

/* links.c: the table */
int sg_links_add(struct sg_links *links, uint32_t ifindex, const char *name, bool up, uint32_t mtu);
int sg_links_add_addr(struct sg_links *links, uint32_t ifindex, struct in_addr addr);
void sg_links_clear(struct sg_links *links);
const struct sg_link *sg_links_by_index(const struct sg_links *links, uint32_t ifindex);
const struct sg_link *sg_links_by_name(const struct sg_links *links, const char *name);
const struct sg_link *sg_links_by_addr(const struct sg_links *links, struct in_addr addr);
bool sg_link_has_addr(const struct sg_link *link, struct in_addr addr);

/* rtnl.c: from the kernel */
int sg_links_read(struct sg_links *links, char *why, size_t why_len);
struct sg_link_watch;
int sg_link_watch_open(struct sg_link_watch **watch, char *why, size_t why_len);
int sg_link_watch_fd(const struct sg_link_watch *watch);
void sg_link_watch_drain(struct sg_link_watch *watch);
void sg_link_watch_free(struct sg_link_watch *watch);

#endif /* SG_NET_LINKS_H */
