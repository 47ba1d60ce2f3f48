// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a configuration file to a configuration in force: all of it or nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent.h"
#include "log/log.h"

/* One more byte than allowed is read, to see that there is more. */
static int read_all(int fd, char *buf, size_t size, size_t *len)
{
	ssize_t got;

	for (*len = 0; *len < size; *len += (size_t)got) {
		got = read(fd, buf + *len, size - *len);
		if (got < 0 && errno == EINTR) {
			got = 0;
			continue;
		}
		if (got < 0)
			return -errno;
		if (!got)
			break;
	}
	return 0;
}

static int slurp(const char *path, char **text, size_t *len)
{
	struct stat st;
	int fd, err;

	*text = NULL;
	/* O_NONBLOCK: a FIFO in its place must not stop the agent. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	err = fstat(fd, &st) < 0 ? -errno : 0;
	if (!err && !S_ISREG(st.st_mode))
		err = S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
	if (!err && st.st_size > (off_t)SG_CONFIG_BYTES_MAX)
		err = -EFBIG;
	if (!err) {
		*text = malloc((size_t)st.st_size + 2);
		err = *text ? read_all(fd, *text, (size_t)st.st_size + 1, len) : -ENOMEM;
	}
	close(fd);
	if (!err && *len > (size_t)st.st_size)
		err = -EBUSY;	/* it grows while we read */
	return err;
}

/**
 * sg_agent_read_config() - read and parse a configuration file
 * @path: a regular file
 * @result: filled in where the parser has run (0 or -EINVAL), to be cleared by
 *	sg_parse_result_clear()
 * @why: on failure, one line
 *
 * Return: 0; -EINVAL with messages in @result; another -errno where the file cannot be read.
 */
int sg_agent_read_config(const char *path, struct sg_parse_result *result, char *why,
			 size_t why_len)
{
	size_t len = 0, i, errors = 0;
	char *text;
	int err;

	memset(result, 0, sizeof(*result));
	err = slurp(path, &text, &len);
	if (err) {
		snprintf(why, why_len, "cannot read %s: %s", path,
			 err == -EINVAL ? "not a regular file" : strerror(-err));
		if (err == -EINVAL)
			err = -ENOTSUP;
	} else {
		err = sg_config_parse(text, len, result);
		for (i = 0; i < result->message_count; i++)
			errors += result->messages[i].severity == SG_MSG_ERROR;
		snprintf(why, why_len, "%s: %s (%zu error%s); nothing is changed", path,
			 err == -ENOMEM ? "out of memory" : "the configuration is refused",
			 errors, errors == 1 ? "" : "s");
	}
	if (text)
		explicit_bzero(text, len);
	free(text);
	return err;
}

/** sg_agent_log_messages() - the parser's messages as log lines, with file and line */
void sg_agent_log_messages(const struct sg_parse_result *result, const char *path)
{
	const struct sg_message *m;
	size_t i;

	for (i = 0; i < result->message_count; i++) {
		m = &result->messages[i];
		if (m->severity == SG_MSG_ERROR)
			sg_err("%s:%u: %s", path, m->line, m->text);
		else
			sg_info("%s:%u: %s", path, m->line, m->text);
	}
}

/**
 * sg_agent_load() - put a configuration file in force
 * @agent: running agent
 * @path: file
 * @result: as for sg_agent_read_config(); the agent takes a reference of its configuration
 * @why: on failure, one line
 *
 * What does not differ from what is in force is not touched.
 *
 * Return: 0; -EINVAL: refused, nothing is changed; another -errno: the file cannot be read, or it
 * is in force but the kernel has refused part of it (@why tells).
 */
int sg_agent_load(struct sg_agent *agent, const char *path, struct sg_parse_result *result,
		  char *why, size_t why_len)
{
	struct sg_config *old = agent->cfg;
	bool loaded;
	int err;

	err = sg_agent_read_config(path, result, why, why_len);
	if (err)
		return err;
	err = sg_ike_set_config(agent->ike, result->cfg);
	if (err) {
		snprintf(why, why_len, "%s: %s; nothing is changed", path, strerror(-err));
		return err;
	}
	agent->cfg = sg_config_get(result->cfg);
	sg_config_put(old);
	sg_log_set_config(agent->cfg);
	err = sg_agent_apply(agent);
	sg_kernel_netlink_generation(agent->kernel, &loaded);
	if (err && !loaded)
		snprintf(why, why_len, "%s: in force; crypto maps follow when the module is loaded",
			 path);
	else if (err)
		snprintf(why, why_len, "%s: in force, but for what the kernel refused: see the log",
			 path);
	return err;
}
