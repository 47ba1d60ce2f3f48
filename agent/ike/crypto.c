// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * OpenSSL, fetched once into a library context of our own: hash, HMAC, CBC, comparison. Single DES
 * lives in OpenSSL's legacy provider, which is why the context is not the default one: nothing
 * else in the process gets to see legacy algorithms. What is derived from what is said in keys.c.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include "crypto.h"

#define MD5_LEN		16
#define SHA1_LEN	20
#define DES_BLOCK	8
#define AES_BLOCK	16
#define BITS_A_BYTE	8

enum { HASHES = SG_HASH_SHA + 1 };

static const struct hash_kind {
	const char *name;
	size_t len;
} hashes[HASHES] = {
	[SG_HASH_MD5] = { "MD5", MD5_LEN },
	[SG_HASH_SHA] = { "SHA1", SHA1_LEN },
};

static const struct cipher_kind {
	enum sg_encr encr;
	size_t key_len, block_len;
	const char *name;
} ciphers[] = {
	{ SG_ENCR_DES, 8, DES_BLOCK, "DES-CBC" },
	{ SG_ENCR_3DES, 24, DES_BLOCK, "DES-EDE3-CBC" },
	{ SG_ENCR_AES, 16, AES_BLOCK, "AES-128-CBC" },
	{ SG_ENCR_AES, 24, AES_BLOCK, "AES-192-CBC" },
	{ SG_ENCR_AES, 32, AES_BLOCK, "AES-256-CBC" },
};

#define CIPHERS (sizeof(ciphers) / sizeof(ciphers[0]))

/* Read only between the first init and the last exit. */
static struct {
	unsigned int refs;
	OSSL_LIB_CTX *lib;
	OSSL_PROVIDER *base, *legacy;
	struct {
		EVP_MD *evp;
	} md[HASHES];
	struct {
		EVP_CIPHER *evp;
	} cipher[CIPHERS];
	EVP_MAC *hmac;
} ossl;

static void unload(void)
{
	for (size_t i = 0; i < CIPHERS; i++)
		EVP_CIPHER_free(ossl.cipher[i].evp);
	for (size_t i = 0; i < HASHES; i++)
		EVP_MD_free(ossl.md[i].evp);
	EVP_MAC_free(ossl.hmac);
	if (ossl.legacy)
		OSSL_PROVIDER_unload(ossl.legacy);
	if (ossl.base)
		OSSL_PROVIDER_unload(ossl.base);
	OSSL_LIB_CTX_free(ossl.lib);
	memset(&ossl, 0, sizeof(ossl));
}

static int refuse(int err, char *why, size_t why_len, const char *text, const char *name)
{
	if (why && why_len)
		snprintf(why, why_len, text, name);
	unload();
	return err;
}

int sg_ike_crypto_init(char *why, size_t why_len)
{
	if (ossl.refs) {
		ossl.refs++;
		return 0;
	}
	ossl.lib = OSSL_LIB_CTX_new();
	if (!ossl.lib)
		return refuse(-ENOMEM, why, why_len, "%s: no memory", "OpenSSL");
	ossl.base = OSSL_PROVIDER_load(ossl.lib, "default");
	if (!ossl.base)
		return refuse(-ENOTSUP, why, why_len, "OpenSSL's %s provider cannot be loaded",
			      "default");
	ossl.legacy = OSSL_PROVIDER_load(ossl.lib, "legacy");
	if (!ossl.legacy)
		return refuse(-ENOTSUP, why, why_len,
			      "OpenSSL's %s provider (ossl-modules/legacy.so of the Debian package "
			      "libssl3) cannot be loaded: there would be no DES", "legacy");
	ossl.hmac = EVP_MAC_fetch(ossl.lib, "HMAC", NULL);
	if (!ossl.hmac)
		return refuse(-ENOTSUP, why, why_len, "OpenSSL has no %s", "HMAC");
	for (size_t i = 0; i < HASHES; i++) {
		ossl.md[i].evp = EVP_MD_fetch(ossl.lib, hashes[i].name, NULL);
		if (!ossl.md[i].evp)
			return refuse(-ENOTSUP, why, why_len, "OpenSSL has no %s", hashes[i].name);
	}
	for (size_t i = 0; i < CIPHERS; i++) {
		ossl.cipher[i].evp = EVP_CIPHER_fetch(ossl.lib, ciphers[i].name, NULL);
		if (!ossl.cipher[i].evp)
			return refuse(-ENOTSUP, why, why_len, "OpenSSL has no %s", ciphers[i].name);
	}
	ossl.refs = 1;
	return 0;
}

void sg_ike_crypto_exit(void)
{
	if (ossl.refs && --ossl.refs == 0)
		unload();
}

static const struct cipher_kind *cipher_kind(enum sg_encr encr, size_t key_len)
{
	for (size_t i = 0; i < CIPHERS; i++)
		if (ciphers[i].encr == encr && ciphers[i].key_len == key_len)
			return &ciphers[i];
	return NULL;
}

