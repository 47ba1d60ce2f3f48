/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From configuration to flows and back: which entry and ACE a kernel flow is, which entries
 * a peer has. Pure functions over the configuration.
 */
#ifndef SG_IKE_FLOW_H
#define SG_IKE_FLOW_H

#include "../config/model.h"
#include "../kernel/kernel.h"

/** sg_kflow_equal() - do both name the same flow? */
bool sg_kflow_equal(const struct sg_kflow *a, const struct sg_kflow *b);

/**
 * sg_flow_ace() - the permit ACE that @flow is, in @entry's access list; NULL: not (any more)
 * there
 */
const struct sg_acl_ace *sg_flow_ace(const struct sg_config *cfg,
				     const struct sg_crypto_entry *entry,
				     const struct sg_kflow *flow);

/** sg_entry_has_peer() - is @addr one of the entry's peers? */
bool sg_entry_has_peer(const struct sg_crypto_entry *entry, struct in_addr addr);

/** sg_config_has_peer() - is @addr a peer of any IKE entry? */
bool sg_config_has_peer(const struct sg_config *cfg, struct in_addr addr);

#endif /* SG_IKE_FLOW_H */
