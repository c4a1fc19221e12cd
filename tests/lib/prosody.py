"""A private Prosody on loopback, with its own authority, accounts and rosters; gone when the test is."""

import pathlib
import re
import socket
import subprocess
import time

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

interfaces = {{ {interfaces} }}
local_interfaces = {{ {interfaces} }}
c2s_ports = {{ {starttls_port} }}
c2s_direct_tls_ports = {{ {direct_tls_port} }}
c2s_require_encryption = true
s2s_require_encryption = true
s2s_secure_auth = true
modules_disabled = {{ {disabled} }}
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
s2s_ssl = {{ certificate = tls.certificate, key = tls.key, cafile = "{certificates}/ca.pem" }}
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


def make_certificates(directory):
    """The authority of make-certs.sh and what it has signed, unless they are there already."""
    if not (directory / "ca.pem").exists():
        subprocess.run([HERE / "make-certs.sh", directory], check=True)


def lua_quote(text):
    """A Lua string literal."""
    return '"%s"' % re.sub(r'[\\"\n\r\0]', lambda m: "\\%03d" % ord(m[0]), text)


class Prosody:
    """One server in one directory. Fill it, then start it; or use it as a context manager.

    certificate is one of make-certs.sh: good, wrong-name, expired …; certificates is where they are, when they are
    another server's too. With federates it talks with other servers, as names say where they are.
    """

    def __init__(self, directory, certificate="good", password_hash="SHA-256", options="", *, hosts=HOSTS,
                 addresses=("127.0.0.1",), certificates=None, federates=False):
        self.directory = pathlib.Path(directory).resolve()
        self.certificates = pathlib.Path(certificates or self.directory / "certificates").resolve()
        self.ca_file = self.certificates / "ca.pem"
        self.log_file = self.directory / "prosody.log"
        self.certificate = certificate
        self.password_hash = password_hash
        self.options = options  # more lines of the configuration
        self.hosts = hosts
        self.addresses = addresses
        self.interfaces = ", ".join('"%s"' % address for address in addresses)
        self.disabled = "" if federates else '"s2s"'
        self.starttls_port = self.direct_tls_port = None
        self.process = None
        self.directory.mkdir(parents=True, exist_ok=True)
        make_certificates(self.certificates)

    def _data_file(self, address, store, suffix):
        local, host = address.split("@")
        folder, name = (re.sub(rb"[^a-zA-Z0-9]", lambda m: b"%%%02x" % m[0][0], part.encode()).decode()
                        for part in (host, local))
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
                "directory", "starttls_port", "direct_tls_port", "password_hash", "certificates", "certificate",
                "interfaces", "disabled")})
            + self.options + "".join('VirtualHost "%s"\n' % host for host in self.hosts))
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
                    socket.create_connection((self.addresses[0], port), 1).close()
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
