#!/usr/bin/python3
"""The session layer against a real server, seen through tests/example.c: test_session.py prosody|ejabberd EXAMPLE

Ways in, ways to be kept out, the roster, presences, and a line both ways.
"""

import pathlib
import shutil
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))

import verona  # noqa: E402
from example import Example  # noqa: E402
from people import People  # noqa: E402
from servers import SERVERS  # noqa: E402
from tap import Tap  # noqa: E402

CERTIFICATES = {"wrong-name": "another name", "expired": "expired", "not-yet-valid": "not valid yet"}
# What an account may have been stored with, but for SHA-256.
HASHES = {"prosody": ["SHA-1"], "ejabberd": ["SHA-1", "SHA-512"]}
TLS_1_2 = {"G_TLS_GNUTLS_PRIORITY": "NORMAL:-VERS-TLS1.3"}


class Town:
    """The servers of one kind, and Romeo's way in."""

    def __init__(self, kind, program, directory):
        self.kind = kind
        self.program = program
        self.directory = directory

    def server(self, name, **options):
        server = SERVERS[self.kind](self.directory / name, **options)
        server.log_level = "debug"
        verona.settle(server)
        return server

    def sign_in(self, server, security="starttls", password=verona.ROMEO_PASSWORD, pin=None, **environment):
        port = server.starttls_port if security == "starttls" else server.direct_tls_port
        return Example(self.program, verona.ROMEO, password, "127.0.0.1", port, security, server.ca_file,
                       *([pin] if pin else []), **environment)


def conversation(tap, town, server):
    """Everything that can be seen of one evening."""
    with People(server.starttls_port, server.ca_file, silent=True) as people:
        romeo = town.sign_in(server)
        with tap.step("STARTTLS with SCRAM-SHA-256", go_on=False):
            address, mechanism = romeo.says("online ").split()
            assert address.startswith(verona.ROMEO + "/"), address
            assert mechanism.startswith("SCRAM-SHA-256"), mechanism
        with tap.step("the roster"):
            for person in verona.PEOPLE:
                rest = romeo.says("contact " + person.address)
                assert rest == '"%s" (%s) both' % (person.name, ", ".join(person.groups)), rest
        with tap.step("their presences"):
            for person in verona.PEOPLE:
                if person.show is not None:
                    assert romeo.says("presence %s/" % person.address).endswith(person.status)
        with tap.step("our presence"):
            for person in verona.PEOPLE:
                if person.show is not None:
                    people.await_event(event="presence", who=person.address, show="available", status="Listening")
        with tap.step("a line both ways"):
            line = "Art thou not Romeo, and a Montague? <&> “ä𝄞”"
            people.act(verona.JULIET, "say", text=line)
            assert romeo.says("message %s/balcony" % verona.JULIET) == line
            people.await_event(event="message", who=verona.JULIET, text=line)
        with tap.step("what arrived is confirmed"):
            people.await_event(event="receipt", who=verona.JULIET)
        with tap.step("they go, and we hear of it"):
            people.act("nurse@capulet.example", "leave")
            romeo.says("presence nurse@capulet.example/verona 0")
        with tap.step("we go, and they hear of it"):
            since = len(people.seen)
            romeo.leave()
            people.await_event(since=since, event="presence", who=verona.JULIET, show="offline")


def ways_in(tap, town, server, name, security):
    """With and without channel binding, which both servers know for TLS 1.2 alone."""
    mechanism = "SCRAM-" + name
    with tap.step("a wrong password for %s by %s" % (mechanism, security)):
        complaint = town.sign_in(server, security, "Rosaline").fails()
        assert complaint.startswith("xmpp-auth-error"), complaint
    for version, binding, environment in (("1.3", None, {}), ("1.2", "tls-unique", TLS_1_2)):
        with tap.step("%s by %s with TLS %s" % (mechanism, security, version)):
            romeo = town.sign_in(server, security, **environment)
            by = romeo.says("by ")
            assert by.endswith(" %s hand TLS %s %s" % (security, version, binding or "unbound")), by
            assert romeo.says("online ").split()[1] == mechanism + ("-PLUS" if binding else "")
            romeo.leave()


def evening(tap, town):
    """A server as most are."""
    with town.server("evening") as server:
        with tap.step("a good certificate, but not the pinned one"):
            pin = (server.certificates / "self-signed.sha256").read_text().strip()
            complaint = town.sign_in(server, pin=pin).fails()
            assert complaint.startswith("XmppConnectError") and "pinned" in complaint, complaint
            assert not is_login_seen(server)
        for security in ("starttls", "direct"):
            ways_in(tap, town, server, "SHA-256", security)
        with tap.step("what the server's log would have told of a login"):
            assert is_login_seen(server)
        conversation(tap, town, server)


def is_login_seen(server):
    """Whether anybody has begun to sign in."""
    log = server.log_file.read_text(errors="replace")
    return "<auth" in log or "response xmlns" in log


def wrong_certificates(tap, town):
    for certificate, reason in CERTIFICATES.items():
        with town.server(certificate, certificate=certificate) as server:
            for security in ("starttls", "direct"):
                with tap.step("a certificate that is %s by %s" % (certificate, security)):
                    complaint = town.sign_in(server, security).fails()
                    assert complaint.startswith("XmppConnectError") and reason in complaint, complaint
            with tap.step("no word of a password to a server with a certificate that is " + certificate):
                assert not is_login_seen(server)


def pinned_certificates(tap, town):
    with town.server("pinned", certificate="self-signed") as server:
        pin, other = ((server.certificates / (name + ".sha256")).read_text().strip()
                      for name in ("self-signed", "self-signed-other"))
        for security in ("starttls", "direct"):
            with tap.step("a certificate that is self-signed by " + security):
                complaint = town.sign_in(server, security).fails()
                assert complaint.startswith("XmppConnectError") and "not trusted" in complaint, complaint
                assert not is_login_seen(server)
        for security in ("starttls", "direct"):
            with tap.step("the pinned certificate by " + security):
                romeo = town.sign_in(server, security, pin=pin)
                assert romeo.says("online ").startswith(verona.ROMEO)
                romeo.leave()
            with tap.step("not the pinned certificate by " + security):
                complaint = town.sign_in(server, security, pin=other).fails()
                assert complaint.startswith("XmppConnectError") and "not trusted" in complaint, complaint


def main():
    tap = Tap()
    kind, program = sys.argv[1:]
    directory = pathlib.Path(tempfile.mkdtemp(prefix="linnet-session."))
    town = Town(kind, program, directory)
    try:
        evening(tap, town)
        for name in HASHES[kind]:
            with town.server(name, password_hash=name) as server:
                ways_in(tap, town, server, name, "starttls")
        # Who checks it is on this side: one server that shows them all is enough.
        if kind == "prosody":
            wrong_certificates(tap, town)
        pinned_certificates(tap, town)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
