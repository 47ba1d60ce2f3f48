// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Main Mode, messages 5 and 6 (RFC 2409 5.4): identities and the hashes that prove the
 * pre-shared key, INITIAL-CONTACT, and the moment the IKE SA stands.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "debug.h"
#include "engine.h"

#define MESSAGE_CAP 512		/* ID, HASH and a notify */
#define PROTO_UDP 17

/* Tells, once, and remembers what a message that does not prove itself most likely means. */
static enum sg_verdict not_proven(struct sg_ctx *ctx)
{
	struct sg_isa *isa = ctx->isa;

	sg_main_suspect_key(isa);
	return sg_refuse(ctx->ike, SG_REFUSE_HASH);
}

/** sg_main_suspect_key() - an encrypted Main Mode message made no sense under our key */
void sg_main_suspect_key(struct sg_isa *isa)
{
	char addr[INET_ADDRSTRLEN];

	snprintf(isa->why, sizeof(isa->why), "probable pre-shared key mismatch");
	if (isa->psk_warned)
		return;
	isa->psk_warned = true;
	if (sg_line_due(isa->ike, SG_LINE_KEY_MISMATCH))
		sg_log(4, "CRYPTO", "IKMP_KEY_MISMATCH",
		       "Authentication of peer %s failed: probable pre-shared key mismatch",
		       sg_addr(isa->remote.sin_addr, addr));
	sg_peer_fail(isa->ike, isa->remote.sin_addr, isa->why);
}

/* The peer's identity and its hash. On SG_OK the peer is who has the key. */
static enum sg_verdict authenticate(struct sg_ctx *ctx)
{
	const struct sg_payload *hash = sg_get(ctx, IKE_PAYLOAD_HASH);
	const struct sg_payload *idp = sg_get(ctx, IKE_PAYLOAD_ID);
	struct sg_isa *isa = ctx->isa;
	uint8_t due[SG_IKE_HASH_MAX];
	struct sg_ike_exchange x;
	char text[SG_ID_TEXT];
	struct sg_id id;

	sg_isa_debug(isa, " processing ID payload. message ID = 0");
	sg_debug_id(isa, sg_payload_body(idp));
	if (sg_id_decode(&id, idp))
		return not_proven(ctx);
	sg_isa_debug(isa, ": peer matches *none* of the profiles");
	sg_isa_debug(isa, " processing HASH payload. message ID = 0");
	sg_debug(SG_DEBUG_ENGINE, "generate hmac context for conn id %u", isa->conn_id);
	sg_isa_exchange(isa, &x);
	if (sg_ike_hash_auth(&isa->keys, !isa->initiator, &x, sg_payload_body(idp), due) ||
	    hash->len != isa->keys.hash_len || !sg_ike_equal(due, hash->body, hash->len))
		return not_proven(ctx);

	/* Now the ID is the peer's own word; an address must be the one it speaks from. */
	sg_id_print(&id, text);
	if (!sg_id_ports_ok(&id) ||
	    (id.type == IKE_ID_IPV4_ADDR && !sg_id_is_addr(&id, isa->remote.sin_addr))) {
		snprintf(isa->why, sizeof(isa->why), "peer's identity %.64s is not its address",
			 text);
		sg_refuse(ctx->ike, SG_REFUSE_IDENTITY);
		return SG_FAIL;
	}
	snprintf(isa->id, sizeof(isa->id), "%.63s", text);
	isa->iv = ctx->next_iv;
	isa->authenticated = true;
	return SG_OK;
}

/* What may come along with the hash; called once it has verified. */
static void notifies(struct sg_ctx *ctx)
{
	struct sg_isa *isa = ctx->isa;
	const struct sg_payload *p;
	struct sg_notify n;
	unsigned int i;

	for (i = 0; (p = sg_payload_get(&ctx->payloads, IKE_PAYLOAD_N, i)); i++) {
		if (sg_notify_decode(&n, p))
			continue;
		sg_isa_debug(isa, " processing NOTIFY %s protocol %u\n\tspi 0, message ID = 0, sa = %X",
			     sg_ike_notify_ios_name(n.type), n.protocol, sg_isa_handle(isa));
		if (n.type == IKE_N_INITIAL_CONTACT) {
			sg_isa_debug(isa, "SA authentication status:\n\tauthenticated");
			sg_initial_contact(isa);
		}
	}
}

