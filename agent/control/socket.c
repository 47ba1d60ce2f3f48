// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The listening socket of the control server as a file: made with the right owner and mode from
 * the start, a stale one of a dead agent replaced, a live one left alone. And who may connect.
 */
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "socket.h"

#define BACKLOG 16
#define SOCKET_MODE 0660
#define DIRECTORY_MODE 0755

/* Is somebody listening there? */
static bool alive(const struct sockaddr_un *un)
{
	int fd, err;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return true;
	err = connect(fd, (const struct sockaddr *)un, sizeof(*un)) < 0 ? errno : 0;
	close(fd);
	return err != ECONNREFUSED && err != ENOENT;
}

/* Only a socket is removed: a wrong path on the command line must not cost a file. */
static int remove_stale(const struct sockaddr_un *un, char *why, size_t why_len)
{
	struct stat st;

	if (lstat(un->sun_path, &st) < 0)
		return 0;
	if (!S_ISSOCK(st.st_mode)) {
		snprintf(why, why_len, "%s is there, and no socket; give another path by --control",
			 un->sun_path);
		return -EEXIST;
	}
	if (alive(un)) {
		snprintf(why, why_len,
			 "another agent listens on %s; stop it, or give another path by --control",
			 un->sun_path);
		return -EADDRINUSE;
	}
	unlink(un->sun_path);
	return 0;
}

/* The last folder of the path is made where it is missing: /run is empty after a boot. */
static void make_parent(const char *path)
{
	char parent[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char *slash;

	snprintf(parent, sizeof(parent), "%s", path);
	slash = strrchr(parent, '/');
	if (!slash || slash == parent)
		return;
	*slash = '\0';
	if (!mkdir(parent, DIRECTORY_MODE))
		chmod(parent, DIRECTORY_MODE);	/* whatever the umask */
}

/**
 * sg_control_socket() - make the listening socket
 * @path: file name
 * @group: group that may connect, where it exists
 * @why: on failure, what failed and what to do
 *
 * Return: a non-blocking descriptor, or -errno.
 */
int sg_control_socket(const char *path, const char *group, char *why, size_t why_len)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	const struct group *gr;
	mode_t old;
	int fd, err;

	if (!path[0] || strlen(path) >= sizeof(un.sun_path)) {
		snprintf(why, why_len, "control socket: a path of 1 to %zu bytes is needed",
			 sizeof(un.sun_path) - 1);
		return -ENAMETOOLONG;
	}
	strcpy(un.sun_path, path);
	make_parent(path);
	err = remove_stale(&un, why, why_len);
	if (err)
		return err;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		goto fail;
	/* Nobody gets in between bind() and chmod(). */
	old = umask(0777);
	err = bind(fd, (struct sockaddr *)&un, sizeof(un));
	umask(old);
	if (err < 0)
		goto fail;
	gr = getgrnam(group);
	if (gr && lchown(path, (uid_t)-1, gr->gr_gid) < 0)
		goto fail_unlink;
	if (chmod(path, SOCKET_MODE) < 0 || listen(fd, BACKLOG) < 0)
		goto fail_unlink;
	return fd;
fail_unlink:
	err = errno;
	unlink(path);
	errno = err;
fail:
	err = -errno;
	snprintf(why, why_len, "control socket %s: %s", path, strerror(-err));
	if (fd >= 0)
		close(fd);
	return err;
}

static bool in_group(int fd, const struct sg_control_peer *peer, const char *group)
{
	const struct group *gr = getgrnam(group);
	gid_t groups[256];
	socklen_t len = sizeof(groups);
	size_t i;

	if (!gr)
		return false;
	if (peer->gid == gr->gr_gid)
		return true;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) < 0)
		return false;
	for (i = 0; i < len / sizeof(groups[0]); i++)
		if (groups[i] == gr->gr_gid)
			return true;
	return false;
}

/**
 * sg_control_peer_allowed() - who is at the other end, and may that be
 * @fd: connected socket
 * @group: that may, besides root and the user that the agent runs as
 * @peer: filled in
 *
 * The mode of the socket says the same; this holds where somebody has changed it.
 */
bool sg_control_peer_allowed(int fd, const char *group, struct sg_control_peer *peer)
{
	socklen_t len = sizeof(struct ucred);
	struct ucred cred;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) < 0 || len != sizeof(cred))
		return false;
	peer->uid = cred.uid;
	peer->gid = cred.gid;
	peer->pid = cred.pid;
	return cred.uid == 0 || cred.uid == geteuid() || in_group(fd, peer, group);
}
