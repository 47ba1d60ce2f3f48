// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kernel interface over plain memory, for tests of what drives it. It refuses what the
 * module refuses (a second SA of one name, a missing key, SEAL without authenticator, a binding to
 * no map), so that a test does not pass on what the module would not take.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mock.h"

#define PROTO_ESP 50
#define FAIL_NEVER (-1L)

struct mock_map {
	char name[SG_MAP_NAME_MAX + 1];
	struct sg_kentry *entries;
	size_t entry_count;
};

struct mock {
	struct sg_kernel k;
	struct sg_ksa *sa;
	size_t sa_count;
	uint32_t next_number;
	struct mock_map *map;
	size_t map_count;
	struct sg_kbind *bind;
	size_t bind_count;
	struct sg_mock_call *call;
	size_t call_count;
	long fail_after[SG_MOCK_OPS];
	int fail_err[SG_MOCK_OPS];
	const char *error;
};

static struct mock *mock_of(const struct sg_kernel *k)
{
	return (struct mock *)k;
}

/* Appends a zeroed element to an array; NULL without memory. */
static void *append(void **array, size_t *count, size_t size)
{
	uint8_t *bigger = reallocarray(*array, *count + 1, size);

	if (!bigger)
		return NULL;
	*array = bigger;
	memset(bigger + *count * size, 0, size);
	return bigger + (*count)++ * size;
}

static void cut(void *array, size_t *count, size_t size, size_t i)
{
	uint8_t *base = array;

	memmove(base + i * size, base + (i + 1) * size, (*count - i - 1) * size);
	(*count)--;
}

static int note(struct mock *m, enum sg_mock_op op, struct sg_mock_call *what, int result)
{
	struct sg_mock_call *call = append((void **)&m->call, &m->call_count, sizeof(*call));

	what->op = op;
	what->result = result;
	if (call)
		*call = *what;
	return result;
}

/* What the test asked to happen to this call: 0 or the error. */
static int injected(struct mock *m, enum sg_mock_op op)
{
	if (m->fail_after[op] == FAIL_NEVER || m->fail_after[op]--)
		return 0;
	m->error = "injected";
	return m->fail_err[op];
}

static size_t sa_index(const struct mock *m, const struct sg_ksa_id *id)
{
	size_t i;

	for (i = 0; i < m->sa_count; i++)
		if (m->sa[i].id.dst.s_addr == id->dst.s_addr && m->sa[i].id.spi == id->spi &&
		    m->sa[i].id.proto == id->proto)
			break;
	return i;
}

static int sa_check(struct mock *m, const struct sg_ksa *sa)
{
	m->error = "no such transform";
	if (sa->id.proto != PROTO_ESP || sa->cipher >= __SG_CIPHER_LAST ||
	    sa->auth >= __SG_AUTH_LAST)
		return -EOPNOTSUPP;
	m->error = "esp-seal needs an authenticator and IKE";
	if (sa->cipher == SG_CIPHER_SEAL &&
	    ((sa->auth == SG_AUTH_NONE && !(sa->flags & SG_SA_F_BUNDLED_AUTH)) ||
	     (sa->flags & SG_SA_F_MANUAL)))
		return -EOPNOTSUPP;
	m->error = "a key is missing";
	if ((sa->cipher == SG_CIPHER_SEAL && sa->cipher_key_len != 20) ||
	    (sa->auth == SG_AUTH_HMAC_MD5_96 && sa->auth_key_len != 16) ||
	    (sa->auth == SG_AUTH_HMAC_SHA1_96 && sa->auth_key_len != 20))
		return -ENOKEY;
	m->error = "SPI out of range";
	if (sa->id.spi < SG_SPI_MIN || sa->cookie_len > SG_SA_COOKIE_MAX)
		return -ERANGE;
	m->error = "a soft limit at or above its hard one";
	if ((sa->soft_seconds && sa->soft_seconds >= sa->hard_seconds) ||
	    (sa->soft_bytes && sa->soft_bytes >= sa->hard_bytes))
		return -EINVAL;
	m->error = "direction";
	if (sa->dir != SG_DIR_IN && sa->dir != SG_DIR_OUT)
		return -EINVAL;
	m->error = "the SPI is in use";
	if (sa_index(m, &sa->id) < m->sa_count)
		return -EEXIST;
	m->error = NULL;
	return 0;
}

