// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The SA payload of phase 1: policies to an offer, an offer to the responder's choice, the choice
 * back to the initiator's policy, and a table of what did not fit. One proposal, any number of
 * transforms (RFC 2409 5: no bundles in phase 1). Keys and peers are not known here.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "names.h"
#include "proposal.h"

#define PROPOSAL_NUMBER		1
#define MODP			1	/* group type */
#define REPORT_LINES_MAX	32
#define REPORT_TEXT		128

/* A transform as read: it is compared with every policy, and read once. */
struct offer {
	const struct sg_transform *transform;
	const struct sg_proposal *proposal;
	enum sg_attr_cause cause;
	struct sg_p1_attrs attrs;
};

static uint16_t wire_encr(enum sg_encr encr)
{
	return encr == SG_ENCR_AES ? IKE_ENCR_AES :
	       encr == SG_ENCR_3DES ? IKE_ENCR_3DES : IKE_ENCR_DES;
}

static uint16_t wire_hash(enum sg_hash hash)
{
	return hash == SG_HASH_MD5 ? IKE_HASH_MD5 : IKE_HASH_SHA;
}

static uint16_t wire_auth(enum sg_ike_auth auth)
{
	return auth == SG_IKE_AUTH_PSK ? IKE_AUTH_PSK :
	       auth == SG_IKE_AUTH_RSA_SIG ? IKE_AUTH_RSA_SIG : IKE_AUTH_RSA_ENC;
}

static bool allowed(const struct sg_policy *policy, unsigned int auth_mask)
{
	return auth_mask & SG_AUTH_MASK(policy->auth);
}

static void put_transform(struct sg_writer *w, uint8_t number, const struct sg_policy *policy)
{
	sg_transform_begin(w, number, IKE_TRANSFORM_KEY_IKE);
	sg_put_attr(w, IKE_P1_ENCRYPTION, wire_encr(policy->encr));
	if (policy->encr == SG_ENCR_AES)
		sg_put_attr(w, IKE_P1_KEY_LENGTH, policy->key_bits);
	sg_put_attr(w, IKE_P1_HASH, wire_hash(policy->hash));
	sg_put_attr(w, IKE_P1_GROUP, policy->group);
	sg_put_attr(w, IKE_P1_AUTH, wire_auth(policy->auth));
	sg_put_attr(w, IKE_P1_LIFE_TYPE, IKE_LIFE_SECONDS);
	sg_put_attr(w, IKE_P1_LIFE_DURATION, policy->lifetime);
	sg_transform_end(w);
}

unsigned int sg_p1_put_sa(struct sg_writer *w, const struct sg_policy *policies, size_t count,
			  unsigned int auth_mask)
{
	unsigned int n = 0;

	for (size_t i = 0; i < count && n < SG_TRANSFORMS_MAX; i++) {
		if (!allowed(&policies[i], auth_mask))
			continue;
		if (n++ == 0) {
			sg_sa_begin(w);
			sg_proposal_begin(w, PROPOSAL_NUMBER, IKE_PROTO_ISAKMP, NULL, 0);
		}
		put_transform(w, (uint8_t)n, &policies[i]);
	}
	if (n) {
		sg_proposal_end(w);
		sg_sa_end(w);
	}
	return n;
}

static unsigned int differ(const struct sg_policy *policy, const struct sg_p1_attrs *a)
{
	unsigned int diff = 0;
	unsigned int bits;

	if (!(a->has & SG_HAS_ENCR) || a->encr != wire_encr(policy->encr)) {
		diff |= SG_P1_DIFF_ENCR;
	} else if (policy->encr == SG_ENCR_AES) {
		bits = a->has & SG_HAS_KEY_LENGTH ? a->key_bits : IKE_AES_BITS_DEFAULT;
		if (bits != policy->key_bits)
			diff |= SG_P1_DIFF_KEY_LENGTH;
	} else if (a->has & SG_HAS_KEY_LENGTH) {
		diff |= SG_P1_DIFF_KEY_LENGTH;	/* RFC 2409: not for ciphers of one length */
	}
	if (!(a->has & SG_HAS_HASH) || a->hash != wire_hash(policy->hash))
		diff |= SG_P1_DIFF_HASH;
	if (!(a->has & SG_HAS_GROUP) || a->group != policy->group ||
	    (a->has & SG_HAS_GROUP_TYPE && a->group_type != MODP))
		diff |= SG_P1_DIFF_GROUP;
	if (!(a->has & SG_HAS_AUTH) || a->auth != wire_auth(policy->auth))
		diff |= SG_P1_DIFF_AUTH;
	return diff;
}

