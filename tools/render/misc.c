// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The short ones: show crypto ipsec transform-set, show crypto ipsec security-association
 * lifetime, show debugging, show running-config.
 */
#include <string.h>

#include "render.h"

/* One protocol of a set: "{ esp-seal esp-sha-hmac  } ", and its mode on the next line. */
static void group(FILE *out, const json_t *transforms, const char *mode)
{
	const json_t *name;
	size_t i;

	fprintf(out, "{ ");
	json_array_foreach(transforms, i, name)
		fprintf(out, "%s ", sg_text(name));
	fprintf(out, " } \n   will negotiate = { %s,  }, \n", mode);
}

void sg_render_transform_set(FILE *out, const json_t *data)
{
	const json_t *set, *ah, *esp;
	const char *mode;
	size_t i;

	json_array_foreach(data, i, set) {
		ah = json_object_get(set, "ah");
		esp = json_object_get(set, "esp");
		mode = !strcmp(sg_field_str(set, "mode"), "transport") ?
		       "Transport" : "Tunnel";
		fprintf(out, "Transform set %s: ", sg_field_str(set, "name"));
		if (json_array_size(ah))
			group(out, ah, mode);
		if (json_array_size(ah) && json_array_size(esp))
			fprintf(out, "   ");
		if (json_array_size(esp))
			group(out, esp, mode);
		fprintf(out, "\n");
	}
}

void sg_render_lifetime(FILE *out, const json_t *data)
{
	fprintf(out, "Security association lifetime: %lld kilobytes/%lld seconds\n",
		sg_field_int(data, "kilobytes"), sg_field_int(data, "seconds"));
}

void sg_render_debugging(FILE *out, const json_t *data)
{
	if (!sg_field_int(data, "mask"))
		return;
	fprintf(out, "Cryptographic Subsystem:\n");
	if (json_is_true(json_object_get(data, "isakmp")))
		fprintf(out, "  Crypto ISAKMP debugging is on\n");
	if (json_is_true(json_object_get(data, "engine")))
		fprintf(out, "  Crypto Engine debugging is on\n");
	if (json_is_true(json_object_get(data, "ipsec")))
		fprintf(out, "  Crypto IPSEC debugging is on\n");
}

void sg_render_running_config(FILE *out, const json_t *data)
{
	fputs(sg_field_str(data, "text"), out);
}
