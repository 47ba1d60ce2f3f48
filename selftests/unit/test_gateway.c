// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From configuration to kernel: what the maps are, what each interface stanza means, and that
 * nothing is touched that did not change. Configurations are built by hand, the kernel is the
 * mock.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../agent/gateway/gateway.h"
#include "../../agent/kernel/ksel.h"
#include "../../agent/kernel/mock.h"

static struct in_addr ip(const char *text)
{
	struct in_addr a;

	assert_int_equal(inet_pton(AF_INET, text, &a), 1);
	return a;
}

static void *grow(void *array, size_t *count, size_t size)
{
	char *more = reallocarray(array, *count + 1, size);

	assert_non_null(more);
	memset(more + (*count)++ * size, 0, size);
	return more;
}

static struct sg_acl_ace *add_ace(struct sg_config *cfg, bool permit, const char *src,
				  const char *src_wild, const char *dst, const char *dst_wild)
{
	struct sg_acl_list *acl = &cfg->acls[cfg->acl_count - 1];
	struct sg_acl_ace *ace;

	acl->aces = grow(acl->aces, &acl->ace_count, sizeof(*acl->aces));
	ace = &acl->aces[acl->ace_count - 1];
	ace->permit = permit;
	ace->src = ip(src);
	ace->src_wild = ip(src_wild);
	ace->dst = ip(dst);
	ace->dst_wild = ip(dst_wild);
	ace->sport_max = 65535;
	ace->dport_max = 65535;
	ace->icmp_type = -1;
	ace->icmp_code = -1;
	ace->text = strdup("permit ...");
	return ace;
}

static void add_acl(struct sg_config *cfg, const char *name)
{
	cfg->acls = grow(cfg->acls, &cfg->acl_count, sizeof(*cfg->acls));
	snprintf(cfg->acls[cfg->acl_count - 1].name, SG_NAME_MAX, "%s", name);
}

static struct sg_crypto_entry *add_entry(struct sg_config *cfg, const char *map, unsigned int seq,
					 const char *acl)
{
	struct sg_crypto_entry *e;

	cfg->entries = grow(cfg->entries, &cfg->entry_count, sizeof(*cfg->entries));
	e = &cfg->entries[cfg->entry_count - 1];
	snprintf(e->map, sizeof(e->map), "%s", map);
	snprintf(e->acl, sizeof(e->acl), "%s", acl);
	e->seq = seq;
	e->complete = true;
	return e;
}

static struct sg_interface *add_interface(struct sg_config *cfg, const char *name, const char *addr,
					  const char *map)
{
	struct sg_interface *i;

	cfg->interfaces = grow(cfg->interfaces, &cfg->interface_count, sizeof(*cfg->interfaces));
	i = &cfg->interfaces[cfg->interface_count - 1];
	snprintf(i->name, sizeof(i->name), "%s", name);
	snprintf(i->map, sizeof(i->map), "%s", map);
	if (addr[0]) {
		i->addr = ip(addr);
		i->mask = ip("255.255.255.0");
	}
	return i;
}

/* R2 of the seed: both stanzas have one name. */
static struct sg_config *r2_config(void)
{
	struct sg_config *cfg = sg_config_alloc();

	assert_non_null(cfg);
	add_acl(cfg, "100");
	add_ace(cfg, true, "20.20.20.0", "0.0.0.255", "172.18.124.0", "0.0.0.255");
	add_entry(cfg, "cisco", 10, "100");
	add_interface(cfg, "Ethernet0/0", "10.10.10.2", "cisco");
	add_interface(cfg, "Ethernet0/0", "20.20.20.2", "");
	return cfg;
}

static void add_link(struct sg_links *links, uint32_t index, const char *name, const char *addr)
{
	assert_int_equal(sg_links_add(links, index, name, true, 1500), 0);
	if (addr[0])
		assert_int_equal(sg_links_add_addr(links, index, ip(addr)), 0);
}

struct told {
	int count[SG_GW_FAILED + 1];
	char last[512];
};

