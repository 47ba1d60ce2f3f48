// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A configuration text, line by line, as a router would take it: which mode a line belongs to,
 * whether it is about IPsec at all, which lines are part of something that is passed over
 * (banners, certificates). What a line means is in the handlers; what can be judged at the end
 * only, in validate.c.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

enum global_word {
	WORD_OURS,		/* begins a command of the table */
	WORD_IGNORED,		/* a command of IOS that is not about IPsec */
	WORD_UNKNOWN,
};

/* Text that spans lines: a banner, the hexadecimal digits of a certificate. */
enum block { BLOCK_NONE, BLOCK_BANNER, BLOCK_CERTIFICATE };

struct parser {
	struct sg_build b;
	struct sg_grammar *grammar;
	struct sg_line line;
	struct sg_lexer lexer;
	enum block block;
	char delimiter;			/* of a banner */
	unsigned int block_line;
	struct sg_match sub, top;	/* what the line is in its mode, and in global mode */
};

static int leave(struct parser *p)
{
	p->b.where = SG_IN_CONFIG;
	return sg_stanza_close(&p->b);
}

static void enter(struct parser *p, enum sg_where where)
{
	p->b.where = where;
	p->b.indent = p->line.indent;
	p->b.indented = false;
	p->b.closed = false;
}

/* --- commands ----------------------------------------------------------------------------- */

static int refuse_later(struct sg_build *b, const struct sg_cli_bound *word, const char *what)
{
	return sg_build_error(b, word->token->column, "%% %s: not carried by this release yet",
			      what);
}

/* A word of a command that is carried otherwise. */
static int refuse_word(struct sg_build *b, const struct sg_cli_bound *word, const char *path)
{
	char text[SG_NAME_MAX];

	if (!strstr(path, "..."))
		return refuse_later(b, word, path);
	snprintf(text, sizeof(text), "%.*s", (int)word->place->text_len, word->place->text);
	return refuse_later(b, word, text);
}

/* A command that is not carried: its keywords say what it is. */
static int refuse_command(struct sg_build *b, const struct sg_match *m)
{
	const struct sg_cli_bound *last = &m->bound[0];
	char text[SG_NAME_MAX] = "";
	size_t i, len = 0;

	for (i = 0; i < m->count && len < sizeof(text); i++) {
		if (m->bound[i].place->kind != SG_CLI_KEYWORD)
			continue;
		last = &m->bound[i];
		len += snprintf(text + len, sizeof(text) - len, "%s%.*s", len ? " " : "",
				(int)last->place->text_len, last->place->text);
	}
	return refuse_later(b, last, text);
}

/* Runs a command of the table. */
static int run(struct parser *p, const struct sg_match *m)
{
	struct sg_build *b = &p->b;
	const struct sg_cli_bound *later;
	const char *path;
	int rc = 0;

	if (!m->row->run) {
		if (m->negated)
			return sg_build_ignore(b);	/* it was never there */
		rc = refuse_command(b, m);
	} else {
		later = m->negated ? NULL : sg_later_find(m->row->mode, m, &path);
		if (later)
			rc = refuse_word(b, later, path);
		if (rc != -ENOMEM)
			rc = m->row->run(b, m);
	}
	if (rc == -ENOMEM)
		return rc;
	if (m->row->enters && !m->negated)
		enter(p, rc ? SG_IN_REFUSED : m->row->enters);
	return 0;
}

/* --- lines that are not commands of the table --------------------------------------------- */

static enum global_word classify(const struct parser *p, const struct sg_token *tok)
{
	if (p->top.status == SG_CLI_OK || p->top.status == SG_CLI_INCOMPLETE || p->top.index > 0)
		return WORD_OURS;
	if (p->top.status == SG_CLI_AMBIGUOUS)
		return WORD_OURS;
	if (sg_ignored_word(tok))
		return WORD_IGNORED;
	return WORD_UNKNOWN;
}

