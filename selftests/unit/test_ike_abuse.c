// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What strangers and attackers on the path may send: no established SA changes, nothing grows
 * without bound, and no address that has not proven itself gets more than three bytes for one of
 * its own.
 */
#include "twin.h"
#include "twin_configs.h"

#define RECORDS 64
#define HALF_OPEN_ALL 256
#define HALF_OPEN_SOURCE 5

static struct record {
	struct side *to;
	struct sockaddr_in from;
	size_t len;
	uint8_t buf[2048];
} records[RECORDS];
static unsigned int record_count;

static bool recorder(struct twin *t, unsigned int number, struct datagram *d)
{
	struct record *r = &records[record_count];

	(void)t;
	(void)number;
	if (record_count == RECORDS)
		return true;
	record_count++;
	*r = (struct record){ .to = d->to, .from = d->from, .len = d->len };
	assert_true(d->len <= sizeof(r->buf));
	memcpy(r->buf, d->buf, d->len);
	return true;
}

static struct twin *recorded(uint64_t seed)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, seed);

	record_count = 0;
	t->tamper = recorder;
	side_acquire(&t->a);
	twin_run(t, 2000);
	twin_check_up(t, 1);
	assert_int_equal(record_count, 9);
	t->tamper = NULL;
	return t;
}

static uint64_t refused(const struct side *side, enum sg_ike_refusal why)
{
	struct sg_ike_counters counters;

	sg_ike_counters(side->ike, &counters);
	return counters.refused[why];
}

static struct sockaddr_in stranger(uint32_t n)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(500),
				     .sin_addr.s_addr = htonl(0x0b000000 + n) };
}

/* Unchanged: the very SAs, and nothing new. */
static void expect_same(struct twin *t, uint32_t spi_a, uint32_t spi_b)
{
	twin_check_up(t, 1);
	assert_int_equal(side_sa(&t->a, SG_DIR_IN, 0)->id.spi, spi_a);
	assert_int_equal(side_sa(&t->b, SG_DIR_IN, 0)->id.spi, spi_b);
	assert_int_equal(side_isas(&t->a), 1);
	assert_int_equal(side_isas(&t->b), 1);
}

static void test_replay_everything(void **state)
{
	struct twin *t = recorded(1);
	uint32_t spi_a = side_sa(&t->a, SG_DIR_IN, 0)->id.spi;
	uint32_t spi_b = side_sa(&t->b, SG_DIR_IN, 0)->id.spi;
	unsigned int i, round;
	size_t calls;

	(void)state;
	calls = sg_mock_call_count(t->a.kernel) + sg_mock_call_count(t->b.kernel);
	for (round = 0; round < 30; round++) {
		for (i = 0; i < 9; i++)
			twin_inject(records[i].to, &records[i].from, records[i].buf,
				    records[i].len);
		twin_run(t, 2500);	/* also once finished exchanges have been forgotten */
	}
	twin_run(t, 60000);
	expect_same(t, spi_a, spi_b);
	assert_int_equal(sg_mock_call_count(t->a.kernel) + sg_mock_call_count(t->b.kernel), calls);
	assert_true(refused(&t->b, SG_REFUSE_MESSAGE_ID) > 0);
	/* Back at their senders they are nothing either. */
	for (i = 0; i < 9; i++)
		twin_inject(records[i].to == &t->a ? &t->b : &t->a,
			    &records[i].to->addr, records[i].buf, records[i].len);
	twin_run(t, 60000);
	expect_same(t, spi_a, spi_b);
	twin_free(t);
}

/* The right cookies from a wrong address. */
static void test_other_address(void **state)
{
	struct twin *t = recorded(2);
	struct sockaddr_in from = stranger(1);
	unsigned int i;

	(void)state;
	for (i = 1; i < 9; i++)
		twin_inject(records[i].to, &from, records[i].buf, records[i].len);
	assert_int_equal(refused(&t->a, SG_REFUSE_UNKNOWN_SA) +
			 refused(&t->b, SG_REFUSE_UNKNOWN_SA), 8);
	twin_check_up(t, 1);
	twin_free(t);
}

/* Every packet of one negotiation at every moment of another, to both ends. */
static void test_state_matrix(void **state)
{
	unsigned int i, step;
	struct twin *t;

	(void)state;
	t = recorded(3);
	twin_free(t);
	for (step = 0; step <= 9; step++) {
		t = twin_alloc(A_SEED, B_SEED, 4);	/* other cookies */
		side_acquire(&t->a);
		twin_run(t, step * WIRE_MS);
		for (i = 0; i < 9; i++) {
			twin_inject(&t->a, &t->b.addr, records[i].buf, records[i].len);
			twin_inject(&t->b, &t->a.addr, records[i].buf, records[i].len);
		}
		twin_run(t, 60000);
		twin_check_up(t, 1);
		twin_free(t);
	}
}

