/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two IKE engines in one process:
 *
 *	  engine A ---- wire: a queue of datagrams, 10 ms, faults ---- engine B
 *	  10.10.10.1			one virtual clock		10.10.10.2
 *	  kernel in memory			     kernel in memory
 *
 * Deterministic: time, order and randomness come from a seed. Include from one test program.
 */
#ifndef SG_TWIN_H
#define SG_TWIN_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>

#include <cmocka.h>

#include "../../agent/config/parse.h"
#include "../../agent/ike/ike.h"
#include "../../agent/kernel/ksel.h"
#include "../../agent/kernel/mock.h"
#include "../../agent/log/log.h"

#define WIRE_MS 10
#define WIRE_MAX 4096		/* datagrams of one run: a bound on the test itself */
#define LOG_MAX 262144

struct twin;

struct side {
	struct twin *twin;
	const char *name;
	struct sg_ike *ike;
	struct sg_kernel *kernel;
	struct sg_config *cfg;
	struct sockaddr_in addr;
	uint64_t wake;
	unsigned int debug;		/* mask while this side is at work */
	size_t bytes_out, bytes_in;
	int send_err;			/* what its socket says: -errno, 0: it sends */
};

struct datagram {
	bool used;
	uint64_t at, order;
	struct side *to;
	struct sockaddr_in from, dest;
	size_t len;
	uint8_t *buf;
};

enum fault_kind {
	FAULT_NONE,
	FAULT_DROP,
	FAULT_DOUBLE,
	FAULT_DELAY,		/* by @arg ms */
	FAULT_FLIP,		/* bit 0 of byte @arg */
	FAULT_TRUNCATE,		/* to @arg bytes */
};

struct fault {
	unsigned int packet;	/* from 1, in the order sent, both directions; 0: none */
	enum fault_kind kind;
	size_t arg;
};

struct twin {
	uint64_t now;
	uint64_t prng;
	struct side a, b;
	struct datagram wire[WIRE_MAX];
	unsigned int sent;		/* datagrams so far */
	uint64_t order;
	struct fault fault;
	/*
	 * May change a datagram in place (it has room for 256 bytes more); NULL: none. False:
	 * it is lost.
	 */
	bool (*tamper)(struct twin *t, unsigned int number, struct datagram *d);
	char log[LOG_MAX];
	size_t log_len;
};

static struct side *twin_speaker;	/* whose lines the log gets now */

static inline void twin_sink(int severity, const char *line, void *ctx)
{
	struct twin *t = ctx;
	int n;

	(void)severity;
	n = snprintf(t->log + t->log_len, sizeof(t->log) - t->log_len, "%s|%s\n",
		     twin_speaker ? twin_speaker->name : "-", line);
	if (n > 0 && t->log_len + n < sizeof(t->log))
		t->log_len += n;
}

static inline void twin_enter(struct side *side)
{
	twin_speaker = side;
	sg_debug_set(side->debug);
}

static inline void twin_leave(void)
{
	twin_speaker = NULL;
	sg_debug_set(0);
}

static inline uint64_t twin_now(void *ctx)
{
	return ((struct side *)ctx)->twin->now;
}

static inline uint64_t twin_random64(struct twin *t)
{
	/* xorshift64*: enough for tests, and the same everywhere */
	t->prng ^= t->prng >> 12;
	t->prng ^= t->prng << 25;
	t->prng ^= t->prng >> 27;
	return t->prng * 2685821657736338717ull;
}

static inline int twin_random(void *ctx, void *buf, size_t len)
{
	uint8_t *p = buf;
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = twin_random64(((struct side *)ctx)->twin) >> 32;
	return 0;
}

static inline void twin_wake(void *ctx, uint64_t ms)
{
	((struct side *)ctx)->wake = ms;
}

static inline struct datagram *wire_slot(struct twin *t)
{
	size_t i;

	for (i = 0; i < WIRE_MAX; i++)
		if (!t->wire[i].used)
			return &t->wire[i];
	fail_msg("the wire is full");
	return NULL;
}

