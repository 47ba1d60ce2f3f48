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
	/* Sends one datagram from local to remote; 0 or -errno (logged, then treated as lost). */
	int (*send)(void *ctx, const struct sockaddr_in *local, const struct sockaddr_in *remote,
		    const void *buf, size_t len);
	/* Calls sg_ike_tick() no later than at this monotonic time; UINT64_MAX: no need. */
	void (*wake_at)(void *ctx, uint64_t ms);
	struct sg_kernel *kernel;
};

struct sg_ike *sg_ike_alloc(const struct sg_ike_env *env);
void sg_ike_free(struct sg_ike *ike);	/* wipes secrets; leaves the kernel's SAs alone */

/* Puts a configuration in force; takes a reference. Running exchanges go on with what they negotiated. */
int sg_ike_set_config(struct sg_ike *ike, struct sg_config *cfg);

void sg_ike_input(struct sg_ike *ike, const struct sockaddr_in *local,
		  const struct sockaddr_in *remote, const void *buf, size_t len);
void sg_ike_kernel_event(struct sg_ike *ike, const struct sg_kevent *event);
void sg_ike_tick(struct sg_ike *ike);	/* timers that are due */

/* Takes over the SAs found in the kernel at start (cookies tell what they are). */
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
void sg_ike_walk(struct sg_ike *ike, void (*cb)(const struct sg_ike_sa_info *info, void *ctx), void *ctx);

/*
 * What the engine keeps in the kernel with each IPsec SA (SG_SA_COOKIE): enough to show and to adopt
 * it. Fixed size, big-endian where it matters, version first.
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

/* Why a peer has no tunnel: the last failure by crypto map entry, for show. NULL: none. */
const char *sg_ike_last_failure(struct sg_ike *ike, const char *map, uint32_t seq, uint64_t *age_ms);

#endif /* SG_IKE_H */
