// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Informational exchanges (RFC 2408 4.8, RFC 2409 5.7): notifies and deletes, out and in.
 * Protected ones act; unprotected ones are a line in the log. None is ever answered by another.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "debug.h"
#include "engine.h"

#define MESSAGE_CAP 512
#define COOKIES_LEN (2 * IKE_COOKIE_LEN)

/* --- out -------------------------------------------------------------------------------------- */

struct content {
	bool del;
	uint8_t protocol;
	uint16_t type;
	const void *spi;
	uint8_t spi_len;
};

static void send_protected(struct sg_isa *isa, const struct content *what)
{
	uint32_t id = sg_message_id_new(isa);
	uint8_t buf[MESSAGE_CAP];
	struct sg_ike_iv iv;
	struct sg_writer w;
	size_t hash;

	if (!id || sg_ike_iv_phase2(&isa->keys, &isa->iv, id, &iv)) {
		sg_refuse(isa->ike, SG_REFUSE_MEMORY);
		return;
	}
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP: set new node %u to QM_IDLE", id);
	sg_message_begin(isa, &w, buf, sizeof(buf), IKE_XCHG_INFO, id, true);
	hash = sg_put_hash_space(&w, isa->keys.hash_len);
	if (what->del)
		sg_put_delete(&w, what->protocol, what->spi_len, 1, what->spi);
	else
		sg_put_notify(&w, what->protocol, what->type, what->spi, what->spi_len, NULL, 0);
	if (sg_message_hash1(isa, &w, hash, id) || sg_message_send(isa, &w, &iv, NULL, NULL)) {
		sg_refuse(isa->ike, SG_REFUSE_MEMORY);
		return;
	}
	sg_isa_debug(isa, "purging node %u", id);
}

/** sg_info_delete_ipsec() - a Delete for the inbound SPI of a pair */
void sg_info_delete_ipsec(struct sg_isa *isa, const struct sg_pair *pair)
{
	uint32_t spi = htonl(pair->in.id.spi);
	struct content what = { .del = true, .protocol = IKE_PROTO_ESP, .spi = &spi,
				.spi_len = sizeof(spi) };

	send_protected(isa, &what);
}

/** sg_info_delete_isakmp() - a Delete for the IKE SA itself */
void sg_info_delete_isakmp(struct sg_isa *isa)
{
	uint8_t cookies[COOKIES_LEN];
	struct content what = { .del = true, .protocol = IKE_PROTO_ISAKMP, .spi = cookies,
				.spi_len = sizeof(cookies) };

	memcpy(cookies, isa->cookie_i, IKE_COOKIE_LEN);
	memcpy(cookies + IKE_COOKIE_LEN, isa->cookie_r, IKE_COOKIE_LEN);
	send_protected(isa, &what);
}

/**
 * sg_info_notify() - an error of a phase-2 exchange, under the IKE SA; @spi: the peer's, 0:
 * none
 */
void sg_info_notify(struct sg_isa *isa, uint16_t type, uint8_t protocol, uint32_t spi)
{
	uint32_t wire = htonl(spi);
	struct content what = { .protocol = protocol, .type = type, .spi = &wire,
				.spi_len = spi ? sizeof(wire) : 0 };

	sg_isa_debug(isa, " sending NOTIFY %s protocol %u\n\tspi %u, sa = %X",
		     sg_ike_notify_ios_name(type), protocol, spi, sg_isa_handle(isa));
	send_protected(isa, &what);
}

/** sg_info_notify_plain() - an error of phase 1, before there are keys; a hint to the peer */
void sg_info_notify_plain(struct sg_isa *isa, uint16_t type)
{
	uint8_t buf[MESSAGE_CAP];
	struct sg_writer w;
	uint32_t id;

	if (sg_random(isa->ike, &id, sizeof(id)) || !id)
		return;
	sg_message_begin(isa, &w, buf, sizeof(buf), IKE_XCHG_INFO, id, false);
	sg_put_notify(&w, IKE_PROTO_ISAKMP, type, NULL, 0, NULL, 0);
	sg_message_send(isa, &w, NULL, NULL, NULL);
}

/* --- in --------------------------------------------------------------------------------------- */

