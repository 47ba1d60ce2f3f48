/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Proposals: from the configuration to an SA payload, and from a received SA payload to what is
 * agreed (RFC 2407 4.5, RFC 2408 4.2, RFC 2409 appendix A). Both sides of both phases. Pure: the
 * codec cuts up and writes, this decides. Bundles are kept as bundles.
 */
#ifndef SG_IKE_PROPOSAL_H
#define SG_IKE_PROPOSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../config/model.h"
#include "codec.h"
#include "emit.h"

/* --- attributes of a transform: attr.c ------------------------------------------------------ */

/* Why a transform cannot be used, whatever the policy says. */
enum sg_attr_cause {
	SG_ATTR_OK = 0,
	SG_ATTR_UNKNOWN,	/* an attribute that is not known: refuse the transform */
	SG_ATTR_TWICE,
	SG_ATTR_NOT_INTEGER,	/* empty or over 8 bytes where an integer is due */
	SG_ATTR_RANGE,		/* beyond 16 bits where there is no such value */
	SG_ATTR_LIFE_TYPE,	/* a duration without its type, a type without its duration */
	SG_ATTR_LIFE_ZERO,
	SG_ATTR_TOO_MANY,
};

const char *sg_attr_cause_text(enum sg_attr_cause cause);

/* Which attributes were there. */
#define SG_HAS_ENCR		(1u << 0)
#define SG_HAS_HASH		(1u << 1)
#define SG_HAS_AUTH		(1u << 2)
#define SG_HAS_GROUP		(1u << 3)
#define SG_HAS_KEY_LENGTH	(1u << 4)
#define SG_HAS_ENCAPS		(1u << 5)
#define SG_HAS_SECONDS		(1u << 6)
#define SG_HAS_KILOBYTES	(1u << 7)
#define SG_HAS_GROUP_TYPE	(1u << 8)

/* Phase 1, wire values. Lifetimes saturate at UINT32_MAX. */
struct sg_p1_attrs {
	unsigned int has;
	uint16_t encr, hash, auth, group, key_bits, group_type;
	uint32_t seconds, kilobytes;
};

/**
 * sg_p1_attrs_read() - attributes of a phase-1 transform as fields
 * @out: written whole; on a cause it holds what was read ahead of it
 * @attrs: of the transform
 *
 * Return: SG_ATTR_OK, or why the transform cannot be used.
 */
enum sg_attr_cause sg_p1_attrs_read(struct sg_p1_attrs *out, struct sg_chunk attrs);

/* Phase 2, wire values. */
struct sg_p2_attrs {
	unsigned int has;
	uint16_t encaps, auth, group, key_bits;
	uint32_t seconds, kilobytes;
};

/* The same of a phase-2 transform, or of a RESPONDER-LIFETIME's data. */
enum sg_attr_cause sg_p2_attrs_read(struct sg_p2_attrs *out, struct sg_chunk attrs);

/* "ISAKMP:      encryption AES-CBC", in the order received. */
void sg_p1_attrs_print(struct sg_chunk attrs, const struct sg_emit *emit);
/* "ISAKMP:   attributes in transform:" and on. */
void sg_p2_attrs_print(struct sg_chunk attrs, const struct sg_emit *emit);

/* --- phase 1: phase1_sa.c --------------------------------------------------------------------- */

/* Which of the policies may be used: bit n = enum sg_ike_auth n. */
#define SG_AUTH_MASK(a)	(1u << (a))

struct sg_p1_choice {
	struct sg_policy policy;	/* as agreed; lifetime is the smaller */
	const struct sg_policy *own;	/* NULL: the default suite */
	uint8_t proposal;
	uint8_t transform;
	struct sg_chunk attrs;		/* of the transform, as received: echo them */
};

/**
 * sg_p1_put_sa() - the initiator's SA payload
 * @w: writer of the message
 * @policies: by ascending priority
 * @count: of them
 * @auth_mask: policies with another authentication are left out
 *
 * One proposal, a transform a policy numbered from 1, attributes in IOS's order. The body is
 * sg_writer_last_body().
 *
 * Return: transforms written; 0: no usable policy, and nothing is written.
 */
unsigned int sg_p1_put_sa(struct sg_writer *w, const struct sg_policy *policies, size_t count,
			  unsigned int auth_mask);

