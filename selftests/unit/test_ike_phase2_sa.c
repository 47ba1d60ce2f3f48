// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Proposals of Quick Mode: the bytes offered, bundles, what is chosen, what is refused and for
 * which reason, lifetimes, and the debug lines, which are those of the seed.
 */
#include <errno.h>

#include "golden_main_mode.h"
#include "ike_sa.h"

static const struct sg_transform_set seal_sha = {
	.name = "cisco", .cipher = SG_CIPHER_SEAL, .esp_auth = SG_AUTH_HMAC_SHA1_96,
	.mode = SG_MODE_TUNNEL,
}, aes_md5 = {
	.name = "aes", .cipher = SG_CIPHER_AES, .cipher_bits = 256,
	.esp_auth = SG_AUTH_HMAC_MD5_96, .mode = SG_MODE_TUNNEL,
}, ah_des = {
	.name = "bundle", .ah = SG_AUTH_HMAC_SHA1_96, .cipher = SG_CIPHER_DES,
	.mode = SG_MODE_TUNNEL,
}, des3_sha = {
	.name = "3des", .cipher = SG_CIPHER_3DES, .esp_auth = SG_AUTH_HMAC_SHA1_96,
	.mode = SG_MODE_TUNNEL,
}, ah_only = {
	.name = "ah", .ah = SG_AUTH_HMAC_MD5_96, .mode = SG_MODE_TRANSPORT,
};

static struct sg_p2_params params_of(const struct sg_transform_set *a,
				     const struct sg_transform_set *b)
{
	struct sg_p2_params p = {
		.sets = { a, b }, .set_count = b ? 2 : 1,
		.life = { .seconds = 3600, .kilobytes = 4608000 }, .seal_id = 254,
	};

	return p;
}

#define SEAL_ATTRS "80040001 80010001 80020e10 80010002 0002000400465000 80050002"

static void p2_offer_seal(void **state)
{
	struct sg_p2_params p = params_of(&seal_sha, NULL);
	struct sg_p2_choice choice;
	struct message m, answer;

	(void)state;
	begin(&m);
	sg_p2_put_sa(&m.w, &p, 0, 0x7259aadd);
	assert_body(finish(&m), "00000001 00000001 00000030 01030401 7259aadd 00000024 01fe0000"
		    SEAL_ATTRS);
	assert_false(sg_p2_needs_ah(&p));
	assert_true(sg_p2_needs_esp(&p));

	assert_int_equal(sg_p2_match(&m.sa, &p, &choice, &emit), 0);
	ASSERT_LINES("ISAKMP:(0:1:SW:1):Checking IPSec proposal 1",
		     "ISAKMP: transform 1, ESP_SEAL",
		     "ISAKMP:   attributes in transform:",
		     "ISAKMP:      encaps is 1 (Tunnel)",
		     "ISAKMP:      SA life type in seconds",
		     "ISAKMP:      SA life duration (basic) of 3600",
		     "ISAKMP:      SA life type in kilobytes",
		     "ISAKMP:      SA life duration (VPI) of  0x0 0x46 0x50 0x0 ",
		     "ISAKMP:      authenticator is HMAC-SHA",
		     "ISAKMP:(0:1:SW:1):atts are acceptable.");
	assert_ptr_equal(choice.set, &seal_sha);
	assert_int_equal(choice.sa_count, 1);
	assert_int_equal(choice.sas[0].protocol, IKE_PROTO_ESP);
	assert_int_equal(choice.sas[0].transform_id, 254);
	assert_int_equal(choice.sas[0].cipher, SG_CIPHER_SEAL);
	assert_int_equal(choice.sas[0].auth, SG_AUTH_HMAC_SHA1_96);
	assert_int_equal(choice.sas[0].cipher_key_len, 20);
	assert_int_equal(choice.sas[0].auth_key_len, 20);
	assert_int_equal(choice.sas[0].peer_spi, 0x7259aadd);
	assert_int_equal(choice.seconds, 3600);
	assert_int_equal(choice.kilobytes, 4608000);
	assert_false(choice.seconds_cut || choice.kilobytes_cut);

	begin(&answer);
	sg_p2_put_answer(&answer.w, &choice, 0, 0xdd3645c8);
	assert_body(finish(&answer), "00000001 00000001 00000030 01030401 dd3645c8 00000024 "
		    "01fe0000" SEAL_ATTRS);
	assert_int_equal(sg_p2_verify(&answer.sa, &p, &choice, NULL), 0);
	assert_int_equal(choice.sas[0].peer_spi, 0xdd3645c8);

	p.seal_id = 249;	/* the two ends disagree on the number */
	assert_int_equal(sg_p2_match(&m.sa, &p, &choice, NULL), -ENOENT);
	assert_int_equal(sg_p2_verify(&answer.sa, &p, &choice, NULL), -ENOENT);
}

