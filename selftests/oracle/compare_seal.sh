#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Compares the key stream of seal-keystream (the module's own source) with that of Crypto++ over
# 220 keys, indices, offsets and lengths that a fixed list of seeds makes: the same ones each time.
#
# usage: compare_seal.sh [BUILD]	BUILD holds seal-keystream and oracle/seal_cryptopp

set -u

here=$(cd "$(dirname "$0")" && pwd)
build=${1:-$here/../../build}
ours=$build/seal-keystream
theirs=$build/oracle/seal_cryptopp
stream_bytes=65536
random_cases=180
compared=0
failed=0

for program in "$ours" "$theirs"; do
	if [ ! -x "$program" ]; then
		echo "compare_seal: $program is not there; build it first" >&2
		exit 2
	fi
done

# compare KEYHEX N OFFSET LENGTH
compare()
{
	local got want

	if ! got=$("$ours" "$@") || ! want=$("$theirs" "$@") || [ ${#want} -ne $((2 * $4)) ]; then
		echo "compare_seal: failed to run: $*" >&2
		failed=$((failed + 1))
	elif [ "$got" != "$want" ]; then
		echo "compare_seal: streams differ: key $1 n $2 offset $3 length $4" >&2
		failed=$((failed + 1))
	fi
	compared=$((compared + 1))
}

# draw SEED: sha1 of the seed, 40 hex digits
draw()
{
	local sum

	sum=$(printf '%s' "$1" | sha1sum)
	echo "${sum%% *}"
}

published=67452301efcdab8998badcfe10325476c3d2e1f0
zeros=$(printf '0%.0s' {1..40})
ones=$(printf 'f%.0s' {1..40})

# Corners: each key and index over the whole stream, then both sides of every kind of boundary.
for key in $published $zeros $ones; do
	for n in 0 1 0x013577af 0x80000000 0xffffffff; do
		compare "$key" $n 0 $stream_bytes
	done
done
while read -r offset length; do
	compare "$published" 7 "$offset" "$length"
done <<-END
	0 1
	0 15
	0 16
	0 31
	0 33
	1 1
	15 2
	16 16
	31 2
	32 992
	1008 32
	1023 1
	1023 2
	1024 1
	1025 1023
	4080 32
	4095 2
	8191 1026
	32767 2
	64511 2
	65520 16
	65535 1
	65535 0
	65536 0
	0 0
END

# The rest by chance, but the same chance each time: key, n, offset and length from SHA-1.
for ((i = 0; i < random_cases; i++)); do
	key=$(draw "key $((i % 23))")
	more=$(draw "case $i")
	offset=$((0x${more:8:4}))
	room=$((stream_bytes - offset))
	length=$((0x${more:12:6} % (room + 1)))
	((i % 3)) && length=$((length % 1500 < room ? length % 1500 : room))
	compare "$key" "0x${more:0:8}" $offset $length
done

echo "compare_seal: $compared streams compared, $failed differ"
[ "$failed" -eq 0 ]
