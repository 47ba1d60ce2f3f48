# SPDX-License-Identifier: GPL-2.0-or-later
"""The module of one namespace, as tests of the data path drive it: maps, SAs, counters, events.

Stands on client.py; like there, numbers are written down by hand from uapi/sealgate.h.
"""

import ctypes
import socket
import struct
import time

from client import (Client, attr, be32, ip, nest, table, text, u8, u16, u32, u64)

CLONE_NEWNET = 0x40000000
SA_ADD, SA_DEL, SA_FLUSH, SA_GET = 2, 3, 4, 5
MAP_BEGIN, MAP_ENTRY, MAP_ACES, MAP_COMMIT = 6, 7, 8, 9
MAP_GET, BIND_SET, BIND_DEL, FLOW_GET, FLOW_FAIL, STATS_GET, NS_SET = 12, 13, 14, 16, 17, 18, 20
ACQUIRE, EXPIRE, INVALID_SPI, NOT_IPSEC, REPLAY = range(64, 69)
A_MAP_NAME, A_SA, A_ENTRY, A_ENTRY_SEQ, A_ACE, A_BIND, A_FLOW, A_EXPIRE, A_PKT, A_STATS, A_NS = \
    6, 8, 9, 10, 11, 12, 13, 15, 16, 17, 18
IN, OUT, TUNNEL, SEAL, MD5, SHA1, ESP = 1, 2, 1, 1, 1, 2, 50
DYNAMIC = 1
FLOW_IDLE, FLOW_ACQUIRING, FLOW_UP = 1, 2, 3
STATS = """- - OUT_PACKETS IN_PACKETS HELD RELEASED EVENT_DROPPED
    OUT_HOLD_FLOW_FULL OUT_HOLD_NS_FULL OUT_HOLD_EXPIRED OUT_NO_SA OUT_SEQ_EXHAUSTED OUT_SA_EXPIRED
    OUT_GSO OUT_CHECKSUM OUT_NOMEM OUT_TOO_BIG OUT_FRAGMENT OUT_ROUTE OUT_CRYPTO OUT_SEND OUT_LOOP
    OUT_MALFORMED IN_TRUNCATED IN_NO_SA IN_SA_EXPIRED IN_REPLAY IN_ICV IN_PADDING IN_NEXT_HEADER
    IN_INNER IN_PROXY IN_ECN IN_NOMEM IN_CRYPTO IN_DEPTH IN_NOT_IPSEC IN_BACKLOG
    IN_ADDR_SRC""".split()
SETTINGS = {"hold_flow_packets": 1, "hold_packets": 2, "hold_seconds": 3}
SETTING_FOREIGN_ESP = 4
SA_LIMITS = {"soft_seconds": 17, "hard_seconds": 18, "soft_bytes": 19, "hard_bytes": 20}
SA_REPLAY_WINDOW, SA_PACKETS, SA_SEQ, SA_ERRORS = 13, 25, 27, 28


