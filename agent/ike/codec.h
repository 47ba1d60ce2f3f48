/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The wire codec of IKEv1. Bytes in, views out, and back. It is pure: no socket, no clock, no
 * allocation, no secret kept; every length is checked before it is used, and every array is
 * bounded, so the work on a datagram is bounded too. What the values mean is for proposal.h,
 * ident.h and the engine.
 *
 * Views point into the buffer they were decoded from and live as long as it does.
 */
#ifndef SG_IKE_CODEC_H
#define SG_IKE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "isakmp.h"

#define SG_PAYLOADS_MAX		64	/* a message */
#define SG_VIDS_MAX		20
#define SG_NAT_DS_MAX		10
#define SG_PROPOSALS_MAX	32	/* an SA payload */
#define SG_TRANSFORMS_MAX	64	/* a proposal */
#define SG_SA_TRANSFORMS_MAX	256	/* an SA payload, all proposals together */
#define SG_ATTRS_MAX		24	/* a transform */
#define SG_SPI_MAX		16	/* bytes: two cookies, the longest SPI there is */

/* Bytes that somebody else owns. */
struct sg_chunk {
	const uint8_t *data;
	size_t len;
};

#define SG_CHUNK(p, n) ((struct sg_chunk){ .data = (const uint8_t *)(p), .len = (n) })

/* Why a message was refused. */
enum sg_codec {
	SG_CODEC_OK = 0,
	SG_CODEC_SHORT,			/* less than a header */
	SG_CODEC_LENGTH,		/* header's length below 28 or beyond the datagram */
	SG_CODEC_VERSION,		/* major version is not 1 */
	SG_CODEC_COOKIE,		/* the initiator's cookie is zero, or both are equal */
	SG_CODEC_FLAGS,			/* encrypted where it must not be, or the other way round */
	SG_CODEC_MESSAGE_ID,		/* zero in phase 2, not zero in phase 1 */
	SG_CODEC_EXCHANGE,		/* no rule for this exchange or message */
	SG_CODEC_BLOCKS,		/* encrypted part is not whole blocks */
	SG_CODEC_PAYLOAD_TYPE,		/* a type that is not known, or P or T outside an SA */
	SG_CODEC_PAYLOAD_SHORT,		/* chain goes on where the message ends */
	SG_CODEC_PAYLOAD_LENGTH,	/* payload length below its minimum or beyond its parent */
	SG_CODEC_RESERVED,		/* a reserved field is not zero */
	SG_CODEC_TOO_MANY,		/* payloads, VIDs, proposals, transforms, attributes */
	SG_CODEC_DOI,
	SG_CODEC_SITUATION,
	SG_CODEC_NO_PROPOSAL,		/* SA without proposal or proposal without transform */
	SG_CODEC_TRANSFORM_COUNT,	/* count of the proposal and transforms there are differ */
	SG_CODEC_TRAILING,		/* bytes behind the last proposal, transform or SPI */
	SG_CODEC_SPI,			/* SPI size does not fit the protocol */
	SG_CODEC_PROTOCOL,
	SG_CODEC_ATTRIBUTE,		/* an attribute reaches beyond its transform */
	SG_CODEC_MISSING,		/* a payload that the message must carry is not there */
	SG_CODEC_UNEXPECTED,		/* a payload the message must not carry, or too often */
	SG_CODEC_ORDER,			/* a payload is not in its place (SA, HASH first) */
	SG_CODEC_ID_ALONE,		/* one of the two identities of Quick Mode is missing */
};

/**
 * sg_codec_text() - the cause in words, for the log
 * @cause: why a message was refused
 *
 * Return: a text without a final full stop; never NULL.
 */
const char *sg_codec_text(enum sg_codec cause);

/**
 * sg_codec_notify() - which notify tells the peer about a cause (RFC 2408 5)
 * @cause: why a message was refused
 *
 * Return: the notify's number, IKE_N_NONE where silence is the answer.
 */
enum ike_notify sg_codec_notify(enum sg_codec cause);

/* --- decoding: decode.c ----------------------------------------------------------------------- */

struct sg_ike_header {
	uint8_t cookie_i[IKE_COOKIE_LEN];
	uint8_t cookie_r[IKE_COOKIE_LEN];
	uint8_t next;
	uint8_t version;
	uint8_t exchange;
	uint8_t flags;
	uint32_t message_id;	/* host byte order */
	uint32_t length;
};

