# SPDX-License-Identifier: GPL-2.0-or-later
"""A generic netlink client of its own: raw sockets, numbers written down by hand.

It shares nothing with the project on purpose: where the module and the header both change by
mistake, it does not follow.
"""

import errno
import os
import socket
import struct

NETLINK_GENERIC = 16
SOL_NETLINK = 270
NETLINK_ADD_MEMBERSHIP, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK = 1, 11, 12
NLM_F_REQUEST, NLM_F_MULTI, NLM_F_ACK, NLM_F_DUMP_INTR, NLM_F_DUMP = 1, 2, 4, 0x10, 0x300
NLM_F_CAPPED, NLM_F_ACK_TLVS = 0x100, 0x200
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLMSGERR_ATTR_MSG, NLMSGERR_ATTR_OFFS = 1, 2
NLMSGERR_ATTR_MISS_TYPE, NLMSGERR_ATTR_MISS_NEST = 5, 6
NLA_F_NESTED = 0x8000
GENL_ID_CTRL, CTRL_CMD_GETFAMILY = 0x10, 3
CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME, CTRL_ATTR_MCAST_GROUPS = 1, 2, 7
CTRL_ATTR_MCAST_GRP_NAME, CTRL_ATTR_MCAST_GRP_ID = 1, 2
HEADER = struct.Struct("=IHHII")


class Refused(Exception):
    """A request came back with an error."""

    def __init__(self, number, text, offset, missing, echo):
        super().__init__(f"{errno.errorcode.get(number, number)}: {text}")
        self.errno = number
        self.text = text
        self.offset = offset        # of the attribute at fault, from the netlink header on
        self.missing = missing      # type of the attribute that is missing
        self.echo = echo            # the request as the kernel gives it back


def attr(kind, data=b""):
    pad = -len(data) % 4
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(pad)


def nest(kind, *parts):
    return attr(kind | NLA_F_NESTED, b"".join(parts))


def u8(kind, value):
    return attr(kind, struct.pack("=B", value))


def u16(kind, value):
    return attr(kind, struct.pack("=H", value))


def u32(kind, value):
    return attr(kind, struct.pack("=I", value))


def u64(kind, value):
    return attr(kind, struct.pack("=Q", value))


def be32(kind, value):
    return attr(kind, struct.pack("!I", value))


def ip(kind, text):
    return attr(kind, socket.inet_aton(text))


def text(kind, value):
    return attr(kind, value.encode() + b"\0")


def attributes(data):
    """Yields (type, payload) of a run of attributes."""
    at = 0
    while at + 4 <= len(data):
        size, kind = struct.unpack_from("=HH", data, at)
        if size < 4 or at + size > len(data):
            raise ValueError("broken attribute")
        yield kind & 0x3fff, data[at + 4:at + size]
        at += (size + 3) & ~3


def table(data):
    return dict(attributes(data))


