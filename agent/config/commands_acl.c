// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The command table of access lists: numbered and named extended ones, and the names that IOS has
 * for protocols, ports and ICMP messages.
 */
#include "build.h"

static const struct sg_cli_value tcp_ports[] = {
	{ "bgp", 179, "Border Gateway Protocol" },
	{ "chargen", 19, "Character generator" },
	{ "cmd", 514, "Remote commands (rcmd)" },
	{ "daytime", 13, "Daytime" },
	{ "discard", 9, "Discard" },
	{ "domain", 53, "Domain Name Service" },
	{ "drip", 3949, "Dynamic Routing Information Protocol" },
	{ "echo", 7, "Echo" },
	{ "exec", 512, "Exec (rsh)" },
	{ "finger", 79, "Finger" },
	{ "ftp", 21, "File Transfer Protocol" },
	{ "ftp-data", 20, "FTP data connections" },
	{ "gopher", 70, "Gopher" },
	{ "hostname", 101, "NIC hostname server" },
	{ "ident", 113, "Ident Protocol" },
	{ "irc", 194, "Internet Relay Chat" },
	{ "klogin", 543, "Kerberos login" },
	{ "kshell", 544, "Kerberos shell" },
	{ "login", 513, "Login (rlogin)" },
	{ "lpd", 515, "Printer service" },
	{ "nntp", 119, "Network News Transport Protocol" },
	{ "pim-auto-rp", 496, "PIM Auto-RP" },
	{ "pop2", 109, "Post Office Protocol v2" },
	{ "pop3", 110, "Post Office Protocol v3" },
	{ "smtp", 25, "Simple Mail Transport Protocol" },
	{ "sunrpc", 111, "Sun Remote Procedure Call" },
	{ "tacacs", 49, "TAC Access Control System" },
	{ "talk", 517, "Talk" },
	{ "telnet", 23, "Telnet" },
	{ "time", 37, "Time" },
	{ "uucp", 540, "Unix-to-Unix Copy Program" },
	{ "whois", 43, "Nicname" },
	{ "www", 80, "World Wide Web (HTTP)" },
	{ 0 },
};

static const struct sg_cli_value udp_ports[] = {
	{ "biff", 512, "Biff (mail notification, comsat)" },
	{ "bootpc", 68, "Bootstrap Protocol client" },
	{ "bootps", 67, "Bootstrap Protocol server" },
	{ "discard", 9, "Discard" },
	{ "dnsix", 195, "DNSIX security protocol auditing" },
	{ "domain", 53, "Domain Name Service" },
	{ "echo", 7, "Echo" },
	{ "isakmp", 500, "Internet Security Association and Key Management Protocol" },
	{ "mobile-ip", 434, "Mobile IP registration" },
	{ "nameserver", 42, "IEN116 name service (obsolete)" },
	{ "netbios-dgm", 138, "NetBios datagram service" },
	{ "netbios-ns", 137, "NetBios name service" },
	{ "netbios-ss", 139, "NetBios session service" },
	{ "non500-isakmp", 4500, "Internet Security Association and Key Management Protocol" },
	{ "ntp", 123, "Network Time Protocol" },
	{ "pim-auto-rp", 496, "PIM Auto-RP" },
	{ "rip", 520, "Routing Information Protocol" },
	{ "snmp", 161, "Simple Network Management Protocol" },
	{ "snmptrap", 162, "SNMP Traps" },
	{ "sunrpc", 111, "Sun Remote Procedure Call" },
	{ "syslog", 514, "System Logger" },
	{ "tacacs", 49, "TAC Access Control System" },
	{ "talk", 517, "Talk" },
	{ "tftp", 69, "Trivial File Transfer Protocol" },
	{ "time", 37, "Time" },
	{ "who", 513, "Who service (rwho)" },
	{ "xdmcp", 177, "X Display Manager Control Protocol" },
	{ 0 },
};

