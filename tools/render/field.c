// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fields of an object, with harmless defaults for what is not there.
 */
#include "render.h"

const char *sg_text(const json_t *value)
{
	const char *text = json_string_value(value);

	return text ? text : "";
}

const char *sg_field_str(const json_t *object, const char *name)
{
	return sg_text(json_object_get(object, name));
}

long long sg_field_int(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}