static void tell(enum sg_gw_change change, const char *map, const char *text, void *ctx)
{
	struct told *told = ctx;

	(void)map;
	told->count[change]++;
	snprintf(told->last, sizeof(told->last), "%s", text);
}

struct fixture {
	struct sg_kernel *k;
	struct sg_gateway *gw;
	struct sg_links links;
	struct told told;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->k = sg_mock_alloc();
	f->gw = sg_gateway_alloc(f->k);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	sg_gateway_free(f->gw);
	f->k->ops->free(f->k);
	sg_links_clear(&f->links);
	free(f);
	return 0;
}

static int apply(struct fixture *f, struct sg_config *cfg)
{
	memset(&f->told, 0, sizeof(f->told));
	sg_mock_forget_calls(f->k);
	return sg_gateway_apply(f->gw, cfg, &f->links, tell, &f->told);
}

struct one_bind {
	struct sg_kbind bind;
	size_t count;
};

static int take_bind(const struct sg_kbind *bind, void *ctx)
{
	struct one_bind *one = ctx;

	one->bind = *bind;
	one->count++;
	return 0;
}

static struct one_bind binds(struct fixture *f)
{
	struct one_bind one = { .count = 0 };

	assert_int_equal(f->k->ops->bind_walk(f->k, take_bind, &one), 0);
	return one;
}

static size_t changes(struct fixture *f)
{
	return sg_mock_calls_of(f->k, SG_MOCK_MAP_SET) + sg_mock_calls_of(f->k, SG_MOCK_MAP_DEL) +
	       sg_mock_calls_of(f->k, SG_MOCK_BIND_SET) + sg_mock_calls_of(f->k, SG_MOCK_BIND_DEL);
}

static int check_entry(const char *map, const struct sg_kentry *entry, void *ctx)
{
	const struct sg_ksel *sel = &entry->aces[1].sel;

	assert_string_equal(map, "m");
	assert_int_equal(entry->seq, 10);
	assert_int_equal(entry->ace_count, 3);
	assert_false(entry->aces[0].permit);
	assert_int_equal(entry->aces[0].sel.src_mask.s_addr, 0xffffffff);
	/* host bits of the address do not count, the wildcard's complement is the mask */
	assert_int_equal(sel->src.s_addr, ip("172.18.124.0").s_addr);
	assert_int_equal(sel->src_mask.s_addr, ip("255.255.255.0").s_addr);
	/* a wildcard that is no prefix */
	assert_int_equal(sel->dst.s_addr, ip("10.0.3.0").s_addr);
	assert_int_equal(sel->dst_mask.s_addr, ip("255.0.255.0").s_addr);
	assert_int_equal(sel->proto, 6);
	assert_int_equal(sel->dport_min, 23);
	assert_int_equal(sel->dport_max, 23);
	assert_true(sel->dport_not);
	assert_int_equal(sel->icmp_type, -1);
	assert_int_equal(entry->aces[2].sel.icmp_type, 8);
	(*(int *)ctx)++;
	return 0;
}

static void test_map(void **state)
{
	struct sg_config *cfg = sg_config_alloc();
	struct fixture *f = *state;
	struct sg_acl_ace *ace;
	int entries = 0;

	add_acl(cfg, "101");
	add_ace(cfg, false, "172.18.124.9", "0.0.0.0", "0.0.0.0", "255.255.255.255");
	ace = add_ace(cfg, true, "172.18.124.77", "0.0.0.255", "10.99.3.1", "0.255.0.255");
	ace->proto = 6;
	ace->dport_min = 23;
	ace->dport_max = 23;
	ace->dport_not = true;
	ace = add_ace(cfg, true, "0.0.0.0", "255.255.255.255", "0.0.0.0", "255.255.255.255");
	ace->proto = 1;
	ace->icmp_type = 8;
	add_entry(cfg, "m", 10, "101");
	/* not in force: incomplete, an access list that is missing, keys by hand */
	add_entry(cfg, "m", 20, "101")->complete = false;
	add_entry(cfg, "m", 30, "199");
	add_entry(cfg, "m", 40, "101")->kind = SG_MAP_MANUAL;
	add_entry(cfg, "n", 10, "101")->complete = false;
	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(f->k->ops->map_walk(f->k, NULL, check_entry, &entries), 0);
	assert_int_equal(entries, 1);
	assert_int_equal(f->told.count[SG_GW_MAP_SET], 1);
	sg_config_put(cfg);
}

