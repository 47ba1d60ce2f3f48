/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel for tests: keeps SAs, maps and bindings in memory as the module would, writes down
 * every call, and fails on request. No packets, no clock: lifetimes end when the test says so.
 */
#ifndef SG_KERNEL_MOCK_H
#define SG_KERNEL_MOCK_H

#include "kernel.h"

enum sg_mock_op {
	SG_MOCK_SA_ADD,
	SG_MOCK_SA_DEL,
	SG_MOCK_SA_GET,
	SG_MOCK_SA_WALK,
	SG_MOCK_SA_FLUSH,
	SG_MOCK_MAP_SET,
	SG_MOCK_MAP_DEL,
	SG_MOCK_BIND_SET,
	SG_MOCK_BIND_DEL,
	SG_MOCK_FLOW_FAIL,
	SG_MOCK_OPS,
};

struct sg_mock_call {
	enum sg_mock_op op;
	int result;
	struct sg_ksa_id id;		/* SA_ADD, SA_DEL, SA_GET */
	uint8_t dir;			/* SA_ADD, SA_DEL */
	struct sg_kflow flow;		/* FLOW_FAIL */
	char map[SG_MAP_NAME_MAX + 1];	/* MAP_*, BIND_SET */
};

struct sg_kernel *sg_mock_alloc(void);

/* Makes the @after-th next call of @op fail with @err (negative); 0: the very next one. */
void sg_mock_fail(struct sg_kernel *k, enum sg_mock_op op, unsigned int after, int err);

size_t sg_mock_sa_count(const struct sg_kernel *k);
/* The @i-th SA in the order they were added, keys included. NULL: no such. */
const struct sg_ksa *sg_mock_sa(const struct sg_kernel *k, size_t i);
const struct sg_ksa *sg_mock_sa_find(const struct sg_kernel *k, uint32_t spi, uint8_t dir);
/* The SA that would send a packet of this flow: the youngest outbound one. NULL: none. */
const struct sg_ksa *sg_mock_sender(const struct sg_kernel *k, const struct sg_ksel *packet);
/* Takes an SA away as the module does at a hard limit, without a call. */
void sg_mock_sa_drop(struct sg_kernel *k, uint32_t spi);

size_t sg_mock_call_count(const struct sg_kernel *k);
const struct sg_mock_call *sg_mock_call(const struct sg_kernel *k, size_t i);
size_t sg_mock_calls_of(const struct sg_kernel *k, enum sg_mock_op op);
void sg_mock_forget_calls(struct sg_kernel *k);

#endif /* SG_KERNEL_MOCK_H */
