// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration parser: golden pairs (selftests/golden/config: NAME.conf, what running-config
 * is to print in NAME.ok, what messages there are in NAME.err), the routers' own configurations,
 * and text that no router ever wrote.
 *
 * Runs in the repository's root.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "../../agent/config/parse.h"

#define GOLDEN "selftests/golden/config/"
#define CONFIGS "selftests/configs/"
#define NAMES_MAX 64
#define MUTATIONS 300		/* of each sample */
#define SECRET "hunter2"

static char *slurp(const char *path)
{
	FILE *in = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;
	ssize_t n;

	if (!in)
		return NULL;
	n = getdelim(&text, &size, '\0', in);
	fclose(in);
	if (n < 0) {
		free(text);
		return strdup("");
	}
	return text;
}

static char *must_slurp(const char *path)
{
	char *text = slurp(path);

	if (!text)
		fail_msg("%s: cannot be read", path);
	return text;
}

static char *printed(const struct sg_parse_result *r, const char *file)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	sg_parse_result_print(r, file, out);
	fclose(out);
	return text;
}

/* --- two models alike, lines and sequence numbers of entries apart ------------------------ */

static void same_policies(const struct sg_config *a, const struct sg_config *b)
{
	size_t i;

	assert_int_equal(a->policy_count, b->policy_count);
	for (i = 0; i < a->policy_count; i++) {
		assert_int_equal(a->policies[i].priority, b->policies[i].priority);
		assert_int_equal(a->policies[i].encr, b->policies[i].encr);
		assert_int_equal(a->policies[i].key_bits, b->policies[i].key_bits);
		assert_int_equal(a->policies[i].hash, b->policies[i].hash);
		assert_int_equal(a->policies[i].auth, b->policies[i].auth);
		assert_int_equal(a->policies[i].group, b->policies[i].group);
		assert_int_equal(a->policies[i].lifetime, b->policies[i].lifetime);
	}
	assert_int_equal(a->psk_count, b->psk_count);
	for (i = 0; i < a->psk_count; i++) {
		assert_int_equal(a->psks[i].key_len, b->psks[i].key_len);
		assert_memory_equal(a->psks[i].key, b->psks[i].key, a->psks[i].key_len);
		assert_int_equal(a->psks[i].addr.s_addr, b->psks[i].addr.s_addr);
		assert_int_equal(a->psks[i].mask.s_addr, b->psks[i].mask.s_addr);
	}
}

static void same_sets(const struct sg_config *a, const struct sg_config *b)
{
	size_t i;

	assert_int_equal(a->set_count, b->set_count);
	for (i = 0; i < a->set_count; i++) {
		assert_string_equal(a->sets[i].name, b->sets[i].name);
		assert_int_equal(a->sets[i].ah, b->sets[i].ah);
		assert_int_equal(a->sets[i].cipher, b->sets[i].cipher);
		assert_int_equal(a->sets[i].cipher_bits, b->sets[i].cipher_bits);
		assert_int_equal(a->sets[i].esp_auth, b->sets[i].esp_auth);
		assert_int_equal(a->sets[i].mode, b->sets[i].mode);
	}
}

static void same_ace(const struct sg_acl_ace *a, const struct sg_acl_ace *b)
{
	assert_int_equal(a->permit, b->permit);
	assert_int_equal(a->proto, b->proto);
	assert_int_equal(a->src.s_addr, b->src.s_addr);
	assert_int_equal(a->src_wild.s_addr, b->src_wild.s_addr);
	assert_int_equal(a->dst.s_addr, b->dst.s_addr);
	assert_int_equal(a->dst_wild.s_addr, b->dst_wild.s_addr);
	assert_int_equal(a->sport_min, b->sport_min);
	assert_int_equal(a->sport_max, b->sport_max);
	assert_int_equal(a->dport_min, b->dport_min);
	assert_int_equal(a->dport_max, b->dport_max);
	assert_int_equal(a->sport_not, b->sport_not);
	assert_int_equal(a->dport_not, b->dport_not);
	assert_int_equal(a->icmp_type, b->icmp_type);
	assert_int_equal(a->icmp_code, b->icmp_code);
	assert_string_equal(a->text, b->text);
}

