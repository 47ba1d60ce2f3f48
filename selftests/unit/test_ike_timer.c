// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The heap of timers against a plain array, and the set of message IDs at its bounds.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../agent/ike/msgid.h"
#include "../../agent/ike/timer.h"

#define COUNT 100
#define ROUNDS 20000

static struct sg_timers timers;
static struct sg_timer timer[COUNT];
static uint64_t due[COUNT];		/* 0: not armed */
static uint64_t now, last_due;
static unsigned int fired;

static void fire(struct sg_timer *t)
{
	size_t i = t - timer;

	assert_true(t->due >= last_due);
	assert_true(t->due <= now);
	assert_int_equal(due[i], t->due);
	last_due = t->due;
	due[i] = 0;
	fired++;
}

static uint64_t first(void)
{
	uint64_t min = UINT64_MAX;
	size_t i;

	for (i = 0; i < COUNT; i++)
		if (due[i] && due[i] < min)
			min = due[i];
	return min;
}

static void test_timers(void **state)
{
	uint32_t r = 1;
	unsigned int i;
	size_t k;

	(void)state;
	assert_true(sg_timers_next(&timers) == UINT64_MAX);
	for (k = 0; k < COUNT; k++)
		assert_int_equal(sg_timer_init(&timers, &timer[k], fire), 0);
	now = 1;
	for (i = 0; i < ROUNDS; i++) {
		r = r * 1664525 + 1013904223;
		k = (r >> 8) % COUNT;
		switch ((r >> 28) % 4) {
		case 0:
			sg_timer_stop(&timers, &timer[k]);
			due[k] = 0;
			break;
		case 1:
			now += (r >> 16) % 50;
			last_due = 0;
			sg_timers_run(&timers, now);
			assert_true(first() > now);
			break;
		default:
			due[k] = now + 1 + (r >> 16) % 200;
			sg_timer_set(&timers, &timer[k], due[k]);
			break;
		}
		assert_true(sg_timers_next(&timers) == first());
	}
	assert_true(fired > 1000);
	for (k = 0; k < COUNT; k++)
		sg_timer_exit(&timers, &timer[k]);
	assert_true(sg_timers_next(&timers) == UINT64_MAX);
	assert_int_equal(timers.reserved, 0);
	sg_timers_free(&timers);
}

static void test_message_ids(void **state)
{
	struct sg_msgids ids = { 0 };
	uint32_t i;

	(void)state;
	assert_false(sg_msgid_seen(&ids, 5));
	assert_false(sg_msgid_seen(&ids, 0));
	for (i = 1; i <= SG_MSGID_MAX; i++) {
		assert_int_equal(sg_msgid_add(&ids, i * 2654435769u), 0);
		assert_int_equal(sg_msgid_add(&ids, i * 2654435769u), -EEXIST);
	}
	for (i = 1; i <= SG_MSGID_MAX; i++)
		assert_true(sg_msgid_seen(&ids, i * 2654435769u));
	assert_false(sg_msgid_seen(&ids, (SG_MSGID_MAX + 1) * 2654435769u));
	assert_false(sg_msgid_seen(&ids, 0));
	assert_int_equal(sg_msgid_add(&ids, (SG_MSGID_MAX + 1) * 2654435769u), -ENOSPC);
	sg_msgids_free(&ids);
	assert_false(sg_msgid_seen(&ids, 2654435769u));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timers),
		cmocka_unit_test(test_message_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