static const struct sg_cli_value protocols[] = {
	{ "ahp", 51, "Authentication Header Protocol" },
	{ "eigrp", 88, "Cisco's EIGRP routing protocol" },
	{ "esp", 50, "Encapsulation Security Payload" },
	{ "gre", 47, "Cisco's GRE tunneling" },
	{ "igmp", 2, "Internet Gateway Message Protocol" },
	{ "igrp", 9, "Cisco's IGRP routing protocol" },
	{ "ip", 0, "Any Internet Protocol" },
	{ "ipinip", 4, "IP in IP tunneling" },
	{ "nos", 94, "KA9Q NOS compatible IP over IP tunneling" },
	{ "ospf", 89, "OSPF routing protocol" },
	{ "pcp", 108, "Payload Compression Protocol" },
	{ "pim", 103, "Protocol Independent Multicast" },
	{ 0 },
};

/* value: type, or type * 256 + code + SG_ICMP_CODED where the name means a code too */
static const struct sg_cli_value icmp_types[] = {
#define CODED(type, code) (SG_ICMP_CODED + (type) * 256 + (code))
	{ "administratively-prohibited", CODED(3, 13), "Administratively prohibited" },
	{ "alternate-address", 6, "Alternate address" },
	{ "conversion-error", 31, "Datagram conversion" },
	{ "dod-host-prohibited", CODED(3, 10), "Host prohibited" },
	{ "dod-net-prohibited", CODED(3, 9), "Net prohibited" },
	{ "echo", 8, "Echo (ping)" },
	{ "echo-reply", 0, "Echo reply" },
	{ "general-parameter-problem", CODED(12, 0), "Parameter problem" },
	{ "host-isolated", CODED(3, 8), "Host isolated" },
	{ "host-precedence-unreachable", CODED(3, 14), "Host unreachable for precedence" },
	{ "host-redirect", CODED(5, 1), "Host redirect" },
	{ "host-tos-redirect", CODED(5, 3), "Host redirect for TOS" },
	{ "host-tos-unreachable", CODED(3, 12), "Host unreachable for TOS" },
	{ "host-unknown", CODED(3, 7), "Host unknown" },
	{ "host-unreachable", CODED(3, 1), "Host unreachable" },
	{ "information-reply", 16, "Information replies" },
	{ "information-request", 15, "Information requests" },
	{ "mask-reply", 18, "Mask replies" },
	{ "mask-request", 17, "Mask requests" },
	{ "mobile-redirect", 32, "Mobile host redirect" },
	{ "net-redirect", CODED(5, 0), "Network redirect" },
	{ "net-tos-redirect", CODED(5, 2), "Net redirect for TOS" },
	{ "net-tos-unreachable", CODED(3, 11), "Network unreachable for TOS" },
	{ "net-unreachable", CODED(3, 0), "Net unreachable" },
	{ "network-unknown", CODED(3, 6), "Network unknown" },
	{ "no-room-for-option", CODED(12, 2), "Parameter required but no room" },
	{ "option-missing", CODED(12, 1), "Parameter required but not present" },
	{ "packet-too-big", CODED(3, 4), "Fragmentation needed and DF set" },
	{ "parameter-problem", 12, "All parameter problems" },
	{ "port-unreachable", CODED(3, 3), "Port unreachable" },
	{ "precedence-unreachable", CODED(3, 15), "Precedence cutoff" },
	{ "protocol-unreachable", CODED(3, 2), "Protocol unreachable" },
	{ "reassembly-timeout", CODED(11, 1), "Reassembly timeout" },
	{ "redirect", 5, "All redirects" },
	{ "router-advertisement", 9, "Router discovery advertisements" },
	{ "router-solicitation", 10, "Router discovery solicitations" },
	{ "source-quench", 4, "Source quenches" },
	{ "source-route-failed", CODED(3, 5), "Source route failed" },
	{ "time-exceeded", 11, "All time exceededs" },
	{ "timestamp-reply", 14, "Timestamp replies" },
	{ "timestamp-request", 13, "Timestamp requests" },
	{ "traceroute", 30, "Traceroute" },
	{ "ttl-exceeded", CODED(11, 0), "TTL exceeded" },
	{ "unreachable", 3, "All unreachables" },
	{ 0 },
};

