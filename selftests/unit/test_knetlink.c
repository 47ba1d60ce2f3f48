// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel's attributes: what is written, byte by byte, against bytes put together here by hand
 * from uapi/sealgate.h (a 4-byte header of length and type, little-endian on this machine's
 * order, padding to 4); what is read, from well-formed and from broken messages.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>

#include "../../agent/kernel/ksel.h"
#include "../../agent/kernel/netlink.h"
#include "../../agent/kernel/wire.h"

#define NESTED 0x8000

/* A second, independent writer of attributes. */
struct bytes {
	uint8_t data[4096];
	size_t len;
};

static void raw(struct bytes *b, const void *p, size_t len)
{
	memcpy(b->data + b->len, p, len);
	b->len += len;
}

static void attr(struct bytes *b, uint16_t type, const void *p, size_t len)
{
	uint16_t head[2] = { (uint16_t)(len + 4), type };

	raw(b, head, 4);
	raw(b, p, len);
	while (b->len % 4)
		b->data[b->len++] = 0;
}

static void u8(struct bytes *b, uint16_t type, uint8_t v)
{
	attr(b, type, &v, 1);
}

static void u16(struct bytes *b, uint16_t type, uint16_t v)
{
	attr(b, type, &v, 2);
}

static void u32(struct bytes *b, uint16_t type, uint32_t v)
{
	attr(b, type, &v, 4);
}

static void u64(struct bytes *b, uint16_t type, uint64_t v)
{
	attr(b, type, &v, 8);
}

static void nest(struct bytes *b, uint16_t type, const struct bytes *inner)
{
	attr(b, type | NESTED, inner->data, inner->len);
}

static struct in_addr ip(const char *text)
{
	struct in_addr a;

	assert_int_equal(inet_pton(AF_INET, text, &a), 1);
	return a;
}

static uint32_t be(const char *text)
{
	return ip(text).s_addr;
}

static struct nlmsghdr *begin(uint8_t *buf)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	mnl_nlmsg_put_extra_header(nlh, sizeof(struct genlmsghdr));
	return nlh;
}

/* libmnl leaves padding as it is: the request buffer is wiped after each use, as here before. */
static struct nlmsghdr *message(uint8_t *buf, size_t size)
{
	memset(buf, 0, size);
	return begin(buf);
}

static void check_bytes(const struct nlmsghdr *nlh, const struct bytes *b)
{
	const uint8_t *payload = mnl_nlmsg_get_payload_offset(nlh, sizeof(struct genlmsghdr));

	assert_int_equal(mnl_nlmsg_get_payload_len(nlh) - sizeof(struct genlmsghdr), b->len);
	assert_memory_equal(payload, b->data, b->len);
}

static struct sg_ksel seed_sel(void)
{
	struct sg_ksel s = sg_ksel_any();

	s.src = ip("172.18.124.0");
	s.src_mask = ip("255.255.255.0");
	s.dst = ip("20.20.20.0");
	s.dst_mask = ip("255.255.255.0");
	return s;
}

static void put_seed_sel(struct bytes *b)
{
	u32(b, SG_SEL_SRC, be("172.18.124.0"));
	u32(b, SG_SEL_SRC_MASK, be("255.255.255.0"));
	u32(b, SG_SEL_DST, be("20.20.20.0"));
	u32(b, SG_SEL_DST_MASK, be("255.255.255.0"));
}