static void p2_offer_bundle(void **state)
{
	struct sg_p2_params p = params_of(&ah_des, &aes_md5);
	struct sg_p2_choice choice;
	struct message m, answer;

	(void)state;
	p.pfs_group = 5;
	begin(&m);
	sg_p2_put_sa(&m.w, &p, 0x11111111, 0x22222222);
	assert_body(finish(&m), "00000001 00000001"
		    "02000034 01020401 11111111 00000028 01030000"
		    "80040001 80010001 80020e10 80010002 0002000400465000 80030005 80050002"
		    "02000030 01030401 22222222 00000024 01020000"
		    "80040001 80010001 80020e10 80010002 0002000400465000 80030005"
		    "00000038 02030401 22222222 0000002c 010c0000"
		    "80040001 80010001 80020e10 80010002 0002000400465000 80030005 80050001"
		    "80060100");
	assert_true(sg_p2_needs_ah(&p));
	assert_int_equal(sg_p2_match(&m.sa, &p, &choice, NULL), 0);
	assert_int_equal(choice.sa_count, 2);
	assert_int_equal(choice.pfs_group, 5);
	assert_int_equal(choice.sas[0].protocol, IKE_PROTO_AH);
	assert_int_equal(choice.sas[0].peer_spi, 0x11111111);
	assert_int_equal(choice.sas[0].auth, SG_AUTH_HMAC_SHA1_96);
	assert_int_equal(choice.sas[0].cipher_key_len, 0);
	assert_int_equal(choice.sas[0].auth_key_len, 20);
	assert_int_equal(choice.sas[1].protocol, IKE_PROTO_ESP);
	assert_int_equal(choice.sas[1].cipher, SG_CIPHER_DES);
	assert_int_equal(choice.sas[1].auth, SG_AUTH_NONE);
	assert_int_equal(choice.sas[1].cipher_key_len, 8);
	assert_int_equal(choice.sas[1].auth_key_len, 0);
	begin(&answer);
	sg_p2_put_answer(&answer.w, &choice, 0x33333333, 0x44444444);
	finish(&answer);
	assert_int_equal(answer.sa.proposal_count, 2);
	assert_int_equal(sg_p2_verify(&answer.sa, &p, &choice, NULL), 0);
	assert_int_equal(choice.sas[0].peer_spi, 0x33333333);
	assert_int_equal(choice.sas[1].peer_spi, 0x44444444);

	/* a responder without the bundle takes the second proposal, and half of a bundle is none */
	p.sets[0] = &aes_md5;
	p.set_count = 1;
	assert_int_equal(sg_p2_match(&m.sa, &p, &choice, NULL), 0);
	assert_int_equal(choice.proposal, 2);
	assert_int_equal(choice.sas[0].cipher_key_len, 32);
	assert_int_equal(choice.sas[0].auth_key_len, 16);
	p.sets[0] = &ah_only;
	assert_int_equal(sg_p2_match(&m.sa, &p, &choice, NULL), -ENOENT);
}