/* Does the failed global match concern IPsec, or another command that begins alike? */
static bool concerns_ipsec(const struct parser *p, const struct sg_token *tok)
{
	if (p->top.status == SG_CLI_AMBIGUOUS && !p->top.index)
		return true;
	if (sg_token_abbreviates(tok, "crypto", 2) || sg_token_abbreviates(tok, "access-list", 4) ||
	    sg_token_abbreviates(tok, "interface", 3))
		return true;
	/* ip, service, clock, hostname: theirs is the second word */
	return p->top.index > 1 || (p->top.status == SG_CLI_INCOMPLETE && p->line.token_count > 1);
}

static bool unreadable_ace(const struct parser *p, const struct sg_token *tok, size_t n)
{
	return n > 2 && tok == p->line.tokens && p->top.index > 2 &&
	       sg_token_abbreviates(&tok[0], "access-list", 4) &&
	       (sg_token_abbreviates(&tok[2], "permit", 1) ||
		sg_token_abbreviates(&tok[2], "deny", 1) ||
		sg_token_abbreviates(&tok[2], "dynamic", 2));
}

static int ignore_global(struct parser *p)
{
	int rc = leave(p);

	if (rc == -ENOMEM)
		return rc;
	enter(p, SG_IN_IGNORED);
	return sg_build_ignore(&p->b);
}

static int begin_banner(struct parser *p, const struct sg_token *tok, size_t n)
{
	const char *start, *end = p->line.text + p->line.len;
	size_t i = n > 2 ? 2 : 1;

	if (n < 2 || !sg_token_abbreviates(&tok[0], "banner", 2))
		return 0;
	start = tok[i].text;
	p->delimiter = *start++;
	if (p->delimiter == '^' && start < end && *start == 'C')
		start++;		/* as a router prints the control character */
	if (memchr(start, p->delimiter, end - start))
		return 0;
	p->block = BLOCK_BANNER;
	p->block_line = p->line.number;
	return 0;
}

/* A line in global mode. */
static int global_line(struct parser *p, const struct sg_token *tok, size_t n)
{
	struct sg_build *b = &p->b;
	int rc;

	if (p->top.status == SG_CLI_OK) {
		rc = leave(p);
		return rc == -ENOMEM ? rc : run(p, &p->top);
	}
	if (classify(p, tok) == WORD_OURS && concerns_ipsec(p, tok)) {
		rc = leave(p);
		if (rc == -ENOMEM)
			return rc;
		if (unreadable_ace(p, tok, n))
			return sg_acl_unreadable(b, &p->top, true);
		return sg_build_failed_match(b, &p->top);
	}
	if (sg_token_is(tok, "default") && n > 1 && sg_token_abbreviates(&tok[1], "crypto", 2))
		return sg_build_error(b, tok->column,
				      "%% The \"default\" form is not supported: use \"no\"");
	if (classify(p, tok) == WORD_UNKNOWN && sg_misspelt(tok))
		return sg_build_failed_match(b, &p->top);
	rc = begin_banner(p, tok, n);
	return rc ? rc : ignore_global(p);
}

/* Does an interface stanza's line that is not in the table concern IPsec all the same? */
static bool interface_concerns_ipsec(const struct parser *p, const struct sg_token *tok, size_t n)
{
	if (sg_token_abbreviates(tok, "crypto", 2))
		return true;
	return n > 1 && sg_token_is(tok, "ip") && p->sub.index > 1;
}

