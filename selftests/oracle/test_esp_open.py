#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the oracle esp_open: right packets pass, each kind of wrong one fails by its name.

The packets are built here, with hashlib's HMAC and key stream from seal_cryptopp: none of it is
the project's code, nor esp_open's.

usage: test_esp_open.py [BUILD]      BUILD holds oracle/esp_open and oracle/seal_cryptopp
"""

import hmac
import ipaddress
import pathlib
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "../../build"
ESP_OPEN = BUILD / "oracle/esp_open"
KEYSTREAM = BUILD / "oracle/seal_cryptopp"

R1, R2 = "10.10.10.1", "10.10.10.2"
A, B = "172.18.124.1", "20.20.20.1"
KEY = bytes(range(0x20, 0x34))
AUTH = {"sha1": bytes(range(0x40, 0x54)), "md5": bytes(range(0x60, 0x70))}
SPI = {"sha1": 0x12345678, "md5": 0xFEDCBA98}

LINKS = {
    1: bytes(12) + b"\x08\x00",                    # Ethernet
    101: b"",                                       # raw
    113: bytes(14) + b"\x08\x00",                  # cooked
    276: b"\x08\x00" + bytes(18),                  # cooked, second form
}


def checksum(header):
    total = sum(struct.unpack(f"!{len(header) // 2}H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def ipv4(src, dst, proto, body, total=None, fragment=0):
    def header(check):
        return struct.pack("!BBHHHBBH4s4s", 0x45, 0, total or 20 + len(body), 7, fragment, 64,
                           proto, check, ipaddress.ip_address(src).packed,
                           ipaddress.ip_address(dst).packed)

    return header(checksum(header(0))) + body


def seal(seq, data):
    hexed = subprocess.run([KEYSTREAM, KEY.hex(), str(seq), "0", str(len(data))],
                           check=True, capture_output=True, text=True).stdout
    return bytes(x ^ y for x, y in zip(data, bytes.fromhex(hexed)))


def esp(seq, inner, auth="sha1", spi=None, pad=None, next_header=4, flip=False, index=None):
    if pad is None:
        pad = bytes(range(1, 1 + -(len(inner) + 2) % 4))
    plain = inner + pad + bytes([len(pad), next_header])
    body = struct.pack("!II", SPI[auth] if spi is None else spi, seq)
    body += seal(seq if index is None else index, plain)
    icv = hmac.new(AUTH[auth], body, auth).digest()[:12]
    if flip:
        icv = icv[:11] + bytes([icv[11] ^ 1])
    return ipv4(R1, R2, 50, body + icv)


def pcap(packets, link=1, order="<", magic=0xA1B2C3D4):
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for packet in packets:
        frame = LINKS[link] + packet
        out += struct.pack(order + "IIII", 0, 0, len(frame), len(frame)) + frame
    return out


def run(capture, payload=False):
    keys = "".join(f"{R2} {SPI[a]:08x} seal {KEY.hex()} {a} {AUTH[a].hex()}\n" for a in AUTH)
    with tempfile.TemporaryDirectory() as folder:
        paths = [pathlib.Path(folder) / name for name in ("wire.pcap", "keys")]
        paths[0].write_bytes(capture)
        paths[1].write_text("# a comment\n\n" + keys)
        done = subprocess.run([ESP_OPEN] + ["--payload"] * payload + paths,
                              capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


FAILED = []
COUNT = 0


def check(what, good):
    global COUNT
    COUNT += 1
    print(f"{'ok' if good else 'not ok'} {COUNT} - {what}")
    if not good:
        FAILED.append(what)


def main():
    ping = ipv4(A, B, 1, bytes.fromhex("0800f7fd00010001") + bytes(56))
    other = ipv4(A, "8.8.8.8", 17, bytes(12))

    for link in LINKS:
        for order in "<>":
            status, out = run(pcap([esp(1, ping), other, esp(2, ping, "md5")], link, order))
            check(f"two packets, link {link}, order {order}", status == 0 and out.splitlines() == [
                f"{R1} > {R2} spi=12345678 seq=1 icv=ok inner={A} > {B} proto=1 len=84",
                f"{R1} > {R2} spi=fedcba98 seq=2 icv=ok inner={A} > {B} proto=1 len=84",
            ])
    check("nanosecond capture", run(pcap([esp(1, ping)], magic=0xA1B23C4D))[0] == 0)
    status, out = run(pcap([esp(9, ping)]), payload=True)
    check("payload in hex", status == 0 and out.endswith(f" len=84 payload={ping.hex()}\n"))
    for size in (0, 1, 2, 3, 4083, 4096, 8900):
        inner = ipv4(A, B, 17, bytes(size))
        status, out = run(pcap([esp(0xFFFFFFFF, inner)]))
        check(f"payload of {size}", status == 0 and f"proto=17 len={20 + size}\n" in out)
    check("Ethernet padding", run(pcap([esp(1, ping) + bytes(6)]))[0] == 0)

    bad_inner = bytearray(ping)
    bad_inner[10] ^= 1
    cut = esp(1, ping)
    wrong = {
        "icv": [esp(1, ping, flip=True)],
        "sequence-repeated": [esp(1, ping), esp(1, ping)],
        "sequence-zero": [esp(0, ping)],
        "unknown-spi": [esp(1, ping, spi=0x100)],
        "next-header": [esp(1, ping, next_header=41)],
        "padding": [esp(1, ping, pad=b"\x00\x00")],
        "pad-length": [esp(1, ping, pad=bytes(range(1, 7)))],
        "inner-checksum": [esp(1, bytes(bad_inner))],
        "inner-length": [esp(1, ipv4(A, B, 1, bytes(64), total=88))],
        "inner-not-ipv4": [esp(1, b"\x60" + bytes(39))],
        "length": [ipv4(R1, R2, 50, struct.pack("!II", SPI["sha1"], 1) + bytes(12))],
        "cut-or-fragment": [ipv4(R1, R2, 50, bytes(40), fragment=0x2000)],
    }
    for name, packets in wrong.items():
        status, out = run(pcap(packets))
        check(f"{name} is found", status == 1 and f"{name}=bad" in out.splitlines()[-1])
    status, out = run(pcap([cut[:-4]]))
    check("a packet that the capture cut", status == 1 and "cut-or-fragment=bad" in out)
    # Another packet's stream: what comes out is noise, and noise has no good trailer.
    check("wrong index", run(pcap([esp(1, ping, index=2)]))[0] == 1)
    check("one bad among good", run(pcap([esp(1, ping), esp(2, ping, flip=True),
                                          esp(3, ping)]))[0] == 1)
    check("no ESP at all", run(pcap([other]))[0] == 1)
    check("an empty capture", run(pcap([]))[0] == 1)
    check("no capture", run(b"")[0] == 2)
    check("a capture cut in a record", run(pcap([cut])[:-3])[0] == 2)
    print(f"1..{COUNT}")
    return 1 if FAILED else 0


sys.exit(main())
