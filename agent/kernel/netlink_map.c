// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Crypto maps and bindings over netlink: a map is staged piece by piece and
 * committed as a whole; dumps are gathered first, so that a caller never sees
 * the start of a dump that was interrupted.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/genetlink.h>

#include "netlink.h"
#include "wire.h"

static int simple(struct sg_nl *nl, uint8_t cmd)
{
	return sg_nl_talk(nl, sg_nl_begin(nl, cmd), NULL, NULL);
}

static int named(struct sg_nl *nl, uint8_t cmd, const char *name)
{
	struct nlmsghdr *nlh = sg_nl_begin(nl, cmd);

	if (!mnl_attr_put_strz_check(nlh, SG_NL_REQUEST_BYTES, SG_A_MAP_NAME, name))
		nlh = NULL;
	return sg_nl_talk(nl, nlh, NULL, NULL);
}

/* As many ACEs a message as fit. */
static int send_aces(struct sg_nl *nl, const struct sg_kentry *entry)
{
	struct nlmsghdr *nlh = NULL;
	size_t i, in_message = 0;
	int err;

	for (i = 0; i < entry->ace_count;) {
		uint32_t length;

		if (!nlh) {
			nlh = sg_nl_begin(nl, SG_CMD_MAP_ACES);
			mnl_attr_put_u32(nlh, SG_A_ENTRY_SEQ, entry->seq);
			in_message = 0;
		}
		length = nlh->nlmsg_len;
		if (sg_wire_put_ace(nlh, SG_NL_REQUEST_BYTES, &entry->aces[i])) {
			in_message++;
			i++;
			continue;
		}
		/* Cut off what was begun of the one that did not fit. */
		nlh->nlmsg_len = length;
		err = sg_nl_talk(nl, in_message ? nlh : NULL, NULL, NULL);
		if (err)
			return err;
		nlh = NULL;
	}
	return nlh ? sg_nl_talk(nl, nlh, NULL, NULL) : 0;
}

static int stage(struct sg_nl *nl, const struct sg_kmap *map)
{
	struct nlmsghdr *nlh;
	size_t i;
	int err;

	err = named(nl, SG_CMD_MAP_BEGIN, map->name);
	for (i = 0; !err && i < map->entry_count; i++) {
		nlh = sg_nl_begin(nl, SG_CMD_MAP_ENTRY);
		if (!sg_wire_put_entry(nlh, SG_NL_REQUEST_BYTES, &map->entries[i]))
			nlh = NULL;
		err = sg_nl_talk(nl, nlh, NULL, NULL);
		if (!err)
			err = send_aces(nl, &map->entries[i]);
	}
	return err ? err : simple(nl, SG_CMD_MAP_COMMIT);
}

/**
 * sg_nl_map_set() - put a map in force: BEGIN, entries, ACEs, COMMIT
 *
 * On failure the map that was in force stays, and nothing is left staged.
 * Return: 0 or -errno.
 */
int sg_nl_map_set(struct sg_kernel *k, const struct sg_kmap *map)
{
	struct sg_nl *nl = sg_nl_of(k);
	char why[SG_NL_ERROR_BYTES];
	int err;

	err = stage(nl, map);
	if (!err)
		return 0;
	snprintf(why, sizeof(why), "%s", nl->error);
	simple(nl, SG_CMD_MAP_ABORT);
	snprintf(nl->error, sizeof(nl->error), "%s", why);
	return err;
}

/** sg_nl_map_del() - Return: 0, -EBUSY while an interface bears it, or another -errno */
int sg_nl_map_del(struct sg_kernel *k, const char *name)
{
	return named(sg_nl_of(k), SG_CMD_MAP_DEL, name);
}

struct dumped_entry {
	char map[SG_MAP_NAME_MAX + 1];
	struct sg_kentry entry;
	struct sg_kace *aces;
	size_t ace_room;
};

struct map_dump {
	struct dumped_entry *entries;
	size_t count, room;
};

static void map_dump_clear(struct map_dump *d)
{
	size_t i;

	for (i = 0; i < d->count; i++)
		free(d->entries[i].aces);
	free(d->entries);
	memset(d, 0, sizeof(*d));
}

static void *grow(void *array, size_t *room, size_t size)
{
	size_t more = *room ? *room * 2 : 16;
	void *p = reallocarray(array, more, size);

	if (p)
		*room = more;
	return p;
}

static int dump_entry(struct map_dump *d, const char *name, const struct nlattr *attr)
{
	struct dumped_entry *e;
	void *p;

	if (d->count == d->room) {
		p = grow(d->entries, &d->room, sizeof(*d->entries));
		if (!p)
			return -ENOMEM;
		d->entries = p;
	}
	e = &d->entries[d->count];
	memset(e, 0, sizeof(*e));
	snprintf(e->map, sizeof(e->map), "%s", name);
	d->count++;
	return sg_wire_get_entry(attr, &e->entry);
}

