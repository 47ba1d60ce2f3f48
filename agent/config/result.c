// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a parse leaves beside the configuration: messages with their line and caret, and the lines
 * that were passed over. Everything here is bounded, and nothing here shows a secret.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

#define TEXT_MAX 512

/* Arrays double: whenever the count is a power of two, there is no room left. */
static int grow(void **array, size_t count, size_t size)
{
	void *grown;

	if (count & (count - 1))
		return 0;
	grown = realloc(*array, (count ? 2 * count : 1) * size);
	if (!grown)
		return -ENOMEM;
	*array = grown;
	return 0;
}

int sg_build_insert(struct sg_build *b, void *array, size_t *count, size_t size, size_t at)
{
	void *base;
	char *p;

	if (*count >= SG_OBJECTS_MAX) {
		sg_build_error(b, 0, "%% Too many of these: the limit is %d", SG_OBJECTS_MAX);
		return -ENOSPC;
	}
	memcpy(&base, array, sizeof(base));
	if (grow(&base, *count, size))
		return -ENOMEM;
	memcpy(array, &base, sizeof(base));
	p = base;
	memmove(p + (at + 1) * size, p + at * size, (*count - at) * size);
	memset(p + at * size, 0, size);
	++*count;
	return 0;
}

void sg_build_remove(void *array, size_t *count, size_t size, size_t at)
{
	char *p;

	memcpy(&p, array, sizeof(p));
	--*count;
	memmove(p + at * size, p + (at + 1) * size, (*count - at) * size);
}

int sg_build_name(struct sg_build *b, const struct sg_cli_bound *arg, char *name)
{
	if (sg_cli_copy(arg, name, SG_NAME_MAX))
		return 0;
	return sg_build_error(b, arg->token->column, "%% A name has at most %d characters",
			      SG_NAME_MAX - 1);
}

int sg_build_ref(struct sg_build *b, enum sg_ref_kind kind, const struct sg_cli_bound *arg,
		 const char *name)
{
	struct sg_ref *ref;

	if (b->ref_count == SG_REFS_MAX)
		return sg_build_error(b, arg->token->column, "%% Too many names: the limit is %d",
				      SG_REFS_MAX);
	if (grow((void **)&b->refs, b->ref_count, sizeof(*b->refs)))
		return -ENOMEM;
	ref = &b->refs[b->ref_count++];
	memset(ref, 0, sizeof(*ref));
	ref->kind = kind;
	strcpy(ref->name, name);
	if (kind == SG_REF_IFMAP) {
		strcpy(ref->map, b->stanza.iface.name);
	} else {
		strcpy(ref->map, b->cfg->entries[b->entry].map);
		ref->seq = b->cfg->entries[b->entry].seq;
	}
	ref->line = b->line->number;
	ref->column = arg->token->column;
	return 0;
}

/* --- messages ----------------------------------------------------------------------------- */

static char *shown_line(const struct sg_build *b, unsigned int number)
{
	struct sg_line line;

	if (b->line && b->line->number == number)
		return sg_line_shown(b->line);
	if (!sg_lexer_find(b->text, b->len, number, &line))
		return strdup("");
	sg_line_split(&line);
	return sg_line_shown(&line);
}

static int add_message(struct sg_build *b, enum sg_severity severity, unsigned int line,
		       unsigned int column, const char *text)
{
	struct sg_parse_result *r = b->result;
	struct sg_message *msg;

	if (grow((void **)&r->messages, r->message_count, sizeof(*r->messages)))
		return -ENOMEM;
	msg = &r->messages[r->message_count];
	msg->severity = severity;
	msg->line = line;
	msg->column = column;
	msg->source = shown_line(b, line);
	msg->text = strdup(text);
	if (!msg->source || !msg->text) {
		free(msg->source);
		free(msg->text);
		return -ENOMEM;
	}
	r->message_count++;
	return 0;
}

