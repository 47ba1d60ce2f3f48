// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The cryptography of IKEv1 against values from elsewhere: ciphers from FIPS 81, SP 800-38A and
 * SP 800-67, the rest from Python's hashlib, hmac and pow(), with the primes made from pi by the
 * formula of RFC 3526 instead of copied.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../agent/ike/crypto.h"
#include "hex.h"

#define MESSAGE_ID 0x12345678u
#define SPI 0xdd3645c8u

static void assert_hex(const uint8_t *got, const char *want)
{
	uint8_t bytes[SG_DH_MAX];
	size_t n = hex(want, bytes, sizeof(bytes));

	assert_int_equal(n * 2, strlen(want));
	assert_memory_equal(got, bytes, n);
}

static void assert_sha1(const uint8_t *data, size_t len, const char *want)
{
	struct sg_chunk part = SG_CHUNK(data, len);
	uint8_t digest[SG_IKE_HASH_MAX];

	assert_int_equal(sg_ike_hash(SG_HASH_SHA, &part, 1, digest), 0);
	assert_hex(digest, want);
}

static int setup(void **state)
{
	char why[200] = "";

	(void)state;
	assert_int_equal(sg_ike_crypto_init(why, sizeof(why)), 0);
	assert_string_equal(why, "");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sg_ike_crypto_exit();
	return 0;
}

