#!/usr/bin/python3
"""A private Prosody on loopback, with its own authority, accounts and rosters; gone when the test is.

As a program it runs a command beside the server and ends with the command's exit status:

    prosody.py [--certificate NAME] [--hash SHA-1|SHA-256] COMMAND [ARGUMENT...]

The command finds the server by LINNET_TEST_STARTTLS_PORT, LINNET_TEST_DIRECT_TLS_PORT (on 127.0.0.1) and
LINNET_TEST_CA_FILE, and the accounts of verona.py there. NAME is one of make-certs.sh: good, wrong-name, expired …
"""

import argparse
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import verona
from child import start_child, stop_child

HERE = pathlib.Path(__file__).resolve().parent
HOSTS = ("montague.example", "capulet.example")

CONFIGURATION = """
run_as_root = true
daemonize = false
pidfile = "{directory}/prosody.pid"
data_path = "{directory}/data"
admin_socket = "{directory}/prosody.sock"
log = {{ debug = "{directory}/prosody.log" }}
plugin_paths = {{}}

interfaces = {{ "127.0.0.1" }}
local_interfaces = {{ "127.0.0.1" }}
c2s_ports = {{ {starttls_port} }}
c2s_direct_tls_ports = {{ {direct_tls_port} }}
c2s_require_encryption = true
modules_disabled = {{ "s2s" }}
modules_enabled = {{
  "blocklist", "carbons", "csi_simple", "disco", "mam", "pep", "ping", "private", "roster", "saslauth", "smacks",
  "time", "tls", "uptime", "vcard4", "vcard_legacy", "version",
}}

storage = "internal"
authentication = "internal_hashed"
password_hash = "{password_hash}"
network_settings = {{ tcp_nodelay = true }}
default_archive_policy = true
archive_expires_after = "never"
max_archive_query_results = 100

local tls = {{ certificate = "{certificates}/{certificate}.pem", key = "{certificates}/{certificate}.pem" }}
ssl = tls
c2s_direct_tls_ssl = tls
"""


def free_ports(count):
    """Ports of 127.0.0.1 that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def lua_quote(text):
    """A Lua string literal."""
    return '"%s"' % re.sub(r'[\\"\n\r\0]', lambda m: "\\%03d" % ord(m[0]), text)


class Prosody:
    """One server in one directory. Fill it, then start it; or use it as a context manager."""

    def __init__(self, directory, certificate="good", password_hash="SHA-256", options=""):
        self.directory = pathlib.Path(directory).resolve()
        self.certificates = self.directory / "certificates"
        self.ca_file = self.certificates / "ca.pem"
        self.log_file = self.directory / "prosody.log"
        self.certificate = certificate
        self.password_hash = password_hash
        self.options = options  # more lines of the configuration
        self.starttls_port = self.direct_tls_port = None
        self.process = None
        self.directory.mkdir(parents=True, exist_ok=True)
        subprocess.run([HERE / "make-certs.sh", self.certificates], check=True)

    def _data_file(self, address, store, suffix):
        local, host = address.split("@")
        folder, name = (re.sub(r"\W|_", lambda m: "%%%02x" % ord(m[0]), part) for part in (host, local))
        path = self.directory / "data" / folder / store / (name + suffix)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def add_account(self, address, password):
        """An account. Prosody hashes the password when it first sees it."""
        self._data_file(address, "accounts", ".dat").write_text("return { password = %s };\n" % lua_quote(password))

    def set_roster(self, address, contacts, requests=()):
        """A whole roster at once, from (address, name, groups): all of them with a subscription both ways. The
        addresses in requests have asked to be let in, and wait for an answer."""
        pending = " ".join("[%s] = true;" % lua_quote(one) for one in requests)
        items = ["  [false] = { version = 1; pending = { %s } };\n" % pending]
        for contact, name, groups in contacts:
            items.append("  [%s] = { subscription = \"both\"; name = %s; groups = { %s } };\n" % (
                lua_quote(contact), lua_quote(name), " ".join("[%s] = true;" % lua_quote(group) for group in groups)))
        self._data_file(address, "roster", ".dat").write_text("return {\n%s};\n" % "".join(items))

    def leave_line(self, sender, address, text, when):
        """A line that was said at a time (seconds since 1970) when the address was offline."""
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when))
        with self._data_file(address, "offline", ".list").open("a") as file:
            number = file.tell()
            file.write('item({ name = "message"; when = %d; with = ""; key = "left-%d";\n'
                       '  attr = { from = %s; to = %s; type = "chat"; id = "left-%d"; stamp = "%s" };\n'
                       '  { name = "body"; attr = {}; %s } });\n'
                       % (when, number, lua_quote(sender), lua_quote(address), number, stamp, lua_quote(text)))

    def start(self):
        """Starts the server and waits until both ports answer; they are the same ones when it is started again."""
        self.launch()
        self.wait()

    def launch(self):
        """Starts the server."""
        if self.starttls_port is None:
            self.starttls_port, self.direct_tls_port = free_ports(2)
        configuration = self.directory / "prosody.cfg.lua"
        configuration.write_text(
            CONFIGURATION.format(**{name: getattr(self, name) for name in (
                "directory", "starttls_port", "direct_tls_port", "password_hash", "certificates", "certificate")})
            + self.options + "".join('VirtualHost "%s"\n' % host for host in HOSTS))
        (self.directory / "data").mkdir(exist_ok=True)
        with (self.directory / "prosody.out").open("wb") as out:
            self.process = start_child(["prosody", "-F", "--config", configuration],
                                       stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def wait(self):
        """Waits until both ports answer."""
        deadline = time.monotonic() + 20
        for port in (self.starttls_port, self.direct_tls_port):
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    if self.process.poll() is not None or time.monotonic() > deadline:
                        said = (self.directory / "prosody.out").read_text(errors="replace")
                        raise RuntimeError("Prosody did not start:\n" + said) from None
                    time.sleep(0.05)

    def stop(self):
        """Ends the server."""
        if self.process is not None:
            stop_child(self.process)
            self.process = None

    def kill(self):
        """Ends the server with no time to keep anything; it can be started again with what it had on the disk."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--certificate", default="good")
    parser.add_argument("--hash", default="SHA-256", choices=("SHA-1", "SHA-256"))
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()

    directory = tempfile.mkdtemp(prefix="linnet-prosody.")
    try:
        prosody = Prosody(directory, arguments.certificate, arguments.hash)
        verona.settle(prosody)
        with prosody:
            return subprocess.run(arguments.command, check=False, env=dict(
                os.environ,
                LINNET_TEST_STARTTLS_PORT=str(prosody.starttls_port),
                LINNET_TEST_DIRECT_TLS_PORT=str(prosody.direct_tls_port),
                LINNET_TEST_CA_FILE=str(prosody.ca_file))).returncode
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
