#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module goes with a tunnel up and traffic on it, comes again, and serves again; nothing of it
# is left in between.
#
#	A - R1 === R2 - B	(addresses: lib.sh)

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

lab_up
for round in 1 2 3; do
	agents_start
	check "round $round: the tunnel comes up" on A ping -q -c 1 -W 20 "$B"
	ping_start -q -i 0.05
	check "round $round: it carries traffic" on A ping -q -c 5 -i 0.2 -W 5 "$B"
	agent_stop R1
	agent_stop R2
	check "round $round: the tunnel outlives its agents" on A ping -q -c 3 -i 0.2 -W 5 "$B"
	check "round $round: the module goes under traffic" rmmod sealgate
	refuse "round $round: no device is left" on R1 ip link show sealgate0
	ping_stop
	check "round $round: the module comes again" module_load
	check "round $round: with its device" on R1 ip link show sealgate0
	stat_is "round $round: and counters at zero" R1 OUT_PACKETS 0
done

# A namespace goes while its SAs are there.
agents_start
tunnel_up
agent_stop R2
ip netns del R2
agent_stop R1
check "the module goes after a namespace with SAs" rmmod sealgate

finish
