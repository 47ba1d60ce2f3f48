// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Show of the IPsec SAs: joins what the kernel has (bindings, entries, flows, SAs) with what the
 * configuration calls it. Tunnels that are down appear, too. Works from the kernel alone:
 * ipsecctl uses it when no agent answers.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../kernel/ksel.h"
#include "../net/udp.h"
#include "show.h"

#define PROTO_ESP 50
#define PORT_MAX 65535
#define NO_INTERFACE "(none)"

struct flow_state {
	struct sg_kflow flow;
	uint8_t state;
	uint32_t held;
};

struct entry {
	char map[SG_MAP_NAME_MAX + 1];
	struct sg_kentry entry;		/* with its own copy of the ACEs */
};

struct sa {
	struct sg_ksa sa;
	bool shown;
};

/* Everything that the kernel says, read once. */
struct view {
	const struct sg_show_env *env;
	struct sa *sas;
	size_t sa_count;
	struct entry *entries;
	size_t entry_count;
	struct sg_kbind *binds;
	size_t bind_count;
	struct flow_state *flows;
	size_t flow_count;
};

/* Where flows are shown: a binding, or an interface that is to have one. */
struct place {
	const char *name, *ifname, *map;
	uint32_t ifindex, mtu;
	struct in_addr local;
};

static void *append(void *array, size_t *count, size_t size)
{
	char **base = array;
	char *more = reallocarray(*base, *count + 1, size);

	if (!more)
		return NULL;
	*base = more;
	memset(more + *count * size, 0, size);
	return more + (*count)++ * size;
}

static int add_sa(const struct sg_ksa *sa, void *ctx)
{
	struct view *v = ctx;
	struct sa *s = append(&v->sas, &v->sa_count, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->sa = *sa;
	return 0;
}

static int add_entry(const char *map, const struct sg_kentry *entry, void *ctx)
{
	struct view *v = ctx;
	struct entry *e = append(&v->entries, &v->entry_count, sizeof(*e));
	struct sg_kace *aces = calloc(entry->ace_count + 1, sizeof(*aces));

	if (!e || !aces) {
		free(aces);
		return -ENOMEM;
	}
	strncpy(e->map, map, SG_MAP_NAME_MAX);
	e->entry = *entry;
	if (entry->ace_count)
		memcpy(aces, entry->aces, entry->ace_count * sizeof(*aces));
	e->entry.aces = aces;
	return 0;
}

static int add_bind(const struct sg_kbind *bind, void *ctx)
{
	struct view *v = ctx;
	struct sg_kbind *b = append(&v->binds, &v->bind_count, sizeof(*b));

	if (!b)
		return -ENOMEM;
	*b = *bind;
	return 0;
}

static int add_flow(const struct sg_kflow *flow, uint8_t state, uint32_t held, void *ctx)
{
	struct view *v = ctx;
	struct flow_state *f = append(&v->flows, &v->flow_count, sizeof(*f));

	if (!f)
		return -ENOMEM;
	f->flow = *flow;
	f->state = state;
	f->held = held;
	return 0;
}

/* Oldest first, whatever the kernel's order. */
static int by_number(const void *a, const void *b)
{
	const struct sa *x = a, *y = b;

	return (x->sa.number > y->sa.number) - (x->sa.number < y->sa.number);
}

static int read_view(struct view *v)
{
	struct sg_kernel *k = v->env->kernel;
	int err;

	err = k->ops->bind_walk(k, add_bind, v);
	if (!err)
		err = k->ops->map_walk(k, NULL, add_entry, v);
	if (!err && k->ops->flow_walk)
		err = k->ops->flow_walk(k, add_flow, v);
	if (!err)
		err = k->ops->sa_walk(k, add_sa, v);
	if (!err && v->sa_count)
		qsort(v->sas, v->sa_count, sizeof(*v->sas), by_number);
	return err;
}

static void free_view(struct view *v)
{
	size_t i;

	for (i = 0; i < v->entry_count; i++)
		free((void *)v->entries[i].entry.aces);
	free(v->entries);
	free(v->sas);
	free(v->binds);
	free(v->flows);
}

static bool sa_of(const struct sg_ksa *sa, const struct place *p, uint32_t seq,
		  const struct sg_ksel *proxy)
{
	return !strcmp(sa->flow.map, p->map) && sa->flow.seq == seq &&
	       (!p->local.s_addr || sg_show_sa_local(sa).s_addr == p->local.s_addr) &&
	       sg_ksel_equal(&sa->proxy, proxy);
}

/* Are the numbers of this entry those of one flow alone? */
static bool entry_is_flow(const struct view *v, const struct entry *e, const struct sg_ksel *proxy)
{
	size_t i, permits = 0;
	const struct sg_ksa *sa;

	for (i = 0; i < e->entry.ace_count; i++)
		permits += e->entry.aces[i].permit;
	if (permits != 1)
		return false;
	for (i = 0; i < v->sa_count; i++) {
		sa = &v->sas[i].sa;
		if (!strcmp(sa->flow.map, e->map) && sa->flow.seq == e->entry.seq &&
		    !sg_ksel_equal(&sa->proxy, proxy))
			return false;
	}
	return true;
}

struct sums {
	uint64_t out, in, out_bytes, in_bytes;
};

/* A packet through an AH and ESP bundle is one packet: the ESP SA has counted it. */
static void sum_sa(struct sums *sums, const struct sg_ksa *sa, bool esp_seen)
{
	if (sa->id.proto != PROTO_ESP && esp_seen)
		return;
	if (sa->dir == SG_DIR_OUT) {
		sums->out += sa->packets;
		sums->out_bytes += sa->packet_bytes;
	} else {
		sums->in += sa->packets;
		sums->in_bytes += sa->packet_bytes;
	}
}

static json_t *counters(const struct sums *sums, const struct entry *e, bool whole)
{
	struct sums s = *sums;

	if (whole)
		s = (struct sums){ e->entry.out_packets, e->entry.in_packets, e->entry.out_bytes,
				   e->entry.in_bytes };
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s}",
			 "encaps", (json_int_t)s.out, "encrypt", (json_int_t)s.out,
			 "digest", (json_int_t)s.out, "decaps", (json_int_t)s.in,
			 "decrypt", (json_int_t)s.in, "verify", (json_int_t)s.in,
			 "send_errors", (json_int_t)(e ? e->entry.send_errors : 0),
			 "recv_errors", (json_int_t)(e ? e->entry.recv_errors : 0),
			 "bytes_out", (json_int_t)s.out_bytes, "bytes_in", (json_int_t)s.in_bytes,
			 "scope", whole ? "entry" : "sa");
}

