// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The words of docs/control.md for the enums of configuration and kernel, and addresses as text.
 */
#include <arpa/inet.h>

#include "show.h"

#define AES_128 128
#define AES_192 192
#define AES_256 256

/**
 * sg_show_cipher() - a transform's name as a transform set has it
 * @cipher: enum sg_cipher
 * @bits: of the key, for AES
 *
 * Return: NULL for SG_CIPHER_NONE.
 */
const char *sg_show_cipher(unsigned int cipher, unsigned int bits)
{
	switch (cipher) {
	case SG_CIPHER_SEAL:
		return "esp-seal";
	case SG_CIPHER_NULL:
		return "esp-null";
	case SG_CIPHER_DES:
		return "esp-des";
	case SG_CIPHER_3DES:
		return "esp-3des";
	case SG_CIPHER_DES_IV64:
	case SG_CIPHER_DES_IV32:
		return "esp-rfc1829";
	case SG_CIPHER_AES:
		if (bits == AES_192)
			return "esp-aes 192";
		return bits == AES_256 ? "esp-aes 256" : "esp-aes";
	}
	return NULL;
}

/** sg_show_esp_auth() - NULL for none */
const char *sg_show_esp_auth(unsigned int auth)
{
	switch (auth) {
	case SG_AUTH_HMAC_MD5_96:
		return "esp-md5-hmac";
	case SG_AUTH_HMAC_SHA1_96:
		return "esp-sha-hmac";
	}
	return NULL;
}

/** sg_show_ah_auth() - NULL for none */
const char *sg_show_ah_auth(unsigned int auth)
{
	switch (auth) {
	case SG_AUTH_HMAC_MD5_96:
		return "ah-md5-hmac";
	case SG_AUTH_HMAC_SHA1_96:
		return "ah-sha-hmac";
	case SG_AUTH_KEYED_MD5:
		return "ah-rfc1828";
	}
	return NULL;
}

/** sg_show_encr() - of an ISAKMP policy */
const char *sg_show_encr(enum sg_encr encr)
{
	switch (encr) {
	case SG_ENCR_DES:
		return "des";
	case SG_ENCR_3DES:
		return "3des";
	case SG_ENCR_AES:
		return "aes";
	}
	return "";
}

/** sg_show_hash() - of an ISAKMP policy */
const char *sg_show_hash(enum sg_hash hash)
{
	return hash == SG_HASH_MD5 ? "md5" : "sha";
}

/** sg_show_ike_auth() - of an ISAKMP policy */
const char *sg_show_ike_auth(enum sg_ike_auth auth)
{
	switch (auth) {
	case SG_IKE_AUTH_PSK:
		return "pre-share";
	case SG_IKE_AUTH_RSA_SIG:
		return "rsa-sig";
	case SG_IKE_AUTH_RSA_ENCR:
		return "rsa-encr";
	}
	return "";
}

/** sg_show_addr() - dotted quad */
json_t *sg_show_addr(struct in_addr addr)
{
	char text[INET_ADDRSTRLEN];

	return json_string(inet_ntop(AF_INET, &addr, text, sizeof(text)));
}

/** sg_show_addr_or_null() - null for 0.0.0.0 */
json_t *sg_show_addr_or_null(struct in_addr addr)
{
	return addr.s_addr ? sg_show_addr(addr) : json_null();
}

/** sg_show_name_or_null() - null for an empty name */
json_t *sg_show_name_or_null(const char *name)
{
	return name && name[0] ? json_string(name) : json_null();
}
