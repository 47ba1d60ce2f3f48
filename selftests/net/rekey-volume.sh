#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A tunnel in use is rekeyed ahead of its limit in kilobytes, and no byte is lost over it.
#
#	A - R1 === R2 - B	(addresses: lib.sh)
#
# Arithmetic: 2560 KB, 2621440 bytes of inner packets, is the smallest limit that IOS takes. A
# sends 6 MiB to B over TCP, so at least two SAs must have been replaced on the way from R1 to R2
# (6291456 / 2621440 = 2.4), and what B gets has the digest of what A sent.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

readonly KILOBYTES=2560 MEGABYTES=6

sent_all()
{
	! kill -0 "$1"
}

lab_up
for router in R1 R2; do
	{
		sed '/^end$/d' "$CONFIGS/${router,,}.conf"
		echo "crypto ipsec security-association lifetime kilobytes $KILOBYTES"
		echo end
	} >"$LAB/$router.conf"
	agent_start $router "$LAB/$router.conf"
done
tunnel_up
capture_start wan R1 eth1 -s 60 ip proto 50 and src host $R1_WAN

head -c ${MEGABYTES}M /dev/urandom >"$LAB/sent"
on B timeout 200 nc -l -p 7000 >"$LAB/received" &
receiver=$!
wait_for "B listens" listens B tcp 7000
# Slow enough for the agents to follow: 6 MiB in about 25 s.
(
	for ((n = 0; n < MEGABYTES * 16; n++)); do
		dd if="$LAB/sent" bs=64K skip=$n count=1 status=none
		sleep 0.25
	done
) | on A timeout 200 nc -N "$B" 7000 &
sender=$!
POLLS=1500
wait_for "A has sent everything" sent_all $sender
wait $sender
wait $receiver
capture_stop wan
is "what B got is what A sent" "$(sha256sum <"$LAB/received")" "$(sha256sum <"$LAB/sent")"
at_least "SAs that R1 sent on" "$(tcpdump -n -r "$LAB/wan.pcap" 2>/dev/null |
	sed -E 's/.*spi=(0x[0-9a-f]+).*/\1/' | sort -u | wc -l)" 3
for router in R1 R2; do
	stat_is "$router: no packet met an expired SA" $router OUT_SA_EXPIRED 0
	stat_is "$router: none was refused for want of an SA" $router IN_NO_SA 0
done
is "one IKE SA did it all" "$(ctl R1 show crypto isakmp sa | grep -c QM_IDLE)" 1

finish
