// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Selectors and access lists: what matches (tables of verdicts worked out by hand), what deny does,
 * and the compiled list against plain search over random maps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../kmod/acl.h"

#define IP(a, b, c, d)	((u32)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define HOST		0xffffffffu
#define NET24		0xffffff00u
#define ANY		0u
#define ICMP		1
#define TCP		6
#define UDP		17
#define GRE		47
#define LAST		65535
#define SNOT		SG_SEL_SPORT_NOT
#define DNOT		SG_SEL_DPORT_NOT
#define TYPE		SG_SEL_HAS_ICMP_TYPE
#define CODE		(SG_SEL_HAS_ICMP_TYPE | SG_SEL_HAS_ICMP_CODE)

/* Protocol, ports, flags and ICMP of a selector from host A's net to host B's net. */
#define A_NET	IP(172, 18, 124, 0)
#define B_NET	IP(20, 20, 20, 0)
#define A_HOST	IP(172, 18, 124, 1)
#define B_HOST	IP(20, 20, 20, 1)
#define BETWEEN(smin, smax, dmin, dmax, proto, flags, type, code) \
	{ A_NET, NET24, B_NET, NET24, smin, smax, dmin, dmax, proto, flags, type, code }

static u32 draw(u64 *seed)
{
	*seed = *seed * 6364136223846793005ull + 1442695040888963407ull;
	return *seed >> 33;
}

static struct sg_key tcp_key(u8 proto, u16 sport, u16 dport)
{
	return (struct sg_key){ .src = A_HOST, .dst = B_HOST, .proto = proto, .has_l4 = true,
				.sport = sport, .dport = dport };
}

static struct sg_key icmp_key(u8 type, u8 code)
{
	return (struct sg_key){ .src = A_HOST, .dst = B_HOST, .proto = ICMP, .has_l4 = true,
				.icmp_type = type, .icmp_code = code };
}

