// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decoding and rules: what is read, what is refused and why, in tables. Input lies in buffers of
 * exactly its size, so that the sanitizers see each byte read too many.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../agent/ike/codec.h"
#include "hex.h"

#define BUF 8192

static const struct sg_ike_header header = {
	.cookie_i = { 1, 2, 3, 4, 5, 6, 7, 8 }, .cookie_r = { 9, 10, 11, 12, 13, 14, 15, 16 },
	.exchange = IKE_XCHG_MAIN, .message_id = 0x01020304,
};

/* --- header ----------------------------------------------------------------------------------- */

static void header_fields(void **state)
{
	struct sg_ike_header h;
	struct sg_writer w;
	uint8_t buf[64];

	(void)state;
	sg_writer_message(&w, buf, sizeof(buf), &header);
	assert_int_equal(sg_writer_finish(&w, 0), 28);
	assert_int_equal(sg_header_decode(&h, buf, 28), SG_CODEC_OK);
	assert_memory_equal(h.cookie_i, header.cookie_i, 8);
	assert_memory_equal(h.cookie_r, header.cookie_r, 8);
	assert_int_equal(h.next, 0);
	assert_int_equal(h.version, 0x10);
	assert_int_equal(h.exchange, 2);
	assert_int_equal(h.message_id, 0x01020304);
	assert_int_equal(h.length, 28);

	/* what is behind the length is tolerated */
	assert_int_equal(sg_header_decode(&h, buf, 44), SG_CODEC_OK);
	for (size_t len = 0; len < 28; len++)
		assert_int_equal(sg_header_decode(&h, buf, len), SG_CODEC_SHORT);
	buf[27] = 27;
	assert_int_equal(sg_header_decode(&h, buf, 28), SG_CODEC_LENGTH);
	buf[27] = 29;
	assert_int_equal(sg_header_decode(&h, buf, 28), SG_CODEC_LENGTH);
	buf[24] = 0xff;
	assert_int_equal(sg_header_decode(&h, buf, 28), SG_CODEC_LENGTH);
	buf[24] = 0;
	buf[27] = 28;
	for (unsigned int v = 0; v < 256; v++) {
		buf[17] = (uint8_t)v;
		assert_int_equal(sg_header_decode(&h, buf, 28),
				 v >> 4 == 1 ? SG_CODEC_OK : SG_CODEC_VERSION);
		assert_int_equal(h.version, v);
	}
	buf[17] = 0x10;
	memset(buf, 0, 8);
	assert_int_equal(sg_header_decode(&h, buf, 28), SG_CODEC_COOKIE);
	memcpy(buf, header.cookie_r, 8);
	assert_int_equal(sg_header_decode(&h, buf, 28), SG_CODEC_COOKIE);
}

/* --- chain ------------------------------------------------------------------------------------ */

