// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Clients of the control socket: lines in, lines out, every queue bounded.
 *
 * One answer at a time: while an answer waits to be read, no further request of that client is
 * looked at. A client that streams log lines and does not read them is cut off, as is one that
 * takes nothing of its answer for a while.
 */
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../log/log.h"
#include "socket.h"

struct client {
	struct sg_control *control;
	struct bufferevent *bev;
	struct sg_control_peer peer;
	bool streaming;
	bool closing;		/* no more requests; freed when the output is out */
	bool dead;		/* freed by the next turn of the loop */
};

struct sg_control {
	struct event_base *base;
	struct evconnlistener *listener;
	struct event *reaper;
	struct event *pause;	/* while it runs, nobody is accepted */
	char *path;
	sg_control_handler handler;
	void *ctx;
	struct client *clients[SG_CONTROL_CLIENTS_MAX];
};

static void stream_line(int severity, const char *line, void *ctx);

/** sg_control_ok() - {"ok": true, "data": @data}; takes @data over. NULL without memory */
json_t *sg_control_ok(json_t *data)
{
	return data ? json_pack("{s:b, s:o}", "ok", 1, "data", data) : NULL;
}

/** sg_control_error() - {"ok": false, "error": text}. NULL without memory */
json_t *sg_control_error(const char *fmt, ...)
{
	char text[1024];
	va_list args;
	json_t *s;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	s = json_string(text);
	if (!s)
		s = json_string("% The text of this error is not UTF-8.");
	return s ? json_pack("{s:b, s:o}", "ok", 0, "error", s) : NULL;
}

static void client_free(struct client *c)
{
	size_t i;

	if (c->streaming)
		sg_log_del_sink(stream_line, c);
	for (i = 0; i < SG_CONTROL_CLIENTS_MAX; i++)
		if (c->control->clients[i] == c)
			c->control->clients[i] = NULL;
	bufferevent_free(c->bev);
	free(c);
}

/* Not at once: we may be inside a callback, or inside a log line, of this very client. */
static void client_kill(struct client *c)
{
	if (c->dead)
		return;
	c->dead = true;
	bufferevent_disable(c->bev, EV_READ | EV_WRITE);
	event_active(c->control->reaper, EV_TIMEOUT, 1);
}

static void reap(evutil_socket_t fd, short what, void *ctx)
{
	struct sg_control *control = ctx;
	size_t i;

	(void)fd;
	(void)what;
	for (i = 0; i < SG_CONTROL_CLIENTS_MAX; i++)
		if (control->clients[i] && control->clients[i]->dead)
			client_free(control->clients[i]);
}

/* A line out. False: it was too long or there was no memory. */
static bool send_json(struct client *c, const json_t *object)
{
	struct evbuffer *out = bufferevent_get_output(c->bev);
	char *text = json_dumps(object, JSON_COMPACT);
	bool ok = false;

	if (text && strlen(text) < SG_CONTROL_ANSWER_MAX)
		ok = !evbuffer_add(out, text, strlen(text)) && !evbuffer_add(out, "\n", 1);
	free(text);
	return ok;
}

static void answer(struct client *c, json_t *reply)
{
	if (!reply)
		reply = sg_control_error("%% Out of memory.");
	if (!reply || !send_json(c, reply)) {
		json_decref(reply);
		reply = sg_control_error("%% What was asked for is too large.");
		if (!reply || !send_json(c, reply))
			client_kill(c);
	}
	json_decref(reply);
}

/* The last words to a client. */
static void refuse(struct client *c, const char *text)
{
	answer(c, sg_control_error("%s", text));
	c->closing = true;
	bufferevent_disable(c->bev, EV_READ);
}

static void stream_line(int severity, const char *line, void *ctx)
{
	struct client *c = ctx;
	json_t *object;

	(void)severity;
	if (c->dead)
		return;
	if (evbuffer_get_length(bufferevent_get_output(c->bev)) > SG_CONTROL_STREAM_MAX) {
		client_kill(c);
		return;
	}
	object = json_pack("{s:s}", "log", line);
	if (object)	/* NULL: the line is not UTF-8, or no memory; it is in the log */
		send_json(c, object);
	json_decref(object);
}

static void handle_line(struct client *c, const char *line, size_t len)
{
	json_t *request, *reply;
	bool stream = false;
	json_error_t error;

	request = json_loadb(line, len, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(request)) {
		answer(c, sg_control_error("%% A request is one JSON object a line%s%s",
					   request ? "" : ": ", request ? "" : error.text));
		json_decref(request);
		return;
	}
	reply = c->control->handler(request, &c->peer, &stream, c->control->ctx);
	answer(c, reply);
	json_decref(request);
	if (!stream || c->streaming || c->dead)
		return;
	if (sg_log_add_sink(stream_line, c))
		refuse(c, "% Too many streams.");
	else
		c->streaming = true;
}

static void on_read(struct bufferevent *bev, void *ctx)
{
	struct evbuffer *in = bufferevent_get_input(bev);
	struct evbuffer *out = bufferevent_get_output(bev);
	struct client *c = ctx;
	size_t len;
	char *line;

	while (!c->closing && !c->dead) {
		if (!c->streaming && evbuffer_get_length(out)) {
			bufferevent_disable(bev, EV_READ);	/* on_write() goes on */
			return;
		}
		line = evbuffer_readln(in, &len, EVBUFFER_EOL_LF);
		if (!line && evbuffer_get_length(in) >= SG_CONTROL_LINE_MAX) {
			evbuffer_drain(in, evbuffer_get_length(in));
			refuse(c, "% The request is too long.");
			return;
		}
		if (!line)
			return;
		if (len)
			handle_line(c, line, len);
		free(line);
	}
}