static void ports(void **state)
{
	static const struct {
		const char *what;
		u16 smin, smax, dmin, dmax;
		u8 proto, flags;
		u8 key_proto;
		u16 sport, dport;
		bool match;
	} cases[] = {
		{ "any port", 0, LAST, 0, LAST, TCP, 0, TCP, 0, LAST, true },
		{ "tcp is not udp", 0, LAST, 0, LAST, TCP, 0, UDP, 1, 1, false },
		{ "ip is udp too", 0, LAST, 0, LAST, 0, 0, UDP, 1, 1, true },
		{ "eq 80", 0, LAST, 80, 80, TCP, 0, TCP, 1024, 80, true },
		{ "eq 80, other", 0, LAST, 80, 80, TCP, 0, TCP, 1024, 81, false },
		{ "eq 80 is about the destination", 0, LAST, 80, 80, TCP, 0, TCP, 80, 1024, false },
		{ "source eq 53", 53, 53, 0, LAST, UDP, 0, UDP, 53, 9, true },
		{ "source eq 53, other", 53, 53, 0, LAST, UDP, 0, UDP, 54, 53, false },
		{ "eq 0", 0, LAST, 0, 0, TCP, 0, TCP, 1, 0, true },
		{ "eq 0, other", 0, LAST, 0, 0, TCP, 0, TCP, 0, 1, false },
		{ "lt 1024", 0, LAST, 0, 1023, TCP, 0, TCP, 1, 1023, true },
		{ "lt 1024, edge", 0, LAST, 0, 1023, TCP, 0, TCP, 1, 1024, false },
		{ "gt 1023", 0, LAST, 1024, LAST, TCP, 0, TCP, 1, 1024, true },
		{ "gt 1023, edge", 0, LAST, 1024, LAST, TCP, 0, TCP, 1, 1023, false },
		{ "range 20 21", 0, LAST, 20, 21, TCP, 0, TCP, 1, 20, true },
		{ "range 20 21, end", 0, LAST, 20, 21, TCP, 0, TCP, 1, 21, true },
		{ "range 20 21, below", 0, LAST, 20, 21, TCP, 0, TCP, 1, 19, false },
		{ "range 20 21, above", 0, LAST, 20, 21, TCP, 0, TCP, 1, 22, false },
		{ "neq 25", 0, LAST, 25, 25, TCP, DNOT, TCP, 1, 25, false },
		{ "neq 25, other", 0, LAST, 25, 25, TCP, DNOT, TCP, 25, 26, true },
		{ "neq 0", 0, LAST, 0, 0, TCP, DNOT, TCP, 1, 0, false },
		{ "neq 0, other", 0, LAST, 0, 0, TCP, DNOT, TCP, 1, 1, true },
		{ "neq 65535", 0, LAST, LAST, LAST, TCP, DNOT, TCP, 1, LAST, false },
		{ "neq 65535, other", 0, LAST, LAST, LAST, TCP, DNOT, TCP, 1, 65534, true },
		{ "source neq 25", 25, 25, 0, LAST, TCP, SNOT, TCP, 25, 1, false },
		{ "source neq 25, other", 25, 25, 0, LAST, TCP, SNOT, TCP, 24, 25, true },
		{ "not 10-20", 0, LAST, 10, 20, UDP, DNOT, UDP, 1, 15, false },
		{ "not 10-20, outside", 0, LAST, 10, 20, UDP, DNOT, UDP, 1, 21, true },
		{ "each port", 1, 9, 80, 80, TCP, 0, TCP, 9, 80, true },
		{ "each port, one wrong", 1, 9, 80, 80, TCP, 0, TCP, 10, 80, false },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct sg_selector sel = {
			A_NET, NET24, B_NET, NET24,
			cases[i].smin, cases[i].smax, cases[i].dmin, cases[i].dmax,
			cases[i].proto, cases[i].flags, 0, 0,
		};
		struct sg_key key = tcp_key(cases[i].key_proto, cases[i].sport, cases[i].dport);
		bool about_ports = cases[i].proto && (cases[i].smin || cases[i].smax != LAST ||
						      cases[i].dmin || cases[i].dmax != LAST);

		assert_int_equal(sg_selector_normalize(&sel), 0);
		if (sg_selector_match(&sel, &key) != cases[i].match)
			fail_msg("%s", cases[i].what);

		/*
		 * A later fragment has no ports, whoever says it has: only a selector without any
		 * can match it.
		 */
		key.fragment = true;
		if (sg_selector_match(&sel, &key) != (cases[i].match && !about_ports))
			fail_msg("%s: fragment that seems to have layer 4", cases[i].what);
		key.has_l4 = false;
		if (sg_selector_match(&sel, &key) != (cases[i].match && !about_ports))
			fail_msg("%s: fragment", cases[i].what);
		key.fragment = false;
		if (sg_selector_match(&sel, &key) != (cases[i].match && !about_ports))
			fail_msg("%s: cut short", cases[i].what);
	}
}

static void icmp(void **state)
{
	struct sg_selector any = BETWEEN(0, LAST, 0, LAST, ICMP, 0, 9, 9);
	struct sg_selector echo = BETWEEN(0, LAST, 0, LAST, ICMP, TYPE, 8, 0);
	struct sg_selector frag = BETWEEN(0, LAST, 0, LAST, ICMP, CODE, 3, 4);
	struct sg_selector reply = BETWEEN(0, LAST, 0, LAST, ICMP, TYPE, 0, 0);
	struct sg_key key;

	(void)state;
	assert_int_equal(sg_selector_normalize(&any), 0);
	assert_int_equal(sg_selector_normalize(&echo), 0);
	assert_int_equal(sg_selector_normalize(&frag), 0);
	assert_int_equal(sg_selector_normalize(&reply), 0);

	key = icmp_key(8, 0);
	assert_true(sg_selector_match(&any, &key));
	assert_true(sg_selector_match(&echo, &key));
	assert_false(sg_selector_match(&reply, &key));
	key = icmp_key(8, 7);
	assert_true(sg_selector_match(&echo, &key));
	key = icmp_key(0, 0);
	assert_true(sg_selector_match(&reply, &key));
	assert_false(sg_selector_match(&echo, &key));
	key = icmp_key(3, 4);
	assert_true(sg_selector_match(&frag, &key));
	key = icmp_key(3, 3);
	assert_false(sg_selector_match(&frag, &key));
	key = icmp_key(4, 4);
	assert_false(sg_selector_match(&frag, &key));
	key = icmp_key(8, 0);
	key.has_l4 = false;
	assert_true(sg_selector_match(&any, &key));
	assert_false(sg_selector_match(&echo, &key));
	key = tcp_key(GRE, 0, 0);
	assert_false(sg_selector_match(&any, &key));
}

