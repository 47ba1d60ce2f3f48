// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The data of `show ipsec-sa`: how bindings, entries, flows and SAs are joined. The kernel is a
 * small one of this file, with numbers that no other place has; the expected JSON was written by
 * hand from docs/control.md.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../../agent/control/show.h"
#include "../../agent/ike/ike.h"
#include "../../agent/kernel/ksel.h"

#define SAS 6

/* The kernel's content. */
static struct {
	struct sg_ksa sa[SAS];
	size_t sa_count;
	struct sg_kace ace[3];
	struct sg_kentry entry;
	struct sg_kbind bind[2];
	size_t bind_count;
	uint8_t flow_state;
	int err;
} world;

static struct in_addr ip(const char *text)
{
	struct in_addr a;

	assert_int_equal(inet_pton(AF_INET, text, &a), 1);
	return a;
}

static int sa_walk(struct sg_kernel *k, int (*cb)(const struct sg_ksa *sa, void *ctx), void *ctx)
{
	size_t i;
	int err = world.err;

	(void)k;
	for (i = 0; !err && i < world.sa_count; i++)
		err = cb(&world.sa[i], ctx);
	return err;
}

static int map_walk(struct sg_kernel *k, const char *name,
		    int (*cb)(const char *map, const struct sg_kentry *entry, void *ctx), void *ctx)
{
	(void)k;
	(void)name;
	return cb("cisco", &world.entry, ctx);
}

static int bind_walk(struct sg_kernel *k, int (*cb)(const struct sg_kbind *bind, void *ctx),
		     void *ctx)
{
	size_t i;
	int err = 0;

	(void)k;
	for (i = 0; !err && i < world.bind_count; i++)
		err = cb(&world.bind[i], ctx);
	return err;
}

static int flow_walk(struct sg_kernel *k, int (*cb)(const struct sg_kflow *flow, uint8_t state,
						    uint32_t held, void *ctx), void *ctx)
{
	struct sg_kflow flow = { .map = "cisco", .seq = 10, .ace = world.ace[1].sel };

	(void)k;
	return cb(&flow, world.flow_state, 4, ctx);
}

static const struct sg_kernel_ops ops = {
	.sa_walk = sa_walk,
	.map_walk = map_walk,
	.bind_walk = bind_walk,
	.flow_walk = flow_walk,
};

static struct sg_kernel kernel = { &ops };

static struct sg_ksel sel(const char *src, const char *dst)
{
	struct sg_ksel s = sg_ksel_any();

	s.src = ip(src);
	s.dst = ip(dst);
	s.src_mask = ip("255.255.255.0");
	s.dst_mask = ip("255.255.255.0");
	return s;
}

static struct sg_ksa *add_sa(uint8_t dir, uint32_t spi, uint32_t number)
{
	struct sg_ksa *sa = &world.sa[world.sa_count++];

	memset(sa, 0, sizeof(*sa));
	sa->id.spi = spi;
	sa->id.proto = 50;
	sa->id.dst = ip(dir == SG_DIR_IN ? "127.0.0.1" : "127.0.0.2");
	sa->src = ip(dir == SG_DIR_IN ? "127.0.0.2" : "127.0.0.1");
	sa->dir = dir;
	sa->mode = SG_MODE_TUNNEL;
	sa->cipher = SG_CIPHER_SEAL;
	sa->auth = SG_AUTH_HMAC_SHA1_96;
	sa->replay_window = 64;
	sa->proxy = world.ace[1].sel;
	strcpy(sa->flow.map, "cisco");
	sa->flow.seq = 10;
	sa->flow.ace = world.ace[1].sel;
	sa->hard_seconds = 3600;
	sa->age_seconds = 218;
	sa->hard_bytes = 4608000ull * 1024;
	sa->bytes = 1000 * 1024;
	sa->packets = number * 100;
	sa->packet_bytes = number * 1000;
	sa->state = SG_SA_VALID;
	sa->number = number;
	return sa;
}

static int setup(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	world.ace[0].sel = sel("172.18.124.0", "20.20.21.0");
	world.ace[1].sel = sel("172.18.124.0", "20.20.20.0");
	world.ace[1].permit = true;
	world.entry = (struct sg_kentry){
		.seq = 10, .aces = world.ace, .ace_count = 2,
		.out_packets = 776, .out_bytes = 77600,
		.in_packets = 775, .in_bytes = 77500, .send_errors = 3, .recv_errors = 4,
	};
	world.bind[0] = (struct sg_kbind){ .ifindex = 1, .map = "cisco", .local = ip("127.0.0.1") };
	world.bind_count = 1;
	world.flow_state = SG_FLOW_UP;
	return 0;
}

static json_t *show(struct sg_links *links)
{
	struct sg_show_env env = { .kernel = &kernel, .links = links };
	json_t *data;

	assert_int_equal(sg_show_ipsec_sa(&env, &data), 0);
	return data;
}

