// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Log and debug lines: made here, stamped here, handed to the target (stderr, syslog, journald)
 * and to every sink. The one mutable state of the process that is not reachable from main(): a
 * log line must be possible from anywhere. One thread.
 *
 * Syslog and journald stamp lines themselves; the stamp of `service timestamps` goes to
 * stderr and to the sinks. `datetime' without `localtime' is UTC, as in IOS.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <syslog.h>
#include <unistd.h>

#include "../config/model.h"
#include "log.h"

#define SINKS_MAX 32
#define LINE_MAX_BYTES 8192
#define JOURNAL_SOCKET "/run/systemd/journal/socket"

struct sink {
	sg_log_sink fn;
	void *ctx;
};

static struct {
	enum sg_log_target target;
	char ident[32];
	int journal;
	unsigned int debug;
	enum sg_timestamps ts_log, ts_debug;
	unsigned int ts_log_flags, ts_debug_flags;
	char tz_name[8];
	int tz_minutes;
	struct sink sinks[SINKS_MAX];
	bool emitting;
	struct timespec start;
} log_state = {
	.ident = "sealgated",
	.journal = -1,
	.ts_log = SG_TS_DATETIME_MSEC,
	.ts_debug = SG_TS_DATETIME_MSEC,
};

static void now_stamp(struct sg_stamp *stamp)
{
	struct timex tx = { 0 };
	struct timespec mono;

	memset(stamp, 0, sizeof(*stamp));
	clock_gettime(CLOCK_REALTIME, &stamp->now);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	if (!log_state.start.tv_sec && !log_state.start.tv_nsec)
		log_state.start = mono;
	stamp->uptime_s = (uint64_t)(mono.tv_sec - log_state.start.tv_sec);
	stamp->synchronised = adjtimex(&tx) != TIME_ERROR;
	stamp->tz_name = log_state.tz_name;
	stamp->tz_minutes = log_state.tz_minutes;
}

/* Not through stdio: a line is one write, so that lines of several writers do not mix. */
static void to_stderr(const char *stamp, const char *text)
{
	char line[LINE_MAX_BYTES + SG_STAMP_MAX + 2];
	int len = snprintf(line, sizeof(line), "%s%s\n", stamp, text);
	ssize_t done;

	if (len < 0)
		return;
	if ((size_t)len >= sizeof(line))
		len = sizeof(line) - 1;
	do
		done = write(STDERR_FILENO, line, (size_t)len);
	while (done < 0 && errno == EINTR);
}

/* A syslog message is one line. */
static void to_syslog(int severity, const char *text)
{
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (len)
			syslog(severity, "%.*s", (int)len, text);
	}
}

static void emit(int severity, bool debug, const char *text, const char *const *extra,
		 size_t extra_count)
{
	char line[LINE_MAX_BYTES + SG_STAMP_MAX], prefix[SG_STAMP_MAX];
	struct sg_stamp stamp;
	int i;

	now_stamp(&stamp);
	sg_stamp_format(prefix, sizeof(prefix), debug ? log_state.ts_debug : log_state.ts_log,
			debug ? log_state.ts_debug_flags : log_state.ts_log_flags, &stamp);
	switch (log_state.target) {
	case SG_LOG_STDERR:
		to_stderr(prefix, text);
		break;
	case SG_LOG_SYSLOG:
		to_syslog(severity, text);
		break;
	case SG_LOG_JOURNAL:
		if (sg_journal_send(log_state.journal, severity, log_state.ident, text, extra,
				    extra_count))
			to_stderr(prefix, text);
		break;
	}
	/* A sink that logs would come back here: its line goes to the target alone. */
	if (log_state.emitting)
		return;
	log_state.emitting = true;
	snprintf(line, sizeof(line), "%s%s", prefix, text);
	for (i = 0; i < SINKS_MAX; i++)
		if (log_state.sinks[i].fn)
			log_state.sinks[i].fn(severity, line, log_state.sinks[i].ctx);
	log_state.emitting = false;
}

/* Bytes of strangers (names, vendor IDs) end up in lines: no terminal control, ASCII alone. */
static void clean(char *text)
{
	unsigned char c;

	for (; *text; text++) {
		c = (unsigned char)*text;
		if ((c < ' ' && c != '\n' && c != '\t') || c >= 0x7f)
			*text = '?';
	}
}

void sg_log(int severity, const char *facility, const char *mnemonic, const char *fmt, ...)
{
	char text[LINE_MAX_BYTES], fields[2][64];
	const char *const extra[] = { fields[0], fields[1] };
	va_list args;
	int at;

	at = snprintf(text, sizeof(text), "%%%s-%d-%s: ", facility, severity, mnemonic);
	if (at < 0 || (size_t)at >= sizeof(text))
		return;
	va_start(args, fmt);
	vsnprintf(text + at, sizeof(text) - (size_t)at, fmt, args);
	va_end(args);
	clean(text);
	snprintf(fields[0], sizeof(fields[0]), "SEALGATE_FACILITY=%s", facility);
	snprintf(fields[1], sizeof(fields[1]), "SEALGATE_MNEMONIC=%s", mnemonic);
	emit(severity, false, text, extra, 2);
}