static void test_put_sel(void **state)
{
	struct sg_ksel any = sg_ksel_any(), tcp = seed_sel(), icmp = sg_ksel_any();
	struct bytes in = { .len = 0 }, out = { .len = 0 };
	uint8_t buf[1024];
	struct nlmsghdr *nlh;

	(void)state;
	/* everything is any: an empty nest */
	nlh = message(buf, sizeof(buf));
	assert_true(sg_wire_put_sel(nlh, sizeof(buf), SG_ACE_SELECTOR, &any));
	nest(&out, SG_ACE_SELECTOR, &in);
	check_bytes(nlh, &out);

	/* tcp, source port neq 23, destination port 1024..65535, host bits dropped */
	tcp.proto = 6;
	tcp.src = ip("172.18.124.77");
	tcp.sport_min = 23;
	tcp.sport_max = 23;
	tcp.sport_not = true;
	tcp.dport_min = 1024;
	nlh = message(buf, sizeof(buf));
	assert_true(sg_wire_put_sel(nlh, sizeof(buf), SG_SA_PROXY, &tcp));
	put_seed_sel(&in);
	u8(&in, SG_SEL_PROTO, 6);
	u16(&in, SG_SEL_SPORT_MIN, 23);
	u16(&in, SG_SEL_SPORT_MAX, 23);
	u16(&in, SG_SEL_DPORT_MIN, 1024);
	u16(&in, SG_SEL_DPORT_MAX, 65535);
	u8(&in, SG_SEL_FLAGS, 1);
	out.len = 0;
	nest(&out, SG_SA_PROXY, &in);
	check_bytes(nlh, &out);

	/* echo reply is type 0, which is not "any" */
	icmp.proto = 1;
	icmp.icmp_type = 0;
	icmp.icmp_code = 0;
	nlh = message(buf, sizeof(buf));
	assert_true(sg_wire_put_sel(nlh, sizeof(buf), SG_SA_PROXY, &icmp));
	in.len = 0;
	u8(&in, SG_SEL_PROTO, 1);
	u8(&in, SG_SEL_ICMP_TYPE, 0);
	u8(&in, SG_SEL_ICMP_CODE, 0);
	out.len = 0;
	nest(&out, SG_SA_PROXY, &in);
	check_bytes(nlh, &out);
}

static void make_sa(struct sg_ksa *sa)
{
	memset(sa, 0, sizeof(*sa));
	sa->id.dst = ip("10.10.10.2");
	sa->id.spi = 0x7259AADD;
	sa->id.proto = 50;
	sa->src = ip("10.10.10.1");
	sa->dir = SG_DIR_OUT;
	sa->mode = SG_MODE_TUNNEL;
	sa->cipher = SG_CIPHER_SEAL;
	sa->auth = SG_AUTH_HMAC_SHA1_96;
	memset(sa->cipher_key, 0x11, 20);
	sa->cipher_key_len = 20;
	memset(sa->auth_key, 0x22, 20);
	sa->auth_key_len = 20;
	sa->replay_window = 64;
	sa->proxy = seed_sel();
	strcpy(sa->flow.map, "cisco");
	sa->flow.seq = 10;
	sa->flow.ace = seed_sel();
	sa->pair_spi = 0xDD3645C8;
	sa->soft_seconds = 3570;
	sa->hard_seconds = 3600;
	sa->soft_bytes = 4600000ull * 1024;
	sa->hard_bytes = 4608000ull * 1024;
	memcpy(sa->cookie, "\1\2\3", 3);
	sa->cookie_len = 3;
}

static void expect_sa(struct bytes *in, bool keys)
{
	static const uint8_t out_spi[4] = { 0x72, 0x59, 0xAA, 0xDD };
	static const uint8_t in_spi[4] = { 0xDD, 0x36, 0x45, 0xC8 };
	struct bytes sel = { .len = 0 }, flow = { .len = 0 };
	uint8_t key[20];

	u32(in, SG_SA_ADDR_SRC, be("10.10.10.1"));
	u32(in, SG_SA_ADDR_DST, be("10.10.10.2"));
	attr(in, SG_SA_SPI, out_spi, 4);
	u8(in, SG_SA_PROTO, 50);
	u8(in, SG_SA_DIR, 2);
	u8(in, SG_SA_MODE, 1);
	u16(in, SG_SA_CIPHER, 1);
	u16(in, SG_SA_AUTH, 2);
	if (keys) {
		memset(key, 0x11, sizeof(key));
		attr(in, SG_SA_CIPHER_KEY, key, sizeof(key));
		memset(key, 0x22, sizeof(key));
		attr(in, SG_SA_AUTH_KEY, key, sizeof(key));
	}
	u32(in, SG_SA_REPLAY_WINDOW, 64);
	put_seed_sel(&sel);
	nest(in, SG_SA_PROXY, &sel);
	attr(&flow, SG_FLOW_MAP_NAME, "cisco", 6);
	u32(&flow, SG_FLOW_SEQ, 10);
	nest(&flow, SG_FLOW_SELECTOR, &sel);
	nest(in, SG_SA_FLOW, &flow);
	attr(in, SG_SA_PAIR_SPI, in_spi, 4);
	u64(in, SG_SA_SOFT_SECONDS, 3570);
	u64(in, SG_SA_HARD_SECONDS, 3600);
	u64(in, SG_SA_SOFT_BYTES, 4710400000ull);
	u64(in, SG_SA_HARD_BYTES, 4718592000ull);
	attr(in, SG_SA_COOKIE, "\1\2\3", 3);
}

