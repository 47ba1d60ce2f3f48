/* SPDX-License-Identifier: GPL-2.0-or-later WITH Linux-syscall-note */
/*
 * The generic netlink family "sealgate": the contract between the kernel
 * module and whoever drives it (sealgated, ipsecctl). This header and
 * sealgate.yaml beside it are the specification; the module implements it.
 *
 * Rules that hold for every command:
 *
 *  - The family works on the network namespace of the socket that sends.
 *  - Every request needs CAP_NET_ADMIN in the user namespace that owns that
 *    network namespace, reading included. Events reach privileged sockets only.
 *  - Parsing is strict: an attribute that a command does not list, one given twice, one of a
 *    wrong length or out of range, a nest without NLA_F_NESTED, or trailing bytes are refused
 *    with -EINVAL or -ERANGE, and so is a request that lacks what its command needs (-EINVAL).
 *    Every refusal carries an extended ack: a text that says what is wrong and, where one is at
 *    fault or missing, the attribute. (Linux 6.1 gives the start of a dump none.)
 *  - Addresses, masks, SPIs are in network byte order; ports, counts and all else in
 *    host byte order. 64-bit values are padded with the PAD of their nest; in requests the
 *    padding may be left out.
 *  - Strings end with a NUL. What a text calls "binary" has exactly the bytes that it has.
 *  - Keys go in and never come out. The module wipes them from the request, also from one that
 *    it refuses.
 *  - Dumps carry NLM_F_DUMP_INTR when what they show changed under them: start again. What was
 *    there from the first message to the last is shown once all the same.
 *
 * Objects, and what names them:
 *
 *  SA       one direction of a protected flow; (destination, SPI, protocol).
 *  map      a crypto map set; its name. Entries by sequence number, each entry
 *           an ordered list of ACEs. Immutable in force: it is staged by MAP_BEGIN,
 *           MAP_ENTRY, MAP_ACES and put in force as a whole by MAP_COMMIT.
 *  binding  a map on an interface; the interface index.
 *  flow     one permit ACE of one entry: (map name, sequence number, ACE selector).
 *           It outlives the replacement of its map as long as the new map has
 *           the same ACE, or an SA refers to it. Outbound SAs belong to flows;
 *           the youngest SA whose proxies hold the packet sends it.
 */
#ifndef _UAPI_SEALGATE_H
#define _UAPI_SEALGATE_H

#define SG_GENL_NAME		"sealgate"
#define SG_GENL_VERSION		1
#define SG_GENL_MCGRP		"events"

/* Raised by each change that an older reader or writer would misunderstand. */
#define SG_ABI_VERSION		1

#define SG_DEVICE_NAME		"sealgate0"	/* sealgate1, ... where that is taken */

#define SG_MAP_NAME_MAX		63	/* bytes, without the final NUL */
#define SG_SA_COOKIE_MAX	256	/* bytes of agent's own data kept with an SA */
#define SG_CIPHER_KEY_MAX	64	/* bytes */
#define SG_AUTH_KEY_MAX		64	/* bytes */
#define SG_ENTRY_SEQ_MAX	65535
#define SG_ENTRIES_MAX		1024	/* entries of one map */
#define SG_ACES_MAX		65536	/* ACEs of one map, all entries together */
#define SG_SPI_MIN		256	/* RFC 4303: 1..255 are reserved */
#define SG_REPLAY_WINDOW_MAX	1024

