#!/usr/bin/python3
"""The servers that the suites run against, by name.

As a program it runs a command beside one of them and ends with the command's exit status:

    servers.py prosody|ejabberd COMMAND [ARGUMENT...]

The command finds the server by LINNET_TEST_STARTTLS_PORT, LINNET_TEST_DIRECT_TLS_PORT (on 127.0.0.1) and
LINNET_TEST_CA_FILE, its name in LINNET_TEST_SERVER, and the accounts of verona.py there.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile

import verona
from ejabberd import Ejabberd
from prosody import Prosody

SERVERS = {"prosody": Prosody, "ejabberd": Ejabberd}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("server", choices=SERVERS)
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()

    directory = tempfile.mkdtemp(prefix="linnet-server.")
    try:
        server = SERVERS[arguments.server](directory)
        verona.settle(server)
        with server:
            return subprocess.run(arguments.command, check=False, env=dict(
                os.environ,
                LINNET_TEST_SERVER=arguments.server,
                LINNET_TEST_STARTTLS_PORT=str(server.starttls_port),
                LINNET_TEST_DIRECT_TLS_PORT=str(server.direct_tls_port),
                LINNET_TEST_CA_FILE=str(server.ca_file))).returncode
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
