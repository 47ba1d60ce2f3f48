// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The module's events: a socket of its own, never mixed with requests, in the family's multicast
 * group, and in the group in which the kernel tells of families that come and go: the module may
 * be replaced under a running agent. Non-blocking; the owner's loop watches its descriptor.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink.h"
#include "wire.h"

/* Room for a burst of ACQUIREs and EXPIREs while the agent computes. */
#define EVENT_BUFFER_BYTES (1024 * 1024)
/* Then the loop gets a turn. */
#define EVENTS_A_TURN 256

#define CONTROLLER_NAME "nlctrl"
#define CONTROLLER_GROUP "notify"

/**
 * sg_nl_events_join() - listen to a multicast group
 *
 * Return: 0 or -errno, with the text in kn->nl.error.
 */
int sg_nl_events_join(struct sg_kernel_netlink *kn, uint32_t group)
{
	int err;

	if (!group) {
		sg_nl_fail(&kn->nl, "the kernel has no such group of events", -EPROTO);
		return -EPROTO;
	}
	if (mnl_socket_setsockopt(kn->events, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0) {
		err = -errno;
		sg_nl_fail(&kn->nl, "cannot listen to the module's events", err);
		return err;
	}
	return 0;
}

/**
 * sg_nl_events_open() - open the event socket, listen to the comings and goings of families
 *
 * Return: 0 or -errno, with the text in kn->nl.error.
 */
int sg_nl_events_open(struct sg_kernel_netlink *kn)
{
	int bytes = EVENT_BUFFER_BYTES;
	struct sg_nl_family controller;
	int err, fd;

	kn->events = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!kn->events || mnl_socket_bind(kn->events, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
		sg_nl_fail(&kn->nl, "cannot open the socket of events", err);
		return err;
	}
	fd = mnl_socket_get_fd(kn->events);
	/* Beyond the system's limit where privilege allows it, up to the limit else. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	err = sg_nl_resolve(&kn->nl, CONTROLLER_NAME, CONTROLLER_GROUP, &controller);
	return err ? err : sg_nl_events_join(kn, controller.group);
}

/** sg_kernel_netlink_fd() - to watch for reading; -1: opened without a callback */
int sg_kernel_netlink_fd(const struct sg_kernel *k)
{
	const struct sg_kernel_netlink *kn = (const struct sg_kernel_netlink *)k;

	return kn->events ? mnl_socket_get_fd(kn->events) : -1;
}

static void came(struct sg_kernel_netlink *kn, const struct sg_nl_family *family)
{
	char why[SG_NL_ERROR_BYTES * 2];

	/* A module that cannot be used is as good as none: requests say why. */
	kn->nl.absent[0] = '\0';
	if (sg_nl_attach(kn, family, why, sizeof(why)))
		snprintf(kn->nl.absent, sizeof(kn->nl.absent), "%.*s", SG_NL_ERROR_BYTES - 1, why);
	kn->generation++;
	kn->event_cb(NULL, kn->event_ctx);
}

static void went(struct sg_kernel_netlink *kn)
{
	kn->nl.family = 0;
	kn->nl.absent[0] = '\0';
	kn->generation++;
	kn->event_cb(NULL, kn->event_ctx);
}

static void controller_event(struct sg_kernel_netlink *kn, const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	struct sg_nl_family family;

	if (sg_nl_read_family(nlh, SG_GENL_MCGRP, &family) || strcmp(family.name, SG_GENL_NAME))
		return;
	if (genl->cmd == CTRL_CMD_NEWFAMILY && family.id != kn->nl.family)
		came(kn, &family);
	if (genl->cmd == CTRL_CMD_DELFAMILY && family.id == kn->nl.family)
		went(kn);
}

/* Events are lost; the module's going and coming may have been among them. */
static void lost(struct sg_kernel_netlink *kn)
{
	struct sg_nl_family family;
	int err;

	err = sg_nl_resolve(&kn->nl, SG_GENL_NAME, SG_GENL_MCGRP, &family);
	if (err == -ENOENT && kn->nl.family)
		went(kn);
	else if (!err && family.id != kn->nl.family)
		came(kn, &family);
	else
		kn->event_cb(NULL, kn->event_ctx);
}

static void deliver(struct sg_kernel_netlink *kn, const uint8_t *data, size_t len)
{
	const struct nlmsghdr *nlh;
	struct sg_kevent event;
	int left = (int)len;

	for (nlh = (const void *)data; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left)) {
		if (nlh->nlmsg_type == GENL_ID_CTRL)
			controller_event(kn, nlh);
		if (nlh->nlmsg_type == GENL_ID_CTRL || nlh->nlmsg_type != kn->nl.family)
			continue;
		if (!sg_wire_get_event(nlh, &event))
			kn->event_cb(&event, kn->event_ctx);
	}
}

/**
 * sg_kernel_netlink_dispatch() - hand the events that wait to the callback
 *
 * At most a bounded number; the descriptor stays readable if there are more. Events that
 * the module sent faster than they were read are gone: the callback is called with NULL; also when
 * the module has gone or come again (sg_kernel_netlink_generation()).
 *
 * Return: 0 or -errno (the socket is of no more use).
 */
int sg_kernel_netlink_dispatch(struct sg_kernel *k)
{
	struct sg_kernel_netlink *kn = (struct sg_kernel_netlink *)k;
	uint8_t buf[SG_NL_ANSWER_BYTES] __attribute__((aligned(8)));
	struct sockaddr_nl from;
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr msg;
	ssize_t got;
	int i;

	if (!kn->events)
		return -EBADF;
	for (i = 0; i < EVENTS_A_TURN; i++) {
		msg = (struct msghdr){ .msg_name = &from, .msg_namelen = sizeof(from),
				       .msg_iov = &iov, .msg_iovlen = 1 };
		got = recvmsg(mnl_socket_get_fd(kn->events), &msg, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return 0;
		if (got < 0 && errno == ENOBUFS) {
			lost(kn);
			continue;
		}
		if (got < 0)
			return -errno;
		/* Only the kernel (port 0) is believed. */
		if (msg.msg_namelen != sizeof(from) || from.nl_pid || (msg.msg_flags & MSG_TRUNC))
			continue;
		deliver(kn, buf, (size_t)got);
	}
	return 0;
}