/**
 * enum sg_cmd - commands and events
 *
 * Requests ("do" unless said), what they take and what they answer:
 *
 * @SG_CMD_INFO_GET: - -> ABI, RELEASE, INFO_CIPHERS, INFO_AUTHS.
 * @SG_CMD_SA_ADD: SA (ADDR_SRC, ADDR_DST, SPI, PROTO, DIR, MODE, CIPHER, AUTH, the keys of
 *	both, PROXY, FLOW; the rest is optional). The flow must be one of a map in force: -ENOENT.
 *	-EEXIST: destination, SPI and protocol are in use, or a SEAL key is. -EOPNOTSUPP: a
 *	transform that the module does not carry (INFO_GET says which it does), an SA that
 *	would have no authenticator under SEAL, a SEAL SA flagged manual. -ENOKEY: a key is
 *	missing; -EINVAL: it is of the wrong length. Sequence numbers start at 1, always.
 * @SG_CMD_SA_DEL: SA (ADDR_DST, SPI, PROTO). -ENOENT.
 * @SG_CMD_SA_FLUSH: optional MAP_NAME, optional PEER (either restricts it; PEER is the far
 *	end, whatever the direction). No SA that fits is no error.
 * @SG_CMD_SA_GET: do: SA (ADDR_DST, SPI, PROTO); dump: -. Answers SA without keys.
 * @SG_CMD_MAP_BEGIN: MAP_NAME. Starts a staged map of that name; what the
 *	same socket had staged before is dropped. One staged map a socket; it goes with it.
 * @SG_CMD_MAP_ENTRY: ENTRY (SEQ, FLAGS). Adds an entry to the staged map, in any order.
 *	-EEXIST: it has one of that number. -E2BIG: it has SG_ENTRIES_MAX.
 * @SG_CMD_MAP_ACES: ENTRY_SEQ, ACE (one or more). Appends ACEs, in order, to that entry; all of
 *	a message or, on an error, none. -ENOENT: no such entry. -E2BIG: the map has SG_ACES_MAX.
 * @SG_CMD_MAP_COMMIT: - . Puts the staged map in force in one step: in place of the map
 *	of its name, on every interface that bears it. -ENOMEM leaves all as it was.
 * @SG_CMD_MAP_ABORT: - . Drops what this socket has staged. (These four: -ENOENT when it has
 *	staged nothing.)
 * @SG_CMD_MAP_DEL: MAP_NAME. -ENOENT; -EBUSY while an interface bears it.
 * @SG_CMD_MAP_GET: dump: optional MAP_NAME. One message an entry (MAP_NAME, ENTRY
 *	with its counters) followed by messages with its ACEs (MAP_NAME, ENTRY_SEQ, ACE...).
 *	Maps in order of name, entries of sequence number. A map without entries shows nothing.
 * @SG_CMD_BIND_SET: BIND (IFINDEX, MAP_NAME, ADDR_LOCAL). Replaces what the interface bore.
 *	-ENODEV: no such interface here; -ENOENT: no such map. An interface that goes away, or to
 *	another namespace, loses its binding.
 * @SG_CMD_BIND_DEL: BIND (IFINDEX). -ENOENT.
 * @SG_CMD_BIND_GET: dump: BIND.
 * @SG_CMD_FLOW_GET: dump: FLOW with HELD, STATE.
 * @SG_CMD_FLOW_FAIL: FLOW (MAP_NAME, SEQ, SELECTOR). The negotiation that an ACQUIRE
 *	asked for has failed: what is held is dropped and counted; the next packet asks anew.
 *	-ENOENT: no such flow.
 * @SG_CMD_STATS_GET: - -> STATS: one u64 for each enum sg_stat, by its number.
 * @SG_CMD_COUNTERS_CLEAR: - . Zeroes the counters that `clear crypto sa counters` zeroes:
 *	those of SAs and entries as shown. Lifetimes in bytes are not touched.
 * @SG_CMD_NS_SET: NS (any of its settings).
 * @SG_CMD_NS_GET: - -> NS.
 *
 * Events, to the multicast group, each kind rate-limited a namespace (what a
 * limit swallowed is counted as SG_STAT_EVENT_DROPPED):
 *
 * @SG_CMD_EV_ACQUIRE: ACQUIRE (FLOW, IFINDEX, ADDR_LOCAL, PACKET). A packet
 *	that a permit covers found no SA. Once a flow until an SA is added, FLOW_FAIL, or
 *	the hold time has passed.
 * @SG_CMD_EV_EXPIRE: EXPIRE (ADDR_DST, SPI, PROTO, HARD, REASON). Once soft, once hard.
 *	A hard-expired SA is dead: the module has removed it.
 * @SG_CMD_EV_INVALID_SPI: PKT (ADDR_SRC, ADDR_DST, PROTO, SPI).
 * @SG_CMD_EV_NOT_IPSEC: PKT (ADDR_SRC, ADDR_DST, PROTO).
 * @SG_CMD_EV_REPLAY: PKT (ADDR_SRC, ADDR_DST, PROTO, SPI, SEQ, COOKIE).
 */
