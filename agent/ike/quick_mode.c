// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Quick Mode (RFC 2409 5.5): the initiator's side, the third message, and the way in for every
 * message of it. The responder's first two are in quick_answer.c.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "debug.h"
#include "engine.h"
#include "flow.h"

#define MESSAGE_CAP 2048	/* ours: a proposal a transform set, 16 at most */

/**
 * sg_quick_initiate() - begin a Quick Mode for a want
 *
 * Return: NULL, or why not (good until the next call); then the want is left as it was.
 */
const char *sg_quick_initiate(struct sg_isa *isa, struct sg_want *want)
{
	uint32_t id = sg_message_id_new(isa);
	struct sg_ctx ctx = { .ike = isa->ike, .isa = isa, .remote = &isa->remote };

	if (!id)
		return "no message ID is left";
	sg_isa_debug(isa, "beginning Quick Mode exchange, M-ID of %u", id);
	ctx.node = sg_node_alloc(isa, id, true);
	if (!ctx.node)
		return "no memory for another exchange";
	ctx.node->flow = want->flow;
	ctx.node->proxy = want->flow.ace;
	if (sg_state_quick(&ctx, SG_IN_INIT_QM) != SG_OK) {
		sg_node_fail(ctx.node, ctx.why);
		memcpy(isa->ike->why, ctx.why, sizeof(isa->ike->why));
		return isa->ike->why;
	}
	ctx.node->want = want;
	want->node = ctx.node;
	want->state = SG_WANT_QUICK;
	return NULL;
}

/* What the entry of this exchange offers, and its proxies. */
static int offer(struct sg_ctx *ctx, struct sg_p2_params *params, struct sg_proxy *local,
		 struct sg_proxy *remote)
{
	const struct sg_crypto_entry *entry;
	struct sg_node *node = ctx->node;
	const struct sg_acl_ace *ace;

	entry = sg_config_entry(node->cfg, node->flow.map, node->flow.seq);
	ace = entry ? sg_flow_ace(node->cfg, entry, &node->flow) : NULL;
	if (!ace || sg_p2_params_init(params, node->cfg, entry)) {
		snprintf(ctx->why, sizeof(ctx->why), "the crypto map entry is not there or not complete");
		return -1;
	}
	sg_proxy_from_ace(ace, local, remote);
	return 0;
}

enum sg_verdict sg_quick_i1_out(struct sg_ctx *ctx)
{
	struct sg_node *node = ctx->node;
	struct sg_isa *isa = ctx->isa;
	struct sg_proxy local, remote;
	struct sg_p2_params params;
	uint8_t nonce[SG_NONCE_LEN];
	uint8_t buf[MESSAGE_CAP];
	struct sg_writer w;
	size_t hash;

	if (offer(ctx, &params, &local, &remote))
		return SG_FAIL;
	sg_debug_request(isa, node, &params);
	snprintf(ctx->why, sizeof(ctx->why), "out of memory or random bytes");
	node->spi_own = sg_spi_new(ctx->ike);
	if (!node->spi_own || sg_random(ctx->ike, nonce, sizeof(nonce)) ||
	    sg_blob_set(&node->ni, SG_CHUNK(nonce, sizeof(nonce))))
		return SG_FAIL;
	sg_debug_spi(isa, node->spi_own, IKE_PROTO_ESP);
	sg_message_begin(isa, &w, buf, sizeof(buf), IKE_XCHG_QUICK, node->message_id, true);
	hash = sg_put_hash_space(&w, isa->keys.hash_len);
	sg_p2_put_sa(&w, &params, 0, node->spi_own);
	sg_put_payload(&w, IKE_PAYLOAD_NONCE, nonce, sizeof(nonce));
	sg_proxy_put(&w, &local);
	if (sg_blob_set(&node->idci, sg_writer_last_body(&w)))
		return SG_FAIL;
	sg_proxy_put(&w, &remote);
	if (sg_blob_set(&node->idcr, sg_writer_last_body(&w)))
		return SG_FAIL;
	node->has_ids = true;
	if (sg_message_hash1(isa, &w, hash, node->message_id) ||
	    sg_message_send(isa, &w, &node->iv, &node->last, NULL))
		return SG_FAIL;
	return SG_OK;
}

/* Are the proxies in the answer ours? None at all means the same (RFC 2409 5.5). */
static bool ids_echoed(const struct sg_ctx *ctx)
{
	const struct sg_payload *i = sg_payload_get(&ctx->payloads, IKE_PAYLOAD_ID, 0);
	const struct sg_payload *r = sg_payload_get(&ctx->payloads, IKE_PAYLOAD_ID, 1);
	struct sg_payload own_i = { .type = IKE_PAYLOAD_ID, .body = ctx->node->idci.data,
				    .len = ctx->node->idci.len };
	struct sg_payload own_r = { .type = IKE_PAYLOAD_ID, .body = ctx->node->idcr.data,
				    .len = ctx->node->idcr.len };
	struct sg_proxy a, b;
	struct sg_id id, own;

	if (!i)
		return true;
	if (sg_id_decode(&id, i) || sg_proxy_from_id(&a, &id) || sg_id_decode(&own, &own_i) ||
	    sg_proxy_from_id(&b, &own) || !sg_proxy_equal(&a, &b))
		return false;
	return !sg_id_decode(&id, r) && !sg_proxy_from_id(&a, &id) &&
	       !sg_id_decode(&own, &own_r) && !sg_proxy_from_id(&b, &own) && sg_proxy_equal(&a, &b);
}

