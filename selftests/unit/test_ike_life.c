// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The life of what has been negotiated: limits, rekeys, deletes, restarts of an agent or a peer,
 * a new configuration.
 */
#include "../../agent/ike/engine.h"
#include "twin.h"
#include "twin_configs.h"

#define MAP_LIFE(s, kb) " set security-association lifetime seconds " #s "\n" \
	" set security-association lifetime kilobytes " #kb "\n"

static const struct sg_ksel packet_from_a = {
	.proto = 1,
};

static struct sg_ksel packet(const char *src, const char *dst)
{
	struct sg_ksel sel = packet_from_a;

	inet_pton(AF_INET, src, &sel.src);
	inet_pton(AF_INET, dst, &sel.dst);
	return sel;
}

static struct twin *up(const char *a, const char *b, uint64_t seed)
{
	struct twin *t = twin_alloc(a, b, seed);

	side_acquire(&t->a);
	twin_run(t, 2000);
	twin_check_up(t, 1);
	return t;
}

static void test_install_order(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 1);

	(void)state;
	side_acquire(&t->a);
	/*
	 * Packet 7 (QM1) leaves at 60 ms and arrives at 70: then B has its inbound SA and no
	 * more.
	 */
	twin_run(t, 71);
	assert_int_equal(t->sent, 8);
	assert_int_equal(side_count(&t->b, SG_DIR_IN), 1);
	assert_int_equal(side_count(&t->b, SG_DIR_OUT), 0);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
	/* QM2 at 80: A has both, the inbound one first. */
	twin_run(t, 10);
	assert_int_equal(t->sent, 9);
	assert_int_equal(sg_mock_sa(t->a.kernel, 0)->dir, SG_DIR_IN);
	assert_int_equal(sg_mock_sa(t->a.kernel, 1)->dir, SG_DIR_OUT);
	assert_int_equal(side_count(&t->b, SG_DIR_OUT), 0);
	/* QM3 at 90: B may send. */
	twin_run(t, 10);
	assert_int_equal(side_count(&t->b, SG_DIR_OUT), 1);
	twin_check_up(t, 1);
	twin_free(t);
}

static void test_limits(void **state)
{
	struct twin *t = up(A_SEED, B_SEED, 2);
	const struct sg_ksa *sa = side_sa(&t->a, SG_DIR_IN, 0);
	struct sg_sa_cookie cookie;
	uint64_t start;

	(void)state;
	/*
	 * 30 s ahead, the initiator up to 10 s earlier; volume 1 to 4 % below, 256 to 512 kB
	 * ahead of that
	 */
	assert_int_equal(sa->hard_seconds, 3600);
	assert_in_range(sa->soft_seconds, 3560, 3570);
	assert_int_equal(side_sa(&t->b, SG_DIR_IN, 0)->soft_seconds, 3570);
	memcpy(&cookie, sa->cookie, sizeof(cookie));
	start = ntohl(cookie.start_kilobytes);
	assert_in_range(start, 4608000 * 96 / 100, 4608000 * 99 / 100);
	assert_int_equal(sa->hard_bytes, start * 1024);
	assert_in_range(sa->soft_bytes, (start - 512) * 1024, (start - 256) * 1024);
	assert_int_equal(ntohl(cookie.life_kilobytes), 4608000);
	assert_int_equal(ntohl(cookie.life_seconds), 3600);
	assert_int_equal(ntohs(cookie.conn_id), 2000);
	assert_int_equal(ntohs(cookie.flow_id), 1);
	memcpy(&cookie, side_sa(&t->a, SG_DIR_OUT, 0)->cookie, sizeof(cookie));
	assert_int_equal(ntohs(cookie.conn_id), 2001);
	assert_int_equal(ntohs(cookie.flow_id), 2);
	assert_true(sa->id.spi > 255);
	assert_int_equal(sa->cipher, SG_CIPHER_SEAL);
	assert_int_equal(sa->cipher_key_len, 20);
	assert_int_equal(sa->auth_key_len, 20);
	assert_int_equal(sa->replay_window, 64);
	twin_free(t);
}