size_t sg_ike_hash_len(enum sg_hash hash)
{
	return (unsigned int)hash < HASHES ? hashes[hash].len : 0;
}

size_t sg_ike_block_len(enum sg_encr encr)
{
	for (size_t i = 0; i < CIPHERS; i++)
		if (ciphers[i].encr == encr)
			return ciphers[i].block_len;
	return 0;
}

size_t sg_ike_key_len(enum sg_encr encr, unsigned int key_bits)
{
	const struct cipher_kind *kind;

	if (encr == SG_ENCR_AES) {
		if (key_bits % BITS_A_BYTE)
			return 0;
		kind = cipher_kind(encr, key_bits / BITS_A_BYTE);
		return kind ? kind->key_len : 0;
	}
	for (size_t i = 0; i < CIPHERS; i++)
		if (ciphers[i].encr == encr)
			return ciphers[i].key_len;
	return 0;
}

int sg_ike_hash(enum sg_hash hash, const struct sg_chunk *parts, size_t count,
		uint8_t out[SG_IKE_HASH_MAX])
{
	EVP_MD_CTX *ctx;
	int ok;

	if ((unsigned int)hash >= HASHES || !ossl.refs)
		return -EINVAL;
	ctx = EVP_MD_CTX_new();
	if (!ctx)
		return -ENOMEM;
	ok = EVP_DigestInit_ex2(ctx, ossl.md[hash].evp, NULL);
	for (size_t i = 0; ok && i < count; i++)
		if (parts[i].len)
			ok = EVP_DigestUpdate(ctx, parts[i].data, parts[i].len);
	ok = ok && EVP_DigestFinal_ex(ctx, out, NULL);
	EVP_MD_CTX_free(ctx);
	return ok ? 0 : -EIO;
}

int sg_ike_prf(enum sg_hash hash, struct sg_chunk key, const struct sg_chunk *parts, size_t count,
	       uint8_t out[SG_IKE_HASH_MAX])
{
	OSSL_PARAM params[2];
	EVP_MAC_CTX *ctx;
	int ok;

	if ((unsigned int)hash >= HASHES || !ossl.refs || !key.data)
		return -EINVAL;
	ctx = EVP_MAC_CTX_new(ossl.hmac);
	if (!ctx)
		return -ENOMEM;
	params[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
						     (char *)hashes[hash].name, 0);
	params[1] = OSSL_PARAM_construct_end();
	ok = EVP_MAC_init(ctx, key.data, key.len, params);
	for (size_t i = 0; ok && i < count; i++)
		if (parts[i].len)
			ok = EVP_MAC_update(ctx, parts[i].data, parts[i].len);
	ok = ok && EVP_MAC_final(ctx, out, NULL, SG_IKE_HASH_MAX);
	EVP_MAC_CTX_free(ctx);
	return ok ? 0 : -EIO;
}

bool sg_ike_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

static int cbc(const struct sg_ike_keys *keys, const struct sg_ike_iv *iv, const uint8_t *in,
	       uint8_t *out, size_t len, bool encrypt)
{
	const struct cipher_kind *kind = cipher_kind(keys->encr, keys->key_len);
	EVP_CIPHER_CTX *ctx;
	int done = 0;
	int ok;

	if (!kind || !ossl.refs || len == 0 || len > INT_MAX || len % kind->block_len)
		return -EINVAL;
	ctx = EVP_CIPHER_CTX_new();
	if (!ctx)
		return -ENOMEM;
	ok = EVP_CipherInit_ex2(ctx, ossl.cipher[kind - ciphers].evp, keys->key, iv->bytes,
				encrypt, NULL) &&
	     EVP_CIPHER_CTX_set_padding(ctx, 0) &&
	     EVP_CipherUpdate(ctx, out, &done, in, (int)len);
	EVP_CIPHER_CTX_free(ctx);
	return ok && (size_t)done == len ? 0 : -EIO;
}

static void last_block(const struct sg_ike_keys *keys, const uint8_t *data, size_t len,
		       struct sg_ike_iv *next)
{
	memset(next, 0, sizeof(*next));
	memcpy(next->bytes, data + len - keys->block_len, keys->block_len);
}

int sg_ike_encrypt(const struct sg_ike_keys *keys, const struct sg_ike_iv *iv, uint8_t *buf,
		   size_t len, struct sg_ike_iv *next)
{
	int err = cbc(keys, iv, buf, buf, len, true);

	if (!err)
		last_block(keys, buf, len, next);
	return err;
}

int sg_ike_decrypt(const struct sg_ike_keys *keys, const struct sg_ike_iv *iv, struct sg_chunk in,
		   uint8_t *out, struct sg_ike_iv *next)
{
	int err = cbc(keys, iv, in.data, out, in.len, false);

	if (!err)
		last_block(keys, in.data, in.len, next);
	return err;
}
