// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The SA payload of Quick Mode: transform sets to an offer, an offer to the responder's choice, the
 * choice back to the initiator's set. AH and ESP of one set travel as proposals of one number.
 * Transforms are compared as sets of attributes; order and encoding do not count. Which access-list
 * line, peer and SPI it is for is the engine's to know.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "names.h"
#include "proposal.h"
#include "transform.h"

#define REPORT_LINES_MAX	32
#define REPORT_TEXT		160
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

_Static_assert(SG_P2_SETS_MAX <= 32, "a set is a bit of a 32-bit mask");

int sg_p2_params_init(struct sg_p2_params *params, const struct sg_config *cfg,
		      const struct sg_crypto_entry *entry)
{
	const struct sg_transform_set *set;

	memset(params, 0, sizeof(*params));
	for (size_t i = 0; i < entry->set_count && params->set_count < SG_P2_SETS_MAX; i++) {
		set = sg_config_set(cfg, entry->sets[i]);
		if (set)
			params->sets[params->set_count++] = set;
	}
	params->life = sg_config_life(cfg, entry);
	params->pfs_group = entry->pfs_group;
	params->seal_id = cfg->seal_transform_id;
	return params->set_count ? 0 : -ENOENT;
}

static void put_spi(uint8_t out[IKE_SPI_LEN], uint32_t spi)
{
	out[0] = (uint8_t)(spi >> 24);
	out[1] = (uint8_t)(spi >> 16);
	out[2] = (uint8_t)(spi >> 8);
	out[3] = (uint8_t)spi;
}

static uint32_t get_spi(struct sg_chunk spi)
{
	uint32_t v = 0;

	for (size_t i = 0; i < spi.len && i < IKE_SPI_LEN; i++)
		v = v << 8 | spi.data[i];
	return v;
}

static void put_transform(struct sg_writer *w, const struct sg_p2_params *params,
			  const struct sg_p2_want *want)
{
	sg_transform_begin(w, 1, want->id);
	sg_put_attr(w, IKE_P2_ENCAPSULATION, want->encaps);
	sg_put_attr(w, IKE_P2_LIFE_TYPE, IKE_LIFE_SECONDS);
	sg_put_attr(w, IKE_P2_LIFE_DURATION, params->life.seconds);
	sg_put_attr(w, IKE_P2_LIFE_TYPE, IKE_LIFE_KILOBYTES);
	sg_put_attr(w, IKE_P2_LIFE_DURATION, params->life.kilobytes);
	if (params->pfs_group)
		sg_put_attr(w, IKE_P2_GROUP, params->pfs_group);
	if (want->auth)
		sg_put_attr(w, IKE_P2_AUTH, want->auth);
	if (want->key_bits)
		sg_put_attr(w, IKE_P2_KEY_LENGTH, want->key_bits);
	sg_transform_end(w);
}

void sg_p2_put_sa(struct sg_writer *w, const struct sg_p2_params *params, uint32_t spi_ah,
		  uint32_t spi_esp)
{
	struct sg_p2_want want[SG_P2_PROTOCOLS_MAX];
	uint8_t spi[IKE_SPI_LEN];
	unsigned int n;

	sg_sa_begin(w);
	for (size_t i = 0; i < params->set_count; i++) {
		n = sg_p2_wants(params, params->sets[i], want);
		for (unsigned int j = 0; j < n; j++) {
			put_spi(spi, want[j].protocol == IKE_PROTO_AH ? spi_ah : spi_esp);
			sg_proposal_begin(w, (uint8_t)(i + 1), want[j].protocol, spi, sizeof(spi));
			put_transform(w, params, &want[j]);
			sg_proposal_end(w);
		}
	}
	sg_sa_end(w);
}

bool sg_p2_needs_ah(const struct sg_p2_params *params)
{
	for (size_t i = 0; i < params->set_count; i++)
		if (params->sets[i]->ah != SG_AUTH_NONE)
			return true;
	return false;
}

bool sg_p2_needs_esp(const struct sg_p2_params *params)
{
	for (size_t i = 0; i < params->set_count; i++)
		if (params->sets[i]->cipher != SG_CIPHER_NONE)
			return true;
	return false;
}