static void test_put_sa(void **state)
{
	struct bytes in = { .len = 0 }, out = { .len = 0 };
	struct nlmsghdr *nlh;
	struct sg_ksa sa;
	uint8_t buf[2048];

	(void)state;
	make_sa(&sa);
	nlh = message(buf, sizeof(buf));
	assert_true(sg_wire_put_sa(nlh, sizeof(buf), &sa));
	expect_sa(&in, true);
	nest(&out, SG_A_SA, &in);
	check_bytes(nlh, &out);

	/* an array that claims more than it has is refused, not copied */
	sa.cookie_len = SG_SA_COOKIE_MAX + 1;
	nlh = message(buf, sizeof(buf));
	assert_false(sg_wire_put_sa(nlh, sizeof(buf), &sa));
}

/*
 * Whatever room there is: it fits or it is refused, and nothing is written past it (ASan looks
 * on).
 */
static void test_put_room(void **state)
{
	struct nlmsghdr *nlh;
	struct sg_ksa sa;
	size_t room, full = 0;
	uint8_t *buf;
	bool fits;

	(void)state;
	make_sa(&sa);
	for (room = 32; room < 700; room++) {
		buf = malloc(room);
		assert_non_null(buf);
		nlh = begin(buf);
		fits = sg_wire_put_sa(nlh, room, &sa);
		if (fits && !full)
			full = room;
		assert_true(fits == (full != 0));
		free(buf);
	}
	assert_true(full != 0);
}

static const struct nlattr *as_attr(const struct bytes *b)
{
	return (const struct nlattr *)b->data;
}

static void test_get_sa(void **state)
{
	struct bytes in = { .len = 0 }, out = { .len = 0 };
	struct sg_ksa sa, want;

	(void)state;
	expect_sa(&in, false);
	u64(&in, SG_SA_PAD, 0);
	u8(&in, SG_SA_STATE, SG_SA_SOFT);
	u64(&in, SG_SA_AGE_SECONDS, 218);
	u64(&in, SG_SA_BYTES, 43506688);
	u64(&in, SG_SA_PACKETS, 776);
	u64(&in, SG_SA_PACKET_BYTES, 77600);
	u32(&in, SG_SA_SEQ, 777);
	u64(&in, SG_SA_ERRORS, 5);
	u32(&in, SG_SA_ID, 2);
	u32(&in, SG_SA_IFINDEX, 3);
	u32(&in, 200, 0xffffffff);	/* of a younger module */
	nest(&out, SG_A_SA, &in);
	assert_int_equal(sg_wire_get_sa(as_attr(&out), &sa), 0);

	make_sa(&want);
	memset(want.cipher_key, 0, sizeof(want.cipher_key));
	memset(want.auth_key, 0, sizeof(want.auth_key));
	assert_int_equal(sa.id.spi, want.id.spi);
	assert_int_equal(sa.id.dst.s_addr, want.id.dst.s_addr);
	assert_int_equal(sa.src.s_addr, want.src.s_addr);
	assert_int_equal(sa.pair_spi, want.pair_spi);
	assert_int_equal(sa.cipher_key_len, 0);
	assert_true(sg_ksel_equal(&sa.proxy, &want.proxy));
	assert_true(sg_ksel_equal(&sa.flow.ace, &want.flow.ace));
	assert_string_equal(sa.flow.map, "cisco");
	assert_int_equal(sa.flow.seq, 10);
	assert_int_equal(sa.soft_bytes, want.soft_bytes);
	assert_int_equal(sa.cookie_len, 3);
	assert_memory_equal(sa.cookie, "\1\2\3", 3);
	assert_int_equal(sa.state, SG_SA_SOFT);
	assert_int_equal(sa.age_seconds, 218);
	assert_int_equal(sa.bytes, 43506688);
	assert_int_equal(sa.packets, 776);
	assert_int_equal(sa.packet_bytes, 77600);
	assert_int_equal(sa.seq, 777);
	assert_int_equal(sa.errors, 5);
	assert_int_equal(sa.number, 2);
	assert_int_equal(sa.ifindex, 3);
}

