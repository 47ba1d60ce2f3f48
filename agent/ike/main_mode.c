// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Main Mode, messages 1 to 4 (RFC 2409 5.4): the policy and the Diffie-Hellman exchange, both
 * sides. Identities and their proof are in main_auth.c, the order of it all in state.c.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "debug.h"
#include "engine.h"
#include "flow.h"

#define AUTH_MASK SG_AUTH_MASK(SG_IKE_AUTH_PSK)
#define MESSAGE_CAP 4096	/* ours: policies and a public value of 512 bytes */

static void say_key(const struct sg_isa *isa)
{
	char addr[INET_ADDRSTRLEN];

	sg_addr(isa->remote.sin_addr, addr);
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP: Looking for a matching key for %s in default : success",
		 addr);
	sg_isa_debug(isa, "found peer pre-shared key matching %s", addr);
}

static enum sg_verdict out_of_memory(struct sg_isa *isa)
{
	sg_refuse(isa->ike, SG_REFUSE_MEMORY);
	snprintf(isa->why, sizeof(isa->why), "out of memory or random bytes");
	return SG_FAIL;
}

/* --- messages 1 and 2: policy ----------------------------------------------------------------- */

/**
 * sg_main_initiate() - begin Main Mode with a peer
 *
 * Return: the IKE SA, or NULL: no memory, no key, no usable policy (logged).
 */
struct sg_isa *sg_main_initiate(struct sg_ike *ike, struct in_addr local, struct in_addr remote)
{
	struct sockaddr_in from = { .sin_family = AF_INET, .sin_port = htons(SG_IKE_PORT),
				    .sin_addr = local };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(SG_IKE_PORT),
				  .sin_addr = remote };
	struct sg_ctx ctx = { .ike = ike };
	struct sg_isa *isa;

	isa = sg_isa_alloc(ike, &from, &to, true);
	if (!isa)
		return NULL;
	sg_isa_debug(isa, "Can not start Aggressive mode, trying Main mode.");
	say_key(isa);
	ctx.isa = isa;
	if (sg_state_main(&ctx, SG_IN_SA_REQ) == SG_OK)
		return isa;
	sg_isa_kill(isa, false, isa->why[0] ? isa->why : "Main Mode could not be started");
	return NULL;
}

enum sg_verdict sg_main_i1_out(struct sg_ctx *ctx)
{
	struct sg_isa *isa = ctx->isa;
	uint8_t buf[MESSAGE_CAP];
	struct sg_writer w;

	sg_isa_debug(isa, " beginning Main Mode exchange");
	sg_message_begin(isa, &w, buf, sizeof(buf), IKE_XCHG_MAIN, 0, false);
	if (!sg_p1_put_sa(&w, isa->cfg->policies, isa->cfg->policy_count, AUTH_MASK)) {
		snprintf(isa->why, sizeof(isa->why),
			 "no isakmp policy with pre-shared keys is configured");
		return SG_FAIL;
	}
	if (sg_blob_set(&isa->sai, sg_writer_last_body(&w)) ||
	    sg_message_send(isa, &w, NULL, &isa->last, NULL))
		return out_of_memory(isa);
	return SG_OK;
}

/* Is there anything this address could agree on with us? A key for all the world is not enough. */
static bool is_peer(struct sg_ike *ike, struct in_addr remote)
{
	bool key = ike->cfg && ike->cfg->isakmp_enabled && sg_config_psk(ike->cfg, remote);
	char addr[INET_ADDRSTRLEN];

	if (key && sg_config_has_peer(ike->cfg, remote))
		return true;
	sg_refuse(ike, SG_REFUSE_NO_PEER);
	if (!sg_line_due(ike, SG_LINE_NO_PEER))
		return false;
	sg_addr(remote, addr);
	if (key)
		sg_log(4, "CRYPTO", "IKMP_NO_PEER",
		       "No crypto map names %s as a peer, its message is ignored", addr);
	else
		sg_log(4, "CRYPTO", "IKMP_NO_PRESHARED_KEY",
		       "No pre-shared key for peer %s, its message is ignored", addr);
	return false;
}

