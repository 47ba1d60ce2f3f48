# SPDX-License-Identifier: GPL-2.0-or-later
"""Finds (or fetches) Debian's kernel of a series and makes the initramfs that boots it.

Kernels are looked for in /boot and in the cache; a missing one is downloaded as a package and
unpacked into the cache: nothing is installed and no bootloader is touched. Not for running them.

Cache, ${XDG_CACHE_HOME:-~/.cache}/sealgate:
  kernels/RELEASE/boot/vmlinuz-RELEASE, kernels/RELEASE/lib/modules/RELEASE   unpacked packages
  debug/vmlinuz, debug/release, debug/lib/modules/RELEASE (if it has modules)  the debug kernel
  initramfs/RELEASE-DIGEST.cpio                                                by content
"""

import glob
import hashlib
import lzma
import os
import re
import shutil
import subprocess
import tempfile

SERIES = {"6.1": "linux-image-amd64", "6.12": "linux-image-6.12-amd64"}
# What it takes to reach the shares; everything else is loaded by modprobe from the real root.
BOOT_MODULES = ("virtio_pci", "virtio_console", "9pnet_virtio", "9p", "overlay")
HERE = os.path.dirname(os.path.abspath(__file__))


class Missing(Exception):
    """Something the user has to provide; the text says what and how."""


class Kernel:
    def __init__(self, release, image, modules):
        self.release = release
        self.image = image
        self.modules = modules      # folder with modules.dep, or None: all built in


def cache_dir():
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(base, "sealgate")


def _order(release):
    return [int(n) for n in re.findall(r"\d+", release)]


def _found(series):
    """Kernels of the series on this machine, newest first, as {release: Kernel}."""
    found = {}
    roots = ["/"] + glob.glob(os.path.join(cache_dir(), "kernels", "*"))
    for root in roots:
        for image in glob.glob(os.path.join(root, "boot", "vmlinuz-%s.*-amd64" % series)):
            release = os.path.basename(image)[len("vmlinuz-"):]
            modules = os.path.join(root, "lib/modules", release)
            if "-rt-" in release or "-cloud-" in release or release in found:
                continue
            if os.access(image, os.R_OK) and os.path.exists(os.path.join(modules, "modules.dep")):
                found[release] = Kernel(release, image, modules)
    return dict(sorted(found.items(), key=lambda item: _order(item[0]), reverse=True))


def headers(series):
    """Releases of the series whose headers are installed, newest first."""
    found = [path.split("/")[3] for path in glob.glob("/lib/modules/%s.*-amd64/build" % series)]
    return sorted(found, key=_order, reverse=True)


def _package(series):
    """The package that holds the series' kernel: the one the installed headers belong to, else
    the one the archive's metapackage names."""
    for release in headers(series):
        return "linux-image-" + release
    run = subprocess.run(["apt-cache", "depends", "--important", SERIES[series]],
                         capture_output=True, text=True)
    match = re.search(r"Depends: (linux-image-%s\.\S+)" % re.escape(series), run.stdout)
    if not match:
        raise Missing("Debian's kernel %s is neither installed nor known to apt: run 'apt-get update' "
                      "and see that %s can be installed (6.12 is in bookworm-security)"
                      % (series, SERIES[series]))
    return match.group(1)