static unsigned int differ_offer(const struct sg_policy *policy, const struct offer *offer)
{
	if (offer->transform->id != IKE_TRANSFORM_KEY_IKE)
		return SG_P1_DIFF_TRANSFORM_ID;
	if (offer->cause)
		return SG_P1_DIFF_UNUSABLE;
	return differ(policy, &offer->attrs);
}

unsigned int sg_p1_compare(const struct sg_policy *policy, const struct sg_transform *transform,
			   enum sg_attr_cause *cause)
{
	struct offer offer = { .transform = transform };

	offer.cause = sg_p1_attrs_read(&offer.attrs, transform->attrs);
	if (cause)
		*cause = offer.cause;
	return differ_offer(policy, &offer);
}

static unsigned int read_offers(const struct sg_sa_payload *sa, struct offer *offers)
{
	const struct sg_proposal *prop;
	unsigned int n = 0;

	for (unsigned int i = 0; i < sa->proposal_count; i++) {
		prop = &sa->proposals[i];
		if (prop->protocol != IKE_PROTO_ISAKMP)
			continue;
		for (unsigned int j = 0; j < prop->count; j++, n++) {
			offers[n].proposal = prop;
			offers[n].transform = &sa->transforms[prop->first + j];
			offers[n].cause = sg_p1_attrs_read(&offers[n].attrs,
							   offers[n].transform->attrs);
		}
	}
	return n;
}

static void choose(struct sg_p1_choice *choice, const struct sg_policy *policy,
		   const struct offer *offer)
{
	uint32_t theirs = offer->attrs.has & SG_HAS_SECONDS ? offer->attrs.seconds :
			  IKE_P1_LIFE_DEFAULT;

	choice->policy = *policy;
	if (theirs < policy->lifetime)
		choice->policy.lifetime = theirs;
	choice->own = policy;
	choice->proposal = offer->proposal->number;
	choice->transform = offer->transform->number;
	choice->attrs = offer->transform->attrs;
}

static const struct {
	unsigned int bit;
	const char *ios, *name;
} diffs[] = {
	{ SG_P1_DIFF_TRANSFORM_ID, "Transform is not KEY_IKE!", "transform" },
	{ SG_P1_DIFF_UNUSABLE, NULL, "attributes" },
	{ SG_P1_DIFF_ENCR, "Encryption algorithm offered does not match policy!", "encryption" },
	{ SG_P1_DIFF_KEY_LENGTH, "Proposed key length does not match policy", "key length" },
	{ SG_P1_DIFF_HASH, "Hash algorithm offered does not match policy!", "hash" },
	{ SG_P1_DIFF_GROUP, "Diffie-Hellman group offered does not match policy!", "group" },
	{ SG_P1_DIFF_AUTH, "Authentication method offered does not match policy!",
	  "authentication" },
};

static void print_try(const struct offer *offer, const struct sg_policy *policy, unsigned int diff,
		      bool more, const struct sg_emit *emit)
{
	if (!sg_emit_on(emit))
		return;
	sg_emit_tagged(emit, "Checking ISAKMP transform %u against priority %u policy",
		       offer->transform->number, policy->priority);
	sg_p1_attrs_print(offer->transform->attrs, emit);
	for (size_t i = 0; i < sizeof(diffs) / sizeof(diffs[0]); i++) {
		if (!(diff & diffs[i].bit))
			continue;
		sg_emit_tagged(emit, "%s", diffs[i].ios ? diffs[i].ios :
			       sg_attr_cause_text(offer->cause));
		break;
	}
	sg_emit_tagged(emit, "atts are %sacceptable. Next payload is %u", diff ? "not " : "",
		       more ? IKE_PAYLOAD_T : IKE_PAYLOAD_NONE);
}

int sg_p1_match(const struct sg_sa_payload *sa, const struct sg_policy *policies, size_t count,
		unsigned int auth_mask, struct sg_p1_choice *choice, const struct sg_emit *emit)
{
	struct offer offers[SG_SA_TRANSFORMS_MAX];
	unsigned int n = read_offers(sa, offers);
	unsigned int diff;

	for (size_t i = 0; i < count; i++) {
		if (!allowed(&policies[i], auth_mask))
			continue;
		for (unsigned int j = 0; j < n; j++) {
			diff = differ_offer(&policies[i], &offers[j]);
			print_try(&offers[j], &policies[i], diff, j + 1 < n, emit);
			if (diff)
				continue;
			choose(choice, &policies[i], &offers[j]);
			return 0;
		}
	}
	return -ENOENT;
}

void sg_p1_put_answer(struct sg_writer *w, const struct sg_p1_choice *choice)
{
	sg_sa_begin(w);
	sg_proposal_begin(w, choice->proposal, IKE_PROTO_ISAKMP, NULL, 0);
	sg_transform_begin(w, choice->transform, IKE_TRANSFORM_KEY_IKE);
	sg_put_bytes(w, choice->attrs.data, choice->attrs.len);
	sg_transform_end(w);
	sg_proposal_end(w);
	sg_sa_end(w);
}

