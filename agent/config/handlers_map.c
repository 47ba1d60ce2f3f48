// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Handlers of `crypto map`: entries and what they set. Whether an entry is complete, and whether
 * the names in it exist, is judged at the end of the text (validate.c).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

static struct sg_crypto_entry *entry(struct sg_build *b)
{
	return &b->cfg->entries[b->entry];
}

static void drop_entry(struct sg_config *cfg, size_t i)
{
	free(cfg->entries[i].peers);
	free(cfg->entries[i].sets);
	sg_build_remove(&cfg->entries, &cfg->entry_count, sizeof(*cfg->entries), i);
}

/* Where an entry is, or where it would be put: by map name, then by sequence number. */
static size_t entry_place(const struct sg_config *cfg, const char *map, unsigned int seq,
			  bool *there)
{
	size_t i;
	int cmp;

	*there = false;
	for (i = 0; i < cfg->entry_count; i++) {
		cmp = strcmp(cfg->entries[i].map, map);
		if (cmp > 0 || (!cmp && cfg->entries[i].seq >= seq)) {
			*there = !cmp && cfg->entries[i].seq == seq;
			return i;
		}
	}
	return i;
}

int sg_do_map(void *ctx, const struct sg_match *m)
{
	const struct sg_cli_bound *dynamic = sg_cli_arg(m, "dynamic");
	unsigned int seq = sg_cli_arg(m, "seq")->number;
	char map[SG_NAME_MAX], template[SG_NAME_MAX] = "";
	bool typed = m->count > 4, there;
	struct sg_build *b = ctx;
	struct sg_config *cfg = b->cfg;
	struct sg_crypto_entry *e;
	enum sg_map_kind kind;
	size_t i;
	int rc;

	rc = sg_build_name(b, sg_cli_arg(m, "map"), map);
	if (!rc && dynamic)
		rc = sg_build_name(b, dynamic, template);
	if (rc)
		return rc;
	kind = dynamic			     ? SG_MAP_DYNAMIC :
	       sg_cli_has(m, "ipsec-manual") ? SG_MAP_MANUAL :
					       SG_MAP_ISAKMP;
	i = entry_place(cfg, map, seq, &there);
	if (m->negated) {
		if (there)
			drop_entry(cfg, i);
		return 0;
	}
	if (!there && !typed)
		return sg_build_error(b, m->bound[3].token->column + m->bound[3].token->len,
				      "%% Incomplete command.");
	if (there && typed &&
	    (cfg->entries[i].kind != kind || strcmp(cfg->entries[i].dynamic, template)))
		return sg_build_error(
			b, m->bound[4].token->column,
			"%% Attempt to change the type of existing crypto map %s %u is not "
			"permitted",
			map, seq);
	b->entry = i;
	if (there)
		return 0;
	rc = sg_build_insert(b, &cfg->entries, &cfg->entry_count, sizeof(*cfg->entries), i);
	if (rc)
		return rc;
	e = &cfg->entries[i];
	strcpy(e->map, map);
	strcpy(e->dynamic, template);
	e->seq = seq;
	e->kind = kind;
	e->line = b->line->number;
	return 0;
}

/* no crypto map NAME: all entries of the set */
int sg_do_map_remove(void *ctx, const struct sg_match *m)
{
	struct sg_build *b = ctx;
	struct sg_config *cfg = b->cfg;
	char map[SG_NAME_MAX];
	size_t i;
	int rc;

	rc = sg_build_name(b, sg_cli_arg(m, "map"), map);
	if (rc)
		return rc;
	for (i = cfg->entry_count; i-- > 0;)
		if (!strcmp(cfg->entries[i].map, map))
			drop_entry(cfg, i);
	for (i = cfg->local_address_count; i-- > 0;)
		if (!strcmp(cfg->local_addresses[i].map, map))
			sg_build_remove(&cfg->local_addresses, &cfg->local_address_count,
					sizeof(*cfg->local_addresses), i);
	return 0;
}

int sg_do_map_local_address(void *ctx, const struct sg_match *m)
{
	struct sg_build *b = ctx;
	struct sg_config *cfg = b->cfg;
	char map[SG_NAME_MAX];
	size_t i;
	int rc;

	rc = sg_build_name(b, sg_cli_arg(m, "map"), map);
	if (rc)
		return rc;
	for (i = 0; i < cfg->local_address_count; i++)
		if (!strcmp(cfg->local_addresses[i].map, map))
			break;
	if (m->negated) {
		if (i < cfg->local_address_count)
			sg_build_remove(&cfg->local_addresses, &cfg->local_address_count,
					sizeof(*cfg->local_addresses), i);
		return 0;
	}
	if (i == cfg->local_address_count) {
		rc = sg_build_insert(b, &cfg->local_addresses, &cfg->local_address_count,
				     sizeof(*cfg->local_addresses), i);
		if (rc)
			return rc;
		strcpy(cfg->local_addresses[i].map, map);
	}
	strcpy(cfg->local_addresses[i].ifname, m->ifname);
	return 0;
}

/* --- what an entry sets ------------------------------------------------------------------- */

static void drop_peers(struct sg_crypto_entry *e)
{
	free(e->peers);
	e->peers = NULL;
	e->peer_count = 0;
}

static bool unicast(struct in_addr addr)
{
	uint32_t host = ntohl(addr.s_addr);

	return host >> 24 && !IN_MULTICAST(host) && !IN_BADCLASS(host);
}

