/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IKEv1 engine: what the rest of the agent sees of it. The engine owns no socket, no
 * clock, no timer and no random source; it asks for them, so that two engines can run in one
 * process under a virtual clock.
 */
#ifndef SG_IKE_H
#define SG_IKE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../config/model.h"
#include "../kernel/kernel.h"

#define SG_IKE_PORT 500
#define SG_IKE_DATAGRAM_MAX 10240

struct sg_ike;

struct sg_ike_env {
	void *ctx;
	uint64_t (*now_ms)(void *ctx);		/* monotonic */
	int (*random)(void *ctx, void *buf, size_t len);	/* 0 or -errno */
	/* One datagram from local to remote; 0 or -errno (the engine logs it: it is lost). */
	int (*send)(void *ctx, const struct sockaddr_in *local, const struct sockaddr_in *remote,
		    const void *buf, size_t len);
	/* Calls sg_ike_tick() no later than at this monotonic time; UINT64_MAX: no need. */
	void (*wake_at)(void *ctx, uint64_t ms);
	struct sg_kernel *kernel;
};

struct sg_ike *sg_ike_alloc(const struct sg_ike_env *env);
void sg_ike_free(struct sg_ike *ike);	/* wipes secrets; leaves the kernel's SAs alone */

/*
 * Puts a configuration in force; takes a reference. Running exchanges go on with what they
 * negotiated.
 */
int sg_ike_set_config(struct sg_ike *ike, struct sg_config *cfg);

void sg_ike_input(struct sg_ike *ike, const struct sockaddr_in *local,
		  const struct sockaddr_in *remote, const void *buf, size_t len);
void sg_ike_kernel_event(struct sg_ike *ike, const struct sg_kevent *event);
void sg_ike_tick(struct sg_ike *ike);	/* timers that are due */

/*
 * Takes over the SAs found in the kernel at start (cookies tell what they are); also after lost
 * events.
 */
int sg_ike_adopt(struct sg_ike *ike);

/* clear crypto sa [peer A | map M]; clear crypto isakmp [conn-id]. Tells peers. Return: count. */
int sg_ike_clear_sa(struct sg_ike *ike, const char *map, const struct in_addr *peer);
int sg_ike_clear_isakmp(struct sg_ike *ike, unsigned int conn_id);	/* 0: all */

/* What shows print of an IKE SA. */
struct sg_ike_sa_info {
	struct in_addr local, remote;
	uint16_t local_port, remote_port;
	bool initiator;
	const char *state;		/* MM_NO_STATE, ..., QM_IDLE */
	unsigned int conn_id;
	uint8_t cookie_i[8], cookie_r[8];
	struct sg_policy policy;	/* as negotiated */
	uint64_t age_ms;
	uint32_t lifetime;		/* seconds, as negotiated */
};

void sg_ike_walk(struct sg_ike *ike, void (*cb)(const struct sg_ike_sa_info *info, void *ctx),
		 void *ctx);

/*
 * What the engine keeps in the kernel with each IPsec SA (SG_SA_COOKIE): enough to show and to
 * adopt it. Fixed size, big-endian where it matters, version first.
 */
struct sg_sa_cookie {
	uint8_t version;		/* SG_SA_COOKIE_VERSION */
	uint8_t flags;
	uint16_t conn_id;		/* 2000.. as shown */
	uint16_t flow_id;
	uint16_t peer_port;
	uint8_t cookie_own[8], cookie_peer[8];	/* ike_cookies */
	uint32_t life_seconds, life_kilobytes;	/* as negotiated */
	uint32_t start_kilobytes;	/* what the volume counter started from */
	uint8_t pfs_group, ike_initiator;
	uint8_t reserved[2];
	uint32_t reserved2[4];
};

#define SG_SA_COOKIE_VERSION 1

/*
 * Why messages were refused, counted; nothing here ever touched an established SA.
 * docs and show say them with sg_ike_refusal_text().
 */
enum sg_ike_refusal {
	SG_REFUSE_MALFORMED,		/* header, payload chain or a payload in it */
	SG_REFUSE_EXCHANGE,		/* an exchange that is not spoken here */
	SG_REFUSE_UNKNOWN_SA,		/* cookies of no IKE SA, or from another address */
	SG_REFUSE_STATE,		/* a message that is not due in this state */
	SG_REFUSE_NO_PEER,		/* Main Mode from an address without key or map entry */
	SG_REFUSE_PROPOSAL,		/* nothing acceptable was offered */
	SG_REFUSE_KEY_EXCHANGE,		/* public value or nonce that must not be */
	SG_REFUSE_IDENTITY,		/* identity or proxies */
	SG_REFUSE_HASH,			/* authentication failed */
	SG_REFUSE_MESSAGE_ID,		/* zero, or used before */
	SG_REFUSE_HALF_OPEN,		/* an unfinished Main Mode gave way to another */
	SG_REFUSE_LIMIT,		/* too many exchanges at once */
	SG_REFUSE_DUPLICATE,		/* seen before; answered as before, or no more */
	SG_REFUSE_HINT,			/* an unprotected notify: logged, nothing else */
	SG_REFUSE_AMPLIFY,		/* an answer withheld: too large for an unproven address */
	SG_REFUSE_KERNEL,		/* the kernel did not take an SA */
	SG_REFUSE_MEMORY,		/* no memory, or no random bytes */
	__SG_REFUSE_LAST,
};

struct sg_ike_counters {
	uint64_t refused[__SG_REFUSE_LAST];
	uint64_t received, sent, retransmitted;
	uint64_t phase1_up, phase1_failed, phase2_up, phase2_failed;
};

void sg_ike_counters(const struct sg_ike *ike, struct sg_ike_counters *counters);
const char *sg_ike_refusal_text(enum sg_ike_refusal why);

/* The peer that an entry's last SAs were with, 0: none so far. */
struct in_addr sg_ike_current_peer(struct sg_ike *ike, const char *map, uint32_t seq);

/* Why a peer has no tunnel: the last failure by crypto map entry, for show. NULL: none. */
const char *sg_ike_last_failure(struct sg_ike *ike, const char *map, uint32_t seq,
				uint64_t *age_ms);

#endif /* SG_IKE_H */
