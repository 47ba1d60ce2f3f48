// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The table, and the one loop that walks it. What a message must contain is the codec's
 * table of rules (sg_rule_find(), by the message number in a row here); what a handler does is in
 * its own file. Aggressive mode, DPD and the rest of certificates come in as more rows.
 */
#include "debug.h"
#include "engine.h"

enum timer {
	T_KEEP,
	T_REXMIT,	/* something was sent that wants an answer */
	T_STOP,
};

/* When the transition is printed: as the message comes in, or once the answer is out. */
enum say {
	BEFORE,
	AFTER,
};

struct row {
	int state;
	enum sg_input input;
	unsigned int message;		/* of the exchange; 0: not a message */
	enum sg_verdict (*handle)(struct sg_ctx *ctx);
	int next;
	enum sg_input then;		/* what happens next, without waiting */
	enum timer timer;
	enum say say;
};

static const struct row main_rows[] = {
	{ SG_READY, SG_IN_SA_REQ, 0, sg_main_i1_out, SG_I_MM1, SG_IN_NONE, T_REXMIT, BEFORE },
	{ SG_I_MM1, SG_IN_PEER_MM, 2, sg_main_i2_in, SG_I_MM2, SG_IN_PROCESS, T_KEEP, BEFORE },
	{ SG_I_MM2, SG_IN_PROCESS, 0, NULL, SG_I_MM2, SG_IN_COMPLETE, T_KEEP, AFTER },
	{ SG_I_MM2, SG_IN_COMPLETE, 0, sg_main_i3_out, SG_I_MM3, SG_IN_NONE, T_REXMIT, AFTER },
	{ SG_I_MM3, SG_IN_PEER_MM, 4, sg_main_i4_in, SG_I_MM4, SG_IN_PROCESS, T_KEEP, BEFORE },
	{ SG_I_MM4, SG_IN_PROCESS, 0, NULL, SG_I_MM4, SG_IN_COMPLETE, T_KEEP, AFTER },
	{ SG_I_MM4, SG_IN_COMPLETE, 0, sg_main_i5_out, SG_I_MM5, SG_IN_NONE, T_REXMIT, AFTER },
	{ SG_I_MM5, SG_IN_PEER_MM, 6, sg_main_i6_in, SG_I_MM6, SG_IN_PROCESS, T_STOP, BEFORE },
	{ SG_I_MM6, SG_IN_PROCESS, 0, NULL, SG_I_MM6, SG_IN_COMPLETE, T_KEEP, AFTER },
	{ SG_I_MM6, SG_IN_COMPLETE, 0, NULL, SG_P1_COMPLETE, SG_IN_P1_DONE, T_KEEP, AFTER },

	{ SG_READY, SG_IN_PEER_MM, 1, sg_main_r1_in, SG_R_MM1, SG_IN_PROCESS, T_KEEP, BEFORE },
	{ SG_R_MM1, SG_IN_PROCESS, 0, NULL, SG_R_MM1, SG_IN_COMPLETE, T_KEEP, AFTER },
	{ SG_R_MM1, SG_IN_COMPLETE, 0, sg_main_r2_out, SG_R_MM2, SG_IN_NONE, T_KEEP, AFTER },
	{ SG_R_MM2, SG_IN_PEER_MM, 3, sg_main_r3_in, SG_R_MM3, SG_IN_PROCESS, T_KEEP, BEFORE },
	{ SG_R_MM3, SG_IN_PROCESS, 0, NULL, SG_R_MM3, SG_IN_COMPLETE, T_KEEP, AFTER },
	{ SG_R_MM3, SG_IN_COMPLETE, 0, sg_main_r4_out, SG_R_MM4, SG_IN_NONE, T_KEEP, AFTER },
	{ SG_R_MM4, SG_IN_PEER_MM, 5, sg_main_r5_in, SG_R_MM5, SG_IN_PROCESS, T_KEEP, BEFORE },
	{ SG_R_MM5, SG_IN_PROCESS, 0, NULL, SG_R_MM5, SG_IN_COMPLETE, T_KEEP, AFTER },
	{ SG_R_MM5, SG_IN_COMPLETE, 0, sg_main_r6_out, SG_P1_COMPLETE, SG_IN_P1_DONE, T_KEEP,
	  AFTER },

	{ SG_P1_COMPLETE, SG_IN_P1_DONE, 0, sg_main_done, SG_P1_COMPLETE, SG_IN_NONE, T_KEEP,
	  BEFORE },
};

