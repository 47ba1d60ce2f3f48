/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Log and debug lines in IOS's form, to stderr, syslog or journald, and to those who watch
 * (terminals with debug on). Never a key or password.
 */
#ifndef SG_LOG_H
#define SG_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

enum sg_debug { SG_DEBUG_ISAKMP = 1, SG_DEBUG_IPSEC = 2, SG_DEBUG_ENGINE = 4 };

/**
 * sg_log() - one "%FACILITY-SEVERITY-MNEMONIC: text" line
 * @severity: 0..7 as in IOS and syslog
 * @facility: "CRYPTO"
 * @mnemonic: "SESSION_STATUS"
 */
void sg_log(int severity, const char *facility, const char *mnemonic, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * One debug line (may hold newlines: IOS's own continuation lines), printed when that debug is
 * on.
 */
void sg_debug(enum sg_debug which, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool sg_debug_on(enum sg_debug which);
void sg_debug_set(unsigned int mask);		/* of enum sg_debug */
unsigned int sg_debug_get(void);

/* Plain informational line for the daemon's own life (start, stop, errors of its own). */
void sg_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void sg_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Where lines go. Each finished line, timestamp included, goes to every sink. */
typedef void (*sg_log_sink)(int severity, const char *line, void *ctx);
int sg_log_add_sink(sg_log_sink sink, void *ctx);
void sg_log_del_sink(sg_log_sink sink, void *ctx);

enum sg_log_target { SG_LOG_STDERR, SG_LOG_SYSLOG, SG_LOG_JOURNAL };
int sg_log_open(enum sg_log_target target, const char *ident);
void sg_log_close(void);
struct sg_config;
void sg_log_set_config(const struct sg_config *cfg);	/* timestamps, time zone, hostname */

/*
 * A limit on lines that a stranger's packets can cause: @burst at once, then one every
 * @interval_ms. Zero-initialise the rest.
 */
struct sg_ratelimit {
	unsigned int interval_ms, burst;
	uint64_t last_ms, credit_ms;
	bool started;
	unsigned int suppressed;	/* since the last line that passed; the caller may say so */
};

bool sg_ratelimit(struct sg_ratelimit *rl, uint64_t now_ms);	/* true: go ahead */

/* What stands ahead of a line (stamp.c). */
struct sg_stamp {
	struct timespec now;		/* CLOCK_REALTIME */
	uint64_t uptime_s;
	bool synchronised;		/* the clock is disciplined: no '*' */
	int tz_minutes;			/* east of UTC, of tz_name */
	const char *tz_name;		/* clock timezone */
};

#define SG_STAMP_MAX 64
size_t sg_stamp_format(char *buf, size_t size, unsigned int kind, unsigned int flags,
		       const struct sg_stamp *stamp);

/*
 * journal.c: one entry to journald by its native protocol; 0 or -errno. @extra: NULL or
 * "NAME=value" strings.
 */
int sg_journal_open(const char *path);
int sg_journal_send(int fd, int severity, const char *ident, const char *text,
		    const char *const *extra, size_t extra_count);

#endif /* SG_LOG_H */
