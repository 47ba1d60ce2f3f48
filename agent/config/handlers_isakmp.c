// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Handlers of `crypto isakmp`: policies and pre-shared keys.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

#define POLICY_LIFETIME_DEFAULT 86400

static void policy_defaults(struct sg_policy *p)
{
	p->encr = SG_ENCR_DES;
	p->key_bits = 0;
	p->hash = SG_HASH_SHA;
	p->auth = SG_IKE_AUTH_RSA_SIG;
	p->group = 1;
	p->lifetime = POLICY_LIFETIME_DEFAULT;
}

int sg_do_policy(void *ctx, const struct sg_match *m)
{
	unsigned int priority = sg_cli_arg(m, "priority")->number;
	struct sg_build *b = ctx;
	struct sg_config *cfg = b->cfg;
	bool there;
	size_t i;
	int rc;

	for (i = 0; i < cfg->policy_count && cfg->policies[i].priority < priority; i++)
		;
	there = i < cfg->policy_count && cfg->policies[i].priority == priority;
	if (m->negated) {
		if (there)
			sg_build_remove(&cfg->policies, &cfg->policy_count, sizeof(*cfg->policies),
					i);
		return 0;
	}
	if (!there) {
		rc = sg_build_insert(b, &cfg->policies, &cfg->policy_count, sizeof(*cfg->policies),
				     i);
		if (rc)
			return rc;
		policy_defaults(&cfg->policies[i]);
		cfg->policies[i].priority = priority;
		cfg->policies[i].line = b->line->number;
	}
	b->policy = i;
	return 0;
}

static struct sg_policy *policy(struct sg_build *b)
{
	return &b->cfg->policies[b->policy];
}

int sg_do_encryption(void *ctx, const struct sg_match *m)
{
	struct sg_policy *p = policy(ctx);

	p->encr = SG_ENCR_DES;
	p->key_bits = 0;
	if (m->negated)
		return 0;
	if (sg_cli_has(m, "3des"))
		p->encr = SG_ENCR_3DES;
	if (sg_cli_has(m, "aes")) {
		p->encr = SG_ENCR_AES;
		p->key_bits = sg_cli_has(m, "256") ? 256 : sg_cli_has(m, "192") ? 192 : 128;
	}
	return 0;
}

int sg_do_hash(void *ctx, const struct sg_match *m)
{
	policy(ctx)->hash = !m->negated && sg_cli_has(m, "md5") ? SG_HASH_MD5 : SG_HASH_SHA;
	return 0;
}

int sg_do_authentication(void *ctx, const struct sg_match *m)
{
	struct sg_policy *p = policy(ctx);

	p->auth = SG_IKE_AUTH_RSA_SIG;
	if (m->negated)
		return 0;
	if (sg_cli_has(m, "pre-share"))
		p->auth = SG_IKE_AUTH_PSK;
	else if (sg_cli_has(m, "rsa-encr"))
		p->auth = SG_IKE_AUTH_RSA_ENCR;
	return 0;
}

int sg_do_group(void *ctx, const struct sg_match *m)
{
	policy(ctx)->group = m->negated ? 1 : strtoul(m->bound[1].place->text, NULL, 10);
	return 0;
}

int sg_do_policy_lifetime(void *ctx, const struct sg_match *m)
{
	policy(ctx)->lifetime = m->negated ? POLICY_LIFETIME_DEFAULT :
					     sg_cli_arg(m, "seconds")->number;
	return 0;
}

/* --- pre-shared keys ---------------------------------------------------------------------- */

static void drop_key(struct sg_config *cfg, size_t i)
{
	explicit_bzero(cfg->psks[i].key, cfg->psks[i].key_len);
	free(cfg->psks[i].key);
	sg_build_remove(&cfg->psks, &cfg->psk_count, sizeof(*cfg->psks), i);
}

static int add_key(struct sg_build *b, const struct sg_token *key, struct in_addr addr,
		   struct in_addr mask)
{
	struct sg_config *cfg = b->cfg;
	char *copy = malloc(key->len);
	struct sg_psk *psk;
	int rc;

	if (!copy)
		return -ENOMEM;
	rc = sg_build_insert(b, &cfg->psks, &cfg->psk_count, sizeof(*cfg->psks), cfg->psk_count);
	if (rc) {
		free(copy);
		return rc;
	}
	memcpy(copy, key->text, key->len);
	psk = &cfg->psks[cfg->psk_count - 1];
	psk->key = copy;
	psk->key_len = key->len;
	psk->addr = addr;
	psk->mask = mask;
	return 0;
}

int sg_do_key(void *ctx, const struct sg_match *m)
{
	struct in_addr addr = sg_cli_arg(m, "addr")->addr, mask = { .s_addr = INADDR_BROADCAST };
	const struct sg_cli_bound *key = sg_cli_arg(m, "key"), *given = sg_cli_arg(m, "mask");
	char addr_text[INET_ADDRSTRLEN], mask_text[INET_ADDRSTRLEN];
	struct sg_build *b = ctx;
	struct sg_config *cfg = b->cfg;
	struct sg_psk *psk;
	size_t i;

	if (given)
		mask = given->addr;
	else if (!addr.s_addr)
		mask = addr;
	addr.s_addr &= mask.s_addr;
	for (i = 0; i < cfg->psk_count; i++)
		if (cfg->psks[i].addr.s_addr == addr.s_addr &&
		    cfg->psks[i].mask.s_addr == mask.s_addr)
			break;
	psk = i < cfg->psk_count ? &cfg->psks[i] : NULL;
	if (m->negated) {
		if (psk)
			drop_key(cfg, i);
		return 0;
	}
	if (key->token->len > SG_PSK_LEN_MAX)
		return sg_build_error(b, key->token->column,
				      "%% A pre-shared key has at most %d characters",
				      SG_PSK_LEN_MAX);
	if (!psk)
		return add_key(b, key->token, addr, mask);
	if (psk->key_len == key->token->len && !memcmp(psk->key, key->token->text, psk->key_len))
		return 0;
	inet_ntop(AF_INET, &addr, addr_text, sizeof(addr_text));
	inet_ntop(AF_INET, &mask, mask_text, sizeof(mask_text));
	return sg_build_error(b, sg_cli_arg(m, "addr")->token->column,
			      "%% A pre-shared key for address mask %s %s already exists!",
			      addr_text, mask_text);
}

int sg_do_key_encrypted(void *ctx, const struct sg_match *m)
{
	if (m->negated)
		return sg_build_ignore(ctx);
	return sg_build_error(
		ctx, m->bound[3].token->column,
		"%% An encrypted (type 6) key cannot be read here: its master key is on the "
		"router. Enter the key itself");
}

int sg_do_isakmp_enable(void *ctx, const struct sg_match *m)
{
	struct sg_build *b = ctx;

	b->cfg->isakmp_enabled = !m->negated;
	return 0;
}

/* What is understood and changes nothing, such as a default said aloud. */
int sg_do_nothing(void *ctx, const struct sg_match *m)
{
	(void)ctx;
	(void)m;
	return 0;
}