enum sg_cmd {
	SG_CMD_UNSPEC,
	SG_CMD_INFO_GET,
	SG_CMD_SA_ADD,
	SG_CMD_SA_DEL,
	SG_CMD_SA_FLUSH,
	SG_CMD_SA_GET,
	SG_CMD_MAP_BEGIN,
	SG_CMD_MAP_ENTRY,
	SG_CMD_MAP_ACES,
	SG_CMD_MAP_COMMIT,
	SG_CMD_MAP_ABORT,
	SG_CMD_MAP_DEL,
	SG_CMD_MAP_GET,
	SG_CMD_BIND_SET,
	SG_CMD_BIND_DEL,
	SG_CMD_BIND_GET,
	SG_CMD_FLOW_GET,
	SG_CMD_FLOW_FAIL,
	SG_CMD_STATS_GET,
	SG_CMD_COUNTERS_CLEAR,
	SG_CMD_NS_SET,
	SG_CMD_NS_GET,
	__SG_CMD_LAST,

	SG_CMD_EV_ACQUIRE = 64,
	SG_CMD_EV_EXPIRE,
	SG_CMD_EV_INVALID_SPI,
	SG_CMD_EV_NOT_IPSEC,
	SG_CMD_EV_REPLAY,
};

/* Top-level attributes of every message. */
enum sg_attr {
	SG_A_UNSPEC,
	SG_A_PAD,
	SG_A_ABI,		/* u32: SG_ABI_VERSION */
	SG_A_RELEASE,		/* string: the module's release */
	SG_A_INFO_CIPHERS,	/* u64: bit n set: enum sg_cipher n is carried */
	SG_A_INFO_AUTHS,	/* u64: bit n set: enum sg_auth n is carried */
	SG_A_MAP_NAME,		/* string, 1..SG_MAP_NAME_MAX */
	SG_A_PEER,		/* be32: IKE peer's address */
	SG_A_SA,		/* nest of enum sg_sa_attr */
	SG_A_ENTRY,		/* nest of enum sg_entry_attr */
	SG_A_ENTRY_SEQ,		/* u32: 1..SG_ENTRY_SEQ_MAX */
	SG_A_ACE,		/* nest of enum sg_ace_attr; repeated, order counts */
	SG_A_BIND,		/* nest of enum sg_bind_attr */
	SG_A_FLOW,		/* nest of enum sg_flow_attr */
	SG_A_ACQUIRE,		/* nest of enum sg_acquire_attr */
	SG_A_EXPIRE,		/* nest of enum sg_expire_attr */
	SG_A_PKT,		/* nest of enum sg_pkt_attr */
	SG_A_STATS,		/* nest: u64 attributes numbered by enum sg_stat */
	SG_A_NS,		/* nest of enum sg_ns_attr */
	__SG_A_LAST,
};

#define SG_A_MAX (__SG_A_LAST - 1)

/* Direction of an SA, seen from this gateway. */
enum sg_dir {
	SG_DIR_IN = 1,
	SG_DIR_OUT = 2,
};

/* IP protocol numbers: SG_SA_PROTO takes 50 (ESP) or 51 (AH). */

enum sg_mode {
	SG_MODE_TUNNEL = 1,
	SG_MODE_TRANSPORT = 2,
};

/* ESP ciphers. Numbers are this family's own; the agent maps IKE's onto them. */
enum sg_cipher {
	SG_CIPHER_NONE = 0,		/* AH */
	SG_CIPHER_SEAL,			/* esp-seal, 20-byte key */
	SG_CIPHER_NULL,
	SG_CIPHER_DES,
	SG_CIPHER_3DES,
	SG_CIPHER_AES,			/* CBC; 16, 24 or 32 bytes of key */
	SG_CIPHER_DES_IV64,		/* esp-rfc1829 */
	SG_CIPHER_DES_IV32,
	__SG_CIPHER_LAST,
};

/* Authenticators of ESP and AH. */
enum sg_auth {
	SG_AUTH_NONE = 0,
	SG_AUTH_HMAC_MD5_96,		/* 16-byte key */
	SG_AUTH_HMAC_SHA1_96,		/* 20-byte key */
	SG_AUTH_KEYED_MD5,		/* ah-rfc1828 */
	__SG_AUTH_LAST,
};

/* SG_SA_FLAGS */
#define SG_SA_F_MANUAL		0x1	/* keys from the configuration */
#define SG_SA_F_BUNDLED_AUTH	0x2	/* an AH of the same bundle authenticates: not carried */

/* SG_SA_STATE of a dump */
enum sg_sa_state {
	SG_SA_VALID = 1,
	SG_SA_SOFT = 2,			/* past a soft limit, still at work */
	SG_SA_DEAD = 3,
};

