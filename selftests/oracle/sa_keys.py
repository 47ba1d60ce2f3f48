#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Read the keys of installed SAs out of a capture of netlink traffic.

    sa_keys.py FAMILY-ID CAPTURE.pcap > keys

A test runs `tcpdump -i nlmon0` beside the agent; this prints one line for each SA that the
agent handed to the module, in the form that the packet oracle reads:

    DSTIP SPIHEX seal CIPHERKEYHEX sha1|md5 AUTHKEYHEX

It parses pcap, netlink and generic netlink by itself and shares no code with the project; the
numbers below are those of uapi/sealgate.h, written out again.
"""
import socket
import struct
import sys

LINKTYPE_NETLINK = 253
COOKED_HEADER = 16
CMD_SA_ADD = 2
A_SA = 8
SA_DST, SA_SPI, SA_CIPHER, SA_AUTH, SA_CIPHER_KEY, SA_AUTH_KEY = 3, 4, 8, 9, 10, 11
CIPHERS = {1: "seal"}
AUTHS = {1: "md5", 2: "sha1"}


def packets(path):
    """Yield the packets of a pcap file."""
    with open(path, "rb") as f:
        data = f.read()
    magic = struct.unpack_from("<I", data)[0]
    if magic not in (0xA1B2C3D4, 0xA1B23C4D):
        sys.exit(f"{path}: not a little-endian pcap file")
    if struct.unpack_from("<I", data, 20)[0] & 0xFFFF != LINKTYPE_NETLINK:
        sys.exit(f"{path}: not a capture of netlink")
    at = 24
    while at + 16 <= len(data):
        captured, length = struct.unpack_from("<II", data, at + 8)
        if captured == length:
            yield data[at + 16:at + 16 + captured]
        at += 16 + captured


def messages(packet):
    """Yield (type, payload) of each netlink message in a packet."""
    at = COOKED_HEADER
    while at + 16 <= len(packet):
        length, kind = struct.unpack_from("<IH", packet, at)
        if length < 16 or at + length > len(packet):
            return
        yield kind, packet[at + 16:at + length]
        at += (length + 3) & ~3


def attributes(data):
    """The attributes of a nest, by type."""
    found = {}
    at = 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("<HH", data, at)
        if length < 4 or at + length > len(data):
            break
        found[kind & 0x3FFF] = data[at + 4:at + length]
        at += (length + 3) & ~3
    return found


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    family = int(sys.argv[1], 0)
    seen = set()
    for packet in packets(sys.argv[2]):
        for kind, payload in messages(packet):
            if kind != family or len(payload) < 4 or payload[0] != CMD_SA_ADD:
                continue
            sa = attributes(attributes(payload[4:]).get(A_SA, b""))
            if not all(k in sa for k in (SA_DST, SA_SPI, SA_CIPHER, SA_AUTH, SA_CIPHER_KEY,
                                         SA_AUTH_KEY)):
                continue
            cipher = struct.unpack("<H", sa[SA_CIPHER])[0]
            auth = struct.unpack("<H", sa[SA_AUTH])[0]
            line = " ".join((socket.inet_ntoa(sa[SA_DST]), sa[SA_SPI].hex(), CIPHERS[cipher],
                             sa[SA_CIPHER_KEY].hex(), AUTHS[auth], sa[SA_AUTH_KEY].hex()))
            if line not in seen:
                seen.add(line)
                print(line)


if __name__ == "__main__":
    main()
