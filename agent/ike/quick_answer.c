// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Quick Mode, the responder: what a peer asks for against what our crypto maps grant it, and the
 * second message.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../kernel/ksel.h"
#include "debug.h"
#include "engine.h"
#include "flow.h"

#define MESSAGE_CAP 2048

/* --- which entry ------------------------------------------------------------------------------ */

struct bound {
	struct in_addr local;
	const char *map;
	bool found;
};

static int is_bound(const struct sg_kbind *bind, void *ctx)
{
	struct bound *bound = ctx;

	bound->found |= bind->local.s_addr == bound->local.s_addr &&
			!strcmp(bind->map, bound->map);
	return 0;
}

/* Does an interface with this local address bear the map? The kernel knows. */
static bool map_is_bound(struct sg_ike *ike, const char *map, struct in_addr local)
{
	struct bound bound = { .local = local, .map = map };

	return !ike->env.kernel->ops->bind_walk(ike->env.kernel, is_bound, &bound) && bound.found;
}

/* The entry's line for these proxies, by the order of lines; a deny over them ends the search. */
static const struct sg_acl_ace *match_ace(const struct sg_config *cfg,
					  const struct sg_crypto_entry *entry,
					  const struct sg_proxy *local,
					  const struct sg_proxy *remote, bool *exact)
{
	const struct sg_acl_list *acl = sg_config_acl(cfg, entry->acl);
	struct sg_acl_ace line;
	size_t i;

	for (i = 0; acl && i < acl->ace_count; i++) {
		line = acl->aces[i];
		line.permit = true;	/* asked for its extent; what it says counts below */
		if (sg_proxies_match_ace(local, remote, &line, exact))
			return acl->aces[i].permit ? &acl->aces[i] : NULL;
	}
	return NULL;
}

/**
 * sg_quick_match() - which of our entries grants a peer these proxies
 * @local: our side's proxy
 * @remote: the peer's
 * @entry: written on success
 * @flow: the flow they belong to
 * @proxy: what the SA may carry
 *
 * Entries by sequence, as packets are matched: equal to a line or a subset of one, never more.
 * Return: 0, -ENOENT: INVALID-ID-INFORMATION.
 */
int sg_quick_match(struct sg_ike *ike, const struct sg_isa *isa, const struct sg_proxy *local,
		   const struct sg_proxy *remote, const struct sg_crypto_entry **entry,
		   struct sg_kflow *flow, struct sg_ksel *proxy)
{
	const struct sg_crypto_entry *e;
	const struct sg_acl_ace *ace;
	bool exact = false;
	size_t i;

	for (i = 0; i < ike->cfg->entry_count; i++) {
		e = &ike->cfg->entries[i];
		if (e->kind != SG_MAP_ISAKMP || !e->complete ||
		    !sg_entry_has_peer(e, isa->remote.sin_addr) ||
		    !map_is_bound(ike, e->map, isa->local.sin_addr))
			continue;
		ace = match_ace(ike->cfg, e, local, remote, &exact);
		if (!ace)
			continue;
		*flow = (struct sg_kflow){ .seq = e->seq, .ace = sg_ksel_from_ace(ace) };
		snprintf(flow->map, sizeof(flow->map), "%.*s", SG_MAP_NAME_MAX, e->map);
		*entry = e;
		if (!exact)
			return sg_proxies_to_sel(local, remote, ace, proxy) ? -ENOENT : 0;
		*proxy = flow->ace;
		return 0;
	}
	return -ENOENT;
}

/* --- the first message ------------------------------------------------------------------------ */

static enum sg_verdict verify_request(struct sg_ctx *ctx)
{
	const struct sg_payload *hash = sg_get(ctx, IKE_PAYLOAD_HASH);
	struct sg_isa *isa = ctx->isa;
	uint8_t due[SG_IKE_HASH_MAX];

	sg_isa_debug(isa, " processing HASH payload. message ID = %u", ctx->node->message_id);
	sg_debug(SG_DEBUG_ENGINE, "generate hmac context for conn id %u", isa->conn_id);
	if (sg_ike_hash1(&isa->keys, ctx->node->message_id,
			 sg_payload_rest(&ctx->payloads, hash), due) ||
	    hash->len != isa->keys.hash_len || !sg_ike_equal(due, hash->body, hash->len))
		return sg_refuse(ctx->ike, SG_REFUSE_HASH);
	if (sg_isa_remember(isa, ctx->node->message_id))
		return sg_refuse(ctx->ike, SG_REFUSE_LIMIT);
	ctx->node->iv = ctx->next_iv;
	return SG_OK;
}