static const struct {
	const char *what, *attrs;
	int err;
	uint32_t seconds, kilobytes;
	bool seconds_cut, kilobytes_cut;
} p2_table[] = {
	{ "as sent", SEAL_ATTRS, 0, 3600, 4608000, false, false },
	{ "other order", "80050002 80010002 0002000400465000 80040001 80010001 80020e10", 0, 3600,
	  4608000, false, false },
	{ "all as TLV", "0004000101 0001000101 000200080000000000000e10 000100020002"
	  "000200030465 00 000500020002", 0, 3600, 288000, false, false },
	{ "shorter", "80040001 80050002 80010001 800200be 80010002 80020a00", 0, 190, 2560, false,
	  false },
	{ "longer", "80040001 80050002 80010001 80027080 80010002 00020004ffffffff", 0, 3600,
	  4608000, true, true },
	{ "none", "80040001 80050002", 0, 3600, 4608000, true, false },
	{ "2^63", "80040001 80050002 80010001 000200088000000000000000", 0, 3600, 4608000, true,
	  false },
	{ "zero", "80040001 80050002 80010001 80020000", -ENOENT, 0, 0, false, false },
	{ "transport", "80040002 80050002", -ENOENT, 0, 0, false, false },
	{ "UDP tunnel", "80040003 80050002", -ENOENT, 0, 0, false, false },
	{ "no mode", "80050002", -ENOENT, 0, 0, false, false },
	{ "HMAC-MD5", "80040001 80050001", -ENOENT, 0, 0, false, false },
	{ "no authenticator", "80040001", -ENOENT, 0, 0, false, false },
	{ "private authenticator", "80040001 8005fde9", -ENOENT, 0, 0, false, false },
	{ "key length for SEAL", "80040001 80050002 800600a0", -ENOENT, 0, 0, false, false },
	{ "PFS not asked for", "80040001 80050002 80030002", -ENOENT, 0, 0, false, false },
	{ "unknown attribute", "80040001 80050002 80630001", -ENOENT, 0, 0, false, false },
	{ "key rounds", "80040001 80050002 80070001", -ENOENT, 0, 0, false, false },
	{ "mode twice", "80040001 80040001 80050002", -ENOENT, 0, 0, false, false },
	{ "empty mode", "00040000 80050002", -ENOENT, 0, 0, false, false },
};

static void p2_attributes(void **state)
{
	struct sg_p2_params p = params_of(&seal_sha, NULL);
	struct sg_p2_choice c;
	struct message m;
	int err;

	(void)state;
	for (size_t i = 0; i < sizeof(p2_table) / sizeof(p2_table[0]); i++) {
		one(&m, IKE_PROTO_ESP, 254, p2_table[i].attrs);
		err = sg_p2_match(&m.sa, &p, &c, NULL);
		if (err != p2_table[i].err)
			fail_msg("%s: %d", p2_table[i].what, err);
		if (err)
			continue;
		if (c.seconds != p2_table[i].seconds || c.kilobytes != p2_table[i].kilobytes ||
		    c.seconds_cut != p2_table[i].seconds_cut ||
		    c.kilobytes_cut != p2_table[i].kilobytes_cut)
			fail_msg("%s: %u s %d, %u kB %d", p2_table[i].what, c.seconds,
				 c.seconds_cut, c.kilobytes, c.kilobytes_cut);
	}
	one(&m, IKE_PROTO_AH, 254, SEAL_ATTRS);
	assert_int_equal(sg_p2_match(&m.sa, &p, &c, NULL), -ENOENT);
	one(&m, IKE_PROTO_ESP, 99, SEAL_ATTRS);
	assert_int_equal(sg_p2_match(&m.sa, &p, &c, NULL), -ENOENT);
}

