// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of an IKE SA, from its first message to its end, and the limits on those that never
 * grow up. What its messages say is in main_mode.c and main_auth.c.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debug.h"
#include "engine.h"

#define SA_HANDLE 0x2000000u	/* debug prints a number where IOS has an address */
#define MS 1000ull

static const uint8_t no_cookie[IKE_COOKIE_LEN];

static const uint8_t *own_cookie(const struct sg_isa *isa)
{
	return isa->initiator ? isa->cookie_i : isa->cookie_r;
}

static bool cookies_match(const struct sg_isa *isa, const struct sg_ike_header *hdr)
{
	bool early = isa->initiator && !memcmp(isa->cookie_r, no_cookie, sizeof(no_cookie));

	return !memcmp(isa->cookie_i, hdr->cookie_i, IKE_COOKIE_LEN) &&
	       (early || !memcmp(isa->cookie_r, hdr->cookie_r, IKE_COOKIE_LEN));
}

/** sg_isa_find() - by both cookies; one of them is ours */
struct sg_isa *sg_isa_find(struct sg_ike *ike, const struct sg_ike_header *hdr)
{
	struct sg_isa *isa;

	LIST_FOREACH(isa, &ike->by_cookie[hdr->cookie_i[0]], cookie_link)
		if (isa->initiator && cookies_match(isa, hdr))
			return isa;
	LIST_FOREACH(isa, &ike->by_cookie[hdr->cookie_r[0]], cookie_link)
		if (!isa->initiator && cookies_match(isa, hdr))
			return isa;
	return NULL;
}

/** sg_isa_find_half() - the unfinished one that a repeated first message began */
struct sg_isa *sg_isa_find_half(struct sg_ike *ike, const uint8_t *cookie_i,
				const struct sockaddr_in *remote)
{
	struct sg_isa *isa;

	TAILQ_FOREACH(isa, &ike->half_open, half_link)
		if (isa->remote.sin_addr.s_addr == remote->sin_addr.s_addr &&
		    isa->remote.sin_port == remote->sin_port &&
		    !memcmp(isa->cookie_i, cookie_i, IKE_COOKIE_LEN))
			return isa;
	return NULL;
}

static bool between(const struct sg_isa *isa, struct in_addr local, struct in_addr remote)
{
	return isa->local.sin_addr.s_addr == local.s_addr &&
	       isa->remote.sin_addr.s_addr == remote.s_addr;
}

/** sg_isa_usable() - the youngest established IKE SA that a new exchange may use; NULL: none */
struct sg_isa *sg_isa_usable(struct sg_ike *ike, struct in_addr local, struct in_addr remote)
{
	struct sg_isa *isa, *best = NULL;

	TAILQ_FOREACH(isa, &ike->isas, link)
		if (isa->state == SG_P1_COMPLETE && between(isa, local, remote) &&
		    isa->life.due > sg_now(ike) + SG_ISA_SPARE_MS)
			best = isa;
	return best;
}

/** sg_isa_starting() - one of ours that is on its way; NULL: none */
struct sg_isa *sg_isa_starting(struct sg_ike *ike, struct in_addr local, struct in_addr remote)
{
	struct sg_isa *isa;

	TAILQ_FOREACH(isa, &ike->isas, link)
		if (isa->initiator && isa->state != SG_P1_COMPLETE && between(isa, local, remote))
			return isa;
	return NULL;
}

unsigned int sg_isa_handle(const struct sg_isa *isa)
{
	return SA_HANDLE + isa->peer->number;
}

void sg_isa_exchange(const struct sg_isa *isa, struct sg_ike_exchange *x)
{
	*x = (struct sg_ike_exchange){
		.gxi = sg_blob_chunk(&isa->gxi),
		.gxr = sg_blob_chunk(&isa->gxr),
		.ni = sg_blob_chunk(&isa->ni),
		.nr = sg_blob_chunk(&isa->nr),
		.cookie_i = isa->cookie_i,
		.cookie_r = isa->cookie_r,
		.sai = sg_blob_chunk(&isa->sai),
	};
}