/**
 * sg_header_decode() - the ISAKMP header of a datagram (RFC 2408 3.1, 5.2)
 * @hdr: written whole unless the datagram is shorter than a header
 * @buf: the datagram, without a non-ESP marker
 * @len: its bytes
 *
 * Bytes behind the header's length are tolerated (an old Cisco client sends some). Unknown flags
 * and minor versions are tolerated too.
 *
 * Return: SG_CODEC_OK, _SHORT, _LENGTH, _VERSION, _COOKIE.
 */
enum sg_codec sg_header_decode(struct sg_ike_header *hdr, const uint8_t *buf, size_t len);

struct sg_payload {
	uint8_t type;
	bool known;		/* false: in the private range, to be passed over */
	uint16_t len;		/* of the body */
	const uint8_t *body;	/* behind the generic header; its 4 bytes lie before it */
};

struct sg_payloads {
	unsigned int count;
	struct sg_payload list[SG_PAYLOADS_MAX];
	const uint8_t *end;	/* where the chain ends: padding may follow */
};

/**
 * sg_payloads_decode() - cut a chain of payloads up
 * @out: written whole; on an error it holds what was sound before it
 * @first: type of the first payload, from the header
 * @buf: first byte behind the header: as received, or decrypted
 * @len: bytes of it
 *
 * Checks every generic header, known types, the minimum length of each type and the
 * limits on count. What follows the chain is padding and is ignored. The reserved byte must be zero
 * (RFC 2408 5.3), which also finds most messages that were decrypted under a wrong key. Private
 * types (128..255) that are not known are kept as views with known = false.
 */
enum sg_codec sg_payloads_decode(struct sg_payloads *out, uint8_t first, const uint8_t *buf,
				 size_t len);

/**
 * sg_payload_get() - the nth payload of a type
 * @list: decoded payloads
 * @type: enum ike_payload
 * @nth: 0 is the first
 *
 * Return: NULL if there is none.
 */
const struct sg_payload *sg_payload_get(const struct sg_payloads *list, uint8_t type,
					unsigned int nth);

/**
 * sg_payload_count() - how many payloads of a type there are
 * @list: decoded payloads
 * @type: enum ike_payload
 */
unsigned int sg_payload_count(const struct sg_payloads *list, uint8_t type);

/**
 * sg_payload_rest() - what HASH(1) and HASH(2) cover: all that follows a payload, no padding
 * @list: decoded payloads
 * @p: one of them
 */
struct sg_chunk sg_payload_rest(const struct sg_payloads *list, const struct sg_payload *p);

static inline struct sg_chunk sg_payload_body(const struct sg_payload *p)
{
	return SG_CHUNK(p->body, p->len);
}

/* One attribute, either encoding. */
struct sg_ike_attr {
	uint16_t type;		/* without the AF bit */
	bool tv;		/* sent as type and value */
	bool integer;		/* 1..8 bytes */
	uint64_t value;		/* of an integer */
	const uint8_t *data;
	uint16_t len;
};

struct sg_ike_attrs {
	unsigned int count;
	struct sg_ike_attr list[SG_ATTRS_MAX];
};

/**
 * sg_attrs_decode() - cut the attributes of a transform up
 * @out: written whole
 * @buf: the attributes
 * @len: bytes of them
 *
 * Return: SG_CODEC_OK, _ATTRIBUTE (reaches beyond the transform), _TOO_MANY.
 */
enum sg_codec sg_attrs_decode(struct sg_ike_attrs *out, const uint8_t *buf, size_t len);

struct sg_transform {
	uint8_t number;
	uint8_t id;
	struct sg_chunk attrs;	/* all its attributes as received; sound */
};

struct sg_proposal {
	uint8_t number;
	uint8_t protocol;
	struct sg_chunk spi;
	unsigned int first;	/* index in sg_sa_payload.transforms */
	unsigned int count;
};

/* Neighbours with the same number are an AND bundle, others are alternatives. 8 kB. */
struct sg_sa_payload {
	unsigned int proposal_count;
	unsigned int transform_count;
	struct sg_proposal proposals[SG_PROPOSALS_MAX];
	struct sg_transform transforms[SG_SA_TRANSFORMS_MAX];
};

