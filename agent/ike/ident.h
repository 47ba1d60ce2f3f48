/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Identities: the ID payload of phase 1, and the proxies of Quick Mode (RFC 2407 4.6.2) between
 * ID payload, access-list line and kernel selector. Which map entry a pair of proxies
 * belongs to is the engine's to decide.
 */
#ifndef SG_IKE_IDENT_H
#define SG_IKE_IDENT_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../config/model.h"
#include "../kernel/kernel.h"
#include "codec.h"

/* Longest text of sg_proxy_print() and sg_id_print(), with the final NUL. */
#define SG_PROXY_TEXT 64
#define SG_ID_TEXT 256

/* One side's proxy: addresses, protocol, port. */
struct sg_proxy {
	uint8_t type;		/* IKE_ID_IPV4_ADDR, _SUBNET or _RANGE */
	uint8_t proto;		/* 0: any */
	uint16_t port;		/* 0: any; host byte order */
	struct in_addr addr;	/* address, network or first of the range */
	struct in_addr mask;	/* of a subnet; all ones for a host */
	struct in_addr last;	/* of a range */
};

/**
 * sg_proxy_from_id() - the proxy that an ID payload of Quick Mode names
 * @out: written on success
 * @id: decoded payload
 *
 * Return: 0, -EINVAL (length does not fit the type, range backwards, port without a
 * protocol that has ports), -EAFNOSUPPORT (not an IPv4 type).
 */
int sg_proxy_from_id(struct sg_proxy *out, const struct sg_id *id);

/* Host to host: what a Quick Mode without IDs means (RFC 2409 5.5). */
void sg_proxy_host(struct sg_proxy *out, struct in_addr addr);

/**
 * sg_proxy_from_ace() - what an access-list line asks for
 * @ace: a permit
 * @local: its source side as our proxy
 * @remote: its destination side as the peer's
 *
 * An ID payload holds one port or none: a range of ports, neq, port 0 and an ICMP type are asked
 * for as "any"; sg_proxies_to_sel() bounds what the SA then carries.
 */
void sg_proxy_from_ace(const struct sg_acl_ace *ace, struct sg_proxy *local,
		       struct sg_proxy *remote);

/* Writes the ID payload. */
void sg_proxy_put(struct sg_writer *w, const struct sg_proxy *proxy);

/* Same addresses (whatever the type says it with), protocol and port. */
bool sg_proxy_equal(const struct sg_proxy *a, const struct sg_proxy *b);

/* Is every packet of the first one of the second too? */
bool sg_proxy_within(const struct sg_proxy *inner, const struct sg_proxy *outer);

/**
 * sg_proxies_match_ace() - does a permit line cover a pair of proxies?
 * @local: ours (the line's source)
 * @remote: the peer's (the line's destination)
 * @ace: the line
 * @exact: where not NULL: set when they are what the line itself asks for
 */
bool sg_proxies_match_ace(const struct sg_proxy *local, const struct sg_proxy *remote,
			  const struct sg_acl_ace *ace, bool *exact);

/**
 * sg_proxies_to_sel() - the kernel's selector for a pair
 *
 * @local: our side's proxy
 * @remote: the peer's
 * @ace: the line that covers them; its ports and ICMP type bound what they could not say
 * @sel: written on success
 *
 * Return: 0; -EOPNOTSUPP for a range that is no network; -EINVAL for two protocols.
 */
int sg_proxies_to_sel(const struct sg_proxy *local, const struct sg_proxy *remote,
		      const struct sg_acl_ace *ace, struct sg_ksel *sel);

/* "172.18.124.0/255.255.255.0/0/0 (type=4)": addr/mask/proto/port, as IPSEC debug has it. */
void sg_proxy_print(const struct sg_proxy *proxy, char buf[SG_PROXY_TEXT]);

/* "10.10.10.2", "router.example.com": phase-1 identity for logs; unprintable bytes as dots. */
void sg_id_print(const struct sg_id *id, char buf[SG_ID_TEXT]);

/**
 * sg_id_ports_ok() - protocol and port of a phase-1 identity (ike.md: 0/0, 17/500, 17/0, 17/4500)
 */
bool sg_id_ports_ok(const struct sg_id *id);

/* Is it exactly this address? Compared as ID_IPV4_ADDR. */
bool sg_id_is_addr(const struct sg_id *id, struct in_addr addr);

#endif /* SG_IKE_IDENT_H */
