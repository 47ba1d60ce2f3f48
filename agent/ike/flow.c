// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Flows and the configuration they come from. No state; the engine asks here when the kernel names
 * a flow, and when a new configuration may have taken one away.
 */
#include <string.h>

#include "../kernel/ksel.h"
#include "flow.h"

bool sg_kflow_equal(const struct sg_kflow *a, const struct sg_kflow *b)
{
	return a->seq == b->seq && !strcmp(a->map, b->map) && sg_ksel_equal(&a->ace, &b->ace);
}

const struct sg_acl_ace *sg_flow_ace(const struct sg_config *cfg,
				     const struct sg_crypto_entry *entry,
				     const struct sg_kflow *flow)
{
	const struct sg_acl_list *acl = sg_config_acl(cfg, entry->acl);
	struct sg_ksel sel;
	size_t i;

	for (i = 0; acl && i < acl->ace_count; i++) {
		sel = sg_ksel_from_ace(&acl->aces[i]);
		if (acl->aces[i].permit && sg_ksel_equal(&sel, &flow->ace))
			return &acl->aces[i];
	}
	return NULL;
}

bool sg_entry_has_peer(const struct sg_crypto_entry *entry, struct in_addr addr)
{
	size_t i;

	for (i = 0; i < entry->peer_count; i++)
		if (entry->peers[i].s_addr == addr.s_addr)
			return true;
	return false;
}

bool sg_config_has_peer(const struct sg_config *cfg, struct in_addr addr)
{
	size_t i;

	for (i = 0; i < cfg->entry_count; i++)
		if (cfg->entries[i].kind == SG_MAP_ISAKMP &&
		    sg_entry_has_peer(&cfg->entries[i], addr))
			return true;
	return false;
}
