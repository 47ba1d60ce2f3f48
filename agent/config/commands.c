// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command table of the configuration: every line that this gateway understands, access lists
 * apart (commands_acl.c). A new command is a row here and a handler. What IOS has and this
 * release has not is in later.c.
 */
#include <stdlib.h>
#include <string.h>

#include "build.h"

#define H_CRYPTO "Encryption module\n"
#define H_ISAKMP H_CRYPTO "Configure ISAKMP policy\n"
#define H_IPSEC H_CRYPTO "Configure IPSEC policy\n"
#define H_MAP H_CRYPTO "Enter a crypto map\nCrypto map tag\n"
#define H_KEY H_ISAKMP "Set pre-shared key for remote peer\n"
#define H_SET "Set values for encryption/decryption\n"

#define LIFE "<seconds (120-86400)$seconds|kilobytes (2560-536870912)$kilobytes>"
#define H_LIFE "Security association lifetime\n" \
	"Time-based key duration in seconds\nSecurity association duration in seconds\n" \
	"Volume-based key duration\nSecurity association duration in kilobytes encrypted\n"

const struct sg_cli_row sg_commands[] = {
	/* crypto isakmp */
	{ SG_IN_CONFIG, "crypto isakmp policy (1-10000)$priority",
	  H_ISAKMP "Set policy for an ISAKMP protection suite\nPriority of protection suite",
	  SG_CLI_NO, SG_IN_POLICY, sg_do_policy },
	{ SG_IN_POLICY, "encryption ~ <des|3des|aes [128|192|256]>",
	  "Set encryption algorithm for protection suite\n"
	  "DES - Data Encryption Standard (56 bit keys).\nThree key triple DES\n"
	  "AES - Advanced Encryption Standard.\n128 bit keys.\n192 bit keys.\n256 bit keys.",
	  SG_CLI_NO, 0, sg_do_encryption },
	{ SG_IN_POLICY, "hash ~ <sha|md5|sha256|sha384|sha512>",
	  "Set hash algorithm for protection suite\nSecure Hash Standard\nMessage Digest 5\n"
	  "Secure Hash Standard 2 (256 bit)\nSecure Hash Standard 2 (384 bit)\n"
	  "Secure Hash Standard 2 (512 bit)",
	  SG_CLI_NO, 0, sg_do_hash },
	{ SG_IN_POLICY, "authentication ~ <pre-share|rsa-sig|rsa-encr>",
	  "Set authentication method for protection suite\nPre-Shared Key\n"
	  "Rivest-Shamir-Adleman Signature\nRivest-Shamir-Adleman Encryption",
	  SG_CLI_NO, 0, sg_do_authentication },
	{ SG_IN_POLICY, "group ~ <1|2|5|14|15|16|19|20|21|24>",
	  "Set the Diffie-Hellman group\nDiffie-Hellman group 1\nDiffie-Hellman group 2\n"
	  "Diffie-Hellman group 5\nDiffie-Hellman group 14\nDiffie-Hellman group 15\n"
	  "Diffie-Hellman group 16\nDiffie-Hellman group 19\nDiffie-Hellman group 20\n"
	  "Diffie-Hellman group 21\nDiffie-Hellman group 24",
	  SG_CLI_NO, 0, sg_do_group },
	{ SG_IN_POLICY, "lifetime ~ (60-86400)$seconds",
	  "Set lifetime for ISAKMP security association\nlifetime in seconds", SG_CLI_NO, 0,
	  sg_do_policy_lifetime },
	{ SG_IN_CONFIG,
	  "crypto isakmp key [0] WORD$key address A.B.C.D$addr [MASK$mask] [no-xauth]",
	  H_KEY
	  "Specifies an UNENCRYPTED password will follow\n"
	  "The UNENCRYPTED (cleartext) user password\n"
	  "define shared key with IP address\nPeer IP address\nPeer IP subnet mask\n"
	  "Bypasses XAuth for this peer",
	  SG_CLI_NO, 0, sg_do_key },
	{ SG_IN_CONFIG, "crypto isakmp key [0] WORD$key hostname WORD$host [no-xauth]",
	  H_KEY
	  "Specifies an UNENCRYPTED password will follow\n"
	  "The UNENCRYPTED (cleartext) user password\n"
	  "define shared key with hostname\nPeer hostname\nBypasses XAuth for this peer",
	  SG_CLI_NO, 0, sg_do_nothing },
	{ SG_IN_CONFIG, "crypto isakmp key 6 WORD$key LINE",
	  H_KEY "Specifies an ENCRYPTED password will follow\nThe ENCRYPTED user password\nPeer",
	  SG_CLI_NO, 0, sg_do_key_encrypted },
	{ SG_IN_CONFIG, "crypto isakmp enable", H_ISAKMP "Enable ISAKMP", SG_CLI_NO, 0,
	  sg_do_isakmp_enable },
	{ SG_IN_CONFIG, "crypto isakmp identity ~ <address|hostname|dn>",
	  H_ISAKMP
	  "Set the identity which ISAKMP will use\nUse the IP address of the interface\n"
	  "Use the hostname of the router\nUse the distinguished name of the router certificate",
	  SG_CLI_NO, 0, sg_do_nothing },

	/* crypto ipsec */
	{ SG_IN_CONFIG,
	  "crypto ipsec transform-set WORD$name ~ [ah-md5-hmac|ah-sha-hmac|ah-rfc1828|"
	  "esp-des|esp-3des|esp-aes [128|192|256]|esp-null|esp-seal|esp-rfc1829|"
	  "esp-md5-hmac|esp-sha-hmac|comp-lzs]...",
	  H_IPSEC
	  "Define transform and settings\nTransform set tag\n"
	  "AH-HMAC-MD5 transform\nAH-HMAC-SHA transform\nAH-MD5 transform (RFC1828)\n"
	  "ESP transform using DES cipher (56 bits)\n"
	  "ESP transform using 3DES(EDE) cipher (168 bits)\n"
	  "ESP transform using AES cipher\n128 bit keys.\n192 bit keys.\n256 bit keys.\n"
	  "ESP transform w/o cipher\nESP transform using SEAL cipher (160 bits)\n"
	  "ESP-DES-CBC transform (RFC1829)\nESP transform using HMAC-MD5 auth\n"
	  "ESP transform using HMAC-SHA auth\nIP Compression using the LZS compression algorithm",
	  SG_CLI_NO, SG_IN_TRANSFORM, sg_do_transform_set },
	{ SG_IN_TRANSFORM, "mode ~ [tunnel|transport [require]]",
	  "encapsulation mode (transport/tunnel)\ntunnel (datagram encapsulation) mode\n"
	  "transport (payload encapsulation) mode\nrequire this mode",
	  SG_CLI_NO, 0, sg_do_mode },
	{ SG_IN_CONFIG, "crypto ipsec security-association lifetime ~ " LIFE,
	  H_IPSEC "Security association parameters\n" H_LIFE, SG_CLI_NO, 0, sg_do_life },
	/* this project's own: the private IKE transform number of ESP_SEAL */
	{ SG_IN_CONFIG, "crypto ipsec esp-seal transform-id ~ (249-255)$id",
	  H_IPSEC "ESP transform using SEAL cipher (160 bits)\nIKE number of the transform\n"
		  "Private transform number",
	  SG_CLI_NO, 0, sg_do_transform_id },

	/* crypto map */
	{ SG_IN_CONFIG, "crypto map WORD$map", H_MAP, SG_CLI_NO | SG_CLI_NO_ONLY, 0,
	  sg_do_map_remove },
	{ SG_IN_CONFIG, "crypto map WORD$map local-address ~ IFNAME$ifname",
	  H_MAP "Interface to use for local address for this crypto map\nInterface", SG_CLI_NO, 0,
	  sg_do_map_local_address },
	{ SG_IN_CONFIG,
	  "crypto map WORD$map (1-65535)$seq ~ "
	  "[ipsec-isakmp [dynamic WORD$dynamic [discover]]|ipsec-manual]",
	  H_MAP
	  "Sequence to insert into crypto map entry\nIPSEC w/ISAKMP\n"
	  "Enable dynamic crypto map support\nName of dynamic map\nTunnel endpoint discovery\n"
	  "IPSEC w/manual keying",
	  SG_CLI_NO, SG_IN_MAP, sg_do_map },
	{ SG_IN_MAP, "set peer ~ <A.B.C.D$peer|WORD$host> [default]",
	  H_SET "Allowed Encryption/Decryption peer.\nIP address of peer\nHost name of peer\n"
		"Try this peer first",
	  SG_CLI_NO, 0, sg_do_set_peer },
	{ SG_IN_MAP, "set transform-set ~ WORD$set...",
	  H_SET "Specify list of transform sets in priority order\nProposal tag", SG_CLI_NO, 0,
	  sg_do_set_transform_set },
	{ SG_IN_MAP, "set security-association lifetime ~ " LIFE,
	  H_SET "Security association parameters\n" H_LIFE, SG_CLI_NO, 0, sg_do_set_life },
	{ SG_IN_MAP, "set session-key lifetime ~ " LIFE,
	  H_SET "Session keys; older name of security-association\n" H_LIFE, SG_CLI_NO, 0,
	  sg_do_set_life },
	{ SG_IN_MAP, "set pfs ~ [group1|group2|group5|group14|group15|group16]",
	  H_SET
	  "Specify pfs settings\nD-H Group1\nD-H Group2\nD-H Group5\nD-H Group14\nD-H Group15\n"
	  "D-H Group16",
	  SG_CLI_NO, 0, sg_do_set_pfs },
	{ SG_IN_MAP, "match address ~ WORD$acl",
	  "Match values.\nMatch address of packets to encrypt.\nIP access-list number or name",
	  SG_CLI_NO, 0, sg_do_match_address },
	{ SG_IN_MAP, "description ~ LINE",
	  "Description of the crypto map entry\nUp to the end of the line", SG_CLI_NO, 0,
	  sg_do_ignored },

	/* interfaces */
	{ SG_IN_CONFIG, "interface IFNAME$ifname [point-to-point|multipoint]",
	  "Select an interface to configure\nInterface\nTreat as a point-to-point link\n"
	  "Treat as a multipoint link",
	  SG_CLI_NO, SG_IN_INTERFACE, sg_do_interface },
	{ SG_IN_INTERFACE, "ip address ~ A.B.C.D$addr WILD$mask [secondary]",
	  "Interface Internet Protocol config commands\nSet the IP address of an interface\n"
	  "IP address\n"
	  "IP subnet mask\nMake this IP address a secondary address",
	  SG_CLI_NO, 0, sg_do_ip_address },
	{ SG_IN_INTERFACE, "ip address <dhcp|negotiated> [LINE]",
	  "Interface Internet Protocol config commands\nSet the IP address of an interface\n"
	  "IP Address negotiated via DHCP\nIP Address negotiated over PPP\nOptions",
	  SG_CLI_NO, 0, sg_do_ignored },
	{ SG_IN_INTERFACE, "crypto map ~ WORD$map", H_CRYPTO "Assign a Crypto Map\nCrypto Map tag",
	  SG_CLI_NO, 0, sg_do_interface_map },
	{ SG_IN_INTERFACE, "shutdown", "Shutdown the selected interface", SG_CLI_NO, 0,
	  sg_do_shutdown },

	/* what log lines and identities need */
	{ SG_IN_CONFIG, "hostname ~ WORD$name",
	  "Set system's network name\nThis system's network name", SG_CLI_NO, 0, sg_do_hostname },
	{ SG_IN_CONFIG, "ip <domain-name|domain name> ~ WORD$name",
	  "Global IP configuration subcommands\nDefine the default domain name\n"
	  "IP DNS Resolver\nDefine the default domain name\nDefault domain name",
	  SG_CLI_NO, 0, sg_do_domain_name },
	{ SG_IN_CONFIG, "ip domain LINE",
	  "Global IP configuration subcommands\nIP DNS Resolver\nOther settings of it", SG_CLI_NO,
	  0, sg_do_ignored },
	{ SG_IN_CONFIG,
	  "service timestamps ~ "
	  "[<debug|log> [uptime|datetime [msec|localtime|show-timezone|year]...]]",
	  "Modify use of network based services\nTimestamp debug/log messages\n"
	  "Timestamp debug messages\nTimestamp log messages\nTimestamp with system uptime\n"
	  "Timestamp with date and time\nInclude milliseconds in timestamp\n"
	  "Use local time zone for timestamps\nAdd time zone information to timestamp\n"
	  "Include year in timestamp",
	  SG_CLI_NO, 0, sg_do_timestamps },
	{ SG_IN_CONFIG, "clock timezone ~ WORD$zone (-23-23)$hours [(0-59)$minutes]",
	  "Configure time-of-day clock\nConfigure time zone\nName of time zone\n"
	  "Hours offset from UTC\n"
	  "Minutes offset from UTC",
	  SG_CLI_NO, 0, sg_do_timezone },
};

const size_t sg_command_count = sizeof(sg_commands) / sizeof(sg_commands[0]);

struct sg_grammar *sg_config_grammar(char *error, size_t error_len)
{
	size_t n = sg_command_count + sg_acl_command_count + sg_later_command_count;
	struct sg_cli_row *rows = calloc(n, sizeof(*rows));
	struct sg_grammar *g;

	if (!rows)
		return NULL;
	memcpy(rows, sg_commands, sg_command_count * sizeof(*rows));
	memcpy(rows + sg_command_count, sg_acl_commands, sg_acl_command_count * sizeof(*rows));
	memcpy(rows + sg_command_count + sg_acl_command_count, sg_later_commands,
	       sg_later_command_count * sizeof(*rows));
	g = sg_grammar_compile(rows, n, sg_acl_enums, error, error_len);
	free(rows);
	return g;
}
