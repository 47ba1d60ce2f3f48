/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command grammar: a table of rows, each a pattern with help, a mode and a handler, and
 * the engine that matches tokens against it. It knows no command and no configuration: the
 * configuration and the exec commands of ipsecctl are two tables for the one engine.
 *
 * A pattern is words parted by blanks:
 *
 *   policy            a keyword; any unambiguous prefix is accepted (of digits only: the whole)
 *   <a b|c|d>         one of several
 *   [a|b c]           none or one of several
 *   x...              once or more; [a|b]... any number, in any order
 *   (1-10000)         a number
 *   A.B.C.D           an address
 *   MASK              a netmask (ones, then zeros)
 *   WILD              a wildcard mask, any bits
 *   WORD              printable ASCII without blanks
 *   IFNAME            an interface: Ethernet0/0, Ethernet 0/0, e0, eth0
 *   LINE              the rest of the line
 *   @NAME             a number or one of the names of an enumeration of the table
 *   ~                 the `no` form may end here, or anywhere later
 *
 * An argument may bear a label: WORD$name. Help is one line a word of the pattern, in order.
 * What is read left to right is decided token by token, as IOS does it: the whole keyword before an
 * abbreviation, that before a number or an address, that before an interface, that before
 * a word, that before a line.
 */
#ifndef SG_CONFIG_GRAMMAR_H
#define SG_CONFIG_GRAMMAR_H

#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>

#include "lexer.h"

#define SG_CLI_ROWS_MAX		256
#define SG_CLI_PLACES_MAX	64	/* words of one pattern */
#define SG_CLI_NAME_MAX		64	/* canonical interface name, with NUL */

enum sg_cli_kind {
	SG_CLI_KEYWORD,
	SG_CLI_NUMBER,
	SG_CLI_ADDR,
	SG_CLI_MASK,
	SG_CLI_WILD,
	SG_CLI_WORD,
	SG_CLI_IFNAME,		/* in one token */
	SG_CLI_IFTYPE,		/* the type of a name in two tokens */
	SG_CLI_IFUNIT,		/* and its number */
	SG_CLI_LINE,
	SG_CLI_ENUM,
};

struct sg_cli_value {
	const char *name;	/* NULL: end of the table */
	int64_t value;
	const char *help;
};

struct sg_cli_enum {
	const char *name;
	const struct sg_cli_value *values;
	int64_t lo, hi;		/* numbers accepted; hi < lo: names only */
	const char *help;	/* of the number */
};

/* One word of a compiled pattern. */
struct sg_cli_place {
	enum sg_cli_kind kind;
	const char *text;	/* keyword; not NUL-terminated */
	size_t text_len;
	const char *label;	/* NULL: none; not NUL-terminated */
	size_t label_len;
	const char *help;	/* not NUL-terminated */
	size_t help_len;
	int64_t lo, hi;
	const struct sg_cli_enum *names;
};

struct sg_cli_bound {
	const struct sg_cli_place *place;
	const struct sg_token *token;
	int64_t number;		/* NUMBER, ENUM */
	struct in_addr addr;	/* ADDR, MASK, WILD */
};

struct sg_cli_row;

enum sg_cli_status {
	SG_CLI_OK,
	SG_CLI_INVALID,		/* % Invalid input detected at '^' marker. */
	SG_CLI_AMBIGUOUS,	/* % Ambiguous command:  "..." */
	SG_CLI_INCOMPLETE,	/* % Incomplete command. */
};

struct sg_match {
	enum sg_cli_status status;
	size_t index;		/* of the token that was not understood */
	unsigned int column;	/* of the caret */
	const struct sg_cli_row *row;
	bool negated;
	struct sg_cli_bound bound[SG_TOKENS_MAX];
	size_t count;
	char ifname[SG_CLI_NAME_MAX];	/* canonical name of the last interface */
};

/* Row flags */
#define SG_CLI_NO	(1u << 0)	/* has a `no` form */
#define SG_CLI_NO_ONLY	(1u << 1)	/* has nothing else */

