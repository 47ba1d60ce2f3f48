// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Matching tokens against a compiled command table, as IOS does it: token by token, with
 * abbreviations, and with the place of the first token that does not fit. What a command means is
 * the caller's.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "grammar_impl.h"

/* How well a token fits a place; of all places that could be next, the best fits count. */
enum fit { FIT_NONE, FIT_LINE, FIT_WORD, FIT_IFNAME, FIT_VALUE, FIT_PREFIX, FIT_EXACT };

#define ADDR_TEXT_MAX 15	/* 255.255.255.255 */
#define NUMBER_TEXT_MAX 11

/* Where a match stands: for each row the places that the last token may be at. */
struct walk {
	const struct sg_grammar *g;
	bool negated;
	uint64_t at[SG_CLI_ROWS_MAX];
	enum fit fits[SG_TOKENS_MAX];	/* what decided each token */
};

static bool parse_number(const struct sg_token *tok, int64_t *value)
{
	size_t i = tok->text[0] == '-' ? 1 : 0;
	char buf[NUMBER_TEXT_MAX + 1];

	if (tok->len > NUMBER_TEXT_MAX || i == tok->len)
		return false;
	for (; i < tok->len; i++)
		if (!isdigit((unsigned char)tok->text[i]))
			return false;
	memcpy(buf, tok->text, tok->len);
	buf[tok->len] = '\0';
	*value = strtoll(buf, NULL, 10);
	return true;
}

static bool parse_addr(const struct sg_token *tok, struct in_addr *addr)
{
	char buf[ADDR_TEXT_MAX + 1];

	if (tok->len > ADDR_TEXT_MAX)
		return false;
	memcpy(buf, tok->text, tok->len);
	buf[tok->len] = '\0';
	return inet_pton(AF_INET, buf, addr) == 1;
}

static bool contiguous(struct in_addr mask)
{
	uint32_t wild = ~ntohl(mask.s_addr);

	return !(wild & (wild + 1));
}

static bool printable(const struct sg_token *tok)
{
	size_t i;

	for (i = 0; i < tok->len; i++)
		if (!isgraph((unsigned char)tok->text[i]))
			return false;
	return true;
}

static bool all_digits(const char *text, size_t len)
{
	return strspn(text, "0123456789") >= len;
}

static enum fit fit_text(const struct sg_token *tok, const char *text, size_t len)
{
	if (tok->len > len || strncasecmp(tok->text, text, tok->len))
		return FIT_NONE;
	if (tok->len == len)
		return FIT_EXACT;
	return all_digits(text, len) ? FIT_NONE : FIT_PREFIX;
}

/* The keyword that a token abbreviates, to tell whether two keywords are meant. */
struct meant {
	const char *text;
	size_t len;
	bool ambiguous;
};

static void mean(struct meant *meant, const char *text, size_t len)
{
	if (meant->text && (meant->len != len || strncasecmp(meant->text, text, len)))
		meant->ambiguous = true;
	meant->text = text;
	meant->len = len;
}

static enum fit fit_enum(const struct sg_cli_enum *e, const struct sg_token *tok,
			 struct meant *meant, int64_t *value)
{
	const struct sg_cli_value *v;
	enum fit best = FIT_NONE, fit;

	for (v = e->values; v->name; v++) {
		fit = fit_text(tok, v->name, strlen(v->name));
		if (fit == FIT_PREFIX && meant && best != FIT_EXACT)
			mean(meant, v->name, strlen(v->name));
		if (fit <= best)
			continue;
		best = fit;
		*value = v->value;
	}
	if (best == FIT_NONE && parse_number(tok, value) && *value >= e->lo && *value <= e->hi)
		best = FIT_VALUE;
	return best;
}

/* @bound, where given, takes the value; @meant the keywords that the token abbreviates. */
static enum fit fit_place(const struct sg_cli_place *pl, const struct sg_token *tok,
			  struct meant *meant, struct sg_cli_bound *bound)
{
	struct sg_cli_bound none;
	char name[SG_CLI_NAME_MAX];
	enum fit fit;
	bool ok;