static json_t *ident(struct in_addr addr, struct in_addr mask, uint8_t proto, int port)
{
	return json_pack("{s:o, s:o, s:i, s:i}", "addr", sg_show_addr(addr), "mask",
			 sg_show_addr(mask), "proto", (int)proto, "port", port);
}

/* IOS prints a port or 0. */
static int port(uint16_t min, uint16_t max, bool not)
{
	return min == max && !not ? min : 0;
}

static json_t *local_ident(const struct sg_ksel *sel)
{
	return ident(sel->src, sel->src_mask, sel->proto,
		     port(sel->sport_min, sel->sport_max, sel->sport_not));
}

static json_t *remote_ident(const struct sg_ksel *sel)
{
	return ident(sel->dst, sel->dst_mask, sel->proto,
		     port(sel->dport_min, sel->dport_max, sel->dport_not));
}

/* The four lists of SAs, and what else the SAs of a flow tell. */
struct gathered {
	json_t *in_esp, *in_ah, *out_esp, *out_ah;
	const struct sg_ksa *sender, *any;
	struct sums sums;
};

static void gather(struct view *v, const struct place *p, uint32_t seq,
		   const struct sg_ksel *proxy, struct gathered *g)
{
	bool esp_seen = false;
	struct sg_ksa *sa;
	json_t *list;
	size_t i;

	memset(g, 0, sizeof(*g));
	g->in_esp = json_array();
	g->in_ah = json_array();
	g->out_esp = json_array();
	g->out_ah = json_array();
	for (i = 0; i < v->sa_count; i++)
		if (sa_of(&v->sas[i].sa, p, seq, proxy) && v->sas[i].sa.id.proto == PROTO_ESP)
			esp_seen = true;
	for (i = 0; i < v->sa_count; i++) {
		sa = &v->sas[i].sa;
		if (!sa_of(sa, p, seq, proxy))
			continue;
		v->sas[i].shown = true;
		sum_sa(&g->sums, sa, esp_seen);
		if (sa->dir == SG_DIR_IN)
			list = sa->id.proto == PROTO_ESP ? g->in_esp : g->in_ah;
		else
			list = sa->id.proto == PROTO_ESP ? g->out_esp : g->out_ah;
		json_array_append_new(list, sg_show_sa(sa));
		g->any = sa;
		if (sa->dir == SG_DIR_OUT && sa->state != SG_SA_DEAD &&
		    (sa->id.proto == PROTO_ESP || !esp_seen))
			g->sender = sa;
	}
}

