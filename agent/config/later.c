// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What IOS has for IPsec and this release does not carry yet: known, so that it is refused by
 * name instead of being taken for a misspelling or, worse, passed over. To carry one of these,
 * delete it here; a command (first table) then needs its row in commands.c, a word of a command
 * (second table) has its row and handler already.
 */
#include <string.h>

#include "build.h"

#define H_CRYPTO "Encryption module\n"
#define H_ISAKMP H_CRYPTO "Configure ISAKMP policy\n"
#define H_IPSEC H_CRYPTO "Configure IPSEC policy\n"
#define H_MAP H_CRYPTO "Enter a crypto map\nCrypto map tag\n"
#define H_SET "Set values for encryption/decryption\n"
#define H_LATER "\nnot carried by this release"

/* A command: its whole text is refused, and the lines of the mode it would enter are skipped. */
#define LATER(where, pattern, help) \
	{ where, pattern, help H_LATER, SG_CLI_NO, SG_IN_REFUSED, NULL }
#define LATER_STAYS(where, pattern, help) \
	{ where, pattern, help H_LATER, SG_CLI_NO, 0, NULL }

const struct sg_cli_row sg_later_commands[] = {
	LATER(SG_IN_CONFIG, "crypto ca ~ LINE", H_CRYPTO "Long term certificate operations"),
	LATER(SG_IN_CONFIG, "crypto pki ~ LINE", H_CRYPTO "Public Key components"),
	LATER(SG_IN_CONFIG, "crypto key ~ LINE", H_CRYPTO "Long term key operations"),
	LATER(SG_IN_CONFIG, "crypto keyring ~ LINE", H_CRYPTO "Key ring commands"),
	LATER(SG_IN_CONFIG, "crypto identity ~ LINE", H_CRYPTO "Enter a crypto identity list"),
	LATER(SG_IN_CONFIG, "crypto dynamic-map ~ LINE",
	      H_CRYPTO "Specify a dynamic crypto map template"),
	LATER(SG_IN_CONFIG, "crypto isakmp profile ~ LINE", H_ISAKMP "Define ISAKMP Profiles"),
	LATER(SG_IN_CONFIG, "crypto isakmp client ~ LINE",
	      H_ISAKMP "Set client configuration policy"),
	LATER(SG_IN_CONFIG, "crypto isakmp peer ~ LINE", H_ISAKMP "Set Peer Policy"),
	LATER_STAYS(SG_IN_CONFIG, "crypto isakmp keepalive ~ LINE",
		    H_ISAKMP "Set a keepalive interval for use with IOS peers"),
	LATER_STAYS(SG_IN_CONFIG, "crypto isakmp nat ~ LINE",
		    H_ISAKMP "Set a nat keepalive interval"),
	LATER_STAYS(SG_IN_CONFIG, "crypto isakmp aggressive-mode ~ LINE",
		    H_ISAKMP "Aggressive mode"),
	{ SG_IN_CONFIG, "crypto isakmp invalid-spi-recovery",
	  H_ISAKMP "Initiate IKE SA to the peer of an invalid SPI", SG_CLI_NO, 0, NULL },
	LATER_STAYS(SG_IN_CONFIG, "crypto isakmp fragmentation [LINE]",
		    H_ISAKMP "IKE Fragmentation"),
	LATER_STAYS(SG_IN_CONFIG, "crypto isakmp xauth ~ LINE",
		    H_ISAKMP "Set Extended Authentication values"),
	LATER_STAYS(SG_IN_CONFIG, "crypto isakmp default ~ LINE", H_ISAKMP "ISAKMP default policy"),
	LATER(SG_IN_CONFIG, "crypto ipsec profile ~ LINE",
	      H_IPSEC "Configure an ipsec policy profile"),
	LATER(SG_IN_CONFIG, "crypto ipsec client ~ LINE", H_IPSEC "Configure a client"),
	LATER_STAYS(SG_IN_CONFIG, "crypto ipsec df-bit ~ LINE",
		    H_IPSEC "Handling of encapsulated DF bit"),
	LATER_STAYS(SG_IN_CONFIG, "crypto ipsec fragmentation ~ LINE",
		    H_IPSEC "Handling of fragmentation"),
	LATER_STAYS(SG_IN_CONFIG, "crypto ipsec nat-transparency ~ LINE",
		    H_IPSEC "IPsec NAT transparency"),
	LATER_STAYS(SG_IN_CONFIG, "crypto ipsec optional [LINE]",
		    H_IPSEC "Enable optional encryption"),
	LATER_STAYS(SG_IN_CONFIG, "crypto ipsec security-association idle-time ~ LINE",
		    H_IPSEC "Security association parameters\n"
			    "Automatically delete IPSec SAs after idle period"),
	LATER_STAYS(SG_IN_CONFIG, "crypto ipsec security-association replay ~ LINE",
		    H_IPSEC "Security association parameters\nSet replay checking"),
	LATER_STAYS(SG_IN_CONFIG, "crypto map WORD <client|isakmp|redundancy|gdoi> ~ LINE",
		    H_MAP
		    "Specify client configuration settings\nSpecify isakmp configuration settings\n"
		    "High availability options\nGroup domain of interpretation"),
	LATER(SG_IN_CONFIG, "crypto engine ~ LINE",
	      H_CRYPTO "Enter a crypto engine configurable menu"),
	LATER_STAYS(SG_IN_CONFIG, "crypto logging ~ LINE", H_CRYPTO "Log messages"),
	LATER_STAYS(SG_IN_CONFIG, "crypto mib ~ LINE",
		    H_CRYPTO "Configure Crypto-related MIB Parameters"),
	LATER_STAYS(SG_IN_CONFIG, "crypto call ~ LINE",
		    H_CRYPTO "Configure Crypto Call Admission Control"),
	LATER(SG_IN_CONFIG, "crypto gdoi ~ LINE", H_CRYPTO "Configure GDOI policy"),
	LATER(SG_IN_CONFIG, "crypto ikev2 ~ LINE", H_CRYPTO "Configure IKEv2 options"),
	LATER_STAYS(SG_IN_MAP, "set security-association <level|idle-time|replay|dummy> ~ LINE",
		    H_SET "Security association parameters\n"
			  "Specify a security association granularity level\n"
			  "Automatically delete IPSec SAs after idle period\nSet replay checking\n"
			  "Dummy packets"),
	LATER_STAYS(SG_IN_MAP, "set session-key <inbound|outbound> ~ LINE",
		    H_SET "Specify the session key\nFor inbound traffic\nFor outbound traffic"),
	LATER_STAYS(SG_IN_MAP, "set identity ~ LINE", H_SET "Identity restriction."),
	LATER_STAYS(SG_IN_MAP, "set isakmp-profile ~ LINE", H_SET "Specify isakmp Profile"),
	LATER_STAYS(SG_IN_MAP, "set aggressive-mode ~ LINE",
		    H_SET "Specify aggressive mode attributes"),
	LATER_STAYS(SG_IN_MAP, "set nat ~ LINE", H_SET "Set NAT translation"),
	LATER_STAYS(SG_IN_MAP, "set ip ~ LINE",
		    H_SET "Interface Internet Protocol config commands"),
	LATER_STAYS(SG_IN_MAP, "set df-bit ~ LINE", H_SET "Handling of encapsulated DF bit"),
	LATER_STAYS(SG_IN_MAP, "set reverse-route ~ LINE", H_SET "Reverse Route Injection"),
	LATER_STAYS(SG_IN_MAP, "reverse-route [LINE]", "Reverse Route Injection."),
	LATER_STAYS(SG_IN_MAP, "qos ~ LINE", "Quality of Service related commands"),
	LATER_STAYS(SG_IN_TRANSFORM, "initialization-vector ~ LINE",
		    "set the size of the initialization vector"),
	LATER_STAYS(SG_IN_INTERFACE, "tunnel protection ~ LINE",
		    "protocol-over-protocol tunneling\nEnable tunnel protection"),
	LATER_STAYS(SG_IN_INTERFACE, "crypto ipsec <client|df-bit|fragmentation> ~ LINE",
		    H_CRYPTO "Set IPSec parameters\nConfigure a client\n"
			     "Handling of encapsulated DF bit\nHandling of fragmentation"),
	LATER_STAYS(
		SG_IN_CONFIG, "ip access-list resequence ~ LINE",
		"Global IP configuration subcommands\nNamed access-list\nResequence Access List"),
};