/*
 * Every Main Mode packet of the same negotiation ahead of its time and again behind it. Who can do
 * that can stop an attempt, but no more than that: what is installed fits, and the next attempt
 * succeeds.
 */
static void test_same_negotiation_anywhen(void **state)
{
	unsigned int i, step;
	struct twin *t;

	(void)state;
	t = recorded(5);
	twin_free(t);
	for (step = 0; step <= 9; step++) {
		t = twin_alloc(A_SEED, B_SEED, 5);	/* same seed: the same cookies and keys */
		side_acquire(&t->a);
		twin_run(t, step * WIRE_MS);
		for (i = 0; i < 6; i++) {
			/* the real one of this step is still on the wire */
			if (i == step)
				continue;
			twin_inject(i % 2 ? &t->a : &t->b, i % 2 ? &t->b.addr : &t->a.addr,
				    records[i].buf, records[i].len);
		}
		twin_run(t, 200000);
		twin_check(t);
		if (!side_count(&t->a, SG_DIR_OUT))
			side_acquire(&t->a);
		twin_run(t, 60000);
		assert_int_equal(side_count(&t->a, SG_DIR_OUT), 1);
		assert_int_equal(side_count(&t->b, SG_DIR_OUT), 1);
		twin_check(t);
		twin_free(t);
	}
}

/* A message with the cookies of the IKE SA and chosen exchange, flags and payload. */
static size_t forge(uint8_t *buf, const uint8_t *cookies, uint8_t exchange, uint8_t flags,
		    uint32_t message_id, uint8_t next, const uint8_t *payload, size_t len)
{
	uint32_t id = htonl(message_id), total = htonl(28 + len);

	memcpy(buf, cookies, 16);
	buf[16] = next;
	buf[17] = 0x10;
	buf[18] = exchange;
	buf[19] = flags;
	memcpy(buf + 20, &id, 4);
	memcpy(buf + 24, &total, 4);
	memcpy(buf + 28, payload, len);
	return 28 + len;
}

static void test_forged_informationals(void **state)
{
	uint8_t notify[12] = { 0, 0, 0, 12, 0, 0, 0, 1, 1, 0, 0, 14 };
	uint8_t delete_all[28] = { 0, 0, 0, 28, 0, 0, 0, 1, 1, 16, 0, 1 };
	uint8_t delete_esp[16] = { 0, 0, 0, 16, 0, 0, 0, 1, 3, 4, 0, 1 };
	struct twin *t = recorded(6);
	uint32_t spi_a = side_sa(&t->a, SG_DIR_IN, 0)->id.spi;
	uint32_t spi_b = side_sa(&t->b, SG_DIR_IN, 0)->id.spi;
	const uint8_t *cookies = records[8].buf;
	uint32_t wire = htonl(spi_b);
	uint8_t buf[256];
	uint16_t type;
	size_t len;

	(void)state;
	memcpy(delete_all + 12, cookies, 16);
	memcpy(delete_esp + 12, &wire, 4);
	for (type = 0; type < 32; type++) {
		notify[11] = type;
		len = forge(buf, cookies, 5, 0, 77 + type, 11, notify, sizeof(notify));
		twin_inject(&t->a, &t->b.addr, buf, len);
	}
	len = forge(buf, cookies, 5, 0, 78, 12, delete_all, sizeof(delete_all));
	twin_inject(&t->a, &t->b.addr, buf, len);
	len = forge(buf, cookies, 5, 0, 79, 12, delete_esp, sizeof(delete_esp));
	twin_inject(&t->a, &t->b.addr, buf, len);
	/* "encrypted", and garbage: every exchange */
	len = forge(buf, cookies, 5, 1, 80, 8, notify, 0);
	memset(buf + 28, 0x5a, 64);
	buf[27] = 28 + 64;
	twin_inject(&t->a, &t->b.addr, buf, 28 + 64);
	buf[18] = 32;
	twin_inject(&t->a, &t->b.addr, buf, 28 + 64);
	buf[18] = 2;
	twin_inject(&t->a, &t->b.addr, buf, 28 + 64);
	(void)len;
	twin_run(t, 60000);
	expect_same(t, spi_a, spi_b);
	/* INITIAL-CONTACT in clear, from the peer's address, with new cookies: ignored */
	memset(buf, 0x11, 8);
	memset(buf + 8, 0x22, 8);
	twin_inject(&t->a, &t->b.addr, buf, 28 + 64);
	expect_same(t, spi_a, spi_b);
	twin_free(t);
}