static int mock_sa_add(struct sg_kernel *k, const struct sg_ksa *sa)
{
	struct sg_mock_call call = { .id = sa->id, .dir = sa->dir };
	int err = injected(mock_of(k), SG_MOCK_SA_ADD);
	struct mock *m = mock_of(k);
	struct sg_ksa *slot;

	if (!err)
		err = sa_check(m, sa);
	if (!err) {
		slot = append((void **)&m->sa, &m->sa_count, sizeof(*slot));
		if (slot) {
			*slot = *sa;
			slot->state = SG_SA_VALID;
			slot->number = ++m->next_number;
		} else {
			err = -ENOMEM;
		}
	}
	return note(m, SG_MOCK_SA_ADD, &call, err);
}

static int mock_sa_del(struct sg_kernel *k, const struct sg_ksa_id *id)
{
	int err = injected(mock_of(k), SG_MOCK_SA_DEL);
	struct sg_mock_call call = { .id = *id };
	struct mock *m = mock_of(k);
	size_t i = sa_index(m, id);

	if (!err && i == m->sa_count)
		err = -ENOENT;
	if (i < m->sa_count)
		call.dir = m->sa[i].dir;
	if (!err)
		cut(m->sa, &m->sa_count, sizeof(*m->sa), i);
	return note(m, SG_MOCK_SA_DEL, &call, err);
}

static int mock_sa_get(struct sg_kernel *k, const struct sg_ksa_id *id, struct sg_ksa *sa)
{
	int err = injected(mock_of(k), SG_MOCK_SA_GET);
	struct sg_mock_call call = { .id = *id };
	struct mock *m = mock_of(k);
	size_t i = sa_index(m, id);

	if (!err && i == m->sa_count)
		err = -ENOENT;
	if (!err) {
		*sa = m->sa[i];
		memset(sa->cipher_key, 0, sizeof(sa->cipher_key));
		memset(sa->auth_key, 0, sizeof(sa->auth_key));
		sa->cipher_key_len = 0;
		sa->auth_key_len = 0;
	}
	return note(m, SG_MOCK_SA_GET, &call, err);
}

static int mock_sa_walk(struct sg_kernel *k, int (*cb)(const struct sg_ksa *sa, void *ctx),
			void *ctx)
{
	int err = injected(mock_of(k), SG_MOCK_SA_WALK);
	struct sg_mock_call call = { 0 };
	struct mock *m = mock_of(k);
	struct sg_ksa sa;
	size_t i;

	for (i = 0; !err && i < m->sa_count; i++) {
		sa = m->sa[i];
		memset(sa.cipher_key, 0, sizeof(sa.cipher_key));
		memset(sa.auth_key, 0, sizeof(sa.auth_key));
		sa.cipher_key_len = 0;
		sa.auth_key_len = 0;
		err = cb(&sa, ctx);
	}
	return note(m, SG_MOCK_SA_WALK, &call, err);
}

static int mock_sa_flush(struct sg_kernel *k, const char *map, const struct in_addr *peer)
{
	int err = injected(mock_of(k), SG_MOCK_SA_FLUSH);
	struct sg_mock_call call = { 0 };
	struct mock *m = mock_of(k);
	struct in_addr other;
	size_t i = 0;

	while (!err && i < m->sa_count) {
		other = m->sa[i].dir == SG_DIR_IN ? m->sa[i].src : m->sa[i].id.dst;
		if ((map && strcmp(map, m->sa[i].flow.map)) ||
		    (peer && peer->s_addr != other.s_addr))
			i++;
		else
			cut(m->sa, &m->sa_count, sizeof(*m->sa), i);
	}
	return note(m, SG_MOCK_SA_FLUSH, &call, err);
}

static size_t map_index(const struct mock *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->map_count; i++)
		if (!strcmp(m->map[i].name, name))
			break;
	return i;
}

static void map_clear(struct mock_map *map)
{
	size_t i;

	for (i = 0; i < map->entry_count; i++)
		free((void *)map->entries[i].aces);
	free(map->entries);
	map->entries = NULL;
	map->entry_count = 0;
}

static int map_copy(struct mock_map *map, const struct sg_kmap *from)
{
	struct sg_kace *aces;
	size_t i;

	map->entries = calloc(from->entry_count + 1, sizeof(*map->entries));
	if (!map->entries)
		return -ENOMEM;
	for (i = 0; i < from->entry_count; i++) {
		map->entries[i] = from->entries[i];
		map->entry_count = i + 1;
		aces = calloc(from->entries[i].ace_count + 1, sizeof(*aces));
		map->entries[i].aces = aces;
		if (!aces)
			return -ENOMEM;
		if (from->entries[i].ace_count)
			memcpy(aces, from->entries[i].aces,
			       from->entries[i].ace_count * sizeof(*aces));
	}
	return 0;
}

