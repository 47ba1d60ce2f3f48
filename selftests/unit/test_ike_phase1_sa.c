// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proposals of phase 1: the bytes offered, what is chosen, what is refused and for which reason,
 * and the debug lines, which are those of the seed.
 */
#include <errno.h>

#include "golden_main_mode.h"
#include "ike_sa.h"

#define PSK SG_AUTH_MASK(SG_IKE_AUTH_PSK)

static const struct sg_policy seed = {
	.priority = 1, .encr = SG_ENCR_AES, .key_bits = 256, .hash = SG_HASH_MD5,
	.auth = SG_IKE_AUTH_PSK, .group = 2, .lifetime = 86400,
};

static void p1_offer(void **state)
{
	const struct sg_policy policies[] = {
		seed,
		{ .priority = 5, .encr = SG_ENCR_AES, .key_bits = 128, .hash = SG_HASH_SHA,
		  .auth = SG_IKE_AUTH_RSA_SIG, .group = 5, .lifetime = 3600 },
		{ .priority = 10, .encr = SG_ENCR_3DES, .hash = SG_HASH_SHA, .group = 1,
		  .auth = SG_IKE_AUTH_PSK, .lifetime = 3600 },
	};
	struct message m;

	(void)state;
	begin(&m);
	assert_int_equal(sg_p1_put_sa(&m.w, policies, 3, PSK), 2);
	assert_body(finish(&m),
		    "00000001 00000001 00000050 01010002"
		    "03000028 01010000 80010007 800e0100 80020001 80040002 80030001 800b0001"
		    "000c000400015180"
		    "00000020 02010000 80010005 80020002 80040001 80030001 800b0001 800c0e10");

	begin(&m);
	assert_int_equal(sg_p1_put_sa(&m.w, policies, 3,
				      PSK | SG_AUTH_MASK(SG_IKE_AUTH_RSA_SIG)), 3);
	finish(&m);
	assert_int_equal(m.sa.transform_count, 3);
	begin(&m);
	assert_int_equal(sg_p1_put_sa(&m.w, policies, 3, 0), 0);
	assert_int_equal(m.w.len, 28);
}

/* strongSwan's offer of the same policy is the same bytes. */
static void p1_offer_golden(void **state)
{
	struct sg_policy policy = seed;
	struct sg_payloads list;
	struct message m;
	struct sg_chunk body;

	(void)state;
	policy.lifetime = 15840;
	begin(&m);
	sg_p1_put_sa(&m.w, &policy, 1, PSK);
	body = finish(&m);
	assert_int_equal(sg_payloads_decode(&list, 1, golden_pkt1 + 28, sizeof(golden_pkt1) - 28),
			 SG_CODEC_OK);
	assert_int_equal(body.len, list.list[0].len);
	assert_memory_equal(body.data, list.list[0].body, body.len);
}

static void p1_seed_lines(void **state)
{
	struct sg_p1_choice choice;
	struct message m, answer;
	struct sg_chunk body;

	(void)state;
	begin(&m);
	sg_p1_put_sa(&m.w, &seed, 1, PSK);
	body = finish(&m);
	assert_int_equal(sg_p1_match(&m.sa, &seed, 1, PSK, &choice, &emit), 0);
	ASSERT_LINES("ISAKMP:(0:1:SW:1):Checking ISAKMP transform 1 against priority 1 policy",
		     "ISAKMP:      encryption AES-CBC",
		     "ISAKMP:      keylength of 256",
		     "ISAKMP:      hash MD5",
		     "ISAKMP:      default group 2",
		     "ISAKMP:      auth pre-share",
		     "ISAKMP:      life type in seconds",
		     "ISAKMP:      life duration (VPI) of  0x0 0x1 0x51 0x80 ",
		     "ISAKMP:(0:1:SW:1):atts are acceptable. Next payload is 0");
	assert_ptr_equal(choice.own, &seed);
	assert_int_equal(choice.policy.lifetime, 86400);
	assert_int_equal(choice.transform, 1);

	begin(&answer);
	sg_p1_put_answer(&answer.w, &choice);
	assert_int_equal(finish(&answer).len, body.len);
	assert_memory_equal(sg_writer_last_body(&answer.w).data, body.data, body.len);
	memset(&choice, 0, sizeof(choice));
	assert_int_equal(sg_p1_verify(&answer.sa, &seed, 1, PSK, &choice, NULL), 0);
	assert_ptr_equal(choice.own, &seed);
}

