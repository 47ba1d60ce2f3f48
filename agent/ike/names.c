// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers of ISAKMP in words, one table each: RFC 2407, 2408, 2409, 3706, and IOS's own words where
 * its debug output has others. And the vendor IDs, the only way to tell what a peer knows.
 */
#include <string.h>

#include "names.h"

#define VID_MAJOR_OFFSET 14	/* IOS takes Unity's version from here, whatever the ID is */

struct name {
	uint16_t number;
	const char *text;
};

#define FIND(table, number) find(table, sizeof(table) / sizeof((table)[0]), number)

static const char *find(const struct name *table, size_t count, uint16_t number)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].number == number)
			return table[i].text;
	return "unknown";
}

static const struct name exchanges[] = {
	{ IKE_XCHG_BASE, "Base" },
	{ IKE_XCHG_MAIN, "Main Mode" },
	{ IKE_XCHG_AUTH_ONLY, "Authentication Only" },
	{ IKE_XCHG_AGGRESSIVE, "Aggressive Mode" },
	{ IKE_XCHG_INFO, "Informational" },
	{ IKE_XCHG_TRANSACTION, "Transaction" },
	{ IKE_XCHG_QUICK, "Quick Mode" },
	{ IKE_XCHG_NEW_GROUP, "New Group Mode" },
};

static const struct name payloads[] = {
	{ IKE_PAYLOAD_NONE, "NONE" },
	{ IKE_PAYLOAD_SA, "SA" },
	{ IKE_PAYLOAD_P, "P" },
	{ IKE_PAYLOAD_T, "T" },
	{ IKE_PAYLOAD_KE, "KE" },
	{ IKE_PAYLOAD_ID, "ID" },
	{ IKE_PAYLOAD_CERT, "CERT" },
	{ IKE_PAYLOAD_CR, "CERT_REQ" },
	{ IKE_PAYLOAD_HASH, "HASH" },
	{ IKE_PAYLOAD_SIG, "SIG" },
	{ IKE_PAYLOAD_NONCE, "NONCE" },
	{ IKE_PAYLOAD_N, "NOTIFY" },
	{ IKE_PAYLOAD_D, "DELETE" },
	{ IKE_PAYLOAD_VID, "VENDOR_ID" },
	{ IKE_PAYLOAD_ATTR, "ATTRIBUTE" },
	{ IKE_PAYLOAD_NAT_D, "NAT-D" },
	{ IKE_PAYLOAD_NAT_OA, "NAT-OA" },
	{ IKE_PAYLOAD_NAT_D_DRAFT, "NAT-D" },
	{ IKE_PAYLOAD_NAT_OA_DRAFT, "NAT-OA" },
	{ IKE_PAYLOAD_FRAGMENT, "FRAGMENT" },
};

