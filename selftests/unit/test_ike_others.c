// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What other implementations send and this one does not: made by hand with A's keys, given to B.
 */
#include "../../agent/ike/engine.h"
#include "twin.h"
#include "twin_configs.h"

#define MESSAGE_ID 0x01020304
#define SPI 0x12345678
#define BLOCK 16		/* AES */
#define TAIL 16			/* bytes behind the header's length */

#define HOSTS_A "access-list 100 permit ip host 10.10.10.1 host 10.10.10.2\n"
#define HOSTS_B "access-list 100 permit ip host 10.10.10.2 host 10.10.10.1\n"

static uint64_t refused(const struct side *side, enum sg_ike_refusal why)
{
	struct sg_ike_counters counters;

	sg_ike_counters(side->ike, &counters);
	return counters.refused[why];
}

/* Adds a whole block of padding with its count in the last byte, and sets the header's length. */
static size_t pad_more(uint8_t *buf, size_t len)
{
	memset(buf + len, 0xa5, BLOCK);
	len += BLOCK;
	buf[len - 1] = BLOCK - 1;
	buf[IKE_OFF_LENGTH] = 0;
	buf[IKE_OFF_LENGTH + 1] = 0;
	buf[IKE_OFF_LENGTH + 2] = (uint8_t)(len >> 8);
	buf[IKE_OFF_LENGTH + 3] = (uint8_t)len;
	return len;
}

/*
 * The fifth message with this address as its identity, made from what A's IKE SA knows after its
 * own fifth message was lost.
 */
static size_t make_mm5(struct sg_isa *isa, const char *address, uint8_t *buf, size_t cap)
{
	uint8_t hash[SG_IKE_HASH_MAX];
	struct sg_ike_exchange x;
	struct in_addr addr;
	struct sg_ike_iv iv;
	struct sg_writer w;
	size_t len;

	inet_pton(AF_INET, address, &addr);
	sg_isa_exchange(isa, &x);
	assert_int_equal(sg_ike_iv_phase1(&isa->keys, x.gxi, x.gxr, &iv), 0);
	sg_message_begin(isa, &w, buf, cap, IKE_XCHG_MAIN, 0, true);
	sg_put_id(&w, IKE_ID_IPV4_ADDR, 0, 0, &addr, sizeof(addr));
	assert_int_equal(sg_ike_hash_auth(&isa->keys, true, &x, sg_writer_last_body(&w), hash), 0);
	sg_put_payload(&w, IKE_PAYLOAD_HASH, hash, isa->keys.hash_len);
	len = pad_more(buf, sg_writer_finish(&w, BLOCK));
	assert_int_equal(sg_ike_encrypt(&isa->keys, &iv, buf + IKE_HEADER_LEN, len - IKE_HEADER_LEN,
					&iv), 0);
	return len;
}

/* The key proves who it is; an identity that is another's address ends it all the same. */
static void test_identity(void **state)
{
	struct twin *t;
	uint8_t buf[512];
	size_t len;
	int own;

	(void)state;
	for (own = 0; own < 2; own++) {
		t = twin_alloc(A_SEED, B_SEED, 80 + (uint64_t)own);
		t->fault = (struct fault){ .packet = 5, .kind = FAULT_DROP };
		side_acquire(&t->a);
		twin_run(t, 1000);
		assert_int_equal(t->sent, 5);
		len = make_mm5(TAILQ_FIRST(&t->a.ike->isas), own ? "10.10.10.1" : "10.10.10.9", buf,
			       sizeof(buf));
		twin_inject(&t->b, &t->a.addr, buf, len);
		assert_int_equal(side_isas(&t->b), own);
		assert_int_equal(refused(&t->b, SG_REFUSE_IDENTITY), !own);
		if (!own)
			assert_string_equal(sg_ike_last_failure(t->b.ike, "cisco", 10, NULL),
					    "peer's identity 10.10.10.9 is not its address");
		twin_free(t);
	}
}

/*
 * A Quick Mode without identities is about the two gateways themselves; a padding of its own kind
 * and bytes behind the message's end mean nothing.
 */
static void test_quick_mode_without_ids(void **state)
{
	struct twin *t = twin_alloc(SEED_POLICY A_KEY SEED_SET A_MAP A_INTERFACE HOSTS_A,
				    SEED_POLICY B_KEY SEED_SET B_MAP B_INTERFACE HOSTS_B, 82);
	static const uint8_t nonce[SG_NONCE_LEN] = { 1 };
	struct sg_p2_params params;
	const struct sg_ksa *sa;
	uint8_t buf[1024] = { 0 };
	struct sg_ike_iv iv;
	struct sg_writer w;
	struct sg_isa *isa;
	size_t hash, len;

	(void)state;
	side_acquire(&t->a);
	twin_run(t, 1000);
	twin_check_up(t, 1);
	isa = TAILQ_FIRST(&t->a.ike->isas);
	assert_int_equal(sg_p2_params_init(&params, t->a.cfg, &t->a.cfg->entries[0]), 0);
	assert_int_equal(sg_ike_iv_phase2(&isa->keys, &isa->iv, MESSAGE_ID, &iv), 0);
	sg_message_begin(isa, &w, buf, sizeof(buf), IKE_XCHG_QUICK, MESSAGE_ID, true);
	hash = sg_put_hash_space(&w, isa->keys.hash_len);
	sg_p2_put_sa(&w, &params, 0, SPI);
	sg_put_payload(&w, IKE_PAYLOAD_NONCE, nonce, sizeof(nonce));
	assert_int_equal(sg_message_hash1(isa, &w, hash, MESSAGE_ID), 0);
	len = pad_more(buf, sg_writer_finish(&w, BLOCK));
	assert_int_equal(sg_ike_encrypt(&isa->keys, &iv, buf + IKE_HEADER_LEN, len - IKE_HEADER_LEN,
					&iv), 0);
	twin_inject(&t->b, &t->a.addr, buf, len + TAIL);
	assert_int_equal(side_count(&t->b, SG_DIR_IN), 2);
	sa = side_sa(&t->b, SG_DIR_IN, 1);
	assert_int_equal(sa->pair_spi, SPI);
	assert_int_equal(sa->proxy.src.s_addr, t->b.addr.sin_addr.s_addr);
	assert_int_equal(sa->proxy.dst.s_addr, t->a.addr.sin_addr.s_addr);
	assert_int_equal(sa->proxy.src_mask.s_addr, INADDR_NONE);
	assert_int_equal(sa->proxy.dst_mask.s_addr, INADDR_NONE);
	twin_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_identity),
		cmocka_unit_test(test_quick_mode_without_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
