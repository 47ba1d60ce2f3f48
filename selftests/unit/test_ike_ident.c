// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proxies and identities: ID payloads read and written, access-list lines turned into proxies,
 * subsets and equality over hosts, subnets, ranges and masks that are no prefix.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../agent/ike/ident.h"
#include "hex.h"

static struct in_addr addr(const char *text)
{
	struct in_addr a;

	assert_int_equal(inet_pton(AF_INET, text, &a), 1);
	return a;
}

static int read_id(struct sg_proxy *p, uint8_t type, uint8_t proto, uint16_t port, const char *data)
{
	static uint8_t bytes[64];
	struct sg_id id = { .type = type, .proto = proto, .port = port };

	id.data = SG_CHUNK(bytes, hex(data, bytes, sizeof(bytes)));
	return sg_proxy_from_id(p, &id);
}

static struct sg_proxy id(uint8_t type, uint8_t proto, uint16_t port, const char *data)
{
	struct sg_proxy p;

	assert_int_equal(read_id(&p, type, proto, port, data), 0);
	return p;
}

#define HOST(data) id(IKE_ID_IPV4_ADDR, 0, 0, data)
#define NET(data) id(IKE_ID_IPV4_ADDR_SUBNET, 0, 0, data)
#define RANGE(data) id(IKE_ID_IPV4_ADDR_RANGE, 0, 0, data)

/* The seed's line: permit ip 172.18.124.0 0.0.0.255 20.20.20.0 0.0.0.255 */
static struct sg_acl_ace ace(void)
{
	return (struct sg_acl_ace){
		.permit = true, .src = addr("172.18.124.0"), .src_wild = addr("0.0.0.255"),
		.dst = addr("20.20.20.0"), .dst_wild = addr("0.0.0.255"),
		.sport_max = 65535, .dport_max = 65535, .icmp_type = -1, .icmp_code = -1,
	};
}

static void decode(void **state)
{
	char text[SG_PROXY_TEXT];
	struct sg_proxy p;

	(void)state;
	p = NET("ac127c00 ffffff00");
	sg_proxy_print(&p, text);
	assert_string_equal(text, "172.18.124.0/255.255.255.0/0/0 (type=4)");
	p = id(IKE_ID_IPV4_ADDR, 6, 80, "0a000001");
	sg_proxy_print(&p, text);
	assert_string_equal(text, "10.0.0.1/255.255.255.255/6/80 (type=1)");
	p = RANGE("0a000001 0a000009");
	sg_proxy_print(&p, text);
	assert_string_equal(text, "10.0.0.1/10.0.0.9/0/0 (type=7)");
	p = NET("ac127c63 ffffff00");		/* host bits say nothing */
	sg_proxy_print(&p, text);
	assert_string_equal(text, "172.18.124.0/255.255.255.0/0/0 (type=4)");
	p = NET("00000000 00000000");
	sg_proxy_print(&p, text);
	assert_string_equal(text, "0.0.0.0/0.0.0.0/0/0 (type=4)");

	assert_int_equal(read_id(&p, 1, 0, 0, "0a0000"), -EINVAL);
	assert_int_equal(read_id(&p, 1, 0, 0, "0a000001 00"), -EINVAL);
	assert_int_equal(read_id(&p, 1, 0, 0, ""), -EINVAL);
	assert_int_equal(read_id(&p, 4, 0, 0, "0a000001"), -EINVAL);
	assert_int_equal(read_id(&p, 7, 0, 0, "0a000001 0a0000"), -EINVAL);
	assert_int_equal(read_id(&p, 7, 0, 0, "0a000009 0a000001"), -EINVAL);
	assert_int_equal(read_id(&p, 1, 0, 80, "0a000001"), -EINVAL);
	assert_int_equal(read_id(&p, 1, 1, 8, "0a000001"), -EINVAL);
	for (unsigned int type = 0; type < 256; type++)
		if (type != 1 && type != 4 && type != 7)
			assert_int_equal(read_id(&p, (uint8_t)type, 0, 0, "0a000001 0a000002"),
					 -EAFNOSUPPORT);
}

