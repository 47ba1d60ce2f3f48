// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Debug lines about IPsec SAs, as the seeds' captures have them.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "debug.h"
#include "engine.h"

#define BLOCK_LEN 640
#define TRANSFORM_LEN 64
#define FLAGS_REQUEST 0x400C	/* as IOS prints for an SA that is asked for */
#define FLAGS_IN 0x2
#define FLAGS_OUT 0xA

struct block {
	bool outbound;
	struct in_addr local, remote;
	struct sg_proxy local_proxy, remote_proxy;
	const char *transform;
	const char *mode;
	uint32_t seconds, kilobytes, spi, conn_id, flags;
};

static const char *const auth_words[__SG_AUTH_LAST] = {
	[SG_AUTH_HMAC_MD5_96] = "esp-md5-hmac ",
	[SG_AUTH_HMAC_SHA1_96] = "esp-sha-hmac ",
};

static const char *const cipher_words[__SG_CIPHER_LAST] = {
	[SG_CIPHER_SEAL] = "esp-seal ",
	[SG_CIPHER_NULL] = "esp-null ",
	[SG_CIPHER_DES] = "esp-des ",
	[SG_CIPHER_3DES] = "esp-3des ",
	[SG_CIPHER_AES] = "esp-aes ",
	[SG_CIPHER_DES_IV64] = "esp-rfc1829 ",
};

static void words(uint16_t cipher, uint16_t auth, char buf[TRANSFORM_LEN])
{
	snprintf(buf, TRANSFORM_LEN, "%s%s",
		 cipher < __SG_CIPHER_LAST && cipher_words[cipher] ? cipher_words[cipher] : "",
		 auth < __SG_AUTH_LAST && auth_words[auth] ? auth_words[auth] : "");
}

static const char *mode_word(uint8_t mode)
{
	return mode == SG_MODE_TRANSPORT ? "Transport" : "Tunnel";
}

static void side(struct sg_proxy *out, struct in_addr addr, struct in_addr mask, uint8_t proto,
		 uint16_t min, uint16_t max)
{
	*out = (struct sg_proxy){
		.type = mask.s_addr == INADDR_NONE ? IKE_ID_IPV4_ADDR : IKE_ID_IPV4_ADDR_SUBNET,
		.proto = proto,
		.port = min == max ? min : 0,
		.addr = addr,
		.mask = mask,
		.last = addr,
	};
}

static void proxies(const struct sg_ksel *sel, struct block *block)
{
	side(&block->local_proxy, sel->src, sel->src_mask, sel->proto, sel->sport_min,
	     sel->sport_max);
	side(&block->remote_proxy, sel->dst, sel->dst_mask, sel->proto, sel->dport_min,
	     sel->dport_max);
}

static void print(const char *title, const struct block *b)
{
	char l[INET_ADDRSTRLEN], r[INET_ADDRSTRLEN];
	char lp[SG_PROXY_TEXT], rp[SG_PROXY_TEXT];

	sg_proxy_print(&b->local_proxy, lp);
	sg_proxy_print(&b->remote_proxy, rp);
	sg_debug(SG_DEBUG_IPSEC,
		 "IPSEC(%s,\n  (key eng. msg.) %s local= %s, remote= %s, \n"
		 "    local_proxy= %s, \n    remote_proxy= %s,\n"
		 "    protocol= ESP, transform= %s (%s), \n    lifedur= %us and %ukb, \n"
		 "    spi= 0x%X(%u), conn_id= %u, keysize= 0, flags= 0x%X",
		 title, b->outbound ? "OUTBOUND" : "INBOUND", sg_addr(b->local, l),
		 sg_addr(b->remote, r), lp, rp, b->transform, b->mode, b->seconds, b->kilobytes,
		 b->spi, b->spi, b->conn_id, b->flags);
}

/** sg_debug_request() - what is asked for, a block a transform set */
void sg_debug_request(const struct sg_isa *isa, const struct sg_node *node,
		      const struct sg_p2_params *params)
{
	char text[TRANSFORM_LEN + 2];
	struct block block = {
		.outbound = true,
		.local = isa->local.sin_addr,
		.remote = isa->remote.sin_addr,
		.transform = text,
		.seconds = params->life.seconds,
		.kilobytes = params->life.kilobytes,
		.flags = FLAGS_REQUEST,
	};
	size_t i;

	if (!sg_debug_on(SG_DEBUG_IPSEC))
		return;
	proxies(&node->proxy, &block);
	for (i = 0; i < params->set_count; i++) {
		words(params->sets[i]->cipher, params->sets[i]->esp_auth, text);
		block.mode = mode_word(params->sets[i]->mode);
		print("sa_request): ", &block);
	}
}

/** sg_debug_validate() - the proposal the IPsec side is asked about */
void sg_debug_validate(const struct sg_isa *isa, const struct sg_node *node,
		       const struct sg_p2_choice *choice)
{
	char text[TRANSFORM_LEN];
	struct block block = {
		.local = isa->local.sin_addr,
		.remote = isa->remote.sin_addr,
		.transform = text,
		.mode = mode_word(choice->sas[0].mode),
		.flags = FLAGS_IN,
	};

	if (!sg_debug_on(SG_DEBUG_IPSEC))
		return;
	proxies(&node->proxy, &block);
	words(choice->sas[0].cipher, choice->sas[0].auth, text);
	print("validate_proposal_request): proposal part #1", &block);
	sg_debug(SG_DEBUG_IPSEC, "IPSEC(kei_proxy): head = %s, map->ivrf = , kei->ivrf = ",
		 node->flow.map);
}

