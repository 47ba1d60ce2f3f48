// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Show of the IKE SAs: what the engine says of each.
 */
#include <inttypes.h>
#include <stdio.h>

#include "../ike/ike.h"
#include "show.h"

#define MS_A_SECOND 1000
#define COOKIE_BYTES 8

static json_t *cookie(const uint8_t bytes[COOKIE_BYTES])
{
	char text[2 * COOKIE_BYTES + 1];
	size_t i;

	for (i = 0; i < COOKIE_BYTES; i++)
		snprintf(text + 2 * i, 3, "%02X", bytes[i]);
	return json_string(text);
}

static void add(const struct sg_ike_sa_info *info, void *ctx)
{
	struct in_addr dst = info->initiator ? info->remote : info->local;
	struct in_addr src = info->initiator ? info->local : info->remote;
	json_t *list = ctx;
	json_t *o;

	o = json_pack("{s:o, s:o, s:s, s:I, s:i, s:o, s:o, s:i, s:i, s:b}",
		      "dst", sg_show_addr(dst),
		      "src", sg_show_addr(src),
		      "state", info->state,
		      "conn_id", (json_int_t)info->conn_id,
		      "slot", 0,
		      "local", sg_show_addr(info->local),
		      "remote", sg_show_addr(info->remote),
		      "local_port", (int)info->local_port,
		      "remote_port", (int)info->remote_port,
		      "initiator", (int)info->initiator);
	json_object_set_new(o, "cookie_initiator", cookie(info->cookie_i));
	json_object_set_new(o, "cookie_responder", cookie(info->cookie_r));
	json_object_set_new(o, "encryption", json_string(sg_show_encr(info->policy.encr)));
	json_object_set_new(o, "key_bits", json_integer(info->policy.key_bits));
	json_object_set_new(o, "hash", json_string(sg_show_hash(info->policy.hash)));
	json_object_set_new(o, "authentication", json_string(sg_show_ike_auth(info->policy.auth)));
	json_object_set_new(o, "group", json_integer(info->policy.group));
	json_object_set_new(o, "lifetime", json_integer(info->lifetime));
	json_object_set_new(o, "age", json_integer((json_int_t)(info->age_ms / MS_A_SECOND)));
	json_array_append_new(list, o);
}

/** sg_show_isakmp_sa() - show isakmp-sa */
json_t *sg_show_isakmp_sa(struct sg_ike *ike)
{
	json_t *list = json_array();

	if (list)
		sg_ike_walk(ike, add, list);
	return list;
}