/**
 * sg_sa_decode() - the body of an SA payload (RFC 2408 3.4 to 3.6)
 * @out: written whole
 * @body: the payload's body
 *
 * Lengths, counts, DOI and situation are checked; what transforms and attributes say is not.
 */
enum sg_codec sg_sa_decode(struct sg_sa_payload *out, struct sg_chunk body);

struct sg_notify {
	uint32_t doi;
	uint8_t protocol;
	uint16_t type;		/* enum ike_notify */
	struct sg_chunk spi;
	struct sg_chunk data;
};

/**
 * sg_notify_decode() - an N payload (RFC 2408 3.14)
 * @out: written whole
 * @p: the payload
 *
 * DOI 0 and 1 are taken. Type and data are not looked at.
 */
enum sg_codec sg_notify_decode(struct sg_notify *out, const struct sg_payload *p);

struct sg_delete {
	uint32_t doi;
	uint8_t protocol;
	uint8_t spi_len;	/* 16 for ISAKMP, 4 for AH and ESP: others are refused */
	uint16_t count;
	const uint8_t *spis;	/* count times spi_len bytes */
};

/**
 * sg_delete_decode() - a D payload (RFC 2408 3.15)
 * @out: written whole
 * @p: the payload
 *
 * Return: SG_CODEC_OK, _DOI, _PROTOCOL, _SPI (size or count), _PAYLOAD_LENGTH, _TRAILING.
 */
enum sg_codec sg_delete_decode(struct sg_delete *out, const struct sg_payload *p);

/* Identification, raw; see ident.h for the proxies of Quick Mode. */
struct sg_id {
	uint8_t type;		/* enum ike_id_type */
	uint8_t proto;
	uint16_t port;
	struct sg_chunk data;
};

/**
 * sg_id_decode() - an ID payload (RFC 2407 4.6.2)
 * @out: written whole; data is as long as it is, whatever the type says
 * @p: the payload
 */
enum sg_codec sg_id_decode(struct sg_id *out, const struct sg_payload *p);

struct sg_cert {
	uint8_t encoding;	/* enum ike_cert_encoding */
	struct sg_chunk data;
};

/**
 * sg_cert_decode() - a CERT or CR payload (RFC 2408 3.9, 3.10)
 * @out: written whole; an empty CR asks for any
 * @p: the payload
 */
enum sg_codec sg_cert_decode(struct sg_cert *out, const struct sg_payload *p);

/* --- rules: rules.c ------------------------------------------------------------------------ */

/* Authentication a rule is for. */
enum sg_rule_auth {
	SG_RULE_ANY,
	SG_RULE_PSK,
	SG_RULE_SIG,
	SG_RULE_ENC,
};

/* Message numbers count from 1 within the exchange; an Informational is number 1. */
struct sg_message_rule;

/**
 * sg_rule_find() - what a message must look like
 * @exchange: enum ike_exchange
 * @number: 1..6 in Main Mode, 1..3 in Quick Mode, 1 in Informational
 * @auth: the negotiated method; SG_RULE_ANY before there is one
 * @encrypted: Informational exists in both forms; elsewhere the rule decides and this is ignored
 *
 * Return: NULL if there is no such message.
 */
const struct sg_message_rule *sg_rule_find(uint8_t exchange, unsigned int number,
					   enum sg_rule_auth auth, bool encrypted);

bool sg_rule_encrypted(const struct sg_message_rule *rule);

/**
 * sg_rule_check_header() - flags and message ID, before anything is decrypted
 * @rule: of the message that is due
 * @hdr: its header
 *
 * Return: SG_CODEC_OK, _FLAGS, _MESSAGE_ID, _EXCHANGE.
 */
enum sg_codec sg_rule_check_header(const struct sg_message_rule *rule,
				   const struct sg_ike_header *hdr);

/**
 * sg_rule_check() - the payloads of a message against its rule
 * @rule: of the message that is due
 * @list: decoded payloads
 * @type: where not NULL: the payload type that is at fault
 *
 * Return: SG_CODEC_OK, _MISSING, _UNEXPECTED, _ORDER, _ID_ALONE, _TOO_MANY.
 */
enum sg_codec sg_rule_check(const struct sg_message_rule *rule, const struct sg_payloads *list,
			    uint8_t *type);

