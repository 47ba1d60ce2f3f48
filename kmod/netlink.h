/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The netlink family: what netlink.c, nl_attr.c, nl_sa.c, nl_map.c and event.c share.
 */
#ifndef SG_NETLINK_H
#define SG_NETLINK_H

#include <net/genetlink.h>

#include "flow.h"
#include "netns.h"

#ifndef GENL_MCAST_CAP_NET_ADMIN
#error "This kernel cannot keep unprivileged sockets out of a multicast group."
#endif

struct sg_sa;

int sg_netlink_init(void);
void sg_netlink_exit(void);

extern struct genl_family sg_genl_family;
/* False before and after the family's life: no event may be sent. RCU read side. */
bool sg_netlink_up(void);

static inline struct sg_net *sg_nl_net(struct genl_info *info)
{
	return sg_net(genl_info_net(info));
}

/* --- nl_attr.c: reading and writing attributes ------------------------------------------ */

#define SG_NL_REPEAT_NONE	0	/* every attribute once; 0 is UNSPEC in every nest */

/**
 * sg_nl_once() - refuse attributes given twice
 * @head: first attribute
 * @len: bytes of attributes
 * @repeat: the type that may come again, or SG_NL_REPEAT_NONE
 * @extack: points at the second
 *
 * Return: 0 or -EINVAL.
 */
int sg_nl_once(const struct nlattr *head, int len, u16 repeat, struct netlink_ext_ack *extack);

/* The same for the top level of a request. */
int sg_nl_once_top(struct genl_info *info, u16 repeat);

/**
 * sg_nl_nest() - parse a nest, strictly, every attribute once
 * @tb: @max + 1 entries, written
 * @max: highest attribute
 * @nest: the nest
 * @policy: its policy
 * @repeat: as in sg_nl_once()
 * @extack: says why not
 *
 * Return: 0 or -errno.
 */
int sg_nl_nest(struct nlattr **tb, int max, const struct nlattr *nest,
	       const struct nla_policy *policy, u16 repeat, struct netlink_ext_ack *extack);

/* -EINVAL with @text as extended ack unless @attr is there. */
#define sg_nl_need(extack, nest, tb, type, text) ({		\
	struct netlink_ext_ack *_ack = (extack);		\
	int _err = 0;						\
								\
	if (!(tb)[type]) {					\
		NL_SET_ERR_MSG(_ack, text);			\
		NL_SET_ERR_ATTR_MISS(_ack, nest, type);		\
		_err = -EINVAL;					\
	}							\
	_err;							\
})

/* Policies of what several commands take. */
extern const struct nla_policy sg_nl_flow_policy[SG_FLOW_SELECTOR + 1];
#define SG_NL_NAME_POLICY	{ .type = NLA_NUL_STRING, .len = SG_MAP_NAME_MAX }

/* @name is padded with zeros. -EINVAL: empty, or it goes on after its end. */
int sg_nl_get_name(const struct nlattr *attr, char name[SG_MAP_NAME_MAX + 1],
		   struct netlink_ext_ack *extack);
int sg_nl_get_selector(const struct nlattr *nest, struct sg_selector *sel,
		       struct netlink_ext_ack *extack);
int sg_nl_get_flow(const struct nlattr *nest, struct sg_flow_key *key,
		   struct netlink_ext_ack *extack);
/* 0 or -ERANGE */
int sg_nl_get_seq(const struct nlattr *attr, u32 *seq, struct netlink_ext_ack *extack);

/* 0 or -EMSGSIZE, with the nest taken back. */
int sg_nl_put_selector(struct sk_buff *skb, int type, const struct sg_selector *sel);
/* @state: with STATE and HELD */
int sg_nl_put_flow(struct sk_buff *skb, int type, const struct sg_flow *flow, bool state);

/* A message to the one who asked: sg_nl_reply_new(), attributes, genlmsg_end(), genlmsg_reply(). */
struct sk_buff *sg_nl_reply_new(struct genl_info *info, size_t payload, void **hdr);

/*
 * Where a dump stands. Objects are in ascending order of something that is never used again, so
 * that the walk goes on after what it showed last even when that is gone.
 */
struct sg_nl_dump {
	bool all;			/* MAP_GET: every map */
	bool done;
	char name[SG_MAP_NAME_MAX + 1];	/* MAP_GET: the map at work */
	u32 number;			/* SA number, flow number, ifindex: last one shown */
	u32 seq;			/* MAP_GET: entry at work, 0 = none yet */
	u32 ace;			/* MAP_GET: ACEs of it shown */
	bool entry_shown;		/* MAP_GET: its entry message is out */
	u32 generation;			/* of @pos */
	struct list_head *pos;		/* last one shown: good while the generation is the same */
};

/* cb->start of a dump without attributes; sg_nl_dump_done() is every dump's cb->done. */
int sg_nl_dump_start(struct netlink_callback *cb);
int sg_nl_dump_done(struct netlink_callback *cb);
struct sg_nl_dump *sg_nl_dump(struct netlink_callback *cb);
/* Takes sg_net.lock for one message of a dump, which shows the state of now. */
struct sg_net *sg_nl_dump_lock(struct netlink_callback *cb);
/* A message of a dump, or NULL: the buffer is full. */
void *sg_nl_dump_put(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd);

/* --- nl_sa.c ------------------------------------------------------------------------- */

extern const struct nla_policy sg_nl_sa_policy[SG_A_SA + 1];
extern const struct nla_policy sg_nl_sa_flush_policy[SG_A_PEER + 1];

int sg_nl_sa_add(struct sk_buff *skb, struct genl_info *info);
int sg_nl_sa_del(struct sk_buff *skb, struct genl_info *info);
int sg_nl_sa_flush(struct sk_buff *skb, struct genl_info *info);
int sg_nl_sa_get(struct sk_buff *skb, struct genl_info *info);
int sg_nl_sa_dump(struct sk_buff *skb, struct netlink_callback *cb);

/* --- nl_map.c, nl_bind.c -------------------------------------------------------------- */

extern const struct nla_policy sg_nl_map_name_policy[SG_A_MAP_NAME + 1];
extern const struct nla_policy sg_nl_map_entry_policy[SG_A_ENTRY + 1];
extern const struct nla_policy sg_nl_map_aces_policy[SG_A_ACE + 1];
extern const struct nla_policy sg_nl_bind_policy[SG_A_BIND + 1];
extern const struct nla_policy sg_nl_flow_fail_policy[SG_A_FLOW + 1];

int sg_nl_map_begin(struct sk_buff *skb, struct genl_info *info);
int sg_nl_map_entry(struct sk_buff *skb, struct genl_info *info);
int sg_nl_map_aces(struct sk_buff *skb, struct genl_info *info);
int sg_nl_map_commit(struct sk_buff *skb, struct genl_info *info);
int sg_nl_map_abort(struct sk_buff *skb, struct genl_info *info);
int sg_nl_map_del(struct sk_buff *skb, struct genl_info *info);
int sg_nl_map_dump_start(struct netlink_callback *cb);
int sg_nl_map_dump(struct sk_buff *skb, struct netlink_callback *cb);
int sg_nl_bind_set(struct sk_buff *skb, struct genl_info *info);
int sg_nl_bind_del(struct sk_buff *skb, struct genl_info *info);
int sg_nl_bind_dump(struct sk_buff *skb, struct netlink_callback *cb);
int sg_nl_flow_fail(struct sk_buff *skb, struct genl_info *info);
int sg_nl_flow_dump(struct sk_buff *skb, struct netlink_callback *cb);

#endif /* SG_NETLINK_H */
