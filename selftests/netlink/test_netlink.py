#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The netlink family of sealgate.ko: the rules for all commands, SAs, privilege, from an
independent client.

Runs in the test VM (selftests/vm/run -- ...); arguments choose cases by name.
"""

import errno
import os
import re
import sys
import time

sys.dont_write_bytecode = True
from cases import CLONE_NEWNET, CLONE_NEWUSER, NOBODY, case, expect, main, unshare  # noqa: E402
from client import (  # noqa: E402
    Client, Refused, attr, attributes, be32, ip, nest, table, text, u16, u32, u64, u8)
from family import (  # noqa: E402
    A_ABI, A_AUTHS, A_CIPHERS, A_EXPIRE, A_MAP_NAME, A_NS, A_PAD, A_PEER, A_RELEASE, A_SA,
    BIND_GET, BIND_SET, BUNDLED, COMMANDS, COUNTERS_CLEAR, DUMP_ONLY, EV_ACQUIRE, EV_EXPIRE,
    EXP_DIR, EXP_DST, EXP_HARD, EXP_PROTO, EXP_REASON, EXP_SPI, EXP_USED, FLOW_GET, FLOW_MAP,
    FLOW_SEQ, IN, INFO_GET, MANUAL, MAP_ABORT, MAP_BEGIN, MAP_COMMIT, MAP_GET, MD5,
    NS_FLOW_PACKETS, NS_FOREIGN, NS_GET, NS_PACKETS, NS_SECONDS, NS_SET, OUT, SA_ADD, SA_AGE,
    SA_AKEY, SA_AUTH, SA_BYTES, SA_CIPHER, SA_CKEY, SA_COOKIE, SA_DEL, SA_DIR, SA_DST,
    SA_ERRORS, SA_FLAGS, SA_FLOW, SA_FLUSH, SA_GET, SA_HARD_B, SA_HARD_S, SA_ID, SA_IFINDEX,
    SA_MODE, SA_PACKETS, SA_PACKET_BYTES, SA_PAIR, SA_PROTO, SA_PROXY, SA_REPLAY, SA_SEQ,
    SA_SOFT_B, SA_SOFT_S, SA_SPI, SA_SRC, SA_STATE, SEAL, SHA1, STATS_GET, STAT_LAST, TRANSPORT,
    ace, auth_key, bind, cipher_key, commit, flow, flows, maps, number, sa, sa_id, sa_parts,
    sas, stage, stats, veth)


# --- INFO, STATS, NS ---

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


# --- SAs ---

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
    for kind in (SA_STATE, SA_AGE, SA_BYTES, SA_PACKETS, SA_SEQ, SA_ERRORS, SA_ID, SA_IFINDEX, 31,
                 99):
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
    expect(errno.EEXIST, "destination, SPI and protocol", c, SA_ADD,
           sa(sa_parts(0x1000, OUT, key=2)))
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
    other.call(SA_ADD, sa(sa_parts()))      # the same SPI and key: it may be the peer
    assert number(sas(other)[0][SA_ID]) == 1


@case
def lifetime_in_seconds_raises_one_soft_and_one_hard(c):
    listener = Client()
    listener.join("events")
    commit(c)
    start = time.monotonic()
    c.call(SA_ADD, sa(sa_parts() | {SA_SOFT_S: u64(SA_SOFT_S, 1), SA_HARD_S: u64(SA_HARD_S, 4)}))
    events = [listener.event(30)]
    assert time.monotonic() - start >= 0.9, "soft limit is early"
    assert sas(c)[0][SA_STATE] == b"\x02", "not past its soft limit"
    events.append(listener.event(30))
    assert time.monotonic() - start >= 3, "hard limit is early"     # it counts whole seconds
    events += listener.events(1.5)
    assert [cmd for cmd, _ in events] == [EV_EXPIRE, EV_EXPIRE], events
    soft, hard = (table(table(data)[A_EXPIRE]) for _, data in events)
    for event in (soft, hard):
        assert event[EXP_DST] == bytes((192, 0, 2, 2)) and event[EXP_SPI] == b"\0\0\x10\0"
        assert event[EXP_PROTO] == b"\x32" and event[EXP_DIR] == bytes((OUT,))
        assert event[EXP_REASON] == b"\x01" and event[EXP_USED] == b"\0"
    assert soft[EXP_HARD] == b"\0" and hard[EXP_HARD] == b"\x01"
    assert not sas(c), "a hard-expired SA is still there"


# --- privilege ---

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


# --- the end of namespaces and sockets ---

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


if __name__ == "__main__":
    sys.exit(main())
