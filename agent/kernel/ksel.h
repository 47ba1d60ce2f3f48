/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Selectors as values: compare, copy from an access list. Pure.
 */
#ifndef SG_KSEL_H
#define SG_KSEL_H

#include "../config/model.h"
#include "kernel.h"

struct sg_ksel sg_ksel_any(void);	/* matches every packet */
bool sg_ksel_equal(const struct sg_ksel *a, const struct sg_ksel *b);
/* An access list line's, wildcards turned into masks, bits that do not count cleared. */
struct sg_ksel sg_ksel_from_ace(const struct sg_acl_ace *ace);

#endif /* SG_KSEL_H */
