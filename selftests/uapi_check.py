#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds uapi/sealgate.yaml and docs/counters.md to uapi/sealgate.h.

The compiler says what the header's names are worth, the YAML is read by a YAML parser, and both
must have the same names with the same numbers, no more and no less; attribute types are
compared with what the header's comments say; each counter has its line in docs/counters.md.
"""

import os
import re
import subprocess
import sys
import tempfile

import yaml

REPO = os.path.realpath(os.path.join(os.path.dirname(__file__), ".."))
HEADER = os.path.join(REPO, "uapi/sealgate.h")
SPEC = os.path.join(REPO, "uapi/sealgate.yaml")
COUNTERS = os.path.join(REPO, "docs/counters.md")
# Names of the header that the YAML has in another place, or has no place for.
ELSEWHERE = {"SG_GENL_NAME", "SG_GENL_VERSION", "SG_GENL_MCGRP", "SG_DEVICE_NAME"}
TYPES = {"be32": "u32", "nest": "nest", "binary": "binary", "string": "string", "u8": "u8",
         "u16": "u16", "u32": "u32", "u64": "u64"}
STAT_SET = "stat"           # every counter is a u64, which no comment says again


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def header_names(text):
    enumerators = re.findall(r"^\t(SG_\w+)(?:\s*=\s*\d+)?,", text, re.M)
    macros = re.findall(r"^#define (SG_\w+)\s+\S", text, re.M)
    return enumerators + macros


def header_values(names):
    """What the compiler makes of the names; strings are left out."""
    lines = ["#include <stdio.h>", f'#include "{HEADER}"', "int main(void)\n{"]
    lines += [f'printf("{name} %lld\\n", (long long)({name}));' for name in names]
    lines += ["return 0;\n}"]
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "values")
        subprocess.run([os.environ.get("CC", "gcc"), "-x", "c", "-", "-o", program], check=True,
                       input="\n".join(lines), text=True)
        output = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    return {name: int(value) for name, value in (line.split() for line in output.splitlines())}


def c_name(prefix, name):
    return (prefix + name).upper().replace("-", "_")


def spec_values(spec):
    """The C names that the YAML stands for, with their numbers."""
    values = {}

    def put(name, value):
        if name in values:
            raise SystemExit(f"not ok - {name} is twice in the YAML")
        values[name] = value

    for item in spec["definitions"]:
        if item["type"] == "const":
            put(c_name("", item["name"]), item["value"])
            continue
        for index, entry in enumerate(item["entries"]):
            value = item.get("value-start", 0) + index
            put(c_name(item["name-prefix"], entry["name"]),
                1 << value if item["type"] == "flags" else value)
    for group in spec["attribute-sets"]:
        value = 0
        for attribute in group["attributes"]:
            value = attribute.get("value", value + 1)
            put(c_name(group["name-prefix"], attribute["name"]), value)
        put(c_name(group["name-prefix"], "max"), value)
    value = 0
    for operation in spec["operations"]["list"]:
        value = operation.get("value", value + 1)
        put(c_name(spec["operations"]["name-prefix"], operation["name"]), value)
    return values


def header_types(text):
    """{C name: (word of the comment, enum it names or None)}"""
    found = {}
    for name, comment in re.findall(r"^\t(SG_\w+),\s*/\*\s*(.*?)\*/", text, re.M | re.S):
        match = re.match(r"(be32|u8|u16|u32|u64|string|binary|nest)\b(?: of enum (\w+))?", comment)
        if match:
            found[name] = match.groups()
    return found


def check_types(spec, text):
    wrong = []
    words = header_types(text)
    enum_of = {group["name"]: group["enum-name"].replace("-", "_")
               for group in spec["attribute-sets"]}
    for group in spec["attribute-sets"]:
        for attribute in group["attributes"]:
            name = c_name(group["name-prefix"], attribute["name"])
            kind = attribute["type"]
            if kind in ("unused", "pad"):
                continue
            if group["name"] == STAT_SET:
                wrong += [name] if kind != "u64" else []
                continue
            word, enum = words.get(name, (None, None))
            good = word and kind == TYPES[word]
            good = good and (word == "be32") == (attribute.get("byte-order") == "big-endian")
            if enum:
                good = good and enum_of[attribute["nested-attributes"]] == enum
            wrong += [] if good else [name]
    return wrong


def check_references(spec):
    """Names that the YAML uses and does not define."""
    sets = {group["name"]: {a["name"] for a in group["attributes"]}
            for group in spec["attribute-sets"]}
    defined = {item["name"] for item in spec["definitions"]}
    missing = []
    for group in spec["attribute-sets"]:
        for attribute in group["attributes"]:
            if attribute.get("nested-attributes", group["name"]) not in sets:
                missing.append(attribute["nested-attributes"])
            if attribute.get("enum", next(iter(defined))) not in defined:
                missing.append(attribute["enum"])
            missing += [limit for limit in attribute.get("checks", {}).values()
                        if isinstance(limit, str) and limit not in defined]
    for operation in spec["operations"]["list"][1:]:
        known = sets[operation["attribute-set"]]
        parts = [operation.get("event", {})]
        for kind in ("do", "dump"):
            parts += [operation.get(kind, {}).get(way, {}) for way in ("request", "reply")]
        for part in parts:
            missing += [name for name in part.get("attributes", []) if name not in known]
        if "event" not in operation and operation.get("flags") != ["uns-admin-perm"]:
            missing.append(operation["name"] + ": flags")
    return missing


def check_counters(names):
    """Counters without a line of their own, and lines without a counter."""
    rows = re.findall(r"^\| `(SG_STAT_\w+)` \| ([^|]+) \| ([^|]+) \|$", read(COUNTERS), re.M)
    stats = [name for name in names if name.startswith("SG_STAT_")
             and name not in ("SG_STAT_UNSPEC", "SG_STAT_PAD", "SG_STAT_MAX")]
    listed = [name for name, _, _ in rows]
    return sorted(set(stats) ^ set(listed)) + sorted({n for n in listed if listed.count(n) > 1})


def report(text, wrong):
    print(f"{'not ok' if wrong else 'ok'} - {text}")
    for item in wrong:
        print(f"#   {item}")
    return bool(wrong)


def main():
    text = read(HEADER)
    spec = yaml.safe_load(read(SPEC))
    names = header_names(text)
    header = header_values([name for name in names if name not in ELSEWHERE
                            or name == "SG_GENL_VERSION"])
    values = spec_values(spec)
    if len(header) < 200:
        print(f"not ok - only {len(header)} names were found in the header")
        return 1

    failed = report("the YAML names the family, its version and its group as the header does", [
        text_ for text_, good in (
            ("name", f'SG_GENL_NAME\t\t"{spec["name"]}"' in text),
            ("version", header["SG_GENL_VERSION"] == spec["version"]),
            ("group", f'SG_GENL_MCGRP\t\t"{spec["mcast-groups"]["list"][0]["name"]}"' in text),
        ) if not good])
    known = {name: value for name, value in header.items() if name not in ELSEWHERE}
    failed |= report("every name of the header is in the YAML",
                     sorted(set(known) - set(values)))
    failed |= report("every name of the YAML is in the header", sorted(set(values) - set(known)))
    failed |= report("the numbers are the same", [
        f"{name}: header {known[name]}, YAML {values[name]}"
        for name in known if name in values and known[name] != values[name]])
    failed |= report("the types are those of the header's comments", check_types(spec, text))
    failed |= report("the YAML defines what it refers to", check_references(spec))
    failed |= report("each counter has its line in docs/counters.md", check_counters(names))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