/* A key in an answer would be a defect of the module: it is not taken over. */
static void test_get_no_keys(void **state)
{
	struct bytes in = { .len = 0 }, out = { .len = 0 };
	struct sg_ksa sa;
	size_t i;

	(void)state;
	expect_sa(&in, true);
	nest(&out, SG_A_SA, &in);
	assert_int_equal(sg_wire_get_sa(as_attr(&out), &sa), 0);
	assert_int_equal(sa.cipher_key_len, 0);
	assert_int_equal(sa.auth_key_len, 0);
	for (i = 0; i < sizeof(sa.cipher_key); i++)
		assert_int_equal(sa.cipher_key[i], 0);
}

/* Each way of being broken is -EBADMSG. */
static void test_get_broken(void **state)
{
	static uint8_t cookie[SG_SA_COOKIE_MAX + 1];
	static char name[SG_MAP_NAME_MAX + 2];
	struct bytes in, out, b = { .len = 0 };
	struct sg_kbind bind;
	struct sg_ksa sa;
	size_t cut;

	(void)state;
	/*
	 * truncated at every length inside: an attribute that leaves its nest, or a required one
	 * missing
	 */
	/* four attributes of 8 bytes, and the 5 of the last that is required */
	for (cut = 0; cut < 4 * 8 + 5; cut++) {
		in.len = 0;
		out.len = 0;
		expect_sa(&in, false);
		in.len = cut;
		nest(&out, SG_A_SA, &in);
		assert_int_equal(sg_wire_get_sa(as_attr(&out), &sa), -EBADMSG);
	}
	/* an attribute shorter than its own header */
	in.len = 0;
	expect_sa(&in, false);
	in.data[0] = 3;
	out.len = 0;
	nest(&out, SG_A_SA, &in);
	assert_int_equal(sg_wire_get_sa(as_attr(&out), &sa), -EBADMSG);
	/*
	 * whole, and then some bytes that are no attribute; one that claims to be longer than its
	 * nest
	 */
	in.len = 0;
	expect_sa(&in, false);
	in.len += 3;
	out.len = 0;
	nest(&out, SG_A_SA, &in);
	assert_int_equal(sg_wire_get_sa(as_attr(&out), &sa), -EBADMSG);
	in.len -= 3;
	u32(&in, 200, 0);
	in.data[in.len - 8] = 9;
	out.len = 0;
	nest(&out, SG_A_SA, &in);
	assert_int_equal(sg_wire_get_sa(as_attr(&out), &sa), -EBADMSG);
	/* more of a cookie than there is room for; as much as there is */
	in.len = 0;
	expect_sa(&in, false);
	attr(&in, SG_SA_COOKIE, cookie, SG_SA_COOKIE_MAX + 1);
	out.len = 0;
	nest(&out, SG_A_SA, &in);
	assert_int_equal(sg_wire_get_sa(as_attr(&out), &sa), -EBADMSG);
	in.len = 0;
	expect_sa(&in, false);
	attr(&in, SG_SA_COOKIE, cookie, SG_SA_COOKIE_MAX);
	out.len = 0;
	nest(&out, SG_A_SA, &in);
	assert_int_equal(sg_wire_get_sa(as_attr(&out), &sa), 0);
	assert_int_equal(sa.cookie_len, SG_SA_COOKIE_MAX);
	/* wrong sizes */
	in.len = 0;
	expect_sa(&in, false);
	u32(&in, SG_SA_BYTES, 1);
	out.len = 0;
	nest(&out, SG_A_SA, &in);
	assert_int_equal(sg_wire_get_sa(as_attr(&out), &sa), -EBADMSG);
	/* names: no NUL, a NUL inside, empty, too long */
	u32(&b, SG_BIND_IFINDEX, 3);
	u32(&b, SG_BIND_ADDR_LOCAL, be("10.10.10.1"));
	cut = b.len;
	memset(name, 'm', sizeof(name) - 1);
	attr(&b, SG_BIND_MAP_NAME, "cisco", 5);
	out.len = 0;
	nest(&out, SG_A_BIND, &b);
	assert_int_equal(sg_wire_get_bind(as_attr(&out), &bind), -EBADMSG);
	b.len = cut;
	attr(&b, SG_BIND_MAP_NAME, "ci\0co", 6);
	out.len = 0;
	nest(&out, SG_A_BIND, &b);
	assert_int_equal(sg_wire_get_bind(as_attr(&out), &bind), -EBADMSG);
	b.len = cut;
	attr(&b, SG_BIND_MAP_NAME, "", 1);
	out.len = 0;
	nest(&out, SG_A_BIND, &b);
	assert_int_equal(sg_wire_get_bind(as_attr(&out), &bind), -EBADMSG);
	b.len = cut;
	attr(&b, SG_BIND_MAP_NAME, name, SG_MAP_NAME_MAX + 2);
	out.len = 0;
	nest(&out, SG_A_BIND, &b);
	assert_int_equal(sg_wire_get_bind(as_attr(&out), &bind), -EBADMSG);
	/* and the longest that there may be */
	b.len = cut;
	attr(&b, SG_BIND_MAP_NAME, name + 1, SG_MAP_NAME_MAX + 1);
	out.len = 0;
	nest(&out, SG_A_BIND, &b);
	assert_int_equal(sg_wire_get_bind(as_attr(&out), &bind), 0);
	assert_int_equal(strlen(bind.map), SG_MAP_NAME_MAX);
}

