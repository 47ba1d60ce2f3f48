// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * struct sg_kernel by the module's netlink family: opening, the operations on SAs, flows and
 * counters. No globals: the agent and ipsecctl each open their own. Maps and bindings are in
 * netlink_map.c, events in netlink_event.c, the rules of netlink in netlink_sock.c, attributes in
 * wire*.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>

#include "netlink.h"
#include "wire.h"

static int sa_add(struct sg_kernel *k, const struct sg_ksa *sa)
{
	struct sg_nl *nl = sg_nl_of(k);
	struct nlmsghdr *nlh = sg_nl_begin(nl, SG_CMD_SA_ADD);

	if (!sg_wire_put_sa(nlh, SG_NL_REQUEST_BYTES, sa))
		nlh = NULL;
	return sg_nl_talk(nl, nlh, NULL, NULL);
}

static int sa_del(struct sg_kernel *k, const struct sg_ksa_id *id)
{
	struct sg_nl *nl = sg_nl_of(k);
	struct nlmsghdr *nlh = sg_nl_begin(nl, SG_CMD_SA_DEL);

	if (!sg_wire_put_sa_id(nlh, SG_NL_REQUEST_BYTES, id))
		nlh = NULL;
	return sg_nl_talk(nl, nlh, NULL, NULL);
}

static int take_one_sa(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == SG_A_SA)
			return sg_wire_get_sa(attr, ctx);
	return -EBADMSG;
}

static int sa_get(struct sg_kernel *k, const struct sg_ksa_id *id, struct sg_ksa *sa)
{
	struct sg_nl *nl = sg_nl_of(k);
	struct nlmsghdr *nlh = sg_nl_begin(nl, SG_CMD_SA_GET);

	if (!sg_wire_put_sa_id(nlh, SG_NL_REQUEST_BYTES, id))
		nlh = NULL;
	return sg_nl_talk(nl, nlh, take_one_sa, sa);
}

struct sa_dump {
	struct sg_ksa *sas;
	size_t count, room;
};

static int take_sa(const struct nlmsghdr *nlh, void *ctx)
{
	struct sa_dump *d = ctx;
	size_t room;
	void *p;
	int err;

	if (d->count == d->room) {
		room = d->room ? d->room * 2 : 16;
		p = reallocarray(d->sas, room, sizeof(*d->sas));
		if (!p)
			return -ENOMEM;
		d->sas = p;
		d->room = room;
	}
	err = take_one_sa(nlh, &d->sas[d->count]);
	if (!err)
		d->count++;
	return err;
}

static int sa_walk(struct sg_kernel *k, int (*cb)(const struct sg_ksa *sa, void *ctx), void *ctx)
{
	struct sg_nl *nl = sg_nl_of(k);
	struct sa_dump d = { 0 };
	int err, tries = 0;
	size_t i;

	do {
		d.count = 0;
		err = sg_nl_dump(nl, sg_nl_begin(nl, SG_CMD_SA_GET), take_sa, &d);
	} while (err == -EINTR && ++tries < SG_NL_DUMP_TRIES);

	for (i = 0; !err && i < d.count; i++)
		err = cb(&d.sas[i], ctx);
	free(d.sas);
	return err;
}

static int sa_flush(struct sg_kernel *k, const char *map, const struct in_addr *peer)
{
	struct sg_nl *nl = sg_nl_of(k);
	struct nlmsghdr *nlh = sg_nl_begin(nl, SG_CMD_SA_FLUSH);

	if (map && !mnl_attr_put_strz_check(nlh, SG_NL_REQUEST_BYTES, SG_A_MAP_NAME, map))
		nlh = NULL;
	if (nlh && peer)
		mnl_attr_put_u32(nlh, SG_A_PEER, peer->s_addr);
	return sg_nl_talk(nl, nlh, NULL, NULL);
}

struct dumped_flow {
	struct sg_kflow flow;
	uint8_t state;
	uint32_t held;
};

struct flow_dump {
	struct dumped_flow *flows;
	size_t count, room;
};