/* The running configuration prints named lists first; order between lists means nothing. */
static void same_acls(const struct sg_config *a, const struct sg_config *b)
{
	const struct sg_acl_list *x, *y;
	size_t i, j, filled = 0;

	for (i = 0; i < a->acl_count; i++) {
		x = &a->acls[i];
		y = sg_config_acl(b, x->name);
		/* an empty numbered list has no line to stand in */
		if (!x->named && !x->ace_count)
			continue;
		filled++;
		assert_non_null(y);
		assert_int_equal(x->named, y->named);
		assert_int_equal(x->ace_count, y->ace_count);
		for (j = 0; j < x->ace_count; j++)
			same_ace(&x->aces[j], &y->aces[j]);
	}
	assert_int_equal(filled, b->acl_count);
}

static void same_entries(const struct sg_config *a, const struct sg_config *b)
{
	const struct sg_crypto_entry *x, *y;
	size_t i, j;

	assert_int_equal(a->entry_count, b->entry_count);
	for (i = 0; i < a->entry_count; i++) {
		x = &a->entries[i];
		y = &b->entries[i];
		assert_string_equal(x->map, y->map);
		assert_int_equal(x->seq, y->seq);
		assert_int_equal(x->kind, y->kind);
		assert_string_equal(x->dynamic, y->dynamic);
		assert_string_equal(x->acl, y->acl);
		assert_int_equal(x->life.seconds, y->life.seconds);
		assert_int_equal(x->life.kilobytes, y->life.kilobytes);
		assert_int_equal(x->pfs_group, y->pfs_group);
		assert_int_equal(x->idle_seconds, y->idle_seconds);
		assert_int_equal(x->complete, y->complete);
		assert_int_equal(x->peer_count, y->peer_count);
		for (j = 0; j < x->peer_count; j++)
			assert_int_equal(x->peers[j].s_addr, y->peers[j].s_addr);
		assert_int_equal(x->set_count, y->set_count);
		for (j = 0; j < x->set_count; j++)
			assert_string_equal(x->sets[j], y->sets[j]);
	}
}

static void same_interfaces(const struct sg_config *a, const struct sg_config *b)
{
	size_t i;

	assert_int_equal(a->interface_count, b->interface_count);
	for (i = 0; i < a->interface_count; i++) {
		assert_string_equal(a->interfaces[i].name, b->interfaces[i].name);
		assert_string_equal(a->interfaces[i].map, b->interfaces[i].map);
		assert_int_equal(a->interfaces[i].addr.s_addr, b->interfaces[i].addr.s_addr);
		assert_int_equal(a->interfaces[i].mask.s_addr, b->interfaces[i].mask.s_addr);
		assert_int_equal(a->interfaces[i].shutdown, b->interfaces[i].shutdown);
	}
	assert_int_equal(a->local_address_count, b->local_address_count);
	for (i = 0; i < a->local_address_count; i++) {
		assert_string_equal(a->local_addresses[i].map, b->local_addresses[i].map);
		assert_string_equal(a->local_addresses[i].ifname, b->local_addresses[i].ifname);
	}
}

static void same_model(const struct sg_config *a, const struct sg_config *b)
{
	assert_string_equal(a->hostname, b->hostname);
	assert_string_equal(a->domain_name, b->domain_name);
	assert_int_equal(a->ts_debug, b->ts_debug);
	assert_int_equal(a->ts_log, b->ts_log);
	assert_int_equal(a->ts_debug_flags, b->ts_debug_flags);
	assert_int_equal(a->ts_log_flags, b->ts_log_flags);
	assert_string_equal(a->tz_name, b->tz_name);
	assert_int_equal(a->tz_minutes, b->tz_minutes);
	assert_int_equal(a->isakmp_enabled, b->isakmp_enabled);
	assert_int_equal(a->life.seconds, b->life.seconds);
	assert_int_equal(a->life.kilobytes, b->life.kilobytes);
	assert_int_equal(a->seal_transform_id, b->seal_transform_id);
	same_policies(a, b);
	same_sets(a, b);
	same_acls(a, b);
	same_entries(a, b);
	same_interfaces(a, b);
}

