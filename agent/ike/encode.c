// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Encoding: a bounded buffer that is filled with a header, a chain of payloads and, inside an SA,
 * proposals and transforms. Lengths, counts and next-payload fields are patched as things end. It
 * writes what it is told; what to offer and in which order is said in the proposal files.
 */
#include <string.h>

#include "codec.h"

#define DEPTH_PAYLOAD		0
#define DEPTH_PROPOSAL		1
#define DEPTH_TRANSFORM		2

static bool room(struct sg_writer *w, size_t len)
{
	if (w->failed || len > w->cap - w->len) {
		w->failed = true;
		return false;
	}
	return true;
}

void sg_put_u8(struct sg_writer *w, uint8_t v)
{
	if (room(w, sizeof(v)))
		w->buf[w->len++] = v;
}

void sg_put_u16(struct sg_writer *w, uint16_t v)
{
	if (!room(w, sizeof(v)))
		return;
	w->buf[w->len++] = (uint8_t)(v >> 8);
	w->buf[w->len++] = (uint8_t)v;
}

void sg_put_u32(struct sg_writer *w, uint32_t v)
{
	if (!room(w, sizeof(v)))
		return;
	w->buf[w->len++] = (uint8_t)(v >> 24);
	w->buf[w->len++] = (uint8_t)(v >> 16);
	w->buf[w->len++] = (uint8_t)(v >> 8);
	w->buf[w->len++] = (uint8_t)v;
}

void sg_put_bytes(struct sg_writer *w, const void *data, size_t len)
{
	if (!room(w, len) || len == 0)
		return;
	memcpy(w->buf + w->len, data, len);
	w->len += len;
}

static void patch16(struct sg_writer *w, size_t at, size_t v)
{
	w->buf[at] = (uint8_t)(v >> 8);
	w->buf[at + 1] = (uint8_t)v;
}

static void patch32(struct sg_writer *w, size_t at, size_t v)
{
	patch16(w, at, v >> 16);
	patch16(w, at + 2, v);
}

void sg_writer_message(struct sg_writer *w, uint8_t *buf, size_t cap,
		       const struct sg_ike_header *hdr)
{
	memset(w, 0, sizeof(*w));
	w->buf = buf;
	w->cap = cap;
	sg_put_bytes(w, hdr->cookie_i, IKE_COOKIE_LEN);
	sg_put_bytes(w, hdr->cookie_r, IKE_COOKIE_LEN);
	sg_put_u8(w, IKE_PAYLOAD_NONE);
	sg_put_u8(w, IKE_VERSION_1_0);
	sg_put_u8(w, hdr->exchange);
	sg_put_u8(w, hdr->flags);
	sg_put_u32(w, hdr->message_id);
	sg_put_u32(w, 0);
	w->next_at = IKE_OFF_NEXT;
}

/* Opens a generic header at the depth it belongs to. */
static void begin(struct sg_writer *w, unsigned int depth)
{
	if (w->depth != depth)
		w->failed = true;
	if (!room(w, IKE_GENERIC_LEN))
		return;
	w->open[depth] = w->len;
	w->depth = depth + 1;
	if (w->depth < SG_WRITER_DEPTH)
		w->last[w->depth] = 0;
	sg_put_u32(w, 0);
}

static void end(struct sg_writer *w, unsigned int depth)
{
	size_t len;

	if (w->depth != depth + 1)
		w->failed = true;
	if (w->failed)
		return;
	len = w->len - w->open[depth];
	if (len > UINT16_MAX) {
		w->failed = true;
		return;
	}
	patch16(w, w->open[depth] + IKE_OFF_GEN_LENGTH, len);
	w->last[depth] = w->open[depth];
	w->depth = depth;
}

void sg_payload_begin(struct sg_writer *w, uint8_t type)
{
	begin(w, DEPTH_PAYLOAD);
	if (w->failed)
		return;
	w->buf[w->next_at] = type;
	w->next_at = w->open[DEPTH_PAYLOAD] + IKE_OFF_GEN_NEXT;
}

void sg_payload_end(struct sg_writer *w)
{
	end(w, DEPTH_PAYLOAD);
}

void sg_sa_begin(struct sg_writer *w)
{
	sg_payload_begin(w, IKE_PAYLOAD_SA);
	sg_put_u32(w, IKE_DOI_IPSEC);
	sg_put_u32(w, IKE_SIT_IDENTITY_ONLY);
}

void sg_sa_end(struct sg_writer *w)
{
	sg_payload_end(w);
}

void sg_proposal_begin(struct sg_writer *w, uint8_t number, uint8_t protocol, const void *spi,
		       uint8_t spi_len)
{
	begin(w, DEPTH_PROPOSAL);
	if (w->failed)
		return;
	if (w->last[DEPTH_PROPOSAL])
		w->buf[w->last[DEPTH_PROPOSAL] + IKE_OFF_GEN_NEXT] = IKE_PAYLOAD_P;
	sg_put_u8(w, number);
	sg_put_u8(w, protocol);
	sg_put_u8(w, spi_len);
	sg_put_u8(w, 0);
	sg_put_bytes(w, spi, spi_len);
}

