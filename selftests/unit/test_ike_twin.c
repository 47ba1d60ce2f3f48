// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two engines against each other: the seed's tunnel from either side, what is protected messages'
 * own (deletes with more behind them, notifies, the commit bit), and what the kernel's events lead
 * to.
 */
#include "../../agent/ike/engine.h"

#include "twin.h"
#include "twin_configs.h"

#define CONFIG_MAX 8192

static struct twin *up(uint64_t seed)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, seed);

	side_acquire(&t->a);
	twin_run(t, 2000);
	twin_check_up(t, 1);
	return t;
}

static void read_file(const char *name, char text[CONFIG_MAX])
{
	FILE *f = fopen(name, "r");
	size_t n;

	assert_non_null(f);
	n = fread(text, 1, CONFIG_MAX - 1, f);
	text[n] = '\0';
	fclose(f);
}

/* The seed's own files, every line of them; nine packets, either way. */
static void test_seed_files(void **state)
{
	char a[CONFIG_MAX], b[CONFIG_MAX];
	struct twin *t;
	bool from_b;

	(void)state;
	read_file("selftests/configs/r1.conf", a);
	read_file("selftests/configs/r2.conf", b);
	for (from_b = false;; from_b = true) {
		t = twin_alloc(a, b, 1 + from_b);
		side_acquire(from_b ? &t->b : &t->a);
		twin_run(t, 9 * WIRE_MS);
		twin_check_up(t, 1);
		assert_int_equal(t->sent, 9);
		twin_run(t, 600000);
		assert_int_equal(t->sent, 9);	/* and then silence */
		assert_true(twin_said(t, "A|%CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP .  "
				      "Peer 10.10.10.2:500 Id: 10.10.10.2\n"));
		assert_true(twin_said(t, "B|%CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP .  "
				      "Peer 10.10.10.1:500 Id: 10.10.10.1\n"));
		twin_free(t);
		if (from_b)
			break;
	}
}

static void keep_info(const struct sg_ike_sa_info *info, void *ctx)
{
	*(struct sg_ike_sa_info *)ctx = *info;
}

static void test_shown(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 3);
	static const char *const shown_a[] = {
		"MM_NO_STATE", "MM_SA_SETUP", "MM_KEY_EXCH", "QM_IDLE",
	};
	static const char *const shown_b[] = { "", "MM_SA_SETUP", "MM_KEY_EXCH", "QM_IDLE" };
	struct sg_ike_sa_info a, b;
	unsigned int i;

	(void)state;
	side_acquire(&t->a);
	for (i = 0; i < 4; i++) {
		memset(&a, 0, sizeof(a));
		memset(&b, 0, sizeof(b));
		sg_ike_walk(t->a.ike, keep_info, &a);
		sg_ike_walk(t->b.ike, keep_info, &b);
		assert_string_equal(a.state, shown_a[i]);
		assert_string_equal(b.state ? b.state : "", shown_b[i]);
		twin_run(t, 2 * WIRE_MS);
	}
	assert_true(a.initiator);
	assert_false(b.initiator);
	assert_int_equal(a.conn_id, 1);
	assert_int_equal(b.conn_id, 1);
	assert_int_equal(a.remote.s_addr, inet_addr("10.10.10.2"));
	assert_int_equal(a.remote_port, 500);
	assert_memory_equal(a.cookie_i, b.cookie_i, 8);
	assert_memory_equal(a.cookie_r, b.cookie_r, 8);
	assert_int_equal(a.policy.encr, SG_ENCR_AES);
	assert_int_equal(a.policy.key_bits, 256);
	assert_int_equal(a.lifetime, 86400);
	twin_free(t);
}

static bool commit_bit(struct twin *t, unsigned int number, struct datagram *d)
{
	(void)t;
	if (number >= 7)
		d->buf[19] |= IKE_FLAG_COMMIT;
	return true;
}