static void p2_pfs(void **state)
{
	struct sg_p2_params p = params_of(&seal_sha, NULL);
	struct sg_p2_choice c;
	struct message m;

	(void)state;
	one(&m, IKE_PROTO_ESP, 254, "80040001 80050002 80030002");
	p.pfs_accept = true;
	assert_int_equal(sg_p2_match(&m.sa, &p, &c, NULL), 0);
	assert_int_equal(c.pfs_group, 2);
	assert_int_equal(sg_p2_verify(&m.sa, &p, &c, NULL), -ENOENT);
	p.pfs_group = 5;
	assert_int_equal(sg_p2_match(&m.sa, &p, &c, NULL), -ENOENT);
	p.pfs_group = 2;
	assert_int_equal(sg_p2_match(&m.sa, &p, &c, NULL), 0);
	assert_int_equal(sg_p2_verify(&m.sa, &p, &c, NULL), 0);
	one(&m, IKE_PROTO_ESP, 254, SEAL_ATTRS);
	assert_int_equal(sg_p2_match(&m.sa, &p, &c, NULL), -ENOENT);
}

/* Unknown transforms are passed over; the first proposal received that fits is taken. */
static void p2_order(void **state)
{
	struct sg_p2_params p = params_of(&seal_sha, &aes_md5);
	static const struct {
		uint8_t number, protocol, id;
		const char *attrs;
	} offers[] = {
		{ 1, IKE_PROTO_ESP, 20, "80040001 80060100" },
		{ 1, IKE_PROTO_ESP, 12, "80040001 80050001 80060080" },
		{ 1, IKE_PROTO_ESP, 12, "80040001 80050001 80060100" },
		{ 1, IKE_PROTO_ESP, 254, SEAL_ATTRS },
		{ 7, IKE_PROTO_ESP, 254, SEAL_ATTRS },
	};
	struct sg_p2_choice c;
	uint8_t bytes[64];
	struct message m;

	(void)state;
	begin(&m);
	sg_sa_begin(&m.w);
	for (unsigned int i = 0; i < 5; i++) {
		if (i == 0 || i == 4) {
			if (i)
				sg_proposal_end(&m.w);
			sg_proposal_begin(&m.w, offers[i].number, offers[i].protocol, "\1\2\3\4",
					  4);
		}
		sg_transform_begin(&m.w, (uint8_t)(i + 1), offers[i].id);
		sg_put_bytes(&m.w, bytes, hex(offers[i].attrs, bytes, sizeof(bytes)));
		sg_transform_end(&m.w);
	}
	sg_proposal_end(&m.w);
	sg_sa_end(&m.w);
	finish(&m);
	assert_int_equal(sg_p2_match(&m.sa, &p, &c, &emit), 0);
	assert_ptr_equal(c.set, &aes_md5);
	assert_int_equal(c.proposal, 1);
	assert_int_equal(c.sas[0].transform, 3);
	assert_string_equal(seen.line[1], "ISAKMP: transform 1, unknown");
	assert_string_equal(seen.line[5],
			    "ISAKMP:(0:1:SW:1):atts not acceptable. Next payload is 3");
	assert_string_equal(seen.line[6], "ISAKMP: transform 2, ESP_AES");
	seen.count = 0;
	p.sets[1] = &seal_sha;
	assert_int_equal(sg_p2_match(&m.sa, &p, &c, NULL), 0);
	assert_int_equal(c.sas[0].transform, 4);
	assert_int_equal(c.proposal, 1);
}

