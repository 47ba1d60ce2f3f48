// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Patterns of the command table, compiled. A pattern becomes a set of places (its words), of which
 * each knows the places that may follow it: a position automaton without empty moves, one bit a
 * place. Matching is in cli.c.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "grammar_impl.h"

/* What a piece of a pattern begins and ends with, and whether it may be empty. */
struct frag {
	uint64_t first, last;
	bool empty;
};

struct compiler {
	struct sg_cli_compiled *row;
	const struct sg_cli_enum *enums;
	const char *p;			/* in the pattern */
	const char *help;		/* rest of the help lines, NULL: used up */
	const char *error;
};

static struct frag alternatives(struct compiler *c, char end);

static void fail(struct compiler *c, const char *error)
{
	if (!c->error)
		c->error = error;
}

static void follow(struct compiler *c, uint64_t from, uint64_t to)
{
	unsigned int i;

	for (i = 0; i < c->row->count; i++)
		if (from & SG_CLI_BIT(i))
			c->row->follow[i] |= to;
}

static struct sg_cli_place *place(struct compiler *c, enum sg_cli_kind kind, uint64_t *bit)
{
	struct sg_cli_place *pl;

	if (c->row->count == SG_CLI_PLACES_MAX) {
		fail(c, "too many words");
		*bit = 0;
		return NULL;
	}
	*bit = SG_CLI_BIT(c->row->count);
	pl = &c->row->places[c->row->count++];
	pl->kind = kind;
	return pl;
}

/* Help is handed out a line a word. */
static void next_help(struct compiler *c, const char **help, size_t *len)
{
	const char *end;

	if (!c->help) {
		fail(c, "fewer lines of help than words");
		return;
	}
	end = strchr(c->help, '\n');
	*help = c->help;
	*len = end ? (size_t)(end - c->help) : strlen(c->help);
	c->help = end && end[1] ? end + 1 : NULL;
}

static enum sg_cli_kind kind_of(const char *text, size_t len)
{
	static const struct {
		const char *text;
		enum sg_cli_kind kind;
	} types[] = {
		{ "A.B.C.D", SG_CLI_ADDR }, { "MASK", SG_CLI_MASK }, { "WILD", SG_CLI_WILD },
		{ "WORD", SG_CLI_WORD }, { "IFNAME", SG_CLI_IFNAME }, { "LINE", SG_CLI_LINE },
	};
	size_t i;

	if (text[0] == '(')
		return SG_CLI_NUMBER;
	if (text[0] == '@')
		return SG_CLI_ENUM;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i].text) == len && !memcmp(types[i].text, text, len))
			return types[i].kind;
	return SG_CLI_KEYWORD;
}

static void set_range(struct compiler *c, struct sg_cli_place *pl)
{
	char *end;

	pl->lo = strtoll(pl->text + 1, &end, 10);
	if (*end != '-') {
		fail(c, "bad range");
		return;
	}
	pl->hi = strtoll(end + 1, &end, 10);
	if (*end != ')' || pl->hi < pl->lo)
		fail(c, "bad range");
}

static void set_enum(struct compiler *c, struct sg_cli_place *pl)
{
	const struct sg_cli_enum *e;

	for (e = c->enums; e && e->name; e++) {
		if (strlen(e->name) == pl->text_len - 1 &&
		    !memcmp(e->name, pl->text + 1, pl->text_len - 1)) {
			pl->names = e;
			return;
		}
	}
	fail(c, "no such enumeration");
}

/* An interface name comes in one token or in two. */
static struct frag interface(struct compiler *c, const struct sg_cli_place *whole, uint64_t bit)
{
	struct frag f = { .first = bit, .last = bit };
	struct sg_cli_place *pl;
	uint64_t type, unit;

	pl = place(c, SG_CLI_IFTYPE, &type);
	if (!pl)
		return f;
	*pl = *whole;
	pl->kind = SG_CLI_IFTYPE;
	pl->label = NULL;
	pl = place(c, SG_CLI_IFUNIT, &unit);
	if (!pl)
		return f;
	*pl = *whole;
	pl->kind = SG_CLI_IFUNIT;
	follow(c, type, unit);
	f.first |= type;
	f.last |= unit;
	return f;
}

