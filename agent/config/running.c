// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The configuration as IOS prints it (`show running-config`): its order, its canonical forms, its
 * blanks, defaults left out. Secrets are printed.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "parse.h"

#define POLICY_LIFETIME_DEFAULT 86400
#define MINUTES_AN_HOUR 60

static const char *addr_text(struct in_addr addr, char *buf)
{
	inet_ntop(AF_INET, &addr, buf, INET_ADDRSTRLEN);
	return buf;
}

static void timestamps(FILE *out, const char *what, enum sg_timestamps ts, unsigned int flags)
{
	if (ts == SG_TS_NONE)
		return;
	fprintf(out, "service timestamps %s %s%s%s%s%s\n", what,
		ts == SG_TS_UPTIME ? "uptime" : "datetime",
		ts == SG_TS_DATETIME_MSEC ? " msec" : "",
		flags & SG_TS_F_LOCALTIME ? " localtime" : "",
		flags & SG_TS_F_TIMEZONE ? " show-timezone" : "",
		flags & SG_TS_F_YEAR ? " year" : "");
}

static void globals(FILE *out, const struct sg_config *cfg)
{
	int minutes = abs(cfg->tz_minutes) % MINUTES_AN_HOUR,
	    hours = abs(cfg->tz_minutes) / MINUTES_AN_HOUR;

	timestamps(out, "debug", cfg->ts_debug, cfg->ts_debug_flags);
	timestamps(out, "log", cfg->ts_log, cfg->ts_log_flags);
	fprintf(out, "!\n");
	if (cfg->hostname[0])
		fprintf(out, "hostname %s\n!\n", cfg->hostname);
	if (cfg->tz_name[0]) {
		fprintf(out, "clock timezone %s %s%d", cfg->tz_name, cfg->tz_minutes < 0 ? "-" : "",
			hours);
		if (minutes)
			fprintf(out, " %d", minutes);
		fprintf(out, "\n");
	}
	if (cfg->domain_name[0])
		fprintf(out, "ip domain-name %s\n", cfg->domain_name);
	fprintf(out, "!\n");
}

static void policy(FILE *out, const struct sg_policy *p)
{
	fprintf(out, "crypto isakmp policy %u\n", p->priority);
	if (p->encr == SG_ENCR_3DES)
		fprintf(out, " encr 3des\n");
	else if (p->encr == SG_ENCR_AES && p->key_bits == 128)
		fprintf(out, " encr aes\n");
	else if (p->encr == SG_ENCR_AES)
		fprintf(out, " encr aes %u\n", p->key_bits);
	if (p->hash == SG_HASH_MD5)
		fprintf(out, " hash md5\n");
	if (p->auth == SG_IKE_AUTH_PSK)
		fprintf(out, " authentication pre-share\n");
	else if (p->auth == SG_IKE_AUTH_RSA_ENCR)
		fprintf(out, " authentication rsa-encr\n");
	if (p->group != 1)
		fprintf(out, " group %u\n", p->group);
	if (p->lifetime != POLICY_LIFETIME_DEFAULT)
		fprintf(out, " lifetime %u\n", p->lifetime);
}

/* A key that reads like a type digit, or like a word of the command, needs its type ahead. */
static bool needs_type(const struct sg_psk *psk)
{
	return psk->key_len == 1 && psk->key[0] >= '0' && psk->key[0] <= '9';
}

static void isakmp(FILE *out, const struct sg_config *cfg)
{
	char addr[INET_ADDRSTRLEN], mask[INET_ADDRSTRLEN];
	const struct sg_psk *psk;
	size_t i;

	if (!cfg->isakmp_enabled)
		fprintf(out, "no crypto isakmp enable\n");
	for (i = 0; i < cfg->policy_count; i++)
		policy(out, &cfg->policies[i]);
	for (i = 0; i < cfg->psk_count; i++) {
		psk = &cfg->psks[i];
		fprintf(out, "crypto isakmp key %s%.*s address %s", needs_type(psk) ? "0 " : "",
			(int)psk->key_len, psk->key, addr_text(psk->addr, addr));
		if (psk->mask.s_addr != INADDR_BROADCAST)
			fprintf(out, " %s", addr_text(psk->mask, mask));
		fprintf(out, "\n");
	}
	fprintf(out, "!\n");
}

static const char *ah_keyword(unsigned int auth)
{
	switch (auth) {
	case SG_AUTH_HMAC_MD5_96:
		return "ah-md5-hmac ";
	case SG_AUTH_HMAC_SHA1_96:
		return "ah-sha-hmac ";
	case SG_AUTH_KEYED_MD5:
		return "ah-rfc1828 ";
	default:
		return "";
	}
}

static const char *cipher_keyword(unsigned int cipher, unsigned int bits)
{
	switch (cipher) {
	case SG_CIPHER_SEAL:
		return "esp-seal ";
	case SG_CIPHER_NULL:
		return "esp-null ";
	case SG_CIPHER_DES:
		return "esp-des ";
	case SG_CIPHER_3DES:
		return "esp-3des ";
	case SG_CIPHER_AES:
		return bits == 256 ? "esp-aes 256 " : bits == 192 ? "esp-aes 192 " : "esp-aes ";
	case SG_CIPHER_DES_IV64:
	case SG_CIPHER_DES_IV32:
		return "esp-rfc1829 ";
	default:
		return "";
	}
}

