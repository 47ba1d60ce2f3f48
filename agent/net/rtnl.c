// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Links and addresses from the kernel, by libnl-route. A notification only says "look again":
 * the table is read anew, so that a lost notification costs nothing.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>
#include <netlink/cache.h>
#include <netlink/errno.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/socket.h>

#include "links.h"

struct fill {
	struct sg_links *links;
	bool primary;			/* this pass takes those, the next the secondary */
	int err;
};

static void fill_link(struct nl_object *object, void *ctx)
{
	struct rtnl_link *link = (struct rtnl_link *)object;
	const unsigned int need = IFF_UP | IFF_RUNNING;
	struct fill *fill = ctx;
	int err;

	err = sg_links_add(fill->links, (uint32_t)rtnl_link_get_ifindex(link),
			   rtnl_link_get_name(link) ? rtnl_link_get_name(link) : "",
			   (rtnl_link_get_flags(link) & need) == need, rtnl_link_get_mtu(link));
	if (err)
		fill->err = err;
}

static void fill_addr(struct nl_object *object, void *ctx)
{
	struct rtnl_addr *addr = (struct rtnl_addr *)object;
	struct nl_addr *local = rtnl_addr_get_local(addr);
	bool primary = !(rtnl_addr_get_flags(addr) & IFA_F_SECONDARY);
	struct fill *fill = ctx;
	struct in_addr in;
	int err;

	if (primary != fill->primary || !local || nl_addr_get_family(local) != AF_INET ||
	    nl_addr_get_len(local) != sizeof(in))
		return;
	in = *(struct in_addr *)nl_addr_get_binary_addr(local);
	err = sg_links_add_addr(fill->links, (uint32_t)rtnl_addr_get_ifindex(addr), in);
	if (err && err != -ENODEV)	/* gone between the two dumps: a notification follows */
		fill->err = err;
}

/**
 * sg_links_read() - read the interfaces and IPv4 addresses of this namespace
 * @links: emptied first
 * @why: text on failure
 *
 * Return: 0 or -errno; on failure @links is empty.
 */
int sg_links_read(struct sg_links *links, char *why, size_t why_len)
{
	struct fill fill = { .links = links, .primary = true };
	struct nl_cache *cache = NULL;
	struct nl_sock *sock = nl_socket_alloc();
	int err = -NLE_NOMEM;

	sg_links_clear(links);
	if (!sock)
		goto fail;
	err = nl_connect(sock, NETLINK_ROUTE);
	if (err)
		goto fail;
	err = rtnl_link_alloc_cache(sock, AF_UNSPEC, &cache);
	if (err)
		goto fail;
	nl_cache_foreach(cache, fill_link, &fill);
	nl_cache_free(cache);
	err = rtnl_addr_alloc_cache(sock, &cache);
	if (err)
		goto fail;
	nl_cache_foreach(cache, fill_addr, &fill);
	fill.primary = false;
	nl_cache_foreach(cache, fill_addr, &fill);
	nl_cache_free(cache);
	err = fill.err ? -NLE_NOMEM : 0;
	if (err)
		goto fail;
	nl_socket_free(sock);
	return 0;
fail:
	snprintf(why, why_len, "cannot read the network interfaces: %s", nl_geterror(err));
	sg_links_clear(links);
	nl_socket_free(sock);
	return err == -NLE_NOMEM ? -ENOMEM : -EIO;
}

struct sg_link_watch {
	struct nl_sock *sock;
};

/**
 * sg_link_watch_open() - have a descriptor become readable when a link or an IPv4 address changes
 * @watch: result
 * @why: text on failure
 *
 * Return: 0 or -errno.
 */
int sg_link_watch_open(struct sg_link_watch **watch, char *why, size_t why_len)
{
	struct sg_link_watch *w = calloc(1, sizeof(*w));
	int err = -NLE_NOMEM;

	*watch = NULL;
	if (!w)
		goto fail;
	w->sock = nl_socket_alloc();
	if (!w->sock)
		goto fail;
	nl_socket_disable_seq_check(w->sock);
	err = nl_connect(w->sock, NETLINK_ROUTE);
	if (!err)
		err = nl_socket_set_nonblocking(w->sock);
	if (!err)
		err = nl_socket_add_memberships(w->sock, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, 0);
	if (err)
		goto fail;
	*watch = w;
	return 0;
fail:
	snprintf(why, why_len, "cannot watch the network interfaces: %s", nl_geterror(err));
	sg_link_watch_free(w);
	return err == -NLE_NOMEM ? -ENOMEM : -EIO;
}

/** sg_link_watch_fd() - to watch for reading */
int sg_link_watch_fd(const struct sg_link_watch *watch)
{
	return nl_socket_get_fd(watch->sock);
}

/** sg_link_watch_drain() - take what waits off the descriptor; what it said is of no interest */
void sg_link_watch_drain(struct sg_link_watch *watch)
{
	char buf[8192];
	ssize_t got;

	do
		got = recv(nl_socket_get_fd(watch->sock), buf, sizeof(buf), MSG_DONTWAIT);
	while (got > 0 || (got < 0 && (errno == EINTR || errno == ENOBUFS)));
}

/** sg_link_watch_free() - NULL is fine */
void sg_link_watch_free(struct sg_link_watch *watch)
{
	if (!watch)
		return;
	nl_socket_free(watch->sock);
	free(watch);
}
