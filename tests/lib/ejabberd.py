"""A private ejabberd on loopback, with its own authority, accounts and rosters; gone when the test is.

It runs without ejabberdctl, epmd and Erlang's distribution, so that nothing listens but the ports that are named here.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from child import start_child, stop_child
from prosody import HOSTS, free_ports, make_certificates

# The archive is in SQLite: Mnesia's forgets what was on its disk when it is killed, and what is lost then says nothing
# about clients. Each host has a file of its own: whoever finds one locked forgets what it wanted to keep. They are in
# memory where that is possible: being killed they survive there, and nobody waits for a disk.
CONFIGURATION = """
loglevel: {log_level}
hosts: [{hosts}]
certfiles: ["{certificates}/{certificate}.pem"]
ca_file: "{certificates}/ca.pem"
s2s_use_starttls: required
registration_timeout: infinity
auth_method: internal
sql_type: sqlite
host_config: {{{databases}}}
auth_password_format: scram
auth_scram_hash: {password_hash}
disable_sasl_mechanisms: ["digest-md5", "X-OAUTH2"]
listen:
  - {{port: {api_port}, ip: "127.0.0.1", module: ejabberd_http, request_handlers: {{/api: mod_http_api}}}}
{listeners}access_rules: {{local: {{allow: all}}, register: {{allow: all}}}}
api_permissions: {{"tests": {{who: {{ip: 127.0.0.1/8}}, what: [status, register, add_rosteritem,
  delete_old_mam_messages]}}}}
modules:
  mod_admin_extra: {{}}
  mod_caps: {{}}
  mod_carboncopy: {{}}
  mod_client_state: {{}}
  mod_disco: {{}}
  mod_http_api: {{}}
  mod_mam: {{db_type: sql, assume_mam_usage: true, default: always, request_activates_archiving: false,
    compress_xml: false}}
  mod_offline: {{use_mam_for_storage: false}}
  mod_ping: {{}}
  mod_roster: {{versioning: true}}
  mod_stream_mgmt: {{resend_on_timeout: if_offline, resume_timeout: {resume_timeout}, max_resume_timeout: 600}}
  mod_version: {{}}
"""
LISTENERS = """  - {{port: {starttls_port}, ip: "{address}", module: ejabberd_c2s, starttls: true,
      starttls_required: true, max_stanza_size: 262144, access: all}}
  - {{port: {direct_tls_port}, ip: "{address}", module: ejabberd_c2s, tls: true, max_stanza_size: 262144, access: all}}
"""
FEDERATION = """  - {{port: 5269, ip: "{address}", module: ejabberd_s2s_in}}
"""

HASHES = {"SHA-1": "sha", "SHA-256": "sha256", "SHA-512": "sha512"}
MEMORY = pathlib.Path("/dev/shm")


class Ejabberd:
    """One server in one directory. Fill it, start it, fill it more; or use it as a context manager. What the arguments
    mean is told of Prosody."""

    def __init__(self, directory, certificate="good", password_hash="SHA-256", *, resume_timeout=300, hosts=HOSTS,
                 addresses=("127.0.0.1",), certificates=None, federates=False):
        self.directory = pathlib.Path(directory).resolve()
        self.certificates = pathlib.Path(certificates or self.directory / "certificates").resolve()
        self.certificate = certificate
        self.password_hash = HASHES[password_hash]
        self.log_level = "warning"
        self.hosts = hosts
        self.addresses = addresses
        self.federates = federates
        self.ca_file = self.certificates / "ca.pem"
        self.log_file = self.directory / "ejabberd.log"
        self.resume_timeout = resume_timeout
        self.starttls_port, self.direct_tls_port, self.api_port = free_ports(3)
        self.process = None
        self.unsaid = []   # what its administration is to be told when it runs
        self.directory.mkdir(parents=True, exist_ok=True)
        self._memory = tempfile.TemporaryDirectory(prefix="linnet-archives.", dir=MEMORY) if MEMORY.is_dir() else None
        self.archives = pathlib.Path(self._memory.name) if self._memory is not None else self.directory
        make_certificates(self.certificates)

    def _tell(self, command, **arguments):
        """Tells its administration, as soon as it runs."""
        if self.process is None:
            self.unsaid.append((command, arguments))
        else:
            self._call(command, **arguments)

    def _call(self, command, **arguments):
        """Asks its administration; its answer, which for trouble is an HTTPError."""
        request = urllib.request.Request("http://127.0.0.1:%d/api/%s" % (self.api_port, command),
                                         json.dumps(arguments).encode(), {"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as answer:
            return json.load(answer)

    def add_account(self, address, password):
        """An account."""
        user, host = address.split("@")
        self._tell("register", user=user, host=host, password=password)

    def set_roster(self, address, contacts):
        """Contacts from (address, name, groups): all of them with a subscription both ways."""
        user, host = address.split("@")
        for contact, name, groups in contacts:
            other_user, other_host = contact.split("@")
            self._tell("add_rosteritem", localuser=user, localhost=host, user=other_user, host=other_host,
                       nick=name, group=",".join(groups), subs="both")

    def launch(self):
        """Starts the server, with the data that an earlier one in this directory left."""
        names = ("api_port", "certificate", "certificates", "log_level", "password_hash", "resume_timeout")
        listeners = "".join(
            (LISTENERS + (FEDERATION if self.federates else "")).format(
                address=address, starttls_port=self.starttls_port, direct_tls_port=self.direct_tls_port)
            for address in self.addresses)
        databases = ('"%s": {sql_database: "%s"}' % (host, self.archives / (host + ".db")) for host in self.hosts)
        configuration = self.directory / "ejabberd.yml"
        configuration.write_text(CONFIGURATION.format(
            hosts=", ".join('"%s"' % host for host in self.hosts), databases=", ".join(databases), listeners=listeners,
            **{name: getattr(self, name) for name in names}))
        data = self.directory / "data"
        data.mkdir(exist_ok=True)
        environment = dict(os.environ, EJABBERD_CONFIG_PATH=str(configuration), EJABBERD_LOG_PATH=str(self.log_file),
                           ERL_CRASH_DUMP=str(self.directory / "crash.dump"), HOME=str(self.directory))
        environment["ERL_LIBS"] = str(next(pathlib.Path("/usr/lib").glob("*/ejabberd-*")).parent)
        with (self.directory / "ejabberd.out").open("ab") as out:
            self.process = start_child(
                ["erl", "-noinput", "-start_epmd", "false", "-mnesia", "dir", '"%s"' % data, "-s", "ejabberd"],
                cwd=self.directory, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)

    def wait(self):
        """Waits until it answers."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self._call("status")
                # It opens its archive when somebody needs it for the first time; whoever else needs it meanwhile is
                # told of an error, and what he says is not kept.
                self._call("delete_old_mam_messages", type="chat", days=36500)
                break
            except (OSError, urllib.error.URLError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    said = (self.directory / "ejabberd.out").read_text(errors="replace")
                    raise RuntimeError("ejabberd did not start:\n" + said) from None
                time.sleep(0.1)
        for command, arguments in self.unsaid:
            self._call(command, **arguments)
        self.unsaid = []

    def start(self):
        """Starts the server and waits until it answers; the ports are the same ones when it is started again."""
        self.launch()
        self.wait()

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

    def keep(self):
        """Leaves its archives in its directory."""
        if self.archives != self.directory:
            for archive in self.archives.iterdir():
                shutil.copy(archive, self.directory)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