def fetch(series, say):
    """Downloads the series' kernel package and unpacks it into the cache."""
    package = _package(series)
    release = package[len("linux-image-"):]
    parent = os.path.join(cache_dir(), "kernels")
    os.makedirs(parent, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=".new-") as work:
        say("downloading %s into %s (not installing it)" % (package, parent))
        run = subprocess.run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download",
                              package], cwd=work)
        debs = glob.glob(os.path.join(work, "*.deb"))
        if run.returncode or not debs:
            raise Missing("cannot download %s: check the network and 'apt-get update'; if the archive "
                          "has a newer one by now, install its headers (linux-headers-*-amd64)" % package)
        root = os.path.join(work, "root")
        subprocess.run(["dpkg-deb", "-x", debs[0], root], check=True)
        subprocess.run(["depmod", "-b", root, release], check=True,
                       env=dict(os.environ, PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"))
        target = os.path.join(parent, release)
        shutil.rmtree(target, ignore_errors=True)
        os.rename(root, target)
    return release


def _debug():
    base = os.path.join(cache_dir(), "debug")
    try:
        with open(os.path.join(base, "release"), encoding="ascii") as file:
            release = file.read().strip()
        os.stat(os.path.join(base, "vmlinuz"))
    except OSError as error:
        raise Missing("there is no debug kernel yet: %s is missing (%s/vmlinuz and %s/release are "
                      "what --kernel debug boots)" % (error.filename, base, base)) from None
    modules = os.path.join(base, "lib/modules", release)
    return Kernel(release, os.path.join(base, "vmlinuz"),
                  modules if os.path.exists(os.path.join(modules, "modules.dep")) else None)


def find(series, built, say):
    """The kernel to boot. `built(release)` tells whether the module for a release is there: of
    several kernels of a series the newest with a module wins, as no other can be tested."""
    if series == "debug":
        return _debug()
    kernels = _found(series)
    if not kernels:
        fetch(series, say)
        kernels = _found(series)
    for kernel in kernels.values():
        if built(kernel.release):
            return kernel
    want = headers(series)
    if want and not any(release in kernels for release in want):
        release = fetch(series, say)
        return _found(series)[release]
    return next(iter(kernels.values()))


def _closure(folder):
    """Files of BOOT_MODULES and of what they need, in the order of loading."""
    needs, names, order = {}, {}, []
    with open(os.path.join(folder, "modules.dep"), encoding="ascii") as file:
        for line in file:
            path, _, rest = line.partition(":")
            needs[path] = rest.split()
            names[re.sub(r"\.ko.*$", "", os.path.basename(path)).replace("-", "_")] = path
    with open(os.path.join(folder, "modules.builtin"), encoding="ascii") as file:
        builtin = {os.path.basename(line.strip())[:-3].replace("-", "_") for line in file}

    def add(path):
        for need in reversed(needs[path]):
            add(need)
        if path not in order:
            order.append(path)

    for name in BOOT_MODULES:
        if name in names:
            add(names[name])
        elif name not in builtin:
            raise Missing("%s has no module %s" % (folder, name))
    return order


def _plain(path):
    """A module's bytes, unpacked (Debian compresses those of 6.12)."""
    with (lzma.open(path) if path.endswith(".xz") else open(path, "rb")) as file:
        return file.read()


def _entry(name, mode, data, inode):
    """One member of a cpio archive in the "newc" format."""
    fields = (inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0)
    head = b"070701" + b"".join(b"%08X" % field for field in fields) + name.encode() + b"\0"
    return head + b"\0" * (-len(head) % 4) + data + b"\0" * (-len(data) % 4)


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def initramfs(kernel):
    """Path of the initramfs for the kernel, made unless the cache has the same content."""
    busybox = shutil.which("busybox", path="/bin:/usr/bin")
    if not busybox:
        raise Missing("busybox is missing: apt-get install busybox-static (or selftests/setup)")
    files = [("init", 0o100755, _read(os.path.join(HERE, "init"))),
             ("bin/busybox", 0o100755, _read(busybox))]
    if b"/ld-linux" in files[1][2][:4096]:
        raise Missing("%s is not static: apt-get install busybox-static (or selftests/setup)" % busybox)
    order = _closure(kernel.modules) if kernel.modules else []
    digest = hashlib.sha256()
    for _, _, data in files:
        digest.update(hashlib.sha256(data).digest())
    for path in order:
        stat = os.stat(os.path.join(kernel.modules, path))
        digest.update(("%s %d %d\n" % (path, stat.st_size, stat.st_mtime_ns)).encode())
    folder = os.path.join(cache_dir(), "initramfs")
    target = os.path.join(folder, "%s-%s.cpio" % (kernel.release, digest.hexdigest()[:16]))
    if os.path.exists(target):
        return target

    names = [re.sub(r"\.ko.*$", ".ko", os.path.basename(path)) for path in order]
    for path, name in zip(order, names):
        files.append(("modules/" + name, 0o100644, _plain(os.path.join(kernel.modules, path))))
    files.append(("modules/order", 0o100644, "".join(name + "\n" for name in names).encode()))
    members = [(name, 0o040755, b"") for name in ("bin", "modules", "dev", "proc", "sys")] + files
    image = b"".join(_entry(*member, inode + 1) for inode, member in enumerate(members))
    image += _entry("TRAILER!!!", 0, b"", 0)

    os.makedirs(folder, exist_ok=True)
    for old in glob.glob(os.path.join(folder, kernel.release + "-*.cpio")):
        os.unlink(old)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(image)
    os.rename(file.name, target)
    return target