static void test_seed_r2(void **state)
{
	const struct sg_gw_interface *gi;
	struct sg_config *cfg = r2_config();
	struct fixture *f = *state;
	struct one_bind one;
	size_t count;

	add_link(&f->links, 7, "eth1", "20.20.20.2");
	add_link(&f->links, 5, "eth0", "10.10.10.2");
	assert_int_equal(apply(f, cfg), 0);
	one = binds(f);
	assert_int_equal(one.count, 1);
	assert_int_equal(one.bind.ifindex, 5);
	assert_string_equal(one.bind.map, "cisco");
	assert_int_equal(one.bind.local.s_addr, ip("10.10.10.2").s_addr);
	assert_true(sg_gateway_is_local(f->gw, ip("10.10.10.2")));
	assert_false(sg_gateway_is_local(f->gw, ip("20.20.20.2")));
	gi = sg_gateway_interfaces(f->gw, &count);
	assert_int_equal(count, 2);
	assert_string_equal(gi[0].ifname, "eth0");
	assert_string_equal(gi[1].ifname, "eth1");
	assert_int_equal(gi[1].by, SG_GW_BY_ADDRESS);
	assert_string_equal(f->told.last,
			    "Ethernet0/0: crypto map cisco bound to eth0, local address 10.10.10.2");
	/* the same again: by a second gateway, as after a restart, too */
	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(changes(f), 0);
	sg_gateway_free(f->gw);
	f->gw = sg_gateway_alloc(f->k);
	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(changes(f), 0);
	assert_true(sg_gateway_is_local(f->gw, ip("10.10.10.2")));
	sg_config_put(cfg);
}

/* The name comes before the address, where it is not shared. */
static void test_by_name(void **state)
{
	struct sg_config *cfg = r2_config();
	const struct sg_gw_interface *gi;
	struct fixture *f = *state;
	size_t count;

	cfg->interface_count = 0;
	add_interface(cfg, "wan", "", "cisco");
	add_interface(cfg, "Ethernet0/0", "20.20.20.2", "");
	add_link(&f->links, 3, "wan", "192.0.2.1");
	assert_int_equal(sg_links_add_addr(&f->links, 3, ip("192.0.2.7")), 0);
	assert_int_equal(apply(f, cfg), 0);
	gi = sg_gateway_interfaces(f->gw, &count);
	assert_int_equal(gi[0].by, SG_GW_BY_NAME);
	/* no address in the stanza: the first of the interface */
	assert_int_equal(binds(f).bind.local.s_addr, ip("192.0.2.1").s_addr);
	assert_int_equal(gi[1].by, SG_GW_BY_NONE);
	assert_string_equal(gi[1].note,
			    "no Linux interface of this name, and none with 20.20.20.2");
	sg_config_put(cfg);
}

/* Two stanzas of one name, and a Linux interface that bears it: the addresses decide. */
static void test_shared_name(void **state)
{
	struct sg_config *cfg = r2_config();
	const struct sg_gw_interface *gi;
	struct fixture *f = *state;
	size_t count;

	add_link(&f->links, 5, "Ethernet0/0", "20.20.20.2");
	add_link(&f->links, 7, "eth1", "10.10.10.2");
	assert_int_equal(apply(f, cfg), 0);
	gi = sg_gateway_interfaces(f->gw, &count);
	assert_int_equal(gi[0].ifindex, 7);
	assert_int_equal(gi[1].ifindex, 5);
	assert_int_equal(binds(f).bind.ifindex, 7);
	sg_config_put(cfg);
}