enum sg_sa_attr {
	SG_SA_UNSPEC,
	SG_SA_PAD,
	SG_SA_ADDR_SRC,		/* be32: outer source */
	SG_SA_ADDR_DST,		/* be32: outer destination */
	SG_SA_SPI,		/* be32: >= SG_SPI_MIN */
	SG_SA_PROTO,		/* u8: 50 or 51 */
	SG_SA_DIR,		/* u8: enum sg_dir */
	SG_SA_MODE,		/* u8: enum sg_mode */
	SG_SA_CIPHER,		/* u16: enum sg_cipher */
	SG_SA_AUTH,		/* u16: enum sg_auth */
	SG_SA_CIPHER_KEY,	/* binary; write only */
	SG_SA_AUTH_KEY,		/* binary; write only */
	SG_SA_FLAGS,		/* u32: SG_SA_F_* */
	SG_SA_REPLAY_WINDOW,	/* u32: packets, 0 (off) or 64..1024; default 64; answers round it
				 * up to a multiple of 64
				 */
	SG_SA_PROXY,		/* nest of enum sg_sel_attr: what it may carry, written from this
				 * gateway outwards (source = local) whatever the direction
				 */
	SG_SA_FLOW,		/* nest of enum sg_flow_attr (MAP_NAME, SEQ, SELECTOR) */
	SG_SA_PAIR_SPI,		/* be32: the SPI of the other direction */
	SG_SA_SOFT_SECONDS,	/* u64: 0 = none; from SA_ADD on */
	SG_SA_HARD_SECONDS,	/* u64 */
	SG_SA_SOFT_BYTES,	/* u64: 0 = none; bytes of inner packets */
	SG_SA_HARD_BYTES,	/* u64 */
	SG_SA_COOKIE,		/* binary, the agent's own: given back as it was */
	/* only in answers: */
	SG_SA_STATE,		/* u8: enum sg_sa_state */
	SG_SA_AGE_SECONDS,	/* u64 */
	SG_SA_BYTES,		/* u64: what counts against the lifetime */
	SG_SA_PACKETS,		/* u64: since the counters were cleared */
	SG_SA_PACKET_BYTES,	/* u64: since the counters were cleared */
	SG_SA_SEQ,		/* u32: last sent (out), highest seen (in) */
	SG_SA_ERRORS,		/* u64: packets dropped on this SA, every reason */
	SG_SA_ID,		/* u32: number of the SA in this namespace, from 1, never reused */
	SG_SA_IFINDEX,		/* u32: an interface that bears the SA's map, 0 = none */
	__SG_SA_LAST,
};

#define SG_SA_MAX (__SG_SA_LAST - 1)

/*
 * A selector: what an ACE matches. A missing attribute matches everything; an address and its
 * mask come together. Answers leave out what matches everything, and address bits under no mask.
 * A mask bit of 1 must match (the complement of IOS's wildcard); it need not be a prefix.
 * Ports are inclusive ranges, for protocols 6 and 17 only; with a _NOT flag
 * the range is what does not match (neq). ICMP type and code for protocol 1 only.
 */
#define SG_SEL_F_SPORT_NOT	0x1
#define SG_SEL_F_DPORT_NOT	0x2

enum sg_sel_attr {
	SG_SEL_UNSPEC,
	SG_SEL_SRC,		/* be32 */
	SG_SEL_SRC_MASK,	/* be32 */
	SG_SEL_DST,		/* be32 */
	SG_SEL_DST_MASK,	/* be32 */
	SG_SEL_PROTO,		/* u8: 0 = any */
	SG_SEL_SPORT_MIN,	/* u16 */
	SG_SEL_SPORT_MAX,	/* u16 */
	SG_SEL_DPORT_MIN,	/* u16 */
	SG_SEL_DPORT_MAX,	/* u16 */
	SG_SEL_ICMP_TYPE,	/* u8 */
	SG_SEL_ICMP_CODE,	/* u8; only with a type */
	SG_SEL_FLAGS,		/* u8: SG_SEL_F_* */
	__SG_SEL_LAST,
};

#define SG_SEL_MAX (__SG_SEL_LAST - 1)

enum sg_ace_attr {
	SG_ACE_UNSPEC,
	SG_ACE_PAD,
	SG_ACE_PERMIT,		/* u8: 1 permit, 0 deny */
	SG_ACE_SELECTOR,	/* nest of enum sg_sel_attr */
	/* only in answers: */
	SG_ACE_MATCHES,		/* u64: outbound packets this permit took; 0 again at each commit */
	__SG_ACE_LAST,
};