/* RFC 1321, FIPS 180, RFC 2202 */
static void digests(void **state)
{
	const struct sg_chunk abc[] = { SG_CHUNK("a", 1), SG_CHUNK("", 0), SG_CHUNK("bc", 2) };
	const struct sg_chunk key = SG_CHUNK("Jefe", 4);
	const struct sg_chunk what = SG_CHUNK("what do ya want for nothing?", 28);
	uint8_t out[SG_IKE_HASH_MAX];

	(void)state;
	assert_int_equal(sg_ike_hash(SG_HASH_MD5, abc, 3, out), 0);
	assert_hex(out, "900150983cd24fb0d6963f7d28e17f72");
	assert_int_equal(sg_ike_hash(SG_HASH_SHA, abc, 3, out), 0);
	assert_hex(out, "a9993e364706816aba3e25717850c26c9cd0d89d");
	assert_int_equal(sg_ike_prf(SG_HASH_MD5, key, &what, 1, out), 0);
	assert_hex(out, "750c783e6ab0b503eaa86e310a5db738");
	assert_int_equal(sg_ike_prf(SG_HASH_SHA, key, &what, 1, out), 0);
	assert_hex(out, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	assert_int_equal(sg_ike_hash((enum sg_hash)7, abc, 3, out), -EINVAL);
	assert_int_equal(sg_ike_prf(SG_HASH_MD5, SG_CHUNK(NULL, 0), &what, 1, out), -EINVAL);
	assert_int_equal(sg_ike_hash_len(SG_HASH_MD5), 16);
	assert_int_equal(sg_ike_hash_len(SG_HASH_SHA), 20);
}

static void key_lengths(void **state)
{
	(void)state;
	assert_int_equal(sg_ike_key_len(SG_ENCR_DES, 0), 8);
	assert_int_equal(sg_ike_key_len(SG_ENCR_3DES, 0), 24);
	assert_int_equal(sg_ike_key_len(SG_ENCR_AES, 128), 16);
	assert_int_equal(sg_ike_key_len(SG_ENCR_AES, 192), 24);
	assert_int_equal(sg_ike_key_len(SG_ENCR_AES, 256), 32);
	assert_int_equal(sg_ike_key_len(SG_ENCR_AES, 0), 0);
	assert_int_equal(sg_ike_key_len(SG_ENCR_AES, 129), 0);
	assert_int_equal(sg_ike_key_len(SG_ENCR_AES, 65535), 0);
	assert_int_equal(sg_ike_block_len(SG_ENCR_DES), 8);
	assert_int_equal(sg_ike_block_len(SG_ENCR_3DES), 8);
	assert_int_equal(sg_ike_block_len(SG_ENCR_AES), 16);
}

static const struct {
	enum sg_encr encr;
	const char *key, *iv, *plain, *cipher;
} cbc[] = {
	/* FIPS 81 */
	{ SG_ENCR_DES, "0123456789abcdef", "1234567890abcdef",
	  "4e6f77206973207468652074696d6520666f7220616c6c20",
	  "e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6" },
	/* SP 800-67 (a block: ECB is CBC with a zero IV) */
	{ SG_ENCR_3DES, "0123456789abcdef23456789abcdef01456789abcdef0123", "0000000000000000",
	  "5468652071756663", "a826fd8ce53b855f" },
	{ SG_ENCR_3DES, "0123456789abcdef23456789abcdef01456789abcdef0123", "0000000000000000",
	  "6b2062726f776e20", "cce21c8112256fe6" },
	/* SP 800-38A F.2.1, F.2.3, F.2.5: two blocks of each */
	{ SG_ENCR_AES, "2b7e151628aed2a6abf7158809cf4f3c", "000102030405060708090a0b0c0d0e0f",
	  "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
	  "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2" },
	{ SG_ENCR_AES, "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
	  "000102030405060708090a0b0c0d0e0f",
	  "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
	  "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a" },
	{ SG_ENCR_AES, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
	  "000102030405060708090a0b0c0d0e0f",
	  "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51",
	  "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d" },
};

static void ciphers(void **state)
{
	uint8_t plain[64], sealed[64], buf[64];
	struct sg_ike_iv iv, next;
	struct sg_ike_keys keys;
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(cbc) / sizeof(cbc[0]); i++) {
		memset(&keys, 0, sizeof(keys));
		memset(&iv, 0, sizeof(iv));
		keys.encr = cbc[i].encr;
		keys.key_len = hex(cbc[i].key, keys.key, sizeof(keys.key));
		keys.block_len = hex(cbc[i].iv, iv.bytes, sizeof(iv.bytes));
		len = hex(cbc[i].plain, plain, sizeof(plain));
		assert_int_equal(hex(cbc[i].cipher, sealed, sizeof(sealed)), len);

		memcpy(buf, plain, len);
		assert_int_equal(sg_ike_encrypt(&keys, &iv, buf, len, &next), 0);
		assert_memory_equal(buf, sealed, len);
		assert_memory_equal(next.bytes, sealed + len - keys.block_len, keys.block_len);

		memset(buf, 0, sizeof(buf));
		memset(&next, 0, sizeof(next));
		assert_int_equal(sg_ike_decrypt(&keys, &iv, SG_CHUNK(sealed, len), buf, &next), 0);
		assert_memory_equal(buf, plain, len);
		assert_memory_equal(next.bytes, sealed + len - keys.block_len, keys.block_len);

		/* not whole blocks, nothing at all */
		assert_int_equal(sg_ike_decrypt(&keys, &iv, SG_CHUNK(sealed, len - 1), buf, &next),
				 -EINVAL);
		assert_int_equal(sg_ike_decrypt(&keys, &iv, SG_CHUNK(sealed, 0), buf, &next),
				 -EINVAL);
		assert_int_equal(sg_ike_encrypt(&keys, &iv, buf, len - 1, &next), -EINVAL);
	}
	keys.key_len = 17;
	assert_int_equal(sg_ike_encrypt(&keys, &iv, buf, 16, &next), -EINVAL);
}