/* A hint in clear while Main Mode is on its way does not stop it. */
static void test_forged_hint_in_main_mode(void **state)
{
	uint8_t notify[12] = { 0, 0, 0, 12, 0, 0, 0, 1, 1, 0, 0, 24 };
	struct twin *t;
	uint8_t buf[64];
	unsigned int step;
	size_t len;

	(void)state;
	t = recorded(7);
	twin_free(t);
	for (step = 1; step < 6; step++) {
		t = twin_alloc(A_SEED, B_SEED, 7);
		side_acquire(&t->a);
		twin_run(t, step * WIRE_MS);
		len = forge(buf, records[1].buf, 5, 0, 99, 11, notify, sizeof(notify));
		twin_inject(&t->a, &t->b.addr, buf, len);
		twin_inject(&t->b, &t->a.addr, buf, len);
		twin_run(t, 2000);
		twin_check_up(t, 1);
		twin_free(t);
	}
}

static void count_half(const struct sg_ike_sa_info *info, void *ctx)
{
	if (strcmp(info->state, "QM_IDLE"))
		++*(unsigned int *)ctx;
}

static unsigned int half_open(const struct side *side)
{
	unsigned int n = 0;

	sg_ike_walk(side->ike, count_half, &n);
	return n;
}

#define ANYONE "crypto isakmp key cisco123 address 0.0.0.0 0.0.0.0\n"

/* Strangers 1 and 1000..2999 as peers of crypto maps, 32 an entry. */
static char *with_strangers(const char *config)
{
	size_t size = strlen(config) + 2100 * 32, at;
	struct sockaddr_in addr;
	char *text = malloc(size);
	unsigned int i;

	assert_non_null(text);
	at = (size_t)snprintf(text, size, "%s", config);
	for (i = 0; i <= 2000; i++) {
		if (i % 32 == 0)
			at += (size_t)snprintf(text + at, size - at,
					       "crypto map cisco %u ipsec-isakmp\n", 100 + i / 32);
		addr = stranger(i ? 999 + i : 1);
		at += (size_t)snprintf(text + at, size - at, " set peer %s\n",
				       inet_ntoa(addr.sin_addr));
	}
	assert_true(at < size);
	return text;
}

/* A key for all the world lets nobody in whom no crypto map names: no answer, no work. */
static void test_key_without_map(void **state)
{
	struct twin *t = recorded(19);
	struct sockaddr_in from = stranger(1);

	(void)state;
	side_configure(&t->b, SEED_POLICY ANYONE SEED_SET B_MAP B_INTERFACE B_ACL);
	twin_inject(&t->b, &from, records[0].buf, records[0].len);
	assert_int_equal(refused(&t->b, SG_REFUSE_NO_PEER), 1);
	assert_int_equal(half_open(&t->b), 0);
	assert_int_equal(t->sent, 9);
	assert_true(twin_said(t, "B|%CRYPTO-4-IKMP_NO_PEER: No crypto map names 11.0.0.1 as a "
			      "peer, its message is ignored"));
	twin_free(t);
}

/* First messages that only bear the peer's address do not make its tunnel look like a failure. */
static void test_spoofed_first_messages(void **state)
{
	static const uint8_t key_length[] = { 0x80, 0x0e, 0x01, 0x00 };
	struct twin *t = recorded(18);
	uint8_t mm1[2048], *at;

	(void)state;
	memcpy(mm1, records[0].buf, records[0].len);
	mm1[0] ^= 0x55;
	twin_inject(&t->b, &t->a.addr, mm1, records[0].len);
	at = memmem(mm1, records[0].len, key_length, sizeof(key_length));
	assert_non_null(at);
	at[3] = 0x40;		/* of no policy */
	mm1[0] ^= 0x0f;
	twin_inject(&t->b, &t->a.addr, mm1, records[0].len);
	assert_int_equal(refused(&t->b, SG_REFUSE_PROPOSAL), 1);
	twin_run(t, 31000);
	assert_int_equal(refused(&t->b, SG_REFUSE_HALF_OPEN), 1);
	assert_null(sg_ike_last_failure(t->b.ike, "cisco", 10, NULL));
	twin_free(t);
}

