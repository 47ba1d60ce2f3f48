// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * check FILE: parses a configuration and no more; needs neither agent nor kernel module.
 * load [FILE]: has the agent put one in force.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../../agent/config/parse.h"
#include "../render/render.h"
#include "ipsecctl.h"

/* The file that a command names. Return: malloc()ed, or NULL: without memory. */
static char *file_of(const struct sg_match *m)
{
	const struct sg_cli_bound *arg = sg_cli_arg(m, "file");
	const char *text;
	size_t len;

	if (!arg)
		return NULL;
	len = sg_cli_rest(m, arg, &text);
	return strndup(text, len);
}

/* Reads a whole file of SG_CONFIG_BYTES_MAX at most. Return: 0 or -errno. */
static int read_file(const char *path, char **text, size_t *len)
{
	struct stat st;
	int err = 0;
	FILE *in;

	*text = NULL;
	in = fopen(path, "re");
	if (!in)
		return -errno;
	if (fstat(fileno(in), &st))
		err = -errno;
	else if (S_ISDIR(st.st_mode))
		err = -EISDIR;
	if (!err) {
		*text = malloc(SG_CONFIG_BYTES_MAX + 1);
		err = *text ? 0 : -ENOMEM;
	}
	if (!err) {
		*len = fread(*text, 1, SG_CONFIG_BYTES_MAX + 1, in);
		if (ferror(in))
			err = -EIO;
		else if (*len > SG_CONFIG_BYTES_MAX)
			err = -EFBIG;
	}
	fclose(in);
	return err;
}

static void report(struct sg_tool *tool, const char *path, const struct sg_parse_result *result)
{
	size_t i;

	sg_parse_result_print(result, path, tool->err);
	if (tool->ignored)
		for (i = 0; i < result->ignored_count; i++)
			fprintf(tool->out, "%s:%u: not about IPsec: %s\n", path,
				result->ignored[i].line, result->ignored[i].text);
	if (!result->cfg)
		tool->status = SG_EXIT_FAILED;
	else if (result->ignored_count && !tool->ignored)
		fprintf(tool->out, "%s: good; %zu lines are not about IPsec (--ignored lists them)\n",
			path, result->ignored_count);
	else
		fprintf(tool->out, "%s: good\n", path);
}

int sg_cmd_check(void *ctx, const struct sg_match *m)
{
	struct sg_parse_result result;
	struct sg_tool *tool = ctx;
	char *path = file_of(m);
	char *text = NULL;
	size_t len = 0;
	int err;

	err = path ? read_file(path, &text, &len) : -ENOMEM;
	if (!err) {
		err = sg_config_parse(text, len, &result);
		if (!err || err == -EINVAL) {
			report(tool, path, &result);
			sg_parse_result_clear(&result);
			err = 0;
		}
	}
	if (err) {
		fprintf(tool->err, "%% %s: %s\n", path ? path : "check", strerror(-err));
		tool->status = SG_EXIT_FAILED;
	}
	if (text)
		explicit_bzero(text, len);
	free(text);
	free(path);
	return 0;
}

int sg_cmd_load(void *ctx, const struct sg_match *m)
{
	bool named = sg_cli_arg(m, "file");
	struct sg_tool *tool = ctx;
	char *file = file_of(m);
	char *path = NULL;
	json_t *request, *data, *item;
	size_t i;
	bool done;

	if (named) {
		/* The agent's working directory is not ours. */
		path = file ? realpath(file, NULL) : NULL;
		if (!path) {
			fprintf(tool->err, "%% %s: %s\n", file ? file : "load", strerror(errno));
			tool->status = SG_EXIT_FAILED;
			goto out;
		}
	}
	request = json_pack("{s:s}", "op", "load");
	if (path)
		json_object_set_new(request, "path", json_string(path));
	done = sg_tool_ask(tool, request, &data);
	sg_render_messages(tool->err, json_object_get(data, "messages"), file ? file : "startup-config");
	if (tool->ignored)
		json_array_foreach(json_object_get(data, "ignored"), i, item)
			fprintf(tool->out, "%lld: not about IPsec: %s\n",
				sg_field_int(item, "line"), sg_field_str(item, "text"));
	json_array_foreach(json_object_get(data, "changed"), i, item)
		fprintf(tool->out, "%s\n", sg_text(item));
	if (done && !json_array_size(json_object_get(data, "changed")))
		fprintf(tool->out, "Nothing changed\n");
	json_decref(data);
out:
	free(path);
	free(file);
	return 0;
}
