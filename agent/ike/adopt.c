// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking over, at start, the IPsec SAs that an agent before this one left in the kernel: their
 * cookies say what they are. Keys never come back; nothing here needs them.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "debug.h"
#include "engine.h"

#define PROTO_ESP 50

struct found {
	struct sg_ksa *sa;
	size_t count, size;
};

static int collect(const struct sg_ksa *sa, void *ctx)
{
	struct found *found = ctx;
	struct sg_ksa *bigger;
	size_t size;

	if (sa->cookie_len != sizeof(struct sg_sa_cookie) ||
	    sa->cookie[0] != SG_SA_COOKIE_VERSION || sa->id.proto != PROTO_ESP ||
	    sa->state == SG_SA_DEAD)
		return 0;	/* not ours: another's, or manual */
	if (found->count == found->size) {
		size = found->size ? found->size * 2 : 64;
		bigger = reallocarray(found->sa, size, sizeof(*bigger));
		if (!bigger)
			return -ENOMEM;
		found->sa = bigger;
		found->size = size;
	}
	found->sa[found->count++] = *sa;
	return 0;
}

static const struct sg_ksa *partner(const struct found *found, const struct sg_ksa *in)
{
	size_t i;

	for (i = 0; i < found->count; i++)
		if (found->sa[i].dir == SG_DIR_OUT && found->sa[i].id.spi == in->pair_spi &&
		    found->sa[i].pair_spi == in->id.spi &&
		    found->sa[i].id.dst.s_addr == in->src.s_addr)
			return &found->sa[i];
	return NULL;
}

static int take(struct sg_ike *ike, const struct sg_ksa *in, const struct sg_ksa *out)
{
	struct sockaddr_in remote = { .sin_family = AF_INET, .sin_addr = in->src };
	struct sockaddr_in local = { .sin_family = AF_INET, .sin_port = htons(SG_IKE_PORT),
				     .sin_addr = in->id.dst };
	struct sg_sa_cookie cookie;
	struct sg_pair *pair;

	memcpy(&cookie, in->cookie, sizeof(cookie));
	remote.sin_port = cookie.peer_port;
	pair = sg_pair_alloc(ike, &local, &remote);
	if (!pair)
		return -ENOMEM;
	pair->in = *in;
	pair->in_cookie = cookie;
	pair->in_kernel = true;
	if (out) {
		pair->out = *out;
		memcpy(&pair->out_cookie, out->cookie, sizeof(pair->out_cookie));
		pair->out_kernel = true;
	} else {
		/* Its outbound half was retired by a younger pair, or is lost. */
		pair->out = *in;
		pair->out.dir = SG_DIR_OUT;
		pair->out.src = in->id.dst;
		pair->out.id = (struct sg_ksa_id){ .dst = in->src, .spi = in->pair_spi,
						   .proto = in->id.proto };
		pair->out_cookie = cookie;
		pair->out_cookie.conn_id = htons(ntohs(cookie.conn_id) + 1);
		pair->superseded = true;
	}
	if (ntohs(cookie.flow_id) > ike->next_flow_id)
		ike->next_flow_id = ntohs(cookie.flow_id);
	if (ntohs(pair->out_cookie.flow_id) > ike->next_flow_id)
		ike->next_flow_id = ntohs(pair->out_cookie.flow_id);
	return 0;
}

/**
 * sg_ike_adopt() - take over the SAs found in the kernel
 *
 * To be called once, with a configuration in force; what that does not grant is deleted.
 * Return: 0 or -errno: the kernel could not be read, or no memory.
 */
int sg_ike_adopt(struct sg_ike *ike)
{
	struct sg_kernel *k = ike->env.kernel;
	struct found found = { 0 };
	const struct sg_ksa *out;
	struct sg_pair *pair;
	size_t i;
	int err;

	err = k->ops->sa_walk(k, collect, &found);
	ike->quiet = true;	/* its tunnels were up before */
	for (i = 0; !err && i < found.count; i++)
		if (found.sa[i].dir == SG_DIR_IN)
			err = take(ike, &found.sa[i], partner(&found, &found.sa[i]));
	ike->quiet = false;
	/* An outbound SA alone: its peer's answers would find no SA. */
	for (i = 0; !err && i < found.count; i++) {
		out = &found.sa[i];
		if (out->dir != SG_DIR_OUT)
			continue;
		pair = sg_pair_by_out(ike, out->id.dst, out->id.spi);
		if (!pair || !pair->out_kernel)
			k->ops->sa_del(k, &out->id);
	}
	free(found.sa);
	if (!err && ike->cfg)
		err = sg_ike_set_config(ike, ike->cfg);
	sg_settle(ike);
	return err;
}
