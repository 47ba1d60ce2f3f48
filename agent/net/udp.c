// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One UDP socket on a port of every address of the namespace. The destination address of a
 * datagram is read from IP_PKTINFO and given back on sending, so that a gateway with several
 * addresses answers from the one that was asked. Port 4500 will be a second one of these.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "udp.h"

/* Then the loop gets a turn: no flood of datagrams starves timers and the control socket. */
#define DATAGRAMS_A_TURN 64
#define RECEIVE_BUFFER_BYTES (1024 * 1024)

struct sg_udp {
	int fd;
	uint16_t port;
	size_t datagram_max;
	uint8_t *buf;
};

static int set_options(int fd)
{
	int bytes = RECEIVE_BUFFER_BYTES, on = 1, dont = IP_PMTUDISC_DONT;

	if (setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) < 0)
		return -errno;
	/* A large IKE message may be cut on its way; with DF it would be lost. */
	if (setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &dont, sizeof(dont)) < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	return 0;
}

static void explain(uint16_t port, int err, char *why, size_t why_len)
{
	char who[128] = "";

	if (err == -EADDRINUSE) {
		sg_udp_port_owner(port, who, sizeof(who));
		snprintf(why, why_len, "UDP port %u is taken by %s; stop it first", port,
			 who[0] ? who : "another process of this network namespace");
		return;
	}
	if (err == -EACCES) {
		snprintf(why, why_len,
			 "UDP port %u: permission denied (run as root, or with CAP_NET_BIND_SERVICE)",
			 port);
		return;
	}
	snprintf(why, why_len, "UDP port %u: %s", port, strerror(-err));
}

/**
 * sg_udp_open() - bind a port on all addresses of this namespace
 * @udp: result
 * @port: host byte order
 * @datagram_max: larger ones are dropped unread
 * @why: on failure, what failed and what to do
 *
 * Return: 0 or -errno.
 */
int sg_udp_open(struct sg_udp **udp, uint16_t port, size_t datagram_max, char *why, size_t why_len)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(port) };
	struct sg_udp *u = calloc(1, sizeof(*u));
	int err = -ENOMEM;

	*udp = NULL;
	if (!u)
		goto fail;
	u->fd = -1;
	u->port = port;
	u->datagram_max = datagram_max;
	u->buf = malloc(datagram_max);
	if (!u->buf)
		goto fail;
	u->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (u->fd < 0) {
		err = -errno;
		goto fail;
	}
	err = set_options(u->fd);
	if (err)
		goto fail;
	/* No SO_REUSEADDR: nobody may bind the same port beside us and take our datagrams. */
	if (bind(u->fd, (struct sockaddr *)&any, sizeof(any)) < 0) {
		err = -errno;
		goto fail;
	}
	*udp = u;
	return 0;
fail:
	explain(port, err, why, why_len);
	sg_udp_free(u);
	return err;
}

/** sg_udp_free() - close; NULL is fine */
void sg_udp_free(struct sg_udp *udp)
{
	if (!udp)
		return;
	if (udp->fd >= 0)
		close(udp->fd);
	free(udp->buf);
	free(udp);
}

/** sg_udp_fd() - to watch for reading */
int sg_udp_fd(const struct sg_udp *udp)
{
	return udp->fd;
}

static const struct in_pktinfo *pktinfo(struct msghdr *msg)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO &&
		    c->cmsg_len >= CMSG_LEN(sizeof(struct in_pktinfo)))
			return (const struct in_pktinfo *)CMSG_DATA(c);
	return NULL;
}

/**
 * sg_udp_read() - hand the datagrams that wait to @cb, a bounded number
 *
 * Dropped without a word: what is too large, what comes from port 0 or from an address that
 * cannot be answered. Errors that ICMP brings are not the socket's: it goes on.
 *
 * Return: 0 or -errno (the socket is of no more use).
 */
int sg_udp_read(struct sg_udp *udp, sg_udp_cb cb, void *ctx)
{
	union {
		char buf[CMSG_SPACE(sizeof(struct in_pktinfo))];
		struct cmsghdr align;
	} control;
	const struct in_pktinfo *info;
	struct sockaddr_in local, remote;
	struct iovec iov = { .iov_base = udp->buf, .iov_len = udp->datagram_max };
	struct msghdr msg;
	ssize_t got;
	int i;

	for (i = 0; i < DATAGRAMS_A_TURN; i++) {
		msg = (struct msghdr){ .msg_name = &remote, .msg_namelen = sizeof(remote),
				       .msg_iov = &iov, .msg_iovlen = 1,
				       .msg_control = &control, .msg_controllen = sizeof(control) };
		got = recvmsg(udp->fd, &msg, 0);
		if (got < 0) {
			if (errno == EAGAIN)
				return 0;
			if (errno == EBADF || errno == ENOTSOCK || errno == EINVAL)
				return -errno;
			continue;
		}
		info = pktinfo(&msg);
		if ((msg.msg_flags & MSG_TRUNC) || !info || msg.msg_namelen != sizeof(remote) ||
		    !remote.sin_port || !remote.sin_addr.s_addr ||
		    IN_MULTICAST(ntohl(remote.sin_addr.s_addr)))
			continue;
		local = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(udp->port),
					      .sin_addr = info->ipi_addr };
		cb(&local, &remote, udp->buf, (size_t)got, ctx);
	}
	return 0;
}

/**
 * sg_udp_send() - send one datagram from @local's address
 *
 * Return: 0 or -errno.
 */
int sg_udp_send(struct sg_udp *udp, const struct sockaddr_in *local,
		const struct sockaddr_in *remote, const void *buf, size_t len)
{
	union {
		char buf[CMSG_SPACE(sizeof(struct in_pktinfo))];
		struct cmsghdr align;
	} control = { 0 };
	struct iovec iov = { .iov_base = (void *)buf, .iov_len = len };
	struct msghdr msg = {
		.msg_name = (void *)remote, .msg_namelen = sizeof(*remote),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control.buf),
	};
	struct in_pktinfo info = { .ipi_spec_dst = local->sin_addr };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	ssize_t sent;

	c->cmsg_level = IPPROTO_IP;
	c->cmsg_type = IP_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(info));
	memcpy(CMSG_DATA(c), &info, sizeof(info));
	do
		sent = sendmsg(udp->fd, &msg, 0);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/**
 * sg_path_mtu() - what the kernel knows of the path to a peer
 *
 * By connecting a socket, which sends nothing. Return: bytes, or 0 where there is no route.
 */
unsigned int sg_path_mtu(struct in_addr local, struct in_addr peer)
{
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr = local };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = peer, .sin_port = htons(500) };
	socklen_t len = sizeof(int);
	int fd, mtu = 0;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return 0;
	if (bind(fd, (struct sockaddr *)&from, sizeof(from)) < 0 ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    getsockopt(fd, IPPROTO_IP, IP_MTU, &mtu, &len) < 0)
		mtu = 0;
	close(fd);
	return mtu > 0 ? (unsigned int)mtu : 0;
}
