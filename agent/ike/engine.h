/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the IKE engine: its objects and what its files offer each other. Nobody outside
 * agent/ike includes this; ike.h is the engine's face.
 *
 * Who owns what: the engine owns peers, IKE SAs, wants and pairs. An IKE SA owns its nodes
 * (Quick Modes and Informationals). A want (a flow that needs SAs) points to the IKE SA it waits
 * for and the node that works for it; both point back or not at all. A pair (the two IPsec SAs of
 * a flow) outlives the IKE SA that made it. Whoever frees an object cuts the pointers to it.
 */
#ifndef SG_IKE_ENGINE_H
#define SG_IKE_ENGINE_H

#include <sys/queue.h>

#include "codec.h"
#include "crypto.h"
#include "ike.h"
#include "ident.h"
#include "msgid.h"
#include "names.h"
#include "proposal.h"
#include "state.h"
#include "timer.h"

/* Limits and times. */
#define SG_HALF_OPEN_ALL	256	/* responder's unfinished Main Modes */
#define SG_HALF_OPEN_SOURCE	5	/* of these from one address */
#define SG_HALF_OPEN_MS		30000
#define SG_WANTS_MAX		4096	/* flows that wait for an SA */
#define SG_NODES_MAX		64	/* exchanges at work on one IKE SA */
#define SG_LINGER_MAX		256	/* finished ones that still answer duplicates */
#define SG_REXMIT_MS		4000	/* first retransmission, then x 1.8 */
#define SG_REXMIT_NUM		18
#define SG_REXMIT_DEN		10
#define SG_REXMIT_TRIES		5
#define SG_REPLY_TRIES		5	/* a stored answer goes out so often again */
#define SG_AMPLIFY		3	/* bytes out for a byte in, to an unproven address */
#define SG_NODE_LINGER_MS	30000	/* a finished exchange answers duplicates so long */
#define SG_WANT_COOL_MS		10000	/* between two attempts for one flow */
#define SG_WANT_YIELD_MS	5000	/* how long the peer's Quick Mode has, before ours */
#define SG_WANT_LOOK_MS		1000	/* a pair is there: is it still, a moment later? */
#define SG_ISA_SPARE_MS		30000	/* an IKE SA starts nothing new so close to its end */
#define SG_REKEY_SECONDS	30	/* ahead of the limit */
#define SG_REKEY_JITTER		10	/* seconds: the initiator is so much earlier, at random */
#define SG_REKEY_KILOBYTES	256
#define SG_LOG_PERIOD_MS	60000	/* one line a minute and kind */
#define SG_NONCE_LEN		20	/* what we send */
#define SG_SPI_TRIES		16
#define SG_CONN_ID_FIRST	2000	/* of IPsec SAs */
#define SG_CONN_ID_LAST		65535
#define SG_CONN_PAIRS		((SG_CONN_ID_LAST - SG_CONN_ID_FIRST + 1) / 2)
#define SG_ENGINE_ID		0x08000000u	/* debug prints the engine's ids above this */
#define SG_REPLAY_WINDOW	64
#define SG_DIGEST_LEN		20	/* of a datagram, to know it again */
#define SG_WHY_LEN		256
#define SG_COOKIE_BUCKETS	256	/* our cookies are random: the first byte spreads them */

/* Lines of which one a minute is printed. */
enum sg_line {
	SG_LINE_NOT_IPSEC,
	SG_LINE_INVALID_SPI,
	SG_LINE_REPLAY,
	SG_LINE_BAD_MESSAGE,
	SG_LINE_AGGRESSIVE,
	SG_LINE_PROPOSAL,
	SG_LINE_HINT,
	SG_LINE_NO_PEER,
	SG_LINE_KEY_MISMATCH,
	SG_LINE_SEND,
	SG_LINE_MODE_FAILURE,
	SG_LINE_QUICK_FAILURE,
	SG_LINES,
};

TAILQ_HEAD(sg_isa_list, sg_isa);
LIST_HEAD(sg_isa_bucket, sg_isa);
TAILQ_HEAD(sg_node_list, sg_node);
TAILQ_HEAD(sg_want_list, sg_want);
TAILQ_HEAD(sg_pair_list, sg_pair);
TAILQ_HEAD(sg_peer_list, sg_peer);
TAILQ_HEAD(sg_entry_list, sg_entry_state);