static inline void wire_put(struct twin *t, struct side *to, const struct sockaddr_in *from,
			    const struct sockaddr_in *dest, const void *buf, size_t len,
			    uint64_t at)
{
	struct datagram *d = wire_slot(t);

	*d = (struct datagram){ .used = true, .at = at, .order = t->order++, .to = to,
				.from = *from, .dest = *dest, .len = len };
	d->buf = malloc(len + 256);
	assert_non_null(d->buf);
	memcpy(d->buf, buf, len);
	if (t->tamper && !t->tamper(t, t->sent, d)) {
		free(d->buf);
		d->used = false;
	}
}

static inline int twin_send(void *ctx, const struct sockaddr_in *local,
			    const struct sockaddr_in *remote, const void *buf, size_t len)
{
	struct side *from = ctx;
	struct twin *t = from->twin;
	struct side *to = remote->sin_addr.s_addr == t->a.addr.sin_addr.s_addr ? &t->a :
			  remote->sin_addr.s_addr == t->b.addr.sin_addr.s_addr ? &t->b : NULL;
	const struct fault *f = &t->fault;
	uint64_t at = t->now + WIRE_MS;
	uint8_t copy[SG_IKE_DATAGRAM_MAX];

	if (from->send_err)
		return from->send_err;
	t->sent++;
	from->bytes_out += len;
	if (!to)
		return 0;	/* into the void */
	memcpy(copy, buf, len);
	if (f->packet == t->sent) {
		if (f->kind == FAULT_DROP)
			return 0;
		if (f->kind == FAULT_DELAY)
			at += f->arg;
		if (f->kind == FAULT_FLIP)
			copy[f->arg % len] ^= 1;
		if (f->kind == FAULT_TRUNCATE)
			len = f->arg < len ? f->arg : len;
		if (f->kind == FAULT_DOUBLE)
			wire_put(t, to, local, remote, copy, len, at);
	}
	wire_put(t, to, local, remote, copy, len, at);
	return 0;
}

/* A datagram from anywhere, at once. */
static inline void twin_inject(struct side *to, const struct sockaddr_in *from, const void *buf,
			       size_t len)
{
	twin_enter(to);
	to->bytes_in += len;
	sg_ike_input(to->ike, &to->addr, from, buf, len);
	twin_leave();
}

static inline bool twin_step(struct twin *t, uint64_t until)
{
	struct datagram *d = NULL, copy;
	uint64_t due = until + 1;
	struct side *wakes = NULL;
	size_t i;

	for (i = 0; i < WIRE_MAX; i++)
		if (t->wire[i].used &&
		    (t->wire[i].at < due ||
		     (d && t->wire[i].at == due && t->wire[i].order < d->order))) {
			d = &t->wire[i];
			due = d->at;
		}
	if (t->a.ike && t->a.wake < due) {
		due = t->a.wake;
		wakes = &t->a;
	}
	if (t->b.ike && t->b.wake < due) {
		due = t->b.wake;
		wakes = &t->b;
	}
	if (due > until)
		return false;
	if (due > t->now)
		t->now = due;
	if (wakes) {
		wakes->wake = UINT64_MAX;
		twin_enter(wakes);
		sg_ike_tick(wakes->ike);
		twin_leave();
		return true;
	}
	copy = *d;
	d->used = false;
	if (copy.to->ike) {
		twin_enter(copy.to);
		copy.to->bytes_in += copy.len;
		sg_ike_input(copy.to->ike, &copy.dest, &copy.from, copy.buf, copy.len);
		twin_leave();
	}
	free(copy.buf);
	return true;
}

static inline void twin_run(struct twin *t, uint64_t ms)
{
	uint64_t until = t->now + ms;
	unsigned int steps = 0;

	while (twin_step(t, until))
		assert_true(++steps < 200000);
	t->now = until;
}

static inline struct sg_config *twin_config(const char *text)
{
	struct sg_parse_result result;
	struct sg_config *cfg;

	if (sg_config_parse(text, strlen(text), &result))
		sg_parse_result_print(&result, "twin", stderr);
	assert_non_null(result.cfg);
	cfg = sg_config_get(result.cfg);
	sg_parse_result_clear(&result);
	return cfg;
}