/* The start of the volume is random, but always within 1 to 4 % of the limit. */
static void test_volume_start(void **state)
{
	uint64_t start, low = UINT64_MAX, high = 0;
	struct sg_sa_cookie cookie;
	struct twin *t;
	uint64_t seed;

	(void)state;
	for (seed = 200; seed < 240; seed++) {
		t = up(A_SEED, B_SEED, seed);
		memcpy(&cookie, side_sa(&t->a, SG_DIR_IN, 0)->cookie, sizeof(cookie));
		start = ntohl(cookie.start_kilobytes);
		low = start < low ? start : low;
		high = start > high ? start : high;
		twin_free(t);
	}
	assert_in_range(low, 4608000 * 96 / 100, 4608000 * 97 / 100);
	assert_in_range(high, 4608000 * 98 / 100, 4608000 * 99 / 100);
}

/* The smaller lifetime counts, whoever has it; a responder that cuts it says so. */
static void test_responder_lifetime(void **state)
{
	struct twin *t = up(A_SEED, SEED_POLICY B_KEY SEED_SET B_MAP_HEAD MAP_LIFE(600, 100000)
			    MAP_TAIL B_INTERFACE B_ACL, 3);
	struct sg_sa_cookie cookie;

	(void)state;
	assert_int_equal(side_sa(&t->b, SG_DIR_IN, 0)->hard_seconds, 600);
	assert_int_equal(side_sa(&t->a, SG_DIR_IN, 0)->hard_seconds, 600);
	assert_int_equal(side_sa(&t->a, SG_DIR_OUT, 0)->hard_seconds, 600);
	memcpy(&cookie, side_sa(&t->a, SG_DIR_OUT, 0)->cookie, sizeof(cookie));
	assert_int_equal(ntohl(cookie.life_kilobytes), 100000);
	twin_free(t);

	t = up(SEED_POLICY A_KEY SEED_SET A_MAP_HEAD MAP_LIFE(120, 2560) MAP_TAIL A_INTERFACE A_ACL,
	       B_SEED, 4);
	assert_int_equal(side_sa(&t->b, SG_DIR_IN, 0)->hard_seconds, 120);
	assert_int_equal(side_sa(&t->b, SG_DIR_IN, 0)->soft_seconds, 90);
	twin_free(t);
}

static void test_rekey(void **state)
{
	struct twin *t = up(A_SEED, B_SEED, 5);
	struct sg_ksa old_in = *side_sa(&t->a, SG_DIR_IN, 0);
	struct sg_ksa old_out = *side_sa(&t->a, SG_DIR_OUT, 0);
	struct sg_ksel p = packet("172.18.124.5", "20.20.20.7");
	struct sg_sa_cookie cookie;

	(void)state;
	assert_int_equal(t->sent, 9);
	side_expire(&t->a, &old_out, false);
	side_expire(&t->a, &old_in, false);	/* the other half asks as well: one rekey */
	twin_run(t, 1000);
	assert_int_equal(t->sent, 12);		/* one Quick Mode, no Main Mode */
	/* old inbound SAs live, old outbound ones are gone, both ends send on the new pair */
	assert_int_equal(side_count(&t->a, SG_DIR_IN), 2);
	assert_int_equal(side_count(&t->b, SG_DIR_IN), 2);
	assert_int_equal(side_count(&t->a, SG_DIR_OUT), 1);
	assert_int_equal(side_count(&t->b, SG_DIR_OUT), 1);
	twin_check(t);
	assert_int_not_equal(sg_mock_sender(t->a.kernel, &p)->id.spi, old_out.id.spi);
	memcpy(&cookie, side_sa(&t->a, SG_DIR_OUT, 0)->cookie, sizeof(cookie));
	assert_int_equal(ntohs(cookie.conn_id), 2003);
	assert_false(twin_said(t, "DOWN"));

	/* The end of the old one at A: B is told, and forgets its half. */
	side_expire(&t->a, &old_in, true);
	twin_run(t, 1000);
	assert_int_equal(t->sent, 13);
	assert_int_equal(side_count(&t->a, SG_DIR_IN), 1);
	assert_int_equal(side_count(&t->b, SG_DIR_IN), 1);
	twin_check_up(t, 1);
	assert_false(twin_said(t, "DOWN"));
	/* A superseded or unknown SA's end is no news. */
	side_expire(&t->a, &old_in, true);
	side_expire(&t->a, &old_out, false);
	twin_run(t, 1000);
	assert_int_equal(t->sent, 13);
	twin_free(t);
}

