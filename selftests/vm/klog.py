# SPDX-License-Identifier: GPL-2.0-or-later
"""What in a kernel log fails a test, and by which name it is reported.

Judges text only; reading the console and acting on the verdict is the caller's.
"""

import re

# First match of a line wins: the specific ahead of the general.
COMPLAINTS = (
    ("KASAN", r"KASAN:"),
    ("KCSAN", r"KCSAN:"),
    ("KFENCE", r"KFENCE:"),
    ("UBSAN", r"UBSAN:"),
    ("refcount", r"refcount_t:"),
    ("suspicious RCU", r"suspicious RCU usage"),
    ("lockdep", r"possible (recursive|circular|irq lock inversion)|inconsistent lock state|"
                r"held lock freed|lock held when returning|bad unlock balance|HARDIRQ-safe|SOFTIRQ-safe|"
                r"Invalid wait context|DEBUG_LOCKS_WARN_ON"),
    ("kmemleak", r"kmemleak: .*new suspected memory leaks|unreferenced object 0x"),
    ("hung task", r"INFO: task .* blocked for more than"),
    ("stall", r"rcu: INFO: .*(stall|starved)"),
    ("leaked device reference", r"unregister_netdevice: waiting for"),
    ("list corruption", r"list_(add|del) corruption"),
    ("page state", r"Bad page state|bad_page"),
    ("slab", r"\bBUG \S+ .*: |Slab cache still has objects|Objects remaining in"),
    ("oops", r"Oops: |general protection fault|unable to handle kernel|invalid opcode:|"
             r"stack segment:|double fault:"),
    ("panic", r"Kernel panic - not syncing"),
    ("BUG", r"\bBUG: |kernel BUG at|scheduling while atomic"),
    ("WARNING", r"\bWARNING: "),
    ("trace", r"Call Trace:"),
)
_RULES = [(name, re.compile(rule)) for name, rule in COMPLAINTS]


def complaint(line):
    """Name of what a line of the kernel log complains of, or None."""
    for name, rule in _RULES:
        if rule.search(line):
            return name
    return None


def first(lines):
    """(index, name, line) of the first complaint, or None."""
    for index, line in enumerate(lines):
        name = complaint(line)
        if name:
            return index, name, line
    return None
