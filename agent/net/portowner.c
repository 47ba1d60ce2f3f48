// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whose is a UDP port? For the text of a start that failed; reads /proc, and says nothing where
 * it cannot.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "udp.h"

/* A column of /proc/net/udp. */
#define INODE_COLUMNS "%*d: %*x:%x %*x:%*x %*x %*x:%*x %*x:%*x %*x %*d %*d %lu"

static unsigned long port_inode(uint16_t port)
{
	unsigned long inode, found = 0;
	char line[256];
	unsigned int p;
	FILE *f;

	f = fopen("/proc/self/net/udp", "re");
	if (!f)
		return 0;
	while (!found && fgets(line, sizeof(line), f))
		if (sscanf(line, INODE_COLUMNS, &p, &inode) == 2 && p == port)
			found = inode;
	fclose(f);
	return found;
}

static bool holds(const char *pid, const char *target)
{
	char path[560], link[64];
	struct dirent *d;
	bool found = false;
	ssize_t len;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	dir = opendir(path);
	if (!dir)
		return false;
	while (!found && (d = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid, d->d_name);
		len = readlink(path, link, sizeof(link) - 1);
		if (len <= 0)
			continue;
		link[len] = '\0';
		found = !strcmp(link, target);
	}
	closedir(dir);
	return found;
}

static void describe(const char *pid, char *who, size_t who_len)
{
	char path[320], name[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	f = fopen(path, "re");
	if (f) {
		if (!fgets(name, sizeof(name), f))
			name[0] = '\0';
		fclose(f);
	}
	name[strcspn(name, "\n")] = '\0';
	snprintf(who, who_len, "pid %s (%s)", pid, name[0] ? name : "?");
}

/**
 * sg_udp_port_owner() - the process that holds a UDP port of this namespace
 * @port: host byte order
 * @who: "pid 17 (charon)"; empty where that cannot be found out
 */
void sg_udp_port_owner(uint16_t port, char *who, size_t who_len)
{
	unsigned long inode = port_inode(port);
	struct dirent *d;
	char target[64];
	DIR *proc;

	who[0] = '\0';
	if (!inode)
		return;
	snprintf(target, sizeof(target), "socket:[%lu]", inode);
	proc = opendir("/proc");
	if (!proc)
		return;
	while (!who[0] && (d = readdir(proc)))
		if (isdigit((unsigned char)d->d_name[0]) && holds(d->d_name, target))
			describe(d->d_name, who, who_len);
	closedir(proc);
}
