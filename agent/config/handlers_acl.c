// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Handlers of access lists: from a matched line to an entry with its canonical text. What a crypto
 * map cannot honour (log, established, ...) is noted, and counts only if one uses the list.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

#define SEQ_STEP 10
#define SEQ_MAX 2147483647u
#define TEXT_MAX 512		/* canonical text of an entry */
#define PORT_MAX 65535
#define ICMP_ANY (-1)

/* --- numbers and names of lists ----------------------------------------------------------- */

static bool number_within(const char *name, unsigned long lo, unsigned long hi)
{
	unsigned long n;
	char *end;

	if (name[0] < '0' || name[0] > '9')
		return false;
	n = strtoul(name, &end, 10);
	return !*end && n >= lo && n <= hi;
}

bool sg_acl_number_extended(const char *name)
{
	return number_within(name, 100, 199) || number_within(name, 2000, 2699);
}

bool sg_acl_number_standard(const char *name)
{
	return number_within(name, 1, 99) || number_within(name, 1300, 1999);
}

/* --- lists -------------------------------------------------------------------------------- */

static void forget_unfit(struct sg_build *b, const char *acl, unsigned int line)
{
	size_t i;

	for (i = b->unfit_count; i-- > 0;) {
		if (strcmp(b->unfits[i].acl, acl) || (line && b->unfits[i].line != line))
			continue;
		free(b->unfits[i].text);
		sg_build_remove(&b->unfits, &b->unfit_count, sizeof(*b->unfits), i);
	}
}

static void drop_ace(struct sg_build *b, struct sg_acl_list *acl, size_t i)
{
	forget_unfit(b, acl->name, acl->aces[i].line);
	free(acl->aces[i].text);
	sg_build_remove(&acl->aces, &acl->ace_count, sizeof(*acl->aces), i);
}

static void drop_list(struct sg_build *b, const char *name)
{
	struct sg_config *cfg = b->cfg;
	struct sg_acl_list *acl;
	size_t i;

	forget_unfit(b, name, 0);
	for (i = 0; i < b->standard_count; i++) {
		if (!strcmp(b->standard[i], name)) {
			sg_build_remove(&b->standard, &b->standard_count, sizeof(*b->standard), i);
			break;
		}
	}
	acl = (struct sg_acl_list *)sg_config_acl(cfg, name);
	if (!acl)
		return;
	while (acl->ace_count)
		drop_ace(b, acl, acl->ace_count - 1);
	free(acl->aces);
	sg_build_remove(&cfg->acls, &cfg->acl_count, sizeof(*cfg->acls), acl - cfg->acls);
}

/* The list of that name, made where there is none; b->acl is its index. */
static int open_list(struct sg_build *b, const char *name)
{
	struct sg_config *cfg = b->cfg;
	const struct sg_acl_list *acl;
	int rc;

	if (b->acl < cfg->acl_count && !strcmp(cfg->acls[b->acl].name, name))
		return 0;
	acl = sg_config_acl(cfg, name);
	if (acl) {
		b->acl = acl - cfg->acls;
		return 0;
	}
	b->acl = cfg->acl_count;
	rc = sg_build_insert(b, &cfg->acls, &cfg->acl_count, sizeof(*cfg->acls), b->acl);
	if (rc)
		return rc;
	strcpy(cfg->acls[b->acl].name, name);
	cfg->acls[b->acl].named = !sg_acl_number_extended(name);
	return 0;
}

static bool is_standard(const struct sg_build *b, const char *name)
{
	size_t i;

	for (i = 0; i < b->standard_count; i++)
		if (!strcmp(b->standard[i], name))
			return true;
	return false;
}

int sg_do_acl_named(void *ctx, const struct sg_match *m)
{
	const struct sg_cli_bound *arg = sg_cli_arg(m, "list");
	struct sg_build *b = ctx;
	char name[SG_NAME_MAX];
	int rc;

	rc = sg_build_name(b, arg, name);
	if (rc)
		return rc;
	if (m->negated) {
		drop_list(b, name);
		return 0;
	}
	if ((name[0] >= '0' && name[0] <= '9' && !sg_acl_number_extended(name)) ||
	    is_standard(b, name))
		return sg_build_error(b, arg->token->column, "%% Invalid access list name.");
	return open_list(b, name);
}

