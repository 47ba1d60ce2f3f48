/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SG_CONTROL_SOCKET_H
#define SG_CONTROL_SOCKET_H

#include "server.h"

int sg_control_socket(const char *path, const char *group, char *why, size_t why_len);
bool sg_control_peer_allowed(int fd, const char *group, struct sg_control_peer *peer);

#endif /* SG_CONTROL_SOCKET_H */