static void test_half_open_bounds(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 8);
	uint32_t spi_a, spi_b;
	struct sockaddr_in from;
	uint8_t mm1[2048];
	unsigned int i;
	char *config;

	(void)state;
	record_count = 0;
	t->tamper = recorder;
	config = with_strangers(SEED_POLICY ANYONE SEED_SET B_MAP B_INTERFACE B_ACL);
	side_configure(&t->b, config);
	free(config);
	side_acquire(&t->a);
	twin_run(t, 2000);
	twin_check_up(t, 1);
	t->tamper = NULL;
	spi_a = side_sa(&t->a, SG_DIR_IN, 0)->id.spi;
	spi_b = side_sa(&t->b, SG_DIR_IN, 0)->id.spi;
	memcpy(mm1, records[0].buf, records[0].len);

	/* one source */
	from = stranger(1);
	for (i = 0; i < 100; i++) {
		memcpy(mm1, &i, sizeof(i));
		twin_inject(&t->b, &from, mm1, records[0].len);
		assert_true(half_open(&t->b) <= HALF_OPEN_SOURCE);
	}
	assert_int_equal(half_open(&t->b), HALF_OPEN_SOURCE);
	/* many sources */
	for (i = 0; i < 2000; i++) {
		from = stranger(1000 + i);
		memcpy(mm1, &i, sizeof(i));
		twin_inject(&t->b, &from, mm1, records[0].len);
		assert_true(half_open(&t->b) <= HALF_OPEN_ALL);
	}
	assert_int_equal(half_open(&t->b), HALF_OPEN_ALL);
	expect_same(t, spi_a, spi_b);
	/* In the middle of it the peer's own needs are served. */
	side_expire(&t->a, side_sa(&t->a, SG_DIR_OUT, 0), false);
	twin_run(t, 1000);
	assert_int_equal(side_count(&t->b, SG_DIR_IN), 2);
	assert_int_equal(sg_ike_clear_isakmp(t->a.ike, 0), 1);
	side_expire(&t->a, side_sa(&t->a, SG_DIR_OUT, 0), false);
	twin_run(t, 1000);
	assert_int_equal(side_count(&t->b, SG_DIR_IN), 3);
	/* After 30 s all of it is forgotten. */
	twin_run(t, 31000);
	assert_int_equal(half_open(&t->b), 0);
	twin_check(t);
	twin_free(t);
}

static void test_amplification(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 9);
	size_t before, in;
	unsigned int i, j;
	uint8_t buf[2048];

	(void)state;
	record_count = 0;
	t->tamper = recorder;
	side_acquire(&t->a);
	twin_run(t, 2000);
	t->tamper = NULL;
	/* A first message: sound, or with each byte changed, and each of them five times over. */
	side_stop(&t->b);
	for (i = 0; i < records[0].len; i++) {
		memcpy(buf, records[0].buf, records[0].len);
		buf[i] ^= 1 + i % 255;
		side_start(&t->b);
		twin_enter(&t->b);
		sg_ike_set_config(t->b.ike, t->b.cfg);
		twin_leave();
		before = t->b.bytes_out;
		in = 0;
		for (j = 0; j < 5; j++) {
			twin_inject(&t->b, &t->a.addr, buf, records[0].len);
			in += records[0].len;
			assert_true(t->b.bytes_out - before <= 3 * in);
		}
		/* and nothing comes after it by itself */
		before = t->b.bytes_out;
		side_stop(&t->a);
		twin_run(t, 40000);
		assert_int_equal(t->b.bytes_out, before);
		side_start(&t->a);
		side_stop(&t->b);
	}
	side_start(&t->b);
	twin_free(t);
}

/*
 * B's Quick Mode gets to A ahead of the message that ends Main Mode: kept, and served right
 * after.
 */
static void test_quick_mode_overtakes(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 10);
	struct sg_ike_counters counters;

	(void)state;
	side_acquire(&t->a);
	twin_run(t, 45);		/* MM5 is on its way to B */
	assert_int_equal(t->sent, 5);
	side_acquire(&t->b);		/* B begins its own Main Mode: packet 6 */
	t->fault = (struct fault){ .packet = 7, .kind = FAULT_DELAY, .arg = 5 };
	twin_run(t, 3000);
	twin_check(t);
	/* both Quick Modes were done: B's that came early, and A's own */
	assert_int_equal(side_count(&t->a, SG_DIR_IN), 2);
	assert_int_equal(side_count(&t->b, SG_DIR_IN), 2);
	assert_int_equal(side_count(&t->a, SG_DIR_OUT), 1);
	assert_int_equal(side_count(&t->b, SG_DIR_OUT), 1);
	sg_ike_counters(t->a.ike, &counters);
	assert_int_equal(counters.refused[SG_REFUSE_STATE], 0);
	assert_int_equal(counters.retransmitted, 0);
	sg_ike_counters(t->b.ike, &counters);
	assert_int_equal(counters.retransmitted, 0);
	twin_free(t);
}