static inline void side_configure(struct side *side, const char *text)
{
	struct sg_kbind bind = { .ifindex = 2, .local = side->addr.sin_addr };
	struct sg_kmap map = { 0 };
	size_t i;

	if (side->cfg)
		sg_config_put(side->cfg);
	side->cfg = twin_config(text);
	for (i = 0; i < side->cfg->entry_count; i++) {
		snprintf(map.name, sizeof(map.name), "%.63s", side->cfg->entries[i].map);
		assert_int_equal(side->kernel->ops->map_set(side->kernel, &map), 0);
		memcpy(bind.map, map.name, sizeof(bind.map));
		assert_int_equal(side->kernel->ops->bind_set(side->kernel, &bind), 0);
	}
	twin_enter(side);
	assert_int_equal(sg_ike_set_config(side->ike, side->cfg), 0);
	twin_leave();
}

static inline void side_start(struct side *side)
{
	struct sg_ike_env env = {
		.ctx = side,
		.now_ms = twin_now,
		.random = twin_random,
		.send = twin_send,
		.wake_at = twin_wake,
		.kernel = side->kernel,
	};

	side->wake = UINT64_MAX;
	side->ike = sg_ike_alloc(&env);
	assert_non_null(side->ike);
}

static inline void side_stop(struct side *side)
{
	twin_enter(side);
	sg_ike_free(side->ike);
	twin_leave();
	side->ike = NULL;
}

static inline void side_init(struct twin *t, struct side *side, const char *name, const char *addr,
			     const char *config)
{
	side->twin = t;
	side->name = name;
	side->addr = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(500) };
	inet_pton(AF_INET, addr, &side->addr.sin_addr);
	side->kernel = sg_mock_alloc();
	assert_non_null(side->kernel);
	side_start(side);
	side_configure(side, config);
}

static inline struct twin *twin_alloc(const char *config_a, const char *config_b, uint64_t seed)
{
	struct twin *t = calloc(1, sizeof(*t));
	struct sg_config *quiet = sg_config_alloc();

	assert_non_null(t);
	assert_non_null(quiet);
	quiet->ts_debug = SG_TS_NONE;
	quiet->ts_log = SG_TS_NONE;
	sg_log_set_config(quiet);
	sg_config_put(quiet);
	t->now = 1000000;
	t->prng = seed * 0x9e3779b97f4a7c15ull + 1;
	assert_int_equal(sg_log_add_sink(twin_sink, t), 0);
	side_init(t, &t->a, "A", "10.10.10.1", config_a);
	side_init(t, &t->b, "B", "10.10.10.2", config_b);
	return t;
}

static inline void twin_free(struct twin *t)
{
	struct side *sides[2] = { &t->a, &t->b };
	size_t i;

	for (i = 0; i < 2; i++) {
		if (sides[i]->ike)
			side_stop(sides[i]);
		sides[i]->kernel->ops->free(sides[i]->kernel);
		sg_config_put(sides[i]->cfg);
	}
	for (i = 0; i < WIRE_MAX; i++)
		if (t->wire[i].used)
			free(t->wire[i].buf);
	sg_log_del_sink(twin_sink, t);
	free(t);
}

/* --- what the kernel would do --------------------------------------------------------------- */

static inline struct sg_kflow side_flow(const struct side *side, size_t entry, size_t ace)
{
	const struct sg_crypto_entry *e = &side->cfg->entries[entry];
	struct sg_kflow flow = { .seq = e->seq };

	snprintf(flow.map, sizeof(flow.map), "%.63s", e->map);
	flow.ace = sg_ksel_from_ace(&sg_config_acl(side->cfg, e->acl)->aces[ace]);
	return flow;
}

static inline void side_event(struct side *side, const struct sg_kevent *event)
{
	twin_enter(side);
	sg_ike_kernel_event(side->ike, event);
	twin_leave();
}

static inline void side_acquire_flow(struct side *side, size_t entry, size_t ace)
{
	struct sg_kevent event = { .kind = SG_CMD_EV_ACQUIRE };

	event.acquire.flow = side_flow(side, entry, ace);
	event.acquire.local = side->addr.sin_addr;
	event.acquire.ifindex = 2;
	side_event(side, &event);
}