class Client:
    """One socket of the family "sealgate" (or of the controller, to begin with).

    The kernel fills dumps for the largest buffer that the socket has ever read with.
    """

    def __init__(self, portid=0, buffer=65536):
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_GENERIC)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        self.sock.bind((portid, 0))
        self.sock.settimeout(10)
        self.buffer = buffer
        self.seq = 0
        reply, = self.call(CTRL_CMD_GETFAMILY, text(CTRL_ATTR_FAMILY_NAME, "sealgate"),
                           family=GENL_ID_CTRL)
        info = table(reply)
        self.family = struct.unpack("=H", info[CTRL_ATTR_FAMILY_ID])[0]
        self.groups = {}
        for _, group in attributes(info[CTRL_ATTR_MCAST_GROUPS]):
            group = table(group)
            name = group[CTRL_ATTR_MCAST_GRP_NAME].rstrip(b"\0").decode()
            self.groups[name] = struct.unpack("=I", group[CTRL_ATTR_MCAST_GRP_ID])[0]

    def close(self):
        self.sock.close()

    def portid(self):
        return self.sock.getsockname()[0]

    def join(self, group):
        self.sock.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, self.groups[group])

    def send(self, cmd, payload=b"", flags=NLM_F_REQUEST | NLM_F_ACK, family=None, tail=b""):
        self.seq += 1
        body = struct.pack("=BBH", cmd, 1, 0) + payload + tail
        self.sock.send(HEADER.pack(HEADER.size + len(body), family or self.family, flags,
                                   self.seq, 0) + body)

    def messages(self):
        """One datagram's worth of (type, flags, seq, payload)."""
        data, _, flags, _ = self.sock.recvmsg(self.buffer)
        assert not flags & socket.MSG_TRUNC, "the buffer is too small"
        at = 0
        while at + HEADER.size <= len(data):
            size, kind, flags, seq, _ = HEADER.unpack_from(data, at)
            yield kind, flags, seq, data[at + HEADER.size:at + size]
            at += (size + 3) & ~3

    @staticmethod
    def check(flags, payload):
        number, = struct.unpack_from("=i", payload)
        if not number:
            return
        size, = struct.unpack_from("=I", payload, 4)
        end = 4 + (HEADER.size if flags & NLM_F_CAPPED else (size + 3) & ~3)
        tlvs = table(payload[end:]) if flags & NLM_F_ACK_TLVS else {}
        word = {k: struct.unpack("=I", v)[0] for k, v in tlvs.items()
                if k in (NLMSGERR_ATTR_OFFS, NLMSGERR_ATTR_MISS_TYPE)}
        raise Refused(-number, tlvs.get(NLMSGERR_ATTR_MSG, b"").rstrip(b"\0").decode(),
                      word.get(NLMSGERR_ATTR_OFFS), word.get(NLMSGERR_ATTR_MISS_TYPE),
                      payload[4:end])

    def call(self, cmd, payload=b"", family=None, tail=b""):
        """A request and its answers, without generic netlink's header; Refused on an error."""
        self.send(cmd, payload, family=family, tail=tail)
        answers = []
        while True:
            for kind, flags, seq, data in self.messages():
                if seq != self.seq:
                    continue
                if kind == NLMSG_ERROR:
                    self.check(flags, data)
                    return answers
                answers.append(data[4:])

    def dump(self, cmd, payload=b"", between=None):
        """A dump's messages and whether it was interrupted; between(n) runs after datagram n."""
        self.send(cmd, payload, NLM_F_REQUEST | NLM_F_DUMP)
        answers, interrupted, datagrams = [], False, 0
        while True:
            for kind, flags, seq, data in self.messages():
                if seq != self.seq:
                    continue
                interrupted |= bool(flags & NLM_F_DUMP_INTR)
                if kind == NLMSG_ERROR:
                    self.check(flags, data)
                if kind == NLMSG_DONE:
                    number, = struct.unpack_from("=i", data)
                    if number < 0:
                        tlvs = table(data[4:]) if flags & NLM_F_ACK_TLVS else {}
                        raise Refused(-number, tlvs.get(NLMSGERR_ATTR_MSG, b"").decode(), None,
                                      None, b"")
                    return answers, interrupted
                answers.append(data[4:])
            datagrams += 1
            if between:
                between(datagrams)

    def event(self, seconds):
        """(command, payload) of what comes next."""
        self.sock.settimeout(seconds)
        (_, _, _, data), = self.messages()
        return data[0], data[4:]

    def events(self, seconds):
        """(command, payload) of what comes until nothing has come for that long."""
        self.sock.settimeout(seconds)
        found = []
        try:
            while True:
                found += [(data[0], data[4:]) for _, _, _, data in self.messages()]
        except TimeoutError:
            pass
        self.sock.settimeout(10)
        return found


def family_exists():
    try:
        Client().close()
    except Refused:
        return False
    return True


if __name__ == "__main__":
    raise SystemExit(0 if family_exists() else os.EX_UNAVAILABLE)