void sg_proposal_end(struct sg_writer *w)
{
	end(w, DEPTH_PROPOSAL);
}

void sg_transform_begin(struct sg_writer *w, uint8_t number, uint8_t id)
{
	uint8_t *count;

	begin(w, DEPTH_TRANSFORM);
	if (w->failed)
		return;
	if (w->last[DEPTH_TRANSFORM])
		w->buf[w->last[DEPTH_TRANSFORM] + IKE_OFF_GEN_NEXT] = IKE_PAYLOAD_T;
	count = &w->buf[w->open[DEPTH_PROPOSAL] + IKE_OFF_P_COUNT];
	if (*count == UINT8_MAX) {
		w->failed = true;
		return;
	}
	(*count)++;
	sg_put_u8(w, number);
	sg_put_u8(w, id);
	sg_put_u16(w, 0);
}

void sg_transform_end(struct sg_writer *w)
{
	end(w, DEPTH_TRANSFORM);
}

void sg_put_attr(struct sg_writer *w, uint16_t type, uint32_t value)
{
	if (value <= UINT16_MAX) {
		sg_put_u16(w, IKE_ATTR_AF | type);
		sg_put_u16(w, (uint16_t)value);
	} else {
		sg_put_u16(w, type);
		sg_put_u16(w, sizeof(value));
		sg_put_u32(w, value);
	}
}

void sg_put_payload(struct sg_writer *w, uint8_t type, const void *body, size_t len)
{
	sg_payload_begin(w, type);
	sg_put_bytes(w, body, len);
	sg_payload_end(w);
}

void sg_put_notify(struct sg_writer *w, uint8_t protocol, uint16_t type, const void *spi,
		   uint8_t spi_len, const void *data, size_t len)
{
	sg_payload_begin(w, IKE_PAYLOAD_N);
	sg_put_u32(w, IKE_DOI_IPSEC);
	sg_put_u8(w, protocol);
	sg_put_u8(w, spi_len);
	sg_put_u16(w, type);
	sg_put_bytes(w, spi, spi_len);
	sg_put_bytes(w, data, len);
	sg_payload_end(w);
}

void sg_put_delete(struct sg_writer *w, uint8_t protocol, uint8_t spi_len, uint16_t count,
		   const void *spis)
{
	sg_payload_begin(w, IKE_PAYLOAD_D);
	sg_put_u32(w, IKE_DOI_IPSEC);
	sg_put_u8(w, protocol);
	sg_put_u8(w, spi_len);
	sg_put_u16(w, count);
	sg_put_bytes(w, spis, (size_t)spi_len * count);
	sg_payload_end(w);
}

void sg_put_id(struct sg_writer *w, uint8_t type, uint8_t proto, uint16_t port, const void *data,
	       size_t len)
{
	sg_payload_begin(w, IKE_PAYLOAD_ID);
	sg_put_u8(w, type);
	sg_put_u8(w, proto);
	sg_put_u16(w, port);
	sg_put_bytes(w, data, len);
	sg_payload_end(w);
}

size_t sg_put_hash_space(struct sg_writer *w, size_t len)
{
	size_t offset;

	sg_payload_begin(w, IKE_PAYLOAD_HASH);
	offset = w->len;
	if (room(w, len)) {
		memset(w->buf + w->len, 0, len);
		w->len += len;
	}
	sg_payload_end(w);
	return offset;
}

void sg_fill_hash(struct sg_writer *w, size_t offset, const void *hash, size_t len)
{
	if (w->failed)
		return;
	if (offset > w->len || len > w->len - offset) {
		w->failed = true;
		return;
	}
	memcpy(w->buf + offset, hash, len);
}

struct sg_chunk sg_writer_rest(const struct sg_writer *w, size_t offset, size_t hash_len)
{
	if (w->failed || offset > w->len || hash_len > w->len - offset)
		return SG_CHUNK(w->buf, 0);
	return SG_CHUNK(w->buf + offset + hash_len, w->len - offset - hash_len);
}

struct sg_chunk sg_writer_last_body(const struct sg_writer *w)
{
	size_t at = w->last[DEPTH_PAYLOAD];
	size_t len;

	if (w->failed || w->depth != 0 || at == 0)
		return SG_CHUNK(w->buf, 0);
	len = (size_t)w->buf[at + IKE_OFF_GEN_LENGTH] << 8 | w->buf[at + IKE_OFF_GEN_LENGTH + 1];
	return SG_CHUNK(w->buf + at + IKE_GENERIC_LEN, len - IKE_GENERIC_LEN);
}

size_t sg_writer_finish(struct sg_writer *w, size_t block)
{
	size_t pad = 0;

	if (w->depth != 0)
		w->failed = true;
	if (!w->failed && block)
		pad = (block - (w->len - IKE_HEADER_LEN) % block) % block;
	if (!room(w, pad))
		return 0;
	memset(w->buf + w->len, 0, pad);
	w->len += pad;
	patch32(w, IKE_OFF_LENGTH, w->len);
	return w->len;
}
