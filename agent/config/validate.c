// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What can only be judged when the whole text is read: names that must exist, rules between
 * objects, entries that are not complete.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

static const char incomplete[] =
	"% NOTE: This new crypto map will remain disabled until a peer\n"
	"        and a valid access list have been configured.";

/* Each of these returns 0, also after an error that was reported; -ENOMEM ends it all. */
static int fatal(int rc)
{
	return rc == -ENOMEM ? rc : 0;
}

static bool lists_set(const struct sg_crypto_entry *e, const char *name)
{
	size_t i;

	for (i = 0; i < e->set_count; i++)
		if (!strcmp(e->sets[i], name))
			return true;
	return false;
}

static int check_set(struct sg_build *b, const struct sg_ref *ref, const struct sg_crypto_entry *e)
{
	const struct sg_transform_set *set = sg_config_set(b->cfg, ref->name);

	if (!set)
		return sg_build_message(b, SG_MSG_ERROR, ref->line, ref->column,
					"%% ERROR: transform set with tag %s does not exist.",
					ref->name);
	if (set->cipher == SG_CIPHER_SEAL && e->kind == SG_MAP_MANUAL)
		return sg_build_message(
			b, SG_MSG_ERROR, ref->line, ref->column,
			"%% esp-seal cannot be used with manual keys: after a restart the same "
			"key stream would be used again. Transform set %s is refused for crypto "
			"map "
			"%s %u ipsec-manual",
			set->name, e->map, e->seq);
	return 0;
}

static bool standard_list(const struct sg_build *b, const char *name)
{
	size_t i;

	for (i = 0; i < b->standard_count; i++)
		if (!strcmp(b->standard[i], name))
			return true;
	return sg_acl_number_standard(name);
}

static int check_acl(struct sg_build *b, struct sg_ref *ref)
{
	size_t i;
	int rc;

	if (standard_list(b, ref->name))
		return sg_build_message(
			b, SG_MSG_ERROR, ref->line, ref->column,
			"%% Access list %s is a standard one: a crypto map needs an extended one",
			ref->name);
	for (i = 0; i < b->unfit_count; i++) {
		if (strcmp(b->unfits[i].acl, ref->name) || b->unfits[i].reported)
			continue;
		b->unfits[i].reported = true;
		rc = sg_build_message(b, SG_MSG_ERROR, b->unfits[i].line, b->unfits[i].column, "%s",
				      b->unfits[i].text);
		if (rc == -ENOMEM)
			return rc;
	}
	return 0;
}

static bool map_exists(const struct sg_config *cfg, const char *map)
{
	size_t i;

	for (i = 0; i < cfg->entry_count; i++)
		if (!strcmp(cfg->entries[i].map, map))
			return true;
	return false;
}

static bool interface_has(const struct sg_config *cfg, const char *ifname, const char *map)
{
	size_t i;

	for (i = 0; i < cfg->interface_count; i++)
		if (!strcmp(cfg->interfaces[i].name, ifname) &&
		    !strcmp(cfg->interfaces[i].map, map))
			return true;
	return false;
}

/* A name counts only where it still stands at the end of the text. */
static int check_ref(struct sg_build *b, struct sg_ref *ref)
{
	const struct sg_crypto_entry *e;

	if (ref->kind == SG_REF_IFMAP) {
		if (!interface_has(b->cfg, ref->map, ref->name) || map_exists(b->cfg, ref->name))
			return 0;
		return sg_build_message(b, SG_MSG_ERROR, ref->line, ref->column,
					"%% ERROR: Crypto Map with tag %s does not exist.",
					ref->name);
	}
	e = sg_config_entry(b->cfg, ref->map, ref->seq);
	if (!e)
		return 0;
	if (ref->kind == SG_REF_SET)
		return lists_set(e, ref->name) ? check_set(b, ref, e) : 0;
	return strcmp(e->acl, ref->name) ? 0 : check_acl(b, ref);
}

static int check_policies(struct sg_build *b)
{
	const struct sg_policy *p;
	size_t i;
	int rc;

	for (i = 0; i < b->cfg->policy_count; i++) {
		p = &b->cfg->policies[i];
		if (p->auth != SG_IKE_AUTH_RSA_SIG)
			continue;
		rc = sg_build_message(
			b, SG_MSG_ERROR, p->line, 0,
			"%% ISAKMP policy %u authenticates by rsa-sig, the default, which is not "
			"carried by "
			"this release yet: add \"authentication pre-share\"",
			p->priority);
		if (fatal(rc))
			return rc;
	}
	return 0;
}

static int complete_entries(struct sg_build *b)
{
	const struct sg_acl_list *acl;
	struct sg_crypto_entry *e;
	size_t i;
	int rc;

	for (i = 0; i < b->cfg->entry_count; i++) {
		e = &b->cfg->entries[i];
		acl = e->acl[0] ? sg_config_acl(b->cfg, e->acl) : NULL;
		if (e->kind == SG_MAP_DYNAMIC)
			e->complete = true;	/* its template says the rest */
		else
			e->complete = e->peer_count && e->set_count && acl && acl->ace_count;
		if (e->complete)
			continue;
		rc = sg_build_message(b, SG_MSG_NOTE, e->line, 0, "%s", incomplete);
		if (rc)
			return rc;
	}
	return 0;
}

/* A list that holds what no crypto map could honour, and that none uses, is no business of ours. */
static int drop_unfit_lists(struct sg_build *b)
{
	struct sg_config *cfg = b->cfg;
	struct sg_acl_list *acl;
	size_t i, j;

	for (i = 0; i < b->unfit_count; i++) {
		if (b->unfits[i].reported)
			continue;
		if (sg_build_ignore_line(b, b->unfits[i].line))
			return -ENOMEM;
		acl = (struct sg_acl_list *)sg_config_acl(cfg, b->unfits[i].acl);
		if (!acl)
			continue;
		for (j = 0; j < acl->ace_count; j++)
			free(acl->aces[j].text);
		free(acl->aces);
		sg_build_remove(&cfg->acls, &cfg->acl_count, sizeof(*cfg->acls), acl - cfg->acls);
	}
	return 0;
}

static int by_line(const void *a, const void *b)
{
	const struct sg_message *x = a, *y = b;

	return x->line < y->line ? -1 : x->line > y->line;
}

static int ignored_by_line(const void *a, const void *b)
{
	const struct sg_ignored *x = a, *y = b;

	return x->line < y->line ? -1 : x->line > y->line;
}

static void sort_result(struct sg_parse_result *r)
{
	if (r->message_count)
		qsort(r->messages, r->message_count, sizeof(*r->messages), by_line);
	if (r->ignored_count)
		qsort(r->ignored, r->ignored_count, sizeof(*r->ignored), ignored_by_line);
}

int sg_build_validate(struct sg_build *b)
{
	size_t i;
	int rc;

	b->line = NULL;
	for (i = 0; i < b->ref_count; i++) {
		rc = check_ref(b, &b->refs[i]);
		if (fatal(rc))
			return rc;
	}
	rc = check_policies(b);
	if (!rc)
		rc = complete_entries(b);
	if (!rc)
		rc = drop_unfit_lists(b);
	sort_result(b->result);
	return rc;
}