static const struct row quick_rows[] = {
	{ SG_QM_READY, SG_IN_INIT_QM, 0, sg_quick_i1_out, SG_QM_I_QM1, SG_IN_NONE, T_REXMIT,
	  AFTER },
	{ SG_QM_I_QM1, SG_IN_PEER_QM, 2, sg_quick_i2_in, SG_QM_COMPLETE, SG_IN_NONE, T_STOP,
	  AFTER },
	{ SG_QM_READY, SG_IN_PEER_QM, 1, sg_quick_r1_in, SG_QM_SPI_STARVE, SG_IN_SPI_REPLY, T_KEEP,
	  AFTER },
	{ SG_QM_SPI_STARVE, SG_IN_SPI_REPLY, 0, sg_quick_r2_out, SG_QM_R_QM2, SG_IN_NONE, T_REXMIT,
	  AFTER },
	{ SG_QM_R_QM2, SG_IN_PEER_QM, 3, sg_quick_r3_in, SG_QM_COMPLETE, SG_IN_NONE, T_STOP,
	  AFTER },
};

static const struct {
	const char *name;
	const char *show;
} state_names[__SG_STATE_LAST] = {
	[SG_READY] = { "IKE_READY", "MM_NO_STATE" },
	[SG_I_MM1] = { "IKE_I_MM1", "MM_NO_STATE" },
	[SG_I_MM2] = { "IKE_I_MM2", "MM_SA_SETUP" },
	[SG_I_MM3] = { "IKE_I_MM3", "MM_SA_SETUP" },
	[SG_I_MM4] = { "IKE_I_MM4", "MM_KEY_EXCH" },
	[SG_I_MM5] = { "IKE_I_MM5", "MM_KEY_EXCH" },
	[SG_I_MM6] = { "IKE_I_MM6", "MM_KEY_AUTH" },
	[SG_R_MM1] = { "IKE_R_MM1", "MM_SA_SETUP" },
	[SG_R_MM2] = { "IKE_R_MM2", "MM_SA_SETUP" },
	[SG_R_MM3] = { "IKE_R_MM3", "MM_KEY_EXCH" },
	[SG_R_MM4] = { "IKE_R_MM4", "MM_KEY_EXCH" },
	[SG_R_MM5] = { "IKE_R_MM5", "MM_KEY_EXCH" },
	[SG_P1_COMPLETE] = { "IKE_P1_COMPLETE", "QM_IDLE" },
	[SG_DEST_SA] = { "IKE_DEST_SA", "MM_NO_STATE" },
};

static const char *const node_names[__SG_NODE_STATE_LAST] = {
	[SG_QM_READY] = "IKE_QM_READY",
	[SG_QM_SPI_STARVE] = "IKE_QM_SPI_STARVE",
	[SG_QM_R_QM2] = "IKE_QM_R_QM2",
	[SG_QM_I_QM1] = "IKE_QM_I_QM1",
	[SG_QM_COMPLETE] = "IKE_QM_PHASE2_COMPLETE",
};

static const char *const input_names[__SG_INPUT_LAST] = {
	[SG_IN_NONE] = "",
	[SG_IN_PEER_MM] = "IKE_MESG_FROM_PEER, IKE_MM_EXCH",
	[SG_IN_SA_REQ] = "IKE_MESG_FROM_IPSEC, IKE_SA_REQ_MM",
	[SG_IN_PROCESS] = "IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE",
	[SG_IN_COMPLETE] = "IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE",
	[SG_IN_P1_DONE] = "IKE_MESG_INTERNAL, IKE_PHASE1_COMPLETE",
	[SG_IN_PEER_QM] = "IKE_MESG_FROM_PEER, IKE_QM_EXCH",
	[SG_IN_INIT_QM] = "IKE_MESG_INTERNAL, IKE_INIT_QM",
	[SG_IN_SPI_REPLY] = "IKE_MESG_FROM_IPSEC, IKE_SPI_REPLY",
};

