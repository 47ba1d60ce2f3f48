/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IOS text to struct sg_config and back. Pure: reads a buffer, writes a model and messages.
 */
#ifndef SG_CONFIG_PARSE_H
#define SG_CONFIG_PARSE_H

#include <stdio.h>

#include "model.h"

enum sg_severity { SG_MSG_NOTE, SG_MSG_WARNING, SG_MSG_ERROR };

struct sg_message {
	enum sg_severity severity;
	unsigned int line;		/* 1.. */
	unsigned int column;		/* of the caret, 0.. */
	char *source;			/* the line, secrets replaced by '*' of the same length */
	char *text;			/* IOS style, "% ..." */
};

struct sg_ignored {
	unsigned int line;
	char *text;
};

struct sg_parse_result {
	struct sg_config *cfg;		/* NULL where any message is an error */
	struct sg_message *messages;
	size_t message_count;
	struct sg_ignored *ignored;	/* lines that are not about IPsec */
	size_t ignored_count;		/* up to SG_CONFIG_IGNORED_MAX */
	size_t ignored_total;
};

/**
 * sg_config_parse() - read a configuration
 * @text: any bytes, not NUL-terminated
 * @len: of @text; up to SG_CONFIG_BYTES_MAX
 * @result: filled in; release by sg_parse_result_clear()
 *
 * All or nothing: with one error, no configuration. All errors are reported, not the first only
 * (up to SG_CONFIG_ERRORS_MAX).
 * Return: 0, -EINVAL (see the messages) or -ENOMEM.
 */
int sg_config_parse(const char *text, size_t len, struct sg_parse_result *result);
void sg_parse_result_clear(struct sg_parse_result *result);

/* Prints messages as "FILE:LINE: ..." with the source line and a caret under the column. */
void sg_parse_result_print(const struct sg_parse_result *result, const char *file, FILE *out);

#define SG_CONFIG_BYTES_MAX (16u << 20)
#define SG_CONFIG_ERRORS_MAX 100	/* errors, and as many notes */
#define SG_CONFIG_IGNORED_MAX 10000

/**
 * sg_config_running() - the configuration as IOS would print it (show running-config)
 *
 * IPsec lines only, secrets as they are: for root's eyes and for files; parses again to the same
 * model. Return: malloc()ed text or NULL.
 */
char *sg_config_running(const struct sg_config *cfg);

#endif /* SG_CONFIG_PARSE_H */
