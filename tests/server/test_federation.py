#!/usr/bin/python3
"""Two servers that find each other by name, a Prosody and an ejabberd: test_federation.py PROGRAM

The program is told nothing but addresses; everything else is in the name server and in the system's trust store.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))

import verona  # noqa: E402
from ejabberd import Ejabberd  # noqa: E402
from network import ADDRESSES, Network  # noqa: E402
from prosody import Prosody  # noqa: E402

RECORDS = """
host-record=xmpp.montague.example,{montague}
srv-host=_xmpp-client._tcp.montague.example,xmpp.montague.example,5222
srv-host=_xmpp-server._tcp.montague.example,xmpp.montague.example,5269
host-record=xmpp.capulet.example,{capulet}
srv-host=_xmpp-client._tcp.capulet.example,xmpp.capulet.example,5222
srv-host=_xmpp-server._tcp.capulet.example,xmpp.capulet.example,5269
"""


def main():
    directory = pathlib.Path(tempfile.mkdtemp(prefix="linnet-federation."))
    try:
        network = Network(directory)
        montague = Prosody(directory / "montague", hosts=["montague.example"], addresses=ADDRESSES[:1], federates=True)
        capulet = Ejabberd(directory / "capulet", hosts=["capulet.example"], addresses=ADDRESSES[1:2], federates=True,
                           certificates=montague.certificates)
        network.start_names(RECORDS.format(montague=montague.addresses[0], capulet=capulet.addresses[0]))
        network.trust(montague.ca_file)
        for server, address, password in ((montague, verona.ROMEO, verona.ROMEO_PASSWORD),
                                          (capulet, verona.JULIET, verona.PASSWORD)):
            server.starttls_port, server.direct_tls_port = 5222, 5223
            server.add_account(address, password)
        capulet.launch()
        with montague:
            capulet.wait()
            status = subprocess.run(sys.argv[1:], check=False).returncode
            capulet.stop()
            return status
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
