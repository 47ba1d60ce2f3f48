// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The attribute codec: walks a table of fields to write an object's attributes or to read
 * them. What the objects are is in wire_sel.c and wire_object.c; sockets are in netlink.c.
 */
#include <errno.h>
#include <string.h>

#include "wire.h"

static const void *member(const void *object, size_t offset)
{
	return (const char *)object + offset;
}

static size_t byte_count(const struct sg_wire_field *f, const void *object)
{
	size_t len;

	memcpy(&len, member(object, f->len_offset), sizeof(len));
	return len;
}

static bool is_zero(const struct sg_wire_field *f, const void *object)
{
	static const uint8_t zero[sizeof(uint64_t)];
	const void *p = member(object, f->offset);

	switch (f->kind) {
	case SG_WIRE_U8:
		return !memcmp(p, zero, sizeof(uint8_t));
	case SG_WIRE_BOOL:
		return !*(const bool *)p;
	case SG_WIRE_U16:
		return !memcmp(p, zero, sizeof(uint16_t));
	case SG_WIRE_U32:
	case SG_WIRE_BE32:
	case SG_WIRE_ADDR:
		return !memcmp(p, zero, sizeof(uint32_t));
	case SG_WIRE_U64:
		return !memcmp(p, zero, sizeof(uint64_t));
	case SG_WIRE_NAME:
		return !*(const char *)p;
	case SG_WIRE_FLOW:
		return !((const struct sg_kflow *)p)->map[0];
	case SG_WIRE_BYTES:
		return !byte_count(f, object);
	}
	return false;
}

static bool put_field(struct nlmsghdr *nlh, size_t max, const struct sg_wire_field *f,
		      const void *object)
{
	const void *p = member(object, f->offset);
	uint32_t word;

	switch (f->kind) {
	case SG_WIRE_U8:
		return mnl_attr_put_check(nlh, max, f->attr, sizeof(uint8_t), p);
	case SG_WIRE_BOOL:
		return mnl_attr_put_u8_check(nlh, max, f->attr, *(const bool *)p);
	case SG_WIRE_U16:
		return mnl_attr_put_check(nlh, max, f->attr, sizeof(uint16_t), p);
	case SG_WIRE_U32:
	case SG_WIRE_ADDR:
		return mnl_attr_put_check(nlh, max, f->attr, sizeof(uint32_t), p);
	case SG_WIRE_U64:
		return mnl_attr_put_check(nlh, max, f->attr, sizeof(uint64_t), p);
	case SG_WIRE_BE32:
		memcpy(&word, p, sizeof(word));
		return mnl_attr_put_u32_check(nlh, max, f->attr, htonl(word));
	case SG_WIRE_NAME:
		return mnl_attr_put_strz_check(nlh, max, f->attr, p);
	case SG_WIRE_BYTES:
		if (byte_count(f, object) > f->len_max)
			return false;
		return mnl_attr_put_check(nlh, max, f->attr, byte_count(f, object), p);
	case SG_WIRE_SEL:
		return sg_wire_put_sel(nlh, max, f->attr, p);
	case SG_WIRE_FLOW:
		return sg_wire_put_flow(nlh, max, f->attr, p);
	}
	return false;
}

/**
 * sg_wire_put() - append the request attributes of an object
 * @nlh: message under construction
 * @max: bytes that the message may have in all
 * @fields: table
 * @count: its length
 * @object: the C type that the table was made for
 *
 * Return: false where there is no room, or where an array claims more bytes than it has.
 */
bool sg_wire_put(struct nlmsghdr *nlh, size_t max, const struct sg_wire_field *fields,
		 size_t count, const void *object)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!(fields[i].flags & SG_WIRE_F_PUT))
			continue;
		if ((fields[i].flags & SG_WIRE_F_NONZERO) && is_zero(&fields[i], object))
			continue;
		if (!put_field(nlh, max, &fields[i], object))
			return false;
	}
	return true;
}

/**
 * sg_wire_read_name() - the name in an attribute, which must be one: 1..SG_MAP_NAME_MAX bytes and
 * a NUL
 *
 * Return: 0 or -EBADMSG.
 */
