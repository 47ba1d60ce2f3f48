// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What two configurations agree on, and how they fail where they do not: the reason in words,
 * nothing left behind, no storm of attempts.
 */
#include "twin.h"
#include "twin_configs.h"

#define POLICY(n, rest) "crypto isakmp policy " #n "\n authentication pre-share\n" rest

static uint64_t refused(const struct side *side, enum sg_ike_refusal why)
{
	struct sg_ike_counters counters;

	sg_ike_counters(side->ike, &counters);
	return counters.refused[why];
}

static void expect_nothing(struct twin *t)
{
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
	assert_int_equal(sg_mock_sa_count(t->b.kernel), 0);
}

static void test_wrong_key(void **state)
{
	struct twin *t = twin_alloc(SEED_POLICY "crypto isakmp key cisco124 address 10.10.10.2\n"
				    SEED_SET A_MAP A_INTERFACE A_ACL, B_SEED, 1);

	(void)state;
	side_acquire(&t->a);
	twin_run(t, 200000);
	expect_nothing(t);
	assert_true(twin_said(t, "B|%CRYPTO-4-IKMP_KEY_MISMATCH: Authentication of peer 10.10.10.1 failed: "
			      "probable pre-shared key mismatch"));
	assert_non_null(strstr(sg_ike_last_failure(t->a.ike, "cisco", 10, NULL),
			       "probable pre-shared key mismatch"));
	assert_string_equal(sg_ike_last_failure(t->b.ike, "cisco", 10, NULL),
			    "probable pre-shared key mismatch");
	assert_int_equal(sg_mock_calls_of(t->a.kernel, SG_MOCK_FLOW_FAIL), 1);
	assert_int_equal(side_isas(&t->a) + side_isas(&t->b), 0);
	assert_false(twin_said(t, "cisco12"));
	/* Put right, it works. */
	side_configure(&t->a, A_SEED);
	side_acquire(&t->a);
	twin_run(t, 2000);
	twin_check_up(t, 1);
	assert_null(sg_ike_last_failure(t->a.ike, "cisco", 10, NULL));
	twin_free(t);
}

/* Anyone who may speak to us can fail as often as he likes: the log gets a line a minute. */
static void test_wrong_key_again_and_again(void **state)
{
	struct twin *t = twin_alloc(SEED_POLICY "crypto isakmp key cisco124 address 10.10.10.2\n"
				    SEED_SET A_MAP A_INTERFACE A_ACL, B_SEED, 6);
	unsigned int i;

	(void)state;
	for (i = 0; i < 4; i++) {
		side_acquire(&t->a);
		twin_run(t, 1000);
		sg_ike_clear_isakmp(t->a.ike, 0);
		twin_run(t, 11000);
	}
	assert_true(refused(&t->b, SG_REFUSE_HASH) + refused(&t->b, SG_REFUSE_MALFORMED) >= 4);
	assert_int_equal(twin_lines(t, "B|%CRYPTO-4-IKMP_KEY_MISMATCH"), 1);
	twin_run(t, 20000);
	side_acquire(&t->a);
	twin_run(t, 1000);
	assert_int_equal(twin_lines(t, "B|%CRYPTO-4-IKMP_KEY_MISMATCH"), 2);
	twin_free(t);
}

static void test_no_common_policy(void **state)
{
	struct twin *t = twin_alloc(POLICY(1, " encr 3des\n hash sha\n group 2\n") A_REST, B_SEED,
				    2);
	struct sg_ike_sa_info info = { 0 };

	(void)state;
	(void)info;
	side_acquire(&t->a);
	twin_run(t, 200000);
	expect_nothing(t);
	assert_true(refused(&t->b, SG_REFUSE_PROPOSAL) >= 1);
	assert_string_equal(sg_ike_last_failure(t->b.ike, "cisco", 10, NULL),
			    "no isakmp policy of ours matches the peer's offer");
	/* A was told so, but unprotected: a hint, and the reason only in the end. */
	assert_non_null(strstr(sg_ike_last_failure(t->a.ike, "cisco", 10, NULL),
			       "NO-PROPOSAL-CHOSEN"));
	assert_true(refused(&t->a, SG_REFUSE_HINT) >= 1);
	assert_true(twin_said(t, "B|%CRYPTO-5-IKMP_NO_PROPOSAL: Peer 10.10.10.1: "));
	twin_free(t);
}

