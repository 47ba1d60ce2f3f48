# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of the kernel's data path stand on: both gateways driven by netlink alone, the
wire between them, forged packets, results. No agent runs. The lab itself is lib.sh's:

         A ------------ R1 ====================== R2 ------------ B
    172.18.124.1   .201    10.10.10.1   10.10.10.2    20.20.20.2   20.20.20.1

R1's map permits 172.18.124.0/24 to 20.20.20.0/24, R2's the reverse; both are on the wire between
R1 and R2, where everything is captured.

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
REPO = os.path.join(HERE, "..", "..", "..")
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(REPO, "selftests", "netlink"))
from gateway import IN, OUT, Gateway, selector, within  # noqa: E402

A, B, R1_LAN, R1, R2 = "172.18.124.1", "20.20.20.1", "172.18.124.201", "10.10.10.1", "10.10.10.2"
LAN_A, LAN_B = "172.18.124.0/24", "20.20.20.0/24"
FLOW1 = ("M", 10, selector(LAN_A, LAN_B))
FLOW2 = ("M", 10, selector(LAN_B, LAN_A))
MODULE = os.environ.get("SG_MODULE",
                        os.path.join(REPO, "build", os.uname().release, "sealgate.ko"))
CANARY = b"canary-4f1d-in-clear"
ETHERNET, IP_HEADER, ICV = 14, 20, 12
ETH_P_ALL, PACKET_OUTGOING, SO_RCVBUFFORCE = 3, 4, 33
UDP, ESP, ICMP = 17, 50, 1
ETH_P_IP = b"\x08\x00"


def result(good, text, detail=""):
    print("%s - %s" % ("ok" if good else "not ok", text), flush=True)
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


def transfer(source, src, target, dst, size):
    """TCP; what was received is what was sent, all of it."""
    server = within(target, lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM))
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((dst, 5001))
    server.listen(1)
    server.settimeout(60)
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

    thread = threading.Thread(target=receive, daemon=True)
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

    def reload(self):
        """The module goes and comes; whoever uses netfilter is there before it now."""
        shell("rmmod sealgate")
        shell("insmod " + MODULE)
        self.r1, self.r2 = Gateway("R1"), Gateway("R2")

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


def run(*checks):
    """Runs them one after the other, each from the same start, and ends the program."""
    gateways = Lab()
    for check in checks:
        name = check.__name__
        print("# --- %s: %s" % (name, check.__doc__.splitlines()[0]), flush=True)
        try:
            gateways.reset()
            check(gateways)
        except Exception:  # pylint: disable=broad-except
            result(False, name + " ran to its end", traceback.format_exc().replace("\n", "\n# "))
    sys.exit(0)