static void wipe_exchange(struct sg_isa *isa)
{
	sg_blob_clear(&isa->gxi);
	sg_blob_clear(&isa->gxr);
	sg_blob_clear(&isa->ni);
	sg_blob_clear(&isa->nr);
	sg_blob_clear(&isa->sai);
	sg_dh_clear(&isa->dh);
}

static void isa_free(struct sg_isa *isa)
{
	sg_timer_exit(&isa->ike->timers, &isa->rexmit);
	sg_timer_exit(&isa->ike->timers, &isa->life);
	if (isa->peer)
		sg_peer_put(isa->ike, isa->peer, false, "isadb_mark_sa_deleted()");
	wipe_exchange(isa);
	sg_ike_keys_clear(&isa->keys);
	sg_last_clear(&isa->last);
	sg_blob_clear(&isa->early);
	sg_msgids_free(&isa->seen);
	sg_config_put(isa->cfg);
	explicit_bzero(isa, sizeof(*isa));
	free(isa);
}

static void life_over(struct sg_timer *timer)
{
	struct sg_isa *isa = sg_container(timer, struct sg_isa, life);

	if (isa->state == SG_P1_COMPLETE) {
		sg_isa_kill(isa, true, NULL);
		return;
	}
	sg_refuse(isa->ike, SG_REFUSE_HALF_OPEN);
	sg_isa_kill(isa, false, isa->why[0] ? isa->why : "peer left Main Mode unfinished");
}

/* A cookie of ours: random, not zero, not in use. */
static int new_cookie(struct sg_ike *ike, uint8_t cookie[IKE_COOKIE_LEN])
{
	struct sg_isa *isa;
	bool taken;

	do {
		if (sg_random(ike, cookie, IKE_COOKIE_LEN))
			return -1;
		taken = !memcmp(cookie, no_cookie, sizeof(no_cookie));
		LIST_FOREACH(isa, &ike->by_cookie[cookie[0]], cookie_link)
			taken |= !memcmp(own_cookie(isa), cookie, IKE_COOKIE_LEN);
	} while (taken);
	return 0;
}

/**
 * sg_isa_alloc() - a new IKE SA in IKE_READY
 *
 * As responder it counts as half-open from here on. Return: NULL: no memory or random bytes;
 * counted.
 */
struct sg_isa *sg_isa_alloc(struct sg_ike *ike, const struct sockaddr_in *local,
			    const struct sockaddr_in *remote, bool initiator)
{
	struct sg_isa *isa = calloc(1, sizeof(*isa));

	if (!isa) {
		sg_refuse(ike, SG_REFUSE_MEMORY);
		return NULL;
	}
	isa->ike = ike;
	isa->cfg = sg_config_get(ike->cfg);
	isa->local = *local;
	isa->remote = *remote;
	isa->initiator = initiator;
	isa->created_ms = sg_now(ike);
	TAILQ_INIT(&isa->nodes);
	if (sg_timer_init(&ike->timers, &isa->rexmit, sg_isa_rexmit) ||
	    sg_timer_init(&ike->timers, &isa->life, life_over) ||
	    new_cookie(ike, initiator ? isa->cookie_i : isa->cookie_r))
		goto failed;
	isa->peer = sg_peer_get(ike, local, remote, false,
				initiator ? "isakmp_initiator" : "crypto_isakmp_process_block");
	if (!isa->peer)
		goto failed;
	TAILQ_INSERT_TAIL(&ike->isas, isa, link);
	LIST_INSERT_HEAD(&ike->by_cookie[own_cookie(isa)[0]], isa, cookie_link);
	if (!initiator) {
		isa->conn_id = ++ike->next_conn_id;
		isa->half_open = true;
		ike->half_open_count++;
		TAILQ_INSERT_TAIL(&ike->half_open, isa, half_link);
		sg_timer_set(&ike->timers, &isa->life, sg_now(ike) + SG_HALF_OPEN_MS);
	}
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP: local port %u, remote port %u",
		 ntohs(local->sin_port), ntohs(remote->sin_port));
	sg_debug(SG_DEBUG_ISAKMP, "insert sa successfully sa = %X", sg_isa_handle(isa));
	return isa;