const size_t sg_later_command_count = sizeof(sg_later_commands) / sizeof(sg_later_commands[0]);

/*
 * Words of commands that are carried. @path: the keywords of the command from its beginning; after
 * "..." the word anywhere behind them.
 */
static const struct {
	enum sg_where where;
	const char *path;
} words[] = {
	{ SG_IN_POLICY, "hash sha256" },
	{ SG_IN_POLICY, "hash sha384" },
	{ SG_IN_POLICY, "hash sha512" },
	{ SG_IN_POLICY, "authentication rsa-sig" },
	{ SG_IN_POLICY, "authentication rsa-encr" },
	{ SG_IN_POLICY, "group 19" },
	{ SG_IN_POLICY, "group 20" },
	{ SG_IN_POLICY, "group 21" },
	{ SG_IN_POLICY, "group 24" },
	{ SG_IN_CONFIG, "crypto isakmp key ... hostname" },
	{ SG_IN_CONFIG, "crypto isakmp identity hostname" },
	{ SG_IN_CONFIG, "crypto isakmp identity dn" },
	{ SG_IN_CONFIG, "crypto ipsec transform-set ... ah-md5-hmac" },
	{ SG_IN_CONFIG, "crypto ipsec transform-set ... ah-sha-hmac" },
	{ SG_IN_CONFIG, "crypto ipsec transform-set ... ah-rfc1828" },
	{ SG_IN_CONFIG, "crypto ipsec transform-set ... esp-des" },
	{ SG_IN_CONFIG, "crypto ipsec transform-set ... esp-3des" },
	{ SG_IN_CONFIG, "crypto ipsec transform-set ... esp-aes" },
	{ SG_IN_CONFIG, "crypto ipsec transform-set ... esp-null" },
	{ SG_IN_CONFIG, "crypto ipsec transform-set ... esp-rfc1829" },
	{ SG_IN_TRANSFORM, "mode transport" },
	{ SG_IN_CONFIG, "crypto map ... ipsec-manual" },
	{ SG_IN_CONFIG, "crypto map ... dynamic" },
	{ SG_IN_MAP, "set pfs" },
};