/* A line that its mode does not understand, and global mode does not either. */
static int unknown_in_mode(struct parser *p, const struct sg_token *tok, size_t n)
{
	struct sg_build *b = &p->b;
	bool deeper = p->line.indent > b->indent;
	enum global_word word = classify(p, tok);

	if (b->where == SG_IN_INTERFACE) {
		if (interface_concerns_ipsec(p, tok, n) && p->sub.index >= p->top.index)
			return sg_build_failed_match(b, &p->sub);
		if (deeper || (!b->indented && word == WORD_UNKNOWN && !sg_misspelt(tok)))
			return sg_build_ignore(b);
		return global_line(p, tok, n);
	}
	if (b->where == SG_IN_ACL && !deeper && b->indented)
		return global_line(p, tok, n);
	if (b->where == SG_IN_ACL && (p->sub.index || !word || deeper) && tok == p->line.tokens &&
	    word != WORD_IGNORED)
		return p->top.index ? global_line(p, tok, n) : sg_acl_unreadable(b, &p->sub, false);
	if (p->sub.index || p->sub.status == SG_CLI_AMBIGUOUS || p->sub.status == SG_CLI_INCOMPLETE)
		return sg_build_failed_match(b, &p->sub);
	if (word == WORD_OURS || word == WORD_IGNORED)
		return global_line(p, tok, n);
	if (deeper || (!b->indented && !b->closed))
		return sg_build_failed_match(b, &p->sub);
	return global_line(p, tok, n);
}

static bool has_table(enum sg_where where)
{
	return where != SG_IN_CONFIG && where != SG_IN_REFUSED && where != SG_IN_IGNORED;
}

/* Lines below a command that was refused or passed over. */
static bool belongs_to_skipped(const struct parser *p, const struct sg_token *tok)
{
	const struct sg_build *b = &p->b;

	if (b->where != SG_IN_REFUSED && b->where != SG_IN_IGNORED)
		return false;
	/* what a router would understand in global mode, it takes there */
	if (p->top.status == SG_CLI_OK && p->top.row->mode == SG_IN_CONFIG &&
	    (p->line.indent <= b->indent || sg_token_abbreviates(tok, "crypto", 2) ||
	     sg_token_abbreviates(tok, "interface", 3) ||
	     sg_token_abbreviates(tok, "access-list", 4)))
		return false;
	if (p->line.indent > b->indent)
		return !sg_token_abbreviates(tok, "crypto", 2);
	return b->where == SG_IN_REFUSED && !b->indented && !b->closed &&
	       classify(p, tok) == WORD_UNKNOWN;
}

static int skipped_line(struct parser *p, const struct sg_token *tok)
{
	if (p->b.where == SG_IN_IGNORED)
		return sg_build_ignore(&p->b);
	if (sg_token_abbreviates(tok, "certificate", 4)) {
		p->block = BLOCK_CERTIFICATE;
		p->block_line = p->line.number;
	}
	return 0;
}

static bool leaves_mode(const struct sg_token *tok, size_t n)
{
	return n == 1 && (sg_token_is(tok, "exit") || sg_token_is(tok, "end"));
}

static int command(struct parser *p, const struct sg_token *tok, size_t n, bool negated)
{
	struct sg_build *b = &p->b;
	int rc;

	sg_cli_match(p->grammar, SG_IN_CONFIG, tok, n, negated, &p->top);
	if (belongs_to_skipped(p, tok)) {
		b->indented = b->indented || p->line.indent > b->indent;
		return skipped_line(p, tok);
	}
	if (!has_table(b->where))
		return global_line(p, tok, n);
	sg_cli_match(p->grammar, b->where, tok, n, negated, &p->sub);
	if (p->sub.status != SG_CLI_OK && p->top.status == SG_CLI_OK)
		return global_line(p, tok, n);
	if (p->sub.status == SG_CLI_OK)
		rc = run(p, &p->sub);
	else
		rc = unknown_in_mode(p, tok, n);
	if (has_table(b->where) && p->line.indent > b->indent)
		b->indented = true;
	return rc;
}

/* --- lines -------------------------------------------------------------------------------- */