static const struct {
	const char *what, *attrs;
	unsigned int diff;
	enum sg_attr_cause cause;
	uint32_t lifetime;		/* where it matches */
} p1_table[] = {
	{ "as sent", "80010007800e010080020001800400028003 0001800b0001000c000400015180", 0, 0,
	  86400 },
	{ "other order", "800b0001800c0e10 80030001 80040002 80020001 800e0100 80010007", 0, 0,
	  3600 },
	{ "all as TLV", "0001000107 000e00020100 00020004 00000001 0004000102 00030008"
	  "0000000000000001 000b000101 000c000200ff", 0, 0, 255 },
	{ "no lifetime", "80010007800e010080020001800400028003 0001", 0, 0, 86400 },
	{ "longer lifetime", "80010007800e010080020001800400028003 0001800b0001000c0004ffffffff",
	  0, 0, 86400 },
	{ "lifetime of 2^63", "80010007800e010080020001800400028003 0001800b0001"
	  "000c00088000000000000000", 0, 0, 86400 },
	{ "lifetime of one second", "80010007800e010080020001800400028003 0001800b0001800c0001",
	  0, 0, 1 },
	{ "kilobytes too", "80010007800e010080020001800400028003 0001800b0001800c0e10800b0002"
	  "000c000400465000", 0, 0, 3600 },
	{ "group type MODP", "80010007800e0100800200018004000280030001 80050001", 0, 0, 86400 },
	{ "group type ECP", "80010007800e0100800200018004000280030001 80050002",
	  SG_P1_DIFF_GROUP, 0, 0 },
	{ "DES", "80010001 80020001 80040002 80030001", SG_P1_DIFF_ENCR, 0, 0 },
	{ "AES-128", "80010007800e008080020001800400028003 0001", SG_P1_DIFF_KEY_LENGTH, 0, 0 },
	{ "AES without length", "8001000780020001800400028003 0001", SG_P1_DIFF_KEY_LENGTH, 0, 0 },
	{ "key length 0", "80010007800e000080020001800400028003 0001", SG_P1_DIFF_KEY_LENGTH, 0,
	  0 },
	{ "key length 65535", "80010007800effff80020001800400028003 0001", SG_P1_DIFF_KEY_LENGTH,
	  0, 0 },
	{ "SHA", "80010007800e010080020002800400028003 0001", SG_P1_DIFF_HASH, 0, 0 },
	{ "group 5", "80010007800e010080020001800400058003 0001", SG_P1_DIFF_GROUP, 0, 0 },
	{ "RSA signature", "80010007800e010080020001800400028003 0003", SG_P1_DIFF_AUTH, 0, 0 },
	{ "nothing right", "80010001 80020002 80040001 80030003", SG_P1_DIFF_ENCR |
	  SG_P1_DIFF_HASH | SG_P1_DIFF_GROUP | SG_P1_DIFF_AUTH, 0, 0 },
	{ "nothing", "", SG_P1_DIFF_ENCR | SG_P1_DIFF_HASH | SG_P1_DIFF_GROUP | SG_P1_DIFF_AUTH,
	  0, 0 },
	{ "private encryption", "8001fde9800e010080020001800400028003 0001", SG_P1_DIFF_ENCR, 0,
	  0 },
	{ "encryption twice", "8001000780010007800e010080020001800400028003 0001",
	  SG_P1_DIFF_UNUSABLE, SG_ATTR_TWICE, 0 },
	{ "unknown attribute", "80010007800e010080020001800400028003 0001 80630001",
	  SG_P1_DIFF_UNUSABLE, SG_ATTR_UNKNOWN, 0 },
	{ "prf", "80010007800e010080020001800400028003 0001 800d0001", SG_P1_DIFF_UNUSABLE,
	  SG_ATTR_UNKNOWN, 0 },
	{ "empty value", "00010000800e010080020001800400028003 0001", SG_P1_DIFF_UNUSABLE,
	  SG_ATTR_NOT_INTEGER, 0 },
	{ "nine bytes", "0001000900000000000000000780020001", SG_P1_DIFF_UNUSABLE,
	  SG_ATTR_NOT_INTEGER, 0 },
	{ "value beyond 16 bits", "0001000400010007800e0100", SG_P1_DIFF_UNUSABLE, SG_ATTR_RANGE,
	  0 },
	{ "life of zero", "80010007800e010080020001800400028003 0001800b0001800c0000",
	  SG_P1_DIFF_UNUSABLE, SG_ATTR_LIFE_ZERO, 0 },
	{ "type alone", "80010007800e010080020001800400028003 0001800b0001", SG_P1_DIFF_UNUSABLE,
	  SG_ATTR_LIFE_TYPE, 0 },
	{ "duration alone", "80010007800e010080020001800400028003 0001800c0e10",
	  SG_P1_DIFF_UNUSABLE, SG_ATTR_LIFE_TYPE, 0 },
	{ "two types", "80010007800e010080020001800400028003 0001800b0001800b0001800c0e10",
	  SG_P1_DIFF_UNUSABLE, SG_ATTR_LIFE_TYPE, 0 },
	{ "life type 3", "80010007800e010080020001800400028003 0001800b0003800c0e10",
	  SG_P1_DIFF_UNUSABLE, SG_ATTR_LIFE_TYPE, 0 },
	{ "life twice", "80010007800e010080020001800400028003 0001800b0001800c0e10800b0001"
	  "800c0e10", SG_P1_DIFF_UNUSABLE, SG_ATTR_TWICE, 0 },
};