	if (!bound)
		bound = &none;
	switch (pl->kind) {
	case SG_CLI_KEYWORD:
		fit = fit_text(tok, pl->text, pl->text_len);
		if (fit == FIT_PREFIX && meant)
			mean(meant, pl->text, pl->text_len);
		return fit;
	case SG_CLI_ENUM:
		return fit_enum(pl->names, tok, meant, &bound->number);
	case SG_CLI_NUMBER:
		return parse_number(tok, &bound->number) && bound->number >= pl->lo &&
		       bound->number <= pl->hi ? FIT_VALUE : FIT_NONE;
	case SG_CLI_ADDR:
	case SG_CLI_WILD:
		return parse_addr(tok, &bound->addr) ? FIT_VALUE : FIT_NONE;
	case SG_CLI_MASK:
		ok = parse_addr(tok, &bound->addr) && contiguous(bound->addr);
		return ok ? FIT_VALUE : FIT_NONE;
	case SG_CLI_IFNAME:
		return sg_ifname_canon(tok->text, tok->len, name) ? FIT_IFNAME : FIT_NONE;
	case SG_CLI_IFTYPE:
		return sg_ifname_is_type(tok->text, tok->len) ? FIT_IFNAME : FIT_NONE;
	case SG_CLI_IFUNIT:
		ok = isdigit((unsigned char)tok->text[0]) && printable(tok);
		return ok ? FIT_IFNAME : FIT_NONE;
	case SG_CLI_WORD:
		return printable(tok) ? FIT_WORD : FIT_NONE;
	case SG_CLI_LINE:
		return FIT_LINE;
	}
	return FIT_NONE;
}

static uint64_t next_places(const struct sg_cli_compiled *row, uint64_t at)
{
	uint64_t next = 0;

	for (; at; at &= at - 1)
		next |= row->follow[__builtin_ctzll(at)];
	return next;
}

static uint64_t first_places(const struct walk *w, size_t row, unsigned int mode)
{
	const struct sg_cli_compiled *cr = &w->g->rows[row];

	if (cr->row.mode != mode)
		return 0;
	if (w->negated ? !(cr->row.flags & SG_CLI_NO) : cr->row.flags & SG_CLI_NO_ONLY)
		return 0;
	return cr->first;
}

static uint64_t last_places(const struct walk *w, size_t row)
{
	const struct sg_cli_compiled *cr = &w->g->rows[row];

	return cr->last | (w->negated ? cr->no_last : 0);
}

/* One token on. w->at holds candidates before, places after. */
static enum sg_cli_status step(struct walk *w, const struct sg_token *tok, enum fit *decided)
{
	const struct sg_cli_place *pl;
	struct meant meant = { 0 };
	enum fit best = FIT_NONE, fit;
	uint64_t left, kept;
	size_t i;

	for (i = 0; i < w->g->count; i++) {
		for (left = w->at[i]; left; left &= left - 1) {
			pl = &w->g->rows[i].places[__builtin_ctzll(left)];
			fit = fit_place(pl, tok, &meant, NULL);
			if (fit > best)
				best = fit;
		}
	}
	*decided = best;
	if (best == FIT_NONE)
		return SG_CLI_INVALID;
	if (best == FIT_PREFIX && meant.ambiguous)
		return SG_CLI_AMBIGUOUS;
	for (i = 0; i < w->g->count; i++) {
		kept = 0;
		for (left = w->at[i]; left; left &= left - 1) {
			pl = &w->g->rows[i].places[__builtin_ctzll(left)];
			if (fit_place(pl, tok, NULL, NULL) == best)
				kept |= left & -left;
		}
		w->at[i] = kept;
	}
	return SG_CLI_OK;
}

static enum sg_cli_status walk_tokens(struct walk *w, unsigned int mode, const struct sg_token *tok,
				      size_t n, size_t *index)
{
	enum sg_cli_status status;
	size_t i, row;

	for (i = 0; i < n; i++) {
		for (row = 0; row < w->g->count; row++)
			w->at[row] = i ? next_places(&w->g->rows[row], w->at[row]) :
					 first_places(w, row, mode);
		status = step(w, &tok[i], &w->fits[i]);
		if (status) {
			*index = i;
			return status;
		}
	}
	*index = n;
	return SG_CLI_OK;
}

static void bind_ifname(struct sg_match *m, const struct sg_token *type,
			const struct sg_token *unit)
{
	char joined[SG_CLI_NAME_MAX];
	size_t len = 0;

	if (type->len + (unit ? unit->len : 0) >= sizeof(joined))
		return;
	memcpy(joined, type->text, type->len);
	len = type->len;
	if (unit) {
		memcpy(joined + len, unit->text, unit->len);
		len += unit->len;
	}
	if (!sg_ifname_canon(joined, len, m->ifname))
		m->ifname[0] = '\0';
}

/* Goes the way of one row again and notes the place of each token. */
static void bind_row(const struct walk *w, size_t row, const struct sg_token *tok, size_t n,
		     struct sg_match *m)
{
	const struct sg_cli_compiled *cr = &w->g->rows[row];
	uint64_t at[SG_TOKENS_MAX], left, ok;
	struct sg_cli_bound *b;
	size_t i;