int sg_do_acl_standard(void *ctx, const struct sg_match *m)
{
	const struct sg_cli_bound *arg = sg_cli_arg(m, "list");
	struct sg_build *b = ctx;
	char name[SG_NAME_MAX];
	int rc;

	rc = sg_build_name(b, arg, name);
	if (rc)
		return rc;
	if (m->negated) {
		drop_list(b, name);
	} else if (!is_standard(b, name)) {
		rc = sg_build_insert(b, &b->standard, &b->standard_count, sizeof(*b->standard),
				     b->standard_count);
		if (rc)
			return rc;
		strcpy(b->standard[b->standard_count - 1], name);
	}
	return sg_build_ignore(b);
}

int sg_do_acl_remove(void *ctx, const struct sg_match *m)
{
	char name[SG_NAME_MAX];
	int rc;

	rc = sg_build_name(ctx, sg_cli_arg(m, "list"), name);
	if (!rc)
		drop_list(ctx, name);
	return rc;
}

/* --- one entry ---------------------------------------------------------------------------- */

/* A line being read, word by word, with its canonical text growing beside it. */
struct reader {
	struct sg_build *b;
	const struct sg_match *m;
	size_t at;
	struct sg_acl_ace ace;
	char text[TEXT_MAX];
	size_t len;
	const struct sg_cli_bound *unfit;	/* first word that a crypto map cannot honour */
	int rc;
};

__attribute__((format(printf, 2, 3)))
static void put(struct reader *r, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(r->text + r->len, sizeof(r->text) - r->len, fmt, ap);
	va_end(ap);
	if (n > 0)
		r->len += n;
	if (r->len >= sizeof(r->text))
		r->len = sizeof(r->text) - 1;
}

static const struct sg_cli_bound *peek(const struct reader *r)
{
	return r->at < r->m->count ? &r->m->bound[r->at] : NULL;
}

static bool is_keyword(const struct sg_cli_bound *w, const char *keyword)
{
	return w && w->place->kind == SG_CLI_KEYWORD && w->place->text_len == strlen(keyword) &&
	       !memcmp(w->place->text, keyword, w->place->text_len);
}

static bool take(struct reader *r, const char *keyword)
{
	if (!is_keyword(peek(r), keyword))
		return false;
	r->at++;
	return true;
}

static const char *value_name(const char *enum_name, int64_t value)
{
	const struct sg_cli_value *v;
	const struct sg_cli_enum *e;

	for (e = sg_acl_enums; e->name; e++) {
		if (strcmp(e->name, enum_name))
			continue;
		for (v = e->values; v->name; v++)
			if (v->value == value)
				return v->name;
	}
	return NULL;
}

static void read_address(struct reader *r, struct in_addr *addr, struct in_addr *wild)
{
	char a[INET_ADDRSTRLEN], w[INET_ADDRSTRLEN];

	addr->s_addr = 0;
	wild->s_addr = 0;
	if (take(r, "any")) {
		wild->s_addr = INADDR_BROADCAST;
	} else if (take(r, "host")) {
		*addr = r->m->bound[r->at++].addr;
	} else {
		*addr = r->m->bound[r->at++].addr;
		*wild = r->m->bound[r->at++].addr;
		addr->s_addr &= ~wild->s_addr;
	}
	inet_ntop(AF_INET, addr, a, sizeof(a));
	inet_ntop(AF_INET, wild, w, sizeof(w));
	if (wild->s_addr == INADDR_BROADCAST)
		put(r, " any");
	else if (!wild->s_addr)
		put(r, " host %s", a);
	else
		put(r, " %s %s", a, w);
}

static void put_port(struct reader *r, unsigned int port)
{
	const char *name = value_name(r->ace.proto == IPPROTO_TCP ? "tcp-port" : "udp-port", port);

	if (name)
		put(r, " %s", name);
	else
		put(r, " %u", port);
}

static void read_ports(struct reader *r, uint16_t *min, uint16_t *max, bool *not)
{
	const struct sg_cli_bound *op = peek(r);
	unsigned int port, other;

	*min = 0;
	*max = PORT_MAX;
	*not = false;
	if (!is_keyword(op, "eq") && !is_keyword(op, "neq") && !is_keyword(op, "lt") &&
	    !is_keyword(op, "gt") && !is_keyword(op, "range"))
		return;
	r->at++;
	port = r->m->bound[r->at++].number;
	put(r, " %.*s", (int)op->place->text_len, op->place->text);
	if (is_keyword(op, "range")) {
		other = r->m->bound[r->at++].number;
		*min = port < other ? port : other;
		*max = port < other ? other : port;
		put_port(r, *min);
		put_port(r, *max);
		return;
	}
	put_port(r, port);
	if (is_keyword(op, "lt") || is_keyword(op, "gt")) {
		if (port == (is_keyword(op, "lt") ? 0 : PORT_MAX))
			r->rc = sg_build_error(r->b, op[1].token->column,
					       "%% No port is %s than %u",
					       is_keyword(op, "lt") ? "less" : "greater", port);
		else if (is_keyword(op, "lt"))
			*max = port - 1;
		else
			*min = port + 1;
		return;
	}
	*min = port;
	*max = port;
	*not = is_keyword(op, "neq");
}

