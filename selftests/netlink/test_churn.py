#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Maps, bindings and SAs of sealgate.ko change while packets of a permit flow:

    10.1.0.1 --UDP--> 10.2.0.9 by v0 [map M, 192.0.2.1] ------ v0p [a packet socket counts]

What v0p sees must be ESP and nothing else, whatever is replaced, and every packet that was held
must be accounted for: held = released + dropped + still held.

Runs in the test VM (selftests/vm/run -- ...); arguments choose cases by name.
"""

import os
import random
import signal
import socket
import struct
import sys
import time

sys.dont_write_bytecode = True
from cases import case, main  # noqa: E402
from client import Client, Refused, be32, text  # noqa: E402
from family import (  # noqa: E402
    A_FLOW, A_MAP_NAME, BIND_SET, FLOW_FAIL, FLOW_HELD, IN, MAP_DEL, OUT, SA_ADD, SA_DEL,
    SA_FLOW, SA_FLUSH, SA_SPI, STAT_HELD, STAT_OUT_HOLD_EXPIRED, STAT_OUT_PACKETS,
    STAT_RELEASED, ace, bind, commit, flow, flows, maps, number, run, sa, sa_id, sa_parts, sas,
    stats, veth)

SECONDS = 5
ETH_P_IP, IP_PROTO_AT, ESP, UDP = 0x0800, 23, 50, 17
SENDERS = 2


def network():
    index = veth("v0")
    for words in ("addr add 10.1.0.1/16 dev v0", "addr add 192.0.2.1/24 dev v0",
                  "link set v0 up", "link set v0p up", "route add 10.2.0.0/16 dev v0",
                  "neigh add 10.2.0.9 lladdr 02:00:00:00:00:09 dev v0",
                  "neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev v0"):
        run("ip", *words.split())
    return index


def flood():
    """A process that sends until it is killed. Errors of a full queue are its daily bread."""
    pid = os.fork()
    if pid:
        return pid
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("10.1.0.1", 0))
    while True:
        try:
            sock.sendto(b"canary" * 20, ("10.2.0.9", 9))
        except OSError:
            pass


class Wire:
    """Counts what arrives at v0p, by IP protocol, in a process of its own."""

    def __init__(self):
        self.readable, writable = os.pipe()
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_IP))
        self.sock.bind(("v0p", ETH_P_IP))
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.sock.settimeout(0.5)
        self.pid = os.fork()
        if self.pid:
            os.close(writable)
            return
        counts, stop = [0] * 256, []
        signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
        while True:
            try:
                counts[self.sock.recv(128)[IP_PROTO_AT]] += 1
            except TimeoutError:
                if stop:
                    break
        os.write(writable, struct.pack("256Q", *counts))
        os._exit(0)

    def counts(self):
        os.kill(self.pid, signal.SIGTERM)
        with os.fdopen(self.readable, "rb") as pipe:
            counts = struct.unpack("256Q", pipe.read())
        os.waitpid(self.pid, 0)
        return {proto: n for proto, n in enumerate(counts) if n}


def try_call(client, cmd, payload):
    try:
        client.call(cmd, payload)
    except Refused:
        pass


@case
def nothing_leaves_in_clear_while_everything_changes(c):
    index = network()
    wire = Wire()
    rng = random.Random(1)
    others = [ace(rng.randrange(2), src=f"10.{n}.0.0") for n in range(20, 60)]
    commit(c)
    c.call(BIND_SET, bind(index))
    senders = [flood() for _ in range(SENDERS)]
    key = 0
    end = time.monotonic() + SECONDS
    rounds = 0
    try:
        while time.monotonic() < end:
            rounds += 1
            action = rng.randrange(8)
            if action <= 1:     # the permit stays, in another place of another map version
                rng.shuffle(others)
                seq = rng.choice((10, 20))
                commit(c, entries=[(seq, 0, others[:9] + [ace()]), (30, 0, others[9:])])
            elif action <= 4:
                key += 1
                for seq in (10, 20):            # whichever entry has the permit now
                    try_call(c, SA_ADD, sa(sa_parts(0x1000 + key, OUT, key=key)
                                           | {SA_FLOW: flow(SA_FLOW, seq=seq)}))
            elif action == 5:
                for found in sas(c)[:-1]:
                    spi = int.from_bytes(found[SA_SPI], "big")
                    try_call(c, SA_DEL, sa_id(spi))
            elif action == 6:
                try_call(c, FLOW_FAIL, flow(A_FLOW, seq=rng.choice((10, 20))))
                if rng.random() < 0.3:
                    c.call(SA_FLUSH)
            else:
                c.call(BIND_SET, bind(index))
                maps(c)
                try_call(Client(), MAP_DEL, text(A_MAP_NAME, "M"))
    finally:
        for pid in senders:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    seen = wire.counts()
    assert set(seen) == {ESP}, f"on the wire, by protocol: {seen}"
    count = stats(c)
    held = sum(number(f[FLOW_HELD]) for f in flows(c))
    assert count[STAT_HELD] == count[STAT_RELEASED] + count[STAT_OUT_HOLD_EXPIRED] + held, count
    assert rounds > 20 and count[STAT_HELD] and count[STAT_RELEASED], (rounds, count)
    # the packet socket may lose some, the counter does not
    assert 0 < seen[ESP] <= count[STAT_OUT_PACKETS], (seen, count)
    c.call(SA_FLUSH)
    commit(c, entries=[])
    assert not flows(c) and not sas(c)


@case
def namespace_ends_under_traffic(c):
    index = network()
    commit(c)
    c.call(BIND_SET, bind(index))
    c.call(SA_ADD, sa(sa_parts(0x1001, OUT, key=1)))
    c.call(SA_ADD, sa(sa_parts(0x1002, IN, key=2) | {SA_SPI: be32(SA_SPI, 0x1002)}))
    senders = [flood() for _ in range(SENDERS)]
    time.sleep(1)
    c.call(SA_FLUSH)
    time.sleep(0.2)
    for pid in senders:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    assert number(flows(c)[0][FLOW_HELD]) == 64     # the default bound; dropped with the namespace


if __name__ == "__main__":
    sys.exit(main())