/* What keeps a transform from being what is wanted; 0: nothing. */
#define DIFF_TRANSFORM	(1u << 0)
#define DIFF_ENCAPS	(1u << 1)
#define DIFF_AUTH	(1u << 2)
#define DIFF_KEY_LENGTH	(1u << 3)
#define DIFF_PFS	(1u << 4)
#define DIFF_UNUSABLE	(1u << 5)
#define DIFF_PROTOCOL	(1u << 6)

static const struct {
	unsigned int bit;
	const char *name;
} diffs[] = {
	{ DIFF_PROTOCOL, "protocols" },
	{ DIFF_UNUSABLE, "attributes" },
	{ DIFF_TRANSFORM, "transform" },
	{ DIFF_ENCAPS, "encapsulation" },
	{ DIFF_AUTH, "authenticator" },
	{ DIFF_KEY_LENGTH, "key length" },
	{ DIFF_PFS, "PFS group" },
};

static unsigned int differ(const struct sg_p2_params *params, const struct sg_p2_want *want,
			   uint8_t id, const struct sg_p2_attrs *a)
{
	unsigned int group = a->has & SG_HAS_GROUP ? a->group : 0;
	unsigned int diff = 0;
	unsigned int bits;

	if (id != want->id)
		diff |= DIFF_TRANSFORM;
	/* RFC 2407 4.5 leaves a missing mode to the host: nobody can know what it means */
	if (!(a->has & SG_HAS_ENCAPS) || a->encaps != want->encaps)
		diff |= DIFF_ENCAPS;
	if ((a->has & SG_HAS_AUTH ? a->auth : 0) != want->auth)
		diff |= DIFF_AUTH;
	if (want->key_bits) {
		bits = a->has & SG_HAS_KEY_LENGTH ? a->key_bits : IKE_AES_BITS_DEFAULT;
		if (bits != want->key_bits)
			diff |= DIFF_KEY_LENGTH;
	} else if (a->has & SG_HAS_KEY_LENGTH) {
		diff |= DIFF_KEY_LENGTH;
	}
	if (group != params->pfs_group && !(params->pfs_accept && !params->pfs_group))
		diff |= DIFF_PFS;
	return diff;
}

/* The proposals that share a number, by protocol. */
struct bundle {
	unsigned int count;
	const struct sg_proposal *ah, *esp;
	bool sound;		/* AH and ESP at most once each, nothing else, SPIs that may be */
};

static void bundle_of(const struct sg_sa_payload *sa, uint8_t number, struct bundle *b)
{
	const struct sg_proposal *prop, **slot;

	memset(b, 0, sizeof(*b));
	b->sound = true;
	for (unsigned int i = 0; i < sa->proposal_count; i++) {
		prop = &sa->proposals[i];
		if (prop->number != number)
			continue;
		b->count++;
		slot = prop->protocol == IKE_PROTO_AH ? &b->ah :
		       prop->protocol == IKE_PROTO_ESP ? &b->esp : NULL;
		if (!slot || *slot || get_spi(prop->spi) < SG_SPI_MIN) {
			b->sound = false;
			continue;
		}
		*slot = prop;
	}
}

/* Did the number occur ahead of this proposal? Then its bundle has been looked at. */
static bool seen_before(const struct sg_sa_payload *sa, unsigned int index)
{
	for (unsigned int i = 0; i < index; i++)
		if (sa->proposals[i].number == sa->proposals[index].number)
			return true;
	return false;
}

/* Which sets a transform fits, as bits, among those that have as many protocols as the bundle. */
static uint32_t fitting(const struct sg_p2_params *params, const struct bundle *b, uint8_t protocol,
			const struct sg_transform *transform)
{
	struct sg_p2_want want[SG_P2_PROTOCOLS_MAX];
	struct sg_p2_attrs attrs;
	uint32_t mask = 0;
	unsigned int n;

	if (sg_p2_attrs_read(&attrs, transform->attrs))
		return 0;
	for (size_t i = 0; i < params->set_count; i++) {
		n = sg_p2_wants(params, params->sets[i], want);
		for (unsigned int j = 0; n == b->count && j < n; j++)
			if (want[j].protocol == protocol &&
			    !differ(params, &want[j], transform->id, &attrs))
				mask |= UINT32_C(1) << i;
	}
	return mask;
}

/*
 * Finds the first transforms, in the order received, one a protocol, that fit one set within mask.
 * Depth is two at most: AH, then ESP.
 */
