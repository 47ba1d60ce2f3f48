// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the process gives up: core dumps and being traced, as it holds keys; new privileges; and,
 * once its sockets are open, every capability that it has no further use for.
 */
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "agent.h"

#define PRIVATE_UMASK 077

/** sg_harden_early() - before any secret is read */
void sg_harden_early(void)
{
	const struct rlimit none = { 0, 0 };

	umask(PRIVATE_UMASK);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/**
 * sg_harden_late() - once everything is open
 *
 * Kept: CAP_NET_ADMIN for the module and buffers, CAP_NET_BIND_SERVICE for port 4500's like,
 * CAP_DAC_READ_SEARCH so that `load` reads what root may read. Where the kernel refuses (no
 * privilege to give up), things stay as they are.
 */
void sg_harden_late(void)
{
	const unsigned long long keep = 1ull << CAP_NET_ADMIN | 1ull << CAP_NET_BIND_SERVICE |
					1ull << CAP_DAC_READ_SEARCH;
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
	int i;

	if (syscall(SYS_capget, &header, data))
		return;
	/* The bounding set first: afterwards CAP_SETPCAP is gone. */
	for (i = 0; i <= CAP_LAST_CAP; i++)
		if (!(keep & 1ull << i))
			prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
	for (i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		data[i].permitted &= (__u32)(keep >> (32 * i));
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	header.pid = 0;
	syscall(SYS_capset, &header, data);
}