#define SG_ACE_MAX (__SG_ACE_LAST - 1)

/* SG_ENTRY_FLAGS */
#define SG_ENTRY_F_DYNAMIC	0x1	/* no ACQUIRE: a match without SA is dropped */

enum sg_entry_attr {
	SG_ENTRY_UNSPEC,
	SG_ENTRY_PAD,
	SG_ENTRY_SEQ,		/* u32: 1..SG_ENTRY_SEQ_MAX */
	SG_ENTRY_FLAGS,		/* u32: SG_ENTRY_F_* */
	/* only in answers; survive rekeys and the replacement of the map: */
	SG_ENTRY_OUT_PACKETS,	/* u64 */
	SG_ENTRY_OUT_BYTES,	/* u64: inner bytes */
	SG_ENTRY_IN_PACKETS,	/* u64 */
	SG_ENTRY_IN_BYTES,	/* u64 */
	SG_ENTRY_SEND_ERRORS,	/* u64: outbound packets of this entry dropped */
	SG_ENTRY_RECV_ERRORS,	/* u64: inbound packets of this entry's SAs dropped */
	__SG_ENTRY_LAST,
};

#define SG_ENTRY_MAX (__SG_ENTRY_LAST - 1)

enum sg_bind_attr {
	SG_BIND_UNSPEC,
	SG_BIND_IFINDEX,	/* u32 */
	SG_BIND_MAP_NAME,	/* string */
	SG_BIND_ADDR_LOCAL,	/* be32: the local endpoint of this interface's SAs */
	__SG_BIND_LAST,
};

#define SG_BIND_MAX (__SG_BIND_LAST - 1)

enum sg_flow_state {
	SG_FLOW_IDLE = 1,	/* no SA, nothing asked */
	SG_FLOW_ACQUIRING = 2,	/* ACQUIRE sent, packets may be held */
	SG_FLOW_UP = 3,		/* an outbound SA is there */
};

enum sg_flow_attr {
	SG_FLOW_UNSPEC,
	SG_FLOW_MAP_NAME,	/* string */
	SG_FLOW_SEQ,		/* u32 */
	SG_FLOW_SELECTOR,	/* nest of enum sg_sel_attr: the permit ACE's */
	/* only in answers: */
	SG_FLOW_STATE,		/* u8: enum sg_flow_state */
	SG_FLOW_HELD,		/* u32: packets held */
	__SG_FLOW_LAST,
};

#define SG_FLOW_MAX (__SG_FLOW_LAST - 1)

enum sg_acquire_attr {
	SG_ACQUIRE_UNSPEC,
	SG_ACQUIRE_FLOW,	/* nest of enum sg_flow_attr */
	SG_ACQUIRE_IFINDEX,	/* u32: where the packet wanted out */
	SG_ACQUIRE_ADDR_LOCAL,	/* be32: that interface's local endpoint */
	SG_ACQUIRE_PACKET,	/* nest of enum sg_sel_attr: the packet, as a host selector */
	__SG_ACQUIRE_LAST,
};

#define SG_ACQUIRE_MAX (__SG_ACQUIRE_LAST - 1)

enum sg_expire_reason {
	SG_EXPIRE_SECONDS = 1,
	SG_EXPIRE_BYTES = 2,
	SG_EXPIRE_SEQUENCE = 3,	/* sequence numbers run out */
};

enum sg_expire_attr {
	SG_EXPIRE_UNSPEC,
	SG_EXPIRE_ADDR_DST,	/* be32 */
	SG_EXPIRE_SPI,		/* be32 */
	SG_EXPIRE_PROTO,	/* u8 */
	SG_EXPIRE_HARD,		/* u8: 1 hard (gone), 0 soft (rekey now) */
	SG_EXPIRE_REASON,	/* u8: enum sg_expire_reason */
	SG_EXPIRE_DIR,		/* u8: enum sg_dir */
	SG_EXPIRE_USED,		/* u8: 1: it carried packets since it was added */
	__SG_EXPIRE_LAST,
};

#define SG_EXPIRE_MAX (__SG_EXPIRE_LAST - 1)

enum sg_pkt_attr {
	SG_PKT_UNSPEC,
	SG_PKT_ADDR_SRC,	/* be32 */
	SG_PKT_ADDR_DST,	/* be32 */
	SG_PKT_PROTO,		/* u8 */
	SG_PKT_SPI,		/* be32 */
	SG_PKT_SEQ,		/* u32 */
	SG_PKT_COOKIE,		/* binary: the cookie of the SA, where there is one */
	SG_PKT_IFINDEX,		/* u32 */
	__SG_PKT_LAST,
};

