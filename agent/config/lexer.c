// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines and tokens of a configuration, and how a line is shown in a message. Any bytes may
 * come in; time and memory are bounded by the length of the text. No command is known here,
 * only the words after which a secret stands.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lexer.h"

#define TAB_WIDTH	8
#define ETX		0x03	/* the delimiter of banners */
#define DEL		0x7f

void sg_lexer_init(struct sg_lexer *lx, const char *text, size_t len)
{
	static const char bom[] = "\xef\xbb\xbf";

	lx->text = text;
	lx->len = len;
	lx->pos = len >= sizeof(bom) - 1 && !memcmp(text, bom, sizeof(bom) - 1) ? sizeof(bom) - 1 :
										  0;
	lx->number = 0;
}

bool sg_lexer_next(struct sg_lexer *lx, struct sg_line *line)
{
	const char *start, *end;
	size_t i;

	if (lx->pos >= lx->len)
		return false;
	start = lx->text + lx->pos;
	end = memchr(start, '\n', lx->len - lx->pos);
	line->text = start;
	line->len = end ? (size_t)(end - start) : lx->len - lx->pos;
	lx->pos += line->len + (end ? 1 : 0);
	while (line->len && start[line->len - 1] == '\r')
		line->len--;
	line->number = ++lx->number;
	line->token_count = 0;
	line->indent = 0;
	for (i = 0; i < line->len && (start[i] == ' ' || start[i] == '\t'); i++)
		line->indent += start[i] == '\t' ? TAB_WIDTH - line->indent % TAB_WIDTH : 1;
	return true;
}

bool sg_lexer_find(const char *text, size_t len, unsigned int number, struct sg_line *line)
{
	struct sg_lexer lx;

	sg_lexer_init(&lx, text, len);
	while (sg_lexer_next(&lx, line))
		if (line->number == number)
			return true;
	return false;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t';
}

void sg_line_split(struct sg_line *line)
{
	size_t len = line->len < SG_LINE_MAX ? line->len : SG_LINE_MAX;
	struct sg_token *tok;
	size_t i = 0;

	line->token_count = 0;
	for (;;) {
		while (i < len && blank(line->text[i]))
			i++;
		if (i == len)
			return;
		tok = &line->tokens[line->token_count++];
		tok->text = line->text + i;
		tok->column = i;
		if (line->token_count == SG_TOKENS_MAX) {
			tok->len = len - i;
			while (blank(tok->text[tok->len - 1]))
				tok->len--;
			return;
		}
		while (i < len && !blank(line->text[i]))
			i++;
		tok->len = line->text + i - tok->text;
	}
}

unsigned char sg_line_control(const struct sg_line *line, unsigned int *column)
{
	unsigned char c;
	size_t i;

	for (i = 0; i < line->len; i++) {
		c = line->text[i];
		if ((c < ' ' && c != '\t' && c != ETX) || c == DEL) {
			*column = i;
			return c;
		}
	}
	return 0;
}

bool sg_token_abbreviates(const struct sg_token *tok, const char *word, size_t min)
{
	return tok->len >= min && tok->len <= strlen(word) &&
	       !strncasecmp(tok->text, word, tok->len);
}

bool sg_token_is(const struct sg_token *tok, const char *word)
{
	return sg_token_abbreviates(tok, word, strlen(word));
}

/* --- secrets ---------------------------------------------------------------------------- */

/* After these words the rest of the line is secret, in whatever command. */
static const struct {
	const char *word;
	size_t min;		/* shortest abbreviation */
} secret_words[] = {
	{ "password", 4 },
	{ "secret", 4 },
	{ "community", 4 },
	{ "key-string", 5 },
	{ "passphrase", 5 },
	{ "message-digest-key", 9 },
	{ "authentication-key", 15 },
	{ "md5-key", 4 },
};