static inline void side_acquire(struct side *side)
{
	side_acquire_flow(side, 0, 0);
}

static inline void side_expire(struct side *side, const struct sg_ksa *sa, bool hard)
{
	struct sg_kevent event = { .kind = SG_CMD_EV_EXPIRE };

	event.expire.id = sa->id;
	event.expire.dir = sa->dir;
	event.expire.hard = hard;
	event.expire.used = true;
	event.expire.reason = SG_EXPIRE_SECONDS;
	if (hard)
		sg_mock_sa_drop(side->kernel, sa->id.spi);
	side_event(side, &event);
}

static inline const struct sg_ksa *side_sa(const struct side *side, uint8_t dir, size_t nth)
{
	const struct sg_ksa *sa;
	size_t i;

	for (i = 0; (sa = sg_mock_sa(side->kernel, i)); i++)
		if (sa->dir == dir && !nth--)
			return sa;
	return NULL;
}

static inline size_t side_count(const struct side *side, uint8_t dir)
{
	size_t n = 0;

	while (side_sa(side, dir, n))
		n++;
	return n;
}

/*
 * --- what must hold
 * -----------------------------------------------------------------------------
 */

/* Every outbound SA of @from has, at @to, an inbound one that can read it. */
static inline void check_direction(const struct side *from, const struct side *to)
{
	const struct sg_ksa *out, *in;
	size_t i;

	for (i = 0; (out = side_sa(from, SG_DIR_OUT, i)); i++) {
		in = sg_mock_sa_find(to->kernel, out->id.spi, SG_DIR_IN);
		assert_non_null(in);
		assert_int_equal(in->id.dst.s_addr, out->id.dst.s_addr);
		assert_int_equal(in->src.s_addr, out->src.s_addr);
		assert_int_equal(in->cipher, out->cipher);
		assert_int_equal(in->auth, out->auth);
		assert_int_equal(in->mode, out->mode);
		assert_int_equal(in->cipher_key_len, out->cipher_key_len);
		assert_int_equal(in->auth_key_len, out->auth_key_len);
		assert_memory_equal(in->cipher_key, out->cipher_key, out->cipher_key_len);
		assert_memory_equal(in->auth_key, out->auth_key, out->auth_key_len);
		assert_int_equal(in->proxy.src.s_addr, out->proxy.dst.s_addr);
		assert_int_equal(in->proxy.dst.s_addr, out->proxy.src.s_addr);
		assert_int_equal(in->proxy.src_mask.s_addr, out->proxy.dst_mask.s_addr);
		assert_int_equal(in->proxy.dst_mask.s_addr, out->proxy.src_mask.s_addr);
		assert_int_equal(in->proxy.proto, out->proxy.proto);
		assert_int_equal(in->hard_seconds, out->hard_seconds);
	}
}

static inline void twin_check(const struct twin *t)
{
	check_direction(&t->a, &t->b);
	check_direction(&t->b, &t->a);
}

/* A tunnel both ways, nothing left over. */
static inline void twin_check_up(const struct twin *t, size_t pairs)
{
	assert_int_equal(side_count(&t->a, SG_DIR_IN), pairs);
	assert_int_equal(side_count(&t->a, SG_DIR_OUT), pairs);
	assert_int_equal(side_count(&t->b, SG_DIR_IN), pairs);
	assert_int_equal(side_count(&t->b, SG_DIR_OUT), pairs);
	twin_check(t);
}

static inline bool twin_said(const struct twin *t, const char *text)
{
	return strstr(t->log, text);
}

static inline unsigned int twin_lines(const struct twin *t, const char *text)
{
	const char *p = t->log;
	unsigned int n = 0;

	while ((p = strstr(p, text))) {
		p++;
		n++;
	}
	return n;
}

static inline void count_isa(const struct sg_ike_sa_info *info, void *ctx)
{
	if (!strcmp(info->state, "QM_IDLE"))
		++*(unsigned int *)ctx;
}

static inline unsigned int side_isas(const struct side *side)
{
	unsigned int n = 0;

	sg_ike_walk(side->ike, count_isa, &n);
	return n;
}

#endif /* SG_TWIN_H */
