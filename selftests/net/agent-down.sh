#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tunnel does not need the agent: killed, it leaves SAs and maps at work in the kernel, where the operator's tool
# still finds them; started again, it takes them over without a new negotiation.
#
#	A - R1 === R2 - B	(addresses: lib.sh)
#
# Arithmetic: 1 ping brings the tunnel up, 5 more cross it while R1 has no agent, 1 when it is back: 7 packets each way
# on the one SA pair. The wire carries no IKE between the kill and the end.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

spis()
{
	ctl R1 show crypto ipsec sa 2>/dev/null | sed -n 's/.*spi: 0x\([0-9A-F]*\)(.*/\1/p' | xargs
}

lab_up
agents_start
tunnel_up
before=$(spis)
is "one SA pair" "$(wc -w <<<"$before")" 2

capture_start ike R1 eth1 udp port 500
kill -KILL "${agent_pid[R1]}"
wait "${agent_pid[R1]}" || true
unset "agent_pid[R1]"
check "pings cross without the agent" on A ping -q -c 5 -i 0.2 -W 5 $B
is "show crypto ipsec sa from the kernel: the same SPIs" "$(spis)" "$before"
is "and its counters" "$(ipsec_sa R1 '#pkts encaps')" 6
matches "it says where it has this from" "$(ctl R1 show crypto ipsec sa 2>&1 >/dev/null)" \
	"No agent listens"
matches "as JSON, too" "$(ctl R1 --json show crypto ipsec sa 2>/dev/null | python3 -m json.tool)" \
	'"current_outbound_spi": [1-9]'
refuse "other shows need the agent" ctl R1 show crypto isakmp sa
status=0
ctl R1 show crypto isakmp sa 2>/dev/null || status=$?
is "and say so by their exit status" "$status" 3

agent_start R1 "$CONFIGS/r1.conf"
check "a ping crosses when it is back" on A ping -q -c 1 -W 5 $B
is "the SAs are still the same" "$(spis)" "$before"
is "all packets were counted" "$(ipsec_sa R1 '#pkts encaps')" 7
capture_stop ike
is "no IKE message was needed" "$(captured ike)" 0

# An agent that did not know these SAs could not take them away.
check "clear crypto sa" ctl R1 clear crypto sa
is "the SAs were taken over: they go" "$(spis)" ""
finish