static const struct {
	const char *what;
	uint8_t first;
	const char *chain;
	enum sg_codec cause;
	unsigned int count;
} chains[] = {
	{ "nothing", 0, "", SG_CODEC_OK, 0 },
	{ "announced, not there", 13, "", SG_CODEC_PAYLOAD_SHORT, 0 },
	{ "three bytes of header", 13, "000000", SG_CODEC_PAYLOAD_SHORT, 0 },
	{ "empty vendor ID", 13, "00000004", SG_CODEC_OK, 1 },
	{ "length 0", 13, "00000000", SG_CODEC_PAYLOAD_LENGTH, 0 },
	{ "length 3", 13, "00000003", SG_CODEC_PAYLOAD_LENGTH, 0 },
	{ "one byte beyond", 13, "00000005", SG_CODEC_PAYLOAD_LENGTH, 0 },
	{ "length 65535", 13, "0000ffff00", SG_CODEC_PAYLOAD_LENGTH, 0 },
	{ "reserved", 13, "00010004", SG_CODEC_RESERVED, 0 },
	{ "second reserved", 13, "0d000005aa00800004", SG_CODEC_RESERVED, 1 },
	{ "padding of zeroes", 13, "00000005aa000000", SG_CODEC_OK, 1 },
	{ "padding of anything", 13, "00000005aaffffff", SG_CODEC_OK, 1 },
	{ "P at the top", 2, "00000004", SG_CODEC_PAYLOAD_TYPE, 0 },
	{ "T at the top", 3, "00000004", SG_CODEC_PAYLOAD_TYPE, 0 },
	{ "IKEv2's SA", 33, "00000004", SG_CODEC_PAYLOAD_TYPE, 0 },
	{ "unknown second", 13, "10000004 00000004", SG_CODEC_PAYLOAD_TYPE, 1 },
	{ "private, unknown", 200, "00000006abcd", SG_CODEC_OK, 1 },
	{ "nonce of 7", 10, "0000000b01020304050607", SG_CODEC_PAYLOAD_LENGTH, 0 },
	{ "nonce of 8", 10, "0000000c0102030405060708", SG_CODEC_OK, 1 },
	{ "SA of 7", 1, "0000000b01020304050607", SG_CODEC_PAYLOAD_LENGTH, 0 },
	{ "KE of 0", 4, "00000004", SG_CODEC_PAYLOAD_LENGTH, 0 },
	{ "HASH of 0", 8, "00000004", SG_CODEC_PAYLOAD_LENGTH, 0 },
	{ "ID of 3", 5, "00000007010000", SG_CODEC_PAYLOAD_LENGTH, 0 },
	{ "N of 7", 11, "0000000b00000001010060", SG_CODEC_PAYLOAD_LENGTH, 0 },
	{ "D of 7", 12, "0000000b00000001030400", SG_CODEC_PAYLOAD_LENGTH, 0 },
};

static void chain_table(void **state)
{
	struct sg_payloads list;
	enum sg_codec cause;
	uint8_t tmp[64];
	uint8_t *buf;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		len = hex(chains[i].chain, tmp, sizeof(tmp));
		buf = malloc(len ? len : 1);
		assert_non_null(buf);
		memcpy(buf, tmp, len);
		cause = sg_payloads_decode(&list, chains[i].first, buf, len);
		if (cause != chains[i].cause || list.count != chains[i].count)
			fail_msg("%s: %s, %u payloads", chains[i].what, sg_codec_text(cause),
				 list.count);
		free(buf);
	}
}

/* n payloads of one type with an empty or small body. */
static size_t many(uint8_t *buf, uint8_t type, unsigned int n, unsigned int body)
{
	size_t at = 0;

	for (unsigned int i = 0; i < n; i++) {
		memset(buf + at, 0, 4 + body);
		buf[at] = i + 1 < n ? type : 0;
		buf[at + 3] = (uint8_t)(4 + body);
		at += 4 + body;
	}
	return at;
}

static void chain_bounds(void **state)
{
	static uint8_t buf[BUF];
	struct sg_payloads list;

	(void)state;
	assert_int_equal(sg_payloads_decode(&list, 13, buf, many(buf, 13, 20, 0)), SG_CODEC_OK);
	assert_int_equal(list.count, 20);
	assert_int_equal(sg_payloads_decode(&list, 13, buf, many(buf, 13, 21, 0)),
			 SG_CODEC_TOO_MANY);
	assert_int_equal(sg_payloads_decode(&list, 20, buf, many(buf, 20, 10, 16)), SG_CODEC_OK);
	assert_int_equal(sg_payloads_decode(&list, 20, buf, many(buf, 20, 11, 16)),
			 SG_CODEC_TOO_MANY);
	assert_int_equal(sg_payloads_decode(&list, 130, buf, many(buf, 130, 11, 16)),
			 SG_CODEC_TOO_MANY);
	assert_int_equal(sg_payloads_decode(&list, 11, buf, many(buf, 11, 64, 8)), SG_CODEC_OK);
	assert_int_equal(list.count, 64);
	assert_int_equal(sg_payloads_decode(&list, 11, buf, many(buf, 11, 65, 8)),
			 SG_CODEC_TOO_MANY);
	assert_int_equal(sg_payloads_decode(&list, 11, buf, many(buf, 11, 300, 8)),
			 SG_CODEC_TOO_MANY);
	assert_int_equal(list.count, 64);
}

