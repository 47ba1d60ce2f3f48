// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The golden trace, packet by packet: codec, rules, keys, IVs, hashes and keying material against
 * what two other implementations made of the same bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../agent/ike/codec.h"
#include "../../agent/ike/crypto.h"
#include "golden_main_mode.h"

#define BODY_MAX 512

struct trace {
	struct sg_ike_header hdr[11];		/* by packet number */
	struct sg_payloads list[11];
	uint8_t plain[11][BODY_MAX];
	struct sg_ike_exchange x;
	struct sg_ike_keys keys;
	struct sg_ike_iv iv0, last;		/* last: behind packet 6 */
	struct sg_chunk ni, nr;			/* of Quick Mode */
};

static const struct sg_policy policy = {
	.encr = SG_ENCR_AES, .key_bits = 256, .hash = SG_HASH_MD5, .group = 2,
};

static struct sg_chunk body(struct trace *t, unsigned int packet, uint8_t type)
{
	const struct sg_payload *p = sg_payload_get(&t->list[packet], type, 0);

	assert_non_null(p);
	return sg_payload_body(p);
}

static void check(struct trace *t, unsigned int packet, unsigned int number)
{
	const struct sg_message_rule *rule;
	uint8_t type;

	rule = sg_rule_find(t->hdr[packet].exchange, number, SG_RULE_PSK,
			    t->hdr[packet].flags & IKE_FLAG_ENCRYPTED);
	assert_non_null(rule);
	assert_int_equal(sg_rule_check_header(rule, &t->hdr[packet]), SG_CODEC_OK);
	assert_int_equal(sg_rule_check(rule, &t->list[packet], &type), SG_CODEC_OK);
	assert_int_equal(type, 0);
}

static void in_clear(struct trace *t, unsigned int packet)
{
	const uint8_t *data = golden_packets[packet - 1].data;
	size_t len = golden_packets[packet - 1].len;

	assert_int_equal(sg_header_decode(&t->hdr[packet], data, len), SG_CODEC_OK);
	assert_int_equal(t->hdr[packet].length, len);
	assert_int_equal(sg_payloads_decode(&t->list[packet], t->hdr[packet].next,
					    data + IKE_HEADER_LEN, len - IKE_HEADER_LEN),
			 SG_CODEC_OK);
	assert_ptr_equal(t->list[packet].end, data + len);
	check(t, packet, packet);
}

/* Decrypts, compares with the plaintext known, and moves the IV. */
static void encrypted(struct trace *t, unsigned int packet, unsigned int number,
		      struct sg_ike_iv *iv, const uint8_t *plain, size_t plain_len)
{
	const uint8_t *data = golden_packets[packet - 1].data;
	size_t len = golden_packets[packet - 1].len;
	struct sg_chunk in = SG_CHUNK(data + IKE_HEADER_LEN, len - IKE_HEADER_LEN);
	uint8_t again[BODY_MAX];
	struct sg_ike_iv next;

	assert_int_equal(sg_header_decode(&t->hdr[packet], data, len), SG_CODEC_OK);
	assert_int_equal(in.len, plain_len);
	assert_int_equal(sg_ike_decrypt(&t->keys, iv, in, t->plain[packet], &next), 0);
	assert_memory_equal(t->plain[packet], plain, plain_len);
	assert_memory_equal(next.bytes, data + len - 16, 16);

	memcpy(again, plain, plain_len);
	assert_int_equal(sg_ike_encrypt(&t->keys, iv, again, plain_len, iv), 0);
	assert_memory_equal(again, in.data, in.len);
	assert_memory_equal(iv->bytes, next.bytes, 16);

	assert_int_equal(sg_payloads_decode(&t->list[packet], t->hdr[packet].next,
					    t->plain[packet], plain_len), SG_CODEC_OK);
	check(t, packet, number);
}

