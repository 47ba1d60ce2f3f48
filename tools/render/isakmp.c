// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show crypto isakmp sa, show crypto isakmp policy.
 */
#include <string.h>

#include "render.h"

void sg_render_isakmp_sa(FILE *out, const json_t *data)
{
	const json_t *sa;
	size_t i;

	fprintf(out, "%-15s %-15s %-14s %7s %4s\n", "dst", "src", "state", "conn-id", "slot");
	json_array_foreach(data, i, sa)
		fprintf(out, "%-15s %-15s %-14s %7lld %4lld\n", sg_field_str(sa, "dst"),
			sg_field_str(sa, "src"), sg_field_str(sa, "state"),
			sg_field_int(sa, "conn_id"), sg_field_int(sa, "slot"));
}

struct word {
	const char *key, *text;
};

static const struct word hashes[] = {
	{ "md5", "Message Digest 5" },
	{ "sha", "Secure Hash Standard" },
	{ }
};

static const struct word methods[] = {
	{ "pre-share", "Pre-Shared Key" },
	{ "rsa-sig", "Rivest-Shamir-Adleman Signature" },
	{ "rsa-encr", "Rivest-Shamir-Adleman Encryption" },
	{ }
};

/* Bits of the MODP groups: RFC 2409 (1, 2), RFC 3526 (the rest). */
static const struct {
	int group, bits;
} groups[] = {
	{ 1, 768 }, { 2, 1024 }, { 5, 1536 }, { 14, 2048 }, { 15, 3072 }, { 16, 4096 },
};

/* The text of a key; a key that is not in the table stands for itself. */
static const char *say(const struct word *words, const char *key)
{
	for (; words->key; words++)
		if (!strcmp(words->key, key))
			return words->text;
	return key;
}

static void encryption(FILE *out, const json_t *policy)
{
	const char *name = sg_field_str(policy, "encryption");

	fprintf(out, "\tencryption algorithm:\t");
	if (!strcmp(name, "des"))
		fprintf(out, "DES - Data Encryption Standard (56 bit keys).\n");
	else if (!strcmp(name, "3des"))
		fprintf(out, "Three key triple DES\n");
	else if (!strcmp(name, "aes"))
		fprintf(out, "AES - Advanced Encryption Standard (%lld bit keys).\n",
			sg_field_int(policy, "key_bits"));
	else
		fprintf(out, "%s\n", name);
}

static void suite(FILE *out, const json_t *policy)
{
	long long group = sg_field_int(policy, "group");
	int bits = 0;
	size_t i;

	encryption(out, policy);
	fprintf(out, "\thash algorithm:\t\t%s\n", say(hashes, sg_field_str(policy, "hash")));
	fprintf(out, "\tauthentication method:\t%s\n",
		say(methods, sg_field_str(policy, "authentication")));
	for (i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (groups[i].group == group)
			bits = groups[i].bits;
	fprintf(out, "\tDiffie-Hellman group:\t#%lld (%d bit)\n", group, bits);
	fprintf(out, "\tlifetime:\t\t%lld seconds, no volume limit\n",
		sg_field_int(policy, "lifetime"));
}

void sg_render_isakmp_policy(FILE *out, const json_t *data)
{
	const json_t *policy;
	size_t i;

	json_array_foreach(json_object_get(data, "policies"), i, policy) {
		fprintf(out, "Protection suite of priority %lld\n",
			sg_field_int(policy, "priority"));
		suite(out, policy);
	}
	fprintf(out, "Default protection suite\n");
	suite(out, json_object_get(data, "default"));
}