/* Whatever is changed of a line, the map is another one. */
static void test_every_field_counts(void **state)
{
	struct sg_config *cfg = r2_config();
	struct sg_acl_ace *ace = &cfg->acls[0].aces[0];
	struct fixture *f = *state;
	int i;

	for (i = 0; i < 15; i++) {
		switch (i) {
		case 1:
			ace->permit = false;
			break;
		case 2:
			ace->src = ip("20.20.21.0");
			break;
		case 3:
			ace->src_wild = ip("0.0.0.127");
			break;
		case 4:
			ace->dst = ip("172.18.125.0");
			break;
		case 5:
			ace->dst_wild = ip("0.0.0.127");
			break;
		case 6:
			ace->proto = 6;
			break;
		case 7:
			ace->sport_min = 5;
			break;
		case 8:
			ace->sport_max = 6;
			break;
		case 9:
			ace->sport_not = true;
			break;
		case 10:
			ace->dport_not = true;
			break;
		case 11:
			ace->icmp_type = 8;
			break;
		case 12:
			ace->icmp_code = 0;
			break;
		case 13:
			ace->dport_min = 5;
			break;
		case 14:
			ace->dport_max = 6;
			break;
		}
		assert_int_equal(apply(f, cfg), 0);
		assert_int_equal(sg_mock_calls_of(f->k, SG_MOCK_MAP_SET), 1);
	}
	/* what a mask does not look at does not */
	ace->src.s_addr |= htonl(1);
	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(changes(f), 0);
	sg_config_put(cfg);
}

static void test_local_address(void **state)
{
	struct sg_config *cfg = r2_config();
	struct fixture *f = *state;

	snprintf(cfg->interfaces[1].map, SG_NAME_MAX, "cisco");
	cfg->local_addresses = grow(NULL, &cfg->local_address_count, sizeof(*cfg->local_addresses));
	snprintf(cfg->local_addresses[0].map, SG_NAME_MAX, "cisco");
	snprintf(cfg->local_addresses[0].ifname, SG_NAME_MAX, "Loopback0");
	add_interface(cfg, "Loopback0", "192.0.2.99", "");
	add_link(&f->links, 5, "eth0", "10.10.10.2");
	add_link(&f->links, 7, "eth1", "20.20.20.2");
	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(binds(f).count, 2);
	assert_int_equal(binds(f).bind.local.s_addr, ip("192.0.2.99").s_addr);
	assert_true(sg_gateway_is_local(f->gw, ip("192.0.2.99")));
	assert_false(sg_gateway_is_local(f->gw, ip("10.10.10.2")));
	sg_config_put(cfg);
}

static void test_interfaces_come_and_go(void **state)
{
	struct sg_config *cfg = r2_config();
	struct fixture *f = *state;

	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(binds(f).count, 0);
	assert_int_equal(f->told.count[SG_GW_NOTE], 1);
	/* said once */
	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(f->told.count[SG_GW_NOTE], 0);

	add_link(&f->links, 5, "eth0", "10.10.10.2");
	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(binds(f).bind.ifindex, 5);
	assert_int_equal(f->told.count[SG_GW_BOUND], 1);

	/* the address goes: the map stays, or packets would leave in clear */
	sg_links_clear(&f->links);
	add_link(&f->links, 5, "eth0", "");
	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(changes(f), 0);
	assert_int_equal(binds(f).count, 1);
	assert_int_equal(f->told.count[SG_GW_NOTE], 1);

	/* it turns up on another interface */
	add_link(&f->links, 9, "eth9", "10.10.10.2");
	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(binds(f).count, 1);
	assert_int_equal(binds(f).bind.ifindex, 9);
	assert_int_equal(f->told.count[SG_GW_UNBOUND], 1);

	/* the interface goes */
	sg_links_clear(&f->links);
	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(binds(f).count, 0);
	assert_false(sg_gateway_is_local(f->gw, ip("10.10.10.2")));
	sg_config_put(cfg);
}

static size_t index_of(struct fixture *f, enum sg_mock_op op)
{
	size_t i;

	for (i = 0; i < sg_mock_call_count(f->k); i++)
		if (sg_mock_call(f->k, i)->op == op)
			return i;
	fail_msg("call %d was not made", op);
	return 0;
}