#define sg_tailq_safe(var, head, field, tmp)						\
	for ((var) = TAILQ_FIRST(head);							\
	     (var) && ((tmp) = TAILQ_NEXT(var, field), true); (var) = (tmp))

#define sg_container(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/* An address pair that has, or makes, SAs. */
struct sg_peer {
	TAILQ_ENTRY(sg_peer) link;
	struct sockaddr_in local, remote;
	unsigned int number;
	unsigned int ike_refs, ipsec_refs;
	char id[64];			/* as authenticated, for the log */
};

/* What is remembered of an entry besides its configuration. */
struct sg_entry_state {
	TAILQ_ENTRY(sg_entry_state) link;
	char map[SG_NAME_MAX];
	unsigned int seq;
	struct in_addr current;		/* the peer that worked last, 0: none */
	char failure[SG_WHY_LEN];	/* empty: none */
	uint64_t failure_ms;
};

/* The last message sent in an exchange, and the one it answers. */
struct sg_last {
	uint8_t *out;
	size_t out_len;
	unsigned int tries;		/* retransmissions so far */
	unsigned int replies;		/* of the stored answer so far */
	bool has_in;
	uint8_t in[SG_DIGEST_LEN];
};

/* A byte string of our own. */
struct sg_blob {
	uint8_t *data;
	size_t len;
};

/* An IKE SA, from its first message on. */
struct sg_isa {
	TAILQ_ENTRY(sg_isa) link;
	TAILQ_ENTRY(sg_isa) half_link;	/* in half_open, oldest first */
	LIST_ENTRY(sg_isa) cookie_link;	/* by our own cookie */
	struct sg_ike *ike;
	struct sg_peer *peer;
	struct sg_config *cfg;		/* what it was begun with */
	struct sockaddr_in local, remote;
	bool initiator;
	bool half_open;
	bool proven;			/* the address has answered to our cookie */
	bool authenticated;
	bool dying;			/* off the lists; freed when nobody works on it */
	enum sg_ike_state state;
	unsigned int conn_id;
	uint64_t created_ms, established_ms;
	uint8_t cookie_i[IKE_COOKIE_LEN], cookie_r[IKE_COOKIE_LEN];
	uint64_t bytes_in, bytes_out;	/* while unproven */
	int send_err;			/* what became of the last message: 0 or -errno */

	bool chosen;			/* policy is the negotiated one */
	struct sg_policy policy;
	unsigned int transform;		/* number of the one chosen */
	struct sg_blob sai;		/* SAi_b */
	struct sg_blob gxi, gxr, ni, nr;
	struct sg_dh dh;
	struct sg_ike_keys keys;
	bool has_keys;
	struct sg_ike_iv iv;		/* phase 1; then what phase 2 starts from */
	bool peer_is_ios;
	bool psk_warned;
	bool contact;			/* the peer's INITIAL-CONTACT has been seen to */
	char id[64];			/* the peer's, in words */
	char why[SG_WHY_LEN];		/* of a failure that is expected to end it */

	struct sg_last last;
	struct sg_timer rexmit, life;
	struct sg_blob early;		/* a phase-2 message that overtook the end of phase 1 */
	struct sg_msgids seen;
	struct sg_node_list nodes;
	unsigned int node_count;	/* at work */
	unsigned int linger_count;
};

/* A phase-2 exchange on an IKE SA. */
struct sg_node {
	TAILQ_ENTRY(sg_node) link;
	struct sg_isa *isa;
	uint32_t message_id;
	bool initiator;
	bool finished;
	enum sg_node_state state;
	struct sg_ike_iv iv;
	struct sg_blob ni, nr, idci, idcr;	/* bodies */
	bool has_ids;
	struct sg_kflow flow;		/* what it is about */
	struct sg_ksel proxy;
	uint32_t spi_own;
	struct sg_config *cfg;		/* what it was begun with */
	struct sg_want *want;		/* initiator's */
	struct sg_pair *pair;		/* the node's until it is complete; then NULL again */
	struct sg_last last;
	struct sg_timer timer;		/* retransmission, then the end of lingering */
};