/* parse(running(x)) is x. */
static void same_again(const struct sg_config *cfg)
{
	char *text = sg_config_running(cfg), *again;
	struct sg_parse_result r;

	assert_non_null(text);
	if (sg_config_parse(text, strlen(text), &r))
		fail_msg("the running configuration is not understood:\n%s\n%s", text,
			 printed(&r, "running"));
	same_model(cfg, r.cfg);
	again = sg_config_running(r.cfg);
	assert_string_equal(text, again);
	free(again);
	free(text);
	sg_parse_result_clear(&r);
}

/* --- golden pairs ------------------------------------------------------------------------- */

static int golden_names(char names[][SG_NAME_MAX])
{
	DIR *dir = opendir(GOLDEN);
	struct dirent *e;
	size_t len;
	int n = 0;

	assert_non_null(dir);
	while ((e = readdir(dir))) {
		len = strlen(e->d_name);
		if (len < 5 || strcmp(e->d_name + len - 5, ".conf"))
			continue;
		assert_true(n < NAMES_MAX && len < SG_NAME_MAX);
		snprintf(names[n++], SG_NAME_MAX, "%.*s", (int)len - 5, e->d_name);
	}
	closedir(dir);
	return n;
}

static char *golden(const char *name, const char *suffix)
{
	char path[256];

	snprintf(path, sizeof(path), GOLDEN "%.64s%.8s", name, suffix);
	return slurp(path);
}

static void one_golden(const char *name)
{
	char *text = golden(name, ".conf"), *ok = golden(name, ".ok"), *err = golden(name, ".err");
	char file[256], *messages, *running;
	struct sg_parse_result r;

	print_message("  %s\n", name);
	assert_true(ok || err);
	snprintf(file, sizeof(file), "%s.conf", name);
	assert_int_equal(sg_config_parse(text, strlen(text), &r), ok ? 0 : -22);
	messages = printed(&r, file);
	assert_string_equal(messages, err ? err : "");
	assert_null(strstr(messages, SECRET));
	if (ok) {
		assert_non_null(r.cfg);
		running = sg_config_running(r.cfg);
		assert_string_equal(running, ok);
		same_again(r.cfg);
		free(running);
	} else {
		assert_null(r.cfg);
	}
	free(messages);
	sg_parse_result_clear(&r);
	free(text);
	free(ok);
	free(err);
}

static void test_golden(void **state)
{
	static char names[NAMES_MAX][SG_NAME_MAX];
	int i, n = golden_names(names);

	(void)state;
	assert_true(n >= 10);
	for (i = 0; i < n; i++)
		one_golden(names[i]);
}

/* The same text with the line ends of another system, and with tabs: the same model. */
static void test_line_ends(void **state)
{
	char *text = must_slurp(CONFIGS "r1.conf"), *other = malloc(3 * strlen(text) + 4);
	struct sg_parse_result a, b;
	size_t i, n = 0;

	(void)state;
	memcpy(other, "\xef\xbb\xbf", 3);
	for (i = 0, n = 3; text[i]; i++) {
		if (text[i] == '\n')
			other[n++] = '\r';
		other[n++] = text[i] == ' ' ? '\t' : text[i];
	}
	assert_int_equal(sg_config_parse(text, strlen(text), &a), 0);
	assert_int_equal(sg_config_parse(other, n, &b), 0);
	same_model(a.cfg, b.cfg);
	assert_int_equal(a.ignored_count, b.ignored_count);
	/* and without the last line's end */
	sg_parse_result_clear(&b);
	assert_int_equal(sg_config_parse(text, strlen(text) - 1, &b), 0);
	same_model(a.cfg, b.cfg);
	sg_parse_result_clear(&a);
	sg_parse_result_clear(&b);
	free(text);
	free(other);
}

/* --- the routers -------------------------------------------------------------------------- */

static in_addr_t addr(const char *text)
{
	return inet_addr(text);
}

