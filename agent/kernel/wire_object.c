// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SAs, map entries, ACEs, bindings, counters and events on the wire: one table each.
 * A new attribute of the contract is a new row.
 */
#include <errno.h>
#include <string.h>

#include <linux/genetlink.h>

#include "ksel.h"
#include "wire.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define PUT SG_WIRE_F_PUT
#define GET SG_WIRE_F_GET
#define BOTH (SG_WIRE_F_PUT | SG_WIRE_F_GET)
#define OPT (BOTH | SG_WIRE_F_NONZERO)
#define NEED (BOTH | SG_WIRE_F_REQUIRED)

#define FIELD(type, a, k, m, f) \
	{ .attr = (a), .kind = SG_WIRE_##k, .flags = (f), .offset = offsetof(type, m) }
#define BYTES(type, a, m, l, f, room) \
	{ .attr = (a), .kind = SG_WIRE_BYTES, .flags = (f), .offset = offsetof(type, m), \
	  .len_offset = offsetof(type, l), .len_max = (room) }

#define SA(a, k, m, f) FIELD(struct sg_ksa, SG_SA_##a, k, m, f)

static const struct sg_wire_field sa_fields[] = {
	SA(ADDR_SRC, ADDR, src, BOTH),
	SA(ADDR_DST, ADDR, id.dst, NEED),
	SA(SPI, BE32, id.spi, NEED),
	SA(PROTO, U8, id.proto, NEED),
	SA(DIR, U8, dir, NEED),
	SA(MODE, U8, mode, BOTH),
	SA(CIPHER, U16, cipher, BOTH),
	SA(AUTH, U16, auth, BOTH),
	BYTES(struct sg_ksa, SG_SA_CIPHER_KEY, cipher_key, cipher_key_len, PUT | SG_WIRE_F_NONZERO,
	      SG_CIPHER_KEY_MAX),
	BYTES(struct sg_ksa, SG_SA_AUTH_KEY, auth_key, auth_key_len, PUT | SG_WIRE_F_NONZERO,
	      SG_AUTH_KEY_MAX),
	SA(FLAGS, U32, flags, OPT),
	SA(REPLAY_WINDOW, U32, replay_window, BOTH),
	SA(PROXY, SEL, proxy, BOTH),
	SA(FLOW, FLOW, flow, OPT),
	SA(PAIR_SPI, BE32, pair_spi, OPT),
	SA(SOFT_SECONDS, U64, soft_seconds, OPT),
	SA(HARD_SECONDS, U64, hard_seconds, OPT),
	SA(SOFT_BYTES, U64, soft_bytes, OPT),
	SA(HARD_BYTES, U64, hard_bytes, OPT),
	BYTES(struct sg_ksa, SG_SA_COOKIE, cookie, cookie_len, OPT, SG_SA_COOKIE_MAX),
	SA(STATE, U8, state, GET),
	SA(AGE_SECONDS, U64, age_seconds, GET),
	SA(BYTES, U64, bytes, GET),
	SA(PACKETS, U64, packets, GET),
	SA(PACKET_BYTES, U64, packet_bytes, GET),
	SA(SEQ, U32, seq, GET),
	SA(ERRORS, U64, errors, GET),
	SA(ID, U32, number, GET),
	SA(IFINDEX, U32, ifindex, GET),
};

static const struct sg_wire_field sa_id_fields[] = {
	FIELD(struct sg_ksa_id, SG_SA_ADDR_DST, ADDR, dst, NEED),
	FIELD(struct sg_ksa_id, SG_SA_SPI, BE32, spi, NEED),
	FIELD(struct sg_ksa_id, SG_SA_PROTO, U8, proto, NEED),
};

#define ENTRY(a, k, m, f) FIELD(struct sg_kentry, SG_ENTRY_##a, k, m, f)

static const struct sg_wire_field entry_fields[] = {
	ENTRY(SEQ, U32, seq, NEED),
	ENTRY(FLAGS, U32, flags, OPT),
	ENTRY(OUT_PACKETS, U64, out_packets, GET),
	ENTRY(OUT_BYTES, U64, out_bytes, GET),
	ENTRY(IN_PACKETS, U64, in_packets, GET),
	ENTRY(IN_BYTES, U64, in_bytes, GET),
	ENTRY(SEND_ERRORS, U64, send_errors, GET),
	ENTRY(RECV_ERRORS, U64, recv_errors, GET),
};

static const struct sg_wire_field ace_fields[] = {
	FIELD(struct sg_kace, SG_ACE_PERMIT, BOOL, permit, NEED),
	FIELD(struct sg_kace, SG_ACE_SELECTOR, SEL, sel, NEED),
	FIELD(struct sg_kace, SG_ACE_MATCHES, U64, matches, GET),
};

static const struct sg_wire_field bind_fields[] = {
	FIELD(struct sg_kbind, SG_BIND_IFINDEX, U32, ifindex, NEED),
	FIELD(struct sg_kbind, SG_BIND_MAP_NAME, NAME, map, NEED),
	FIELD(struct sg_kbind, SG_BIND_ADDR_LOCAL, ADDR, local, NEED),
};

static const struct sg_wire_field acquire_fields[] = {
	FIELD(struct sg_kevent, SG_ACQUIRE_FLOW, FLOW, acquire.flow, NEED),
	FIELD(struct sg_kevent, SG_ACQUIRE_IFINDEX, U32, acquire.ifindex, NEED),
	FIELD(struct sg_kevent, SG_ACQUIRE_ADDR_LOCAL, ADDR, acquire.local, NEED),
	FIELD(struct sg_kevent, SG_ACQUIRE_PACKET, SEL, acquire.packet, BOTH),
};

static const struct sg_wire_field expire_fields[] = {
	FIELD(struct sg_kevent, SG_EXPIRE_ADDR_DST, ADDR, expire.id.dst, NEED),
	FIELD(struct sg_kevent, SG_EXPIRE_SPI, BE32, expire.id.spi, NEED),
	FIELD(struct sg_kevent, SG_EXPIRE_PROTO, U8, expire.id.proto, NEED),
	FIELD(struct sg_kevent, SG_EXPIRE_HARD, BOOL, expire.hard, NEED),
	FIELD(struct sg_kevent, SG_EXPIRE_REASON, U8, expire.reason, BOTH),
	FIELD(struct sg_kevent, SG_EXPIRE_DIR, U8, expire.dir, BOTH),
	FIELD(struct sg_kevent, SG_EXPIRE_USED, BOOL, expire.used, BOTH),
};

static const struct sg_wire_field packet_fields[] = {
	FIELD(struct sg_kevent, SG_PKT_ADDR_SRC, ADDR, packet.src, NEED),
	FIELD(struct sg_kevent, SG_PKT_ADDR_DST, ADDR, packet.dst, NEED),
	FIELD(struct sg_kevent, SG_PKT_PROTO, U8, packet.proto, NEED),
	FIELD(struct sg_kevent, SG_PKT_SPI, BE32, packet.spi, BOTH),
	FIELD(struct sg_kevent, SG_PKT_SEQ, U32, packet.seq, BOTH),
	BYTES(struct sg_kevent, SG_PKT_COOKIE, packet.cookie, packet.cookie_len, BOTH,
	      SG_SA_COOKIE_MAX),
	FIELD(struct sg_kevent, SG_PKT_IFINDEX, U32, packet.ifindex, BOTH),
};

static bool put_nest(struct nlmsghdr *nlh, size_t max, uint16_t type,
		     const struct sg_wire_field *fields, size_t count, const void *object)
{
	struct nlattr *nest = mnl_attr_nest_start_check(nlh, max, type);

	if (!nest || !sg_wire_put(nlh, max, fields, count, object))
		return false;
	mnl_attr_nest_end(nlh, nest);
	return true;
}

/** sg_wire_put_sa() - SG_A_SA of SA_ADD, keys included. Return: false where there is no room */
bool sg_wire_put_sa(struct nlmsghdr *nlh, size_t max, const struct sg_ksa *sa)
{
	return put_nest(nlh, max, SG_A_SA, sa_fields, COUNT(sa_fields), sa);
}

/** sg_wire_put_sa_id() - SG_A_SA of SA_DEL and SA_GET. Return: false where there is no room */
bool sg_wire_put_sa_id(struct nlmsghdr *nlh, size_t max, const struct sg_ksa_id *id)
{
	return put_nest(nlh, max, SG_A_SA, sa_id_fields, COUNT(sa_id_fields), id);
}

/** sg_wire_get_sa() - an SA of an answer; key members stay empty. Return: 0 or -EBADMSG */
int sg_wire_get_sa(const struct nlattr *nest, struct sg_ksa *sa)
{
	memset(sa, 0, sizeof(*sa));
	sa->proxy = sg_ksel_any();
	return sg_wire_get(nest, sa_fields, COUNT(sa_fields), sa);
}

/** sg_wire_put_entry() - SG_A_ENTRY of MAP_ENTRY. Return: false where there is no room */
bool sg_wire_put_entry(struct nlmsghdr *nlh, size_t max, const struct sg_kentry *entry)
{
	return put_nest(nlh, max, SG_A_ENTRY, entry_fields, COUNT(entry_fields), entry);
}

/**
 * sg_wire_get_entry() - an entry of an answer, with counters, without ACEs. Return: 0 or -EBADMSG
 */
int sg_wire_get_entry(const struct nlattr *nest, struct sg_kentry *entry)
{
	memset(entry, 0, sizeof(*entry));
	return sg_wire_get(nest, entry_fields, COUNT(entry_fields), entry);
}

/** sg_wire_put_ace() - one SG_A_ACE of MAP_ACES. Return: false where there is no room */
bool sg_wire_put_ace(struct nlmsghdr *nlh, size_t max, const struct sg_kace *ace)
{
	return put_nest(nlh, max, SG_A_ACE, ace_fields, COUNT(ace_fields), ace);
}

/** sg_wire_get_ace() - Return: 0 or -EBADMSG */
int sg_wire_get_ace(const struct nlattr *nest, struct sg_kace *ace)
{
	memset(ace, 0, sizeof(*ace));
	return sg_wire_get(nest, ace_fields, COUNT(ace_fields), ace);
}

/** sg_wire_put_bind() - SG_A_BIND of BIND_SET. Return: false where there is no room */
bool sg_wire_put_bind(struct nlmsghdr *nlh, size_t max, const struct sg_kbind *bind)
{
	return put_nest(nlh, max, SG_A_BIND, bind_fields, COUNT(bind_fields), bind);
}

/** sg_wire_get_bind() - Return: 0 or -EBADMSG */
int sg_wire_get_bind(const struct nlattr *nest, struct sg_kbind *bind)
{
	memset(bind, 0, sizeof(*bind));
	return sg_wire_get(nest, bind_fields, COUNT(bind_fields), bind);
}

/**
 * sg_wire_get_stats() - the counters of SG_A_STATS by enum sg_stat
 *
 * A counter that the module does not have is 0; one that is not known here is skipped.
 * Return: 0 or -EBADMSG.
 */
int sg_wire_get_stats(const struct nlattr *nest, uint64_t count[__SG_STAT_LAST])
{
	const struct nlattr *attr;
	int err;

	memset(count, 0, sizeof(count[0]) * __SG_STAT_LAST);
	mnl_attr_for_each_nested(attr, nest) {
		uint16_t type = mnl_attr_get_type(attr);

		if (type == SG_STAT_PAD || type >= __SG_STAT_LAST)
			continue;
		err = sg_wire_read_u64(attr, &count[type]);
		if (err)
			return err;
	}
	return 0;
}

static const struct sg_event_table {
	uint8_t cmd;
	uint16_t nest;
	const struct sg_wire_field *fields;
	size_t count;
} event_tables[] = {
	{ SG_CMD_EV_ACQUIRE, SG_A_ACQUIRE, acquire_fields, COUNT(acquire_fields) },
	{ SG_CMD_EV_EXPIRE, SG_A_EXPIRE, expire_fields, COUNT(expire_fields) },
	{ SG_CMD_EV_INVALID_SPI, SG_A_PKT, packet_fields, COUNT(packet_fields) },
	{ SG_CMD_EV_NOT_IPSEC, SG_A_PKT, packet_fields, COUNT(packet_fields) },
	{ SG_CMD_EV_REPLAY, SG_A_PKT, packet_fields, COUNT(packet_fields) },
};

/**
 * sg_wire_get_event() - an event of the multicast group
 * @nlh: the whole message, with its generic netlink header
 * @event: filled in
 *
 * Return: 0, -ENOMSG for a message that is no event known here, -EBADMSG for a malformed one.
 */
int sg_wire_get_event(const struct nlmsghdr *nlh, struct sg_kevent *event)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	size_t i;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*genl))
		return -EBADMSG;
	for (i = 0; i < COUNT(event_tables); i++)
		if (event_tables[i].cmd == genl->cmd)
			break;
	if (i == COUNT(event_tables))
		return -ENOMSG;
	memset(event, 0, sizeof(*event));
	event->kind = genl->cmd;
	if (genl->cmd == SG_CMD_EV_ACQUIRE)
		event->acquire.packet = sg_ksel_any();
	mnl_attr_for_each(attr, nlh, sizeof(*genl))
		if (mnl_attr_get_type(attr) == event_tables[i].nest)
			return sg_wire_get(attr, event_tables[i].fields, event_tables[i].count,
					   event);
	return -EBADMSG;
}