/**
 * sg_main_accept() - a first message from a peer
 *
 * Nothing is kept before the message is sound and its sender has a key and a crypto map entry here.
 * Return: the new IKE SA, before the message is handled; NULL: refused.
 */
struct sg_isa *sg_main_accept(struct sg_ctx *ctx, const struct sockaddr_in *local,
			      const struct sockaddr_in *remote)
{
	const struct sg_message_rule *rule = sg_rule_find(IKE_XCHG_MAIN, 1, SG_RULE_ANY, false);
	struct sg_ike *ike = ctx->ike;
	struct sg_isa *isa;

	if (!is_peer(ike, remote->sin_addr))
		return NULL;
	if (sg_message_open(ctx, rule, NULL) != SG_OK)
		return NULL;
	sg_half_open_room(ike, remote->sin_addr);
	isa = sg_isa_alloc(ike, local, remote, false);
	if (!isa)
		return NULL;
	memcpy(isa->cookie_i, ctx->hdr.cookie_i, sizeof(isa->cookie_i));
	isa->bytes_in = ctx->raw_len;
	return isa;
}

static void refuse_proposal(struct sg_isa *isa, const struct sg_sa_payload *sa)
{
	struct sg_emit emit = sg_log_emit(isa);

	sg_isa_debug(isa, "no offers accepted!");
	if (sg_line_due(isa->ike, SG_LINE_PROPOSAL))
		sg_p1_report(sa, isa->cfg->policies, isa->cfg->policy_count, AUTH_MASK, &emit);
	sg_info_notify_plain(isa, IKE_N_NO_PROPOSAL_CHOSEN);
	sg_refuse(isa->ike, SG_REFUSE_PROPOSAL);
	snprintf(isa->why, sizeof(isa->why), "no isakmp policy of ours matches the peer's offer");
}

enum sg_verdict sg_main_r1_in(struct sg_ctx *ctx)
{
	const struct sg_payload *p = sg_get(ctx, IKE_PAYLOAD_SA);
	struct sg_isa *isa = ctx->isa;
	struct sg_sa_payload sa;
	char tag[SG_TAG_LEN];
	struct sg_emit emit = sg_isa_emit(isa, tag);

	sg_isa_debug(isa, " processing SA payload. message ID = 0");
	sg_debug_vids(isa, &ctx->payloads);
	if (sg_sa_decode(&sa, sg_payload_body(p))) {
		sg_refuse(ctx->ike, SG_REFUSE_MALFORMED);
		return SG_FAIL;
	}
	say_key(isa);
	sg_isa_debug(isa, " local preshared key found");
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP : Scanning profiles for xauth ...");
	if (sg_p1_match(&sa, isa->cfg->policies, isa->cfg->policy_count, AUTH_MASK, &ctx->p1,
			&emit)) {
		refuse_proposal(isa, &sa);
		return SG_FAIL;
	}
	sg_debug_vids(isa, &ctx->payloads);
	isa->policy = ctx->p1.policy;
	isa->chosen = true;
	return sg_blob_set(&isa->sai, sg_payload_body(p)) ? out_of_memory(isa) : SG_OK;
}

enum sg_verdict sg_main_r2_out(struct sg_ctx *ctx)
{
	struct sg_isa *isa = ctx->isa;
	uint8_t buf[MESSAGE_CAP];
	struct sg_writer w;

	sg_message_begin(isa, &w, buf, sizeof(buf), IKE_XCHG_MAIN, 0, false);
	sg_p1_put_answer(&w, &ctx->p1);
	return sg_message_send(isa, &w, NULL, &isa->last, ctx->digest) ? out_of_memory(isa) :
									 SG_OK;
}