/* Taken, and nothing waits for a CONNECTED. */
static void test_commit_bit(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 4);

	(void)state;
	t->tamper = commit_bit;
	side_acquire(&t->a);
	twin_run(t, 2000);
	twin_check_up(t, 1);
	assert_int_equal(t->sent, 9);
	twin_free(t);
}

static struct sg_isa *isa_of(struct side *side)
{
	return TAILQ_FIRST(&side->ike->isas);
}

/* KEYMAT by its receiver's SPI: 20 bytes for SEAL, the next 20 for HMAC-SHA. */
static void test_key_split(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 10);
	const struct sg_node *node;
	const struct sg_ksa *in;
	uint8_t keymat[40];

	(void)state;
	side_acquire(&t->a);
	twin_run(t, 7 * WIRE_MS);
	node = TAILQ_FIRST(&isa_of(&t->b)->nodes);
	in = side_sa(&t->b, SG_DIR_IN, 0);
	assert_non_null(node);
	assert_non_null(in);
	assert_int_equal(sg_ike_keymat(&node->isa->keys, SG_CHUNK(NULL, 0), IKE_PROTO_ESP,
				       in->id.spi, sg_blob_chunk(&node->ni),
				       sg_blob_chunk(&node->nr), keymat, sizeof(keymat)), 0);
	assert_memory_equal(in->cipher_key, keymat, 20);
	assert_memory_equal(in->auth_key, keymat + 20, 20);
	twin_run(t, 1000);
	twin_check_up(t, 1);
	twin_free(t);
}

/*
 * To an address that has not answered to our cookie: three bytes for each of its own, not one
 * more.
 */
static void test_amplification_bound(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 11);
	static uint8_t bytes[1024];
	struct sg_isa *isa;
	unsigned int sent;
	size_t left;

	(void)state;
	side_acquire(&t->a);
	twin_run(t, WIRE_MS);
	isa = isa_of(&t->b);
	assert_false(isa->proven);
	left = 3 * isa->bytes_in - isa->bytes_out;
	sent = t->sent;
	assert_int_equal(sg_send(isa, bytes, left + 1), -EPERM);
	assert_int_equal(t->sent, sent);
	assert_int_equal(sg_send(isa, bytes, left), 0);
	assert_int_equal(sg_send(isa, bytes, 1), -EPERM);
	assert_int_equal(t->sent, sent + 1);
	twin_run(t, 2 * WIRE_MS);	/* message 3 proves it */
	assert_true(isa->proven);
	assert_int_equal(sg_send(isa, bytes, sizeof(bytes)), 0);
	twin_run(t, 1000);
	twin_check_up(t, 1);
	twin_free(t);
}

/* --- Informationals that A's peer makes with A's keys --------------------------------------- */

struct info {
	struct sg_isa *isa;
	struct sg_writer w;
	uint8_t buf[2048];
	uint32_t id;
	size_t hash;
};

static void info_begin(struct info *info, struct side *from, uint32_t id)
{
	info->isa = isa_of(from);
	info->id = id;
	sg_message_begin(info->isa, &info->w, info->buf, sizeof(info->buf), IKE_XCHG_INFO, id,
			 true);
	info->hash = sg_put_hash_space(&info->w, info->isa->keys.hash_len);
}

static void info_end(struct info *info, struct side *from, struct side *to)
{
	struct sg_ike_iv iv;
	size_t len;

	assert_int_equal(sg_message_hash1(info->isa, &info->w, info->hash, info->id), 0);
	assert_int_equal(sg_ike_iv_phase2(&info->isa->keys, &info->isa->iv, info->id, &iv), 0);
	len = sg_writer_finish(&info->w, info->isa->keys.block_len);
	assert_int_not_equal(len, 0);
	assert_int_equal(sg_ike_encrypt(&info->isa->keys, &iv, info->buf + IKE_HEADER_LEN,
					len - IKE_HEADER_LEN, &iv), 0);
	twin_inject(to, &from->addr, info->buf, len);
}

