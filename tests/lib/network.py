"""A network of the tests' own, with a real name server (dnsmasq) that knows what a test tells it, and no way out.

Whoever enters is alone with what they start there: nothing outside changes, and nobody has to be root. Servers have
their usual ports, on the addresses below; those are for documentation, so nobody takes them for loopback, which
resolvers treat in ways of their own.
"""

import ctypes
import os
import pathlib
import socket
import subprocess
import threading
import time

from child import start_child

NAME_SERVER = "192.0.2.53"
BROKEN_NAME_SERVER = "192.0.2.54"   # answers SERVFAIL
SILENT_NAME_SERVER = "192.0.2.55"   # never answers
ADDRESSES = ("192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db8::1", NAME_SERVER, BROKEN_NAME_SERVER, SILENT_NAME_SERVER)

RESOLVER = "nameserver %s\noptions timeout:1 attempts:1\n" % NAME_SERVER
SWITCH = "hosts: files dns\n"
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000

_libc = ctypes.CDLL(None, use_errno=True)


def _check(status):
    if status != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _mount(source, target, flags):
    _check(_libc.mount(str(source).encode(), str(target).encode(), None, ctypes.c_ulong(flags), None))


def _unshare():
    """Leaves the network and the mounts of everybody else; who may not, becomes root among themselves first."""
    user, group = os.getuid(), os.getgid()
    if _libc.unshare(CLONE_NEWNET | CLONE_NEWNS) != 0:
        _check(_libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS))
        pathlib.Path("/proc/self/setgroups").write_text("deny")
        pathlib.Path("/proc/self/uid_map").write_text("0 %d 1" % user)
        pathlib.Path("/proc/self/gid_map").write_text("0 %d 1" % group)
    _mount("none", "/", MS_REC | MS_PRIVATE)


def _fail(listener):
    """Answers every question with SERVFAIL."""
    while True:
        question, client = listener.recvfrom(4096)
        listener.sendto(question[:2] + b"\x81\x82" + question[4:], client)


class Network:
    """The process that makes one is in it from then on; it must have no second thread yet."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.log_file = self.directory / "dnsmasq.log"
        self.process = None
        self._held = []   # what must not be closed
        _unshare()
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        for address in ADDRESSES:
            subprocess.run(["ip", "address", "add", address, "dev", "lo"], check=True)
        self._replace("/etc/resolv.conf", RESOLVER)
        self._replace("/etc/nsswitch.conf", SWITCH)

    def _replace(self, path, content):
        """A system file, for us alone."""
        own = self.directory / pathlib.Path(path).name
        own.write_text(content)
        _mount(own, os.path.realpath(path), MS_BIND)

    def trust(self, ca_file):
        """Makes an authority the only one that the system trusts."""
        self._replace(AUTHORITIES, pathlib.Path(ca_file).read_text())

    def start_names(self, records):
        """Starts the name server, with lines of dnsmasq's configuration. What it does not know is not there."""
        configuration = self.directory / "dnsmasq.conf"
        configuration.write_text(records)
        self.process = start_child([
            "dnsmasq", "--keep-in-foreground", "--conf-file=%s" % configuration, "--no-resolv", "--no-hosts",
            "--no-poll", "--cache-size=0", "--listen-address=" + NAME_SERVER, "--bind-interfaces", "--local=/#/",
            "--user=", "--group=", "--pid-file=", "--log-queries", "--log-facility=%s" % self.log_file])
        deadline = time.monotonic() + 10
        while not self.log_file.exists() or "started" not in self.log_file.read_text():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("dnsmasq did not start")
            time.sleep(0.02)

    def break_names(self):
        """Starts the two name servers that are no good; dnsmasq is sent to them by server=/DOMAIN/ADDRESS."""
        for address in (BROKEN_NAME_SERVER, SILENT_NAME_SERVER):
            one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            one.bind((address, 53))
            self._held.append(one)
        threading.Thread(target=_fail, args=[self._held[-2]], daemon=True).start()

    def questions(self):
        """What the name server was asked, as "TYPE NAME"."""
        found = set()
        for line in self.log_file.read_text().splitlines():
            words = line.split()
            query = next((word for word in words if word.startswith("query[")), None)
            if query is not None:
                found.add("%s %s" % (query[6:-1], words[words.index(query) + 1]))
        return found
