/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: connections, lines, limits. What a request means is the handler's affair
 * (ops.c).
 */
#ifndef SG_CONTROL_SERVER_H
#define SG_CONTROL_SERVER_H

#include <event2/event.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SG_CONTROL_CLIENTS_MAX	16
#define SG_CONTROL_LINE_MAX	65536			/* bytes of a request, newline included */
#define SG_CONTROL_ANSWER_MAX	(32u << 20)		/* bytes of one answer */
#define SG_CONTROL_STREAM_MAX	(256u << 10)		/* bytes of log lines that may wait */
#define SG_CONTROL_WRITE_SECONDS 30			/* without progress: cut off */
#define SG_CONTROL_PAUSE_SECONDS 1			/* no accept() after one that failed */
#define SG_CONTROL_GROUP	"sealgate"

struct sg_control_peer {
	uid_t uid;
	gid_t gid;
	pid_t pid;
};

/*
 * Answers one request: an object that goes to the client, taken over by the server. NULL: out of
 * memory. *stream set to true: log lines are to follow.
 */
typedef json_t *(*sg_control_handler)(const json_t *request, const struct sg_control_peer *peer,
				      bool *stream, void *ctx);

struct sg_control;

int sg_control_open(struct sg_control **control, struct event_base *base, const char *path,
		    sg_control_handler handler, void *ctx, char *why, size_t why_len);
void sg_control_free(struct sg_control *control);
size_t sg_control_clients(const struct sg_control *control);

/*
 * Answers: {"ok": true, "data": DATA} (takes over @data; NULL is out of memory), {"ok": false,
 * "error": TEXT}.
 */
json_t *sg_control_ok(json_t *data);
json_t *sg_control_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif /* SG_CONTROL_SERVER_H */