static void test_seal_routers(void **state)
{
	char *text = must_slurp(CONFIGS "r1.conf");
	const struct sg_crypto_entry *e;
	const struct sg_acl_list *acl;
	struct sg_parse_result r;
	const struct sg_config *c;

	(void)state;
	assert_int_equal(sg_config_parse(text, strlen(text), &r), 0);
	assert_int_equal(r.message_count, 0);
	c = r.cfg;
	assert_string_equal(c->hostname, "R1");
	assert_int_equal(c->ts_debug, SG_TS_DATETIME_MSEC);
	assert_int_equal(c->ts_log, SG_TS_DATETIME_MSEC);
	assert_string_equal(c->tz_name, "EST");
	assert_int_equal(c->tz_minutes, -300);
	assert_int_equal(c->policy_count, 1);
	assert_int_equal(c->policies[0].priority, 1);
	assert_int_equal(c->policies[0].encr, SG_ENCR_AES);
	assert_int_equal(c->policies[0].key_bits, 256);
	assert_int_equal(c->policies[0].hash, SG_HASH_MD5);
	assert_int_equal(c->policies[0].auth, SG_IKE_AUTH_PSK);
	assert_int_equal(c->policies[0].group, 2);
	assert_int_equal(c->policies[0].lifetime, 86400);
	assert_int_equal(c->psk_count, 1);
	assert_int_equal(c->psks[0].key_len, 8);
	assert_memory_equal(c->psks[0].key, "cisco123", 8);
	assert_int_equal(c->psks[0].addr.s_addr, addr("10.10.10.2"));
	assert_int_equal(c->psks[0].mask.s_addr, 0xffffffff);
	assert_int_equal(c->set_count, 1);
	assert_string_equal(c->sets[0].name, "cisco");
	assert_int_equal(c->sets[0].cipher, SG_CIPHER_SEAL);
	assert_int_equal(c->sets[0].esp_auth, SG_AUTH_HMAC_SHA1_96);
	assert_int_equal(c->sets[0].ah, SG_AUTH_NONE);
	assert_int_equal(c->sets[0].mode, SG_MODE_TUNNEL);
	assert_int_equal(c->entry_count, 1);
	e = sg_config_entry(c, "cisco", 10);
	assert_non_null(e);
	assert_int_equal(e->kind, SG_MAP_ISAKMP);
	assert_int_equal(e->peer_count, 1);
	assert_int_equal(e->peers[0].s_addr, addr("10.10.10.2"));
	assert_int_equal(e->set_count, 1);
	assert_string_equal(e->sets[0], "cisco");
	assert_string_equal(e->acl, "100");
	assert_true(e->complete);
	assert_int_equal(sg_config_life(c, e).seconds, 3600);
	assert_int_equal(sg_config_life(c, e).kilobytes, 4608000);
	acl = sg_config_acl(c, "100");
	assert_non_null(acl);
	assert_int_equal(acl->ace_count, 1);
	assert_true(acl->aces[0].permit);
	assert_int_equal(acl->aces[0].proto, 0);
	assert_int_equal(acl->aces[0].src.s_addr, addr("172.18.124.0"));
	assert_int_equal(acl->aces[0].src_wild.s_addr, addr("0.0.0.255"));
	assert_int_equal(acl->aces[0].dst.s_addr, addr("20.20.20.0"));
	assert_int_equal(acl->aces[0].sport_min, 0);
	assert_int_equal(acl->aces[0].dport_max, 65535);
	assert_int_equal(acl->aces[0].icmp_type, -1);
	assert_string_equal(acl->aces[0].text,
			    "permit ip 172.18.124.0 0.0.0.255 20.20.20.0 0.0.0.255");
	assert_int_equal(c->interface_count, 2);
	assert_string_equal(c->interfaces[0].name, "Ethernet0/0");
	assert_string_equal(c->interfaces[0].map, "");
	assert_string_equal(c->interfaces[1].name, "Ethernet1/0");
	assert_string_equal(c->interfaces[1].map, "cisco");
	assert_int_equal(c->interfaces[1].addr.s_addr, addr("10.10.10.1"));
	assert_int_equal(c->interfaces[1].mask.s_addr, addr("255.255.255.0"));
	assert_true(c->isakmp_enabled);
	assert_int_equal(c->seal_transform_id, 254);
	same_again(c);
	sg_parse_result_clear(&r);
	free(text);

	/* both interfaces of R2 bear one name: two interfaces all the same */
	text = must_slurp(CONFIGS "r2.conf");
	assert_int_equal(sg_config_parse(text, strlen(text), &r), 0);
	assert_int_equal(r.message_count, 0);
	c = r.cfg;
	assert_int_equal(c->interface_count, 2);
	assert_string_equal(c->interfaces[0].name, "Ethernet0/0");
	assert_string_equal(c->interfaces[0].map, "cisco");
	assert_int_equal(c->interfaces[0].addr.s_addr, addr("10.10.10.2"));
	assert_string_equal(c->interfaces[1].name, "Ethernet0/0");
	assert_string_equal(c->interfaces[1].map, "");
	assert_int_equal(c->interfaces[1].addr.s_addr, addr("20.20.20.2"));
	same_again(c);
	sg_parse_result_clear(&r);
	free(text);
}

