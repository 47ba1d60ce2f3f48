// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Handlers of `crypto ipsec`: transform sets with the rules of what may stand together, and
 * the global lifetimes.
 */
#include <errno.h>
#include <string.h>

#include "build.h"

enum slot { SLOT_AH, SLOT_CIPHER, SLOT_AUTH };

static const struct transform {
	const char *keyword;
	enum slot slot;
	uint8_t id;		/* enum sg_auth or enum sg_cipher */
} transforms[] = {
	{ "ah-md5-hmac", SLOT_AH, SG_AUTH_HMAC_MD5_96 },
	{ "ah-sha-hmac", SLOT_AH, SG_AUTH_HMAC_SHA1_96 },
	{ "ah-rfc1828", SLOT_AH, SG_AUTH_KEYED_MD5 },
	{ "esp-des", SLOT_CIPHER, SG_CIPHER_DES },
	{ "esp-3des", SLOT_CIPHER, SG_CIPHER_3DES },
	{ "esp-aes", SLOT_CIPHER, SG_CIPHER_AES },
	{ "esp-null", SLOT_CIPHER, SG_CIPHER_NULL },
	{ "esp-seal", SLOT_CIPHER, SG_CIPHER_SEAL },
	{ "esp-rfc1829", SLOT_CIPHER, SG_CIPHER_DES_IV64 },
	{ "esp-md5-hmac", SLOT_AUTH, SG_AUTH_HMAC_MD5_96 },
	{ "esp-sha-hmac", SLOT_AUTH, SG_AUTH_HMAC_SHA1_96 },
};

static const struct transform *transform_of(const struct sg_cli_place *pl)
{
	size_t i;

	for (i = 0; i < sizeof(transforms) / sizeof(transforms[0]); i++)
		if (strlen(transforms[i].keyword) == pl->text_len &&
		    !memcmp(transforms[i].keyword, pl->text, pl->text_len))
			return &transforms[i];
	return NULL;
}

static unsigned int aes_bits(const struct sg_match *m, size_t at)
{
	const struct sg_cli_place *pl;

	if (at + 1 < m->count) {
		pl = m->bound[at + 1].place;
		if (!strncmp(pl->text, "192", 3))
			return 192;
		if (!strncmp(pl->text, "256", 3))
			return 256;
	}
	return 128;
}

/* Reads the transforms of a line into @set. */
static int read_transforms(struct sg_build *b, const struct sg_match *m,
			   struct sg_transform_set *set)
{
	static const char *const slots[] = {
		[SLOT_AH] = "AH transform", [SLOT_CIPHER] = "ESP cipher",
		[SLOT_AUTH] = "ESP authenticator",
	};
	uint8_t *const where[] = {
		[SLOT_AH] = &set->ah, [SLOT_CIPHER] = &set->cipher, [SLOT_AUTH] = &set->esp_auth,
	};
	const struct transform *t;
	size_t i;

	for (i = 4; i < m->count; i++) {
		if (sg_cli_keyword(m, "comp-lzs") == &m->bound[i])
			return sg_build_error(b, m->bound[i].token->column,
					      "%% comp-lzs: IP compression is not supported");
		t = transform_of(m->bound[i].place);
		if (!t)
			continue;	/* key length of esp-aes */
		if (*where[t->slot])
			return sg_build_error(b, m->bound[i].token->column,
					      "%% A transform set has at most one %s",
					      slots[t->slot]);
		*where[t->slot] = t->id;
		if (t->id == SG_CIPHER_AES && t->slot == SLOT_CIPHER)
			set->cipher_bits = aes_bits(m, i);
	}
	return 0;
}