/* Is @text the next word of @path? Goes on behind it. */
static bool next_is(const char **path, const char *text, size_t len)
{
	size_t n = strcspn(*path, " ");

	if (n != len || memcmp(*path, text, n))
		return false;
	*path += n + strspn(*path + n, " ");
	return true;
}

static const struct sg_cli_bound *asks_for(const struct sg_match *m, const char *path)
{
	static const char anywhere[] = "... ";
	bool any = false;
	size_t i;

	for (i = 0; i < m->count; i++) {
		if (!strncmp(path, anywhere, sizeof(anywhere) - 1)) {
			path += sizeof(anywhere) - 1;
			any = true;
		}
		if (m->bound[i].place->kind != SG_CLI_KEYWORD)
			continue;
		if (!next_is(&path, m->bound[i].place->text, m->bound[i].place->text_len)) {
			if (any)
				continue;
			return NULL;
		}
		if (!*path)
			return &m->bound[i];
	}
	return NULL;
}

const struct sg_cli_bound *sg_later_find(enum sg_where where, const struct sg_match *m,
					 const char **path)
{
	const struct sg_cli_bound *found, *first = NULL;
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].where != where)
			continue;
		found = asks_for(m, words[i].path);
		if (!found || (first && first->token->column < found->token->column))
			continue;
		first = found;
		*path = words[i].path;
	}
	return first;
}
