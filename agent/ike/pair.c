// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pairs of IPsec SAs: their numbers, their way into the kernel and out of it, and which of several
 * for one flow sends. How they are negotiated is in quick_*.c, how they are found again after a
 * restart in adopt.c.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../kernel/ksel.h"
#include "debug.h"
#include "engine.h"
#include "flow.h"

#define KB 1024ull

static void conn_id_mark(struct sg_ike *ike, const struct sg_sa_cookie *cookie, bool used)
{
	unsigned int i = (ntohs(cookie->conn_id) - SG_CONN_ID_FIRST) / 2;

	if (i >= SG_CONN_PAIRS)
		return;
	if (used)
		ike->conn_used[i / 8] |= 1u << i % 8;
	else
		ike->conn_used[i / 8] &= ~(1u << i % 8);
}

/* The lowest pair of numbers that is free, as IOS numbers them: 2000 and 2001 first. */
static unsigned int new_conn_id(struct sg_ike *ike)
{
	unsigned int i;

	for (i = 0; i < SG_CONN_PAIRS; i++)
		if (!(ike->conn_used[i / 8] & 1u << i % 8))
			return SG_CONN_ID_FIRST + 2 * i;
	return 0;
}

static uint16_t new_flow_id(struct sg_ike *ike)
{
	if (!++ike->next_flow_id)
		ike->next_flow_id = 1;
	return ike->next_flow_id;
}

/* The list's and the peer's share of a new pair. */
static int enlist(struct sg_pair *pair, const struct sockaddr_in *local,
		  const struct sockaddr_in *remote)
{
	pair->peer = sg_peer_get(pair->ike, local, remote, true, "for stuff_ke");
	if (!pair->peer)
		return -ENOMEM;
	conn_id_mark(pair->ike, &pair->in_cookie, true);
	TAILQ_INSERT_TAIL(&pair->ike->pairs, pair, link);
	return 0;
}

/**
 * sg_pair_alloc() - a pair with its numbers, in no kernel yet
 *
 * The first pair of a peer makes its tunnel UP. Return: NULL: no memory, no number free.
 */
struct sg_pair *sg_pair_alloc(struct sg_ike *ike, const struct sockaddr_in *local,
			      const struct sockaddr_in *remote)
{
	struct sg_pair *pair = calloc(1, sizeof(*pair));
	unsigned int conn_id = new_conn_id(ike);

	if (!pair || !conn_id)
		goto failed;
	pair->ike = ike;
	pair->created_ms = sg_now(ike);
	pair->in_cookie.version = SG_SA_COOKIE_VERSION;
	pair->in_cookie.conn_id = htons(conn_id);
	pair->in_cookie.flow_id = htons(new_flow_id(ike));
	pair->in_cookie.peer_port = remote->sin_port;
	pair->out_cookie = pair->in_cookie;
	pair->out_cookie.conn_id = htons(conn_id + 1);
	pair->out_cookie.flow_id = htons(new_flow_id(ike));
	sg_debug(SG_DEBUG_IPSEC, "IPSec: Flow_switching Allocated flow for flow_id %u",
		 SG_ENGINE_ID + ntohs(pair->in_cookie.flow_id));
	sg_debug(SG_DEBUG_IPSEC, "IPSec: Flow_switching Allocated flow for flow_id %u",
		 SG_ENGINE_ID + ntohs(pair->out_cookie.flow_id));
	if (!enlist(pair, local, remote))
		return pair;

failed:
	free(pair);
	return NULL;
}

/**
 * sg_pair_adopt() - a pair that an agent before this one negotiated
 * @in: the inbound SA as the kernel has it
 * @out: the outbound one; NULL: it was retired, or is lost
 *
 * Return: NULL without memory.
 */
struct sg_pair *sg_pair_adopt(struct sg_ike *ike, const struct sg_ksa *in, const struct sg_ksa *out)
{
	struct sockaddr_in remote = { .sin_family = AF_INET, .sin_addr = in->src };
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_port = htons(SG_IKE_PORT),
				     .sin_addr = in->id.dst };
	struct sg_pair *pair = calloc(1, sizeof(*pair));

	if (!pair)
		return NULL;
	pair->ike = ike;
	pair->in = *in;
	pair->in_kernel = true;
	memcpy(&pair->in_cookie, in->cookie, sizeof(pair->in_cookie));
	remote.sin_port = pair->in_cookie.peer_port;
	if (out) {
		pair->out = *out;
		pair->out_kernel = true;
		memcpy(&pair->out_cookie, out->cookie, sizeof(pair->out_cookie));
	} else {
		pair->out = *in;
		pair->out.dir = SG_DIR_OUT;
		pair->out.src = in->id.dst;
		pair->out.id = (struct sg_ksa_id){ .dst = in->src, .spi = in->pair_spi,
						   .proto = in->id.proto };
		pair->out_cookie = pair->in_cookie;
		pair->out_cookie.conn_id = htons(ntohs(pair->in_cookie.conn_id) + 1);
		pair->superseded = true;
	}
	if (enlist(pair, &local, &remote)) {
		free(pair);
		return NULL;
	}
	if (ntohs(pair->in_cookie.flow_id) > ike->next_flow_id)
		ike->next_flow_id = ntohs(pair->in_cookie.flow_id);
	if (ntohs(pair->out_cookie.flow_id) > ike->next_flow_id)
		ike->next_flow_id = ntohs(pair->out_cookie.flow_id);
	return pair;
}