static void masks(void **state)
{
	/* wildcard 0.0.255.0 and 0.0.0.254: any third byte; even hosts only */
	struct sg_selector odd = { IP(10, 1, 77, 5), 0xffff00ff, IP(9, 9, 9, 2), 0xffffff01,
				   0, LAST, 0, LAST, 0, 0, 0, 0 };
	struct sg_selector all = { IP(1, 2, 3, 4), ANY, IP(5, 6, 7, 8), ANY,
				   0, LAST, 0, LAST, 0, 0, 0, 0 };
	struct sg_key key = { .src = IP(10, 1, 200, 5), .dst = IP(9, 9, 9, 252), .proto = GRE };

	(void)state;
	assert_int_equal(sg_selector_normalize(&odd), 0);
	assert_int_equal(odd.src, IP(10, 1, 0, 5));
	assert_int_equal(odd.dst, IP(9, 9, 9, 0));
	assert_true(sg_selector_match(&odd, &key));
	key.dst = IP(9, 9, 9, 253);
	assert_false(sg_selector_match(&odd, &key));
	key.dst = IP(9, 9, 9, 0);
	assert_true(sg_selector_match(&odd, &key));
	key.src = IP(10, 1, 200, 6);
	assert_false(sg_selector_match(&odd, &key));
	assert_int_equal(sg_selector_normalize(&all), 0);
	assert_int_equal(all.src | all.dst, 0);
	assert_true(sg_selector_match(&all, &key));
}

static void normal_form(void **state)
{
	static const struct {
		const char *what;
		struct sg_selector in, out;
	} good[] = {
		{ "ip with zeros for ports", BETWEEN(0, 0, 0, 0, 0, 0, 0, 0),
		  BETWEEN(0, LAST, 0, LAST, 0, 0, 0, 0) },
		{ "icmp fields of tcp", BETWEEN(0, LAST, 80, 80, TCP, 0, 8, 1),
		  BETWEEN(0, LAST, 80, 80, TCP, 0, 0, 0) },
		{ "a code that is not asked for", BETWEEN(0, LAST, 0, LAST, ICMP, TYPE, 8, 5),
		  BETWEEN(0, LAST, 0, LAST, ICMP, TYPE, 8, 0) },
		{ "neq 0", BETWEEN(0, LAST, 0, 0, TCP, DNOT, 0, 0),
		  BETWEEN(0, LAST, 1, LAST, TCP, 0, 0, 0) },
		{ "neq 65535", BETWEEN(LAST, LAST, 0, LAST, UDP, SNOT, 0, 0),
		  BETWEEN(0, 65534, 0, LAST, UDP, 0, 0, 0) },
		{ "not lt 1024", BETWEEN(0, LAST, 0, 1023, TCP, DNOT, 0, 0),
		  BETWEEN(0, LAST, 1024, LAST, TCP, 0, 0, 0) },
		{ "neq 25 stays", BETWEEN(0, LAST, 25, 25, TCP, DNOT, 0, 0),
		  BETWEEN(0, LAST, 25, 25, TCP, DNOT, 0, 0) },
		{ "host bits", { A_HOST, NET24, B_HOST, NET24, 0, LAST, 0, LAST, 0, 0, 0, 0 },
		  BETWEEN(0, LAST, 0, LAST, 0, 0, 0, 0) },
	};
	static const struct {
		const char *what;
		struct sg_selector in;
	} bad[] = {
		{ "upside down", BETWEEN(0, LAST, 2, 1, TCP, 0, 0, 0) },
		{ "source upside down", BETWEEN(2, 1, 0, LAST, UDP, 0, 0, 0) },
		{ "nothing left", BETWEEN(0, LAST, 0, LAST, TCP, DNOT, 0, 0) },
		{ "ports of ip", BETWEEN(0, LAST, 80, 80, 0, 0, 0, 0) },
		{ "ports of gre", BETWEEN(1, LAST, 0, LAST, GRE, 0, 0, 0) },
		{ "neq of icmp", BETWEEN(0, LAST, 0, LAST, ICMP, DNOT, 0, 0) },
		{ "icmp type of tcp", BETWEEN(0, LAST, 0, LAST, TCP, TYPE, 8, 0) },
		{ "icmp type of ip", BETWEEN(0, LAST, 0, LAST, 0, TYPE, 8, 0) },
		{ "code without type",
		  BETWEEN(0, LAST, 0, LAST, ICMP, SG_SEL_HAS_ICMP_CODE, 0, 4) },
		{ "unknown flag", BETWEEN(0, LAST, 0, LAST, TCP, 0x10, 0, 0) },
	};
	struct sg_selector sel;
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		sel = good[i].in;
		if (sg_selector_normalize(&sel) || memcmp(&sel, &good[i].out, sizeof(sel)))
			fail_msg("%s", good[i].what);
		if (sg_selector_normalize(&sel) || memcmp(&sel, &good[i].out, sizeof(sel)))
			fail_msg("%s: again", good[i].what);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		sel = bad[i].in;
		if (sg_selector_normalize(&sel) != -EINVAL)
			fail_msg("%s", bad[i].what);
	}
}

