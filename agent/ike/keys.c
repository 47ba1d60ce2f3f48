// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What IKE derives from what (RFC 2409 5, 5.5, appendix A and B): SKEYID and its family, the
 * encryption key, IVs, the hashes that authenticate messages, keying material of IPsec SAs. The
 * formulas only: primitives are in crypto.c, the order of messages is the engine's.
 */
#include <errno.h>
#include <string.h>

#include "crypto.h"

#define DES_KEY_LEN	8
#define DES3_PARTS	3
#define DES_PARITY	0xfe	/* the key bits of a byte */

/* RFC 2409 appendix A, FIPS 74: four weak keys, six pairs of semi-weak ones */
static const uint8_t weak_des[][DES_KEY_LEN] = {
	{ 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01, 0x01 },
	{ 0x1f, 0x1f, 0x1f, 0x1f, 0x0e, 0x0e, 0x0e, 0x0e },
	{ 0xe0, 0xe0, 0xe0, 0xe0, 0xf1, 0xf1, 0xf1, 0xf1 },
	{ 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe, 0xfe },
	{ 0x01, 0xfe, 0x01, 0xfe, 0x01, 0xfe, 0x01, 0xfe },
	{ 0xfe, 0x01, 0xfe, 0x01, 0xfe, 0x01, 0xfe, 0x01 },
	{ 0x1f, 0xe0, 0x1f, 0xe0, 0x0e, 0xf1, 0x0e, 0xf1 },
	{ 0xe0, 0x1f, 0xe0, 0x1f, 0xf1, 0x0e, 0xf1, 0x0e },
	{ 0x01, 0xe0, 0x01, 0xe0, 0x01, 0xf1, 0x01, 0xf1 },
	{ 0xe0, 0x01, 0xe0, 0x01, 0xf1, 0x01, 0xf1, 0x01 },
	{ 0x1f, 0xfe, 0x1f, 0xfe, 0x0e, 0xfe, 0x0e, 0xfe },
	{ 0xfe, 0x1f, 0xfe, 0x1f, 0xfe, 0x0e, 0xfe, 0x0e },
	{ 0x01, 0x1f, 0x01, 0x1f, 0x01, 0x0e, 0x01, 0x0e },
	{ 0x1f, 0x01, 0x1f, 0x01, 0x0e, 0x01, 0x0e, 0x01 },
	{ 0xe0, 0xfe, 0xe0, 0xfe, 0xf1, 0xfe, 0xf1, 0xfe },
	{ 0xfe, 0xe0, 0xfe, 0xe0, 0xfe, 0xf1, 0xfe, 0xf1 },
};

/* Same key bits, whatever the parity bits: looks at all of them. */
static bool des_equal(const uint8_t *a, const uint8_t *b)
{
	uint8_t diff = 0;

	for (size_t i = 0; i < DES_KEY_LEN; i++)
		diff |= (a[i] ^ b[i]) & DES_PARITY;
	return diff == 0;
}

bool sg_des_key_is_weak(const uint8_t key[8])
{
	bool weak = false;

	for (size_t i = 0; i < sizeof(weak_des) / sizeof(weak_des[0]); i++)
		weak |= des_equal(key, weak_des[i]);
	return weak;
}

static bool des3_key_is_weak(const uint8_t *key)
{
	bool weak = false;

	for (size_t i = 0; i < DES3_PARTS; i++)
		weak |= sg_des_key_is_weak(key + i * DES_KEY_LEN);
	weak |= des_equal(key, key + DES_KEY_LEN);
	weak |= des_equal(key + DES_KEY_LEN, key + 2 * DES_KEY_LEN);
	return weak;
}

bool sg_esp_key_is_weak(enum sg_cipher cipher, const uint8_t *key, size_t len)
{
	switch (cipher) {
	case SG_CIPHER_DES:
	case SG_CIPHER_DES_IV64:
	case SG_CIPHER_DES_IV32:
		return len < DES_KEY_LEN || sg_des_key_is_weak(key);
	case SG_CIPHER_3DES:
		return len < DES3_PARTS * DES_KEY_LEN || des3_key_is_weak(key);
	default:
		return false;
	}
}

static bool ike_key_is_weak(const struct sg_ike_keys *keys)
{
	if (keys->encr == SG_ENCR_DES)
		return sg_des_key_is_weak(keys->key);
	if (keys->encr == SG_ENCR_3DES)
		return des3_key_is_weak(keys->key);
	return false;
}

