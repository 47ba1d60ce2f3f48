// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command engine on a small table of its own (an exec mode), and the configuration's table
 * as far as it can be judged without a text.
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "../../agent/config/build.h"

#define EXEC 1
#define OTHER 2

static const struct sg_cli_value fruits[] = {
	{ "apple", 1, "An apple" },
	{ "apricot", 2, "An apricot" },
	{ "plum", 3, "A plum" },
	{ 0 },
};

static const struct sg_cli_enum enums[] = {
	{ "fruit", fruits, 10, 20, "Number of a fruit" },
	{ 0 },
};

static const struct sg_cli_row rows[] = {
	{ EXEC, "show crypto isakmp <sa [detail]|policy>", "S\nC\nI\nSAs\nIn detail\nPolicies", 0,
	  0, NULL },
	{ EXEC, "show crypto ipsec sa [peer A.B.C.D$peer]", "S\nC\nP\nSAs\nOf a peer\nIts address",
	  0, 0, NULL },
	{ EXEC, "show clock", "S\nTime", 0, 0, NULL },
	{ EXEC, "clear crypto isakmp [(1-1000)$id]", "Reset\nC\nI\nConnection", 0, 0, NULL },
	{ EXEC, "debug crypto <isakmp|ipsec>", "Debugging\nC\nI\nP", SG_CLI_NO, 0, NULL },
	{ EXEC, "eat @fruit$fruit...", "Eat\nFruit", 0, 0, NULL },
	{ EXEC, "say LINE$text", "Say\nText", 0, 0, NULL },
	{ EXEC, "set lifetime ~ <seconds (1-9)|days (1-9)>", "Set\nL\nS\nNumber\nD\nNumber",
	  SG_CLI_NO, 0, NULL },
	{ EXEC, "ping IFNAME$ifname [MASK$mask] [WORD$word]", "Ping\nInterface\nMask\nWord", 0, 0,
	  NULL },
	{ EXEC, "forget", "Forget", SG_CLI_NO | SG_CLI_NO_ONLY, 0, NULL },
	{ OTHER, "show other", "S\nO", 0, 0, NULL },
};

static struct sg_grammar *grammar;

static int setup(void **state)
{
	char error[256];

	(void)state;
	grammar = sg_grammar_compile(rows, sizeof(rows) / sizeof(rows[0]), enums, error,
				     sizeof(error));
	if (!grammar)
		print_message("%s\n", error);
	return grammar ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	sg_grammar_free(grammar);
	return 0;
}

static void tokens(const char *text, struct sg_line *line)
{
	struct sg_lexer lx;

	sg_lexer_init(&lx, text, strlen(text));
	line->token_count = 0;
	if (sg_lexer_next(&lx, line))
		sg_line_split(line);
}

static enum sg_cli_status match(const char *text, struct sg_line *line, struct sg_match *m)
{
	bool negated;

	tokens(text, line);
	negated = line->token_count && sg_token_is(&line->tokens[0], "no");
	return sg_cli_match(grammar, EXEC, line->tokens + negated, line->token_count - negated,
			    negated, m);
}