static void one_policy(const struct sg_ike_sa_info *info, void *ctx)
{
	*(struct sg_policy *)ctx = info->policy;
}

/* Four offered; the responder goes by its own priorities. */
static void test_several_policies(void **state)
{
	struct twin *t = twin_alloc(
		POLICY(1, " encr des\n hash md5\n group 1\n")
		POLICY(2, " encr 3des\n hash sha\n group 2\n lifetime 1000\n")
		POLICY(3, " encr aes 192\n hash sha\n group 5\n")
		POLICY(4, " encr aes\n hash md5\n group 14\n") A_REST,
		POLICY(5, " encr aes 256\n hash sha\n group 14\n")
		POLICY(10, " encr aes 192\n hash sha\n group 5\n lifetime 2000\n")
		POLICY(20, " encr 3des\n hash sha\n group 2\n") B_REST, 3);
	struct sg_policy a = { 0 }, b = { 0 };

	(void)state;
	side_acquire(&t->a);
	twin_run(t, 3000);
	twin_check_up(t, 1);
	sg_ike_walk(t->a.ike, one_policy, &a);
	sg_ike_walk(t->b.ike, one_policy, &b);
	assert_int_equal(a.encr, SG_ENCR_AES);
	assert_int_equal(a.key_bits, 192);
	assert_int_equal(a.group, 5);
	assert_int_equal(b.key_bits, 192);
	/*
	 * The chosen transform is echoed unchanged: only the responder knows that its lifetime
	 * is shorter.
	 */
	assert_int_equal(a.lifetime, 86400);
	assert_int_equal(b.lifetime, 2000);
	twin_run(t, 2001000);
	assert_int_equal(side_isas(&t->a), 0);
	twin_check_up(t, 1);
	twin_free(t);
}

static void test_every_policy(void **state)
{
	static const char *const policies[] = {
		POLICY(1, " encr des\n hash md5\n group 1\n"),
		POLICY(1, " encr des\n hash sha\n group 2\n"),
		POLICY(1, " encr 3des\n hash md5\n group 2\n"),
		POLICY(1, " encr 3des\n hash sha\n group 5\n"),
		POLICY(1, " encr aes\n hash md5\n group 2\n"),
		POLICY(1, " encr aes 192\n hash md5\n group 5\n"),
		POLICY(1, " encr aes 256\n hash sha\n group 14\n"),
	};
	char a[2048], b[2048];
	struct twin *t;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(policies) / sizeof(policies[0]); i++) {
		snprintf(a, sizeof(a), "%s%s", policies[i], A_REST);
		snprintf(b, sizeof(b), "%s%s", policies[i], B_REST);
		t = twin_alloc(a, b, 50 + i);
		side_acquire(&t->b);
		twin_run(t, 3000);
		twin_check_up(t, 1);
		twin_free(t);
	}
}

#define TWO_SETS "crypto ipsec transform-set one esp-seal esp-md5-hmac\n" \
	"crypto ipsec transform-set two esp-seal esp-sha-hmac\n"

static void test_several_sets(void **state)
{
	struct twin *t = twin_alloc(
		SEED_POLICY A_KEY TWO_SETS A_MAP_HEAD
		" set transform-set one two\n match address 100\n" A_INTERFACE A_ACL, B_SEED, 4);

	(void)state;
	side_acquire(&t->a);
	twin_run(t, 3000);
	twin_check_up(t, 1);
	assert_int_equal(side_sa(&t->a, SG_DIR_OUT, 0)->auth, SG_AUTH_HMAC_SHA1_96);
	twin_free(t);

	t = twin_alloc(SEED_POLICY A_KEY TWO_SETS A_MAP_HEAD
		       " set transform-set one two\n match address 100\n" A_INTERFACE A_ACL,
		       SEED_POLICY B_KEY TWO_SETS B_MAP_HEAD
		       " set transform-set two one\n match address 100\n" B_INTERFACE B_ACL, 5);
	side_acquire(&t->a);
	twin_run(t, 3000);
	twin_check_up(t, 1);
	/* the first received that fits */
	assert_int_equal(side_sa(&t->a, SG_DIR_OUT, 0)->auth, SG_AUTH_HMAC_MD5_96);
	assert_int_equal(side_sa(&t->a, SG_DIR_OUT, 0)->auth_key_len, 16);
	twin_free(t);
}

