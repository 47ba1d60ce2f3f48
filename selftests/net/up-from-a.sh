#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The tunnel comes up by a packet from host A: R1 is the initiator, R2 the responder.
#
#	A - R1 === R2 - B	(addresses: lib.sh)
#
# Arithmetic: one echo request and its reply are one packet each way, so each router has
# encapsulated one and decapsulated one. The outbound SPI of a router is the inbound one of the
# other. `show crypto isakmp sa` names the responder as dst, the initiator as src, on both.

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

# outbound_spi ROUTER, inbound_spi ROUTER: eight hex digits or fewer, as shown
outbound_spi()
{
	ctl "$1" show crypto ipsec sa | sed -n 's/.*current outbound spi: //p' | tr -d ' '
}

inbound_spi()
{
	ctl "$1" show crypto ipsec sa | sed -n '/inbound esp sas/,/inbound ah sas/s/.*spi: 0x\([0-9A-F]*\)(.*/\1/p'
}

lab_up
agents_start
is "no SA on R1 before the first packet" "$(outbound_spi R1)" 0

check "the first ping from A is answered" on A ping -q -c 1 -W 20 $B

for router in R1 R2; do
	matches "$router: one IKE SA, R2 the responder, up" "$(ctl $router show crypto isakmp sa)" \
		"^$R2_WAN +$R1_WAN +QM_IDLE "
	is "$router encapsulated the one packet" "$(ipsec_sa $router '#pkts encaps')" 1
	is "$router decapsulated the one packet" "$(ipsec_sa $router '#pkts decaps')" 1
	check "$router logs that the tunnel is up" logged $router '%CRYPTO-5-SESSION_STATUS: .*is UP'
	stat_is "$router: the module sent one protected packet" $router OUT_PACKETS 1
	stat_is "$router: and accepted one" $router IN_PACKETS 1
done
is "the SA from R1 to R2 has one SPI" "$(outbound_spi R1)" "$(inbound_spi R2)"
is "the SA from R2 to R1 has one SPI" "$(outbound_spi R2)" "$(inbound_spi R1)"

finish