/* SHA-1 of the public values of both sides and of the secret they share. */
static const struct {
	unsigned int group;
	size_t len, private_len;
	const char *a, *b, *shared;
} dh_vectors[] = {
	{ 1, 96, 32, "6b783b33a2b14495be37cff686dcb2db00899fc5",
	  "411279699cccedb9d923b37dbd613b2de332d389", "20852655c494b8bbc4f5b0b72c27ed4d44b6c390" },
	{ 2, 128, 32, "d62a0dbcd56f75b20dbe17540697bd373bd0990a",
	  "e294eacfd071948c1616f1537aefc4380511e027", "2c9b3cf8ed657285d53cb0a461293fdd6e481446" },
	{ 5, 192, 32, "7ac887da52802ac000a4c6f15353fbf4be6b44ef",
	  "84a62887e87b11bb5a6b7a7f3b6bc419556aa3fc", "03f8546e09125c88fea8bc79e35c6c6d06edc6c6" },
	{ 14, 256, 32, "688444e9cebf7dc85bcc4cd7e9e821afa7bfc71a",
	  "a14e20804749759000d8686944d0bca094e6782b", "9fcfc815f67f6939ce300a6cd2398901306bb05b" },
	{ 15, 384, 40, "dce1ae3402dff7d4a8196421adc1b22e6fef0f95",
	  "59b8490c04815c3496b3bc58af24c1c90615b52e", "969ce9bde25ed1f84cd068349f8b9d67cc0aa99e" },
	{ 16, 512, 40, "a7c5381404a94ebb727f00a1f0b863c4beb2c79a",
	  "05545eb1055b201bdf243358596d06d0e113241d", "f2f12cb6507b887b6e38ee81819fb1edb3285a73" },
};

static void dh_groups(void **state)
{
	uint8_t a[SG_DH_PRIVATE_MAX], b[SG_DH_PRIVATE_MAX], one[SG_DH_MAX], two[SG_DH_MAX];
	struct sg_dh da, db;
	unsigned int g;

	(void)state;
	for (size_t i = 0; i < sizeof(dh_vectors) / sizeof(dh_vectors[0]); i++) {
		g = dh_vectors[i].group;
		assert_int_equal(sg_dh_len(g), dh_vectors[i].len);
		assert_int_equal(sg_dh_private_len(g), dh_vectors[i].private_len);
		for (size_t k = 0; k < dh_vectors[i].private_len; k++) {
			a[k] = (uint8_t)(k * 7 + 3 * g + 1);
			b[k] = (uint8_t)(k * 13 + 5 * g + 2);
		}
		assert_int_equal(sg_dh_start(&da, g, a, dh_vectors[i].private_len), 0);
		assert_int_equal(sg_dh_start(&db, g, b, dh_vectors[i].private_len), 0);
		assert_int_equal(da.len, dh_vectors[i].len);
		assert_sha1(da.public, da.len, dh_vectors[i].a);
		assert_sha1(db.public, db.len, dh_vectors[i].b);
		assert_int_equal(sg_dh_finish(&da, SG_CHUNK(db.public, db.len), one), 0);
		assert_int_equal(sg_dh_finish(&db, SG_CHUNK(da.public, da.len), two), 0);
		assert_sha1(one, da.len, dh_vectors[i].shared);
		assert_memory_equal(one, two, da.len);
		sg_dh_clear(&da);
		sg_dh_clear(&db);
	}
	memset(&db, 0, sizeof(db));
	assert_memory_equal(&da, &db, sizeof(da));
}

/* x = 2^255 + 625, y = x + 1: their secret in group 1 begins with a zero byte. */
static void dh_leading_zero(void **state)
{
	uint8_t x[32] = { 0x80 }, y[32] = { 0x80 }, shared[SG_DH_MAX];
	struct sg_dh dx, dy;

	(void)state;
	x[30] = 0x02;
	y[30] = 0x02;
	x[31] = 0x71;
	y[31] = 0x72;
	assert_int_equal(sg_dh_start(&dx, 1, x, sizeof(x)), 0);
	assert_int_equal(sg_dh_start(&dy, 1, y, sizeof(y)), 0);
	memset(shared, 0xff, sizeof(shared));
	assert_int_equal(sg_dh_finish(&dx, SG_CHUNK(dy.public, dy.len), shared), 0);
	assert_int_equal(shared[0], 0);
	assert_sha1(shared, 96, "1886cf5b3ebc509a4043bed8eedd99dd31c8d766");
	assert_int_equal(shared[96], 0xff);
}