static bool pick(const struct sg_sa_payload *sa, const struct sg_p2_params *params,
		 const struct bundle *b, unsigned int depth, uint32_t *mask,
		 const struct sg_transform *picked[SG_P2_PROTOCOLS_MAX])
{
	const struct sg_proposal *const props[SG_P2_PROTOCOLS_MAX] = { b->ah, b->esp };
	uint32_t fit;

	while (depth < SG_P2_PROTOCOLS_MAX && !props[depth])
		depth++;
	if (depth == SG_P2_PROTOCOLS_MAX)
		return true;
	for (unsigned int i = 0; i < props[depth]->count; i++) {
		picked[depth] = &sa->transforms[props[depth]->first + i];
		fit = fitting(params, b, props[depth]->protocol, picked[depth]) & *mask;
		if (fit && pick(sa, params, b, depth + 1, &fit, picked)) {
			*mask = fit;
			return true;
		}
	}
	return false;
}

static void print_proposal(const struct sg_sa_payload *sa, const struct sg_p2_params *params,
			   const struct bundle *b, const struct sg_proposal *prop,
			   const struct sg_emit *emit)
{
	const struct sg_transform *t;
	bool fits;

	if (!prop || !sg_emit_on(emit))
		return;
	for (unsigned int i = 0; i < prop->count; i++) {
		t = &sa->transforms[prop->first + i];
		sg_emit_isakmp(emit, " transform %u, %s", t->number,
			       sg_ike_transform_name(prop->protocol, t->id, params->seal_id));
		sg_p2_attrs_print(t->attrs, emit);
		fits = b->sound && fitting(params, b, prop->protocol, t);
		if (fits) {
			sg_emit_tagged(emit, "atts are acceptable.");
			return;
		}
		sg_emit_tagged(emit, "atts not acceptable. Next payload is %u",
			       i + 1 < prop->count ? IKE_PAYLOAD_T : IKE_PAYLOAD_NONE);
	}
}

static void add_sa(struct sg_p2_choice *choice, const struct sg_proposal *prop,
		   const struct sg_transform *t, const struct sg_p2_params *params)
{
	const struct sg_transform_set *set = choice->set;
	struct sg_p2_sa *sa = &choice->sas[choice->sa_count++];

	*sa = (struct sg_p2_sa){
		.protocol = prop->protocol, .transform = t->number, .transform_id = t->id,
		.mode = set->mode, .udp = params->udp,
		.peer_spi = get_spi(prop->spi), .attrs = t->attrs,
	};
	if (prop->protocol == IKE_PROTO_AH) {
		sa->cipher = SG_CIPHER_NONE;
		sa->auth = set->ah;
	} else {
		sa->cipher = set->cipher;
		sa->auth = set->esp_auth;
	}
	sa->cipher_key_len = sg_p2_cipher_key_len(sa->cipher, set->cipher_bits);
	sa->auth_key_len = sg_p2_auth_key_len(sa->auth);
}

/* The smaller lifetime counts; what is not said is the default of RFC 2407, or without limit. */
static void lifetimes(struct sg_p2_choice *choice, const struct sg_p2_params *params,
		      const struct sg_p2_attrs *a, bool said_by_us)
{
	uint32_t seconds = a->has & SG_HAS_SECONDS ? a->seconds :
			   said_by_us ? params->life.seconds : IKE_P2_LIFE_DEFAULT;
	uint32_t kilobytes = a->has & SG_HAS_KILOBYTES ? a->kilobytes : UINT32_MAX;

	if (seconds < choice->seconds)
		choice->seconds = seconds;
	else if (seconds > params->life.seconds)
		choice->seconds_cut = true;
	if (kilobytes < choice->kilobytes)
		choice->kilobytes = kilobytes;
	else if (a->has & SG_HAS_KILOBYTES && kilobytes > params->life.kilobytes)
		choice->kilobytes_cut = true;
}