/* The second seed's routers are read to the end; only their transforms are refused. */
static void test_first_routers(void **state)
{
	static const char *const files[] = { CONFIGS "goss-e4.conf", CONFIGS "goss-c2.conf" };
	static const char *const refused[] = { "esp-rfc1829", "ah-md5-hmac", "ah-rfc1828" };
	struct sg_parse_result r;
	char text[128], *in;
	size_t i, j;

	(void)state;
	for (i = 0; i < 2; i++) {
		in = must_slurp(files[i]);
		assert_int_equal(sg_config_parse(in, strlen(in), &r), -22);
		assert_int_equal(r.message_count, 3);
		for (j = 0; j < 3; j++) {
			snprintf(text, sizeof(text), "%% %s: not carried by this release yet",
				 refused[j]);
			assert_string_equal(r.messages[j].text, text);
			assert_int_equal(r.messages[j].column,
					 strstr(r.messages[j].source, refused[j]) -
						 r.messages[j].source);
		}
		for (j = 0; j < r.ignored_count; j++) {
			assert_null(strstr(r.ignored[j].text, "ww"));
			assert_null(strstr(r.ignored[j].text, "$1$"));
		}
		sg_parse_result_clear(&r);
		free(in);
	}
}

/* --- what an entry of an access list means ------------------------------------------------ */

static void test_ace_meaning(void **state)
{
	static const char text[] =
		"ip access-list extended x\n"
		"permit tcp host 10.0.0.1 gt 1023 10.9.8.7 0.255.0.255 neq www\n"
		"permit udp any range 300 200 any lt 53\n"
		"deny icmp any any port-unreachable\n"
		"permit icmp any any 0 3\n";
	struct sg_parse_result r;
	const struct sg_acl_ace *a;

	(void)state;
	assert_int_equal(sg_config_parse(text, strlen(text), &r), 0);
	assert_int_equal(r.cfg->acls[0].ace_count, 4);
	a = r.cfg->acls[0].aces;
	assert_int_equal(a[0].proto, 6);
	assert_int_equal(a[0].src.s_addr, addr("10.0.0.1"));
	assert_int_equal(a[0].src_wild.s_addr, 0);
	assert_int_equal(a[0].sport_min, 1024);
	assert_int_equal(a[0].sport_max, 65535);
	assert_false(a[0].sport_not);
	assert_int_equal(a[0].dst.s_addr, addr("10.0.8.0"));
	assert_int_equal(a[0].dst_wild.s_addr, addr("0.255.0.255"));
	assert_int_equal(a[0].dport_min, 80);
	assert_int_equal(a[0].dport_max, 80);
	assert_true(a[0].dport_not);
	assert_int_equal(a[1].proto, 17);
	assert_int_equal(a[1].src_wild.s_addr, 0xffffffff);
	assert_int_equal(a[1].sport_min, 200);
	assert_int_equal(a[1].sport_max, 300);
	assert_int_equal(a[1].dport_min, 0);
	assert_int_equal(a[1].dport_max, 52);
	assert_false(a[2].permit);
	assert_int_equal(a[2].proto, 1);
	assert_int_equal(a[2].icmp_type, 3);
	assert_int_equal(a[2].icmp_code, 3);
	assert_int_equal(a[3].icmp_type, 0);
	assert_int_equal(a[3].icmp_code, 3);
	sg_parse_result_clear(&r);
}

