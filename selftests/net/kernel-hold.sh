#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Packets that wait for an SA, and what ends an SA.
# The kernel module by itself: maps and SAs come from a test program by netlink, no agent runs.
#
#	A - R1 === R2 - B	(addresses: lib.sh; arithmetic: datapath/lab.py)

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

lab_up
status=0
"${0%/*}/datapath/hold.py" 2>&1 | tee "$LAB/results" || status=$?
passed=$(grep -c '^ok' "$LAB/results") || true
failed=$(grep -c '^not ok' "$LAB/results") || true
is "the program ran to its end" "$status" 0
finish