/* ACEs follow their entry: it is the last one. */
static int dump_ace(struct map_dump *d, const char *name, uint32_t seq, const struct nlattr *attr)
{
	struct dumped_entry *e = d->count ? &d->entries[d->count - 1] : NULL;
	void *p;
	int err;

	if (!e || e->entry.seq != seq || strcmp(e->map, name))
		return -EBADMSG;
	if (e->entry.ace_count == e->ace_room) {
		p = grow(e->aces, &e->ace_room, sizeof(*e->aces));
		if (!p)
			return -ENOMEM;
		e->aces = p;
	}
	err = sg_wire_get_ace(attr, &e->aces[e->entry.ace_count]);
	if (!err)
		e->entry.ace_count++;
	return err;
}

static int take_map(const struct nlmsghdr *nlh, void *ctx)
{
	char name[SG_MAP_NAME_MAX + 1] = "";
	const struct nlattr *attr;
	struct map_dump *d = ctx;
	uint32_t seq = 0;
	int err = 0;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case SG_A_MAP_NAME:
			err = sg_wire_read_name(attr, name);
			break;
		case SG_A_ENTRY_SEQ:
			err = sg_wire_read_u32(attr, &seq);
			break;
		case SG_A_ENTRY:
			err = dump_entry(d, name, attr);
			break;
		case SG_A_ACE:
			err = dump_ace(d, name, seq, attr);
			break;
		}
		if (err)
			return err;
	}
	return 0;
}

/**
 * sg_nl_map_walk() - every entry in force, with its ACEs and counters
 * @name: of one map; NULL: all of them
 * @cb: non-zero ends the walk and is returned
 *
 * Return: 0 or -errno.
 */
int sg_nl_map_walk(struct sg_kernel *k, const char *name,
		   int (*cb)(const char *map, const struct sg_kentry *entry, void *ctx), void *ctx)
{
	struct sg_nl *nl = sg_nl_of(k);
	struct map_dump d = { 0 };
	struct nlmsghdr *nlh;
	int err, tries = 0;
	size_t i;

	do {
		map_dump_clear(&d);
		nlh = sg_nl_begin(nl, SG_CMD_MAP_GET);
		if (name && !mnl_attr_put_strz_check(nlh, SG_NL_REQUEST_BYTES, SG_A_MAP_NAME, name))
			nlh = NULL;
		err = sg_nl_dump(nl, nlh, take_map, &d);
	} while (err == -EINTR && ++tries < SG_NL_DUMP_TRIES);

	for (i = 0; !err && i < d.count; i++) {
		d.entries[i].entry.aces = d.entries[i].aces;
		err = cb(d.entries[i].map, &d.entries[i].entry, ctx);
	}
	map_dump_clear(&d);
	return err;
}

/** sg_nl_bind_set() - put a map on an interface, in place of what it bears. Return: 0 or -errno */
int sg_nl_bind_set(struct sg_kernel *k, const struct sg_kbind *bind)
{
	struct sg_nl *nl = sg_nl_of(k);
	struct nlmsghdr *nlh = sg_nl_begin(nl, SG_CMD_BIND_SET);

	if (!sg_wire_put_bind(nlh, SG_NL_REQUEST_BYTES, bind))
		nlh = NULL;
	return sg_nl_talk(nl, nlh, NULL, NULL);
}

/** sg_nl_bind_del() - Return: 0, -ENOENT where the interface bears no map, or another -errno */
int sg_nl_bind_del(struct sg_kernel *k, uint32_t ifindex)
{
	struct sg_nl *nl = sg_nl_of(k);
	struct nlmsghdr *nlh = sg_nl_begin(nl, SG_CMD_BIND_DEL);
	struct nlattr *nest = mnl_attr_nest_start(nlh, SG_A_BIND);

	mnl_attr_put_u32(nlh, SG_BIND_IFINDEX, ifindex);
	mnl_attr_nest_end(nlh, nest);
	return sg_nl_talk(nl, nlh, NULL, NULL);
}

struct bind_dump {
	struct sg_kbind *binds;
	size_t count, room;
};

static int take_bind(const struct nlmsghdr *nlh, void *ctx)
{
	const struct nlattr *attr;
	struct bind_dump *d = ctx;
	void *p;
	int err;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) != SG_A_BIND)
			continue;
		if (d->count == d->room) {
			p = grow(d->binds, &d->room, sizeof(*d->binds));
			if (!p)
				return -ENOMEM;
			d->binds = p;
		}
		err = sg_wire_get_bind(attr, &d->binds[d->count]);
		if (err)
			return err;
		d->count++;
	}
	return 0;
}

/** sg_nl_bind_walk() - every binding; a non-zero @cb ends the walk. Return: 0, @cb's, or -errno */
int sg_nl_bind_walk(struct sg_kernel *k, int (*cb)(const struct sg_kbind *bind, void *ctx),
		    void *ctx)
{
	struct sg_nl *nl = sg_nl_of(k);
	struct bind_dump d = { 0 };
	int err, tries = 0;
	size_t i;

	do {
		d.count = 0;
		err = sg_nl_dump(nl, sg_nl_begin(nl, SG_CMD_BIND_GET), take_bind, &d);
	} while (err == -EINTR && ++tries < SG_NL_DUMP_TRIES);

	for (i = 0; !err && i < d.count; i++)
		err = cb(&d.binds[i], ctx);
	free(d.binds);
	return err;
}