static void lookups(void **state)
{
	/* VID(1) NONCE(8) VID(2), 3 bytes of padding */
	static const char chain[] =
		"0a000005a1 0d00000c0102030405060708 00000006b1b2 000000";
	struct sg_payloads list;
	struct sg_chunk rest;
	uint8_t buf[64];
	size_t len = hex(chain, buf, sizeof(buf));

	(void)state;
	assert_int_equal(sg_payloads_decode(&list, 13, buf, len), SG_CODEC_OK);
	assert_int_equal(list.count, 3);
	assert_int_equal(sg_payload_count(&list, 13), 2);
	assert_ptr_equal(sg_payload_get(&list, 13, 0), &list.list[0]);
	assert_ptr_equal(sg_payload_get(&list, 13, 1), &list.list[2]);
	assert_null(sg_payload_get(&list, 13, 2));
	assert_null(sg_payload_get(&list, 1, 0));
	rest = sg_payload_rest(&list, &list.list[0]);
	assert_ptr_equal(rest.data, buf + 5);
	assert_int_equal(rest.len, 18);
	assert_int_equal(sg_payload_rest(&list, &list.list[2]).len, 0);
}

/* --- SA, attributes --------------------------------------------------------------------------- */

static const struct {
	const char *what, *body;
	enum sg_codec cause;
} sas[] = {
	{ "one transform", "0000000100000001 00000010 01010001 0000000801010000", SG_CODEC_OK },
	{ "too short", "00000001000000", SG_CODEC_PAYLOAD_LENGTH },
	{ "DOI 2", "0000000200000001 00000010 01010001 0000000801010000", SG_CODEC_DOI },
	{ "situation 2", "0000000100000002 00000010 01010001 0000000801010000",
	  SG_CODEC_SITUATION },
	{ "no proposal", "0000000100000001", SG_CODEC_NO_PROPOSAL },
	{ "no transform", "0000000100000001 0000000801010000", SG_CODEC_NO_PROPOSAL },
	{ "count 2 of 1", "0000000100000001 00000010 01010002 0000000801010000",
	  SG_CODEC_TRANSFORM_COUNT },
	{ "count 0 of 1", "0000000100000001 00000010 01010000 0000000801010000",
	  SG_CODEC_TRANSFORM_COUNT },
	{ "proposal beyond the SA", "0000000100000001 00000011 01010001 0000000801010000",
	  SG_CODEC_PAYLOAD_LENGTH },
	{ "proposal length 7", "0000000100000001 00000007 01010001 0000000801010000",
	  SG_CODEC_PAYLOAD_LENGTH },
	{ "proposal reserved", "0000000100000001 00010010 01010001 0000000801010000",
	  SG_CODEC_RESERVED },
	{ "proposal followed by T", "0000000100000001 03000010 01010001 0000000801010000",
	  SG_CODEC_PAYLOAD_TYPE },
	{ "second proposal missing", "0000000100000001 02000010 01010001 0000000801010000",
	  SG_CODEC_PAYLOAD_SHORT },
	{ "transform length 7", "0000000100000001 00000010 01010001 0000000701010000",
	  SG_CODEC_PAYLOAD_LENGTH },
	{ "transform beyond", "0000000100000001 00000010 01010001 0000000901010000",
	  SG_CODEC_PAYLOAD_LENGTH },
	{ "transform reserved", "0000000100000001 00000010 01010001 0001000801010000",
	  SG_CODEC_RESERVED },
	{ "transform reserved 2", "0000000100000001 00000010 01010001 0000000801010001",
	  SG_CODEC_RESERVED },
	{ "transform followed by P", "0000000100000001 00000010 01010001 0200000801010000",
	  SG_CODEC_PAYLOAD_TYPE },
	{ "second transform missing", "0000000100000001 00000010 01010001 0300000801010000",
	  SG_CODEC_PAYLOAD_SHORT },
	{ "rest in the proposal", "0000000100000001 00000011 01010001 0000000801010000 00",
	  SG_CODEC_TRAILING },
	{ "rest in the SA", "0000000100000001 00000010 01010001 0000000801010000 00",
	  SG_CODEC_TRAILING },
	{ "SPI of 16 for ISAKMP", "0000000100000001 00000020 01011001 "
	  "00112233445566778899aabbccddeeff 0000000801010000", SG_CODEC_OK },
	{ "SPI of 17 for ISAKMP", "0000000100000001 00000021 01011101 "
	  "00112233445566778899aabbccddeeff00 0000000801010000", SG_CODEC_SPI },
	{ "SPI of 4 for ESP", "0000000100000001 00000014 01030401 11223344 0000000801010000",
	  SG_CODEC_OK },
	{ "SPI of 3 for ESP", "0000000100000001 00000013 01030301 112233 0000000801010000",
	  SG_CODEC_SPI },
	{ "SPI of 0 for AH", "0000000100000001 00000010 01020001 0000000801010000",
	  SG_CODEC_SPI },
	{ "SPI beyond the proposal", "0000000100000001 00000010 0103ff01 0000000801010000",
	  SG_CODEC_PAYLOAD_LENGTH },
	{ "IPCOMP", "0000000100000001 00000012 01040201 0002 0000000801010000", SG_CODEC_OK },
	{ "protocol 9", "0000000100000001 00000010 01090001 0000000801010000", SG_CODEC_OK },
	{ "attribute cut in its head", "0000000100000001 00000013 01010001 0000000b01010000 800100",
	  SG_CODEC_ATTRIBUTE },
	{ "attribute cut in its value", "0000000100000001 00000016 01010001 "
	  "0000000e01010000 000c00030151", SG_CODEC_ATTRIBUTE },
	{ "attribute of length 65535", "0000000100000001 00000014 01010001 "
	  "0000000c01010000 000cffff", SG_CODEC_ATTRIBUTE },
	{ "attribute of length 0", "0000000100000001 00000014 01010001 "
	  "0000000c01010000 000c0000", SG_CODEC_OK },
};