static const struct {
	uint16_t number;
	const char *rfc, *ios;
} notifies[] = {
	{ IKE_N_INVALID_PAYLOAD_TYPE, "INVALID-PAYLOAD-TYPE", "INVALID_PAYLOAD_TYPE" },
	{ IKE_N_DOI_NOT_SUPPORTED, "DOI-NOT-SUPPORTED", "DOI_NOT_SUPPORTED" },
	{ IKE_N_SITUATION_NOT_SUPPORTED, "SITUATION-NOT-SUPPORTED", "SITUATION_NOT_SUPPORTED" },
	{ IKE_N_INVALID_COOKIE, "INVALID-COOKIE", "INVALID_COOKIE" },
	{ IKE_N_INVALID_MAJOR_VERSION, "INVALID-MAJOR-VERSION", "INVALID_MAJOR_VERSION" },
	{ IKE_N_INVALID_MINOR_VERSION, "INVALID-MINOR-VERSION", "INVALID_MINOR_VERSION" },
	{ IKE_N_INVALID_EXCHANGE_TYPE, "INVALID-EXCHANGE-TYPE", "INVALID_EXCHANGE_TYPE" },
	{ IKE_N_INVALID_FLAGS, "INVALID-FLAGS", "INVALID_FLAGS" },
	{ IKE_N_INVALID_MESSAGE_ID, "INVALID-MESSAGE-ID", "INVALID_MESSAGE_ID" },
	{ IKE_N_INVALID_PROTOCOL_ID, "INVALID-PROTOCOL-ID", "INVALID_PROTOCOL_ID" },
	{ IKE_N_INVALID_SPI, "INVALID-SPI", "INVALID_SPI" },
	{ IKE_N_INVALID_TRANSFORM_ID, "INVALID-TRANSFORM-ID", "INVALID_TRANSFORM_ID" },
	{ IKE_N_ATTRIBUTES_NOT_SUPPORTED, "ATTRIBUTES-NOT-SUPPORTED", "ATTS_NOT_SUPPORTED" },
	{ IKE_N_NO_PROPOSAL_CHOSEN, "NO-PROPOSAL-CHOSEN", "PROPOSAL_NOT_CHOSEN" },
	{ IKE_N_BAD_PROPOSAL_SYNTAX, "BAD-PROPOSAL-SYNTAX", "BAD_PROPOSAL_SYNTAX" },
	{ IKE_N_PAYLOAD_MALFORMED, "PAYLOAD-MALFORMED", "PAYLOAD_MALFORMED" },
	{ IKE_N_INVALID_KEY_INFORMATION, "INVALID-KEY-INFORMATION", "INVALID_KEY_INFO" },
	{ IKE_N_INVALID_ID_INFORMATION, "INVALID-ID-INFORMATION", "INVALID_ID_INFO" },
	{ IKE_N_INVALID_CERT_ENCODING, "INVALID-CERT-ENCODING", "INVALID_CERT_ENCODING" },
	{ IKE_N_INVALID_CERTIFICATE, "INVALID-CERTIFICATE", "INVALID_CERT" },
	{ IKE_N_CERT_TYPE_UNSUPPORTED, "CERT-TYPE-UNSUPPORTED", "CERT_TYPE_UNSUPPORTED" },
	{ IKE_N_INVALID_CERT_AUTHORITY, "INVALID-CERT-AUTHORITY", "INVALID_CERT_AUTHORITY" },
	{ IKE_N_INVALID_HASH_INFORMATION, "INVALID-HASH-INFORMATION", "INVALID_HASH_INFO" },
	{ IKE_N_AUTHENTICATION_FAILED, "AUTHENTICATION-FAILED", "AUTHENTICATION_FAILED" },
	{ IKE_N_INVALID_SIGNATURE, "INVALID-SIGNATURE", "INVALID_SIGNATURE" },
	{ IKE_N_ADDRESS_NOTIFICATION, "ADDRESS-NOTIFICATION", "ADDRESS_NOTIFICATION" },
	{ IKE_N_NOTIFY_SA_LIFETIME, "NOTIFY-SA-LIFETIME", "NOTIFY_SA_LIFETIME" },
	{ IKE_N_CERTIFICATE_UNAVAILABLE, "CERTIFICATE-UNAVAILABLE", "CERT_UNAVAILABLE" },
	{ IKE_N_UNSUPPORTED_EXCHANGE_TYPE, "UNSUPPORTED-EXCHANGE-TYPE",
	  "UNSUPPORTED_EXCHANGE_TYPE" },
	{ IKE_N_UNEQUAL_PAYLOAD_LENGTHS, "UNEQUAL-PAYLOAD-LENGTHS", "UNEQUAL_PAYLOAD_LENGTHS" },
	{ IKE_N_CONNECTED, "CONNECTED", "CONNECTED" },
	{ IKE_N_RESPONDER_LIFETIME, "RESPONDER-LIFETIME", "RESPONDER_LIFETIME" },
	{ IKE_N_REPLAY_STATUS, "REPLAY-STATUS", "REPLAY_STATUS" },
	{ IKE_N_INITIAL_CONTACT, "INITIAL-CONTACT", "INITIAL_CONTACT" },
	{ IKE_N_R_U_THERE, "R-U-THERE", "DPD/R_U_THERE" },
	{ IKE_N_R_U_THERE_ACK, "R-U-THERE-ACK", "DPD/R_U_THERE_ACK" },
};

static const struct name protocols[] = {
	{ IKE_PROTO_ISAKMP, "ISAKMP" },
	{ IKE_PROTO_AH, "AH" },
	{ IKE_PROTO_ESP, "ESP" },
	{ IKE_PROTO_IPCOMP, "IPCOMP" },
};

