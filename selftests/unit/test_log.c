// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Log lines: stamps in IOS's form, sinks, debug masks, control bytes, the rate limit, journald's
 * protocol. The expected stamps were written by hand from `date -u -d @SECONDS`.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../agent/config/model.h"
#include "../../agent/log/log.h"

/* Sun Apr 18 05:59:20 UTC 2004 */
#define APRIL_18 1082267960

static char last[16384];
static int last_severity, line_count;

static void remember(int severity, const char *line, void *ctx)
{
	(void)ctx;
	snprintf(last, sizeof(last), "%s", line);
	last_severity = severity;
	line_count++;
}

static void check_stamp(unsigned int kind, unsigned int flags, const struct sg_stamp *stamp,
			const char *expected)
{
	char buf[SG_STAMP_MAX];

	assert_int_equal(sg_stamp_format(buf, sizeof(buf), kind, flags, stamp), strlen(expected));
	assert_string_equal(buf, expected);
}

static void test_datetime(void **state)
{
	struct sg_stamp s = {
		.now = { APRIL_18, 491999999 }, .tz_minutes = -300, .tz_name = "EST",
	};

	(void)state;
	check_stamp(SG_TS_DATETIME_MSEC, 0, &s, "*Apr 18 05:59:20.491: ");
	check_stamp(SG_TS_DATETIME, 0, &s, "*Apr 18 05:59:20: ");
	check_stamp(SG_TS_NONE, 0, &s, "");
	s.synchronised = true;
	check_stamp(SG_TS_DATETIME_MSEC, 0, &s, "Apr 18 05:59:20.491: ");
	check_stamp(SG_TS_DATETIME, SG_TS_F_TIMEZONE, &s, "Apr 18 05:59:20 UTC: ");
	check_stamp(SG_TS_DATETIME, SG_TS_F_LOCALTIME, &s, "Apr 18 00:59:20: ");
	check_stamp(SG_TS_DATETIME, SG_TS_F_LOCALTIME | SG_TS_F_TIMEZONE | SG_TS_F_YEAR, &s,
		    "Apr 18 2004 00:59:20 EST: ");
	/* 7 hours earlier is the evening before; a day of one digit is padded by a blank */
	s.now.tv_sec -= 10 * 86400;
	s.tz_minutes = -420;
	check_stamp(SG_TS_DATETIME, SG_TS_F_LOCALTIME, &s, "Apr  7 22:59:20: ");
}

static void test_uptime(void **state)
{
	struct sg_stamp s = { .uptime_s = 0 };

	(void)state;
	check_stamp(SG_TS_UPTIME, 0, &s, "00:00:00: ");
	s.uptime_s = 86399;
	check_stamp(SG_TS_UPTIME, 0, &s, "23:59:59: ");
	s.uptime_s = 86400 + 2 * 3600 + 59;
	check_stamp(SG_TS_UPTIME, 0, &s, "1d02h: ");
	s.uptime_s = 7 * 86400 - 1;
	check_stamp(SG_TS_UPTIME, 0, &s, "6d23h: ");
	s.uptime_s = 9 * 86400;
	check_stamp(SG_TS_UPTIME, 0, &s, "1w2d: ");
}

static void test_lines(void **state)
{
	struct sg_config cfg = { .ts_log = SG_TS_NONE, .ts_debug = SG_TS_NONE };

	(void)state;
	sg_log_set_config(&cfg);
	assert_int_equal(sg_log_add_sink(remember, NULL), 0);
	sg_log(5, "CRYPTO", "SESSION_STATUS", "Crypto tunnel is UP .  Peer %s:%d", "10.10.10.2",
	       500);
	assert_string_equal(last,
			    "%CRYPTO-5-SESSION_STATUS: Crypto tunnel is UP .  Peer 10.10.10.2:500");
	assert_int_equal(last_severity, 5);
	/* a peer's bytes must not reach the terminal; newlines are IOS's own */
	sg_log(4, "CRYPTO", "X", "a\033[2Jb\r\177c\nd\te");
	assert_string_equal(last, "%CRYPTO-4-X: a?[2Jb??c\nd\te");

	sg_debug_set(0);
	line_count = 0;
	sg_debug(SG_DEBUG_ISAKMP, "not to be seen");
	assert_int_equal(line_count, 0);
	sg_debug_set(SG_DEBUG_ISAKMP);
	sg_debug(SG_DEBUG_IPSEC, "not to be seen");
	assert_int_equal(line_count, 0);
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP: local port %d", 500);
	assert_string_equal(last, "ISAKMP: local port 500");
	assert_int_equal(last_severity, 7);
	sg_debug_set(0xffff);
	assert_int_equal(sg_debug_get(), 7);
	sg_debug_set(0);

	sg_log_del_sink(remember, NULL);
	line_count = 0;
	sg_log(5, "CRYPTO", "X", "nobody listens");
	assert_int_equal(line_count, 0);
}