static const char *esp_auth_keyword(unsigned int auth)
{
	switch (auth) {
	case SG_AUTH_HMAC_MD5_96:
		return "esp-md5-hmac ";
	case SG_AUTH_HMAC_SHA1_96:
		return "esp-sha-hmac ";
	default:
		return "";
	}
}

static void life(FILE *out, const char *prefix, uint32_t seconds, uint32_t kilobytes)
{
	if (kilobytes)
		fprintf(out, "%s security-association lifetime kilobytes %u\n", prefix, kilobytes);
	if (seconds)
		fprintf(out, "%s security-association lifetime seconds %u\n", prefix, seconds);
}

static void ipsec(FILE *out, const struct sg_config *cfg)
{
	const struct sg_transform_set *set;
	size_t i;

	life(out, "crypto ipsec",
	     cfg->life.seconds == SG_LIFE_SECONDS_DEFAULT ? 0 : cfg->life.seconds,
	     cfg->life.kilobytes == SG_LIFE_KILOBYTES_DEFAULT ? 0 : cfg->life.kilobytes);
	if (cfg->seal_transform_id != SG_SEAL_TRANSFORM_ID)
		fprintf(out, "crypto ipsec esp-seal transform-id %u\n", cfg->seal_transform_id);
	fprintf(out, "!\n");
	for (i = 0; i < cfg->set_count; i++) {
		set = &cfg->sets[i];
		fprintf(out, "crypto ipsec transform-set %s %s%s%s\n", set->name,
			ah_keyword(set->ah), cipher_keyword(set->cipher, set->cipher_bits),
			esp_auth_keyword(set->esp_auth));
		if (set->mode == SG_MODE_TRANSPORT)
			fprintf(out, " mode transport\n");
	}
	fprintf(out, "!\n");
}

static void entry(FILE *out, const struct sg_crypto_entry *e)
{
	char addr[INET_ADDRSTRLEN];
	size_t i;

	fprintf(out, "crypto map %s %u %s", e->map, e->seq,
		e->kind == SG_MAP_MANUAL ? "ipsec-manual " : "ipsec-isakmp ");
	if (e->kind == SG_MAP_DYNAMIC)
		fprintf(out, "dynamic %s ", e->dynamic);
	fprintf(out, "\n");
	for (i = 0; i < e->peer_count; i++)
		fprintf(out, " set peer %s\n", addr_text(e->peers[i], addr));
	life(out, " set", e->life.seconds, e->life.kilobytes);
	if (e->set_count) {
		fprintf(out, " set transform-set ");
		for (i = 0; i < e->set_count; i++)
			fprintf(out, "%s ", e->sets[i]);
		fprintf(out, "\n");
	}
	if (e->pfs_group)
		fprintf(out, " set pfs group%u\n", e->pfs_group);
	if (e->acl[0])
		fprintf(out, " match address %s\n", e->acl);
}

static void maps(FILE *out, const struct sg_config *cfg)
{
	size_t i;

	for (i = 0; i < cfg->local_address_count; i++)
		fprintf(out, "crypto map %s local-address %s\n", cfg->local_addresses[i].map,
			cfg->local_addresses[i].ifname);
	for (i = 0; i < cfg->entry_count; i++)
		entry(out, &cfg->entries[i]);
	fprintf(out, "!\n");
}

static void interfaces(FILE *out, const struct sg_config *cfg)
{
	char addr[INET_ADDRSTRLEN], mask[INET_ADDRSTRLEN];
	const struct sg_interface *iface;
	size_t i;

	for (i = 0; i < cfg->interface_count; i++) {
		iface = &cfg->interfaces[i];
		fprintf(out, "interface %s\n", iface->name);
		if (iface->addr.s_addr)
			fprintf(out, " ip address %s %s\n", addr_text(iface->addr, addr),
				addr_text(iface->mask, mask));
		else
			fprintf(out, " no ip address\n");
		if (iface->shutdown)
			fprintf(out, " shutdown\n");
		if (iface->map[0])
			fprintf(out, " crypto map %s\n", iface->map);
		fprintf(out, "!\n");
	}
}

static void acls(FILE *out, const struct sg_config *cfg)
{
	const struct sg_acl_list *acl;
	size_t i, j;

	for (i = 0; i < cfg->acl_count; i++) {
		acl = &cfg->acls[i];
		if (!acl->named)
			continue;
		fprintf(out, "ip access-list extended %s\n", acl->name);
		for (j = 0; j < acl->ace_count; j++)
			fprintf(out, " %s\n", acl->aces[j].text);
	}
	for (i = 0; i < cfg->acl_count; i++) {
		acl = &cfg->acls[i];
		for (j = 0; !acl->named && j < acl->ace_count; j++)
			fprintf(out, "access-list %s %s\n", acl->name, acl->aces[j].text);
	}
	fprintf(out, "!\n");
}

char *sg_config_running(const struct sg_config *cfg)
{
	char *text = NULL;
	size_t len = 0;
	bool failed;
	FILE *out;

	out = open_memstream(&text, &len);
	if (!out)
		return NULL;
	globals(out, cfg);
	isakmp(out, cfg);
	ipsec(out, cfg);
	maps(out, cfg);
	interfaces(out, cfg);
	acls(out, cfg);
	fprintf(out, "end\n");
	failed = ferror(out);
	failed = fclose(out) || failed;
	if (!failed)
		return text;
	if (text)
		explicit_bzero(text, len);
	free(text);
	return NULL;
}