static const struct name id_types[] = {
	{ IKE_ID_IPV4_ADDR, "ID_IPV4_ADDR" },
	{ IKE_ID_FQDN, "ID_FQDN" },
	{ IKE_ID_USER_FQDN, "ID_USER_FQDN" },
	{ IKE_ID_IPV4_ADDR_SUBNET, "ID_IPV4_ADDR_SUBNET" },
	{ IKE_ID_IPV6_ADDR, "ID_IPV6_ADDR" },
	{ IKE_ID_IPV6_ADDR_SUBNET, "ID_IPV6_ADDR_SUBNET" },
	{ IKE_ID_IPV4_ADDR_RANGE, "ID_IPV4_ADDR_RANGE" },
	{ IKE_ID_IPV6_ADDR_RANGE, "ID_IPV6_ADDR_RANGE" },
	{ IKE_ID_DER_ASN1_DN, "ID_DER_ASN1_DN" },
	{ IKE_ID_DER_ASN1_GN, "ID_DER_ASN1_GN" },
	{ IKE_ID_KEY_ID, "ID_KEY_ID" },
};

static const struct name encryptions[] = {
	{ IKE_ENCR_DES, "DES-CBC" },
	{ IKE_ENCR_IDEA, "IDEA-CBC" },
	{ IKE_ENCR_BLOWFISH, "BLOWFISH-CBC" },
	{ IKE_ENCR_RC5, "RC5-CBC" },
	{ IKE_ENCR_3DES, "3DES-CBC" },
	{ IKE_ENCR_CAST, "CAST-CBC" },
	{ IKE_ENCR_AES, "AES-CBC" },
};

static const struct name hash_names[] = {
	{ IKE_HASH_MD5, "MD5" },
	{ IKE_HASH_SHA, "SHA" },
	{ IKE_HASH_TIGER, "TIGER" },
	{ IKE_HASH_SHA2_256, "SHA256" },
	{ IKE_HASH_SHA2_384, "SHA384" },
	{ IKE_HASH_SHA2_512, "SHA512" },
};

static const struct name auth_methods[] = {
	{ IKE_AUTH_PSK, "pre-share" },
	{ IKE_AUTH_DSS_SIG, "DSS sig" },
	{ IKE_AUTH_RSA_SIG, "RSA sig" },
	{ IKE_AUTH_RSA_ENC, "RSA encr" },
	{ IKE_AUTH_RSA_ENC_REVISED, "RSA encr revised" },
};

static const struct name encapsulations[] = {
	{ IKE_ENCAPS_TUNNEL, "Tunnel" },
	{ IKE_ENCAPS_TRANSPORT, "Transport" },
	{ IKE_ENCAPS_UDP_TUNNEL, "Tunnel-UDP" },
	{ IKE_ENCAPS_UDP_TRANSPORT, "Transport-UDP" },
	{ IKE_ENCAPS_UDP_TUNNEL_DRAFT, "Tunnel-UDP" },
	{ IKE_ENCAPS_UDP_TRANSPORT_DRAFT, "Transport-UDP" },
};

static const struct name p2_auths[] = {
	{ IKE_P2_AUTH_HMAC_MD5, "HMAC-MD5" },
	{ IKE_P2_AUTH_HMAC_SHA, "HMAC-SHA" },
	{ IKE_P2_AUTH_DES_MAC, "DES-MAC" },
	{ IKE_P2_AUTH_KPDK, "KPDK" },
};

static const struct name p1_attrs[] = {
	{ IKE_P1_ENCRYPTION, "encryption" },
	{ IKE_P1_HASH, "hash" },
	{ IKE_P1_AUTH, "authentication method" },
	{ IKE_P1_GROUP, "group" },
	{ IKE_P1_GROUP_TYPE, "group type" },
	{ IKE_P1_GROUP_PRIME, "group prime" },
	{ IKE_P1_GROUP_GEN_ONE, "group generator one" },
	{ IKE_P1_GROUP_GEN_TWO, "group generator two" },
	{ IKE_P1_GROUP_CURVE_A, "group curve A" },
	{ IKE_P1_GROUP_CURVE_B, "group curve B" },
	{ IKE_P1_LIFE_TYPE, "life type" },
	{ IKE_P1_LIFE_DURATION, "life duration" },
	{ IKE_P1_PRF, "prf" },
	{ IKE_P1_KEY_LENGTH, "key length" },
	{ IKE_P1_FIELD_SIZE, "field size" },
	{ IKE_P1_GROUP_ORDER, "group order" },
};

