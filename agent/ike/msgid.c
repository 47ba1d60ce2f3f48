// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A set of message IDs, growing with use up to SG_MSGID_MAX. IDs come from an authenticated peer,
 * so the hash needs no secret: a peer that makes them collide slows down its own SA alone.
 */
#include <errno.h>
#include <stdlib.h>

#include "msgid.h"

#define SLOTS_MIN 16
#define GOLDEN 2654435761u	/* 2^32 / golden ratio: spreads neighbours */

static size_t find(const struct sg_msgids *ids, uint32_t id)
{
	size_t i = (id * GOLDEN) & (ids->size - 1);

	while (ids->slot[i] && ids->slot[i] != id)
		i = (i + 1) & (ids->size - 1);
	return i;
}

bool sg_msgid_seen(const struct sg_msgids *ids, uint32_t id)
{
	return ids->size && id && ids->slot[find(ids, id)] == id;
}

static int grow(struct sg_msgids *ids)
{
	struct sg_msgids bigger = { .size = ids->size ? ids->size * 2 : SLOTS_MIN };
	size_t i;

	bigger.slot = calloc(bigger.size, sizeof(*bigger.slot));
	if (!bigger.slot)
		return -ENOMEM;
	for (i = 0; i < ids->size; i++)
		if (ids->slot[i])
			bigger.slot[find(&bigger, ids->slot[i])] = ids->slot[i];
	bigger.count = ids->count;
	free(ids->slot);
	*ids = bigger;
	return 0;
}

int sg_msgid_add(struct sg_msgids *ids, uint32_t id)
{
	if (sg_msgid_seen(ids, id))
		return -EEXIST;
	if (ids->count >= SG_MSGID_MAX)
		return -ENOSPC;
	if (2 * (ids->count + 1) > ids->size && grow(ids))
		return -ENOMEM;
	ids->slot[find(ids, id)] = id;
	ids->count++;
	return 0;
}

void sg_msgids_free(struct sg_msgids *ids)
{
	free(ids->slot);
	*ids = (struct sg_msgids){ 0 };
}
