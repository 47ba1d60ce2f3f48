// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages that go out again: because no answer came (4 s x 1.8, five times), or because
 * the peer asked the same again (the stored answer, a few times). What is a duplicate is decided by
 * the digest of the whole datagram.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "debug.h"
#include "engine.h"

/** sg_last_keep() - store a message; out stays NULL without memory */
void sg_last_keep(struct sg_last *last, const uint8_t *out, size_t len, const uint8_t *answers)
{
	sg_last_clear(last);
	last->out = malloc(len);
	if (!last->out)
		return;
	memcpy(last->out, out, len);
	last->out_len = len;
	if (answers) {
		memcpy(last->in, answers, SG_DIGEST_LEN);
		last->has_in = true;
	}
}

void sg_last_clear(struct sg_last *last)
{
	free(last->out);
	*last = (struct sg_last){ 0 };
}

bool sg_last_is_duplicate(const struct sg_last *last, const uint8_t *digest)
{
	return last->has_in && !memcmp(last->in, digest, SG_DIGEST_LEN);
}

/** sg_last_answer() - a duplicate came: the same answer, SG_REPLY_TRIES times at most */
void sg_last_answer(struct sg_isa *isa, struct sg_last *last, const char *phase)
{
	sg_refuse(isa->ike, SG_REFUSE_DUPLICATE);
	if (!last->out || last->replies >= SG_REPLY_TRIES)
		return;
	last->replies++;
	isa->ike->counters.retransmitted++;
	sg_isa_debug(isa, " %s packet is a duplicate of a previous packet.", phase);
	sg_isa_debug(isa, " retransmitting due to retransmit %s", phase);
	sg_debug_sending(isa);
	sg_send(isa, last->out, last->out_len);
}

/** sg_rexmit_wait() - ms to wait after the @tries-th retransmission (0: the first sending) */
uint64_t sg_rexmit_wait(unsigned int tries)
{
	uint64_t ms = SG_REXMIT_MS;

	while (tries--)
		ms = ms * SG_REXMIT_NUM / SG_REXMIT_DEN;
	return ms;
}

/* Sends the stored message again; false: it has been tried often enough. */
static bool again(struct sg_isa *isa, struct sg_last *last, struct sg_timer *timer,
		  unsigned int phase)
{
	struct sg_ike *ike = isa->ike;

	if (last->tries >= SG_REXMIT_TRIES || !last->out)
		return false;
	last->tries++;
	ike->counters.retransmitted++;
	sg_isa_debug(isa, " retransmitting phase %u %s...", phase, sg_state_show(isa->state));
	sg_isa_debug(isa, ": attempt %u of %u: retransmit phase %u", last->tries, SG_REXMIT_TRIES,
		     phase);
	sg_debug_sending(isa);
	sg_send(isa, last->out, last->out_len);
	sg_timer_set(&ike->timers, timer, sg_now(ike) + sg_rexmit_wait(last->tries));
	return true;
}

/* No answer in Main Mode. */
void sg_isa_rexmit(struct sg_timer *timer)
{
	struct sg_isa *isa = sg_container(timer, struct sg_isa, rexmit);

	if (again(isa, &isa->last, timer, 1))
		return;
	if (isa->send_err)
		snprintf(isa->why, sizeof(isa->why), "no message could be sent: %s",
			 strerror(-isa->send_err));
	if (isa->why[0])
		sg_isa_kill(isa, false, isa->why);
	else if (isa->state == SG_I_MM5)
		sg_isa_kill(isa, false,
			    "no answer to the identity: probable pre-shared key mismatch");
	else
		sg_isa_kill(isa, false, "peer does not answer");
}

/* No answer in Quick Mode; or a finished exchange has lingered long enough. */
void sg_node_timer(struct sg_timer *timer)
{
	struct sg_node *node = sg_container(timer, struct sg_node, timer);

	if (node->finished)
		sg_node_free(node);
	else if (again(node->isa, &node->last, timer, 2))
		return;
	else if (node->initiator)
		/*
		 * The peer has forgotten this IKE SA, or is gone: the next attempt starts from
		 * Main Mode.
		 */
		sg_isa_kill(node->isa, false, "peer does not answer in Quick Mode");
	else
		sg_node_fail(node, "peer does not answer in Quick Mode");
}