static void test_psk_lookup(void **state)
{
	static const char text[] = "crypto isakmp key anyone address 0.0.0.0\n"
				   "crypto isakmp key net address 10.0.0.0 255.0.0.0\n"
				   "crypto isakmp key host address 10.0.0.1\n"
				   "crypto isakmp key subnet address 10.0.0.77 255.255.255.0\n";
	static const struct {
		const char *peer, *key;
	} cases[] = {
		{ "10.0.0.1", "host" },
		{ "10.0.0.2", "subnet" },
		{ "10.1.0.1", "net" },
		{ "192.0.2.1", "anyone" },
	};
	const struct sg_psk *psk;
	struct sg_parse_result r;
	struct in_addr peer;
	size_t i;

	(void)state;
	assert_int_equal(sg_config_parse(text, strlen(text), &r), 0);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		peer.s_addr = addr(cases[i].peer);
		psk = sg_config_psk(r.cfg, peer);
		assert_non_null(psk);
		assert_int_equal(psk->key_len, strlen(cases[i].key));
		assert_memory_equal(psk->key, cases[i].key, psk->key_len);
	}
	sg_parse_result_clear(&r);
	assert_int_equal(sg_config_parse("", 0, &r), 0);
	assert_null(sg_config_psk(r.cfg, peer));
	sg_parse_result_clear(&r);
}

/* --- text that no router wrote ------------------------------------------------------------ */

/* A small generator of its own (xorshift), so that a failure comes again. */
static uint32_t seed = 1;

static uint32_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed;
}

static double parse_any(const char *text, size_t len)
{
	struct timespec a, b;
	struct sg_parse_result r;
	size_t i;
	int rc;

	clock_gettime(CLOCK_MONOTONIC, &a);
	rc = sg_config_parse(text, len, &r);
	clock_gettime(CLOCK_MONOTONIC, &b);
	assert_true(rc == 0 || rc == -22);
	assert_int_equal(rc == 0, r.cfg != NULL);
	assert_true(r.message_count <= 2 * SG_CONFIG_ERRORS_MAX + 1);
	assert_true(r.ignored_count <= SG_CONFIG_IGNORED_MAX);
	for (i = 0; i < r.message_count; i++) {
		assert_true(strlen(r.messages[i].source) <= 255);
		assert_true(r.messages[i].text[0] == '%');
	}
	if (!rc)
		same_again(r.cfg);
	sg_parse_result_clear(&r);
	return b.tv_sec - a.tv_sec + (b.tv_nsec - a.tv_nsec) / 1e9;
}

static void mutate(const char *text, size_t len, const char *other, size_t other_len)
{
	size_t at, n, i, size = 2 * (len + other_len) + 64;
	char *copy = malloc(size);

	memcpy(copy, text, len);
	for (i = rnd() % 4 + 1; i && len; i--) {
		at = rnd() % len;
		switch (rnd() % 5) {
		case 0:
			copy[at] = rnd();
			break;
		case 1:
			n = rnd() % (len - at);
			n = n > 40 ? 40 : n;
			memmove(copy + at, copy + at + n, len - at - n);
			len -= n;
			break;
		case 2:
			copy[at] = "\n \t!0\"'%^"[rnd() % 9];
			break;
		case 3:
			len = at;
			break;
		case 4:
			n = rnd() % other_len;
			n = n > 60 ? 60 : n;
			if (len + n > size)
				break;
			memmove(copy + at + n, copy + at, len - at);
			memcpy(copy + at, other + rnd() % (other_len - n), n);
			len += n;
			break;
		}
	}
	parse_any(copy, len);
	free(copy);
}

static void test_mutations(void **state)
{
	static char names[NAMES_MAX][SG_NAME_MAX];
	int i, j, n = golden_names(names);
	char *text, *other;

	(void)state;
	for (i = 0; i < n; i++) {
		text = golden(names[i], ".conf");
		for (j = 0; j < MUTATIONS; j++) {
			other = golden(names[rnd() % n], ".conf");
			mutate(text, strlen(text), other, strlen(other));
			free(other);
		}
		free(text);
	}
}