enum sg_want_state {
	SG_WANT_WAITS,			/* for an IKE SA */
	SG_WANT_QUICK,			/* a Quick Mode works for it */
	SG_WANT_COOLS,			/* has failed; waits before it may try again */
	SG_WANT_YIELDS,			/* another's Quick Mode serves it, or has */
};

/* A flow that needs an SA pair. */
struct sg_want {
	TAILQ_ENTRY(sg_want) link;
	struct sg_ike *ike;
	enum sg_want_state state;
	struct sg_kflow flow;
	struct in_addr local;
	struct in_addr peer;		/* the one being tried */
	unsigned int peers_tried;
	bool rekey;			/* traffic does not wait for it */
	bool again;			/* asked for while it cooled */
	struct sg_isa *isa;
	struct sg_node *node;
	struct sg_timer timer;
};

/* The two IPsec SAs of a flow. */
struct sg_pair {
	TAILQ_ENTRY(sg_pair) link;
	struct sg_ike *ike;
	struct sg_peer *peer;
	struct sg_ksa in, out;		/* keys only until both are in the kernel */
	struct sg_sa_cookie in_cookie, out_cookie;
	uint64_t created_ms;		/* 0: adopted */
	bool in_kernel, out_kernel;
	bool superseded;		/* a younger pair sends in its place */
	bool initiator;
};

struct sg_ike {
	struct sg_ike_env env;
	struct sg_config *cfg;
	struct sg_timers timers;
	uint64_t woken_for;		/* what the environment was asked last */
	struct sg_peer_list peers;
	struct sg_isa_list isas;
	struct sg_isa_bucket by_cookie[SG_COOKIE_BUCKETS];
	struct sg_isa_list half_open;
	struct sg_isa_list dead;	/* dying, to be freed at the end of the call */
	unsigned int half_open_count;
	struct sg_want_list wants;
	unsigned int want_count;
	struct sg_pair_list pairs;
	uint8_t conn_used[SG_CONN_PAIRS / 8 + 1];	/* a bit a pair of connection ids */
	struct sg_entry_list entries;
	unsigned int next_conn_id, next_peer;
	uint16_t next_flow_id;
	uint64_t last_line[SG_LINES];	/* ms + 1 of the last line of each limited kind */
	char why[SG_WHY_LEN];		/* of the last Quick Mode that could not be begun */
	bool quiet;			/* taking over or leaving: tunnels neither come nor go */
	struct sg_ike_counters counters;
};

/* One message at work. */
struct sg_ctx {
	struct sg_ike *ike;
	struct sg_isa *isa;
	struct sg_node *node;
	const struct sockaddr_in *local, *remote;
	const uint8_t *raw;		/* the datagram */
	size_t raw_len;
	struct sg_ike_header hdr;
	uint8_t digest[SG_DIGEST_LEN];
	struct sg_payloads payloads;
	struct sg_ike_iv next_iv;	/* to be taken over once the hash has verified */
	struct sg_pair *created;	/* by this message */
	char why[SG_WHY_LEN];		/* of SG_FAIL in Quick Mode */
	bool garbled;			/* decrypted to what is no message */
	struct sg_p1_choice p1;		/* from the handler of a message to that of its answer */
	struct sg_p2_choice p2;
	uint8_t plain[SG_IKE_DATAGRAM_MAX];
};

/* --- engine.c --- */
uint64_t sg_now(const struct sg_ike *ike);
int sg_random(struct sg_ike *ike, void *buf, size_t len);
/* Is a line of this kind due? Counts it as printed. */
bool sg_line_due(struct sg_ike *ike, enum sg_line line);
/* Counts a refusal; returns SG_DROP. */
enum sg_verdict sg_refuse(struct sg_ike *ike, enum sg_ike_refusal why);

/* The end of each call from outside: frees the dead, asks to be woken. */
void sg_settle(struct sg_ike *ike);

/* --- blob.c --- */
int sg_blob_set(struct sg_blob *blob, struct sg_chunk from);
void sg_blob_clear(struct sg_blob *blob);	/* wipes */
static inline struct sg_chunk sg_blob_chunk(const struct sg_blob *blob)
{
	return SG_CHUNK(blob->data, blob->len);
}