static void test_unused_is_not_renewed(void **state)
{
	struct twin *t = up(A_SEED, B_SEED, 6);
	struct sg_kevent event = { .kind = SG_CMD_EV_EXPIRE };

	(void)state;
	event.expire.id = side_sa(&t->a, SG_DIR_OUT, 0)->id;
	event.expire.used = false;
	side_event(&t->a, &event);
	twin_run(t, 10000);
	assert_int_equal(t->sent, 9);
	twin_free(t);
}

/* Both rekey at once: two new pairs live, each end sends on one that the other can read. */
static void test_simultaneous_rekey(void **state)
{
	uint64_t seed;
	struct twin *t;

	(void)state;
	for (seed = 10; seed < 30; seed++) {
		t = up(A_SEED, B_SEED, seed);
		side_expire(&t->a, side_sa(&t->a, SG_DIR_OUT, 0), false);
		twin_run(t, seed % 20);
		side_expire(&t->b, side_sa(&t->b, SG_DIR_OUT, 0), false);
		twin_run(t, 60000);
		twin_check(t);
		assert_int_equal(side_count(&t->a, SG_DIR_OUT), 1);
		assert_int_equal(side_count(&t->b, SG_DIR_OUT), 1);
		assert_in_range(side_count(&t->a, SG_DIR_IN), 2, 3);
		assert_int_equal(side_count(&t->a, SG_DIR_IN), side_count(&t->b, SG_DIR_IN));
		twin_free(t);
	}
}

static void test_hard_expiry_and_again(void **state)
{
	struct twin *t = up(A_SEED, B_SEED, 31);

	(void)state;
	side_expire(&t->b, side_sa(&t->b, SG_DIR_IN, 0), true);
	twin_run(t, 1000);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
	assert_int_equal(sg_mock_sa_count(t->b.kernel), 0);
	assert_true(twin_said(t,
			      "A|%CRYPTO-5-SESSION_STATUS: Crypto tunnel is DOWN.  "
			      "Peer 10.10.10.2:500"));
	side_acquire(&t->b);
	twin_run(t, 1000);
	twin_check_up(t, 1);
	assert_int_equal(t->sent, 9 + 1 + 3);	/* the Delete, a Quick Mode */
	twin_free(t);
}

static void test_clear(void **state)
{
	struct in_addr other = { .s_addr = htonl(0x01020304) };
	struct twin *t = up(A_SEED, B_SEED, 32);

	(void)state;
	assert_int_equal(sg_ike_clear_sa(t->a.ike, "nomap", NULL), 0);
	assert_int_equal(sg_ike_clear_sa(t->a.ike, NULL, &other), 0);
	assert_int_equal(sg_ike_clear_sa(t->a.ike, "cisco", &t->b.addr.sin_addr), 2);
	twin_run(t, 1000);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
	assert_int_equal(sg_mock_sa_count(t->b.kernel), 0);
	assert_int_equal(side_isas(&t->b), 1);
	/* The IKE SA goes alone: what it made stays. */
	side_acquire(&t->a);
	twin_run(t, 1000);
	assert_int_equal(sg_ike_clear_isakmp(t->a.ike, 99), 0);
	assert_int_equal(sg_ike_clear_isakmp(t->a.ike, 0), 1);
	twin_run(t, 1000);
	assert_int_equal(side_isas(&t->a), 0);
	assert_int_equal(side_isas(&t->b), 0);
	twin_check_up(t, 1);
	/* A rekey then makes a new one. */
	side_expire(&t->a, side_sa(&t->a, SG_DIR_OUT, 0), false);
	twin_run(t, 1000);
	assert_int_equal(side_isas(&t->a), 1);
	assert_int_equal(side_count(&t->a, SG_DIR_IN), 2);
	twin_check(t);
	twin_free(t);
}

/* B's machine restarts: it knows nothing, says INITIAL-CONTACT, and A's old SAs go. */
static void test_peer_restart(void **state)
{
	struct twin *t = up(A_SEED, B_SEED, 33);
	uint32_t old = side_sa(&t->a, SG_DIR_OUT, 0)->id.spi;

	(void)state;
	side_stop(&t->b);
	t->b.kernel->ops->sa_flush(t->b.kernel, NULL, NULL);
	side_start(&t->b);
	twin_enter(&t->b);
	sg_ike_set_config(t->b.ike, t->b.cfg);
	twin_leave();
	side_acquire(&t->b);
	twin_run(t, 2000);
	twin_check_up(t, 1);
	assert_int_equal(side_isas(&t->a), 1);
	assert_int_not_equal(side_sa(&t->a, SG_DIR_OUT, 0)->id.spi, old);
	twin_free(t);
}