static void read_icmp(struct reader *r)
{
	const struct sg_cli_bound *type = sg_cli_arg(r->m, "type"),
				  *code = sg_cli_arg(r->m, "code");
	const char *name;

	r->ace.icmp_type = ICMP_ANY;
	r->ace.icmp_code = ICMP_ANY;
	if (!type || r->ace.proto != IPPROTO_ICMP)
		return;
	r->at += code ? 2 : 1;
	if (code && !isdigit((unsigned char)type->token->text[0])) {
		r->rc = sg_build_error(r->b, code->token->column,
				       "%% Invalid input detected at '^' marker.");
		return;
	}
	if (type->number >= SG_ICMP_CODED) {
		r->ace.icmp_type = (type->number - SG_ICMP_CODED) >> 8;
		r->ace.icmp_code = type->number & 0xff;
	} else {
		r->ace.icmp_type = type->number;
		if (code)
			r->ace.icmp_code = code->number;
	}
	name = value_name("icmp-type", r->ace.icmp_code == ICMP_ANY ? r->ace.icmp_type :
			  SG_ICMP_CODED + r->ace.icmp_type * 256 + r->ace.icmp_code);
	if (name)
		put(r, " %s", name);
	else if (r->ace.icmp_code == ICMP_ANY)
		put(r, " %d", r->ace.icmp_type);
	else
		put(r, " %d %d", r->ace.icmp_type, r->ace.icmp_code);
}

static void read_protocol(struct reader *r)
{
	const struct sg_cli_bound *w = &r->m->bound[r->at++];
	const char *name;

	if (is_keyword(w, "tcp"))
		r->ace.proto = IPPROTO_TCP;
	else if (is_keyword(w, "udp"))
		r->ace.proto = IPPROTO_UDP;
	else if (is_keyword(w, "icmp"))
		r->ace.proto = IPPROTO_ICMP;
	else
		r->ace.proto = w->number;
	name = r->ace.proto == IPPROTO_TCP ? "tcp" : r->ace.proto == IPPROTO_UDP ? "udp" :
	       r->ace.proto == IPPROTO_ICMP ? "icmp" : value_name("protocol", r->ace.proto);
	if (name)
		put(r, " %s", name);
	else
		put(r, " %u", r->ace.proto);
}

static void read_options(struct reader *r)
{
	const struct sg_cli_bound *w;

	r->unfit = peek(r);
	for (w = peek(r); w; w = peek(r)) {
		if (w->place->kind == SG_CLI_KEYWORD)
			put(r, " %.*s", (int)w->place->text_len, w->place->text);
		else
			put(r, " %.*s", (int)w->token->len, w->token->text);
		r->at++;
	}
}

static int read_ace(struct reader *r)
{
	while (!is_keyword(peek(r), "permit") && !is_keyword(peek(r), "deny"))
		r->at++;
	r->ace.permit = take(r, "permit");
	if (!r->ace.permit)
		r->at++;
	put(r, r->ace.permit ? "permit" : "deny");
	read_protocol(r);
	read_address(r, &r->ace.src, &r->ace.src_wild);
	read_ports(r, &r->ace.sport_min, &r->ace.sport_max, &r->ace.sport_not);
	read_address(r, &r->ace.dst, &r->ace.dst_wild);
	read_ports(r, &r->ace.dport_min, &r->ace.dport_max, &r->ace.dport_not);
	read_icmp(r);
	read_options(r);
	return r->rc;
}

/* --- entries in their list ---------------------------------------------------------------- */

static int note_unfit(struct sg_build *b, const char *acl, unsigned int column, const char *text)
{
	struct sg_unfit *u;
	int rc;

	if (b->unfit_count == SG_CONFIG_ERRORS_MAX)
		return 0;	/* enough to refuse the list */
	rc = sg_build_insert(b, &b->unfits, &b->unfit_count, sizeof(*b->unfits), b->unfit_count);
	if (rc)
		return rc;
	u = &b->unfits[b->unfit_count - 1];
	strcpy(u->acl, acl);
	u->line = b->line->number;
	u->column = column;
	u->text = strdup(text);
	return u->text ? 0 : -ENOMEM;
}

