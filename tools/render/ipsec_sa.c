// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show crypto ipsec sa: interfaces, flows, counters, SAs.
 */
#include "render.h"

static void ident(FILE *out, const char *side, const json_t *proxy)
{
	fprintf(out, "   %-6s ident (addr/mask/prot/port): (%s/%s/%lld/%lld)\n", side,
		sg_field_str(proxy, "addr"), sg_field_str(proxy, "mask"),
		sg_field_int(proxy, "proto"), sg_field_int(proxy, "port"));
}

/* An address, or 0.0.0.0 where there is none. */
static const char *address(const json_t *object, const char *name)
{
	const char *text = sg_field_str(object, name);

	return *text ? text : "0.0.0.0";
}

static void counters(FILE *out, const json_t *c)
{
	fprintf(out, "    #pkts encaps: %lld, #pkts encrypt: %lld, #pkts digest: %lld\n",
		sg_field_int(c, "encaps"), sg_field_int(c, "encrypt"), sg_field_int(c, "digest"));
	fprintf(out, "    #pkts decaps: %lld, #pkts decrypt: %lld, #pkts verify: %lld\n",
		sg_field_int(c, "decaps"), sg_field_int(c, "decrypt"), sg_field_int(c, "verify"));
	/* Compression is not carried: these lines only keep the layout. */
	fprintf(out, "    #pkts compressed: 0, #pkts decompressed: 0\n");
	fprintf(out, "    #pkts not compressed: 0, #pkts compr. failed: 0\n");
	fprintf(out, "    #pkts not decompressed: 0, #pkts decompress failed: 0\n");
	fprintf(out, "    #send errors %lld, #recv errors %lld\n", sg_field_int(c, "send_errors"),
		sg_field_int(c, "recv_errors"));
}

/* Sixteen hex digits as two words, as IOS prints a cookie. */
static void cookie(FILE *out, const json_t *sa, const char *name)
{
	const char *digits = sg_field_str(sa, name);

	if (*digits)
		fprintf(out, " %.8s %s", digits, json_string_length(json_object_get(sa, name)) > 8 ?
			digits + 8 : "");
	else
		fprintf(out, " 00000000 00000000");
}

static void strings(FILE *out, const json_t *array, const char *after)
{
	const json_t *value;
	size_t i;

	json_array_foreach(array, i, value)
		fprintf(out, "%s%s", sg_text(value), after);
}

static void sa_lines(FILE *out, const json_t *sa)
{
	unsigned long long spi = (unsigned long long)sg_field_int(sa, "spi");

	fprintf(out, "      spi: 0x%llX(%llu)\n", spi, spi);
	fprintf(out, "        transform: ");
	strings(out, json_object_get(sa, "transforms"), " ");
	fprintf(out, ",\n        in use settings ={");
	strings(out, json_object_get(sa, "settings"), ", ");
	fprintf(out, "}\n        slot: %lld, conn id: %lld, flow_id: %lld, crypto map: %s\n",
		sg_field_int(sa, "slot"), sg_field_int(sa, "conn_id"), sg_field_int(sa, "flow_id"),
		sg_field_str(sa, "map"));
	fprintf(out, "        crypto engine type: %s, engine_id: %lld\n",
		sg_field_str(sa, "engine"), sg_field_int(sa, "engine_id"));
	fprintf(out, "        sa timing: remaining key lifetime (k/sec): (%lld/%lld)\n",
		sg_field_int(sa, "remaining_kilobytes"), sg_field_int(sa, "remaining_seconds"));
	fprintf(out, "        ike_cookies:");
	cookie(out, sa, "cookie_own");
	cookie(out, sa, "cookie_peer");
	fprintf(out, "\n");
	if (json_is_integer(json_object_get(sa, "iv_size")))
		fprintf(out, "        IV size: %lld bytes\n", sg_field_int(sa, "iv_size"));
	fprintf(out, "        replay detection support: %c\n",
		json_is_true(json_object_get(sa, "replay")) ? 'Y' : 'N');
}

static void sas(FILE *out, const char *title, const json_t *array)
{
	const json_t *sa;
	size_t i;

	fprintf(out, "\n     %s sas:\n", title);
	json_array_foreach(array, i, sa)
		sa_lines(out, sa);
}

static void flow_lines(FILE *out, const json_t *flow, long long media_mtu)
{
	unsigned long long spi;

	fprintf(out, "\n   protected vrf: %s\n", sg_field_str(flow, "vrf"));
	ident(out, "local", json_object_get(flow, "local_ident"));
	ident(out, "remote", json_object_get(flow, "remote_ident"));
	fprintf(out, "   current_peer: %s:%lld\n", address(flow, "current_peer"),
		sg_field_int(flow, "current_peer_port"));
	fprintf(out, "     PERMIT, flags={");
	strings(out, json_object_get(flow, "flags"), ",");
	fprintf(out, "}\n");
	counters(out, json_object_get(flow, "counters"));
	fprintf(out, "\n     local crypto endpt.: %s, remote crypto endpt.: %s\n",
		address(flow, "local_endpoint"), address(flow, "remote_endpoint"));
	fprintf(out, "     path mtu %lld, media mtu %lld\n", sg_field_int(flow, "path_mtu"),
		media_mtu);
	spi = (unsigned long long)sg_field_int(flow, "current_outbound_spi");
	fprintf(out, "     current outbound spi: %llX\n", spi);
	sas(out, "inbound esp", json_object_get(flow, "inbound_esp"));
	sas(out, "inbound ah", json_object_get(flow, "inbound_ah"));
	sas(out, "inbound pcp", NULL);
	sas(out, "outbound esp", json_object_get(flow, "outbound_esp"));
	sas(out, "outbound ah", json_object_get(flow, "outbound_ah"));
	sas(out, "outbound pcp", NULL);
}

void sg_render_ipsec_sa(FILE *out, const json_t *data)
{
	const json_t *interface, *flow;
	size_t i, j;

	json_array_foreach(json_object_get(data, "interfaces"), i, interface) {
		fprintf(out, "\ninterface: %s\n", sg_field_str(interface, "interface"));
		fprintf(out, "    Crypto map tag: %s, local addr. %s\n",
			sg_field_str(interface, "map"), address(interface, "local"));
		json_array_foreach(json_object_get(interface, "flows"), j, flow)
			flow_lines(out, flow, sg_field_int(interface, "media_mtu"));
	}
}