static void encode(void **state)
{
	static const struct sg_ike_header header;
	struct sg_proxy local, remote;
	struct sg_acl_ace a = ace();
	struct sg_writer w;
	uint8_t want[64];
	uint8_t buf[128];

	(void)state;
	sg_proxy_from_ace(&a, &local, &remote);
	sg_writer_message(&w, buf, sizeof(buf), &header);
	sg_proxy_put(&w, &local);
	sg_proxy_put(&w, &remote);
	assert_int_equal(sg_writer_finish(&w, 0), 28 + 32);
	assert_int_equal(hex("05000010 04000000 ac127c00 ffffff00 00000010 04000000 14141400"
			     "ffffff00", want, sizeof(want)), 32);
	assert_memory_equal(buf + 28, want, 32);

	a.src_wild = addr("0.0.0.0");
	a.proto = 6;
	a.sport_min = 23;
	a.sport_max = 23;
	sg_proxy_from_ace(&a, &local, &remote);
	remote = RANGE("0a000001 0a000009");
	sg_writer_message(&w, buf, sizeof(buf), &header);
	sg_proxy_put(&w, &local);
	sg_proxy_put(&w, &remote);
	assert_int_equal(hex("0500000c 01060017 ac127c00 00000010 07000000 0a000001 0a000009",
			     want, sizeof(want)), 28);
	assert_memory_equal(buf + 28, want, 28);
}

static void from_ace(void **state)
{
	struct sg_proxy local, remote;
	struct sg_acl_ace a = ace();

	(void)state;
	a.proto = 17;
	a.dport_min = 53;
	a.dport_max = 53;
	sg_proxy_from_ace(&a, &local, &remote);
	assert_int_equal(local.proto, 17);
	assert_int_equal(local.port, 0);
	assert_int_equal(remote.port, 53);
	/* What an ID has no words for is asked for as any. */
	a.dport_not = true;
	sg_proxy_from_ace(&a, &local, &remote);
	assert_int_equal(remote.port, 0);
	a.dport_not = false;
	a.dport_max = 54;
	sg_proxy_from_ace(&a, &local, &remote);
	assert_int_equal(remote.port, 0);
	a.dport_min = 0;
	a.dport_max = 0;
	sg_proxy_from_ace(&a, &local, &remote);
	assert_int_equal(remote.port, 0);
	a = ace();
	a.proto = 1;
	a.icmp_type = 8;
	sg_proxy_from_ace(&a, &local, &remote);
	assert_int_equal(local.proto, 1);
	assert_int_equal(remote.port, 0);
}

static void equality(void **state)
{
	struct sg_proxy net = NET("0a000000 ffffff00"), host = HOST("0a000007");
	struct sg_proxy range = RANGE("0a000000 0a0000ff"), one = RANGE("0a000007 0a000007");
	struct sg_proxy net32 = NET("0a000007 ffffffff"), odd = NET("0a000001 ff0000ff");
	struct sg_proxy odd2 = NET("0a000001 ff00ff0f"), tcp = id(1, 6, 0, "0a000007");

	(void)state;
	assert_true(sg_proxy_equal(&net, &range));
	assert_true(sg_proxy_equal(&host, &one));
	assert_true(sg_proxy_equal(&host, &net32));
	assert_true(sg_proxy_equal(&odd, &odd));
	assert_false(sg_proxy_equal(&odd, &odd2));
	assert_false(sg_proxy_equal(&net, &host));
	assert_false(sg_proxy_equal(&host, &tcp));
	one = RANGE("0a000001 0a0000ff");
	assert_false(sg_proxy_equal(&net, &one));
}