/*
 * B's agent restarts, its kernel does not: it takes the SAs over and makes no claim of first
 * contact.
 */
static void test_adopt(void **state)
{
	struct twin *t = up(A_SEED, B_SEED, 34);
	uint32_t old = side_sa(&t->a, SG_DIR_OUT, 0)->id.spi;
	struct sg_sa_cookie cookie;

	(void)state;
	side_stop(&t->b);
	assert_false(twin_said(t, "DOWN"));
	assert_int_equal(sg_mock_sa_count(t->b.kernel), 2);
	side_start(&t->b);
	twin_enter(&t->b);
	sg_ike_set_config(t->b.ike, t->b.cfg);
	assert_int_equal(sg_ike_adopt(t->b.ike), 0);
	twin_leave();
	twin_check_up(t, 1);
	assert_int_equal(sg_ike_current_peer(t->b.ike, "cisco", 10).s_addr,
			 t->a.addr.sin_addr.s_addr);
	side_expire(&t->b, side_sa(&t->b, SG_DIR_OUT, 0), false);
	twin_run(t, 2000);
	assert_int_equal(t->sent, 18);
	assert_int_equal(side_count(&t->b, SG_DIR_IN), 2);
	assert_int_equal(side_count(&t->b, SG_DIR_OUT), 1);
	assert_int_equal(side_count(&t->a, SG_DIR_IN), 2);
	twin_check(t);
	assert_int_equal(twin_lines(t, "B|%CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP"), 1);
	assert_null(sg_mock_sa_find(t->a.kernel, old, SG_DIR_OUT));
	memcpy(&cookie, side_sa(&t->b, SG_DIR_OUT, 0)->cookie, sizeof(cookie));
	assert_int_equal(ntohs(cookie.conn_id), 2003);
	assert_int_equal(ntohs(cookie.flow_id), 4);
	/* The adopted pair ends as any other. */
	side_expire(&t->b, side_sa(&t->b, SG_DIR_IN, 0), true);
	twin_run(t, 2000);
	twin_check_up(t, 1);
	twin_free(t);
}

/* Events were lost: an SA has gone from the kernel unheard. */
static void test_lost_events(void **state)
{
	struct twin *t = up(A_SEED, B_SEED, 37);

	(void)state;
	assert_int_equal(sg_ike_adopt(t->a.ike), 0);
	twin_run(t, 1000);
	assert_int_equal(t->sent, 9);
	twin_check_up(t, 1);
	sg_mock_sa_drop(t->a.kernel, side_sa(&t->a, SG_DIR_OUT, 0)->id.spi);
	assert_int_equal(sg_ike_adopt(t->a.ike), 0);
	twin_run(t, 1000);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
	assert_int_equal(sg_mock_sa_count(t->b.kernel), 0);
	side_acquire(&t->a);
	twin_run(t, 1000);
	twin_check_up(t, 1);
	twin_free(t);
}

static void test_new_configuration(void **state)
{
	struct twin *t = up(A_SEED, B_SEED, 35);

	(void)state;
	/* The same again, and a second entry: nothing happens. */
	side_configure(&t->a, A_SEED);
	twin_run(t, 1000);
	assert_int_equal(t->sent, 9);
	twin_check_up(t, 1);
	/* The line is gone: so are its SAs, at both ends. */
	side_configure(&t->a, SEED_POLICY A_KEY SEED_SET A_MAP A_INTERFACE
		       "access-list 100 permit ip 172.18.125.0 0.0.0.255 20.20.20.0 0.0.0.255\n");
	twin_run(t, 1000);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
	assert_int_equal(sg_mock_sa_count(t->b.kernel), 0);
	assert_int_equal(side_isas(&t->a), 1);
	/* The peer is gone: so is the IKE SA. */
	side_configure(&t->a, SEED_POLICY SEED_SET
		       "crypto isakmp key cisco123 address 10.10.10.9\n"
		       "crypto map cisco 10 ipsec-isakmp\n set peer 10.10.10.9\n" MAP_TAIL
		       A_INTERFACE A_ACL);
	twin_run(t, 1000);
	assert_int_equal(side_isas(&t->a), 0);
	assert_int_equal(side_isas(&t->b), 0);
	twin_free(t);
}

