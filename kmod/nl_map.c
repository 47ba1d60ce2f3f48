// SPDX-License-Identifier: GPL-2.0
/*
 * The crypto map commands of the netlink family: staging, commit, removal, and the dump of what
 * is in force.
 */
#include <linux/slab.h>
#include <net/netlink.h>

#include "cmap.h"
#include "netlink.h"
#include "stage.h"

const struct nla_policy sg_nl_map_name_policy[SG_A_MAP_NAME + 1] = {
	[SG_A_MAP_NAME]	= SG_NL_NAME_POLICY,
};

static const struct nla_policy entry_policy[SG_ENTRY_FLAGS + 1] = {
	[SG_ENTRY_SEQ]		= { .type = NLA_U32 },
	[SG_ENTRY_FLAGS]	= NLA_POLICY_MASK(NLA_U32, SG_ENTRY_F_DYNAMIC),
};

const struct nla_policy sg_nl_map_entry_policy[SG_A_ENTRY + 1] = {
	[SG_A_ENTRY]	= NLA_POLICY_NESTED(entry_policy),
};

static const struct nla_policy ace_policy[SG_ACE_SELECTOR + 1] = {
	[SG_ACE_PERMIT]		= NLA_POLICY_MAX(NLA_U8, 1),
	[SG_ACE_SELECTOR]	= { .type = NLA_NESTED },
};

const struct nla_policy sg_nl_map_aces_policy[SG_A_ACE + 1] = {
	[SG_A_ENTRY_SEQ]	= { .type = NLA_U32 },
	[SG_A_ACE]		= NLA_POLICY_NESTED(ace_policy),
};

/* --- staging ----------------------------------------------------------------------------- */

static int get_map_name(struct genl_info *info, char name[SG_MAP_NAME_MAX + 1])
{
	int err;

	err = sg_nl_once_top(info, SG_NL_REPEAT_NONE);
	if (!err)
		err = sg_nl_need(info->extack, NULL, info->attrs, SG_A_MAP_NAME,
				 "map name is missing");
	return err ?: sg_nl_get_name(info->attrs[SG_A_MAP_NAME], name, info->extack);
}

int sg_nl_map_begin(struct sk_buff *skb, struct genl_info *info)
{
	struct sg_net *sn = sg_nl_net(info);
	char name[SG_MAP_NAME_MAX + 1];
	int err;

	err = get_map_name(info, name);
	if (err)
		return err;
	mutex_lock(&sn->lock);
	err = sg_stage_begin(sn, info->snd_portid, name);
	mutex_unlock(&sn->lock);
	return err;
}

/* Under sg_net.lock. */
static struct sg_stage *need_stage(struct sg_net *sn, struct genl_info *info)
{
	struct sg_stage *stage = sg_stage_find(sn, info->snd_portid);

	if (!stage)
		NL_SET_ERR_MSG(info->extack, "this socket stages no map: MAP_BEGIN first");
	return stage;
}

int sg_nl_map_entry(struct sk_buff *skb, struct genl_info *info)
{
	struct netlink_ext_ack *extack = info->extack;
	struct nlattr *nest = info->attrs[SG_A_ENTRY];
	struct nlattr *tb[SG_ENTRY_FLAGS + 1];
	struct sg_net *sn = sg_nl_net(info);
	struct sg_stage *stage;
	u32 seq, flags = 0;
	int err;

	err = sg_nl_once_top(info, SG_NL_REPEAT_NONE);
	if (!err)
		err = sg_nl_need(extack, NULL, info->attrs, SG_A_ENTRY, "entry is missing");
	if (!err)
		err = sg_nl_nest(tb, SG_ENTRY_FLAGS, nest, entry_policy, SG_NL_REPEAT_NONE,
				 extack);
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_ENTRY_SEQ,
				 "entry: sequence number is missing");
	if (!err)
		err = sg_nl_get_seq(tb[SG_ENTRY_SEQ], &seq, extack);
	if (err)
		return err;
	if (tb[SG_ENTRY_FLAGS])
		flags = nla_get_u32(tb[SG_ENTRY_FLAGS]);

	mutex_lock(&sn->lock);
	stage = need_stage(sn, info);
	err = stage ? sg_stage_entry_add(stage, seq, flags, extack) : -ENOENT;
	mutex_unlock(&sn->lock);
	return err;
}

static int stage_ace(struct sg_stage *stage, struct sg_stage_entry *entry,
		     const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SG_ACE_SELECTOR + 1];
	struct sg_selector sel;
	int err;

	err = sg_nl_nest(tb, SG_ACE_SELECTOR, nest, ace_policy, SG_NL_REPEAT_NONE, extack);
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_ACE_PERMIT, "ACE: permit or deny is missing");
	if (!err)
		err = sg_nl_need(extack, nest, tb, SG_ACE_SELECTOR, "ACE: selector is missing");
	if (!err)
		err = sg_nl_get_selector(tb[SG_ACE_SELECTOR], &sel, extack);
	if (!err)
		err = sg_stage_ace_add(stage, entry, nla_get_u8(tb[SG_ACE_PERMIT]), &sel, extack);
	return err;
}

