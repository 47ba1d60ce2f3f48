// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Diffie-Hellman over the MODP groups (RFC 2409 6, RFC 3526): our half, the check of the peer's,
 * the shared secret. No random source: the exponent is the caller's bytes.
 *
 * BN_mod_exp_mont_consttime() is used rather than an EVP_PKEY: generating a key that way draws the
 * exponent from OpenSSL's own generator, where the engine has to choose it for two of them to run
 * deterministically side by side. It is the function that lies underneath either way, with memory
 * accesses and running time that do not depend on the exponent.
 */
#include <errno.h>
#include <string.h>

#include <openssl/bn.h>

#include "crypto.h"

#define GENERATOR 2

/*
 * Exponents of 256 bits are twice the strength of groups up to 14; 15 and 16 get more
 * (RFC 3526 8: 260 and 300 bits at least).
 */
static const struct group {
	unsigned int number;
	size_t len, private_len;
	/* into a new number where bn is NULL */
	BIGNUM *(*prime)(BIGNUM *bn);
} groups[] = {
	{ 1, 96, 32, BN_get_rfc2409_prime_768 },
	{ 2, 128, 32, BN_get_rfc2409_prime_1024 },
	{ 5, 192, 32, BN_get_rfc3526_prime_1536 },
	{ 14, 256, 32, BN_get_rfc3526_prime_2048 },
	{ 15, 384, 40, BN_get_rfc3526_prime_3072 },
	{ 16, SG_DH_MAX, SG_DH_PRIVATE_MAX, BN_get_rfc3526_prime_4096 },
};

static const struct group *group_of(unsigned int number)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (groups[i].number == number)
			return &groups[i];
	return NULL;
}

size_t sg_dh_len(unsigned int group)
{
	const struct group *g = group_of(group);

	return g ? g->len : 0;
}

size_t sg_dh_private_len(unsigned int group)
{
	const struct group *g = group_of(group);

	return g ? g->private_len : 0;
}

/* 1 < value < p - 1 */
static int in_range(const BIGNUM *value, const BIGNUM *p)
{
	BIGNUM *limit = BN_dup(p);
	int err = -ENOMEM;

	if (limit && BN_sub_word(limit, 1))
		err = BN_cmp(value, BN_value_one()) > 0 && BN_cmp(value, limit) < 0 ?
		      0 : -EKEYREJECTED;
	BN_free(limit);
	return err;
}

int sg_dh_check(unsigned int group, struct sg_chunk public)
{
	const struct group *g = group_of(group);
	BIGNUM *value, *p;
	int err = -ENOMEM;

	if (!g || public.len != g->len)
		return -EINVAL;
	p = g->prime(NULL);
	value = BN_bin2bn(public.data, (int)public.len, NULL);
	if (p && value)
		err = in_range(value, p);
	BN_free(value);
	BN_free(p);
	return err;
}

/* out = base ^ exponent mod p, on the group's length */
static int power(const struct group *g, struct sg_chunk base, const uint8_t *exponent,
		 uint8_t *out)
{
	BIGNUM *b, *e, *p, *r;
	int err = -ENOMEM;
	BN_CTX *ctx;

	ctx = BN_CTX_secure_new();
	p = g->prime(NULL);
	b = BN_bin2bn(base.data, (int)base.len, NULL);
	e = BN_secure_new();
	r = BN_secure_new();
	if (!ctx || !p || !b || !e || !r || !BN_bin2bn(exponent, (int)g->private_len, e))
		goto out;
	BN_set_flags(e, BN_FLG_CONSTTIME);
	err = -EIO;
	if (!BN_mod_exp_mont_consttime(r, b, e, p, ctx, NULL))
		goto out;
	err = in_range(r, p);
	if (!err && BN_bn2binpad(r, out, (int)g->len) != (int)g->len)
		err = -EIO;
out:
	BN_clear_free(r);
	BN_clear_free(e);
	BN_free(b);
	BN_free(p);
	BN_CTX_free(ctx);
	return err;
}

int sg_dh_start(struct sg_dh *dh, unsigned int group, const uint8_t *random, size_t len)
{
	const struct group *g = group_of(group);
	const uint8_t two = GENERATOR;
	int err;

	memset(dh, 0, sizeof(*dh));
	if (!g || len != g->private_len)
		return -EINVAL;
	dh->group = group;
	dh->len = g->len;
	dh->private_len = len;
	memcpy(dh->private, random, len);
	err = power(g, SG_CHUNK(&two, sizeof(two)), dh->private, dh->public);
	if (err)
		sg_dh_clear(dh);
	return err;
}

int sg_dh_finish(const struct sg_dh *dh, struct sg_chunk public, uint8_t shared[SG_DH_MAX])
{
	const struct group *g = group_of(dh->group);
	int err;

	if (!g)
		return -EINVAL;
	err = sg_dh_check(dh->group, public);
	if (err)
		return err;
	return power(g, public, dh->private, shared);
}

void sg_dh_clear(struct sg_dh *dh)
{
	explicit_bzero(dh, sizeof(*dh));
}
