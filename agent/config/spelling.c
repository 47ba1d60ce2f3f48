// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How far apart two words are. A misspelt "crypto" is an error rather than a line about something
 * else, and a misspelt "key" must not show the key behind it.
 */
#include <ctype.h>
#include <string.h>

#include "lexer.h"

#define WORD_MAX 24

static size_t min3(size_t a, size_t b, size_t c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Edit distance with transpositions of neighbours (optimal string alignment). */
static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1], i, j, cost;

	for (i = 0; i <= na; i++)
		d[i][0] = i;
	for (j = 0; j <= nb; j++)
		d[0][j] = j;
	for (i = 1; i <= na; i++) {
		for (j = 1; j <= nb; j++) {
			cost = !same(a[i - 1], b[j - 1]);
			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost);
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
			    same(a[i - 2], b[j - 1]) && d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[na][nb];
}

/**
 * sg_token_near() - is a token a word with a few mistakes in it?
 * @tok: token
 * @word: the word
 * @edits: characters left out, put in, changed, or swapped with the next
 *
 * Letters count alike in either case. Words of up to WORD_MAX characters.
 */
bool sg_token_near(const struct sg_token *tok, const char *word, size_t edits)
{
	size_t len = strlen(word);

	return tok->len <= WORD_MAX && len <= WORD_MAX &&
	       distance(tok->text, tok->len, word, len) <= edits;
}