/* Inside a banner or a certificate: true while it lasts. */
static bool in_block(struct parser *p)
{
	struct sg_token *tok = p->line.tokens;

	if (p->block == BLOCK_BANNER) {
		if (memchr(p->line.text, p->delimiter, p->line.len))
			p->block = BLOCK_NONE;
		return true;
	}
	if (p->block == BLOCK_CERTIFICATE) {
		sg_line_split(&p->line);
		if (p->line.token_count && sg_token_is(tok, "quit"))
			p->block = BLOCK_NONE;
		return true;
	}
	return false;
}

static int one_line(struct parser *p)
{
	struct sg_line *line = &p->line;
	struct sg_build *b = &p->b;
	unsigned int column;
	unsigned char bad;
	bool negated;

	if (in_block(p))
		return 0;
	sg_line_split(line);
	if (!line->token_count)
		return 0;
	if (line->tokens[0].text[0] == '!') {
		b->closed = true;
		return 0;
	}
	bad = sg_line_control(line, &column);
	if (bad)
		return sg_build_error(b, column, "%% Control character 0x%02x in the configuration",
				      bad);
	if (line->len > SG_LINE_MAX)
		return sg_build_error(b, SG_SHOWN_MAX,
				      "%% Line too long: the limit is %d characters", SG_LINE_MAX);
	if (leaves_mode(line->tokens, line->token_count))
		return leave(p);
	negated = sg_token_is(&line->tokens[0], "no");
	if (negated && line->token_count == 1)
		return sg_build_error(b, line->tokens[0].column + line->tokens[0].len,
				      "%% Incomplete command.");
	return command(p, line->tokens + negated, line->token_count - negated, negated);
}

static int all_lines(struct parser *p)
{
	struct sg_build *b = &p->b;
	int rc;

	while (b->error_count <= SG_CONFIG_ERRORS_MAX && sg_lexer_next(&p->lexer, &p->line)) {
		rc = one_line(p);
		if (rc == -ENOMEM)
			return rc;
	}
	rc = leave(p);
	if (rc == -ENOMEM || b->error_count > SG_CONFIG_ERRORS_MAX)
		return rc == -ENOMEM ? rc : 0;
	if (p->block) {
		rc = sg_build_message(b, SG_MSG_ERROR, p->block_line, 0, p->block == BLOCK_BANNER ?
				      "%% Banner without its closing delimiter" :
				      "%% Certificate without \"quit\" behind it");
		if (rc == -ENOMEM)
			return rc;
	}
	return sg_build_validate(b);
}

static void release(struct parser *p)
{
	size_t i;

	for (i = 0; i < p->b.unfit_count; i++)
		free(p->b.unfits[i].text);
	free(p->b.unfits);
	free(p->b.refs);
	free(p->b.standard);
	sg_grammar_free(p->grammar);
	sg_config_put(p->b.cfg);
	free(p);
}

int sg_config_parse(const char *text, size_t len, struct sg_parse_result *result)
{
	struct parser *p;
	int rc = -ENOMEM;

	memset(result, 0, sizeof(*result));
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	p->b.cfg = sg_config_alloc();
	p->grammar = sg_config_grammar(NULL, 0);
	if (!p->b.cfg || !p->grammar)
		goto out;
	p->b.result = result;
	p->b.text = text;
	p->b.len = len;
	p->b.line = &p->line;
	p->b.where = SG_IN_CONFIG;
	if (len > SG_CONFIG_BYTES_MAX)
		rc = sg_build_message(&p->b, SG_MSG_ERROR, 1, 0,
				      "%% Configuration too large: the limit is %u bytes",
				      SG_CONFIG_BYTES_MAX);
	else
		sg_lexer_init(&p->lexer, text, len);
	rc = len > SG_CONFIG_BYTES_MAX ? rc : all_lines(p);
	if (rc == -ENOMEM)
		goto out;
	rc = p->b.error_count ? -EINVAL : 0;
	if (!rc)
		result->cfg = sg_config_get(p->b.cfg);
out:
	release(p);
	if (rc == -ENOMEM)
		sg_parse_result_clear(result);
	return rc;
}