/* AH's first transform fits a set that ESP has nothing for: the second has to be tried. */
static void p2_bundle_search(void **state)
{
	static const struct sg_transform_set ah_md5_aes = {
		.name = "a", .ah = SG_AUTH_HMAC_MD5_96, .cipher = SG_CIPHER_AES,
		.cipher_bits = 128, .mode = SG_MODE_TUNNEL,
	};
	struct sg_p2_params p = params_of(&ah_md5_aes, &ah_des);
	struct sg_p2_choice c;
	struct message m;

	(void)state;
	begin(&m);
	sg_sa_begin(&m.w);
	sg_proposal_begin(&m.w, 3, IKE_PROTO_ESP, "\1\2\3\4", 4);
	sg_transform_begin(&m.w, 1, IKE_ESP_DES);
	sg_put_attr(&m.w, IKE_P2_ENCAPSULATION, 1);
	sg_transform_end(&m.w);
	sg_proposal_end(&m.w);
	sg_proposal_begin(&m.w, 3, IKE_PROTO_AH, "\1\2\3\5", 4);
	sg_transform_begin(&m.w, 1, IKE_AH_MD5);
	sg_put_attr(&m.w, IKE_P2_ENCAPSULATION, 1);
	sg_put_attr(&m.w, IKE_P2_AUTH, 1);
	sg_transform_end(&m.w);
	sg_transform_begin(&m.w, 2, IKE_AH_SHA);
	sg_put_attr(&m.w, IKE_P2_ENCAPSULATION, 1);
	sg_put_attr(&m.w, IKE_P2_AUTH, 2);
	sg_transform_end(&m.w);
	sg_proposal_end(&m.w);
	sg_sa_end(&m.w);
	finish(&m);
	assert_int_equal(sg_p2_match(&m.sa, &p, &c, NULL), 0);
	assert_ptr_equal(c.set, &ah_des);
	assert_int_equal(c.sas[0].protocol, IKE_PROTO_AH);
	assert_int_equal(c.sas[0].transform, 2);
	assert_int_equal(c.sas[0].peer_spi, 0x01020305);
}

static void spi_case(uint32_t spi, int want)
{
	struct sg_p2_params p = params_of(&seal_sha, NULL);
	struct sg_p2_choice c;
	struct message m;

	begin(&m);
	sg_p2_put_sa(&m.w, &p, 0, spi);
	finish(&m);
	assert_int_equal(sg_p2_match(&m.sa, &p, &c, NULL), want);
	assert_int_equal(sg_p2_verify(&m.sa, &p, &c, NULL), want);
}

static void p2_spis(void **state)
{
	(void)state;
	spi_case(0, -ENOENT);
	spi_case(1, -ENOENT);
	spi_case(255, -ENOENT);
	spi_case(256, 0);
	spi_case(0xffffffff, 0);
}

static void p2_wrong_answers(void **state)
{
	struct sg_p2_params p = params_of(&seal_sha, &aes_md5), other;
	struct sg_p2_choice c;
	struct message m;

	(void)state;
	begin(&m);
	sg_p2_put_sa(&m.w, &p, 0, 0x1000);
	finish(&m);
	assert_int_equal(sg_p2_verify(&m.sa, &p, &c, NULL), -EBADMSG);	/* both */
	one(&m, IKE_PROTO_ESP, 254, SEAL_ATTRS);
	assert_int_equal(sg_p2_verify(&m.sa, &p, &c, NULL), 0);
	/* Numbers should be retained (RFC 2408 4.2), no more: what was offered decides. */
	for (unsigned int i = 0; i < 4; i++) {
		m.sa.proposals[0].number = i;
		m.sa.transforms[0].number = i + 1;
		assert_int_equal(sg_p2_verify(&m.sa, &p, &c, NULL), 0);
		assert_ptr_equal(c.set, &seal_sha);
	}
	/* what was not offered stays so under any number */
	one(&m, IKE_PROTO_ESP, 254, "80040001 80050001");
	for (unsigned int i = 0; i < 4; i++) {
		m.sa.proposals[0].number = i;
		assert_int_equal(sg_p2_verify(&m.sa, &p, &c, NULL), -ENOENT);
	}
	/* half of a bundle is not the bundle */
	other = params_of(&ah_des, NULL);
	one(&m, IKE_PROTO_ESP, IKE_ESP_DES, "80040001");
	assert_int_equal(sg_p2_verify(&m.sa, &other, &c, NULL), -ENOENT);
	/* lifetimes: smaller ones are taken over */
	one(&m, IKE_PROTO_ESP, 254, "80040001 80010001 80020708 80010002 00020004ffffffff"
	    "80050002");
	assert_int_equal(sg_p2_verify(&m.sa, &p, &c, NULL), 0);
	assert_int_equal(c.seconds, 1800);
	assert_int_equal(c.kilobytes, 4608000);
	/* without any, ours count, not the default of RFC 2407 */
	p.life.seconds = 86400;
	one(&m, IKE_PROTO_ESP, 254, "80040001 80050002");
	assert_int_equal(sg_p2_verify(&m.sa, &p, &c, NULL), 0);
	assert_int_equal(c.seconds, 86400);
	assert_int_equal(sg_p2_match(&m.sa, &p, &c, NULL), 0);
	assert_int_equal(c.seconds, 28800);
}

