// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lifetimes: one side and the other of every limit, and which of several goes first.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../kmod/lifetime.h"
#include "../../uapi/sealgate.h"

#define OK	SG_LIFE_OK
#define SOFT	SG_LIFE_SOFT
#define HARD	SG_LIFE_HARD
#define KEPT	0xee		/* a reason that must stay as it was */

#define SECONDS	SG_EXPIRE_SECONDS
#define BYTES	SG_EXPIRE_BYTES
#define SEQ	SG_EXPIRE_SEQUENCE

/* The limits of a router's default: 3600 seconds, 4608000 kilobytes, rekey a little ahead. */
#define LIMITS	{ 3570, 3600, 4697620480ull, 4718592000ull }
#define NONE	{ 0, 0, 0, 0 }

static const struct {
	const char *what;
	struct sg_limits limits;
	struct sg_used used;
	enum sg_life life;
	u8 reason;
} cases[] = {
	{ "1: fresh", LIMITS, { 0, 0, 0 }, OK, KEPT },
	{ "2: a second before soft", LIMITS, { 3569, 0, 1 }, OK, KEPT },
	{ "3: soft seconds", LIMITS, { 3570, 0, 1 }, SOFT, SECONDS },
	{ "4: a second before hard", LIMITS, { 3599, 0, 1 }, SOFT, SECONDS },
	{ "5: hard seconds", LIMITS, { 3600, 0, 1 }, HARD, SECONDS },
	{ "6: a byte before soft", LIMITS, { 0, 4697620479ull, 1 }, OK, KEPT },
	{ "7: soft bytes, over 32 bits", LIMITS, { 0, 4697620480ull, 1 }, SOFT, BYTES },
	{ "8: a byte before hard", LIMITS, { 0, 4718591999ull, 1 }, SOFT, BYTES },
	{ "9: hard bytes", LIMITS, { 0, 4718592000ull, 1 }, HARD, BYTES },
	{ "10: one before the soft number", LIMITS, { 0, 0, 4278190078u }, OK, KEPT },
	{ "11: the soft number", LIMITS, { 0, 0, 4278190079u }, SOFT, SEQ },
	{ "12: one before the last number", LIMITS, { 0, 0, 4294967294u }, SOFT, SEQ },
	{ "13: the last number", LIMITS, { 0, 0, 4294967295u }, HARD, SEQ },
	{ "14: soft seconds and soft bytes", LIMITS, { 3570, 4697620480ull, 1 }, SOFT, SECONDS },
	{ "15: soft seconds and hard bytes", LIMITS, { 3570, 4718592000ull, 1 }, HARD, BYTES },
	{ "16: soft all, hard number", LIMITS, { 3599, 4718591999ull, U32_MAX }, HARD, SEQ },
	{ "17: hard all", LIMITS, { 3600, 4718592000ull, U32_MAX }, HARD, SECONDS },
	{ "18: hard bytes and number", LIMITS, { 0, 4718592000ull, U32_MAX }, HARD, BYTES },
	{ "19: no limits", NONE, { U64_MAX, U64_MAX, 1 }, OK, KEPT },
	{ "20: no limits, but numbers end", NONE, { 0, 0, U32_MAX }, HARD, SEQ },
	{ "21: hard without soft", { 0, 10, 0, 0 }, { 9, 0, 1 }, OK, KEPT },
	{ "22: hard without soft, over", { 0, 10, 0, 0 }, { 10, 0, 1 }, HARD, SECONDS },
	{ "23: far beyond", LIMITS, { U64_MAX, 0, 0 }, HARD, SECONDS },
};

static void limits(void **state)
{
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		u8 reason = KEPT;
		enum sg_life life = sg_life(&cases[i].limits, &cases[i].used, &reason);

		if (life != cases[i].life || reason != cases[i].reason)
			fail_msg("%s: life %d reason %u", cases[i].what, life, reason);
	}
}

static void sensible(void **state)
{
	static const struct {
		struct sg_limits limits;
		int err;
	} check[] = {
		{ NONE, 0 },
		{ LIMITS, 0 },
		{ { 0, 10, 0, 20 }, 0 },
		{ { 9, 10, 19, 20 }, 0 },
		{ { 10, 10, 0, 0 }, -EINVAL },
		{ { 11, 10, 0, 0 }, -EINVAL },
		{ { 5, 0, 0, 0 }, -EINVAL },
		{ { 0, 0, 20, 20 }, -EINVAL },
		{ { 0, 0, 21, 20 }, -EINVAL },
		{ { 0, 0, 1, 0 }, -EINVAL },
		{ { 9, 10, U64_MAX, 20 }, -EINVAL },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(check); i++)
		if (sg_limits_check(&check[i].limits) != check[i].err)
			fail_msg("case %u", i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits),
		cmocka_unit_test(sensible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