static void swapped_keys(void **state)
{
	struct sg_selector sel = BETWEEN(0, LAST, 80, 80, TCP, 0, 0, 0);
	struct sg_key reply = { .src = B_HOST, .dst = A_HOST, .proto = TCP, .has_l4 = true,
				.sport = 80, .dport = 3000 };
	struct sg_key key = sg_key_swap(&reply);

	(void)state;
	assert_int_equal(sg_selector_normalize(&sel), 0);
	assert_false(sg_selector_match(&sel, &reply));
	assert_true(sg_selector_match(&sel, &key));
	assert_int_equal(key.src, A_HOST);
	assert_int_equal(key.dst, B_HOST);
	assert_int_equal(key.sport, 3000);
	assert_int_equal(key.dport, 80);
	assert_int_equal(key.proto, TCP);
	assert_true(key.has_l4);
	key = sg_key_swap(&key);
	assert_true(key.src == reply.src && key.dst == reply.dst && key.sport == reply.sport &&
		    key.dport == reply.dport);
	reply = icmp_key(3, 4);
	reply.fragment = true;
	key = sg_key_swap(&reply);
	assert_true(key.icmp_type == 3 && key.icmp_code == 4 && key.fragment);
}

/* Both ways of lookup. */
static u32 lookup(const struct sg_ace *aces, u32 count, const struct sg_key *key)
{
	struct sg_acl *acl = sg_acl_compile(aces, count);
	u32 found;

	assert_non_null(acl);
	found = sg_acl_lookup(acl, key);
	assert_int_equal(sg_acl_lookup_linear(aces, count, key), found);
	sg_acl_free(acl);
	return found;
}

static struct sg_ace ace(bool permit, u32 entry, u32 src, u32 src_mask, u32 dst, u32 dst_mask,
			 u8 proto, u16 dmin, u16 dmax)
{
	struct sg_ace made = {
		.sel = { src, src_mask, dst, dst_mask, 0, LAST, dmin, dmax, proto, 0, 0, 0 },
		.entry = entry,
		.permit = permit,
	};

	assert_int_equal(sg_selector_normalize(&made.sel), 0);
	return made;
}

#define PERMIT	true
#define DENY	false

/*
 * entry 0: deny A-host to B-host; permit A-net to B-net; deny it again (never reached)
 * entry 1: permit tcp from A-host to B-host, ports 80; deny all tcp
 * entry 2: deny udp; deny A-host to B-host ports 443; permit A-host to any
 */
