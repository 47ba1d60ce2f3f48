// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Puts crypto maps and bindings in force: reads what the kernel has, and changes what differs.
 *
 * The order leaves no moment in which an interface that had a map and is to have one is without:
 * maps are set first, then bindings, then bindings and maps that are no longer wanted go. One
 * failure does not keep the rest from being put right.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gateway.h"

struct sg_gateway {
	struct sg_kernel *kernel;
	struct sg_config *cfg;			/* that interfaces point into */
	struct sg_gw_interface *interfaces;
	size_t interface_count;
};

struct bind_list {
	struct sg_kbind *binds;
	size_t count;
};

/* One run of sg_gateway_apply(). */
struct apply {
	struct sg_gateway *gw;
	struct sg_config *cfg;
	struct sg_kmaps wanted, present;
	struct bind_list binds;
	struct sg_gw_interface *interfaces;
	sg_gw_report report;
	void *ctx;
	int err;				/* the first failure */
};

/** sg_gateway_alloc() - Return: NULL without memory */
struct sg_gateway *sg_gateway_alloc(struct sg_kernel *kernel)
{
	struct sg_gateway *gw = calloc(1, sizeof(*gw));

	if (gw)
		gw->kernel = kernel;
	return gw;
}

/** sg_gateway_free() - forget; maps and bindings stay in force. NULL is fine */
void sg_gateway_free(struct sg_gateway *gw)
{
	if (!gw)
		return;
	free(gw->interfaces);
	if (gw->cfg)
		sg_config_put(gw->cfg);
	free(gw);
}