static const struct flow_state *find_flow(const struct view *v, const char *map, uint32_t seq,
					  const struct sg_ksel *ace)
{
	size_t i;

	for (i = 0; i < v->flow_count; i++)
		if (!strcmp(v->flows[i].flow.map, map) && v->flows[i].flow.seq == seq &&
		    sg_ksel_equal(&v->flows[i].flow.ace, ace))
			return &v->flows[i];
	return NULL;
}

static json_t *flow(struct view *v, const struct place *p, uint32_t seq, const struct entry *e,
		    const struct sg_ksel *proxy)
{
	const struct flow_state *state = find_flow(v, p->map, seq, proxy);
	const struct sg_crypto_entry *ce = NULL;
	struct in_addr peer = { 0 };
	const char *word = "down";
	struct gathered g;
	unsigned int mtu;
	json_t *o;

	gather(v, p, seq, proxy, &g);
	if (v->env->cfg)
		ce = sg_config_entry(v->env->cfg, p->map, seq);
	if (g.any)
		peer = sg_show_sa_remote(g.any);
	else if (ce)
		peer = sg_show_current_peer(v->env, ce);
	if (g.sender)
		word = "up";
	else if (state && state->state == SG_FLOW_ACQUIRING)
		word = "acquiring";
	mtu = peer.s_addr && p->local.s_addr ? sg_path_mtu(p->local, peer) : 0;
	o = json_pack("{s:s, s:I, s:o, s:s, s:o, s:o, s:o, s:s, s:I, s:o, s:o, s:i, s:[s], s:o}",
		      "map", p->map, "seq", (json_int_t)seq,
		      "acl", sg_show_name_or_null(ce ? ce->acl : NULL),
		      "vrf", "",
		      "local_ident", local_ident(proxy),
		      "remote_ident", remote_ident(proxy),
		      "selector", sg_show_selector(proxy),
		      "state", word,
		      "held", (json_int_t)(state ? state->held : 0),
		      "last_failure", sg_show_failure(v->env, p->map, seq),
		      "current_peer", sg_show_addr_or_null(peer),
		      "current_peer_port", g.any ? (int)sg_show_sa_peer_port(g.any) : 500,
		      "flags", "origin_is_acl",
		      "counters", counters(&g.sums, e, e && entry_is_flow(v, e, proxy)));
	json_object_set_new(o, "local_endpoint", sg_show_addr_or_null(p->local));
	json_object_set_new(o, "remote_endpoint", sg_show_addr_or_null(peer));
	json_object_set_new(o, "path_mtu", json_integer(mtu ? mtu : p->mtu));
	json_object_set_new(o, "current_outbound_spi",
			    json_integer(g.sender ? g.sender->id.spi : 0));
	json_object_set_new(o, "inbound_esp", g.in_esp);
	json_object_set_new(o, "inbound_ah", g.in_ah);
	json_object_set_new(o, "outbound_esp", g.out_esp);
	json_object_set_new(o, "outbound_ah", g.out_ah);
	return o;
}

static const struct entry *find_entry(const struct view *v, const char *map, uint32_t seq)
{
	size_t i;

	for (i = 0; i < v->entry_count; i++)
		if (!strcmp(v->entries[i].map, map) && v->entries[i].entry.seq == seq)
			return &v->entries[i];
	return NULL;
}

