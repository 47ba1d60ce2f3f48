// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decoding: datagram to header, chain to payloads, payload to its fields. Bytes come from anyone on
 * the Internet, so nothing is read before its length is known and each loop ends at a fixed
 * bound. Which payloads a message may carry is said in rules.c; what the values are
 * good for, in attr.c and proposal files.
 */
#include <string.h>

#include "codec.h"

#define NAT_OA_LEN		8	/* type, reserved, IPv4 address */
#define FRAGMENT_FIXED_LEN	4	/* id, number, flags */
#define ATTR_FIXED_LEN		4	/* type, reserved, identifier */
#define INTEGER_MAX_LEN		8
#define PRIVATE_TYPES		128	/* RFC 2408 3.1: 128..255 */

#define ISAKMP_SPI_LEN		(2 * IKE_COOKIE_LEN)
#define IPCOMP_CPI_MIN		2
#define IPCOMP_CPI_MAX		4

/* What may stand at the top level of a message, and how short its body may be. */
static const struct payload_kind {
	uint8_t type;
	uint8_t min;
	uint8_t max_count;	/* 0: bounded by SG_PAYLOADS_MAX only */
} kinds[] = {
	{ IKE_PAYLOAD_SA, IKE_SA_FIXED_LEN, 0 },
	{ IKE_PAYLOAD_KE, 1, 0 },
	{ IKE_PAYLOAD_ID, IKE_ID_FIXED_LEN, 0 },
	{ IKE_PAYLOAD_CERT, IKE_CERT_FIXED_LEN, 0 },
	{ IKE_PAYLOAD_CR, IKE_CERT_FIXED_LEN, 0 },
	{ IKE_PAYLOAD_HASH, 1, 0 },
	{ IKE_PAYLOAD_SIG, 1, 0 },
	{ IKE_PAYLOAD_NONCE, IKE_NONCE_MIN, 0 },
	{ IKE_PAYLOAD_N, IKE_N_FIXED_LEN, 0 },
	{ IKE_PAYLOAD_D, IKE_D_FIXED_LEN, 0 },
	{ IKE_PAYLOAD_VID, 0, SG_VIDS_MAX },
	{ IKE_PAYLOAD_ATTR, ATTR_FIXED_LEN, 0 },
	{ IKE_PAYLOAD_NAT_D, 1, SG_NAT_DS_MAX },
	{ IKE_PAYLOAD_NAT_OA, NAT_OA_LEN, 0 },
	{ IKE_PAYLOAD_NAT_D_DRAFT, 1, SG_NAT_DS_MAX },
	{ IKE_PAYLOAD_NAT_OA_DRAFT, NAT_OA_LEN, 0 },
	{ IKE_PAYLOAD_FRAGMENT, FRAGMENT_FIXED_LEN, 0 },
};

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static const struct payload_kind *kind_of(uint8_t type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == type)
			return &kinds[i];
	return NULL;
}

static bool cookie_is_zero(const uint8_t cookie[IKE_COOKIE_LEN])
{
	static const uint8_t zero[IKE_COOKIE_LEN];

	return memcmp(cookie, zero, IKE_COOKIE_LEN) == 0;
}

enum sg_codec sg_header_decode(struct sg_ike_header *hdr, const uint8_t *buf, size_t len)
{
	memset(hdr, 0, sizeof(*hdr));
	if (len < IKE_HEADER_LEN)
		return SG_CODEC_SHORT;

	memcpy(hdr->cookie_i, buf + IKE_OFF_COOKIE_I, IKE_COOKIE_LEN);
	memcpy(hdr->cookie_r, buf + IKE_OFF_COOKIE_R, IKE_COOKIE_LEN);
	hdr->next = buf[IKE_OFF_NEXT];
	hdr->version = buf[IKE_OFF_VERSION];
	hdr->exchange = buf[IKE_OFF_EXCHANGE];
	hdr->flags = buf[IKE_OFF_FLAGS];
	hdr->message_id = get32(buf + IKE_OFF_MESSAGE_ID);
	hdr->length = get32(buf + IKE_OFF_LENGTH);

	if (hdr->length < IKE_HEADER_LEN || hdr->length > len)
		return SG_CODEC_LENGTH;
	if (IKE_VERSION_MAJOR(hdr->version) != IKE_VERSION_MAJOR(IKE_VERSION_1_0))
		return SG_CODEC_VERSION;
	if (cookie_is_zero(hdr->cookie_i) ||
	    memcmp(hdr->cookie_i, hdr->cookie_r, IKE_COOKIE_LEN) == 0)
		return SG_CODEC_COOKIE;
	return SG_CODEC_OK;
}

