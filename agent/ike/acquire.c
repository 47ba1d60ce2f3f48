// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Wants: flows that need a pair of SAs, because a packet waits or a pair comes to its end.
 * Each finds its peer, an IKE SA with it, and a Quick Mode; or the next peer; or rests a while.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernel/ksel.h"
#include "debug.h"
#include "engine.h"
#include "flow.h"

static void start(struct sg_want *want);

struct sg_want *sg_want_find(struct sg_ike *ike, const struct sg_kflow *flow)
{
	struct sg_want *want;

	TAILQ_FOREACH(want, &ike->wants, link)
		if (sg_kflow_equal(&want->flow, flow))
			return want;
	return NULL;
}

/** sg_want_free() - forget a want; whoever worked for it does so for nobody now */
void sg_want_free(struct sg_want *want)
{
	if (want->node)
		want->node->want = NULL;
	sg_timer_exit(&want->ike->timers, &want->timer);
	TAILQ_REMOVE(&want->ike->wants, want, link);
	want->ike->want_count--;
	free(want);
}

/** sg_want_done() - its SAs are there */
void sg_want_done(struct sg_want *want)
{
	sg_want_free(want);
}

static const struct sg_crypto_entry *entry_of(struct sg_ike *ike, const struct sg_kflow *flow)
{
	const struct sg_crypto_entry *entry;

	entry = ike->cfg ? sg_config_entry(ike->cfg, flow->map, flow->seq) : NULL;
	if (!entry || entry->kind != SG_MAP_ISAKMP || !entry->complete || !entry->peer_count ||
	    !sg_flow_ace(ike->cfg, entry, flow))
		return NULL;
	return entry;
}

static void tell_kernel(struct sg_ike *ike, const struct sg_kflow *flow)
{
	struct sg_kernel *k = ike->env.kernel;
	int err = k->ops->flow_fail(k, flow);

	/* The flow may have gone with its map; the kernel lets go of its packets by itself then. */
	if (err)
		sg_debug(SG_DEBUG_IPSEC, "IPSEC(flow_fail): %s", k->ops->error(k));
}

/* Every peer has failed: what waits is dropped, and nothing is tried for a while. */
static void cool(struct sg_want *want)
{
	if (!want->rekey)
		tell_kernel(want->ike, &want->flow);
	want->state = SG_WANT_COOLS;
	want->again = false;
	sg_timer_set(&want->ike->timers, &want->timer, sg_now(want->ike) + SG_WANT_COOL_MS);
}

/* The peer after this one, in the order of the entry. */
static struct in_addr next_peer(const struct sg_crypto_entry *entry, struct in_addr peer)
{
	size_t i;

	for (i = 0; i < entry->peer_count; i++)
		if (entry->peers[i].s_addr == peer.s_addr)
			return entry->peers[(i + 1) % entry->peer_count];
	return entry->peers[0];
}

/* What stands in the way of even asking this peer; NULL: nothing. */
static const char *attempt(struct sg_want *want)
{
	struct sg_ike *ike = want->ike;
	struct sg_isa *isa;

	want->isa = sg_isa_usable(ike, want->local, want->peer);
	if (want->isa) {
		/* A full IKE SA takes it up when one of its exchanges ends. */
		want->state = SG_WANT_WAITS;
		return want->isa->node_count < SG_NODES_MAX ? sg_quick_initiate(want->isa, want) :
							      NULL;
	}
	want->isa = sg_isa_starting(ike, want->local, want->peer);
	if (want->isa)
		return NULL;
	if (!ike->cfg->isakmp_enabled)
		return "isakmp is disabled";
	if (!sg_config_psk(ike->cfg, want->peer))
		return "no pre-shared key for this peer";
	isa = sg_main_initiate(ike, want->local, want->peer);
	if (!isa)
		return "Main Mode could not be started";
	want->isa = isa;
	return NULL;
}

/* Tries peers, one after the other, until one can at least be asked. */
static void start(struct sg_want *want)
{
	const struct sg_crypto_entry *entry;
	const char *why;

	for (;;) {
		entry = entry_of(want->ike, &want->flow);
		if (!entry) {
			cool(want);
			return;
		}
		want->state = SG_WANT_WAITS;
		why = attempt(want);
		if (!why)
			return;
		want->isa = NULL;
		sg_entry_fail(want->ike, &want->flow, why);
		if (++want->peers_tried >= entry->peer_count) {
			cool(want);
			return;
		}
		want->peer = next_peer(entry, want->peer);
	}
}

/** sg_want_fail() - its present attempt has failed: the next peer, or a rest */
void sg_want_fail(struct sg_want *want, const char *why)
{
	const struct sg_crypto_entry *entry = entry_of(want->ike, &want->flow);

	want->isa = NULL;
	want->node = NULL;
	sg_entry_fail(want->ike, &want->flow, why);
	if (!entry || ++want->peers_tried >= entry->peer_count) {
		cool(want);
		return;
	}
	want->peer = next_peer(entry, want->peer);
	start(want);
}

static void choose_peer(struct sg_want *want, const struct in_addr *peer)
{
	const struct sg_crypto_entry *entry = entry_of(want->ike, &want->flow);
	const struct sg_entry_state *state;

	want->peers_tried = 0;
	state = sg_entry_state(want->ike, want->flow.map, want->flow.seq);
	if (peer && sg_entry_has_peer(entry, *peer))
		want->peer = *peer;
	else if (state && state->current.s_addr && sg_entry_has_peer(entry, state->current))
		want->peer = state->current;
	else
		want->peer = entry->peers[0];
}

