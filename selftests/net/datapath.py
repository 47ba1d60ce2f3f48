#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel module's data path, driven by netlink alone, in the lab of kernel-datapath.sh.

    datapath.py [CHECK...]      CHECK: name of a function below, without "check_"; default: all

         A ------------ R1 ====================== R2 ------------ B
    172.18.124.1   .201    10.10.10.1   10.10.10.2    20.20.20.2   20.20.20.1

R1's map permits 172.18.124.0/24 to 20.20.20.0/24, R2's the reverse; both are on the wire between
R1 and R2, where everything is captured. Prints "ok - ..." and "not ok - ..." lines.

Arithmetic. An ESP packet of an inner packet of n bytes has 20 (outer) + 8 (SPI, sequence) + n +
p (pad) + 2 (pad length, next header) + 12 (ICV) bytes, where p in 0..3 makes n + p + 2 a multiple
of 4. At MTU 1500 the largest n is 1458: 20 + 8 + 1458 + 0 + 2 + 12 = 1500.
"""

import hashlib
import hmac
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback

HERE = os.path.dirname(os.path.realpath(__file__))
REPO = os.path.join(HERE, "..", "..")
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(HERE, "..", "netlink"))
import gateway  # noqa: E402
from gateway import IN, OUT, Events, Gateway, selector, within  # noqa: E402

A, B, R1_LAN, R1, R2 = "172.18.124.1", "20.20.20.1", "172.18.124.201", "10.10.10.1", "10.10.10.2"
LAN_A, LAN_B = "172.18.124.0/24", "20.20.20.0/24"
FLOW1 = ("M", 10, selector(LAN_A, LAN_B))
FLOW2 = ("M", 10, selector(LAN_B, LAN_A))
CANARY = b"canary-4f1d-in-clear"
ETHERNET, IP_HEADER, ICV = 14, 20, 12
ETH_P_ALL, PACKET_OUTGOING, SO_RCVBUFFORCE = 3, 4, 33
UDP, ESP, ICMP = 17, 50, 1
ETH_P_IP = b"\x08\x00"

results = {"ok": 0, "not ok": 0}


def result(good, text, detail=""):
    word = "ok" if good else "not ok"
    results[word] += 1
    print("%s - %s" % (word, text), flush=True)
    if not good and detail != "":
        print("# %s" % (detail,), flush=True)


def same(text, actual, expected):
    result(actual == expected, "%s (%s)" % (text, expected), "actual: %s" % (actual,))


def wait(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def shell(command, check=True):
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    if check and done.returncode:
        raise RuntimeError("%s: %s" % (command, done.stderr))
    return done.stdout


def ping(source, target, options, check=False):
    return shell("ip netns exec %s ping -n %s %s 2>&1" % (source, options, target), check)


# --- the wire -----------------------------------------------------------------------------------

class Wire:
    """Keeps every frame that an interface of a namespace sees, both ways, and puts frames on it."""

    def __init__(self, namespace, interface):
        self.sock = within(namespace, lambda: socket.socket(
            socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)))
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        self.sock.bind((interface, ETH_P_ALL))
        self.seen = []
        self.neighbour = None
        threading.Thread(target=self.drain, daemon=True).start()

    def drain(self):
        try:
            while True:
                frame, where = self.sock.recvfrom(1 << 17)
                self.seen.append((where[2] == PACKET_OUTGOING, frame))
                if where[2] == PACKET_OUTGOING and frame[12:14] == ETH_P_IP:
                    self.neighbour = frame[:ETHERNET]
        except OSError:         # the interface is gone
            pass

    def clear(self):
        time.sleep(0.2)
        self.seen = []

    def packets(self, outgoing=None):
        """IPv4 packets seen so far, from the IP header on."""
        return [frame[ETHERNET:] for out, frame in list(self.seen)
                if frame[12:14] == ETH_P_IP and outgoing in (None, out)]

    def esp(self, outgoing=None):
        return [packet for packet in self.packets(outgoing) if packet[9] == ESP]

    def inject(self, packet):
        """A packet out of this interface, to whom the frames of this interface go."""
        if not wait(lambda: self.neighbour):
            raise RuntimeError("nothing has left by this interface yet")
        self.sock.send(self.neighbour + packet)

    def only_esp(self):
        """What is neither ESP between the gateways nor ARP."""
        return [p.hex() for p in self.packets() if p[9] != ESP or {address(p, 12),
                                                                   address(p, 16)} != {R1, R2}]

    def has_canary(self):
        return any(CANARY in frame for _, frame in list(self.seen))


def address(packet, at):
    return socket.inet_ntoa(packet[at:at + 4])


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ipv4(src, dst, proto, body, tos=0, ttl=64, frag=0, total=None, ihl=5, version=4):
    header = struct.pack("!BBHHHBBH4s4s", version << 4 | ihl, tos,
                         IP_HEADER + len(body) if total is None else total, 1, frag, ttl, proto, 0,
                         socket.inet_aton(src), socket.inet_aton(dst))
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + body


def udp(sport, dport, text):
    return struct.pack("!HHHH", sport, dport, 8 + len(text), 0) + text


def icmp_error(code, mtu, src, dst, quoted):
    """Destination unreachable: 3 port, 4 fragmentation needed."""
    body = bytes([3, code, 0, 0]) + struct.pack("!HH", 0, mtu) + quoted
    return ipv4(src, dst, ICMP, body[:2] + struct.pack("!H", checksum(body)) + body[4:])


def esp_seq(packet):
    return struct.unpack_from("!I", packet, IP_HEADER + 4)[0]


def keystream(key, index, length):
    """From the program, not from the module: its core is held by vectors of others."""
    return bytes.fromhex(subprocess.run(
        [os.path.join(REPO, "build", "seal-keystream"), key.hex(), str(index), "0", str(length)],
        capture_output=True, check=True, text=True).stdout)


# --- both gateways ------------------------------------------------------------------------------

class Lab:
    def __init__(self):
        self.r1, self.r2 = Gateway("R1"), Gateway("R2")
        self.wire = Wire("R1", "eth1")
        self.lan = Wire("R1", "eth0")
        self.b = Wire("B", "eth0")
        self.spi = 0x1000
        self.reset()

    def reset(self):
        for router, flow, interface, local in ((self.r1, FLOW1, "eth1", R1),
                                               (self.r2, FLOW2, "eth0", R2)):
            router.sa_flush()
            router.map_set("M", (10, 0, flow[2]))
            router.bind(interface, "M", local)
            router.settings(hold_flow_packets=64, hold_packets=1024, hold_seconds=30)

    def stats(self):
        return self.r1.stats(), self.r2.stats()

    def tunnel(self, proxies=(None, None), limits=None, flows=(FLOW1, FLOW2), window=64):
        """A fresh SA pair, R1's outbound last. Remembers spi (R1 to R2), keys."""
        self.spi += 2
        self.keys = os.urandom(20), os.urandom(20)
        back = os.urandom(20), os.urandom(20)
        limits = limits or {}
        self.r2.sa_add(IN, R1, R2, self.spi, self.keys, flows[1], proxies[1], window=window)
        self.r2.sa_add(OUT, R2, R1, self.spi + 1, back, flows[1], proxies[1])
        self.r1.sa_add(IN, R2, R1, self.spi + 1, back, flows[0], proxies[0], window=window)
        self.r1.sa_add(OUT, R1, R2, self.spi, self.keys, flows[0], proxies[0], **limits)

    def forge(self, seq, inner, next_header=4, trailer=None, src=R1, tos=0, df=0):
        """An ESP packet as R1 would build it, or not quite: trailer is padding and what follows."""
        if trailer is None:
            pad = -(len(inner) + 2) % 4
            trailer = bytes(range(1, pad + 1)) + bytes([pad, next_header])
        plain = inner + trailer
        stream = keystream(self.keys[0], seq, len(plain))
        body = struct.pack("!II", self.spi, seq) + bytes(x ^ y for x, y in zip(plain, stream))
        body += hmac.new(self.keys[1], body, hashlib.sha1).digest()[:ICV]
        return ipv4(src, R2, ESP, body, tos=tos, frag=df)


    def opened(self, packet):
        """The inner packet of one that R1 sent, trailer and all."""
        body = packet[IP_HEADER + 8:struct.unpack_from("!H", packet, 2)[0] - ICV]
        stream = keystream(self.keys[0], esp_seq(packet), len(body))
        return bytes(x ^ y for x, y in zip(body, stream))


