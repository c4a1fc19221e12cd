"""A private ejabberd on loopback, with its own authority, accounts and rosters; gone when the test is.

It runs without ejabberdctl, epmd and Erlang's distribution, so that nothing listens but the ports that are named here.
"""

import json
import os
import pathlib
import subprocess
import time
import urllib.error
import urllib.request

from child import start_child, stop_child
from prosody import HERE, HOSTS, free_ports

# The archive is in SQLite: Mnesia's forgets what was on its disk when it is killed, and what is lost then says nothing
# about clients.
CONFIGURATION = """
loglevel: warning
hosts: [{hosts}]
certfiles: ["{certificates}/good.pem"]
registration_timeout: infinity
auth_method: internal
sql_type: sqlite
sql_database: "{directory}/archive.db"
auth_password_format: scram
auth_scram_hash: sha256
disable_sasl_mechanisms: ["digest-md5", "X-OAUTH2"]
listen:
  - {{port: {starttls_port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: true, starttls_required: true,
      max_stanza_size: 262144, access: all}}
  - {{port: {direct_tls_port}, ip: "127.0.0.1", module: ejabberd_c2s, tls: true, max_stanza_size: 262144, access: all}}
  - {{port: {api_port}, ip: "127.0.0.1", module: ejabberd_http, request_handlers: {{/api: mod_http_api}}}}
access_rules: {{local: {{allow: all}}, register: {{allow: all}}}}
api_permissions: {{"tests": {{who: {{ip: 127.0.0.1/8}}, what: [status, register, add_rosteritem]}}}}
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


class Ejabberd:
    """One server in one directory. Start it, then fill it; or use it as a context manager."""

    def __init__(self, directory, resume_timeout=300):
        self.directory = pathlib.Path(directory).resolve()
        self.certificates = self.directory / "certificates"
        self.ca_file = self.certificates / "ca.pem"
        self.log_file = self.directory / "ejabberd.log"
        self.resume_timeout = resume_timeout
        self.starttls_port, self.direct_tls_port, self.api_port = free_ports(3)
        self.process = None
        self.directory.mkdir(parents=True, exist_ok=True)
        subprocess.run([HERE / "make-certs.sh", self.certificates], check=True)

    def _call(self, command, **arguments):
        """Asks its administration; its answer, which for trouble is an HTTPError."""
        request = urllib.request.Request("http://127.0.0.1:%d/api/%s" % (self.api_port, command),
                                         json.dumps(arguments).encode(), {"Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=10) as answer:
            return json.load(answer)

    def add_account(self, address, password):
        """An account, on a running server."""
        user, host = address.split("@")
        self._call("register", user=user, host=host, password=password)

    def set_roster(self, address, contacts):
        """Contacts from (address, name, groups), on a running server: all of them with a subscription both ways."""
        user, host = address.split("@")
        for contact, name, groups in contacts:
            other_user, other_host = contact.split("@")
            self._call("add_rosteritem", localuser=user, localhost=host, user=other_user, host=other_host,
                       nick=name, group=",".join(groups), subs="both")

    def launch(self):
        """Starts the server, with the data that an earlier one in this directory left."""
        names = ("certificates", "starttls_port", "direct_tls_port", "api_port", "resume_timeout")
        configuration = self.directory / "ejabberd.yml"
        configuration.write_text(CONFIGURATION.format(
            hosts=", ".join(HOSTS), directory=self.directory, **{name: getattr(self, name) for name in names}))
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
                return
            except (OSError, urllib.error.URLError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    said = (self.directory / "ejabberd.out").read_text(errors="replace")
                    raise RuntimeError("ejabberd did not start:\n" + said) from None
                time.sleep(0.1)

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

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()
