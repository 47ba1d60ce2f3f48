// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One SA of the kernel as data, with what the engine wrote into its cookie; and selectors.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "../ike/ike.h"
#include "show.h"

#define PROTO_ESP 50
#define KILOBYTE 1024
#define BITS_A_BYTE 8
#define DES_BLOCK 8
#define AES_BLOCK 16
#define COOKIE_HEX 17

/* Only a cookie of our own engine, of this version, is believed. */
static bool read_cookie(const struct sg_ksa *sa, struct sg_sa_cookie *cookie)
{
	if (sa->cookie_len != sizeof(*cookie) || sa->cookie[0] != SG_SA_COOKIE_VERSION)
		return false;
	memcpy(cookie, sa->cookie, sizeof(*cookie));
	return true;
}

static json_t *cookie_text(const uint8_t bytes[8])
{
	char text[COOKIE_HEX];
	size_t i;

	for (i = 0; i < (COOKIE_HEX - 1) / 2; i++)
		snprintf(text + 2 * i, 3, "%02X", bytes[i]);
	return json_string(text);
}

static json_t *transforms(const struct sg_ksa *sa)
{
	bool esp = sa->id.proto == PROTO_ESP;
	unsigned int bits = (unsigned int)sa->cipher_key_len * BITS_A_BYTE;
	const char *cipher = sg_show_cipher(sa->cipher, bits);
	const char *auth = esp ? sg_show_esp_auth(sa->auth) : sg_show_ah_auth(sa->auth);
	json_t *list = json_array();

	if (esp && cipher)
		json_array_append_new(list, json_string(cipher));
	if (auth)
		json_array_append_new(list, json_string(auth));
	return list;
}

static json_t *settings(const struct sg_ksa *sa)
{
	bool transport = sa->mode == SG_MODE_TRANSPORT;
	bool variable = sa->cipher == SG_CIPHER_DES_IV64 || sa->cipher == SG_CIPHER_DES_IV32;
	json_t *list = json_array();

	if (variable)
		json_array_append_new(list, json_string("Var len IV"));
	json_array_append_new(list, json_string(transport ? "Transport" : "Tunnel"));
	return list;
}

static json_t *iv_size(const struct sg_ksa *sa)
{
	if (sa->id.proto != PROTO_ESP)
		return json_null();
	switch (sa->cipher) {
	case SG_CIPHER_DES:
	case SG_CIPHER_3DES:
	case SG_CIPHER_DES_IV64:
		return json_integer(DES_BLOCK);
	case SG_CIPHER_DES_IV32:
		return json_integer(DES_BLOCK / 2);
	case SG_CIPHER_AES:
		return json_integer(AES_BLOCK);
	}
	return json_integer(0);
}

static const char *state_name(const struct sg_ksa *sa)
{
	switch (sa->state) {
	case SG_SA_SOFT:
		return "soft";
	case SG_SA_DEAD:
		return "dead";
	}
	return "valid";
}

static json_t *left(uint64_t limit, uint64_t used)
{
	if (!limit)
		return json_null();
	return json_integer(used < limit ? (json_int_t)(limit - used) : 0);
}

static json_t *or_null(uint64_t value)
{
	return value ? json_integer((json_int_t)value) : json_null();
}

/** sg_show_sa_local() - this gateway's end of an SA */
struct in_addr sg_show_sa_local(const struct sg_ksa *sa)
{
	return sa->dir == SG_DIR_IN ? sa->id.dst : sa->src;
}

/** sg_show_sa_remote() - the peer's end of an SA */
struct in_addr sg_show_sa_remote(const struct sg_ksa *sa)
{
	return sa->dir == SG_DIR_IN ? sa->src : sa->id.dst;
}

/** sg_show_sa_peer_port() - the peer's IKE port */
uint16_t sg_show_sa_peer_port(const struct sg_ksa *sa)
{
	struct sg_sa_cookie cookie;

	if (read_cookie(sa, &cookie) && cookie.peer_port)
		return ntohs(cookie.peer_port);
	return SG_IKE_PORT;
}