/* Takes a bundle as agreed if one set fits all of it. said_by_us: it answers an offer of ours. */
static int take(const struct sg_sa_payload *sa, const struct sg_p2_params *params,
		const struct bundle *b, uint32_t mask, bool said_by_us, struct sg_p2_choice *choice)
{
	const struct sg_proposal *const props[SG_P2_PROTOCOLS_MAX] = { b->ah, b->esp };
	const struct sg_transform *picked[SG_P2_PROTOCOLS_MAX] = { NULL };
	struct sg_p2_attrs attrs;
	unsigned int group;
	bool first = true;

	if (!b->sound || !pick(sa, params, b, 0, &mask, picked))
		return -ENOENT;

	memset(choice, 0, sizeof(*choice));
	for (size_t i = 0; i < params->set_count && !choice->set; i++)
		if (mask & UINT32_C(1) << i)
			choice->set = params->sets[i];
	choice->seconds = params->life.seconds;
	choice->kilobytes = params->life.kilobytes;
	for (unsigned int i = 0; i < SG_P2_PROTOCOLS_MAX; i++) {
		if (!props[i] || sg_p2_attrs_read(&attrs, picked[i]->attrs))
			continue;
		group = attrs.has & SG_HAS_GROUP ? attrs.group : 0;
		if (!first && group != choice->pfs_group)
			return -ENOENT;	/* one exchange has one KE */
		choice->pfs_group = group;
		first = false;
		choice->proposal = props[i]->number;
		add_sa(choice, props[i], picked[i], params);
		lifetimes(choice, params, &attrs, said_by_us);
	}
	return 0;
}

int sg_p2_match(const struct sg_sa_payload *sa, const struct sg_p2_params *params,
		struct sg_p2_choice *choice, const struct sg_emit *emit)
{
	struct bundle b;

	for (unsigned int i = 0; i < sa->proposal_count; i++) {
		if (seen_before(sa, i))
			continue;
		bundle_of(sa, sa->proposals[i].number, &b);
		sg_emit_tagged(emit, "Checking IPSec proposal %u", sa->proposals[i].number);
		print_proposal(sa, params, &b, b.ah, emit);
		print_proposal(sa, params, &b, b.esp, emit);
		if (take(sa, params, &b, UINT32_MAX, false, choice) == 0)
			return 0;
	}
	return -ENOENT;
}

void sg_p2_put_answer(struct sg_writer *w, const struct sg_p2_choice *choice, uint32_t spi_ah,
		      uint32_t spi_esp)
{
	const struct sg_p2_sa *sa;
	uint8_t spi[IKE_SPI_LEN];

	sg_sa_begin(w);
	for (unsigned int i = 0; i < choice->sa_count; i++) {
		sa = &choice->sas[i];
		put_spi(spi, sa->protocol == IKE_PROTO_AH ? spi_ah : spi_esp);
		sg_proposal_begin(w, choice->proposal, sa->protocol, spi, sizeof(spi));
		sg_transform_begin(w, sa->transform, sa->transform_id);
		sg_put_bytes(w, sa->attrs.data, sa->attrs.len);
		sg_transform_end(w);
		sg_proposal_end(w);
	}
	sg_sa_end(w);
}

int sg_p2_verify(const struct sg_sa_payload *sa, const struct sg_p2_params *params,
		 struct sg_p2_choice *choice, const struct sg_emit *emit)
{
	struct sg_p2_params strict = *params;
	struct bundle b;
	uint8_t number;
	int err;

	if (sa->proposal_count == 0)
		return -EBADMSG;
	number = sa->proposals[0].number;
	bundle_of(sa, number, &b);
	if (b.count != sa->proposal_count || sa->transform_count != sa->proposal_count)
		return -EBADMSG;
	/* PFS cannot be added by the one who answers */
	strict.pfs_accept = false;
	print_proposal(sa, &strict, &b, b.ah, emit);
	print_proposal(sa, &strict, &b, b.esp, emit);
	/* The number should be retained, and tells sets that look the same apart. */
	err = number < 1 || number > params->set_count ? -ENOENT :
	      take(sa, &strict, &b, UINT32_C(1) << (number - 1), true, choice);
	return err ? take(sa, &strict, &b, UINT32_MAX, true, choice) : 0;
}

void sg_p2_put_lifetime(struct sg_writer *w, uint8_t protocol, uint32_t spi,
			const struct sg_p2_choice *choice)
{
	uint8_t spi_bytes[IKE_SPI_LEN];

	put_spi(spi_bytes, spi);
	sg_payload_begin(w, IKE_PAYLOAD_N);
	sg_put_u32(w, IKE_DOI_IPSEC);
	sg_put_u8(w, protocol);
	sg_put_u8(w, IKE_SPI_LEN);
	sg_put_u16(w, IKE_N_RESPONDER_LIFETIME);
	sg_put_bytes(w, spi_bytes, sizeof(spi_bytes));
	if (choice->seconds_cut) {
		sg_put_attr(w, IKE_P2_LIFE_TYPE, IKE_LIFE_SECONDS);
		sg_put_attr(w, IKE_P2_LIFE_DURATION, choice->seconds);
	}
	if (choice->kilobytes_cut) {
		sg_put_attr(w, IKE_P2_LIFE_TYPE, IKE_LIFE_KILOBYTES);
		sg_put_attr(w, IKE_P2_LIFE_DURATION, choice->kilobytes);
	}
	sg_payload_end(w);
}