static json_t *item(json_t *o, const char *list, size_t i)
{
	return json_array_get(json_object_get(o, list), i);
}

static json_t *at(json_t *data, size_t interface, size_t flow)
{
	return item(item(data, "interfaces", interface), "flows", flow);
}

static size_t flows(json_t *data, size_t interface)
{
	return json_array_size(json_object_get(item(data, "interfaces", interface), "flows"));
}

static json_int_t number(json_t *o, const char *name)
{
	assert_true(json_is_integer(json_object_get(o, name)));
	return json_integer_value(json_object_get(o, name));
}

static const char *text(json_t *o, const char *name)
{
	const char *s = json_string_value(json_object_get(o, name));

	assert_non_null(s);
	return s;
}

static void check_json(json_t *actual, const char *expected)
{
	json_error_t error;
	json_t *want = json_loads(expected, JSON_DECODE_ANY, &error);
	char *got;

	if (!want)
		fail_msg("the expected JSON is broken: %s", error.text);
	if (!json_equal(actual, want)) {
		got = json_dumps(actual, JSON_ENCODE_ANY);
		fail_msg("%s\n  instead of\n%s", got, expected);
	}
	json_decref(want);
}

static void set_cookie(struct sg_ksa *sa)
{
	struct sg_sa_cookie cookie = {
		.version = SG_SA_COOKIE_VERSION, .conn_id = htons(2000), .flow_id = htons(1),
		.peer_port = htons(4500), .life_seconds = htonl(3600),
		.life_kilobytes = htonl(4608000), .start_kilobytes = htonl(4566513),
		.pfs_group = 5,
		.cookie_own = { 0x67, 0x43, 0x2F, 0xCF, 0xF8, 0x09, 0xB6, 0x38 },
		.cookie_peer = { 0xB8, 0x4C, 0x0C, 0xD6, 0xB0, 0xBC, 0xFF, 0xC3 },
	};

	memcpy(sa->cookie, &cookie, sizeof(cookie));
	sa->cookie_len = sizeof(cookie);
}

/* The SA of the seed's capture: every field. */
static void test_sa(void **state)
{
	struct sg_ksa *sa = add_sa(SG_DIR_IN, 3711321544u, 1);
	json_t *o;

	(void)state;
	sa->pair_spi = 0x7259AADD;
	sa->seq = 776;
	sa->errors = 2;
	set_cookie(sa);
	o = sg_show_sa(sa);
	check_json(o, "{\"spi\":3711321544,\"protocol\":\"esp\",\"direction\":\"in\",\n"
		   "\"transforms\":[\"esp-seal\",\"esp-sha-hmac\"],\"mode\":\"tunnel\",\n"
		   "\"settings\":[\"Tunnel\"],\"slot\":0,\"conn_id\":2000,\"flow_id\":1,\n"
		   "\"map\":\"cisco\",\"seq\":10,\"engine\":\"Software\",\"engine_id\":1,\n"
		   "\"remaining_kilobytes\":4565513,\"remaining_seconds\":3382,\n"
		   "\"lifetime_kilobytes\":4608000,\"lifetime_seconds\":3600,\n"
		   "\"cookie_own\":\"67432FCFF809B638\",\"cookie_peer\":\"B84C0CD6B0BCFFC3\",\n"
		   "\"iv_size\":0,\"replay\":true,\"replay_window\":64,\"local\":\"127.0.0.1\",\n"
		   "\"remote\":\"127.0.0.2\",\"pair_spi\":1918479069,\"pfs_group\":5,\n"
		   "\"state\":\"valid\",\"age\":218,\"packets\":100,\"bytes\":1000,\"errors\":2,\n"
		   "\"sequence\":776,\"number\":1}");
	json_decref(o);
	assert_int_equal(sg_show_sa_peer_port(sa), 4500);
	/* not a cookie of ours: of the kernel's lifetimes alone, and those used up */
	sa->cookie[0] = SG_SA_COOKIE_VERSION + 1;
	sa->age_seconds = 3601;
	sa->bytes = sa->hard_bytes;
	o = sg_show_sa(sa);
	assert_true(json_is_null(json_object_get(o, "cookie_own")));
	assert_int_equal(number(o, "conn_id"), 0);
	assert_int_equal(number(o, "remaining_seconds"), 0);
	assert_int_equal(number(o, "remaining_kilobytes"), 0);
	assert_int_equal(number(o, "lifetime_kilobytes"), 4608000);
	assert_int_equal(sg_show_sa_peer_port(sa), 500);
	json_decref(o);
	/* by hand: no limits */
	sa->hard_seconds = 0;
	sa->hard_bytes = 0;
	o = sg_show_sa(sa);
	assert_true(json_is_null(json_object_get(o, "remaining_seconds")));
	assert_true(json_is_null(json_object_get(o, "remaining_kilobytes")));
	json_decref(o);
}