enum sg_verdict sg_main_i2_in(struct sg_ctx *ctx)
{
	static const uint8_t none[IKE_COOKIE_LEN];
	struct sg_isa *isa = ctx->isa;
	struct sg_sa_payload sa;
	char tag[SG_TAG_LEN];
	struct sg_emit emit;

	if (!memcmp(ctx->hdr.cookie_r, none, sizeof(none)))
		return sg_refuse(ctx->ike, SG_REFUSE_MALFORMED);
	sg_isa_debug(isa, " processing SA payload. message ID = 0");
	sg_debug_vids(isa, &ctx->payloads);
	if (sg_sa_decode(&sa, sg_payload_body(sg_get(ctx, IKE_PAYLOAD_SA))))
		return sg_refuse(ctx->ike, SG_REFUSE_MALFORMED);
	say_key(isa);
	sg_isa_debug(isa, " local preshared key found");
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP : Scanning profiles for xauth ...");
	emit = sg_isa_emit(isa, tag);
	if (sg_p1_verify(&sa, isa->cfg->policies, isa->cfg->policy_count, AUTH_MASK, &ctx->p1,
			 &emit)) {
		snprintf(isa->why, sizeof(isa->why), "peer chose a policy that was not offered");
		return sg_refuse(ctx->ike, SG_REFUSE_PROPOSAL);
	}
	memcpy(isa->cookie_r, ctx->hdr.cookie_r, sizeof(isa->cookie_r));
	isa->policy = ctx->p1.policy;
	isa->chosen = true;
	isa->proven = true;
	isa->conn_id = ++ctx->ike->next_conn_id;
	return SG_OK;
}

/* --- messages 3 and 4: Diffie-Hellman ------------------------------------------------------- */

/* Our half; nothing changes on a failure. */
static int start_dh(struct sg_isa *isa)
{
	uint8_t secret[SG_DH_PRIVATE_MAX];
	uint8_t nonce[SG_NONCE_LEN];
	size_t len = sg_dh_private_len(isa->policy.group);
	int err = -1;

	sg_debug(SG_DEBUG_ENGINE, "Crypto engine 0: generate alg param");
	if (len && len <= sizeof(secret) && !sg_random(isa->ike, secret, len) &&
	    !sg_random(isa->ike, nonce, sizeof(nonce)))
		err = sg_dh_start(&isa->dh, isa->policy.group, secret, len);
	if (!err)
		err = sg_blob_set(isa->initiator ? &isa->gxi : &isa->gxr,
				  SG_CHUNK(isa->dh.public, isa->dh.len));
	if (!err)
		err = sg_blob_set(isa->initiator ? &isa->ni : &isa->nr,
				  SG_CHUNK(nonce, sizeof(nonce)));
	sg_debug(SG_DEBUG_ENGINE, "CRYPTO_ENGINE: Dh phase 1 status: %d", err ? 1 : 0);
	explicit_bzero(secret, sizeof(secret));
	return err;
}

/* Are the peer's public value and nonce fit for use? */
static enum sg_verdict check_ke(struct sg_ctx *ctx)
{
	const struct sg_payload *nonce = sg_get(ctx, IKE_PAYLOAD_NONCE);
	const struct sg_payload *ke = sg_get(ctx, IKE_PAYLOAD_KE);
	struct sg_isa *isa = ctx->isa;

	sg_isa_debug(isa, " processing KE payload. message ID = 0");
	if (sg_dh_check(isa->policy.group, sg_payload_body(ke)))
		return sg_refuse(ctx->ike, SG_REFUSE_KEY_EXCHANGE);
	sg_isa_debug(isa, " processing NONCE payload. message ID = 0");
	if (nonce->len < IKE_NONCE_MIN || nonce->len > IKE_NONCE_MAX)
		return sg_refuse(ctx->ike, SG_REFUSE_KEY_EXCHANGE);
	return SG_OK;
}