static void p2_lifetime_notify(void **state)
{
	struct sg_p2_params p = params_of(&seal_sha, NULL);
	struct sg_p2_choice c, initiator = { .seconds = 28800, .kilobytes = UINT32_MAX };
	struct sg_payloads list;
	struct sg_notify n;
	struct message m;
	uint8_t want[64];

	(void)state;
	one(&m, IKE_PROTO_ESP, 254, "80040001 80050002 80010001 80027080 80010002"
	    "00020004ffffffff");
	assert_int_equal(sg_p2_match(&m.sa, &p, &c, NULL), 0);
	begin(&m);
	sg_p2_put_lifetime(&m.w, IKE_PROTO_ESP, 0xdd3645c8, &c);
	assert_int_equal(sg_writer_finish(&m.w, 0), 28 + 4 + 12 + 20);
	assert_int_equal(hex("00000024 00000001 03046000 dd3645c8 80010001 80020e10 80010002"
			     "0002000400465000", want, sizeof(want)), 36);
	assert_memory_equal(m.buf + 28, want, 36);

	assert_int_equal(sg_payloads_decode(&list, 11, m.buf + 28, 36), SG_CODEC_OK);
	assert_int_equal(sg_notify_decode(&n, &list.list[0]), SG_CODEC_OK);
	assert_int_equal(n.type, IKE_N_RESPONDER_LIFETIME);
	assert_int_equal(sg_p2_read_lifetime(n.data, &initiator), 0);
	assert_int_equal(initiator.seconds, 3600);
	assert_int_equal(initiator.kilobytes, 4608000);
	/* never longer; never anything else */
	initiator.seconds = 60;
	assert_int_equal(sg_p2_read_lifetime(n.data, &initiator), 0);
	assert_int_equal(initiator.seconds, 60);
	assert_int_equal(sg_p2_read_lifetime(SG_CHUNK(n.data.data, 0), &initiator), -EINVAL);
	assert_int_equal(sg_p2_read_lifetime(SG_CHUNK(n.data.data, 4), &initiator), -EINVAL);
	assert_int_equal(hex("80040001", want, sizeof(want)), 4);
	assert_int_equal(sg_p2_read_lifetime(SG_CHUNK(want, 4), &initiator), -EINVAL);
}

/* The recorded Quick Mode: UDP encapsulation, other order, no volume. */
static void p2_golden(void **state)
{
	struct sg_p2_params p = params_of(&aes_md5, &des3_sha);
	struct sg_payloads list;
	struct sg_sa_payload sa;
	struct sg_p2_choice c;

	(void)state;
	assert_int_equal(sg_payloads_decode(&list, 8, golden_qm1, sizeof(golden_qm1)), SG_CODEC_OK);
	assert_int_equal(sg_sa_decode(&sa, sg_payload_body(&list.list[1])), SG_CODEC_OK);
	assert_int_equal(sg_p2_match(&sa, &p, &c, NULL), -ENOENT);
	p.udp = true;
	assert_int_equal(sg_p2_match(&sa, &p, &c, NULL), 0);
	assert_ptr_equal(c.set, &des3_sha);
	assert_int_equal(c.sas[0].peer_spi, GOLDEN_SPI_I);
	assert_int_equal(c.sas[0].cipher_key_len + c.sas[0].auth_key_len, sizeof(golden_keymat_i));
	assert_int_equal(c.seconds, 3600);
	assert_true(c.seconds_cut);
	assert_true(c.sas[0].udp);
	p.udp_draft = true;
	assert_int_equal(sg_p2_match(&sa, &p, &c, NULL), -ENOENT);
}

