// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The responder's debug output, line for line, against the SEAL seed's capture.
 *
 * selftests/golden/debug/responder.txt is that capture, a record a line: timestamps gone, blanks
 * squeezed (the document lost them), and the values that are random replaced by what they are. The
 * initiator here (B) sends no NAT traversal, Unity or DPD vendor IDs yet, so the wire puts
 * those in that the capture's initiator sent; no hash of Main Mode covers them.
 */
#include "twin.h"
#include "twin_configs.h"

#define GOLDEN "selftests/golden/debug/responder.txt"
#define TEXT_MAX 65536
#define PAYLOAD_VID 13

static const uint8_t natt_03[16] = {
	0x7d, 0x94, 0x19, 0xa6, 0x53, 0x10, 0xca, 0x6f,
	0x2c, 0x17, 0x9d, 0x92, 0x15, 0x52, 0x9d, 0x56,
};

static const uint8_t natt_02[16] = {
	0x90, 0xcb, 0x80, 0x91, 0x3e, 0xbb, 0x69, 0x6e,
	0x08, 0x63, 0x81, 0xb5, 0xec, 0x42, 0x7b, 0x1f,
};

static const uint8_t unity[16] = {
	0x12, 0xf5, 0xf2, 0x8c, 0x45, 0x71, 0x68, 0xa9,
	0x70, 0x2d, 0x9f, 0xe2, 0x74, 0xcc, 0x01, 0x00,
};

static const uint8_t dpd[16] = {
	0xaf, 0xca, 0xd7, 0x13, 0x68, 0xa1, 0xf1, 0xc9,
	0x6b, 0x86, 0x96, 0xfc, 0x77, 0x57, 0x01, 0x00,
};

/* Lines of the capture that belong to NAT traversal, which is not there yet. */
static const char *const later[] = {
	"ISAKMP:(0:1:SW:1): constructed NAT-T vendor-03 ID",
	"ISAKMP:received payload type 17",
};

static void set_length(struct datagram *d)
{
	uint32_t len = htonl(d->len);

	memcpy(d->buf + 24, &len, sizeof(len));
}

/* A vendor ID payload at @at; @next_at is the byte that announces it. */
static void insert_vid(struct datagram *d, size_t next_at, size_t at, const uint8_t vid[16])
{
	memmove(d->buf + at + 20, d->buf + at, d->len - at);
	d->buf[at] = d->buf[next_at];
	d->buf[at + 1] = 0;
	d->buf[at + 2] = 0;
	d->buf[at + 3] = 20;
	memcpy(d->buf + at + 4, vid, 16);
	d->buf[next_at] = PAYLOAD_VID;
	d->len += 20;
	set_length(d);
}

static bool add_vids(struct twin *t, unsigned int number, struct datagram *d)
{
	size_t at = 28, next_at = 16;

	(void)t;
	if (number != 1 && number != 3)
		return true;
	while (at < d->len && d->buf[next_at] != PAYLOAD_VID) {
		next_at = at;
		at += d->buf[at + 2] << 8 | d->buf[at + 3];
	}
	/* each goes ahead of the one before */
	insert_vid(d, next_at, at, number == 1 ? natt_02 : dpd);
	insert_vid(d, next_at, at, number == 1 ? natt_03 : unity);
	return true;
}

static void replace(char *text, const char *from, const char *to)
{
	static char copy[TEXT_MAX];
	char *p = text;
	char *hit;

	while ((hit = strstr(p, from))) {
		snprintf(copy, sizeof(copy), "%s", hit + strlen(from));
		assert_true(hit - text + strlen(to) + strlen(copy) < TEXT_MAX);
		memcpy(hit, to, strlen(to));
		strcpy(hit + strlen(to), copy);
		p = hit + strlen(to);
	}
}

/* A's lines, a record a line, blanks squeezed. Records start with "A|", continuations do not. */
static void squeeze(const char *log, char *out)
{
	bool blank = true, ours = false;
	size_t n = 0;

	while (*log) {
		if (log[1] == '|' && (log[0] == 'A' || log[0] == 'B' || log[0] == '-')) {
			while (n && out[n - 1] == ' ')
				n--;
			if (ours)
				out[n++] = '\n';
			ours = log[0] == 'A';
			log += 2;
			blank = true;
			if (!ours)
				while (*log && *log != '\n')
					log++;
			continue;
		}
		if (!ours) {
			log++;
			continue;
		}
		if (*log == ' ' || *log == '\t' || *log == '\n') {
			if (!blank)
				out[n++] = ' ';
			blank = true;
		} else {
			out[n++] = *log;
			blank = false;
		}
		assert_true(n < TEXT_MAX - 2);
		log++;
	}
	while (n && out[n - 1] == ' ')
		n--;
	if (ours)
		out[n++] = '\n';
	out[n] = '\0';
}

static void mask(char *text, const char *fmt, const char *before, const char *name)
{
	const char *p = strstr(text, before);
	char value[32], with[32];
	unsigned int v;

	assert_non_null(p);
	assert_int_equal(sscanf(p + strlen(before), fmt, &v), 1);
	snprintf(value, sizeof(value), "%s", p + strlen(before));
	value[strcspn(value, " ,\n")] = '\0';
	snprintf(with, sizeof(with), "<%s>", name);
	replace(text, value, with);
}

static void mask_spi(char *text, uint32_t spi, const char *name)
{
	char value[32], with[32];

	snprintf(value, sizeof(value), "0x%X", spi);
	snprintf(with, sizeof(with), "<%s-hex>", name);
	replace(text, value, with);
	snprintf(value, sizeof(value), "%u", spi);
	snprintf(with, sizeof(with), "<%s>", name);
	replace(text, value, with);
}

static bool is_later(const char *line)
{
	size_t i;

	for (i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (!strcmp(line, later[i]))
			return true;
	return false;
}

static void test_responder(void **state)
{
	static char text[TEXT_MAX];
	struct twin *t = twin_alloc(A_SEED, B_SEED, 3);
	char line[1024], *ours, *end;
	unsigned int number = 0;
	FILE *golden;

	(void)state;
	t->a.debug = SG_DEBUG_ISAKMP | SG_DEBUG_IPSEC;
	t->tamper = add_vids;
	side_acquire(&t->b);
	twin_run(t, 1000);
	twin_check_up(t, 1);
	squeeze(t->log, text);
	mask_spi(text, side_sa(&t->a, SG_DIR_IN, 0)->id.spi, "spi-in");
	mask_spi(text, side_sa(&t->a, SG_DIR_OUT, 0)->id.spi, "spi-out");
	mask(text, "%u", "set new node ", "message-id");
	mask(text, "%X", "insert sa successfully sa = ", "sa");
	mask(text, "%x", "Locking peer struct ", "peer");

	golden = fopen(GOLDEN, "r");
	assert_non_null(golden);
	ours = text;
	while (fgets(line, sizeof(line), golden)) {
		number++;
		line[strcspn(line, "\n")] = '\0';
		if (is_later(line))
			continue;
		end = strchr(ours, '\n');
		assert_non_null(end);
		*end = '\0';
		if (strcmp(ours, line))
			fail_msg("%s:%u\n wants %s\n has   %s", GOLDEN, number, line, ours);
		ours = end + 1;
	}
	assert_string_equal(ours, "");
	assert_int_equal(number, 140);
	fclose(golden);
	twin_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_responder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
