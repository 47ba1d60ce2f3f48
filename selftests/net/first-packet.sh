#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# No packet of a flow is lost, doubled or reordered while its SA is negotiated, and a burst asks
# for one negotiation only.
#
#	A - R1 === R2 - B	(addresses: lib.sh)
#
# Arithmetic: A sends a burst of 10 echo requests ahead of any SA. R1 holds and releases 10, R2
# decapsulates 10 and encapsulates 10 replies on the SA pair that R1 asked for (a reply may have to
# wait a moment at R2 until its half is there). The wire has 20 ESP packets, sequence numbers 1..10
# each way.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

readonly BURST=10

lab_up
neighbours
agents_start
capture_start wan R1 eth1 ip proto 50
capture_start b B eth0 icmp

# The first reply arrives only when the SA is up; -l sends the burst at once.
on A ping -c $BURST -l $BURST -i 0.3 -W 20 "$B" >"$LAB/ping" || true
matches "all $BURST requests are answered" "$(cat "$LAB/ping")" \
	"$BURST packets transmitted, $BURST received, 0% packet loss"
refuse "none is answered twice" grep -q DUP "$LAB/ping"

wait_for "the capture has all" captured_at_least wan $((2 * BURST))
capture_stop wan
capture_stop b
is "requests reach B in order" \
	"$(tcpdump -n -r "$LAB/b.pcap" 'icmp[0] == 8' 2>/dev/null | sed -E 's/.* seq ([0-9]+),.*/\1/' | xargs)" \
	"$(seq $BURST | xargs)"
for router in R1 R2; do
	address=${router}_WAN
	is "$router sends sequence numbers from 1 on, none left out" \
		"$(tcpdump -n -r "$LAB/wan.pcap" "src host ${!address}" 2>/dev/null |
			sed -E 's/.*seq=0x([0-9a-f]+).*/\1/' | while read -r n; do echo $((16#$n)); done | xargs)" \
		"$(seq $BURST | xargs)"
done

held=$(stat R1 HELD)
at_least "R1 held packets" "$held" 1
stat_is "R1 released what it held" R1 RELEASED "$held"
stat_is "R2 released what it held" R2 RELEASED "$(stat R2 HELD)"
for reason in OUT_HOLD_FLOW_FULL OUT_HOLD_NS_FULL OUT_HOLD_EXPIRED OUT_NO_SA; do
	stat_is "R1 dropped nothing: $reason" R1 $reason 0
	stat_is "R2 dropped nothing: $reason" R2 $reason 0
done
is "one SA pair was negotiated" "$(ctl R1 show crypto ipsec sa | grep -c 'spi: 0x')" 2

finish