/* All ACEs of the message, or none. */
static int stage_aces(struct sg_stage *stage, u32 seq, struct genl_info *info)
{
	struct sg_stage_entry *entry = sg_stage_entry_find(stage, seq);
	const struct nlattr *attr;
	u32 before;
	int rem, err;

	if (!entry) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[SG_A_ENTRY_SEQ],
				    "the staged map has no entry of this sequence number");
		return -ENOENT;
	}
	before = entry->count;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(attr) != SG_A_ACE)
			continue;
		err = stage_ace(stage, entry, attr, info->extack);
		if (err) {
			sg_stage_ace_trim(stage, entry, before);
			return err;
		}
	}
	return 0;
}

int sg_nl_map_aces(struct sk_buff *skb, struct genl_info *info)
{
	struct sg_net *sn = sg_nl_net(info);
	struct sg_stage *stage;
	u32 seq;
	int err;

	err = sg_nl_once_top(info, SG_A_ACE);
	if (!err)
		err = sg_nl_need(info->extack, NULL, info->attrs, SG_A_ENTRY_SEQ,
				 "sequence number is missing");
	if (!err)
		err = sg_nl_need(info->extack, NULL, info->attrs, SG_A_ACE, "ACE is missing");
	if (!err)
		err = sg_nl_get_seq(info->attrs[SG_A_ENTRY_SEQ], &seq, info->extack);
	if (err)
		return err;

	mutex_lock(&sn->lock);
	stage = need_stage(sn, info);
	err = stage ? stage_aces(stage, seq, info) : -ENOENT;
	mutex_unlock(&sn->lock);
	return err;
}

int sg_nl_map_commit(struct sk_buff *skb, struct genl_info *info)
{
	struct sg_net *sn = sg_nl_net(info);
	struct sg_stage *stage;
	int err = -ENOENT;

	mutex_lock(&sn->lock);
	stage = need_stage(sn, info);
	if (stage)
		err = sg_map_commit(sn, stage, info->extack);
	if (!err)
		sg_stage_free(stage);
	mutex_unlock(&sn->lock);
	return err;
}

int sg_nl_map_abort(struct sk_buff *skb, struct genl_info *info)
{
	struct sg_net *sn = sg_nl_net(info);
	struct sg_stage *stage;

	mutex_lock(&sn->lock);
	stage = need_stage(sn, info);
	if (stage)
		sg_stage_free(stage);
	mutex_unlock(&sn->lock);
	return stage ? 0 : -ENOENT;
}

int sg_nl_map_del(struct sk_buff *skb, struct genl_info *info)
{
	struct sg_net *sn = sg_nl_net(info);
	char name[SG_MAP_NAME_MAX + 1];
	int err;

	err = get_map_name(info, name);
	if (err)
		return err;
	mutex_lock(&sn->lock);
	err = sg_map_del(sn, name, info->extack);
	mutex_unlock(&sn->lock);
	return err;
}

/* --- MAP_GET ------------------------------------------------------------------------------- */

int sg_nl_map_dump_start(struct netlink_callback *cb)
{
	struct nlattr *tb[SG_A_MAP_NAME + 1];
	struct sg_nl_dump *dump;
	int err;

	err = nlmsg_parse(cb->nlh, GENL_HDRLEN, tb, SG_A_MAP_NAME, sg_nl_map_name_policy,
			  cb->extack);
	if (!err)
		err = sg_nl_once(nlmsg_attrdata(cb->nlh, GENL_HDRLEN),
				 nlmsg_attrlen(cb->nlh, GENL_HDRLEN), SG_NL_REPEAT_NONE,
				 cb->extack);
	if (err)
		return err;

	dump = kzalloc(sizeof(*dump), GFP_KERNEL_ACCOUNT);
	if (!dump)
		return -ENOMEM;
	dump->all = !tb[SG_A_MAP_NAME];
	if (!dump->all)
		err = sg_nl_get_name(tb[SG_A_MAP_NAME], dump->name, cb->extack);
	if (err) {
		kfree(dump);
		return err;
	}
	cb->args[0] = (long)dump;
	return 0;
}

static int put_count(struct sk_buff *skb, int type, const atomic64_t *count)
{
	return nla_put_u64_64bit(skb, type, atomic64_read(count), SG_ENTRY_PAD);
}