static int mock_map_set(struct sg_kernel *k, const struct sg_kmap *map)
{
	int err = injected(mock_of(k), SG_MOCK_MAP_SET);
	struct sg_mock_call call = { 0 };
	struct mock_map fresh = { 0 };
	struct mock *m = mock_of(k);
	struct mock_map *slot;
	size_t i;

	memcpy(fresh.name, map->name, sizeof(fresh.name));
	memcpy(call.map, map->name, sizeof(call.map));
	if (!err)
		err = map_copy(&fresh, map);
	if (!err) {
		i = map_index(m, map->name);
		slot = i < m->map_count ? &m->map[i] :
					  append((void **)&m->map, &m->map_count, sizeof(*slot));
		if (slot) {
			map_clear(slot);
			*slot = fresh;
			fresh = (struct mock_map){ 0 };
		} else {
			err = -ENOMEM;
		}
	}
	map_clear(&fresh);
	return note(m, SG_MOCK_MAP_SET, &call, err);
}

static int mock_map_del(struct sg_kernel *k, const char *name)
{
	int err = injected(mock_of(k), SG_MOCK_MAP_DEL);
	struct sg_mock_call call = { 0 };
	struct mock *m = mock_of(k);
	size_t i = map_index(m, name), j;

	if (!err && i == m->map_count)
		err = -ENOENT;
	for (j = 0; !err && j < m->bind_count; j++)
		if (!strcmp(m->bind[j].map, name))
			err = -EBUSY;
	if (!err) {
		map_clear(&m->map[i]);
		cut(m->map, &m->map_count, sizeof(*m->map), i);
	}
	return note(m, SG_MOCK_MAP_DEL, &call, err);
}

static int mock_map_walk(struct sg_kernel *k, const char *name,
			 int (*cb)(const char *map, const struct sg_kentry *entry, void *ctx),
			 void *ctx)
{
	struct mock *m = mock_of(k);
	size_t i, j;
	int err = 0;

	for (i = 0; i < m->map_count; i++)
		for (j = 0; !err && j < m->map[i].entry_count; j++)
			if (!name || !strcmp(name, m->map[i].name))
				err = cb(m->map[i].name, &m->map[i].entries[j], ctx);
	return err;
}

static int mock_bind_set(struct sg_kernel *k, const struct sg_kbind *bind)
{
	int err = injected(mock_of(k), SG_MOCK_BIND_SET);
	struct sg_mock_call call = { 0 };
	struct mock *m = mock_of(k);
	struct sg_kbind *slot;
	size_t i;

	memcpy(call.map, bind->map, sizeof(call.map));
	if (!err && map_index(m, bind->map) == m->map_count)
		err = -ENOENT;
	if (!err) {
		for (i = 0; i < m->bind_count && m->bind[i].ifindex != bind->ifindex; i++)
			;
		slot = i < m->bind_count ? &m->bind[i] :
			append((void **)&m->bind, &m->bind_count, sizeof(*slot));
		if (slot)
			*slot = *bind;
		else
			err = -ENOMEM;
	}
	return note(m, SG_MOCK_BIND_SET, &call, err);
}

static int mock_bind_del(struct sg_kernel *k, uint32_t ifindex)
{
	int err = injected(mock_of(k), SG_MOCK_BIND_DEL);
	struct sg_mock_call call = { 0 };
	struct mock *m = mock_of(k);
	size_t i;

	for (i = 0; i < m->bind_count && m->bind[i].ifindex != ifindex; i++)
		;
	if (!err && i == m->bind_count)
		err = -ENOENT;
	if (!err)
		cut(m->bind, &m->bind_count, sizeof(*m->bind), i);
	return note(m, SG_MOCK_BIND_DEL, &call, err);
}

static int mock_bind_walk(struct sg_kernel *k, int (*cb)(const struct sg_kbind *bind, void *ctx),
			  void *ctx)
{
	struct mock *m = mock_of(k);
	int err = 0;
	size_t i;

	for (i = 0; !err && i < m->bind_count; i++)
		err = cb(&m->bind[i], ctx);
	return err;
}

static int mock_flow_fail(struct sg_kernel *k, const struct sg_kflow *flow)
{
	int err = injected(mock_of(k), SG_MOCK_FLOW_FAIL);
	struct sg_mock_call call = { .flow = *flow };

	return note(mock_of(k), SG_MOCK_FLOW_FAIL, &call, err);
}