static void dh_refusals(void **state)
{
	uint8_t value[SG_DH_MAX], shared[SG_DH_MAX], zero[SG_DH_PRIVATE_MAX] = { 0 };
	uint8_t x[32] = { 1 };
	struct sg_dh dh;
	size_t len = 96;

	(void)state;
	assert_int_equal(sg_dh_start(&dh, 1, x, sizeof(x)), 0);

	memset(value, 0, sizeof(value));
	assert_int_equal(sg_dh_check(1, SG_CHUNK(value, len)), -EKEYREJECTED);	/* 0 */
	assert_int_equal(sg_dh_finish(&dh, SG_CHUNK(value, len), shared), -EKEYREJECTED);
	value[len - 1] = 1;
	assert_int_equal(sg_dh_check(1, SG_CHUNK(value, len)), -EKEYREJECTED);	/* 1 */
	value[len - 1] = 2;
	assert_int_equal(sg_dh_check(1, SG_CHUNK(value, len)), 0);

	/* p of group 1, as RFC 2409 6.1 prints it */
	assert_int_equal(hex("ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74"
			     "020bbea63b139b22514a08798e3404ddef9519b3cd3a431b302b0a6df25f1437"
			     "4fe1356d6d51c245e485b576625e7ec6f44c42e9a63a3620ffffffffffffffff",
			     value, sizeof(value)), len);
	assert_int_equal(sg_dh_check(1, SG_CHUNK(value, len)), -EKEYREJECTED);	/* p */
	value[len - 1] = 0xfe;
	assert_int_equal(sg_dh_check(1, SG_CHUNK(value, len)), -EKEYREJECTED);	/* p - 1 */
	value[len - 1] = 0xfd;
	assert_int_equal(sg_dh_check(1, SG_CHUNK(value, len)), 0);		/* p - 2 */
	memset(value, 0xff, sizeof(value));
	assert_int_equal(sg_dh_check(1, SG_CHUNK(value, len)), -EKEYREJECTED);	/* all ones */

	value[0] = 0x7f;
	assert_int_equal(sg_dh_check(1, SG_CHUNK(value, len)), 0);
	assert_int_equal(sg_dh_check(1, SG_CHUNK(value, len - 1)), -EINVAL);
	assert_int_equal(sg_dh_check(1, SG_CHUNK(value, len + 1)), -EINVAL);
	assert_int_equal(sg_dh_check(1, SG_CHUNK(value, 0)), -EINVAL);
	assert_int_equal(sg_dh_check(3, SG_CHUNK(value, len)), -EINVAL);
	assert_int_equal(sg_dh_len(3), 0);

	assert_int_equal(sg_dh_start(&dh, 3, x, sizeof(x)), -EINVAL);
	assert_int_equal(sg_dh_start(&dh, 1, x, sizeof(x) - 1), -EINVAL);
	assert_int_equal(sg_dh_start(&dh, 1, zero, sizeof(x)), -EKEYREJECTED);
}

