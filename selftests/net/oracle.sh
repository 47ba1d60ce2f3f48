#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the module sends is esp-seal as its wire profile says: an oracle that shares no code with
# the project (Crypto++ for SEAL, OpenSSL for the HMAC) opens every captured packet.
#
#	A - R1 === R2 - B	(addresses: lib.sh)
#
# The keys are read off R1's netlink (nlmon) as its agent installs the SAs: neither the agent nor
# the module gives them out. A set of sizes makes every pad length; a canary proves that what the
# oracle decrypts is what A sent.
#
# Arithmetic: sizes 56 to 63, 500 and 1400, one request and one reply each: 20 ESP packets. With 30
# bytes of headers and trailer, 56..63 leave 2, 3, 0, 1 over the multiple of 4: 2, 1, 0, 3 pad bytes.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

readonly SIZES=(56 57 58 59 60 61 62 63 500 1400)
readonly CANARY=43414e4152592d37663361	# "CANARY-7f3a"
readonly ORACLE=$REPO/build/oracle/esp_open

[[ -x $ORACLE ]] || skip "$ORACLE is not built (make oracle)"
lab_up
agents_start
ip -n R1 link add nlmon0 type nlmon || skip "this kernel has no nlmon"
ip -n R1 link set nlmon0 up
capture_start netlink R1 nlmon0
capture_start wan R1 eth1 ip proto 50

for size in "${SIZES[@]}"; do
	check "a ping of $size bytes" on A ping -q -c 1 -W 20 -s "$size" -p $CANARY "$B"
done
wait_for "the capture has all" captured_at_least wan $((2 * ${#SIZES[@]}))
capture_stop wan
capture_stop netlink

family=$(genl ctrl get name sealgate | sed -nE 's/.*ID: (0x[0-9a-f]+).*/\1/p')
"$REPO/selftests/oracle/sa_keys.py" $((family)) "$LAB/netlink.pcap" >"$LAB/keys"
is "keys of both SAs" "$(wc -l <"$LAB/keys")" 2
if "$ORACLE" --payload "$LAB/wan.pcap" "$LAB/keys" >"$LAB/opened" 2>&1; then
	ok "the oracle opens every packet and finds each right"
else
	not_ok "the oracle opens every packet and finds each right"
	diag "$(cut -c1-160 "$LAB/opened" | tail -n 25)"
fi
is "packets with the canary inside" "$(grep -c "$CANARY" "$LAB/opened")" $((2 * ${#SIZES[@]}))

# The oracle would see it: one wrong bit in a key, and nothing opens.
sed -E 's/ seal 0/ seal 8/; t; s/ seal ./ seal 0/' "$LAB/keys" >"$LAB/wrong-keys"
refuse "with a wrong cipher key it opens nothing" "$ORACLE" "$LAB/wan.pcap" "$LAB/wrong-keys"

finish