static void hint(struct sg_ctx *ctx)
{
	const struct sg_payload *p = sg_get(ctx, IKE_PAYLOAD_N);
	char addr[INET_ADDRSTRLEN];
	struct sg_notify n;

	sg_refuse(ctx->ike, SG_REFUSE_HINT);
	if (!p || sg_notify_decode(&n, p))
		return;
	sg_addr(ctx->remote->sin_addr, addr);
	if (sg_line_due(ctx->ike, SG_LINE_HINT))
		sg_log(5, "CRYPTO", "IKMP_NOTIFY", "Unprotected notify %s from %s",
		       sg_ike_notify_name(n.type), addr);
	/* Believed only as the reason, should the exchange come to nothing by itself. */
	if (ctx->isa->initiator && !ctx->isa->authenticated)
		snprintf(ctx->isa->why, sizeof(ctx->isa->why),
			 "peer does not go on; it says, unprotected: %s",
			 sg_ike_notify_name(n.type));
}

/* The exchange of ours that a peer's error is about: by our SPI, or else the only one there is. */
static struct sg_node *blamed(struct sg_isa *isa, const struct sg_notify *n)
{
	struct sg_node *node, *only = NULL;
	unsigned int count = 0;
	uint32_t spi = 0;

	if (n->spi.len == sizeof(spi)) {
		memcpy(&spi, n->spi.data, sizeof(spi));
		spi = ntohl(spi);
	}
	TAILQ_FOREACH(node, &isa->nodes, link) {
		if (!node->initiator || node->finished)
			continue;
		if (spi && node->spi_own == spi)
			return node;
		only = node;
		count++;
	}
	return count == 1 ? only : NULL;
}

static bool is_error(uint16_t type)
{
	return type > IKE_N_NONE && type < IKE_N_CONNECTED;
}

static void handle_notify(struct sg_ctx *ctx, const struct sg_payload *p)
{
	struct sg_isa *isa = ctx->isa;
	char why[SG_WHY_LEN];
	struct sg_node *node;
	struct sg_pair *pair;
	struct sg_notify n;
	uint32_t spi = 0;

	if (sg_notify_decode(&n, p)) {
		sg_refuse(ctx->ike, SG_REFUSE_MALFORMED);
		return;
	}
	if (n.spi.len == sizeof(spi))
		memcpy(&spi, n.spi.data, sizeof(spi));
	spi = ntohl(spi);
	sg_isa_debug(isa, " processing NOTIFY %s protocol %u\n\tspi %u, message ID = %u, sa = %X",
		     sg_ike_notify_ios_name(n.type), n.protocol, spi, ctx->hdr.message_id,
		     sg_isa_handle(isa));
	if (n.type == IKE_N_INITIAL_CONTACT) {
		sg_initial_contact(isa);
	} else if (n.type == IKE_N_INVALID_SPI) {
		/* The peer does not have what we send under: a new pair will be asked for. */
		pair = sg_pair_by_out(ctx->ike, isa->remote.sin_addr, spi);
		if (pair)
			sg_pair_remove(pair, false);
	} else if (is_error(n.type)) {
		node = blamed(isa, &n);
		snprintf(why, sizeof(why), "peer refuses: %s", sg_ike_notify_name(n.type));
		if (node)
			sg_node_fail(node, why);
	}
}

static void delete_ipsec(struct sg_ctx *ctx, const struct sg_delete *del)
{
	struct sg_pair *pair;
	unsigned int i;
	uint32_t spi;

	for (i = 0; i < del->count; i++) {
		memcpy(&spi, del->spis + i * sizeof(spi), sizeof(spi));
		pair = sg_pair_by_out(ctx->ike, ctx->isa->remote.sin_addr, ntohl(spi));
		if (pair && pair->out.id.proto == IPPROTO_ESP)
			sg_pair_remove(pair, false);
	}
}

