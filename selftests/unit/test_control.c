// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The control socket's server: framing, limits, bad input, many clients, readers that do not
 * read, the socket as a file. The handler is the test's own: it echoes, streams, or answers at
 * length.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../agent/control/server.h"
#include "../../agent/log/log.h"

/*
 * Rounds of the loop that do not wait: enough for the longest line, which comes in pieces of 4
 * KiB.
 */
#define ROUNDS 60

struct fixture {
	struct event_base *base;
	struct sg_control *control;
	char path[64], dir[48];
	int requests;
	size_t long_answer;
};

static json_t *handle(const json_t *request, const struct sg_control_peer *peer, bool *stream,
		      void *ctx)
{
	const char *op = json_string_value(json_object_get(request, "op"));
	struct fixture *f = ctx;
	json_t *answer;
	char *text;

	f->requests++;
	assert_int_equal(peer->uid, getuid());
	assert_int_equal(peer->pid, getpid());
	if (op && !strcmp(op, "stream"))
		*stream = true;
	if (op && !strcmp(op, "long")) {
		text = malloc(f->long_answer + 1);
		memset(text, 'x', f->long_answer);
		text[f->long_answer] = '\0';
		answer = sg_control_ok(json_string(text));
		free(text);
		return answer;
	}
	return sg_control_ok(json_string(op ? op : ""));
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	char why[256];

	signal(SIGPIPE, SIG_IGN);
	f->base = event_base_new();
	snprintf(f->dir, sizeof(f->dir), "/tmp/sg_test_control.%d", (int)getpid());
	snprintf(f->path, sizeof(f->path), "%s/control", f->dir);
	assert_int_equal(sg_control_open(&f->control, f->base, f->path, handle, f, why,
					 sizeof(why)), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	sg_control_free(f->control);
	event_base_free(f->base);
	assert_int_equal(access(f->path, F_OK), -1);
	rmdir(f->dir);
	free(f);
	return 0;
}

static void turn(struct fixture *f)
{
	int i;

	for (i = 0; i < ROUNDS; i++)
		event_base_loop(f->base, EVLOOP_NONBLOCK);
}

static int client(struct fixture *f)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(un.sun_path, f->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	return fd;
}

static void say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), 0), strlen(text));
}

/* What has come; "" for an end of file after it, NULL never. */
static char *hear(struct fixture *f, int fd)
{
	static char buf[1 << 17];
	size_t len = 0;
	ssize_t got;

	turn(f);
	while (len < sizeof(buf) - 1) {
		got = recv(fd, buf + len, sizeof(buf) - 1 - len, 0);
		if (got <= 0)
			break;
		len += (size_t)got;
		turn(f);
	}
	buf[len] = '\0';
	return buf;
}

static bool hung_up(struct fixture *f, int fd)
{
	char c;

	turn(f);
	return recv(fd, &c, 1, 0) == 0;
}

static void test_framing(void **state)
{
	struct fixture *f = *state;
	int fd = client(f);

	/* in pieces */
	say(fd, "{\"op\":");
	assert_string_equal(hear(f, fd), "");
	say(fd, " \"a\"}");
	assert_string_equal(hear(f, fd), "");
	say(fd, "\n");
	assert_string_equal(hear(f, fd), "{\"ok\":true,\"data\":\"a\"}\n");
	/* several at once, empty lines between them: answered in order */
	say(fd, "{\"op\":\"b\"}\n\n{\"op\":\"c\"}\n\n\n{\"op\":\"d\"}\n");
	assert_string_equal(hear(f, fd),
			    "{\"ok\":true,\"data\":\"b\"}\n"
			    "{\"ok\":true,\"data\":\"c\"}\n"
			    "{\"ok\":true,\"data\":\"d\"}\n");
	close(fd);
	turn(f);
	assert_int_equal(sg_control_clients(f->control), 0);
}

/* printf ... | nc -N: the requests, then the end of what is sent; the answers come all the same. */
static void test_half_close(void **state)
{
	static const char head[] = "{\"ok\":true,\"data\":\"", tail[] = "\"}\n";
	struct fixture *f = *state;
	size_t total = 0, expected;
	int fd = client(f);
	char buf[4096];
	ssize_t got;

	f->long_answer = 1 << 20;
	expected = f->long_answer + 2 + 3 * strlen(head) + 3 * strlen(tail);
	say(fd, "{\"op\":\"long\"}\n{\"op\":\"a\"}\n{\"op\":\"b\"}\n");
	shutdown(fd, SHUT_WR);
	do {
		turn(f);
		got = recv(fd, buf, sizeof(buf), 0);
		assert_true(got >= 0);
		total += (size_t)got;
	} while (got);
	assert_int_equal(total, expected);
	turn(f);
	assert_int_equal(sg_control_clients(f->control), 0);
	close(fd);
}

