// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Taking over the IPsec SAs that an agent before this one left in the kernel: their cookies say
 * what they are. Keys never come back; nothing here needs them.
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

static bool has(const struct found *found, const struct sg_ksa_id *id, uint8_t dir)
{
	size_t i;

	for (i = 0; i < found->count; i++)
		if (found->sa[i].dir == dir && found->sa[i].id.spi == id->spi &&
		    found->sa[i].id.dst.s_addr == id->dst.s_addr)
			return true;
	return false;
}

/* Pairs whose end in the kernel was not heard of. */
static void drop_lost(struct sg_ike *ike, const struct found *found)
{
	struct sg_pair *pair, *next;

	sg_tailq_safe(pair, &ike->pairs, link, next) {
		if (pair->in_kernel && !has(found, &pair->in.id, SG_DIR_IN))
			pair->in_kernel = false;
		else if (pair->out_kernel && !has(found, &pair->out.id, SG_DIR_OUT))
			pair->out_kernel = false;
		else
			continue;
		sg_pair_remove(pair, true);
	}
}

static int take_new(struct sg_ike *ike, const struct found *found)
{
	const struct sg_ksa *sa, *out;
	struct sg_pair *pair;
	size_t i;

	for (i = 0; i < found->count; i++) {
		sa = &found->sa[i];
		if (sa->dir != SG_DIR_IN || sg_pair_by_in(ike, sa->id.spi))
			continue;
		out = partner(found, sa);
		if (!sg_pair_adopt(ike, sa, out))
			return -ENOMEM;
		if (out)
			sg_entry_works(ike, &out->flow, out->id.dst);
	}
	/* An outbound SA alone: its peer's answers would find no SA. */
	for (i = 0; i < found->count; i++) {
		sa = &found->sa[i];
		if (sa->dir != SG_DIR_OUT)
			continue;
		pair = sg_pair_by_out(ike, sa->id.dst, sa->id.spi);
		if (!pair || !pair->out_kernel)
			ike->env.kernel->ops->sa_del(ike->env.kernel, &sa->id);
	}
	return 0;
}

/**
 * sg_ike_adopt() - make what the engine knows and what the kernel has the same
 *
 * At start, with a configuration in force: the SAs that are there are taken over, and what
 * the configuration does not grant is deleted. Also after events were lost: what has gone
 * meanwhile is forgotten.
 *
 * Return: 0 or -errno: the kernel could not be read, or no memory.
 */
int sg_ike_adopt(struct sg_ike *ike)
{
	struct sg_kernel *k = ike->env.kernel;
	struct found found = { 0 };
	int err;

	err = k->ops->sa_walk(k, collect, &found);
	if (!err) {
		drop_lost(ike, &found);
		ike->quiet = true;	/* its tunnels were up before */
		err = take_new(ike, &found);
		ike->quiet = false;
	}
	free(found.sa);
	if (!err && ike->cfg)
		err = sg_ike_set_config(ike, ike->cfg);
	sg_settle(ike);
	return err;
}
