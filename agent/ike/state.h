/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state machine of Main Mode and Quick Mode as one table: what may come in which state,
 * who handles it, what follows, and by which names the debug output calls it all.
 */
#ifndef SG_IKE_STATE_H
#define SG_IKE_STATE_H

struct sg_ctx;
struct sg_isa;
struct sg_node;

/* Of an IKE SA; named as IOS names them. */
enum sg_ike_state {
	SG_READY,
	SG_I_MM1,
	SG_I_MM2,
	SG_I_MM3,
	SG_I_MM4,
	SG_I_MM5,
	SG_I_MM6,
	SG_R_MM1,
	SG_R_MM2,
	SG_R_MM3,
	SG_R_MM4,
	SG_R_MM5,
	SG_P1_COMPLETE,
	SG_DEST_SA,
	__SG_STATE_LAST,
};

/* Of a Quick Mode. */
enum sg_node_state {
	SG_QM_READY,
	SG_QM_SPI_STARVE,
	SG_QM_R_QM2,
	SG_QM_I_QM1,
	SG_QM_COMPLETE,
	__SG_NODE_STATE_LAST,
};

enum sg_input {
	SG_IN_NONE,
	SG_IN_PEER_MM,		/* a Main Mode message */
	SG_IN_SA_REQ,		/* the kernel's flow needs an IKE SA */
	SG_IN_PROCESS,		/* the message has been processed */
	SG_IN_COMPLETE,		/* the answer is out */
	SG_IN_P1_DONE,
	SG_IN_PEER_QM,
	SG_IN_INIT_QM,
	SG_IN_SPI_REPLY,
	__SG_INPUT_LAST,
};

enum sg_verdict {
	SG_OK,
	SG_DROP,	/* refused and counted: as if it had not come */
	SG_FAIL,	/* the exchange cannot go on */
};

/**
 * sg_state_main() - an input to an IKE SA, and all that follows from it
 * @ctx: the message, where there is one; ctx->isa is the IKE SA
 * @input: what happened
 *
 * On SG_DROP the state is as before. On SG_FAIL the caller ends the IKE SA.
 */
enum sg_verdict sg_state_main(struct sg_ctx *ctx, enum sg_input input);

/** sg_state_quick() - the same for a Quick Mode; ctx->node is the exchange */
enum sg_verdict sg_state_quick(struct sg_ctx *ctx, enum sg_input input);

/* Number within its exchange of the message that is due now; 0: none. */
unsigned int sg_state_due(enum sg_ike_state state);
unsigned int sg_state_quick_due(enum sg_node_state state);

const char *sg_state_name(enum sg_ike_state state);	/* IKE_R_MM1 */
const char *sg_state_show(enum sg_ike_state state);	/* MM_SA_SETUP */

/* Handlers: main_mode.c, main_auth.c, quick_mode.c, quick_answer.c */
enum sg_verdict sg_main_i1_out(struct sg_ctx *ctx);
enum sg_verdict sg_main_i2_in(struct sg_ctx *ctx);
enum sg_verdict sg_main_i3_out(struct sg_ctx *ctx);
enum sg_verdict sg_main_i4_in(struct sg_ctx *ctx);
enum sg_verdict sg_main_i5_out(struct sg_ctx *ctx);
enum sg_verdict sg_main_i6_in(struct sg_ctx *ctx);
enum sg_verdict sg_main_r1_in(struct sg_ctx *ctx);
enum sg_verdict sg_main_r2_out(struct sg_ctx *ctx);
enum sg_verdict sg_main_r3_in(struct sg_ctx *ctx);
enum sg_verdict sg_main_r4_out(struct sg_ctx *ctx);
enum sg_verdict sg_main_r5_in(struct sg_ctx *ctx);
enum sg_verdict sg_main_r6_out(struct sg_ctx *ctx);
enum sg_verdict sg_main_done(struct sg_ctx *ctx);
enum sg_verdict sg_quick_i1_out(struct sg_ctx *ctx);
enum sg_verdict sg_quick_i2_in(struct sg_ctx *ctx);
enum sg_verdict sg_quick_r1_in(struct sg_ctx *ctx);
enum sg_verdict sg_quick_r2_out(struct sg_ctx *ctx);
enum sg_verdict sg_quick_r3_in(struct sg_ctx *ctx);

#endif /* SG_IKE_STATE_H */