def differences(before, after):
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


# --- checks -------------------------------------------------------------------------------------

def check_hold(lab):
    """A burst ahead of the SA: one ACQUIRE, all held, all sent in order once the SA is there."""
    events = Events("R1")
    lab.wire.clear()
    lab.b.clear()
    before = lab.stats()
    process = subprocess.Popen(["ip", "netns", "exec", "A", "ping", "-n", "-c", "10", "-l", "10",
                                "-W", "10", B], stdout=subprocess.PIPE, text=True)
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


def check_release_order(lab):
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
        while not stop.is_set():
            source.send(struct.pack("!I", count))
            count += 1
            time.sleep(0.0005)

    thread = threading.Thread(target=send)
    thread.start()
    try:
        wait(lambda: lab.r1.stats()["HELD"] - before["HELD"] >= 300)
        lab.tunnel()
        time.sleep(0.5)
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
    result(numbers == list(range(count)), "and was protected in order", numbers)
    diff = differences(before, lab.r1.stats())
    same("what was held was released", diff.get("RELEASED"), diff.get("HELD"))
    result(count > diff["HELD"] >= 300, "some were held, some were not",
           "%d of %d held" % (diff["HELD"], count))


def check_hold_limits(lab):
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


def check_sizes(lab):
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


def transfer(source, src, target, dst, size):
    """TCP; what was received is what was sent, all of it."""
    server = within(target, lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((dst, 5001))
    server.listen(1)
    client = within(source, lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    client.bind((src, 0))
    client.settimeout(60)
    data = (CANARY * (size // len(CANARY) + 1))[:size]
    got = bytearray()

    def receive():
        connection, _ = server.accept()
        connection.settimeout(60)
        while True:
            part = connection.recv(1 << 16)
            if not part:
                break
            got.extend(part)
        connection.close()

    thread = threading.Thread(target=receive)
    thread.start()
    started = time.monotonic()
    client.connect((dst, 5001))
    client.sendall(data)
    client.shutdown(socket.SHUT_WR)
    thread.join(60)
    client.close()
    server.close()
    print("# %.1f MB in %.1f s" % (len(got) / 1e6, time.monotonic() - started))
    return bytes(got) == data


def check_tcp(lab):
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


def check_forged(lab):
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


def check_clear(lab):
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


def check_lifetimes(lab):
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


def check_fragments(lab):
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


def check_pmtu(lab):
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


def check_nat(lab):
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
        flows = (("M", 10, selector(R1, LAN_B)), ("M", 10, selector(LAN_B, R1)))
        lab.r1.map_set("M", (10, 0, flows[0][2]))
        lab.r2.map_set("M", (10, 0, flows[1][2]))
        lab.tunnel(flows=flows)
        lab.wire.clear()
        lab.b.clear()
        output = ping("A", B, "-c 3 -i 0.1 -W 5")
        result("3 received" in output, "pings behind source NAT are answered", output)
        same("B sees R1's outside address", {address(p, 12) for p in lab.b.packets(False)}, {R1})
        result(transfer("A", A, "B", B, 1 << 20), "TCP behind source NAT: 1 MiB arrives as sent")
        same("only ESP was on the wire", lab.wire.only_esp()[:3], [])

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


def check_device(lab):
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


def check_reload(lab):
    """The module goes and comes while traffic flows, with packets held, with an interface gone."""
    flood = subprocess.Popen(["ip", "netns", "exec", "A", "ping", "-n", "-q", "-i", "0.002", "-s",
                              "1400", B], stdout=subprocess.DEVNULL)
    module = os.environ.get("SG_MODULE", "%s/build/%s/sealgate.ko" % (REPO, os.uname().release))
    try:
        for number in range(4):
            if number % 2 == 0:
                lab.tunnel()
            else:
                wait(lambda: lab.r1.stats()["HELD"] > 0, 5)
            time.sleep(0.5)
            shell("rmmod sealgate")
            shell("insmod " + module)
            lab.r1, lab.r2 = Gateway("R1"), Gateway("R2")
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


CHECKS = ["hold", "release_order", "hold_limits", "sizes", "tcp", "forged", "clear", "lifetimes",
          "fragments", "pmtu", "nat", "device", "reload"]


def main(names):
    lab = Lab()
    for name in names or CHECKS:
        print("# --- " + name, flush=True)
        try:
            lab.reset()
            globals()["check_" + name](lab)
        except Exception:  # pylint: disable=broad-except
            result(False, name + " ran to its end", traceback.format_exc().replace("\n", "\n# "))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