/*
 * One generic header, at any depth. On success *body_len is what follows it within the payload.
 */
static enum sg_codec generic(const uint8_t *p, size_t left, size_t fixed, size_t *len)
{
	size_t n;

	if (left < IKE_GENERIC_LEN)
		return SG_CODEC_PAYLOAD_SHORT;
	if (p[IKE_OFF_GEN_RESERVED] != 0)
		return SG_CODEC_RESERVED;
	n = get16(p + IKE_OFF_GEN_LENGTH);
	if (n < fixed || n > left)
		return SG_CODEC_PAYLOAD_LENGTH;
	*len = n;
	return SG_CODEC_OK;
}

enum sg_codec sg_payloads_decode(struct sg_payloads *out, uint8_t first, const uint8_t *buf,
				 size_t len)
{
	const struct payload_kind *kind;
	struct sg_payload *payload;
	uint8_t type = first;
	enum sg_codec err;
	size_t left = len;
	size_t n;

	out->count = 0;
	out->end = buf;
	while (type != IKE_PAYLOAD_NONE) {
		kind = kind_of(type);
		if (!kind && type < PRIVATE_TYPES)
			return SG_CODEC_PAYLOAD_TYPE;
		err = generic(out->end, left, IKE_GENERIC_LEN + (kind ? kind->min : 0), &n);
		if (err)
			return err;
		if (out->count == SG_PAYLOADS_MAX)
			return SG_CODEC_TOO_MANY;
		if (kind && kind->max_count && sg_payload_count(out, type) == kind->max_count)
			return SG_CODEC_TOO_MANY;

		payload = &out->list[out->count++];
		payload->type = type;
		payload->known = !!kind;
		payload->body = out->end + IKE_GENERIC_LEN;
		payload->len = (uint16_t)(n - IKE_GENERIC_LEN);

		type = out->end[IKE_OFF_GEN_NEXT];
		out->end += n;
		left -= n;
	}
	return SG_CODEC_OK;
}

const struct sg_payload *sg_payload_get(const struct sg_payloads *list, uint8_t type,
					unsigned int nth)
{
	for (unsigned int i = 0; i < list->count; i++)
		if (list->list[i].type == type && nth-- == 0)
			return &list->list[i];
	return NULL;
}

unsigned int sg_payload_count(const struct sg_payloads *list, uint8_t type)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < list->count; i++)
		n += list->list[i].type == type;
	return n;
}

struct sg_chunk sg_payload_rest(const struct sg_payloads *list, const struct sg_payload *p)
{
	const uint8_t *from = p->body + p->len;

	return SG_CHUNK(from, (size_t)(list->end - from));
}

enum sg_codec sg_attrs_decode(struct sg_ike_attrs *out, const uint8_t *buf, size_t len)
{
	struct sg_ike_attr *attr;
	size_t at = 0;
	uint16_t type;

	out->count = 0;
	while (at < len) {
		if (len - at < IKE_ATTR_HEAD_LEN)
			return SG_CODEC_ATTRIBUTE;
		if (out->count == SG_ATTRS_MAX)
			return SG_CODEC_TOO_MANY;

		attr = &out->list[out->count];
		type = get16(buf + at);
		attr->type = IKE_ATTR_TYPE(type);
		attr->tv = type & IKE_ATTR_AF;
		if (attr->tv) {
			attr->data = buf + at + sizeof(uint16_t);
			attr->len = sizeof(uint16_t);
			at += IKE_ATTR_HEAD_LEN;
		} else {
			attr->data = buf + at + IKE_ATTR_HEAD_LEN;
			attr->len = get16(buf + at + sizeof(uint16_t));
			at += IKE_ATTR_HEAD_LEN;
			if (attr->len > len - at)
				return SG_CODEC_ATTRIBUTE;
			at += attr->len;
		}

		attr->integer = attr->len >= 1 && attr->len <= INTEGER_MAX_LEN;
		attr->value = 0;
		for (uint16_t i = 0; attr->integer && i < attr->len; i++)
			attr->value = attr->value << 8 | attr->data[i];
		out->count++;
	}
	return SG_CODEC_OK;
}