/*
 * Has the flow a pair that sends? What the kernel asked for before it was there needs no other. The
 * kernel has the last word: an SA may have gone without a word of it.
 */
static bool is_served(struct sg_ike *ike, const struct sg_kflow *flow)
{
	struct sg_kernel *k = ike->env.kernel;
	const struct sg_pair *pair;
	struct sg_ksa sa;

	TAILQ_FOREACH(pair, &ike->pairs, link)
		if (pair->out_kernel && !pair->superseded &&
		    sg_kflow_equal(&pair->out.flow, flow) &&
		    sg_ksel_equal(&pair->out.proxy, &flow->ace) &&
		    !k->ops->sa_get(k, &pair->out.id, &sa) && sa.state != SG_SA_DEAD)
			return true;
	return false;
}

static void rested(struct sg_timer *timer)
{
	struct sg_want *want = sg_container(timer, struct sg_want, timer);

	if ((want->state == SG_WANT_COOLS && !want->again) ||
	    (want->state == SG_WANT_YIELDS && is_served(want->ike, &want->flow)) ||
	    !entry_of(want->ike, &want->flow)) {
		sg_want_free(want);
		return;
	}
	choose_peer(want, NULL);
	start(want);
}

/*
 * Is the peer itself at it? Our first packet back may come while its last message is on the way:
 * a Quick Mode of our own would make a second pair.
 */
static bool peer_serves(struct sg_ike *ike, const struct sg_kflow *flow, struct in_addr local)
{
	const struct sg_node *node;
	const struct sg_isa *isa;

	TAILQ_FOREACH(isa, &ike->isas, link) {
		if (isa->dying || isa->local.sin_addr.s_addr != local.s_addr)
			continue;
		TAILQ_FOREACH(node, &isa->nodes, link)
			if (!node->initiator && !node->finished && node->pair &&
			    sg_kflow_equal(&node->flow, flow))
				return true;
	}
	return false;
}

/**
 * sg_want_add() - a flow needs SAs
 * @flow: the kernel's
 * @local: our endpoint
 * @peer: the one to begin with; NULL: the one that worked last, or the first
 * @rekey: no packet waits for it
 *
 * One negotiation a flow, however often it is asked for; after a failure it is tried again no
 * sooner than SG_WANT_COOL_MS later.
 */
void sg_want_add(struct sg_ike *ike, const struct sg_kflow *flow, struct in_addr local,
		 const struct in_addr *peer, bool rekey)
{
	struct sg_want *want = sg_want_find(ike, flow);
	bool served;

	if (want) {
		want->again = true;
		want->rekey &= rekey;
		return;
	}
	want = calloc(1, sizeof(*want));
	if (!want || ike->want_count >= SG_WANTS_MAX || !entry_of(ike, flow) ||
	    sg_timer_init(&ike->timers, &want->timer, rested)) {
		sg_refuse(ike, want ? SG_REFUSE_LIMIT : SG_REFUSE_MEMORY);
		free(want);
		if (!rekey)
			tell_kernel(ike, flow);
		return;
	}
	want->ike = ike;
	want->flow = *flow;
	want->local = local;
	want->rekey = rekey;
	TAILQ_INSERT_TAIL(&ike->wants, want, link);
	ike->want_count++;
	choose_peer(want, peer);
	/*
	 * A pair that is there may be at its end, with the word of that still to come: it is looked
	 * at once more.
	 */
	served = !rekey && is_served(ike, flow);
	if (served || (!rekey && peer_serves(ike, flow, local))) {
		want->state = SG_WANT_YIELDS;
		sg_timer_set(&ike->timers, &want->timer,
			     sg_now(ike) + (served ? SG_WANT_LOOK_MS : SG_WANT_YIELD_MS));
		return;
	}
	start(want);
}

/**
 * sg_want_satisfied() - a new pair, whoever began it, serves a want that nobody works for yet
 *
 * A Quick Mode that is under way goes on: the peer may count on it.
 */
void sg_want_satisfied(const struct sg_pair *pair)
{
	struct sg_want *want = sg_want_find(pair->ike, &pair->out.flow);

	if (want && want->state != SG_WANT_QUICK &&
	    sg_ksel_equal(&pair->out.proxy, &want->flow.ace))
		sg_want_done(want);
}

/** sg_wants_of_isa() - the IKE SA they waited for is gone */
void sg_wants_of_isa(struct sg_isa *isa, const char *why)
{
	struct sg_want *want, *next;

	sg_tailq_safe(want, &isa->ike->wants, link, next)
		if (want->isa == isa && want->state == SG_WANT_WAITS)
			sg_want_fail(want, why);
}

/** sg_wants_start() - the IKE SA is there, or has room again: Quick Modes for who waits for it */
void sg_wants_start(struct sg_isa *isa)
{
	struct sg_want *want, *next;
	const char *why;

	sg_tailq_safe(want, &isa->ike->wants, link, next) {
		if (want->state != SG_WANT_WAITS ||
		    want->peer.s_addr != isa->remote.sin_addr.s_addr ||
		    want->local.s_addr != isa->local.sin_addr.s_addr)
			continue;
		if (isa->dying || isa->node_count >= SG_NODES_MAX)
			return;
		want->isa = isa;
		why = sg_quick_initiate(isa, want);
		if (why)
			sg_want_fail(want, why);
	}
}