/* Is it what the offer said for this policy? Only the lifetime's value may differ. */
static bool is_offered(const struct sg_policy *policy, const struct offer *answer)
{
	return !differ_offer(policy, answer) && !(answer->attrs.has & SG_HAS_KILOBYTES);
}

/*
 * The policy that an answer is about: that of its number; where a responder has not retained the
 * number, the first that says the same.
 */
static const struct sg_policy *policy_of(const struct sg_policy *policies, size_t count,
					 unsigned int auth_mask, const struct offer *answer)
{
	const struct sg_policy *first = NULL;
	unsigned int n = 0;

	for (size_t i = 0; i < count && n < SG_TRANSFORMS_MAX; i++) {
		if (!allowed(&policies[i], auth_mask))
			continue;
		n++;
		if (!is_offered(&policies[i], answer))
			continue;
		if (answer->transform->number == n)
			return &policies[i];
		if (!first)
			first = &policies[i];
	}
	return first;
}

int sg_p1_verify(const struct sg_sa_payload *sa, const struct sg_policy *policies, size_t count,
		 unsigned int auth_mask, struct sg_p1_choice *choice, const struct sg_emit *emit)
{
	const struct sg_policy *policy;
	struct offer answer;

	if (sa->proposal_count != 1 || sa->transform_count != 1 || read_offers(sa, &answer) != 1)
		return -EBADMSG;
	policy = policy_of(policies, count, auth_mask, &answer);
	if (!policy)
		return -ENOENT;
	print_try(&answer, policy, 0, false, emit);
	choose(choice, policy, &answer);
	return 0;
}

static void policy_text(const struct sg_policy *p, char *buf, size_t len)
{
	char bits[16] = "";

	if (p->encr == SG_ENCR_AES)
		snprintf(bits, sizeof(bits), " %u", p->key_bits);
	snprintf(buf, len, "%s%s, %s, group %u, %s, %u s",
		 sg_ike_encryption_name(wire_encr(p->encr)), bits,
		 sg_ike_hash_name(wire_hash(p->hash)), p->group,
		 sg_ike_auth_name(wire_auth(p->auth)), p->lifetime);
}

static void offer_text(const struct offer *o, char *buf, size_t len)
{
	const struct sg_p1_attrs *a = &o->attrs;
	char bits[16] = "";

	if (o->cause) {
		snprintf(buf, len, "%s", sg_attr_cause_text(o->cause));
		return;
	}
	if (a->has & SG_HAS_KEY_LENGTH)
		snprintf(bits, sizeof(bits), " %u", a->key_bits);
	snprintf(buf, len, "%s%s, %s, group %u, %s, %u s", sg_ike_encryption_name(a->encr), bits,
		 sg_ike_hash_name(a->hash), a->group, sg_ike_auth_name(a->auth),
		 a->has & SG_HAS_SECONDS ? a->seconds : IKE_P1_LIFE_DEFAULT);
}

static void diff_text(unsigned int diff, char *buf, size_t len)
{
	size_t at = 0;
	int n;

	buf[0] = 0;
	for (size_t i = 0; i < sizeof(diffs) / sizeof(diffs[0]) && at < len; i++) {
		if (!(diff & diffs[i].bit))
			continue;
		n = snprintf(buf + at, len - at, "%s%s", at ? ", " : "", diffs[i].name);
		if (n < 0)
			return;
		at += (size_t)n;
	}
}

void sg_p1_report(const struct sg_sa_payload *sa, const struct sg_policy *policies, size_t count,
		  unsigned int auth_mask, const struct sg_emit *emit)
{
	char ours[REPORT_TEXT], theirs[REPORT_TEXT], what[REPORT_TEXT];
	struct offer offers[SG_SA_TRANSFORMS_MAX];
	unsigned int lines = 0;
	unsigned int n;

	if (!sg_emit_on(emit))
		return;
	n = read_offers(sa, offers);
	for (size_t i = 0; i < count; i++) {
		if (!allowed(&policies[i], auth_mask))
			continue;
		policy_text(&policies[i], ours, sizeof(ours));
		for (unsigned int j = 0; j < n; j++) {
			if (lines++ == REPORT_LINES_MAX)
				return;
			offer_text(&offers[j], theirs, sizeof(theirs));
			diff_text(differ_offer(&policies[i], &offers[j]), what, sizeof(what));
			sg_emit_raw(emit, "our policy %u (%s), their transform %u (%s): %s%s",
				    policies[i].priority, ours, offers[j].transform->number, theirs,
				    what[0] ? "differ in " : "match", what);
		}
	}
}