static void deny_goes_on(void **state)
{
	struct sg_ace aces[] = {
		ace(DENY, 0, A_HOST, HOST, B_HOST, HOST, 0, 0, LAST),
		ace(PERMIT, 0, A_NET, NET24, B_NET, NET24, 0, 0, LAST),
		ace(DENY, 0, A_NET, NET24, B_NET, NET24, 0, 0, LAST),
		ace(PERMIT, 1, A_HOST, HOST, B_HOST, HOST, TCP, 80, 80),
		ace(DENY, 1, 0, ANY, 0, ANY, TCP, 0, LAST),
		ace(DENY, 2, 0, ANY, 0, ANY, UDP, 0, LAST),
		ace(DENY, 2, A_HOST, HOST, B_HOST, HOST, TCP, 443, 443),
		ace(PERMIT, 2, A_HOST, HOST, 0, ANY, 0, 0, LAST),
	};
	struct sg_key key = tcp_key(TCP, 5, 80);

	(void)state;
	/* denied by 0, permitted by 1 */
	assert_int_equal(lookup(aces, ARRAY_SIZE(aces), &key), 3);
	/* denied by 0 and 1, permitted by the last of 2 */
	key.dport = 81;
	assert_int_equal(lookup(aces, ARRAY_SIZE(aces), &key), 7);
	/* denied by all three */
	key.dport = 443;
	assert_int_equal(lookup(aces, ARRAY_SIZE(aces), &key), SG_ACL_NONE);
	key.proto = UDP;
	assert_int_equal(lookup(aces, ARRAY_SIZE(aces), &key), SG_ACL_NONE);
	/* another host of the net: entry 0 at once, its second line */
	key.src = A_HOST + 1;
	assert_int_equal(lookup(aces, ARRAY_SIZE(aces), &key), 1);
	/* the line that is hidden by another does nothing */
	key.src = A_HOST;
	key.proto = GRE;
	assert_int_equal(lookup(aces, ARRAY_SIZE(aces), &key), 7);
	/* a later fragment of the web flow: no port, so entry 1 denies it and 2 permits it */
	key.proto = TCP;
	key.has_l4 = false;
	key.fragment = true;
	assert_int_equal(lookup(aces, ARRAY_SIZE(aces), &key), 7);
	/* nobody speaks of this */
	key.src = IP(8, 8, 8, 8);
	assert_int_equal(lookup(aces, ARRAY_SIZE(aces), &key), SG_ACL_NONE);
}

static void order_decides(void **state)
{
	struct sg_key key = tcp_key(TCP, 5, 80);
	struct sg_ace wide = ace(PERMIT, 0, 0, ANY, 0, ANY, 0, 0, LAST);
	struct sg_ace deny = ace(DENY, 0, A_HOST, HOST, B_HOST, HOST, TCP, 80, 80);
	struct sg_ace first[] = { wide, deny };
	struct sg_ace second[] = { deny, wide };
	struct sg_ace twice[] = { wide, wide, wide };

	(void)state;
	assert_int_equal(lookup(first, 2, &key), 0);
	assert_int_equal(lookup(second, 2, &key), SG_ACL_NONE);
	second[1].entry = 1;
	assert_int_equal(lookup(second, 2, &key), 1);
	assert_int_equal(lookup(twice, 3, &key), 0);
	assert_int_equal(lookup(NULL, 0, &key), SG_ACL_NONE);
	sg_acl_free(NULL);
}

/* A thousand entries whose denies all meet the packet, and one permit at the end. */
static void many_denies(void **state)
{
	static struct sg_ace aces[2001];
	struct sg_key key = tcp_key(TCP, 5, 80);
	u32 i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		aces[2 * i] = ace(DENY, i, A_NET, NET24, B_NET, NET24, 0, 0, LAST);
		aces[2 * i + 1] = ace(PERMIT, i, 0, ANY, 0, ANY, 0, 0, LAST);
	}
	aces[2000] = ace(PERMIT, 1000, A_NET, NET24, B_NET, NET24, TCP, 80, 80);
	assert_int_equal(lookup(aces, 2001, &key), 2000);
	key.dport = 81;
	assert_int_equal(lookup(aces, 2001, &key), SG_ACL_NONE);
}

/*
 * Random maps out of a small world, so that much overlaps: few nets, few ports, masks with holes.
 */
static u32 some_address(u64 *seed)
{
	static const u32 nets[] = { IP(10, 0, 0, 0), IP(10, 0, 1, 0), IP(10, 1, 0, 0),
				    IP(192, 168, 7, 0) };

	return nets[draw(seed) % ARRAY_SIZE(nets)] + draw(seed) % 4;
}

static u32 some_mask(u64 *seed)
{
	static const u32 some[] = { HOST, HOST, NET24, NET24, 0xffff0000, 0xffffff01, 0xff00ff03,
				    ANY };

	return some[draw(seed) % ARRAY_SIZE(some)];
}

static void some_range(u64 *seed, u16 *min, u16 *max)
{
	static const u16 ends[] = { 0, 1, 2, 3, 4, 65534, LAST };
	u16 a = ends[draw(seed) % ARRAY_SIZE(ends)];
	u16 b = ends[draw(seed) % ARRAY_SIZE(ends)];

	switch (draw(seed) % 3) {
	case 0:
		*min = 0;
		*max = LAST;
		break;
	case 1:
		*min = a;
		*max = a;
		break;
	default:
		*min = a < b ? a : b;
		*max = a < b ? b : a;
		break;
	}
}