static void test_match(void **state)
{
	static const struct {
		const char *text;
		enum sg_cli_status status;
		unsigned int column;	/* of the caret, where it fails */
		int row;		/* in the table, where it does not */
	} cases[] = {
		{ "show crypto isakmp sa", SG_CLI_OK, 0, 0 },
		{ "SH CRY IS S", SG_CLI_OK, 0, 0 },
		{ "sh cr is sa det", SG_CLI_OK, 0, 0 },
		{ "sh cr is sa det ail", SG_CLI_INVALID, 16, -1 },
		{ "sh cr is p", SG_CLI_OK, 0, 0 },
		{ "sh cr ip s", SG_CLI_OK, 0, 1 },
		{ "sh cr i s", SG_CLI_AMBIGUOUS, 6, -1 },
		{ "s cl", SG_CLI_AMBIGUOUS, 0, -1 },
		{ "sh c", SG_CLI_AMBIGUOUS, 3, -1 },
		{ "sh cl", SG_CLI_OK, 0, 2 },
		{ "  show   clok", SG_CLI_INVALID, 9, -1 },
		{ "show", SG_CLI_INCOMPLETE, 4, -1 },
		{ "show crypto ipsec sa peer", SG_CLI_INCOMPLETE, 25, -1 },
		{ "show crypto ipsec sa peer 10.0.0.256", SG_CLI_INVALID, 26, -1 },
		{ "show crypto ipsec sa peer 10.0.0.1", SG_CLI_OK, 0, 1 },
		{ "show crypto ipsec sa peer 10.0.0.1 x", SG_CLI_INVALID, 35, -1 },
		{ "show other", SG_CLI_INVALID, 5, -1 },
		{ "clear crypto isakmp", SG_CLI_OK, 0, 3 },
		{ "clear crypto isakmp 1000", SG_CLI_OK, 0, 3 },
		{ "clear crypto isakmp 1001", SG_CLI_INVALID, 20, -1 },
		{ "clear crypto isakmp 0", SG_CLI_INVALID, 20, -1 },
		{ "clear crypto isakmp 99999999999999999999", SG_CLI_INVALID, 20, -1 },
		{ "no debug crypto isakmp", SG_CLI_OK, 0, 4 },
		{ "no show clock", SG_CLI_INVALID, 3, -1 },
		{ "eat apple", SG_CLI_OK, 0, 5 },
		{ "eat ap", SG_CLI_AMBIGUOUS, 4, -1 },
		{ "eat app 10 pl 20", SG_CLI_OK, 0, 5 },
		{ "eat app 9", SG_CLI_INVALID, 8, -1 },
		{ "eat", SG_CLI_INCOMPLETE, 3, -1 },
		{ "say", SG_CLI_INCOMPLETE, 3, -1 },
		{ "say what   you like ?", SG_CLI_OK, 0, 6 },
		{ "set lifetime seconds 5", SG_CLI_OK, 0, 7 },
		{ "set lifetime", SG_CLI_INCOMPLETE, 12, -1 },
		{ "no set lifetime", SG_CLI_OK, 0, 7 },
		{ "no set lifetime days", SG_CLI_OK, 0, 7 },
		{ "no set", SG_CLI_INCOMPLETE, 6, -1 },
		{ "ping e0", SG_CLI_OK, 0, 8 },
		{ "ping Ethernet 0/0 255.255.0.0 w", SG_CLI_OK, 0, 8 },
		{ "ping Ethernet", SG_CLI_OK, 0, 8 },	/* a Linux name */
		{ "ping e0/", SG_CLI_INVALID, 5, -1 },
		{ "forget", SG_CLI_INVALID, 0, -1 },
		{ "no forget", SG_CLI_OK, 0, 9 },
		{ "", SG_CLI_INCOMPLETE, 0, -1 },
	};
	struct sg_line line;
	struct sg_match m;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		print_message("  \"%s\"\n", cases[i].text);
		assert_int_equal(match(cases[i].text, &line, &m), cases[i].status);
		assert_int_equal(m.status, cases[i].status);
		if (cases[i].row >= 0)
			assert_string_equal(m.row->pattern, rows[cases[i].row].pattern);
		else
			assert_int_equal(m.column, cases[i].column);
	}
}

static void test_arguments(void **state)
{
	struct sg_line line;
	struct sg_match m;
	const char *text;
	char word[8];
	size_t len;

	(void)state;
	assert_int_equal(match("show crypto ipsec sa peer 192.0.2.7", &line, &m), SG_CLI_OK);
	assert_int_equal(sg_cli_arg(&m, "peer")->addr.s_addr, inet_addr("192.0.2.7"));
	assert_null(sg_cli_arg(&m, "pee"));
	assert_true(sg_cli_has(&m, "peer"));
	assert_false(sg_cli_has(&m, "isakmp"));
	assert_false(sg_cli_copy(sg_cli_arg(&m, "peer"), word, sizeof(word)));

	assert_int_equal(match("cl cr is 77", &line, &m), SG_CLI_OK);
	assert_int_equal(sg_cli_arg(&m, "id")->number, 77);
	assert_true(sg_cli_copy(sg_cli_arg(&m, "id"), word, sizeof(word)));
	assert_string_equal(word, "77");

	assert_int_equal(match("eat plum 12 apple", &line, &m), SG_CLI_OK);
	assert_int_equal(m.count, 4);
	assert_int_equal(m.bound[1].number, 3);
	assert_int_equal(m.bound[2].number, 12);
	assert_int_equal(m.bound[3].number, 1);

	assert_int_equal(match("say  one  two ", &line, &m), SG_CLI_OK);
	len = sg_cli_rest(&m, sg_cli_arg(&m, "text"), &text);
	assert_int_equal(len, 8);
	assert_memory_equal(text, "one  two", 8);

	/* the mask comes before the word, and a mask it must be */
	assert_int_equal(match("ping e1 255.0.0.0", &line, &m), SG_CLI_OK);
	assert_string_equal(m.ifname, "Ethernet1");
	assert_non_null(sg_cli_arg(&m, "mask"));
	assert_null(sg_cli_arg(&m, "word"));
	assert_int_equal(match("ping serial 0/1.5 255.0.255.0", &line, &m), SG_CLI_OK);
	assert_string_equal(m.ifname, "Serial0/1.5");
	assert_null(sg_cli_arg(&m, "mask"));
	assert_non_null(sg_cli_arg(&m, "word"));
}