/* From both halves to keys. The peer's values are checked. */
static enum sg_verdict make_keys(struct sg_ctx *ctx)
{
	const struct sg_psk *psk = sg_config_psk(ctx->isa->cfg, ctx->isa->remote.sin_addr);
	struct sg_chunk nonce = sg_payload_body(sg_get(ctx, IKE_PAYLOAD_NONCE));
	struct sg_chunk ke = sg_payload_body(sg_get(ctx, IKE_PAYLOAD_KE));
	struct sg_isa *isa = ctx->isa;
	struct sg_ike_exchange x;
	uint8_t shared[SG_DH_MAX];
	int err;

	if (sg_blob_set(isa->initiator ? &isa->gxr : &isa->gxi, ke) ||
	    sg_blob_set(isa->initiator ? &isa->nr : &isa->ni, nonce))
		return out_of_memory(isa);
	err = sg_dh_finish(&isa->dh, ke, shared);
	say_key(isa);
	sg_debug(SG_DEBUG_ENGINE, "Crypto engine 0: create ISAKMP SKEYID for conn id %u",
		 isa->conn_id);
	sg_isa_exchange(isa, &x);
	if (!err)
		err = sg_ike_keys_psk(&isa->keys, &isa->policy, SG_CHUNK(psk->key, psk->key_len),
				      &x, SG_CHUNK(shared, isa->dh.len));
	if (!err)
		err = sg_ike_iv_phase1(&isa->keys, x.gxi, x.gxr, &isa->iv);
	explicit_bzero(shared, sizeof(shared));
	sg_dh_clear(&isa->dh);
	if (err) {
		snprintf(isa->why, sizeof(isa->why), "key generation failed");
		return SG_FAIL;
	}
	isa->has_keys = true;
	sg_isa_debug(isa, "SKEYID state generated");
	sg_debug_vids(isa, &ctx->payloads);
	return SG_OK;
}

/* KE, NONCE and the vendor IDs of message 3 or 4. */
static enum sg_verdict send_ke(struct sg_ctx *ctx, const uint8_t *answers)
{
	const struct sg_vid_entry *own = sg_vid_entry(SG_VID_SEALGATE);
	struct sg_isa *isa = ctx->isa;
	const struct sg_blob *public = isa->initiator ? &isa->gxi : &isa->gxr;
	const struct sg_blob *nonce = isa->initiator ? &isa->ni : &isa->nr;
	uint8_t buf[MESSAGE_CAP];
	struct sg_writer w;

	sg_message_begin(isa, &w, buf, sizeof(buf), IKE_XCHG_MAIN, 0, false);
	sg_put_payload(&w, IKE_PAYLOAD_KE, public->data, public->len);
	sg_put_payload(&w, IKE_PAYLOAD_NONCE, nonce->data, nonce->len);
	sg_put_payload(&w, IKE_PAYLOAD_VID, own->bytes, own->len);
	return sg_message_send(isa, &w, NULL, &isa->last, answers) ? out_of_memory(isa) : SG_OK;
}

enum sg_verdict sg_main_i3_out(struct sg_ctx *ctx)
{
	return start_dh(ctx->isa) ? out_of_memory(ctx->isa) : send_ke(ctx, ctx->digest);
}

enum sg_verdict sg_main_r3_in(struct sg_ctx *ctx)
{
	enum sg_verdict verdict = check_ke(ctx);

	if (verdict != SG_OK)
		return verdict;
	/* Only who sees what is sent to this address knows our cookie. */
	ctx->isa->proven = true;
	return start_dh(ctx->isa) ? out_of_memory(ctx->isa) : make_keys(ctx);
}

enum sg_verdict sg_main_r4_out(struct sg_ctx *ctx)
{
	return send_ke(ctx, ctx->digest);
}

enum sg_verdict sg_main_i4_in(struct sg_ctx *ctx)
{
	enum sg_verdict verdict = check_ke(ctx);

	return verdict == SG_OK ? make_keys(ctx) : verdict;
}
