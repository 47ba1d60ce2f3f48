// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What each message must, may and must not carry (RFC 2408 4, RFC 2409 5), as tables, and
 * the words and notifies for what is refused. A new exchange is a new row; the engine's states
 * refer to rows. Values inside payloads are not looked at here, the length of a nonce apart.
 */
#include <string.h>

#include "codec.h"

#define NOTIFIES_MAX	16
#define DELETES_MAX	16
#define CERTS_MAX	8
#define NAT_OAS_MAX	2
#define IDS_QUICK	2	/* both proxies or none */

enum mid_rule { MID_ZERO, MID_NONZERO, MID_ANY };

struct payload_rule {
	uint8_t type;
	uint8_t min, max;
};

struct sg_message_rule {
	uint8_t exchange;
	uint8_t number;
	enum sg_rule_auth auth;
	bool encrypted;
	enum mid_rule mid;
	uint8_t lead[2];	/* types that must come first, in this order */
	const struct payload_rule *payloads;
	size_t count;
};

#define RULES(array) .payloads = (array), .count = sizeof(array) / sizeof((array)[0])

static const struct payload_rule sa_exchange[] = {
	{ IKE_PAYLOAD_SA, 1, 1 },
	{ IKE_PAYLOAD_VID, 0, SG_VIDS_MAX },
};

static const struct payload_rule key_exchange[] = {
	{ IKE_PAYLOAD_KE, 1, 1 },
	{ IKE_PAYLOAD_NONCE, 1, 1 },
	{ IKE_PAYLOAD_CR, 0, CERTS_MAX },
	{ IKE_PAYLOAD_VID, 0, SG_VIDS_MAX },
	{ IKE_PAYLOAD_NAT_D, 0, SG_NAT_DS_MAX },
	{ IKE_PAYLOAD_NAT_D_DRAFT, 0, SG_NAT_DS_MAX },
	{ IKE_PAYLOAD_N, 0, NOTIFIES_MAX },
};

/* RFC 2409 5.2: identity and nonce travel here, encrypted each by itself */
static const struct payload_rule key_exchange_enc[] = {
	{ IKE_PAYLOAD_KE, 1, 1 },
	{ IKE_PAYLOAD_HASH, 0, 1 },
	{ IKE_PAYLOAD_ID, 1, 1 },
	{ IKE_PAYLOAD_NONCE, 1, 1 },
	{ IKE_PAYLOAD_VID, 0, SG_VIDS_MAX },
	{ IKE_PAYLOAD_NAT_D, 0, SG_NAT_DS_MAX },
	{ IKE_PAYLOAD_NAT_D_DRAFT, 0, SG_NAT_DS_MAX },
	{ IKE_PAYLOAD_N, 0, NOTIFIES_MAX },
};

static const struct payload_rule auth_psk[] = {
	{ IKE_PAYLOAD_ID, 1, 1 },
	{ IKE_PAYLOAD_HASH, 1, 1 },
	{ IKE_PAYLOAD_N, 0, NOTIFIES_MAX },
	{ IKE_PAYLOAD_VID, 0, SG_VIDS_MAX },
};

static const struct payload_rule auth_sig[] = {
	{ IKE_PAYLOAD_ID, 1, 1 },
	{ IKE_PAYLOAD_CERT, 0, CERTS_MAX },
	{ IKE_PAYLOAD_CR, 0, CERTS_MAX },
	{ IKE_PAYLOAD_SIG, 1, 1 },
	{ IKE_PAYLOAD_N, 0, NOTIFIES_MAX },
	{ IKE_PAYLOAD_VID, 0, SG_VIDS_MAX },
};

static const struct payload_rule auth_enc[] = {
	{ IKE_PAYLOAD_HASH, 1, 1 },
	{ IKE_PAYLOAD_N, 0, NOTIFIES_MAX },
	{ IKE_PAYLOAD_VID, 0, SG_VIDS_MAX },
};

static const struct payload_rule quick[] = {
	{ IKE_PAYLOAD_HASH, 1, 1 },
	{ IKE_PAYLOAD_SA, 1, 1 },
	{ IKE_PAYLOAD_NONCE, 1, 1 },
	{ IKE_PAYLOAD_KE, 0, 1 },
	{ IKE_PAYLOAD_ID, 0, IDS_QUICK },
	{ IKE_PAYLOAD_NAT_OA, 0, NAT_OAS_MAX },
	{ IKE_PAYLOAD_NAT_OA_DRAFT, 0, NAT_OAS_MAX },
	{ IKE_PAYLOAD_N, 0, NOTIFIES_MAX },
	{ IKE_PAYLOAD_VID, 0, SG_VIDS_MAX },
};

static const struct payload_rule quick_last[] = {
	{ IKE_PAYLOAD_HASH, 1, 1 },
	{ IKE_PAYLOAD_N, 0, NOTIFIES_MAX },
	{ IKE_PAYLOAD_VID, 0, SG_VIDS_MAX },
};