/* Other exchanges, other versions. */
static void test_other_exchanges(void **state)
{
	struct twin *t = recorded(11);
	uint8_t buf[2048];
	unsigned int i;

	(void)state;
	memcpy(buf, records[0].buf, records[0].len);
	buf[0] ^= 0xff;
	for (i = 0; i < 256; i++) {
		buf[18] = i;
		if (i != 2)
			twin_inject(&t->b, &t->a.addr, buf, records[0].len);
	}
	assert_int_equal(refused(&t->b, SG_REFUSE_EXCHANGE), 256 - 3);
	assert_true(twin_said(t, "%CRYPTO-5-IKMP_AG_MODE_DISABLED: Unable to initiate or respond to "
			      "Aggressive Mode while disabled"));
	buf[18] = 2;
	for (i = 0; i < 16; i++) {
		buf[17] = i << 4;
		if (i != 1)
			twin_inject(&t->b, &t->a.addr, buf, records[0].len);
	}
	assert_int_equal(refused(&t->b, SG_REFUSE_MALFORMED), 15);
	assert_int_equal(half_open(&t->b), 0);
	twin_check_up(t, 1);
	twin_free(t);
}

/* Flags and message IDs that do not belong to the message: refused before anything is decrypted. */
static void test_header_fields(void **state)
{
	struct twin *t = recorded(13);
	uint64_t before = refused(&t->b, SG_REFUSE_MALFORMED);
	uint8_t buf[2048];

	(void)state;
	memcpy(buf, records[0].buf, records[0].len);
	buf[0] ^= 0xff;
	buf[23] = 5;		/* message ID in Main Mode */
	twin_inject(&t->b, &t->a.addr, buf, records[0].len);
	assert_int_equal(refused(&t->b, SG_REFUSE_MALFORMED), before + 1);
	buf[23] = 0;
	buf[19] = 1;		/* encrypted, without an IKE SA */
	twin_inject(&t->b, &t->a.addr, buf, records[0].len);
	assert_int_equal(refused(&t->b, SG_REFUSE_MALFORMED), before + 2);
	assert_int_equal(half_open(&t->b), 0);
	memcpy(buf, records[6].buf, records[6].len);
	buf[23] ^= 1;
	buf[19] = 0;		/* Quick Mode in clear */
	twin_inject(&t->b, &t->a.addr, buf, records[6].len);
	assert_int_equal(refused(&t->b, SG_REFUSE_MALFORMED), before + 3);
	buf[19] = 1;
	memset(buf + 20, 0, 4);	/* message ID 0 */
	twin_inject(&t->b, &t->a.addr, buf, records[6].len);
	assert_int_equal(refused(&t->b, SG_REFUSE_MESSAGE_ID), 1);
	twin_check_up(t, 1);
	twin_free(t);
}

/* Any bytes at all; then whole packets with a few bytes changed. */
static void test_noise(void **state)
{
	struct twin *t = recorded(12);
	uint32_t spi_a = side_sa(&t->a, SG_DIR_IN, 0)->id.spi;
	uint32_t spi_b = side_sa(&t->b, SG_DIR_IN, 0)->id.spi;
	uint8_t buf[2048];
	unsigned int i, j;
	struct record *r;
	size_t len;

	(void)state;
	for (i = 0; i < 20000; i++) {
		r = &records[twin_random64(t) % 9];
		len = r->len;
		memcpy(buf, r->buf, len);
		for (j = twin_random64(t) % 6 + 1; j; j--)
			buf[twin_random64(t) % len] = twin_random64(t);
		if (twin_random64(t) % 4 == 0)
			len = twin_random64(t) % (len + 1);
		twin_inject(r->to, &r->from, buf, len);
		if (i % 64 == 0)
			twin_run(t, 500);
	}
	twin_run(t, 60000);
	expect_same(t, spi_a, spi_b);
	twin_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replay_everything),
		cmocka_unit_test(test_other_address),
		cmocka_unit_test(test_state_matrix),
		cmocka_unit_test(test_same_negotiation_anywhen),
		cmocka_unit_test(test_forged_informationals),
		cmocka_unit_test(test_forged_hint_in_main_mode),
		cmocka_unit_test(test_spoofed_first_messages),
		cmocka_unit_test(test_key_without_map),
		cmocka_unit_test(test_half_open_bounds),
		cmocka_unit_test(test_amplification),
		cmocka_unit_test(test_quick_mode_overtakes),
		cmocka_unit_test(test_other_exchanges),
		cmocka_unit_test(test_header_fields),
		cmocka_unit_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