static void read_lifetime(struct sg_ctx *ctx)
{
	const struct sg_payload *p;
	struct sg_notify n;
	unsigned int i;

	for (i = 0; (p = sg_payload_get(&ctx->payloads, IKE_PAYLOAD_N, i)); i++) {
		if (sg_notify_decode(&n, p))
			continue;
		sg_isa_debug(ctx->isa, " processing NOTIFY %s protocol %u\n\tspi %u, message ID = %u, sa = %X",
			     sg_ike_notify_ios_name(n.type), n.protocol, ctx->p2.sas[0].peer_spi,
			     ctx->node->message_id, sg_isa_handle(ctx->isa));
		if (n.type == IKE_N_RESPONDER_LIFETIME && sg_p2_read_lifetime(n.data, &ctx->p2))
			sg_refuse(ctx->ike, SG_REFUSE_MALFORMED);
	}
}

/* HASH(2) proves the answer; nothing of the exchange has changed before. */
static enum sg_verdict verify_answer(struct sg_ctx *ctx)
{
	const struct sg_payload *hash = sg_get(ctx, IKE_PAYLOAD_HASH);
	struct sg_isa *isa = ctx->isa;
	uint8_t due[SG_IKE_HASH_MAX];

	sg_isa_debug(isa, " processing HASH payload. message ID = %u", ctx->node->message_id);
	if (sg_ike_hash2(&isa->keys, ctx->node->message_id, sg_blob_chunk(&ctx->node->ni),
			 sg_payload_rest(&ctx->payloads, hash), due) ||
	    hash->len != isa->keys.hash_len || !sg_ike_equal(due, hash->body, hash->len))
		return sg_refuse(ctx->ike, SG_REFUSE_HASH);
	ctx->node->iv = ctx->next_iv;
	return SG_OK;
}

static enum sg_verdict send_hash3(struct sg_ctx *ctx)
{
	struct sg_node *node = ctx->node;
	struct sg_isa *isa = ctx->isa;
	uint8_t hash[SG_IKE_HASH_MAX];
	uint8_t buf[MESSAGE_CAP];
	struct sg_writer w;

	sg_message_begin(isa, &w, buf, sizeof(buf), IKE_XCHG_QUICK, node->message_id, true);
	if (sg_ike_hash3(&isa->keys, node->message_id, sg_blob_chunk(&node->ni),
			 sg_blob_chunk(&node->nr), hash))
		return SG_FAIL;
	sg_put_payload(&w, IKE_PAYLOAD_HASH, hash, isa->keys.hash_len);
	return sg_message_send(isa, &w, &node->iv, &node->last, ctx->digest) ? SG_FAIL : SG_OK;
}

/* What the responder chose, checked against what was offered. */
static enum sg_verdict read_answer(struct sg_ctx *ctx)
{
	const struct sg_payload *nonce = sg_get(ctx, IKE_PAYLOAD_NONCE);
	struct sg_node *node = ctx->node;
	struct sg_proxy local, remote;
	struct sg_p2_params params;
	struct sg_sa_payload sa;
	char tag[SG_TAG_LEN];
	struct sg_emit emit = sg_isa_emit(ctx->isa, tag);

	if (offer(ctx, &params, &local, &remote))
		return SG_FAIL;
	sg_isa_debug(ctx->isa, " processing SA payload. message ID = %u", node->message_id);
	if (sg_sa_decode(&sa, sg_payload_body(sg_get(ctx, IKE_PAYLOAD_SA))) ||
	    sg_p2_verify(&sa, &params, &ctx->p2, &emit) || ctx->p2.sa_count != 1 ||
	    ctx->p2.sas[0].peer_spi < SG_SPI_MIN || ctx->p2.pfs_group) {
		sg_info_notify(ctx->isa, IKE_N_NO_PROPOSAL_CHOSEN, IKE_PROTO_ESP, 0);
		sg_refuse(ctx->ike, SG_REFUSE_PROPOSAL);
		snprintf(ctx->why, sizeof(ctx->why), "peer chose a transform that was not offered");
		return SG_FAIL;
	}
	sg_debug_validate(ctx->isa, node, &ctx->p2);
	sg_isa_debug(ctx->isa, " processing NONCE payload. message ID = %u", node->message_id);
	sg_isa_debug(ctx->isa, " processing ID payload. message ID = %u", node->message_id);
	sg_isa_debug(ctx->isa, " processing ID payload. message ID = %u", node->message_id);
	if (nonce->len < IKE_NONCE_MIN || nonce->len > IKE_NONCE_MAX || !ids_echoed(ctx)) {
		sg_info_notify(ctx->isa, IKE_N_INVALID_ID_INFORMATION, IKE_PROTO_ESP,
			       ctx->p2.sas[0].peer_spi);
		sg_refuse(ctx->ike, SG_REFUSE_IDENTITY);
		snprintf(ctx->why, sizeof(ctx->why), "peer answered with other proxies or a bad nonce");
		return SG_FAIL;
	}
	read_lifetime(ctx);
	return sg_blob_set(&node->nr, sg_payload_body(nonce)) ? SG_FAIL : SG_OK;
}

