// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of an IKE SA, whole: opened by their rule, and closed, kept and sent. Which message it
 * is and what is in it is for the handlers.
 */
#include <errno.h>
#include <string.h>

#include "debug.h"
#include "engine.h"

static enum sg_verdict malformed(struct sg_ctx *ctx, enum sg_codec cause)
{
	char addr[INET_ADDRSTRLEN];

	if (sg_line_due(ctx->ike, SG_LINE_BAD_MESSAGE))
		sg_log(4, "CRYPTO", "IKMP_BAD_MESSAGE",
		       "IKE message from %s failed its sanity check or is malformed (%s)",
		       sg_addr(ctx->remote->sin_addr, addr), sg_codec_text(cause));
	return sg_refuse(ctx->ike, SG_REFUSE_MALFORMED);
}

/**
 * sg_message_open() - from a datagram to checked payloads
 * @ctx: raw, hdr and isa are set; payloads and next_iv are written
 * @rule: of the message that is due
 * @iv: what it is encrypted under; NULL where the rule wants none
 *
 * The IV does not move: the handler takes ctx->next_iv over once the hash has verified.
 */
enum sg_verdict sg_message_open(struct sg_ctx *ctx, const struct sg_message_rule *rule,
				const struct sg_ike_iv *iv)
{
	struct sg_chunk body = SG_CHUNK(ctx->raw + IKE_HEADER_LEN,
					ctx->hdr.length - IKE_HEADER_LEN);
	enum sg_codec cause;

	if (!rule)
		return malformed(ctx, SG_CODEC_EXCHANGE);
	cause = sg_rule_check_header(rule, &ctx->hdr);
	if (cause)
		return malformed(ctx, cause);
	if (sg_rule_encrypted(rule)) {
		if (!iv || !ctx->isa->has_keys ||
		    sg_ike_decrypt(&ctx->isa->keys, iv, body, ctx->plain, &ctx->next_iv))
			return malformed(ctx, SG_CODEC_BLOCKS);
		body.data = ctx->plain;
	}
	cause = sg_payloads_decode(&ctx->payloads, ctx->hdr.next, body.data, body.len);
	if (!cause)
		cause = sg_rule_check(rule, &ctx->payloads, NULL);
	ctx->garbled = cause && sg_rule_encrypted(rule);
	return cause ? malformed(ctx, cause) : SG_OK;
}

/** sg_message_begin() - start a message of this IKE SA */
void sg_message_begin(struct sg_isa *isa, struct sg_writer *w, uint8_t *buf, size_t cap,
		      uint8_t exchange, uint32_t message_id, bool encrypted)
{
	struct sg_ike_header hdr = {
		.version = IKE_VERSION_1_0,
		.exchange = exchange,
		.flags = encrypted ? IKE_FLAG_ENCRYPTED : 0,
		.message_id = message_id,
	};

	memcpy(hdr.cookie_i, isa->cookie_i, sizeof(hdr.cookie_i));
	memcpy(hdr.cookie_r, isa->cookie_r, sizeof(hdr.cookie_r));
	sg_writer_message(w, buf, cap, &hdr);
}

/* The operator's to mend: no route, no such address, a firewall of our own. */
static void say_not_sent(const struct sg_isa *isa)
{
	char addr[INET_ADDRSTRLEN];

	if (sg_line_due(isa->ike, SG_LINE_SEND))
		sg_log(4, "CRYPTO", "IKMP_SEND", "IKE message to %s could not be sent: %s",
		       sg_addr(isa->remote.sin_addr, addr), strerror(-isa->send_err));
}

/**
 * sg_send() - one datagram to the IKE SA's peer
 *
 * Withheld where the peer's address has not proven itself and would get more than SG_AMPLIFY
 * bytes for each of its own. A failure is logged, and then as a loss on the way.
 */
int sg_send(struct sg_isa *isa, const void *buf, size_t len)
{
	struct sg_ike *ike = isa->ike;

	if (!isa->initiator && !isa->proven &&
	    isa->bytes_out + len > SG_AMPLIFY * isa->bytes_in) {
		sg_refuse(ike, SG_REFUSE_AMPLIFY);
		return -EPERM;
	}
	isa->bytes_out += len;
	ike->counters.sent++;
	isa->send_err = ike->env.send(ike->env.ctx, &isa->local, &isa->remote, buf, len);
	if (isa->send_err)
		say_not_sent(isa);
	return isa->send_err;
}

/**
 * sg_message_send() - close a message, encrypt it if it is to be, keep it, send it
 * @isa: IKE SA
 * @w: all payloads are in; its hash, if any, is filled in by this file's callers before
 * @iv: what to encrypt under; moves on. NULL: in clear
 * @last: where to keep it for retransmission; NULL: not kept
 * @answers: digest of the message it answers; NULL: none
 *
 * Return: 0; -ENOMEM, -EMSGSIZE, -EIO: it could not be made.
 */
int sg_message_send(struct sg_isa *isa, struct sg_writer *w, struct sg_ike_iv *iv,
		    struct sg_last *last, const uint8_t *answers)
{
	size_t len = sg_writer_finish(w, iv ? isa->keys.block_len : 0);

	if (!len)
		return -EMSGSIZE;
	if (iv && sg_ike_encrypt(&isa->keys, iv, w->buf + IKE_HEADER_LEN, len - IKE_HEADER_LEN, iv))
		return -EIO;
	if (last) {
		sg_last_keep(last, w->buf, len, answers);
		if (!last->out)
			return -ENOMEM;
	}
	sg_debug_sending(isa);
	sg_send(isa, w->buf, len);
	return 0;
}

/**
 * sg_message_hash1() - fill in HASH(1) (RFC 2409 5.5, 5.7)
 * @isa: IKE SA
 * @w: writer with all payloads behind the hash
 * @at: what sg_put_hash_space() returned
 * @message_id: of the exchange
 */
int sg_message_hash1(struct sg_isa *isa, struct sg_writer *w, size_t at, uint32_t message_id)
{
	uint8_t hash[SG_IKE_HASH_MAX];
	int err;

	err = sg_ike_hash1(&isa->keys, message_id, sg_writer_rest(w, at, isa->keys.hash_len), hash);
	if (!err)
		sg_fill_hash(w, at, hash, isa->keys.hash_len);
	return err;
}

/** sg_get() - the first payload of a type, NULL: none */
const struct sg_payload *sg_get(const struct sg_ctx *ctx, uint8_t type)
{
	return sg_payload_get(&ctx->payloads, type, 0);
}