/* Why a received transform and a policy of ours differ; 0: they do not. */
#define SG_P1_DIFF_ENCR		(1u << 0)
#define SG_P1_DIFF_KEY_LENGTH	(1u << 1)
#define SG_P1_DIFF_HASH		(1u << 2)
#define SG_P1_DIFF_GROUP	(1u << 3)
#define SG_P1_DIFF_AUTH		(1u << 4)
#define SG_P1_DIFF_UNUSABLE	(1u << 5)	/* see enum sg_attr_cause */
#define SG_P1_DIFF_TRANSFORM_ID	(1u << 6)	/* not KEY_IKE */
unsigned int sg_p1_compare(const struct sg_policy *policy, const struct sg_transform *transform,
			   enum sg_attr_cause *cause);

/**
 * sg_p1_match() - the responder's choice
 * @sa: received
 * @policies: own, by ascending priority
 * @count: of them
 * @auth_mask: policies with another authentication are left out
 * @choice: written on success; points into the received message
 * @emit: gets "Checking ISAKMP transform 1 against priority 1 policy" and on; may be NULL
 *
 * By own priority first, then in the order received.
 *
 * Return: 0, or -ENOENT: nothing matches.
 */
int sg_p1_match(const struct sg_sa_payload *sa, const struct sg_policy *policies, size_t count,
		unsigned int auth_mask, struct sg_p1_choice *choice, const struct sg_emit *emit);

/* The responder's SA payload: the chosen transform, unchanged. */
void sg_p1_put_answer(struct sg_writer *w, const struct sg_p1_choice *choice);

/**
 * sg_p1_verify() - the initiator checks what the responder chose
 * @sa: the answer
 * @policies: what the offer was made from, unchanged since
 * @count: of them
 * @auth_mask: as given to sg_p1_put_sa()
 * @choice: written on success
 * @emit: may be NULL
 *
 * Exactly one transform, one of those offered, whole; a lifetime may have become smaller. Its
 * number should be that of the offer (RFC 2408 4.2), and need not be.
 *
 * Return: 0, -EBADMSG (not exactly one proposal and transform), -ENOENT (not what was offered).
 */
int sg_p1_verify(const struct sg_sa_payload *sa, const struct sg_policy *policies, size_t count,
		 unsigned int auth_mask, struct sg_p1_choice *choice, const struct sg_emit *emit);

/**
 * sg_p1_report() - our proposals beside theirs, attribute by attribute, when nothing matched
 * @sa: received
 * @policies: own
 * @count: of them
 * @auth_mask: as above
 * @emit: one line a pair, at most 32 lines
 */
void sg_p1_report(const struct sg_sa_payload *sa, const struct sg_policy *policies, size_t count,
		  unsigned int auth_mask, const struct sg_emit *emit);

/* --- phase 2: phase2_sa.c --------------------------------------------------------------------- */

#define SG_P2_SETS_MAX 16

/* What this gateway offers or accepts for a crypto map entry. */
struct sg_p2_params {
	const struct sg_transform_set *sets[SG_P2_SETS_MAX];	/* by priority */
	size_t set_count;
	struct sg_sa_life life;		/* in force; neither is 0 */
	unsigned int pfs_group;		/* 0: none asked for */
	bool pfs_accept;		/* the peer's PFS is taken where none is asked for */
	bool udp;			/* NAT between: UDP encapsulation modes */
	bool udp_draft;			/* by the drafts' numbers */
	uint8_t seal_id;
};

/* From the configuration. -ENOENT: none of the entry's sets exists; then nothing is usable. */
int sg_p2_params_init(struct sg_p2_params *params, const struct sg_config *cfg,
		      const struct sg_crypto_entry *entry);

/* One protocol of what is agreed: an SA pair of its own. */
struct sg_p2_sa {
	uint8_t protocol;		/* IKE_PROTO_AH, IKE_PROTO_ESP */
	uint8_t transform;		/* number within the proposal */
	uint8_t transform_id;
	uint16_t cipher;		/* enum sg_cipher */
	uint16_t auth;			/* enum sg_auth */
	uint8_t mode;			/* enum sg_mode */
	bool udp;
	size_t cipher_key_len, auth_key_len;
	uint32_t peer_spi;		/* host byte order */
	struct sg_chunk attrs;		/* as received */
};