static json_t *interface(struct view *v, const struct place *p)
{
	json_t *flows = json_array();
	const struct entry *e;
	const struct sg_ksa *sa;
	size_t i, j;

	for (i = 0; i < v->entry_count; i++) {
		e = &v->entries[i];
		if (strcmp(e->map, p->map))
			continue;
		for (j = 0; j < e->entry.ace_count; j++)
			if (e->entry.aces[j].permit)
				json_array_append_new(flows, flow(v, p, e->entry.seq, e,
								  &e->entry.aces[j].sel));
	}
	/* What is left: narrower than an ACE, or of an entry that is no more. */
	for (i = 0; i < v->sa_count; i++) {
		sa = &v->sas[i].sa;
		if (!v->sas[i].shown && sa_of(sa, p, sa->flow.seq, &sa->proxy))
			json_array_append_new(flows, flow(v, p, sa->flow.seq,
							  find_entry(v, p->map, sa->flow.seq),
							  &sa->proxy));
	}
	return json_pack("{s:s, s:o, s:o, s:s, s:o, s:I, s:o}", "interface", p->name,
			 "ifname", sg_show_name_or_null(p->ifname),
			 "ifindex", p->ifindex ? json_integer(p->ifindex) : json_null(),
			 "map", p->map, "local", sg_show_addr_or_null(p->local),
			 "media_mtu", (json_int_t)p->mtu, "flows", flows);
}

static void configured_interfaces(struct view *v, json_t *list)
{
	const struct sg_gw_interface *gi;
	struct place p;
	size_t i, j;

	for (i = 0; i < v->env->interface_count; i++) {
		gi = &v->env->interfaces[i];
		if (!gi->stanza->map[0])
			continue;
		p = (struct place){ .name = gi->stanza->name, .ifname = gi->ifname,
				    .map = gi->stanza->map, .ifindex = gi->ifindex,
				    .mtu = gi->mtu, .local = gi->local };
		json_array_append_new(list, interface(v, &p));
		for (j = 0; j < v->bind_count; j++)
			if (v->binds[j].ifindex == gi->ifindex)
				v->binds[j].ifindex = 0;	/* shown */
	}
}

static void bound_interfaces(struct view *v, json_t *list)
{
	const struct sg_link *link;
	struct place p;
	size_t i;

	for (i = 0; i < v->bind_count; i++) {
		if (!v->binds[i].ifindex)
			continue;
		link = v->env->links ? sg_links_by_index(v->env->links, v->binds[i].ifindex) : NULL;
		p = (struct place){ .name = link ? link->name : NO_INTERFACE,
				    .ifname = link ? link->name : NULL,
				    .map = v->binds[i].map, .ifindex = v->binds[i].ifindex,
				    .mtu = link ? link->mtu : 0, .local = v->binds[i].local };
		json_array_append_new(list, interface(v, &p));
	}
}

/* SAs that no interface accounts for still decrypt: they must not be invisible. */
static void homeless_sas(struct view *v, json_t *list)
{
	struct place p;
	size_t i;

	for (i = 0; i < v->sa_count; i++) {
		if (v->sas[i].shown)
			continue;
		p = (struct place){ .name = NO_INTERFACE, .map = v->sas[i].sa.flow.map,
				    .local = sg_show_sa_local(&v->sas[i].sa) };
		json_array_append_new(list, interface(v, &p));
	}
}

/**
 * sg_show_ipsec_sa() - show ipsec-sa
 * @env: the kernel, and what else is known
 * @data: result, a new reference
 *
 * Return: 0, -ENOMEM, or -errno of the kernel, whose error operation has the text.
 */
int sg_show_ipsec_sa(const struct sg_show_env *env, json_t **data)
{
	struct view v = { .env = env };
	json_t *list;
	int err;

	*data = NULL;
	err = read_view(&v);
	if (!err) {
		list = json_array();
		configured_interfaces(&v, list);
		bound_interfaces(&v, list);
		homeless_sas(&v, list);
		*data = json_pack("{s:o}", "interfaces", list);
		err = *data ? 0 : -ENOMEM;
	}
	free_view(&v);
	return err;
}
