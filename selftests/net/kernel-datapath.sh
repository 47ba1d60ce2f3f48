#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The kernel module's data path by itself: maps and SAs come from a test program by netlink, no
# agent runs. What is checked, and why those numbers are right, is in datapath.py.
#
#	A - R1 === R2 - B	(addresses: lib.sh)

# shellcheck source-path=SCRIPTDIR source=../lib.sh
. "${0%/*}/../lib.sh"

lab_up
status=0
"${0%/*}/datapath.py" "$@" >"$LAB/results" 2>&1 || status=$?
cat "$LAB/results"
passed=$(grep -c '^ok' "$LAB/results") || true
failed=$(grep -c '^not ok' "$LAB/results") || true
is "the program ran to its end" "$status" 0
finish