/* The output is out. */
static void on_write(struct bufferevent *bev, void *ctx)
{
	struct client *c = ctx;

	if (c->dead)
		return;
	if (c->closing) {
		client_kill(c);
		return;
	}
	on_read(bev, ctx);
	if (!evbuffer_get_length(bufferevent_get_output(bev)))
		bufferevent_enable(bev, EV_READ);
}

/*
 * The end, an error, or a reader that does not read. A client that has closed its half only gets
 * its answers: while one waits to go out nothing is read, the end of what it sends neither.
 */
static void on_event(struct bufferevent *bev, short what, void *ctx)
{
	(void)bev;
	(void)what;
	client_kill(ctx);
}

static void say_and_close(int fd, const char *text)
{
	char line[128];
	int len = snprintf(line, sizeof(line), "{\"ok\":false,\"error\":\"%s\"}\n", text);

	if (send(fd, line, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		sg_info("control: a client could not be told: %s", text);
	close(fd);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *from,
		      int len, void *ctx)
{
	const struct timeval limit = { .tv_sec = SG_CONTROL_WRITE_SECONDS };
	struct sg_control *control = ctx;
	struct sg_control_peer peer;
	struct client *c;
	size_t i;

	(void)listener;
	(void)from;
	(void)len;
	if (!sg_control_peer_allowed(fd, SG_CONTROL_GROUP, &peer)) {
		say_and_close(fd, "% Permission denied: root or a member of the group sealgate.");
		return;
	}
	for (i = 0; i < SG_CONTROL_CLIENTS_MAX && control->clients[i]; i++)
		;
	if (i == SG_CONTROL_CLIENTS_MAX) {
		say_and_close(fd, "% Too many clients.");
		return;
	}
	c = calloc(1, sizeof(*c));
	if (c)
		c->bev = bufferevent_socket_new(control->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (!c || !c->bev) {
		free(c);
		say_and_close(fd, "% Out of memory.");
		return;
	}
	c->control = control;
	c->peer = peer;
	control->clients[i] = c;
	bufferevent_setcb(c->bev, on_read, on_write, on_event, c);
	bufferevent_setwatermark(c->bev, EV_READ, 0, SG_CONTROL_LINE_MAX);
	bufferevent_set_timeouts(c->bev, NULL, &limit);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
}

static void on_pause_over(evutil_socket_t fd, short what, void *ctx)
{
	struct sg_control *control = ctx;

	(void)fd;
	(void)what;
	evconnlistener_enable(control->listener);
}

/* Out of descriptors or memory: a pause, else the loop would spin on the same connection. */
static void on_accept_error(struct evconnlistener *listener, void *ctx)
{
	const struct timeval pause = { .tv_sec = SG_CONTROL_PAUSE_SECONDS };
	struct sg_control *control = ctx;

	sg_err("control: a client could not be accepted: %s", strerror(errno));
	evconnlistener_disable(listener);
	evtimer_add(control->pause, &pause);
}

/**
 * sg_control_open() - listen on the control socket
 * @control: result
 * @base: event loop
 * @path: file name
 * @handler: answers requests
 * @ctx: given to @handler
 * @why: on failure, what failed and what to do
 *
 * Return: 0 or -errno.
 */
int sg_control_open(struct sg_control **control, struct event_base *base, const char *path,
		    sg_control_handler handler, void *ctx, char *why, size_t why_len)
{
	struct sg_control *c = calloc(1, sizeof(*c));
	int fd, err = -ENOMEM;

	*control = NULL;
	snprintf(why, why_len, "control socket: out of memory");
	if (!c)
		return err;
	c->base = base;
	c->handler = handler;
	c->ctx = ctx;
	c->path = strdup(path);
	c->reaper = event_new(base, -1, 0, reap, c);
	c->pause = evtimer_new(base, on_pause_over, c);
	if (!c->path || !c->reaper || !c->pause)
		goto fail;
	fd = sg_control_socket(path, SG_CONTROL_GROUP, why, why_len);
	err = fd;
	if (fd < 0)
		goto fail;
	c->listener = evconnlistener_new(base, on_accept, c, LEV_OPT_CLOSE_ON_FREE |
					 LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (!c->listener) {
		close(fd);
		unlink(path);
		err = -ENOMEM;
		goto fail;
	}
	evconnlistener_set_error_cb(c->listener, on_accept_error);
	*control = c;
	return 0;
fail:
	if (c->reaper)
		event_free(c->reaper);
	if (c->pause)
		event_free(c->pause);
	free(c->path);
	free(c);
	return err;
}

/** sg_control_free() - hang up on every client and remove the socket; NULL is fine */
void sg_control_free(struct sg_control *control)
{
	size_t i;

	if (!control)
		return;
	for (i = 0; i < SG_CONTROL_CLIENTS_MAX; i++)
		if (control->clients[i])
			client_free(control->clients[i]);
	evconnlistener_free(control->listener);
	event_free(control->reaper);
	event_free(control->pause);
	unlink(control->path);
	free(control->path);
	free(control);
}

/** sg_control_clients() - how many are connected */
size_t sg_control_clients(const struct sg_control *control)
{
	size_t i, count = 0;

	for (i = 0; i < SG_CONTROL_CLIENTS_MAX; i++)
		count += !!control->clients[i];
	return count;
}
