/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Between the C types of kernel.h and the attributes of uapi/sealgate.h. Pure: buffers in,
 * buffers out; no socket. Used by the netlink implementation and by its tests.
 *
 * Writers return false when the message has no room left (@max bytes in all). Readers take
 * attributes from the kernel as they would from a stranger: every length is checked, unknown
 * attributes are skipped.
 */
#ifndef SG_WIRE_H
#define SG_WIRE_H

#include <libmnl/libmnl.h>

#include "kernel.h"

enum sg_wire_kind {
	SG_WIRE_U8,
	SG_WIRE_BOOL,		/* u8 on the wire */
	SG_WIRE_U16,
	SG_WIRE_U32,
	SG_WIRE_U64,
	SG_WIRE_BE32,		/* host byte order in memory */
	SG_WIRE_ADDR,		/* struct in_addr */
	SG_WIRE_NAME,		/* char[SG_MAP_NAME_MAX + 1] */
	SG_WIRE_BYTES,		/* array and a size_t */
	SG_WIRE_SEL,		/* nest: struct sg_ksel */
	SG_WIRE_FLOW,		/* nest: struct sg_kflow */
};

#define SG_WIRE_F_PUT		0x1u	/* part of requests */
#define SG_WIRE_F_NONZERO	0x2u	/* left out of requests when zero or empty */
#define SG_WIRE_F_GET		0x4u	/* part of answers */
#define SG_WIRE_F_REQUIRED	0x8u	/* an answer without it is malformed */

/* One attribute and the member of the C type that it fills. */
struct sg_wire_field {
	uint16_t attr;
	uint8_t kind;		/* enum sg_wire_kind */
	uint8_t flags;
	uint16_t offset;
	uint16_t len_offset;	/* SG_WIRE_BYTES: of the size_t */
	uint16_t len_max;	/* SG_WIRE_BYTES: of the array */
};

/* wire.c: the codec */
bool sg_wire_put(struct nlmsghdr *nlh, size_t max, const struct sg_wire_field *fields,
		 size_t count, const void *object);
int sg_wire_get(const struct nlattr *nest, const struct sg_wire_field *fields, size_t count,
		void *object);
int sg_wire_read_name(const struct nlattr *attr, char name[SG_MAP_NAME_MAX + 1]);
int sg_wire_read_u32(const struct nlattr *attr, uint32_t *value);
int sg_wire_read_u64(const struct nlattr *attr, uint64_t *value);

/* wire_sel.c: selectors and flows */
bool sg_wire_put_sel(struct nlmsghdr *nlh, size_t max, uint16_t type, const struct sg_ksel *sel);
int sg_wire_get_sel(const struct nlattr *nest, struct sg_ksel *sel);
bool sg_wire_put_flow(struct nlmsghdr *nlh, size_t max, uint16_t type, const struct sg_kflow *flow);
int sg_wire_get_flow(const struct nlattr *nest, struct sg_kflow *flow);
int sg_wire_get_flow_state(const struct nlattr *nest, uint8_t *state, uint32_t *held);

/* wire_object.c: everything else that has a name of its own */
bool sg_wire_put_sa(struct nlmsghdr *nlh, size_t max, const struct sg_ksa *sa);
bool sg_wire_put_sa_id(struct nlmsghdr *nlh, size_t max, const struct sg_ksa_id *id);
int sg_wire_get_sa(const struct nlattr *nest, struct sg_ksa *sa);
bool sg_wire_put_entry(struct nlmsghdr *nlh, size_t max, const struct sg_kentry *entry);
int sg_wire_get_entry(const struct nlattr *nest, struct sg_kentry *entry);
bool sg_wire_put_ace(struct nlmsghdr *nlh, size_t max, const struct sg_kace *ace);
int sg_wire_get_ace(const struct nlattr *nest, struct sg_kace *ace);
bool sg_wire_put_bind(struct nlmsghdr *nlh, size_t max, const struct sg_kbind *bind);
int sg_wire_get_bind(const struct nlattr *nest, struct sg_kbind *bind);
int sg_wire_get_stats(const struct nlattr *nest, uint64_t count[__SG_STAT_LAST]);
int sg_wire_get_event(const struct nlmsghdr *nlh, struct sg_kevent *event);

#endif /* SG_WIRE_H */
