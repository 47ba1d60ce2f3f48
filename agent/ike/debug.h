/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the engine says in `debug crypto isakmp`, `ipsec` and `engine`: the forms of
 * the seeds' captures. The texts that go with the state machine are in its table (state.c).
 */
#ifndef SG_IKE_DEBUG_H
#define SG_IKE_DEBUG_H

#include "engine.h"
#include "../log/log.h"

#define SG_TAG_LEN 32

/* "(0:1:SW:1)"; before there is a crypto engine's slot "(0:0:N/A:0)" */
void sg_isa_tag(const struct sg_isa *isa, char tag[SG_TAG_LEN]);

/* "ISAKMP:(0:1:SW:1):" and the text */
void sg_isa_debug(const struct sg_isa *isa, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Where proposal.h's lines go; lives as long as @tag does. */
struct sg_emit sg_isa_emit(const struct sg_isa *isa, char tag[SG_TAG_LEN]);
/* The same for the report of a mismatch: to the log, prefixed by the peer. */
struct sg_emit sg_log_emit(const struct sg_isa *isa);

void sg_debug_received(const struct sg_isa *isa, const struct sockaddr_in *local,
		       const struct sockaddr_in *remote);
void sg_debug_sending(const struct sg_isa *isa);
void sg_debug_vids(const struct sg_isa *isa, const struct sg_payloads *payloads);
void sg_debug_id(const struct sg_isa *isa, struct sg_chunk body);

/* debug_ipsec.c */
void sg_debug_request(const struct sg_isa *isa, const struct sg_node *node,
		      const struct sg_p2_params *params);
void sg_debug_validate(const struct sg_isa *isa, const struct sg_node *node,
		       const struct sg_p2_choice *choice);
void sg_debug_spi(const struct sg_isa *isa, uint32_t spi, uint8_t protocol);
/* The pair has its numbers and keys... */
void sg_debug_creating(const struct sg_isa *isa, const struct sg_pair *pair);
/* ...and is with the IPsec side. */
void sg_debug_created(const struct sg_pair *pair);
void sg_debug_deleted(const struct sg_ksa *sa, const struct sg_sa_cookie *cookie);

const char *sg_addr(struct in_addr addr, char buf[INET_ADDRSTRLEN]);

#endif /* SG_IKE_DEBUG_H */