failed:
	sg_refuse(ike, SG_REFUSE_MEMORY);
	isa_free(isa);
	return NULL;
}

void sg_half_open_done(struct sg_isa *isa)
{
	if (!isa->half_open)
		return;
	isa->half_open = false;
	isa->ike->half_open_count--;
	TAILQ_REMOVE(&isa->ike->half_open, isa, half_link);
}

/* Oldest that has not even proven its address, or else the oldest; of one source or of all. */
static struct sg_isa *victim(struct sg_ike *ike, const struct in_addr *source)
{
	struct sg_isa *isa, *oldest = NULL;

	TAILQ_FOREACH(isa, &ike->half_open, half_link) {
		if (source && isa->remote.sin_addr.s_addr != source->s_addr)
			continue;
		if (!isa->proven)
			return isa;
		if (!oldest)
			oldest = isa;
	}
	return oldest;
}

static unsigned int half_open_of(struct sg_ike *ike, struct in_addr source)
{
	struct sg_isa *isa;
	unsigned int n = 0;

	TAILQ_FOREACH(isa, &ike->half_open, half_link)
		n += isa->remote.sin_addr.s_addr == source.s_addr;
	return n;
}

/**
 * sg_half_open_room() - keep the half-open IKE SAs below their bounds
 * @source: address that is about to get one more
 *
 * Established ones are never touched. A peer that proves its address survives others' forgeries.
 */
void sg_half_open_room(struct sg_ike *ike, struct in_addr source)
{
	while (half_open_of(ike, source) >= SG_HALF_OPEN_SOURCE) {
		sg_refuse(ike, SG_REFUSE_HALF_OPEN);
		sg_isa_kill(victim(ike, &source), false, NULL);
	}
	while (ike->half_open_count >= SG_HALF_OPEN_ALL) {
		sg_refuse(ike, SG_REFUSE_HALF_OPEN);
		sg_isa_kill(victim(ike, NULL), false, NULL);
	}
}

/** sg_isa_established() - phase 1 is complete: what was waiting for it may go on */
void sg_isa_established(struct sg_isa *isa)
{
	struct sg_ike *ike = isa->ike;

	sg_half_open_done(isa);
	wipe_exchange(isa);
	isa->established_ms = sg_now(ike);
	isa->why[0] = '\0';
	memcpy(isa->peer->id, isa->id, sizeof(isa->peer->id));
	ike->counters.phase1_up++;
	sg_timer_stop(&ike->timers, &isa->rexmit);
	sg_timer_set(&ike->timers, &isa->life, isa->created_ms + isa->policy.lifetime * MS);
	sg_wants_start(isa);
}

/**
 * sg_isa_remember() - a message ID has been used, by either end; it opens no second exchange
 *
 * An IKE SA that has used up nearly all of them takes up nothing new and ends a little later, in
 * order: what is under way is finished, and the peer is told.
 * Return: as sg_msgid_add().
 */
int sg_isa_remember(struct sg_isa *isa, uint32_t message_id)
{
	uint64_t end = sg_now(isa->ike) + SG_ISA_SPARE_MS;
	int err = sg_msgid_add(&isa->seen, message_id);

	if (isa->seen.count + SG_MSGID_SPARE > SG_MSGID_MAX && isa->life.due > end)
		sg_timer_set(&isa->ike->timers, &isa->life, end);
	return err;
}