static int mock_stats(struct sg_kernel *k, uint64_t count[__SG_STAT_LAST])
{
	(void)k;
	memset(count, 0, __SG_STAT_LAST * sizeof(*count));
	return 0;
}

static int mock_counters_clear(struct sg_kernel *k)
{
	(void)k;
	return 0;
}

static const char *mock_error(struct sg_kernel *k)
{
	return mock_of(k)->error ? mock_of(k)->error : "no error";
}

static void mock_free(struct sg_kernel *k)
{
	struct mock *m = mock_of(k);
	size_t i;

	for (i = 0; i < m->map_count; i++)
		map_clear(&m->map[i]);
	if (m->sa)
		explicit_bzero(m->sa, m->sa_count * sizeof(*m->sa));
	free(m->map);
	free(m->sa);
	free(m->bind);
	free(m->call);
	free(m);
}

static const struct sg_kernel_ops mock_ops = {
	.sa_add = mock_sa_add,
	.sa_del = mock_sa_del,
	.sa_get = mock_sa_get,
	.sa_walk = mock_sa_walk,
	.sa_flush = mock_sa_flush,
	.map_set = mock_map_set,
	.map_del = mock_map_del,
	.map_walk = mock_map_walk,
	.bind_set = mock_bind_set,
	.bind_del = mock_bind_del,
	.bind_walk = mock_bind_walk,
	.flow_fail = mock_flow_fail,
	.stats = mock_stats,
	.counters_clear = mock_counters_clear,
	.error = mock_error,
	.free = mock_free,
};

struct sg_kernel *sg_mock_alloc(void)
{
	struct mock *m = calloc(1, sizeof(*m));
	size_t i;

	if (!m)
		return NULL;
	m->k.ops = &mock_ops;
	for (i = 0; i < SG_MOCK_OPS; i++)
		m->fail_after[i] = FAIL_NEVER;
	return &m->k;
}

void sg_mock_fail(struct sg_kernel *k, enum sg_mock_op op, unsigned int after, int err)
{
	mock_of(k)->fail_after[op] = after;
	mock_of(k)->fail_err[op] = err;
}

size_t sg_mock_sa_count(const struct sg_kernel *k)
{
	return mock_of(k)->sa_count;
}

const struct sg_ksa *sg_mock_sa(const struct sg_kernel *k, size_t i)
{
	return i < mock_of(k)->sa_count ? &mock_of(k)->sa[i] : NULL;
}

const struct sg_ksa *sg_mock_sa_find(const struct sg_kernel *k, uint32_t spi, uint8_t dir)
{
	const struct mock *m = mock_of(k);
	size_t i;

	for (i = 0; i < m->sa_count; i++)
		if (m->sa[i].id.spi == spi && m->sa[i].dir == dir)
			return &m->sa[i];
	return NULL;
}

static bool held(const struct sg_ksel *proxy, const struct sg_ksel *packet)
{
	return !((proxy->src.s_addr ^ packet->src.s_addr) & proxy->src_mask.s_addr) &&
	       !((proxy->dst.s_addr ^ packet->dst.s_addr) & proxy->dst_mask.s_addr) &&
	       (!proxy->proto || proxy->proto == packet->proto);
}

const struct sg_ksa *sg_mock_sender(const struct sg_kernel *k, const struct sg_ksel *packet)
{
	const struct mock *m = mock_of(k);
	size_t i;

	for (i = m->sa_count; i-- > 0;)
		if (m->sa[i].dir == SG_DIR_OUT && held(&m->sa[i].proxy, packet))
			return &m->sa[i];
	return NULL;
}

void sg_mock_sa_drop(struct sg_kernel *k, uint32_t spi)
{
	struct mock *m = mock_of(k);
	size_t i;

	for (i = 0; i < m->sa_count; i++)
		if (m->sa[i].id.spi == spi)
			break;
	if (i < m->sa_count)
		cut(m->sa, &m->sa_count, sizeof(*m->sa), i);
}

size_t sg_mock_call_count(const struct sg_kernel *k)
{
	return mock_of(k)->call_count;
}

const struct sg_mock_call *sg_mock_call(const struct sg_kernel *k, size_t i)
{
	return i < mock_of(k)->call_count ? &mock_of(k)->call[i] : NULL;
}

size_t sg_mock_calls_of(const struct sg_kernel *k, enum sg_mock_op op)
{
	const struct mock *m = mock_of(k);
	size_t i, n = 0;

	for (i = 0; i < m->call_count; i++)
		n += m->call[i].op == op;
	return n;
}

void sg_mock_forget_calls(struct sg_kernel *k)
{
	mock_of(k)->call_count = 0;
}