def within(namespace, make):
    """What make() makes, made in a network namespace; the process stays where it is."""
    libc = ctypes.CDLL(None, use_errno=True)
    with open("/proc/self/ns/net", "rb") as home, \
            open("/run/netns/" + namespace, "rb") as away:
        if libc.setns(away.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns " + namespace)
        try:
            return make()
        finally:
            if libc.setns(home.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns back")


def selector(src=None, dst=None, proto=0, dport=None):
    """src, dst: "10.0.0.0/8"; dport: one port. What is not given matches everything."""
    parts = []
    for kind, prefix in ((1, src), (3, dst)):
        if prefix:
            base, _, bits = prefix.partition("/")
            mask = (0xffffffff << (32 - int(bits or 32))) & 0xffffffff
            parts += [ip(kind, base), be32(kind + 1, mask)]
    if proto:
        parts.append(u8(5, proto))
    if dport:
        parts += [u16(8, dport), u16(9, dport)]
    return b"".join(parts)


class Gateway:
    def __init__(self, namespace):
        self.namespace = namespace
        self.client = within(namespace, Client)

    # --- maps

    def map_set(self, name, *entries):
        """entries: (sequence number, flags, permitted selector...)"""
        self.client.call(MAP_BEGIN, text(A_MAP_NAME, name))
        for seq, flags, *permits in entries:
            self.client.call(MAP_ENTRY, nest(A_ENTRY, u32(2, seq), u32(3, flags)))
            self.client.call(MAP_ACES, u32(A_ENTRY_SEQ, seq) + b"".join(
                nest(A_ACE, u8(2, 1), nest(3, permit)) for permit in permits))
        self.client.call(MAP_COMMIT)

    def ifindex(self, interface):
        return within(self.namespace, lambda: socket.if_nametoindex(interface))

    def bind(self, interface, name, local):
        self.client.call(BIND_SET, nest(A_BIND, u32(1, self.ifindex(interface)), text(2, name),
                                        ip(3, local)))

    def flow_fail(self, name, seq, permit):
        self.client.call(FLOW_FAIL, nest(A_FLOW, text(1, name), u32(2, seq), nest(3, permit)))

    def flows(self):
        """[(state, held)]"""
        found = []
        for message in self.client.dump(FLOW_GET)[0]:
            flow = table(table(message)[A_FLOW])
            found.append((flow[4][0], struct.unpack("=I", flow[5])[0]))
        return found

    # --- SAs

    def sa_add(self, direction, src, dst, spi, keys, flow, proxy=None, auth=SHA1,
               window=64, **limits):
        """keys: (cipher, authenticator); flow: (map, sequence number, selector)"""
        name, seq, permit = flow
        more = [] if direction == OUT else [u32(SA_REPLAY_WINDOW, window)]
        more += [u64(SA_LIMITS[key], value) for key, value in limits.items()]
        self.client.call(SA_ADD, nest(
            A_SA, ip(2, src), ip(3, dst), be32(4, spi), u8(5, ESP), u8(6, direction), u8(7, TUNNEL),
            u16(8, SEAL), u16(9, auth), attr(10, keys[0]), attr(11, keys[1]),
            nest(14, proxy or permit),
            nest(15, text(1, name), u32(2, seq), nest(3, permit)), *more))

    def sa_del(self, dst, spi):
        self.client.call(SA_DEL, nest(A_SA, ip(3, dst), be32(4, spi), u8(5, ESP)))

    def sa_number(self, dst, spi, kind):
        """A number of an SA: SA_SEQ, SA_ERRORS, SA_PACKETS."""
        answer, = self.client.call(SA_GET, nest(A_SA, ip(3, dst), be32(4, spi), u8(5, ESP)))
        value = table(table(answer)[A_SA])[kind]
        return struct.unpack("=I" if len(value) == 4 else "=Q", value)[0]

    def sa_flush(self):
        self.client.call(SA_FLUSH)

    # --- the rest

    def stats(self):
        answer, = self.client.call(STATS_GET)
        values = table(table(answer)[A_STATS])
        return {name: struct.unpack("=Q", values[number])[0]
                for number, name in enumerate(STATS) if name != "-"}

    def settings(self, foreign_esp=None, **settings):
        parts = [u32(SETTINGS[key], value) for key, value in settings.items()]
        if foreign_esp is not None:
            parts.append(u8(SETTING_FOREIGN_ESP, foreign_esp))
        self.client.call(NS_SET, nest(A_NS, *parts))


class Events:
    """Hears the events of a namespace from its making on."""

    def __init__(self, namespace):
        self.client = within(namespace, Client)
        self.client.join("events")
        self.heard = []

    def wait(self, kind, seconds=10):
        """The payload of the next event of that kind, or None; others stay in .heard."""
        end = time.monotonic() + seconds
        while True:
            for event in self.heard:
                if event[0] == kind:
                    self.heard.remove(event)
                    return event[1]
            left = end - time.monotonic()
            if left <= 0:
                return None
            self.heard += self.client.events(min(left, 0.2))

    def count(self, kind, seconds=0.5):
        """How many of that kind were heard, once nothing more has come for so long; forgets all."""
        found = sum(event[0] == kind for event in self.heard + self.client.events(seconds))
        self.heard = []
        return found
