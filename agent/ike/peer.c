// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Peers (who has SAs, and the UP and DOWN lines that follow from it), and what is remembered of
 * each crypto map entry: which of its peers works, and why it has no tunnel.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debug.h"
#include "engine.h"
#include "flow.h"

#define PEER_HANDLE 0x1000000u	/* debug prints a number where IOS has an address */

static struct sg_peer *find(struct sg_ike *ike, const struct sockaddr_in *local,
			    const struct sockaddr_in *remote)
{
	struct sg_peer *peer;

	TAILQ_FOREACH(peer, &ike->peers, link)
		if (peer->local.sin_addr.s_addr == local->sin_addr.s_addr &&
		    peer->remote.sin_addr.s_addr == remote->sin_addr.s_addr &&
		    peer->remote.sin_port == remote->sin_port)
			return peer;
	return NULL;
}

static void say_session(const struct sg_ike *ike, const struct sg_peer *peer, const char *state)
{
	char addr[INET_ADDRSTRLEN];

	if (ike->quiet)
		return;
	sg_addr(peer->remote.sin_addr, addr);
	sg_log(5, "CRYPTO", "SESSION_STATUS", "Crypto tunnel is %s.  Peer %s:%u Id: %s", state,
	       addr, ntohs(peer->remote.sin_port), peer->id[0] ? peer->id : addr);
}

/**
 * sg_peer_get() - one more SA with a peer
 * @ipsec: a pair of IPsec SAs, else an IKE SA
 * @who: what debug prints it is for
 *
 * The first pair of IPsec SAs is what makes a tunnel UP. Return: NULL without memory.
 */
struct sg_peer *sg_peer_get(struct sg_ike *ike, const struct sockaddr_in *local,
			    const struct sockaddr_in *remote, bool ipsec, const char *who)
{
	struct sg_peer *peer = find(ike, local, remote);
	char addr[INET_ADDRSTRLEN];

	if (!peer) {
		peer = calloc(1, sizeof(*peer));
		if (!peer)
			return NULL;
		peer->local = *local;
		peer->remote = *remote;
		peer->number = ++ike->next_peer;
		TAILQ_INSERT_TAIL(&ike->peers, peer, link);
		sg_debug(SG_DEBUG_ISAKMP, "ISAKMP: Created a peer struct for %s, peer port %u",
			 sg_addr(remote->sin_addr, addr), ntohs(remote->sin_port));
	}
	if (ipsec && !peer->ipsec_refs)
		say_session(ike, peer, "UP ");
	if (ipsec)
		peer->ipsec_refs++;
	else
		peer->ike_refs++;
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP: Locking peer struct 0x%X, %s refcount %u for %s",
		 PEER_HANDLE + peer->number, ipsec ? "IPSEC" : "IKE",
		 ipsec ? peer->ipsec_refs : peer->ike_refs, who);
	return peer;
}

/** sg_peer_put() - one SA less with a peer; with the last pair the tunnel is DOWN */
void sg_peer_put(struct sg_ike *ike, struct sg_peer *peer, bool ipsec, const char *who)
{
	char addr[INET_ADDRSTRLEN];

	if (ipsec)
		peer->ipsec_refs--;
	else
		peer->ike_refs--;
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP: Unlocking %s struct 0x%X for %s, count %u",
		 ipsec ? "IPSEC" : "IKE", PEER_HANDLE + peer->number, who,
		 ipsec ? peer->ipsec_refs : peer->ike_refs);
	if (ipsec && !peer->ipsec_refs)
		say_session(ike, peer, "DOWN");
	if (peer->ipsec_refs || peer->ike_refs)
		return;
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP: Deleting peer node by peer_reap for %s: %X",
		 sg_addr(peer->remote.sin_addr, addr), PEER_HANDLE + peer->number);
	TAILQ_REMOVE(&ike->peers, peer, link);
	free(peer);
}

/* --- entries ---------------------------------------------------------------------------------- */

/** sg_entry_state() - what is remembered of an entry; NULL: nothing yet, and no memory for it */
struct sg_entry_state *sg_entry_state(struct sg_ike *ike, const char *map, unsigned int seq)
{
	struct sg_entry_state *entry;

	TAILQ_FOREACH(entry, &ike->entries, link)
		if (entry->seq == seq && !strcmp(entry->map, map))
			return entry;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return NULL;
	snprintf(entry->map, sizeof(entry->map), "%s", map);
	entry->seq = seq;
	TAILQ_INSERT_TAIL(&ike->entries, entry, link);
	return entry;
}

/** sg_entry_fail() - a negotiation for this flow's entry has failed */
void sg_entry_fail(struct sg_ike *ike, const struct sg_kflow *flow, const char *why)
{
	struct sg_entry_state *entry = sg_entry_state(ike, flow->map, flow->seq);

	if (!entry)
		return;
	snprintf(entry->failure, sizeof(entry->failure), "%s", why);
	entry->failure_ms = sg_now(ike);
}

/** sg_entry_works() - this flow's entry has SAs with @peer */
void sg_entry_works(struct sg_ike *ike, const struct sg_kflow *flow, struct in_addr peer)
{
	struct sg_entry_state *entry = sg_entry_state(ike, flow->map, flow->seq);

	if (!entry)
		return;
	entry->current = peer;
	entry->failure[0] = '\0';
}

void sg_peer_fail(struct sg_ike *ike, struct in_addr remote, const char *why)
{
	const struct sg_crypto_entry *entry;
	struct sg_kflow flow = { 0 };
	size_t i;

	for (i = 0; ike->cfg && i < ike->cfg->entry_count; i++) {
		entry = &ike->cfg->entries[i];
		if (entry->kind != SG_MAP_ISAKMP || !sg_entry_has_peer(entry, remote))
			continue;
		snprintf(flow.map, sizeof(flow.map), "%.*s", SG_MAP_NAME_MAX, entry->map);
		flow.seq = entry->seq;
		sg_entry_fail(ike, &flow, why);
	}
}

static void drop(struct sg_ike *ike, struct sg_entry_state *entry)
{
	TAILQ_REMOVE(&ike->entries, entry, link);
	free(entry);
}

/** sg_entries_prune() - forget entries that the configuration has no more */
void sg_entries_prune(struct sg_ike *ike)
{
	struct sg_entry_state *entry, *next;

	sg_tailq_safe(entry, &ike->entries, link, next)
		if (!sg_config_entry(ike->cfg, entry->map, entry->seq))
			drop(ike, entry);
}

void sg_entries_free(struct sg_ike *ike)
{
	while (!TAILQ_EMPTY(&ike->entries))
		drop(ike, TAILQ_FIRST(&ike->entries));
}

const char *sg_ike_last_failure(struct sg_ike *ike, const char *map, uint32_t seq,
				uint64_t *age_ms)
{
	const struct sg_entry_state *entry;

	TAILQ_FOREACH(entry, &ike->entries, link)
		if (entry->seq == seq && !strcmp(entry->map, map) && entry->failure[0]) {
			if (age_ms)
				*age_ms = sg_now(ike) - entry->failure_ms;
			return entry->failure;
		}
	return NULL;
}

struct in_addr sg_ike_current_peer(struct sg_ike *ike, const char *map, uint32_t seq)
{
	const struct sg_entry_state *entry;
	struct in_addr none = { 0 };

	TAILQ_FOREACH(entry, &ike->entries, link)
		if (entry->seq == seq && !strcmp(entry->map, map))
			return entry->current;
	return none;
}