static const struct payload_rule info[] = {
	{ IKE_PAYLOAD_HASH, 1, 1 },
	{ IKE_PAYLOAD_N, 0, NOTIFIES_MAX },
	{ IKE_PAYLOAD_D, 0, DELETES_MAX },
	{ IKE_PAYLOAD_VID, 0, SG_VIDS_MAX },
};

/* In clear there are hints only: a delete that nobody vouches for is not even looked at. */
static const struct payload_rule info_clear[] = {
	{ IKE_PAYLOAD_N, 1, NOTIFIES_MAX },
	{ IKE_PAYLOAD_VID, 0, SG_VIDS_MAX },
};

#define MAIN(n, a, e, ...) { .exchange = IKE_XCHG_MAIN, .number = (n), .auth = (a), \
			     .encrypted = (e), .mid = MID_ZERO, __VA_ARGS__ }
#define QUICK(n, ...) { .exchange = IKE_XCHG_QUICK, .number = (n), .auth = SG_RULE_ANY, \
			.encrypted = true, .mid = MID_NONZERO, __VA_ARGS__ }
#define INFO(e, m, ...) { .exchange = IKE_XCHG_INFO, .number = 1, .auth = SG_RULE_ANY, \
			  .encrypted = (e), .mid = (m), __VA_ARGS__ }

static const struct sg_message_rule rules[] = {
	MAIN(1, SG_RULE_ANY, false, .lead = { IKE_PAYLOAD_SA }, RULES(sa_exchange)),
	MAIN(2, SG_RULE_ANY, false, .lead = { IKE_PAYLOAD_SA }, RULES(sa_exchange)),
	MAIN(3, SG_RULE_ENC, false, RULES(key_exchange_enc)),
	MAIN(3, SG_RULE_ANY, false, RULES(key_exchange)),
	MAIN(4, SG_RULE_ENC, false, RULES(key_exchange_enc)),
	MAIN(4, SG_RULE_ANY, false, RULES(key_exchange)),
	MAIN(5, SG_RULE_PSK, true, RULES(auth_psk)),
	MAIN(5, SG_RULE_SIG, true, RULES(auth_sig)),
	MAIN(5, SG_RULE_ENC, true, RULES(auth_enc)),
	MAIN(6, SG_RULE_PSK, true, RULES(auth_psk)),
	MAIN(6, SG_RULE_SIG, true, RULES(auth_sig)),
	MAIN(6, SG_RULE_ENC, true, RULES(auth_enc)),
	/* RFC 2409 5.5: HASH follows the header, SA follows HASH */
	QUICK(1, .lead = { IKE_PAYLOAD_HASH, IKE_PAYLOAD_SA }, RULES(quick)),
	QUICK(2, .lead = { IKE_PAYLOAD_HASH, IKE_PAYLOAD_SA }, RULES(quick)),
	QUICK(3, .lead = { IKE_PAYLOAD_HASH }, RULES(quick_last)),
	INFO(true, MID_NONZERO, .lead = { IKE_PAYLOAD_HASH }, RULES(info)),
	INFO(false, MID_ANY, RULES(info_clear)),
};

const struct sg_message_rule *sg_rule_find(uint8_t exchange, unsigned int number,
					   enum sg_rule_auth auth, bool encrypted)
{
	const struct sg_message_rule *r;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		r = &rules[i];
		if (r->exchange != exchange || r->number != number)
			continue;
		if (r->auth != SG_RULE_ANY && r->auth != auth)
			continue;
		if (exchange == IKE_XCHG_INFO && r->encrypted != encrypted)
			continue;
		return r;
	}
	return NULL;
}

bool sg_rule_encrypted(const struct sg_message_rule *rule)
{
	return rule->encrypted;
}

enum sg_codec sg_rule_check_header(const struct sg_message_rule *rule,
				   const struct sg_ike_header *hdr)
{
	if (hdr->exchange != rule->exchange)
		return SG_CODEC_EXCHANGE;
	if (!!(hdr->flags & IKE_FLAG_ENCRYPTED) != rule->encrypted)
		return SG_CODEC_FLAGS;
	if (hdr->flags & IKE_FLAG_AUTH_ONLY)
		return SG_CODEC_FLAGS;
	if ((rule->mid == MID_ZERO && hdr->message_id != 0) ||
	    (rule->mid == MID_NONZERO && hdr->message_id == 0))
		return SG_CODEC_MESSAGE_ID;
	return SG_CODEC_OK;
}

static const struct payload_rule *rule_of(const struct sg_message_rule *rule, uint8_t type)
{
	for (size_t i = 0; i < rule->count; i++)
		if (rule->payloads[i].type == type)
			return &rule->payloads[i];
	return NULL;
}

