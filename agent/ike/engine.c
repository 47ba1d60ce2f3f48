// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The engine as a whole: made and freed, datagrams in and to whom, timers. What a
 * message means is decided by the table in state.c and the files it names.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "debug.h"
#include "engine.h"

uint64_t sg_now(const struct sg_ike *ike)
{
	return ike->env.now_ms(ike->env.ctx);
}

int sg_random(struct sg_ike *ike, void *buf, size_t len)
{
	return ike->env.random(ike->env.ctx, buf, len);
}

bool sg_line_due(struct sg_ike *ike, enum sg_line line)
{
	uint64_t now = sg_now(ike);

	if (ike->last_line[line] && now < ike->last_line[line] - 1 + SG_LOG_PERIOD_MS)
		return false;
	ike->last_line[line] = now + 1;
	return true;
}

enum sg_verdict sg_refuse(struct sg_ike *ike, enum sg_ike_refusal why)
{
	ike->counters.refused[why]++;
	return SG_DROP;
}

const char *sg_ike_refusal_text(enum sg_ike_refusal why)
{
	static const char *const text[__SG_REFUSE_LAST] = {
		[SG_REFUSE_MALFORMED] = "malformed message",
		[SG_REFUSE_EXCHANGE] = "exchange type not supported",
		[SG_REFUSE_UNKNOWN_SA] = "cookies of no IKE SA",
		[SG_REFUSE_STATE] = "message not due in this state",
		[SG_REFUSE_NO_PEER] = "no pre-shared key or crypto map for the sender",
		[SG_REFUSE_PROPOSAL] = "no proposal acceptable",
		[SG_REFUSE_KEY_EXCHANGE] = "bad public value or nonce",
		[SG_REFUSE_IDENTITY] = "identity or proxies not acceptable",
		[SG_REFUSE_HASH] = "authentication failed",
		[SG_REFUSE_MESSAGE_ID] = "message ID zero or used before",
		[SG_REFUSE_HALF_OPEN] = "unfinished Main Mode dropped",
		[SG_REFUSE_LIMIT] = "too many exchanges at once",
		[SG_REFUSE_DUPLICATE] = "duplicate",
		[SG_REFUSE_HINT] = "unprotected notify",
		[SG_REFUSE_AMPLIFY] = "answer to an unproven address withheld",
		[SG_REFUSE_KERNEL] = "SA refused by the kernel",
		[SG_REFUSE_MEMORY] = "no memory or random bytes",
	};

	return why < __SG_REFUSE_LAST ? text[why] : "unknown";
}

void sg_ike_counters(const struct sg_ike *ike, struct sg_ike_counters *counters)
{
	*counters = ike->counters;
}

void sg_settle(struct sg_ike *ike)
{
	uint64_t next;

	sg_isas_reap(ike);
	next = sg_timers_next(&ike->timers);
	if (next == ike->woken_for)
		return;
	ike->woken_for = next;
	ike->env.wake_at(ike->env.ctx, next);
}

/**
 * sg_ike_alloc() - an engine without configuration: it answers nobody yet
 * @env: copied; what it points to must outlive the engine
 *
 * Return: NULL without memory, or where OpenSSL lacks what IKEv1 needs (logged).
 */
struct sg_ike *sg_ike_alloc(const struct sg_ike_env *env)
{
	char why[SG_WHY_LEN];
	struct sg_ike *ike;

	if (sg_ike_crypto_init(why, sizeof(why))) {
		sg_err("%s", why);
		return NULL;
	}
	ike = calloc(1, sizeof(*ike));
	if (!ike) {
		sg_ike_crypto_exit();
		return NULL;
	}
	ike->env = *env;
	ike->woken_for = UINT64_MAX;
	TAILQ_INIT(&ike->peers);
	TAILQ_INIT(&ike->isas);
	TAILQ_INIT(&ike->half_open);
	TAILQ_INIT(&ike->dead);
	TAILQ_INIT(&ike->wants);
	TAILQ_INIT(&ike->pairs);
	TAILQ_INIT(&ike->entries);
	return ike;
}