static void test_map(void **state)
{
	struct bytes in = { .len = 0 }, out = { .len = 0 }, sel = { .len = 0 };
	struct sg_kentry entry = { .seq = 10, .out_packets = 99 };
	struct sg_kace ace = { .permit = false, .sel = seed_sel(), .matches = 99 };
	struct nlmsghdr *nlh;
	uint8_t buf[1024];

	(void)state;
	/* what is only for answers is not sent */
	nlh = message(buf, sizeof(buf));
	assert_true(sg_wire_put_entry(nlh, sizeof(buf), &entry));
	u32(&in, SG_ENTRY_SEQ, 10);
	nest(&out, SG_A_ENTRY, &in);
	check_bytes(nlh, &out);

	nlh = message(buf, sizeof(buf));
	assert_true(sg_wire_put_ace(nlh, sizeof(buf), &ace));
	in.len = 0;
	u8(&in, SG_ACE_PERMIT, 0);
	put_seed_sel(&sel);
	nest(&in, SG_ACE_SELECTOR, &sel);
	out.len = 0;
	nest(&out, SG_A_ACE, &in);
	check_bytes(nlh, &out);

	u64(&in, SG_ACE_MATCHES, 1ull << 40);
	out.len = 0;
	nest(&out, SG_A_ACE, &in);
	assert_int_equal(sg_wire_get_ace(as_attr(&out), &ace), 0);
	assert_false(ace.permit);
	assert_int_equal(ace.matches, 1ull << 40);

	in.len = 0;
	u32(&in, SG_ENTRY_SEQ, 65535);
	u32(&in, SG_ENTRY_FLAGS, SG_ENTRY_F_DYNAMIC);
	u64(&in, SG_ENTRY_OUT_PACKETS, 1);
	u64(&in, SG_ENTRY_OUT_BYTES, 2);
	u64(&in, SG_ENTRY_IN_PACKETS, 3);
	u64(&in, SG_ENTRY_IN_BYTES, 4);
	u64(&in, SG_ENTRY_SEND_ERRORS, 5);
	u64(&in, SG_ENTRY_RECV_ERRORS, 6);
	out.len = 0;
	nest(&out, SG_A_ENTRY, &in);
	assert_int_equal(sg_wire_get_entry(as_attr(&out), &entry), 0);
	assert_int_equal(entry.seq, 65535);
	assert_int_equal(entry.flags, 1);
	assert_int_equal(entry.out_packets, 1);
	assert_int_equal(entry.out_bytes, 2);
	assert_int_equal(entry.in_packets, 3);
	assert_int_equal(entry.in_bytes, 4);
	assert_int_equal(entry.send_errors, 5);
	assert_int_equal(entry.recv_errors, 6);
}