/* --- peer.c --- */
struct sg_peer *sg_peer_get(struct sg_ike *ike, const struct sockaddr_in *local,
			    const struct sockaddr_in *remote, bool ipsec, const char *who);
void sg_peer_put(struct sg_ike *ike, struct sg_peer *peer, bool ipsec, const char *who);
struct sg_entry_state *sg_entry_state(struct sg_ike *ike, const char *map, unsigned int seq);
void sg_entry_fail(struct sg_ike *ike, const struct sg_kflow *flow, const char *why);
void sg_entry_works(struct sg_ike *ike, const struct sg_kflow *flow, struct in_addr peer);
/* The same for every entry that has this peer. */
void sg_peer_fail(struct sg_ike *ike, struct in_addr remote, const char *why);
void sg_entries_free(struct sg_ike *ike);
void sg_entries_prune(struct sg_ike *ike);

/* --- isa.c --- */
struct sg_isa *sg_isa_find(struct sg_ike *ike, const struct sg_ike_header *hdr);
struct sg_isa *sg_isa_find_half(struct sg_ike *ike, const uint8_t *cookie_i,
				const struct sockaddr_in *remote);
struct sg_isa *sg_isa_usable(struct sg_ike *ike, struct in_addr local, struct in_addr remote);
struct sg_isa *sg_isa_starting(struct sg_ike *ike, struct in_addr local, struct in_addr remote);
struct sg_isa *sg_isa_alloc(struct sg_ike *ike, const struct sockaddr_in *local,
			    const struct sockaddr_in *remote, bool initiator);
void sg_isa_established(struct sg_isa *isa);
int sg_isa_remember(struct sg_isa *isa, uint32_t message_id);
/* Ends an IKE SA; its wants are told why (NULL: no failure). tell: send a Delete. */
void sg_isa_kill(struct sg_isa *isa, bool tell, const char *why);
void sg_isas_reap(struct sg_ike *ike);
/* Makes room for one more half-open SA from this address. */
void sg_half_open_room(struct sg_ike *ike, struct in_addr source);
void sg_half_open_done(struct sg_isa *isa);
void sg_initial_contact(struct sg_isa *isa);
bool sg_isa_is_first(const struct sg_isa *isa);
void sg_isa_exchange(const struct sg_isa *isa, struct sg_ike_exchange *x);
unsigned int sg_isa_handle(const struct sg_isa *isa);	/* stands for IOS's "sa = 2398188" */

/* --- message.c --- */
/* Decrypts where needed, cuts up and checks by the rule; SG_OK or why not. */
enum sg_verdict sg_message_open(struct sg_ctx *ctx, const struct sg_message_rule *rule,
				const struct sg_ike_iv *iv);
void sg_message_begin(struct sg_isa *isa, struct sg_writer *w, uint8_t *buf, size_t cap,
		      uint8_t exchange, uint32_t message_id, bool encrypted);
/* Closes, encrypts, keeps as the exchange's last message, sends. iv moves. */
int sg_message_send(struct sg_isa *isa, struct sg_writer *w, struct sg_ike_iv *iv,
		    struct sg_last *last, const uint8_t *answers);
int sg_send(struct sg_isa *isa, const void *buf, size_t len);
/* HASH(1) over what was written behind it. */
int sg_message_hash1(struct sg_isa *isa, struct sg_writer *w, size_t at, uint32_t message_id);
const struct sg_payload *sg_get(const struct sg_ctx *ctx, uint8_t type);

/* --- retransmit.c --- */
void sg_last_keep(struct sg_last *last, const uint8_t *out, size_t len, const uint8_t *answers);
void sg_last_clear(struct sg_last *last);
bool sg_last_is_duplicate(const struct sg_last *last, const uint8_t *digest);
/* Answers a duplicate with the stored reply, a few times. */
void sg_last_answer(struct sg_isa *isa, struct sg_last *last, const char *phase);
uint64_t sg_rexmit_wait(unsigned int tries);
void sg_isa_rexmit(struct sg_timer *timer);
void sg_node_timer(struct sg_timer *timer);