	for (i = 0; i < n; i++) {
		at[i] = 0;
		for (left = i ? next_places(cr, at[i - 1]) : cr->first; left; left &= left - 1)
			if (fit_place(&cr->places[__builtin_ctzll(left)], &tok[i], NULL, NULL) ==
			    w->fits[i])
				at[i] |= left & -left;
	}
	ok = last_places(w, row);
	for (i = n; i-- > 0;) {
		at[i] &= ok;
		at[i] &= -at[i];
		ok = 0;
		for (left = i ? at[i - 1] : 0; left; left &= left - 1)
			if (cr->follow[__builtin_ctzll(left)] & at[i])
				ok |= left & -left;
	}
	for (i = 0; i < n; i++) {
		b = &m->bound[i];
		b->place = &cr->places[__builtin_ctzll(at[i])];
		b->token = &tok[i];
		fit_place(b->place, &tok[i], NULL, b);
		if (b->place->kind == SG_CLI_IFNAME)
			bind_ifname(m, &tok[i], NULL);
		else if (b->place->kind == SG_CLI_IFUNIT)
			bind_ifname(m, &tok[i - 1], &tok[i]);
	}
	m->count = n;
}

enum sg_cli_status sg_cli_match(const struct sg_grammar *g, unsigned int mode,
				const struct sg_token *tok, size_t n, bool negated,
				struct sg_match *m)
{
	struct walk w = { .g = g, .negated = negated };
	size_t row;

	memset(m, 0, sizeof(*m));
	m->negated = negated;
	m->status = walk_tokens(&w, mode, tok, n, &m->index);
	if (m->status) {
		m->column = tok[m->index].column;
		return m->status;
	}
	for (row = 0; row < g->count; row++) {
		if (!(w.at[row] & last_places(&w, row)))
			continue;
		m->row = &g->rows[row].row;
		bind_row(&w, row, tok, n, m);
		return SG_CLI_OK;
	}
	m->status = SG_CLI_INCOMPLETE;
	m->column = n ? tok[n - 1].column + tok[n - 1].len : 0;
	return m->status;
}

/* --- what was matched --------------------------------------------------------------------- */

const struct sg_cli_bound *sg_cli_arg(const struct sg_match *m, const char *label)
{
	const struct sg_cli_place *pl;
	size_t i;

	for (i = 0; i < m->count; i++) {
		pl = m->bound[i].place;
		if (pl->label && pl->label_len == strlen(label) &&
		    !memcmp(pl->label, label, pl->label_len))
			return &m->bound[i];
	}
	return NULL;
}

const struct sg_cli_bound *sg_cli_keyword(const struct sg_match *m, const char *keyword)
{
	const struct sg_cli_place *pl;
	size_t i;

	for (i = 0; i < m->count; i++) {
		pl = m->bound[i].place;
		if (pl->kind == SG_CLI_KEYWORD && pl->text_len == strlen(keyword) &&
		    !memcmp(pl->text, keyword, pl->text_len))
			return &m->bound[i];
	}
	return NULL;
}

bool sg_cli_has(const struct sg_match *m, const char *keyword)
{
	return sg_cli_keyword(m, keyword);
}

bool sg_cli_copy(const struct sg_cli_bound *arg, char *buf, size_t size)
{
	if (arg->token->len >= size)
		return false;
	memcpy(buf, arg->token->text, arg->token->len);
	buf[arg->token->len] = '\0';
	return true;
}

size_t sg_cli_rest(const struct sg_match *m, const struct sg_cli_bound *arg, const char **text)
{
	const struct sg_token *last = m->bound[m->count - 1].token;

	*text = arg->token->text;
	return last->text + last->len - arg->token->text;
}

void sg_cli_error(enum sg_cli_status status, const char *shown, char *buf, size_t size)
{
	switch (status) {
	case SG_CLI_AMBIGUOUS:
		snprintf(buf, size, "%% Ambiguous command:  \"%s\"", shown + strspn(shown, " "));
		break;
	case SG_CLI_INCOMPLETE:
		snprintf(buf, size, "%% Incomplete command.");
		break;
	default:
		snprintf(buf, size, "%% Invalid input detected at '^' marker.");
		break;
	}
}

/* --- help --------------------------------------------------------------------------------- */

struct help_line {
	char word[SG_CLI_NAME_MAX];
	const char *help;
	size_t help_len;
};

struct help_list {
	struct help_line *lines;
	size_t count, size;
	const char *partial;
};

