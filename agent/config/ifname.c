// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Names of interfaces: IOS's types with their abbreviations, beside names as Linux has them.
 * Whether there is such an interface is no question here.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "grammar.h"

#define LINUX_NAME_MAX 15	/* IFNAMSIZ without the NUL */

static const char *const types[] = {
	"Async",
	"ATM",
	"BRI",
	"BVI",
	"Cellular",
	"Dialer",
	"Ethernet",
	"FastEthernet",
	"GigabitEthernet",
	"Hssi",
	"Loopback",
	"Multilink",
	"Null",
	"Port-channel",
	"POS",
	"Serial",
	"TenGigabitEthernet",
	"TokenRing",
	"Tunnel",
	"Virtual-Access",
	"Virtual-Template",
	"Vlan",
	"Wlan-ap",
};

/* Linux stems that are abbreviations of IOS types at the same time: Linux has them. */
static const char *const linux_stems[] = { "br", "eth", "tun", "vlan", "wlan" };

/* The type that @len letters abbreviate, NULL: none or several. */
static const char *type_of(const char *name, size_t len)
{
	const char *found = NULL;
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (len > strlen(types[i]) || strncasecmp(types[i], name, len))
			continue;
		if (len == strlen(types[i]))
			return types[i];
		if (found)
			return NULL;
		found = types[i];
	}
	return found;
}

bool sg_ifname_is_type(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (!isalpha((unsigned char)name[i]) && name[i] != '-')
			return false;
	return len && type_of(name, len);
}

/* 0, 0/0, 1/0/2, 0/1.100, 0:1 */
static bool is_unit(const char *unit, size_t len)
{
	size_t i;

	if (!len || !isdigit((unsigned char)unit[len - 1]))
		return false;
	for (i = 0; i < len; i++) {
		if (isdigit((unsigned char)unit[i]))
			continue;
		if (!strchr("/.:", unit[i]) || !i || !isdigit((unsigned char)unit[i - 1]))
			return false;
	}
	return true;
}

static bool linux_stem(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(linux_stems) / sizeof(linux_stems[0]); i++)
		if (strlen(linux_stems[i]) == len && !memcmp(linux_stems[i], name, len))
			return true;
	return false;
}

static bool linux_name(const char *name, size_t len)
{
	size_t i;

	if (!len || len > LINUX_NAME_MAX || !isalpha((unsigned char)name[0]))
		return false;
	for (i = 0; i < len; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("-_.@", name[i]))
			return false;
	return true;
}

bool sg_ifname_canon(const char *name, size_t len, char *out)
{
	size_t letters = 0, unit, type_len;
	const char *type;

	while (letters < len && (isalpha((unsigned char)name[letters]) || name[letters] == '-'))
		letters++;
	unit = len - letters;
	type = letters ? type_of(name, letters) : NULL;
	if (type && is_unit(name + letters, unit) &&
	    !(linux_stem(name, letters) && !memchr(name + letters, '/', unit))) {
		type_len = strlen(type);
		if (type_len + unit >= SG_CLI_NAME_MAX)
			return false;
		memcpy(out, type, type_len);
		memcpy(out + type_len, name + letters, unit);
		out[type_len + unit] = '\0';
		return true;
	}
	if (!linux_name(name, len))
		return false;
	memcpy(out, name, len);
	out[len] = '\0';
	return true;
}
