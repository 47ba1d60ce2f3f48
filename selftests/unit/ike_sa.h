/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of proposals share: messages to put an SA into, and the debug lines seen. */
#ifndef SG_TEST_IKE_SA_H
#define SG_TEST_IKE_SA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../agent/ike/proposal.h"
#include "hex.h"

#define LINES 64

static struct {
	unsigned int count;
	char line[LINES][SG_EMIT_MAX];
} seen;

static inline void keep(const char *line, void *ctx)
{
	(void)ctx;
	assert_true(seen.count < LINES);
	strcpy(seen.line[seen.count++], line);
}

static const struct sg_emit emit = { .line = keep, .tag = "(0:1:SW:1)" };

static inline void assert_lines(const char *const *want, size_t count)
{
	for (size_t i = 0; i < count && i < seen.count; i++)
		assert_string_equal(seen.line[i], want[i]);
	assert_int_equal(seen.count, count);
	seen.count = 0;
}

#define ASSERT_LINES(...) do { \
	static const char *const want_[] = { __VA_ARGS__ }; \
	assert_lines(want_, sizeof(want_) / sizeof(want_[0])); \
} while (0)

static const struct sg_ike_header header;

/* A message buffer with one SA in it, and what it decodes to. */
struct message {
	uint8_t buf[4096];
	struct sg_writer w;
	struct sg_sa_payload sa;
};

static inline void begin(struct message *m)
{
	sg_writer_message(&m->w, m->buf, sizeof(m->buf), &header);
}

static inline struct sg_chunk finish(struct message *m)
{
	struct sg_chunk body = sg_writer_last_body(&m->w);

	assert_true(sg_writer_finish(&m->w, 0) > 0);
	assert_int_equal(sg_sa_decode(&m->sa, body), SG_CODEC_OK);
	return body;
}

static inline void assert_body(struct sg_chunk body, const char *want)
{
	uint8_t bytes[1024];
	size_t n = hex(want, bytes, sizeof(bytes));

	assert_int_equal(body.len, n);
	assert_memory_equal(body.data, bytes, n);
}

/* An SA of one proposal and transform, its attributes given in hex. */
static inline void one(struct message *m, uint8_t protocol, uint8_t id, const char *attrs)
{
	uint8_t bytes[256];
	size_t n = hex(attrs, bytes, sizeof(bytes));

	begin(m);
	sg_sa_begin(&m->w);
	sg_proposal_begin(&m->w, 1, protocol, "\x12\x34\x56\x78",
			  protocol == IKE_PROTO_ISAKMP ? 0 : 4);
	sg_transform_begin(&m->w, 1, id);
	sg_put_bytes(&m->w, bytes, n);
	sg_transform_end(&m->w);
	sg_proposal_end(&m->w);
	sg_sa_end(&m->w);
	finish(m);
}

#endif /* SG_TEST_IKE_SA_H */
