// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A new configuration in force: what it still grants stays as it is, what it takes away is
 * deleted and the peer told.
 */
#include <errno.h>

#include "debug.h"
#include "engine.h"
#include "flow.h"

static bool still_granted(const struct sg_config *cfg, const struct sg_kflow *flow,
			  struct in_addr peer)
{
	const struct sg_crypto_entry *entry = sg_config_entry(cfg, flow->map, flow->seq);

	return entry && entry->kind == SG_MAP_ISAKMP && entry->complete &&
	       sg_entry_has_peer(entry, peer) && sg_flow_ace(cfg, entry, flow);
}

static void review_pairs(struct sg_ike *ike)
{
	struct sg_pair *pair, *next;

	sg_tailq_safe(pair, &ike->pairs, link, next)
		if (!still_granted(ike->cfg, &pair->out.flow, pair->out.id.dst))
			sg_pair_remove(pair, true);
}

/* Exchanges on their way: what they agree on would get into the kernel although not granted. */
static void review_nodes(struct sg_ike *ike, struct sg_isa *isa)
{
	struct sg_node *node, *next;

	sg_tailq_safe(node, &isa->nodes, link, next)
		if (!node->finished &&
		    !still_granted(ike->cfg, &node->flow, isa->remote.sin_addr))
			sg_node_fail(node, "the configuration does not grant it any more");
}

static void review_exchanges(struct sg_ike *ike)
{
	struct sg_isa *isa;

	TAILQ_FOREACH(isa, &ike->isas, link)
		review_nodes(ike, isa);
}

static void review_wants(struct sg_ike *ike)
{
	struct sg_want *want, *next;

	sg_tailq_safe(want, &ike->wants, link, next)
		if (!still_granted(ike->cfg, &want->flow, want->peer)) {
			if (want->state != SG_WANT_COOLS && !want->rekey)
				ike->env.kernel->ops->flow_fail(ike->env.kernel, &want->flow);
			sg_want_free(want);
		}
}

static void review_isas(struct sg_ike *ike)
{
	struct sg_isa *isa, *next;

	sg_tailq_safe(isa, &ike->isas, link, next)
		if (!sg_config_has_peer(ike->cfg, isa->remote.sin_addr) ||
		    !sg_config_psk(ike->cfg, isa->remote.sin_addr))
			sg_isa_kill(isa, true, NULL);
}

/**
 * sg_ike_set_config() - put a configuration in force
 * @cfg: a reference is taken
 *
 * Return: 0.
 */
int sg_ike_set_config(struct sg_ike *ike, struct sg_config *cfg)
{
	struct sg_config *old = ike->cfg;

	ike->cfg = sg_config_get(cfg);
	sg_config_put(old);
	if (old) {
		review_exchanges(ike);
		review_wants(ike);
		review_pairs(ike);
		review_isas(ike);
	}
	sg_entries_prune(ike);
	sg_settle(ike);
	return 0;
}
