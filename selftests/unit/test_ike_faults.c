// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Each of the nine packets of a negotiation lost, doubled, late or damaged. The tunnel comes up in
 * the end, or nothing is left of the attempt; at every end both kernels hold SAs that fit each
 * other.
 */
#include "twin.h"
#include "twin_configs.h"

#define PACKETS 9	/* Main Mode 6, Quick Mode 3 */
#define ENOUGH_MS 60000

static struct twin *with_fault(unsigned int packet, enum fault_kind kind, size_t arg, bool from_b,
			       uint64_t ms)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 1000 * packet + kind * 100 + arg);

	t->fault = (struct fault){ .packet = packet, .kind = kind, .arg = arg };
	side_acquire(from_b ? &t->b : &t->a);
	twin_run(t, ms);
	return t;
}

/* Up, with one pair, and one IKE SA each: a fault must not multiply anything. */
static void expect_up(struct twin *t)
{
	twin_check_up(t, 1);
	assert_int_equal(side_isas(&t->a), 1);
	assert_int_equal(side_isas(&t->b), 1);
	twin_free(t);
}

static void test_drop(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 1; i <= PACKETS; i++) {
		expect_up(with_fault(i, FAULT_DROP, 0, false, ENOUGH_MS));
		expect_up(with_fault(i, FAULT_DROP, 0, true, ENOUGH_MS));
	}
}

/* One loss costs one retransmission: 4 s, and nobody waits longer. */
static void test_drop_recovers_soon(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 1; i <= PACKETS; i++)
		expect_up(with_fault(i, FAULT_DROP, 0, false, 4000 + 20 * WIRE_MS));
}

static void test_double(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 1; i <= PACKETS; i++)
		expect_up(with_fault(i, FAULT_DOUBLE, 0, false, ENOUGH_MS));
}

/* So late that it arrives behind its own retransmission, or behind the end. */
static void test_delay(void **state)
{
	static const size_t ms[] = { 15, 25, 4005, 4500, 12000 };
	unsigned int i;
	size_t j;

	(void)state;
	for (i = 1; i <= PACKETS; i++)
		for (j = 0; j < sizeof(ms) / sizeof(ms[0]); j++)
			expect_up(with_fault(i, FAULT_DELAY, ms[j], false, ENOUGH_MS));
}

/*
 * A flipped bit anywhere in an encrypted packet or in a header is a loss. In the clear packets it
 * may change what the hashes cover: then the attempt fails and the next succeeds; here it is
 * enough that nothing wrong is ever installed.
 */
static void test_flip(void **state)
{
	static const size_t at[] = { 0, 8, 16, 17, 18, 19, 20, 27, 28, 29, 30, 31, 40, 51, 60 };
	struct twin *t;
	unsigned int i;
	size_t j;

	(void)state;
	for (i = 1; i <= PACKETS; i++)
		for (j = 0; j < sizeof(at) / sizeof(at[0]); j++) {
			t = with_fault(i, FAULT_FLIP, at[j], false, ENOUGH_MS);
			twin_check(t);
			if (i >= 5)
				twin_check_up(t, 1);
			/* What was lost for good is asked for again. */
			if (!side_count(&t->a, SG_DIR_OUT)) {
				twin_run(t, 300000);
				side_acquire(&t->a);
				twin_run(t, ENOUGH_MS);
				side_acquire(&t->a);
				twin_run(t, ENOUGH_MS);
			}
			assert_true(side_count(&t->a, SG_DIR_OUT) == 1);
			assert_true(side_count(&t->b, SG_DIR_OUT) == 1);
			twin_check(t);
			twin_free(t);
		}
}

static void test_truncate(void **state)
{
	static const size_t to[] = { 0, 1, 27, 28, 29, 32, 44 };
	unsigned int i;
	size_t j;

	(void)state;
	for (i = 1; i <= PACKETS; i++)
		for (j = 0; j < sizeof(to) / sizeof(to[0]); j++)
			expect_up(with_fault(i, FAULT_TRUNCATE, to[j], false, ENOUGH_MS));
}

/* Both ends want the tunnel at the same moment; whatever comes of it works. */
static void test_both_at_once(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 7);
	const struct sg_ksa *out;

	(void)state;
	side_acquire(&t->a);
	side_acquire(&t->b);
	twin_run(t, ENOUGH_MS);
	twin_check(t);
	out = side_sa(&t->a, SG_DIR_OUT, 0);
	assert_non_null(out);
	assert_int_equal(side_count(&t->a, SG_DIR_OUT), 1);
	assert_int_equal(side_count(&t->b, SG_DIR_OUT), 1);
	twin_free(t);
}

static bool random_delay(struct twin *t, unsigned int number, struct datagram *d)
{
	(void)number;
	d->at += twin_random64(t) % 400;
	return true;
}

/*
 * The same with every packet late by chance: neither end's INITIAL-CONTACT undoes the other's
 * work.
 */
static void test_both_about_at_once(void **state)
{
	struct twin *t;
	uint64_t seed;

	(void)state;
	for (seed = 100; seed < 180; seed++) {
		t = twin_alloc(A_SEED, B_SEED, seed);
		t->tamper = random_delay;
		side_acquire(&t->a);
		twin_run(t, twin_random64(t) % 1500);
		side_acquire(&t->b);
		twin_run(t, ENOUGH_MS);
		twin_check(t);
		assert_int_equal(side_count(&t->a, SG_DIR_OUT), 1);
		assert_int_equal(side_count(&t->b, SG_DIR_OUT), 1);
		twin_free(t);
	}
}