const char *sg_state_name(enum sg_ike_state state)
{
	return state_names[state].name;
}

const char *sg_state_show(enum sg_ike_state state)
{
	return state_names[state].show;
}

static const struct row *find(const struct row *rows, size_t count, int state,
			      enum sg_input input)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (rows[i].state == state && rows[i].input == input)
			return &rows[i];
	return NULL;
}

static const struct row *main_row(enum sg_ike_state state, enum sg_input input)
{
	return find(main_rows, sizeof(main_rows) / sizeof(main_rows[0]), state, input);
}

static const struct row *quick_row(enum sg_node_state state, enum sg_input input)
{
	return find(quick_rows, sizeof(quick_rows) / sizeof(quick_rows[0]), state, input);
}

unsigned int sg_state_due(enum sg_ike_state state)
{
	const struct row *row = main_row(state, SG_IN_PEER_MM);

	return row ? row->message : 0;
}

unsigned int sg_state_quick_due(enum sg_node_state state)
{
	const struct row *row = quick_row(state, SG_IN_PEER_QM);

	return row ? row->message : 0;
}

static void say_main(const struct sg_isa *isa, const struct row *row)
{
	sg_isa_debug(isa, "Input = %s", input_names[row->input]);
	sg_isa_debug(isa, "Old State = %s  New State = %s", state_names[row->state].name,
		     state_names[row->next].name);
}

static void say_quick(const struct sg_node *node, const struct row *row)
{
	sg_isa_debug(node->isa, "Node %u, Input = %s", node->message_id, input_names[row->input]);
	sg_isa_debug(node->isa, "Old State = %s  New State = %s", node_names[row->state],
		     node_names[row->next]);
}

static void arm(struct sg_ike *ike, const struct row *row, struct sg_timer *timer,
		struct sg_last *last)
{
	switch (row->timer) {
	case T_REXMIT:
		last->tries = 0;
		sg_timer_set(&ike->timers, timer, sg_now(ike) + sg_rexmit_wait(0));
		break;
	case T_STOP:
		sg_timer_stop(&ike->timers, timer);
		break;
	case T_KEEP:
		break;
	}
}

enum sg_verdict sg_state_main(struct sg_ctx *ctx, enum sg_input input)
{
	struct sg_isa *isa = ctx->isa;
	enum sg_verdict verdict;
	const struct row *row;

	for (; input != SG_IN_NONE; input = row->then) {
		row = main_row(isa->state, input);
		if (!row)
			return sg_refuse(ctx->ike, SG_REFUSE_STATE);
		if (row->say == BEFORE) {
			say_main(isa, row);
			isa->state = row->next;
		}
		verdict = row->handle ? row->handle(ctx) : SG_OK;
		if (verdict != SG_OK) {
			isa->state = row->state;
			return verdict;
		}
		if (row->say == AFTER)
			say_main(isa, row);
		isa->state = row->next;
		arm(ctx->ike, row, &isa->rexmit, &isa->last);
	}
	return SG_OK;
}

enum sg_verdict sg_state_quick(struct sg_ctx *ctx, enum sg_input input)
{
	struct sg_node *node = ctx->node;
	enum sg_verdict verdict;
	const struct row *row;

	for (; input != SG_IN_NONE; input = row->then) {
		row = quick_row(node->state, input);
		if (!row)
			return sg_refuse(ctx->ike, SG_REFUSE_STATE);
		verdict = row->handle ? row->handle(ctx) : SG_OK;
		if (verdict != SG_OK)
			return verdict;
		say_quick(node, row);
		node->state = row->next;
		arm(ctx->ike, row, &node->timer, &node->last);
		if (row->next == SG_QM_COMPLETE)
			sg_node_linger(node);
	}
	return SG_OK;
}
