/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel as the agent sees it: one small interface with two implementations, netlink.c
 * (the module) and mock.c (tests). Mirrors uapi/sealgate.h in C types.
 */
#ifndef SG_KERNEL_H
#define SG_KERNEL_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../uapi/sealgate.h"

/* Addresses in network byte order, the rest in host byte order. mask bit 1 = must match. */
struct sg_ksel {
	struct in_addr src, src_mask, dst, dst_mask;
	uint8_t proto;
	uint16_t sport_min, sport_max, dport_min, dport_max;	/* 0..65535 = any */
	bool sport_not, dport_not;
	int icmp_type, icmp_code;	/* -1 = any */
};

struct sg_kflow {
	char map[SG_MAP_NAME_MAX + 1];
	uint32_t seq;
	struct sg_ksel ace;
};

struct sg_ksa_id {
	struct in_addr dst;
	uint32_t spi;			/* host byte order */
	uint8_t proto;
};

struct sg_ksa {
	struct sg_ksa_id id;
	struct in_addr src;
	uint8_t dir, mode;		/* enum sg_dir, enum sg_mode */
	uint16_t cipher, auth;		/* enum sg_cipher, enum sg_auth */
	uint8_t cipher_key[SG_CIPHER_KEY_MAX];
	size_t cipher_key_len;
	uint8_t auth_key[SG_AUTH_KEY_MAX];
	size_t auth_key_len;
	uint32_t flags, replay_window;
	struct sg_ksel proxy;		/* local = src */
	struct sg_kflow flow;
	uint32_t pair_spi;
	uint64_t soft_seconds, hard_seconds, soft_bytes, hard_bytes;
	uint8_t cookie[SG_SA_COOKIE_MAX];
	size_t cookie_len;
	/* answers only */
	uint8_t state;
	uint64_t age_seconds, bytes, packets, packet_bytes, errors;
	uint32_t seq, number, ifindex;
};

struct sg_kace {
	bool permit;
	struct sg_ksel sel;
	uint64_t matches;		/* answers only */
};

struct sg_kentry {
	uint32_t seq, flags;
	const struct sg_kace *aces;
	size_t ace_count;
	/* answers only */
	uint64_t out_packets, out_bytes, in_packets, in_bytes, send_errors, recv_errors;
};

struct sg_kmap {
	char name[SG_MAP_NAME_MAX + 1];
	const struct sg_kentry *entries;
	size_t entry_count;
};

struct sg_kbind {
	uint32_t ifindex;
	char map[SG_MAP_NAME_MAX + 1];
	struct in_addr local;
};

struct sg_kevent {
	enum sg_cmd kind;		/* SG_CMD_EV_* */
	union {
		struct {
			struct sg_kflow flow;
			uint32_t ifindex;
			struct in_addr local;
			struct sg_ksel packet;
		} acquire;
		struct {
			struct sg_ksa_id id;
			uint8_t dir, reason;
			bool hard, used;
		} expire;
		struct {
			struct in_addr src, dst;
			uint8_t proto;
			uint32_t spi, seq, ifindex;
			uint8_t cookie[SG_SA_COOKIE_MAX];
			size_t cookie_len;
		} packet;
	};
};

/*
 * Every call returns 0 or -errno; on failure error() gives a text for the log (the
 * kernel's extended ack, or the library's words). Calls are synchronous.
 */
struct sg_kernel {
	const struct sg_kernel_ops *ops;
};

struct sg_kernel_ops {
	int (*sa_add)(struct sg_kernel *k, const struct sg_ksa *sa);
	int (*sa_del)(struct sg_kernel *k, const struct sg_ksa_id *id);
	int (*sa_get)(struct sg_kernel *k, const struct sg_ksa_id *id, struct sg_ksa *sa);
	/* cb is called for each SA; the walk restarts by itself on an interrupted dump */
	int (*sa_walk)(struct sg_kernel *k, int (*cb)(const struct sg_ksa *sa, void *ctx),
		       void *ctx);
	int (*sa_flush)(struct sg_kernel *k, const char *map, const struct in_addr *peer);
	int (*map_set)(struct sg_kernel *k, const struct sg_kmap *map);	/* BEGIN..COMMIT */
	int (*map_del)(struct sg_kernel *k, const char *name);
	/* name NULL: every map; entries with ACEs */
	int (*map_walk)(struct sg_kernel *k, const char *name,
			int (*cb)(const char *map, const struct sg_kentry *entry, void *ctx),
			void *ctx);
	int (*bind_set)(struct sg_kernel *k, const struct sg_kbind *bind);
	int (*bind_del)(struct sg_kernel *k, uint32_t ifindex);
	int (*bind_walk)(struct sg_kernel *k, int (*cb)(const struct sg_kbind *bind, void *ctx),
			 void *ctx);
	/* NULL where the implementation keeps no flows; @state: enum sg_flow_state */
	int (*flow_walk)(struct sg_kernel *k, int (*cb)(const struct sg_kflow *flow, uint8_t state,
							uint32_t held, void *ctx), void *ctx);
	int (*flow_fail)(struct sg_kernel *k, const struct sg_kflow *flow);
	int (*stats)(struct sg_kernel *k, uint64_t count[__SG_STAT_LAST]);
	int (*counters_clear)(struct sg_kernel *k);
	const char *(*error)(struct sg_kernel *k);
	void (*free)(struct sg_kernel *k);
};

/*
 * The module's implementation. event_cb is called from sg_kernel_netlink_dispatch(), which the
 * owner calls when sg_kernel_netlink_fd() is readable; event_cb with a NULL event means that
 * events were lost (ENOBUFS): read everything again. Fails with -ENOENT when the module is not
 * loaded, -EPROTO when its ABI is another; see error text in @why.
 */
typedef void (*sg_kevent_cb)(const struct sg_kevent *event, void *ctx);
int sg_kernel_netlink_open(struct sg_kernel **k, sg_kevent_cb cb, void *ctx, char *why,
			   size_t why_len);
int sg_kernel_netlink_fd(const struct sg_kernel *k);
int sg_kernel_netlink_dispatch(struct sg_kernel *k);
unsigned int sg_kernel_netlink_generation(const struct sg_kernel *k, bool *loaded);
int sg_kernel_netlink_release(struct sg_kernel *k, char *release, size_t len);

#endif /* SG_KERNEL_H */