static const struct name p2_attrs[] = {
	{ IKE_P2_LIFE_TYPE, "life type" },
	{ IKE_P2_LIFE_DURATION, "life duration" },
	{ IKE_P2_GROUP, "group" },
	{ IKE_P2_ENCAPSULATION, "encapsulation mode" },
	{ IKE_P2_AUTH, "authenticator" },
	{ IKE_P2_KEY_LENGTH, "key length" },
	{ IKE_P2_KEY_ROUNDS, "key rounds" },
	{ IKE_P2_COMPRESS_DICT, "compression dictionary size" },
	{ IKE_P2_COMPRESS_PRIVATE, "private compression algorithm" },
};

static const struct name esp_transforms[] = {
	{ IKE_ESP_DES_IV64, "ESP_DES_IV64" },
	{ IKE_ESP_DES, "ESP_DES" },
	{ IKE_ESP_3DES, "ESP_3DES" },
	{ IKE_ESP_RC5, "ESP_RC5" },
	{ IKE_ESP_IDEA, "ESP_IDEA" },
	{ IKE_ESP_CAST, "ESP_CAST" },
	{ IKE_ESP_BLOWFISH, "ESP_BLOWFISH" },
	{ IKE_ESP_3IDEA, "ESP_3IDEA" },
	{ IKE_ESP_DES_IV32, "ESP_DES_IV32" },
	{ IKE_ESP_RC4, "ESP_RC4" },
	{ IKE_ESP_NULL, "ESP_NULL" },
	{ IKE_ESP_AES_CBC, "ESP_AES" },
};

static const struct name ah_transforms[] = {
	{ IKE_AH_MD5, "AH_MD5" },
	{ IKE_AH_SHA, "AH_SHA" },
	{ IKE_AH_DES, "AH_DES" },
};

const char *sg_ike_exchange_name(uint8_t exchange)
{
	return FIND(exchanges, exchange);
}

const char *sg_ike_payload_name(uint8_t type)
{
	return FIND(payloads, type);
}

const char *sg_ike_notify_name(uint16_t type)
{
	for (size_t i = 0; i < sizeof(notifies) / sizeof(notifies[0]); i++)
		if (notifies[i].number == type)
			return notifies[i].rfc;
	return "unknown";
}

const char *sg_ike_notify_ios_name(uint16_t type)
{
	for (size_t i = 0; i < sizeof(notifies) / sizeof(notifies[0]); i++)
		if (notifies[i].number == type)
			return notifies[i].ios;
	return "unknown";
}

const char *sg_ike_protocol_name(uint8_t protocol)
{
	return FIND(protocols, protocol);
}

const char *sg_ike_id_type_name(uint8_t type)
{
	return FIND(id_types, type);
}

const char *sg_ike_encryption_name(uint16_t value)
{
	return FIND(encryptions, value);
}

const char *sg_ike_hash_name(uint16_t value)
{
	return FIND(hash_names, value);
}

const char *sg_ike_auth_name(uint16_t value)
{
	return FIND(auth_methods, value);
}

const char *sg_ike_encaps_name(uint16_t value)
{
	return FIND(encapsulations, value);
}

const char *sg_ike_p2_auth_name(uint16_t value)
{
	return FIND(p2_auths, value);
}

const char *sg_ike_p1_attr_name(uint16_t type)
{
	return FIND(p1_attrs, type);
}

const char *sg_ike_p2_attr_name(uint16_t type)
{
	return FIND(p2_attrs, type);
}

const char *sg_ike_transform_name(uint8_t protocol, uint8_t id, uint8_t seal_id)
{
	if (protocol == IKE_PROTO_AH)
		return FIND(ah_transforms, id);
	if (protocol != IKE_PROTO_ESP)
		return "unknown";
	return id == seal_id ? "ESP_SEAL" : FIND(esp_transforms, id);
}

#define BYTES(...) ((const uint8_t []){ __VA_ARGS__ })