static const struct {
	enum sg_hash hash;
	const char *skeyid, *d, *a, *e, *ka8, *ka16, *ka24, *ka32;
	const char *hash_i, *hash_r, *hash1, *hash2, *hash3;
	const char *iv0, *iv2_des, *iv2_aes;
	const char *keymat40, *keymat36_pfs, *keymat20_ah;
} family[] = {
	{
		SG_HASH_MD5,
		"82c8f0a639d2fe7f19fbe7fac55899e3", "813bbb7e84d906f00cab80961228223c",
		"a165fa37f5a89ef196dbdf3b31fb2591", "0edf13348de4c0760f6de7410a8bdd45",
		"0edf13348de4c076", "0edf13348de4c0760f6de7410a8bdd45",
		"4ba5bbf972a364fb51184349ce0fd1761ad4c26887b4890c",
		"4ba5bbf972a364fb51184349ce0fd1761ad4c26887b4890cdaa1104bbb7262a4",
		"9adc3e35011b01b4bc6d083a9a670380", "72715d9ed860f89f3266cbce3e2245f9",
		"30fa0f47c0ec03a95287702616d94e8d", "0b1442391bd50e811972ba9afd18425a",
		"a9b26705fe4d1fe41f3460a243e688ed",
		"bab0e1ffbd4e4697759d77954ba58bd5", "2f91b5797f1699a3",
		"d316484e70aed2e9cc084ed6882fd089",
		"e4359137f0519d262ec68b34424a986bb061510e45cd7f010e522b49dc0691af2349fd034962dd4b",
		"7638ade3767f00f14c759308c516f42505100cb4c30b008e5bd5dc24873cde08297816a0",
		"b488b260513806c35e73d2b4ac15803e4ed543d3",
	}, {
		SG_HASH_SHA,
		"5e55e10d200db671d23a52d690640ec9030ba878",
		"614c3729a767e0b3b8725f22c802a9f09369ffe3",
		"9d997350487d5d4f83286c4357a0f60081528b5c",
		"ec77aa89fd0471351e75f169b9a8fedcb8bbdde0",
		"ec77aa89fd047135", "ec77aa89fd0471351e75f169b9a8fedc",
		"8545a45e4140b523b3534899db878bfc473f2cb518caa0bc",
		"8545a45e4140b523b3534899db878bfc473f2cb518caa0bc81dfad6f5acea7f9",
		"5f49894ca036b40e22f9c7018663f79ec677ad8f",
		"064f1f2fceeb339ff42fcf1105a0f4a0b8bfe373",
		"b17ab8859e67dc49a432bf3e1ac3d997e772ab43",
		"ebb644168a995e26a4f4ae9f97b86e8cc6e5b020",
		"c0b580b7ac96ffb3f2127b20d6ae908be6b5ac22",
		"2e42591c7434efb5f6a4e77048182b4f", "ad775b0fb1c3a56c",
		"4dc7fc2eece4590d0dfb2dccf8223156",
		"53ebdc3bb80ef696f618000c50b9a6212e0e6210114545573fb4a60ebbb0fd7378075f524af5bcdd",
		"819608f73a4a2363fe83c3903a8c409325316a4c75ce35c337db4800d7bd73dd031ac349",
		"840c692af8252c3648bae9c00f9254a3b7f529b4",
	},
};

