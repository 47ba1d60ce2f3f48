#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is on the wire is esp-seal as docs/wire-profile.md says it: programs that share no code with
# the project (Crypto++ for SEAL, OpenSSL for the HMAC) verify and decrypt every captured packet, under the keys that
# the two agents negotiated.
#
#	A ---- R1 ====(captured)==== R2 ---- B
#	        |
#	      nlmon0 (captured): the agent hands its keys to the kernel here, and nowhere shows them
#
# Pings of 8 sizes, 2 of each, DF set: payloads of 0, 1, 2, 3 (each padding), 100, 511, 1024 and the
# largest that fits (1458 - 28 = 1430 bytes). 16 requests and 16 replies: 32 ESP packets, and no more,
# as nothing else crosses.

# shellcheck source=selftests/lib.sh
. "${0%/*}/../lib.sh"

readonly ORACLE=$REPO/build/oracle/esp_open
readonly SIZES=(0 1 2 3 100 511 1024 1430)

[[ -x $ORACLE ]] || skip "the oracle is not built: make -C selftests/oracle"

family_id()
{
	genl ctrl get name sealgate | sed -nE 's/.*ID: (0x[0-9a-f]+).*/\1/p'
}

# opened REGEX: how many lines of what the oracle said match
opened()
{
	grep -c -- "$1" "$LAB/opened" || true
}

lab_up
modprobe nlmon
ip -n R1 link add nlmon0 type nlmon
ip -n R1 link set nlmon0 up
capture_start netlink R1 nlmon0
capture_start wire R1 eth1 ip proto 50
agents_start
for size in "${SIZES[@]}"; do
	check "pings of $size bytes are answered" on A ping -q -M "do" -c 2 -i 0.2 -W 20 -s "$size" $B
done
wait_for "the capture has every packet" captured_at_least wire 32
capture_stop wire
capture_stop netlink

check "the negotiated keys were seen" \
	sh -c "'$REPO/selftests/oracle/sa_keys.py' $(family_id) '$LAB/netlink.pcap' >'$LAB/keys'"
is "SAs of R1, one a direction" "$(wc -l <"$LAB/keys")" 2
check "the oracle opens every packet" sh -c "'$ORACLE' '$LAB/wire.pcap' '$LAB/keys' >'$LAB/opened'"
is "packets opened from A to B" "$(opened "icv=ok inner=$A > $B proto=1")" 16
is "packets opened from B to A" "$(opened "icv=ok inner=$B > $A proto=1")" 16
for size in "${SIZES[@]}"; do
	is "inner packets of $((size + 28)) bytes" "$(opened " len=$((size + 28))\$")" 4
done
sed '1s/^\([0-9.]* [0-9a-f]* seal \)../\1ff/' "$LAB/keys" >"$LAB/keys.wrong"
cmp -s "$LAB/keys" "$LAB/keys.wrong" || refuse "a wrong key opens nothing" \
	"$ORACLE" "$LAB/wire.pcap" "$LAB/keys.wrong"
finish