static void test_reload(void **state)
{
	struct sg_config *cfg = r2_config(), *second = r2_config();
	struct fixture *f = *state;

	add_link(&f->links, 5, "eth0", "10.10.10.2");
	assert_int_equal(apply(f, cfg), 0);

	/* one more entry: the map is replaced, the binding stays */
	add_acl(second, "101");
	add_ace(second, true, "20.20.20.0", "0.0.0.255", "192.0.2.0", "0.0.0.255");
	add_entry(second, "cisco", 20, "101");
	assert_int_equal(apply(f, second), 0);
	assert_int_equal(sg_mock_calls_of(f->k, SG_MOCK_MAP_SET), 1);
	assert_int_equal(changes(f), 1);
	assert_string_equal(f->told.last, "crypto map cisco: replaced");

	/* another name: the new map is on the interface before the old one goes */
	snprintf(cfg->entries[0].map, SG_NAME_MAX, "other");
	snprintf(cfg->interfaces[0].map, SG_NAME_MAX, "other");
	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(changes(f), 3);
	assert_int_equal(sg_mock_calls_of(f->k, SG_MOCK_BIND_DEL), 0);
	assert_true(index_of(f, SG_MOCK_MAP_SET) < index_of(f, SG_MOCK_BIND_SET));
	assert_true(index_of(f, SG_MOCK_BIND_SET) < index_of(f, SG_MOCK_MAP_DEL));
	assert_int_equal(f->told.count[SG_GW_MAP_REMOVED], 1);
	sg_config_put(second);
	sg_config_put(cfg);
}

static void test_two_stanzas_one_link(void **state)
{
	struct sg_config *cfg = r2_config();
	const struct sg_gw_interface *gi;
	struct fixture *f = *state;
	size_t count;

	snprintf(cfg->interfaces[1].map, SG_NAME_MAX, "cisco");
	add_link(&f->links, 5, "eth0", "10.10.10.2");
	assert_int_equal(sg_links_add_addr(&f->links, 5, ip("20.20.20.2")), 0);
	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(binds(f).count, 1);
	assert_int_equal(binds(f).bind.local.s_addr, ip("10.10.10.2").s_addr);
	gi = sg_gateway_interfaces(f->gw, &count);
	assert_false(gi[1].bound);
	assert_string_equal(gi[1].note, "eth0 already bears the map of Ethernet0/0");
	sg_config_put(cfg);
}

static void test_failures(void **state)
{
	struct sg_config *cfg = r2_config();
	const struct sg_gw_interface *gi;
	struct fixture *f = *state;
	size_t count;

	add_link(&f->links, 5, "eth0", "10.10.10.2");
	sg_mock_fail(f->k, SG_MOCK_BIND_SET, 0, -EPERM);
	assert_int_equal(apply(f, cfg), -EPERM);
	assert_int_equal(f->told.count[SG_GW_FAILED], 1);
	gi = sg_gateway_interfaces(f->gw, &count);
	assert_false(gi[0].bound);
	assert_false(sg_gateway_is_local(f->gw, ip("10.10.10.2")));
	/* the next turn puts it right, and the map that was set is not set again */
	assert_int_equal(apply(f, cfg), 0);
	assert_int_equal(sg_mock_calls_of(f->k, SG_MOCK_MAP_SET), 0);
	assert_int_equal(binds(f).count, 1);
	/* a map that is refused leaves the one in force, and the binding */
	add_ace(cfg, true, "1.0.0.0", "0.0.0.255", "2.0.0.0", "0.0.0.255");
	sg_mock_fail(f->k, SG_MOCK_MAP_SET, 0, -ENOMEM);
	assert_int_equal(apply(f, cfg), -ENOMEM);
	assert_int_equal(binds(f).count, 1);
	sg_config_put(cfg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_map, setup, teardown),
		cmocka_unit_test_setup_teardown(test_seed_r2, setup, teardown),
		cmocka_unit_test_setup_teardown(test_by_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shared_name, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_field_counts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_local_address, setup, teardown),
		cmocka_unit_test_setup_teardown(test_interfaces_come_and_go, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reload, setup, teardown),
		cmocka_unit_test_setup_teardown(test_two_stanzas_one_link, setup, teardown),
		cmocka_unit_test_setup_teardown(test_failures, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
