/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an IOS configuration means to this gateway: plain data, made by the
 * parser, read by IKE, the kernel side and the show commands. No sockets, no clocks.
 *
 * Addresses are struct in_addr (network byte order); ports and counts host byte order. A
 * struct sg_config is immutable once it is in force and shared by reference count.
 */
#ifndef SG_CONFIG_MODEL_H
#define SG_CONFIG_MODEL_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../uapi/sealgate.h"

#define SG_NAME_MAX 64		/* with the final NUL */

enum sg_encr { SG_ENCR_DES, SG_ENCR_3DES, SG_ENCR_AES };
enum sg_hash { SG_HASH_MD5, SG_HASH_SHA };
enum sg_ike_auth { SG_IKE_AUTH_PSK, SG_IKE_AUTH_RSA_SIG, SG_IKE_AUTH_RSA_ENCR };

/* crypto isakmp policy */
struct sg_policy {
	unsigned int priority;		/* 1..10000 */
	enum sg_encr encr;
	unsigned int key_bits;		/* AES: 128, 192, 256; else 0 */
	enum sg_hash hash;
	enum sg_ike_auth auth;
	unsigned int group;		/* 1, 2, 5, 14, 15, 16 */
	uint32_t lifetime;		/* seconds, 60..86400 */
	unsigned int line;
};

/* crypto isakmp key KEY address A [MASK]; longest mask wins, 0.0.0.0 is anyone */
struct sg_psk {
	char *key;			/* wiped when freed */
	size_t key_len;
	struct in_addr addr, mask;
};

/* crypto ipsec transform-set */
struct sg_transform_set {
	char name[SG_NAME_MAX];
	uint8_t ah;			/* enum sg_auth, SG_AUTH_NONE without */
	uint8_t cipher;			/* enum sg_cipher, SG_CIPHER_NONE without ESP */
	uint16_t cipher_bits;		/* AES key length, else 0 */
	uint8_t esp_auth;		/* enum sg_auth */
	uint8_t mode;			/* enum sg_mode */
	unsigned int line;
};

struct sg_acl_ace {
	bool permit;
	uint8_t proto;			/* 0 = ip */
	struct in_addr src, src_wild, dst, dst_wild;	/* wildcard masks as written */
	uint16_t sport_min, sport_max, dport_min, dport_max;	/* 0..65535 = any */
	bool sport_not, dport_not;	/* neq */
	int icmp_type, icmp_code;	/* -1 = any */
	char *text;			/* canonical IOS text from "permit"/"deny" on */
	unsigned int seq;		/* place in the list: 10, 20, ... or as written */
	unsigned int line;
};

struct sg_acl_list {
	char name[SG_NAME_MAX];		/* number or name */
	bool named;			/* ip access-list extended */
	struct sg_acl_ace *aces;
	size_t ace_count;
};

/* Lifetimes: 0 = not set here (the next wider scope counts). */
struct sg_sa_life {
	uint32_t seconds;		/* 120..86400 */
	uint32_t kilobytes;		/* 2560..536870912 */
};

enum sg_map_kind { SG_MAP_ISAKMP, SG_MAP_MANUAL, SG_MAP_DYNAMIC };

struct sg_crypto_entry {
	char map[SG_NAME_MAX];
	unsigned int seq;		/* 1..65535 */
	enum sg_map_kind kind;
	char dynamic[SG_NAME_MAX];	/* SG_MAP_DYNAMIC: the template */
	struct in_addr *peers;
	size_t peer_count;
	char (*sets)[SG_NAME_MAX];	/* transform sets, by priority */
	size_t set_count;
	char acl[SG_NAME_MAX];		/* match address; empty: none */
	struct sg_sa_life life;
	unsigned int pfs_group;		/* 0: not asked */
	uint32_t idle_seconds;		/* 0: none */
	bool complete;			/* has peer, set and a valid access list */
	unsigned int line;
};

/*
 * An interface stanza. A name that comes again with another address (as on one of the seed's
 * routers) is a second element: the address decides which Linux interface is meant.
 */
