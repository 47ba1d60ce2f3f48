# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The lab that the network tests and the demo run in, and what they say their results with. To be
# sourced by bash scripts inside the test VM (selftests/vm/run -- selftests/net/NAME.sh).
#
#	 host A                R1                              R2                host B
#	+--------+     +------------------+            +------------------+     +--------+
#	|   eth0 +-----+ eth0        eth1 +------------+ eth0        eth1 +-----+ eth0   |
#	+--------+     +------------------+            +------------------+     +--------+
#	172.18.124.1   .201      10.10.10.1            10.10.10.2  20.20.20.2   20.20.20.1
#	172.18.124.0/24             10.10.10.0/24                20.20.20.0/24
#
# Four network namespaces (A R1 R2 B) joined by veth pairs. R1 and R2 forward, each has its
# default route to the other; A and B have theirs to their router. IPv6 is off: what is on a
# wire is IPv4 and ARP.
#
# A script ends by `finish`, or dies by the first command that fails (set -e); either way the
# lab is taken down. Exit status: 0 passed, 1 failed, 77 skipped.

set -Eeuo pipefail

REPO=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
readonly REPO
readonly CONFIGS=$REPO/selftests/configs
readonly A=172.18.124.1 B=20.20.20.1
# shellcheck disable=SC2034 # for the scripts
readonly R1_LAN=172.18.124.201 R1_WAN=10.10.10.1 R2_WAN=10.10.10.2 R2_LAN=20.20.20.2
readonly SKIPPED=77 GIVE_UP=99
# Polls are a tenth of a second apart: 300 give a starved two-core machine half a minute.
readonly POLL=0.1
POLLS=${POLLS:-300}

LAB=${LAB:-/run/lab}
lab_is_up=
passed=0
failed=0
declare -A agent_pid=() capture_pid=()
pinger=''

# --- results ------------------------------------------------------------------------------------

ok()
{
	passed=$((passed + 1))
	echo "ok - $*"
}

not_ok()
{
	failed=$((failed + 1))
	echo "not ok - $*"
}

# diag TEXT...: a line that explains a result
diag()
{
	printf '# %s\n' "$@"
}

skip()
{
	echo "skip - $*"
	exit "$SKIPPED"
}

# check TEXT COMMAND...: the command must succeed. Its output is shown when it does not.
check()
{
	local text=$1 output
	shift
	if output=$("$@" 2>&1); then
		ok "$text"
	else
		not_ok "$text"
		diag "command: $*" "${output:-(no output)}"
	fi
}

# refuse TEXT COMMAND...: the command must fail.
refuse()
{
	local text=$1
	shift
	if "$@" >/dev/null 2>&1; then
		not_ok "$text"
		diag "succeeded: $*"
	else
		ok "$text"
	fi
}

# is TEXT ACTUAL EXPECTED
is()
{
	if [[ $2 == "$3" ]]; then
		ok "$1 ($3)"
	else
		not_ok "$1"
		diag "actual:   $2" "expected: $3"
	fi
}

# at_least TEXT ACTUAL MINIMUM
at_least()
{
	if (($2 >= $3)); then
		ok "$1 ($2)"
	else
		not_ok "$1"
		diag "actual: $2, expected at least $3"
	fi
}

# matches TEXT ACTUAL REGEX: some line of the text matches
matches()
{
	if grep -qE -- "$3" <<<"$2"; then
		ok "$1"
	else
		not_ok "$1"
		diag "no line matches: $3" "$2"
	fi
}

# finish: the verdict of the script
finish()
{
	diag "$passed passed, $failed failed"
	((passed + failed > 0)) || not_ok "the script tested something"
	((failed == 0)) || exit 1
	exit 0
}

# wait_for TEXT COMMAND...: polls until the command succeeds; fails the script after $POLLS polls,
# or when the command says by the status $GIVE_UP that it never will
wait_for()
{
	local text=$1 n status
	shift
	for ((n = 0; n < POLLS; n++)); do
		status=0
		"$@" >/dev/null 2>&1 || status=$?
		((status != 0)) || return 0
		((status != GIVE_UP)) || break
		sleep "$POLL"
	done
	not_ok "waiting for: $text"
	diag "command: $*"
	return 1
}

# --- namespaces ---------------------------------------------------------------------------------

# on NAMESPACE COMMAND...
on()
{
	local ns=$1
	shift
	ip netns exec "$ns" "$@"
}