/* Exchanges that still point to a pair that goes. */
static void forget_in_nodes(struct sg_pair *pair)
{
	struct sg_node *node;
	struct sg_isa *isa;

	TAILQ_FOREACH(isa, &pair->ike->isas, link)
		TAILQ_FOREACH(node, &isa->nodes, link)
			if (node->pair == pair)
				node->pair = NULL;
	TAILQ_FOREACH(isa, &pair->ike->dead, link)
		TAILQ_FOREACH(node, &isa->nodes, link)
			if (node->pair == pair)
				node->pair = NULL;
}

void sg_pair_free(struct sg_pair *pair)
{
	forget_in_nodes(pair);
	conn_id_mark(pair->ike, &pair->in_cookie, false);
	TAILQ_REMOVE(&pair->ike->pairs, pair, link);
	sg_peer_put(pair->ike, pair->peer, true, "delete_sa");
	explicit_bzero(pair, sizeof(*pair));
	free(pair);
}

struct sg_pair *sg_pair_by_in(struct sg_ike *ike, uint32_t spi)
{
	struct sg_pair *pair;

	TAILQ_FOREACH(pair, &ike->pairs, link)
		if (pair->in.id.spi == spi)
			return pair;
	return NULL;
}

/**
 * sg_pair_by_out() - the pair that sends to @peer under @spi; its outbound SA may be retired
 * already
 */
struct sg_pair *sg_pair_by_out(struct sg_ike *ike, struct in_addr peer, uint32_t spi)
{
	struct sg_pair *pair;

	TAILQ_FOREACH(pair, &ike->pairs, link)
		if (pair->out.id.spi == spi && pair->out.id.dst.s_addr == peer.s_addr)
			return pair;
	return NULL;
}

bool sg_pair_of_peer(struct sg_ike *ike, struct in_addr remote)
{
	struct sg_pair *pair;

	TAILQ_FOREACH(pair, &ike->pairs, link)
		if (pair->out.id.dst.s_addr == remote.s_addr)
			return true;
	return false;
}

static bool spi_used(struct sg_ike *ike, uint32_t spi)
{
	struct sg_node *node;
	struct sg_isa *isa;

	if (sg_pair_by_in(ike, spi))
		return true;
	TAILQ_FOREACH(isa, &ike->isas, link)
		TAILQ_FOREACH(node, &isa->nodes, link)
			if (node->spi_own == spi)
				return true;
	return false;
}

/** sg_spi_new() - an SPI for an inbound SA: random, above 255, ours alone. 0: none to be had */
uint32_t sg_spi_new(struct sg_ike *ike)
{
	unsigned int tries;
	uint32_t spi;

	for (tries = 0; tries < SG_SPI_TRIES; tries++)
		if (!sg_random(ike, &spi, sizeof(spi)) && spi >= SG_SPI_MIN && !spi_used(ike, spi))
			return spi;
	return 0;
}

/* A random number below @limit; 0 where there is no randomness: it is no secret. */
static uint32_t below(struct sg_ike *ike, uint32_t limit)
{
	uint32_t r;

	return limit && !sg_random(ike, &r, sizeof(r)) ? r % limit : 0;
}

/**
 * sg_pair_limits() - soft and hard limits from the negotiated lifetimes
 * @pair: initiator is set
 * @seconds: negotiated
 * @kilobytes: negotiated
 *
 * The volume starts 1 to 4 % below the limit, so that both ends do not renew at once (as 12.3
 * does); the initiator also asks a few seconds earlier. A lifetime too short for
 * the margin is renewed at half.
 */
