// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The time ahead of a log line, as `service timestamps` asks for it. Pure: times come in as values.
 *
 * As in IOS, a '*' says that the clock cannot be trusted: here that the kernel calls it
 * unsynchronised, as no NTP client disciplines it. The month names do not depend on the locale.
 */
#include <stdio.h>

#include "../config/model.h"
#include "log.h"

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define WEEK (7 * DAY)

static const char *const months[] = {
	"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
};

/* 00:00:12 on the first day, then 1d02h, then 1w2d. */
static int format_uptime(char *buf, size_t size, uint64_t s)
{
	if (s < DAY)
		return snprintf(buf, size, "%02u:%02u:%02u: ", (unsigned int)(s / HOUR),
				(unsigned int)(s % HOUR / MINUTE), (unsigned int)(s % MINUTE));
	if (s < WEEK)
		return snprintf(buf, size, "%ud%02uh: ", (unsigned int)(s / DAY),
				(unsigned int)(s % DAY / HOUR));
	return snprintf(buf, size, "%uw%ud: ", (unsigned int)(s / WEEK),
			(unsigned int)(s % WEEK / DAY));
}

static int format_date(char *buf, size_t size, bool msec, unsigned int flags,
		       const struct sg_stamp *stamp)
{
	bool local = flags & SG_TS_F_LOCALTIME;
	const char *mark = stamp->synchronised ? "" : "*";
	char fraction[8] = "", year[16] = "", zone[16] = "";
	time_t t = stamp->now.tv_sec;
	struct tm tm;

	if (local)
		t += (time_t)stamp->tz_minutes * MINUTE;
	if (!gmtime_r(&t, &tm))
		return 0;
	if (msec)
		snprintf(fraction, sizeof(fraction), ".%03d",
			 (int)(stamp->now.tv_nsec / 1000000) % 1000);
	if (flags & SG_TS_F_YEAR)
		snprintf(year, sizeof(year), " %d", tm.tm_year + 1900);
	if (flags & SG_TS_F_TIMEZONE)
		snprintf(zone, sizeof(zone), " %s",
			 local && stamp->tz_name && stamp->tz_name[0] ? stamp->tz_name : "UTC");
	return snprintf(buf, size, "%s%s %2d%s %02d:%02d:%02d%s%s: ", mark, months[tm.tm_mon],
			tm.tm_mday, year, tm.tm_hour, tm.tm_min, tm.tm_sec, fraction, zone);
}

/**
 * sg_stamp_format() - what stands ahead of a line, ": " included
 * @buf: at least SG_STAMP_MAX bytes
 * @kind: enum sg_timestamps
 * @flags: SG_TS_F_*; without SG_TS_F_LOCALTIME the time is UTC, as in IOS
 * @stamp: the times
 *
 * Return: bytes written, 0 without timestamps.
 */
size_t sg_stamp_format(char *buf, size_t size, unsigned int kind, unsigned int flags,
		       const struct sg_stamp *stamp)
{
	int len = 0;

	buf[0] = '\0';
	if (kind == SG_TS_UPTIME)
		len = format_uptime(buf, size, stamp->uptime_s);
	if (kind == SG_TS_DATETIME || kind == SG_TS_DATETIME_MSEC)
		len = format_date(buf, size, kind == SG_TS_DATETIME_MSEC, flags, stamp);
	return len < 0 ? 0 : (size_t)len;
}
