# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs test cases, each in a process and a network namespace of its own, and prints TAP.

Needs root. A module that is not loaded is loaded for the run, and taken out behind it:
selftests/vm/run -- selftests/netlink/test_netlink.py
"""

import ctypes
import errno
import os
import re
import subprocess
import sys
import time
import traceback

from client import Client, Refused
from family import run

REPO = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
NOBODY = 65534
libc = ctypes.CDLL(None, use_errno=True)
CASES = []


def case(func):
    CASES.append(func)
    return func


def unshare(flags):
    if libc.unshare(flags):
        raise OSError(ctypes.get_errno(), "unshare")


def expect(number, pattern, client, cmd, payload=b"", missing=None, tail=b""):
    """The request is refused with this errno and a text like this."""
    try:
        client.call(cmd, payload, tail=tail)
    except Refused as refused:
        assert refused.errno == number, f"{refused}, not {errno.errorcode[number]}"
        assert re.search(pattern, refused.text), f"text {refused.text!r}, not {pattern!r}"
        assert missing is None or refused.missing == missing, f"missing {refused.missing}"
        return refused
    raise AssertionError(f"was accepted, not refused with {errno.errorcode[number]}")


def in_child(func):
    """Runs a case in a process and a network namespace of its own. Return: what went wrong."""
    readable, writable = os.pipe()
    pid = os.fork()
    if not pid:
        status = 1
        try:
            os.close(readable)
            unshare(CLONE_NEWNET)
            run("ip", "link", "set", "lo", "up")
            func(Client())
            status = 0
        except BaseException:       # pylint: disable=broad-except
            os.write(writable, traceback.format_exc().encode())
        os._exit(status)
    os.close(writable)
    with os.fdopen(readable, "rb") as pipe:
        report = pipe.read().decode()
    return report if os.waitpid(pid, 0)[1] else None


def load():
    """Return: whether there was anything to load."""
    if os.path.exists("/sys/module/sealgate"):
        return False
    module = os.environ.get("SG_MODULE") or f"{REPO}/build/{os.uname().release}/sealgate.ko"
    needs = subprocess.run(["modinfo", "-F", "depends", module], check=True, capture_output=True,
                           text=True).stdout.strip()
    for need in filter(None, needs.split(",")):
        run("modprobe", need)
    run("insmod", module)
    return True


def unload():
    """Sockets and namespaces of the last case may take a moment to go."""
    for _ in range(100):
        rmmod = subprocess.run(["rmmod", "sealgate"], check=False, stderr=subprocess.DEVNULL)
        if not rmmod.returncode:
            return True
        time.sleep(0.1)
    print("not ok - the module cannot be taken out")
    return False


def main():
    names = sys.argv[1:]
    loaded = load()
    status = run_cases(names)
    if loaded and not unload():
        status = 1
    return status


def run_cases(names):
    chosen = [func for func in CASES if not names or func.__name__ in names]
    failed = 0
    print(f"1..{len(chosen)}")
    for index, func in enumerate(chosen, 1):
        start = time.monotonic()
        report = in_child(func)
        name = func.__name__.replace("_", " ")
        print(f"{'not ok' if report else 'ok'} {index} - {name} # {time.monotonic() - start:.1f} s",
              flush=True)
        for line in (report or "").splitlines():
            print("# " + line)
        failed += bool(report)
    return 1 if failed or not chosen else 0