/** sg_debug_on() - is that debug on; ask before work that only a debug line needs */
bool sg_debug_on(enum sg_debug which)
{
	return log_state.debug & which;
}

/** sg_debug_set() - what is on from now on: a mask of enum sg_debug */
void sg_debug_set(unsigned int mask)
{
	log_state.debug = mask & (SG_DEBUG_ISAKMP | SG_DEBUG_IPSEC | SG_DEBUG_ENGINE);
}

/** sg_debug_get() - what is on */
unsigned int sg_debug_get(void)
{
	return log_state.debug;
}

void sg_debug(enum sg_debug which, const char *fmt, ...)
{
	char text[LINE_MAX_BYTES];
	va_list args;

	if (!sg_debug_on(which))
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	clean(text);
	emit(LOG_DEBUG, true, text, NULL, 0);
}

static void own(int severity, const char *fmt, va_list args)
{
	int at = 0;
	char text[LINE_MAX_BYTES];

	/* syslog and journald know the name themselves */
	if (log_state.target == SG_LOG_STDERR)
		at = snprintf(text, sizeof(text), "%s: ", log_state.ident);
	vsnprintf(text + at, sizeof(text) - (size_t)at, fmt, args);
	clean(text);
	emit(severity, false, text, NULL, 0);
}

/** sg_info() - a line of the daemon's own life */
void sg_info(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	own(LOG_INFO, fmt, args);
	va_end(args);
}

/** sg_err() - something of the daemon's own has failed: what, and what to do */
void sg_err(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	own(LOG_ERR, fmt, args);
	va_end(args);
}

/**
 * sg_log_add_sink() - have every finished line given to @sink, too
 *
 * Return: 0, or -ENOSPC where there are as many as there can be.
 */
int sg_log_add_sink(sg_log_sink sink, void *ctx)
{
	int i;

	for (i = 0; i < SINKS_MAX; i++) {
		if (log_state.sinks[i].fn)
			continue;
		log_state.sinks[i] = (struct sink){ sink, ctx };
		return 0;
	}
	return -ENOSPC;
}

/** sg_log_del_sink() - end it; allowed from within the sink */
void sg_log_del_sink(sg_log_sink sink, void *ctx)
{
	int i;

	for (i = 0; i < SINKS_MAX; i++)
		if (log_state.sinks[i].fn == sink && log_state.sinks[i].ctx == ctx)
			log_state.sinks[i].fn = NULL;
}

/**
 * sg_log_open() - choose where lines go; stderr until then
 * @ident: name of the program in syslog and the journal
 *
 * Return: 0 or -errno (journald cannot be reached; the target stays what it was).
 */
int sg_log_open(enum sg_log_target target, const char *ident)
{
	int fd = -1;

	if (target == SG_LOG_JOURNAL) {
		fd = sg_journal_open(JOURNAL_SOCKET);
		if (fd < 0)
			return fd;
	}
	sg_log_close();
	snprintf(log_state.ident, sizeof(log_state.ident), "%s", ident);
	if (target == SG_LOG_SYSLOG)
		openlog(log_state.ident, LOG_PID, LOG_DAEMON);
	log_state.journal = fd;
	log_state.target = target;
	return 0;
}

/** sg_log_close() - back to stderr */
void sg_log_close(void)
{
	if (log_state.target == SG_LOG_SYSLOG)
		closelog();
	if (log_state.journal >= 0)
		close(log_state.journal);
	log_state.journal = -1;
	log_state.target = SG_LOG_STDERR;
}

/** sg_log_set_config() - take `service timestamps` from a configuration */
void sg_log_set_config(const struct sg_config *cfg)
{
	log_state.ts_log = cfg->ts_log;
	log_state.ts_debug = cfg->ts_debug;
	log_state.ts_log_flags = cfg->ts_log_flags;
	log_state.ts_debug_flags = cfg->ts_debug_flags;
	log_state.tz_minutes = cfg->tz_minutes;
	snprintf(log_state.tz_name, sizeof(log_state.tz_name), "%s", cfg->tz_name);
}

/**
 * sg_ratelimit() - may one more line be written
 * @rl: with interval_ms and burst set
 * @now_ms: a monotonic time
 *
 * A token bucket counted in milliseconds. What it refuses is counted in @rl->suppressed, for the
 * caller to tell and to clear.
 * Return: true: go ahead.
 */
bool sg_ratelimit(struct sg_ratelimit *rl, uint64_t now_ms)
{
	uint64_t full = (uint64_t)rl->interval_ms * rl->burst;

	if (!rl->started) {
		rl->started = true;
		rl->credit_ms = full;
	} else if (now_ms > rl->last_ms) {
		rl->credit_ms += now_ms - rl->last_ms;
		if (rl->credit_ms > full)
			rl->credit_ms = full;
	}
	rl->last_ms = now_ms;
	if (rl->credit_ms < rl->interval_ms) {
		rl->suppressed++;
		return false;
	}
	rl->credit_ms -= rl->interval_ms;
	return true;
}