static void test_interface_names(void **state)
{
	static const struct {
		const char *typed, *name;	/* NULL: none */
	} cases[] = {
		{ "Ethernet0/0", "Ethernet0/0" },
		{ "ethernet0", "Ethernet0" },
		{ "e0", "Ethernet0" },
		{ "E1/2", "Ethernet1/2" },
		{ "fa0/1.100", "FastEthernet0/1.100" },
		{ "f0", "FastEthernet0" },
		{ "gi0/0/1", "GigabitEthernet0/0/1" },
		{ "te1/1", "TenGigabitEthernet1/1" },
		{ "s0/0:1", "Serial0/0:1" },
		{ "lo0", "Loopback0" },
		{ "tu7", "Tunnel7" },
		{ "vl10", "Vlan10" },
		{ "Vlan10", "Vlan10" },
		{ "po1", "po1" },		/* Port-channel or POS: taken for a Linux name */
		{ "port1", "Port-channel1" },
		{ "t0/0", NULL },		/* Tunnel or TokenRing */
		{ "eth0", "eth0" },
		{ "eth0/0", "Ethernet0/0" },
		{ "tun0", "tun0" },
		{ "vlan10", "vlan10" },
		{ "br0", "br0" },
		{ "lo", "lo" },
		{ "ens3", "ens3" },
		{ "enp0s31f6", "enp0s31f6" },
		{ "veth-a.5@if3", "veth-a.5@if3" },
		{ "abcdefghijklmnop", NULL },	/* longer than Linux has them */
		{ "0", NULL },
		{ "e", "e" },
		{ "e0/", NULL },
		{ "e0//1", NULL },
		{ "e/0", NULL },
		{ "x$y", NULL },
	};
	char name[SG_CLI_NAME_MAX];
	const char *shown;
	bool ok;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ok = sg_ifname_canon(cases[i].typed, strlen(cases[i].typed), name);
		shown = ok ? name : "-";
		print_message("  %s: %s\n", cases[i].typed, shown);
		assert_int_equal(ok, cases[i].name != NULL);
		if (ok)
			assert_string_equal(name, cases[i].name);
	}
}

static char *help(const char *text, const char *partial, int *lines)
{
	struct sg_line line;
	char *out = NULL;
	size_t len = 0;
	bool negated;
	FILE *f;

	tokens(text, &line);
	negated = line.token_count && sg_token_is(&line.tokens[0], "no");
	f = open_memstream(&out, &len);
	*lines = sg_cli_help(grammar, EXEC, line.tokens + negated, line.token_count - negated,
			     negated, partial, f);
	fclose(f);
	return out;
}

static void test_help(void **state)
{
	static const struct {
		const char *typed, *partial;
		int lines;
		const char *list;
	} cases[] = {
		{ "", "s", 3, "  say   Say\n  set   Set\n  show  S\n" },
		{ "show crypto", NULL, 2, "  ipsec   P\n  isakmp  I\n" },
		{ "show crypto isakmp sa", NULL, 2, "  detail  In detail\n  <cr>\n" },
		{ "show crypto ipsec sa peer", NULL, 1, "  A.B.C.D  Its address\n" },
		{ "clear crypto isakmp", NULL, 2, "  <1-1000>  Connection\n  <cr>\n" },
		{ "eat", "ap", 3, "  <10-20>  Number of a fruit\n  apple    An apple\n"
				  "  apricot  An apricot\n" },
		{ "no", NULL, 3, "  debug   Debugging\n  forget  Forget\n  set     Set\n" },
		{ "no set lifetime", NULL, 3, "  days     D\n  seconds  S\n  <cr>\n" },
		{ "show clock", NULL, 1, "  <cr>\n" },
		{ "show clok", NULL, -22, "" },
		{ "show c", NULL, -22, "" },
	};
	char *list;
	size_t i;
	int n;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		list = help(cases[i].typed, cases[i].partial, &n);
		assert_string_equal(list, cases[i].list);
		assert_int_equal(n, cases[i].lines);
		free(list);
	}
}

static void test_error_texts(void **state)
{
	char text[128];

	(void)state;
	sg_cli_error(SG_CLI_INVALID, "show clok", text, sizeof(text));
	assert_string_equal(text, "% Invalid input detected at '^' marker.");
	sg_cli_error(SG_CLI_AMBIGUOUS, " sh c", text, sizeof(text));
	assert_string_equal(text, "% Ambiguous command:  \"sh c\"");
	sg_cli_error(SG_CLI_INCOMPLETE, "show", text, sizeof(text));
	assert_string_equal(text, "% Incomplete command.");
}