static void add_cookie(json_t *o, const struct sg_ksa *sa)
{
	struct sg_sa_cookie cookie = { 0 };
	uint64_t kilobytes = sa->hard_bytes / KILOBYTE, seconds = sa->hard_seconds, start;
	bool known = read_cookie(sa, &cookie);

	start = kilobytes;
	if (known) {
		seconds = ntohl(cookie.life_seconds);
		kilobytes = ntohl(cookie.life_kilobytes);
		start = ntohl(cookie.start_kilobytes) ? ntohl(cookie.start_kilobytes) : kilobytes;
	}
	json_object_set_new(o, "conn_id", json_integer(ntohs(cookie.conn_id)));
	json_object_set_new(o, "flow_id", json_integer(ntohs(cookie.flow_id)));
	json_object_set_new(o, "cookie_own",
			    known ? cookie_text(cookie.cookie_own) : json_null());
	json_object_set_new(o, "cookie_peer",
			    known ? cookie_text(cookie.cookie_peer) : json_null());
	json_object_set_new(o, "pfs_group", json_integer(cookie.pfs_group));
	json_object_set_new(o, "lifetime_seconds", or_null(seconds));
	json_object_set_new(o, "lifetime_kilobytes", or_null(kilobytes));
	json_object_set_new(o, "remaining_seconds", left(sa->hard_seconds, sa->age_seconds));
	json_object_set_new(o, "remaining_kilobytes", left(start, sa->bytes / KILOBYTE));
}

/** sg_show_sa() - SA of docs/control.md */
json_t *sg_show_sa(const struct sg_ksa *sa)
{
	json_t *o;

	o = json_pack("{s:I, s:s, s:s, s:o, s:s, s:o, s:i, s:s, s:I, s:s, s:i, s:o, s:b, s:I}",
		      "spi", (json_int_t)sa->id.spi,
		      "protocol", sa->id.proto == PROTO_ESP ? "esp" : "ah",
		      "direction", sa->dir == SG_DIR_IN ? "in" : "out",
		      "transforms", transforms(sa),
		      "mode", sa->mode == SG_MODE_TRANSPORT ? "transport" : "tunnel",
		      "settings", settings(sa),
		      "slot", 0,
		      "map", sa->flow.map,
		      "seq", (json_int_t)sa->flow.seq,
		      "engine", "Software",
		      "engine_id", 1,
		      "iv_size", iv_size(sa),
		      "replay", sa->replay_window != 0,
		      "replay_window", (json_int_t)sa->replay_window);
	if (!o)
		return NULL;
	add_cookie(o, sa);
	json_object_set_new(o, "local", sg_show_addr(sg_show_sa_local(sa)));
	json_object_set_new(o, "remote", sg_show_addr(sg_show_sa_remote(sa)));
	json_object_set_new(o, "pair_spi", json_integer(sa->pair_spi));
	json_object_set_new(o, "state", json_string(state_name(sa)));
	json_object_set_new(o, "age", json_integer((json_int_t)sa->age_seconds));
	json_object_set_new(o, "packets", json_integer((json_int_t)sa->packets));
	json_object_set_new(o, "bytes", json_integer((json_int_t)sa->packet_bytes));
	json_object_set_new(o, "errors", json_integer((json_int_t)sa->errors));
	json_object_set_new(o, "sequence", json_integer(sa->seq));
	json_object_set_new(o, "number", json_integer(sa->number));
	return o;
}

/** sg_show_selector() - SELECTOR of docs/control.md */
json_t *sg_show_selector(const struct sg_ksel *sel)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:i, s:i, s:i, s:b, s:i, s:i, s:b, s:i, s:i}",
			 "src", sg_show_addr(sel->src), "src_mask", sg_show_addr(sel->src_mask),
			 "dst", sg_show_addr(sel->dst), "dst_mask", sg_show_addr(sel->dst_mask),
			 "proto", (int)sel->proto,
			 "sport_min", (int)sel->sport_min, "sport_max", (int)sel->sport_max,
			 "sport_not", (int)sel->sport_not,
			 "dport_min", (int)sel->dport_min, "dport_max", (int)sel->dport_max,
			 "dport_not", (int)sel->dport_not,
			 "icmp_type", sel->icmp_type, "icmp_code", sel->icmp_code);
}
