// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of numbers and vendor IDs, against the RFCs and the lines that IOS prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../agent/ike/names.h"
#include "hex.h"

struct capture {
	unsigned int count;
	char lines[8][SG_EMIT_MAX];
};

static void keep(const char *line, void *ctx)
{
	struct capture *c = ctx;

	assert_true(c->count < 8);
	strcpy(c->lines[c->count++], line);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(sg_ike_transform_name(3, 254, 254), "ESP_SEAL");
	assert_string_equal(sg_ike_transform_name(3, 12, 12), "ESP_SEAL");
	assert_string_equal(sg_ike_transform_name(3, 254, 249), "unknown");
	assert_string_equal(sg_ike_transform_name(3, 1, 254), "ESP_DES_IV64");
	assert_string_equal(sg_ike_transform_name(2, 3, 254), "AH_SHA");
	assert_string_equal(sg_ike_transform_name(1, 1, 254), "unknown");
	assert_string_equal(sg_ike_encryption_name(7), "AES-CBC");
	assert_string_equal(sg_ike_encryption_name(1), "DES-CBC");
	assert_string_equal(sg_ike_hash_name(2), "SHA");
	assert_string_equal(sg_ike_auth_name(1), "pre-share");
	assert_string_equal(sg_ike_encaps_name(1), "Tunnel");
	assert_string_equal(sg_ike_p2_auth_name(2), "HMAC-SHA");
	assert_string_equal(sg_ike_notify_name(14), "NO-PROPOSAL-CHOSEN");
	assert_string_equal(sg_ike_notify_ios_name(24578), "INITIAL_CONTACT");
	assert_string_equal(sg_ike_notify_name(9999), "unknown");
	assert_string_equal(sg_ike_payload_name(10), "NONCE");
	assert_string_equal(sg_ike_exchange_name(32), "Quick Mode");
	assert_string_equal(sg_ike_id_type_name(4), "ID_IPV4_ADDR_SUBNET");
	assert_string_equal(sg_ike_protocol_name(3), "ESP");
	assert_string_equal(sg_ike_p1_attr_name(14), "key length");
	assert_string_equal(sg_ike_p2_attr_name(4), "encapsulation mode");
}

static void vendor_ids(void **state)
{
	static const struct {
		const char *bytes;
		enum sg_vid vid;
		int major;
	} ids[] = {
		{ "4a131c81070358455c5728f20e95452f", SG_VID_NATT_RFC, 69 },
		{ "7d9419a65310ca6f2c179d9215529d56", SG_VID_NATT_03, 157 },
		{ "90cb80913ebb696e086381b5ec427b1f", SG_VID_NATT_02_NEWLINE, 123 },
		{ "cd60464335df21f87cfdb2fc68b6a448", SG_VID_NATT_02, 164 },
		{ "afcad71368a1f1c96b8696fc77570100", SG_VID_DPD, 1 },
		{ "afcad71368a1f1c96b8696fc7757ffff", SG_VID_DPD, 255 },
		{ "12f5f28c457168a9702d9fe274cc0100", SG_VID_UNITY, 1 },
		{ "09002689dfd6b712", SG_VID_XAUTH, -1 },
		{ "4048b7d56ebce88525e7de7f00d6c2d3", SG_VID_FRAGMENTATION, 194 },
		{ "4048b7d56ebce88525e7de7f00d6c2d380000000", SG_VID_FRAGMENTATION, 194 },
	};
	struct capture c = { 0 };
	const struct sg_emit emit = { .line = keep, .ctx = &c, .tag = "(0:1:SW:1)" };
	const struct sg_vid_entry *v;
	uint8_t buf[32];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		len = hex(ids[i].bytes, buf, sizeof(buf));
		v = sg_vid_find(buf, len);
		assert_non_null(v);
		assert_int_equal(v->vid, ids[i].vid);
		assert_int_equal(sg_vid_major(buf, len), ids[i].major);
		assert_ptr_equal(sg_vid_entry(v->vid), v);
		buf[0] ^= 1;
		assert_null(sg_vid_find(buf, len));
	}
	hex("7d9419a65310ca6f2c179d9215529d56", buf, sizeof(buf));
	assert_null(sg_vid_find(buf, 15));
	assert_null(sg_vid_find(buf, 0));
	assert_non_null(sg_vid_entry(SG_VID_SEALGATE));
	assert_null(sg_vid_entry(SG_VID_UNKNOWN));

	sg_vid_print(buf, 16, &emit);
	assert_int_equal(c.count, 3);
	assert_string_equal(c.lines[0], "ISAKMP:(0:1:SW:1): processing vendor id payload");
	assert_string_equal(c.lines[1],
			    "ISAKMP:(0:1:SW:1): vendor ID seems Unity/DPD but major 157 mismatch");
	assert_string_equal(c.lines[2], "ISAKMP:(0:1:SW:1): vendor ID is NAT-T v3");
	c.count = 0;
	v = sg_vid_entry(SG_VID_SEALGATE);
	sg_vid_print(v->bytes, v->len, &emit);
	assert_int_equal(c.count, 2);
	assert_string_equal(c.lines[1], "ISAKMP:(0:1:SW:1): speaking to another IOS box!");
	c.count = 0;
	v = sg_vid_entry(SG_VID_DPD);
	sg_vid_print(v->bytes, v->len, &emit);
	assert_int_equal(c.count, 2);
	assert_string_equal(c.lines[1], "ISAKMP:(0:1:SW:1): vendor ID is DPD");
	sg_vid_print(v->bytes, v->len, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(vendor_ids),
	};

	return cmocka_run_group_tests_name("ike_names", tests, NULL, NULL);
}