static int help_add(struct help_list *list, const char *word, size_t len, const char *help,
		    size_t help_len)
{
	struct help_line *grown, *l;
	size_t i;

	if (len >= sizeof(l->word))
		len = sizeof(l->word) - 1;
	for (i = 0; i < list->count; i++)
		if (strlen(list->lines[i].word) == len && !memcmp(list->lines[i].word, word, len))
			return 0;
	if (list->count == list->size) {
		grown = realloc(list->lines, (list->size ? 2 * list->size : 32) * sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		list->lines = grown;
		list->size = list->size ? 2 * list->size : 32;
	}
	l = &list->lines[list->count++];
	memcpy(l->word, word, len);
	l->word[len] = '\0';
	l->help = help;
	l->help_len = help_len;
	return 0;
}

static int help_keyword(struct help_list *list, const char *word, size_t len, const char *help,
			size_t help_len)
{
	size_t typed = list->partial ? strlen(list->partial) : 0;

	if (typed > len || (typed && strncasecmp(word, list->partial, typed)))
		return 0;
	return help_add(list, word, len, help, help_len);
}

static int help_range(struct help_list *list, int64_t lo, int64_t hi, const char *help, size_t len)
{
	char word[SG_CLI_NAME_MAX];

	snprintf(word, sizeof(word), "<%lld-%lld>", (long long)lo, (long long)hi);
	return help_add(list, word, strlen(word), help, len);
}

static int help_place(struct help_list *list, const struct sg_cli_place *pl)
{
	static const char *const words[] = {
		[SG_CLI_ADDR] = "A.B.C.D",     [SG_CLI_MASK] = "A.B.C.D",
		[SG_CLI_WILD] = "A.B.C.D",     [SG_CLI_WORD] = "WORD",
		[SG_CLI_IFNAME] = "INTERFACE", [SG_CLI_IFTYPE] = "INTERFACE",
		[SG_CLI_IFUNIT] = "UNIT",      [SG_CLI_LINE] = "LINE",
	};
	const struct sg_cli_value *v;
	int rc = 0;

	switch (pl->kind) {
	case SG_CLI_KEYWORD:
		return help_keyword(list, pl->text, pl->text_len, pl->help, pl->help_len);
	case SG_CLI_NUMBER:
		return help_range(list, pl->lo, pl->hi, pl->help, pl->help_len);
	case SG_CLI_ENUM:
		if (pl->names->lo <= pl->names->hi)
			rc = help_range(list, pl->names->lo, pl->names->hi, pl->names->help,
					strlen(pl->names->help));
		for (v = pl->names->values; v->name && !rc; v++)
			rc = help_keyword(list, v->name, strlen(v->name), v->help, strlen(v->help));
		return rc;
	default:
		return help_add(list, words[pl->kind], strlen(words[pl->kind]), pl->help,
				pl->help_len);
	}
}

static int by_word(const void *a, const void *b)
{
	return strcasecmp(((const struct help_line *)a)->word, ((const struct help_line *)b)->word);
}

static int help_collect(struct help_list *list, struct walk *w, unsigned int mode, size_t n)
{
	bool end = false;
	uint64_t left;
	size_t row;
	int rc;

	for (row = 0; row < w->g->count; row++) {
		left = n ? next_places(&w->g->rows[row], w->at[row]) : first_places(w, row, mode);
		for (; left; left &= left - 1) {
			rc = help_place(list, &w->g->rows[row].places[__builtin_ctzll(left)]);
			if (rc)
				return rc;
		}
		end = end || (n && (w->at[row] & last_places(w, row)));
	}
	if (list->count)
		qsort(list->lines, list->count, sizeof(*list->lines), by_word);
	return end && !list->partial ? help_add(list, "<cr>", 4, "", 0) : 0;
}

int sg_cli_help(const struct sg_grammar *g, unsigned int mode, const struct sg_token *tok, size_t n,
		bool negated, const char *partial, FILE *out)
{
	struct walk w = { .g = g, .negated = negated };
	struct help_list list = { .partial = partial && *partial ? partial : NULL };
	size_t i, index, width = 0;
	int rc;

	if (walk_tokens(&w, mode, tok, n, &index))
		return -EINVAL;
	rc = help_collect(&list, &w, mode, n);
	for (i = 0; i < list.count; i++)
		if (strlen(list.lines[i].word) > width)
			width = strlen(list.lines[i].word);
	for (i = 0; i < list.count && !rc; i++) {
		if (list.lines[i].help_len)
			fprintf(out, "  %-*s  %.*s\n", (int)width, list.lines[i].word,
				(int)list.lines[i].help_len, list.lines[i].help);
		else
			fprintf(out, "  %s\n", list.lines[i].word);
	}
	free(list.lines);
	return rc ? rc : (int)list.count;
}