static void subsets(void **state)
{
	struct sg_proxy any = NET("00000000 00000000"), net = NET("0a000000 ffffff00");
	struct sg_proxy half = NET("0a000080 ffffff80"), host = HOST("0a000007");
	struct sg_proxy range = RANGE("0a000005 0a000010"), beyond = RANGE("0a0000f0 0a000105");
	struct sg_proxy odd = NET("0a000001 ff0000ff");	/* 10.*.*.1 */
	struct sg_proxy dot1 = HOST("0a010201"), dot2 = HOST("0a010202");
	struct sg_proxy one = RANGE("0a010201 0a010201"), odder = NET("0a010001 ffff00ff");
	struct sg_proxy net0 = NET("0a000001 ffff00ff");	/* 10.0.*.1 */
	struct sg_proxy tcp = id(4, 6, 0, "0a000000 ffffff00"), http = id(1, 6, 80, "0a000007");

	(void)state;
	assert_true(sg_proxy_within(&net, &any));
	assert_true(sg_proxy_within(&any, &any));
	assert_false(sg_proxy_within(&any, &net));
	assert_true(sg_proxy_within(&half, &net));
	assert_false(sg_proxy_within(&net, &half));
	assert_true(sg_proxy_within(&host, &net));
	assert_true(sg_proxy_within(&host, &range));
	assert_true(sg_proxy_within(&range, &net));
	assert_false(sg_proxy_within(&beyond, &net));
	assert_false(sg_proxy_within(&net, &range));
	assert_true(sg_proxy_within(&dot1, &odd));
	assert_false(sg_proxy_within(&dot2, &odd));
	assert_true(sg_proxy_within(&one, &odd));
	assert_false(sg_proxy_within(&range, &odd));
	assert_true(sg_proxy_within(&odder, &odd));
	assert_false(sg_proxy_within(&odd, &odder));
	assert_false(sg_proxy_within(&odd, &net0));
	assert_true(sg_proxy_within(&net0, &odd));
	assert_true(sg_proxy_within(&odd, &any));
	assert_false(sg_proxy_within(&odd, &net));
	assert_true(sg_proxy_within(&tcp, &net));
	assert_false(sg_proxy_within(&net, &tcp));
	assert_true(sg_proxy_within(&http, &tcp));
	assert_false(sg_proxy_within(&tcp, &http));
}

static void match_ace(void **state)
{
	struct sg_proxy local = NET("ac127c00 ffffff00"), remote = NET("14141400 ffffff00");
	struct sg_proxy host = HOST("ac127c01"), range = RANGE("ac127c00 ac127cff");
	struct sg_proxy wide = NET("ac120000 ffff0000"), tcp_l, tcp_r;
	struct sg_acl_ace a = ace();
	bool exact = false;

	(void)state;
	assert_true(sg_proxies_match_ace(&local, &remote, &a, &exact));
	assert_true(exact);
	assert_true(sg_proxies_match_ace(&range, &remote, &a, &exact));
	assert_true(exact);
	assert_true(sg_proxies_match_ace(&host, &remote, &a, &exact));
	assert_false(exact);
	assert_true(sg_proxies_match_ace(&host, &remote, &a, NULL));
	assert_false(sg_proxies_match_ace(&wide, &remote, &a, &exact));
	assert_false(sg_proxies_match_ace(&remote, &local, &a, &exact));
	a.permit = false;
	assert_false(sg_proxies_match_ace(&local, &remote, &a, &exact));

	a = ace();
	tcp_l = id(4, 6, 0, "ac127c00 ffffff00");
	tcp_r = id(4, 6, 23, "14141400 ffffff00");
	assert_true(sg_proxies_match_ace(&tcp_l, &tcp_r, &a, &exact));
	assert_false(exact);
	assert_false(sg_proxies_match_ace(&tcp_l, &remote, &a, &exact));	/* 6 and 0 */
	a.proto = 6;
	assert_true(sg_proxies_match_ace(&tcp_l, &tcp_r, &a, &exact));
	assert_false(sg_proxies_match_ace(&local, &remote, &a, &exact));
	a.dport_min = 23;
	a.dport_max = 23;
	assert_true(sg_proxies_match_ace(&tcp_l, &tcp_r, &a, &exact));
	assert_true(exact);
	a.dport_min = 20;
	a.dport_max = 30;
	assert_true(sg_proxies_match_ace(&tcp_l, &tcp_r, &a, &exact));
	assert_false(exact);
	a.dport_not = true;
	assert_false(sg_proxies_match_ace(&tcp_l, &tcp_r, &a, &exact));
	tcp_r.port = 31;
	assert_true(sg_proxies_match_ace(&tcp_l, &tcp_r, &a, &exact));
	/* Any is how a range and neq are asked for, and more than one port is. */
	tcp_r.port = 0;
	assert_true(sg_proxies_match_ace(&tcp_l, &tcp_r, &a, &exact));
	assert_true(exact);
	a.dport_not = false;
	assert_true(sg_proxies_match_ace(&tcp_l, &tcp_r, &a, &exact));
	assert_true(exact);
	a.dport_max = a.dport_min;
	assert_false(sg_proxies_match_ace(&tcp_l, &tcp_r, &a, &exact));
	a.proto = 17;
	assert_false(sg_proxies_match_ace(&tcp_l, &tcp_r, &a, &exact));

	a = ace();
	a.proto = 1;
	tcp_l.proto = 1;
	tcp_r.proto = 1;
	tcp_r.port = 0;
	assert_true(sg_proxies_match_ace(&tcp_l, &tcp_r, &a, &exact));
	a.icmp_type = 8;
	assert_true(sg_proxies_match_ace(&tcp_l, &tcp_r, &a, &exact));
	assert_true(exact);
}