static void put_isakmp_delete(struct info *info)
{
	uint8_t cookies[16];

	memcpy(cookies, info->isa->cookie_i, 8);
	memcpy(cookies + 8, info->isa->cookie_r, 8);
	sg_put_delete(&info->w, IKE_PROTO_ISAKMP, 16, 1, cookies);
}

/* The IKE SA deleted first, then more under it: all of it is seen to. */
static void test_delete_with_more_behind(void **state)
{
	struct twin *t = up(5);
	struct info info;
	uint32_t spis[4];

	(void)state;
	spis[0] = htonl(0x12345678);
	spis[1] = htonl(side_sa(&t->b, SG_DIR_IN, 0)->id.spi);
	spis[2] = spis[1];
	spis[3] = htonl(1);
	info_begin(&info, &t->b, 0x1001);
	put_isakmp_delete(&info);
	put_isakmp_delete(&info);
	sg_put_delete(&info.w, IKE_PROTO_ESP, 4, 4, spis);
	sg_put_notify(&info.w, IKE_PROTO_ESP, IKE_N_NO_PROPOSAL_CHOSEN, NULL, 0, NULL, 0);
	sg_put_notify(&info.w, IKE_PROTO_ISAKMP, IKE_N_INITIAL_CONTACT, NULL, 0, NULL, 0);
	info_end(&info, &t->b, &t->a);
	assert_int_equal(side_isas(&t->a), 0);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
	assert_true(twin_said(t, "A|%CRYPTO-5-SESSION_STATUS: Crypto tunnel is DOWN"));
	assert_int_equal(t->sent, 9);	/* none of it is answered */
	/* Again: the IKE SA is not there, the peer starts anew. */
	info_end(&info, &t->b, &t->a);
	twin_free(t);
}

static void test_delete_of_others(void **state)
{
	struct twin *t = up(6);
	uint8_t cookies[16] = { 1, 2, 3 };
	struct info info;
	uint32_t spi;

	(void)state;
	/* Our own inbound SPI is not the peer's to delete; an IKE SA that is not. */
	spi = htonl(side_sa(&t->a, SG_DIR_IN, 0)->id.spi);
	info_begin(&info, &t->b, 0x1002);
	sg_put_delete(&info.w, IKE_PROTO_ESP, 4, 1, &spi);
	sg_put_delete(&info.w, IKE_PROTO_ISAKMP, 16, 1, cookies);
	sg_put_delete(&info.w, IKE_PROTO_AH, 4, 1, &spi);
	info_end(&info, &t->b, &t->a);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 2);
	assert_int_equal(side_isas(&t->a), 1);
	/* The same message ID again, with what would have counted. */
	spi = htonl(side_sa(&t->b, SG_DIR_IN, 0)->id.spi);
	info_begin(&info, &t->b, 0x1002);
	sg_put_delete(&info.w, IKE_PROTO_ESP, 4, 1, &spi);
	info_end(&info, &t->b, &t->a);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 2);
	info_begin(&info, &t->b, 0);
	sg_put_delete(&info.w, IKE_PROTO_ESP, 4, 1, &spi);
	info_end(&info, &t->b, &t->a);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 2);
	info_begin(&info, &t->b, 0x1003);
	sg_put_delete(&info.w, IKE_PROTO_ESP, 4, 1, &spi);
	info_end(&info, &t->b, &t->a);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
	twin_free(t);
}

/* The peer says it does not know what we send under: a new pair at the next packet. */
static void test_invalid_spi_heals(void **state)
{
	struct twin *t = up(7);
	struct sg_kevent event = { .kind = SG_CMD_EV_INVALID_SPI };

	(void)state;
	event.packet.src = t->a.addr.sin_addr;
	event.packet.dst = t->b.addr.sin_addr;
	event.packet.proto = 50;
	event.packet.spi = side_sa(&t->a, SG_DIR_OUT, 0)->id.spi;
	/* B's kernel has lost it */
	t->b.kernel->ops->sa_flush(t->b.kernel, NULL, NULL);
	side_event(&t->b, &event);
	twin_run(t, 1000);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
	side_acquire(&t->a);
	twin_run(t, 1000);
	assert_int_equal(side_count(&t->a, SG_DIR_OUT), 1);
	assert_int_equal(side_count(&t->b, SG_DIR_OUT), 1);
	twin_check(t);
	twin_free(t);
}

