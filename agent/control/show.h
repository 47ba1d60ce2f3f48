/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The data of the show operations, as docs/control.md describes it field by field. Made from what
 * the configuration, the kernel and the engine say; nothing here keeps state.
 *
 * Every function returns a new reference, or NULL without memory.
 */
#ifndef SG_CONTROL_SHOW_H
#define SG_CONTROL_SHOW_H

#include <jansson.h>

#include "../config/model.h"
#include "../gateway/gateway.h"
#include "../kernel/kernel.h"
#include "../net/links.h"

/*
 * What a show may look at. ipsecctl without an agent has the kernel and the links; the rest is
 * NULL then.
 */
struct sg_show_env {
	struct sg_kernel *kernel;
	const struct sg_config *cfg;
	const struct sg_links *links;
	const struct sg_gw_interface *interfaces;
	size_t interface_count;
	/* NULL, or why the last negotiation of an entry failed: text and age; NULL: it did not */
	const char *(*last_failure)(const char *map, uint32_t seq, uint64_t *age_ms, void *ctx);
	/* NULL, or the peer that an entry's SAs were with last, 0: none */
	struct in_addr (*current_peer)(const char *map, uint32_t seq, void *ctx);
	void *ctx;
};

/* show_config.c */
json_t *sg_show_isakmp_policy(const struct sg_config *cfg);
json_t *sg_show_transform_set(const struct sg_config *cfg);
json_t *sg_show_lifetime(const struct sg_config *cfg);
json_t *sg_show_map(const struct sg_show_env *env);
json_t *sg_show_running_config(const struct sg_config *cfg);
json_t *sg_show_debugging(unsigned int mask);

/* show_state.c */
json_t *sg_show_interfaces(const struct sg_show_env *env);
struct in_addr sg_show_current_peer(const struct sg_show_env *env,
				    const struct sg_crypto_entry *entry);
json_t *sg_show_failure(const struct sg_show_env *env, const char *map, uint32_t seq);

/* show_ipsec.c: 0 or -errno of the kernel */
int sg_show_ipsec_sa(const struct sg_show_env *env, json_t **data);

/* show_sa.c */
struct sg_sa_cookie;
json_t *sg_show_sa(const struct sg_ksa *sa);
json_t *sg_show_selector(const struct sg_ksel *sel);
struct in_addr sg_show_sa_local(const struct sg_ksa *sa);
struct in_addr sg_show_sa_remote(const struct sg_ksa *sa);
uint16_t sg_show_sa_peer_port(const struct sg_ksa *sa);

/* show_name.c: IOS's words for enums; json_null() where there is none */
const char *sg_show_cipher(unsigned int cipher, unsigned int bits);
const char *sg_show_esp_auth(unsigned int auth);
const char *sg_show_ah_auth(unsigned int auth);
const char *sg_show_encr(enum sg_encr encr);
const char *sg_show_hash(enum sg_hash hash);
const char *sg_show_ike_auth(enum sg_ike_auth auth);
json_t *sg_show_addr(struct in_addr addr);
json_t *sg_show_addr_or_null(struct in_addr addr);
json_t *sg_show_name_or_null(const char *name);

/* show_isakmp.c */
struct sg_ike;
json_t *sg_show_isakmp_sa(struct sg_ike *ike);

#endif /* SG_CONTROL_SHOW_H */
