// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The layouts of the show commands, byte for byte, against selftests/golden/show: NAME.json is what
 * the agent hands out, NAME.txt what a router prints for it (written out from documents and
 * captures, not from this program).
 *
 * Runs in the repository's root.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../tools/render/render.h"

#define GOLDEN "selftests/golden/show/"

struct golden {
	const char *name;
	void (*render)(FILE *out, const json_t *data);
};

static const struct golden goldens[] = {
	{ "isakmp-sa", sg_render_isakmp_sa },
	{ "isakmp-sa-empty", sg_render_isakmp_sa },
	{ "isakmp-sa-many", sg_render_isakmp_sa },
	{ "isakmp-policy", sg_render_isakmp_policy },
	{ "isakmp-policy-kinds", sg_render_isakmp_policy },
	{ "ipsec-sa", sg_render_ipsec_sa },
	{ "ipsec-sa-down", sg_render_ipsec_sa },
	{ "map", sg_render_map },
	{ "map-several", sg_render_map },
	{ "transform-set", sg_render_transform_set },
	{ "transform-set-kinds", sg_render_transform_set },
	{ "lifetime", sg_render_lifetime },
	{ "debugging", sg_render_debugging },
	{ "debugging-two", sg_render_debugging },
	{ "debugging-off", sg_render_debugging },
	{ "running-config", sg_render_running_config },
};

#define COUNT (sizeof(goldens) / sizeof(goldens[0]))

static char *slurp(const char *path)
{
	FILE *in = fopen(path, "r");
	size_t size = 0;
	char *text = NULL;
	ssize_t n;

	if (!in)
		fail_msg("%s: cannot be read", path);
	n = getdelim(&text, &size, '\0', in);
	fclose(in);
	if (n < 0) {
		free(text);
		text = strdup("");
	}
	return text;
}

static void layout(void **state)
{
	const struct golden *golden = *state;
	char path[128], *want, *have = NULL;
	size_t len = 0;
	json_t *data;
	FILE *out;

	snprintf(path, sizeof(path), GOLDEN "%s.json", golden->name);
	data = json_load_file(path, 0, NULL);
	assert_non_null(data);
	snprintf(path, sizeof(path), GOLDEN "%s.txt", golden->name);
	want = slurp(path);
	out = open_memstream(&have, &len);
	golden->render(out, data);
	fclose(out);
	assert_string_equal(have, want);
	free(have);
	free(want);
	json_decref(data);
}

/* Whatever another agent's data look like, rendering ends and stays within them. */
static void odd_data(void **state)
{
	static const char * const odd[] = {
		"null", "[]", "{}", "[null]", "[[[]]]", "[{}]", "{\"interfaces\": {}}",
		("{\"interfaces\": [{\"flows\": [{\"inbound_esp\": [{\"cookie_own\": \"AB\","
		 "\"transforms\": [null, 1], \"spi\": -1}]}]}]}"),
		"[{\"map\": 1, \"peers\": [null]}]", "{\"policies\": [1, {}]}",
	};
	size_t i, j, len = 0;
	char *text = NULL;
	json_t *data;
	FILE *out;

	(void)state;
	for (i = 0; i < COUNT; i++)
		for (j = 0; j < sizeof(odd) / sizeof(odd[0]); j++) {
			data = json_loads(odd[j], JSON_DECODE_ANY, NULL);
			assert_non_null(data);
			out = open_memstream(&text, &len);
			goldens[i].render(out, data);
			fclose(out);
			assert_true(len < 4096);
			free(text);
			json_decref(data);
		}
}

int main(void)
{
	struct CMUnitTest tests[COUNT + 1];
	size_t i;

	for (i = 0; i < COUNT; i++)
		tests[i] = (struct CMUnitTest){ goldens[i].name, layout, NULL, NULL,
						(void *)&goldens[i] };
	tests[COUNT] = (struct CMUnitTest){ "odd data", odd_data, NULL, NULL, NULL };
	return _cmocka_run_group_tests("render", tests, COUNT + 1, NULL, NULL);
}