/** sg_debug_spi() - an SPI was made */
void sg_debug_spi(const struct sg_isa *isa, uint32_t spi, uint8_t protocol)
{
	char l[INET_ADDRSTRLEN], r[INET_ADDRSTRLEN];

	sg_debug(SG_DEBUG_IPSEC, "IPSEC(key_engine): got a queue event with 1 kei messages");
	sg_debug(SG_DEBUG_IPSEC,
		 "IPSEC(spi_response): getting spi %u for SA \n"
		 "        from %-15s to %-15s for prot %u", spi,
		 sg_addr(isa->local.sin_addr, l), sg_addr(isa->remote.sin_addr, r), protocol);
}

static void creating(const struct sg_ksa *sa, const struct sg_sa_cookie *cookie, bool out)
{
	char from[INET_ADDRSTRLEN], to[INET_ADDRSTRLEN], pf[INET_ADDRSTRLEN], pt[INET_ADDRSTRLEN];

	sg_debug(SG_DEBUG_ISAKMP,
		 "        %s SA from %s to %s (f/i)  %s(proxy %s to %s)", out ? "outbound" : "inbound",
		 sg_addr(sa->src, from), sg_addr(sa->id.dst, to), out ? "0/0 " : "0/ 0\n        ",
		 sg_addr(out ? sa->proxy.src : sa->proxy.dst, pf),
		 sg_addr(out ? sa->proxy.dst : sa->proxy.src, pt));
	if (out)
		sg_debug(SG_DEBUG_ISAKMP, "        has spi %u and conn_id %u and flags A",
			 sa->id.spi, ntohs(cookie->conn_id));
	else
		sg_debug(SG_DEBUG_ISAKMP, "        has spi 0x%X and conn_id %u and flags 2",
			 sa->id.spi, ntohs(cookie->conn_id));
	sg_debug(SG_DEBUG_ISAKMP, "        lifetime of %u seconds", ntohl(cookie->life_seconds));
	sg_debug(SG_DEBUG_ISAKMP, "        lifetime of %u kilobytes",
		 ntohl(cookie->life_kilobytes));
	sg_debug(SG_DEBUG_ISAKMP, "        has client flags 0x0");
}

void sg_debug_creating(const struct sg_isa *isa, const struct sg_pair *pair)
{
	sg_isa_debug(isa, " Creating IPSec SAs");
	creating(&pair->in, &pair->in_cookie, false);
	creating(&pair->out, &pair->out_cookie, true);
}

static void initialize(const struct sg_pair *pair, const struct sg_ksa *sa,
		       const struct sg_sa_cookie *cookie, bool out)
{
	char text[TRANSFORM_LEN];
	struct block block = {
		.outbound = out,
		.local = pair->peer->local.sin_addr,
		.remote = pair->peer->remote.sin_addr,
		.transform = text,
		.mode = mode_word(sa->mode),
		.seconds = ntohl(cookie->life_seconds),
		.kilobytes = ntohl(cookie->life_kilobytes),
		.spi = sa->id.spi,
		.conn_id = SG_ENGINE_ID + ntohs(cookie->conn_id),
		.flags = out ? FLAGS_OUT : FLAGS_IN,
	};

	words(sa->cipher, sa->auth, text);
	proxies(&sa->proxy, &block);
	print("initialize_sas): ", &block);
}

static void one_sa(const char *what, const struct sg_ksa *sa, const struct sg_sa_cookie *cookie)
{
	char text[TRANSFORM_LEN], addr[INET_ADDRSTRLEN];

	words(sa->cipher, sa->auth, text);
	sg_debug(SG_DEBUG_IPSEC,
		 "IPSEC(%s,\n  (sa) sa_dest= %s, sa_prot= %u, \n    sa_spi= 0x%X(%u), \n"
		 "    sa_trans= %s, sa_conn_id= %u", what, sg_addr(sa->id.dst, addr), sa->id.proto,
		 sa->id.spi, sa->id.spi, text, SG_ENGINE_ID + ntohs(cookie->conn_id));
}

void sg_debug_created(const struct sg_pair *pair)
{
	char addr[INET_ADDRSTRLEN], src[INET_ADDRSTRLEN], dst[INET_ADDRSTRLEN];
	const struct sg_ksel *proxy = &pair->in.proxy;

	if (!sg_debug_on(SG_DEBUG_IPSEC))
		return;
	sg_debug(SG_DEBUG_IPSEC, "IPSEC(key_engine): got a queue event with 2 kei messages");
	initialize(pair, &pair->in, &pair->in_cookie, false);
	initialize(pair, &pair->out, &pair->out_cookie, true);
	sg_debug(SG_DEBUG_IPSEC, "IPSEC(kei_proxy): head = %s, map->ivrf = , kei->ivrf = ",
		 pair->in.flow.map);
	sg_debug(SG_DEBUG_IPSEC,
		 "IPSEC(crypto_ipsec_sa_find_ident_head): reconnecting with the same proxies and %s",
		 sg_addr(pair->peer->remote.sin_addr, addr));
	sg_debug(SG_DEBUG_IPSEC, "IPSEC(mtree_add_ident): src %s, dest %s, dest_port %u",
		 sg_addr(proxy->src, src), sg_addr(proxy->dst, dst),
		 proxy->dport_min == proxy->dport_max ? proxy->dport_min : 0);
	one_sa("create_sa): sa created", &pair->in, &pair->in_cookie);
	one_sa("create_sa): sa created", &pair->out, &pair->out_cookie);
}

void sg_debug_deleted(const struct sg_ksa *sa, const struct sg_sa_cookie *cookie)
{
	if (sg_debug_on(SG_DEBUG_IPSEC))
		one_sa("delete_sa): deleting SA", sa, cookie);
}
