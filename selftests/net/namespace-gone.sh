#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A router's namespace goes while packets that its map covers are on their way. None of them leaves
# in clear, and none keeps the namespace.
#
#	A - R1 === R2 - B	(addresses: lib.sh)
#
# There are no agents, so there is never an SA: every packet from A to B is held or dropped, and
# R2's side of the wire must see none. An echo request of R1's own, which the map does not cover, is
# there to show that it would. A namespace forwards until its interfaces are gone: A sends
# without a pause, and R1 is deleted ROUNDS times.
#
# What is held waits 300 seconds; R1's interfaces must be gone long before, also when it was a
# socket of R1's own that sent it.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

readonly ROUNDS=${ROUNDS:-5} PORT=7000 WAIT=300

# in_python NAMESPACE PROGRAM
in_python()
{
	on "$1" env PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$REPO/selftests/netlink" python3 -c "$2"
}

# In place of the R1 that lab_up made, or that went: the same, with a map on its wide-area side.
router()
{
	if [[ -e /run/netns/R1 ]]; then
		ip netns del R1
		wait_for "A's interface goes" unlinked
	fi
	ip netns add R1
	on R1 sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 \
		net.ipv4.ip_forward=1
	wire A eth0 $A/24 R1 eth0 $R1_LAN/24
	wire R1 eth1 $R1_WAN/24 R2 eth0 $R2_WAN/24
	ip -n A route add default via $R1_LAN
	ip -n R1 route add default via $R2_WAN
	in_python R1 "
import socket
from client import Client
from client import nest, u32
from family import A_NS, BIND_SET, NS_SECONDS, NS_SET, ace, bind, commit
c = Client()
c.call(NS_SET, nest(A_NS, u32(NS_SECONDS, $WAIT)))
commit(c, 'M', [(10, 0, [ace(src='172.18.124.0', dst='20.20.20.0', mask='255.255.255.0')])])
c.call(BIND_SET, bind(socket.if_nametoindex('eth1'), 'M', '$R1_WAN'))"
	on A ping -q -c 1 -W 5 $R1_LAN >/dev/null
}

unlinked()
{
	! ip -n A link show eth0
}

# Sends without a pause until it is killed, also while there is no way.
flood_start()
{
	# Not by on(): the shell would run it in a child of its own, and $! would be the shell's.
	ip netns exec A python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    try:
        s.sendto(b'canary' * 20, ('$B', $PORT))
    except OSError:
        pass" &
	flood=$!
}

flood_stop()
{
	kill -KILL "$flood"
	wait "$flood" 2>/dev/null || true
}

clear=0
lab_up
for ((round = 1; round <= ROUNDS; round++)); do
	router
	capture_start wan R2 eth0 ip
	check "round $round: R1 reaches R2 in clear" on R1 ping -q -c 1 -W 5 $R2_WAN
	flood_start
	wait_for "packets are held" stat_reaches R1 HELD 10
	wait_for "packets are dropped" stat_reaches R1 OUT_HOLD_FLOW_FULL 100
	ip netns del R1
	wait_for "R1's interfaces go" unlinked
	flood_stop
	capture_stop wan || true
	at_least "round $round: the capture sees what is clear" "$(captured wan icmp)" 1
	clear=$((clear + $(captured wan "udp port $PORT")))
done
is "packets of the map in clear" "$clear" 0

router
in_python R1 "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('$R1_LAN', 0))
s.sendto(b'one', ('$B', $PORT))"
stat_is "a packet of R1's own is held" R1 HELD 1
ip netns del R1
wait_for "R1's interfaces go" unlinked
ok "a held packet does not keep its namespace"

finish
