# SPDX-License-Identifier: GPL-2.0-or-later
"""The numbers of the netlink family and the objects that the tests make and read.

Written down by hand from uapi/sealgate.h: see client.py.
"""

import socket
import struct
import subprocess
import sys

from client import attr, attributes, be32, ip, nest, table, text, u8, u16, u32

# commands
INFO_GET, SA_ADD, SA_DEL, SA_FLUSH, SA_GET = 1, 2, 3, 4, 5
MAP_BEGIN, MAP_ENTRY, MAP_ACES, MAP_COMMIT, MAP_ABORT, MAP_DEL, MAP_GET = 6, 7, 8, 9, 10, 11, 12
BIND_SET, BIND_DEL, BIND_GET, FLOW_GET, FLOW_FAIL = 13, 14, 15, 16, 17
STATS_GET, COUNTERS_CLEAR, NS_SET, NS_GET = 18, 19, 20, 21
EV_ACQUIRE, EV_EXPIRE = 64, 65
COMMANDS = range(INFO_GET, NS_GET + 1)
DUMP_ONLY = (MAP_GET, BIND_GET, FLOW_GET)
# top level
(A_PAD, A_ABI, A_RELEASE, A_CIPHERS, A_AUTHS, A_MAP_NAME, A_PEER, A_SA, A_ENTRY, A_ENTRY_SEQ, A_ACE,
 A_BIND, A_FLOW, A_ACQUIRE, A_EXPIRE, A_PKT, A_STATS, A_NS) = range(1, 19)
# SA
(SA_PAD, SA_SRC, SA_DST, SA_SPI, SA_PROTO, SA_DIR, SA_MODE, SA_CIPHER, SA_AUTH, SA_CKEY, SA_AKEY,
 SA_FLAGS, SA_REPLAY, SA_PROXY, SA_FLOW, SA_PAIR, SA_SOFT_S, SA_HARD_S, SA_SOFT_B, SA_HARD_B,
 SA_COOKIE, SA_STATE, SA_AGE, SA_BYTES, SA_PACKETS, SA_PACKET_BYTES, SA_SEQ, SA_ERRORS, SA_ID,
 SA_IFINDEX) = range(1, 31)
# selector
(SEL_SRC, SEL_SRC_MASK, SEL_DST, SEL_DST_MASK, SEL_PROTO, SEL_SPORT_MIN, SEL_SPORT_MAX,
 SEL_DPORT_MIN, SEL_DPORT_MAX, SEL_ICMP_TYPE, SEL_ICMP_CODE, SEL_FLAGS) = range(1, 13)
ACE_PAD, ACE_PERMIT, ACE_SELECTOR, ACE_MATCHES = 1, 2, 3, 4
ENTRY_PAD, ENTRY_SEQ, ENTRY_FLAGS, ENTRY_SEND_ERRORS = 1, 2, 3, 8
BIND_IFINDEX, BIND_MAP, BIND_LOCAL = 1, 2, 3
FLOW_MAP, FLOW_SEQ, FLOW_SELECTOR, FLOW_STATE, FLOW_HELD = 1, 2, 3, 4, 5
ACQ_FLOW, ACQ_IFINDEX, ACQ_LOCAL, ACQ_PACKET = 1, 2, 3, 4
EXP_DST, EXP_SPI, EXP_PROTO, EXP_HARD, EXP_REASON, EXP_DIR, EXP_USED = range(1, 8)
NS_FLOW_PACKETS, NS_PACKETS, NS_SECONDS, NS_FOREIGN = 1, 2, 3, 4
STAT_OUT_PACKETS, STAT_HELD, STAT_RELEASED, STAT_OUT_HOLD_EXPIRED, STAT_LAST = 2, 4, 5, 9, 38
IN, OUT, TUNNEL, TRANSPORT = 1, 2, 1, 2
SEAL, MD5, SHA1, MANUAL, BUNDLED = 1, 1, 2, 1, 2
FLOW_IDLE, FLOW_ACQUIRING, FLOW_UP = 1, 2, 3


def number(data):
    return int.from_bytes(data, sys.byteorder)


def selector(kind, src="10.1.0.0", dst="10.2.0.0", mask="255.255.0.0", *more):
    return nest(kind, ip(SEL_SRC, src), ip(SEL_SRC_MASK, mask), ip(SEL_DST, dst),
                ip(SEL_DST_MASK, mask), *more)


def ace(permit=1, **kind):
    return nest(A_ACE, u8(ACE_PERMIT, permit), selector(ACE_SELECTOR, **kind))


