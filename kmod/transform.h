/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The transforms that this release carries: one row each.
 */
#ifndef SG_TRANSFORM_H
#define SG_TRANSFORM_H

#include "types.h"

struct netlink_ext_ack;
struct sg_esp_shape;
struct sg_sa_params;

/**
 * sg_transform_check() - may an SA be made of these?
 * @params: protocol, mode, cipher, auth and flags are looked at
 * @cipher_len: bytes of cipher key, 0 = none was given
 * @auth_len: bytes of authenticator key, 0 = none was given
 * @extack: says why not
 * @fault: set to the enum sg_sa_attr at fault
 *
 * Return: 0; -EOPNOTSUPP: not carried, or a use of SEAL that is not safe; -ENOKEY: a key is
 * missing; -EINVAL: a key is of the wrong length, or there is none to be given.
 */
int sg_transform_check(const struct sg_sa_params *params, unsigned int cipher_len,
		       unsigned int auth_len, struct netlink_ext_ack *extack, u16 *fault);

/* What the checked transform adds to a packet. */
void sg_transform_shape(const struct sg_sa_params *params, struct sg_esp_shape *shape);

/* The crypto API's name of the checked transform's keyed authenticator; NULL = it has none. */
const char *sg_transform_mac(const struct sg_sa_params *params);

/* Bit n: number n of enum sg_cipher, enum sg_auth is carried. */
u64 sg_transform_ciphers(void);
u64 sg_transform_auths(void);

#endif /* SG_TRANSFORM_H */
