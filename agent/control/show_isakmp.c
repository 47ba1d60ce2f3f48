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

	json_array_append_new(list, json_pack("{s:o, s:o, s:s, s:I, s:i, s:o, s:o, s:i, s:i, s:b,"
					      " s:o, s:o, s:s, s:i, s:s, s:s, s:i, s:I, s:I}",
		"dst", sg_show_addr(dst),
		"src", sg_show_addr(src),
		"state", info->state,
		"conn_id", (json_int_t)info->conn_id,
		"slot", 0,
		"local", sg_show_addr(info->local),
		"remote", sg_show_addr(info->remote),
		"local_port", (int)info->local_port,
		"remote_port", (int)info->remote_port,
		"initiator", (int)info->initiator,
		"cookie_initiator", cookie(info->cookie_i),
		"cookie_responder", cookie(info->cookie_r),
		"encryption", sg_show_encr(info->policy.encr),
		"key_bits", (int)info->policy.key_bits,
		"hash", sg_show_hash(info->policy.hash),
		"authentication", sg_show_ike_auth(info->policy.auth),
		"group", (int)info->policy.group,
		"lifetime", (json_int_t)info->lifetime,
		"age", (json_int_t)(info->age_ms / MS_A_SECOND)));
}

/** sg_show_isakmp_sa() - show isakmp-sa */
json_t *sg_show_isakmp_sa(struct sg_ike *ike)
{
	json_t *list = json_array();

	if (list)
		sg_ike_walk(ike, add, list);
	return list;
}