static void sa_table(void **state)
{
	struct sg_sa_payload sa;
	enum sg_codec cause;
	uint8_t tmp[128];
	uint8_t *buf;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(sas) / sizeof(sas[0]); i++) {
		len = hex(sas[i].body, tmp, sizeof(tmp));
		buf = malloc(len);
		assert_non_null(buf);
		memcpy(buf, tmp, len);
		cause = sg_sa_decode(&sa, SG_CHUNK(buf, len));
		if (cause != sas[i].cause)
			fail_msg("%s: %s", sas[i].what, sg_codec_text(cause));
		free(buf);
	}
}

static enum sg_codec sa_of(unsigned int proposals, unsigned int transforms, unsigned int attrs,
			   struct sg_sa_payload *sa)
{
	static uint8_t buf[65536];
	struct sg_writer w;

	sg_writer_message(&w, buf, sizeof(buf), &header);
	sg_sa_begin(&w);
	for (unsigned int i = 0; i < proposals; i++) {
		sg_proposal_begin(&w, (uint8_t)(i + 1), IKE_PROTO_ESP, "\1\2\3\4", 4);
		for (unsigned int k = 0; k < transforms; k++) {
			sg_transform_begin(&w, (uint8_t)(k + 1), IKE_ESP_3DES);
			for (unsigned int j = 0; j < attrs; j++)
				sg_put_attr(&w, IKE_P2_AUTH, 1);
			sg_transform_end(&w);
		}
		sg_proposal_end(&w);
	}
	sg_sa_end(&w);
	assert_true(sg_writer_finish(&w, 0) > 0);
	return sg_sa_decode(sa, sg_writer_last_body(&w));
}

static void sa_bounds(void **state)
{
	struct sg_sa_payload sa;

	(void)state;
	assert_int_equal(sa_of(32, 1, 1, &sa), SG_CODEC_OK);
	assert_int_equal(sa.proposal_count, 32);
	assert_int_equal(sa_of(33, 1, 1, &sa), SG_CODEC_TOO_MANY);
	assert_int_equal(sa_of(1, 64, 1, &sa), SG_CODEC_OK);
	assert_int_equal(sa_of(1, 65, 1, &sa), SG_CODEC_TOO_MANY);
	assert_int_equal(sa_of(1, 255, 1, &sa), SG_CODEC_TOO_MANY);
	assert_int_equal(sa_of(4, 64, 1, &sa), SG_CODEC_OK);
	assert_int_equal(sa.transform_count, 256);
	assert_int_equal(sa.proposals[3].first, 192);
	assert_int_equal(sa.proposals[3].count, 64);
	assert_int_equal(sa_of(5, 64, 1, &sa), SG_CODEC_TOO_MANY);
	assert_int_equal(sa_of(1, 1, 24, &sa), SG_CODEC_OK);
	assert_int_equal(sa_of(1, 1, 25, &sa), SG_CODEC_TOO_MANY);
}