enum sg_verdict sg_quick_i2_in(struct sg_ctx *ctx)
{
	struct sg_node *node = ctx->node;
	enum sg_verdict verdict;

	verdict = verify_answer(ctx);
	if (verdict != SG_OK)
		return verdict;
	verdict = read_answer(ctx);
	if (verdict != SG_OK)
		return verdict;
	snprintf(ctx->why, sizeof(ctx->why), "the SAs could not be installed");
	node->pair = sg_quick_pair(ctx, &node->flow, &node->proxy);
	if (!node->pair)
		return SG_FAIL;
	/* Both ahead of the third message: the peer may send the moment it has it. */
	if (sg_pair_install_in(node->pair) || sg_pair_install_out(node->pair))
		return SG_FAIL;
	sg_debug_creating(ctx->isa, node->pair);
	verdict = send_hash3(ctx);
	if (verdict != SG_OK)
		return verdict;
	sg_pair_complete(node->pair);
	ctx->created = node->pair;
	sg_isa_debug(ctx->isa, "deleting node %u error FALSE reason \"No Error\"",
		     node->message_id);
	return SG_OK;
}

enum sg_verdict sg_quick_r3_in(struct sg_ctx *ctx)
{
	const struct sg_payload *hash = sg_get(ctx, IKE_PAYLOAD_HASH);
	struct sg_node *node = ctx->node;
	struct sg_isa *isa = ctx->isa;
	uint8_t due[SG_IKE_HASH_MAX];

	if (sg_ike_hash3(&isa->keys, node->message_id, sg_blob_chunk(&node->ni),
			 sg_blob_chunk(&node->nr), due) ||
	    hash->len != isa->keys.hash_len || !sg_ike_equal(due, hash->body, hash->len))
		return sg_refuse(ctx->ike, SG_REFUSE_HASH);
	node->iv = ctx->next_iv;
	snprintf(ctx->why, sizeof(ctx->why), "the outbound SA could not be installed");
	if (!node->pair || sg_pair_install_out(node->pair))
		return SG_FAIL;
	sg_pair_complete(node->pair);
	sg_isa_debug(isa, "deleting node %u error FALSE reason \"quick mode done (await)\"",
		     node->message_id);
	return SG_OK;
}

/* --- the way in ------------------------------------------------------------------------------- */

static void step(struct sg_ctx *ctx, bool fresh)
{
	char addr[INET_ADDRSTRLEN];

	switch (sg_state_quick(ctx, SG_IN_PEER_QM)) {
	case SG_OK:
		if (ctx->created)
			sg_debug_created(ctx->created);
		break;
	case SG_DROP:
		if (fresh)
			sg_node_free(ctx->node);
		break;
	case SG_FAIL:
		if (sg_line_due(ctx->ike, SG_LINE_QUICK_FAILURE))
			sg_log(6, "CRYPTO", "IKMP_MODE_FAILURE",
			       "Processing of Quick mode failed with peer at %s (%s)",
			       sg_addr(ctx->remote->sin_addr, addr), ctx->why);
		sg_node_fail(ctx->node, ctx->why);
		break;
	}
}

static void fresh_exchange(struct sg_ctx *ctx)
{
	const struct sg_message_rule *rule = sg_rule_find(IKE_XCHG_QUICK, 1, SG_RULE_ANY, true);
	struct sg_isa *isa = ctx->isa;

	if (!ctx->hdr.message_id || sg_msgid_seen(&isa->seen, ctx->hdr.message_id)) {
		sg_refuse(ctx->ike, SG_REFUSE_MESSAGE_ID);
		return;
	}
	ctx->node = sg_node_alloc(isa, ctx->hdr.message_id, false);
	if (!ctx->node)
		return;
	if (sg_message_open(ctx, rule, &ctx->node->iv) != SG_OK)
		sg_node_free(ctx->node);
	else
		step(ctx, true);
}

/** sg_quick_input() - a Quick Mode message on ctx->isa, which is established */
void sg_quick_input(struct sg_ctx *ctx)
{
	struct sg_node *node = sg_node_find(ctx->isa, ctx->hdr.message_id);
	unsigned int due;

	if (!node) {
		fresh_exchange(ctx);
		return;
	}
	if (sg_last_is_duplicate(&node->last, ctx->digest)) {
		sg_last_answer(ctx->isa, &node->last, "phase 2");
		return;
	}
	due = sg_state_quick_due(node->state);
	if (!due || node->finished) {
		sg_refuse(ctx->ike, SG_REFUSE_STATE);
		return;
	}
	ctx->node = node;
	if (sg_message_open(ctx, sg_rule_find(IKE_XCHG_QUICK, due, SG_RULE_ANY, true),
			    &node->iv) == SG_OK)
		step(ctx, false);
}
