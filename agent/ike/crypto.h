/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The cryptography of IKEv1 (RFC 2409 5, appendix A and B) on OpenSSL: hashes, prf,
 * Diffie-Hellman, keys, IVs, CBC. No policy, no state of an exchange, no random source: random
 * bytes come from the caller.
 *
 * Every function that can fail returns 0 or -errno: -EINVAL wrong argument or length, -EKEYREJECTED
 * a value that must be refused (weak key, bad public value), -ENOTSUP not in this
 * OpenSSL, -ENOMEM, -EIO anything else that OpenSSL refused.
 */
#ifndef SG_IKE_CRYPTO_H
#define SG_IKE_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../config/model.h"
#include "codec.h"
#include "isakmp.h"

#define SG_IKE_HASH_MAX		20	/* SHA-1 */
#define SG_IKE_KEY_MAX		32	/* AES-256 */
#define SG_IKE_BLOCK_MAX	16
#define SG_DH_MAX		512	/* group 16 */
#define SG_DH_PRIVATE_MAX	40

/**
 * sg_ike_crypto_init() - load OpenSSL's providers into a context of our own
 * @why: on failure, what is missing and which package brings it
 * @why_len: bytes of it
 *
 * Call once ahead of everything else here; counted, so that each user may call it. Not
 * thread-safe; the rest is.
 *
 * Return: 0, -ENOTSUP, -ENOMEM.
 */
int sg_ike_crypto_init(char *why, size_t why_len);
void sg_ike_crypto_exit(void);

size_t sg_ike_hash_len(enum sg_hash hash);	/* 16, 20 */
size_t sg_ike_block_len(enum sg_encr encr);	/* 8, 16 */
size_t sg_ike_key_len(enum sg_encr encr, unsigned int key_bits);	/* 0: no such key length */

/**
 * sg_ike_hash() - digest of parts, one behind the other
 * @hash: MD5 or SHA-1
 * @parts: the parts; empty ones are passed over
 * @count: of them
 * @out: sg_ike_hash_len() bytes
 */
int sg_ike_hash(enum sg_hash hash, const struct sg_chunk *parts, size_t count,
		uint8_t out[SG_IKE_HASH_MAX]);

/**
 * sg_ike_prf() - HMAC of parts: IKE's prf (RFC 2409 4)
 * @hash: MD5 or SHA-1
 * @key: its data may not be NULL
 * @parts: as in sg_ike_hash()
 * @count: of them
 * @out: sg_ike_hash_len() bytes
 */
int sg_ike_prf(enum sg_hash hash, struct sg_chunk key, const struct sg_chunk *parts, size_t count,
	       uint8_t out[SG_IKE_HASH_MAX]);

/* Constant time. */
bool sg_ike_equal(const void *a, const void *b, size_t len);

/* --- Diffie-Hellman: dh.c --------------------------------------------------------------------- */

struct sg_dh {
	unsigned int group;
	size_t len;		/* of public values and of the shared secret: the prime's */
	size_t private_len;
	uint8_t private[SG_DH_PRIVATE_MAX];
	uint8_t public[SG_DH_MAX];
};

size_t sg_dh_len(unsigned int group);		/* bytes of a public value; 0: not ours */
size_t sg_dh_private_len(unsigned int group);	/* random bytes that sg_dh_start() takes */

/**
 * sg_dh_start() - our half
 * @dh: written whole; sg_dh_clear() when done
 * @group: 1, 2, 5, 14, 15, 16
 * @random: sg_dh_private_len() bytes from the random source; wipe it
 * @len: bytes of it
 *
 * Return: 0, -EINVAL (group, length), -EKEYREJECTED (random bytes that are not), -ENOMEM.
 */
int sg_dh_start(struct sg_dh *dh, unsigned int group, const uint8_t *random, size_t len);

/**
 * sg_dh_check() - may this be a peer's public value?
 * @group: of the exchange
 * @public: the KE payload's body
 *
 * Return: 0, -EINVAL (length is not the group's), -EKEYREJECTED (0, 1, p-1, >= p).
 */
int sg_dh_check(unsigned int group, struct sg_chunk public);

/**
 * sg_dh_finish() - the shared secret
 * @dh: our half
 * @public: the peer's public value; checked
 * @shared: dh->len bytes, zeroes on the left; wipe it
 */
int sg_dh_finish(const struct sg_dh *dh, struct sg_chunk public, uint8_t shared[SG_DH_MAX]);
void sg_dh_clear(struct sg_dh *dh);

/* --- keys of an IKE SA: keys.c ---------------------------------------------------------------- */

/* What was negotiated and exchanged in phase 1. Chunks are bodies of payloads. */
struct sg_ike_exchange {
	struct sg_chunk gxi, gxr;	/* KE of initiator and responder */
	struct sg_chunk ni, nr;		/* nonces */
	const uint8_t *cookie_i, *cookie_r;
	struct sg_chunk sai;		/* SAi_b: the whole body of the initiator's SA */
};