static void test_up(void **state)
{
	struct sg_links links = { .count = 0 };
	json_t *data, *flow, *interface;

	(void)state;
	/* the younger outbound SA is listed first by the kernel */
	add_sa(SG_DIR_OUT, 0x2002, 4);
	add_sa(SG_DIR_IN, 0x1001, 1);
	add_sa(SG_DIR_OUT, 0x2001, 2);
	add_sa(SG_DIR_IN, 0x1002, 3);
	assert_int_equal(sg_links_add(&links, 1, "wan0", true, 1400), 0);
	data = show(&links);
	assert_int_equal(json_array_size(json_object_get(data, "interfaces")), 1);
	interface = item(data, "interfaces", 0);
	assert_string_equal(text(interface, "interface"), "wan0");
	assert_string_equal(text(interface, "local"), "127.0.0.1");
	assert_int_equal(number(interface, "media_mtu"), 1400);
	/* a deny is no flow */
	assert_int_equal(flows(data, 0), 1);
	flow = at(data, 0, 0);
	assert_string_equal(text(flow, "state"), "up");
	assert_int_equal(number(flow, "current_outbound_spi"), 0x2002);
	assert_string_equal(text(flow, "current_peer"), "127.0.0.2");
	assert_int_equal(number(flow, "current_peer_port"), 500);
	assert_int_equal(number(flow, "path_mtu"), 65535);
	check_json(json_object_get(flow, "local_ident"),
		   "{\"addr\":\"172.18.124.0\",\"mask\":\"255.255.255.0\",\"proto\":0,\"port\":0}");
	check_json(json_object_get(flow, "remote_ident"),
		   "{\"addr\":\"20.20.20.0\",\"mask\":\"255.255.255.0\",\"proto\":0,\"port\":0}");
	check_json(json_object_get(flow, "counters"),
		   "{\"encaps\":776,\"encrypt\":776,\"digest\":776,\"decaps\":775,\"decrypt\":775,\n"
		   "\"verify\":775,\"send_errors\":3,\"recv_errors\":4,\"bytes_out\":77600,\n"
		   "\"bytes_in\":77500,\"scope\":\"entry\"}");
	/* oldest first */
	assert_int_equal(number(item(flow, "inbound_esp", 0), "spi"), 0x1001);
	assert_int_equal(number(item(flow, "outbound_esp", 1), "spi"), 0x2002);
	assert_int_equal(json_array_size(json_object_get(flow, "inbound_ah")), 0);
	json_decref(data);
	sg_links_clear(&links);
}

/* Down, and what a dead SA is worth. */
static void test_down(void **state)
{
	json_t *data, *flow;

	(void)state;
	world.flow_state = SG_FLOW_ACQUIRING;
	add_sa(SG_DIR_OUT, 0x2001, 2)->state = SG_SA_DEAD;
	data = show(NULL);
	flow = at(data, 0, 0);
	assert_string_equal(text(flow, "state"), "acquiring");
	assert_int_equal(number(flow, "held"), 4);
	assert_int_equal(number(flow, "current_outbound_spi"), 0);
	assert_true(json_is_null(json_object_get(flow, "last_failure")));
	json_decref(data);

	world.sa_count = 0;
	world.flow_state = SG_FLOW_IDLE;
	data = show(NULL);
	flow = at(data, 0, 0);
	assert_string_equal(text(flow, "state"), "down");
	assert_true(json_is_null(json_object_get(flow, "current_peer")));
	json_decref(data);
}

/*
 * A peer that asked for a part of the line: a flow of its own, and the entry's numbers are
 * nobody's alone.
 */
static void test_subset(void **state)
{
	json_t *data, *flow;

	(void)state;
	add_sa(SG_DIR_IN, 0x1001, 1);
	add_sa(SG_DIR_OUT, 0x2001, 2);
	add_sa(SG_DIR_IN, 0x1002, 3)->proxy = sel("172.18.124.0", "20.20.20.128");
	world.sa[2].proxy.dst_mask = ip("255.255.255.128");
	add_sa(SG_DIR_OUT, 0x2002, 4)->proxy = world.sa[2].proxy;
	data = show(NULL);
	assert_int_equal(flows(data, 0), 2);
	flow = at(data, 0, 0);
	assert_int_equal(number(flow, "current_outbound_spi"), 0x2001);
	assert_string_equal(text(json_object_get(flow, "counters"), "scope"), "sa");
	assert_int_equal(number(json_object_get(flow, "counters"), "encaps"), 200);
	assert_int_equal(number(json_object_get(flow, "counters"), "decaps"), 100);
	flow = at(data, 0, 1);
	check_json(json_object_get(flow, "remote_ident"),
		   "{\"addr\":\"20.20.20.128\",\"mask\":\"255.255.255.128\",\"proto\":0,\"port\":0}");
	assert_int_equal(number(json_object_get(flow, "counters"), "encaps"), 400);
	assert_int_equal(number(json_object_get(flow, "counters"), "bytes_in"), 3000);
	json_decref(data);
}