/* Where an entry goes: by its number. */
static size_t ace_place(const struct sg_acl_list *acl, unsigned int seq)
{
	size_t i = acl->ace_count;

	while (i && acl->aces[i - 1].seq > seq)
		i--;
	return i;
}

static size_t find_text(const struct sg_acl_list *acl, const char *text)
{
	size_t i;

	for (i = 0; i < acl->ace_count; i++)
		if (!strcmp(acl->aces[i].text, text))
			return i;
	return acl->ace_count;
}

static int add_ace(struct reader *r, struct sg_acl_list *acl)
{
	const struct sg_cli_bound *given = sg_cli_arg(r->m, "sequence");
	struct sg_build *b = r->b;
	char unfit[TEXT_MAX];
	size_t i;
	int rc;

	if (find_text(acl, r->text) < acl->ace_count)
		return 0;
	if (acl->ace_count == SG_ACL_ACES_MAX)
		return sg_build_error(b, 0, "%% An access list has at most %d entries",
				      SG_ACL_ACES_MAX);
	if (given)
		r->ace.seq = given->number;
	else if (acl->ace_count)
		r->ace.seq = acl->aces[acl->ace_count - 1].seq + SEQ_STEP;
	else
		r->ace.seq = SEQ_STEP;
	if (r->ace.seq > SEQ_MAX)
		return sg_build_error(b, 0, "%% Sequence numbers of access list %s are used up",
				      acl->name);
	i = ace_place(acl, r->ace.seq);
	if (i && acl->aces[i - 1].seq == r->ace.seq)
		return sg_build_error(b, given->token->column, "%% Duplicate sequence number %u",
				      r->ace.seq);
	r->ace.text = strdup(r->text);
	if (!r->ace.text)
		return -ENOMEM;
	r->ace.line = b->line->number;
	rc = sg_build_insert(b, &acl->aces, &acl->ace_count, sizeof(*acl->aces), i);
	if (rc) {
		free(r->ace.text);
		return rc;
	}
	acl->aces[i] = r->ace;
	if (!r->unfit)
		return 0;
	snprintf(unfit, sizeof(unfit),
		 "%% A crypto map cannot honour \"%.*s\" in its access list %s",
		 (int)r->unfit->place->text_len, r->unfit->place->text, acl->name);
	return note_unfit(b, acl->name, r->unfit->token->column, unfit);
}

int sg_do_ace(void *ctx, const struct sg_match *m)
{
	const struct sg_cli_bound *list = sg_cli_arg(m, "list");
	struct reader r = { .b = ctx, .m = m };
	struct sg_build *b = ctx;
	struct sg_acl_list *acl;
	char name[SG_NAME_MAX];
	size_t i;
	int rc;

	if (list) {
		rc = sg_build_name(b, list, name);
		if (rc)
			return rc;
		if (m->negated) {
			/* IOS: any negated line of a numbered list takes the whole list away */
			drop_list(b, name);
			return 0;
		}
	}
	rc = read_ace(&r);
	if (rc)
		return rc;
	if (list) {
		rc = open_list(b, name);
		if (rc)
			return rc;
	}
	acl = &b->cfg->acls[b->acl];
	if (!m->negated)
		return add_ace(&r, acl);
	i = find_text(acl, r.text);
	if (i < acl->ace_count)
		drop_ace(b, acl, i);
	return 0;
}

int sg_do_ace_number_remove(void *ctx, const struct sg_match *m)
{
	unsigned int seq = sg_cli_arg(m, "sequence")->number;
	struct sg_build *b = ctx;
	struct sg_acl_list *acl = &b->cfg->acls[b->acl];
	size_t i;

	for (i = 0; i < acl->ace_count; i++) {
		if (acl->aces[i].seq == seq) {
			drop_ace(b, acl, i);
			break;
		}
	}
	return 0;
}

int sg_acl_unreadable(struct sg_build *b, const struct sg_match *m, bool numbered)
{
	const struct sg_token *tok = b->line->tokens;
	char name[SG_NAME_MAX], text[TEXT_MAX], *shown;
	int rc;

	if (numbered) {
		if (tok[1].len >= sizeof(name))
			return sg_build_failed_match(b, m);
		memcpy(name, tok[1].text, tok[1].len);
		name[tok[1].len] = '\0';
		rc = open_list(b, name);
		if (rc)
			return rc;
	}
	shown = sg_line_shown(b->line);
	if (!shown)
		return -ENOMEM;
	sg_cli_error(m->status, shown, text, sizeof(text));
	free(shown);
	return note_unfit(b, b->cfg->acls[b->acl].name, m->column, text);
}
