// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Debug lines of an IKE SA and its messages, as the seeds' captures have them.
 * Lines about IPsec SAs are in debug_ipsec.c. Pointers are never printed: where IOS shows an
 * address of its memory, a number of ours stands in its place.
 */
#include <arpa/inet.h>
#include <stdio.h>

#include "debug.h"
#include "engine.h"

#define LINE_LEN 512

const char *sg_addr(struct in_addr addr, char buf[INET_ADDRSTRLEN])
{
	return inet_ntop(AF_INET, &addr, buf, INET_ADDRSTRLEN);
}

void sg_isa_tag(const struct sg_isa *isa, char tag[SG_TAG_LEN])
{
	if (isa->conn_id)
		snprintf(tag, SG_TAG_LEN, "(0:%u:SW:1)", isa->conn_id);
	else
		snprintf(tag, SG_TAG_LEN, "(0:0:N/A:0)");
}

void sg_isa_debug(const struct sg_isa *isa, const char *fmt, ...)
{
	char tag[SG_TAG_LEN], text[LINE_LEN];
	va_list args;

	if (!sg_debug_on(SG_DEBUG_ISAKMP))
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	sg_isa_tag(isa, tag);
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP:%s:%s", tag, text);
}

static void emit_debug(const char *line, void *ctx)
{
	(void)ctx;
	sg_debug(SG_DEBUG_ISAKMP, "%s", line);
}

struct sg_emit sg_isa_emit(const struct sg_isa *isa, char tag[SG_TAG_LEN])
{
	sg_isa_tag(isa, tag);
	return (struct sg_emit){ .line = emit_debug, .tag = tag };
}

static void emit_log(const char *line, void *ctx)
{
	const struct sg_isa *isa = ctx;
	char addr[INET_ADDRSTRLEN];

	sg_log(5, "CRYPTO", "IKMP_NO_PROPOSAL", "Peer %s: %s",
	       sg_addr(isa->remote.sin_addr, addr), line);
}

struct sg_emit sg_log_emit(const struct sg_isa *isa)
{
	return (struct sg_emit){ .line = emit_log, .ctx = (void *)isa };
}

/* "ISAKMP (0:134217729):" of the lines that print the engine's id. */
static unsigned int engine_id(const struct sg_isa *isa)
{
	return isa && isa->conn_id ? SG_ENGINE_ID + isa->conn_id : 0;
}

/**
 * sg_debug_received() - "received packet from A dport D sport S Global (R) QM_IDLE"
 * @isa: NULL: no IKE SA yet
 */
void sg_debug_received(const struct sg_isa *isa, const struct sockaddr_in *local,
		       const struct sockaddr_in *remote)
{
	char addr[INET_ADDRSTRLEN];

	sg_debug(SG_DEBUG_ISAKMP,
		 "ISAKMP (0:%u): received packet from %s dport %u sport %u Global (%c) %s",
		 engine_id(isa), sg_addr(remote->sin_addr, addr), ntohs(local->sin_port),
		 ntohs(remote->sin_port), !isa ? 'N' : isa->initiator ? 'I' : 'R',
		 isa ? sg_state_show(isa->state) : "NEW SA");
}

void sg_debug_sending(const struct sg_isa *isa)
{
	char addr[INET_ADDRSTRLEN];

	sg_isa_debug(isa, " sending packet to %s my_port %u peer_port %u (%c) %s",
		     sg_addr(isa->remote.sin_addr, addr), ntohs(isa->local.sin_port),
		     ntohs(isa->remote.sin_port), isa->initiator ? 'I' : 'R',
		     sg_state_show(isa->state));
}

/** sg_debug_vids() - a line or more for each vendor ID of a message */
void sg_debug_vids(const struct sg_isa *isa, const struct sg_payloads *payloads)
{
	const struct sg_vid_entry *entry;
	const struct sg_payload *p;
	unsigned int i;
	int major;

	for (i = 0; (p = sg_payload_get(payloads, IKE_PAYLOAD_VID, i)); i++) {
		sg_isa_debug(isa, " processing vendor id payload");
		entry = sg_vid_find(p->body, p->len);
		major = sg_vid_major(p->body, p->len);
		if (entry && entry->vid == SG_VID_SEALGATE) {
			sg_isa_debug(isa, " speaking to another IOS box!");
			continue;
		}
		if (major >= 0 &&
		    (!entry || (entry->vid != SG_VID_UNITY && entry->vid != SG_VID_DPD)))
			sg_isa_debug(isa, " vendor ID seems Unity/DPD but major %d mismatch",
				     major);
		if (entry && entry->ios)
			sg_isa_debug(isa, " %s", entry->ios);
	}
}

/**
 * sg_debug_id() - the block of a phase-1 identity; @body: of the ID payload, four bytes at
 * least
 */
void sg_debug_id(const struct sg_isa *isa, struct sg_chunk body)
{
	struct sg_payload p = { .type = IKE_PAYLOAD_ID, .body = body.data, .len = body.len };
	char text[SG_ID_TEXT];
	struct sg_id id;

	if (sg_id_decode(&id, &p))
		return;
	sg_id_print(&id, text);
	sg_debug(SG_DEBUG_ISAKMP,
		 "ISAKMP (0:%u): ID payload\n\tnext-payload : %u\n\ttype         : %u\n"
		 "\taddress      : %s\n\tprotocol     : %u\n\tport         : %u\n"
		 "\tlength       : %zu",
		 engine_id(isa), IKE_PAYLOAD_HASH, id.type, text, id.proto, id.port,
		 body.len + IKE_GENERIC_LEN);
}
