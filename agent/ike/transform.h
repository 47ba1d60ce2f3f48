/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A transform set in the terms of the wire: what phase2_sa.c offers and compares with. */
#ifndef SG_IKE_TRANSFORM_H
#define SG_IKE_TRANSFORM_H

#include "proposal.h"

#define SG_P2_PROTOCOLS_MAX 2	/* of a bundle: AH and ESP */

/* One protocol of a set. */
struct sg_p2_want {
	uint8_t protocol, id;
	uint16_t encaps, auth;	/* auth 0: none */
	uint16_t key_bits;	/* 0: no such attribute */
};

/**
 * sg_p2_wants() - the protocols of a set, AH first, as IOS sends them
 * @params: NAT traversal and the number of ESP_SEAL
 * @set: the set
 * @out: one element a protocol
 *
 * Return: how many there are: 0, 1 or 2.
 */
unsigned int sg_p2_wants(const struct sg_p2_params *params, const struct sg_transform_set *set,
			 struct sg_p2_want out[SG_P2_PROTOCOLS_MAX]);

/**
 * sg_p2_cipher_key_len() - bytes of KEYMAT that a cipher takes
 * @cipher: enum sg_cipher
 * @bits: of an AES key
 */
size_t sg_p2_cipher_key_len(uint16_t cipher, uint16_t bits);

/**
 * sg_p2_auth_key_len() - bytes of KEYMAT that an authenticator takes
 * @auth: enum sg_auth
 */
size_t sg_p2_auth_key_len(uint16_t auth);

#endif /* SG_IKE_TRANSFORM_H */