def flow(kind, name="M", seq=10, **sel):
    return nest(kind, text(FLOW_MAP, name), u32(FLOW_SEQ, seq), selector(FLOW_SELECTOR, **sel))


def sa_parts(spi=0x1000, direction=OUT, key=1, **sel):
    """Attributes of a good SA by type, to be changed by the case."""
    src, dst = ("192.0.2.1", "192.0.2.2") if direction == OUT else ("192.0.2.2", "192.0.2.1")
    return {
        SA_SRC: ip(SA_SRC, src), SA_DST: ip(SA_DST, dst), SA_SPI: be32(SA_SPI, spi),
        SA_PROTO: u8(SA_PROTO, 50), SA_DIR: u8(SA_DIR, direction), SA_MODE: u8(SA_MODE, TUNNEL),
        SA_CIPHER: u16(SA_CIPHER, SEAL), SA_AUTH: u16(SA_AUTH, SHA1),
        SA_CKEY: attr(SA_CKEY, cipher_key(key)), SA_AKEY: attr(SA_AKEY, auth_key(key)),
        SA_PROXY: selector(SA_PROXY, **sel), SA_FLOW: flow(SA_FLOW, **sel),
    }


def cipher_key(n):
    return b"SealKeySealKey" + struct.pack("!IH", n, 0xbeef)


def auth_key(n):
    return b"AuthKeyAuthKey" + struct.pack("!IH", n, 0xcafe)


def sa(parts):
    return nest(A_SA, *parts.values())


def sa_id(spi=0x1000, dst="192.0.2.2"):
    return nest(A_SA, ip(SA_DST, dst), be32(SA_SPI, spi), u8(SA_PROTO, 50))


def stage(client, name, entries):
    client.call(MAP_BEGIN, text(A_MAP_NAME, name))
    for seq, flags, aces in entries:
        client.call(MAP_ENTRY, nest(A_ENTRY, u32(ENTRY_SEQ, seq), u32(ENTRY_FLAGS, flags)))
        for at in range(0, len(aces), 200):
            client.call(MAP_ACES, u32(A_ENTRY_SEQ, seq) + b"".join(aces[at:at + 200]))


def commit(client, name="M", entries=None):
    stage(client, name, [(10, 0, [ace()])] if entries is None else entries)
    client.call(MAP_COMMIT)


def sas(client):
    answers, _ = client.dump(SA_GET)
    return [table(table(answer)[A_SA]) for answer in answers]


def maps(client, payload=b""):
    """[(name, [(seq, flags, [(permit, selector bytes)])])] as dumped."""
    found = []
    for answer in client.dump(MAP_GET, payload)[0]:
        tops = table(answer)
        name = tops[A_MAP_NAME].rstrip(b"\0").decode()
        if A_ENTRY in tops:
            entry = table(tops[A_ENTRY])
            if not found or found[-1][0] != name:
                found.append((name, []))
            found[-1][1].append((number(entry[ENTRY_SEQ]), number(entry[ENTRY_FLAGS]), []))
            continue
        last = found[-1][1][-1]
        assert found[-1][0] == name and last[0] == number(tops[A_ENTRY_SEQ])
        for kind, data in attributes(answer):
            if kind == A_ACE:
                parts = table(data)
                last[2].append((parts[ACE_PERMIT][0], parts[ACE_SELECTOR]))
    return found


def send_errors(client):
    """Of every entry of every map."""
    tops = [table(answer) for answer in client.dump(MAP_GET)[0]]
    return [number(table(top[A_ENTRY])[ENTRY_SEND_ERRORS]) for top in tops if A_ENTRY in top]


def flows(client):
    return [table(table(answer)[A_FLOW]) for answer in client.dump(FLOW_GET)[0]]


def binds(client):
    found = []
    for answer in client.dump(BIND_GET)[0]:
        parts = table(table(answer)[A_BIND])
        found.append((number(parts[BIND_IFINDEX]), parts[BIND_MAP].rstrip(b"\0").decode(),
                      parts[BIND_LOCAL]))
    return found


def bind(ifindex, name="M", local="192.0.2.1"):
    return nest(A_BIND, u32(BIND_IFINDEX, ifindex), text(BIND_MAP, name), ip(BIND_LOCAL, local))


def stats(client):
    answer, = client.call(STATS_GET)
    return {kind: number(data) for kind, data in attributes(table(answer)[A_STATS]) if data}


def run(*words):
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)


def veth(name="v0"):
    run("ip", "link", "add", name, "type", "veth", "peer", "name", name + "p")
    return socket.if_nametoindex(name)
