// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Encoding: recorded messages written anew to the same bytes, the forms of attributes, padding, and
 * that a buffer too small or calls out of order end in a refusal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../agent/ike/codec.h"
#include "../../agent/ike/proposal.h"
#include "golden_main_mode.h"
#include "hex.h"

static const struct sg_ike_header header = {
	.cookie_i = { 1, 2, 3, 4, 5, 6, 7, 8 }, .cookie_r = { 9, 10, 11, 12, 13, 14, 15, 16 },
	.exchange = IKE_XCHG_MAIN, .message_id = 0x01020304,
};

/* The recorded Quick Mode, written anew: same bytes, same padding. */
static void write_golden_qm1(void **state)
{
	struct sg_ike_header h = header;
	struct sg_payloads list;
	struct sg_chunk rest;
	struct sg_writer w;
	uint8_t buf[512];
	size_t hash, len;

	(void)state;
	h.exchange = IKE_XCHG_QUICK;
	sg_writer_message(&w, buf, sizeof(buf), &h);
	hash = sg_put_hash_space(&w, 16);
	assert_int_equal(hash, 32);
	sg_sa_begin(&w);
	sg_proposal_begin(&w, 1, IKE_PROTO_ESP, "\x49\x2a\x0c\x1a", 4);
	sg_transform_begin(&w, 1, IKE_ESP_3DES);
	sg_put_attr(&w, IKE_P2_AUTH, IKE_P2_AUTH_HMAC_SHA);
	sg_put_attr(&w, IKE_P2_ENCAPSULATION, IKE_ENCAPS_UDP_TUNNEL);
	sg_put_attr(&w, IKE_P2_LIFE_TYPE, IKE_LIFE_SECONDS);
	sg_put_attr(&w, IKE_P2_LIFE_DURATION, 3960);
	sg_transform_end(&w);
	sg_proposal_end(&w);
	sg_sa_end(&w);
	assert_int_equal(sg_payloads_decode(&list, 8, golden_qm1, sizeof(golden_qm1)), SG_CODEC_OK);
	sg_put_payload(&w, IKE_PAYLOAD_NONCE, list.list[2].body, list.list[2].len);
	sg_put_id(&w, IKE_ID_IPV4_ADDR_SUBNET, 0, 0, "\xac\x12\x7c\x00\xff\xff\xff\x00", 8);
	assert_memory_equal(sg_writer_last_body(&w).data, "\4\0\0\0\xac\x12\x7c", 7);
	assert_int_equal(sg_writer_last_body(&w).len, 12);
	sg_put_id(&w, IKE_ID_IPV4_ADDR_SUBNET, 0, 0, "\x14\x14\x14\x00\xff\xff\xff\x00", 8);
	rest = sg_writer_rest(&w, hash, 16);
	assert_ptr_equal(rest.data, buf + 48);
	sg_fill_hash(&w, hash, golden_qm1 + 4, 16);
	len = sg_writer_finish(&w, 16);
	assert_int_equal(len, 28 + sizeof(golden_qm1));
	assert_int_equal(buf[16], IKE_PAYLOAD_HASH);
	assert_memory_equal(buf + 28, golden_qm1, sizeof(golden_qm1));
	assert_int_equal(rest.len, list.end - golden_qm1 - 20);
}

static void write_golden_info(void **state)
{
	struct sg_writer w;
	uint8_t buf[128];
	size_t hash;

	(void)state;
	sg_writer_message(&w, buf, sizeof(buf), &header);
	hash = sg_put_hash_space(&w, 16);
	sg_put_notify(&w, IKE_PROTO_ISAKMP, IKE_N_R_U_THERE, golden_pkt10, 16, "\x0a\xb2\xbf\xa8",
		      4);
	sg_fill_hash(&w, hash, golden_info + 4, 16);
	assert_int_equal(sg_writer_finish(&w, 16), 28 + sizeof(golden_info));
	assert_memory_equal(buf + 28, golden_info, sizeof(golden_info));
}

static void attribute_forms(void **state)
{
	struct sg_writer w;
	uint8_t want[64];
	uint8_t buf[64];

	(void)state;
	sg_writer_message(&w, buf, sizeof(buf), &header);
	sg_put_attr(&w, 12, 3600);
	sg_put_attr(&w, 12, 65535);
	sg_put_attr(&w, 12, 65536);
	sg_put_attr(&w, 2, 4608000);
	assert_int_equal(hex("800c0e10 800cffff 000c000400010000 0002000400465000", want, 64), 24);
	assert_memory_equal(buf + 28, want, 24);
}