static int message(struct sg_build *b, enum sg_severity severity, unsigned int line,
		   unsigned int column, const char *fmt, va_list ap)
{
	size_t *count = severity == SG_MSG_ERROR ? &b->error_count : &b->note_count;
	char text[TEXT_MAX];
	int rc = 0;

	if (*count < SG_CONFIG_ERRORS_MAX) {
		vsnprintf(text, sizeof(text), fmt, ap);
		rc = add_message(b, severity, line, column, text);
	} else if (*count == SG_CONFIG_ERRORS_MAX && severity == SG_MSG_ERROR) {
		rc = add_message(b, severity, line, 0,
				 "% Too many errors: the rest is not looked at");
	}
	if (*count <= SG_CONFIG_ERRORS_MAX)
		++*count;
	if (rc)
		return rc;
	return severity == SG_MSG_ERROR ? -EINVAL : 0;
}

int sg_build_error(struct sg_build *b, unsigned int column, const char *fmt, ...)
{
	va_list ap;
	int rc;

	/* one error a line is enough: the next would often come from the first */
	if (b->error_line == b->line->number)
		return -EINVAL;
	b->error_line = b->line->number;
	va_start(ap, fmt);
	rc = message(b, SG_MSG_ERROR, b->line->number, column, fmt, ap);
	va_end(ap);
	return rc;
}

int sg_build_message(struct sg_build *b, enum sg_severity severity, unsigned int line,
		     unsigned int column, const char *fmt, ...)
{
	va_list ap;
	int rc;

	va_start(ap, fmt);
	rc = message(b, severity, line, column, fmt, ap);
	va_end(ap);
	return rc;
}

int sg_build_failed_match(struct sg_build *b, const struct sg_match *m)
{
	char *shown = sg_line_shown(b->line), text[TEXT_MAX];

	if (!shown)
		return -ENOMEM;
	sg_cli_error(m->status, shown, text, sizeof(text));
	free(shown);
	return sg_build_error(b, m->column, "%s", text);
}

int sg_build_ignore(struct sg_build *b)
{
	return sg_build_ignore_line(b, b->line->number);
}

int sg_build_ignore_line(struct sg_build *b, unsigned int line)
{
	struct sg_parse_result *r = b->result;
	char *shown, *text;

	r->ignored_total++;
	if (r->ignored_count == SG_CONFIG_IGNORED_MAX)
		return 0;
	if (grow((void **)&r->ignored, r->ignored_count, sizeof(*r->ignored)))
		return -ENOMEM;
	shown = shown_line(b, line);
	if (!shown)
		return -ENOMEM;
	text = strdup(shown + strspn(shown, " "));
	free(shown);
	if (!text)
		return -ENOMEM;
	r->ignored[r->ignored_count].line = line;
	r->ignored[r->ignored_count++].text = text;
	return 0;
}

/**
 * sg_parse_result_clear() - frees what a parse left
 * @result: as filled in; empty afterwards
 *
 * Gives the reference to the configuration back.
 */
void sg_parse_result_clear(struct sg_parse_result *result)
{
	size_t i;

	for (i = 0; i < result->message_count; i++) {
		free(result->messages[i].source);
		free(result->messages[i].text);
	}
	for (i = 0; i < result->ignored_count; i++)
		free(result->ignored[i].text);
	free(result->messages);
	free(result->ignored);
	sg_config_put(result->cfg);
	memset(result, 0, sizeof(*result));
}

/**
 * sg_parse_result_print() - messages for people
 * @result: of a parse
 * @file: name of the file, for the messages
 * @out: where to
 *
 * "FILE:LINE: % text", for errors and warnings followed by the line itself and a caret below it.
 */
void sg_parse_result_print(const struct sg_parse_result *result, const char *file, FILE *out)
{
	const struct sg_message *msg;
	size_t i;

	for (i = 0; i < result->message_count; i++) {
		msg = &result->messages[i];
		fprintf(out, "%s:%u: %s\n", file, msg->line, msg->text);
		if (msg->severity == SG_MSG_NOTE)
			continue;
		fprintf(out, "  %s\n", msg->source);
		if (msg->column < SG_SHOWN_MAX)
			fprintf(out, "  %*s^\n", (int)msg->column, "");
	}
}
