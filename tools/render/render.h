/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From the data of docs/control.md to the layouts of IOS 12.3, byte for byte. Pure: reads
 * JSON, writes text; golden files in selftests/golden/show hold each layout.
 *
 * Each function prints what it finds. A field that is missing or of another type prints as an empty
 * string or 0: an older or younger agent still shows what both know.
 */
#ifndef SG_RENDER_H
#define SG_RENDER_H

#include <jansson.h>
#include <stdio.h>

void sg_render_isakmp_sa(FILE *out, const json_t *data);
void sg_render_isakmp_policy(FILE *out, const json_t *data);
void sg_render_ipsec_sa(FILE *out, const json_t *data);
void sg_render_transform_set(FILE *out, const json_t *data);
void sg_render_lifetime(FILE *out, const json_t *data);
void sg_render_map(FILE *out, const json_t *data);
void sg_render_debugging(FILE *out, const json_t *data);
void sg_render_running_config(FILE *out, const json_t *data);

/* Messages of load, as `ipsecctl check` prints them; @file stands ahead of each. */
void sg_render_messages(FILE *out, const json_t *messages, const char *file);

/* Fields, with the defaults said above. */
const char *sg_field_str(const json_t *object, const char *name);
long long sg_field_int(const json_t *object, const char *name);
const char *sg_text(const json_t *value);

#endif /* SG_RENDER_H */
