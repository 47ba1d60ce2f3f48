// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Nodes: the phase-2 exchanges of an IKE SA, by message ID. A finished one lingers to answer
 * duplicates of what finished it.
 */
#include <stdlib.h>
#include <string.h>

#include "debug.h"
#include "engine.h"

/**
 * sg_node_alloc() - a new exchange, with its IV
 *
 * Return: NULL: too many at once, no memory; counted.
 */
struct sg_node *sg_node_alloc(struct sg_isa *isa, uint32_t message_id, bool initiator)
{
	struct sg_node *node;

	if (isa->node_count >= SG_NODES_MAX) {
		sg_refuse(isa->ike, SG_REFUSE_LIMIT);
		return NULL;
	}
	node = calloc(1, sizeof(*node));
	if (!node)
		goto failed;
	node->isa = isa;
	node->message_id = message_id;
	node->initiator = initiator;
	if (sg_timer_init(&isa->ike->timers, &node->timer, sg_node_timer) ||
	    sg_ike_iv_phase2(&isa->keys, &isa->iv, message_id, &node->iv))
		goto failed;
	node->cfg = sg_config_get(isa->ike->cfg);
	TAILQ_INSERT_TAIL(&isa->nodes, node, link);
	isa->node_count++;
	sg_debug(SG_DEBUG_ISAKMP, "ISAKMP: set new node %u to QM_IDLE", message_id);
	return node;

failed:
	sg_refuse(isa->ike, SG_REFUSE_MEMORY);
	if (node)
		sg_timer_exit(&isa->ike->timers, &node->timer);
	free(node);
	return NULL;
}

struct sg_node *sg_node_find(struct sg_isa *isa, uint32_t message_id)
{
	struct sg_node *node;

	TAILQ_FOREACH(node, &isa->nodes, link)
		if (node->message_id == message_id)
			return node;
	return NULL;
}

/**
 * sg_message_id_new() - a fresh message ID, remembered as used
 *
 * Remembering our own also refuses our own messages sent back to us. Return: 0: none to be had.
 */
uint32_t sg_message_id_new(struct sg_isa *isa)
{
	uint32_t id;

	do {
		if (sg_random(isa->ike, &id, sizeof(id)))
			return 0;
	} while (!id || sg_msgid_seen(&isa->seen, id) || sg_node_find(isa, id));
	return sg_isa_remember(isa, id) ? 0 : id;
}

/** sg_node_linger() - the exchange is complete; what it stored still answers duplicates */
void sg_node_linger(struct sg_node *node)
{
	struct sg_isa *isa = node->isa;
	struct sg_node *oldest;

	if (isa->linger_count >= SG_LINGER_MAX) {
		TAILQ_FOREACH(oldest, &isa->nodes, link)
			if (oldest->finished)
				break;
		if (oldest)
			sg_node_free(oldest);
	}
	node->finished = true;
	isa->node_count--;
	isa->linger_count++;
	node->pair = NULL;
	if (node->want) {
		node->want->node = NULL;
		sg_want_done(node->want);
		node->want = NULL;
	}
	sg_timer_set(&isa->ike->timers, &node->timer, sg_now(isa->ike) + SG_NODE_LINGER_MS);
	sg_wants_start(isa);
}

/** sg_node_fail() - the exchange ends without result; frees it */
void sg_node_fail(struct sg_node *node, const char *why)
{
	struct sg_want *want = node->want;
	struct sg_isa *isa = node->isa;

	if (!node->finished) {
		isa->ike->counters.phase2_failed++;
		sg_isa_debug(isa, "deleting node %u error TRUE reason \"%s\"", node->message_id,
			     why);
		if (!want && node->flow.seq)
			sg_entry_fail(isa->ike, &node->flow, why);
	}
	if (node->pair && !node->finished)
		sg_pair_remove(node->pair, true);
	node->want = NULL;
	sg_node_free(node);
	if (want) {
		want->node = NULL;
		sg_want_fail(want, why);
	}
}

void sg_node_free(struct sg_node *node)
{
	struct sg_isa *isa = node->isa;

	sg_timer_exit(&isa->ike->timers, &node->timer);
	TAILQ_REMOVE(&isa->nodes, node, link);
	if (node->finished)
		isa->linger_count--;
	else
		isa->node_count--;
	sg_blob_clear(&node->ni);
	sg_blob_clear(&node->nr);
	sg_blob_clear(&node->idci);
	sg_blob_clear(&node->idcr);
	sg_last_clear(&node->last);
	sg_config_put(node->cfg);
	free(node);
}