static struct sg_chunk u32_chunk(uint8_t buf[sizeof(uint32_t)], uint32_t v)
{
	buf[0] = (uint8_t)(v >> 24);
	buf[1] = (uint8_t)(v >> 16);
	buf[2] = (uint8_t)(v >> 8);
	buf[3] = (uint8_t)v;
	return SG_CHUNK(buf, sizeof(uint32_t));
}

/* RFC 2409 5: SKEYID_d, _a and _e, each from the one before it and its number. */
static int family(struct sg_ike_keys *keys, const struct sg_ike_exchange *x, struct sg_chunk gxy)
{
	uint8_t *const out[] = { keys->skeyid_d, keys->skeyid_a, keys->skeyid_e };
	struct sg_chunk key = SG_CHUNK(keys->skeyid, keys->hash_len);
	struct sg_chunk previous = SG_CHUNK(keys->skeyid, 0);
	int err = 0;

	for (uint8_t i = 0; !err && i < sizeof(out) / sizeof(out[0]); i++) {
		const struct sg_chunk parts[] = {
			previous, gxy,
			SG_CHUNK(x->cookie_i, IKE_COOKIE_LEN),
			SG_CHUNK(x->cookie_r, IKE_COOKIE_LEN),
			SG_CHUNK(&i, sizeof(i)),
		};

		err = sg_ike_prf(keys->hash, key, parts, sizeof(parts) / sizeof(parts[0]), out[i]);
		previous = SG_CHUNK(out[i], keys->hash_len);
	}
	return err;
}

/* RFC 2409 appendix B: SKEYID_e itself where it is long enough, else K1 | K2 | ... of it. */
static int encryption_key(struct sg_ike_keys *keys)
{
	struct sg_chunk key = SG_CHUNK(keys->skeyid_e, keys->hash_len);
	uint8_t block[SG_IKE_HASH_MAX] = { 0 };
	struct sg_chunk previous = SG_CHUNK(block, 1);	/* K1 = prf(SKEYID_e, 0) */
	size_t done = 0;
	size_t n;
	int err = 0;

	if (keys->key_len <= keys->hash_len) {
		memcpy(keys->key, keys->skeyid_e, keys->key_len);
		return 0;
	}
	while (!err && done < keys->key_len) {
		err = sg_ike_prf(keys->hash, key, &previous, 1, block);
		previous = SG_CHUNK(block, keys->hash_len);
		n = keys->key_len - done < keys->hash_len ? keys->key_len - done : keys->hash_len;
		memcpy(keys->key + done, block, n);
		done += n;
	}
	explicit_bzero(block, sizeof(block));
	return err;
}

int sg_ike_keys_psk(struct sg_ike_keys *keys, const struct sg_policy *policy, struct sg_chunk psk,
		    const struct sg_ike_exchange *x, struct sg_chunk gxy)
{
	const struct sg_chunk nonces[] = { x->ni, x->nr };
	int err;

	memset(keys, 0, sizeof(*keys));
	keys->hash = policy->hash;
	keys->encr = policy->encr;
	keys->hash_len = sg_ike_hash_len(policy->hash);
	keys->block_len = sg_ike_block_len(policy->encr);
	keys->key_len = sg_ike_key_len(policy->encr, policy->key_bits);
	if (!keys->hash_len || !keys->block_len || !keys->key_len)
		return -EINVAL;

	err = sg_ike_prf(keys->hash, psk, nonces, 2, keys->skeyid);
	if (!err)
		err = family(keys, x, gxy);
	if (!err)
		err = encryption_key(keys);
	if (!err && ike_key_is_weak(keys))
		err = -EKEYREJECTED;
	if (err)
		sg_ike_keys_clear(keys);
	return err;
}

void sg_ike_keys_clear(struct sg_ike_keys *keys)
{
	explicit_bzero(keys, sizeof(*keys));
}

int sg_ike_hash_auth(const struct sg_ike_keys *keys, bool initiator,
		     const struct sg_ike_exchange *x, struct sg_chunk id,
		     uint8_t out[SG_IKE_HASH_MAX])
{
	const struct sg_chunk cookie_i = SG_CHUNK(x->cookie_i, IKE_COOKIE_LEN);
	const struct sg_chunk cookie_r = SG_CHUNK(x->cookie_r, IKE_COOKIE_LEN);
	const struct sg_chunk parts[] = {
		initiator ? x->gxi : x->gxr, initiator ? x->gxr : x->gxi,
		initiator ? cookie_i : cookie_r, initiator ? cookie_r : cookie_i,
		x->sai, id,
	};

	return sg_ike_prf(keys->hash, SG_CHUNK(keys->skeyid, keys->hash_len), parts,
			  sizeof(parts) / sizeof(parts[0]), out);
}