static void derivation(void **state)
{
	static uint8_t ni[20], nr[16], gxy[128], gxi[128], gxr[128], ci[8], cr[8];
	const uint8_t id[] = { 1, 17, 1, 0xf4, 10, 10, 10, 2 };
	const struct {
		enum sg_encr encr;
		unsigned int bits;
	} suites[] = {
		{ SG_ENCR_DES, 0 }, { SG_ENCR_AES, 128 }, { SG_ENCR_3DES, 0 }, { SG_ENCR_AES, 256 },
		{ SG_ENCR_AES, 192 },
	};
	const struct sg_ike_exchange x = {
		.gxi = SG_CHUNK(gxi, sizeof(gxi)), .gxr = SG_CHUNK(gxr, sizeof(gxr)),
		.ni = SG_CHUNK(ni, sizeof(ni)), .nr = SG_CHUNK(nr, sizeof(nr)),
		.cookie_i = ci, .cookie_r = cr, .sai = SG_CHUNK("SAi_b", 5),
	};
	const struct sg_chunk none = { 0 }, rest = SG_CHUNK("the rest", 8);
	struct sg_chunk secret = SG_CHUNK(gxy, sizeof(gxy));
	uint8_t out[SG_IKE_HASH_MAX], keymat[40];
	struct sg_policy policy = { 0 };
	struct sg_ike_iv iv0, iv2;
	struct sg_ike_keys keys;

	(void)state;
	for (unsigned int i = 0; i < 128; i++) {
		gxy[i] = (uint8_t)i;
		gxi[i] = 0x11;
		gxr[i] = 0x22;
	}
	for (unsigned int i = 0; i < 20; i++)
		ni[i] = (uint8_t)i;
	for (unsigned int i = 0; i < 16; i++)
		nr[i] = (uint8_t)(100 + i);
	for (unsigned int i = 0; i < 8; i++) {
		ci[i] = (uint8_t)(0xa0 + i);
		cr[i] = (uint8_t)(0xb0 + i);
	}

	for (size_t i = 0; i < sizeof(family) / sizeof(family[0]); i++) {
		const char *const ka[] = {
			family[i].ka8, family[i].ka16, family[i].ka24, family[i].ka32,
			family[i].ka24,
		};

		for (size_t k = 0; k < sizeof(suites) / sizeof(suites[0]); k++) {
			policy.hash = family[i].hash;
			policy.encr = suites[k].encr;
			policy.key_bits = suites[k].bits;
			assert_int_equal(sg_ike_keys_psk(&keys, &policy, SG_CHUNK("cisco123", 8),
							 &x, secret), 0);
			assert_hex(keys.skeyid, family[i].skeyid);
			assert_hex(keys.skeyid_d, family[i].d);
			assert_hex(keys.skeyid_a, family[i].a);
			assert_hex(keys.skeyid_e, family[i].e);
			assert_int_equal(keys.key_len * 2, strlen(ka[k]));
			assert_hex(keys.key, ka[k]);

			assert_int_equal(sg_ike_iv_phase1(&keys, x.gxi, x.gxr, &iv0), 0);
			if (keys.block_len == 16)
				assert_hex(iv0.bytes, family[i].iv0);
			else
				assert_memory_equal(iv0.bytes + 8, "\0\0\0\0\0\0\0\0", 8);
			assert_int_equal(sg_ike_iv_phase2(&keys, &iv0, MESSAGE_ID, &iv2), 0);
			assert_hex(iv2.bytes, keys.block_len == 16 ? family[i].iv2_aes :
				   family[i].iv2_des);
		}
		assert_int_equal(sg_ike_hash_auth(&keys, true, &x, SG_CHUNK(id, 8), out), 0);
		assert_hex(out, family[i].hash_i);
		assert_int_equal(sg_ike_hash_auth(&keys, false, &x, SG_CHUNK(id, 8), out), 0);
		assert_hex(out, family[i].hash_r);
		assert_int_equal(sg_ike_hash1(&keys, MESSAGE_ID, rest, out), 0);
		assert_hex(out, family[i].hash1);
		assert_int_equal(sg_ike_hash2(&keys, MESSAGE_ID, x.ni, rest, out), 0);
		assert_hex(out, family[i].hash2);
		assert_int_equal(sg_ike_hash3(&keys, MESSAGE_ID, x.ni, x.nr, out), 0);
		assert_hex(out, family[i].hash3);

		assert_int_equal(sg_ike_keymat(&keys, none, IKE_PROTO_ESP, SPI, x.ni, x.nr, keymat,
					       40), 0);
		assert_hex(keymat, family[i].keymat40);
		assert_int_equal(sg_ike_keymat(&keys, secret, IKE_PROTO_ESP, SPI, x.ni, x.nr,
					       keymat, 36), 0);
		assert_hex(keymat, family[i].keymat36_pfs);
		assert_int_equal(sg_ike_keymat(&keys, none, IKE_PROTO_AH, SPI, x.ni, x.nr, keymat,
					       20), 0);
		assert_hex(keymat, family[i].keymat20_ah);
	}

	policy.key_bits = 100;
	assert_int_equal(sg_ike_keys_psk(&keys, &policy, SG_CHUNK("cisco123", 8), &x, secret),
			 -EINVAL);
}