/* --- encoding: encode.c ----------------------------------------------------------------------- */

#define SG_WRITER_DEPTH 3	/* payload, proposal, transform */

/*
 * A bounded buffer being filled. An overflow or a call out of order sets failed and is kept: check
 * once, at the end.
 */
struct sg_writer {
	uint8_t *buf;
	size_t len, cap;
	size_t next_at;		/* where the type of the next payload goes */
	bool failed;
	unsigned int depth;
	size_t open[SG_WRITER_DEPTH];	/* generic header of what is open */
	size_t last[SG_WRITER_DEPTH];	/* of the one before it at this depth, 0: none */
};

/**
 * sg_writer_message() - start a message
 * @w: written whole
 * @buf: the message goes here
 * @cap: bytes of it
 * @hdr: cookies, exchange, flags and message ID count; the rest is the writer's
 */
void sg_writer_message(struct sg_writer *w, uint8_t *buf, size_t cap,
		       const struct sg_ike_header *hdr);

void sg_put_u8(struct sg_writer *w, uint8_t v);
void sg_put_u16(struct sg_writer *w, uint16_t v);
void sg_put_u32(struct sg_writer *w, uint32_t v);
void sg_put_bytes(struct sg_writer *w, const void *data, size_t len);

/* A payload and what lies in it. Each begin has its end. */
void sg_payload_begin(struct sg_writer *w, uint8_t type);
void sg_payload_end(struct sg_writer *w);
void sg_sa_begin(struct sg_writer *w);		/* payload_begin, DOI, situation */
void sg_proposal_begin(struct sg_writer *w, uint8_t number, uint8_t protocol, const void *spi,
		       uint8_t spi_len);
void sg_transform_begin(struct sg_writer *w, uint8_t number, uint8_t id);
void sg_transform_end(struct sg_writer *w);
void sg_proposal_end(struct sg_writer *w);
void sg_sa_end(struct sg_writer *w);

/* An attribute as IOS sends it: type and value where it fits, else four bytes of value. */
void sg_put_attr(struct sg_writer *w, uint16_t type, uint32_t value);

/* Whole payloads (RFC 2408 3.14, 3.15; RFC 2407 4.6.2). */
void sg_put_payload(struct sg_writer *w, uint8_t type, const void *body, size_t len);
void sg_put_notify(struct sg_writer *w, uint8_t protocol, uint16_t type, const void *spi,
		   uint8_t spi_len, const void *data, size_t len);
void sg_put_delete(struct sg_writer *w, uint8_t protocol, uint8_t spi_len, uint16_t count,
		   const void *spis);
void sg_put_id(struct sg_writer *w, uint8_t type, uint8_t proto, uint16_t port, const void *data,
	       size_t len);

/**
 * sg_put_hash_space() - a HASH payload to be filled in later
 * @w: writer
 * @len: bytes of the hash
 *
 * Return: offset of the hash in the buffer; sg_writer_rest() of it is what HASH(1) covers.
 */
size_t sg_put_hash_space(struct sg_writer *w, size_t len);

/**
 * sg_fill_hash() - put the hash in
 * @w: writer
 * @offset: from sg_put_hash_space()
 * @hash: the hash
 * @len: as given to sg_put_hash_space()
 */
void sg_fill_hash(struct sg_writer *w, size_t offset, const void *hash, size_t len);

/**
 * sg_writer_rest() - what lies behind a hash so far
 * @w: writer; payloads that are covered have been written
 * @offset: from sg_put_hash_space()
 * @hash_len: as given to it
 */
struct sg_chunk sg_writer_rest(const struct sg_writer *w, size_t offset, size_t hash_len);

/* The body of the payload written last, after its end: what the hashes and the log need. */
struct sg_chunk sg_writer_last_body(const struct sg_writer *w);

/**
 * sg_writer_finish() - pad, and set the header's length
 * @w: writer with a whole message
 * @block: cipher's block size; 0: not encrypted, no padding
 *
 * Padding is zero bytes, up to the block and no more. Encrypt from IKE_HEADER_LEN on after this.
 *
 * Return: bytes of the message, 0 if it did not fit or was not built right.
 */
size_t sg_writer_finish(struct sg_writer *w, size_t block);

#endif /* SG_IKE_CODEC_H */