enum sg_codec sg_rule_check(const struct sg_message_rule *rule, const struct sg_payloads *list,
			    uint8_t *type)
{
	const struct payload_rule *r;
	const struct sg_payload *p;
	unsigned int n;
	uint8_t ignored;

	if (!type)
		type = &ignored;
	for (unsigned int i = 0; i < list->count; i++) {
		p = &list->list[i];
		*type = p->type;
		if (p->known && !rule_of(rule, p->type))
			return SG_CODEC_UNEXPECTED;
		if (p->type == IKE_PAYLOAD_NONCE && rule->auth != SG_RULE_ENC &&
		    (p->len < IKE_NONCE_MIN || p->len > IKE_NONCE_MAX))
			return SG_CODEC_PAYLOAD_LENGTH;
	}
	for (size_t i = 0; i < rule->count; i++) {
		r = &rule->payloads[i];
		*type = r->type;
		n = sg_payload_count(list, r->type);
		if (n < r->min)
			return SG_CODEC_MISSING;
		if (n > r->max)
			return SG_CODEC_UNEXPECTED;
	}
	for (unsigned int i = 0; i < sizeof(rule->lead) && rule->lead[i]; i++) {
		*type = rule->lead[i];
		if (i >= list->count || list->list[i].type != rule->lead[i])
			return SG_CODEC_ORDER;
	}
	*type = IKE_PAYLOAD_ID;
	if (rule->exchange == IKE_XCHG_QUICK && sg_payload_count(list, IKE_PAYLOAD_ID) == 1)
		return SG_CODEC_ID_ALONE;
	*type = IKE_PAYLOAD_NONE;
	return SG_CODEC_OK;
}

static const struct {
	const char *text;
	enum ike_notify notify;
} causes[] = {
	[SG_CODEC_OK] = { "no error", IKE_N_NONE },
	[SG_CODEC_SHORT] = { "datagram is shorter than an ISAKMP header", IKE_N_NONE },
	[SG_CODEC_LENGTH] = { "length in the header does not fit the datagram", IKE_N_NONE },
	[SG_CODEC_VERSION] = { "ISAKMP major version is not 1", IKE_N_INVALID_MAJOR_VERSION },
	[SG_CODEC_COOKIE] = { "cookies are zero or equal", IKE_N_NONE },
	[SG_CODEC_FLAGS] = { "flags do not fit the message", IKE_N_INVALID_FLAGS },
	[SG_CODEC_MESSAGE_ID] = { "message ID does not fit the exchange",
				  IKE_N_INVALID_MESSAGE_ID },
	[SG_CODEC_EXCHANGE] = { "exchange type is not supported", IKE_N_INVALID_EXCHANGE_TYPE },
	[SG_CODEC_BLOCKS] = { "encrypted part is not whole cipher blocks", IKE_N_NONE },
	[SG_CODEC_PAYLOAD_TYPE] = { "payload of unknown type", IKE_N_INVALID_PAYLOAD_TYPE },
	[SG_CODEC_PAYLOAD_SHORT] = { "message ends inside a payload", IKE_N_PAYLOAD_MALFORMED },
	[SG_CODEC_PAYLOAD_LENGTH] = { "payload length is wrong", IKE_N_PAYLOAD_MALFORMED },
	[SG_CODEC_RESERVED] = { "reserved field is not zero", IKE_N_PAYLOAD_MALFORMED },
	[SG_CODEC_TOO_MANY] = { "too many payloads, proposals, transforms or attributes",
				IKE_N_PAYLOAD_MALFORMED },
	[SG_CODEC_DOI] = { "DOI is not IPsec", IKE_N_DOI_NOT_SUPPORTED },
	[SG_CODEC_SITUATION] = { "situation is not identity only",
				 IKE_N_SITUATION_NOT_SUPPORTED },
	[SG_CODEC_NO_PROPOSAL] = { "SA without a proposal or a transform",
				   IKE_N_BAD_PROPOSAL_SYNTAX },
	[SG_CODEC_TRANSFORM_COUNT] = { "count of transforms is wrong", IKE_N_BAD_PROPOSAL_SYNTAX },
	[SG_CODEC_TRAILING] = { "bytes are left over inside a payload", IKE_N_PAYLOAD_MALFORMED },
	[SG_CODEC_SPI] = { "SPI size or count does not fit the protocol", IKE_N_INVALID_SPI },
	[SG_CODEC_PROTOCOL] = { "protocol is not ISAKMP, AH or ESP", IKE_N_INVALID_PROTOCOL_ID },
	[SG_CODEC_ATTRIBUTE] = { "attribute reaches beyond its transform",
				 IKE_N_PAYLOAD_MALFORMED },
	[SG_CODEC_MISSING] = { "payload is missing", IKE_N_PAYLOAD_MALFORMED },
	[SG_CODEC_UNEXPECTED] = { "payload does not belong into this message, or not so often",
				  IKE_N_INVALID_PAYLOAD_TYPE },
	[SG_CODEC_ORDER] = { "payload is not in its place", IKE_N_PAYLOAD_MALFORMED },
	[SG_CODEC_ID_ALONE] = { "one identity without the other", IKE_N_INVALID_ID_INFORMATION },
};

#define CAUSES (sizeof(causes) / sizeof(causes[0]))

const char *sg_codec_text(enum sg_codec cause)
{
	return (size_t)cause < CAUSES && causes[cause].text ? causes[cause].text : "unknown cause";
}

enum ike_notify sg_codec_notify(enum sg_codec cause)
{
	return (size_t)cause < CAUSES ? causes[cause].notify : IKE_N_NONE;
}
