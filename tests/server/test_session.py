#!/usr/bin/python3
"""The session layer against a real Prosody, seen through tests/example.c: test_session.py EXAMPLE

Ways in, ways to be kept out, the roster, presences, and a line both ways.
"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))

import verona  # noqa: E402
from child import start_child, stop_child  # noqa: E402
from people import People  # noqa: E402
from prosody import Prosody  # noqa: E402
from tap import Tap  # noqa: E402

DEADLINE = 30
CERTIFICATES = {
    "wrong-name": "another name", "expired": "expired", "not-yet-valid": "not valid yet", "self-signed": "not trusted",
}


class Example:
    """tests/example.c, running."""

    def __init__(self, program, prosody, security="starttls", password=verona.ROMEO_PASSWORD, pin=None):
        port = prosody.starttls_port if security == "starttls" else prosody.direct_tls_port
        self.lines = []
        self.condition = threading.Condition()
        command = [program, verona.ROMEO, "127.0.0.1", str(port), security, str(prosody.ca_file)]
        self.process = start_child(command + ([pin] if pin else []),
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.process.stdin.write(password + "\n")
        self.process.stdin.flush()
        self.reader = threading.Thread(target=self._listen, daemon=True)
        self.reader.start()

    def _listen(self):
        for line in self.process.stdout:
            with self.condition:
                self.lines.append(line.rstrip("\n"))
                self.condition.notify_all()

    def says(self, start):
        """Waits for a line that starts so; the rest of it."""
        def found():
            return next((line for line in self.lines if line.startswith(start)), None)
        with self.condition:
            if not self.condition.wait_for(found, DEADLINE):
                raise AssertionError("waited for %r, heard %r" % (start, self.lines))
            return found()[len(start):].strip()

    def fails(self):
        """Waits for its end, which must not be a good one; what it complained of."""
        complaint = self.process.stderr.read()
        assert self.process.wait(DEADLINE) == 1, (self.process.returncode, complaint)
        self.reader.join()
        assert not self.lines, self.lines
        return complaint

    def leave(self):
        """Ends it politely."""
        status = stop_child(self.process)
        complaint = self.process.stderr.read()
        assert status == 0, (status, complaint)


def server(directory, **options):
    prosody = Prosody(directory, **options)
    verona.settle(prosody)
    return prosody


def conversation(tap, program, directory):
    """Everything that can be seen of one evening."""
    with server(directory) as prosody, People(prosody.starttls_port, prosody.ca_file, silent=True) as people:
        romeo = Example(program, prosody)
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


def ways_in(tap, program, directory):
    with server(directory / "sha-256") as prosody:
        with tap.step("direct TLS"):
            romeo = Example(program, prosody, "direct")
            assert romeo.says("online ").startswith(verona.ROMEO)
            romeo.leave()
        for security in ("starttls", "direct"):
            with tap.step("a wrong password by " + security):
                complaint = Example(program, prosody, security, "Rosaline").fails()
                assert complaint.startswith("xmpp-auth-error"), complaint
        with tap.step("the right one again"):
            romeo = Example(program, prosody)
            romeo.says("online ")
            romeo.leave()
    with server(directory / "sha-1", password_hash="SHA-1") as prosody, tap.step("SCRAM-SHA-1 when there is no other"):
        romeo = Example(program, prosody)
        assert romeo.says("online ").split()[1].startswith("SCRAM-SHA-1")
        romeo.leave()


def wrong_certificates(tap, program, directory):
    for certificate, reason in CERTIFICATES.items():
        with server(directory / certificate, certificate=certificate) as prosody:
            for security in ("starttls", "direct"):
                with tap.step("a certificate that is %s by %s" % (certificate, security)):
                    complaint = Example(program, prosody, security).fails()
                    assert complaint.startswith("XmppConnectError") and reason in complaint, complaint
            with tap.step("no word of a password to a server with a certificate that is " + certificate):
                log = prosody.log_file.read_text(errors="replace")
                assert "<auth" not in log and "SCRAM" not in log, log


def pinned_certificates(tap, program, directory):
    with server(directory, certificate="self-signed") as prosody:
        pin, other = ((prosody.certificates / (name + ".sha256")).read_text().strip()
                      for name in ("self-signed", "self-signed-other"))
        for security in ("starttls", "direct"):
            with tap.step("the pinned certificate by " + security):
                romeo = Example(program, prosody, security, pin=pin)
                assert romeo.says("online ").startswith(verona.ROMEO)
                romeo.leave()
            with tap.step("not the pinned certificate by " + security):
                complaint = Example(program, prosody, security, pin=other).fails()
                assert complaint.startswith("XmppConnectError") and "not trusted" in complaint, complaint
    with server(directory / "good") as prosody, tap.step("a good certificate, but not the pinned one"):
        complaint = Example(program, prosody, pin=pin).fails()
        assert complaint.startswith("XmppConnectError") and "pinned" in complaint, complaint
        assert "SCRAM" not in prosody.log_file.read_text(errors="replace")


def main():
    tap = Tap()
    program = sys.argv[1]
    directory = pathlib.Path(tempfile.mkdtemp(prefix="linnet-server."))
    try:
        conversation(tap, program, directory / "conversation")
        ways_in(tap, program, directory)
        wrong_certificates(tap, program, directory)
        pinned_certificates(tap, program, directory / "pinned")
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
