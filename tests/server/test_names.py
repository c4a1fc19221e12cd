#!/usr/bin/python3
"""The server is found from the address alone, by real SRV records (RFC 2782, RFC 6120 §3.2.1, XEP-0368) of a real name
server: test_names.py prosody|ejabberd EXAMPLE

tests/example.c tells where it has ended. All domains are tried at the same time, as one has to wait for somebody who
does not answer.
"""

import pathlib
import shutil
import socket
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))

from example import Example  # noqa: E402
from network import ADDRESSES, BROKEN_NAME_SERVER, SILENT_NAME_SERVER, Network  # noqa: E402
from servers import SERVERS  # noqa: E402
from tap import Tap  # noqa: E402

PASSWORD = "What's in a name?"
LIVE, DEAF, CLOSED, IPV6 = ADDRESSES[:4]
UNICODE, ASCII = "vérona.example", "xn--vrona-bsa.example"
QUICK = 14   # seconds, for one of many on a slow machine; a place that does not answer costs 15

HOSTS = f"""
host-record=one.hosts.example,{LIVE}
host-record=two.hosts.example,{LIVE}
host-record=deaf.hosts.example,{DEAF}
host-record=closed.hosts.example,{CLOSED}
host-record=six.hosts.example,{IPV6}
host-record=four-closed.hosts.example,{CLOSED},{IPV6}
cname=alias.hosts.example,one.hosts.example
server=/broken.verona.example/{BROKEN_NAME_SERVER}
server=/half-broken.verona.example/{BROKEN_NAME_SERVER}
server=/silent.verona.example/{SILENT_NAME_SERVER}
"""

# What is tried, the domain's records (target, port, priority, weight; "direct": of _xmpps-client; or an address of the
# domain itself), and how it has to end: with which words of an error, or where, and found by what.
DOMAINS = {
    "plain.verona.example": ("one record", ["one 5222 5 0"], "one 5222 starttls srv"),
    "direct.verona.example": ("direct TLS alone", ["one 5223 5 0 direct"], "one 5223 direct srv"),
    "direct-first.verona.example": (
        "both services are one list", ["one 5222 20 0", "two 5223 10 0 direct"], "two 5223 direct srv"),
    "direct-last.verona.example": (
        "… and the other way round", ["one 5222 10 0", "two 5223 20 0 direct"], "one 5222 starttls srv"),
    "priorities.verona.example": (
        "the lowest number first", ["closed 5222 30 9", "two 5222 20 0", "one 5222 10 0"], "one 5222 starttls srv"),
    "no-weight.verona.example": (
        "no weight, and the heavy one is dead", ["closed 5222 10 60", "two 5222 10 0"], "two 5222 starttls srv"),
    "weight.verona.example": (
        "a weight, and the light one is dead", ["one 5222 10 60", "closed 5222 10 0"], "one 5222 starttls srv"),
    "dead-first.verona.example": (
        "a dead first target", ["closed 5222 10 0", "two 5222 20 0"], "two 5222 starttls srv"),
    "dead-direct.verona.example": (
        "a dead first target with direct TLS", ["closed 5223 10 0 direct", "two 5222 20 0"], "two 5222 starttls srv"),
    "nameless-first.verona.example": (
        "a first target that has no address", ["nobody 5222 10 0", "two 5222 20 0"], "two 5222 starttls srv"),
    "no-tls-first.verona.example": (
        "no TLS behind the first target", ["one 5222 10 0 direct", "two 5222 20 0"], "two 5222 starttls srv"),
    "deaf-first.verona.example": (
        "a first target that does not answer", ["deaf 5222 10 0", "two 5222 20 0"], "two 5222 starttls srv"),
    "alias.verona.example": ("a target that is an alias", ["alias 5222 5 0"], "alias 5222 starttls srv"),
    "six.verona.example": ("a target that has IPv6 alone", ["six 5222 5 0"], "six 5222 starttls srv"),
    "four-closed.verona.example": (
        "a target of which IPv6 alone answers", ["four-closed 5222 5 0"], "four-closed 5222 starttls srv"),
    UNICODE: ("a domain in Unicode", ["one 5222 5 0"], "one 5222 starttls srv"),
    "bare.verona.example": ("no record", [LIVE], "bare 5222 starttls domain"),
    "bare-six.verona.example": ("no record, and IPv6 alone", [IPV6], "bare-six 5222 starttls domain"),
    "no-direct.verona.example": (
        "decidedly no direct TLS", [". direct", "one 5222 5 0"], "one 5222 starttls srv"),
    "no.verona.example": ("decidedly no service", [". direct", ".", LIVE], "no XMPP service"),
    "dead.verona.example": (
        "dead targets alone: not the domain", ["closed 5222 5 0", LIVE], "closed.hosts.example, port 5222"),
    "nothing.verona.example": ("a name that does not exist", [], "nothing.verona.example, port 5222"),
    "broken.verona.example": ("a name server that fails", [], "broken.verona.example, port 5222"),
    "silent.verona.example": (
        "a name server that does not answer", [], "silent.verona.example, port 5222"),
    "half-broken.verona.example": (
        "a name server that fails for one service", ["one 5222 5 0"], "one 5222 starttls srv"),
    "mantua.example": ("another one's server", ["one 5222 5 0"], "another name"),
}
ASKED_THEMSELVES = {
    "bare.verona.example", "bare-six.verona.example", "nothing.verona.example", "broken.verona.example",
    "silent.verona.example",
}