static void attributes(void **state)
{
	/* TV, TLV of 1, 4, 8, 9 and 0 bytes */
	static const char text[] = "800b0001 0001000105 000c000400015180 000cff"
				   "0800";
	struct sg_ike_attrs a;
	uint8_t buf[64];
	size_t len;

	(void)state;
	len = hex("800b0001 0001000105 000c000400015180 000c00088000000000000001"
		  "000c0009010203040506070809 000e0000", buf, sizeof(buf));
	assert_int_equal(sg_attrs_decode(&a, buf, len), SG_CODEC_OK);
	assert_int_equal(a.count, 6);
	assert_true(a.list[0].tv && a.list[0].integer);
	assert_int_equal(a.list[0].type, 11);
	assert_int_equal(a.list[0].value, 1);
	assert_true(!a.list[1].tv && a.list[1].integer);
	assert_int_equal(a.list[1].value, 5);
	assert_int_equal(a.list[2].value, 86400);
	assert_true(a.list[3].integer);
	assert_true(a.list[3].value == UINT64_C(0x8000000000000001));
	assert_false(a.list[4].integer);
	assert_int_equal(a.list[4].len, 9);
	assert_false(a.list[5].integer);
	assert_int_equal(a.list[5].len, 0);
	for (size_t cut = 1; cut < 4; cut++)
		assert_int_equal(sg_attrs_decode(&a, buf, cut), SG_CODEC_ATTRIBUTE);
	len = hex(text, buf, sizeof(buf));
	assert_int_equal(sg_attrs_decode(&a, buf, len), SG_CODEC_ATTRIBUTE);
	assert_int_equal(a.count, 3);
}

/* --- notify, delete, identity ----------------------------------------------------------------- */

static struct sg_payload payload(uint8_t type, const char *text, uint8_t *buf, size_t cap)
{
	struct sg_payload p = { .type = type, .known = true, .body = buf };

	p.len = (uint16_t)hex(text, buf, cap);
	return p;
}

static void notify_delete_id(void **state)
{
	struct sg_notify n;
	struct sg_delete d;
	struct sg_payload p;
	struct sg_cert c;
	struct sg_id id;
	uint8_t buf[64];

	(void)state;
	p = payload(11, "00000001 03 04 000e 11223344 aabb", buf, sizeof(buf));
	assert_int_equal(sg_notify_decode(&n, &p), SG_CODEC_OK);
	assert_int_equal(n.type, IKE_N_NO_PROPOSAL_CHOSEN);
	assert_int_equal(n.spi.len, 4);
	assert_int_equal(n.data.len, 2);
	buf[5] = 6;
	assert_int_equal(sg_notify_decode(&n, &p), SG_CODEC_OK);
	assert_int_equal(n.data.len, 0);
	buf[5] = 7;
	assert_int_equal(sg_notify_decode(&n, &p), SG_CODEC_PAYLOAD_LENGTH);
	buf[5] = 255;
	assert_int_equal(sg_notify_decode(&n, &p), SG_CODEC_PAYLOAD_LENGTH);
	buf[5] = 0;
	buf[3] = 2;
	assert_int_equal(sg_notify_decode(&n, &p), SG_CODEC_DOI);
	p = payload(11, "00000001 01 11 6002 0011223344556677889900112233445566", buf, sizeof(buf));
	assert_int_equal(sg_notify_decode(&n, &p), SG_CODEC_SPI);

	p = payload(12, "00000001 03 04 0002 11223344 55667788", buf, sizeof(buf));
	assert_int_equal(sg_delete_decode(&d, &p), SG_CODEC_OK);
	assert_int_equal(d.count, 2);
	assert_ptr_equal(d.spis, buf + 8);
	buf[7] = 3;
	assert_int_equal(sg_delete_decode(&d, &p), SG_CODEC_PAYLOAD_LENGTH);
	buf[7] = 1;
	assert_int_equal(sg_delete_decode(&d, &p), SG_CODEC_TRAILING);
	buf[7] = 0;
	assert_int_equal(sg_delete_decode(&d, &p), SG_CODEC_SPI);
	buf[6] = 0xff;
	assert_int_equal(sg_delete_decode(&d, &p), SG_CODEC_PAYLOAD_LENGTH);
	buf[5] = 8;
	assert_int_equal(sg_delete_decode(&d, &p), SG_CODEC_SPI);
	buf[4] = 1;
	assert_int_equal(sg_delete_decode(&d, &p), SG_CODEC_SPI);
	buf[4] = 7;
	assert_int_equal(sg_delete_decode(&d, &p), SG_CODEC_PROTOCOL);

	p = payload(5, "01 11 01f4 0a0a0a02", buf, sizeof(buf));
	assert_int_equal(sg_id_decode(&id, &p), SG_CODEC_OK);
	assert_int_equal(id.type, IKE_ID_IPV4_ADDR);
	assert_int_equal(id.proto, 17);
	assert_int_equal(id.port, 500);
	assert_int_equal(id.data.len, 4);
	p.len = 3;
	assert_int_equal(sg_id_decode(&id, &p), SG_CODEC_PAYLOAD_LENGTH);

	p = payload(7, "04", buf, sizeof(buf));
	assert_int_equal(sg_cert_decode(&c, &p), SG_CODEC_OK);
	assert_int_equal(c.encoding, IKE_CERT_X509_SIGNATURE);
	assert_int_equal(c.data.len, 0);
	p.len = 0;
	assert_int_equal(sg_cert_decode(&c, &p), SG_CODEC_PAYLOAD_LENGTH);
}