static void selectors(void **state)
{
	struct sg_proxy local = NET("ac127c00 ffffff00"), remote = HOST("14141401");
	struct sg_proxy aligned = RANGE("0a000010 0a00001f"), crooked = RANGE("0a000001 0a000002");
	struct sg_proxy any = RANGE("00000000 ffffffff"), shifted = RANGE("0a000008 0a000017");
	struct sg_proxy tcp_l = id(1, 6, 1024, "0a000001"), tcp_r = id(1, 6, 80, "0a000002");
	struct sg_acl_ace a = ace();
	struct sg_ksel sel;

	(void)state;
	assert_int_equal(sg_proxies_to_sel(&local, &remote, &a, &sel), 0);
	assert_int_equal(sel.src.s_addr, addr("172.18.124.0").s_addr);
	assert_int_equal(sel.src_mask.s_addr, addr("255.255.255.0").s_addr);
	assert_int_equal(sel.dst.s_addr, addr("20.20.20.1").s_addr);
	assert_int_equal(sel.dst_mask.s_addr, addr("255.255.255.255").s_addr);
	assert_int_equal(sel.proto, 0);
	assert_int_equal(sel.sport_min, 0);
	assert_int_equal(sel.sport_max, 65535);
	assert_int_equal(sel.icmp_type, -1);
	assert_false(sel.sport_not || sel.dport_not);
	assert_int_equal(sg_proxies_to_sel(&aligned, &any, &a, &sel), 0);
	assert_int_equal(sel.src_mask.s_addr, addr("255.255.255.240").s_addr);
	assert_int_equal(sel.dst_mask.s_addr, 0);
	assert_int_equal(sg_proxies_to_sel(&crooked, &remote, &a, &sel), -EOPNOTSUPP);
	assert_int_equal(sg_proxies_to_sel(&remote, &shifted, &a, &sel), -EOPNOTSUPP);
	assert_int_equal(sg_proxies_to_sel(&tcp_l, &tcp_r, &a, &sel), 0);
	assert_int_equal(sel.proto, 6);
	assert_int_equal(sel.sport_min, 1024);
	assert_int_equal(sel.sport_max, 1024);
	assert_int_equal(sel.dport_min, 80);
	assert_int_equal(sel.dport_max, 80);
	assert_int_equal(sg_proxies_to_sel(&tcp_l, &remote, &a, &sel), -EINVAL);
	sg_proxy_host(&local, addr("10.10.10.1"));
	assert_int_equal(sg_proxies_to_sel(&local, &remote, &a, &sel), 0);
	assert_int_equal(sel.src.s_addr, addr("10.10.10.1").s_addr);
	assert_int_equal(sel.src_mask.s_addr, UINT32_MAX);

	/* "Any" carries no more than the line. */
	tcp_l.port = 0;
	tcp_r.port = 0;
	a.proto = 6;
	a.sport_min = 1024;
	a.dport_min = 25;
	a.dport_max = 25;
	a.dport_not = true;
	assert_int_equal(sg_proxies_to_sel(&tcp_l, &tcp_r, &a, &sel), 0);
	assert_int_equal(sel.sport_min, 1024);
	assert_int_equal(sel.sport_max, 65535);
	assert_int_equal(sel.dport_min, 25);
	assert_int_equal(sel.dport_max, 25);
	assert_true(sel.dport_not);
	assert_false(sel.sport_not);
	a = ace();
	a.proto = 1;
	a.icmp_type = 8;
	tcp_l.proto = 1;
	tcp_r.proto = 1;
	assert_int_equal(sg_proxies_to_sel(&tcp_l, &tcp_r, &a, &sel), 0);
	assert_int_equal(sel.icmp_type, 8);
	assert_int_equal(sel.icmp_code, -1);
}