static struct frag word(struct compiler *c)
{
	size_t len = strcspn(c->p, " |]>[<~"), text_len;
	struct sg_cli_place *pl;
	enum sg_cli_kind kind;
	const char *label;
	struct frag f;
	uint64_t bit;

	if (len >= 3 && !memcmp(c->p + len - 3, "...", 3))
		len -= 3;
	label = memchr(c->p, '$', len);
	text_len = label ? (size_t)(label - c->p) : len;
	kind = kind_of(c->p, text_len);
	pl = place(c, kind, &bit);
	f = (struct frag){ .first = bit, .last = bit };
	if (!pl || !text_len) {
		fail(c, "empty word");
		return f;
	}
	pl->text = c->p;
	pl->text_len = text_len;
	if (label) {
		pl->label = label + 1;
		pl->label_len = len - text_len - 1;
	}
	next_help(c, &pl->help, &pl->help_len);
	c->p += len;
	if (kind == SG_CLI_NUMBER)
		set_range(c, pl);
	else if (kind == SG_CLI_ENUM)
		set_enum(c, pl);
	else if (kind == SG_CLI_LINE)
		follow(c, bit, bit);
	else if (kind == SG_CLI_IFNAME)
		return interface(c, pl, bit);
	return f;
}

static struct frag item(struct compiler *c)
{
	char open = *c->p, close = open == '[' ? ']' : '>';
	struct frag f;

	if (open != '[' && open != '<') {
		f = word(c);
	} else {
		c->p++;
		f = alternatives(c, close);
		if (*c->p == close)
			c->p++;
		else
			fail(c, "bracket left open");
		if (open == '[')
			f.empty = true;
	}
	if (!strncmp(c->p, "...", 3)) {
		c->p += 3;
		follow(c, f.last, f.first);
	}
	return f;
}

static struct frag sequence(struct compiler *c, char end)
{
	struct frag f = { .empty = true }, g;

	while (!c->error) {
		while (*c->p == ' ')
			c->p++;
		if (!*c->p || *c->p == '|' || *c->p == end)
			break;
		if (*c->p == '~') {
			c->p++;
			c->row->no_last |= f.last;
			c->row->no_open = true;
			continue;
		}
		g = item(c);
		follow(c, f.last, g.first);
		if (f.empty)
			f.first |= g.first;
		f.last = g.last | (g.empty ? f.last : 0);
		f.empty = f.empty && g.empty;
		if (c->row->no_open)
			c->row->no_last |= g.last;
	}
	return f;
}

static struct frag alternatives(struct compiler *c, char end)
{
	struct frag f = sequence(c, end), g;

	while (!c->error && *c->p == '|') {
		c->p++;
		g = sequence(c, end);
		f.first |= g.first;
		f.last |= g.last;
		f.empty = f.empty || g.empty;
	}
	return f;
}

static const char *compile_row(struct sg_cli_compiled *cr, const struct sg_cli_row *row,
			       const struct sg_cli_enum *enums)
{
	struct compiler c = { .row = cr, .enums = enums, .p = row->pattern, .help = row->help };
	struct frag f;

	cr->row = *row;
	f = alternatives(&c, '\0');
	if (!c.error && *c.p)
		fail(&c, "bracket without its partner");
	if (!c.error && f.empty)
		fail(&c, "may be empty");
	if (!c.error && c.help)
		fail(&c, "more lines of help than words");
	cr->first = f.first;
	cr->last = f.last;
	return c.error;
}

struct sg_grammar *sg_grammar_compile(const struct sg_cli_row *rows, size_t count,
				      const struct sg_cli_enum *enums, char *error,
				      size_t error_len)
{
	struct sg_grammar *g;
	const char *why;
	size_t i;

	if (error_len)
		error[0] = '\0';
	if (count > SG_CLI_ROWS_MAX) {
		snprintf(error, error_len, "more than %d rows", SG_CLI_ROWS_MAX);
		return NULL;
	}
	g = calloc(1, sizeof(*g) + count * sizeof(g->rows[0]));
	if (!g)
		return NULL;
	g->count = count;
	for (i = 0; i < count; i++) {
		why = compile_row(&g->rows[i], &rows[i], enums);
		if (!why)
			continue;
		snprintf(error, error_len, "row %zu (%s): %s", i, rows[i].pattern, why);
		sg_grammar_free(g);
		return NULL;
	}
	return g;
}

void sg_grammar_free(struct sg_grammar *g)
{
	free(g);
}
