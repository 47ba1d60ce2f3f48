// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The agent: opens what the engine needs (kernel, port, links, clock, randomness), ties them to
 * one event loop, and lets go of them in order. Maps and SAs stay in the kernel when it ends:
 * tunnels go on without it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "agent.h"
#include "log/log.h"

#define MS_A_SECOND 1000
#define NS_A_MS 1000000
#define US_A_MS 1000
/* Links and addresses change in bursts. */
#define SETTLE_MS 30
/* After lost kernel events, in which more may be lost; and again while it fails. */
#define RESYNC_MS 10
#define RESYNC_RETRY_MS 5000

static uint64_t now_ms(void *ctx)
{
	struct timespec ts;

	(void)ctx;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * MS_A_SECOND + (uint64_t)ts.tv_nsec / NS_A_MS;
}

static int random_bytes(void *ctx, void *buf, size_t len)
{
	uint8_t *p = buf;
	ssize_t got;

	(void)ctx;
	while (len) {
		got = getrandom(p, len, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		p += got;
		len -= (size_t)got;
	}
	return 0;
}

static int send_datagram(void *ctx, const struct sockaddr_in *local,
			 const struct sockaddr_in *remote, const void *buf, size_t len)
{
	struct sg_agent *agent = ctx;

	return sg_udp_send(agent->udp, local, remote, buf, len);
}

static void arm(struct event *timer, uint64_t ms)
{
	struct timeval tv = { .tv_sec = (time_t)(ms / MS_A_SECOND),
			      .tv_usec = (suseconds_t)(ms % MS_A_SECOND * US_A_MS) };

	evtimer_add(timer, &tv);
}

static void wake_at(void *ctx, uint64_t ms)
{
	struct sg_agent *agent = ctx;
	uint64_t now = now_ms(NULL);

	if (ms == UINT64_MAX)
		evtimer_del(agent->wake);
	else
		arm(agent->wake, ms > now ? ms - now : 0);
}

static void on_wake(evutil_socket_t fd, short what, void *ctx)
{
	struct sg_agent *agent = ctx;

	(void)fd;
	(void)what;
	sg_ike_tick(agent->ike);
}

static void on_datagram(const struct sockaddr_in *local, const struct sockaddr_in *remote,
			const void *buf, size_t len, void *ctx)
{
	struct sg_agent *agent = ctx;

	/* Who has no business with a crypto map of ours gets no answer at all. */
	if (sg_gateway_is_local(agent->gateway, local->sin_addr))
		sg_ike_input(agent->ike, local, remote, buf, len);
}

static void on_udp(evutil_socket_t fd, short what, void *ctx)
{
	struct sg_agent *agent = ctx;
	int err;

	(void)fd;
	(void)what;
	err = sg_udp_read(agent->udp, on_datagram, agent);
	if (!err)
		return;
	sg_err("UDP port %d is of no more use: %s; ending", SG_IKE_PORT, strerror(-err));
	event_base_loopbreak(agent->base);
}

static void on_kernel_event(const struct sg_kevent *event, void *ctx)
{
	struct sg_agent *agent = ctx;

	if (event) {
		sg_ike_kernel_event(agent->ike, event);
		return;
	}
	if (!evtimer_pending(agent->resync, NULL))
		arm(agent->resync, RESYNC_MS);
}

static void on_kernel(evutil_socket_t fd, short what, void *ctx)
{
	struct sg_agent *agent = ctx;
	int err;

	(void)fd;
	(void)what;
	err = sg_kernel_netlink_dispatch(agent->kernel);
	if (!err)
		return;
	sg_err("the socket of the kernel's events is of no more use: %s; ending", strerror(-err));
	event_base_loopbreak(agent->base);
}

static void on_resync(evutil_socket_t fd, short what, void *ctx)
{
	struct sg_agent *agent = ctx;

	(void)fd;
	(void)what;
	if (sg_agent_resync(agent))
		arm(agent->resync, RESYNC_RETRY_MS);
}

static void on_links(evutil_socket_t fd, short what, void *ctx)
{
	struct sg_agent *agent = ctx;

	(void)fd;
	(void)what;
	sg_link_watch_drain(agent->watch);
	arm(agent->settle, SETTLE_MS);
}

static void on_settle(evutil_socket_t fd, short what, void *ctx)
{
	struct sg_links links = { 0 };
	struct sg_agent *agent = ctx;
	char why[SG_WHY_MAX];

	(void)fd;
	(void)what;
	/* What was known stays on a failure: maps must not come off what is there. */
	if (sg_links_read(&links, why, sizeof(why))) {
		sg_err("%s", why);
		arm(agent->settle, RESYNC_RETRY_MS);
		return;
	}
	sg_links_clear(&agent->links);
	agent->links = links;
	sg_agent_apply(agent);
}

static void on_end(evutil_socket_t number, short what, void *ctx)
{
	struct sg_agent *agent = ctx;

	(void)what;
	sg_info("%s: ending; tunnels stay in force", number == SIGINT ? "SIGINT" : "SIGTERM");
	sg_notify("STOPPING=1");
	/*
	 * The IKE SAs end with us, and the peers must not go on using them: their next rekey would
	 * wait for an answer of an agent that knows nothing of them. The IPsec SAs are not touched.
	 */
	sg_ike_clear_isakmp(agent->ike, 0);
	event_base_loopbreak(agent->base);
}

static void on_reload(evutil_socket_t number, short what, void *ctx)
{
	struct sg_agent *agent = ctx;
	struct sg_parse_result result;
	char why[SG_WHY_MAX] = "";
	int err;

	(void)number;
	(void)what;
	sg_info("SIGHUP: loading %s", agent->config_path);
	err = sg_agent_load(agent, agent->config_path, &result, why, sizeof(why));
	sg_agent_log_messages(&result, agent->config_path);
	if (err)
		sg_err("%s", why);
	sg_parse_result_clear(&result);
}

static void on_change(enum sg_gw_change change, const char *map, const char *text, void *ctx)
{
	struct sg_agent *agent = ctx;

	if (change == SG_GW_FAILED)
		sg_err("%s", text);
	else
		sg_info("%s", text);
	if (agent->changed && change != SG_GW_NOTE)
		json_array_append_new(agent->changed, json_string(text));
	/* The peers are told while the map is still there. */
	if (change == SG_GW_MAP_REMOVED)
		sg_ike_clear_sa(agent->ike, map, NULL);
}

/**
 * sg_agent_apply() - bring maps and bindings in line with configuration and links; logs
 *
 * Without the module there is nothing to do: it is done when the module comes.
 * Return: 0 or -errno.
 */
int sg_agent_apply(struct sg_agent *agent)
{
	bool loaded;

	sg_kernel_netlink_generation(agent->kernel, &loaded);
	if (!loaded)
		return -ENOENT;
	return sg_gateway_apply(agent->gateway, agent->cfg, &agent->links, on_change, agent);
}

static struct event *watch(struct sg_agent *agent, int fd, event_callback_fn cb)
{
	struct event *event = event_new(agent->base, fd, EV_READ | EV_PERSIST, cb, agent);

	if (event)
		event_add(event, NULL);
	return event;
}

static struct event *on_signal(struct sg_agent *agent, int number, event_callback_fn cb)
{
	struct event *event = evsignal_new(agent->base, number, cb, agent);

	if (event)
		event_add(event, NULL);
	return event;
}

static int make_loop(struct sg_agent *agent, char *why, size_t why_len)
{
	agent->base = event_base_new();
	if (!agent->base)
		goto fail;
	agent->wake = evtimer_new(agent->base, on_wake, agent);
	agent->settle = evtimer_new(agent->base, on_settle, agent);
	agent->resync = evtimer_new(agent->base, on_resync, agent);
	agent->sigterm = on_signal(agent, SIGTERM, on_end);
	agent->sigint = on_signal(agent, SIGINT, on_end);
	agent->sighup = on_signal(agent, SIGHUP, on_reload);
	if (!agent->wake || !agent->settle || !agent->resync || !agent->sigterm || !agent->sigint ||
	    !agent->sighup)
		goto fail;
	return 0;
fail:
	snprintf(why, why_len, "cannot make the event loop: out of memory or descriptors");
	return -ENOMEM;
}

static int watch_all(struct sg_agent *agent, char *why, size_t why_len)
{
	agent->udp_event = watch(agent, sg_udp_fd(agent->udp), on_udp);
	agent->kernel_event = watch(agent, sg_kernel_netlink_fd(agent->kernel), on_kernel);
	agent->link_event = watch(agent, sg_link_watch_fd(agent->watch), on_links);
	if (agent->udp_event && agent->kernel_event && agent->link_event)
		return 0;
	snprintf(why, why_len, "out of memory");
	return -ENOMEM;
}

static int make_engine(struct sg_agent *agent, char *why, size_t why_len)
{
	const struct sg_ike_env env = {
		.ctx = agent, .now_ms = now_ms, .random = random_bytes, .send = send_datagram,
		.wake_at = wake_at, .kernel = agent->kernel,
	};
	int err;

	agent->ike = sg_ike_alloc(&env);
	agent->gateway = sg_gateway_alloc(agent->kernel);
	err = agent->ike && agent->gateway ? sg_ike_set_config(agent->ike, agent->cfg) : -ENOMEM;
	if (err)
		snprintf(why, why_len, "cannot make the IKE engine: %s", strerror(-err));
	return err;
}

/**
 * sg_agent_init() - start everything, or nothing
 * @agent: zeroed
 * @config_path: for SIGHUP and `load'; must outlive the agent
 * @control_path: of the control socket
 * @cfg: configuration; a reference is taken
 * @why: on failure, what failed and what to do
 *
 * What the kernel refuses of the configuration is logged and does not keep the rest from working.
 *
 * Return: 0 or -errno; sg_agent_exit() is to be called in either case.
 */
int sg_agent_init(struct sg_agent *agent, const char *config_path, const char *control_path,
		  struct sg_config *cfg, char *why, size_t why_len)
{
	int err;

	agent->lock = -1;
	agent->config_path = config_path;
	agent->cfg = sg_config_get(cfg);
	err = make_loop(agent, why, why_len);
	if (err)
		return err;
	agent->lock = sg_agent_lock(why, why_len);
	if (agent->lock < 0)
		return agent->lock;
	err = sg_kernel_netlink_open(&agent->kernel, on_kernel_event, agent, why, why_len);
	if (!err)
		err = sg_udp_open(&agent->udp, SG_IKE_PORT, SG_IKE_DATAGRAM_MAX, why, why_len);
	/* Watched before it is read: no change falls in between. */
	if (!err)
		err = sg_link_watch_open(&agent->watch, why, why_len);
	if (!err)
		err = sg_links_read(&agent->links, why, why_len);
	if (!err)
		err = make_engine(agent, why, why_len);
	if (!err)
		err = watch_all(agent, why, why_len);
	if (!err)
		err = sg_control_open(&agent->control, agent->base, control_path, sg_control_handle,
				      agent, why, why_len);
	if (err)
		return err;
	if (sg_agent_resync(agent))
		arm(agent->resync, RESYNC_RETRY_MS);
	return 0;
}

/** sg_agent_run() - work until a signal says otherwise. Return: 0 or -errno */
int sg_agent_run(struct sg_agent *agent)
{
	return event_base_dispatch(agent->base) < 0 ? -EIO : 0;
}

static void drop_event(struct event *event)
{
	if (event)
		event_free(event);
}

/** sg_agent_exit() - let go of everything; the kernel keeps maps, bindings and SAs */
void sg_agent_exit(struct sg_agent *agent)
{
	sg_control_free(agent->control);
	sg_ike_free(agent->ike);
	sg_gateway_free(agent->gateway);
	drop_event(agent->udp_event);
	drop_event(agent->kernel_event);
	drop_event(agent->link_event);
	drop_event(agent->wake);
	drop_event(agent->settle);
	drop_event(agent->resync);
	drop_event(agent->sigterm);
	drop_event(agent->sigint);
	drop_event(agent->sighup);
	sg_link_watch_free(agent->watch);
	sg_links_clear(&agent->links);
	sg_udp_free(agent->udp);
	if (agent->kernel)
		agent->kernel->ops->free(agent->kernel);
	if (agent->lock >= 0)
		close(agent->lock);
	if (agent->base)
		event_base_free(agent->base);
	if (agent->cfg)
		sg_config_put(agent->cfg);
	memset(agent, 0, sizeof(*agent));
	agent->lock = -1;
}