/* True: the peer has deleted the very IKE SA this came under. */
static bool delete_isakmp(struct sg_ctx *ctx, const struct sg_delete *del)
{
	struct sg_isa *isa, *next;
	const uint8_t *spi;
	bool self = false;
	unsigned int i;

	for (i = 0; i < del->count; i++) {
		spi = del->spis + i * COOKIES_LEN;
		sg_tailq_safe(isa, &ctx->ike->isas, link, next) {
			if (memcmp(isa->cookie_i, spi, IKE_COOKIE_LEN) ||
			    memcmp(isa->cookie_r, spi + IKE_COOKIE_LEN, IKE_COOKIE_LEN) ||
			    isa->remote.sin_addr.s_addr != ctx->isa->remote.sin_addr.s_addr)
				continue;
			if (isa == ctx->isa)
				self = true;
			else
				sg_isa_kill(isa, false, NULL);
			break;
		}
	}
	return self;
}

/* Returns true where this IKE SA is to go, once the payloads behind have been seen to. */
static bool handle_delete(struct sg_ctx *ctx, const struct sg_payload *p)
{
	struct sg_delete del;

	sg_isa_debug(ctx->isa, " processing DELETE payload. message ID = %u", ctx->hdr.message_id);
	if (sg_delete_decode(&del, p)) {
		sg_refuse(ctx->ike, SG_REFUSE_MALFORMED);
		return false;
	}
	if (del.protocol == IKE_PROTO_ISAKMP && del.spi_len == COOKIES_LEN)
		return delete_isakmp(ctx, &del);
	if (del.protocol == IKE_PROTO_ESP && del.spi_len == IKE_SPI_LEN)
		delete_ipsec(ctx, &del);
	return false;
}

static enum sg_verdict verify(struct sg_ctx *ctx)
{
	const struct sg_payload *hash = sg_get(ctx, IKE_PAYLOAD_HASH);
	struct sg_isa *isa = ctx->isa;
	uint8_t due[SG_IKE_HASH_MAX];

	if (sg_ike_hash1(&isa->keys, ctx->hdr.message_id, sg_payload_rest(&ctx->payloads, hash),
			 due) ||
	    hash->len != isa->keys.hash_len || !sg_ike_equal(due, hash->body, hash->len))
		return sg_refuse(ctx->ike, SG_REFUSE_HASH);
	if (sg_isa_remember(isa, ctx->hdr.message_id))
		return sg_refuse(ctx->ike, SG_REFUSE_MESSAGE_ID);
	return SG_OK;
}

/** sg_info_input() - an Informational message for ctx->isa, in whatever state that is */
void sg_info_input(struct sg_ctx *ctx)
{
	bool encrypted = ctx->hdr.flags & IKE_FLAG_ENCRYPTED;
	const struct sg_message_rule *rule = sg_rule_find(IKE_XCHG_INFO, 1, SG_RULE_ANY, encrypted);
	struct sg_isa *isa = ctx->isa;
	struct sg_ike_iv iv;
	bool gone = false;
	unsigned int i;

	if (!encrypted) {
		if (sg_message_open(ctx, rule, NULL) == SG_OK)
			hint(ctx);
		return;
	}
	if (isa->state != SG_P1_COMPLETE) {
		sg_refuse(ctx->ike, SG_REFUSE_STATE);
		return;
	}
	if (!ctx->hdr.message_id || sg_msgid_seen(&isa->seen, ctx->hdr.message_id)) {
		sg_refuse(ctx->ike, SG_REFUSE_MESSAGE_ID);
		return;
	}
	if (sg_ike_iv_phase2(&isa->keys, &isa->iv, ctx->hdr.message_id, &iv) ||
	    sg_message_open(ctx, rule, &iv) != SG_OK)
		return;
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP: set new node %u to QM_IDLE", ctx->hdr.message_id);
	sg_isa_debug(isa, " processing HASH payload. message ID = %u", ctx->hdr.message_id);
	if (verify(ctx) != SG_OK)
		return;
	for (i = 0; i < ctx->payloads.count; i++) {
		if (ctx->payloads.list[i].type == IKE_PAYLOAD_N)
			handle_notify(ctx, &ctx->payloads.list[i]);
		else if (ctx->payloads.list[i].type == IKE_PAYLOAD_D)
			gone |= handle_delete(ctx, &ctx->payloads.list[i]);
	}
	sg_isa_debug(isa, "deleting node %u error FALSE reason \"Informational (in) state 1\"",
		     ctx->hdr.message_id);
	if (gone)
		sg_isa_kill(isa, false, NULL);
}