static void test_no_common_set(void **state)
{
	struct twin *t = twin_alloc(
		SEED_POLICY A_KEY "crypto ipsec transform-set cisco esp-seal esp-md5-hmac\n" A_MAP
		A_INTERFACE A_ACL, B_SEED, 6);

	(void)state;
	side_acquire(&t->a);
	twin_run(t, 3000);
	expect_nothing(t);
	/* Protected, so believed: it fails at once. */
	assert_string_equal(sg_ike_last_failure(t->a.ike, "cisco", 10, NULL),
			    "peer refuses: NO-PROPOSAL-CHOSEN");
	assert_string_equal(sg_ike_last_failure(t->b.ike, "cisco", 10, NULL),
			    "no transform set of ours matches the peer's offer");
	assert_int_equal(sg_mock_calls_of(t->a.kernel, SG_MOCK_FLOW_FAIL), 1);
	assert_int_equal(side_isas(&t->a), 1);
	twin_free(t);
}

static void acl_pair(const char *acl_a, const char *acl_b, uint64_t seed, bool works)
{
	char a[2048], b[2048];
	struct twin *t;

	snprintf(a, sizeof(a), "%s%s", SEED_POLICY A_KEY SEED_SET A_MAP A_INTERFACE, acl_a);
	snprintf(b, sizeof(b), "%s%s", SEED_POLICY B_KEY SEED_SET B_MAP B_INTERFACE, acl_b);
	t = twin_alloc(a, b, seed);
	side_acquire(&t->a);
	twin_run(t, 3000);
	if (works) {
		twin_check_up(t, 1);
	} else {
		expect_nothing(t);
		assert_string_equal(sg_ike_last_failure(t->a.ike, "cisco", 10, NULL),
				    "peer refuses: INVALID-ID-INFORMATION");
		assert_non_null(strstr(sg_ike_last_failure(t->b.ike, "cisco", 10, NULL),
				       "no crypto map entry grants local 20.20."));
		assert_int_equal(refused(&t->b, SG_REFUSE_IDENTITY), 1);
	}
	twin_free(t);
}

static void test_proxies(void **state)
{
	(void)state;
	/* a subset of what B grants */
	acl_pair("access-list 100 permit ip host 172.18.124.9 20.20.20.0 0.0.0.255\n",
		 B_ACL, 60, true);
	acl_pair("access-list 100 permit ip 172.18.124.64 0.0.0.63 host 20.20.20.1\n",
		 B_ACL, 61, true);
	acl_pair("access-list 100 permit tcp 172.18.124.0 0.0.0.255 20.20.20.0 0.0.0.255\n",
		 B_ACL, 62, true);
	acl_pair("access-list 100 permit tcp 172.18.124.0 0.0.0.255 20.20.20.0 0.0.0.255 eq 80\n",
		 "access-list 100 permit tcp 20.20.20.0 0.0.0.255 eq 80 172.18.124.0 0.0.0.255\n",
		 63, true);
	/* more than B grants */
	acl_pair("access-list 100 permit ip 172.18.0.0 0.0.255.255 20.20.20.0 0.0.0.255\n",
		 B_ACL, 64, false);
	acl_pair("access-list 100 permit ip 172.18.124.0 0.0.0.255 20.20.0.0 0.0.255.255\n",
		 B_ACL, 65, false);
	acl_pair(A_ACL, "access-list 100 permit tcp 20.20.20.0 0.0.0.255 172.18.124.0 0.0.0.255\n",
		 66, false);
	/* a deny in B's way */
	acl_pair("access-list 100 permit ip host 172.18.124.9 20.20.20.0 0.0.0.255\n",
		 "access-list 100 deny ip 20.20.20.0 0.0.0.255 host 172.18.124.9\n" B_ACL,
		 67, false);
}

