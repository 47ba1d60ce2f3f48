// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of a configuration: the line, a caret, the text.
 */
#include "render.h"

void sg_render_messages(FILE *out, const json_t *messages, const char *file)
{
	const json_t *message;
	const char *source;
	size_t i;

	json_array_foreach(messages, i, message) {
		source = sg_field_str(message, "source");
		if (sg_field_int(message, "line"))
			fprintf(out, "%s:%lld: ", file, sg_field_int(message, "line"));
		else
			fprintf(out, "%s: ", file);
		fprintf(out, "%s: %s\n", sg_field_str(message, "severity"),
			sg_field_str(message, "text"));
		if (*source)
			fprintf(out, "%s\n%*s^\n", source, (int)sg_field_int(message, "column"), "");
	}
}