static void test_bad_json(void **state)
{
	static const char *const lines[] = {
		"nonsense\n", "{\n", "[1,2]\n", "\"text\"\n", "17\n", "null\n",
		"{\"op\":\"a\"} x\n",
		"{\"op\":\"a\",\"op\":\"b\"}\n", "{\"op\":\"\\u0000\"}\n", "{\"op\":\"\xff\"}\n",
		"\x01\x02\n",
	};
	struct fixture *f = *state;
	int fd = client(f);
	char *answer;
	json_t *j;
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		say(fd, lines[i]);
		answer = hear(f, fd);
		j = json_loads(answer, 0, NULL);
		assert_true(json_is_object(j));
		assert_true(json_is_false(json_object_get(j, "ok")));
		assert_memory_equal(json_string_value(json_object_get(j, "error")), "% ", 2);
		json_decref(j);
	}
	assert_int_equal(f->requests, 0);
	/* the connection goes on */
	say(fd, "{\"op\":\"a\"}\n");
	assert_string_equal(hear(f, fd), "{\"ok\":true,\"data\":\"a\"}\n");
	close(fd);
}

/* As deep as a line can be: refused, no crash. */
static void test_deep_json(void **state)
{
	static char line[60001];
	struct fixture *f = *state;
	int fd = client(f);

	memset(line, '[', sizeof(line) - 2);
	line[sizeof(line) - 2] = '\n';
	say(fd, line);
	assert_memory_equal(hear(f, fd), "{\"ok\":false", 11);
	close(fd);
}

static void test_long_line(void **state)
{
	static char line[SG_CONTROL_LINE_MAX + 1];
	struct fixture *f = *state;
	int fd = client(f);

	/* the longest that is allowed */
	memset(line, ' ', sizeof(line) - 1);
	memcpy(line, "{\"op\":\"a\"}", 10);
	line[SG_CONTROL_LINE_MAX - 1] = '\n';
	say(fd, line);
	assert_string_equal(hear(f, fd), "{\"ok\":true,\"data\":\"a\"}\n");
	/* one more */
	line[SG_CONTROL_LINE_MAX - 1] = ' ';
	say(fd, line);
	assert_string_equal(hear(f, fd),
			    "{\"ok\":false,\"error\":\"% The request is too long.\"}\n");
	assert_true(hung_up(f, fd));
	assert_int_equal(f->requests, 1);
	close(fd);
}

static void test_many_clients(void **state)
{
	int fd[SG_CONTROL_CLIENTS_MAX], extra, i;
	struct fixture *f = *state;

	for (i = 0; i < SG_CONTROL_CLIENTS_MAX; i++) {
		fd[i] = client(f);
		turn(f);
	}
	assert_int_equal(sg_control_clients(f->control), SG_CONTROL_CLIENTS_MAX);
	extra = client(f);
	assert_string_equal(hear(f, extra), "{\"ok\":false,\"error\":\"% Too many clients.\"}\n");
	assert_true(hung_up(f, extra));
	close(extra);
	/* those who are in are served; a place that is free is free */
	say(fd[7], "{\"op\":\"a\"}\n");
	assert_string_equal(hear(f, fd[7]), "{\"ok\":true,\"data\":\"a\"}\n");
	close(fd[3]);
	turn(f);
	extra = client(f);
	say(extra, "{\"op\":\"b\"}\n");
	assert_string_equal(hear(f, extra), "{\"ok\":true,\"data\":\"b\"}\n");
	close(extra);
	for (i = 0; i < SG_CONTROL_CLIENTS_MAX; i++)
		if (i != 3)
			close(fd[i]);
	turn(f);
	assert_int_equal(sg_control_clients(f->control), 0);
}

