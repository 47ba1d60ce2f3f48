#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What an operator does at the console: debug, show in short and as JSON, clear, load.
#
#	A - R1 === R2 - B	(addresses: lib.sh)
#
# Arithmetic: an SA pair shows two SPIs. clear crypto sa counters leaves the pair and zeroes its counters; clear crypto
# sa takes the pair away on both ends, and the next packet makes another; a configuration that is refused, or is the one in
# force, changes nothing.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

# spis ROUTER: sorted, as the two ends show them in another order
spis()
{
	ctl "$1" show crypto ipsec sa | sed -n 's/.*spi: 0x\([0-9A-F]*\)(.*/\1/p' | sort | xargs
}

no_sas()
{
	[[ -z $(spis "$1") ]]
}

no_isakmp()
{
	! ctl "$1" show crypto isakmp sa | grep -q QM_IDLE
}

lab_up
agents_start

is "no debugging at first" "$(ctl R1 show debugging)" ""
ip netns exec R1 "$REPO/build/ipsecctl" --control "$LAB/R1.control" debug crypto isakmp \
	>"$LAB/stream" 2>&1 &
stream=$!
wait_for "debugging is on" grep -q "Crypto ISAKMP debugging is on" "$LAB/stream"
is "show debugging says so" "$(ctl R1 show debugging)" \
	$'Cryptographic Subsystem:\n  Crypto ISAKMP debugging is on'
tunnel_up
wait_for "the terminal shows the negotiation" grep -q "New State = IKE_QM_PHASE2_COMPLETE" "$LAB/stream"
matches "phase 1 with it" "$(cat "$LAB/stream")" "Old State = IKE_I_MM5  New State = IKE_I_MM6"
refuse "no key is in it" grep -q cisco123 "$LAB/stream"
# TERM: the shell starts background commands with INT ignored.
kill -TERM "$stream"
wait "$stream" || true
check "undebug" ctl R1 undebug all
is "no debugging at last" "$(ctl R1 show debugging)" ""

pair=$(spis R1)
is "both ends show one pair" "$(spis R2)" "$pair"
is "in short" "$(ctl R1 sh cry is sa)" "$(ctl R1 show crypto isakmp sa)"
is "the older name" "$(ctl R1 show crypto ip session)" \
	"Security association lifetime: 4608000 kilobytes/3600 seconds"
is "a wrong word has its caret" "$(ctl R1 show crypto isakmp foo 2>&1 || true)" \
	$'show crypto isakmp foo\n                   ^\n% Invalid input detected at \'^\' marker.'
for what in "isakmp sa" "isakmp policy" "ipsec sa" "ipsec transform-set" map; do
	# shellcheck disable=SC2086 # words of a command
	check "JSON: show crypto $what" sh -c "'$REPO/build/ipsecctl' --control '$LAB/R1.control' --json \
		show crypto $what | python3 -m json.tool"
done

check "clear crypto sa counters" ctl R1 clear crypto sa counters
is "zero packets" "$(ipsec_sa R1 '#pkts encaps')" 0
is "the same pair" "$(spis R1)" "$pair"

sed 's/ group 2/ group 99/' "$CONFIGS/r1.conf" >"$LAB/wrong.conf"
refuse "a wrong configuration is refused" ctl R1 load "$LAB/wrong.conf"
matches "with its line" "$(ctl R1 load "$LAB/wrong.conf" 2>&1 || true)" "wrong.conf:$(grep -n 'group 99' \
	"$LAB/wrong.conf" | cut -d: -f1):"
check "the one in force is loaded again" ctl R1 load "$CONFIGS/r1.conf"
is "the same pair after both" "$(spis R1)" "$pair"

check "clear crypto sa" ctl R1 clear crypto sa peer $R2_WAN
wait_for "R2 has heard of it" no_sas R2
is "R1 has none" "$(spis R1)" ""
tunnel_up
is "another pair, the same on both ends" "$(spis R1)" "$(spis R2)"
refuse "it is another" test "$(spis R1)" = "$pair"

check "clear crypto isakmp" ctl R1 clear crypto isakmp
wait_for "R1 has no IKE SA" no_isakmp R1
wait_for "nor has R2" no_isakmp R2
check "the tunnel goes on without" on A ping -q -c 1 -W 5 $B
finish
