// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ESP lengths: figures worked out by hand for SEAL with a 96-bit ICV, for a block cipher with an
 * IV, and the laws that padding, size and room obey.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../../kmod/espsize.h"

static const struct sg_esp_shape seal = { .outer = 20, .iv = 0, .align = 4, .icv = 12 };
static const struct sg_esp_shape seal_udp = { .outer = 28, .iv = 0, .align = 4, .icv = 12 };
static const struct sg_esp_shape des = { .outer = 20, .iv = 8, .align = 8, .icv = 12 };
static const struct sg_esp_shape aes = { .outer = 20, .iv = 16, .align = 16, .icv = 12 };
static const struct sg_esp_shape bare = { .outer = 20, .iv = 0, .align = 4, .icv = 0 };

static void sizes(void **state)
{
	static const struct {
		const struct sg_esp_shape *shape;
		u32 payload, pad, size;
	} size[] = {
		/* 20 + 8 + payload + pad + 2 + 12 */
		{ &seal, 0, 2, 44 },
		{ &seal, 1, 1, 44 },
		{ &seal, 2, 0, 44 },
		{ &seal, 3, 3, 48 },
		{ &seal, 84, 2, 128 },		/* ping: 42 more, and 2 of padding */
		{ &seal, 1457, 1, 1500 },
		{ &seal, 1458, 0, 1500 },
		{ &seal, 1459, 3, 1504 },
		{ &seal_udp, 84, 2, 136 },
		{ &des, 84, 2, 136 },		/* 20 + 8 + 8 + 84 + 2 + 2 + 12 */
		{ &des, 86, 0, 136 },
		{ &des, 87, 7, 144 },
		{ &aes, 84, 10, 152 },		/* 20 + 8 + 16 + 96 + 12 */
		{ &aes, 94, 0, 152 },
		{ &aes, 95, 15, 168 },
		{ &bare, 20, 2, 52 },
		{ &seal, 65493, 1, 65536 },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(size); i++) {
		assert_int_equal(sg_esp_pad(size[i].shape, size[i].payload), size[i].pad);
		assert_int_equal(sg_esp_size(size[i].shape, size[i].payload), size[i].size);
	}
}

static void room(void **state)
{
	static const struct {
		const struct sg_esp_shape *shape;
		u32 mtu, payload;
	} fit[] = {
		{ &seal, 1500, 1458 },
		{ &seal, 1501, 1458 },
		{ &seal, 1503, 1458 },
		{ &seal, 1504, 1462 },
		{ &seal, 9000, 8958 },
		{ &seal, 68, 26 },
		{ &seal, 48, 6 },
		{ &seal, 44, 2 },
		{ &seal, 43, 0 },
		{ &seal, 40, 0 },
		{ &seal, 0, 0 },
		{ &seal_udp, 1500, 1450 },
		{ &des, 1500, 1446 },		/* 1500 - 48 = 1452, down to 1448, less 2 */
		{ &aes, 1500, 1438 },		/* 1500 - 56 = 1444, down to 1440, less 2 */
		{ &aes, 71, 0 },
		{ &aes, 72, 14 },
	};
	u32 i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(fit); i++)
		if (sg_esp_payload_max(fit[i].shape, fit[i].mtu) != fit[i].payload)
			fail_msg("mtu %u: %u", fit[i].mtu,
				 sg_esp_payload_max(fit[i].shape, fit[i].mtu));
}

/* The room is what fits, and one byte more does not. */
static void laws(void **state)
{
	static const struct sg_esp_shape *const shapes[] = { &seal, &seal_udp, &des, &aes, &bare };
	u32 i, mtu, payload;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		for (mtu = SG_MTU_MIN; mtu <= 3000; mtu++) {
			payload = sg_esp_payload_max(shapes[i], mtu);
			if (payload)
				assert_true(sg_esp_size(shapes[i], payload) <= mtu);
			assert_true(sg_esp_size(shapes[i], payload + 1) > mtu);
		}
		for (payload = 0; payload < 3000; payload++) {
			u32 pad = sg_esp_pad(shapes[i], payload);

			assert_true(pad < shapes[i]->align && pad <= SG_PAD_MAX);
			assert_int_equal((payload + pad + SG_ESP_TRAILER) % shapes[i]->align, 0);
		}
	}
}

static void no_wrap(void **state)
{
	(void)state;
	assert_int_equal(sg_esp_size(&seal, U32_MAX), U32_MAX);
	assert_int_equal(sg_esp_size(&seal, U32_MAX - 40), U32_MAX);
	assert_int_equal(sg_esp_size(&seal, U32_MAX - 49), U32_MAX - 7);
	assert_int_equal(sg_esp_payload_max(&seal, U32_MAX), U32_MAX - 45);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(room),
		cmocka_unit_test(laws),
		cmocka_unit_test(no_wrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
