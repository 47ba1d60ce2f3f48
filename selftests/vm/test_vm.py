#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks the harness itself: a test that cannot fail proves nothing.

Kernel log lines of every kind of complaint are told from harmless ones; real boots end with the
status of their command, of a kernel's complaint, of a panic, and of a time that is up.
"""

import os
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import klog  # noqa: E402

RUN = os.path.join(os.path.dirname(os.path.realpath(__file__)), "run")
COMPLAINTS = {
    "KASAN": "BUG: KASAN: slab-out-of-bounds in sg_out+0x1c/0x40 [sealgate]",
    "KFENCE": "BUG: KFENCE: use-after-free read in sg_sa_put+0x20/0x90",
    "UBSAN": "UBSAN: shift-out-of-bounds in kmod/replay.c:41:12",
    "refcount": "refcount_t: underflow; use-after-free.",
    "suspicious RCU": "WARNING: suspicious RCU usage",
    "lockdep": "WARNING: possible recursive locking detected",
    "kmemleak": "kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)",
    "hung task": "INFO: task rmmod:311 blocked for more than 120 seconds.",
    "stall": "rcu: INFO: rcu_preempt self-detected stall on CPU",
    "leaked device reference": "unregister_netdevice: waiting for sealgate0 to become free. "
                               "Usage count = 2",
    "list corruption": "list_del corruption. prev->next should be ffff888, but was dead",
    "page state": "BUG: Bad page state in process ping  pfn:1f0a2",
    "slab": "BUG kmalloc-64 (Tainted: G    O): Redzone overwritten",
    "oops": "BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
            "Oops: 0002 [#1] PREEMPT SMP",
    "panic": "Kernel panic - not syncing: Fatal exception in interrupt",
    "BUG": "BUG: sleeping function called from invalid context at mm/slab.h:490",
    "WARNING": "WARNING: CPU: 1 PID: 88 at net/core/skbuff.c:1234 skb_put+0x1/0x2",
    "trace": "Call Trace:",
}
HARMLESS = (
    "sealgate: loading out-of-tree module taints kernel.",
    "DEBUG the end of it: nothing",
    "clocksource: tsc-early: mask: 0xffffffffffffffff",
    "ACPI: bus type PCI registered", "NET: Registered PF_KEY protocol family",
)
failed = 0


def check(text, good, why=""):
    global failed
    failed += not good
    print("%s - %s%s" % ("ok" if good else "not ok", text, "" if good else ": " + why), flush=True)


def boots(text, command, expected, *options, says=""):
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        log = os.path.join(folder, "kernel.log")
        run = subprocess.run([RUN, "--no-module", "--log", log, *options, "--", "bash", "-c", command],
                             stdin=subprocess.DEVNULL, capture_output=True, text=True)
    why = "status %d after %.0f s, expected %d: %s" % (
        run.returncode, time.monotonic() - start, expected, run.stderr[-600:])
    check(text, run.returncode == expected and says in run.stdout + run.stderr, why)
    return run


def main():
    for name, text in COMPLAINTS.items():
        found = klog.first(text.split("\n")[-1:])
        check("a kernel log with %s fails" % name, found and found[1] == name, str(found))
    for text in HARMLESS:
        check("harmless: " + text, klog.first([text]) is None, str(klog.first([text])))

    marker = os.path.join(os.path.dirname(RUN), ".written-by-a-test")
    run = boots("output and status of a command arrive",
                "echo to-stdout; echo to-stderr >&2; seq 1 100000 | tail -n 1; touch '%s' && exit 7"
                % marker, 7)
    check("standard output is whole", run.stdout == "to-stdout\n100000\n", repr(run.stdout[:200]))
    check("standard error is separate", "to-stderr\n" in run.stderr, repr(run.stderr[:200]))
    boots("a warning fails a command that succeeded", "echo 'WARNING: of a test' >/dev/kmsg", 70,
          says="WARNING")
    boots("a panic fails", "echo c >/proc/sysrq-trigger; sleep 60", 70, says="panic")
    boots("a machine that goes away fails", "echo o >/proc/sysrq-trigger; sleep 60", 71,
          says="without a status")
    boots("time that is up fails", "sleep 600", 124, "--timeout", "15", says="time is up")
    check("what it wrote to the repository stayed inside", not os.path.exists(marker), marker)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