static void say_authenticated(struct sg_isa *isa)
{
	char local[INET_ADDRSTRLEN], remote[INET_ADDRSTRLEN];

	sg_addr(isa->local.sin_addr, local);
	sg_addr(isa->remote.sin_addr, remote);
	sg_isa_debug(isa, "SA authentication status:\n\tauthenticated");
	sg_isa_debug(isa, "SA has been authenticated with %s", remote);
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP: Trying to insert a peer %s/%s/%u/, and inserted successfully.",
		 local, remote, ntohs(isa->remote.sin_port));
	sg_isa_debug(isa, ": peer matches *none* of the profiles");
}

/* ID_IPV4_ADDR, UDP, 500: as IOS has it. Then the hash over it, and more. */
static enum sg_verdict send_auth(struct sg_ctx *ctx, const uint8_t *answers)
{
	struct sg_isa *isa = ctx->isa;
	uint8_t spi[2 * IKE_COOKIE_LEN];
	uint8_t hash[SG_IKE_HASH_MAX];
	uint8_t buf[MESSAGE_CAP];
	struct sg_ike_exchange x;
	struct sg_chunk id;
	struct sg_writer w;
	bool first;

	first = isa->initiator && sg_isa_is_first(isa);
	if (isa->contact && !isa->initiator)
		sg_debug(SG_DEBUG_IPSEC, "IPSEC(key_engine): got a queue event with 1 kei messages");
	if (first)
		sg_isa_debug(isa, "Send initial contact");
	sg_isa_debug(isa, "SA is doing pre-shared key authentication using id type ID_IPV4_ADDR");
	sg_message_begin(isa, &w, buf, sizeof(buf), IKE_XCHG_MAIN, 0, true);
	sg_put_id(&w, IKE_ID_IPV4_ADDR, PROTO_UDP, SG_IKE_PORT, &isa->local.sin_addr.s_addr,
		  sizeof(isa->local.sin_addr.s_addr));
	id = sg_writer_last_body(&w);
	sg_debug_id(isa, id);
	sg_isa_debug(isa, "Total payload length: %zu", id.len + IKE_GENERIC_LEN);
	sg_isa_exchange(isa, &x);
	sg_debug(SG_DEBUG_ENGINE, "generate hmac context for conn id %u", isa->conn_id);
	if (sg_ike_hash_auth(&isa->keys, isa->initiator, &x, id, hash))
		goto failed;
	sg_put_payload(&w, IKE_PAYLOAD_HASH, hash, isa->keys.hash_len);
	if (first) {
		memcpy(spi, isa->cookie_i, IKE_COOKIE_LEN);
		memcpy(spi + IKE_COOKIE_LEN, isa->cookie_r, IKE_COOKIE_LEN);
		sg_put_notify(&w, IKE_PROTO_ISAKMP, IKE_N_INITIAL_CONTACT, spi, sizeof(spi),
			      NULL, 0);
	}
	if (sg_message_send(isa, &w, &isa->iv, &isa->last, answers))
		goto failed;
	return SG_OK;

failed:
	snprintf(isa->why, sizeof(isa->why), "the identity could not be sent");
	return SG_FAIL;
}

enum sg_verdict sg_main_i5_out(struct sg_ctx *ctx)
{
	return send_auth(ctx, ctx->digest);
}

enum sg_verdict sg_main_r5_in(struct sg_ctx *ctx)
{
	enum sg_verdict verdict = authenticate(ctx);

	if (verdict != SG_OK)
		return verdict;
	notifies(ctx);
	say_authenticated(ctx->isa);
	return SG_OK;
}

enum sg_verdict sg_main_r6_out(struct sg_ctx *ctx)
{
	return send_auth(ctx, ctx->digest);
}

enum sg_verdict sg_main_i6_in(struct sg_ctx *ctx)
{
	return sg_main_r5_in(ctx);
}

enum sg_verdict sg_main_done(struct sg_ctx *ctx)
{
	sg_isa_established(ctx->isa);
	return SG_OK;
}