static void p1_attributes(void **state)
{
	struct sg_p1_choice choice;
	enum sg_attr_cause cause;
	unsigned int diff;
	struct message m;
	int err;

	(void)state;
	for (size_t i = 0; i < sizeof(p1_table) / sizeof(p1_table[0]); i++) {
		one(&m, IKE_PROTO_ISAKMP, IKE_TRANSFORM_KEY_IKE, p1_table[i].attrs);
		diff = sg_p1_compare(&seed, &m.sa.transforms[0], &cause);
		if (diff != p1_table[i].diff || cause != p1_table[i].cause)
			fail_msg("%s: %#x, %s", p1_table[i].what, diff, sg_attr_cause_text(cause));
		err = sg_p1_match(&m.sa, &seed, 1, PSK, &choice, NULL);
		assert_int_equal(err, diff ? -ENOENT : 0);
		if (!err && choice.policy.lifetime != p1_table[i].lifetime)
			fail_msg("%s: %u s", p1_table[i].what, choice.policy.lifetime);
	}
	one(&m, IKE_PROTO_ISAKMP, 2, p1_table[0].attrs);
	assert_int_equal(sg_p1_compare(&seed, &m.sa.transforms[0], NULL), SG_P1_DIFF_TRANSFORM_ID);
	one(&m, IKE_PROTO_ESP, IKE_TRANSFORM_KEY_IKE, p1_table[0].attrs);
	assert_int_equal(sg_p1_match(&m.sa, &seed, 1, PSK, &choice, NULL), -ENOENT);
	one(&m, IKE_PROTO_ISAKMP, IKE_TRANSFORM_KEY_IKE, p1_table[0].attrs);
	assert_int_equal(sg_p1_match(&m.sa, &seed, 1, 0, &choice, NULL), -ENOENT);

	for (int c = SG_ATTR_OK; c <= SG_ATTR_TOO_MANY; c++)
		assert_string_not_equal(sg_attr_cause_text((enum sg_attr_cause)c), "unknown cause");
}

/* The initiator prefers DES, the responder AES: the responder's priority decides. */
static void p1_priority(void **state)
{
	const struct sg_policy des = {
		.priority = 10, .encr = SG_ENCR_DES, .hash = SG_HASH_SHA, .group = 1,
		.auth = SG_IKE_AUTH_PSK, .lifetime = 3600,
	};
	const struct sg_policy initiator[] = { des, seed }, responder[] = { seed, des };
	struct sg_p1_choice choice;
	struct message m, answer;

	(void)state;
	begin(&m);
	sg_p1_put_sa(&m.w, initiator, 2, PSK);
	finish(&m);
	assert_int_equal(sg_p1_match(&m.sa, responder, 2, PSK, &choice, &emit), 0);
	assert_int_equal(choice.transform, 2);
	assert_ptr_equal(choice.own, &responder[0]);
	assert_string_equal(seen.line[7], "ISAKMP:(0:1:SW:1):"
			    "Encryption algorithm offered does not match policy!");
	assert_string_equal(seen.line[8],
			    "ISAKMP:(0:1:SW:1):atts are not acceptable. Next payload is 3");
	assert_string_equal(seen.line[9], "ISAKMP:(0:1:SW:1):Checking ISAKMP transform 2 "
			    "against priority 1 policy");
	assert_int_equal(seen.count, 18);
	seen.count = 0;

	begin(&answer);
	sg_p1_put_answer(&answer.w, &choice);
	finish(&answer);
	assert_int_equal(sg_p1_verify(&answer.sa, initiator, 2, PSK, &choice, NULL), 0);
	assert_ptr_equal(choice.own, &initiator[1]);
}