/*
 * The line goes while a Quick Mode for it is on its way, whoever began it: nothing of it gets into
 * the kernel, and what had is taken out.
 */
static void test_new_configuration_meanwhile(void **state)
{
	static const char other[] = SEED_POLICY A_KEY SEED_SET A_MAP A_INTERFACE
		"access-list 100 permit ip 172.18.125.0 0.0.0.255 20.20.20.0 0.0.0.255\n";
	struct twin *t = twin_alloc(A_SEED, B_SEED, 38);

	(void)state;
	side_acquire(&t->a);
	twin_run(t, 75);	/* QM1 has arrived at 70, QM2 is on its way */
	assert_int_equal(t->sent, 8);
	side_configure(&t->a, other);
	twin_run(t, 3000);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
	assert_int_equal(sg_mock_calls_of(t->a.kernel, SG_MOCK_SA_ADD), 0);
	twin_run(t, 300000);
	assert_int_equal(sg_mock_sa_count(t->b.kernel), 0);
	twin_free(t);

	t = twin_alloc(A_SEED, B_SEED, 39);
	side_acquire(&t->b);
	twin_run(t, 75);
	assert_int_equal(side_count(&t->a, SG_DIR_IN), 1);
	side_configure(&t->a, other);
	twin_run(t, 3000);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
	assert_int_equal(sg_mock_sa_count(t->b.kernel), 0);
	twin_free(t);
}

/* The IKE SA ends by its lifetime; the tunnel does not. */
static void test_isakmp_lifetime(void **state)
{
	struct twin *t = up("crypto isakmp policy 1\n encr aes 256\n hash md5\n"
			    " authentication pre-share\n group 2\n lifetime 60\n" A_REST,
			    B_SEED, 36);

	(void)state;
	twin_run(t, 57000);
	assert_int_equal(side_isas(&t->a), 1);
	twin_run(t, 2000);
	assert_int_equal(side_isas(&t->a), 0);
	assert_int_equal(side_isas(&t->b), 0);
	twin_check_up(t, 1);
	side_expire(&t->a, side_sa(&t->a, SG_DIR_OUT, 0), false);
	twin_run(t, 1000);
	assert_int_equal(side_isas(&t->a), 1);
	twin_check(t);
	twin_free(t);
}

/*
 * B has seen nearly as many message IDs as it remembers: the IKE SA ends in order, before it has to
 * refuse its peer, and the next one is begun as after any other end.
 */
static void test_message_ids_used_up(void **state)
{
	struct twin *t = up(A_SEED, B_SEED, 53);
	struct sg_isa *isa = TAILQ_FIRST(&t->b.ike->isas);
	uint32_t id;

	(void)state;
	for (id = 1; isa->seen.count < SG_MSGID_MAX - SG_MSGID_SPARE; id++)
		sg_msgid_add(&isa->seen, id);
	side_expire(&t->a, side_sa(&t->a, SG_DIR_OUT, 0), false);
	twin_run(t, 1000);
	assert_int_equal(side_count(&t->a, SG_DIR_IN), 2);
	assert_int_equal(side_isas(&t->b), 1);
	twin_run(t, SG_ISA_SPARE_MS);
	assert_int_equal(side_isas(&t->a), 0);
	assert_int_equal(side_isas(&t->b), 0);
	twin_check(t);
	side_expire(&t->a, side_sa(&t->a, SG_DIR_OUT, 0), false);
	twin_run(t, 1000);
	assert_int_equal(side_count(&t->a, SG_DIR_IN), 3);
	assert_int_equal(side_isas(&t->b), 1);
	twin_check(t);
	twin_free(t);
}