/*
 * A's message 5, which says INITIAL-CONTACT, comes 3 s late; meanwhile B has brought up the tunnel
 * by itself (and A its own pair on B's IKE SA). The late claim does not take them down.
 */
static void test_late_initial_contact(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 400);

	(void)state;
	t->fault = (struct fault){ .packet = 5, .kind = FAULT_DELAY, .arg = 3000 };
	side_acquire(&t->a);
	twin_run(t, 100);
	side_acquire(&t->b);
	twin_run(t, 1000);
	assert_int_equal(side_count(&t->a, SG_DIR_OUT), 1);
	assert_int_equal(side_count(&t->b, SG_DIR_OUT), 1);
	twin_run(t, ENOUGH_MS);
	assert_int_equal(side_count(&t->a, SG_DIR_IN), 2);
	assert_int_equal(side_count(&t->b, SG_DIR_IN), 2);
	assert_int_equal(side_count(&t->a, SG_DIR_OUT), 1);
	assert_int_equal(side_count(&t->b, SG_DIR_OUT), 1);
	twin_check(t);
	assert_int_equal(side_isas(&t->a), 2);
	assert_false(twin_said(t, "DOWN"));
	twin_free(t);
}

/* The stored answer goes out again for each duplicate, five times and no more. */
static void test_duplicates_are_bounded(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 401);
	struct datagram *first = &t->wire[0];
	unsigned int i;

	(void)state;
	side_acquire(&t->a);
	assert_true(first->used);
	for (i = 0; i < 20; i++)
		twin_inject(&t->b, &t->a.addr, first->buf, first->len);
	assert_int_equal(t->sent, 1 + 1 + 5);
	twin_run(t, ENOUGH_MS);
	twin_check_up(t, 1);
	twin_free(t);
}

static bool random_loss(struct twin *t, unsigned int number, struct datagram *d)
{
	(void)number;
	d->at += twin_random64(t) % 40;
	return twin_random64(t) % 100 >= 30;
}

/*
 * 30 % loss, reordering, both ways: most get through (the responder forgets what is not finished
 * after 30 s), and what failed left nothing that hinders the next attempt.
 */
static void test_lossy_wire(void **state)
{
	unsigned int up = 0;
	struct twin *t;
	uint64_t seed;

	(void)state;
	for (seed = 1; seed <= 40; seed++) {
		t = twin_alloc(A_SEED, B_SEED, seed);
		t->tamper = random_loss;
		side_acquire(&t->a);
		twin_run(t, 200000);
		t->tamper = NULL;
		twin_run(t, 200000);
		twin_check(t);
		if (side_count(&t->a, SG_DIR_OUT))
			up++;
		else
			side_acquire(&t->a);
		twin_run(t, ENOUGH_MS);
		twin_check_up(t, 1);
		twin_free(t);
	}
	assert_in_range(up, 30, 39);
}

/* The peer is not there at all: five retransmissions, then the packets that wait are let go. */
static void test_nobody_answers(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 9);
	uint64_t age;

	(void)state;
	side_stop(&t->b);
	side_acquire(&t->a);
	twin_run(t, 164000);
	assert_int_equal(t->sent, 6);	/* at 0, 4, 11.2, 24.1, 47.4 and 89.4 s */
	assert_int_equal(sg_mock_calls_of(t->a.kernel, SG_MOCK_FLOW_FAIL), 0);
	twin_run(t, 2000);		/* 164.9 s */
	assert_int_equal(t->sent, 6);
	assert_int_equal(sg_mock_calls_of(t->a.kernel, SG_MOCK_FLOW_FAIL), 1);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
	assert_string_equal(sg_ike_last_failure(t->a.ike, "cisco", 10, &age),
			    "peer does not answer");
	twin_free(t);
}

/* There is no way to the peer: the log says so at once, and the entry's failure in the end. */
static void test_cannot_send(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 70);
	uint64_t age;

	(void)state;
	t->a.send_err = -ENETUNREACH;
	side_acquire(&t->a);
	twin_run(t, 60000);
	assert_int_equal(t->sent, 0);
	assert_int_equal(twin_lines(t, "A|%CRYPTO-4-IKMP_SEND: IKE message to 10.10.10.2 could not be "
				    "sent: Network is unreachable"), 1);
	twin_run(t, 140000);
	assert_string_equal(sg_ike_last_failure(t->a.ike, "cisco", 10, &age),
			    "no message could be sent: Network is unreachable");
	/* It was for a moment only: nothing is left of it. */
	side_acquire(&t->a);
	twin_run(t, 1000);
	t->a.send_err = 0;
	twin_run(t, 10000);
	twin_check_up(t, 1);
	assert_null(sg_ike_last_failure(t->a.ike, "cisco", 10, NULL));
	twin_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drop),
		cmocka_unit_test(test_drop_recovers_soon),
		cmocka_unit_test(test_double),
		cmocka_unit_test(test_delay),
		cmocka_unit_test(test_flip),
		cmocka_unit_test(test_truncate),
		cmocka_unit_test(test_both_at_once),
		cmocka_unit_test(test_both_about_at_once),
		cmocka_unit_test(test_late_initial_contact),
		cmocka_unit_test(test_duplicates_are_bounded),
		cmocka_unit_test(test_lossy_wire),
		cmocka_unit_test(test_nobody_answers),
		cmocka_unit_test(test_cannot_send),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
