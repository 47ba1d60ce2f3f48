// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Generic netlink requests over libmnl: send one, read its answers to the end, turn a refusal into
 * an errno and a text (the kernel's extended ack where there is one). Knows the rules of netlink;
 * what is asked is netlink.c's affair.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "netlink.h"

static int set_option(struct mnl_socket *sock, int option)
{
	int on = 1;

	return mnl_socket_setsockopt(sock, option, &on, sizeof(on));
}

/**
 * sg_nl_open() - open the request socket
 *
 * Return: 0 or -errno, with nl->error set.
 */
int sg_nl_open(struct sg_nl *nl)
{
	struct timeval timeout = { .tv_sec = SG_NL_TIMEOUT_SECONDS };
	int err;

	nl->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->sock || mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0) {
		err = -errno;
		sg_nl_fail(nl, "cannot open a netlink socket", err);
		sg_nl_close(nl);
		return err;
	}
	/* Without these the answers are poorer, not wrong. */
	set_option(nl->sock, NETLINK_EXT_ACK);
	set_option(nl->sock, NETLINK_CAP_ACK);
	set_option(nl->sock, NETLINK_GET_STRICT_CHK);
	setsockopt(mnl_socket_get_fd(nl->sock), SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	nl->portid = mnl_socket_get_portid(nl->sock);
	nl->seq = (uint32_t)time(NULL);
	return 0;
}

/** sg_nl_close() - close the socket; wipes the buffers */
void sg_nl_close(struct sg_nl *nl)
{
	if (nl->sock)
		mnl_socket_close(nl->sock);
	nl->sock = NULL;
	explicit_bzero(nl->request, sizeof(nl->request));
	explicit_bzero(nl->answer, sizeof(nl->answer));
}

/** sg_nl_fail() - set the text of the last error */
void sg_nl_fail(struct sg_nl *nl, const char *what, int err)
{
	snprintf(nl->error, sizeof(nl->error), "%s: %s", what, strerror(-err));
}

static struct nlmsghdr *begin(struct sg_nl *nl, uint16_t type, uint8_t cmd, uint8_t version)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(nl->request);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	nlh->nlmsg_seq = ++nl->seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nlh;
}

/** sg_nl_begin() - start a request to the module's family in the request buffer */
struct nlmsghdr *sg_nl_begin(struct sg_nl *nl, uint8_t cmd)
{
	return begin(nl, nl->family, cmd, SG_GENL_VERSION);
}

/*
 * The extended ack of an error or of a dump's end; @at: bytes of payload ahead of its attributes.
 */
static void take_ext_ack(struct sg_nl *nl, const struct nlmsghdr *nlh, size_t at, int code)
{
	const char *text = NULL;
	const struct nlattr *attr;
	uint32_t offset = 0;

	if ((nlh->nlmsg_flags & NLM_F_ACK_TLVS) && mnl_nlmsg_get_payload_len(nlh) >= at) {
		mnl_attr_for_each(attr, nlh, (unsigned int)at) {
			size_t len = mnl_attr_get_payload_len(attr);

			if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG && len &&
			    strnlen(mnl_attr_get_payload(attr), len) < len)
				text = mnl_attr_get_str(attr);
			if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS && len == sizeof(offset))
				offset = mnl_attr_get_u32(attr);
		}
	}
	if (text && offset)
		snprintf(nl->error, sizeof(nl->error), "%s (attribute at byte %u of the request)",
			 text, offset);
	else
		snprintf(nl->error, sizeof(nl->error), "%s", text ? text : strerror(-code));
}

/* NLMSG_ERROR: 0 is the ack. */
static int take_error(struct sg_nl *nl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	size_t at = sizeof(*e);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*e)) {
		sg_nl_fail(nl, "netlink", -EBADMSG);
		return -EBADMSG;
	}
	if (!e->error)
		return 0;
	/* Without NLM_F_CAPPED the refused message stands in between. */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED) && e->msg.nlmsg_len >= sizeof(struct nlmsghdr))
		at += e->msg.nlmsg_len - sizeof(struct nlmsghdr);
	take_ext_ack(nl, nlh, at, e->error);
	return e->error < 0 ? e->error : -EBADMSG;
}

static int take_done(struct sg_nl *nl, const struct nlmsghdr *nlh)
{
	int code = 0;

	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(code))
		memcpy(&code, mnl_nlmsg_get_payload(nlh), sizeof(code));
	if (code >= 0)
		return 0;
	take_ext_ack(nl, nlh, sizeof(code), code);
	return code;
}

struct exchange {
	uint32_t seq;
	bool done, interrupted;
	sg_nl_cb cb;
	void *ctx;
	int err;
};

static void take_message(struct sg_nl *nl, struct exchange *x, const struct nlmsghdr *nlh)
{
	if (nlh->nlmsg_seq != x->seq || nlh->nlmsg_pid != nl->portid)
		return;	/* the rest of a request that was given up */
	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		x->interrupted = true;
	if (nlh->nlmsg_type == NLMSG_ERROR || nlh->nlmsg_type == NLMSG_DONE) {
		int err = nlh->nlmsg_type == NLMSG_ERROR ? take_error(nl, nlh) : take_done(nl, nlh);

		if (!x->err)
			x->err = err;
		x->done = true;
		return;
	}
	if (nlh->nlmsg_type < NLMSG_MIN_TYPE || x->err || !x->cb)
		return;
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(struct genlmsghdr))
		x->err = -EBADMSG;
	else
		x->err = x->cb(nlh, x->ctx);
	if (x->err)
		sg_nl_fail(nl, "the module's answer", x->err);
}

