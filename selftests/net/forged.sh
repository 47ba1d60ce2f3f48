#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Replayed, flipped and truncated packets are refused, each counted under its reason, and none
# of them harms the SA.
#
#	A - R1 ==+== R2 - B	(addresses: lib.sh)
#	         attacker: frames put on R1's eth1, as if from the wire
#
# Arithmetic: an echo request of 56 data bytes is 8 (SPI, sequence) + 84 + 2 (pad) + 2 (trailer)
# + 12 (ICV) = 108 bytes behind the outer IP header.
#  - replay: the frames of 3 requests again: 3 replays.
#  - flips: a request that R2 has not seen (its firewall drops it once), one copy for each of its
#    108 bytes with the top bit flipped: 4 hit the SPI (no SA), 104 break the ICV; of these 4
#    raise the sequence number, which must not move the window: the true packet is then taken.
#  - cuts: copies of 0..107 bytes. Shorter than 8 + 2 + 12 = 22: truncated. The other 86 are
#    truncated or fail the ICV, by how they are aligned.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

lab_up
agents_start
tunnel_up

# --- replay
capture_start sent R1 eth1 ip proto 50 and src host $R1_WAN
check "three pings" on A ping -q -c 3 -i 0.2 -W 5 "$B"
wait_for "three requests captured" captured_at_least sent 3
capture_stop sent
accepted=$(stat R2 IN_PACKETS)
is "accepted so far" "$accepted" 4
capture_start b B eth0 icmp
for frame in 0 1 2; do
	"$REPO/selftests/inject" R1 eth1 same "$LAB/sent.pcap" $frame >/dev/null
done
wait_for "the replays are counted" stat_reaches R2 IN_REPLAY 3
stat_is "three replays refused" R2 IN_REPLAY 3
stat_is "none accepted" R2 IN_PACKETS "$accepted"
check "R2 logs the replay" wait_for "the log line" logged R2 '%CRYPTO-4-PKT_REPLAY_ERR'

# --- flips: a packet that R2 has not seen
on R2 nft -f - <<-END
	table ip attack {
		chain in {
			type filter hook prerouting priority raw;
			ip protocol esp drop
		}
	}
END
capture_start lost R1 eth1 ip proto 50 and src host $R1_WAN
refuse "a ping whose request is lost" on A ping -q -c 1 -W 1 "$B"
wait_for "the request is captured" captured_at_least lost 1
capture_stop lost
on R2 nft delete table ip attack
is "the request is 108 bytes of ESP" "$(captured lost 'ip[2:2] == 128')" 1
icv=$(stat R2 IN_ICV)
nosa=$(stat R2 IN_NO_SA)
is "108 flipped copies sent" "$("$REPO/selftests/inject" R1 eth1 flips "$LAB/lost.pcap" 0)" 108
wait_for "the flips are counted" stat_reaches R2 IN_ICV $((icv + 104))
stat_is "104 fail the authentication" R2 IN_ICV $((icv + 104))
stat_is "4 name no SA" R2 IN_NO_SA $((nosa + 4))
stat_is "none accepted" R2 IN_PACKETS "$accepted"

# --- cuts
icv=$(stat R2 IN_ICV)
truncated=$(stat R2 IN_TRUNCATED)
is "108 cut copies sent" "$("$REPO/selftests/inject" R1 eth1 cuts "$LAB/lost.pcap" 0 0 108)" 108
cuts_counted()
{
	(($(stat R2 IN_TRUNCATED) + $(stat R2 IN_ICV) >= truncated + icv + 108))
}
wait_for "the cuts are counted" cuts_counted
is "all are truncated or fail the authentication" \
	$(($(stat R2 IN_TRUNCATED) - truncated + $(stat R2 IN_ICV) - icv)) 108
at_least "truncated" $(($(stat R2 IN_TRUNCATED) - truncated)) 22
stat_is "none accepted" R2 IN_PACKETS "$accepted"

# --- the SA is as it was
is "nothing of it reached B" "$(captured b)" 0
"$REPO/selftests/inject" R1 eth1 same "$LAB/lost.pcap" 0 >/dev/null
wait_for "the true packet is taken" stat_reaches R2 IN_PACKETS $((accepted + 1))
stat_is "the true packet is taken after all forgeries" R2 IN_PACKETS $((accepted + 1))
wait_for "and reaches B" captured_at_least b 1 'icmp[0] == 8'
check "the tunnel goes on" on A ping -q -c 3 -i 0.2 -W 5 "$B"
stat_is "no more replays" R2 IN_REPLAY 3
capture_stop b

finish
