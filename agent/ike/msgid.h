/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The message IDs an IKE SA has seen: an ID authenticated once opens no second exchange, so
 * that a recorded Quick Mode or Delete cannot be played again.
 */
#ifndef SG_IKE_MSGID_H
#define SG_IKE_MSGID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An IKE SA that has used up so many is replaced. */
#define SG_MSGID_MAX 32768
/* So many are left for what is under way when it is. */
#define SG_MSGID_SPARE 1024

struct sg_msgids {
	uint32_t *slot;		/* open addressing, 0: free */
	size_t size, count;
};

bool sg_msgid_seen(const struct sg_msgids *ids, uint32_t id);

/** sg_msgid_add() - remember @id (not 0). Return: 0, -EEXIST, -ENOSPC (SG_MSGID_MAX) or -ENOMEM */
int sg_msgid_add(struct sg_msgids *ids, uint32_t id);
void sg_msgids_free(struct sg_msgids *ids);

#endif /* SG_IKE_MSGID_H */