#define SG_PKT_MAX (__SG_PKT_LAST - 1)

/* Settings of a namespace, with their defaults. */
enum sg_ns_attr {
	SG_NS_UNSPEC,
	SG_NS_HOLD_FLOW_PACKETS,	/* u32: held for one flow (64; 0..1024) */
	SG_NS_HOLD_PACKETS,		/* u32: held in all (1024; 0..65536) */
	SG_NS_HOLD_SECONDS,		/* u32: for how long (30; 1..300) */
	SG_NS_FOREIGN_ESP,		/* u8: 1: ESP and AH with an SPI not ours goes on to
					 * the kernel's own IPsec; 0 (default): dropped, counted
					 */
	__SG_NS_LAST,
};

#define SG_NS_MAX (__SG_NS_LAST - 1)

/**
 * enum sg_stat - one counter for each reason of a drop, and a few that are not drops
 *
 * docs/counters.md says of each what it means and what to do.
 */
enum sg_stat {
	SG_STAT_UNSPEC,
	SG_STAT_PAD,
	SG_STAT_OUT_PACKETS,		/* protected and sent */
	SG_STAT_IN_PACKETS,		/* verified and delivered */
	SG_STAT_HELD,			/* packets that were held for an SA, in all */
	SG_STAT_RELEASED,		/* of these: sent once the SA was up */
	SG_STAT_EVENT_DROPPED,		/* events swallowed by their rate limit or want of memory */
	/* drops, outbound */
	SG_STAT_OUT_HOLD_FLOW_FULL,	/* the flow's hold queue is full */
	SG_STAT_OUT_HOLD_NS_FULL,	/* the namespace's hold budget is spent */
	SG_STAT_OUT_HOLD_EXPIRED,	/* held too long, or the negotiation failed */
	SG_STAT_OUT_NO_SA,		/* a dynamic entry's match, or an SA that died meanwhile */
	SG_STAT_OUT_SEQ_EXHAUSTED,	/* the SA has no sequence number left */
	SG_STAT_OUT_SA_EXPIRED,		/* past its hard lifetime */
	SG_STAT_OUT_GSO,		/* segmentation failed */
	SG_STAT_OUT_CHECKSUM,		/* a checksum could not be completed */
	SG_STAT_OUT_NOMEM,
	SG_STAT_OUT_TOO_BIG,		/* DF set and larger than the tunnel: ICMP was sent */
	SG_STAT_OUT_FRAGMENT,		/* it had to be cut before encryption, and could not be */
	SG_STAT_OUT_ROUTE,		/* no route to the peer */
	SG_STAT_OUT_CRYPTO,
	SG_STAT_OUT_SEND,		/* the stack refused the protected packet */
	SG_STAT_OUT_LOOP,		/* a protected packet came back to be protected again */
	SG_STAT_OUT_MALFORMED,		/* not an IPv4 packet that a selector can be applied to */
	/* drops, inbound */
	SG_STAT_IN_TRUNCATED,		/* shorter than ESP/AH header, trailer and ICV */
	SG_STAT_IN_NO_SA,		/* unknown SPI */
	SG_STAT_IN_SA_EXPIRED,
	SG_STAT_IN_REPLAY,		/* seen, left of the window, or zero */
	SG_STAT_IN_ICV,			/* authentication failed */
	SG_STAT_IN_PADDING,		/* pad length or bytes wrong */
	SG_STAT_IN_NEXT_HEADER,		/* not what the SA's mode carries */
	SG_STAT_IN_INNER,		/* inner packet malformed */
	SG_STAT_IN_PROXY,		/* inner packet outside the SA's proxies */
	SG_STAT_IN_ECN,			/* CE over not-ECT (RFC 6040) */
	SG_STAT_IN_NOMEM,
	SG_STAT_IN_CRYPTO,
	SG_STAT_IN_DEPTH,		/* nested too deep */
	SG_STAT_IN_NOT_IPSEC,		/* clear packet that a permit covers */
	SG_STAT_IN_BACKLOG,		/* the receive queue of sealgate0 is full */
	SG_STAT_IN_ADDR_SRC,		/* outer source is not the SA's */
	__SG_STAT_LAST,
};

#define SG_STAT_MAX (__SG_STAT_LAST - 1)

#endif /* _UAPI_SEALGATE_H */