static void event_message(uint8_t *buf, uint8_t cmd, const struct bytes *attrs)
{
	struct nlmsghdr *nlh = begin(buf);
	struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	genl->cmd = cmd;
	memcpy(mnl_nlmsg_get_payload_tail(nlh), attrs->data, attrs->len);
	nlh->nlmsg_len += (uint32_t)attrs->len;
}

static void test_events(void **state)
{
	static const uint8_t spi[4] = { 0, 0, 1, 0 };
	struct bytes sel = { .len = 0 }, flow = { .len = 0 }, in = { .len = 0 }, out = { .len = 0 };
	struct sg_kevent ev;
	uint8_t buf[2048] = { 0 };

	(void)state;
	put_seed_sel(&sel);
	attr(&flow, SG_FLOW_MAP_NAME, "cisco", 6);
	u32(&flow, SG_FLOW_SEQ, 10);
	nest(&flow, SG_FLOW_SELECTOR, &sel);
	nest(&in, SG_ACQUIRE_FLOW, &flow);
	u32(&in, SG_ACQUIRE_IFINDEX, 4);
	u32(&in, SG_ACQUIRE_ADDR_LOCAL, be("10.10.10.1"));
	nest(&in, SG_ACQUIRE_PACKET, &sel);
	nest(&out, SG_A_ACQUIRE, &in);
	event_message(buf, SG_CMD_EV_ACQUIRE, &out);
	assert_int_equal(sg_wire_get_event((void *)buf, &ev), 0);
	assert_int_equal(ev.kind, SG_CMD_EV_ACQUIRE);
	assert_string_equal(ev.acquire.flow.map, "cisco");
	assert_int_equal(ev.acquire.ifindex, 4);
	assert_int_equal(ev.acquire.local.s_addr, be("10.10.10.1"));
	assert_int_equal(ev.acquire.flow.ace.icmp_type, -1);

	in.len = 0;
	u32(&in, SG_EXPIRE_ADDR_DST, be("10.10.10.2"));
	attr(&in, SG_EXPIRE_SPI, spi, 4);
	u8(&in, SG_EXPIRE_PROTO, 50);
	u8(&in, SG_EXPIRE_HARD, 1);
	u8(&in, SG_EXPIRE_REASON, SG_EXPIRE_BYTES);
	u8(&in, SG_EXPIRE_DIR, SG_DIR_OUT);
	u8(&in, SG_EXPIRE_USED, 1);
	out.len = 0;
	nest(&out, SG_A_EXPIRE, &in);
	event_message(buf, SG_CMD_EV_EXPIRE, &out);
	assert_int_equal(sg_wire_get_event((void *)buf, &ev), 0);
	assert_int_equal(ev.expire.id.spi, 256);
	assert_int_equal(ev.expire.id.dst.s_addr, be("10.10.10.2"));
	assert_true(ev.expire.hard);
	assert_true(ev.expire.used);
	assert_int_equal(ev.expire.reason, SG_EXPIRE_BYTES);
	assert_int_equal(ev.expire.dir, SG_DIR_OUT);

	in.len = 0;
	u32(&in, SG_PKT_ADDR_SRC, be("10.10.10.2"));
	u32(&in, SG_PKT_ADDR_DST, be("10.10.10.1"));
	u8(&in, SG_PKT_PROTO, 50);
	attr(&in, SG_PKT_SPI, spi, 4);
	u32(&in, SG_PKT_SEQ, 17);
	out.len = 0;
	nest(&out, SG_A_PKT, &in);
	event_message(buf, SG_CMD_EV_REPLAY, &out);
	assert_int_equal(sg_wire_get_event((void *)buf, &ev), 0);
	assert_int_equal(ev.packet.src.s_addr, be("10.10.10.2"));
	assert_int_equal(ev.packet.seq, 17);
	assert_int_equal(ev.packet.spi, 256);

	/* the nest of another event, no nest, an answer's command, no generic header */
	event_message(buf, SG_CMD_EV_ACQUIRE, &out);
	assert_int_equal(sg_wire_get_event((void *)buf, &ev), -EBADMSG);
	out.len = 0;
	event_message(buf, SG_CMD_EV_EXPIRE, &out);
	assert_int_equal(sg_wire_get_event((void *)buf, &ev), -EBADMSG);
	event_message(buf, SG_CMD_SA_GET, &out);
	assert_int_equal(sg_wire_get_event((void *)buf, &ev), -ENOMSG);
	((struct nlmsghdr *)buf)->nlmsg_len = NLMSG_HDRLEN + 3;
	assert_int_equal(sg_wire_get_event((void *)buf, &ev), -EBADMSG);
}