static void test_bad_tables(void **state)
{
	static const struct {
		const char *pattern, *help, *error;
	} cases[] = {
		{ "a [b", "A\nB", "bracket left open" },
		{ "a b]", "A\nB", "empty word" },
		{ "a <b|c]", "A\nB\nC", "empty word" },
		{ "a b", "A", "fewer lines of help than words" },
		{ "a b", "A\nB\nC", "more lines of help than words" },
		{ "[a]", "A", "may be empty" },
		{ "a (1:5)", "A\nB", "bad range" },
		{ "a (5-1)", "A\nB", "bad range" },
		{ "a @vegetable", "A\nB", "no such enumeration" },
		{ "w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w "
		  "w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w",
		  "1\n2\n3\n4\n5\n6\n7\n8\n9\n1\n2\n3\n4\n5\n6\n7\n8\n9\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"
		  "1\n2\n3\n4\n5\n6\n7\n8\n9\n1\n2\n3\n4\n5\n6\n7\n8\n9\n1\n2\n3\n4\n5\n6\n7\n8\n9\n"
		  "1\n2\n3\n4\n5\n6\n7\n8\n9\n1\n2",
		  "too many words" },
	};
	struct sg_cli_row row = { .mode = EXEC };
	char error[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		row.pattern = cases[i].pattern;
		row.help = cases[i].help;
		assert_null(sg_grammar_compile(&row, 1, enums, error, sizeof(error)));
		if (!strstr(error, cases[i].error))
			fail_msg("\"%s\" gives \"%s\"", cases[i].pattern, error);
	}
}

static void test_configuration_table(void **state)
{
	struct sg_grammar *g;
	char error[256];
	size_t i;

	(void)state;
	g = sg_config_grammar(error, sizeof(error));
	if (!g)
		fail_msg("%s", error);
	sg_grammar_free(g);
	/* what is not carried has no handler, all else has one */
	for (i = 0; i < sg_command_count; i++)
		assert_non_null(sg_commands[i].run);
	for (i = 0; i < sg_acl_command_count; i++)
		assert_non_null(sg_acl_commands[i].run);
	for (i = 0; i < sg_later_command_count; i++)
		assert_null(sg_later_commands[i].run);
}

static void test_shown_lines(void **state)
{
	static const struct {
		const char *line, *shown;
	} cases[] = {
		{ "crypto isakmp key hunter2 address 1.2.3.4",
		  "crypto isakmp key ******* address 1.2.3.4" },
		{ "no cry isa ke 0 hunter2 a 1.2.3.4", "no cry isa ke * ******* a 1.2.3.4" },
		{ "crypto isakmp polcy 10", "crypto isakmp polcy 10" },
		{ "crypto isakmp kez hunter2 address 1.2.3.4",
		  "crypto isakmp kez ******* ******* *******" },
		{ "crypto isakmp hunter2 address 1.2.3.4",
		  "crypto isakmp ******* ******* *******" },
		{ "crypto iskamp key hunter2 address 1.2.3.4",
		  "crypto iskamp key ******* ******* *******" },
		{ "enable secret 5 $1$abc", "enable secret 5 ******" },
		{ " password ww", " password **" },
		{ "service password-encryption", "service password-encryption" },
		{ "username joe privilege 15 password 0 hunter2",
		  "username joe privilege 15 password 0 *******" },
		{ "snmp-server community hunter2 RW", "snmp-server community ******* **" },
		{ "tacacs-server key hunter2", "tacacs-server key *******" },
		{ "radius-server host 10.0.0.1 key 7 hunter2",
		  "radius-server host 10.0.0.1 key 7 *******" },
		{ " ip ospf message-digest-key 1 md5 hunter2",
		  " ip ospf message-digest-key 1 *** *******" },
		{ "ntp authentication-key 1 md5 hunter2", "ntp authentication-key 1 *** *******" },
		{ " authentication pre-share", " authentication pre-share" },
		{ "key chain names", "key chain names" },
		{ "crypto key generate rsa", "crypto key generate rsa" },
		{ " set session-key outbound ah 256 hunter2",
		  " set session-key ******** ** *** *******" },
		{ " set session-key lifetime seconds 500",
		  " set session-key lifetime seconds 500" },
		{ "\thost\001 \xc3\xbc", " host? ??" },
	};
	struct sg_line line;
	char *shown;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		tokens(cases[i].line, &line);
		shown = sg_line_shown(&line);
		assert_string_equal(shown, cases[i].shown);
		free(shown);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_match),
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_interface_names),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_error_texts),
		cmocka_unit_test(test_bad_tables),
		cmocka_unit_test(test_configuration_table),
		cmocka_unit_test(test_shown_lines),
	};

	return cmocka_run_group_tests_name("cli", tests, setup, teardown);
}
