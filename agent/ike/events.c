// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel reports: lifetimes that come to their end, and packets that should not be. Flows
 * that need SAs go to acquire.c.
 */
#include <arpa/inet.h>
#include <string.h>

#include "debug.h"
#include "engine.h"

static struct sg_pair *pair_of(struct sg_ike *ike, const struct sg_ksa_id *id, bool *in)
{
	struct sg_pair *pair;

	TAILQ_FOREACH(pair, &ike->pairs, link) {
		*in = pair->in.id.spi == id->spi && pair->in.id.dst.s_addr == id->dst.s_addr;
		if (*in ||
		    (pair->out.id.spi == id->spi && pair->out.id.dst.s_addr == id->dst.s_addr))
			return pair;
	}
	return NULL;
}

/*
 * A used pair that sends is renewed; one that a younger pair has followed, or nobody used, is
 * not.
 */
static void soft(struct sg_pair *pair, bool used)
{
	if (!used || pair->superseded)
		return;
	sg_debug(SG_DEBUG_IPSEC, "IPSEC(lifetime_expiry): SA lifetime threshold reached, spi 0x%X",
		 pair->in.id.spi);
	sg_want_add(pair->ike, &pair->out.flow, pair->peer->local.sin_addr,
		    &pair->peer->remote.sin_addr, true);
}

/** sg_event_expire() - a soft limit asks for a new pair, a hard one ends this one */
void sg_event_expire(struct sg_ike *ike, const struct sg_kevent *event)
{
	struct sg_pair *pair;
	bool in;

	pair = pair_of(ike, &event->expire.id, &in);
	if (!pair)
		return;
	if (!event->expire.hard) {
		soft(pair, event->expire.used);
		return;
	}
	/* The kernel has taken this half out by itself; the other half is of no use alone. */
	if (in)
		pair->in_kernel = false;
	else
		pair->out_kernel = false;
	sg_pair_remove(pair, true);
}

static void not_ipsec(struct sg_ike *ike, const struct sg_kevent *event)
{
	char src[INET_ADDRSTRLEN], dst[INET_ADDRSTRLEN];

	if (sg_line_due(ike, SG_LINE_NOT_IPSEC))
		sg_log(4, "CRYPTO", "RECVD_PKT_NOT_IPSEC",
		       "Rec'd packet not an IPSEC packet. (ip) vrf/dest_addr= /%s, src_addr= %s, prot= %u",
		       sg_addr(event->packet.dst, dst), sg_addr(event->packet.src, src),
		       event->packet.proto);
}

/* Told to the peer only where an IKE SA vouches that it is the peer. */
static void invalid_spi(struct sg_ike *ike, const struct sg_kevent *event)
{
	char src[INET_ADDRSTRLEN], dst[INET_ADDRSTRLEN];
	struct sg_isa *isa;

	if (!sg_line_due(ike, SG_LINE_INVALID_SPI))
		return;
	sg_log(4, "CRYPTO", "RECVD_PKT_INV_SPI",
	       "decaps: rec'd IPSEC packet has invalid spi for destaddr=%s, prot=%u, spi=0x%X(%u), srcaddr=%s",
	       sg_addr(event->packet.dst, dst), event->packet.proto, event->packet.spi,
	       event->packet.spi, sg_addr(event->packet.src, src));
	isa = sg_isa_usable(ike, event->packet.dst, event->packet.src);
	if (isa)
		sg_info_notify(isa, IKE_N_INVALID_SPI, IKE_PROTO_ESP, event->packet.spi);
}

static void replayed(struct sg_ike *ike, const struct sg_kevent *event)
{
	struct sg_sa_cookie cookie = { 0 };

	if (!sg_line_due(ike, SG_LINE_REPLAY))
		return;
	if (event->packet.cookie_len >= sizeof(cookie))
		memcpy(&cookie, event->packet.cookie, sizeof(cookie));
	sg_log(4, "CRYPTO", "PKT_REPLAY_ERR",
	       "decrypt: replay check failed\n        connection id=%u, sequence number=%u",
	       ntohs(cookie.conn_id), event->packet.seq);
}

/**
 * sg_event_packet() - a packet the kernel has refused, as IOS tells of it; a line a minute a
 * kind
 */
void sg_event_packet(struct sg_ike *ike, const struct sg_kevent *event)
{
	switch (event->kind) {
	case SG_CMD_EV_NOT_IPSEC:
		not_ipsec(ike, event);
		break;
	case SG_CMD_EV_INVALID_SPI:
		invalid_spi(ike, event);
		break;
	case SG_CMD_EV_REPLAY:
		replayed(ike, event);
		break;
	default:
		break;
	}
}

void sg_ike_kernel_event(struct sg_ike *ike, const struct sg_kevent *event)
{
	switch (event->kind) {
	case SG_CMD_EV_ACQUIRE:
		sg_want_add(ike, &event->acquire.flow, event->acquire.local, NULL, false);
		break;
	case SG_CMD_EV_EXPIRE:
		sg_event_expire(ike, event);
		break;
	default:
		sg_event_packet(ike, event);
		break;
	}
	sg_settle(ike);
}