struct sg_ike_keys {
	enum sg_hash hash;
	enum sg_encr encr;
	size_t hash_len, key_len, block_len;
	uint8_t skeyid[SG_IKE_HASH_MAX];
	uint8_t skeyid_d[SG_IKE_HASH_MAX];
	uint8_t skeyid_a[SG_IKE_HASH_MAX];
	uint8_t skeyid_e[SG_IKE_HASH_MAX];
	uint8_t key[SG_IKE_KEY_MAX];	/* Ka: encrypts the rest */
};

/* The IV of the next message in a chain: never moved by a message that has not proven itself. */
struct sg_ike_iv {
	uint8_t bytes[SG_IKE_BLOCK_MAX];
};

/**
 * sg_ike_keys_psk() - SKEYID, SKEYID_d/a/e, Ka from a pre-shared key (RFC 2409 5, appendix B)
 * @keys: written whole; sg_ike_keys_clear() when done
 * @policy: as negotiated: encr, key_bits, hash
 * @psk: the pre-shared key
 * @x: ni, nr, cookies
 * @gxy: the shared secret
 *
 * Return: 0, -EINVAL, -EKEYREJECTED (the key came out weak: start anew).
 */
int sg_ike_keys_psk(struct sg_ike_keys *keys, const struct sg_policy *policy, struct sg_chunk psk,
		    const struct sg_ike_exchange *x, struct sg_chunk gxy);
void sg_ike_keys_clear(struct sg_ike_keys *keys);

/**
 * sg_ike_hash_auth() - HASH_I or HASH_R (RFC 2409 5)
 * @keys: of the IKE SA
 * @initiator: true: HASH_I, false: HASH_R
 * @x: all of it
 * @id: body of that side's ID payload as sent or received
 * @out: keys->hash_len bytes
 */
int sg_ike_hash_auth(const struct sg_ike_keys *keys, bool initiator,
		     const struct sg_ike_exchange *x, struct sg_chunk id,
		     uint8_t out[SG_IKE_HASH_MAX]);

/* HASH(1) of Quick Mode and the hash of Informational: rest = the payloads behind HASH. */
int sg_ike_hash1(const struct sg_ike_keys *keys, uint32_t message_id, struct sg_chunk rest,
		 uint8_t out[SG_IKE_HASH_MAX]);
int sg_ike_hash2(const struct sg_ike_keys *keys, uint32_t message_id, struct sg_chunk ni,
		 struct sg_chunk rest, uint8_t out[SG_IKE_HASH_MAX]);
int sg_ike_hash3(const struct sg_ike_keys *keys, uint32_t message_id, struct sg_chunk ni,
		 struct sg_chunk nr, uint8_t out[SG_IKE_HASH_MAX]);

/* IV of the first encrypted message of phase 1. */
int sg_ike_iv_phase1(const struct sg_ike_keys *keys, struct sg_chunk gxi, struct sg_chunk gxr,
		     struct sg_ike_iv *iv);
/* IV of the first message of a phase-2 or Informational exchange; last: of phase 1. */
int sg_ike_iv_phase2(const struct sg_ike_keys *keys, const struct sg_ike_iv *last,
		     uint32_t message_id, struct sg_ike_iv *iv);

/**
 * sg_ike_encrypt() - CBC, in place
 * @keys: of the IKE SA
 * @iv: of this message; not changed
 * @buf: whole blocks
 * @len: bytes of it
 * @next: the last ciphertext block; may be @iv
 */
int sg_ike_encrypt(const struct sg_ike_keys *keys, const struct sg_ike_iv *iv, uint8_t *buf,
		   size_t len, struct sg_ike_iv *next);

/**
 * sg_ike_decrypt() - CBC, from one buffer to another
 * @keys: of the IKE SA
 * @iv: of this message; not changed
 * @in: ciphertext, whole blocks (-EINVAL otherwise, and when empty)
 * @out: in.len bytes; must not overlap
 * @next: the last ciphertext block: take it over only once the message's hash has verified
 */
int sg_ike_decrypt(const struct sg_ike_keys *keys, const struct sg_ike_iv *iv, struct sg_chunk in,
		   uint8_t *out, struct sg_ike_iv *next);

/**
 * sg_ike_keymat() - keying material of one SA (RFC 2409 5.5)
 * @keys: of the IKE SA
 * @gxy: the shared secret of the Quick Mode with PFS; empty without
 * @protocol: IKE_PROTO_ESP or IKE_PROTO_AH
 * @spi: host byte order, the one its receiver chose
 * @ni: nonce of the Quick Mode's initiator
 * @nr: of its responder
 * @out: wipe it
 * @len: bytes wanted: cipher key, then authenticator key
 */
int sg_ike_keymat(const struct sg_ike_keys *keys, struct sg_chunk gxy, uint8_t protocol,
		  uint32_t spi, struct sg_chunk ni, struct sg_chunk nr, uint8_t *out, size_t len);

/* One of the 16 weak and semi-weak DES keys, parity bits aside (RFC 2409 appendix A). */
bool sg_des_key_is_weak(const uint8_t key[8]);
/* The same for an ESP SA's key: DES, each part of 3DES, equal parts of it (RFC 2451 2.3). */
bool sg_esp_key_is_weak(enum sg_cipher cipher, const uint8_t *key, size_t len);

#endif /* SG_IKE_CRYPTO_H */
