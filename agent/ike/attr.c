// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Attributes of a transform: from the codec's list to fields (RFC 2409 appendix A, RFC 2407 4.5),
 * and to the lines that IOS's debug prints. Either encoding is good for every attribute. It refuses
 * what nobody can use; whether a policy wants it is said in phase1_sa.c and phase2_sa.c.
 */
#include <stdio.h>
#include <string.h>

#include "names.h"
#include "proposal.h"

#define BYTE_TEXT	8	/* "0x51 " and the final NUL, with room */

/* A lifetime is two attributes, type then duration; a transform may have one of each kind. */
struct life {
	bool pending;		/* a type without its duration so far */
	uint16_t type;
	unsigned int *has;
	uint32_t *seconds, *kilobytes;
};

static enum sg_attr_cause life_type(struct life *life, const struct sg_ike_attr *attr)
{
	if (life->pending)
		return SG_ATTR_LIFE_TYPE;
	if (!attr->integer)
		return SG_ATTR_NOT_INTEGER;
	if (attr->value != IKE_LIFE_SECONDS && attr->value != IKE_LIFE_KILOBYTES)
		return SG_ATTR_LIFE_TYPE;
	life->type = (uint16_t)attr->value;
	life->pending = true;
	return SG_ATTR_OK;
}

static enum sg_attr_cause life_duration(struct life *life, const struct sg_ike_attr *attr)
{
	bool seconds = life->type == IKE_LIFE_SECONDS;
	unsigned int bit = seconds ? SG_HAS_SECONDS : SG_HAS_KILOBYTES;

	if (!life->pending)
		return SG_ATTR_LIFE_TYPE;
	if (!attr->integer)
		return SG_ATTR_NOT_INTEGER;
	if (attr->value == 0)
		return SG_ATTR_LIFE_ZERO;
	if (*life->has & bit)
		return SG_ATTR_TWICE;
	life->pending = false;
	*life->has |= bit;
	*(seconds ? life->seconds : life->kilobytes) =
		attr->value > UINT32_MAX ? UINT32_MAX : (uint32_t)attr->value;
	return SG_ATTR_OK;
}

static enum sg_attr_cause number(const struct sg_ike_attr *attr, unsigned int *has,
				 unsigned int bit, uint16_t *out)
{
	if (*has & bit)
		return SG_ATTR_TWICE;
	if (!attr->integer)
		return SG_ATTR_NOT_INTEGER;
	if (attr->value > UINT16_MAX)
		return SG_ATTR_RANGE;
	*has |= bit;
	*out = (uint16_t)attr->value;
	return SG_ATTR_OK;
}

static enum sg_attr_cause p1_one(struct sg_p1_attrs *out, struct life *life,
				 const struct sg_ike_attr *attr)
{
	switch (attr->type) {
	case IKE_P1_ENCRYPTION:
		return number(attr, &out->has, SG_HAS_ENCR, &out->encr);
	case IKE_P1_HASH:
		return number(attr, &out->has, SG_HAS_HASH, &out->hash);
	case IKE_P1_AUTH:
		return number(attr, &out->has, SG_HAS_AUTH, &out->auth);
	case IKE_P1_GROUP:
		return number(attr, &out->has, SG_HAS_GROUP, &out->group);
	case IKE_P1_GROUP_TYPE:
		return number(attr, &out->has, SG_HAS_GROUP_TYPE, &out->group_type);
	case IKE_P1_KEY_LENGTH:
		return number(attr, &out->has, SG_HAS_KEY_LENGTH, &out->key_bits);
	case IKE_P1_LIFE_TYPE:
		return life_type(life, attr);
	case IKE_P1_LIFE_DURATION:
		return life_duration(life, attr);
	default:
		return SG_ATTR_UNKNOWN;
	}
}

enum sg_attr_cause sg_p1_attrs_read(struct sg_p1_attrs *out, struct sg_chunk attrs)
{
	struct life life = {
		.has = &out->has, .seconds = &out->seconds, .kilobytes = &out->kilobytes,
	};
	enum sg_attr_cause cause = SG_ATTR_OK;
	struct sg_ike_attrs list;

	memset(out, 0, sizeof(*out));
	if (sg_attrs_decode(&list, attrs.data, attrs.len))
		return SG_ATTR_TOO_MANY;
	for (unsigned int i = 0; !cause && i < list.count; i++)
		cause = p1_one(out, &life, &list.list[i]);
	return !cause && life.pending ? SG_ATTR_LIFE_TYPE : cause;
}

static enum sg_attr_cause p2_one(struct sg_p2_attrs *out, struct life *life,
				 const struct sg_ike_attr *attr)
{
	switch (attr->type) {
	case IKE_P2_LIFE_TYPE:
		return life_type(life, attr);
	case IKE_P2_LIFE_DURATION:
		return life_duration(life, attr);
	case IKE_P2_GROUP:
		return number(attr, &out->has, SG_HAS_GROUP, &out->group);
	case IKE_P2_ENCAPSULATION:
		return number(attr, &out->has, SG_HAS_ENCAPS, &out->encaps);
	case IKE_P2_AUTH:
		return number(attr, &out->has, SG_HAS_AUTH, &out->auth);
	case IKE_P2_KEY_LENGTH:
		return number(attr, &out->has, SG_HAS_KEY_LENGTH, &out->key_bits);
	default:
		return SG_ATTR_UNKNOWN;
	}
}