/* What may not stand together. */
static int check_transforms(struct sg_build *b, const struct sg_match *m,
			    const struct sg_transform_set *set)
{
	unsigned int column = m->bound[4].token->column;

	if (set->cipher == SG_CIPHER_SEAL && !set->ah && !set->esp_auth)
		return sg_build_error(
			b, sg_cli_keyword(m, "esp-seal")->token->column,
			"%% esp-seal needs an authenticator in the same transform set "
			"(esp-md5-hmac, esp-sha-hmac, ah-md5-hmac or ah-sha-hmac): transform set "
			"%s is refused",
			set->name);
	if (set->cipher == SG_CIPHER_SEAL && set->ah == SG_AUTH_KEYED_MD5 && !set->esp_auth)
		return sg_build_error(
			b, sg_cli_keyword(m, "ah-rfc1828")->token->column,
			"%% ah-rfc1828 is no authenticator for esp-seal: transform set %s is "
			"refused",
			set->name);
	if (set->esp_auth && !set->cipher)
		return sg_build_error(b, column,
				      "%% An ESP authenticator needs an ESP cipher in the same "
				      "transform set (esp-null for none)");
	if (set->cipher == SG_CIPHER_DES_IV64 && set->esp_auth)
		return sg_build_error(b, sg_cli_keyword(m, "esp-rfc1829")->token->column,
				      "%% esp-rfc1829 has no ESP authenticator");
	return 0;
}

static size_t find_set(const struct sg_config *cfg, const char *name)
{
	const struct sg_transform_set *set = sg_config_set(cfg, name);

	return set ? (size_t)(set - cfg->sets) : cfg->set_count;
}

int sg_do_transform_set(void *ctx, const struct sg_match *m)
{
	struct sg_transform_set set = { .mode = SG_MODE_TUNNEL };
	struct sg_build *b = ctx;
	struct sg_config *cfg = b->cfg;
	size_t i;
	int rc;

	rc = sg_build_name(b, sg_cli_arg(m, "name"), set.name);
	if (rc)
		return rc;
	i = find_set(cfg, set.name);
	if (m->negated) {
		if (i < cfg->set_count)
			sg_build_remove(&cfg->sets, &cfg->set_count, sizeof(*cfg->sets), i);
		return 0;
	}
	b->set = i;
	if (m->count == 4) {
		if (i < cfg->set_count)
			return 0;
		return sg_build_error(b, m->bound[3].token->column + m->bound[3].token->len,
				      "%% Incomplete command.");
	}
	rc = read_transforms(b, m, &set);
	if (!rc)
		rc = check_transforms(b, m, &set);
	if (rc == -ENOMEM)
		return rc;
	if (i == cfg->set_count) {
		rc = sg_build_insert(b, &cfg->sets, &cfg->set_count, sizeof(*cfg->sets), i);
		if (rc)
			return rc;
	} else {
		set.mode = cfg->sets[i].mode;
	}
	set.line = b->line->number;
	cfg->sets[i] = set;
	return 0;
}

int sg_do_mode(void *ctx, const struct sg_match *m)
{
	struct sg_build *b = ctx;

	b->cfg->sets[b->set].mode = !m->negated && sg_cli_has(m, "transport") ? SG_MODE_TRANSPORT :
										SG_MODE_TUNNEL;
	return 0;
}

int sg_do_life(void *ctx, const struct sg_match *m)
{
	const struct sg_cli_bound *seconds = sg_cli_arg(m, "seconds");
	const struct sg_cli_bound *kilobytes = sg_cli_arg(m, "kilobytes");
	struct sg_build *b = ctx;
	struct sg_sa_life *life = &b->cfg->life;

	if (m->negated) {
		if (!sg_cli_has(m, "kilobytes"))
			life->seconds = SG_LIFE_SECONDS_DEFAULT;
		if (!sg_cli_has(m, "seconds"))
			life->kilobytes = SG_LIFE_KILOBYTES_DEFAULT;
		return 0;
	}
	if (seconds)
		life->seconds = seconds->number;
	if (kilobytes)
		life->kilobytes = kilobytes->number;
	return 0;
}

int sg_do_transform_id(void *ctx, const struct sg_match *m)
{
	struct sg_build *b = ctx;

	b->cfg->seal_transform_id = m->negated ? SG_SEAL_TRANSFORM_ID : sg_cli_arg(m, "id")->number;
	return 0;
}