static void test_long_line(void **state)
{
	static char big[20000];

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	assert_int_equal(sg_log_add_sink(remember, NULL), 0);
	sg_log(5, "CRYPTO", "X", "%s", big);
	assert_true(strlen(last) < 8192 + SG_STAMP_MAX);
	sg_log_del_sink(remember, NULL);
}

static void nosy(int severity, const char *line, void *ctx)
{
	int *calls = ctx;

	(void)severity;
	(void)line;
	(*calls)++;
	sg_log(5, "CRYPTO", "NESTED", "from a sink");	/* must not come back here */
}

static void test_sink_bounds(void **state)
{
	int calls = 0, i;

	(void)state;
	assert_int_equal(sg_log_add_sink(nosy, &calls), 0);
	sg_log(5, "CRYPTO", "X", "one");
	assert_int_equal(calls, 1);
	for (i = 1; i < 32; i++)
		assert_int_equal(sg_log_add_sink(remember, NULL), 0);
	assert_int_equal(sg_log_add_sink(remember, NULL), -ENOSPC);
	sg_log_del_sink(nosy, &calls);
	sg_log_del_sink(remember, NULL);
	assert_int_equal(sg_log_add_sink(remember, NULL), 0);
	sg_log_del_sink(remember, NULL);
}

static void test_ratelimit(void **state)
{
	struct sg_ratelimit rl = { .interval_ms = 1000, .burst = 3 };

	(void)state;
	assert_true(sg_ratelimit(&rl, 50000));
	assert_true(sg_ratelimit(&rl, 50000));
	assert_true(sg_ratelimit(&rl, 50000));
	assert_false(sg_ratelimit(&rl, 50000));
	assert_false(sg_ratelimit(&rl, 50999));
	assert_int_equal(rl.suppressed, 2);
	assert_true(sg_ratelimit(&rl, 51000));
	assert_false(sg_ratelimit(&rl, 51500));
	/* a clock that goes back gives nothing, and takes nothing for good */
	assert_false(sg_ratelimit(&rl, 1000));
	assert_true(sg_ratelimit(&rl, 2000));
	/* a long silence is worth the burst, no more */
	assert_true(sg_ratelimit(&rl, 1000000));
	assert_true(sg_ratelimit(&rl, 1000000));
	assert_true(sg_ratelimit(&rl, 1000000));
	assert_false(sg_ratelimit(&rl, 1000000));
}

static void test_journal(void **state)
{
	static const char expected[] =
		"PRIORITY=5\nSYSLOG_IDENTIFIER=sealgated\nMESSAGE\n"
		"\005\0\0\0\0\0\0\0a\nb c\nF=1\nM=X\n";
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	static const char *const extra[] = { "F=1", "M=X" };
	char buf[256];
	int server, fd;

	(void)state;
	snprintf(un.sun_path, sizeof(un.sun_path), "/tmp/sg_test_journal.%d", (int)getpid());
	server = socket(AF_UNIX, SOCK_DGRAM, 0);
	assert_int_equal(bind(server, (struct sockaddr *)&un, sizeof(un)), 0);
	fd = sg_journal_open(un.sun_path);
	assert_true(fd >= 0);
	assert_int_equal(sg_journal_send(fd, 5, "sealgated", "a\nb c", extra, 2), 0);
	assert_int_equal(recv(server, buf, sizeof(buf), 0), sizeof(expected) - 1);
	assert_memory_equal(buf, expected, sizeof(expected) - 1);
	close(fd);
	close(server);
	unlink(un.sun_path);
	assert_int_equal(sg_journal_open(un.sun_path), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_datetime),
		cmocka_unit_test(test_uptime),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_sink_bounds),
		cmocka_unit_test(test_ratelimit),
		cmocka_unit_test(test_journal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