int sg_do_set_peer(void *ctx, const struct sg_match *m)
{
	const struct sg_cli_bound *peer = sg_cli_arg(m, "peer"), *host = sg_cli_arg(m, "host");
	struct sg_crypto_entry *e = entry(ctx);
	struct sg_build *b = ctx;
	size_t i;
	int rc;

	if (m->negated && !peer && !host) {
		drop_peers(e);
		return 0;
	}
	if (host)
		return sg_build_error(
			b, host->token->column,
			"%% A peer is given by its address: host names are not carried by this "
			"release yet");
	for (i = 0; i < e->peer_count; i++)
		if (e->peers[i].s_addr == peer->addr.s_addr)
			break;
	if (m->negated) {
		if (i < e->peer_count)
			sg_build_remove(&e->peers, &e->peer_count, sizeof(*e->peers), i);
		return 0;
	}
	if (!unicast(peer->addr))
		return sg_build_error(b, peer->token->column, "%% A peer needs a unicast address");
	if (i < e->peer_count && !sg_cli_has(m, "default"))
		return 0;
	if (i == e->peer_count && e->peer_count == SG_ENTRY_PEERS_MAX)
		return sg_build_error(b, peer->token->column,
				      "%% A crypto map entry has at most %d peers",
				      SG_ENTRY_PEERS_MAX);
	if (i < e->peer_count)
		sg_build_remove(&e->peers, &e->peer_count, sizeof(*e->peers), i);
	i = sg_cli_has(m, "default") ? 0 : e->peer_count;
	rc = sg_build_insert(b, &e->peers, &e->peer_count, sizeof(*e->peers), i);
	if (rc)
		return rc;
	e->peers[i] = peer->addr;
	return 0;
}

static void remove_set(struct sg_crypto_entry *e, const char *name)
{
	size_t i;

	for (i = 0; i < e->set_count; i++) {
		if (!strcmp(e->sets[i], name)) {
			sg_build_remove(&e->sets, &e->set_count, sizeof(*e->sets), i);
			return;
		}
	}
}

int sg_do_set_transform_set(void *ctx, const struct sg_match *m)
{
	char (*sets)[SG_NAME_MAX], name[SG_NAME_MAX];
	struct sg_crypto_entry *e = entry(ctx);
	struct sg_build *b = ctx;
	size_t i, n = m->count - 2;
	int rc;

	if (!m->negated && n > SG_ENTRY_SETS_MAX)
		return sg_build_error(b, m->bound[2 + SG_ENTRY_SETS_MAX].token->column,
				      "%% A crypto map entry has at most %d transform sets",
				      SG_ENTRY_SETS_MAX);
	if (m->negated && !n) {
		e->set_count = 0;
		return 0;
	}
	if (m->negated) {
		for (i = 0; i < n; i++) {
			rc = sg_build_name(b, &m->bound[2 + i], name);
			if (rc)
				return rc;
			remove_set(e, name);
		}
		return 0;
	}
	sets = calloc(SG_ENTRY_SETS_MAX, sizeof(*sets));
	if (!sets)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		rc = sg_build_name(b, &m->bound[2 + i], sets[i]);
		if (!rc)
			rc = sg_build_ref(b, SG_REF_SET, &m->bound[2 + i], sets[i]);
		if (rc) {
			free(sets);
			return rc;
		}
	}
	free(e->sets);
	e->sets = sets;
	e->set_count = n;
	return 0;
}

int sg_do_set_life(void *ctx, const struct sg_match *m)
{
	const struct sg_cli_bound *seconds = sg_cli_arg(m, "seconds");
	const struct sg_cli_bound *kilobytes = sg_cli_arg(m, "kilobytes");
	struct sg_sa_life *life = &entry(ctx)->life;

	if (m->negated) {
		if (!sg_cli_has(m, "kilobytes"))
			life->seconds = 0;
		if (!sg_cli_has(m, "seconds"))
			life->kilobytes = 0;
		return 0;
	}
	if (seconds)
		life->seconds = seconds->number;
	if (kilobytes)
		life->kilobytes = kilobytes->number;
	return 0;
}

int sg_do_set_pfs(void *ctx, const struct sg_match *m)
{
	static const char prefix[] = "group";
	struct sg_crypto_entry *e = entry(ctx);

	if (m->negated)
		e->pfs_group = 0;
	else if (m->count < 3)
		e->pfs_group = 1;
	else
		e->pfs_group = strtoul(m->bound[2].place->text + sizeof(prefix) - 1, NULL, 10);
	return 0;
}

int sg_do_match_address(void *ctx, const struct sg_match *m)
{
	const struct sg_cli_bound *acl = sg_cli_arg(m, "acl");
	struct sg_crypto_entry *e = entry(ctx);
	char name[SG_NAME_MAX];
	int rc;

	if (m->negated) {
		e->acl[0] = '\0';
		return 0;
	}
	rc = sg_build_name(ctx, acl, name);
	if (!rc)
		rc = sg_build_ref(ctx, SG_REF_ACL, acl, name);
	if (rc)
		return rc;
	strcpy(e->acl, name);
	return 0;
}

/* What means nothing to IPsec: listed, not refused. */
int sg_do_ignored(void *ctx, const struct sg_match *m)
{
	(void)m;
	return sg_build_ignore(ctx);
}