const struct sg_cli_enum sg_acl_enums[] = {
	{ "tcp-port", tcp_ports, 0, 65535, "Port number" },
	{ "udp-port", udp_ports, 0, 65535, "Port number" },
	{ "protocol", protocols, 0, 255, "An IP protocol number" },
	{ "icmp-type", icmp_types, 0, 255, "ICMP message type" },
	{ 0 },
};

#define ADDRESS "<any|host A.B.C.D|A.B.C.D WILD>"
#define H_ADDRESS "Any host\nA single host\nAddress\nAddress\nWildcard bits\n"
#define PORTS(p) "[<eq|neq|lt|gt> @" p "|range @" p " @" p "]"
#define H_PORTS \
	"Match only packets on a given port number\n" \
	"Match only packets not on a given port number\n" \
	"Match only packets with a lower port number\n" \
	"Match only packets with a greater port number\n" \
	"Port\nMatch only packets in the range of port numbers\nLowest port\nHighest port\n"
#define OPTIONS \
	"dscp WORD|precedence WORD|tos WORD|fragments|time-range WORD|reflect WORD|log|log-input"
#define H_OPTIONS \
	"Match packets with given dscp value\nValue\n" \
	"Match packets with given precedence value\nValue\nMatch packets with given TOS value\n" \
	"Value\n" \
	"Check non-initial fragments\nSpecify a time-range\nName\n" \
	"Create reflexive access list entry\nName\n" \
	"Log matches against this entry\nLog matches against this entry, including input interface"
#define FLAGS "established|ack|fin|psh|rst|syn|urg"
#define H_FLAGS "Match established connections\nMatch on the ACK bit\nMatch on the FIN bit\n" \
	"Match on the PSH bit\nMatch on the RST bit\nMatch on the SYN bit\nMatch on the URG bit\n"

#define NUMBERED "access-list <(100-199)$list|(2000-2699)$list>"
#define H_NUMBERED "Add an access list entry\nIP extended access list\n" \
	"IP extended access list (expanded range)\n"
#define NAMED "[(1-2147483647)$sequence]"
#define H_NAMED "Sequence Number\n"
#define VERDICT " <permit|deny> "
#define H_VERDICT "Specify packets to forward\nSpecify packets to reject\n"

#define TCP \
	VERDICT "tcp " ADDRESS PORTS("tcp-port") ADDRESS PORTS("tcp-port") "[" FLAGS "|" OPTIONS \
									   "]..."
#define H_TCP \
	H_VERDICT "Transmission Control Protocol\n" H_ADDRESS H_PORTS H_ADDRESS H_PORTS H_FLAGS \
		H_OPTIONS
#define UDP VERDICT "udp " ADDRESS PORTS("udp-port") ADDRESS PORTS("udp-port") "[" OPTIONS "]..."
#define H_UDP H_VERDICT "User Datagram Protocol\n" H_ADDRESS H_PORTS H_ADDRESS H_PORTS H_OPTIONS
#define ICMP VERDICT "icmp " ADDRESS " " ADDRESS "[@icmp-type$type [(0-255)$code]][" OPTIONS "]..."
#define H_ICMP H_VERDICT "Internet Control Message Protocol\n" H_ADDRESS H_ADDRESS \
	"ICMP message\nICMP message code\n" H_OPTIONS
#define OTHER VERDICT "@protocol$protocol " ADDRESS " " ADDRESS "[" OPTIONS "]..."
#define H_OTHER H_VERDICT "Protocol\n" H_ADDRESS H_ADDRESS H_OPTIONS

#define H_IP_LIST "Global IP configuration subcommands\nNamed access-list\n"