/* --- rules ------------------------------------------------------------------------------------ */

static const struct {
	const char *what;
	uint8_t exchange, number;
	enum sg_rule_auth auth;
	bool encrypted;
	const uint8_t types[12];	/* 0 ends */
	enum sg_codec cause;
	uint8_t type;
} messages[] = {
	{ "MM1", 2, 1, SG_RULE_ANY, false, { 1, 13, 13 }, SG_CODEC_OK, 0 },
	{ "MM1 without SA", 2, 1, SG_RULE_ANY, false, { 13 }, SG_CODEC_MISSING, 1 },
	{ "MM1 empty", 2, 1, SG_RULE_ANY, false, { 0 }, SG_CODEC_MISSING, 1 },
	{ "MM1 with two SAs", 2, 1, SG_RULE_ANY, false, { 1, 1 }, SG_CODEC_UNEXPECTED, 1 },
	{ "MM1, SA second", 2, 1, SG_RULE_ANY, false, { 13, 1 }, SG_CODEC_ORDER, 1 },
	{ "MM1 with KE", 2, 1, SG_RULE_ANY, false, { 1, 4 }, SG_CODEC_UNEXPECTED, 4 },
	{ "MM1 with a private type", 2, 1, SG_RULE_ANY, false, { 1, 200 }, SG_CODEC_OK, 0 },
	{ "MM2", 2, 2, SG_RULE_PSK, false, { 1 }, SG_CODEC_OK, 0 },
	{ "MM3", 2, 3, SG_RULE_PSK, false, { 4, 10, 13, 20, 20, 130 }, SG_CODEC_OK, 0 },
	{ "MM3 with two KEs", 2, 3, SG_RULE_PSK, false, { 4, 10, 4 }, SG_CODEC_UNEXPECTED, 4 },
	{ "MM3 without nonce", 2, 3, SG_RULE_PSK, false, { 4 }, SG_CODEC_MISSING, 10 },
	{ "MM3 with ID", 2, 3, SG_RULE_PSK, false, { 4, 10, 5 }, SG_CODEC_UNEXPECTED, 5 },
	{ "MM3, RSA encryption", 2, 3, SG_RULE_ENC, false, { 4, 5, 10 }, SG_CODEC_OK, 0 },
	{ "MM4", 2, 4, SG_RULE_SIG, false, { 4, 10, 7 }, SG_CODEC_OK, 0 },
	{ "MM5", 2, 5, SG_RULE_PSK, true, { 5, 8, 11 }, SG_CODEC_OK, 0 },
	{ "MM5 without HASH", 2, 5, SG_RULE_PSK, true, { 5 }, SG_CODEC_MISSING, 8 },
	{ "MM5 with D", 2, 5, SG_RULE_PSK, true, { 5, 8, 12 }, SG_CODEC_UNEXPECTED, 12 },
	{ "MM5, signature", 2, 5, SG_RULE_SIG, true, { 5, 6, 9 }, SG_CODEC_OK, 0 },
	{ "MM5, SIG for PSK", 2, 5, SG_RULE_PSK, true, { 5, 9 }, SG_CODEC_UNEXPECTED, 9 },
	{ "MM6", 2, 6, SG_RULE_PSK, true, { 5, 8 }, SG_CODEC_OK, 0 },
	{ "QM1", 32, 1, SG_RULE_PSK, true, { 8, 1, 10, 5, 5 }, SG_CODEC_OK, 0 },
	{ "QM1 with PFS", 32, 1, SG_RULE_PSK, true, { 8, 1, 10, 4, 5, 5, 11 }, SG_CODEC_OK, 0 },
	{ "QM1, host to host", 32, 1, SG_RULE_PSK, true, { 8, 1, 10 }, SG_CODEC_OK, 0 },
	{ "QM1, one ID", 32, 1, SG_RULE_PSK, true, { 8, 1, 10, 5 }, SG_CODEC_ID_ALONE, 5 },
	{ "QM1, three IDs", 32, 1, SG_RULE_PSK, true, { 8, 1, 10, 5, 5, 5 }, SG_CODEC_UNEXPECTED,
	  5 },
	{ "QM1, SA first", 32, 1, SG_RULE_PSK, true, { 1, 8, 10 }, SG_CODEC_ORDER, 8 },
	{ "QM1, SA late", 32, 1, SG_RULE_PSK, true, { 8, 10, 1 }, SG_CODEC_ORDER, 1 },
	{ "QM1 with D", 32, 1, SG_RULE_PSK, true, { 8, 1, 10, 12 }, SG_CODEC_UNEXPECTED, 12 },
	{ "QM3", 32, 3, SG_RULE_PSK, true, { 8 }, SG_CODEC_OK, 0 },
	{ "QM3 with SA", 32, 3, SG_RULE_PSK, true, { 8, 1 }, SG_CODEC_UNEXPECTED, 1 },
	{ "Info", 5, 1, SG_RULE_PSK, true, { 8, 12, 11 }, SG_CODEC_OK, 0 },
	{ "Info, HASH second", 5, 1, SG_RULE_PSK, true, { 12, 8 }, SG_CODEC_ORDER, 8 },
	{ "Info without HASH", 5, 1, SG_RULE_PSK, true, { 12 }, SG_CODEC_MISSING, 8 },
	{ "Info in clear", 5, 1, SG_RULE_ANY, false, { 11 }, SG_CODEC_OK, 0 },
	{ "Info in clear, delete", 5, 1, SG_RULE_ANY, false, { 11, 12 }, SG_CODEC_UNEXPECTED, 12 },
};

