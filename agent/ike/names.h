/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Numbers of ISAKMP in words: the RFCs' names for logs, IOS's for its debug output. One table
 * each, in names.c. No policy: a name here does not mean that the thing is supported.
 */
#ifndef SG_IKE_NAMES_H
#define SG_IKE_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emit.h"
#include "isakmp.h"

/*
 * Each returns a static text, "unknown" for a number without a name. Those of IOS are as its
 * debug output prints them.
 */
const char *sg_ike_exchange_name(uint8_t exchange);		/* "Main Mode" */
const char *sg_ike_payload_name(uint8_t type);		/* "NONCE" */
const char *sg_ike_notify_name(uint16_t type);		/* "NO-PROPOSAL-CHOSEN" (RFC) */
const char *sg_ike_notify_ios_name(uint16_t type);		/* "INITIAL_CONTACT" (IOS) */
const char *sg_ike_protocol_name(uint8_t protocol);		/* "ESP" */
const char *sg_ike_id_type_name(uint8_t type);		/* "ID_IPV4_ADDR" */
const char *sg_ike_encryption_name(uint16_t value);		/* "AES-CBC" (IOS) */
const char *sg_ike_hash_name(uint16_t value);		/* "MD5", "SHA" (IOS) */
const char *sg_ike_auth_name(uint16_t value);		/* "pre-share", "RSA sig" (IOS) */
const char *sg_ike_encaps_name(uint16_t value);		/* "Tunnel" (IOS) */
const char *sg_ike_p2_auth_name(uint16_t value);		/* "HMAC-SHA" (IOS) */
const char *sg_ike_p1_attr_name(uint16_t type);		/* "key length" */
const char *sg_ike_p2_attr_name(uint16_t type);		/* "authenticator" */

/**
 * sg_ike_transform_name() - a phase-2 transform as IOS prints it: "ESP_SEAL", "AH_SHA"
 * @protocol: IKE_PROTO_AH or IKE_PROTO_ESP
 * @id: transform's number
 * @seal_id: the number that stands for ESP_SEAL; it goes ahead of the table
 */
const char *sg_ike_transform_name(uint8_t protocol, uint8_t id, uint8_t seal_id);

/* Vendor IDs that are known, reference order. */
enum sg_vid {
	SG_VID_UNKNOWN,
	SG_VID_NATT_RFC,
	SG_VID_NATT_03,
	SG_VID_NATT_02_NEWLINE,
	SG_VID_NATT_02,
	SG_VID_DPD,
	SG_VID_UNITY,
	SG_VID_XAUTH,
	SG_VID_FRAGMENTATION,
	SG_VID_SEALGATE,		/* our own; stands for "speaking to another IOS box!" */
	__SG_VID_LAST,
};

struct sg_vid_entry {
	enum sg_vid vid;
	uint8_t len;			/* as sent */
	uint8_t match;			/* bytes that decide */
	bool longer;			/* bytes may follow */
	const uint8_t *bytes;
	const char *name;		/* for logs */
	bool known_to_ios;		/* without the line about a major mismatch */
	const char *ios;		/* "vendor ID is NAT-T v3"; NULL: nothing more is said */
};

/**
 * sg_vid_find() - which vendor ID is this?
 * @data: body of the payload
 * @len: bytes of it
 *
 * Return: the entry; NULL for one that is not known.
 */
const struct sg_vid_entry *sg_vid_find(const uint8_t *data, size_t len);
const struct sg_vid_entry *sg_vid_entry(enum sg_vid vid);

/* What IOS prints as "major N": byte 14 of the ID, -1 where it is shorter. */
int sg_vid_major(const uint8_t *data, size_t len);

/* The lines that IOS prints of a vendor ID, "processing vendor id payload" first. */
void sg_vid_print(const uint8_t *data, size_t len, const struct sg_emit *emit);

#endif /* SG_IKE_NAMES_H */