static void p1_wrong_answers(void **state)
{
	const struct sg_policy two[] = {
		seed,
		{ .priority = 10, .encr = SG_ENCR_DES, .hash = SG_HASH_SHA, .group = 1,
		  .auth = SG_IKE_AUTH_PSK, .lifetime = 3600 },
	};
	struct sg_p1_choice choice;
	struct message m;

	(void)state;
	begin(&m);
	sg_p1_put_sa(&m.w, two, 2, PSK);
	finish(&m);
	assert_int_equal(sg_p1_verify(&m.sa, two, 2, PSK, &choice, NULL), -EBADMSG);

	/* Numbers should be retained (RFC 2408 4.2), no more: what was offered decides. */
	one(&m, IKE_PROTO_ISAKMP, 1, "80010001 80020002 80040001 80030001 800b0001 800c0e10");
	assert_int_equal(sg_p1_verify(&m.sa, two, 2, PSK, &choice, NULL), 0);
	assert_ptr_equal(choice.own, &two[1]);
	m.sa.proposals[0].number = 0;
	m.sa.transforms[0].number = 9;
	assert_int_equal(sg_p1_verify(&m.sa, two, 2, PSK, &choice, NULL), 0);
	assert_ptr_equal(choice.own, &two[1]);

	/* a mix, what was not offered */
	one(&m, IKE_PROTO_ISAKMP, 1, "80010007 800e0100 80020001 80040001 80030001");
	assert_int_equal(sg_p1_verify(&m.sa, two, 2, PSK, &choice, NULL), -ENOENT);
	one(&m, IKE_PROTO_ISAKMP, 1, "80010005 80020001 80040002 80030001");
	assert_int_equal(sg_p1_verify(&m.sa, two, 2, PSK, &choice, NULL), -ENOENT);
	one(&m, IKE_PROTO_ESP, 1, "80010007 800e0100 80020001 80040002 80030001");
	assert_int_equal(sg_p1_verify(&m.sa, two, 2, PSK, &choice, NULL), -EBADMSG);
	one(&m, IKE_PROTO_ISAKMP, 1, "80010007 800e0100 80020001 80040002 80030001"
	    "800b0002 800c0001");
	assert_int_equal(sg_p1_verify(&m.sa, two, 2, PSK, &choice, NULL), -ENOENT);
	/* a smaller lifetime is taken over, a larger one is not */
	one(&m, IKE_PROTO_ISAKMP, 1, "80010007 800e0100 80020001 80040002 80030001"
	    "800b0001 800c0e10");
	assert_int_equal(sg_p1_verify(&m.sa, two, 2, PSK, &choice, NULL), 0);
	assert_int_equal(choice.policy.lifetime, 3600);
	one(&m, IKE_PROTO_ISAKMP, 1, "80010007 800e0100 80020001 80040002 80030001 800b0001"
	    "000c0004ffffffff");
	assert_int_equal(sg_p1_verify(&m.sa, two, 2, PSK, &choice, NULL), 0);
	assert_int_equal(choice.policy.lifetime, 86400);
}

static void p1_report(void **state)
{
	struct message m;

	(void)state;
	one(&m, IKE_PROTO_ISAKMP, 1, "80010001 80020001 80040001 80030001 800b0001 800c0e10");
	sg_p1_report(&m.sa, &seed, 1, PSK, &emit);
	ASSERT_LINES("our policy 1 (AES-CBC 256, MD5, group 2, pre-share, 86400 s), their "
		     "transform 1 (DES-CBC, MD5, group 1, pre-share, 3600 s): differ in "
		     "encryption, group");
	one(&m, IKE_PROTO_ISAKMP, 1, "80010001 80630001");
	sg_p1_report(&m.sa, &seed, 1, PSK, &emit);
	ASSERT_LINES("our policy 1 (AES-CBC 256, MD5, group 2, pre-share, 86400 s), their "
		     "transform 1 (unknown attribute): differ in attributes");
	sg_p1_report(&m.sa, &seed, 1, PSK, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p1_offer),
		cmocka_unit_test(p1_offer_golden),
		cmocka_unit_test(p1_seed_lines),
		cmocka_unit_test(p1_attributes),
		cmocka_unit_test(p1_priority),
		cmocka_unit_test(p1_wrong_answers),
		cmocka_unit_test(p1_report),
	};

	return cmocka_run_group_tests_name("ike_phase1_sa", tests, NULL, NULL);
}
