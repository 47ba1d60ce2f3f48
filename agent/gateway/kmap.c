// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Crypto maps in the kernel's terms: made from a configuration, or read from the kernel, to be
 * compared. Knows nothing of interfaces. Entries that are not complete, and kinds that IKE does
 * not serve, are left out.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernel/ksel.h"
#include "gateway.h"

static struct sg_kmap *add_map(struct sg_kmaps *maps, const char *name)
{
	struct sg_kmap *more;

	more = reallocarray(maps->maps, maps->count + 1, sizeof(*more));
	if (!more)
		return NULL;
	maps->maps = more;
	more += maps->count++;
	memset(more, 0, sizeof(*more));
	snprintf(more->name, sizeof(more->name), "%s", name);
	return more;
}

/* Takes over @aces, also on failure. */
static int add_entry(struct sg_kmap *map, uint32_t seq, uint32_t flags, struct sg_kace *aces,
		     size_t ace_count)
{
	struct sg_kentry *more;

	more = reallocarray((void *)map->entries, map->entry_count + 1, sizeof(*more));
	if (!more) {
		free(aces);
		return -ENOMEM;
	}
	map->entries = more;
	more += map->entry_count++;
	memset(more, 0, sizeof(*more));
	more->seq = seq;
	more->flags = flags;
	more->aces = aces;
	more->ace_count = ace_count;
	return 0;
}

static struct sg_kmap *find(struct sg_kmaps *maps, const char *name)
{
	size_t i;

	for (i = 0; i < maps->count; i++)
		if (!strcmp(maps->maps[i].name, name))
			return &maps->maps[i];
	return NULL;
}

/** sg_kmaps_find() - NULL: no map of that name */
const struct sg_kmap *sg_kmaps_find(const struct sg_kmaps *maps, const char *name)
{
	return find((struct sg_kmaps *)maps, name);
}

/**
 * sg_kmaps_build() - the maps that a configuration wants in force
 * @maps: result, released by sg_kmaps_clear() also after a failure
 * @cfg: entries by map name, then sequence number
 *
 * A map without a complete entry is not among them.
 * Return: 0 or -ENOMEM.
 */
int sg_kmaps_build(struct sg_kmaps *maps, const struct sg_config *cfg)
{
	const struct sg_crypto_entry *entry;
	const struct sg_acl_list *acl;
	struct sg_kace *aces;
	struct sg_kmap *map;
	size_t i, j;
	int err;

	memset(maps, 0, sizeof(*maps));
	for (i = 0; i < cfg->entry_count; i++) {
		entry = &cfg->entries[i];
		acl = sg_config_acl(cfg, entry->acl);
		if (!entry->complete || entry->kind != SG_MAP_ISAKMP || !acl || !acl->ace_count)
			continue;
		map = find(maps, entry->map);
		if (!map)
			map = add_map(maps, entry->map);
		aces = calloc(acl->ace_count, sizeof(*aces));
		if (!map || !aces) {
			free(aces);
			return -ENOMEM;
		}
		for (j = 0; j < acl->ace_count; j++) {
			aces[j].permit = acl->aces[j].permit;
			aces[j].sel = sg_ksel_from_ace(&acl->aces[j]);
		}
		err = add_entry(map, entry->seq, 0, aces, acl->ace_count);
		if (err)
			return err;
	}
	return 0;
}

static int read_entry(const char *name, const struct sg_kentry *entry, void *ctx)
{
	struct sg_kmap *map = find(ctx, name);
	struct sg_kace *aces = NULL;

	if (!map)
		map = add_map(ctx, name);
	if (!map)
		return -ENOMEM;
	if (entry->ace_count) {
		aces = calloc(entry->ace_count, sizeof(*aces));
		if (!aces)
			return -ENOMEM;
		memcpy(aces, entry->aces, entry->ace_count * sizeof(*aces));
	}
	return add_entry(map, entry->seq, entry->flags, aces, entry->ace_count);
}

/**
 * sg_kmaps_read() - the maps that the kernel has in force
 * @maps: result, released by sg_kmaps_clear() also after a failure
 *
 * Return: 0 or -errno.
 */
int sg_kmaps_read(struct sg_kmaps *maps, struct sg_kernel *kernel)
{
	memset(maps, 0, sizeof(*maps));
	return kernel->ops->map_walk(kernel, NULL, read_entry, maps);
}

static bool entry_equal(const struct sg_kentry *a, const struct sg_kentry *b)
{
	size_t i;

	if (a->seq != b->seq || a->flags != b->flags || a->ace_count != b->ace_count)
		return false;
	for (i = 0; i < a->ace_count; i++)
		if (a->aces[i].permit != b->aces[i].permit ||
		    !sg_ksel_equal(&a->aces[i].sel, &b->aces[i].sel))
			return false;
	return true;
}

/** sg_kmap_equal() - do two maps decide the same, in the same order; counters do not count */
bool sg_kmap_equal(const struct sg_kmap *a, const struct sg_kmap *b)
{
	size_t i;

	if (a->entry_count != b->entry_count)
		return false;
	for (i = 0; i < a->entry_count; i++)
		if (!entry_equal(&a->entries[i], &b->entries[i]))
			return false;
	return true;
}

/** sg_kmaps_clear() - free what a set of maps holds */
void sg_kmaps_clear(struct sg_kmaps *maps)
{
	size_t i, j;

	for (i = 0; i < maps->count; i++) {
		for (j = 0; j < maps->maps[i].entry_count; j++)
			free((void *)maps->maps[i].entries[j].aces);
		free((void *)maps->maps[i].entries);
	}
	free(maps->maps);
	memset(maps, 0, sizeof(*maps));
}