static int setup(void **state)
{
	static struct trace t;

	memset(&t, 0, sizeof(t));
	assert_int_equal(sg_ike_crypto_init(NULL, 0), 0);
	for (unsigned int i = 1; i <= 4; i++)
		in_clear(&t, i);
	t.x = (struct sg_ike_exchange){
		.gxi = body(&t, 3, IKE_PAYLOAD_KE), .gxr = body(&t, 4, IKE_PAYLOAD_KE),
		.ni = body(&t, 3, IKE_PAYLOAD_NONCE), .nr = body(&t, 4, IKE_PAYLOAD_NONCE),
		.cookie_i = t.hdr[4].cookie_i, .cookie_r = t.hdr[4].cookie_r,
		.sai = body(&t, 1, IKE_PAYLOAD_SA),
	};
	assert_int_equal(sg_ike_keys_psk(&t.keys, &policy,
					 SG_CHUNK(GOLDEN_PSK, strlen(GOLDEN_PSK)), &t.x,
					 SG_CHUNK(golden_gxy, sizeof(golden_gxy))), 0);
	assert_int_equal(sg_ike_iv_phase1(&t.keys, t.x.gxi, t.x.gxr, &t.iv0), 0);
	t.last = t.iv0;
	encrypted(&t, 5, 5, &t.last, golden_mm5, sizeof(golden_mm5));
	encrypted(&t, 6, 6, &t.last, golden_mm6, sizeof(golden_mm6));
	*state = &t;
	return 0;
}

static int teardown(void **state)
{
	struct trace *t = *state;

	sg_ike_keys_clear(&t->keys);
	sg_ike_crypto_exit();
	return 0;
}

static void keys(void **state)
{
	struct trace *t = *state;

	assert_memory_equal(t->keys.skeyid, golden_skeyid, sizeof(golden_skeyid));
	assert_memory_equal(t->keys.skeyid_d, golden_skeyid_d, sizeof(golden_skeyid_d));
	assert_memory_equal(t->keys.skeyid_a, golden_skeyid_a, sizeof(golden_skeyid_a));
	assert_memory_equal(t->keys.skeyid_e, golden_skeyid_e, sizeof(golden_skeyid_e));
	assert_memory_equal(t->keys.key, golden_ka, sizeof(golden_ka));
	assert_memory_equal(t->iv0.bytes, golden_iv0, sizeof(golden_iv0));
	assert_int_equal(sg_dh_check(2, t->x.gxi), 0);
	assert_int_equal(sg_dh_check(2, t->x.gxr), 0);
}

static void phase1_hashes(void **state)
{
	uint8_t hash[SG_IKE_HASH_MAX];
	struct trace *t = *state;
	struct sg_chunk sent;

	sent = body(t, 5, IKE_PAYLOAD_HASH);
	assert_int_equal(sent.len, 16);
	assert_int_equal(sg_ike_hash_auth(&t->keys, true, &t->x, body(t, 5, IKE_PAYLOAD_ID), hash),
			 0);
	assert_true(sg_ike_equal(hash, sent.data, 16));

	sent = body(t, 6, IKE_PAYLOAD_HASH);
	assert_int_equal(sent.len, 16);
	assert_int_equal(sg_ike_hash_auth(&t->keys, false, &t->x, body(t, 6, IKE_PAYLOAD_ID), hash),
			 0);
	assert_true(sg_ike_equal(hash, sent.data, 16));
	hash[15] ^= 1;
	assert_false(sg_ike_equal(hash, sent.data, 16));
}

static void initial_contact(void **state)
{
	struct trace *t = *state;
	struct sg_notify n;

	assert_int_equal(sg_notify_decode(&n, sg_payload_get(&t->list[5], IKE_PAYLOAD_N, 0)),
			 SG_CODEC_OK);
	assert_int_equal(n.type, IKE_N_INITIAL_CONTACT);
	assert_int_equal(n.protocol, IKE_PROTO_ISAKMP);
	assert_int_equal(n.spi.len, 16);
	assert_memory_equal(n.spi.data, t->hdr[5].cookie_i, 8);
	assert_memory_equal(n.spi.data + 8, t->hdr[5].cookie_r, 8);
	assert_int_equal(n.data.len, 0);
}

