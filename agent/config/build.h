/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of the configuration parser share: the configuration under construction, and the
 * handlers that the command table names. Nobody outside agent/config includes this.
 */
#ifndef SG_CONFIG_BUILD_H
#define SG_CONFIG_BUILD_H

#include "grammar.h"
#include "parse.h"

/* Where a line is understood. */
enum sg_where {
	SG_IN_CONFIG = 1,
	SG_IN_POLICY,		/* crypto isakmp policy */
	SG_IN_TRANSFORM,	/* crypto ipsec transform-set */
	SG_IN_MAP,		/* crypto map NAME SEQ */
	SG_IN_ACL,		/* ip access-list extended */
	SG_IN_INTERFACE,
	SG_IN_REFUSED,		/* a command that is not carried: its lines are not looked at */
	SG_IN_IGNORED,		/* a command that is not about IPsec */
};

#define SG_REFS_MAX 16384
#define SG_ICMP_CODED 0x10000	/* an ICMP name that means type * 256 + code */

/* A name used before it need exist, looked at when the text is read. */
enum sg_ref_kind { SG_REF_SET, SG_REF_ACL, SG_REF_IFMAP };

struct sg_ref {
	enum sg_ref_kind kind;
	char name[SG_NAME_MAX];
	char map[SG_NAME_MAX];		/* SET, ACL: of this entry; IFMAP: interface */
	unsigned int seq;
	unsigned int line, column;
};

/* What a crypto map cannot honour in an access list: an error where a crypto map uses it. */
struct sg_unfit {
	char acl[SG_NAME_MAX];
	unsigned int line, column;
	char *text;			/* the error */
	bool reported;
};

/* An interface stanza as it is read; merged with what the name has when it ends. */
struct sg_stanza {
	bool open;
	struct sg_interface iface;
	bool addr_set, map_set, shutdown_set;	/* the stanza says something about it */
	unsigned int map_line, map_column;
};

struct sg_build {
	struct sg_config *cfg;
	struct sg_parse_result *result;
	const char *text;
	size_t len;
	const struct sg_line *line;	/* the one being read */
	enum sg_where where;
	unsigned int indent;		/* of the line that began the mode */
	bool indented;			/* lines of this mode stand deeper than that */
	bool closed;			/* a comment line followed */
	size_t policy, set, entry, acl;	/* being configured: index, valid in its mode */
	struct sg_stanza stanza;
	struct sg_ref *refs;
	size_t ref_count;
	struct sg_unfit *unfits;
	size_t unfit_count;
	char (*standard)[SG_NAME_MAX];	/* standard access lists */
	size_t standard_count;
	size_t error_count, note_count;
	unsigned int error_line;	/* last line with an error */
};

