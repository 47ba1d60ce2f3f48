// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shows of what is configured: policies, transform sets, lifetimes, crypto maps, the
 * configuration itself.
 */
#include <stdlib.h>
#include <string.h>

#include "../config/parse.h"
#include "../log/log.h"
#include "show.h"

/* IOS numbers the suite that always stands last. */
#define DEFAULT_PRIORITY 65535
#define DEFAULT_LIFETIME 86400

static json_t *policy(const struct sg_policy *p)
{
	return json_pack("{s:I, s:s, s:i, s:s, s:s, s:i, s:I}",
			 "priority", (json_int_t)p->priority,
			 "encryption", sg_show_encr(p->encr),
			 "key_bits", (int)p->key_bits,
			 "hash", sg_show_hash(p->hash),
			 "authentication", sg_show_ike_auth(p->auth),
			 "group", (int)p->group,
			 "lifetime", (json_int_t)p->lifetime);
}

/** sg_show_isakmp_policy() - show isakmp-policy */
json_t *sg_show_isakmp_policy(const struct sg_config *cfg)
{
	static const struct sg_policy last = {
		.priority = DEFAULT_PRIORITY, .encr = SG_ENCR_DES, .hash = SG_HASH_SHA,
		.auth = SG_IKE_AUTH_RSA_SIG, .group = 1, .lifetime = DEFAULT_LIFETIME,
	};
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < cfg->policy_count; i++)
		json_array_append_new(list, policy(&cfg->policies[i]));
	return json_pack("{s:o, s:o}", "policies", list, "default", policy(&last));
}

static void append_name(json_t *list, const char *name)
{
	if (name)
		json_array_append_new(list, json_string(name));
}

/** sg_show_transform_set() - show transform-set */
json_t *sg_show_transform_set(const struct sg_config *cfg)
{
	const struct sg_transform_set *set;
	json_t *list = json_array();
	json_t *ah, *esp;
	const char *mode;
	size_t i;

	for (i = 0; i < cfg->set_count; i++) {
		set = &cfg->sets[i];
		ah = json_array();
		esp = json_array();
		append_name(ah, sg_show_ah_auth(set->ah));
		append_name(esp, sg_show_cipher(set->cipher, set->cipher_bits));
		append_name(esp, sg_show_esp_auth(set->esp_auth));
		mode = set->mode == SG_MODE_TRANSPORT ? "transport" : "tunnel";
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o}",
						      "name", set->name, "mode", mode,
						      "ah", ah, "esp", esp));
	}
	return list;
}

static json_t *life(struct sg_sa_life value)
{
	return json_pack("{s:I, s:I}", "kilobytes", (json_int_t)value.kilobytes,
			 "seconds", (json_int_t)value.seconds);
}

/** sg_show_lifetime() - show lifetime */
json_t *sg_show_lifetime(const struct sg_config *cfg)
{
	return life(cfg->life);
}

static const char *kind_name(enum sg_map_kind kind)
{
	switch (kind) {
	case SG_MAP_ISAKMP:
		return "ipsec-isakmp";
	case SG_MAP_MANUAL:
		return "ipsec-manual";
	case SG_MAP_DYNAMIC:
		return "dynamic";
	}
	return "";
}

static json_t *acl_of(const struct sg_config *cfg, const char *name)
{
	const struct sg_acl_list *acl = sg_config_acl(cfg, name);
	json_t *lines;
	size_t i;

	if (!name[0])
		return json_null();
	lines = json_array();
	for (i = 0; acl && i < acl->ace_count; i++)
		json_array_append_new(lines, json_string(acl->aces[i].text));
	return json_pack("{s:s, s:b, s:o}", "name", name, "named", acl && acl->named,
			 "lines", lines);
}

static json_t *users_of(const struct sg_config *cfg, const char *map)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < cfg->interface_count; i++)
		if (!strcmp(cfg->interfaces[i].map, map))
			json_array_append_new(list, json_string(cfg->interfaces[i].name));
	return list;
}

static json_t *map_entry(const struct sg_show_env *env, const struct sg_crypto_entry *entry)
{
	const struct sg_config *cfg = env->cfg;
	struct in_addr current = sg_show_current_peer(env, entry);
	json_t *peers = json_array();
	json_t *sets = json_array();
	json_t *o;
	size_t i;

	for (i = 0; i < entry->peer_count; i++)
		json_array_append_new(peers, sg_show_addr(entry->peers[i]));
	for (i = 0; i < entry->set_count; i++)
		json_array_append_new(sets, json_string(entry->sets[i]));
	o = json_pack("{s:s, s:I, s:s, s:o, s:o, s:o, s:o, s:b}",
		      "map", entry->map,
		      "seq", (json_int_t)entry->seq,
		      "kind", kind_name(entry->kind),
		      "dynamic", sg_show_name_or_null(entry->dynamic),
		      "peers", peers,
		      "current_peer", sg_show_addr_or_null(current),
		      "acl", acl_of(cfg, entry->acl),
		      "acl_missing", entry->acl[0] && !sg_config_acl(cfg, entry->acl));
	json_object_set_new(o, "lifetime", life(sg_config_life(cfg, entry)));
	json_object_set_new(o, "idle", json_integer(entry->idle_seconds));
	json_object_set_new(o, "pfs_group", json_integer(entry->pfs_group));
	json_object_set_new(o, "transform_sets", sets);
	json_object_set_new(o, "complete", json_boolean(entry->complete));
	json_object_set_new(o, "interfaces", users_of(cfg, entry->map));
	json_object_set_new(o, "last_failure", sg_show_failure(env, entry->map, entry->seq));
	return o;
}

/** sg_show_map() - show map */
json_t *sg_show_map(const struct sg_show_env *env)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < env->cfg->entry_count; i++)
		json_array_append_new(list, map_entry(env, &env->cfg->entries[i]));
	return list;
}

/** sg_show_running_config() - show running-config: holds keys */
json_t *sg_show_running_config(const struct sg_config *cfg)
{
	char *text = sg_config_running(cfg);
	json_t *data;

	if (!text)
		return NULL;
	data = json_pack("{s:s}", "text", text);
	explicit_bzero(text, strlen(text));
	free(text);
	return data;
}

/** sg_show_debugging() - show debugging; @mask: of enum sg_debug */
json_t *sg_show_debugging(unsigned int mask)
{
	return json_pack("{s:i, s:b, s:b, s:b}", "mask", (int)mask,
			 "isakmp", (mask & SG_DEBUG_ISAKMP) != 0,
			 "ipsec", (mask & SG_DEBUG_IPSEC) != 0,
			 "engine", (mask & SG_DEBUG_ENGINE) != 0);
}
