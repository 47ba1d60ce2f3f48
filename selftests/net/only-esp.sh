#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Only ISAKMP and ESP are on the wire between the routers, and nothing of what the hosts say can
# be read there; what the crypto map does not cover passes in clear.
#
#	A - R1 === R2 - B	(addresses: lib.sh)
#
# A canary is in the payload of ICMP, UDP and TCP. It must be in the captures at A and at B (so
# the search finds it), and never in the one between the routers. Neither may the pre-shared key.
#
# Arithmetic: 5 echo requests of 56 data bytes are inner packets of 84 bytes, on the wire
# 8 (ESP) + 84 + 2 (pad) + 2 (trailer) + 12 (ICV) = 108 bytes behind the IP header.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

readonly CANARY=CANARY-7f3a

# seen NAME TEXT: in how many lines of a capture file the text is, as bytes
seen()
{
	grep -c -a -F -- "$2" "$LAB/$1.pcap" || true
}

lab_up
agents_start
capture_start a A eth0 ip
capture_start wan R1 eth1 ip
capture_start b B eth0 ip

# 0x43414e4152592d37663361 is the canary
check "pings with the canary" on A ping -q -c 5 -i 0.2 -W 20 -p 43414e4152592d37663361 "$B"

on B timeout 60 nc -u -l -p 7000 >"$LAB/udp" &
wait_for "B listens on UDP 7000" listens B udp 7000
on A nc -u -w 1 "$B" 7000 <<<"udp $CANARY"
wait_for "the UDP packet arrives" grep -q "udp $CANARY" "$LAB/udp"
ok "UDP with the canary arrives"

on B timeout 60 nc -l -p 7001 >"$LAB/tcp" &
wait_for "B listens on TCP 7001" listens B tcp 7001
for ((n = 0; n < 2000; n++)); do
	echo "tcp $CANARY $n"
done | on A timeout 60 nc -N "$B" 7001
wait_for "the TCP stream arrives" grep -q "tcp $CANARY 1999" "$LAB/tcp"
is "the TCP stream is whole" "$(wc -l <"$LAB/tcp")" 2000

capture_stop a
capture_stop wan
capture_stop b
at_least "the canary can be read at A" "$(seen a $CANARY)" 1
at_least "the canary can be read at B" "$(seen b $CANARY)" 1
is "the canary cannot be read between the routers" "$(seen wan $CANARY)" 0
is "nor the pre-shared key" "$(seen wan cisco123)" 0
is "nothing but ISAKMP and ESP between the routers" \
	"$(captured wan 'not (udp port 500 or ip proto 50)')" 0
at_least "protected echo requests of 108 bytes" \
	"$(captured wan 'ip proto 50 and src host 10.10.10.1 and ip[2:2] == 128')" 5

# What the access list does not cover goes its way.
check "R1 reaches R2's public address in clear" on R1 ping -q -c 2 -i 0.2 -W 5 "$R2_WAN"

finish
