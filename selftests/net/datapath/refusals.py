#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What must not come in: forged ESP, and clear packets that a map protects.

Topology and arithmetic: lab.py. Started by kernel-refusals.sh.
"""

import socket
import struct
import sys

sys.dont_write_bytecode = True
from lab import (  # noqa: E402
    CANARY, A, B, R1, R2, FLOW1, FLOW2, UDP, ESP, IP_HEADER, Wire, result, same,
    wait, ping, ipv4, udp, icmp_error, differences, run)
import gateway  # noqa: E402
from gateway import Events, selector, within  # noqa: E402


def forged(lab):
    """Each way in which an ESP packet can be wrong has its counter, and harms nothing."""
    lab.tunnel()
    ping("A", B, "-c 3 -i 0.1 -W 5")
    events = Events("R2")
    lab.b.clear()
    sent = lab.wire.esp(True)[-3:]
    good = ipv4(A, B, UDP, udp(9, 9, b"inner"))

    def refused(text, counter, packets):
        before = lab.r2.stats()
        for packet in packets:
            lab.wire.inject(packet)
        wait(lambda: lab.r2.stats()[counter] - before[counter] >= len(packets), 5)
        same(text, differences(before, lab.r2.stats()), {counter: len(packets)})

    errors = lab.r2.sa_number(R2, lab.spi, gateway.SA_ERRORS)
    refused("replays", "IN_REPLAY", sent)
    result(events.wait(gateway.REPLAY) is not None, "with an event")
    body = lab.forge(50, good)
    flips = [body[:at] + bytes([body[at] ^ 1]) + body[at + 1:]
             for at in range(IP_HEADER + 4, len(body))]
    refused("every byte from the sequence number on, flipped", "IN_ICV", flips)
    cut = struct.pack("!II", lab.spi, 51) + bytes(13)
    refused("shorter than header, trailer and ICV", "IN_TRUNCATED",
            [ipv4(R1, R2, ESP, cut[:n]) for n in (8, 10, 21)])
    refused("not even a header", "IN_TRUNCATED", [ipv4(R1, R2, ESP, cut[:n]) for n in (0, 3)])
    refused("off the boundary", "IN_TRUNCATED", [ipv4(R1, R2, ESP, cut + bytes(9))])
    refused("unknown SPI", "IN_NO_SA",
            [ipv4(R1, R2, ESP, struct.pack("!II", 0xdead0000, 1) + bytes(40))])
    result(events.wait(gateway.INVALID_SPI) is not None, "with an event")
    refused("AH", "IN_NO_SA", [ipv4(R1, R2, 51, bytes(40))])
    refused("another outer source", "IN_ADDR_SRC", [lab.forge(52, good, src="10.10.10.77")])
    refused("sequence number 0", "IN_REPLAY", [lab.forge(0xffffffff, good)[:24] + bytes(4) +
                                               lab.forge(0xffffffff, good)[28:]])
    end = bytes([4])
    refused("pad length beyond the packet", "IN_PADDING",
            [lab.forge(60, good[:30], trailer=b"\xff" + end)])
    refused("pad bytes other than 1, 2, 3", "IN_PADDING",
            [lab.forge(61, good[:31] + b"\x01\x02\x04", trailer=b"\x03" + end)])
    refused("next header 59", "IN_NEXT_HEADER", [lab.forge(62, good, next_header=59)])
    refused("next header 6", "IN_NEXT_HEADER", [lab.forge(63, good, next_header=6)])
    refused("inner packets that are none", "IN_INNER", [
        lab.forge(64, good[:19]),
        lab.forge(65, ipv4(A, B, UDP, b"x" * 20, version=6)),
        lab.forge(66, ipv4(A, B, UDP, b"x" * 20, ihl=4)),
        lab.forge(67, ipv4(A, B, UDP, b"x" * 20, ihl=15)),
        lab.forge(68, ipv4(A, B, UDP, b"x" * 20, total=41)),
        lab.forge(69, ipv4(A, B, UDP, b"x" * 20, total=19)),
        lab.forge(70, good[:10] + b"\0\0" + good[12:])])
    refused("outside the proxies", "IN_PROXY", [
        lab.forge(71, ipv4("172.18.125.1", B, UDP, udp(9, 9, b"x"))),
        lab.forge(72, ipv4(A, "20.20.21.1", UDP, udp(9, 9, b"x"))),
        lab.forge(73, ipv4(B, A, UDP, udp(9, 9, b"x")))])
    refused("CE outside, not-ECT inside", "IN_ECN", [lab.forge(74, good, tos=3)])
    same("the SA counts what it refused: 3 + %d + 3 + 1 + 1 + 1 + 2 + 2 + 7 + 3 + 1" % len(flips),
         lab.r2.sa_number(R2, lab.spi, gateway.SA_ERRORS) - errors, 24 + len(flips))
    same("none of it reached B", lab.b.packets(False), [])

    before = lab.r2.stats()
    lab.wire.inject(lab.forge(75, good + b"behind the end"))
    lab.wire.inject(lab.forge(76, ipv4(A, B, UDP, udp(9, 9, b"inner"), tos=1), tos=3))
    lab.wire.inject(lab.forge(49, good))
    wait(lambda: lab.r2.stats()["IN_PACKETS"] - before["IN_PACKETS"] == 3)
    same("good ones are taken, a late one within the window too",
         {k: v for k, v in differences(before, lab.r2.stats()).items() if k != "OUT_PACKETS"},
         {"IN_PACKETS": 3})
    arrived = [(p[1], p[28:]) for p in lab.b.packets(False) if p[9] == UDP]
    same("what was behind the inner packet is cut off, CE goes inside",
         arrived, [(0, b"inner"), (3, b"inner"), (0, b"inner")])


def clear(lab):
    """What the map protects is not taken in clear, forwarded or local; IKE and its errors are."""
    lab.tunnel()
    ping("A", B, "-c 1 -W 5")
    events = Events("R2")
    lab.b.clear()
    before = lab.r2.stats()
    lab.wire.inject(ipv4(A, B, UDP, udp(7, 7, CANARY)))
    lab.wire.inject(ipv4(A, "20.20.20.2", UDP, udp(7, 7, CANARY)))
    wait(lambda: lab.r2.stats()["IN_NOT_IPSEC"] - before["IN_NOT_IPSEC"] == 2)
    same("clear packets for B and for R2's inside are refused",
         differences(before, lab.r2.stats()), {"IN_NOT_IPSEC": 2})
    result(events.wait(gateway.NOT_IPSEC) is not None, "with an event")
    same("none reached B", lab.b.packets(False), [])
    lab.wire.inject(ipv4("172.18.125.1", B, UDP, udp(7, 7, b"not covered")))
    result(wait(lambda: lab.b.packets(False)), "what no permit covers passes in clear")

    lab.r2.map_set("M", (10, 0, FLOW2[2], selector()))
    lab.r1.map_set("M", (10, 0, FLOW1[2], selector()))
    before = lab.stats()
    ike = [within(ns, lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
           for ns in ("R1", "R2")]
    ike[0].bind((R1, 500))
    ike[1].bind((R2, 500))
    ike[1].settimeout(5)
    ike[0].sendto(b"ike", (R2, 500))
    same("IKE passes a map that permits everything", ike[1].recv(100), b"ike")
    same("and is not counted", [differences(x, y) for x, y in zip(before, lab.stats())], [{}, {}])

    peer = Wire("R2", "eth0")
    ike[1].sendto(b"ike", (R1, 500))
    ike[0].settimeout(5)
    ike[0].recv(100)
    ike[0].connect((R2, 500))
    peer.inject(icmp_error(3, 0, R2, R1, ipv4(R1, R2, UDP, udp(500, 500, b""))))
    try:
        same("an ICMP error about IKE reaches the socket", ike[0].recv(100), None)
    except ConnectionRefusedError:
        result(True, "an ICMP error about IKE reaches the socket")
    except TimeoutError:
        result(False, "an ICMP error about IKE reaches the socket")
    lab.wire.inject(icmp_error(3, 0, R1, R2, ipv4(R2, R1, UDP, udp(53, 53, b""))))
    wait(lambda: lab.r2.stats()["IN_NOT_IPSEC"] > before[1]["IN_NOT_IPSEC"], 5)
    same("another ICMP error is refused", differences(before[1], lab.r2.stats()),
         {"IN_NOT_IPSEC": 1})
    for sock in ike:
        sock.close()


if __name__ == "__main__":
    run(forged, clear)
