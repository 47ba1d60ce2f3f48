// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * seal-keystream: prints SEAL 3.0 key stream, as the kernel module makes it, for comparison with
 * other implementations. It is linked with the module's own source.
 *
 * Not for encrypting anything: the key stands on the command line, for all to see.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kmod/seal.h"

#define EXIT_USAGE	2
#define PIECE_BYTES	1024u	/* made and printed at once */

static const char digits[] = "0123456789abcdef";

static int usage(const char *why, const char *what)
{
	if (why)
		fprintf(stderr, "seal-keystream: %s: %s\n", why, what);
	fprintf(stderr,
		"use: seal-keystream KEYHEX N OFFSET LENGTH\n"
		"  KEYHEX  %d hex digits\n"
		"  N       position index, 0 to 4294967295\n"
		"  OFFSET  first byte of the stream, 0 to %d\n"
		"  LENGTH  bytes; the stream ends at %d\n"
		"numbers are decimal, or hex after 0x\n",
		2 * SG_SEAL_KEY_BYTES, SG_SEAL_STREAM_MAX, SG_SEAL_STREAM_MAX);
	return EXIT_USAGE;
}

static int nibble(char c)
{
	const char *at;

	if (c >= 'A' && c <= 'F')
		c += 'a' - 'A';
	at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

static bool parse_key(const char *text, u8 key[SG_SEAL_KEY_BYTES])
{
	size_t i;

	if (strlen(text) != 2 * SG_SEAL_KEY_BYTES)
		return false;
	for (i = 0; i < SG_SEAL_KEY_BYTES; i++) {
		int high = nibble(text[2 * i]), low = nibble(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		key[i] = (u8)(high << 4 | low);
	}
	return true;
}

/* strtoul() would take signs, blanks and octal; this does not. */
static bool parse_number(const char *text, u64 max, u32 *number)
{
	bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
	const char *at = hex ? text + 2 : text;
	u32 base = hex ? 16 : 10;
	u64 value = 0;

	if (!*at)
		return false;
	for (; *at; at++) {
		int digit = nibble(*at);

		if (digit < 0 || (u32)digit >= base)
			return false;
		value = value * base + (u32)digit;
		if (value > max)
			return false;
	}
	*number = (u32)value;
	return true;
}

static bool print_piece(const u8 *bytes, u32 len)
{
	char text[2 * PIECE_BYTES];
	u32 i;

	for (i = 0; i < len; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 0xf];
	}
	return fwrite(text, 1, 2 * len, stdout) == 2 * len;
}

static bool print_stream(const struct sg_seal_tables *tables, u32 n, u32 offset, u32 length)
{
	u8 piece[PIECE_BYTES];

	while (length) {
		u32 len = length < PIECE_BYTES ? length : PIECE_BYTES;

		if (sg_seal_stream(tables, n, offset, piece, len) || !print_piece(piece, len))
			return false;
		offset += len;
		length -= len;
	}
	return putchar('\n') != EOF && !fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct sg_seal_tables tables;
	u8 key[SG_SEAL_KEY_BYTES];
	u32 n, offset, length;
	bool printed;

	if (argc != 5)
		return usage(NULL, NULL);
	if (!parse_key(argv[1], key))
		return usage("not a key of 160 bits", argv[1]);
	if (!parse_number(argv[2], U32_MAX, &n))
		return usage("not a position index", argv[2]);
	if (!parse_number(argv[3], SG_SEAL_STREAM_MAX, &offset))
		return usage("not an offset", argv[3]);
	if (!parse_number(argv[4], SG_SEAL_STREAM_MAX - offset, &length))
		return usage("not a length that the stream has from there", argv[4]);
	sg_seal_setkey(&tables, key);
	memzero_explicit(key, sizeof(key));
	printed = print_stream(&tables, n, offset, length);
	sg_seal_wipe(&tables);
	if (!printed) {
		fprintf(stderr, "seal-keystream: cannot write: %s\n", strerror(errno));
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}