static int take_flow(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *attr;
	struct flow_dump *d = ctx;
	struct dumped_flow *f;
	size_t room;
	int err;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != SG_A_FLOW)
			continue;
		if (d->count == d->room) {
			room = d->room ? d->room * 2 : 16;
			f = reallocarray(d->flows, room, sizeof(*f));
			if (!f)
				return -ENOMEM;
			d->flows = f;
			d->room = room;
		}
		f = &d->flows[d->count];
		memset(f, 0, sizeof(*f));
		err = sg_wire_get_flow(attr, &f->flow);
		if (!err)
			err = sg_wire_get_flow_state(attr, &f->state, &f->held);
		if (err)
			return err;
		d->count++;
	}
	return 0;
}

static int flow_walk(struct sg_kernel *k, int (*cb)(const struct sg_kflow *flow, uint8_t state,
						    uint32_t held, void *ctx), void *ctx)
{
	struct sg_nl *nl = sg_nl_of(k);
	struct flow_dump d = { 0 };
	int err, tries = 0;
	size_t i;

	do {
		d.count = 0;
		err = sg_nl_dump(nl, sg_nl_begin(nl, SG_CMD_FLOW_GET), take_flow, &d);
	} while (err == -EINTR && ++tries < SG_NL_DUMP_TRIES);

	for (i = 0; !err && i < d.count; i++)
		err = cb(&d.flows[i].flow, d.flows[i].state, d.flows[i].held, ctx);
	free(d.flows);
	return err;
}

static int flow_fail(struct sg_kernel *k, const struct sg_kflow *flow)
{
	struct sg_nl *nl = sg_nl_of(k);
	struct nlmsghdr *nlh = sg_nl_begin(nl, SG_CMD_FLOW_FAIL);

	if (!sg_wire_put_flow(nlh, SG_NL_REQUEST_BYTES, SG_A_FLOW, flow))
		nlh = NULL;
	return sg_nl_talk(nl, nlh, NULL, NULL);
}

static int take_stats(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == SG_A_STATS)
			return sg_wire_get_stats(attr, ctx);
	return -EBADMSG;
}

static int stats(struct sg_kernel *k, uint64_t count[__SG_STAT_LAST])
{
	struct sg_nl *nl = sg_nl_of(k);

	return sg_nl_talk(nl, sg_nl_begin(nl, SG_CMD_STATS_GET), take_stats, count);
}

static int counters_clear(struct sg_kernel *k)
{
	struct sg_nl *nl = sg_nl_of(k);

	return sg_nl_talk(nl, sg_nl_begin(nl, SG_CMD_COUNTERS_CLEAR), NULL, NULL);
}

static const char *error(struct sg_kernel *k)
{
	return sg_nl_of(k)->error;
}

static void destroy(struct sg_kernel *k)
{
	struct sg_kernel_netlink *kn = (struct sg_kernel_netlink *)k;

	if (!k)
		return;
	sg_nl_close(&kn->nl);
	if (kn->events)
		mnl_socket_close(kn->events);
	free(kn);
}

static const struct sg_kernel_ops netlink_ops = {
	.sa_add = sa_add,
	.sa_del = sa_del,
	.sa_get = sa_get,
	.sa_walk = sa_walk,
	.sa_flush = sa_flush,
	.map_set = sg_nl_map_set,
	.map_del = sg_nl_map_del,
	.map_walk = sg_nl_map_walk,
	.bind_set = sg_nl_bind_set,
	.bind_del = sg_nl_bind_del,
	.bind_walk = sg_nl_bind_walk,
	.flow_walk = flow_walk,
	.flow_fail = flow_fail,
	.stats = stats,
	.counters_clear = counters_clear,
	.error = error,
	.free = destroy,
};

struct info {
	uint32_t abi;
	char release[64];
};

static int take_info(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *attr;
	struct info *info = ctx;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == SG_A_ABI && sg_wire_read_u32(attr, &info->abi))
			return -EBADMSG;
		if (mnl_attr_get_type(attr) == SG_A_RELEASE)
			snprintf(info->release, sizeof(info->release), "%.*s",
				 (int)mnl_attr_get_payload_len(attr), mnl_attr_get_str(attr));
	}
	return 0;
}

static int ask_info(struct sg_nl *nl, struct info *info)
{
	return sg_nl_talk(nl, sg_nl_begin(nl, SG_CMD_INFO_GET), take_info, info);
}