int sg_ike_hash1(const struct sg_ike_keys *keys, uint32_t message_id, struct sg_chunk rest,
		 uint8_t out[SG_IKE_HASH_MAX])
{
	uint8_t mid[sizeof(message_id)];
	const struct sg_chunk parts[] = { u32_chunk(mid, message_id), rest };

	return sg_ike_prf(keys->hash, SG_CHUNK(keys->skeyid_a, keys->hash_len), parts, 2, out);
}

int sg_ike_hash2(const struct sg_ike_keys *keys, uint32_t message_id, struct sg_chunk ni,
		 struct sg_chunk rest, uint8_t out[SG_IKE_HASH_MAX])
{
	uint8_t mid[sizeof(message_id)];
	const struct sg_chunk parts[] = { u32_chunk(mid, message_id), ni, rest };

	return sg_ike_prf(keys->hash, SG_CHUNK(keys->skeyid_a, keys->hash_len), parts, 3, out);
}

int sg_ike_hash3(const struct sg_ike_keys *keys, uint32_t message_id, struct sg_chunk ni,
		 struct sg_chunk nr, uint8_t out[SG_IKE_HASH_MAX])
{
	uint8_t mid[sizeof(message_id)];
	const uint8_t zero = 0;
	const struct sg_chunk parts[] = {
		SG_CHUNK(&zero, sizeof(zero)), u32_chunk(mid, message_id), ni, nr,
	};

	return sg_ike_prf(keys->hash, SG_CHUNK(keys->skeyid_a, keys->hash_len), parts, 4, out);
}

static int iv_of(const struct sg_ike_keys *keys, struct sg_chunk a, struct sg_chunk b,
		 struct sg_ike_iv *iv)
{
	const struct sg_chunk parts[] = { a, b };
	uint8_t digest[SG_IKE_HASH_MAX];
	int err;

	err = sg_ike_hash(keys->hash, parts, 2, digest);
	if (err)
		return err;
	memset(iv, 0, sizeof(*iv));
	memcpy(iv->bytes, digest, keys->block_len);
	return 0;
}

int sg_ike_iv_phase1(const struct sg_ike_keys *keys, struct sg_chunk gxi, struct sg_chunk gxr,
		     struct sg_ike_iv *iv)
{
	return iv_of(keys, gxi, gxr, iv);
}

int sg_ike_iv_phase2(const struct sg_ike_keys *keys, const struct sg_ike_iv *last,
		     uint32_t message_id, struct sg_ike_iv *iv)
{
	uint8_t mid[sizeof(message_id)];

	return iv_of(keys, SG_CHUNK(last->bytes, keys->block_len), u32_chunk(mid, message_id), iv);
}

int sg_ike_keymat(const struct sg_ike_keys *keys, struct sg_chunk gxy, uint8_t protocol,
		  uint32_t spi, struct sg_chunk ni, struct sg_chunk nr, uint8_t *out, size_t len)
{
	struct sg_chunk key = SG_CHUNK(keys->skeyid_d, keys->hash_len);
	uint8_t block[SG_IKE_HASH_MAX];
	uint8_t spi_bytes[sizeof(spi)];
	size_t done = 0;
	int err = 0;
	size_t n;

	u32_chunk(spi_bytes, spi);
	while (!err && done < len) {
		const struct sg_chunk parts[] = {
			SG_CHUNK(block, done ? keys->hash_len : 0),
			gxy, SG_CHUNK(&protocol, sizeof(protocol)),
			SG_CHUNK(spi_bytes, sizeof(spi_bytes)), ni, nr,
		};

		err = sg_ike_prf(keys->hash, key, parts, sizeof(parts) / sizeof(parts[0]), block);
		n = len - done < keys->hash_len ? len - done : keys->hash_len;
		if (!err)
			memcpy(out + done, block, n);
		done += n;
	}
	explicit_bzero(block, sizeof(block));
	if (err)
		explicit_bzero(out, len);
	return err;
}