struct sg_interface {
	char name[SG_NAME_MAX];		/* as IOS writes it: Ethernet1/0; or a Linux name: eth0 */
	struct in_addr addr, mask;	/* 0: no ip address */
	char map[SG_NAME_MAX];		/* crypto map NAME; empty: none */
	bool shutdown;
	unsigned int line;
};

/* crypto map NAME local-address IFNAME */
struct sg_local_address {
	char map[SG_NAME_MAX];
	char ifname[SG_NAME_MAX];
};

enum sg_timestamps { SG_TS_NONE, SG_TS_UPTIME, SG_TS_DATETIME, SG_TS_DATETIME_MSEC };

/* service timestamps ... datetime [localtime] [show-timezone] [year] */
#define SG_TS_F_LOCALTIME	(1u << 0)
#define SG_TS_F_TIMEZONE	(1u << 1)
#define SG_TS_F_YEAR		(1u << 2)

struct sg_config {
	unsigned int refs;
	char hostname[SG_NAME_MAX];
	char domain_name[256];
	enum sg_timestamps ts_debug, ts_log;
	unsigned int ts_debug_flags, ts_log_flags;	/* SG_TS_F_* */
	char tz_name[8];		/* clock timezone */
	int tz_minutes;
	bool isakmp_enabled;		/* no crypto isakmp enable: false */
	struct sg_policy *policies;	/* ascending priority */
	size_t policy_count;
	struct sg_psk *psks;
	size_t psk_count;
	struct sg_transform_set *sets;
	size_t set_count;
	struct sg_acl_list *acls;
	size_t acl_count;
	struct sg_crypto_entry *entries;	/* by map name, then ascending seq */
	size_t entry_count;
	struct sg_interface *interfaces;	/* in order of the text */
	size_t interface_count;
	struct sg_local_address *local_addresses;
	size_t local_address_count;
	struct sg_sa_life life;		/* global; defaults 3600 s, 4608000 kB, never 0 */
	uint8_t seal_transform_id;	/* IKE transform number of ESP_SEAL, default 254 */
};

/* Ranges and bounds of the grammar. */
#define SG_POLICY_PRIORITY_MAX	10000
#define SG_POLICY_LIFETIME_MIN	60
#define SG_POLICY_LIFETIME_MAX	86400
#define SG_LIFE_SECONDS_MIN	120
#define SG_LIFE_SECONDS_MAX	86400
#define SG_LIFE_KILOBYTES_MIN	2560
#define SG_LIFE_KILOBYTES_MAX	536870912
#define SG_ENTRY_SETS_MAX	6	/* transform sets of one entry */
#define SG_ENTRY_PEERS_MAX	32
#define SG_PSK_LEN_MAX		128
#define SG_SEAL_ID_MIN		249	/* private-use ESP transform numbers */
#define SG_SEAL_ID_MAX		255
#define SG_ACL_ACES_MAX		4096	/* of one list */
#define SG_OBJECTS_MAX		4096	/* lists, sets, entries, keys, interfaces: each */

#define SG_LIFE_SECONDS_DEFAULT 3600
#define SG_LIFE_KILOBYTES_DEFAULT 4608000
#define SG_SEAL_TRANSFORM_ID 254

/* An empty configuration with IOS's defaults, one reference; NULL without memory. */
struct sg_config *sg_config_alloc(void);
struct sg_config *sg_config_get(struct sg_config *cfg);
void sg_config_put(struct sg_config *cfg);	/* wipes keys with the last reference */

const struct sg_transform_set *sg_config_set(const struct sg_config *cfg, const char *name);
const struct sg_acl_list *sg_config_acl(const struct sg_config *cfg, const char *name);
const struct sg_crypto_entry *sg_config_entry(const struct sg_config *cfg, const char *map,
					      unsigned int seq);
/* The key for a peer: longest mask first. NULL: none. */
const struct sg_psk *sg_config_psk(const struct sg_config *cfg, struct in_addr peer);
/* Lifetime in force for an entry: its own value over the global one. */
struct sg_sa_life sg_config_life(const struct sg_config *cfg, const struct sg_crypto_entry *entry);

#endif /* SG_CONFIG_MODEL_H */
