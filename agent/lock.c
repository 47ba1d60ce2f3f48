// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One agent a network namespace: a Unix socket in the abstract name space, which is the network
 * namespace's own, and which the kernel removes with the process that holds it.
 *
 * Anyone may take such a name. A holder that is neither root nor our own user is no agent: it is
 * told of, and does not keep us from starting.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "agent.h"
#include "log/log.h"

#define LOCK_NAME "sealgated"

static socklen_t lock_address(struct sockaddr_un *un)
{
	memset(un, 0, sizeof(*un));
	un->sun_family = AF_UNIX;
	strcpy(un->sun_path + 1, LOCK_NAME);	/* a NUL first: abstract */
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(LOCK_NAME));
}

static bool holder(const struct sockaddr_un *un, socklen_t len, struct ucred *cred)
{
	socklen_t size = sizeof(*cred);
	bool known;
	int fd;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return false;
	known = !connect(fd, (const struct sockaddr *)un, len) &&
		!getsockopt(fd, SOL_SOCKET, SO_PEERCRED, cred, &size);
	close(fd);
	return known;
}

/**
 * sg_agent_lock() - become the agent of this network namespace
 * @why: on failure, who is it already
 *
 * Return: a descriptor to keep open, or -errno: -EADDRINUSE where another agent runs.
 */
int sg_agent_lock(char *why, size_t why_len)
{
	struct ucred cred = { .pid = 0 };
	struct sockaddr_un un;
	socklen_t len = lock_address(&un);
	int fd, err;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		err = -errno;
		snprintf(why, why_len, "socket: %s", strerror(-err));
		return err;
	}
	if (!bind(fd, (struct sockaddr *)&un, len) && !listen(fd, 1))
		return fd;
	err = -errno;
	if (err == -EADDRINUSE && holder(&un, len, &cred) && cred.uid && cred.uid != geteuid()) {
		sg_err("pid %d of user %u holds the lock of the agent and is none; going on without it",
		       (int)cred.pid, (unsigned int)cred.uid);
		return fd;
	}
	close(fd);
	if (err == -EADDRINUSE)
		snprintf(why, why_len,
			 "another agent runs in this network namespace (pid %d); stop it, or use another namespace",
			 (int)cred.pid);
	else
		snprintf(why, why_len, "the agent's lock: %s", strerror(-err));
	return err;
}
