#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A clear packet that the crypto map covers is refused when it comes in from the outside, also
# while a tunnel is up; one that it does not cover is taken.
#
#	A - R1 ==+== R2 - B	(addresses: lib.sh)
#	         attacker: frames put on R1's eth1, as if from the wire
#
# Arithmetic: 2 packets from A's address to B's (ahead of the tunnel, and with it up): 2 refused at
# R2, none at B. One from outside A's network to B: taken.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

lab_up
agents_start

# A frame between the routers, for its Ethernet addresses.
capture_start wan R1 eth1 icmp and src host $R1_WAN
check "R1 reaches R2 in clear" on R1 ping -q -c 1 -W 5 "$R2_WAN"
wait_for "it is captured" captured_at_least wan 1
capture_stop wan
capture_start b B eth0 udp

"$REPO/selftests/inject" R1 eth1 udp "$LAB/wan.pcap" 0 "$A" "$B" forged-without-tunnel >/dev/null
wait_for "it is counted" stat_reaches R2 IN_NOT_IPSEC 1
stat_is "refused without a tunnel" R2 IN_NOT_IPSEC 1
tunnel_up
"$REPO/selftests/inject" R1 eth1 udp "$LAB/wan.pcap" 0 "$A" "$B" forged-with-tunnel >/dev/null
wait_for "it is counted" stat_reaches R2 IN_NOT_IPSEC 2
stat_is "refused beside the tunnel" R2 IN_NOT_IPSEC 2
check "R2 logs it" wait_for "the log line" logged R2 \
	"%CRYPTO-4-RECVD_PKT_NOT_IPSEC: .*dest_addr= /$B, src_addr= $A, prot= 17"

"$REPO/selftests/inject" R1 eth1 udp "$LAB/wan.pcap" 0 192.0.2.1 "$B" not-covered >/dev/null
wait_for "what is not covered passes" captured_at_least b 1
capture_stop b
is "B got that one only" "$(captured b)" 1
is "it is the one that is not covered" "$(captured b 'src host 192.0.2.1')" 1

finish