/* FIPS 74: with the parity bits as usual, and with all of them turned. */
static void weak_des(void **state)
{
	static const char *const weak[] = {
		"0101010101010101", "fefefefefefefefe", "1f1f1f1f0e0e0e0e", "e0e0e0e0f1f1f1f1",
		"01fe01fe01fe01fe", "fe01fe01fe01fe01", "1fe01fe00ef10ef1", "e01fe01ff10ef10e",
		"01e001e001f101f1", "e001e001f101f101", "1ffe1ffe0efe0efe", "fe1ffe1ffe0efe0e",
		"011f011f010e010e", "1f011f010e010e01", "e0fee0fef1fef1fe", "fee0fee0fef1fef1",
	};
	uint8_t key[24], good[24];

	(void)state;
	assert_int_equal(hex("0123456789abcdef23456789abcdef01456789abcdef0123", good, 24), 24);
	assert_false(sg_des_key_is_weak(good));
	assert_false(sg_esp_key_is_weak(SG_CIPHER_3DES, good, 24));
	assert_true(sg_esp_key_is_weak(SG_CIPHER_3DES, good, 16));
	for (size_t i = 0; i < sizeof(weak) / sizeof(weak[0]); i++) {
		for (size_t part = 0; part < 3; part++) {
			memcpy(key, good, sizeof(key));
			assert_int_equal(hex(weak[i], key + part * 8, 8), 8);
			assert_true(sg_des_key_is_weak(key + part * 8));
			assert_true(sg_esp_key_is_weak(SG_CIPHER_3DES, key, 24));
			assert_int_equal(sg_esp_key_is_weak(SG_CIPHER_DES, key, 8), part == 0);
			assert_false(sg_esp_key_is_weak(SG_CIPHER_SEAL, key, 20));
			assert_false(sg_esp_key_is_weak(SG_CIPHER_AES, key, 24));
			for (size_t k = 0; k < 8; k++)
				key[part * 8 + k] ^= 1;
			assert_true(sg_des_key_is_weak(key + part * 8));
			key[part * 8] ^= 2;
			assert_false(sg_des_key_is_weak(key + part * 8));
		}
	}
	/* RFC 2451 2.3: equal parts undo each other */
	memcpy(key, good, sizeof(key));
	memcpy(key + 8, key, 8);
	key[8] ^= 1;
	assert_true(sg_esp_key_is_weak(SG_CIPHER_3DES, key, 24));
	memcpy(key, good, sizeof(key));
	memcpy(key + 16, key + 8, 8);
	assert_true(sg_esp_key_is_weak(SG_CIPHER_3DES, key, 24));
	memcpy(key, good, sizeof(key));
	memcpy(key + 16, key, 8);	/* two-key 3DES is no weaker than it says */
	assert_false(sg_esp_key_is_weak(SG_CIPHER_3DES, key, 24));
}

static void counted_init(void **state)
{
	const struct sg_chunk abc = SG_CHUNK("abc", 3);
	uint8_t out[SG_IKE_HASH_MAX];

	(void)state;
	assert_int_equal(sg_ike_crypto_init(NULL, 0), 0);
	sg_ike_crypto_exit();
	assert_int_equal(sg_ike_hash(SG_HASH_MD5, &abc, 1, out), 0);
	sg_ike_crypto_exit();
	assert_int_equal(sg_ike_hash(SG_HASH_MD5, &abc, 1, out), -EINVAL);
	sg_ike_crypto_exit();
	assert_int_equal(sg_ike_crypto_init(NULL, 0), 0);
	assert_int_equal(sg_ike_hash(SG_HASH_MD5, &abc, 1, out), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests),
		cmocka_unit_test(key_lengths),
		cmocka_unit_test(ciphers),
		cmocka_unit_test(dh_groups),
		cmocka_unit_test(dh_leading_zero),
		cmocka_unit_test(dh_refusals),
		cmocka_unit_test(derivation),
		cmocka_unit_test(weak_des),
		cmocka_unit_test(counted_init),
	};

	return cmocka_run_group_tests_name("ike_crypto", tests, setup, teardown);
}