static struct sg_selector some_selector(u64 *seed)
{
	static const u8 protos[] = { 0, TCP, TCP, UDP, ICMP, GRE };
	struct sg_selector sel = { 0 };

	do {
		sel.src = some_address(seed);
		sel.src_mask = some_mask(seed);
		sel.dst = some_address(seed);
		sel.dst_mask = some_mask(seed);
		sel.proto = protos[draw(seed) % ARRAY_SIZE(protos)];
		sel.flags = 0;
		sel.sport_min = 0;
		sel.sport_max = LAST;
		sel.dport_min = 0;
		sel.dport_max = LAST;
		if (sel.proto == TCP || sel.proto == UDP) {
			some_range(seed, &sel.sport_min, &sel.sport_max);
			some_range(seed, &sel.dport_min, &sel.dport_max);
			sel.flags = draw(seed) % 5 ? 0 : draw(seed) & (SNOT | DNOT);
		} else if (sel.proto == ICMP) {
			sel.flags = draw(seed) % 3 == 0 ? TYPE : draw(seed) % 2 ? CODE : 0;
			sel.icmp_type = draw(seed) % 3;
			sel.icmp_code = draw(seed) % 3;
		}
	} while (sg_selector_normalize(&sel));
	return sel;
}

static struct sg_key some_key(u64 *seed)
{
	static const u8 protos[] = { TCP, TCP, UDP, ICMP, GRE, 0 };
	static const u16 some_ports[] = { 0, 1, 2, 3, 4, 5, 65534, LAST };
	struct sg_key key = { .src = some_address(seed), .dst = some_address(seed) };

	key.proto = protos[draw(seed) % ARRAY_SIZE(protos)];
	key.fragment = draw(seed) % 8 == 0;
	key.has_l4 = !key.fragment && draw(seed) % 16;
	/* What was not read may hold anything, and must not be looked at. */
	key.sport = some_ports[draw(seed) % ARRAY_SIZE(some_ports)];
	key.dport = some_ports[draw(seed) % ARRAY_SIZE(some_ports)];
	key.icmp_type = draw(seed) % 3;
	key.icmp_code = draw(seed) % 3;
	return key;
}

static void random_maps(void **state)
{
	static struct sg_ace aces[400];
	u32 round, count, i, k, found, want, none = 0, late = 0;
	u64 seed = 2401;

	(void)state;
	for (round = 0; round < 600; round++) {
		u32 entry = 0, permits = 1 + draw(&seed) % 9;
		struct sg_acl *acl;

		count = draw(&seed) % (round % 10 ? 40 : 400);
		for (i = 0; i < count; i++) {
			/* not every number need be in use */
			if (draw(&seed) % 4 == 0)
				entry += 1 + draw(&seed) % 2;
			aces[i].sel = i && draw(&seed) % 6 == 0 ? aces[draw(&seed) % i].sel :
								   some_selector(&seed);
			aces[i].permit = draw(&seed) % 10 < permits;
			aces[i].entry = entry;
		}
		acl = sg_acl_compile(aces, count);
		assert_non_null(acl);
		for (k = 0; k < 400; k++) {
			struct sg_key key = some_key(&seed);

			if (k % 2)
				key = sg_key_swap(&key);
			want = sg_acl_lookup_linear(aces, count, &key);
			found = sg_acl_lookup(acl, &key);
			if (found != want)
				fail_msg("map %u key %u: %u is not %u", round, k, found, want);
			none += found == SG_ACL_NONE;
			late += found != SG_ACL_NONE && found > 4;
		}
		sg_acl_free(acl);
	}
	/* the world is not so small that every packet ends alike */
	assert_true(none > 10000 && late > 10000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports),
		cmocka_unit_test(icmp),
		cmocka_unit_test(masks),
		cmocka_unit_test(normal_form),
		cmocka_unit_test(swapped_keys),
		cmocka_unit_test(deny_goes_on),
		cmocka_unit_test(order_decides),
		cmocka_unit_test(many_denies),
		cmocka_unit_test(random_maps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