void sg_ike_free(struct sg_ike *ike)
{
	if (!ike)
		return;
	ike->quiet = true;
	while (!TAILQ_EMPTY(&ike->wants))
		sg_want_free(TAILQ_FIRST(&ike->wants));
	while (!TAILQ_EMPTY(&ike->isas))
		sg_isa_kill(TAILQ_FIRST(&ike->isas), false, NULL);
	sg_isas_reap(ike);
	while (!TAILQ_EMPTY(&ike->pairs))
		sg_pair_free(TAILQ_FIRST(&ike->pairs));
	sg_entries_free(ike);
	sg_timers_free(&ike->timers);
	sg_config_put(ike->cfg);
	explicit_bzero(ike, sizeof(*ike));
	free(ike);
	sg_ike_crypto_exit();
}

void sg_ike_tick(struct sg_ike *ike)
{
	sg_timers_run(&ike->timers, sg_now(ike));
	/* The environment's timer is spent, whatever it was set to. */
	ike->woken_for = UINT64_MAX;
	sg_settle(ike);
}

/* --- datagrams -------------------------------------------------------------------------------- */

static bool same_address(const struct sockaddr_in *a, const struct sockaddr_in *b)
{
	return a->sin_addr.s_addr == b->sin_addr.s_addr && a->sin_port == b->sin_port;
}

/* A phase-2 message ahead of the message that ends phase 1: kept, one of them, for afterwards. */
static void keep_early(struct sg_ctx *ctx)
{
	if (ctx->isa->state != SG_R_MM4 && ctx->isa->state != SG_I_MM5)
		sg_refuse(ctx->ike, SG_REFUSE_STATE);
	else if (ctx->isa->early.data || sg_blob_set(&ctx->isa->early,
						     SG_CHUNK(ctx->raw, ctx->raw_len)))
		sg_refuse(ctx->ike, SG_REFUSE_LIMIT);
}

static void replay_early(struct sg_isa *isa)
{
	struct sg_blob early = isa->early;
	struct sockaddr_in local = isa->local, remote = isa->remote;

	if (isa->dying || isa->state != SG_P1_COMPLETE || !early.data)
		return;
	isa->early = (struct sg_blob){ 0 };
	sg_ike_input(isa->ike, &local, &remote, early.data, early.len);
	sg_blob_clear(&early);
}

static void main_step(struct sg_ctx *ctx)
{
	struct sg_isa *isa = ctx->isa;

	if (sg_state_main(ctx, SG_IN_PEER_MM) == SG_FAIL)
		sg_isa_kill(isa, isa->authenticated, isa->why[0] ? isa->why : "Main Mode failed");
	else
		replay_early(isa);
}

static void first_message(struct sg_ctx *ctx)
{
	struct sg_isa *isa = sg_isa_find_half(ctx->ike, ctx->hdr.cookie_i, ctx->remote);

	if (isa) {
		isa->bytes_in += ctx->raw_len;
		if (sg_last_is_duplicate(&isa->last, ctx->digest))
			sg_last_answer(isa, &isa->last, "phase 1");
		else
			sg_refuse(ctx->ike, SG_REFUSE_STATE);
		return;
	}
	sg_debug_received(NULL, ctx->local, ctx->remote);
	ctx->isa = sg_main_accept(ctx, ctx->local, ctx->remote);
	if (ctx->isa && sg_state_main(ctx, SG_IN_PEER_MM) != SG_OK)
		sg_isa_kill(ctx->isa, false,
			    ctx->isa->why[0] ? ctx->isa->why : "first message of no use");
}

