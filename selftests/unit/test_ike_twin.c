// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two engines against each other: a tunnel from either side, and what must hold when packets are
 * lost, doubled, late or damaged.
 */
#include "twin.h"

#define R1_TEXT "hostname R1\n" \
	"crypto isakmp policy 1\n encr aes 256\n hash md5\n authentication pre-share\n group 2\n" \
	"crypto isakmp key cisco123 address 10.10.10.2\n" \
	"crypto ipsec transform-set cisco esp-seal esp-sha-hmac\n" \
	"crypto map cisco 10 ipsec-isakmp\n set peer 10.10.10.2\n set transform-set cisco\n" \
	" match address 100\n" \
	"interface Ethernet1/0\n ip address 10.10.10.1 255.255.255.0\n crypto map cisco\n" \
	"access-list 100 permit ip 172.18.124.0 0.0.0.255 20.20.20.0 0.0.0.255\n"
#define R2_TEXT "hostname R2\n" \
	"crypto isakmp policy 1\n encr aes 256\n hash md5\n authentication pre-share\n group 2\n" \
	"crypto isakmp key cisco123 address 10.10.10.1\n" \
	"crypto ipsec transform-set cisco esp-seal esp-sha-hmac\n" \
	"crypto map cisco 10 ipsec-isakmp\n set peer 10.10.10.1\n set transform-set cisco\n" \
	" match address 100\n" \
	"interface Ethernet0/0\n ip address 10.10.10.2 255.255.255.0\n crypto map cisco\n" \
	"access-list 100 permit ip 20.20.20.0 0.0.0.255 172.18.124.0 0.0.0.255\n"

static void test_tunnel_from_a(void **state)
{
	struct twin *t = twin_alloc(R1_TEXT, R2_TEXT, 1);

	(void)state;
	t->a.debug = 7; t->b.debug = 7;
	side_acquire(&t->a);
	twin_run(t, 2000);
	if (getenv("TWIN_LOG")) fputs(t->log, stderr);
	twin_check_up(t, 1);
	assert_int_equal(t->sent, 9);
	twin_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tunnel_from_a),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