/* A flow that keeps asking gets a negotiation every ten seconds, not one a packet. */
static void test_pace(void **state)
{
	struct twin *t = twin_alloc(
		SEED_POLICY A_KEY "crypto ipsec transform-set cisco esp-seal esp-md5-hmac\n" A_MAP
		A_INTERFACE A_ACL, B_SEED, 7);
	unsigned int i;

	(void)state;
	for (i = 0; i < 600; i++) {
		side_acquire(&t->a);
		twin_run(t, 100);
	}
	/* 60 s: 6 Main Mode, then a Quick Mode and its refusal at 0, 10, ..., 50 s */
	assert_in_range(t->sent, 6 + 2 * 5, 6 + 2 * 7);
	twin_free(t);
}

/* Many flows at once: one Main Mode, a Quick Mode each, no more than 64 at a time. */
static void test_many_flows(void **state)
{
	static char a[32768], b[32768];
	struct twin *t;
	unsigned int i;
	size_t n, m;

	(void)state;
	n = snprintf(a, sizeof(a), "%s", SEED_POLICY A_KEY SEED_SET A_MAP A_INTERFACE);
	m = snprintf(b, sizeof(b), "%s", SEED_POLICY B_KEY SEED_SET B_MAP B_INTERFACE);
	for (i = 0; i < 200; i++) {
		n += snprintf(a + n, sizeof(a) - n,
			      "access-list 100 permit ip host 172.18.124.%u 20.20.20.0 0.0.0.255\n",
			      i);
		m += snprintf(b + m, sizeof(b) - m,
			      "access-list 100 permit ip 20.20.20.0 0.0.0.255 host 172.18.124.%u\n",
			      i);
	}
	t = twin_alloc(a, b, 8);
	for (i = 0; i < 200; i++)
		side_acquire_flow(&t->a, 0, i);
	twin_run(t, 60000);
	twin_check_up(t, 200);
	assert_int_equal(side_isas(&t->a), 1);
	assert_int_equal(t->sent, 6 + 3 * 200);
	twin_free(t);
}

#define A_TWO_PEERS "crypto map cisco 10 ipsec-isakmp\n set peer 10.10.10.7\n set peer 10.10.10.2\n"

/* The first peer does not answer: after 165 s the second gets its turn, and keeps it. */
static void test_next_peer(void **state)
{
	struct twin *t = twin_alloc(SEED_POLICY A_KEY
				    "crypto isakmp key cisco123 address 10.10.10.7\n" SEED_SET
				    A_TWO_PEERS MAP_TAIL A_INTERFACE A_ACL, B_SEED, 9);

	(void)state;
	side_acquire(&t->a);
	twin_run(t, 160000);
	expect_nothing(t);
	assert_int_equal(sg_ike_current_peer(t->a.ike, "cisco", 10).s_addr, 0);
	twin_run(t, 10000);
	twin_check_up(t, 1);
	assert_int_equal(sg_ike_current_peer(t->a.ike, "cisco", 10).s_addr,
			 t->b.addr.sin_addr.s_addr);
	assert_int_equal(sg_mock_calls_of(t->a.kernel, SG_MOCK_FLOW_FAIL), 0);
	side_expire(&t->a, side_sa(&t->a, SG_DIR_IN, 0), true);
	twin_run(t, 1000);
	expect_nothing(t);
	side_acquire(&t->a);
	twin_run(t, 1000);
	twin_check_up(t, 1);
	twin_free(t);
}

/* No key for the first peer: the second at once. */
static void test_peer_without_key(void **state)
{
	struct twin *t = twin_alloc(SEED_POLICY A_KEY SEED_SET A_TWO_PEERS MAP_TAIL A_INTERFACE
				    A_ACL, B_SEED, 10);

	(void)state;
	side_acquire(&t->a);
	twin_run(t, 1000);
	twin_check_up(t, 1);
	twin_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_key),
		cmocka_unit_test(test_wrong_key_again_and_again),
		cmocka_unit_test(test_no_common_policy),
		cmocka_unit_test(test_several_policies),
		cmocka_unit_test(test_every_policy),
		cmocka_unit_test(test_several_sets),
		cmocka_unit_test(test_no_common_set),
		cmocka_unit_test(test_proxies),
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_many_flows),
		cmocka_unit_test(test_next_peer),
		cmocka_unit_test(test_peer_without_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