static const struct sg_vid_entry vids[] = {
	{ SG_VID_NATT_RFC, 16, 16, false,
	  BYTES(0x4a, 0x13, 0x1c, 0x81, 0x07, 0x03, 0x58, 0x45,
		0x5c, 0x57, 0x28, 0xf2, 0x0e, 0x95, 0x45, 0x2f),
	  "RFC 3947", false, NULL },
	{ SG_VID_NATT_03, 16, 16, false,
	  BYTES(0x7d, 0x94, 0x19, 0xa6, 0x53, 0x10, 0xca, 0x6f,
		0x2c, 0x17, 0x9d, 0x92, 0x15, 0x52, 0x9d, 0x56),
	  "draft-ietf-ipsec-nat-t-ike-03", false, "vendor ID is NAT-T v3" },
	{ SG_VID_NATT_02_NEWLINE, 16, 16, false,
	  BYTES(0x90, 0xcb, 0x80, 0x91, 0x3e, 0xbb, 0x69, 0x6e,
		0x08, 0x63, 0x81, 0xb5, 0xec, 0x42, 0x7b, 0x1f),
	  "draft-ietf-ipsec-nat-t-ike-02 (newline)", false, "vendor ID is NAT-T v2" },
	{ SG_VID_NATT_02, 16, 16, false,
	  BYTES(0xcd, 0x60, 0x46, 0x43, 0x35, 0xdf, 0x21, 0xf8,
		0x7c, 0xfd, 0xb2, 0xfc, 0x68, 0xb6, 0xa4, 0x48),
	  "draft-ietf-ipsec-nat-t-ike-02", false, NULL },
	{ SG_VID_DPD, 16, 14, false,
	  BYTES(0xaf, 0xca, 0xd7, 0x13, 0x68, 0xa1, 0xf1, 0xc9,
		0x6b, 0x86, 0x96, 0xfc, 0x77, 0x57, 0x01, 0x00),
	  "DPD", true, "vendor ID is DPD" },
	{ SG_VID_UNITY, 16, 14, false,
	  BYTES(0x12, 0xf5, 0xf2, 0x8c, 0x45, 0x71, 0x68, 0xa9,
		0x70, 0x2d, 0x9f, 0xe2, 0x74, 0xcc, 0x01, 0x00),
	  "Cisco Unity", true, "vendor ID is Unity" },
	{ SG_VID_XAUTH, 8, 8, false,
	  BYTES(0x09, 0x00, 0x26, 0x89, 0xdf, 0xd6, 0xb7, 0x12),
	  "XAUTH", true, "vendor ID is XAUTH" },
	{ SG_VID_FRAGMENTATION, 20, 16, true,
	  BYTES(0x40, 0x48, 0xb7, 0xd5, 0x6e, 0xbc, 0xe8, 0x85,
		0x25, 0xe7, 0xde, 0x7f, 0x00, 0xd6, 0xc2, 0xd3, 0x80, 0x00, 0x00, 0x00),
	  "FRAGMENTATION", false, NULL },
	/* MD5 of "sealgate crypto-map gateway 1" */
	{ SG_VID_SEALGATE, 16, 16, false,
	  BYTES(0x2b, 0x05, 0x09, 0x74, 0xd2, 0xac, 0xdd, 0xac,
		0x86, 0xb4, 0x0f, 0x67, 0x1a, 0xdf, 0x6e, 0xa4),
	  "sealgate", true, "speaking to another IOS box!" },
};

const struct sg_vid_entry *sg_vid_find(const uint8_t *data, size_t len)
{
	const struct sg_vid_entry *v;

	for (size_t i = 0; i < sizeof(vids) / sizeof(vids[0]); i++) {
		v = &vids[i];
		if (v->longer ? len < v->match : len != v->len)
			continue;
		if (memcmp(data, v->bytes, v->match) == 0)
			return v;
	}
	return NULL;
}

const struct sg_vid_entry *sg_vid_entry(enum sg_vid vid)
{
	for (size_t i = 0; i < sizeof(vids) / sizeof(vids[0]); i++)
		if (vids[i].vid == vid)
			return &vids[i];
	return NULL;
}

int sg_vid_major(const uint8_t *data, size_t len)
{
	return len > VID_MAJOR_OFFSET ? data[VID_MAJOR_OFFSET] : -1;
}

void sg_vid_print(const uint8_t *data, size_t len, const struct sg_emit *emit)
{
	const struct sg_vid_entry *v = sg_vid_find(data, len);
	int major = sg_vid_major(data, len);

	sg_emit_tagged(emit, " processing vendor id payload");
	if (major >= 0 && (!v || !v->known_to_ios))
		sg_emit_tagged(emit, " vendor ID seems Unity/DPD but major %d mismatch", major);
	if (v && v->ios)
		sg_emit_tagged(emit, " %s", v->ios);
}