static void quick_mode(void **state)
{
	uint8_t hash[SG_IKE_HASH_MAX], keymat[44];
	struct sg_chunk ni, nr, none = { 0 };
	struct trace *t = *state;
	struct sg_ike_iv iv;

	assert_int_equal(sg_ike_iv_phase2(&t->keys, &t->last, GOLDEN_QM_ID, &iv), 0);
	encrypted(t, 7, 1, &iv, golden_qm1, sizeof(golden_qm1));
	encrypted(t, 8, 2, &iv, golden_qm2, sizeof(golden_qm2));
	encrypted(t, 9, 3, &iv, golden_qm3, sizeof(golden_qm3));
	ni = body(t, 7, IKE_PAYLOAD_NONCE);
	nr = body(t, 8, IKE_PAYLOAD_NONCE);

	assert_int_equal(sg_ike_hash1(&t->keys, GOLDEN_QM_ID,
				      sg_payload_rest(&t->list[7], &t->list[7].list[0]), hash), 0);
	assert_memory_equal(hash, body(t, 7, IKE_PAYLOAD_HASH).data, 16);
	assert_int_equal(sg_ike_hash2(&t->keys, GOLDEN_QM_ID, ni,
				      sg_payload_rest(&t->list[8], &t->list[8].list[0]), hash), 0);
	assert_memory_equal(hash, body(t, 8, IKE_PAYLOAD_HASH).data, 16);
	assert_int_equal(sg_ike_hash3(&t->keys, GOLDEN_QM_ID, ni, nr, hash), 0);
	assert_memory_equal(hash, body(t, 9, IKE_PAYLOAD_HASH).data, 16);

	assert_int_equal(sg_ike_keymat(&t->keys, none, IKE_PROTO_ESP, GOLDEN_SPI_R, ni, nr, keymat,
				       sizeof(keymat)), 0);
	assert_memory_equal(keymat, golden_keymat_r, sizeof(keymat));
	assert_int_equal(sg_ike_keymat(&t->keys, none, IKE_PROTO_ESP, GOLDEN_SPI_I, ni, nr, keymat,
				       sizeof(keymat)), 0);
	assert_memory_equal(keymat, golden_keymat_i, sizeof(keymat));
}

static void dpd(void **state)
{
	uint8_t hash[SG_IKE_HASH_MAX];
	struct trace *t = *state;
	struct sg_ike_iv iv;
	struct sg_notify n;

	assert_int_equal(sg_ike_iv_phase2(&t->keys, &t->last, GOLDEN_INFO_ID, &iv), 0);
	encrypted(t, 10, 1, &iv, golden_info, sizeof(golden_info));
	assert_int_equal(sg_ike_hash1(&t->keys, GOLDEN_INFO_ID,
				      sg_payload_rest(&t->list[10], &t->list[10].list[0]), hash),
			 0);
	assert_memory_equal(hash, body(t, 10, IKE_PAYLOAD_HASH).data, 16);
	assert_int_equal(sg_notify_decode(&n, sg_payload_get(&t->list[10], IKE_PAYLOAD_N, 0)),
			 SG_CODEC_OK);
	assert_int_equal(n.type, IKE_N_R_U_THERE);
	assert_int_equal(n.data.len, 4);
	assert_memory_equal(n.data.data, "\x0a\xb2\xbf\xa8", 4);
}

static void proxies(void **state)
{
	struct trace *t = *state;
	struct sg_ike_iv iv;
	struct sg_id id;

	assert_int_equal(sg_ike_iv_phase2(&t->keys, &t->last, GOLDEN_QM_ID, &iv), 0);
	encrypted(t, 7, 1, &iv, golden_qm1, sizeof(golden_qm1));
	assert_int_equal(sg_id_decode(&id, sg_payload_get(&t->list[7], IKE_PAYLOAD_ID, 1)),
			 SG_CODEC_OK);
	assert_int_equal(id.type, IKE_ID_IPV4_ADDR_SUBNET);
	assert_int_equal(id.data.len, 8);
	assert_memory_equal(id.data.data, "\x14\x14\x14\x00\xff\xff\xff\x00", 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys),
		cmocka_unit_test(phase1_hashes),
		cmocka_unit_test(initial_contact),
		cmocka_unit_test(quick_mode),
		cmocka_unit_test(dpd),
		cmocka_unit_test(proxies),
	};

	return cmocka_run_group_tests_name("ike_golden", tests, setup, teardown);
}