/**
 * sg_nl_attach() - talk to the module of this family from now on
 * @family: as the controller gave it
 * @why: on failure, in words of what to do: a user whose start failed gets to read it
 *
 * Return: 0; -EPERM; -EPROTO: another ABI; another -errno.
 */
int sg_nl_attach(struct sg_kernel_netlink *kn, const struct sg_nl_family *family, char *why,
		 size_t why_len)
{
	struct info info = { 0 };
	int err;

	kn->nl.family = family->id;
	err = ask_info(&kn->nl, &info);
	if (!err && info.abi != SG_ABI_VERSION) {
		snprintf(why, why_len,
			 "the loaded module (release %s) speaks version %u of the interface, this program version %u;\n"
			 "  load the module of the same build: rmmod sealgate, then insmod the new one",
			 info.release, info.abi, SG_ABI_VERSION);
		kn->nl.family = 0;
		return -EPROTO;
	}
	if (!err && kn->events)
		err = sg_nl_events_join(kn, family->group);
	if (err == -EPERM)
		snprintf(why, why_len,
			 "the kernel refuses: CAP_NET_ADMIN in this network namespace is needed (run as root)");
	else if (err)
		snprintf(why, why_len, "%s", kn->nl.error);
	if (err)
		kn->nl.family = 0;
	return err;
}

static int start(struct sg_kernel_netlink *kn, char *why, size_t why_len)
{
	struct sg_nl_family family;
	int err;

	err = sg_nl_open(&kn->nl);
	if (!err && kn->event_cb)
		err = sg_nl_events_open(kn);
	if (!err)
		err = sg_nl_resolve(&kn->nl, SG_GENL_NAME, SG_GENL_MCGRP, &family);
	if (err == -ENOENT)
		snprintf(why, why_len,
			 "the kernel module is not loaded; load it by `modprobe sealgate', or from a build tree by\n"
			 "  insmod build/$(uname -r)/sealgate.ko");
	else if (err)
		snprintf(why, why_len, "%s", kn->nl.error);
	return err ? err : sg_nl_attach(kn, &family, why, why_len);
}

/**
 * sg_kernel_netlink_open() - talk to the module in the network namespace of the caller
 * @k: result; released by its free operation
 * @cb: for events; NULL: no events are wanted
 * @ctx: given to @cb
 * @why: on failure, what failed and what to do about it
 * @why_len: size of @why
 *
 * Return: 0; -ENOENT: the module is not loaded; -EPERM; -EPROTO: another ABI; another -errno.
 */
int sg_kernel_netlink_open(struct sg_kernel **k, sg_kevent_cb cb, void *ctx, char *why,
			   size_t why_len)
{
	struct sg_kernel_netlink *kn = calloc(1, sizeof(*kn));
	int err;

	*k = NULL;
	if (!kn) {
		snprintf(why, why_len, "out of memory");
		return -ENOMEM;
	}
	kn->kernel.ops = &netlink_ops;
	kn->event_cb = cb;
	kn->event_ctx = ctx;
	err = start(kn, why, why_len);
	if (err) {
		destroy(&kn->kernel);
		return err;
	}
	*k = &kn->kernel;
	return 0;
}

/**
 * sg_kernel_netlink_release() - the module's release, as text
 *
 * Return: 0 or -errno; @release is empty on failure.
 */
int sg_kernel_netlink_release(struct sg_kernel *k, char *release, size_t len)
{
	struct info info = { 0 };
	int err;

	err = ask_info(sg_nl_of(k), &info);
	snprintf(release, len, "%s", info.release);
	return err;
}

/**
 * sg_kernel_netlink_generation() - has the module gone, or come again, since it was last asked
 * @k: kernel
 * @loaded: is it there
 *
 * A module that comes again knows nothing of the SAs and maps of the one before.
 * Return: a number that changes each time.
 */
unsigned int sg_kernel_netlink_generation(const struct sg_kernel *k, bool *loaded)
{
	const struct sg_kernel_netlink *kn = (const struct sg_kernel_netlink *)k;

	*loaded = kn->nl.family;
	return kn->generation;
}
