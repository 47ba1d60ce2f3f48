/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The request channel to the module, private to agent/kernel/netlink*.c: one socket, one buffer,
 * one request at a time.
 */
#ifndef SG_KERNEL_NETLINK_H
#define SG_KERNEL_NETLINK_H

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include "kernel.h"

/* A request fits: the largest is a batch of ACEs, cut to this. */
#define SG_NL_REQUEST_BYTES	16384
/* A dump's datagrams: the kernel never sends more than 32 KiB at once. */
#define SG_NL_ANSWER_BYTES	32768
#define SG_NL_ERROR_BYTES	256
/* An interrupted dump is started again this many times before it is given up. */
#define SG_NL_DUMP_TRIES	16
/* The module answers at once; a longer silence is a defect and must not hang its user. */
#define SG_NL_TIMEOUT_SECONDS	10

struct sg_nl {
	struct mnl_socket *sock;
	uint32_t portid;
	uint32_t seq;
	uint16_t family;	/* 0: the module is not there */
	char absent[SG_NL_ERROR_BYTES];	/* why there is no family; empty: it is not loaded */
	char error[SG_NL_ERROR_BYTES];
	uint8_t request[SG_NL_REQUEST_BYTES] __attribute__((aligned(8)));
	uint8_t answer[SG_NL_ANSWER_BYTES] __attribute__((aligned(8)));
};

/* What the controller of generic netlink says of a family. */
struct sg_nl_family {
	char name[GENL_NAMSIZ];
	uint16_t id;
	uint32_t group;		/* of the name that was asked for; 0: it has none */
};

/* An answer's message, after its generic header was checked. Non-zero (-errno) ends the request. */
typedef int (*sg_nl_cb)(const struct nlmsghdr *nlh, void *ctx);

int sg_nl_open(struct sg_nl *nl);
void sg_nl_close(struct sg_nl *nl);
int sg_nl_resolve(struct sg_nl *nl, const char *name, const char *group,
		  struct sg_nl_family *family);
int sg_nl_read_family(const struct nlmsghdr *nlh, const char *group, struct sg_nl_family *family);

struct nlmsghdr *sg_nl_begin(struct sg_nl *nl, uint8_t cmd);
int sg_nl_talk(struct sg_nl *nl, struct nlmsghdr *nlh, sg_nl_cb cb, void *ctx);
/* Asks for a dump; -EINTR: it was interrupted, what cb was given is to be thrown away. */
int sg_nl_dump(struct sg_nl *nl, struct nlmsghdr *nlh, sg_nl_cb cb, void *ctx);
void sg_nl_fail(struct sg_nl *nl, const char *what, int err);

/* struct sg_kernel on top of it (netlink.c); the event socket is netlink_event.c's. */
struct sg_kernel_netlink {
	struct sg_kernel kernel;	/* first: the owner sees this alone */
	struct sg_nl nl;
	struct mnl_socket *events;	/* NULL: opened without a callback */
	sg_kevent_cb event_cb;
	void *event_ctx;
	unsigned int generation;	/* raised when the module goes or comes */
};

static inline struct sg_nl *sg_nl_of(struct sg_kernel *k)
{
	return &((struct sg_kernel_netlink *)k)->nl;
}

int sg_nl_attach(struct sg_kernel_netlink *kn, const struct sg_nl_family *family, char *why,
		 size_t why_len);
int sg_nl_events_open(struct sg_kernel_netlink *kn);
int sg_nl_events_join(struct sg_kernel_netlink *kn, uint32_t group);

/* netlink_map.c: the operations of struct sg_kernel_ops that are about maps and bindings */
int sg_nl_map_set(struct sg_kernel *k, const struct sg_kmap *map);
int sg_nl_map_del(struct sg_kernel *k, const char *name);
int sg_nl_map_walk(struct sg_kernel *k, const char *name,
		   int (*cb)(const char *map, const struct sg_kentry *entry, void *ctx), void *ctx);
int sg_nl_bind_set(struct sg_kernel *k, const struct sg_kbind *bind);
int sg_nl_bind_del(struct sg_kernel *k, uint32_t ifindex);
int sg_nl_bind_walk(struct sg_kernel *k, int (*cb)(const struct sg_kbind *bind, void *ctx),
		    void *ctx);

#endif /* SG_KERNEL_NETLINK_H */
