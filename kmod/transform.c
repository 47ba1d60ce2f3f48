// SPDX-License-Identifier: GPL-2.0
/*
 * The transforms that this release carries, as tables: ciphers and authenticators with their
 * key lengths and what they add to a packet, and the rules of their combination.
 *
 * Not here: the ciphers themselves (seal.c, the kernel's crypto API) and the packet (esp.c).
 */
#include <linux/in.h>
#include <linux/kernel.h>
#include <linux/netlink.h>

#include "espsize.h"
#include "sadb.h"
#include "transform.h"

#define KEY_LENGTHS	3
#define ICV_96		12

struct cipher_row {
	u16 id;
	u16 key_len[KEY_LENGTHS];	/* bytes; 0 = no further one */
	u16 iv, align;			/* bytes, as in struct sg_esp_shape */
	bool stream;			/* the key stream follows from the sequence number alone */
};

struct auth_row {
	u16 id;
	u16 key_len;			/* bytes */
	u16 icv;			/* bytes */
	const char *mac;
};

static const struct cipher_row ciphers[] = {
	{ SG_CIPHER_SEAL, { SG_SEAL_KEY_BYTES }, .iv = 0, .align = SG_ESP_ALIGN, .stream = true },
};

static const struct auth_row auths[] = {
	{ SG_AUTH_HMAC_MD5_96, 16, ICV_96, "hmac(md5)" },
	{ SG_AUTH_HMAC_SHA1_96, 20, ICV_96, "hmac(sha1)" },
};

static const struct cipher_row *cipher_find(u16 id)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(ciphers); i++)
		if (ciphers[i].id == id)
			return &ciphers[i];
	return NULL;
}

static const struct auth_row *auth_find(u16 id)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(auths); i++)
		if (auths[i].id == id)
			return &auths[i];
	return NULL;
}

static bool cipher_key_fits(const struct cipher_row *cipher, unsigned int len)
{
	int i;

	for (i = 0; i < KEY_LENGTHS && cipher->key_len[i]; i++)
		if (cipher->key_len[i] == len)
			return true;
	return false;
}

/* What is dangerous about a cipher whose key stream is a function of key and number. */
static int check_stream(const struct sg_sa_params *params, struct netlink_ext_ack *extack,
			u16 *fault)
{
	*fault = SG_SA_FLAGS;
	if (params->flags & SG_SA_F_MANUAL) {
		NL_SET_ERR_MSG(extack,
			       "SEAL cannot be keyed by hand: its key stream would repeat");
		return -EOPNOTSUPP;
	}
	if (params->flags & SG_SA_F_BUNDLED_AUTH) {
		NL_SET_ERR_MSG(extack, "SEAL under the AH of a bundle is not carried");
		return -EOPNOTSUPP;
	}
	if (params->auth == SG_AUTH_NONE) {
		*fault = SG_SA_AUTH;
		NL_SET_ERR_MSG(extack, "SEAL needs an authenticator");
		return -EOPNOTSUPP;
	}
	return 0;
}

static int check_carried(const struct sg_sa_params *params, struct netlink_ext_ack *extack,
			 u16 *fault)
{
	if (params->id.proto != IPPROTO_ESP) {
		*fault = SG_SA_PROTO;
		NL_SET_ERR_MSG(extack, "protocol is not carried: ESP (50) is");
		return -EOPNOTSUPP;
	}
	if (params->mode != SG_MODE_TUNNEL) {
		*fault = SG_SA_MODE;
		NL_SET_ERR_MSG(extack, "mode is not carried: tunnel mode is");
		return -EOPNOTSUPP;
	}
	if (!cipher_find(params->cipher)) {
		*fault = SG_SA_CIPHER;
		NL_SET_ERR_MSG(extack, "cipher is not carried");
		return -EOPNOTSUPP;
	}
	if (params->auth != SG_AUTH_NONE && !auth_find(params->auth)) {
		*fault = SG_SA_AUTH;
		NL_SET_ERR_MSG(extack, "authenticator is not carried");
		return -EOPNOTSUPP;
	}
	return 0;
}

static int check_keys(const struct cipher_row *cipher, unsigned int cipher_len,
		      const struct auth_row *auth, unsigned int auth_len,
		      struct netlink_ext_ack *extack, u16 *fault)
{
	*fault = SG_SA_CIPHER_KEY;
	if (!cipher_len) {
		NL_SET_ERR_MSG(extack, "cipher key is missing");
		return -ENOKEY;
	}
	if (!cipher_key_fits(cipher, cipher_len)) {
		NL_SET_ERR_MSG(extack, "cipher key is of the wrong length");
		return -EINVAL;
	}
	*fault = SG_SA_AUTH_KEY;
	if (!auth && auth_len) {
		NL_SET_ERR_MSG(extack, "authenticator key without an authenticator");
		return -EINVAL;
	}
	if (auth && !auth_len) {
		NL_SET_ERR_MSG(extack, "authenticator key is missing");
		return -ENOKEY;
	}
	if (auth && auth_len != auth->key_len) {
		NL_SET_ERR_MSG(extack, "authenticator key is of the wrong length");
		return -EINVAL;
	}
	return 0;
}

int sg_transform_check(const struct sg_sa_params *params, unsigned int cipher_len,
		       unsigned int auth_len, struct netlink_ext_ack *extack, u16 *fault)
{
	const struct cipher_row *cipher = cipher_find(params->cipher);
	int err;

	err = check_carried(params, extack, fault);
	if (!err && cipher->stream)
		err = check_stream(params, extack, fault);
	if (!err)
		err = check_keys(cipher, cipher_len, auth_find(params->auth), auth_len, extack,
				 fault);
	return err;
}

void sg_transform_shape(const struct sg_sa_params *params, struct sg_esp_shape *shape)
{
	const struct cipher_row *cipher = cipher_find(params->cipher);
	const struct auth_row *auth = auth_find(params->auth);

	shape->outer = SG_IP_HEADER;
	shape->iv = cipher ? cipher->iv : 0;
	shape->align = cipher ? cipher->align : SG_ESP_ALIGN;
	shape->icv = auth ? auth->icv : 0;
}

const char *sg_transform_mac(const struct sg_sa_params *params)
{
	const struct auth_row *auth = auth_find(params->auth);

	return auth ? auth->mac : NULL;
}

u64 sg_transform_ciphers(void)
{
	u64 mask = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(ciphers); i++)
		mask |= BIT_ULL(ciphers[i].id);
	return mask;
}

u64 sg_transform_auths(void)
{
	u64 mask = 0;
	int i;

	for (i = 0; i < ARRAY_SIZE(auths); i++)
		mask |= BIT_ULL(auths[i].id);
	return mask;
}