/* Lines of 12.3 for packets that should not be; one a minute and kind. */
static void test_packet_lines(void **state)
{
	struct sg_kevent event = { .kind = SG_CMD_EV_NOT_IPSEC };
	struct twin *t = up(8);
	const struct sg_ksa *sa = side_sa(&t->a, SG_DIR_IN, 0);
	unsigned int i;

	(void)state;
	inet_pton(AF_INET, "20.20.20.7", &event.packet.src);
	inet_pton(AF_INET, "172.18.124.5", &event.packet.dst);
	event.packet.proto = 1;
	for (i = 0; i < 121; i++) {
		side_event(&t->a, &event);
		twin_run(t, 1000);
	}
	assert_int_equal(twin_lines(t,
				    "A|%CRYPTO-4-RECVD_PKT_NOT_IPSEC: Rec'd packet not an IPSEC "
				    "packet. (ip) vrf/dest_addr= /172.18.124.5, src_addr= 20.20.20.7, "
				    "prot= 1\n"), 3);

	event = (struct sg_kevent){ .kind = SG_CMD_EV_INVALID_SPI };
	inet_pton(AF_INET, "10.10.10.77", &event.packet.src);
	event.packet.dst = t->a.addr.sin_addr;
	event.packet.proto = 50;
	event.packet.spi = 0xDD3645C8;
	side_event(&t->a, &event);
	side_event(&t->a, &event);
	assert_int_equal(twin_lines(t, "A|%CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has "
				  "invalid spi for destaddr=10.10.10.1, prot=50, "
				  "spi=0xDD3645C8(3711321544), srcaddr=10.10.10.77\n"), 1);
	assert_int_equal(t->sent, 9);	/* nobody vouches for 10.10.10.77 */

	event = (struct sg_kevent){ .kind = SG_CMD_EV_REPLAY };
	event.packet.seq = 12345;
	memcpy(event.packet.cookie, sa->cookie, sa->cookie_len);
	event.packet.cookie_len = sa->cookie_len;
	side_event(&t->a, &event);
	side_event(&t->a, &event);
	assert_int_equal(twin_lines(t, "A|%CRYPTO-4-PKT_REPLAY_ERR: decrypt: replay check failed\n"
				  "        connection id=2000, sequence number=12345\n"), 1);
	twin_free(t);
}

/* Events about nothing we know. */
static void test_strange_events(void **state)
{
	struct sg_kevent event = { .kind = SG_CMD_EV_ACQUIRE };
	struct twin *t = up(9);

	(void)state;
	strcpy(event.acquire.flow.map, "nomap");
	event.acquire.flow.seq = 10;
	side_event(&t->a, &event);
	event.acquire.flow = side_flow(&t->a, 0, 0);
	event.acquire.flow.ace.src_mask.s_addr = 0;
	side_event(&t->a, &event);
	assert_int_equal(sg_mock_calls_of(t->a.kernel, SG_MOCK_FLOW_FAIL), 2);
	event = (struct sg_kevent){ .kind = SG_CMD_EV_EXPIRE };
	event.expire.id.spi = 4711;
	event.expire.hard = true;
	side_event(&t->a, &event);
	twin_check_up(t, 1);
	assert_int_equal(t->sent, 9);
	twin_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seed_files),
		cmocka_unit_test(test_shown),
		cmocka_unit_test(test_commit_bit),
		cmocka_unit_test(test_key_split),
		cmocka_unit_test(test_amplification_bound),
		cmocka_unit_test(test_delete_with_more_behind),
		cmocka_unit_test(test_delete_of_others),
		cmocka_unit_test(test_invalid_spi_heals),
		cmocka_unit_test(test_packet_lines),
		cmocka_unit_test(test_strange_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
