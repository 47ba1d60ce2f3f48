// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * show crypto map.
 */
#include <string.h>

#include "render.h"

static void access_list(FILE *out, const json_t *acl)
{
	const char *name = sg_field_str(acl, "name");
	const json_t *line;
	size_t i;

	if (!json_is_object(acl)) {
		fprintf(out, "\tNo matching address list set.\n");
		return;
	}
	fprintf(out, "\tExtended IP access list %s\n", name);
	json_array_foreach(json_object_get(acl, "lines"), i, line)
		fprintf(out, "\t    access-list %s %s\n", name, sg_text(line));
}

static void entry_lines(FILE *out, const json_t *entry)
{
	const json_t *life = json_object_get(entry, "lifetime");
	const char *current = sg_field_str(entry, "current_peer");
	const json_t *value;
	long long number;
	size_t i;

	fprintf(out, "Crypto Map \"%s\" %lld %s\n", sg_field_str(entry, "map"),
		sg_field_int(entry, "seq"), sg_field_str(entry, "kind"));
	json_array_foreach(json_object_get(entry, "peers"), i, value)
		fprintf(out, "\tPeer = %s\n", sg_text(value));
	access_list(out, json_object_get(entry, "acl"));
	fprintf(out, "\tCurrent peer: %s\n", *current ? current : "0.0.0.0");
	fprintf(out, "\tSecurity association lifetime: %lld kilobytes/%lld seconds\n",
		sg_field_int(life, "kilobytes"), sg_field_int(life, "seconds"));
	number = sg_field_int(entry, "idle");
	if (number)
		fprintf(out, "\tSecurity association idletime: %lld seconds\n", number);
	number = sg_field_int(entry, "pfs_group");
	fprintf(out, "\tPFS (Y/N): %c\n", number ? 'Y' : 'N');
	if (number)
		fprintf(out, "\tDH group:  group%lld\n", number);
	fprintf(out, "\tTransform sets={ \n");
	json_array_foreach(json_object_get(entry, "transform_sets"), i, value)
		fprintf(out, "\t\t%s, \n", sg_text(value));
	fprintf(out, "\t}\n");
}

void sg_render_map(FILE *out, const json_t *data)
{
	const json_t *entry, *name;
	const char *map, *next;
	size_t i, j;

	json_array_foreach(data, i, entry) {
		map = sg_field_str(entry, "map");
		next = sg_field_str(json_array_get(data, i + 1), "map");
		entry_lines(out, entry);
		if (strcmp(map, next)) {
			fprintf(out, "\tInterfaces using crypto map %s:\n", map);
			json_array_foreach(json_object_get(entry, "interfaces"), j, name)
				fprintf(out, "\t\t%s\n", sg_text(name));
		}
		fprintf(out, "\n");
	}
}