int sg_p2_read_lifetime(struct sg_chunk data, struct sg_p2_choice *choice)
{
	struct sg_p2_attrs a;

	if (sg_p2_attrs_read(&a, data) || !a.has ||
	    a.has & ~(SG_HAS_SECONDS | SG_HAS_KILOBYTES))
		return -EINVAL;
	if (a.has & SG_HAS_SECONDS && a.seconds < choice->seconds)
		choice->seconds = a.seconds;
	if (a.has & SG_HAS_KILOBYTES && a.kilobytes < choice->kilobytes)
		choice->kilobytes = a.kilobytes;
	return 0;
}

static void transform_text(const struct sg_p2_params *params, const struct sg_proposal *prop,
			   const struct sg_transform *t, char *buf, size_t len)
{
	enum sg_attr_cause cause;
	struct sg_p2_attrs a;
	char bits[16] = "";

	cause = sg_p2_attrs_read(&a, t->attrs);
	if (a.has & SG_HAS_KEY_LENGTH)
		snprintf(bits, sizeof(bits), " %u", a.key_bits);
	snprintf(buf, len, "%s%s, %s, %s, PFS group %u%s%s",
		 sg_ike_transform_name(prop->protocol, t->id, params->seal_id), bits,
		 a.has & SG_HAS_AUTH ? sg_ike_p2_auth_name(a.auth) : "no authenticator",
		 a.has & SG_HAS_ENCAPS ? sg_ike_encaps_name(a.encaps) : "no mode",
		 a.has & SG_HAS_GROUP ? a.group : 0,
		 cause ? ", " : "", cause ? sg_attr_cause_text(cause) : "");
}

static unsigned int differ_set(const struct sg_p2_params *params,
			       const struct sg_transform_set *set, const struct bundle *b,
			       const struct sg_proposal *prop, const struct sg_transform *t)
{
	struct sg_p2_want want[SG_P2_PROTOCOLS_MAX];
	struct sg_p2_attrs attrs;
	unsigned int n;

	if (sg_p2_attrs_read(&attrs, t->attrs))
		return DIFF_UNUSABLE;
	n = sg_p2_wants(params, set, want);
	for (unsigned int i = 0; n == b->count && i < n; i++)
		if (want[i].protocol == prop->protocol)
			return differ(params, &want[i], t->id, &attrs);
	return DIFF_PROTOCOL;
}

void sg_p2_report(const struct sg_sa_payload *sa, const struct sg_p2_params *params,
		  const struct sg_emit *emit)
{
	char ours[REPORT_TEXT], theirs[REPORT_TEXT], what[REPORT_TEXT];
	const struct sg_proposal *prop;
	const struct sg_transform *t;
	unsigned int lines = 0;
	unsigned int diff;
	struct bundle b;
	size_t at;

	if (!sg_emit_on(emit))
		return;
	for (unsigned int i = 0; i < sa->proposal_count; i++) {
		prop = &sa->proposals[i];
		bundle_of(sa, prop->number, &b);
		for (unsigned int j = 0; j < prop->count * params->set_count; j++) {
			const struct sg_transform_set *set = params->sets[j % params->set_count];

			if (lines++ == REPORT_LINES_MAX)
				return;
			t = &sa->transforms[prop->first + j / params->set_count];
			sg_p2_set_text(set, ours, sizeof(ours));
			transform_text(params, prop, t, theirs, sizeof(theirs));
			diff = differ_set(params, set, &b, prop, t);
			at = 0;
			what[0] = 0;
			for (size_t k = 0; k < COUNT(diffs) && at < sizeof(what); k++)
				if (diff & diffs[k].bit)
					at += (size_t)snprintf(what + at, sizeof(what) - at, "%s%s",
							       at ? ", " : "", diffs[k].name);
			sg_emit_raw(emit, "our set %s (%s, PFS group %u), their proposal %u "
				    "transform %u (%s): %s%s", set->name, ours, params->pfs_group,
				    prop->number, t->number, theirs,
				    what[0] ? "differ in " : "match", what);
		}
	}
}