static bool spi_len_fits(uint8_t protocol, uint8_t len)
{
	switch (protocol) {
	case IKE_PROTO_ISAKMP:
		return len <= ISAKMP_SPI_LEN;	/* RFC 2408 3.5: contents are to be ignored */
	case IKE_PROTO_AH:
	case IKE_PROTO_ESP:
		return len == IKE_SPI_LEN;
	case IKE_PROTO_IPCOMP:
		return len >= IPCOMP_CPI_MIN && len <= IPCOMP_CPI_MAX;
	default:
		return len <= SG_SPI_MAX;	/* a proposal that nobody will choose */
	}
}

static enum sg_codec transforms_decode(struct sg_sa_payload *sa, struct sg_proposal *prop,
				       const uint8_t *p, size_t left, unsigned int announced)
{
	struct sg_transform *transform;
	uint8_t type = IKE_PAYLOAD_T;
	struct sg_ike_attrs attrs;
	enum sg_codec err;
	size_t n;

	while (type == IKE_PAYLOAD_T) {
		if (left == 0 && prop->count == 0)
			return SG_CODEC_NO_PROPOSAL;
		err = generic(p, left, IKE_T_FIXED_LEN, &n);
		if (err)
			return err;
		if (prop->count == SG_TRANSFORMS_MAX || sa->transform_count == SG_SA_TRANSFORMS_MAX)
			return SG_CODEC_TOO_MANY;
		if (get16(p + IKE_OFF_T_RESERVED) != 0)
			return SG_CODEC_RESERVED;

		transform = &sa->transforms[sa->transform_count++];
		prop->count++;
		transform->number = p[IKE_OFF_T_NUMBER];
		transform->id = p[IKE_OFF_T_ID];
		transform->attrs = SG_CHUNK(p + IKE_T_FIXED_LEN, n - IKE_T_FIXED_LEN);
		err = sg_attrs_decode(&attrs, transform->attrs.data, transform->attrs.len);
		if (err)
			return err;

		type = p[IKE_OFF_GEN_NEXT];
		p += n;
		left -= n;
	}
	if (type != IKE_PAYLOAD_NONE)
		return SG_CODEC_PAYLOAD_TYPE;
	if (left != 0)
		return SG_CODEC_TRAILING;
	return prop->count == announced ? SG_CODEC_OK : SG_CODEC_TRANSFORM_COUNT;
}

enum sg_codec sg_sa_decode(struct sg_sa_payload *out, struct sg_chunk body)
{
	uint8_t type = IKE_PAYLOAD_P;
	struct sg_proposal *prop;
	unsigned int announced;
	const uint8_t *p;
	enum sg_codec err;
	uint8_t spi_len;
	size_t left, n;

	out->proposal_count = 0;
	out->transform_count = 0;
	if (body.len < IKE_SA_FIXED_LEN)
		return SG_CODEC_PAYLOAD_LENGTH;
	if (get32(body.data + IKE_OFF_SA_DOI) != IKE_DOI_IPSEC)
		return SG_CODEC_DOI;
	if (get32(body.data + IKE_OFF_SA_SITUATION) != IKE_SIT_IDENTITY_ONLY)
		return SG_CODEC_SITUATION;

	p = body.data + IKE_SA_FIXED_LEN;
	left = body.len - IKE_SA_FIXED_LEN;
	while (type == IKE_PAYLOAD_P) {
		if (left == 0 && out->proposal_count == 0)
			return SG_CODEC_NO_PROPOSAL;
		err = generic(p, left, IKE_P_FIXED_LEN, &n);
		if (err)
			return err;
		if (out->proposal_count == SG_PROPOSALS_MAX)
			return SG_CODEC_TOO_MANY;

		prop = &out->proposals[out->proposal_count++];
		prop->number = p[IKE_OFF_P_NUMBER];
		prop->protocol = p[IKE_OFF_P_PROTOCOL];
		spi_len = p[IKE_OFF_P_SPI_LEN];
		announced = p[IKE_OFF_P_COUNT];
		prop->first = out->transform_count;
		prop->count = 0;
		if (spi_len > n - IKE_P_FIXED_LEN)
			return SG_CODEC_PAYLOAD_LENGTH;
		if (!spi_len_fits(prop->protocol, spi_len))
			return SG_CODEC_SPI;
		prop->spi = SG_CHUNK(p + IKE_P_FIXED_LEN, spi_len);
		err = transforms_decode(out, prop, p + IKE_P_FIXED_LEN + spi_len,
					n - IKE_P_FIXED_LEN - spi_len, announced);
		if (err)
			return err;

		type = p[IKE_OFF_GEN_NEXT];
		p += n;
		left -= n;
	}
	if (type != IKE_PAYLOAD_NONE)
		return SG_CODEC_PAYLOAD_TYPE;
	return left == 0 ? SG_CODEC_OK : SG_CODEC_TRAILING;
}