struct sg_cli_row {
	unsigned int mode;	/* where it is understood */
	const char *pattern;
	const char *help;	/* one line a word of the pattern */
	unsigned int flags;
	unsigned int enters;	/* mode that follows, 0: the same */
	/* @ctx is the caller's. Returns 0 or a negative errno; complaints go by way of @ctx. */
	int (*run)(void *ctx, const struct sg_match *m);
};

struct sg_grammar;

/**
 * sg_grammar_compile() - makes a table ready for use
 * @rows: table; its strings must outlive the grammar
 * @count: of @rows, up to SG_CLI_ROWS_MAX
 * @enums: enumerations that patterns name by @NAME, up to one without a name; must outlive the
 *	grammar; may be NULL
 * @error: what is wrong with the table, "row N: ..."; may be NULL
 * @error_len: size of @error
 *
 * Return: a grammar, or NULL: without memory, or for a table that is wrong.
 */
struct sg_grammar *sg_grammar_compile(const struct sg_cli_row *rows, size_t count,
				      const struct sg_cli_enum *enums, char *error,
				      size_t error_len);
void sg_grammar_free(struct sg_grammar *g);

/**
 * sg_cli_match() - finds the row that a command is
 * @g: grammar
 * @mode: only rows of this mode count
 * @tok: tokens, without a leading `no`
 * @n: of @tok
 * @negated: they followed a `no`
 * @m: what was matched, or where it failed (index and column)
 *
 * Return: m->status.
 */
enum sg_cli_status sg_cli_match(const struct sg_grammar *g, unsigned int mode,
				const struct sg_token *tok, size_t n, bool negated,
				struct sg_match *m);

/* The bound argument with this label, or NULL. */
const struct sg_cli_bound *sg_cli_arg(const struct sg_match *m, const char *label);
/* The place in m->bound of this keyword, or NULL. */
const struct sg_cli_bound *sg_cli_keyword(const struct sg_match *m, const char *keyword);
bool sg_cli_has(const struct sg_match *m, const char *keyword);
/* Copies an argument. Return: false where it does not fit into @size bytes. */
bool sg_cli_copy(const struct sg_cli_bound *arg, char *buf, size_t size);
/* From an argument to the end of the command: text as it was written. */
size_t sg_cli_rest(const struct sg_match *m, const struct sg_cli_bound *arg, const char **text);

/**
 * sg_cli_error() - IOS's text for a failed match
 * @status: not SG_CLI_OK
 * @shown: the line, without secrets
 * @buf: for the text
 * @size: of @buf
 */
void sg_cli_error(enum sg_cli_status status, const char *shown, char *buf, size_t size);

/**
 * sg_cli_help() - what may come next (`?`)
 * @g: grammar
 * @mode: rows of this mode
 * @tok: complete tokens before the question mark
 * @n: of @tok
 * @negated: they followed a `no`
 * @partial: beginning of a word right before the question mark, or NULL
 * @out: for the list, "  word  help" a line; "<cr>" where the command may end
 *
 * Return: number of lines, or -EINVAL where the tokens are no command's beginning.
 */
int sg_cli_help(const struct sg_grammar *g, unsigned int mode, const struct sg_token *tok, size_t n,
		bool negated, const char *partial, FILE *out);

/**
 * sg_ifname_canon() - an interface name as IOS writes it
 * @name: as typed, without blanks
 * @len: of @name
 * @out: SG_CLI_NAME_MAX bytes
 *
 * "e0" and "ethernet0" are Ethernet0. What reads like a Linux name stays as it is: eth0, tun1, br0,
 * vlan10, and whatever is no abbreviation of a type. Return: false for what is neither.
 */
bool sg_ifname_canon(const char *name, size_t len, char *out);
/* Is it the type of an interface, or an unambiguous beginning of it (without a number)? */
bool sg_ifname_is_type(const char *name, size_t len);

#endif /* SG_CONFIG_GRAMMAR_H */
