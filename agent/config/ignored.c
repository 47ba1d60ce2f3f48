// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which lines are not about IPsec: the first words of IOS's other global commands. The list need
 * not be complete (an unknown word is passed over too); it makes abbreviations as ambiguous as they
 * are on a router, and it says where a mode ends that has no indented lines.
 */
#include <string.h>
#include <strings.h>

#include "build.h"

static const char *const ignored[] = {
	"aaa", "alias", "appletalk", "archive", "arp", "async", "atm", "banner", "boot", "boot-end-marker",
	"boot-start-marker", "bridge", "bstun", "building", "busy-message", "call", "call-history-mib", "card", "cdp",
	"chat-script", "class-map", "clns", "cns", "config-register", "configuration", "connect", "control-plane",
	"controller", "cpd", "current", "decnet", "default-value", "define", "dial-peer", "dialer", "dialer-list",
	"dlsw", "dnsix-dmdp", "dnsix-nat", "do", "dot1x", "downward-compatible-config", "dspu", "enable",
	"errdisable", "ethernet", "event", "exception", "extended", "file", "flow-export", "flow-sampler-map",
	"frame-relay", "ftp-server", "gateway", "global-address", "help", "identity", "ipc", "ipv6", "ipx", "isdn",
	"isis", "key", "keymap", "kron", "l2tp", "l2tp-class", "lane", "last", "lat", "license", "line", "lldp",
	"locaddr-priority-list", "location", "logging", "login", "login-string", "mac", "mac-address-table",
	"map-class", "map-list", "memory", "memory-size", "menu", "mgcp", "microcode", "mls", "modemcap",
	"monitor", "mop", "mpls", "multilink", "netbios", "netconf", "network-clock", "ntp", "nvram",
	"parser", "partition", "platform", "policy-map", "policy-manager", "ppp", "printer", "priority-list",
	"privilege", "process", "process-max-time", "prompt", "pseudowire-class", "queue-list", "radius-server",
	"redundancy", "regexp", "resource-pool", "resume-string", "rif", "rlm", "rmon", "route-map", "router", "rsrb",
	"rtr", "sap-priority-list", "scheduler", "scripting", "sgbp", "smrp", "sna", "snmp", "snmp-server",
	"source-bridge", "source-route", "spanning-tree", "ssh", "stackmaker", "standby", "state-machine",
	"stun", "subscriber", "subscriber-policy", "tacacs-server", "template", "terminal-queue", "tftp-server",
	"time-range", "track", "ttycap", "tunnel-group", "upgrade", "username", "using", "version", "vines", "virtual-profile",
	"virtual-template", "vlan", "vlan-range", "voice", "voice-card", "voice-port", "vpdn", "vpdn-group", "vrf",
	"vtp", "warm-reboot", "wavelength", "x25", "x29", "xns", "xremote",
	"access-session", "accounting",
};

bool sg_ignored_word(const struct sg_token *tok)
{
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		if (sg_token_abbreviates(tok, ignored[i], 1))
			return true;
	return false;
}

#define WORD_MAX 16

static size_t min3(size_t a, size_t b, size_t c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Edit distance with transpositions of neighbours (optimal string alignment). */
static size_t distance(const char *a, size_t na, const char *b, size_t nb)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1], i, j, cost;

	for (i = 0; i <= na; i++)
		d[i][0] = i;
	for (j = 0; j <= nb; j++)
		d[0][j] = j;
	for (i = 1; i <= na; i++) {
		for (j = 1; j <= nb; j++) {
			cost = lower(a[i - 1]) != lower(b[j - 1]);
			d[i][j] = min3(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost);
			if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
			    lower(a[i - 2]) == lower(b[j - 1]) && d[i - 2][j - 2] + 1 < d[i][j])
				d[i][j] = d[i - 2][j - 2] + 1;
		}
	}
	return d[na][nb];
}

bool sg_misspelt(const struct sg_token *tok)
{
	static const char *const ours[] = { "crypto", "access-list", "interface" };
	size_t i;

	if (tok->len < 4 || tok->len > WORD_MAX)
		return false;
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (distance(tok->text, tok->len, ours[i], strlen(ours[i])) <= 2)
			return true;
	return false;
}
