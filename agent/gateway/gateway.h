/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the configuration to what the kernel holds: crypto maps, and which interface bears which.
 * Compares first and touches only what differs, so that a restart or a reload disturbs no tunnel
 * that did not change.
 */
#ifndef SG_GATEWAY_H
#define SG_GATEWAY_H

#include "../config/model.h"
#include "../kernel/kernel.h"
#include "../net/links.h"

/* An interface stanza and what it means at present. */
struct sg_gw_interface {
	const struct sg_interface *stanza;
	uint32_t ifindex;		/* 0: no Linux interface */
	char ifname[IF_NAMESIZE];
	enum { SG_GW_BY_NONE, SG_GW_BY_NAME, SG_GW_BY_ADDRESS, SG_GW_BY_BINDING } by;
	bool up;
	uint32_t mtu;
	struct in_addr local;		/* endpoint of its SAs; 0: none */
	bool wanted;			/* a map is to be on it */
	bool bound;			/* the kernel has it so */
	char note[160];			/* why it is not bound, or what is odd; empty: nothing */
};

enum sg_gw_change {
	SG_GW_MAP_SET,
	SG_GW_MAP_REMOVED,		/* called just before */
	SG_GW_BOUND,
	SG_GW_UNBOUND,
	SG_GW_NOTE,			/* nothing changed in the kernel */
	SG_GW_FAILED,
};

/* @map: NULL where no map is concerned. @text: a line without period. */
typedef void (*sg_gw_report)(enum sg_gw_change change, const char *map, const char *text,
			     void *ctx);

struct sg_gateway;

struct sg_gateway *sg_gateway_alloc(struct sg_kernel *kernel);
void sg_gateway_free(struct sg_gateway *gw);	/* leaves the kernel as it is */
int sg_gateway_apply(struct sg_gateway *gw, struct sg_config *cfg, const struct sg_links *links,
		     sg_gw_report report, void *ctx);
bool sg_gateway_is_local(const struct sg_gateway *gw, struct in_addr addr);
const struct sg_gw_interface *sg_gateway_interfaces(const struct sg_gateway *gw, size_t *count);

/* kmap.c: crypto maps as the kernel knows them, with their own memory */
struct sg_kmaps {
	struct sg_kmap *maps;		/* by name */
	size_t count;
};

int sg_kmaps_build(struct sg_kmaps *maps, const struct sg_config *cfg);
int sg_kmaps_read(struct sg_kmaps *maps, struct sg_kernel *kernel);
const struct sg_kmap *sg_kmaps_find(const struct sg_kmaps *maps, const char *name);
bool sg_kmap_equal(const struct sg_kmap *a, const struct sg_kmap *b);
void sg_kmaps_clear(struct sg_kmaps *maps);

/* resolve.c: what each stanza means; @binds: what the kernel has bound now */
struct sg_gw_interface *sg_gw_resolve(const struct sg_config *cfg, const struct sg_links *links,
				      const struct sg_kmaps *maps, const struct sg_kbind *binds,
				      size_t bind_count);

#endif /* SG_GATEWAY_H */