# wire NS IFACE ADDRESS NS IFACE ADDRESS: a veth pair, made inside the first namespace
wire()
{
	ip -n "$1" link add "$2" type veth peer name "$5" netns "$4"
	ip -n "$1" address add "$3" dev "$2"
	ip -n "$4" address add "$6" dev "$5"
	ip -n "$1" link set "$2" up
	ip -n "$4" link set "$5" up
}

# module_load: the module of the running kernel, with what it depends on
module_load()
{
	local module=${SG_MODULE:-$REPO/build/$(uname -r)/sealgate.ko} need

	[[ ! -d /sys/module/sealgate ]] || return 0
	[[ -e $module ]] || {
		echo "$module is missing: make modules RELEASES=$(uname -r)" >&2
		return 1
	}
	for need in $(modinfo -F depends "$module" | tr , ' '); do
		modprobe "$need"
	done
	insmod "$module"
}

module_unload()
{
	if [[ -d /sys/module/sealgate ]]; then
		rmmod sealgate
	fi
}

# lab_up: module, namespaces, wires, routes. Only in the VM: a module under test does not belong
# into the kernel of the machine one works on.
lab_up()
{
	local ns

	[[ ${SG_VM-} ]] || {
		echo "this runs in the test VM: selftests/vm/run -- $0" >&2
		exit 1
	}
	trap lab_exit EXIT
	trap 'diag "failed: line $LINENO: $BASH_COMMAND"' ERR
	trap 'exit 143' TERM
	trap 'exit 130' INT
	lab_is_up=1
	mkdir -p "$LAB"
	module_load
	for ns in A R1 R2 B; do
		ip netns add "$ns"
		on "$ns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
		ip -n "$ns" link set lo up
	done
	wire A eth0 $A/24 R1 eth0 $R1_LAN/24
	wire R1 eth1 $R1_WAN/24 R2 eth0 $R2_WAN/24
	wire R2 eth1 $R2_LAN/24 B eth0 $B/24
	ip -n A route add default via $R1_LAN
	ip -n R1 route add default via $R2_WAN
	ip -n R2 route add default via $R1_WAN
	ip -n B route add default via $R2_LAN
	for ns in R1 R2; do
		on "$ns" sysctl -qw net.ipv4.ip_forward=1
	done
}

# lab_down: everything lab_up, agent_start and capture_start made, the module too
lab_down()
{
	local name ns

	for name in "${!capture_pid[@]}"; do
		capture_stop "$name" || true
	done
	for name in "${!agent_pid[@]}"; do
		agent_stop "$name" || true
	done
	for ns in A R1 R2 B; do
		if [[ -e /run/netns/$ns ]]; then
			ip netns del "$ns"
		fi
	done
	lab_is_up=
	# The namespaces are gone once their last packet and timer is.
	module_unload
}

# What a failed script leaves for the reader: everything of its lab, in $SG_OUT.
lab_keep()
{
	local ns to

	[[ ${SG_OUT-} && -d $SG_OUT ]] || return 0
	to=$SG_OUT/$(basename "$0" .sh)
	mkdir -p "$to"
	for ns in R1 R2; do
		{
			"$REPO/selftests/sgstat" "$ns" || true
			[[ -S $LAB/$ns.control ]] && ctl "$ns" show crypto isakmp sa
			[[ -S $LAB/$ns.control ]] && ctl "$ns" show crypto ipsec sa
			on "$ns" ip address
		} >"$LAB/$ns.state" 2>&1 || true
	done
	cp -r "$LAB/." "$to" 2>/dev/null || true
}

lab_exit()
{
	local status=$?

	trap - EXIT ERR TERM INT
	set +e
	if ((status != 0 && status != SKIPPED && failed == 0)); then
		not_ok "the script ran to its end (it ended with status $status)"
	fi
	if ((status != 0 && status != SKIPPED)); then
		lab_keep
	fi
	if [[ $lab_is_up ]]; then
		lab_down || {
			echo "not ok - the lab and the module go away"
			status=1
		}
	fi
	rm -rf "$LAB"
	exit "$status"
}

# --- agents -------------------------------------------------------------------------------------

agent_ready()
{
	kill -0 "${agent_pid[$1]}" || return $GIVE_UP
	ctl "$1" show crypto isakmp sa
}