/* A has failed and rests; B brings the tunnel up meanwhile: A does not ask again. */
static void test_served_while_resting(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 50);

	(void)state;
	sg_mock_fail(t->a.kernel, SG_MOCK_SA_ADD, 0, -ENOMEM);
	side_acquire(&t->a);
	twin_run(t, 2000);
	assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
	side_acquire(&t->a);
	side_acquire(&t->b);
	twin_run(t, 2000);
	assert_int_equal(side_count(&t->a, SG_DIR_OUT), 1);
	twin_run(t, 60000);
	assert_int_equal(side_count(&t->a, SG_DIR_IN), 1);
	assert_int_equal(side_count(&t->a, SG_DIR_OUT), 1);
	twin_free(t);
}

/*
 * A's first packet overtakes its QM3, so B's answer finds no SA and B is asked for one: that of the
 * Quick Mode under way will do. If its end never comes, B negotiates by itself.
 */
static void test_answer_overtakes(void **state)
{
	struct twin *t = twin_alloc(A_SEED, B_SEED, 51);
	struct sg_ksa_id gone;

	(void)state;
	side_acquire(&t->a);
	twin_run(t, 81);	/* QM3 is the ninth, on its way */
	assert_int_equal(t->sent, 9);
	side_acquire(&t->b);
	twin_run(t, 60000);
	assert_int_equal(t->sent, 9);
	twin_check_up(t, 1);
	twin_free(t);

	/* The same, heard of only after B's pair is up. */
	t = twin_alloc(A_SEED, B_SEED, 53);
	side_acquire(&t->a);
	twin_run(t, 2000);
	side_acquire(&t->b);
	twin_run(t, 60000);
	assert_int_equal(t->sent, 9);
	twin_check_up(t, 1);
	twin_free(t);

	/* But where the kernel has lost that SA, B negotiates. */
	t = twin_alloc(A_SEED, B_SEED, 54);
	side_acquire(&t->a);
	twin_run(t, 2000);
	assert_int_equal(sg_mock_sa(t->b.kernel, 1)->dir, SG_DIR_OUT);
	gone = sg_mock_sa(t->b.kernel, 1)->id;
	assert_int_equal(t->b.kernel->ops->sa_del(t->b.kernel, &gone), 0);
	side_acquire(&t->b);
	twin_run(t, 2000);
	assert_int_equal(t->sent, 12);
	assert_int_equal(side_count(&t->b, SG_DIR_OUT), 1);
	twin_free(t);

	t = twin_alloc(A_SEED, B_SEED, 52);
	t->fault = (struct fault){ .packet = 9, .kind = FAULT_DROP };
	side_acquire(&t->a);
	twin_run(t, 81);
	side_acquire(&t->b);
	twin_run(t, 8000);
	assert_true(side_count(&t->b, SG_DIR_OUT) >= 1);
	twin_check(t);
	twin_free(t);
}

/* The kernel refuses an SA: the exchange ends, neither kernel keeps half a tunnel. */
static void test_kernel_refuses(void **state)
{
	unsigned int which;
	struct twin *t;

	(void)state;
	for (which = 0; which < 4; which++) {
		t = twin_alloc(A_SEED, B_SEED, 40 + which);
		sg_mock_fail(which < 2 ? t->a.kernel : t->b.kernel, SG_MOCK_SA_ADD, which % 2,
			     -ENOMEM);
		side_acquire(&t->a);
		twin_run(t, 3000);
		assert_int_equal(sg_mock_sa_count(t->a.kernel), 0);
		twin_check(t);
		twin_run(t, 300000);
		assert_int_equal(sg_mock_sa_count(t->b.kernel), 0);
		side_acquire(&t->a);
		twin_run(t, 30000);
		twin_check_up(t, 1);
		twin_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_install_order),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_volume_start),
		cmocka_unit_test(test_responder_lifetime),
		cmocka_unit_test(test_rekey),
		cmocka_unit_test(test_unused_is_not_renewed),
		cmocka_unit_test(test_simultaneous_rekey),
		cmocka_unit_test(test_hard_expiry_and_again),
		cmocka_unit_test(test_clear),
		cmocka_unit_test(test_peer_restart),
		cmocka_unit_test(test_adopt),
		cmocka_unit_test(test_lost_events),
		cmocka_unit_test(test_new_configuration),
		cmocka_unit_test(test_new_configuration_meanwhile),
		cmocka_unit_test(test_isakmp_lifetime),
		cmocka_unit_test(test_message_ids_used_up),
		cmocka_unit_test(test_served_while_resting),
		cmocka_unit_test(test_kernel_refuses),
		cmocka_unit_test(test_answer_overtakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
