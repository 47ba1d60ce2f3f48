// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a transform set is called: on the wire (RFC 2407 4.4.3, 4.4.4, 4.5; RFC 3602), and in IOS's
 * words; and how much key it takes. Two tables; a new transform is a row. Comparing and choosing is
 * in phase2_sa.c.
 */
#include <stdio.h>

#include "transform.h"

#define BITS_A_BYTE		8

/* What IKE calls a cipher, and what its key needs. */
static const struct {
	uint16_t cipher;
	uint8_t id;		/* ESP_SEAL's is a setting */
	uint8_t key_len;	/* 0: by its bits, or none */
	const char *ios;
} ciphers[] = {
	{ SG_CIPHER_SEAL, IKE_ESP_SEAL_DEFAULT, 20, "esp-seal" },
	{ SG_CIPHER_NULL, IKE_ESP_NULL, 0, "esp-null" },
	{ SG_CIPHER_DES, IKE_ESP_DES, 8, "esp-des" },
	{ SG_CIPHER_3DES, IKE_ESP_3DES, 24, "esp-3des" },
	{ SG_CIPHER_AES, IKE_ESP_AES_CBC, 0, "esp-aes" },
	{ SG_CIPHER_DES_IV64, IKE_ESP_DES_IV64, 8, "esp-rfc1829" },
	{ SG_CIPHER_DES_IV32, IKE_ESP_DES_IV32, 8, "esp-rfc1829" },
};

/* The same of an authenticator. */
static const struct {
	uint16_t auth;
	uint8_t ah_id;
	uint16_t attr;
	uint8_t key_len;
	const char *ah, *esp;
} auths[] = {
	{ SG_AUTH_HMAC_MD5_96, IKE_AH_MD5, IKE_P2_AUTH_HMAC_MD5, 16, "ah-md5-hmac",
	  "esp-md5-hmac" },
	{ SG_AUTH_HMAC_SHA1_96, IKE_AH_SHA, IKE_P2_AUTH_HMAC_SHA, 20, "ah-sha-hmac",
	  "esp-sha-hmac" },
	{ SG_AUTH_KEYED_MD5, IKE_AH_MD5, IKE_P2_AUTH_KPDK, 16, "ah-rfc1828", NULL },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint8_t cipher_id(uint16_t cipher, uint8_t seal_id)
{
	if (cipher == SG_CIPHER_SEAL)
		return seal_id;
	for (size_t i = 0; i < COUNT(ciphers); i++)
		if (ciphers[i].cipher == cipher)
			return ciphers[i].id;
	return 0;
}

size_t sg_p2_cipher_key_len(uint16_t cipher, uint16_t bits)
{
	if (cipher == SG_CIPHER_AES)
		return bits / BITS_A_BYTE;
	for (size_t i = 0; i < COUNT(ciphers); i++)
		if (ciphers[i].cipher == cipher)
			return ciphers[i].key_len;
	return 0;
}

size_t sg_p2_auth_key_len(uint16_t auth)
{
	for (size_t i = 0; i < COUNT(auths); i++)
		if (auths[i].auth == auth)
			return auths[i].key_len;
	return 0;
}

static uint8_t ah_id(uint16_t auth)
{
	for (size_t i = 0; i < COUNT(auths); i++)
		if (auths[i].auth == auth)
			return auths[i].ah_id;
	return 0;
}

static uint16_t auth_attr(uint16_t auth)
{
	for (size_t i = 0; i < COUNT(auths); i++)
		if (auths[i].auth == auth)
			return auths[i].attr;
	return 0;
}

static uint16_t wire_encaps(const struct sg_p2_params *params, uint8_t mode)
{
	bool tunnel = mode == SG_MODE_TUNNEL;

	if (!params->udp)
		return tunnel ? IKE_ENCAPS_TUNNEL : IKE_ENCAPS_TRANSPORT;
	if (params->udp_draft)
		return tunnel ? IKE_ENCAPS_UDP_TUNNEL_DRAFT : IKE_ENCAPS_UDP_TRANSPORT_DRAFT;
	return tunnel ? IKE_ENCAPS_UDP_TUNNEL : IKE_ENCAPS_UDP_TRANSPORT;
}

unsigned int sg_p2_wants(const struct sg_p2_params *params, const struct sg_transform_set *set,
			 struct sg_p2_want out[SG_P2_PROTOCOLS_MAX])
{
	uint16_t encaps = wire_encaps(params, set->mode);
	struct sg_p2_want *want;
	unsigned int n = 0;

	if (set->ah != SG_AUTH_NONE) {
		want = &out[n++];
		*want = (struct sg_p2_want){ .protocol = IKE_PROTO_AH, .encaps = encaps };
		want->id = ah_id(set->ah);
		want->auth = auth_attr(set->ah);
	}
	if (set->cipher != SG_CIPHER_NONE) {
		want = &out[n++];
		*want = (struct sg_p2_want){ .protocol = IKE_PROTO_ESP, .encaps = encaps };
		want->id = cipher_id(set->cipher, params->seal_id);
		want->auth = auth_attr(set->esp_auth);
		if (set->cipher == SG_CIPHER_AES)
			want->key_bits = set->cipher_bits;
	}
	return n;
}

void sg_p2_set_text(const struct sg_transform_set *set, char *buf, size_t len)
{
	const char *ah = NULL, *cipher = NULL, *auth = NULL;
	char bits[16] = "";

	for (size_t i = 0; i < COUNT(auths); i++) {
		if (auths[i].auth == set->ah)
			ah = auths[i].ah;
		if (auths[i].auth == set->esp_auth)
			auth = auths[i].esp;
	}
	for (size_t i = 0; i < COUNT(ciphers); i++)
		if (ciphers[i].cipher == set->cipher)
			cipher = ciphers[i].ios;
	if (set->cipher == SG_CIPHER_AES && set->cipher_bits != IKE_AES_BITS_DEFAULT)
		snprintf(bits, sizeof(bits), " %u", set->cipher_bits);
	snprintf(buf, len, "%s%s%s%s%s%s", ah ? ah : "", ah && (cipher || auth) ? " " : "",
		 cipher ? cipher : "", bits, cipher && auth ? " " : "", auth ? auth : "");
}
