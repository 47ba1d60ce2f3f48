// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UDP on the loopback: destination addresses, truncation, sources; whose a port is; the table of
 * links. Every address of 127.0.0.0/8 is local, which gives one machine many addresses without
 * privilege.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../agent/net/links.h"
#include "../../agent/net/udp.h"

#define DATAGRAM_MAX 1000

static struct sockaddr_in at(const char *addr, uint16_t port)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(port) };

	assert_int_equal(inet_pton(AF_INET, addr, &in.sin_addr), 1);
	return in;
}

/* A port that is free: the kernel's choice, given back. */
static uint16_t free_port(void)
{
	struct sockaddr_in in = at("0.0.0.0", 0);
	socklen_t len = sizeof(in);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	close(fd);
	return ntohs(in.sin_port);
}

struct heard {
	struct sockaddr_in local, remote;
	uint8_t data[DATAGRAM_MAX];
	size_t len;
	int count;
};

static void hear(const struct sockaddr_in *local, const struct sockaddr_in *remote,
		 const void *buf, size_t len, void *ctx)
{
	struct heard *h = ctx;

	h->local = *local;
	h->remote = *remote;
	h->len = len;
	memcpy(h->data, buf, len);
	h->count++;
}

static void test_udp(void **state)
{
	uint16_t port = free_port();
	struct sockaddr_in server = at("127.0.0.9", port), from = at("127.0.0.1", 0), seen;
	socklen_t len = sizeof(from);
	static uint8_t big[DATAGRAM_MAX + 1];
	struct sg_udp *udp, *second;
	struct heard h = { .count = 0 };
	char why[512], reply[16];
	int peer, i;

	(void)state;
	assert_int_equal(sg_udp_open(&udp, port, DATAGRAM_MAX, why, sizeof(why)), 0);
	/* nobody shares the port, and the text says whose it is */
	assert_int_equal(sg_udp_open(&second, port, DATAGRAM_MAX, why, sizeof(why)), -EADDRINUSE);
	snprintf(reply, sizeof(reply), "pid %d (", (int)getpid());
	assert_non_null(strstr(why, reply));

	peer = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(bind(peer, (struct sockaddr *)&from, sizeof(from)), 0);
	getsockname(peer, (struct sockaddr *)&from, &len);
	assert_int_equal(sendto(peer, "hello", 5, 0, (struct sockaddr *)&server, sizeof(server)),
			 5);
	assert_int_equal(sg_udp_read(udp, hear, &h), 0);
	assert_int_equal(h.count, 1);
	assert_int_equal(h.len, 5);
	assert_memory_equal(h.data, "hello", 5);
	assert_int_equal(h.local.sin_addr.s_addr, server.sin_addr.s_addr);
	assert_int_equal(h.local.sin_port, htons(port));
	assert_int_equal(h.remote.sin_addr.s_addr, from.sin_addr.s_addr);
	assert_int_equal(h.remote.sin_port, from.sin_port);

	/* the answer comes from the address that was asked, not from 127.0.0.1 */
	assert_int_equal(sg_udp_send(udp, &h.local, &h.remote, "world", 5), 0);
	len = sizeof(seen);
	assert_int_equal(recvfrom(peer, reply, sizeof(reply), 0, (struct sockaddr *)&seen, &len),
			 5);
	assert_int_equal(seen.sin_addr.s_addr, server.sin_addr.s_addr);
	assert_int_equal(seen.sin_port, htons(port));

	/* the largest is read, one more byte is not */
	memset(big, 7, sizeof(big));
	sendto(peer, big, DATAGRAM_MAX, 0, (struct sockaddr *)&server, sizeof(server));
	sendto(peer, big, DATAGRAM_MAX + 1, 0, (struct sockaddr *)&server, sizeof(server));
	assert_int_equal(sg_udp_read(udp, hear, &h), 0);
	assert_int_equal(h.count, 2);
	assert_int_equal(h.len, DATAGRAM_MAX);

	/* a bounded number a turn */
	for (i = 0; i < 100; i++)
		sendto(peer, "x", 1, 0, (struct sockaddr *)&server, sizeof(server));
	h.count = 0;
	assert_int_equal(sg_udp_read(udp, hear, &h), 0);
	assert_int_equal(h.count, 64);
	assert_int_equal(sg_udp_read(udp, hear, &h), 0);
	assert_int_equal(h.count, 100);

	/* a broadcast was not sent to an address of ours, and is not said to be */
	assert_int_equal(setsockopt(peer, SOL_SOCKET, SO_BROADCAST, &(int){ 1 }, sizeof(int)), 0);
	server = at("127.255.255.255", port);
	assert_int_equal(sendto(peer, "x", 1, 0, (struct sockaddr *)&server, sizeof(server)), 1);
	h.count = 0;
	assert_int_equal(sg_udp_read(udp, hear, &h), 0);
	assert_int_equal(h.count, 1);
	assert_int_equal(h.local.sin_addr.s_addr, server.sin_addr.s_addr);
	h.local = at("127.0.0.9", port);

	/* the peer is gone: ICMP says so, the socket lives */
	close(peer);
	assert_int_equal(sg_udp_send(udp, &h.local, &h.remote, "gone", 4), 0);
	assert_int_equal(sg_udp_send(udp, &h.local, &h.remote, "gone", 4), 0);
	assert_int_equal(sg_udp_read(udp, hear, &h), 0);
	/* an address that is not ours cannot be sent from */
	server = at("192.0.2.1", port);
	assert_true(sg_udp_send(udp, &server, &h.remote, "x", 1) < 0);
	sg_udp_free(udp);
	sg_udp_port_owner(port, why, sizeof(why));
	assert_string_equal(why, "");
}

