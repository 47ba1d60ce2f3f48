/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The client's end of the control socket: a request, an answer, a stream of lines.
 */
#ifndef SG_CLIENT_H
#define SG_CLIENT_H

#include <jansson.h>
#include <stdio.h>

#define SG_CONTROL_PATH "/run/sealgate/control"

struct sg_client;

/**
 * sg_client_open() - connect to the agent
 * @path: of its control socket
 * @client: set on success; sg_client_close() it
 *
 * Return: 0 or -errno; -ENOENT and -ECONNREFUSED mean that no agent is there.
 */
int sg_client_open(const char *path, struct sg_client **client);
void sg_client_close(struct sg_client *client);

/**
 * sg_client_call() - one request, one answer
 * @client: the connection
 * @request: stolen
 * @answer: the agent's "data" (a new reference), or NULL where it had none
 * @error: on -EREMOTEIO the agent's own text, to be freed by the caller
 *
 * Return: 0, -EREMOTEIO where the agent refused, -EPROTO where it talked nonsense or hung up,
 * -errno.
 */
int sg_client_call(struct sg_client *client, json_t *request, json_t **answer, char **error);

/**
 * sg_client_stream() - print the lines that the agent sends until it hangs up
 * @client: after a "debug-stream" request was answered
 * @out: each line goes here, flushed
 *
 * Return: 0 at the end of the stream, -EPROTO, or -errno.
 */
int sg_client_stream(struct sg_client *client, FILE *out);

#endif /* SG_CLIENT_H */