static void say_killed(struct sg_isa *isa, const char *why)
{
	char addr[INET_ADDRSTRLEN];

	sg_addr(isa->remote.sin_addr, addr);
	sg_isa_debug(isa, "deleting SA reason \"%s\" state (%c) %s (peer %s)",
		     why ? why : "No reason", isa->initiator ? 'I' : 'R',
		     sg_state_show(isa->state), addr);
	if (isa->state == SG_P1_COMPLETE || !why)
		return;
	isa->ike->counters.phase1_failed++;
	/* Anyone can write a peer's address on a first message: a tunnel that is up stays good. */
	if (isa->initiator || isa->proven || !sg_pair_of_peer(isa->ike, isa->remote.sin_addr))
		sg_peer_fail(isa->ike, isa->remote.sin_addr, why);
	if (sg_line_due(isa->ike, SG_LINE_MODE_FAILURE))
		sg_log(6, "CRYPTO", "IKMP_MODE_FAILURE",
		       "Processing of Main mode failed with peer at %s (%s)", addr, why);
}

void sg_isa_kill(struct sg_isa *isa, bool tell, const char *why)
{
	struct sg_ike *ike = isa->ike;
	struct sg_node *node;

	if (isa->dying)
		return;
	isa->dying = true;
	say_killed(isa, why);
	if (tell && isa->state == SG_P1_COMPLETE)
		sg_info_delete_isakmp(isa);
	sg_half_open_done(isa);
	sg_timer_stop(&ike->timers, &isa->rexmit);
	sg_timer_stop(&ike->timers, &isa->life);
	TAILQ_REMOVE(&ike->isas, isa, link);
	LIST_REMOVE(isa, cookie_link);
	TAILQ_INSERT_TAIL(&ike->dead, isa, link);
	isa->state = SG_DEST_SA;
	while ((node = TAILQ_FIRST(&isa->nodes)))
		sg_node_fail(node, why ? why : "the IKE SA was deleted");
	sg_wants_of_isa(isa, why ? why : "the IKE SA was deleted");
}

/** sg_isas_reap() - free what was killed; nobody is at work on it any more */
void sg_isas_reap(struct sg_ike *ike)
{
	struct sg_isa *isa;

	while ((isa = TAILQ_FIRST(&ike->dead))) {
		TAILQ_REMOVE(&ike->dead, isa, link);
		isa_free(isa);
	}
}

/** sg_isa_is_first() - no other SA of either kind with this peer: INITIAL-CONTACT is true */
bool sg_isa_is_first(const struct sg_isa *isa)
{
	const struct sg_isa *other;

	TAILQ_FOREACH(other, &isa->ike->isas, link)
		if (other != isa && other->authenticated &&
		    between(other, isa->local.sin_addr, isa->remote.sin_addr))
			return false;
	return !sg_pair_of_peer(isa->ike, isa->remote.sin_addr);
}

/**
 * sg_initial_contact() - an authenticated peer says it knows of no SA with us but this
 *
 * What was established after the peer began this IKE SA is younger than the claim may be, and
 * stays: both ends may have begun at once.
 */
void sg_initial_contact(struct sg_isa *isa)
{
	char local[INET_ADDRSTRLEN], remote[INET_ADDRSTRLEN];
	struct sg_ike *ike = isa->ike;
	struct sg_isa *other, *next;
	struct sg_pair *pair, *after;

	sg_isa_debug(isa, " Process initial contact,\n"
		     "bring down existing phase 1 and 2 SA's with local %s remote %s remote port %u",
		     sg_addr(isa->local.sin_addr, local), sg_addr(isa->remote.sin_addr, remote),
		     ntohs(isa->remote.sin_port));
	isa->contact = true;
	sg_tailq_safe(pair, &ike->pairs, link, after)
		if (pair->peer == isa->peer && pair->created_ms < isa->created_ms)
			sg_pair_remove(pair, false);
	sg_tailq_safe(other, &ike->isas, link, next)
		if (other != isa && other->authenticated && other->peer == isa->peer &&
		    other->established_ms < isa->created_ms)
			sg_isa_kill(other, false, NULL);
}
