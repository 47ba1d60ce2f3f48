// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From what a Quick Mode has agreed on to the two SAs the kernel is to have: keys (RFC 2409 5.5),
 * proxies, limits, and the agent's own notes in the cookie.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "debug.h"
#include "engine.h"

#define PROTO_ESP 50

/*
 * Keys of one direction; the SPI is the one its receiver chose. Cipher first, then
 * authenticator.
 */
static int derive(const struct sg_ctx *ctx, const struct sg_p2_sa *agreed, struct sg_ksa *sa)
{
	uint8_t keymat[SG_CIPHER_KEY_MAX + SG_AUTH_KEY_MAX];
	const struct sg_node *node = ctx->node;
	int err;

	if (agreed->cipher_key_len > sizeof(sa->cipher_key) ||
	    agreed->auth_key_len > sizeof(sa->auth_key))
		return -EINVAL;
	err = sg_ike_keymat(&ctx->isa->keys, SG_CHUNK(NULL, 0), agreed->protocol, sa->id.spi,
			    sg_blob_chunk(&node->ni), sg_blob_chunk(&node->nr), keymat,
			    agreed->cipher_key_len + agreed->auth_key_len);
	if (!err && sg_esp_key_is_weak(agreed->cipher, keymat, agreed->cipher_key_len))
		err = -EKEYREJECTED;
	if (!err) {
		memcpy(sa->cipher_key, keymat, agreed->cipher_key_len);
		memcpy(sa->auth_key, keymat + agreed->cipher_key_len, agreed->auth_key_len);
		sa->cipher_key_len = agreed->cipher_key_len;
		sa->auth_key_len = agreed->auth_key_len;
	}
	explicit_bzero(keymat, sizeof(keymat));
	return err;
}

static void describe(struct sg_ksa *sa, const struct sg_p2_sa *agreed, struct in_addr from,
		     struct in_addr to, uint8_t dir, uint32_t spi, uint32_t other)
{
	*sa = (struct sg_ksa){
		.id = { .dst = to, .spi = spi, .proto = PROTO_ESP },
		.src = from,
		.dir = dir,
		.mode = agreed->mode,
		.cipher = agreed->cipher,
		.auth = agreed->auth,
		.replay_window = agreed->auth == SG_AUTH_NONE ? 0 : SG_REPLAY_WINDOW,
		.pair_spi = other,
	};
}

/**
 * sg_quick_pair() - the SA pair of ctx->node as agreed in ctx->p2
 * @flow: the kernel's flow it is for
 * @proxy: what it may carry, from here outwards
 *
 * Nothing is in the kernel yet. Return: NULL: no memory, or keys that must not be used.
 */
struct sg_pair *sg_quick_pair(struct sg_ctx *ctx, const struct sg_kflow *flow,
			      const struct sg_ksel *proxy)
{
	const struct sg_p2_sa *agreed = &ctx->p2.sas[0];
	struct sg_isa *isa = ctx->isa;
	struct sg_pair *pair = sg_pair_alloc(ctx->ike, &isa->local, &isa->remote);
	const uint8_t *own = isa->initiator ? isa->cookie_i : isa->cookie_r;
	const uint8_t *peer = isa->initiator ? isa->cookie_r : isa->cookie_i;

	if (!pair) {
		sg_refuse(ctx->ike, SG_REFUSE_MEMORY);
		return NULL;
	}
	pair->initiator = ctx->node->initiator;
	describe(&pair->in, agreed, isa->remote.sin_addr, isa->local.sin_addr, SG_DIR_IN,
		 ctx->node->spi_own, agreed->peer_spi);
	describe(&pair->out, agreed, isa->local.sin_addr, isa->remote.sin_addr, SG_DIR_OUT,
		 agreed->peer_spi, ctx->node->spi_own);
	pair->in.flow = *flow;
	pair->in.proxy = *proxy;
	pair->out.flow = *flow;
	pair->out.proxy = *proxy;
	memcpy(pair->in_cookie.cookie_own, own, IKE_COOKIE_LEN);
	memcpy(pair->in_cookie.cookie_peer, peer, IKE_COOKIE_LEN);
	memcpy(pair->out_cookie.cookie_own, own, IKE_COOKIE_LEN);
	memcpy(pair->out_cookie.cookie_peer, peer, IKE_COOKIE_LEN);
	pair->in_cookie.ike_initiator = isa->initiator;
	pair->out_cookie.ike_initiator = isa->initiator;
	sg_pair_limits(pair, ctx->p2.seconds, ctx->p2.kilobytes);
	if (derive(ctx, agreed, &pair->in) || derive(ctx, agreed, &pair->out)) {
		snprintf(ctx->why, sizeof(ctx->why), "key generation failed");
		sg_pair_free(pair);
		return NULL;
	}
	return pair;
}