void sg_pair_limits(struct sg_pair *pair, uint32_t seconds, uint32_t kilobytes)
{
	uint64_t margin_s = SG_REKEY_SECONDS, margin_b = SG_REKEY_KILOBYTES * KB;
	struct sg_ike *ike = pair->ike;
	struct sg_ksa *sa = &pair->in;
	uint32_t start;

	start = kilobytes - kilobytes / 100 - below(ike, kilobytes / 100 * 3);
	if (pair->initiator) {
		margin_s += below(ike, SG_REKEY_JITTER + 1);
		margin_b += below(ike, SG_REKEY_KILOBYTES) * KB;
	}
	sa->hard_seconds = seconds;
	sa->soft_seconds = seconds > 2 * margin_s ? seconds - margin_s : seconds / 2;
	sa->hard_bytes = start * KB;
	sa->soft_bytes = start * KB > 2 * margin_b ? start * KB - margin_b : start * KB / 2;
	pair->out.hard_seconds = sa->hard_seconds;
	pair->out.soft_seconds = sa->soft_seconds;
	pair->out.hard_bytes = sa->hard_bytes;
	pair->out.soft_bytes = sa->soft_bytes;
	pair->in_cookie.life_seconds = htonl(seconds);
	pair->in_cookie.life_kilobytes = htonl(kilobytes);
	pair->in_cookie.start_kilobytes = htonl(start);
	pair->out_cookie.life_seconds = pair->in_cookie.life_seconds;
	pair->out_cookie.life_kilobytes = pair->in_cookie.life_kilobytes;
	pair->out_cookie.start_kilobytes = pair->in_cookie.start_kilobytes;
}

static int install(struct sg_pair *pair, struct sg_ksa *sa, const struct sg_sa_cookie *cookie,
		   bool *there)
{
	struct sg_kernel *k = pair->ike->env.kernel;
	char addr[INET_ADDRSTRLEN];
	int err;

	memcpy(sa->cookie, cookie, sizeof(*cookie));
	sa->cookie_len = sizeof(*cookie);
	err = k->ops->sa_add(k, sa);
	if (err) {
		sg_refuse(pair->ike, SG_REFUSE_KERNEL);
		sg_err("the kernel refuses the SA 0x%X to %s: %s", sa->id.spi,
		       sg_addr(sa->id.dst, addr), k->ops->error(k));
		return err;
	}
	*there = true;
	explicit_bzero(sa->cipher_key, sizeof(sa->cipher_key));
	explicit_bzero(sa->auth_key, sizeof(sa->auth_key));
	return 0;
}

/** sg_pair_install_in() - the inbound SA into the kernel; -EEXIST: its SPI is somebody else's */
int sg_pair_install_in(struct sg_pair *pair)
{
	return install(pair, &pair->in, &pair->in_cookie, &pair->in_kernel);
}

int sg_pair_install_out(struct sg_pair *pair)
{
	return install(pair, &pair->out, &pair->out_cookie, &pair->out_kernel);
}

static void take_out(struct sg_pair *pair, struct sg_ksa *sa, bool *there)
{
	struct sg_kernel *k = pair->ike->env.kernel;
	int err;

	if (!*there)
		return;
	*there = false;
	err = k->ops->sa_del(k, &sa->id);
	if (err && err != -ENOENT)
		sg_err("the kernel keeps the SA 0x%X: %s", sa->id.spi, k->ops->error(k));
	sg_debug_deleted(sa, sa == &pair->in ? &pair->in_cookie : &pair->out_cookie);
}

/**
 * sg_pair_complete() - the new pair sends: older ones for the same packets send no more
 *
 * Their outbound SAs go at once; the inbound ones stay for what is on its way, until they
 * expire or the peer deletes them. Nothing is lost at a rekey.
 */
void sg_pair_complete(struct sg_pair *pair)
{
	struct sg_pair *old;

	TAILQ_FOREACH(old, &pair->ike->pairs, link) {
		if (old == pair || !old->out_kernel ||
		    !sg_kflow_equal(&old->out.flow, &pair->out.flow) ||
		    !sg_ksel_equal(&old->out.proxy, &pair->out.proxy))
			continue;
		old->superseded = true;
		take_out(old, &old->out, &old->out_kernel);
	}
	sg_want_satisfied(pair);
	pair->ike->counters.phase2_up++;
	sg_entry_works(pair->ike, &pair->out.flow, pair->out.id.dst);
}

void sg_pair_remove(struct sg_pair *pair, bool tell)
{
	struct sg_isa *isa;

	if (tell) {
		isa = sg_isa_usable(pair->ike, pair->peer->local.sin_addr,
				    pair->peer->remote.sin_addr);
		if (isa)
			sg_info_delete_ipsec(isa, pair);
	}
	take_out(pair, &pair->out, &pair->out_kernel);
	take_out(pair, &pair->in, &pair->in_kernel);
	sg_pair_free(pair);
}