enum sg_attr_cause sg_p2_attrs_read(struct sg_p2_attrs *out, struct sg_chunk attrs)
{
	struct life life = {
		.has = &out->has, .seconds = &out->seconds, .kilobytes = &out->kilobytes,
	};
	enum sg_attr_cause cause = SG_ATTR_OK;
	struct sg_ike_attrs list;

	memset(out, 0, sizeof(*out));
	if (sg_attrs_decode(&list, attrs.data, attrs.len))
		return SG_ATTR_TOO_MANY;
	for (unsigned int i = 0; !cause && i < list.count; i++)
		cause = p2_one(out, &life, &list.list[i]);
	return !cause && life.pending ? SG_ATTR_LIFE_TYPE : cause;
}

const char *sg_attr_cause_text(enum sg_attr_cause cause)
{
	switch (cause) {
	case SG_ATTR_OK:
		return "attributes are sound";
	case SG_ATTR_UNKNOWN:
		return "unknown attribute";
	case SG_ATTR_TWICE:
		return "attribute given twice";
	case SG_ATTR_NOT_INTEGER:
		return "attribute is not an integer of 1 to 8 bytes";
	case SG_ATTR_RANGE:
		return "attribute is beyond 16 bits";
	case SG_ATTR_LIFE_TYPE:
		return "life type and life duration do not go together";
	case SG_ATTR_LIFE_ZERO:
		return "life duration is zero";
	case SG_ATTR_TOO_MANY:
		return "attributes are cut off or too many";
	}
	return "unknown cause";
}

/* IOS calls type and value "basic", type, length and value "VPI", which it prints as bytes. */
static void print_duration(const struct sg_emit *emit, const char *what,
			   const struct sg_ike_attr *attr)
{
	char bytes[sizeof(uint64_t) * BYTE_TEXT] = "";
	size_t at = 0;

	if (attr->tv) {
		sg_emit_isakmp(emit, "      %s duration (basic) of %u", what,
			       (unsigned int)attr->value);
		return;
	}
	for (uint16_t i = 0; i < attr->len && i < sizeof(uint64_t); i++)
		at += (size_t)snprintf(bytes + at, sizeof(bytes) - at, "0x%X ", attr->data[i]);
	sg_emit_isakmp(emit, "      %s duration (VPI) of  %s", what, bytes);
}

static const char *life_unit(uint64_t type)
{
	return type == IKE_LIFE_SECONDS ? "seconds" :
	       type == IKE_LIFE_KILOBYTES ? "kilobytes" : "unknown";
}

static uint16_t small(const struct sg_ike_attr *attr)
{
	return attr->value > UINT16_MAX ? UINT16_MAX : (uint16_t)attr->value;
}

void sg_p1_attrs_print(struct sg_chunk attrs, const struct sg_emit *emit)
{
	const struct sg_ike_attr *attr;
	struct sg_ike_attrs list;

	if (!sg_emit_on(emit))
		return;
	sg_attrs_decode(&list, attrs.data, attrs.len);
	for (unsigned int i = 0; i < list.count; i++) {
		attr = &list.list[i];
		switch (attr->type) {
		case IKE_P1_ENCRYPTION:
			sg_emit_isakmp(emit, "      encryption %s",
				       sg_ike_encryption_name(small(attr)));
			break;
		case IKE_P1_KEY_LENGTH:
			sg_emit_isakmp(emit, "      keylength of %u", small(attr));
			break;
		case IKE_P1_HASH:
			sg_emit_isakmp(emit, "      hash %s", sg_ike_hash_name(small(attr)));
			break;
		case IKE_P1_GROUP:
			sg_emit_isakmp(emit, "      default group %u", small(attr));
			break;
		case IKE_P1_AUTH:
			sg_emit_isakmp(emit, "      auth %s", sg_ike_auth_name(small(attr)));
			break;
		case IKE_P1_LIFE_TYPE:
			sg_emit_isakmp(emit, "      life type in %s", life_unit(attr->value));
			break;
		case IKE_P1_LIFE_DURATION:
			print_duration(emit, "life", attr);
			break;
		default:
			sg_emit_isakmp(emit, "      unknown attribute %u", attr->type);
			break;
		}
	}
}

void sg_p2_attrs_print(struct sg_chunk attrs, const struct sg_emit *emit)
{
	const struct sg_ike_attr *attr;
	struct sg_ike_attrs list;

	if (!sg_emit_on(emit))
		return;
	sg_emit_isakmp(emit, "   attributes in transform:");
	sg_attrs_decode(&list, attrs.data, attrs.len);
	for (unsigned int i = 0; i < list.count; i++) {
		attr = &list.list[i];
		switch (attr->type) {
		case IKE_P2_ENCAPSULATION:
			sg_emit_isakmp(emit, "      encaps is %u (%s)", small(attr),
				       sg_ike_encaps_name(small(attr)));
			break;
		case IKE_P2_LIFE_TYPE:
			sg_emit_isakmp(emit, "      SA life type in %s", life_unit(attr->value));
			break;
		case IKE_P2_LIFE_DURATION:
			print_duration(emit, "SA life", attr);
			break;
		case IKE_P2_GROUP:
			sg_emit_isakmp(emit, "      group is %u", small(attr));
			break;
		case IKE_P2_AUTH:
			sg_emit_isakmp(emit, "      authenticator is %s",
				       sg_ike_p2_auth_name(small(attr)));
			break;
		case IKE_P2_KEY_LENGTH:
			sg_emit_isakmp(emit, "      key length is %u", small(attr));
			break;
		default:
			sg_emit_isakmp(emit, "      unknown attribute %u", attr->type);
			break;
		}
	}
}
