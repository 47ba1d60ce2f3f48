// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The client's end of the control socket. One JSON object a line in each direction
 * (docs/control.md). Not for what the answers mean.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client.h"

/* An answer is as long as the gateway has SAs; a line past this is not an answer. */
#define LINE_MAX_BYTES (256u << 20)

struct sg_client {
	FILE *in;
	int fd;
	char *line;
	size_t size;
};

int sg_client_open(const char *path, struct sg_client **client)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct sg_client *c;
	int err;

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	strcpy(addr.sun_path, path);
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0)
		goto fail_free;
	if (connect(c->fd, (struct sockaddr *)&addr, sizeof(addr)))
		goto fail_close;
	c->in = fdopen(c->fd, "r");
	if (!c->in)
		goto fail_close;
	*client = c;
	return 0;

fail_close:
	err = -errno;
	close(c->fd);
	free(c);
	return err;
fail_free:
	err = -errno;
	free(c);
	return err;
}

void sg_client_close(struct sg_client *client)
{
	if (!client)
		return;
	fclose(client->in);
	free(client->line);
	free(client);
}

static int send_all(int fd, const char *buf, size_t len)
{
	ssize_t n;

	while (len) {
		n = send(fd, buf, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		buf += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Reads one line into client->line. 0, -EPROTO at the end of file or past the limit, -errno. */
static int read_line(struct sg_client *client, size_t *len)
{
	ssize_t n;

	errno = 0;
	n = getdelim(&client->line, &client->size, '\n', client->in);
	if (n < 0)
		return errno ? -errno : -EPIPE;
	if ((size_t)n > LINE_MAX_BYTES || client->line[n - 1] != '\n')
		return -EPROTO;
	*len = (size_t)n;
	return 0;
}

int sg_client_call(struct sg_client *client, json_t *request, json_t **answer, char **error)
{
	json_t *reply, *data;
	const char *why;
	size_t len;
	char *text;
	int err;

	*answer = NULL;
	*error = NULL;
	text = json_dumps(request, JSON_COMPACT);
	json_decref(request);
	if (!text)
		return -ENOMEM;
	err = send_all(client->fd, text, strlen(text));
	free(text);
	if (!err)
		err = send_all(client->fd, "\n", 1);
	if (!err)
		err = read_line(client, &len);
	if (err)
		return err == -EPIPE ? -EPROTO : err;
	reply = json_loadb(client->line, len, 0, NULL);
	if (!json_is_object(reply)) {
		json_decref(reply);
		return -EPROTO;
	}
	if (json_is_true(json_object_get(reply, "ok"))) {
		data = json_object_get(reply, "data");
		*answer = json_incref(data);
	} else {
		why = json_string_value(json_object_get(reply, "error"));
		*error = why ? strdup(why) : NULL;
		data = json_object_get(reply, "data");
		*answer = json_incref(data);
		err = *error ? -EREMOTEIO : -EPROTO;
	}
	json_decref(reply);
	return err;
}

int sg_client_stream(struct sg_client *client, FILE *out)
{
	const char *line;
	json_t *object;
	size_t len;
	int err;

	while (!(err = read_line(client, &len))) {
		object = json_loadb(client->line, len, 0, NULL);
		line = json_string_value(json_object_get(object, "log"));
		if (line) {
			fprintf(out, "%s\n", line);
			fflush(out);
		}
		json_decref(object);
		if (!line)
			return -EPROTO;
		if (ferror(out))
			return -EIO;
	}
	return err == -EPIPE ? 0 : err;
}
