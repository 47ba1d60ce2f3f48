/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hex text as bytes, so that tests can hold their expectations as an outside tool printed them. */
#ifndef SG_TEST_HEX_H
#define SG_TEST_HEX_H

#include <stddef.h>
#include <stdint.h>

/* Returns bytes written; stops at what is not hex, skips blanks. */
static inline size_t hex(const char *text, uint8_t *out, size_t cap)
{
	int high = -1;
	size_t n = 0;
	int v;

	for (; *text && n < cap; text++) {
		if (*text == ' ')
			continue;
		if (*text >= '0' && *text <= '9')
			v = *text - '0';
		else if (*text >= 'a' && *text <= 'f')
			v = *text - 'a' + 10;
		else
			break;
		if (high < 0) {
			high = v;
			continue;
		}
		out[n++] = (uint8_t)(high << 4 | v);
		high = -1;
	}
	return n;
}

#endif /* SG_TEST_HEX_H */
