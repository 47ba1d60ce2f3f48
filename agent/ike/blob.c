// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Byte strings that outlive the datagram they came in.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"

/** sg_blob_set() - keep a copy in place of what was there; 0 or -ENOMEM (then it is empty) */
int sg_blob_set(struct sg_blob *blob, struct sg_chunk from)
{
	uint8_t *copy = malloc(from.len ? from.len : 1);

	sg_blob_clear(blob);
	if (!copy)
		return -ENOMEM;
	if (from.len)
		memcpy(copy, from.data, from.len);
	blob->data = copy;
	blob->len = from.len;
	return 0;
}

/** sg_blob_clear() - wipe and free; fine on an empty one */
void sg_blob_clear(struct sg_blob *blob)
{
	if (blob->data)
		explicit_bzero(blob->data, blob->len);
	free(blob->data);
	*blob = (struct sg_blob){ 0 };
}