static int read_proxies(struct sg_ctx *ctx, struct sg_proxy *local, struct sg_proxy *remote)
{
	const struct sg_payload *i = sg_payload_get(&ctx->payloads, IKE_PAYLOAD_ID, 0);
	const struct sg_payload *r = sg_payload_get(&ctx->payloads, IKE_PAYLOAD_ID, 1);
	struct sg_node *node = ctx->node;
	struct sg_id id;

	if (!i) {
		sg_proxy_host(local, ctx->isa->local.sin_addr);
		sg_proxy_host(remote, ctx->isa->remote.sin_addr);
		return 0;
	}
	node->has_ids = true;
	if (sg_blob_set(&node->idci, sg_payload_body(i)) ||
	    sg_blob_set(&node->idcr, sg_payload_body(r)))
		return -ENOMEM;
	if (sg_id_decode(&id, i) || sg_proxy_from_id(remote, &id))
		return -EINVAL;
	return sg_id_decode(&id, r) || sg_proxy_from_id(local, &id) ? -EINVAL : 0;
}

/* Tells the peer and the log why this Quick Mode ends. */
static enum sg_verdict refuse(struct sg_ctx *ctx, uint16_t notify, enum sg_ike_refusal count,
			      const char *why)
{
	uint32_t spi = ctx->p2.sa_count ? ctx->p2.sas[0].peer_spi : 0;
	char local[INET_ADDRSTRLEN], remote[INET_ADDRSTRLEN];

	sg_isa_debug(ctx->isa, " phase 2 SA policy not acceptable! (local %s remote %s)",
		     sg_addr(ctx->isa->local.sin_addr, local),
		     sg_addr(ctx->isa->remote.sin_addr, remote));
	snprintf(ctx->why, sizeof(ctx->why), "%s", why);
	sg_refuse(ctx->ike, count);
	sg_info_notify(ctx->isa, notify, IKE_PROTO_ESP, spi);
	return SG_FAIL;
}

static void say_proxies(const struct sg_proxy *local, const struct sg_proxy *remote, char *buf,
			size_t len)
{
	char l[SG_PROXY_TEXT], r[SG_PROXY_TEXT];

	sg_proxy_print(local, l);
	sg_proxy_print(remote, r);
	snprintf(buf, len, "no crypto map entry grants local %s remote %s", l, r);
}

enum sg_verdict sg_quick_r1_in(struct sg_ctx *ctx)
{
	const struct sg_crypto_entry *entry = NULL;
	struct sg_node *node = ctx->node;
	const struct sg_payload *nonce;
	struct sg_isa *isa = ctx->isa;
	struct sg_proxy local, remote;
	struct sg_p2_params params;
	struct sg_sa_payload sa;
	enum sg_verdict verdict;
	char tag[SG_TAG_LEN], why[SG_WHY_LEN];
	struct sg_emit emit = sg_isa_emit(isa, tag);
	struct sg_emit report = sg_log_emit(isa);

	verdict = verify_request(ctx);
	if (verdict != SG_OK)
		return verdict;
	sg_isa_debug(isa, " processing SA payload. message ID = %u", node->message_id);
	if (sg_sa_decode(&sa, sg_payload_body(sg_get(ctx, IKE_PAYLOAD_SA))))
		return refuse(ctx, IKE_N_PAYLOAD_MALFORMED, SG_REFUSE_MALFORMED,
			      "malformed SA payload");
	if (read_proxies(ctx, &local, &remote))
		return refuse(ctx, IKE_N_INVALID_ID_INFORMATION, SG_REFUSE_IDENTITY,
			      "proxies of a kind that is not supported");
	if (sg_quick_match(ctx->ike, isa, &local, &remote, &entry, &node->flow, &node->proxy)) {
		say_proxies(&local, &remote, why, sizeof(why));
		sg_debug(SG_DEBUG_IPSEC,
			 "IPSEC(validate_transform_proposal): proxy identities not supported");
		sg_peer_fail(ctx->ike, isa->remote.sin_addr, why);
		return refuse(ctx, IKE_N_INVALID_ID_INFORMATION, SG_REFUSE_IDENTITY, why);
	}
	if (sg_p2_params_init(&params, ctx->ike->cfg, entry) ||
	    sg_p2_match(&sa, &params, &ctx->p2, &emit) || ctx->p2.sa_count != 1 ||
	    ctx->p2.sas[0].peer_spi < SG_SPI_MIN || ctx->p2.pfs_group) {
		if (sg_line_due(ctx->ike, SG_LINE_PROPOSAL))
			sg_p2_report(&sa, &params, &report);
		return refuse(ctx, IKE_N_NO_PROPOSAL_CHOSEN, SG_REFUSE_PROPOSAL,
			      "no transform set of ours matches the peer's offer");
	}
	sg_debug_validate(isa, node, &ctx->p2);
	sg_isa_debug(isa, " processing NONCE payload. message ID = %u", node->message_id);
	if (node->has_ids) {
		sg_isa_debug(isa, " processing ID payload. message ID = %u", node->message_id);
		sg_isa_debug(isa, " processing ID payload. message ID = %u", node->message_id);
	}
	nonce = sg_get(ctx, IKE_PAYLOAD_NONCE);
	if (nonce->len < IKE_NONCE_MIN || nonce->len > IKE_NONCE_MAX ||
	    sg_blob_set(&node->ni, sg_payload_body(nonce)))
		return refuse(ctx, IKE_N_PAYLOAD_MALFORMED, SG_REFUSE_KEY_EXCHANGE, "bad nonce");
	sg_isa_debug(isa, " asking for 1 spis from ipsec");
	return SG_OK;
}

