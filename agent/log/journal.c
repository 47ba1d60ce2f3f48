// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * journald's native protocol: one datagram an entry, a line "NAME=value" for each field, or, for
 * a value with newlines, "NAME", its length in 64 bits little-endian, and the value. No library
 * needed.
 */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"

#define EXTRA_MAX 8
#define PIECES (16 + 2 * EXTRA_MAX)

/**
 * sg_journal_open() - connect to journald
 * @path: of its socket
 *
 * Return: a descriptor or -errno.
 */
int sg_journal_open(const char *path)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd, err;

	if (strlen(path) >= sizeof(un.sun_path))
		return -ENAMETOOLONG;
	strcpy(un.sun_path, path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&un, sizeof(un)) < 0) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static void piece(struct iovec *iov, int *n, const void *data, size_t len)
{
	iov[*n].iov_base = (void *)data;
	iov[*n].iov_len = len;
	(*n)++;
}

/**
 * sg_journal_send() - one entry
 * @fd: from sg_journal_open()
 * @severity: syslog's
 * @ident: SYSLOG_IDENTIFIER
 * @text: the message; may hold newlines
 * @extra: more fields, each "NAME=value" without newlines
 * @extra_count: at most 8; the rest is left out
 *
 * Never waits: an entry that journald has no room for is lost. Return: 0 or -errno.
 */
int sg_journal_send(int fd, int severity, const char *ident, const char *text,
		    const char *const *extra, size_t extra_count)
{
	uint64_t length = htole64(strlen(text));
	struct iovec iov[PIECES];
	struct msghdr msg = { .msg_iov = iov };
	char priority[16];
	int n = 0;
	size_t i;

	snprintf(priority, sizeof(priority), "PRIORITY=%d\n", severity);
	piece(iov, &n, priority, strlen(priority));
	piece(iov, &n, "SYSLOG_IDENTIFIER=", strlen("SYSLOG_IDENTIFIER="));
	piece(iov, &n, ident, strlen(ident));
	piece(iov, &n, "\nMESSAGE\n", strlen("\nMESSAGE\n"));
	piece(iov, &n, &length, sizeof(length));
	piece(iov, &n, text, strlen(text));
	piece(iov, &n, "\n", 1);
	for (i = 0; i < extra_count && i < EXTRA_MAX; i++) {
		piece(iov, &n, extra[i], strlen(extra[i]));
		piece(iov, &n, "\n", 1);
	}
	msg.msg_iovlen = (size_t)n;
	return sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}
