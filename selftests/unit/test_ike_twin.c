// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two engines against each other: a tunnel from either side, and what must hold when packets are
 * lost, doubled, late or damaged.
 */
#include "twin.h"
#include "twin_configs.h"


static void test_tunnel_from_a(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 1);

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