/* --- the second message ----------------------------------------------------------------------- */

static enum sg_verdict send_answer(struct sg_ctx *ctx)
{
	struct sg_node *node = ctx->node;
	struct sg_isa *isa = ctx->isa;
	uint8_t hash[SG_IKE_HASH_MAX];
	uint8_t buf[MESSAGE_CAP];
	struct sg_writer w;
	size_t at;

	sg_message_begin(isa, &w, buf, sizeof(buf), IKE_XCHG_QUICK, node->message_id, true);
	at = sg_put_hash_space(&w, isa->keys.hash_len);
	sg_p2_put_answer(&w, &ctx->p2, 0, node->spi_own);
	sg_put_payload(&w, IKE_PAYLOAD_NONCE, node->nr.data, node->nr.len);
	if (node->has_ids) {
		sg_put_payload(&w, IKE_PAYLOAD_ID, node->idci.data, node->idci.len);
		sg_put_payload(&w, IKE_PAYLOAD_ID, node->idcr.data, node->idcr.len);
	}
	if (ctx->p2.seconds_cut || ctx->p2.kilobytes_cut)
		sg_p2_put_lifetime(&w, IKE_PROTO_ESP, node->spi_own, &ctx->p2);
	if (sg_ike_hash2(&isa->keys, node->message_id, sg_blob_chunk(&node->ni),
			 sg_writer_rest(&w, at, isa->keys.hash_len), hash))
		return SG_FAIL;
	sg_fill_hash(&w, at, hash, isa->keys.hash_len);
	return sg_message_send(isa, &w, &node->iv, &node->last, ctx->digest) ? SG_FAIL : SG_OK;
}

enum sg_verdict sg_quick_r2_out(struct sg_ctx *ctx)
{
	struct sg_node *node = ctx->node;
	uint8_t nonce[SG_NONCE_LEN];

	snprintf(ctx->why, sizeof(ctx->why), "out of memory, random bytes or SPIs");
	node->spi_own = sg_spi_new(ctx->ike);
	if (!node->spi_own || sg_random(ctx->ike, nonce, sizeof(nonce)) ||
	    sg_blob_set(&node->nr, SG_CHUNK(nonce, sizeof(nonce))))
		return SG_FAIL;
	sg_debug_spi(ctx->isa, node->spi_own, IKE_PROTO_ESP);
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP: received ke message (2/1)");
	sg_debug(SG_DEBUG_ENGINE, "generate hmac context for conn id %u", ctx->isa->conn_id);
	node->pair = sg_quick_pair(ctx, &node->flow, &node->proxy);
	if (!node->pair)
		return SG_FAIL;
	/*
	 * The peer may send as soon as it has our answer; we send once we have its third
	 * message.
	 */
	snprintf(ctx->why, sizeof(ctx->why), "the inbound SA could not be installed");
	if (sg_pair_install_in(node->pair)) {
		sg_info_notify(ctx->isa, IKE_N_NO_PROPOSAL_CHOSEN, IKE_PROTO_ESP,
			       ctx->p2.sas[0].peer_spi);
		return SG_FAIL;
	}
	sg_debug_creating(ctx->isa, node->pair);
	ctx->created = node->pair;
	return send_answer(ctx);
}