static void rule_table(void **state)
{
	static const uint8_t body[16];
	const struct sg_message_rule *rule;
	struct sg_payloads list;
	enum sg_codec cause;
	uint8_t type;

	(void)state;
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		list.count = 0;
		for (size_t k = 0; messages[i].types[k]; k++)
			list.list[list.count++] = (struct sg_payload){
				.type = messages[i].types[k], .known = messages[i].types[k] != 200,
				.body = body, .len = sizeof(body),
			};
		rule = sg_rule_find(messages[i].exchange, messages[i].number, messages[i].auth,
				    messages[i].encrypted);
		assert_non_null(rule);
		assert_int_equal(sg_rule_encrypted(rule), messages[i].encrypted);
		cause = sg_rule_check(rule, &list, &type);
		if (cause != messages[i].cause || type != messages[i].type)
			fail_msg("%s: %s, payload %u", messages[i].what, sg_codec_text(cause),
				 type);
	}
	assert_null(sg_rule_find(IKE_XCHG_AGGRESSIVE, 1, SG_RULE_ANY, false));
	assert_null(sg_rule_find(IKE_XCHG_MAIN, 0, SG_RULE_PSK, false));
	assert_null(sg_rule_find(IKE_XCHG_MAIN, 7, SG_RULE_PSK, false));
	assert_null(sg_rule_find(IKE_XCHG_MAIN, 5, SG_RULE_ANY, true));
	assert_null(sg_rule_find(IKE_XCHG_NONE, 1, SG_RULE_ANY, false));
}

