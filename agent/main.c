// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * sealgated: options, the order of starting and ending, exit statuses. What it starts is in
 * agent.c.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent.h"
#include "log/log.h"

/* Exit statuses: 0 ended in order, 1 failed, 2 wrong usage. */
#define STATUS_USAGE 2

struct options {
	const char *config, *control;
	enum sg_log_target log;
	unsigned int debug;
	bool check;
};

static const char usage[] =
	"Usage: sealgated [OPTION]...\n"
	"IKE agent of the sealgate IPsec gateway. Runs in the foreground, in the network\n"
	"namespace it is started in. Needs the kernel module sealgate and CAP_NET_ADMIN.\n"
	"\n"
	"  --config FILE        configuration in IOS's language (" SG_CONFIG_PATH ")\n"
	"  --control SOCKET     control socket for ipsecctl (" SG_CONTROL_PATH ")\n"
	"  --log TARGET         stderr (default), syslog or journal\n"
	"  --debug LIST         isakmp, ipsec, engine or all, by commas\n"
	"  --check              read the configuration, say what is wrong with it, and end\n"
	"  --version\n"
	"  --help\n"
	"\n"
	"SIGHUP loads the configuration again; SIGTERM and SIGINT end the agent and\n"
	"leave the tunnels in force.\n";

static int parse_log(const char *arg, enum sg_log_target *target)
{
	if (!strcmp(arg, "stderr"))
		*target = SG_LOG_STDERR;
	else if (!strcmp(arg, "syslog"))
		*target = SG_LOG_SYSLOG;
	else if (!strcmp(arg, "journal"))
		*target = SG_LOG_JOURNAL;
	else
		return -EINVAL;
	return 0;
}

static int parse_debug(char *arg, unsigned int *mask)
{
	const char *word;

	for (word = strtok(arg, ","); word; word = strtok(NULL, ",")) {
		if (!strcmp(word, "isakmp"))
			*mask |= SG_DEBUG_ISAKMP;
		else if (!strcmp(word, "ipsec"))
			*mask |= SG_DEBUG_IPSEC;
		else if (!strcmp(word, "engine"))
			*mask |= SG_DEBUG_ENGINE;
		else if (!strcmp(word, "all"))
			*mask |= SG_DEBUG_ISAKMP | SG_DEBUG_IPSEC | SG_DEBUG_ENGINE;
		else
			return -EINVAL;
	}
	return 0;
}

/* -1: go on; else the exit status. */
static int parse_options(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "config", required_argument, NULL, 'f' },
		{ "control", required_argument, NULL, 's' },
		{ "log", required_argument, NULL, 'l' },
		{ "debug", required_argument, NULL, 'd' },
		{ "check", no_argument, NULL, 'n' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		switch (c) {
		case 'f':
			o->config = optarg;
			break;
		case 's':
			o->control = optarg;
			break;
		case 'l':
			if (!parse_log(optarg, &o->log))
				break;
			fprintf(stderr, "sealgated: --log takes stderr, syslog or journal\n");
			return STATUS_USAGE;
		case 'd':
			if (!parse_debug(optarg, &o->debug))
				break;
			fprintf(stderr, "sealgated: --debug takes isakmp, ipsec, engine, all\n");
			return STATUS_USAGE;
		case 'n':
			o->check = true;
			break;
		case 'V':
			printf("sealgated %s\n", SG_RELEASE);
			return 0;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fprintf(stderr, "Try `sealgated --help'.\n");
			return STATUS_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "sealgated: unexpected argument: %s\nTry `sealgated --help'.\n",
			argv[optind]);
		return STATUS_USAGE;
	}
	return -1;
}

static int check(const struct sg_parse_result *result, int err, const char *path)
{
	if (!err)
		fprintf(stderr, "%s: no errors, %zu lines ignored that are not about IPsec\n", path,
			result->ignored_count);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run(const struct options *o, struct sg_config *cfg)
{
	struct sg_agent agent = { .lock = -1 };
	char why[SG_WHY_MAX] = "";
	int err;

	err = sg_agent_init(&agent, o->config, o->control, cfg, why, sizeof(why));
	if (err) {
		sg_err("cannot start: %s", why);
	} else {
		sg_harden_late();
		sg_info("release %s started; configuration %s, control socket %s", SG_RELEASE,
			o->config, o->control);
		sg_notify("READY=1");
		err = sg_agent_run(&agent);
	}
	sg_agent_exit(&agent);
	return err ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
	struct options o = { .config = SG_CONFIG_PATH, .control = SG_CONTROL_PATH };
	struct sg_parse_result result;
	char why[SG_WHY_MAX] = "";
	int status, err;

	status = parse_options(argc, argv, &o);
	if (status >= 0)
		return status;
	sg_harden_early();
	signal(SIGPIPE, SIG_IGN);
	err = sg_agent_read_config(o.config, &result, why, sizeof(why));
	sg_parse_result_print(&result, o.config, stderr);
	if (err)
		fprintf(stderr, "sealgated: %s\n", why);
	if (err || o.check) {
		status = check(&result, err, o.config);
		goto out;
	}
	err = sg_log_open(o.log, "sealgated");
	if (err) {
		fprintf(stderr, "sealgated: --log: journald cannot be reached: %s\n",
			strerror(-err));
		status = EXIT_FAILURE;
		goto out;
	}
	sg_log_set_config(result.cfg);
	sg_debug_set(o.debug);
	status = run(&o, result.cfg);
	sg_log_close();
out:
	sg_parse_result_clear(&result);
	return status;
}
