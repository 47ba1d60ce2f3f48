/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * UDP as IKE needs it: who sent, to which of our addresses, and answers from that same address.
 */
#ifndef SG_NET_UDP_H
#define SG_NET_UDP_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

struct sg_udp;

/* One datagram. @local is the address it was sent to. */
typedef void (*sg_udp_cb)(const struct sockaddr_in *local, const struct sockaddr_in *remote,
			  const void *buf, size_t len, void *ctx);

int sg_udp_open(struct sg_udp **udp, uint16_t port, size_t datagram_max, char *why, size_t why_len);
void sg_udp_free(struct sg_udp *udp);
int sg_udp_fd(const struct sg_udp *udp);
int sg_udp_read(struct sg_udp *udp, sg_udp_cb cb, void *ctx);
int sg_udp_send(struct sg_udp *udp, const struct sockaddr_in *local,
		const struct sockaddr_in *remote, const void *buf, size_t len);

/* Bytes of the largest packet from local to peer by today's routes, 0: unknown. */
unsigned int sg_path_mtu(struct in_addr local, struct in_addr peer);

/* portowner.c: "pid 17 (charon)", or "" where that cannot be found out. */
void sg_udp_port_owner(uint16_t port, char *who, size_t who_len);

#endif /* SG_NET_UDP_H */
