// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shows of what the agent has made of its configuration: the interfaces, and why an entry has no
 * tunnel.
 */
#include "show.h"

#define MS_A_SECOND 1000

static json_t *by_name(const struct sg_gw_interface *gi)
{
	switch (gi->by) {
	case SG_GW_BY_NAME:
		return json_string("name");
	case SG_GW_BY_ADDRESS:
	case SG_GW_BY_BINDING:
		return json_string("address");
	case SG_GW_BY_NONE:
		break;
	}
	return json_null();
}

static json_t *interface(const struct sg_gw_interface *gi)
{
	const struct sg_interface *stanza = gi->stanza;

	return json_pack("{s:s, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:b, s:I, s:o, s:b, s:o}",
			 "interface", stanza->name,
			 "address", sg_show_addr_or_null(stanza->addr),
			 "mask", sg_show_addr_or_null(stanza->mask),
			 "shutdown", (int)stanza->shutdown,
			 "map", sg_show_name_or_null(stanza->map),
			 "ifname", sg_show_name_or_null(gi->ifname),
			 "ifindex", gi->ifindex ? json_integer(gi->ifindex) : json_null(),
			 "by", by_name(gi),
			 "up", (int)gi->up,
			 "mtu", (json_int_t)gi->mtu,
			 "local", sg_show_addr_or_null(gi->local),
			 "bound", (int)gi->bound,
			 "note", sg_show_name_or_null(gi->note));
}

/** sg_show_interfaces() - show interfaces */
json_t *sg_show_interfaces(const struct sg_show_env *env)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < env->interface_count; i++)
		json_array_append_new(list, interface(&env->interfaces[i]));
	return list;
}

/**
 * sg_show_failure() - why the last negotiation of an entry came to nothing; json null: it did
 * not, or nobody knows
 */
json_t *sg_show_failure(const struct sg_show_env *env, const char *map, uint32_t seq)
{
	const char *text = NULL;
	uint64_t age_ms = 0;

	if (env->last_failure)
		text = env->last_failure(map, seq, &age_ms, env->ctx);
	if (!text)
		return json_null();
	return json_pack("{s:s, s:I}", "text", text, "age", (json_int_t)(age_ms / MS_A_SECOND));
}

/** sg_show_current_peer() - the peer that worked last, or else the entry's first; 0: it has none */
struct in_addr sg_show_current_peer(const struct sg_show_env *env,
				    const struct sg_crypto_entry *entry)
{
	struct in_addr current = { 0 };
	size_t i;

	if (env->current_peer)
		current = env->current_peer(entry->map, entry->seq, env->ctx);
	for (i = 0; i < entry->peer_count; i++)
		if (entry->peers[i].s_addr == current.s_addr)
			return current;
	return entry->peer_count ? entry->peers[0] : (struct in_addr){ 0 };
}