static void phase1_ids(void **state)
{
	static const struct {
		uint8_t proto;
		uint16_t port;
		bool ok;
	} ports[] = {
		{ 0, 0, true }, { 17, 500, true }, { 17, 0, true }, { 17, 4500, true },
		{ 0, 500, false }, { 6, 500, false }, { 17, 501, false }, { 6, 0, false },
	};
	struct sg_id i = { .type = IKE_ID_IPV4_ADDR, .data = SG_CHUNK("\x0a\x0a\x0a\x02", 4) };
	char text[SG_ID_TEXT], longest[400];

	(void)state;
	for (size_t k = 0; k < sizeof(ports) / sizeof(ports[0]); k++) {
		i.proto = ports[k].proto;
		i.port = ports[k].port;
		assert_int_equal(sg_id_ports_ok(&i), ports[k].ok);
	}
	sg_id_print(&i, text);
	assert_string_equal(text, "10.10.10.2");
	assert_true(sg_id_is_addr(&i, addr("10.10.10.2")));
	assert_false(sg_id_is_addr(&i, addr("10.10.10.3")));
	i.data.len = 3;
	sg_id_print(&i, text);
	assert_string_equal(text, "ID_IPV4_ADDR (type 1, 3 bytes)");
	assert_false(sg_id_is_addr(&i, addr("10.10.10.2")));
	i = (struct sg_id){ .type = IKE_ID_FQDN, .data = SG_CHUNK("r2.example\n\x1b\xff!", 14) };
	sg_id_print(&i, text);
	assert_string_equal(text, "r2.example...!");
	assert_false(sg_id_is_addr(&i, addr("10.10.10.2")));
	memset(longest, 'x', sizeof(longest));
	i.data = SG_CHUNK(longest, sizeof(longest));
	sg_id_print(&i, text);
	assert_int_equal(strlen(text), SG_ID_TEXT - 1);
	i.type = IKE_ID_DER_ASN1_DN;
	sg_id_print(&i, text);
	assert_string_equal(text, "ID_DER_ASN1_DN (type 9, 400 bytes)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decode),
		cmocka_unit_test(encode),
		cmocka_unit_test(from_ace),
		cmocka_unit_test(equality),
		cmocka_unit_test(subsets),
		cmocka_unit_test(match_ace),
		cmocka_unit_test(selectors),
		cmocka_unit_test(phase1_ids),
	};

	return cmocka_run_group_tests_name("ike_ident", tests, NULL, NULL);
}