# agent_start R1|R2 CONFIG [OPTION...]: one agent in its namespace, ready when this returns
agent_start()
{
	local ns=$1 config=$2
	shift 2
	# Not by on(): the shell would run it in a child of its own, and $! would be the shell's.
	ip netns exec "$ns" "$REPO/build/sealgated" --config "$config" \
		--control "$LAB/$ns.control" "$@" >>"$LAB/$ns.log" 2>&1 &
	agent_pid[$ns]=$!
	if ! wait_for "the agent of $ns answers" agent_ready "$ns"; then
		diag "log of $ns:" "$(tail -20 "$LAB/$ns.log")"
		return 1
	fi
}

agent_stop()
{
	local ns=$1 pid=${agent_pid[$1]}

	unset "agent_pid[$ns]"
	kill -TERM "$pid" 2>/dev/null || true
	wait "$pid"
}

# ping_start [OPTION...]: A pings B until ping_stop, the output in $LAB/ping
ping_start()
{
	ip netns exec A ping "$@" "$B" >"$LAB/ping" 2>&1 &
	pinger=$!
}

ping_stop()
{
	kill -INT "$pinger"
	wait "$pinger" || true
}

# neighbours: every address of the lab resolved, so that ARP's own queues do not count
neighbours()
{
	on A ping -q -c 1 -W 5 $R1_LAN
	on R1 ping -q -c 1 -W 5 $R2_WAN
	on B ping -q -c 1 -W 5 $R2_LAN
} >/dev/null

# agents_start: both routers on the seed's configurations
agents_start()
{
	agent_start R1 "$CONFIGS/r1.conf"
	agent_start R2 "$CONFIGS/r2.conf"
}

# ctl R1|R2 COMMAND...: the operator's tool on that router
ctl()
{
	local ns=$1
	shift
	on "$ns" "$REPO/build/ipsecctl" --control "$LAB/$ns.control" "$@"
}

agent_log()
{
	cat "$LAB/$1.log"
}

# logged R1|R2 REGEX: the agent has logged it
logged()
{
	grep -qE -- "$2" "$LAB/$1.log"
}

# tunnel_up: one ping from A to B, which brings the tunnel up and is answered
tunnel_up()
{
	check "a ping from A brings the tunnel up and is answered" \
		on A ping -q -c 1 -W 20 "$B"
}

# ipsec_sa R1|R2 FIELD: a number of `show crypto ipsec sa`, by its label ("#pkts encaps")
ipsec_sa()
{
	ctl "$1" show crypto ipsec sa | sed -nE "s/.*$2:? *([0-9]+).*/\1/p" | head -n 1
}

# stat R1|R2 NAME: a counter of the module in that namespace, straight from netlink
stat()
{
	"$REPO/selftests/sgstat" "$1" "$2"
}

# stat_is TEXT R1|R2 NAME VALUE
stat_is()
{
	is "$1" "$(stat "$2" "$3")" "$4"
}

# stat_reaches R1|R2 NAME VALUE: for wait_for
stat_reaches()
{
	(($(stat "$1" "$2") >= $3))
}

# listens NAMESPACE udp|tcp PORT: for wait_for
listens()
{
	on "$1" ss -Hln "--$2" "sport = :$3" | grep -q .
}

# --- captures -----------------------------------------------------------------------------------

# capture_start NAME NAMESPACE INTERFACE [FILTER...]: to $LAB/NAME.pcap; it listens on return
capture_start()
{
	local name=$1 ns=$2 interface=$3
	shift 3
	: >"$LAB/$name.tcpdump"
	ip netns exec "$ns" tcpdump -i "$interface" -n -U --immediate-mode -s 0 -Z root \
		-w "$LAB/$name.pcap" "$@" 2>"$LAB/$name.tcpdump" &
	capture_pid[$name]=$!
	wait_for "tcpdump listens on $ns $interface" grep -q "listening on" "$LAB/$name.tcpdump"
}

capture_stop()
{
	local pid=${capture_pid[$1]}

	unset "capture_pid[$1]"
	kill -INT "$pid" 2>/dev/null || true
	wait "$pid" || true
}

# captured NAME [FILTER...]: number of packets in a capture
captured()
{
	local name=$1
	shift
	tcpdump -n -r "$LAB/$name.pcap" "$@" 2>/dev/null | wc -l
}

# captured_at_least NAME NUMBER [FILTER...]
captured_at_least()
{
	local name=$1 number=$2
	shift 2
	(($(captured "$name" "$@") >= number))
}