static void test_two_permits(void **state)
{
	json_t *data;

	(void)state;
	world.ace[2] = (struct sg_kace){ .permit = true, .sel = sel("172.18.124.0", "20.20.22.0") };
	world.entry.ace_count = 3;
	add_sa(SG_DIR_OUT, 0x2001, 2);
	data = show(NULL);
	assert_int_equal(number(json_object_get(at(data, 0, 0), "counters"), "encaps"), 200);
	assert_int_equal(number(json_object_get(at(data, 0, 1), "counters"), "encaps"), 0);
	assert_int_equal(number(json_object_get(at(data, 0, 1), "counters"), "send_errors"), 3);
	assert_string_equal(text(json_object_get(at(data, 0, 1), "counters"), "scope"), "sa");
	json_decref(data);
}

/* Two interfaces with one map, each with its own address: an SA is shown where it ends. */
static void test_two_interfaces(void **state)
{
	json_t *data;

	(void)state;
	world.bind[1] = (struct sg_kbind){ .ifindex = 2, .map = "cisco", .local = ip("127.0.0.3") };
	world.bind_count = 2;
	add_sa(SG_DIR_OUT, 0x2001, 2);
	add_sa(SG_DIR_OUT, 0x2002, 4)->src = ip("127.0.0.3");
	data = show(NULL);
	assert_int_equal(number(at(data, 0, 0), "current_outbound_spi"), 0x2001);
	assert_int_equal(number(at(data, 1, 0), "current_outbound_spi"), 0x2002);
	json_decref(data);
}

/* SAs whose interface, or whole map, is gone are still shown. */
static void test_homeless(void **state)
{
	json_t *data;

	(void)state;
	world.bind_count = 0;
	strcpy(add_sa(SG_DIR_IN, 0x1001, 1)->flow.map, "gone");
	data = show(NULL);
	assert_int_equal(json_array_size(json_object_get(data, "interfaces")), 1);
	assert_string_equal(text(item(data, "interfaces", 0), "interface"), "(none)");
	assert_int_equal(json_array_size(json_object_get(at(data, 0, 0), "inbound_esp")), 1);
	json_decref(data);
}

static void test_failure(void **state)
{
	struct sg_show_env env = { .kernel = &kernel };
	json_t *data;

	(void)state;
	world.err = -EPERM;
	assert_int_equal(sg_show_ipsec_sa(&env, &data), -EPERM);
	assert_null(data);
}

static struct in_addr last_peer;

static struct in_addr current_peer(const char *map, uint32_t seq, void *ctx)
{
	assert_string_equal(map, "cisco");
	assert_int_equal(seq, 10);
	assert_null(ctx);
	return last_peer;
}

static const char *shown_peer(const struct sg_show_env *env)
{
	static char peer[INET_ADDRSTRLEN];
	json_t *data = sg_show_map(env);

	snprintf(peer, sizeof(peer), "%s", text(json_array_get(data, 0), "current_peer"));
	json_decref(data);
	return peer;
}

/* The second of two peers has the tunnel; a third is none of the entry's any more. */
static void test_current_peer(void **state)
{
	struct in_addr peers[] = { ip("127.0.0.2"), ip("127.0.0.3") };
	struct sg_crypto_entry entry = {
		.map = "cisco", .seq = 10, .peers = peers, .peer_count = 2,
	};
	struct sg_config cfg = { .entries = &entry, .entry_count = 1 };
	struct sg_show_env env = { .kernel = &kernel, .cfg = &cfg };

	(void)state;
	assert_string_equal(shown_peer(&env), "127.0.0.2");
	env.current_peer = current_peer;
	last_peer = peers[1];
	assert_string_equal(shown_peer(&env), "127.0.0.3");
	last_peer = ip("127.0.0.4");
	assert_string_equal(shown_peer(&env), "127.0.0.2");
	last_peer.s_addr = 0;
	assert_string_equal(shown_peer(&env), "127.0.0.2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_sa, setup),
		cmocka_unit_test_setup(test_up, setup),
		cmocka_unit_test_setup(test_down, setup),
		cmocka_unit_test_setup(test_subset, setup),
		cmocka_unit_test_setup(test_two_permits, setup),
		cmocka_unit_test_setup(test_two_interfaces, setup),
		cmocka_unit_test_setup(test_homeless, setup),
		cmocka_unit_test_setup(test_failure, setup),
		cmocka_unit_test_setup(test_current_peer, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