/* One answer at a time: who does not read is not worked for. */
static void test_slow_reader(void **state)
{
	struct fixture *f = *state;
	int fd = client(f), i;
	size_t total = 0;
	char buf[65536];
	ssize_t got;

	f->long_answer = 4 << 20;
	for (i = 0; i < 50; i++)
		say(fd, "{\"op\":\"long\"}\n");
	for (i = 0; i < 10; i++)
		turn(f);
	assert_int_equal(f->requests, 1);
	/* as it reads, it is served */
	for (i = 0; i < 5000 && f->requests < 3; i++) {
		event_base_loop(f->base, EVLOOP_NONBLOCK);
		while ((got = recv(fd, buf, sizeof(buf), 0)) > 0)
			total += (size_t)got;
	}
	assert_true(f->requests >= 3);
	assert_true(total >= 2 * f->long_answer);
	close(fd);
	turn(f);
	assert_int_equal(sg_control_clients(f->control), 0);
}

static void test_answer_too_large(void **state)
{
	struct fixture *f = *state;
	int fd = client(f);

	f->long_answer = SG_CONTROL_ANSWER_MAX;
	say(fd, "{\"op\":\"long\"}\n");
	assert_string_equal(hear(f, fd),
			    "{\"ok\":false,\"error\":\"% What was asked for is too large.\"}\n");
	close(fd);
}

static void test_stream(void **state)
{
	struct fixture *f = *state;
	int reader = client(f), sleeper = client(f), i;
	static char line[4096];
	char *text;

	memset(line, 'y', sizeof(line) - 1);
	say(reader, "{\"op\":\"stream\"}\n");
	say(sleeper, "{\"op\":\"stream\"}\n");
	assert_string_equal(hear(f, reader), "{\"ok\":true,\"data\":\"stream\"}\n");
	sg_log(5, "CRYPTO", "X", "a \"quoted\" line\nand its second");
	text = hear(f, reader);
	assert_memory_equal(text, "{\"log\":\"", 8);
	assert_non_null(strstr(text, "%CRYPTO-5-X: a \\\"quoted\\\" line\\nand its second\"}\n"));
	/* JSON takes no bytes that are not UTF-8; the log has none */
	sg_log(5, "CRYPTO", "X", "a\xff\xfe");
	assert_non_null(strstr(hear(f, reader), "%CRYPTO-5-X: a??\"}\n"));
	/* the sleeper is cut off, the reader is not */
	for (i = 0; i < 300; i++) {
		sg_log(5, "CRYPTO", "X", "%s", line);
		hear(f, reader);
	}
	assert_int_equal(sg_control_clients(f->control), 1);
	/* requests go on beside the stream */
	say(reader, "{\"op\":\"a\"}\n");
	assert_string_equal(hear(f, reader), "{\"ok\":true,\"data\":\"a\"}\n");
	close(reader);
	turn(f);
	assert_int_equal(sg_control_clients(f->control), 0);
	sg_log(5, "CRYPTO", "X", "nobody is there");
	close(sleeper);
}

static void test_socket_file(void **state)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	char why[256], other[80], big[201];
	struct fixture *f = *state;
	struct sg_control *second;
	struct stat st;
	int fd;

	assert_int_equal(stat(f->path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0660);
	/* a live one is left alone */
	assert_int_equal(sg_control_open(&second, f->base, f->path, handle, f, why, sizeof(why)),
			 -EADDRINUSE);
	assert_null(second);
	assert_non_null(strstr(why, "another agent listens"));
	/* a file is not removed */
	snprintf(other, sizeof(other), "%s/file", f->dir);
	close(open(other, O_CREAT | O_WRONLY, 0600));
	assert_int_equal(sg_control_open(&second, f->base, other, handle, f, why, sizeof(why)),
			 -EEXIST);
	assert_int_equal(unlink(other), 0);
	/* a stale one is replaced */
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	strcpy(un.sun_path, other);
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	close(fd);
	assert_int_equal(access(other, F_OK), 0);
	assert_int_equal(sg_control_open(&second, f->base, other, handle, f, why, sizeof(why)), 0);
	sg_control_free(second);
	assert_int_equal(access(other, F_OK), -1);
	/* a path that does not fit */
	memset(big, 'p', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	assert_int_equal(sg_control_open(&second, f->base, big, handle, f, why, sizeof(why)),
			 -ENAMETOOLONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_framing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_half_close, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_json, setup, teardown),
		cmocka_unit_test_setup_teardown(test_deep_json, setup, teardown),
		cmocka_unit_test_setup_teardown(test_long_line, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_clients, setup, teardown),
		cmocka_unit_test_setup_teardown(test_slow_reader, setup, teardown),
		cmocka_unit_test_setup_teardown(test_answer_too_large, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stream, setup, teardown),
		cmocka_unit_test_setup_teardown(test_socket_file, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