static void main_mode(struct sg_ctx *ctx)
{
	struct sg_isa *isa = ctx->isa;
	const struct sg_message_rule *rule;
	enum sg_verdict verdict;
	unsigned int due;

	if (sg_last_is_duplicate(&isa->last, ctx->digest)) {
		sg_last_answer(isa, &isa->last, "phase 1");
		return;
	}
	due = sg_state_due(isa->state);
	if (!due) {
		sg_refuse(ctx->ike, SG_REFUSE_STATE);
		return;
	}
	rule = sg_rule_find(IKE_XCHG_MAIN, due, SG_RULE_PSK, false);
	verdict = sg_message_open(ctx, rule, &isa->iv);
	if (ctx->garbled)
		sg_main_suspect_key(isa);
	if (verdict == SG_OK)
		main_step(ctx);
}

static void refuse_exchange(struct sg_ctx *ctx)
{
	sg_refuse(ctx->ike, SG_REFUSE_EXCHANGE);
	if (ctx->hdr.exchange == IKE_XCHG_AGGRESSIVE && sg_line_due(ctx->ike, SG_LINE_AGGRESSIVE))
		sg_log(5, "CRYPTO", "IKMP_AG_MODE_DISABLED",
		       "Unable to initiate or respond to Aggressive Mode while disabled");
}

static void dispatch(struct sg_ctx *ctx)
{
	static const uint8_t none[IKE_COOKIE_LEN];

	if (ctx->hdr.exchange != IKE_XCHG_MAIN && ctx->hdr.exchange != IKE_XCHG_QUICK &&
	    ctx->hdr.exchange != IKE_XCHG_INFO) {
		refuse_exchange(ctx);
		return;
	}
	if (ctx->hdr.exchange == IKE_XCHG_MAIN && !memcmp(ctx->hdr.cookie_r, none, sizeof(none))) {
		first_message(ctx);
		return;
	}
	ctx->isa = sg_isa_find(ctx->ike, &ctx->hdr);
	if (!ctx->isa || !same_address(&ctx->isa->remote, ctx->remote) ||
	    ctx->isa->local.sin_addr.s_addr != ctx->local->sin_addr.s_addr) {
		sg_refuse(ctx->ike, SG_REFUSE_UNKNOWN_SA);
		return;
	}
	ctx->isa->bytes_in += ctx->raw_len;
	sg_debug_received(ctx->isa, ctx->local, ctx->remote);
	if (ctx->hdr.exchange == IKE_XCHG_MAIN)
		main_mode(ctx);
	else if (ctx->hdr.exchange == IKE_XCHG_INFO)
		sg_info_input(ctx);
	else if (ctx->isa->state == SG_P1_COMPLETE)
		sg_quick_input(ctx);
	else
		keep_early(ctx);
}

/* What a datagram is known by when it comes again. */
static int digest(struct sg_ctx *ctx)
{
	struct sg_chunk all = SG_CHUNK(ctx->raw, ctx->raw_len);

	return sg_ike_hash(SG_HASH_SHA, &all, 1, ctx->digest);
}

/**
 * sg_ike_input() - a datagram from a peer
 * @local: our address it came to
 * @remote: where it came from
 * @buf: the datagram, without a non-ESP marker
 *
 * Whatever it is: it is answered, or refused and counted, and no established SA changes unless it
 * proves to come from that SA's peer.
 */
void sg_ike_input(struct sg_ike *ike, const struct sockaddr_in *local,
		  const struct sockaddr_in *remote, const void *buf, size_t len)
{
	struct sg_ctx ctx = { .ike = ike, .local = local, .remote = remote, .raw = buf,
			      .raw_len = len };

	ike->counters.received++;
	if (len > SG_IKE_DATAGRAM_MAX || sg_header_decode(&ctx.hdr, buf, len))
		sg_refuse(ike, SG_REFUSE_MALFORMED);
	else if (digest(&ctx))
		sg_refuse(ike, SG_REFUSE_MEMORY);
	else
		dispatch(&ctx);
	explicit_bzero(ctx.plain, sizeof(ctx.plain));
	sg_settle(ike);
}
