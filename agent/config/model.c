// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of a configuration and the few questions that everyone asks of it. What a line
 * means is decided by the handlers; nothing here knows text.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

/**
 * sg_config_alloc() - an empty configuration with IOS's defaults
 *
 * Return: a configuration with one reference, or NULL without memory.
 */
struct sg_config *sg_config_alloc(void)
{
	struct sg_config *cfg = calloc(1, sizeof(*cfg));

	if (!cfg)
		return NULL;
	cfg->refs = 1;
	cfg->isakmp_enabled = true;
	cfg->life.seconds = SG_LIFE_SECONDS_DEFAULT;
	cfg->life.kilobytes = SG_LIFE_KILOBYTES_DEFAULT;
	cfg->seal_transform_id = SG_SEAL_TRANSFORM_ID;
	return cfg;
}

struct sg_config *sg_config_get(struct sg_config *cfg)
{
	cfg->refs++;
	return cfg;
}

/**
 * sg_config_put() - gives a reference back
 * @cfg: may be NULL
 *
 * With the last reference the keys are wiped and everything is freed.
 */
void sg_config_put(struct sg_config *cfg)
{
	size_t i, j;

	if (!cfg || --cfg->refs)
		return;
	for (i = 0; i < cfg->psk_count; i++) {
		explicit_bzero(cfg->psks[i].key, cfg->psks[i].key_len);
		free(cfg->psks[i].key);
	}
	for (i = 0; i < cfg->acl_count; i++) {
		for (j = 0; j < cfg->acls[i].ace_count; j++)
			free(cfg->acls[i].aces[j].text);
		free(cfg->acls[i].aces);
	}
	for (i = 0; i < cfg->entry_count; i++) {
		free(cfg->entries[i].peers);
		free(cfg->entries[i].sets);
	}
	free(cfg->policies);
	free(cfg->psks);
	free(cfg->sets);
	free(cfg->acls);
	free(cfg->entries);
	free(cfg->interfaces);
	free(cfg->local_addresses);
	free(cfg);
}

const struct sg_transform_set *sg_config_set(const struct sg_config *cfg, const char *name)
{
	size_t i;

	for (i = 0; i < cfg->set_count; i++)
		if (!strcmp(cfg->sets[i].name, name))
			return &cfg->sets[i];
	return NULL;
}

const struct sg_acl_list *sg_config_acl(const struct sg_config *cfg, const char *name)
{
	size_t i;

	for (i = 0; i < cfg->acl_count; i++)
		if (!strcmp(cfg->acls[i].name, name))
			return &cfg->acls[i];
	return NULL;
}

const struct sg_crypto_entry *sg_config_entry(const struct sg_config *cfg, const char *map,
					      unsigned int seq)
{
	size_t i;

	for (i = 0; i < cfg->entry_count; i++)
		if (cfg->entries[i].seq == seq && !strcmp(cfg->entries[i].map, map))
			return &cfg->entries[i];
	return NULL;
}

/**
 * sg_config_psk() - the pre-shared key for a peer
 * @cfg: configuration
 * @peer: the peer's address
 *
 * The longest mask wins. Return: the key, or NULL.
 */
const struct sg_psk *sg_config_psk(const struct sg_config *cfg, struct in_addr peer)
{
	const struct sg_psk *best = NULL, *psk;
	size_t i;

	for (i = 0; i < cfg->psk_count; i++) {
		psk = &cfg->psks[i];
		if ((peer.s_addr ^ psk->addr.s_addr) & psk->mask.s_addr)
			continue;
		if (!best || ntohl(psk->mask.s_addr) > ntohl(best->mask.s_addr))
			best = psk;
	}
	return best;
}

/**
 * sg_config_life() - the lifetime that an entry's SAs get
 * @cfg: configuration
 * @entry: an entry of it
 *
 * Return: for each of seconds and kilobytes the entry's own value, else the global one.
 */
struct sg_sa_life sg_config_life(const struct sg_config *cfg, const struct sg_crypto_entry *entry)
{
	struct sg_sa_life life = cfg->life;

	if (entry->life.seconds)
		life.seconds = entry->life.seconds;
	if (entry->life.kilobytes)
		life.kilobytes = entry->life.kilobytes;
	return life;
}
