#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""sealgate0, and the module going and coming under traffic.

Topology and arithmetic: lab.py. Started by kernel-life.sh.
"""

import subprocess
import sys
import time

sys.dont_write_bytecode = True
from lab import (  # noqa: E402
    CANARY, A, B, Wire, result, same, wait, shell, ping, address, run)


def device(lab):
    """sealgate0: what was inside can be captured and counted there."""
    lab.tunnel()
    inside = Wire("R2", "sealgate0")
    before = int(shell("ip netns exec R2 cat /sys/class/net/sealgate0/statistics/rx_packets"))
    ping("A", B, "-c 3 -i 0.1 -W 5 -p %s" % CANARY[:16].hex())
    after = int(shell("ip netns exec R2 cat /sys/class/net/sealgate0/statistics/rx_packets"))
    same("three packets counted", after - before, 3)
    result(wait(lambda: len(inside.seen) == 3), "three packets captured", len(inside.seen))
    same("inner packets, from the IP header on",
         {(f[0], address(f, 12), address(f, 16)) for _, f in inside.seen},
         {(0x45, A, B)})
    shell("ip -n R2 route add 192.0.2.0/24 dev sealgate0")
    ping("R2", "192.0.2.1", "-c 1 -W 1 -I 20.20.20.2")
    shell("ip -n R2 route del 192.0.2.0/24")
    result(int(shell("ip netns exec R2 cat /sys/class/net/sealgate0/statistics/tx_dropped")) >= 1,
           "what is routed there is dropped")
    for command in ("link del sealgate0", "link set sealgate0 netns B", "link add type sealgate"):
        result("rror" in shell("ip -n R2 %s 2>&1 || echo error" % command, False),
               "refused: ip " + command)
    shell("ip netns exec R2 sysctl -qw net.ipv4.conf.all.rp_filter=1")
    result("1 received" in ping("A", B, "-c 1 -W 5"), "passes with a strict conf.all.rp_filter")
    shell("ip netns exec R2 sysctl -qw net.ipv4.conf.all.rp_filter=0")


def reload(lab):
    """The module goes and comes while traffic flows, with packets held, with an interface gone."""
    flood = subprocess.Popen(["ip", "netns", "exec", "A", "ping", "-n", "-q", "-i", "0.002", "-s",
                              "1400", B], stdout=subprocess.DEVNULL)
    try:
        for number in range(4):
            if number % 2 == 0:
                lab.tunnel()
            else:
                wait(lambda: lab.r1.stats()["HELD"] > 0, 5)
            time.sleep(0.5)
            lab.reload()
            lab.reset()
            lab.tunnel()
            time.sleep(0.2)
            result(lab.r2.stats()["IN_PACKETS"] > 0, "removed and loaded again, traffic goes on")
            lab.r1.sa_flush()
    finally:
        flood.terminate()
        flood.wait()
    held = lab.r1.stats()["HELD"]
    ping("A", B, "-c 3 -i 0.01 -W 1")
    result(lab.r1.stats()["HELD"] > held, "packets are held")
    shell("ip -n R1 link del eth1")
    same("none is, once their interface is gone", [held for _, held in lab.r1.flows()], [0])


if __name__ == "__main__":
    run(device, reload)
