#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Every shape of packet through the tunnel: lengths, DF, GSO, fragments, path MTU, NAT.

Topology and arithmetic: lab.py. Started by kernel-packets.sh.
"""

import socket
import struct
import sys
import time

sys.dont_write_bytecode = True
from lab import (  # noqa: E402
    CANARY, A, B, R1, R1_LAN, LAN_A, LAN_B, UDP, IP_HEADER, Wire, result, same,
    wait, shell, ping, transfer, ipv4, udp, icmp_error, esp_seq, address,
    differences, ICV, run)
from gateway import selector, within  # noqa: E402


def sizes(lab):
    """Every length modulo 4, up to the largest that fits; DF; cutting before encryption."""
    lab.tunnel()
    lab.wire.clear()
    wanted = []
    for size in (0, 1, 2, 3, 56, 57, 1000, 1429, 1430):
        output = ping("A", B, "-c 1 -W 5 -M do -s %d -p %s" % (size, CANARY[:16].hex()))
        if "1 received" not in output:
            result(False, "ping of %d bytes" % size, output)
        inner = IP_HEADER + 8 + size
        wanted.append(20 + 8 + inner + -(inner + 2) % 4 + 2 + ICV)
    same("ESP packets have the lengths of the arithmetic",
         [len(p[:struct.unpack_from("!H", p, 2)[0]]) for p in lab.wire.esp(True)], wanted)
    same("DF is copied outwards", {p[6] & 0x40 for p in lab.wire.esp(True)}, {0x40})

    before = lab.r1.stats()
    output = ping("A", B, "-c 1 -W 2 -M do -s 1431")
    result("Frag needed and DF set (mtu = 1458)" in output,
           "1459 bytes with DF: ICMP with MTU 1458", output)
    same("counted", differences(before, lab.r1.stats()), {"OUT_TOO_BIG": 1})
    shell("ip -n A route flush cache")

    lab.wire.clear()
    output = ping("A", B, "-c 1 -W 5 -M dont -s 1431")
    result("1 received" in output, "1459 bytes without DF are answered", output)
    lengths = [struct.unpack_from("!H", p, 2)[0] for p in lab.wire.esp(True)]
    # 1456 (a multiple of 8 behind the header of 20: 1432 + 20 = 1452) and the rest, 7 + 20 = 27.
    same("cut before encryption: inner packets of 1452 and 27 bytes", lengths,
         [20 + 8 + 1452 + 2 + 2 + ICV, 20 + 8 + 27 + 3 + 2 + ICV])
    same("no outer packet is a fragment", [p for p in lab.wire.esp() if p[6] & 0x3f or p[7]], [])
    output = ping("A", B, "-c 3 -i 0.2 -W 5 -M dont -s 20000")
    result("3 received" in output, "20000 bytes, cut by A and put together by B", output)
    same("only ESP is on the wire", lab.wire.only_esp(), [])
    result(not lab.wire.has_canary(), "no canary on the wire")

    lab.wire.clear()
    ping("A", B, "-c 1 -W 5 -Q 0xba")
    same("TOS is copied, ECN with it (0xba: CS5 and ECT(0))", {p[1] for p in lab.wire.esp(True)},
         {0xba})


def tcp(lab):
    """GSO packets: forwarded, and from a local socket; checksums are complete inside.

    With the largest replay window: CPUs of a VM stall, and the other one's packets overtake.
    """
    lab.tunnel(window=1024)
    for text, source, src, target, dst in (("A to B", "A", A, "B", B), ("B to A", "B", B, "A", A),
                                           ("R1 itself to B", "R1", R1_LAN, "B", B)):
        lab.wire.clear()
        lab.lan.clear()
        before = lab.stats()
        result(transfer(source, src, target, dst, 6 << 20), "TCP, %s: 6 MiB arrive as sent" % text)
        longest = max(map(len, lab.lan.packets()), default=0)
        if source == "A":
            result(longest > 1500, "GSO packets came in", longest)
        same("nothing longer than the MTU left", [len(p) for p in lab.wire.packets(True)
                                                  if len(p) > 1500], [])
        same("only ESP was on the wire", lab.wire.only_esp()[:3], [])
        result(not lab.wire.has_canary(), "no canary on the wire")
        seqs = [esp_seq(p) for p in lab.wire.esp(True)]
        result(len(seqs) == len(set(seqs)), "no sequence number was used twice")
        drops = [{k: v for k, v in differences(x, y).items()
                  if k not in ("OUT_PACKETS", "IN_PACKETS", "OUT_TOO_BIG")}
                 for x, y in zip(before, lab.stats())]
        same("nothing was dropped but for its size", drops, [{}, {}])


def fragments(lab):
    """A map with ports: fragments that another host cut are protected with their first one."""
    flows = (("M", 10, selector(LAN_A, LAN_B, UDP, dport=6000)),
             ("M", 10, selector(LAN_B, LAN_A)))
    lab.r1.map_set("M", (10, 0, flows[0][2]))
    back = selector(LAN_B, LAN_A)
    lab.tunnel(flows=flows, proxies=(flows[0][2], back))
    sink = within("B", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    sink.bind((B, 6000))
    sink.settimeout(5)
    source = within("A", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    # IP_MTU_DISCOVER, IP_PMTUDISC_DONT: cut by A
    source.setsockopt(socket.IPPROTO_IP, 10, 0)
    lab.wire.clear()
    data = (CANARY * 400)[:5000]
    source.sendto(data, (B, 6000))
    same("5000 bytes arrive", sink.recv(10000) == data, True)
    same("only ESP was on the wire", lab.wire.only_esp(), [])
    result(not lab.wire.has_canary(), "no canary on the wire")


def pmtu(lab):
    """A router on the way says that ESP packets are too large: senders learn the inner MTU."""
    lab.tunnel()
    lab.wire.clear()
    ping("A", B, "-c 1 -W 5 -M do -s 1300")
    quoted = lab.wire.esp(True)[-1][:28]

    peer = Wire("R2", "eth0")
    ping("R2", R1, "-c 1 -W 1")
    other = quoted[:20] + struct.pack("!II", 0x77777777, 1)
    peer.inject(icmp_error(4, 600, "10.10.10.99", R1, other))
    time.sleep(0.3)
    result("1 received" in ping("A", B, "-c 1 -W 5 -M do -s 1300"),
           "an error about an SPI that is none of ours is not believed")
    peer.inject(icmp_error(4, 1200, "10.10.10.99", R1, quoted))
    time.sleep(0.3)
    # 1200 - 20 - 8 - 12 = 1160 for inner packet, pad and 2: the inner one is 1158.
    output = ping("A", B, "-c 1 -W 2 -M do -s 1300")
    result("mtu = 1158" in output, "one about our own is: inner MTU 1158 at 1200", output)
    shell("ip -n R1 route flush cache; ip -n A route flush cache")


def behind_nat(lab, order):
    """order: at equal priority, netfilter calls the hook first that was registered last."""
    flows = (("M", 10, selector(R1, LAN_B)), ("M", 10, selector(LAN_B, R1)))
    lab.r1.map_set("M", (10, 0, flows[0][2]))
    lab.r2.map_set("M", (10, 0, flows[1][2]))
    lab.tunnel(flows=flows)
    lab.wire.clear()
    lab.b.clear()
    output = ping("A", B, "-c 3 -i 0.1 -W 5")
    result("3 received" in output, "pings behind source NAT are answered, " + order, output)
    same("B sees R1's outside address", {address(p, 12) for p in lab.b.packets(False)}, {R1})
    result(transfer("A", A, "B", B, 1 << 20), "TCP behind source NAT: 1 MiB arrives as sent")
    same("only ESP was on the wire", lab.wire.only_esp()[:3], [])


def nat(lab):
    """Source NAT ahead of the map, a stateful firewall: replies find their connection."""
    shell("""ip netns exec R1 nft -f - <<-END
        table ip t {
            chain nat {
                type nat hook postrouting priority srcnat;
                oifname "eth1" ip saddr %s masquerade
            }
            chain forward {
                type filter hook forward priority filter; policy drop;
                ct state established,related accept
                iifname "eth0" accept
            }
            chain input {
                type filter hook input priority filter; policy drop;
                ip protocol esp accept
                icmp type echo-request accept
            }
        }\nEND""" % LAN_A)
    try:
        behind_nat(lab, "conntrack registered last")
        lab.reload()
        lab.reset()
        behind_nat(lab, "conntrack registered first")

        shell("ip -n A route flush cache")
        output = ping("A", B, "-c 1 -W 2 -M do -s 1431")
        result("mtu = 1458" in output, "ICMP about the size reaches the host behind NAT", output)
        shell("ip -n A route flush cache")

        source = within("A", lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        source.bind((A, 7100))
        source.sendto(b"opens the mapping", (B, 7200))
        wait(lambda: any(p[9] == UDP for p in lab.b.packets(False)))
        before = lab.r1.stats()
        peer = Wire("R2", "eth0")
        ping("R2", R1, "-c 1 -W 1")
        peer.inject(ipv4(B, R1, UDP, udp(7200, 7100, CANARY)))
        wait(lambda: lab.r1.stats()["IN_NOT_IPSEC"] > before["IN_NOT_IPSEC"], 5)
        same("a clear reply to the mapping is refused", lab.r1.stats()["IN_NOT_IPSEC"] -
             before["IN_NOT_IPSEC"], 1)
        source.settimeout(0.5)
        try:
            same("and does not reach A", source.recv(100), None)
        except TimeoutError:
            result(True, "and does not reach A")
    finally:
        shell("ip netns exec R1 nft delete table ip t")


if __name__ == "__main__":
    run(sizes, tcp, fragments, pmtu, nat)