static void delete_form(void **state)
{
	struct sg_writer w;
	uint8_t want[64];
	uint8_t buf[64];

	(void)state;
	sg_writer_message(&w, buf, sizeof(buf), &header);
	sg_put_delete(&w, IKE_PROTO_ESP, 4, 2, "\1\2\3\4\5\6\7\x08");
	assert_int_equal(hex("00000014 00000001 03040002 0102030405060708", want, 64), 20);
	assert_int_equal(sg_writer_finish(&w, 0), 48);
	assert_memory_equal(buf + 28, want, 20);
	assert_int_equal(buf[16], 12);
	assert_int_equal(buf[27], 48);
}

/* Every buffer that is too small fails, and nothing is written behind it. */
static void writer_overflow(void **state)
{
	const struct sg_policy policies[] = {
		{ 1, SG_ENCR_AES, 256, SG_HASH_MD5, SG_IKE_AUTH_PSK, 2, 86400, 0 },
		{ 2, SG_ENCR_DES, 0, SG_HASH_SHA, SG_IKE_AUTH_PSK, 1, 3600, 0 },
	};
	struct sg_writer w;
	size_t full, n;
	uint8_t *buf;

	(void)state;
	full = 0;
	for (size_t cap = 400; cap-- > 0;) {
		buf = malloc(cap ? cap : 1);
		assert_non_null(buf);
		sg_writer_message(&w, buf, cap, &header);
		sg_p1_put_sa(&w, policies, 2, SG_AUTH_MASK(SG_IKE_AUTH_PSK));
		n = sg_put_hash_space(&w, 20);
		sg_fill_hash(&w, n, "01234567890123456789", 20);
		sg_put_delete(&w, IKE_PROTO_ESP, 4, 1, "\1\2\3\4");
		sg_put_notify(&w, 1, 14, NULL, 0, NULL, 0);
		n = sg_writer_finish(&w, 16);
		if (!full)
			full = n;
		assert_int_equal(n, cap >= full ? full : 0);
		if (cap < full)
			assert_int_equal(sg_writer_last_body(&w).len, 0);
		free(buf);
	}
	assert_true(full > 28 && (full - 28) % 16 == 0);
}

static void writer_misuse(void **state)
{
	struct sg_writer w;
	uint8_t buf[256];

	(void)state;
	sg_writer_message(&w, buf, sizeof(buf), &header);
	sg_payload_begin(&w, 4);
	assert_int_equal(sg_writer_finish(&w, 0), 0);		/* not ended */
	sg_writer_message(&w, buf, sizeof(buf), &header);
	sg_payload_end(&w);
	assert_int_equal(sg_writer_finish(&w, 0), 0);		/* not begun */
	sg_writer_message(&w, buf, sizeof(buf), &header);
	sg_transform_begin(&w, 1, 1);
	assert_int_equal(sg_writer_finish(&w, 0), 0);		/* outside a proposal */
	sg_writer_message(&w, buf, sizeof(buf), &header);
	sg_sa_begin(&w);
	sg_sa_begin(&w);
	assert_int_equal(sg_writer_finish(&w, 0), 0);		/* inside one another */
	sg_writer_message(&w, buf, sizeof(buf), &header);
	sg_fill_hash(&w, 28, "0123", 4);
	assert_int_equal(sg_writer_finish(&w, 0), 0);		/* beyond the end */
}

static void padding(void **state)
{
	struct sg_writer w;
	uint8_t buf[128];

	(void)state;
	for (size_t body = 0; body < 40; body++) {
		memset(buf, 0xff, sizeof(buf));
		sg_writer_message(&w, buf, sizeof(buf), &header);
		sg_put_payload(&w, 13, golden_gxy, body);
		assert_int_equal(sg_writer_finish(&w, 16), 28 + (body + 4 + 15) / 16 * 16);
		for (size_t i = 28 + 4 + body; i < w.len; i++)
			assert_int_equal(buf[i], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(write_golden_qm1),
		cmocka_unit_test(write_golden_info),
		cmocka_unit_test(attribute_forms),
		cmocka_unit_test(delete_form),
		cmocka_unit_test(writer_overflow),
		cmocka_unit_test(writer_misuse),
		cmocka_unit_test(padding),
	};

	return cmocka_run_group_tests_name("ike_encode", tests, NULL, NULL);
}