enum sg_codec sg_notify_decode(struct sg_notify *out, const struct sg_payload *p)
{
	uint8_t spi_len;

	memset(out, 0, sizeof(*out));
	if (p->len < IKE_N_FIXED_LEN)
		return SG_CODEC_PAYLOAD_LENGTH;
	out->doi = get32(p->body + IKE_OFF_ND_DOI);
	out->protocol = p->body[IKE_OFF_ND_PROTOCOL];
	spi_len = p->body[IKE_OFF_ND_SPI_LEN];
	out->type = get16(p->body + IKE_OFF_N_TYPE);
	if (out->doi != IKE_DOI_ISAKMP && out->doi != IKE_DOI_IPSEC)
		return SG_CODEC_DOI;
	if (spi_len > p->len - IKE_N_FIXED_LEN)
		return SG_CODEC_PAYLOAD_LENGTH;
	if (spi_len > SG_SPI_MAX)
		return SG_CODEC_SPI;
	out->spi = SG_CHUNK(p->body + IKE_N_FIXED_LEN, spi_len);
	out->data = SG_CHUNK(out->spi.data + spi_len, p->len - IKE_N_FIXED_LEN - spi_len);
	return SG_CODEC_OK;
}

enum sg_codec sg_delete_decode(struct sg_delete *out, const struct sg_payload *p)
{
	size_t wanted, got;

	memset(out, 0, sizeof(*out));
	if (p->len < IKE_D_FIXED_LEN)
		return SG_CODEC_PAYLOAD_LENGTH;
	out->doi = get32(p->body + IKE_OFF_ND_DOI);
	out->protocol = p->body[IKE_OFF_ND_PROTOCOL];
	out->spi_len = p->body[IKE_OFF_ND_SPI_LEN];
	out->count = get16(p->body + IKE_OFF_D_COUNT);
	out->spis = p->body + IKE_D_FIXED_LEN;
	if (out->doi != IKE_DOI_ISAKMP && out->doi != IKE_DOI_IPSEC)
		return SG_CODEC_DOI;
	switch (out->protocol) {
	case IKE_PROTO_ISAKMP:
		if (out->spi_len != ISAKMP_SPI_LEN)
			return SG_CODEC_SPI;
		break;
	case IKE_PROTO_AH:
	case IKE_PROTO_ESP:
		if (out->spi_len != IKE_SPI_LEN)
			return SG_CODEC_SPI;
		break;
	default:
		return SG_CODEC_PROTOCOL;
	}
	if (out->count == 0)
		return SG_CODEC_SPI;
	wanted = (size_t)out->count * out->spi_len;
	got = p->len - (size_t)IKE_D_FIXED_LEN;
	if (got < wanted)
		return SG_CODEC_PAYLOAD_LENGTH;
	return got == wanted ? SG_CODEC_OK : SG_CODEC_TRAILING;
}

enum sg_codec sg_id_decode(struct sg_id *out, const struct sg_payload *p)
{
	memset(out, 0, sizeof(*out));
	if (p->len < IKE_ID_FIXED_LEN)
		return SG_CODEC_PAYLOAD_LENGTH;
	out->type = p->body[IKE_OFF_ID_TYPE];
	out->proto = p->body[IKE_OFF_ID_PROTO];
	out->port = get16(p->body + IKE_OFF_ID_PORT);
	out->data = SG_CHUNK(p->body + IKE_ID_FIXED_LEN, p->len - IKE_ID_FIXED_LEN);
	return SG_CODEC_OK;
}

enum sg_codec sg_cert_decode(struct sg_cert *out, const struct sg_payload *p)
{
	memset(out, 0, sizeof(*out));
	if (p->len < IKE_CERT_FIXED_LEN)
		return SG_CODEC_PAYLOAD_LENGTH;
	out->encoding = p->body[0];
	out->data = SG_CHUNK(p->body + IKE_CERT_FIXED_LEN, p->len - IKE_CERT_FIXED_LEN);
	return SG_CODEC_OK;
}