static const char *const isakmp_words[] = {
	"policy",
	"enable",
	"keepalive",
	"identity",
	"profile",
	"client",
	"peer",
	"nat",
	"xauth",
	"aggressive-mode",
	"invalid-spi-recovery",
	"fragmentation",
	"default",
	"diagnose",
	"performance",
	"limit",
};

static void hide(const struct sg_line *line, char *shown, size_t from, size_t to)
{
	size_t first = line->tokens[from].column, last, i;

	if (to > line->token_count)
		to = line->token_count;
	if (from >= to)
		return;
	last = line->tokens[to - 1].column + line->tokens[to - 1].len;
	for (i = first; i < last && i < SG_SHOWN_MAX; i++)
		if (shown[i] != ' ')
			shown[i] = '*';
}

/* A type digit stands before the secret itself. */
static size_t skip_type(const struct sg_line *line, size_t i)
{
	const struct sg_token *tok = &line->tokens[i];

	return i + 1 < line->token_count && tok->len == 1 && tok->text[0] >= '0' &&
	       tok->text[0] <= '9' ? i + 1 : i;
}

/*
 * [no] crypto isakmp key ... and what may be meant by it. A third word that is none of ISAKMP's,
 * not even misspelt, may be a key whose keyword was forgotten: it is hidden, and all behind it.
 */
static void hide_isakmp(const struct sg_line *line, size_t at, char *shown)
{
	const struct sg_token *tok = &line->tokens[at];
	size_t i;

	if (at >= line->token_count)
		return;
	if (sg_token_abbreviates(tok, "key", 1)) {
		if (at + 1 < line->token_count)
			hide(line, shown, at + 1, skip_type(line, at + 1) + 1);
		return;
	}
	for (i = 0; i < sizeof(isakmp_words) / sizeof(isakmp_words[0]); i++)
		if (sg_token_abbreviates(tok, isakmp_words[i], 1) ||
		    sg_token_near(tok, isakmp_words[i], 2))
			return;
	hide(line, shown, sg_token_near(tok, "key", 2) ? at + 1 : at, line->token_count);
}

static void hide_secrets(const struct sg_line *line, char *shown)
{
	const struct sg_token *tok = line->tokens;
	size_t n = line->token_count, at, i, w;
	bool isakmp;

	at = n && sg_token_is(&tok[0], "no") ? 1 : 0;
	isakmp = n >= at + 2 && sg_token_abbreviates(&tok[at], "crypto", 1) &&
		 sg_token_abbreviates(&tok[at + 1], "isakmp", 1);
	if (isakmp)
		hide_isakmp(line, at + 2, shown);
	for (i = 0; i + 1 < n; i++) {
		for (w = 0; w < sizeof(secret_words) / sizeof(secret_words[0]); w++)
			if (sg_token_abbreviates(&tok[i], secret_words[w].word,
						 secret_words[w].min))
				hide(line, shown, skip_type(line, i + 1), n);
		if (sg_token_abbreviates(&tok[i], "session-key", 3) &&
		    !sg_token_abbreviates(&tok[i + 1], "lifetime", 1))
			hide(line, shown, i + 1, n);
		/* tacacs-server key, crypto iskamp key; not: key chain, crypto key */
		if (!isakmp && sg_token_is(&tok[i], "key") && !sg_token_is(&tok[i + 1], "chain") &&
		    !(i == at + 1 && sg_token_abbreviates(&tok[at], "crypto", 2)))
			hide(line, shown, skip_type(line, i + 1), n);
	}
}

char *sg_line_shown(const struct sg_line *line)
{
	size_t len = line->len < SG_SHOWN_MAX ? line->len : SG_SHOWN_MAX, i;
	char *shown = malloc(len + 1);
	unsigned char c;

	if (!shown)
		return NULL;
	for (i = 0; i < len; i++) {
		c = line->text[i];
		shown[i] = c == '\t' ? ' ' : c < ' ' || c >= DEL ? '?' : c;
	}
	shown[len] = '\0';
	hide_secrets(line, shown);
	return shown;
}