/* Complaints. Errors of the line being read stand at @column; others name their line. */
int sg_build_error(struct sg_build *b, unsigned int column, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int sg_build_message(struct sg_build *b, enum sg_severity severity, unsigned int line,
		     unsigned int column, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
int sg_build_failed_match(struct sg_build *b, const struct sg_match *m);
int sg_build_ignore(struct sg_build *b);
int sg_build_ignore_line(struct sg_build *b, unsigned int line);

/**
 * sg_build_insert() - makes room in an array of the model
 * @b: build
 * @array: address of the array's pointer
 * @count: of it
 * @size: of an element
 * @at: index of the new element, which is zeroed
 *
 * Return: 0, -ENOMEM, or -ENOSPC with SG_OBJECTS_MAX reached (and the error reported).
 */
int sg_build_insert(struct sg_build *b, void *array, size_t *count, size_t size, size_t at);
void sg_build_remove(void *array, size_t *count, size_t size, size_t at);

/* Copies an argument that is a name; too long a one is an error (-EINVAL). */
int sg_build_name(struct sg_build *b, const struct sg_cli_bound *arg, char *name);
int sg_build_ref(struct sg_build *b, enum sg_ref_kind kind, const struct sg_cli_bound *arg,
		 const char *name);

/* The rows of the configuration's grammar: commands.c, commands_acl.c, later.c */
extern const struct sg_cli_row sg_commands[];
extern const size_t sg_command_count;
extern const struct sg_cli_row sg_acl_commands[];
extern const size_t sg_acl_command_count;
extern const struct sg_cli_row sg_later_commands[];
extern const size_t sg_later_command_count;
extern const struct sg_cli_enum sg_acl_enums[];

/* Compiles all of them. NULL: without memory (or a wrong table: @error says which row). */
struct sg_grammar *sg_config_grammar(char *error, size_t error_len);

/**
 * sg_later_find() - does a command ask for what this release does not carry yet?
 * @where: mode of the row
 * @m: a match
 * @path: keywords of the command up to that word
 *
 * Return: the word that is not carried, or NULL.
 */
const struct sg_cli_bound *sg_later_find(enum sg_where where, const struct sg_match *m,
					 const char **path);

/* Is it the first word of a global command that is not about IPsec? */
bool sg_ignored_word(const struct sg_token *tok);
/* Does a word read like a misspelt command of IPsec? */
bool sg_misspelt(const struct sg_token *tok);

/* Numbers of access lists */
bool sg_acl_number_extended(const char *name);
bool sg_acl_number_standard(const char *name);

/* Ends an interface stanza. */
int sg_stanza_close(struct sg_build *b);
/* What can only be judged at the end of the text. */
int sg_build_validate(struct sg_build *b);

/* Handlers: handlers_isakmp.c */
int sg_do_policy(void *ctx, const struct sg_match *m);
int sg_do_encryption(void *ctx, const struct sg_match *m);
int sg_do_hash(void *ctx, const struct sg_match *m);
int sg_do_authentication(void *ctx, const struct sg_match *m);
int sg_do_group(void *ctx, const struct sg_match *m);
int sg_do_policy_lifetime(void *ctx, const struct sg_match *m);
int sg_do_key(void *ctx, const struct sg_match *m);
int sg_do_key_encrypted(void *ctx, const struct sg_match *m);
int sg_do_isakmp_enable(void *ctx, const struct sg_match *m);
int sg_do_nothing(void *ctx, const struct sg_match *m);

/* handlers_ipsec.c */
int sg_do_transform_set(void *ctx, const struct sg_match *m);
int sg_do_mode(void *ctx, const struct sg_match *m);
int sg_do_life(void *ctx, const struct sg_match *m);
int sg_do_transform_id(void *ctx, const struct sg_match *m);

/* handlers_map.c */
int sg_do_map(void *ctx, const struct sg_match *m);
int sg_do_map_remove(void *ctx, const struct sg_match *m);
int sg_do_map_local_address(void *ctx, const struct sg_match *m);
int sg_do_set_peer(void *ctx, const struct sg_match *m);
int sg_do_set_transform_set(void *ctx, const struct sg_match *m);
int sg_do_set_life(void *ctx, const struct sg_match *m);
int sg_do_set_pfs(void *ctx, const struct sg_match *m);
int sg_do_match_address(void *ctx, const struct sg_match *m);
int sg_do_ignored(void *ctx, const struct sg_match *m);

/* handlers_acl.c */
int sg_do_ace(void *ctx, const struct sg_match *m);
int sg_do_acl_remove(void *ctx, const struct sg_match *m);
int sg_do_acl_named(void *ctx, const struct sg_match *m);
int sg_do_acl_standard(void *ctx, const struct sg_match *m);
int sg_do_ace_number_remove(void *ctx, const struct sg_match *m);
/* A line of an access list that cannot be read: an error where a crypto map uses the list. */
int sg_acl_unreadable(struct sg_build *b, const struct sg_match *m, bool numbered);

/* handlers_system.c */
int sg_do_interface(void *ctx, const struct sg_match *m);
int sg_do_ip_address(void *ctx, const struct sg_match *m);
int sg_do_interface_map(void *ctx, const struct sg_match *m);
int sg_do_shutdown(void *ctx, const struct sg_match *m);
int sg_do_hostname(void *ctx, const struct sg_match *m);
int sg_do_domain_name(void *ctx, const struct sg_match *m);
int sg_do_timestamps(void *ctx, const struct sg_match *m);
int sg_do_timezone(void *ctx, const struct sg_match *m);

#endif /* SG_CONFIG_BUILD_H */
