// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Anything at all through all decoders: the recorded messages cut at each byte, changed in each
 * byte to each value, and noise. Nothing may crash, and no view may leave its buffer; buffers are
 * of exactly the input's size, so that the sanitizers see each byte read too many.
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

static void inside(struct sg_chunk c, const uint8_t *buf, size_t len)
{
	assert_true(c.data >= buf && c.len <= len && c.data <= buf + (len - c.len));
}

static void attributes_inside(struct sg_chunk attrs)
{
	struct sg_ike_attrs list;

	sg_attrs_decode(&list, attrs.data, attrs.len);
	assert_true(list.count <= SG_ATTRS_MAX);
	for (unsigned int i = 0; i < list.count; i++)
		inside(SG_CHUNK(list.list[i].data, list.list[i].len), attrs.data, attrs.len);
}

/* Runs all decoders over a chain and sees to it that no view leaves the buffer. */
static void walk(uint8_t first, const uint8_t *data, size_t len)
{
	static struct sg_sa_payload sa;
	struct sg_p1_attrs p1;
	struct sg_p2_attrs p2;
	struct sg_payloads list;
	struct sg_notify n;
	struct sg_delete d;
	struct sg_cert cert;
	struct sg_id id;

	sg_payloads_decode(&list, first, data, len);
	assert_true(list.count <= SG_PAYLOADS_MAX);
	for (unsigned int i = 0; i < list.count; i++) {
		const struct sg_payload *p = &list.list[i];

		inside(sg_payload_body(p), data, len);
		inside(sg_payload_rest(&list, p), data, len);
		if (p->type == IKE_PAYLOAD_SA && !sg_sa_decode(&sa, sg_payload_body(p))) {
			for (unsigned int k = 0; k < sa.transform_count; k++) {
				inside(sa.transforms[k].attrs, p->body, p->len);
				attributes_inside(sa.transforms[k].attrs);
				sg_p1_attrs_read(&p1, sa.transforms[k].attrs);
				sg_p2_attrs_read(&p2, sa.transforms[k].attrs);
			}
			for (unsigned int k = 0; k < sa.proposal_count; k++)
				inside(sa.proposals[k].spi, p->body, p->len);
		}
		if (p->type == IKE_PAYLOAD_N && !sg_notify_decode(&n, p)) {
			inside(n.spi, p->body, p->len);
			inside(n.data, p->body, p->len);
		}
		if (p->type == IKE_PAYLOAD_D && !sg_delete_decode(&d, p))
			inside(SG_CHUNK(d.spis, (size_t)d.count * d.spi_len), p->body, p->len);
		if (p->type == IKE_PAYLOAD_ID && !sg_id_decode(&id, p))
			inside(id.data, p->body, p->len);
		if (p->type == IKE_PAYLOAD_CERT && !sg_cert_decode(&cert, p))
			inside(cert.data, p->body, p->len);
	}
	for (unsigned int number = 1; number <= 6; number++)
		sg_rule_check(sg_rule_find(IKE_XCHG_MAIN, number, SG_RULE_PSK, false), &list, NULL);
}

static void walk_datagram(const uint8_t *data, size_t len)
{
	struct sg_ike_header h;

	if (sg_header_decode(&h, data, len) == SG_CODEC_OK)
		walk(h.next, data + IKE_HEADER_LEN, h.length - IKE_HEADER_LEN);
}

static const struct {
	uint8_t first;
	const uint8_t *data;
	size_t len;
} plains[] = {
	{ 5, golden_mm5, sizeof(golden_mm5) }, { 5, golden_mm6, sizeof(golden_mm6) },
	{ 8, golden_qm1, sizeof(golden_qm1) }, { 8, golden_qm2, sizeof(golden_qm2) },
	{ 8, golden_qm3, sizeof(golden_qm3) }, { 8, golden_info, sizeof(golden_info) },
};

#define PACKETS (sizeof(golden_packets) / sizeof(golden_packets[0]))
#define PLAINS (sizeof(plains) / sizeof(plains[0]))

static void truncations(void **state)
{
	uint8_t *buf;

	(void)state;
	for (size_t i = 0; i < PACKETS; i++) {
		for (size_t len = 0; len <= golden_packets[i].len; len++) {
			buf = malloc(len ? len : 1);
			assert_non_null(buf);
			memcpy(buf, golden_packets[i].data, len);
			walk_datagram(buf, len);
			if (len >= IKE_HEADER_LEN) {	/* with a header that agrees */
				buf[26] = (uint8_t)(len >> 8);
				buf[27] = (uint8_t)len;
				walk_datagram(buf, len);
			}
			free(buf);
		}
	}
	for (size_t i = 0; i < PLAINS; i++) {
		for (size_t len = 0; len <= plains[i].len; len++) {
			buf = malloc(len ? len : 1);
			assert_non_null(buf);
			memcpy(buf, plains[i].data, len);
			walk(plains[i].first, buf, len);
			free(buf);
		}
	}
}

static void flips(void **state)
{
	uint8_t *buf;

	(void)state;
	for (size_t i = 0; i < PACKETS; i++) {
		buf = malloc(golden_packets[i].len);
		assert_non_null(buf);
		memcpy(buf, golden_packets[i].data, golden_packets[i].len);
		for (size_t at = 0; at < golden_packets[i].len; at++) {
			for (unsigned int v = 1; v < 256; v++) {
				buf[at] ^= (uint8_t)v;
				walk_datagram(buf, golden_packets[i].len);
				buf[at] ^= (uint8_t)v;
			}
		}
		free(buf);
	}
	for (size_t i = 0; i < PLAINS; i++) {
		buf = malloc(plains[i].len);
		assert_non_null(buf);
		memcpy(buf, plains[i].data, plains[i].len);
		for (size_t at = 0; at < plains[i].len; at++) {
			for (unsigned int v = 1; v < 256; v++) {
				buf[at] ^= (uint8_t)v;
				walk(plains[i].first, buf, plains[i].len);
				buf[at] ^= (uint8_t)v;
			}
		}
		free(buf);
	}
}

/* Noise behind each payload type: a fixed generator, so that a failure comes again. */
static void noise(void **state)
{
	uint32_t x = 0x53454147;
	uint8_t *buf;
	size_t len;

	(void)state;
	for (unsigned int round = 0; round < 20000; round++) {
		x = x * 1664525 + 1013904223;
		len = x >> 16 & 127;
		buf = malloc(len ? len : 1);
		assert_non_null(buf);
		for (size_t i = 0; i < len; i++) {
			x = x * 1664525 + 1013904223;
			/* mostly zeroes, so that lengths and reserved bytes are often plausible */
			buf[i] = x >> 28 < 9 ? 0 : (uint8_t)(x >> 16) & 0x1f;
		}
		walk((uint8_t)(round % 140), buf, len);
		free(buf);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(truncations),
		cmocka_unit_test(flips),
		cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests_name("ike_badinput", tests, NULL, NULL);
}