static void test_stats(void **state)
{
	struct bytes in = { .len = 0 }, out = { .len = 0 };
	uint64_t count[__SG_STAT_LAST];

	(void)state;
	u64(&in, SG_STAT_OUT_PACKETS, 776);
	u64(&in, SG_STAT_IN_ADDR_SRC, 3);
	u64(&in, __SG_STAT_LAST, 5);
	u64(&in, 4000, 5);
	nest(&out, SG_A_STATS, &in);
	assert_int_equal(sg_wire_get_stats(as_attr(&out), count), 0);
	assert_int_equal(count[SG_STAT_OUT_PACKETS], 776);
	assert_int_equal(count[SG_STAT_IN_ADDR_SRC], 3);
	assert_int_equal(count[SG_STAT_IN_REPLAY], 0);
	u32(&in, SG_STAT_IN_REPLAY, 1);
	out.len = 0;
	nest(&out, SG_A_STATS, &in);
	assert_int_equal(sg_wire_get_stats(as_attr(&out), count), -EBADMSG);
}

/* Without a module, and with one that cannot be used: requests fail, and say which it is. */
static void test_no_module(void **state)
{
	static const char why[] = "the loaded module speaks version 2 of the interface";
	struct sg_nl *nl = calloc(1, sizeof(*nl));

	(void)state;
	assert_non_null(nl);
	assert_int_equal(sg_nl_open(nl), 0);
	assert_int_equal(sg_nl_talk(nl, sg_nl_begin(nl, SG_CMD_STATS_GET), NULL, NULL), -ENOENT);
	assert_string_equal(nl->error, "the kernel module is not loaded");
	strcpy(nl->absent, why);
	assert_int_equal(sg_nl_talk(nl, sg_nl_begin(nl, SG_CMD_STATS_GET), NULL, NULL), -ENOENT);
	assert_string_equal(nl->error, why);
	sg_nl_close(nl);
	free(nl);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_put_sel),
		cmocka_unit_test(test_put_sa),
		cmocka_unit_test(test_put_room),
		cmocka_unit_test(test_get_sa),
		cmocka_unit_test(test_get_no_keys),
		cmocka_unit_test(test_get_broken),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_stats),
		cmocka_unit_test(test_no_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
