#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The netlink family of sealgate.ko, command by command, from an independent client.

Runs as root with the module loaded (selftests/vm/run -- ...). Every case runs in a process and a
network namespace of its own. Prints TAP; exits with 1 when a case fails.

Numbers and texts are written down here by hand from uapi/sealgate.h: see client.py.
"""

import ctypes
import errno
import os
import re
import socket
import struct
import subprocess
import sys
import time
import traceback

sys.dont_write_bytecode = True
from client import (Client, Refused, attr, attributes, be32,  # noqa: E402
                    ip, nest, table, text, u8, u16, u32, u64)

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
ENTRY_PAD, ENTRY_SEQ, ENTRY_FLAGS = 1, 2, 3
BIND_IFINDEX, BIND_MAP, BIND_LOCAL = 1, 2, 3
FLOW_MAP, FLOW_SEQ, FLOW_SELECTOR, FLOW_STATE, FLOW_HELD = 1, 2, 3, 4, 5
ACQ_FLOW, ACQ_IFINDEX, ACQ_LOCAL, ACQ_PACKET = 1, 2, 3, 4
EXP_DST, EXP_SPI, EXP_PROTO, EXP_HARD, EXP_REASON, EXP_DIR, EXP_USED = range(1, 8)
NS_FLOW_PACKETS, NS_PACKETS, NS_SECONDS, NS_FOREIGN = 1, 2, 3, 4
STAT_HELD, STAT_OUT_HOLD_EXPIRED, STAT_LAST = 4, 9, 38
IN, OUT, TUNNEL, TRANSPORT = 1, 2, 1, 2
SEAL, MD5, SHA1, MANUAL, BUNDLED = 1, 1, 2, 1, 2
FLOW_IDLE, FLOW_ACQUIRING, FLOW_UP = 1, 2, 3

CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
NOBODY = 65534
libc = ctypes.CDLL(None, use_errno=True)
CASES = []


def case(func):
    CASES.append(func)
    return func


def unshare(flags):
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), "unshare")


def expect(number, pattern, client, cmd, payload=b"", missing=None, tail=b""):
    """The request is refused with this errno and a text like this."""
    try:
        client.call(cmd, payload, tail=tail)
    except Refused as refused:
        assert refused.errno == number, f"{refused}, not {errno.errorcode[number]}"
        assert re.search(pattern, refused.text), f"text {refused.text!r}, not {pattern!r}"
        assert missing is None or refused.missing == missing, f"missing {refused.missing}"
        return refused
    raise AssertionError(f"was accepted, not refused with {errno.errorcode[number]}")


def number(data):
    return int.from_bytes(data, sys.byteorder)


# --- objects -------------------------------------------------------------------------------------

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


# --- INFO, STATS, NS ---------------------------------------------------------------------------------

@case
def info_says_what_is_carried(c):
    answer, = c.call(INFO_GET)
    tops = table(answer)
    assert number(tops[A_ABI]) == 1
    assert re.fullmatch(rb"\d+\.\d+\.\d+\0", tops[A_RELEASE]), tops[A_RELEASE]
    assert number(tops[A_CIPHERS]) == 1 << SEAL
    assert number(tops[A_AUTHS]) == 1 << MD5 | 1 << SHA1


@case
def stats_have_every_counter(c):
    assert stats(c) == {n: 0 for n in range(2, STAT_LAST + 1)}


@case
def settings_have_defaults_and_ranges(c):
    def get():
        parts = table(table(c.call(NS_GET)[0])[A_NS])
        return [number(parts[kind]) for kind in (1, 2, 3, 4)]

    assert get() == [64, 1024, 30, 0]
    c.call(NS_SET, nest(A_NS, u32(NS_FLOW_PACKETS, 1024), u32(NS_PACKETS, 65536),
                        u32(NS_SECONDS, 300), u8(NS_FOREIGN, 1)))
    assert get() == [1024, 65536, 300, 1]
    c.call(NS_SET, nest(A_NS, u32(NS_FLOW_PACKETS, 0), u32(NS_SECONDS, 1)))
    assert get() == [0, 65536, 1, 1]
    for bad in (u32(NS_FLOW_PACKETS, 1025), u32(NS_PACKETS, 65537), u32(NS_SECONDS, 0),
                u32(NS_SECONDS, 301), u8(NS_FOREIGN, 2)):
        expect(errno.ERANGE, "range", c, NS_SET, nest(A_NS, bad))
    expect(errno.ERANGE, "range", c, NS_SET, nest(A_NS, u32(NS_PACKETS, 7), u8(NS_FOREIGN, 2)))
    expect(errno.EINVAL, "settings are missing", c, NS_SET, missing=A_NS)
    expect(errno.EINVAL, "twice", c, NS_SET, nest(A_NS, u32(NS_PACKETS, 7), u32(NS_PACKETS, 7)))
    assert get() == [0, 65536, 1, 1], "a refused request has changed something"


@case
def commands_without_attributes_take_none(c):
    for cmd in (INFO_GET, MAP_COMMIT, MAP_ABORT, STATS_GET, COUNTERS_CLEAR, NS_GET):
        for kind in (A_PAD, A_MAP_NAME, A_SA, 200):
            expect(errno.EINVAL, ".", c, cmd, u32(kind, 1))
    for cmd in (SA_GET, BIND_GET, FLOW_GET, MAP_GET):
        for payload in (sa_id(), u32(200, 1)):
            try:
                c.dump(cmd, payload)
            except Refused as refused:
                # the start of a dump has no extended ack on 6.1
                text_due = (cmd, payload) != (SA_GET, sa_id())
                assert refused.errno == errno.EINVAL and (refused.text or not text_due), refused
            else:
                raise AssertionError(f"dump {cmd} took an attribute")


@case
def unknown_commands_and_wrong_kinds_are_refused(c):
    for cmd in (0, NS_GET + 1, 63, EV_ACQUIRE, EV_EXPIRE, 255):
        expect(errno.EOPNOTSUPP, "", c, cmd)
    for cmd in DUMP_ONLY:
        expect(errno.EOPNOTSUPP, "", c, cmd)


@case
def trailing_bytes_are_refused(c):
    expect(errno.EINVAL, ".", c, MAP_BEGIN, text(A_MAP_NAME, "M"), tail=b"\x01\x02\x03\x04\x05")
    expect(errno.EINVAL, ".", c, SA_DEL, sa_id(), tail=b"\xff" * 7)


# --- SAs ------------------------------------------------------------------------------------------------

@case
def sa_comes_back_as_it_was_put_in(c):
    commit(c)
    parts = sa_parts(0x1234)
    parts |= {SA_REPLAY: u32(SA_REPLAY, 128), SA_PAIR: be32(SA_PAIR, 0x5678),
              SA_SOFT_S: u64(SA_SOFT_S, 3000), SA_HARD_S: u64(SA_HARD_S, 3600),
              SA_SOFT_B: u64(SA_SOFT_B, 1 << 40), SA_HARD_B: u64(SA_HARD_B, 1 << 41),
              SA_COOKIE: attr(SA_COOKIE, b"a cookie" * 32)}
    c.call(SA_ADD, sa(parts))
    answer, = c.call(SA_GET, sa_id(0x1234))
    got = table(table(answer)[A_SA])
    for kind in (SA_SRC, SA_DST, SA_SPI, SA_PROTO, SA_DIR, SA_MODE, SA_CIPHER, SA_AUTH, SA_REPLAY,
                 SA_PAIR, SA_SOFT_S, SA_HARD_S, SA_SOFT_B, SA_HARD_B, SA_COOKIE, SA_FLOW, SA_PROXY):
        (_, want), = attributes(parts[kind])
        assert got[kind] == want, f"attribute {kind}: {got[kind]!r}, not {want!r}"
    assert number(got[SA_FLAGS]) == 0 and got[SA_STATE] == b"\x01" and number(got[SA_SEQ]) == 0
    for kind in (SA_BYTES, SA_PACKETS, SA_PACKET_BYTES, SA_ERRORS, SA_IFINDEX):
        assert number(got[kind]) == 0
    assert number(got[SA_ID]) == 1 and number(got[SA_AGE]) <= 2
    assert sas(c)[0].keys() == got.keys()


@case
def sa_defaults(c):
    commit(c)
    c.call(SA_ADD, sa(sa_parts() | {SA_AUTH: u16(SA_AUTH, MD5),
                                    SA_AKEY: attr(SA_AKEY, b"0123456789abcdef")}))
    got, = sas(c)
    assert number(got[SA_REPLAY]) == 64 and number(got[SA_HARD_S]) == 0
    assert SA_COOKIE not in got


@case
def keys_never_come_out(c):
    commit(c)
    parts = sa_parts()
    c.call(SA_ADD, sa(parts))
    again = expect(errno.EEXIST, "", c, SA_ADD, sa(parts))
    answers = c.dump(SA_GET)[0] + c.call(SA_GET, sa_id())
    for data in answers + [again.echo]:
        for key in (cipher_key(1), auth_key(1)):
            for at in range(0, len(key) - 4):
                assert key[at:at + 5] not in data, "key bytes came back"
    for data in answers:
        got = table(table(data)[A_SA])
        assert SA_CKEY not in got and SA_AKEY not in got
    assert len(again.echo) >= len(sa(parts)), "the request was not given back: nothing was tested"


@case
def keys_are_wiped_from_refused_requests(c):
    commit(c)
    good = sa_parts()
    for name, parts in (
            ("unknown mode", good | {SA_MODE: u8(SA_MODE, 9)}),
            ("key twice", good | {99: attr(SA_CKEY, cipher_key(1))}),
            ("answers only", good | {SA_STATE: u8(SA_STATE, 1)}),
            ("no destination", {k: v for k, v in good.items() if k != SA_DST}),
            ("long key", good | {SA_AKEY: attr(SA_AKEY, auth_key(1) * 4)})):
        try:
            c.call(SA_ADD, sa(parts))
        except Refused as refused:
            for key in (cipher_key(1), auth_key(1)):
                assert key[:8] not in refused.echo, f"{name}: key bytes are still in the request"
            assert len(refused.echo) >= len(sa(parts)), "the request was not given back"
        else:
            raise AssertionError(f"{name}: was accepted")


@case
def sa_add_refuses(c):
    commit(c)
    good = sa_parts()

    def no(number_, pattern, change, missing=None):
        parts = {k: v for k, v in (good | change).items() if v is not None}
        expect(number_, pattern, c, SA_ADD, sa(parts), missing)

    for kind, what in ((SA_SRC, "source"), (SA_DST, "destination"), (SA_SPI, "SPI"),
                       (SA_PROTO, "protocol"), (SA_DIR, "direction"), (SA_MODE, "mode"),
                       (SA_CIPHER, "cipher"), (SA_AUTH, "authenticator"), (SA_PROXY, "proxy"),
                       (SA_FLOW, "flow")):
        no(errno.EINVAL, f"{what} is missing", {kind: None}, missing=kind)
    no(errno.ENOKEY, "cipher key is missing", {SA_CKEY: None}, missing=SA_CKEY)
    no(errno.ENOKEY, "authenticator key is missing", {SA_AKEY: None}, missing=SA_AKEY)
    for size in (1, 16, 19, 21, 64):
        no(errno.EINVAL, "cipher key is of the wrong length", {SA_CKEY: attr(SA_CKEY, bytes(size))})
    for size in (1, 16, 19, 21, 64):
        no(errno.EINVAL, "authenticator key is of the wrong length",
           {SA_AKEY: attr(SA_AKEY, bytes(size))})
    for size in (15, 17, 20):
        no(errno.EINVAL, "authenticator key is of the wrong length",
           {SA_AUTH: u16(SA_AUTH, MD5), SA_AKEY: attr(SA_AKEY, bytes(size))})
    for kind in (SA_CKEY, SA_AKEY):
        no(errno.ERANGE, "", {kind: attr(kind, b"")})
        no(errno.ERANGE, "", {kind: attr(kind, bytes(65))})
    no(errno.EOPNOTSUPP, "SEAL needs an authenticator",
       {SA_AUTH: u16(SA_AUTH, 0), SA_AKEY: None})
    no(errno.EOPNOTSUPP, "AH of a bundle",
       {SA_AUTH: u16(SA_AUTH, 0), SA_AKEY: None, SA_FLAGS: u32(SA_FLAGS, BUNDLED)})
    no(errno.EOPNOTSUPP, "by hand", {SA_FLAGS: u32(SA_FLAGS, MANUAL)})
    no(errno.EOPNOTSUPP, "protocol is not carried", {SA_PROTO: u8(SA_PROTO, 51)})
    no(errno.EOPNOTSUPP, "mode is not carried", {SA_MODE: u8(SA_MODE, TRANSPORT)})
    for cipher in (0, 2, 3, 4, 5, 6, 7, 8, 65535):
        no(errno.EOPNOTSUPP, "cipher is not carried", {SA_CIPHER: u16(SA_CIPHER, cipher)})
    for auth in (3, 4, 65535):
        no(errno.EOPNOTSUPP, "authenticator is not carried", {SA_AUTH: u16(SA_AUTH, auth)})
    no(errno.EINVAL, "neither 50 nor 51", {SA_PROTO: u8(SA_PROTO, 17)})
    no(errno.ERANGE, "range", {SA_DIR: u8(SA_DIR, 0)})
    no(errno.ERANGE, "range", {SA_DIR: u8(SA_DIR, 3)})
    no(errno.ERANGE, "range", {SA_MODE: u8(SA_MODE, 3)})
    no(errno.EINVAL, "", {SA_FLAGS: u32(SA_FLAGS, 4)})
    for window in (1, 63):
        no(errno.ERANGE, "replay window", {SA_REPLAY: u32(SA_REPLAY, window)})
    no(errno.ERANGE, "range", {SA_REPLAY: u32(SA_REPLAY, 1025)})
    for spi in (0, 1, 255):
        no(errno.ERANGE, "reserved", {SA_SPI: be32(SA_SPI, spi)})
    for address in ("0.0.0.0", "224.0.0.1", "255.255.255.255"):
        no(errno.EINVAL, "not one of a host", {SA_SRC: ip(SA_SRC, address)})
        no(errno.EINVAL, "not one of a host", {SA_DST: ip(SA_DST, address)})
    no(errno.EINVAL, "soft limit", {SA_SOFT_S: u64(SA_SOFT_S, 5)})
    no(errno.EINVAL, "soft limit", {SA_SOFT_S: u64(SA_SOFT_S, 5), SA_HARD_S: u64(SA_HARD_S, 5)})
    no(errno.EINVAL, "soft limit", {SA_SOFT_B: u64(SA_SOFT_B, 6), SA_HARD_B: u64(SA_HARD_B, 5)})
    no(errno.ERANGE, "", {SA_COOKIE: attr(SA_COOKIE, bytes(257))})
    for kind in (SA_STATE, SA_AGE, SA_BYTES, SA_PACKETS, SA_SEQ, SA_ERRORS, SA_ID, SA_IFINDEX, 31, 99):
        no(errno.EINVAL, ".", {kind: u32(kind, 1)})
    no(errno.EINVAL, "", {SA_SPI: attr(SA_SPI, b"\1\2\3")})
    no(errno.EINVAL, "", {SA_SPI: attr(SA_SPI, b"\1\2\3\4\5\6\7\x08")})
    no(errno.EINVAL, "", {SA_PROTO: u16(SA_PROTO, 50)})
    no(errno.EINVAL, "twice", {99: be32(SA_SPI, 0x1000)})
    no(errno.ENOENT, "no crypto map in force has this flow", {SA_FLOW: flow(SA_FLOW, seq=11)})
    no(errno.ENOENT, "no crypto map in force has this flow", {SA_FLOW: flow(SA_FLOW, name="m")})
    no(errno.EINVAL, "selector is missing",
       {SA_FLOW: nest(SA_FLOW, text(FLOW_MAP, "M"), u32(FLOW_SEQ, 10))})
    expect(errno.EINVAL, "SA is missing", c, SA_ADD, missing=A_SA)
    expect(errno.EINVAL, "twice", c, SA_ADD, sa(good) + sa(good))
    expect(errno.EINVAL, "", c, SA_ADD, attr(A_SA, b"".join(good.values())))    # no NESTED flag
    expect(errno.EINVAL, "", c, SA_ADD, sa(good) + text(A_MAP_NAME, "M"))
    assert not sas(c)
    c.call(SA_ADD, sa(good))


@case
def attribute_at_fault_is_pointed_at(c):
    commit(c)
    parts = sa_parts()
    parts[SA_SPI] = be32(SA_SPI, 7)
    request = sa(parts)
    refused = expect(errno.ERANGE, "reserved", c, SA_ADD, request)
    assert refused.offset == 16 + 4 + request.index(parts[SA_SPI]), refused.offset


@case
def same_spi_or_same_seal_key_is_refused(c):
    commit(c)
    c.call(SA_ADD, sa(sa_parts(0x1000, OUT, key=1)))
    expect(errno.EEXIST, "destination, SPI and protocol", c, SA_ADD, sa(sa_parts(0x1000, OUT, key=2)))
    expect(errno.EEXIST, "SEAL key", c, SA_ADD, sa(sa_parts(0x1001, OUT, key=1)))
    expect(errno.EEXIST, "SEAL key", c, SA_ADD, sa(sa_parts(0x1001, IN, key=1)))
    c.call(SA_ADD, sa(sa_parts(0x1000, IN, key=2)))     # another destination
    c.call(SA_DEL, sa_id(0x1000))
    c.call(SA_ADD, sa(sa_parts(0x1000, OUT, key=3)))
    assert [number(s[SA_ID]) for s in sas(c)] == [2, 3], "an SA number was used again"


@case
def sa_del_and_get(c):
    commit(c)
    c.call(SA_ADD, sa(sa_parts()))
    for cmd in (SA_DEL, SA_GET):
        expect(errno.ENOENT, "no SA", c, cmd, sa_id(0x1001))
        expect(errno.ENOENT, "no SA", c, cmd, sa_id(dst="192.0.2.3"))
        expect(errno.EINVAL, "SA is missing", c, cmd, missing=A_SA)
        expect(errno.EINVAL, "SPI is missing", c, cmd,
               nest(A_SA, ip(SA_DST, "192.0.2.2"), u8(SA_PROTO, 50)), missing=SA_SPI)
        expect(errno.EINVAL, "", c, cmd, nest(A_SA, ip(SA_DST, "192.0.2.2"), be32(SA_SPI, 0x1000),
                                              u8(SA_PROTO, 50), u8(SA_DIR, 1)))
        expect(errno.EINVAL, "twice", c, cmd, nest(A_SA, ip(SA_DST, "192.0.2.2"),
                                                   ip(SA_DST, "192.0.2.2"), be32(SA_SPI, 0x1000),
                                                   u8(SA_PROTO, 50)))
    c.call(SA_DEL, sa_id())
    expect(errno.ENOENT, "no SA", c, SA_DEL, sa_id())
    assert not sas(c)


@case
def sa_flush_by_map_and_peer(c):
    def fill():
        c.call(SA_FLUSH)
        for spi, name, peer in ((1, "M", 2), (2, "M", 3), (3, "N", 2)):
            parts = sa_parts(0x1000 + spi, OUT, key=spi)
            parts[SA_DST] = ip(SA_DST, f"192.0.2.{peer}")
            parts[SA_FLOW] = flow(SA_FLOW, name)
            c.call(SA_ADD, sa(parts))
        c.call(SA_ADD, sa(sa_parts(0x1004, IN, key=4)))     # from 192.0.2.2

    def left():
        return [number(s[SA_SPI][::-1]) - 0x1000 for s in sas(c)]

    commit(c, "M")
    commit(c, "N")
    fill()
    assert left() == [1, 2, 3, 4]
    c.call(SA_FLUSH, text(A_MAP_NAME, "N"))
    assert left() == [1, 2, 4]
    fill()
    c.call(SA_FLUSH, ip(A_PEER, "192.0.2.2"))
    assert left() == [2]
    fill()
    c.call(SA_FLUSH, text(A_MAP_NAME, "M") + ip(A_PEER, "192.0.2.2"))
    assert left() == [2, 3]
    c.call(SA_FLUSH, text(A_MAP_NAME, "unknown"))
    assert left() == [2, 3]
    expect(errno.EINVAL, "not one of a host", c, SA_FLUSH, ip(A_PEER, "0.0.0.0"))
    c.call(SA_FLUSH)
    assert left() == []


@case
def namespaces_are_apart(c):
    commit(c)
    c.call(SA_ADD, sa(sa_parts()))
    unshare(CLONE_NEWNET)
    other = Client()
    assert not sas(other) and not maps(other) and not flows(other)
    commit(other)
    other.call(SA_ADD, sa(sa_parts()))      # the same SPI and key: the peer may live on this machine
    assert number(sas(other)[0][SA_ID]) == 1


@case
def lifetime_in_seconds_raises_one_soft_and_one_hard(c):
    listener = Client()
    listener.join("events")
    commit(c)
    c.call(SA_ADD, sa(sa_parts() | {SA_SOFT_S: u64(SA_SOFT_S, 1), SA_HARD_S: u64(SA_HARD_S, 3)}))
    time.sleep(1.8)
    assert sas(c)[0][SA_STATE] == b"\x02", "not past its soft limit"
    events = listener.events(3)
    assert [cmd for cmd, _ in events] == [EV_EXPIRE, EV_EXPIRE], events
    soft, hard = (table(table(data)[A_EXPIRE]) for _, data in events)
    for event in (soft, hard):
        assert event[EXP_DST] == bytes((192, 0, 2, 2)) and event[EXP_SPI] == b"\0\0\x10\0"
        assert event[EXP_PROTO] == b"\x32" and event[EXP_DIR] == bytes((OUT,))
        assert event[EXP_REASON] == b"\x01" and event[EXP_USED] == b"\0"
    assert soft[EXP_HARD] == b"\0" and hard[EXP_HARD] == b"\x01"
    assert not sas(c), "a hard-expired SA is still there"


# --- maps -------------------------------------------------------------------------------------------------

@case
def map_comes_back_as_it_was_staged(c):
    aces = [ace(0, src="10.9.0.0"), ace(), ace(1, src="10.3.0.0")]
    want = [(table(table(a)[A_ACE])[ACE_PERMIT][0], table(table(a)[A_ACE])[ACE_SELECTOR]) for a in aces]
    commit(c, "Z", [(65535, 1, []), (10, 0, aces), (1, 0, aces[1:])])
    commit(c, "A", [])
    commit(c, "B", [(5, 0, aces[:1])])
    all_maps = [("B", [(5, 0, want[:1])]),
                ("Z", [(1, 0, want[1:]), (10, 0, want), (65535, 1, [])])]
    assert maps(c) == all_maps, maps(c)
    assert maps(c, text(A_MAP_NAME, "Z")) == all_maps[1:]
    assert maps(c, text(A_MAP_NAME, "A")) == [] and maps(c, text(A_MAP_NAME, "Y")) == []
    assert len(flows(c)) == 4, "one flow a permit"
    commit(c, "Z", [(7, 0, aces[:1])])
    assert maps(c) == [all_maps[0], ("Z", [(7, 0, want[:1])])]
    assert not flows(c)


@case
def selectors_in_every_shape(c):
    def sel(*parts):
        return nest(ACE_SELECTOR, *parts)

    shapes = [
        sel(),
        sel(ip(SEL_SRC, "10.1.2.3"), ip(SEL_SRC_MASK, "255.255.255.255")),
        sel(ip(SEL_DST, "10.0.3.0"), ip(SEL_DST_MASK, "255.0.255.0")),
        sel(u8(SEL_PROTO, 47)),
        sel(u8(SEL_PROTO, 6), u16(SEL_SPORT_MIN, 1024), u16(SEL_SPORT_MAX, 65535)),
        sel(u8(SEL_PROTO, 17), u16(SEL_DPORT_MIN, 53), u16(SEL_DPORT_MAX, 53), u8(SEL_FLAGS, 2)),
        sel(u8(SEL_PROTO, 1), u8(SEL_ICMP_TYPE, 8)),
        sel(u8(SEL_PROTO, 1), u8(SEL_ICMP_TYPE, 0), u8(SEL_ICMP_CODE, 0)),
    ]
    commit(c, entries=[(1, 0, [nest(A_ACE, u8(ACE_PERMIT, 1), s) for s in shapes])])
    (_, [(_, _, got)]), = maps(c)
    assert [data for _, data in got] == [table(s)[ACE_SELECTOR] for s in shapes], got
    # what is outside the mask is not kept
    commit(c, entries=[(1, 0, [nest(A_ACE, u8(ACE_PERMIT, 1), sel(
        ip(SEL_SRC, "10.1.2.3"), ip(SEL_SRC_MASK, "255.255.0.0")))])])
    assert table(maps(c)[0][1][0][2][0][1])[SEL_SRC] == bytes((10, 1, 0, 0))

    c.call(MAP_BEGIN, text(A_MAP_NAME, "M"))
    c.call(MAP_ENTRY, nest(A_ENTRY, u32(ENTRY_SEQ, 1)))
    for pattern, *parts in (
            ("mask", ip(SEL_SRC, "10.0.0.0")),
            ("mask", ip(SEL_DST_MASK, "255.0.0.0")),
            ("ends before", u8(SEL_PROTO, 6), u16(SEL_SPORT_MIN, 2), u16(SEL_SPORT_MAX, 1)),
            ("6 or 17", u16(SEL_DPORT_MIN, 1)),
            ("6 or 17", u8(SEL_PROTO, 1), u16(SEL_DPORT_MAX, 1)),
            ("6 or 17", u8(SEL_PROTO, 1), u8(SEL_FLAGS, 1)),
            ("protocol 1", u8(SEL_PROTO, 6), u8(SEL_ICMP_TYPE, 1)),
            ("needs a type", u8(SEL_PROTO, 1), u8(SEL_ICMP_CODE, 1)),
            ("contradicts", u8(SEL_PROTO, 6), u8(SEL_FLAGS, 1)),
            ("", u8(SEL_PROTO, 6), u8(SEL_FLAGS, 4)),
            ("twice", u8(SEL_PROTO, 6), u8(SEL_PROTO, 6)),
            (".", u8(13, 1)),
            ("", attr(SEL_SRC, b"\1"), ip(SEL_SRC_MASK, "255.0.0.0"))):
        expect(errno.EINVAL, pattern, c, MAP_ACES,
               u32(A_ENTRY_SEQ, 1) + nest(A_ACE, u8(ACE_PERMIT, 1), sel(*parts)))


@case
def staging_refuses(c):
    seq = u32(A_ENTRY_SEQ, 10)
    for cmd, payload in ((MAP_COMMIT, b""), (MAP_ABORT, b""), (MAP_ACES, seq + ace()),
                         (MAP_ENTRY, nest(A_ENTRY, u32(ENTRY_SEQ, 10)))):
        expect(errno.ENOENT, "MAP_BEGIN first", c, cmd, payload)
    for cmd in (MAP_BEGIN, MAP_DEL):
        expect(errno.EINVAL, "map name is missing", c, cmd, missing=A_MAP_NAME)
        expect(errno.EINVAL, "empty", c, cmd, text(A_MAP_NAME, ""))
        expect(errno.EINVAL, "after its end", c, cmd, attr(A_MAP_NAME, b"a\0b\0"))
        expect(errno.EINVAL, "", c, cmd, attr(A_MAP_NAME, b"unterminated"))
        expect(errno.EINVAL, "twice", c, cmd, text(A_MAP_NAME, "M") * 2)
    try:
        c.call(MAP_BEGIN, text(A_MAP_NAME, "x" * 64))
    except Refused as refused:
        assert refused.errno in (errno.EINVAL, errno.ERANGE), refused
    else:
        raise AssertionError("a name of 64 bytes was taken")
    c.call(MAP_BEGIN, text(A_MAP_NAME, "x" * 63))
    for bad in (0, 65536, 0xffffffff):
        expect(errno.ERANGE, "1 to 65535", c, MAP_ENTRY, nest(A_ENTRY, u32(ENTRY_SEQ, bad)))
        expect(errno.ERANGE, "1 to 65535", c, MAP_ACES, u32(A_ENTRY_SEQ, bad) + ace())
    expect(errno.EINVAL, "entry is missing", c, MAP_ENTRY, missing=A_ENTRY)
    expect(errno.EINVAL, "sequence number is missing", c, MAP_ENTRY, nest(A_ENTRY), ENTRY_SEQ)
    expect(errno.EINVAL, "", c, MAP_ENTRY, nest(A_ENTRY, u32(ENTRY_SEQ, 1), u32(ENTRY_FLAGS, 2)))
    expect(errno.EINVAL, ".", c, MAP_ENTRY, nest(A_ENTRY, u32(ENTRY_SEQ, 1), u64(4, 2)))
    c.call(MAP_ENTRY, nest(A_ENTRY, u32(ENTRY_SEQ, 10)))
    expect(errno.EEXIST, "sequence number", c, MAP_ENTRY, nest(A_ENTRY, u32(ENTRY_SEQ, 10)))
    expect(errno.ENOENT, "no entry", c, MAP_ACES, u32(A_ENTRY_SEQ, 11) + ace())
    expect(errno.EINVAL, "ACE is missing", c, MAP_ACES, seq, missing=A_ACE)
    expect(errno.EINVAL, "sequence number is missing", c, MAP_ACES, ace(), missing=A_ENTRY_SEQ)
    expect(errno.EINVAL, "twice", c, MAP_ACES, seq + seq + ace())
    expect(errno.EINVAL, "permit or deny", c, MAP_ACES,
           seq + nest(A_ACE, selector(ACE_SELECTOR)), missing=ACE_PERMIT)
    expect(errno.EINVAL, "selector is missing", c, MAP_ACES,
           seq + nest(A_ACE, u8(ACE_PERMIT, 1)), missing=ACE_SELECTOR)
    expect(errno.ERANGE, "range", c, MAP_ACES,
           seq + nest(A_ACE, u8(ACE_PERMIT, 2), selector(ACE_SELECTOR)))
    # the good ACEs ahead of the bad one are taken back
    expect(errno.EINVAL, "6 or 17", c, MAP_ACES,
           seq + ace() + nest(A_ACE, u8(ACE_PERMIT, 1), nest(ACE_SELECTOR, u16(SEL_DPORT_MIN, 1))))
    c.call(MAP_COMMIT)
    assert maps(c) == [("x" * 63, [(10, 0, [])])]


@case
def entries_and_aces_are_bounded(c):
    c.call(MAP_BEGIN, text(A_MAP_NAME, "M"))
    for seq in range(1, 1025):
        c.call(MAP_ENTRY, nest(A_ENTRY, u32(ENTRY_SEQ, seq)))
    expect(errno.E2BIG, "all the entries", c, MAP_ENTRY, nest(A_ENTRY, u32(ENTRY_SEQ, 2000)))
    for _ in range(128):
        c.call(MAP_ACES, u32(A_ENTRY_SEQ, 7) + ace() * 512)
    expect(errno.E2BIG, "all the ACEs", c, MAP_ACES, u32(A_ENTRY_SEQ, 8) + ace())
    c.call(MAP_ABORT)


@case
def a_stage_belongs_to_its_socket(c):
    other = Client()
    stage(c, "M", [(10, 0, [ace()])])
    expect(errno.ENOENT, "MAP_BEGIN first", other, MAP_COMMIT)
    stage(other, "N", [(20, 0, [])])
    c.call(MAP_BEGIN, text(A_MAP_NAME, "O"))        # drops M
    c.call(MAP_COMMIT)
    other.call(MAP_ABORT)
    expect(errno.ENOENT, "MAP_BEGIN first", other, MAP_COMMIT)
    assert maps(c) == []
    stage(other, "N", [(20, 0, [ace()])])
    portid = other.portid()
    other.close()
    heir = Client(portid)
    assert heir.portid() == portid
    expect(errno.ENOENT, "MAP_BEGIN first", heir, MAP_COMMIT)


@case
def ten_thousand_aces(c):
    aces = [nest(A_ACE, u8(ACE_PERMIT, n & 1), nest(
        ACE_SELECTOR, ip(SEL_SRC, f"10.{n >> 8}.{n & 255}.0"), ip(SEL_SRC_MASK, "255.255.255.0"),
        be32(SEL_DST, 0x0b000000 + n), ip(SEL_DST_MASK, "255.255.255.255"))) for n in range(10000)]
    start = time.monotonic()
    commit(c, "big", [(10, 0, aces)])
    took = time.monotonic() - start
    want = [(n & 1, table(table(a)[A_ACE])[ACE_SELECTOR]) for n, a in enumerate(aces)]
    for size in (4096, 8192, 65536):
        assert maps(Client(buffer=size)) == [("big", [(10, 0, want)])], f"dump through {size} bytes differs"
    assert len(flows(c)) == 5000
    commit(c, "big", [(10, 0, aces)])
    assert len(flows(c)) == 5000
    commit(c, "big", [(10, 0, aces[5000:])])
    assert len(flows(c)) == 2500
    c.call(MAP_DEL, text(A_MAP_NAME, "big"))
    assert not flows(c)
    assert took < 20, f"{took:.1f} s"


# --- dumps under change ---------------------------------------------------------------------------------------

@case
def dump_says_that_it_was_interrupted(c):
    commit(c)
    for n in range(100):
        c.call(SA_ADD, sa(sa_parts(0x1000 + n, key=n)))
    assert c.dump(SA_GET)[1] is False
    other = Client()

    def change(datagram):
        if datagram == 1:
            other.call(SA_DEL, sa_id(0x1000))       # shown already
            other.call(SA_DEL, sa_id(0x1000 + 99))  # not yet
            other.call(SA_ADD, sa(sa_parts(0x2000, key=1000)))

    answers, interrupted = Client(buffer=4096).dump(SA_GET, between=change)
    spis = [int.from_bytes(table(table(a)[A_SA])[SA_SPI], "big") for a in answers]
    assert interrupted
    assert len(set(spis)) == len(spis), "an SA was shown twice"
    assert set(range(0x1001, 0x1000 + 99)) <= set(spis), "an SA that was there was left out"
    assert 0x1063 not in spis and 0x2000 in spis
    answers, interrupted = c.dump(SA_GET)
    assert not interrupted and len(answers) == 99


@case
def map_dump_goes_on_when_the_map_goes(c):
    aces = [ace(1, src=f"10.{n}.0.0") for n in range(200)]
    for name in ("A", "B", "C"):
        commit(c, name, [(10, 0, aces), (20, 0, aces)])
    other = Client()

    def change(datagram):
        if datagram == 1:
            other.call(MAP_DEL, text(A_MAP_NAME, "A"))      # at work
            other.call(MAP_DEL, text(A_MAP_NAME, "B"))

    answers, interrupted = Client(buffer=4096).dump(MAP_GET, between=change)
    names = [table(a)[A_MAP_NAME] for a in answers]
    assert interrupted and b"B\0" not in names and names[-1] == b"C\0"
    entries = [table(table(a)[A_ENTRY]) for a in answers if A_ENTRY in table(a)
               and table(a)[A_MAP_NAME] == b"C\0"]
    assert [number(e[ENTRY_SEQ]) for e in entries] == [10, 20]
    assert [m[0] for m in maps(c)] == ["C"]


@case
def flow_and_binding_dumps_go_on(c):
    commit(c, "M", [(10, 0, [ace(1, src=f"10.{n}.0.0") for n in range(200)])])
    other = Client()
    answers, interrupted = Client(buffer=4096).dump(
        FLOW_GET, between=lambda n: n == 1 and commit(other, "N", [(1, 0, [ace()])]))
    assert interrupted and len(answers) == 201, len(answers)


# --- flows and bindings ------------------------------------------------------------------------------------------

@case
def binding_follows_map_and_interface(c):
    first, second = veth("v0"), veth("v1")
    commit(c, "M")
    commit(c, "N")
    lo = socket.if_nametoindex("lo")
    c.call(BIND_SET, bind(second, "M"))
    c.call(BIND_SET, bind(first, "M"))
    c.call(BIND_SET, bind(lo, "N", "192.0.2.7"))
    local, other = bytes((192, 0, 2, 1)), bytes((192, 0, 2, 7))
    assert binds(c) == [(lo, "N", other), (first, "M", local), (second, "M", local)], binds(c)
    c.call(BIND_SET, bind(first, "N", "192.0.2.7"))
    assert binds(c) == [(lo, "N", other), (first, "N", other), (second, "M", local)]
    c.call(SA_ADD, sa(sa_parts()))
    assert number(sas(c)[0][SA_IFINDEX]) == second
    expect(errno.EBUSY, "bears", c, MAP_DEL, text(A_MAP_NAME, "M"))
    run("ip", "link", "del", "v1")
    assert binds(c) == [(lo, "N", other), (first, "N", other)]
    c.call(MAP_DEL, text(A_MAP_NAME, "M"))
    expect(errno.ENOENT, "no such crypto map", c, MAP_DEL, text(A_MAP_NAME, "M"))
    c.call(BIND_DEL, nest(A_BIND, u32(BIND_IFINDEX, lo)))
    expect(errno.ENOENT, "bears no", c, BIND_DEL, nest(A_BIND, u32(BIND_IFINDEX, lo)))
    assert binds(c) == [(first, "N", other)]


@case
def binding_leaves_with_an_interface_that_changes_namespace(c):
    index = veth()
    commit(c)
    c.call(BIND_SET, bind(index))
    holder = subprocess.Popen(["unshare", "-n", "sleep", "60"])
    time.sleep(0.5)
    try:
        run("ip", "link", "set", "v0", "netns", str(holder.pid))
        assert binds(c) == []
    finally:
        holder.kill()
        holder.wait()


@case
def binding_refuses(c):
    commit(c)
    index = socket.if_nametoindex("lo")
    expect(errno.ENODEV, "no such interface", c, BIND_SET, bind(4711))
    expect(errno.ENOENT, "no such crypto map", c, BIND_SET, bind(index, "m"))
    expect(errno.EINVAL, "sealgate0", c, BIND_SET, bind(socket.if_nametoindex("sealgate0")))
    expect(errno.ERANGE, "range", c, BIND_SET, bind(0))
    for address in ("0.0.0.0", "239.1.1.1", "255.255.255.255"):
        expect(errno.EINVAL, "not one of a host", c, BIND_SET, bind(index, local=address))
    for parts, missing in (((text(BIND_MAP, "M"), ip(BIND_LOCAL, "192.0.2.1")), BIND_IFINDEX),
                           ((u32(BIND_IFINDEX, index), ip(BIND_LOCAL, "192.0.2.1")), BIND_MAP),
                           ((u32(BIND_IFINDEX, index), text(BIND_MAP, "M")), BIND_LOCAL)):
        expect(errno.EINVAL, "missing", c, BIND_SET, nest(A_BIND, *parts), missing)
    expect(errno.EINVAL, "missing", c, BIND_SET, missing=A_BIND)
    expect(errno.EINVAL, "twice", c, BIND_SET,
           nest(A_BIND, u32(BIND_IFINDEX, 1), u32(BIND_IFINDEX, 1), text(BIND_MAP, "M"),
                ip(BIND_LOCAL, "192.0.2.1")))
    expect(errno.EINVAL, ".", c, BIND_DEL, bind(index))
    assert binds(c) == []


@case
def flow_outlives_its_map_while_an_sa_has_it(c):
    keep, gone = ace(1), ace(1, src="10.3.0.0")
    commit(c, entries=[(10, 0, [keep, gone])])
    states = [f[FLOW_STATE][0] for f in flows(c)]
    assert states == [FLOW_IDLE, FLOW_IDLE]
    c.call(SA_ADD, sa(sa_parts(0x1000, IN, key=1)))
    assert [f[FLOW_STATE][0] for f in flows(c)] == [FLOW_IDLE, FLOW_IDLE]
    c.call(SA_ADD, sa(sa_parts(0x1001, OUT, key=2)))
    assert [f[FLOW_STATE][0] for f in flows(c)] == [FLOW_UP, FLOW_IDLE]
    commit(c, entries=[(10, 0, [gone, keep])])
    assert [f[FLOW_STATE][0] for f in flows(c)] == [FLOW_UP, FLOW_IDLE]
    commit(c, entries=[(10, 0, [gone])])        # its SAs keep the first flow
    assert len(flows(c)) == 2 and len(sas(c)) == 2
    expect(errno.ENOENT, "no crypto map in force", c, SA_ADD, sa(sa_parts(0x1002, OUT, key=3)))
    c.call(SA_DEL, sa_id(0x1001))
    c.call(SA_DEL, sa_id(0x1000, "192.0.2.1"))
    assert len(flows(c)) == 1
    commit(c, entries=[])
    assert not flows(c)


@case
def acquire_hold_and_fail(c):
    index = veth()
    run("ip", "addr", "add", "10.1.0.1/16", "dev", "v0")
    run("ip", "link", "set", "v0", "up")
    run("ip", "link", "set", "v0p", "up")
    run("ip", "route", "add", "10.2.0.0/16", "dev", "v0")
    listener = Client()
    listener.join("events")
    commit(c)
    c.call(BIND_SET, bind(index, local="10.1.0.1"))
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("10.1.0.1", 5000))
    for _ in range(3):
        udp.sendto(b"x", ("10.2.0.9", 6000))
    (cmd, data), = listener.events(0.5)
    event = table(table(data)[A_ACQUIRE])
    assert cmd == EV_ACQUIRE and number(event[ACQ_IFINDEX]) == index
    assert event[ACQ_LOCAL] == bytes((10, 1, 0, 1))
    (_, want), = attributes(flow(ACQ_FLOW))
    assert event[ACQ_FLOW] == want
    host = "255.255.255.255"
    (_, want), = attributes(selector(ACQ_PACKET, "10.1.0.1", "10.2.0.9", host, u8(SEL_PROTO, 17),
                                     u16(SEL_SPORT_MIN, 5000), u16(SEL_SPORT_MAX, 5000),
                                     u16(SEL_DPORT_MIN, 6000), u16(SEL_DPORT_MAX, 6000)))
    assert event[ACQ_PACKET] == want, event[ACQ_PACKET]
    only, = flows(c)
    assert only[FLOW_STATE][0] == FLOW_ACQUIRING and number(only[FLOW_HELD]) == 3
    before = stats(c)
    assert before[STAT_HELD] == 3
    expect(errno.ENOENT, "no such flow", c, FLOW_FAIL, flow(A_FLOW, seq=11))
    expect(errno.EINVAL, "flow is missing", c, FLOW_FAIL, missing=A_FLOW)
    c.call(FLOW_FAIL, flow(A_FLOW))
    only, = flows(c)
    assert only[FLOW_STATE][0] == FLOW_IDLE and number(only[FLOW_HELD]) == 0
    assert stats(c)[STAT_OUT_HOLD_EXPIRED] == 3
    udp.sendto(b"x", ("10.2.0.9", 6000))        # asks anew
    assert [cmd for cmd, _ in listener.events(0.5)] == [EV_ACQUIRE]
    commit(c, entries=[])                       # the ACE goes: what it holds is dropped
    assert not flows(c) and stats(c)[STAT_OUT_HOLD_EXPIRED] == 4
    commit(c)
    for _ in range(2):
        udp.sendto(b"x", ("10.2.0.9", 6000))    # left for the namespace's end
    assert number(flows(c)[0][FLOW_HELD]) == 2


# --- privilege ----------------------------------------------------------------------------------------------------

def all_refused(client, number_):
    for cmd in COMMANDS:
        try:
            client.dump(cmd) if cmd in DUMP_ONLY else client.call(cmd)
        except Refused as refused:
            assert refused.errno == number_, f"command {cmd}: {refused}"
        else:
            raise AssertionError(f"command {cmd} was accepted")
    try:
        client.join("events")
    except PermissionError:
        return
    raise AssertionError("joined the group of events")


@case
def nobody_may_do_nothing(c):
    commit(c)
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    all_refused(Client(), errno.EPERM)


@case
def root_of_a_user_namespace_has_its_own_network_only(c):
    commit(c)
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    unshare(CLONE_NEWUSER)
    all_refused(Client(), errno.EPERM)          # still in the namespace of root
    unshare(CLONE_NEWNET)
    own = Client()
    own.join("events")
    commit(own)
    own.call(SA_ADD, sa(sa_parts()))
    assert len(sas(own)) == 1 and len(maps(own)) == 1


# --- the end of namespaces and sockets --------------------------------------------------------------------------------

@case
def namespace_goes_with_everything_in_it(c):
    index = veth()
    commit(c)
    c.call(BIND_SET, bind(index))
    for n in range(50):
        c.call(SA_ADD, sa(sa_parts(0x1000 + n, IN if n & 1 else OUT, key=n)
                          | {SA_HARD_S: u64(SA_HARD_S, 1 + n % 3)}))
    stage(c, "left", [(1, 0, [ace()])])
    c.send(SA_GET, flags=0x301)                 # a dump nobody reads to its end


def in_child(func):
    """Runs a case in a process and a network namespace of its own. Return: what went wrong."""
    readable, writable = os.pipe()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            os.close(readable)
            unshare(CLONE_NEWNET)
            run("ip", "link", "set", "lo", "up")
            func(Client())
            status = 0
        except BaseException:       # pylint: disable=broad-except
            os.write(writable, traceback.format_exc().encode())
        os._exit(status)
    os.close(writable)
    with os.fdopen(readable, "rb") as pipe:
        report = pipe.read().decode()
    return report if os.waitpid(pid, 0)[1] else None


def main():
    names = sys.argv[1:]
    chosen = [func for func in CASES if not names or func.__name__ in names]
    failed = 0
    print(f"1..{len(chosen)}")
    for index, func in enumerate(chosen, 1):
        start = time.monotonic()
        report = in_child(func)
        name = func.__name__.replace("_", " ")
        print(f"{'not ok' if report else 'ok'} {index} - {name} # {time.monotonic() - start:.1f} s",
              flush=True)
        for line in (report or "").splitlines():
            print("# " + line)
        failed += bool(report)
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