static void rule_details(void **state)
{
	static const uint8_t body[512];
	const struct sg_message_rule *mm3 = sg_rule_find(2, 3, SG_RULE_PSK, false);
	const struct sg_message_rule *mm5 = sg_rule_find(2, 5, SG_RULE_PSK, true);
	const struct sg_message_rule *qm1 = sg_rule_find(32, 1, SG_RULE_PSK, true);
	struct sg_ike_header h = { .exchange = IKE_XCHG_MAIN };
	struct sg_payloads list = { .count = 2 };

	(void)state;
	list.list[0] = (struct sg_payload){ .type = 4, .known = true, .body = body, .len = 128 };
	list.list[1] = (struct sg_payload){ .type = 10, .known = true, .body = body };
	for (uint16_t len = 0; len < 300; len++) {
		list.list[1].len = len;
		assert_int_equal(sg_rule_check(mm3, &list, NULL), len >= 8 && len <= 256 ?
				 SG_CODEC_OK : SG_CODEC_PAYLOAD_LENGTH);
	}

	assert_int_equal(sg_rule_check_header(mm3, &h), SG_CODEC_OK);
	assert_int_equal(sg_rule_check_header(qm1, &h), SG_CODEC_EXCHANGE);
	h.flags = IKE_FLAG_ENCRYPTED;
	assert_int_equal(sg_rule_check_header(mm3, &h), SG_CODEC_FLAGS);
	assert_int_equal(sg_rule_check_header(mm5, &h), SG_CODEC_OK);
	h.flags |= IKE_FLAG_COMMIT;
	assert_int_equal(sg_rule_check_header(mm5, &h), SG_CODEC_OK);
	h.flags |= IKE_FLAG_AUTH_ONLY;
	assert_int_equal(sg_rule_check_header(mm5, &h), SG_CODEC_FLAGS);
	h.flags = IKE_FLAG_ENCRYPTED;
	h.message_id = 1;
	assert_int_equal(sg_rule_check_header(mm5, &h), SG_CODEC_MESSAGE_ID);
	h.exchange = IKE_XCHG_QUICK;
	assert_int_equal(sg_rule_check_header(qm1, &h), SG_CODEC_OK);
	h.message_id = 0;
	assert_int_equal(sg_rule_check_header(qm1, &h), SG_CODEC_MESSAGE_ID);
	h.flags = 0;
	h.message_id = 1;
	assert_int_equal(sg_rule_check_header(qm1, &h), SG_CODEC_FLAGS);
}

static void causes(void **state)
{
	(void)state;
	for (int i = SG_CODEC_OK; i <= SG_CODEC_ID_ALONE; i++)
		assert_string_not_equal(sg_codec_text((enum sg_codec)i), "unknown cause");
	assert_string_equal(sg_codec_text((enum sg_codec)1000), "unknown cause");
	assert_int_equal(sg_codec_notify(SG_CODEC_SHORT), IKE_N_NONE);
	assert_int_equal(sg_codec_notify(SG_CODEC_VERSION), 5);
	assert_int_equal(sg_codec_notify(SG_CODEC_RESERVED), 16);
	assert_int_equal(sg_codec_notify(SG_CODEC_ID_ALONE), 18);
	assert_int_equal(sg_codec_notify((enum sg_codec)1000), IKE_N_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_fields),
		cmocka_unit_test(chain_table),
		cmocka_unit_test(chain_bounds),
		cmocka_unit_test(lookups),
		cmocka_unit_test(sa_table),
		cmocka_unit_test(sa_bounds),
		cmocka_unit_test(attributes),
		cmocka_unit_test(notify_delete_id),
		cmocka_unit_test(rule_table),
		cmocka_unit_test(rule_details),
		cmocka_unit_test(causes),
	};

	return cmocka_run_group_tests_name("ike_codec", tests, NULL, NULL);
}
