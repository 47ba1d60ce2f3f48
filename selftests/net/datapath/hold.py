#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets that wait for an SA, and what ends an SA.

Topology and arithmetic: lab.py. Started by kernel-hold.sh.
"""

import os
import socket
import struct
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
from lab import (  # noqa: E402
    B, FLOW1, SO_RCVBUFFORCE, result, same, wait, ping, esp_seq, differences, run)
import gateway  # noqa: E402
from gateway import OUT, Events, within  # noqa: E402


def hold(lab):
    """A burst ahead of the SA: one ACQUIRE, all held, all sent in order once the SA is there."""
    events = Events("R1")
    lab.wire.clear()
    lab.b.clear()
    before = lab.stats()
    process = subprocess.Popen(["ip", "netns", "exec", "A", "taskset", "1", "ping", "-n", "-c", "10",
                                "-l", "10", "-W", "10", B], stdout=subprocess.PIPE, text=True)
    result(events.wait(gateway.ACQUIRE) is not None, "the first packet raises an ACQUIRE")
    wait(lambda: lab.r1.stats()["HELD"] - before[0]["HELD"] == 10)
    same("ten packets are held", differences(before[0], lab.r1.stats()), {"HELD": 10})
    same("and no further ACQUIRE is raised", events.count(gateway.ACQUIRE), 0)
    same("the flow shows them", lab.r1.flows(), [(gateway.FLOW_ACQUIRING, 10)])
    same("nothing is on the wire", lab.wire.packets(), [])
    lab.tunnel()
    output = process.communicate()[0]
    result("10 received, 0% packet loss" in output, "all ten are answered", output)
    same("R1 counts", differences(before[0], lab.r1.stats()),
         {"OUT_PACKETS": 10, "IN_PACKETS": 10, "HELD": 10, "RELEASED": 10})
    same("R2 counts", differences(before[1], lab.r2.stats()), {"OUT_PACKETS": 10, "IN_PACKETS": 10})
    same("they reach B in order",
         [struct.unpack_from("!H", p, 26)[0] for p in lab.b.packets(False)], list(range(1, 11)))
    same("sequence numbers are 1 to 10", [esp_seq(p) for p in lab.wire.esp(True)],
         list(range(1, 11)))
    same("the flow is up", lab.r1.flows(), [(gateway.FLOW_UP, 0)])
    same("a hop each way: TTL 64 - 2 at B", {p[8] for p in lab.b.packets(False)}, {62})


def release_order(lab):
    """A stream goes on while its SA comes up: what is newer does not overtake what was held.

    Order is that of the sequence numbers: the wire may swap packets that two CPUs have sent.
    """
    lab.r1.sa_flush()
    lab.r1.settings(hold_flow_packets=1024)
    sink = within("B", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    sink.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 16 << 20)
    sink.bind((B, 4000))
    source = within("A", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    source.connect((B, 4000))
    count, stop = 0, threading.Event()
    before = lab.r1.stats()
    lab.wire.clear()

    def send():
        nonlocal count
        os.sched_setaffinity(0, {0})    # from two CPUs, they would reach R1 out of order
        while not stop.is_set():
            source.send(struct.pack("!I", count))
            count += 1
            time.sleep(0.0005)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        wait(lambda: lab.r1.stats()["HELD"] - before["HELD"] >= 100)
        lab.tunnel()
        time.sleep(0.1)
    finally:
        stop.set()
        thread.join()
    received = []
    sink.settimeout(2)
    try:
        while len(received) < count:
            received.append(struct.unpack("!I", sink.recv(100))[0])
    except TimeoutError:
        pass
    same("a stream across the release arrives whole", sorted(received) == list(range(count)), True)
    sent = sorted(lab.wire.esp(True), key=esp_seq)
    numbers = [struct.unpack_from("!I", lab.opened(p), 28)[0] for p in sent]
    swapped = [(at, number) for at, number in enumerate(numbers) if at != number]
    same("and was protected in order: out of place", swapped[:10], [])
    diff = differences(before, lab.r1.stats())
    same("what was held was released", diff.get("RELEASED"), diff.get("HELD"))
    result(count > diff["HELD"] >= 100, "some were held, some were not",
           "%d of %d held" % (diff["HELD"], count))


def hold_limits(lab):
    """Bounds by flow and namespace, the end of the wait, FLOW_FAIL, dynamic entries."""
    lab.r1.sa_flush()
    lab.r1.settings(hold_flow_packets=4)
    lab.wire.clear()
    before = lab.r1.stats()
    ping("A", B, "-c 10 -i 0.01 -W 1")
    same("4 of 10 are held, 6 have no room", differences(before, lab.r1.stats()),
         {"HELD": 4, "OUT_HOLD_FLOW_FULL": 6})
    lab.r1.flow_fail("M", 10, FLOW1[2])
    same("a failed negotiation drops them", differences(before, lab.r1.stats()),
         {"HELD": 4, "OUT_HOLD_FLOW_FULL": 6, "OUT_HOLD_EXPIRED": 4})
    same("the flow is idle", lab.r1.flows(), [(gateway.FLOW_IDLE, 0)])

    events = Events("R1")
    lab.r1.settings(hold_flow_packets=64, hold_packets=3, hold_seconds=1)
    before = lab.r1.stats()
    ping("A", B, "-c 5 -i 0.01 -W 1")
    result(events.wait(gateway.ACQUIRE) is not None, "the next packet asks anew")
    wait(lambda: lab.r1.flows() == [(gateway.FLOW_IDLE, 0)])
    same("3 of 5 are held, 2 are over the namespace's budget, 3 waited in vain",
         differences(before, lab.r1.stats()),
         {"HELD": 3, "OUT_HOLD_NS_FULL": 2, "OUT_HOLD_EXPIRED": 3})

    lab.r1.map_set("M", (10, gateway.DYNAMIC, FLOW1[2]))
    before = lab.r1.stats()
    ping("A", B, "-c 2 -i 0.01 -W 1")
    same("a dynamic entry does not hold", differences(before, lab.r1.stats()), {"OUT_NO_SA": 2})
    same("nor ask", events.count(gateway.ACQUIRE), 0)
    same("nothing of all this was on the wire", lab.wire.packets(), [])


def lifetimes(lab):
    """Soft and hard limits, in bytes and in seconds: one event each, and the SA is gone."""
    events = Events("R1")
    lab.tunnel(limits={"soft_bytes": 84 * 5, "hard_bytes": 84 * 10})
    ping("A", B, "-c 7 -i 0.05 -W 2")
    event = events.wait(gateway.EXPIRE)
    result(event is not None, "soft limit in bytes")
    if event:
        fields = gateway.table(gateway.table(event)[gateway.A_EXPIRE])
        same("not hard, by bytes, outbound",
             (fields[4][0], fields[5][0], fields[6][0]), (0, 2, OUT))
    same("once", events.count(gateway.EXPIRE), 0)
    lab.wire.clear()
    ping("A", B, "-c 7 -i 0.05 -W 1")
    event = events.wait(gateway.EXPIRE)
    result(event is not None and gateway.table(gateway.table(event)[gateway.A_EXPIRE])[4][0] == 1,
           "hard limit in bytes")
    same("ten packets of 84 bytes went by it, no more", esp_seq(lab.wire.esp(True)[-1]), 10)
    same("what came after is held", lab.r1.flows(), [(gateway.FLOW_ACQUIRING, 4)])
    lab.r1.flow_fail("M", 10, FLOW1[2])

    events.count(gateway.EXPIRE)
    lab.tunnel(limits={"soft_seconds": 1, "hard_seconds": 2})
    found = []
    for _ in range(2):
        event = events.wait(gateway.EXPIRE)
        if event:
            fields = gateway.table(gateway.table(event)[gateway.A_EXPIRE])
            found.append((fields[4][0], fields[5][0]))
    same("soft, then hard limit in seconds", found, [(0, 1), (1, 1)])


if __name__ == "__main__":
    run(hold, release_order, hold_limits, lifetimes)