static void tell(struct apply *a, enum sg_gw_change change, const char *map, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

static void tell(struct apply *a, enum sg_gw_change change, const char *map, const char *fmt, ...)
{
	char text[512];
	va_list args;

	if (!a->report)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	a->report(change, map, text, a->ctx);
}

static void failed(struct apply *a, const char *map, const char *what, int err)
{
	tell(a, SG_GW_FAILED, map, "%s: %s", what, a->gw->kernel->ops->error(a->gw->kernel));
	if (!a->err)
		a->err = err;
}

static int read_bind(const struct sg_kbind *bind, void *ctx)
{
	struct bind_list *list = ctx;
	struct sg_kbind *more;

	more = reallocarray(list->binds, list->count + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	list->binds = more;
	more[list->count++] = *bind;
	return 0;
}

static void set_maps(struct apply *a)
{
	const struct sg_kmap *map, *present;
	char what[SG_MAP_NAME_MAX + 32];
	size_t i;
	int err;

	for (i = 0; i < a->wanted.count; i++) {
		map = &a->wanted.maps[i];
		present = sg_kmaps_find(&a->present, map->name);
		if (present && sg_kmap_equal(map, present))
			continue;
		snprintf(what, sizeof(what), "crypto map %s", map->name);
		err = a->gw->kernel->ops->map_set(a->gw->kernel, map);
		if (err)
			failed(a, map->name, what, err);
		else
			tell(a, SG_GW_MAP_SET, map->name, "%s: %s", what,
			     present ? "replaced" : "set");
	}
}

static bool bind_present(const struct bind_list *list, const struct sg_kbind *bind)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (list->binds[i].ifindex == bind->ifindex &&
		    list->binds[i].local.s_addr == bind->local.s_addr &&
		    !strcmp(list->binds[i].map, bind->map))
			return true;
	return false;
}

static void set_binds(struct apply *a)
{
	char local[INET_ADDRSTRLEN], what[SG_NAME_MAX + 32];
	struct sg_gw_interface *gi;
	struct sg_kbind bind;
	size_t i;
	int err;

	for (i = 0; i < a->cfg->interface_count; i++) {
		gi = &a->interfaces[i];
		if (!gi->wanted)
			continue;
		memset(&bind, 0, sizeof(bind));
		bind.ifindex = gi->ifindex;
		bind.local = gi->local;
		snprintf(bind.map, sizeof(bind.map), "%.*s", SG_MAP_NAME_MAX, gi->stanza->map);
		gi->bound = true;
		if (bind_present(&a->binds, &bind))
			continue;
		snprintf(what, sizeof(what), "%s", gi->stanza->name);
		err = a->gw->kernel->ops->bind_set(a->gw->kernel, &bind);
		inet_ntop(AF_INET, &gi->local, local, sizeof(local));
		if (!err) {
			tell(a, SG_GW_BOUND, bind.map,
			     "%s: crypto map %s bound to %s, local address %s", what, bind.map,
			     gi->ifname, local);
			continue;
		}
		gi->bound = false;
		snprintf(gi->note, sizeof(gi->note), "%s",
			 a->gw->kernel->ops->error(a->gw->kernel));
		failed(a, bind.map, what, err);
	}
}

static bool is_wanted(const struct apply *a, const struct sg_kbind *bind)
{
	size_t i;

	for (i = 0; i < a->cfg->interface_count; i++)
		if (a->interfaces[i].wanted && a->interfaces[i].ifindex == bind->ifindex)
			return true;
	return false;
}

static void drop_binds(struct apply *a, const struct sg_links *links)
{
	const struct sg_kbind *bind;
	const struct sg_link *link;
	size_t i;
	int err;

	for (i = 0; i < a->binds.count; i++) {
		bind = &a->binds.binds[i];
		if (is_wanted(a, bind))
			continue;
		link = sg_links_by_index(links, bind->ifindex);
		err = a->gw->kernel->ops->bind_del(a->gw->kernel, bind->ifindex);
		if (err && err != -ENOENT)	/* it may have gone with its interface */
			failed(a, bind->map, "binding", err);
		else
			tell(a, SG_GW_UNBOUND, bind->map, "crypto map %s taken off %s", bind->map,
			     link ? link->name : "an interface that is gone");
	}
}

static void drop_maps(struct apply *a)
{
	char what[SG_MAP_NAME_MAX + 32];
	const struct sg_kmap *map;
	size_t i;
	int err;

	for (i = 0; i < a->present.count; i++) {
		map = &a->present.maps[i];
		if (sg_kmaps_find(&a->wanted, map->name))
			continue;
		snprintf(what, sizeof(what), "crypto map %s", map->name);
		tell(a, SG_GW_MAP_REMOVED, map->name, "%s: removed", what);
		err = a->gw->kernel->ops->map_del(a->gw->kernel, map->name);
		if (err)
			failed(a, map->name, what, err);
	}
}

/* Each note once, when it first holds. */
static void tell_notes(struct apply *a)
{
	const struct sg_gw_interface *gi, *old;
	size_t i;

	for (i = 0; i < a->cfg->interface_count; i++) {
		gi = &a->interfaces[i];
		old = a->gw->cfg == a->cfg ? &a->gw->interfaces[i] : NULL;
		if (gi->stanza->map[0] && gi->note[0] && (!old || strcmp(old->note, gi->note)))
			tell(a, SG_GW_NOTE, gi->stanza->map, "%s: %s%s", gi->stanza->name,
			     gi->bound ? "" : "its crypto map is not in force: ", gi->note);
	}
}

/**
 * sg_gateway_apply() - make the kernel hold what the configuration says, on the interfaces that
 * are there
 * @gw: gateway
 * @cfg: configuration; a reference is taken
 * @links: Linux interfaces
 * @report: told of each change; may be NULL
 * @ctx: given to @report
 *
 * To be called when the configuration or the interfaces have changed.
 * Return: 0, or the first -errno of what could not be done; the rest has been done.
 */
int sg_gateway_apply(struct sg_gateway *gw, struct sg_config *cfg, const struct sg_links *links,
		     sg_gw_report report, void *ctx)
{
	struct apply a = { .gw = gw, .cfg = cfg, .report = report, .ctx = ctx };

	a.err = sg_kmaps_build(&a.wanted, cfg);
	if (!a.err)
		a.err = sg_kmaps_read(&a.present, gw->kernel);
	if (!a.err)
		a.err = gw->kernel->ops->bind_walk(gw->kernel, read_bind, &a.binds);
	if (!a.err) {
		a.interfaces = sg_gw_resolve(cfg, links, &a.wanted, a.binds.binds, a.binds.count);
		if (!a.interfaces)
			a.err = -ENOMEM;
	}
	if (a.err) {
		tell(&a, SG_GW_FAILED, NULL, "cannot compare with the kernel: %s",
		     a.err == -ENOMEM ? "out of memory" : gw->kernel->ops->error(gw->kernel));
		goto out;
	}
	set_maps(&a);
	set_binds(&a);
	drop_binds(&a, links);
	drop_maps(&a);
	tell_notes(&a);

	free(gw->interfaces);
	gw->interfaces = a.interfaces;
	gw->interface_count = cfg->interface_count;
	sg_config_get(cfg);
	if (gw->cfg)
		sg_config_put(gw->cfg);
	gw->cfg = cfg;
out:
	sg_kmaps_clear(&a.wanted);
	sg_kmaps_clear(&a.present);
	free(a.binds.binds);
	return a.err;
}

/** sg_gateway_is_local() - do SAs of a map in force end at this address */
bool sg_gateway_is_local(const struct sg_gateway *gw, struct in_addr addr)
{
	size_t i;

	for (i = 0; i < gw->interface_count; i++)
		if (gw->interfaces[i].bound && gw->interfaces[i].local.s_addr == addr.s_addr)
			return true;
	return false;
}

/**
 * sg_gateway_interfaces() - the stanzas and what they mean, valid until the next
 * sg_gateway_apply()
 */
const struct sg_gw_interface *sg_gateway_interfaces(const struct sg_gateway *gw, size_t *count)
{
	*count = gw->interface_count;
	return gw->interfaces;
}
