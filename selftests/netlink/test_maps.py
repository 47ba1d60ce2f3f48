#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The netlink family of sealgate.ko: crypto maps, their flows and bindings, and dumps that change
under way, from an independent client.

Runs in the test VM (selftests/vm/run -- ...); arguments choose cases by name.
"""

import errno
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from cases import case, expect, main  # noqa: E402
from client import (  # noqa: E402
    Client, Refused, attr, attributes, be32, ip, nest, table, text, u16, u32, u64, u8)
from family import (  # noqa: E402
    ACE_PERMIT, ACE_SELECTOR, ACQ_FLOW, ACQ_IFINDEX, ACQ_LOCAL, ACQ_PACKET, A_ACE, A_ACQUIRE,
    A_BIND, A_ENTRY, A_ENTRY_SEQ, A_FLOW, A_MAP_NAME, A_SA, BIND_DEL, BIND_IFINDEX, BIND_LOCAL,
    BIND_MAP, BIND_SET, COUNTERS_CLEAR, ENTRY_FLAGS, ENTRY_SEQ, EV_ACQUIRE, FLOW_ACQUIRING,
    FLOW_FAIL, FLOW_GET, FLOW_HELD, FLOW_IDLE, FLOW_STATE, FLOW_UP, IN, MAP_ABORT, MAP_ACES,
    MAP_BEGIN, MAP_COMMIT, MAP_DEL, MAP_ENTRY, MAP_GET, OUT, SA_ADD, SA_DEL, SA_GET, SA_IFINDEX,
    SA_SPI, SEL_DPORT_MAX, SEL_DPORT_MIN, SEL_DST, SEL_DST_MASK, SEL_FLAGS, SEL_ICMP_CODE,
    SEL_ICMP_TYPE, SEL_PROTO, SEL_SPORT_MAX, SEL_SPORT_MIN, SEL_SRC, SEL_SRC_MASK, STAT_HELD,
    STAT_OUT_HOLD_EXPIRED, ace, bind, binds, commit, flow, flows, maps, number, run, sa, sa_id,
    sa_parts, sas, selector, send_errors, stage, stats, veth)


# --- maps ---

@case
def map_comes_back_as_it_was_staged(c):
    aces = [ace(0, src="10.9.0.0"), ace(), ace(1, src="10.3.0.0")]
    parts = [table(table(a)[A_ACE]) for a in aces]
    want = [(part[ACE_PERMIT][0], part[ACE_SELECTOR]) for part in parts]
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
        assert maps(Client(buffer=size)) == [("big", [(10, 0, want)])], f"through {size} bytes"
    assert len(flows(c)) == 5000
    commit(c, "big", [(10, 0, aces)])
    assert len(flows(c)) == 5000
    commit(c, "big", [(10, 0, aces[5000:])])
    assert len(flows(c)) == 2500
    c.call(MAP_DEL, text(A_MAP_NAME, "big"))
    assert not flows(c)
    assert took < 20, f"{took:.1f} s"


# --- dumps under change ---

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


# --- flows and bindings ---

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
    holder = subprocess.Popen(["unshare", "-n", "sh", "-c", "echo; exec sleep 60"],
                              stdout=subprocess.PIPE)
    holder.stdout.readline()        # it is in its namespace now
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
    assert send_errors(c) == [3]
    commit(c)
    assert send_errors(c) == [3], "the counters of the entry did not outlive the commit"
    c.call(COUNTERS_CLEAR)
    assert send_errors(c) == [0] and stats(c)[STAT_OUT_HOLD_EXPIRED] == 3
    udp.sendto(b"x", ("10.2.0.9", 6000))        # asks anew
    assert [cmd for cmd, _ in listener.events(0.5)] == [EV_ACQUIRE]
    commit(c, entries=[])                       # the ACE goes: what it holds is dropped
    assert not flows(c) and stats(c)[STAT_OUT_HOLD_EXPIRED] == 4
    commit(c)
    for _ in range(2):
        udp.sendto(b"x", ("10.2.0.9", 6000))    # left for the namespace's end
    assert number(flows(c)[0][FLOW_HELD]) == 2


if __name__ == "__main__":
    sys.exit(main())
