#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A tunnel in use is rekeyed ahead of its limit in seconds, and no packet is lost over it.
#
#	A - R1 === R2 - B	(addresses: lib.sh)
#
# Arithmetic: 120 s is the shortest lifetime that IOS takes; a rekey is due 30 s ahead of it, 90 s
# after the SA came up, and by 120 s the first pair must be gone. A pings B five times a second
# from the first second until both are seen.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

readonly LIFETIME=120
# A poll is a tenth of a second: half a minute over the lifetime.
POLLS=$(((LIFETIME + 60) * 10))

spis()
{
	ctl "$1" show crypto ipsec sa | sed -n 's/.*spi: 0x\([0-9A-F]*\)(.*/\1/p' | sort | xargs
}

rekeyed()
{
	logged_spis=$(spis "$1")
	[[ $logged_spis && $logged_spis != *"$2"* ]]
}

lab_up
for router in R1 R2; do
	{
		sed '/^end$/d' "$CONFIGS/${router,,}.conf"
		echo "crypto ipsec security-association lifetime seconds $LIFETIME"
		echo end
	} >"$LAB/$router.conf"
	agent_start $router "$LAB/$router.conf"
done
tunnel_up
started=$SECONDS
old=$(spis R1)
is "one pair of SAs" "$(wc -w <<<"$old")" 2
is "the same pair on R2" "$(spis R2)" "$old"

ping_start -i 0.2 -W 20
for spi in $old; do
	wait_for "SA $spi is gone from R1" rekeyed R1 "$spi"
	wait_for "SA $spi is gone from R2" rekeyed R2 "$spi"
done
age=$((SECONDS - started))
ok "both SAs were replaced ($age s after they came up)"
at_least "not before the rekey was due" "$age" $((LIFETIME - 35))
check "and not later than the lifetime" test "$age" -le $((LIFETIME + 10))
is "R1 and R2 agree on the new pair" "$(spis R1)" "$(spis R2)"
ping_stop
matches "no ping was lost" "$(cat "$LAB/ping")" ', 0% packet loss'
stat_is "no packet met an expired SA: R1" R1 OUT_SA_EXPIRED 0
stat_is "no packet met an expired SA: R2" R2 OUT_SA_EXPIRED 0
is "the tunnel was not renegotiated from the start" "$(ctl R1 show crypto isakmp sa | grep -c QM_IDLE)" 1

finish