static void p2_config(void **state)
{
	static char sets[3][SG_NAME_MAX] = { "missing", "aes", "cisco" };
	struct sg_transform_set known[] = { seal_sha, aes_md5 };
	struct sg_crypto_entry entry = {
		.sets = sets, .set_count = 3, .pfs_group = 2, .life = { .seconds = 120 },
	};
	struct sg_config cfg = {
		.sets = known, .set_count = 2, .seal_transform_id = 250,
		.life = { .seconds = 3600, .kilobytes = 4608000 },
	};
	struct sg_p2_params p;

	(void)state;
	assert_int_equal(sg_p2_params_init(&p, &cfg, &entry), 0);
	assert_int_equal(p.set_count, 2);
	assert_ptr_equal(p.sets[0], &known[1]);
	assert_ptr_equal(p.sets[1], &known[0]);
	assert_int_equal(p.life.seconds, 120);
	assert_int_equal(p.life.kilobytes, 4608000);
	assert_int_equal(p.pfs_group, 2);
	assert_int_equal(p.seal_id, 250);
	entry.set_count = 1;
	assert_int_equal(sg_p2_params_init(&p, &cfg, &entry), -ENOENT);
}

static void p2_report(void **state)
{
	struct sg_p2_params p = params_of(&seal_sha, &ah_des);
	struct message m;

	(void)state;
	one(&m, IKE_PROTO_ESP, 12, "80040002 80050001 80060080");
	sg_p2_report(&m.sa, &p, &emit);
	ASSERT_LINES("our set cisco (esp-seal esp-sha-hmac, PFS group 0), their proposal 1 "
		     "transform 1 (ESP_AES 128, HMAC-MD5, Transport, PFS group 0): differ in "
		     "transform, encapsulation, authenticator, key length",
		     "our set bundle (ah-sha-hmac esp-des, PFS group 0), their proposal 1 "
		     "transform 1 (ESP_AES 128, HMAC-MD5, Transport, PFS group 0): differ in "
		     "protocols");
	sg_p2_report(&m.sa, &p, NULL);
}

static void set_texts(void **state)
{
	static const struct {
		const struct sg_transform_set *set;
		const char *text;
	} sets[] = {
		{ &seal_sha, "esp-seal esp-sha-hmac" }, { &aes_md5, "esp-aes 256 esp-md5-hmac" },
		{ &ah_des, "ah-sha-hmac esp-des" }, { &ah_only, "ah-md5-hmac" },
		{ &des3_sha, "esp-3des esp-sha-hmac" },
	};
	char buf[64];

	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		sg_p2_set_text(sets[i].set, buf, sizeof(buf));
		assert_string_equal(buf, sets[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(p2_offer_seal),
		cmocka_unit_test(p2_offer_bundle),
		cmocka_unit_test(p2_attributes),
		cmocka_unit_test(p2_pfs),
		cmocka_unit_test(p2_order),
		cmocka_unit_test(p2_bundle_search),
		cmocka_unit_test(p2_spis),
		cmocka_unit_test(p2_wrong_answers),
		cmocka_unit_test(p2_lifetime_notify),
		cmocka_unit_test(p2_golden),
		cmocka_unit_test(p2_config),
		cmocka_unit_test(p2_report),
		cmocka_unit_test(set_texts),
	};

	return cmocka_run_group_tests_name("ike_phase2_sa", tests, NULL, NULL);
}
