/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The agent as a whole: the parts around the IKE engine and what ties them together. main.c makes
 * one; control/ops.c looks into it. One thread, one event loop.
 */
#ifndef SG_AGENT_H
#define SG_AGENT_H

#include <event2/event.h>
#include <jansson.h>

#include "../kmod/version.h"
#include "config/model.h"
#include "config/parse.h"
#include "control/server.h"
#include "gateway/gateway.h"
#include "ike/ike.h"
#include "kernel/kernel.h"
#include "net/links.h"
#include "net/udp.h"

#define SG_CONTROL_PROTOCOL 1
#define SG_CONFIG_PATH "/etc/sealgate/startup-config"
#define SG_CONTROL_PATH "/run/sealgate/control"
#define SG_WHY_MAX 1024

struct sg_agent {
	struct event_base *base;
	const char *config_path;
	struct sg_config *cfg;		/* in force */
	struct sg_kernel *kernel;
	struct sg_udp *udp;		/* port 500; the one of port 4500 comes beside it */
	struct sg_links links;
	struct sg_link_watch *watch;
	struct sg_gateway *gateway;
	struct sg_ike *ike;
	struct sg_control *control;
	bool adopted;			/* the kernel's SAs at start have been taken over */
	unsigned int generation;	/* of the kernel module */
	int lock;			/* one agent a network namespace */
	json_t *changed;		/* of the load that runs; NULL: none does */

	struct event *udp_event, *kernel_event, *link_event;
	struct event *wake;		/* the engine's timer */
	struct event *settle;		/* links have changed; wait for the rest of it */
	struct event *resync;		/* kernel events were lost */
	struct event *sigterm, *sigint, *sighup;
};

/* agent.c */
int sg_agent_init(struct sg_agent *agent, const char *config_path, const char *control_path,
		  struct sg_config *cfg, char *why, size_t why_len);
int sg_agent_run(struct sg_agent *agent);
void sg_agent_exit(struct sg_agent *agent);
int sg_agent_apply(struct sg_agent *agent);	/* maps and bindings, after a change of anything */

/* load.c */
int sg_agent_read_config(const char *path, struct sg_parse_result *result, char *why,
			 size_t why_len);
int sg_agent_load(struct sg_agent *agent, const char *path, struct sg_parse_result *result,
		  char *why, size_t why_len);
void sg_agent_log_messages(const struct sg_parse_result *result, const char *path);

/* resync.c */
int sg_agent_resync(struct sg_agent *agent);

/* lock.c */
int sg_agent_lock(char *why, size_t why_len);

/* harden.c */
void sg_harden_early(void);
void sg_harden_late(void);

/* notify.c: systemd, where it is there */
void sg_notify(const char *state);

/* control/ops.c */
json_t *sg_control_handle(const json_t *request, const struct sg_control_peer *peer, bool *stream,
			  void *ctx);

#endif /* SG_AGENT_H */
