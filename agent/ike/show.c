// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an operator sees of the engine and clears in it. IPsec SAs are shown from the kernel.
 */
#include <arpa/inet.h>
#include <string.h>

#include "debug.h"
#include "engine.h"

/** sg_ike_walk() - every IKE SA, oldest first */
void sg_ike_walk(struct sg_ike *ike, void (*cb)(const struct sg_ike_sa_info *info, void *ctx),
		 void *ctx)
{
	struct sg_ike_sa_info info;
	const struct sg_isa *isa;

	TAILQ_FOREACH(isa, &ike->isas, link) {
		info = (struct sg_ike_sa_info){
			.local = isa->local.sin_addr,
			.remote = isa->remote.sin_addr,
			.local_port = ntohs(isa->local.sin_port),
			.remote_port = ntohs(isa->remote.sin_port),
			.initiator = isa->initiator,
			.state = sg_state_show(isa->state),
			.conn_id = isa->conn_id,
			.age_ms = sg_now(ike) - isa->created_ms,
		};
		memcpy(info.cookie_i, isa->cookie_i, sizeof(info.cookie_i));
		memcpy(info.cookie_r, isa->cookie_r, sizeof(info.cookie_r));
		if (isa->chosen) {
			info.policy = isa->policy;
			info.lifetime = isa->policy.lifetime;
		}
		cb(&info, ctx);
	}
}

/** sg_ike_clear_sa() - delete pairs of a map, of a peer, or all (both NULL). Return: SAs deleted */
int sg_ike_clear_sa(struct sg_ike *ike, const char *map, const struct in_addr *peer)
{
	struct sg_pair *pair, *next;
	int count = 0;

	sg_tailq_safe(pair, &ike->pairs, link, next) {
		if ((map && strcmp(map, pair->out.flow.map)) ||
		    (peer && pair->out.id.dst.s_addr != peer->s_addr))
			continue;
		count += pair->in_kernel + pair->out_kernel;
		sg_pair_remove(pair, true);
	}
	sg_settle(ike);
	return count;
}

/** sg_ike_clear_isakmp() - delete an IKE SA, or all (0); their IPsec SAs stay. Return: how many */
int sg_ike_clear_isakmp(struct sg_ike *ike, unsigned int conn_id)
{
	struct sg_isa *isa, *next;
	int count = 0;

	sg_tailq_safe(isa, &ike->isas, link, next) {
		if (conn_id && isa->conn_id != conn_id)
			continue;
		sg_isa_kill(isa, true, "cleared");
		count++;
	}
	sg_settle(ike);
	return count;
}