/* --- main_mode.c, main_auth.c --- */
void sg_main_suspect_key(struct sg_isa *isa);
struct sg_isa *sg_main_initiate(struct sg_ike *ike, struct in_addr local, struct in_addr remote);
struct sg_isa *sg_main_accept(struct sg_ctx *ctx, const struct sockaddr_in *local,
			      const struct sockaddr_in *remote);

/* --- node.c --- */
struct sg_node *sg_node_alloc(struct sg_isa *isa, uint32_t message_id, bool initiator);
struct sg_node *sg_node_find(struct sg_isa *isa, uint32_t message_id);
uint32_t sg_message_id_new(struct sg_isa *isa);
void sg_node_linger(struct sg_node *node);
void sg_node_fail(struct sg_node *node, const char *why);
void sg_node_free(struct sg_node *node);
const char *sg_node_name(uint32_t message_id);

/* --- quick_mode.c --- */
const char *sg_quick_initiate(struct sg_isa *isa, struct sg_want *want);
void sg_quick_input(struct sg_ctx *ctx);
/* quick_match.c: which entry and ACE a peer's proxies belong to; 0 or -ENOENT */
int sg_quick_match(struct sg_ike *ike, const struct sg_isa *isa, const struct sg_proxy *local,
		   const struct sg_proxy *remote, const struct sg_crypto_entry **entry,
		   struct sg_kflow *flow, struct sg_ksel *proxy);
/*
 * quick_pair.c: the pair that a finished negotiation gives; not installed. NULL: no memory, no
 * keys
 */
struct sg_pair *sg_quick_pair(struct sg_ctx *ctx, const struct sg_kflow *flow,
			      const struct sg_ksel *proxy);

/* --- info.c --- */
void sg_info_input(struct sg_ctx *ctx);
void sg_info_delete_ipsec(struct sg_isa *isa, const struct sg_pair *pair);
void sg_info_delete_isakmp(struct sg_isa *isa);
void sg_info_notify(struct sg_isa *isa, uint16_t type, uint8_t protocol, uint32_t spi);
void sg_info_notify_plain(struct sg_isa *isa, uint16_t type);

/* --- pair.c --- */
struct sg_pair *sg_pair_alloc(struct sg_ike *ike, const struct sockaddr_in *local,
			      const struct sockaddr_in *remote);
struct sg_pair *sg_pair_adopt(struct sg_ike *ike, const struct sg_ksa *in,
			      const struct sg_ksa *out);
void sg_pair_free(struct sg_pair *pair);	/* forgets; the kernel keeps what it has */
int sg_pair_install_in(struct sg_pair *pair);
int sg_pair_install_out(struct sg_pair *pair);
/* Takes both from the kernel and forgets them; tell: Delete to the peer, if an IKE SA is there. */
void sg_pair_remove(struct sg_pair *pair, bool tell);
/* Both are in the kernel: it is the pair that sends from now on. */
void sg_pair_complete(struct sg_pair *pair);
struct sg_pair *sg_pair_by_in(struct sg_ike *ike, uint32_t spi);
struct sg_pair *sg_pair_by_out(struct sg_ike *ike, struct in_addr peer, uint32_t spi);
bool sg_pair_of_peer(struct sg_ike *ike, struct in_addr remote);
uint32_t sg_spi_new(struct sg_ike *ike);
void sg_pair_limits(struct sg_pair *pair, uint32_t seconds, uint32_t kilobytes);

/* --- acquire.c --- */
void sg_want_add(struct sg_ike *ike, const struct sg_kflow *flow, struct in_addr local,
		 const struct in_addr *peer, bool rekey);
void sg_want_done(struct sg_want *want);
struct sg_want *sg_want_find(struct sg_ike *ike, const struct sg_kflow *flow);
void sg_want_satisfied(const struct sg_pair *pair);
void sg_want_fail(struct sg_want *want, const char *why);	/* next peer, or cools */
void sg_want_free(struct sg_want *want);
void sg_wants_of_isa(struct sg_isa *isa, const char *why);	/* the IKE SA is gone */
void sg_wants_start(struct sg_isa *isa);			/* the IKE SA is there */

/* --- events.c --- */
void sg_event_expire(struct sg_ike *ike, const struct sg_kevent *event);
void sg_event_packet(struct sg_ike *ike, const struct sg_kevent *event);

#endif /* SG_IKE_ENGINE_H */