static void test_path_mtu(void **state)
{
	struct in_addr peer = at("127.0.0.2", 0).sin_addr;

	(void)state;
	/* lo's own is 65536; an IPv4 packet has 65535 bytes at most */
	assert_int_equal(sg_path_mtu(at("127.0.0.1", 0).sin_addr, peer), 65535);
	/* not an address of ours */
	assert_int_equal(sg_path_mtu(at("192.0.2.1", 0).sin_addr, peer), 0);
}

static void test_links(void **state)
{
	struct sg_links links = { .count = 0 };
	const struct sg_link *lo;
	struct in_addr addr = at("127.0.0.1", 0).sin_addr;
	char why[256];

	(void)state;
	assert_int_equal(sg_links_add(&links, 9, "b", true, 1400), 0);
	assert_int_equal(sg_links_add(&links, 4, "a", false, 1500), 0);
	assert_int_equal(sg_links_add_addr(&links, 5, addr), -ENODEV);
	assert_int_equal(sg_links_add_addr(&links, 9, addr), 0);
	assert_int_equal(links.links[0].ifindex, 4);
	/* known already: renewed, its addresses stay */
	assert_int_equal(sg_links_add(&links, 9, "c", false, 1300), 0);
	assert_int_equal(links.count, 2);
	assert_null(sg_links_by_name(&links, "b"));
	assert_int_equal(sg_links_by_name(&links, "c")->mtu, 1300);
	assert_int_equal(sg_links_by_addr(&links, addr)->ifindex, 9);
	assert_null(sg_links_by_index(&links, 5));

	/* and what this namespace really has */
	assert_int_equal(sg_links_read(&links, why, sizeof(why)), 0);
	lo = sg_links_by_name(&links, "lo");
	assert_non_null(lo);
	assert_int_equal(lo->ifindex, 1);
	assert_null(sg_links_by_name(&links, "c"));
	sg_links_clear(&links);
	assert_int_equal(links.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_udp),
		cmocka_unit_test(test_path_mtu),
		cmocka_unit_test(test_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
