// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Handlers of interfaces and of what log lines need: names and time.
 *
 * An interface stanza is gathered and merged when it ends: a name that comes again with another
 * address is another interface (the seed's second router names both of its interfaces alike).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "build.h"

#define MINUTES_AN_HOUR 60

static size_t last_of_name(const struct sg_config *cfg, const char *name)
{
	size_t i;

	for (i = cfg->interface_count; i-- > 0;)
		if (!strcmp(cfg->interfaces[i].name, name))
			return i;
	return cfg->interface_count;
}

static bool same_addr(const struct sg_interface *a, const struct sg_interface *b)
{
	return a->addr.s_addr == b->addr.s_addr && a->mask.s_addr == b->mask.s_addr;
}

/* The interface that a stanza speaks of, or the count of them for one more. */
static size_t stanza_target(const struct sg_config *cfg, const struct sg_stanza *s)
{
	size_t last = last_of_name(cfg, s->iface.name), i;

	if (last == cfg->interface_count || !s->addr_set || !s->iface.addr.s_addr)
		return last;
	for (i = 0; i < cfg->interface_count; i++)
		if (!strcmp(cfg->interfaces[i].name, s->iface.name) &&
		    same_addr(&cfg->interfaces[i], &s->iface))
			return i;
	return cfg->interfaces[last].addr.s_addr ? cfg->interface_count : last;
}

int sg_stanza_close(struct sg_build *b)
{
	struct sg_stanza *s = &b->stanza;
	struct sg_config *cfg = b->cfg;
	struct sg_interface *iface;
	size_t i;
	int rc;

	if (!s->open)
		return 0;
	s->open = false;
	i = stanza_target(cfg, s);
	if (i == cfg->interface_count) {
		rc = sg_build_insert(b, &cfg->interfaces, &cfg->interface_count,
				     sizeof(*cfg->interfaces), i);
		if (rc)
			return rc;
		cfg->interfaces[i] = s->iface;
		return 0;
	}
	iface = &cfg->interfaces[i];
	if (s->addr_set) {
		iface->addr = s->iface.addr;
		iface->mask = s->iface.mask;
	}
	if (s->map_set) {
		if (s->iface.map[0] && iface->map[0] && strcmp(s->iface.map, iface->map))
			return sg_build_message(
				b, SG_MSG_ERROR, s->map_line, s->map_column,
				"%% Interface %s has crypto map %s already: an interface carries "
				"one (no crypto map first)",
				iface->name, iface->map);
		strcpy(iface->map, s->iface.map);
	}
	if (s->shutdown_set)
		iface->shutdown = s->iface.shutdown;
	return 0;
}

int sg_do_interface(void *ctx, const struct sg_match *m)
{
	struct sg_build *b = ctx;
	struct sg_config *cfg = b->cfg;
	size_t i;

	if (!m->ifname[0])
		return sg_build_error(b, m->bound[1].token->column,
				      "%% Invalid input detected at '^' marker.");
	if (m->negated) {
		for (i = cfg->interface_count; i-- > 0;)
			if (!strcmp(cfg->interfaces[i].name, m->ifname))
				sg_build_remove(&cfg->interfaces, &cfg->interface_count,
						sizeof(*cfg->interfaces), i);
		return 0;
	}
	memset(&b->stanza, 0, sizeof(b->stanza));
	b->stanza.open = true;
	strcpy(b->stanza.iface.name, m->ifname);
	b->stanza.iface.line = b->line->number;
	return 0;
}

/* Ones then zeros, not 0.0.0.0, and the address neither the network's nor the broadcast one. */
static bool good_mask(struct in_addr addr, struct in_addr mask)
{
	uint32_t wild = ~ntohl(mask.s_addr), host = ntohl(addr.s_addr) & wild;

	if (!mask.s_addr || (wild & (wild + 1)))
		return false;
	return wild <= 1 || (host && host != wild);
}

int sg_do_ip_address(void *ctx, const struct sg_match *m)
{
	const struct sg_cli_bound *addr = sg_cli_arg(m, "addr"), *mask = sg_cli_arg(m, "mask");
	struct sg_build *b = ctx;
	struct sg_stanza *s = &b->stanza;
	char text[INET_ADDRSTRLEN];

	if (sg_cli_has(m, "secondary"))
		return sg_build_ignore(b);
	if (m->negated) {
		s->iface.addr.s_addr = 0;
		s->iface.mask.s_addr = 0;
		s->addr_set = true;
		return 0;
	}
	if (!good_mask(addr->addr, mask->addr)) {
		inet_ntop(AF_INET, &addr->addr, text, sizeof(text));
		return sg_build_error(b, mask->token->column, "%% Bad mask 0x%08X for address %s",
				      ntohl(mask->addr.s_addr), text);
	}
	s->iface.addr = addr->addr;
	s->iface.mask = mask->addr;
	s->addr_set = true;
	return 0;
}

int sg_do_interface_map(void *ctx, const struct sg_match *m)
{
	const struct sg_cli_bound *arg = sg_cli_arg(m, "map");
	struct sg_build *b = ctx;
	struct sg_stanza *s = &b->stanza;
	char map[SG_NAME_MAX] = "";
	int rc = 0;

	if (arg)
		rc = sg_build_name(b, arg, map);
	if (rc)
		return rc;
	if (m->negated) {
		s->iface.map[0] = '\0';
		s->map_set = true;
		return 0;
	}
	if (s->iface.map[0] && strcmp(s->iface.map, map))
		return sg_build_error(
			b, arg->token->column,
			"%% Interface %s has crypto map %s already: an interface carries one "
			"(no crypto map first)",
			s->iface.name, s->iface.map);
	rc = sg_build_ref(b, SG_REF_IFMAP, arg, map);
	if (rc)
		return rc;
	strcpy(s->iface.map, map);
	s->map_set = true;
	s->map_line = b->line->number;
	s->map_column = arg->token->column;
	return 0;
}

int sg_do_shutdown(void *ctx, const struct sg_match *m)
{
	struct sg_build *b = ctx;

	b->stanza.iface.shutdown = !m->negated;
	b->stanza.shutdown_set = true;
	return 0;
}

/* --- names and time ----------------------------------------------------------------------- */

int sg_do_hostname(void *ctx, const struct sg_match *m)
{
	struct sg_build *b = ctx;

	if (m->negated) {
		b->cfg->hostname[0] = '\0';
		return 0;
	}
	return sg_build_name(b, sg_cli_arg(m, "name"), b->cfg->hostname);
}

int sg_do_domain_name(void *ctx, const struct sg_match *m)
{
	const struct sg_cli_bound *name = sg_cli_arg(m, "name");
	struct sg_build *b = ctx;
	struct sg_config *cfg = b->cfg;

	if (m->negated) {
		cfg->domain_name[0] = '\0';
		return 0;
	}
	if (!sg_cli_copy(name, cfg->domain_name, sizeof(cfg->domain_name)))
		return sg_build_error(b, name->token->column,
				      "%% A domain name has at most %zu characters",
				      sizeof(cfg->domain_name) - 1);
	return 0;
}

int sg_do_timestamps(void *ctx, const struct sg_match *m)
{
	enum sg_timestamps ts = SG_TS_UPTIME;
	struct sg_build *b = ctx;
	unsigned int flags = 0;

	if (m->negated) {
		ts = SG_TS_NONE;
	} else if (sg_cli_has(m, "datetime")) {
		ts = sg_cli_has(m, "msec") ? SG_TS_DATETIME_MSEC : SG_TS_DATETIME;
		if (sg_cli_has(m, "localtime"))
			flags |= SG_TS_F_LOCALTIME;
		if (sg_cli_has(m, "show-timezone"))
			flags |= SG_TS_F_TIMEZONE;
		if (sg_cli_has(m, "year"))
			flags |= SG_TS_F_YEAR;
	}
	/* without a word of its own: debug; negated: both */
	if (!sg_cli_has(m, "log")) {
		b->cfg->ts_debug = ts;
		b->cfg->ts_debug_flags = flags;
	}
	if (sg_cli_has(m, "log") || (m->negated && !sg_cli_has(m, "debug"))) {
		b->cfg->ts_log = ts;
		b->cfg->ts_log_flags = flags;
	}
	return 0;
}

int sg_do_timezone(void *ctx, const struct sg_match *m)
{
	const struct sg_cli_bound *zone = sg_cli_arg(m, "zone"),
				  *minutes = sg_cli_arg(m, "minutes");
	struct sg_build *b = ctx;
	struct sg_config *cfg = b->cfg;
	int hours, more;

	if (m->negated) {
		cfg->tz_name[0] = '\0';
		cfg->tz_minutes = 0;
		return 0;
	}
	if (!sg_cli_copy(zone, cfg->tz_name, sizeof(cfg->tz_name)))
		return sg_build_error(b, zone->token->column,
				      "%% A time zone has a name of at most %zu characters",
				      sizeof(cfg->tz_name) - 1);
	hours = sg_cli_arg(m, "hours")->number;
	more = minutes ? minutes->number : 0;
	cfg->tz_minutes = hours * MINUTES_AN_HOUR + (zone[1].token->text[0] == '-' ? -more : more);
	return 0;
}