int sg_wire_read_name(const struct nlattr *attr, char name[SG_MAP_NAME_MAX + 1])
{
	size_t len = mnl_attr_get_payload_len(attr);
	const char *text = mnl_attr_get_payload(attr);

	if (len < 2 || len > SG_MAP_NAME_MAX + 1 || strnlen(text, len) != len - 1)
		return -EBADMSG;
	memcpy(name, text, len);
	return 0;
}

static int read_fixed(const struct nlattr *attr, void *value, size_t size)
{
	if (mnl_attr_get_payload_len(attr) != size)
		return -EBADMSG;
	memcpy(value, mnl_attr_get_payload(attr), size);
	return 0;
}

/** sg_wire_read_u32() - Return: 0 or -EBADMSG where the attribute has another size */
int sg_wire_read_u32(const struct nlattr *attr, uint32_t *value)
{
	return read_fixed(attr, value, sizeof(*value));
}

/** sg_wire_read_u64() - Return: 0 or -EBADMSG where the attribute has another size */
int sg_wire_read_u64(const struct nlattr *attr, uint64_t *value)
{
	return read_fixed(attr, value, sizeof(*value));
}

static int get_field(const struct nlattr *attr, const struct sg_wire_field *f, void *object)
{
	void *p = (char *)object + f->offset;
	uint32_t word;
	uint8_t byte;
	size_t len;
	int err;

	switch (f->kind) {
	case SG_WIRE_U8:
		return read_fixed(attr, p, sizeof(uint8_t));
	case SG_WIRE_BOOL:
		err = read_fixed(attr, &byte, sizeof(byte));
		if (!err)
			*(bool *)p = byte;
		return err;
	case SG_WIRE_U16:
		return read_fixed(attr, p, sizeof(uint16_t));
	case SG_WIRE_U32:
	case SG_WIRE_ADDR:
		return read_fixed(attr, p, sizeof(uint32_t));
	case SG_WIRE_U64:
		return read_fixed(attr, p, sizeof(uint64_t));
	case SG_WIRE_BE32:
		err = read_fixed(attr, &word, sizeof(word));
		word = ntohl(word);
		if (!err)
			memcpy(p, &word, sizeof(word));
		return err;
	case SG_WIRE_NAME:
		return sg_wire_read_name(attr, p);
	case SG_WIRE_BYTES:
		len = mnl_attr_get_payload_len(attr);
		if (len > f->len_max)
			return -EBADMSG;
		memcpy(p, mnl_attr_get_payload(attr), len);
		memcpy((char *)object + f->len_offset, &len, sizeof(len));
		return 0;
	case SG_WIRE_SEL:
		return sg_wire_get_sel(attr, p);
	case SG_WIRE_FLOW:
		return sg_wire_get_flow(attr, p);
	}
	return -EBADMSG;
}

/**
 * sg_wire_get() - fill an object from the attributes of a nest
 * @nest: the attribute that holds them
 * @fields: table
 * @count: its length
 * @object: the C type that the table was made for; members without an attribute stay as they are
 *
 * Attributes that the table does not know, or does not want in answers, are skipped. Of a repeated
 * attribute the last one counts.
 *
 * Return: 0, or -EBADMSG for a wrong length, a required attribute that is missing or an
 * attribute that leaves its nest.
 */
int sg_wire_get(const struct nlattr *nest, const struct sg_wire_field *fields, size_t count,
		void *object)
{
	int left = mnl_attr_get_payload_len(nest);
	const struct nlattr *attr;
	uint64_t seen = 0;
	size_t i;
	int err;

	for (attr = mnl_attr_get_payload(nest); mnl_attr_ok(attr, left);
	     attr = mnl_attr_next(attr)) {
		for (i = 0; i < count; i++) {
			if (fields[i].attr != mnl_attr_get_type(attr))
				continue;
			if (!(fields[i].flags & SG_WIRE_F_GET))
				continue;
			err = get_field(attr, &fields[i], object);
			if (err)
				return err;
			seen |= 1ull << i;
		}
		/* Below zero where the last attribute lacks its padding. */
		left -= MNL_ALIGN(attr->nla_len);
	}
	if (left > 0)
		return -EBADMSG;
	for (i = 0; i < count; i++)
		if ((fields[i].flags & SG_WIRE_F_REQUIRED) && !(seen & (1ull << i)))
			return -EBADMSG;
	return 0;
}
