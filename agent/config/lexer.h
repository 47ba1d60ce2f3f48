/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text to lines, lines to tokens with their columns. Knows blanks and control characters,
 * and which words of a line are secrets; knows no command.
 */
#ifndef SG_CONFIG_LEXER_H
#define SG_CONFIG_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#define SG_TOKENS_MAX	64	/* the last one takes the rest of the line */
#define SG_LINE_MAX	4096	/* bytes of a line that is looked into */
#define SG_SHOWN_MAX	255	/* bytes of a line that a message repeats */

struct sg_token {
	const char *text;	/* not NUL-terminated */
	size_t len;
	unsigned int column;	/* 0.. */
};

struct sg_line {
	unsigned int number;	/* 1.. */
	const char *text;
	size_t len;		/* without CR and LF */
	unsigned int indent;	/* columns of blanks ahead */
	struct sg_token tokens[SG_TOKENS_MAX];
	size_t token_count;
};

struct sg_lexer {
	const char *text;
	size_t len, pos;
	unsigned int number;
};

void sg_lexer_init(struct sg_lexer *lx, const char *text, size_t len);

/* The next line, not yet cut into tokens. Return: false at the end of the text. */
bool sg_lexer_next(struct sg_lexer *lx, struct sg_line *line);

/* Goes to line @number of the text. Return: false where there is none. */
bool sg_lexer_find(const char *text, size_t len, unsigned int number, struct sg_line *line);

/* Cuts a line into tokens. */
void sg_line_split(struct sg_line *line);

/**
 * sg_line_control() - looks for a byte that no configuration holds
 * @line: a line
 * @column: where it is
 *
 * Tabs are blanks, and ETX ends banners; any other control character is refused.
 * Return: the byte, or 0.
 */
unsigned char sg_line_control(const struct sg_line *line, unsigned int *column);

/**
 * sg_line_shown() - a line as it may be printed
 * @line: a line, cut into tokens
 *
 * One character a byte, so that columns stay what they are: secrets are '*', what does not print
 * is '?', a tab is a blank. Cut at SG_SHOWN_MAX. Return: malloc()ed text or NULL.
 */
char *sg_line_shown(const struct sg_line *line);

/* Is @tok a prefix of @word (of @min characters at least), whatever the case? */
bool sg_token_abbreviates(const struct sg_token *tok, const char *word, size_t min);
bool sg_token_is(const struct sg_token *tok, const char *word);
bool sg_token_near(const struct sg_token *tok, const char *word, size_t edits);

#endif /* SG_CONFIG_LEXER_H */