def records():
    lines = [HOSTS]
    for domain, (_, entries, _) in DOMAINS.items():
        name = domain.encode("idna").decode()
        for entry in entries:
            service = "_xmpps-client" if entry.endswith(" direct") else "_xmpp-client"
            target, *numbers = entry.removesuffix(" direct").split()
            if numbers:
                lines.append("srv-host=%s._tcp.%s,%s.hosts.example,%s" % (service, name, target, ",".join(numbers)))
            elif target == ".":
                lines.append("srv-host=%s._tcp.%s" % (service, name))
            else:
                lines.append("host-record=%s,%s" % (name, target))
    return "\n".join(lines) + "\n"


def deafen(address, port):
    """A port that takes no connection and does not say so either: nobody accepts, and the queue is full."""
    listener = socket.socket()
    listener.bind((address, port))
    listener.listen(0)
    callers = [socket.socket() for _ in range(4)]
    for caller in callers:
        caller.setblocking(False)
        caller.connect_ex((address, port))
    return [listener, *callers]


def check(romeo, domain, end):
    """How it has ended is how it has to end."""
    if not end.endswith((" srv", " domain")):
        complaint = romeo.fails()
        assert end in complaint, complaint
        return
    host, rest = end.split(" ", 1)
    where = romeo.says("by ")
    wanted = "%s %s " % (host + ".hosts.example" if end.endswith("srv") else domain, rest)
    assert where.startswith(wanted), where
    address = romeo.says("online ")
    assert address.startswith("romeo@%s/" % domain), address
    romeo.leave()
    assert (romeo.online_after < QUICK) == (domain != "deaf-first.verona.example"), romeo.online_after


def play(tap, network, program):
    deaf = deafen(DEAF, 5222)
    romeos = {domain: Example(program, "romeo@" + domain, PASSWORD) for domain in DOMAINS}
    for domain, (what, _, end) in DOMAINS.items():
        with tap.step(what):
            check(romeos[domain], domain, end)
    for one in deaf:
        one.close()

    asked = network.questions()
    with tap.step("what is asked is ASCII, and both services"):
        for service in ("_xmpp-client", "_xmpps-client"):
            assert "SRV %s._tcp.%s" % (service, ASCII) in asked, asked
        assert all(question.isascii() for question in asked), asked
    with tap.step("a domain itself is asked for only where there is no record"):
        names = {question.split()[1] for question in asked if question.startswith(("A ", "AAAA "))}
        assert names & {*DOMAINS, ASCII} == ASKED_THEMSELVES, names


def main():
    tap = Tap()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="linnet-names."))
    try:
        network = Network(directory)
        network.break_names()
        network.start_names(records())
        server = SERVERS[sys.argv[1]](directory / "server", "verona", hosts=list(DOMAINS), addresses=(LIVE, IPV6))
        network.trust(server.ca_file)
        server.starttls_port, server.direct_tls_port = 5222, 5223
        for domain in DOMAINS:
            server.add_account("romeo@" + domain, PASSWORD)
        with server:
            play(tap, network, sys.argv[2])
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