static int run(struct sg_nl *nl, struct nlmsghdr *nlh, struct exchange *x)
{
	const struct nlmsghdr *msg;
	ssize_t got;
	int left;

	if (!nlh->nlmsg_type) {
		explicit_bzero(nl->request, sizeof(nl->request));
		snprintf(nl->error, sizeof(nl->error), "%s",
			 nl->absent[0] ? nl->absent : "the kernel module is not loaded");
		return -ENOENT;
	}
	x->seq = nlh->nlmsg_seq;
	got = mnl_socket_sendto(nl->sock, nlh, nlh->nlmsg_len);
	x->err = got < 0 ? -errno : 0;
	/* It may have carried keys. */
	explicit_bzero(nl->request, sizeof(nl->request));
	if (x->err) {
		sg_nl_fail(nl, "cannot send to the module", x->err);
		return x->err;
	}
	/* Read on after an error of our own, too: the socket must be empty for the next request. */
	while (!x->done) {
		got = mnl_socket_recvfrom(nl->sock, nl->answer, sizeof(nl->answer));
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			x->err = errno == EAGAIN ? -ETIMEDOUT : -errno;
			sg_nl_fail(nl, "no answer from the module", x->err);
			return x->err;
		}
		left = (int)got;
		for (msg = (const void *)nl->answer; mnl_nlmsg_ok(msg, left) && !x->done;
		     msg = mnl_nlmsg_next(msg, &left))
			take_message(nl, x, msg);
		if (!got)
			break;
	}
	return x->err;
}

/**
 * sg_nl_talk() - send a request and read its answers up to the ack
 * @nlh: from sg_nl_begin(); NULL, for a message that did not fit, is -EMSGSIZE
 * @cb: for each answer; NULL: none is expected
 *
 * Return: 0, the kernel's -errno, @cb's, -ENOENT where the module has gone, or -ETIMEDOUT.
 * nl->error says why.
 */
int sg_nl_talk(struct sg_nl *nl, struct nlmsghdr *nlh, sg_nl_cb cb, void *ctx)
{
	struct exchange x = { .cb = cb, .ctx = ctx };

	if (!nlh) {
		explicit_bzero(nl->request, sizeof(nl->request));
		sg_nl_fail(nl, "request", -EMSGSIZE);
		return -EMSGSIZE;
	}
	return run(nl, nlh, &x);
}

/**
 * sg_nl_dump() - send a dump request and read all of it
 *
 * Return: 0, -EINTR where what was dumped changed meanwhile (start again), or as sg_nl_talk().
 */
int sg_nl_dump(struct sg_nl *nl, struct nlmsghdr *nlh, sg_nl_cb cb, void *ctx)
{
	struct exchange x = { .cb = cb, .ctx = ctx };
	int err;

	if (!nlh)
		return sg_nl_talk(nl, NULL, NULL, NULL);
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	err = run(nl, nlh, &x);
	if (!err && x.interrupted) {
		snprintf(nl->error, sizeof(nl->error), "the kernel's state keeps changing");
		return -EINTR;
	}
	return err;
}

/* What a family's message says: its name, its number, and the number of one of its groups. */
static void read_family(const struct nlmsghdr *nlh, struct sg_nl_family *f, const char *group_name)
{
	const struct nlattr *attr, *group, *part;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_NAME &&
		    mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) >= 0)
			snprintf(f->name, sizeof(f->name), "%s", mnl_attr_get_str(attr));
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID &&
		    mnl_attr_get_payload_len(attr) == sizeof(uint16_t))
			f->id = mnl_attr_get_u16(attr);
		if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		mnl_attr_for_each_nested(group, attr) {
			const char *name = "";
			uint32_t id = 0;

			mnl_attr_for_each_nested(part, group) {
				if (mnl_attr_get_type(part) == CTRL_ATTR_MCAST_GRP_NAME &&
				    mnl_attr_validate(part, MNL_TYPE_NUL_STRING) >= 0)
					name = mnl_attr_get_str(part);
				if (mnl_attr_get_type(part) == CTRL_ATTR_MCAST_GRP_ID &&
				    mnl_attr_get_payload_len(part) == sizeof(id))
					id = mnl_attr_get_u32(part);
			}
			if (!strcmp(name, group_name))
				f->group = id;
		}
	}
}

/**
 * sg_nl_read_family() - what a message of the controller says of a family
 * @nlh: with its generic header
 * @group: name of the multicast group that is of interest
 *
 * Return: 0, or -EBADMSG where it names none.
 */
int sg_nl_read_family(const struct nlmsghdr *nlh, const char *group, struct sg_nl_family *family)
{
	memset(family, 0, sizeof(*family));
	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(struct genlmsghdr))
		return -EBADMSG;
	read_family(nlh, family, group);
	return family->name[0] && family->id ? 0 : -EBADMSG;
}

struct lookup {
	const char *group;
	struct sg_nl_family *family;
};

static int take_family(const struct nlmsghdr *nlh, void *ctx)
{
	struct lookup *l = ctx;

	return sg_nl_read_family(nlh, l->group, l->family);
}

/**
 * sg_nl_resolve() - ask the kernel for the numbers of a family and of one of its groups
 * @name: of the family
 * @group: of the group; one that is not there has number 0
 * @family: result
 *
 * Return: 0, -ENOENT where no such family is there (the module is not loaded), or another -errno.
 */
int sg_nl_resolve(struct sg_nl *nl, const char *name, const char *group,
		  struct sg_nl_family *family)
{
	struct nlmsghdr *nlh = begin(nl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	struct lookup l = { group, family };

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, name);
	memset(family, 0, sizeof(*family));
	return sg_nl_talk(nl, nlh, take_family, &l);
}