struct sg_p2_choice {
	const struct sg_transform_set *set;
	uint8_t proposal;
	unsigned int sa_count;		/* 2: a bundle, AH first */
	struct sg_p2_sa sas[2];
	uint32_t seconds, kilobytes;	/* the smaller of both sides' */
	bool seconds_cut, kilobytes_cut;	/* ours is smaller: say so (RESPONDER-LIFETIME) */
	unsigned int pfs_group;		/* 0: none */
};

/**
 * sg_p2_put_sa() - the initiator's SA payload
 * @w: writer
 * @params: what to offer
 * @spi_ah: own SPI for AH, host byte order; unused where no set has AH
 * @spi_esp: own SPI for ESP
 *
 * A proposal a set, numbered from 1; AH and ESP of one set share the number. Attributes in IOS's
 * order.
 */
void sg_p2_put_sa(struct sg_writer *w, const struct sg_p2_params *params, uint32_t spi_ah,
		  uint32_t spi_esp);

/* Which protocols the sets need an SPI for. */
bool sg_p2_needs_ah(const struct sg_p2_params *params);
bool sg_p2_needs_esp(const struct sg_p2_params *params);

/**
 * sg_p2_match() - the responder's choice
 * @sa: received
 * @params: what is acceptable
 * @choice: written on success; points into the received message
 * @emit: "Checking IPSec proposal 1" and on; may be NULL
 *
 * The first proposal received for which one of our sets fits. Unknown transforms are passed over.
 *
 * Return: 0, -ENOENT (nothing fits: NO-PROPOSAL-CHOSEN).
 */
int sg_p2_match(const struct sg_sa_payload *sa, const struct sg_p2_params *params,
		struct sg_p2_choice *choice, const struct sg_emit *emit);

/* The responder's SA payload: number, transforms and attributes as received, own SPIs. */
void sg_p2_put_answer(struct sg_writer *w, const struct sg_p2_choice *choice, uint32_t spi_ah,
		      uint32_t spi_esp);

/**
 * sg_p2_verify() - the initiator checks what the responder chose
 * @sa: the answer
 * @params: what the offer was made from, unchanged since
 * @choice: written on success
 * @emit: may be NULL
 *
 * One proposal (or bundle) of one transform a protocol, one of those offered; lifetimes may have
 * become smaller. Numbers should be those of the offer (RFC 2408 4.2), and need not be.
 *
 * Return: 0, -EBADMSG (not one choice), -ENOENT (not what was offered).
 */
int sg_p2_verify(const struct sg_sa_payload *sa, const struct sg_p2_params *params,
		 struct sg_p2_choice *choice, const struct sg_emit *emit);

/**
 * sg_p2_put_lifetime() - a RESPONDER-LIFETIME payload (RFC 2407 4.6.3.1)
 * @w: writer, between payloads
 * @protocol: IKE_PROTO_ESP, IKE_PROTO_AH
 * @spi: the one that the responder chose, host byte order
 * @choice: the lifetimes that count
 */
void sg_p2_put_lifetime(struct sg_writer *w, uint8_t protocol, uint32_t spi,
			const struct sg_p2_choice *choice);

/**
 * sg_p2_read_lifetime() - the initiator takes a RESPONDER-LIFETIME over
 * @data: of the notify
 * @choice: its lifetimes become the smaller of both
 *
 * Return: 0, -EINVAL: the data is not lifetimes; the choice is as it was.
 */
int sg_p2_read_lifetime(struct sg_chunk data, struct sg_p2_choice *choice);

/* What differs, in one line a pair, when nothing fitted. */
void sg_p2_report(const struct sg_sa_payload *sa, const struct sg_p2_params *params,
		  const struct sg_emit *emit);

/**
 * sg_p2_set_text() - a set as IOS writes it: "esp-seal esp-sha-hmac" (transform.c)
 * @set: the set
 * @buf: cut where it does not suffice
 * @len: bytes of it
 */
void sg_p2_set_text(const struct sg_transform_set *set, char *buf, size_t len);

#endif /* SG_IKE_PROPOSAL_H */