/* Every beginning of a configuration is a configuration or an error, never a crash. */
static void test_truncated(void **state)
{
	char *text = must_slurp(CONFIGS "r2.conf"), *copy;
	size_t i, len = strlen(text);

	(void)state;
	for (i = 0; i <= len; i++) {
		copy = malloc(i + 1);	/* exact, so that the sanitizer sees a byte too far */
		memcpy(copy, text, i);
		copy = realloc(copy, i ? i : 1);
		parse_any(copy, i);
		free(copy);
	}
	free(text);
}

#define MEGABYTE 1000000
#define SECONDS_MAX 20.0	/* on a slow machine, under sanitizers */

static void test_large(void **state)
{
	char *text = malloc(10 * MEGABYTE);
	static const char ace[] = "access-list 100 permit tcp any any eq 00000\n";
	static const char junk[] = "no ip such thing\n";
	static const char bad[] = "crypto isakmp polcy\n";
	struct sg_parse_result r;
	size_t i, n;

	(void)state;
	/* noise of all bytes */
	for (i = 0; i < 10 * MEGABYTE; i++)
		text[i] = rnd() >> 11;
	assert_true(parse_any(text, 10 * MEGABYTE) < SECONDS_MAX);
	/* noise that prints */
	for (i = 0; i < 10 * MEGABYTE; i++)
		text[i] = "\n abcdefghijklmnopqrstuvwxyz 0123456789./-\n"[rnd() % 43];
	assert_true(parse_any(text, 10 * MEGABYTE) < SECONDS_MAX);
	/* one line */
	memset(text, 'a', 10 * MEGABYTE);
	assert_true(parse_any(text, MEGABYTE) < SECONDS_MAX);
	memcpy(text, "crypto map ", 11);
	assert_int_equal(sg_config_parse(text, MEGABYTE, &r), -22);
	assert_string_equal(r.messages[0].text, "% Line too long: the limit is 4096 characters");
	sg_parse_result_clear(&r);
	/* blanks, line ends, zeros */
	memset(text, ' ', 10 * MEGABYTE);
	assert_true(parse_any(text, 10 * MEGABYTE) < SECONDS_MAX);
	memset(text, '\n', 10 * MEGABYTE);
	assert_true(parse_any(text, 10 * MEGABYTE) < SECONDS_MAX);
	memset(text, 0, 10 * MEGABYTE);
	assert_true(parse_any(text, 10 * MEGABYTE) < SECONDS_MAX);
	/* lines that are not about IPsec, without end; errors without end */
	for (n = 0; n + sizeof(junk) < 10 * MEGABYTE; n += sizeof(junk) - 1)
		memcpy(text + n, junk, sizeof(junk) - 1);
	assert_true(parse_any(text, n) < SECONDS_MAX);
	for (n = 0; n + sizeof(bad) < 10 * MEGABYTE; n += sizeof(bad) - 1)
		memcpy(text + n, bad, sizeof(bad) - 1);
	assert_int_equal(sg_config_parse(text, n, &r), -22);
	assert_int_equal(r.message_count, SG_CONFIG_ERRORS_MAX + 1);
	assert_string_equal(r.messages[SG_CONFIG_ERRORS_MAX].text,
			    "% Too many errors: the rest is not looked at");
	sg_parse_result_clear(&r);
	/* more entries than a list takes */
	for (n = 0, i = 0; i < 5000; i++, n += sizeof(ace) - 1) {
		memcpy(text + n, ace, sizeof(ace) - 1);
		snprintf(text + n + sizeof(ace) - 7, 6, "%05zu", i);
		text[n + sizeof(ace) - 2] = '\n';
	}
	assert_int_equal(sg_config_parse(text, n, &r), -22);
	assert_string_equal(r.messages[0].text, "% An access list has at most 4096 entries");
	assert_int_equal(r.messages[0].line, 4097);
	sg_parse_result_clear(&r);
	free(text);
	/* more text than is taken */
	text = calloc(1, SG_CONFIG_BYTES_MAX + 1);
	assert_int_equal(sg_config_parse(text, SG_CONFIG_BYTES_MAX + 1, &r), -22);
	assert_int_equal(r.message_count, 1);
	sg_parse_result_clear(&r);
	free(text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_seal_routers),
		cmocka_unit_test(test_first_routers),
		cmocka_unit_test(test_ace_meaning),
		cmocka_unit_test(test_psk_lookup),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