const struct sg_cli_row sg_acl_commands[] = {
	{ SG_IN_CONFIG, NUMBERED TCP, H_NUMBERED H_TCP, SG_CLI_NO, 0, sg_do_ace },
	{ SG_IN_CONFIG, NUMBERED UDP, H_NUMBERED H_UDP, SG_CLI_NO, 0, sg_do_ace },
	{ SG_IN_CONFIG, NUMBERED ICMP, H_NUMBERED H_ICMP, SG_CLI_NO, 0, sg_do_ace },
	{ SG_IN_CONFIG, NUMBERED OTHER, H_NUMBERED H_OTHER, SG_CLI_NO, 0, sg_do_ace },
	{ SG_IN_CONFIG, NUMBERED " remark [LINE]",
	  H_NUMBERED "Access list entry comment\nComment up to max 100 characters", SG_CLI_NO, 0,
	  sg_do_nothing },
	{ SG_IN_CONFIG, NUMBERED, H_NUMBERED, SG_CLI_NO | SG_CLI_NO_ONLY, 0, sg_do_acl_remove },
	{ SG_IN_CONFIG, "access-list <(1-99)$list|(1300-1999)$list> ~ LINE",
	  "Add an access list entry\nIP standard access list\n"
	  "IP standard access list (expanded range)\nEntry",
	  SG_CLI_NO, 0, sg_do_acl_standard },
	{ SG_IN_CONFIG,
	  "access-list <(200-1299)|(2700-2799)|compiled|dynamic-extended|rate-limit> [LINE]",
	  "Add an access list entry\nAccess list of another protocol\n"
	  "Access list of another protocol\n"
	  "Enable IP access-list compilation\nExtend the dynamic ACL absolute timer\n"
	  "Simple rate-limit specific access list\nEntry",
	  SG_CLI_NO, 0, sg_do_ignored },
	{ SG_IN_CONFIG, "ip access-list extended <(100-199)$list|(2000-2699)$list|WORD$list>",
	  H_IP_LIST "Extended Access List\nExtended IP access-list number\n"
		    "Extended IP access-list number (expanded range)\nAccess-list name",
	  SG_CLI_NO, SG_IN_ACL, sg_do_acl_named },
	{ SG_IN_CONFIG, "ip access-list standard <(1-99)$list|(1300-1999)$list|WORD$list>",
	  H_IP_LIST "Standard Access List\nStandard IP access-list number\n"
		    "Standard IP access-list number (expanded range)\nAccess-list name",
	  SG_CLI_NO, SG_IN_IGNORED, sg_do_acl_standard },
	{ SG_IN_CONFIG, "ip access-list <log-update|logging> LINE",
	  H_IP_LIST "Control access list log updates\nControl access list logging\nSettings",
	  SG_CLI_NO, 0, sg_do_ignored },
	{ SG_IN_ACL, NAMED TCP, H_NAMED H_TCP, SG_CLI_NO, 0, sg_do_ace },
	{ SG_IN_ACL, NAMED UDP, H_NAMED H_UDP, SG_CLI_NO, 0, sg_do_ace },
	{ SG_IN_ACL, NAMED ICMP, H_NAMED H_ICMP, SG_CLI_NO, 0, sg_do_ace },
	{ SG_IN_ACL, NAMED OTHER, H_NAMED H_OTHER, SG_CLI_NO, 0, sg_do_ace },
	{ SG_IN_ACL, "[(1-2147483647)] remark [LINE]",
	  "Sequence Number\nAccess list entry comment\nComment", SG_CLI_NO, 0, sg_do_nothing },
	{ SG_IN_ACL, "(1-2147483647)$sequence", "Sequence Number", SG_CLI_NO | SG_CLI_NO_ONLY, 0,
	  sg_do_ace_number_remove },
};

const size_t sg_acl_command_count = sizeof(sg_acl_commands) / sizeof(sg_acl_commands[0]);