static int put_entry(struct sk_buff *skb, const struct sg_map *map,
		     const struct sg_map_entry *entry)
{
	const struct sg_entry_count *count = entry->count;
	struct nlattr *nest;

	if (nla_put_string(skb, SG_A_MAP_NAME, map->name))
		return -EMSGSIZE;
	nest = nla_nest_start(skb, SG_A_ENTRY);
	if (!nest || nla_put_u32(skb, SG_ENTRY_SEQ, entry->seq) ||
	    nla_put_u32(skb, SG_ENTRY_FLAGS, entry->flags) ||
	    put_count(skb, SG_ENTRY_OUT_PACKETS, &count->out_packets) ||
	    put_count(skb, SG_ENTRY_OUT_BYTES, &count->out_bytes) ||
	    put_count(skb, SG_ENTRY_IN_PACKETS, &count->in_packets) ||
	    put_count(skb, SG_ENTRY_IN_BYTES, &count->in_bytes) ||
	    put_count(skb, SG_ENTRY_SEND_ERRORS, &count->send_errors) ||
	    put_count(skb, SG_ENTRY_RECV_ERRORS, &count->recv_errors))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_ace(struct sk_buff *skb, const struct sg_map *map, u32 index)
{
	const struct sg_ace *ace = &map->aces[index];
	struct nlattr *nest = nla_nest_start(skb, SG_A_ACE);

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_u8(skb, SG_ACE_PERMIT, ace->permit) ||
	    sg_nl_put_selector(skb, SG_ACE_SELECTOR, &ace->sel) ||
	    (ace->permit &&
	     nla_put_u64_64bit(skb, SG_ACE_MATCHES, atomic64_read(&map->matches[index]),
			       SG_ACE_PAD))) {
		nla_nest_cancel(skb, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int dump_entry_head(struct sk_buff *skb, struct netlink_callback *cb,
			   const struct sg_map *map, const struct sg_map_entry *entry)
{
	void *hdr = sg_nl_dump_put(skb, cb, SG_CMD_MAP_GET);

	if (!hdr)
		return -EMSGSIZE;
	if (put_entry(skb, map, entry)) {
		genlmsg_cancel(skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, hdr);
	return 0;
}

/* One message, with as many of the entry's ACEs as the buffer has room for. */
static int dump_entry_aces(struct sk_buff *skb, struct netlink_callback *cb,
			   const struct sg_map *map, const struct sg_map_entry *entry)
{
	struct sg_nl_dump *dump = sg_nl_dump(cb);
	u32 first = dump->ace;
	void *hdr;

	if (dump->ace >= entry->ace_count)
		return 0;
	hdr = sg_nl_dump_put(skb, cb, SG_CMD_MAP_GET);
	if (!hdr)
		return -EMSGSIZE;
	if (nla_put_string(skb, SG_A_MAP_NAME, map->name) ||
	    nla_put_u32(skb, SG_A_ENTRY_SEQ, entry->seq))
		goto full;
	while (dump->ace < entry->ace_count) {
		if (put_ace(skb, map, entry->first_ace + dump->ace))
			break;
		dump->ace++;
	}
	if (dump->ace == first)
		goto full;
	genlmsg_end(skb, hdr);
	return dump->ace < entry->ace_count ? -EMSGSIZE : 0;

full:
	genlmsg_cancel(skb, hdr);
	return -EMSGSIZE;
}

/* From the entry on at which the last message of the dump has stopped. */
static int dump_map(struct sk_buff *skb, struct netlink_callback *cb, const struct sg_map *map)
{
	struct sg_nl_dump *dump = sg_nl_dump(cb);
	const struct sg_map_entry *entry;
	int err;
	u32 i;

	for (i = 0; i < map->entry_count; i++) {
		entry = &map->entries[i];
		if (entry->seq < dump->seq)
			continue;
		if (entry->seq != dump->seq) {
			dump->seq = entry->seq;
			dump->entry_shown = false;
			dump->ace = 0;
		}
		if (!dump->entry_shown) {
			err = dump_entry_head(skb, cb, map, entry);
			if (err)
				return err;
			dump->entry_shown = true;
		}
		err = dump_entry_aces(skb, cb, map, entry);
		if (err)
			return err;
	}
	return 0;
}

int sg_nl_map_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct sg_nl_dump *dump = sg_nl_dump(cb);
	const struct sg_map *map;
	struct sg_net *sn;
	int order;

	if (dump->done)
		return 0;

	sn = sg_nl_dump_lock(cb);
	list_for_each_entry(map, &sn->maps, node) {
		order = strcmp(map->name, dump->name);
		if (order < 0 || (order > 0 && !dump->all))
			continue;
		if (order > 0) {
			memcpy(dump->name, map->name, sizeof(dump->name));
			dump->seq = 0;
		}
		if (dump_map(skb, cb, map))
			goto unlock;
	}
	dump->done = true;
unlock:
	mutex_unlock(&sn->lock);
	return skb->len;
}
