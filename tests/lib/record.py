#!/usr/bin/python3
"""Records what a real Prosody says on the wire, for the fake server to say it again: record.py [DIRECTORY]

Writes prosody-0.12-*.txt into DIRECTORY, at first tests/session/transcripts; needs Debian's prosody. Each line is a
stanza, a stream's header or its end, as its bytes were: "C: " the client's, "S: " the server's. "TLS" stands where the
handshake was. Only what differs from run to run, or from client to client, is a {placeholder}. The client here is not
Linnet: it says what the standards say, so that Linnet's words are held against somebody else's.
"""

import base64
import codecs
import hashlib
import hmac
import pathlib
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time

import verona
from prosody import Prosody

TRANSCRIPTS = pathlib.Path(__file__).resolve().parent.parent / "session" / "transcripts"
DEADLINE = 10

TAG = re.compile(r"<(/?)[^\s<>/?]+(?:\s+[^\s=]+=(?:'[^']*'|\"[^\"]*\"))*\s*(/?)>")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ARCHIVE_ID = re.compile(r"(<stanza-id [^>]*\bid=')[^']*")

DISCO = "http://jabber.org/protocol/disco#info"
CAPS = "http://jabber.org/protocol/caps"
STATES = "http://jabber.org/protocol/chatstates"
RECEIPTS = "urn:xmpp:receipts"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
ACTIVE = "<active xmlns='%s'/>" % STATES
REQUEST = "<request xmlns='%s'/>" % RECEIPTS
PING = "<ping xmlns='urn:xmpp:ping'/>"

MERCUTIO = "mercutio@montague.example"
BENVOLIO = "benvolio@montague.example"
NOBODY = "rosaline@capulet.example"


class Client:
    """One device of somebody's, that says what it is told to and hears one stanza after the other."""

    hidden = {}   # what stands in no transcript → its placeholder; what one device chose, another one hears

    def __init__(self, prosody, address, password=verona.PASSWORD, direct=False, features=(CAPS, DISCO, RECEIPTS)):
        self.address = address
        self.password = password
        self.domain = address.partition("@")[2]
        self.jid = None
        self.node = "https://%s/client" % self.domain
        self.features = features
        self.lines = []   # of the transcript
        self.text = ""    # come and not yet heard
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.context = ssl.create_default_context(cafile=prosody.ca_file)
        self.context.set_alpn_protocols(["xmpp-client"])
        port = prosody.direct_tls_port if direct else prosody.starttls_port
        self.socket = socket.create_connection(("127.0.0.1", port), DEADLINE)
        if direct:
            self.shake_hands()
        else:
            self.start_tls()

    # What goes over the wire

    def say(self, text):
        self.socket.sendall(text.encode())
        self.lines.append("C: " + text)

    def hear(self, *wanted):
        """The next thing the server says, which must have in it all that is wanted."""
        while (end := self.complete()) == 0:
            piece = self.socket.recv(65536)
            if not piece:
                raise RuntimeError("the server hung up on %s" % self.address)
            self.text += self.decoder.decode(piece)
        heard, self.text = self.text[:end], self.text[end:]
        if not all(one in heard for one in wanted):
            raise RuntimeError("%s waited for %r and heard %s" % (self.address, wanted, heard))
        self.lines.append("S: " + heard)
        return heard

    def complete(self):
        """How many of the characters that have come are a stanza, or a stream's header or end; 0: none is whole yet."""
        depth = 0
        for tag in TAG.finditer(self.text):
            depth += -1 if tag[1] else 0 if tag[2] else 1
            if depth == 0 or "stream:stream" in tag[0]:
                return tag.end()
        return 0

    def hear_until(self, *wanted):
        """Hears on until something has come that has each of these sets of words in it, in any order: Prosody writes
        attributes in an order that differs from run to run. Who asks what we can is told."""
        wanted = [{one} if isinstance(one, str) else one for one in wanted]
        while wanted:
            heard = self.hear()
            wanted = [words for words in wanted if not all(word in heard for word in words)]
            if heard.startswith("<iq ") and " type='get'" in heard and DISCO in heard:
                self.answer_disco(heard)

    # What differs

    def hide(self, name, value):
        self.hidden[value] = "{%s}" % name
        return value

    def new_id(self, name):
        return self.hide(name, secrets.token_hex(8))

    # The way in and out

    def open(self, sender=""):
        self.say("<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
                 "xmlns:stream='http://etherx.jabber.org/streams' version='1.0' to='%s'%s>" % (self.domain, sender))
        self.hide("stream-id", re.search(r" id='([^']+)'", self.hear("<stream:stream "))[1])
        return self.hear("<stream:features>")

    def start_tls(self):
        self.open()
        self.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        self.hear("<proceed ")
        self.shake_hands()

    def shake_hands(self):
        self.socket = self.context.wrap_socket(self.socket, server_hostname=self.domain)
        self.lines.append("TLS")

    def say_scram(self, element, attributes, name, text):
        encoded = self.hide(name, base64.b64encode(text.encode()).decode())
        self.say("<%s xmlns='%s'%s>%s</%s>" % (element, SASL, attributes, encoded, element))

    def scram_in(self, heard, name):
        return base64.b64decode(self.hide(name, re.search(r">([^<]+)<", heard)[1])).decode()

    def authenticate(self):
        """RFC 5802. False: the server does not believe us."""
        features = self.open(" from='%s'" % self.address)
        mechanism = "SCRAM-SHA-256" if "<mechanism>SCRAM-SHA-256<" in features else "SCRAM-SHA-1"
        digest = mechanism[len("SCRAM-"):].replace("-", "").lower()
        bare = "n=%s,r=%s" % (self.address.partition("@")[0], secrets.token_urlsafe(18))
        self.say_scram("auth", " mechanism='%s'" % mechanism, "client-first", "n,," + bare)

        challenge = self.scram_in(self.hear("<challenge "), "server-first")
        nonce, salt, iterations = re.fullmatch(r"r=([^,]+),s=([^,]+),i=(\d+)", challenge).groups()
        salted = hashlib.pbkdf2_hmac(digest, self.password.encode(), base64.b64decode(salt), int(iterations))
        key = hmac.digest(salted, b"Client Key", digest)
        without_proof = "c=biws,r=" + nonce
        signed = ",".join((bare, challenge, without_proof)).encode()
        proof = bytes(a ^ b for a, b in zip(key, hmac.digest(hashlib.new(digest, key).digest(), signed, digest)))
        self.say_scram("response", "", "client-final", without_proof + ",p=" + base64.b64encode(proof).decode())

        heard = self.hear(SASL)
        if "<failure " in heard:
            return False
        signature = hmac.digest(hmac.digest(salted, b"Server Key", digest), signed, digest)
        assert self.scram_in(heard, "server-final") == "v=" + base64.b64encode(signature).decode()
        return True

    def sign_in(self, resource):
        assert self.authenticate()
        self.open(" from='%s'" % self.address)
        self.say("<iq type='set' id='%s'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>%s</resource></bind>"
                 "</iq>" % (self.new_id("bind-id"), resource))
        self.jid = self.address + "/" + resource
        self.hear("<jid>%s<" % self.jid)

    def end(self):
        self.say("<presence type='unavailable'/>")
        self.say("</stream:stream>")
        self.hear_until("</stream:stream>")
        self.socket.close()

    # What is said

    def ask(self, name, kind, payload, to=None):
        self.say("<iq type='%s' id='%s'%s>%s</iq>"
                 % (kind, self.new_id(name), " to='%s'" % to if to else "", payload))

    def begin(self, version=""):
        """The questions of the first moment."""
        self.ask("roster-id", "get", "<query xmlns='jabber:iq:roster' ver='%s'/>" % version)
        self.ask("server-info-id", "get", "<query xmlns='%s'/>" % DISCO, self.domain)
        self.ask("account-info-id", "get", "<query xmlns='%s'/>" % DISCO, self.address)
        for _ in range(3):
            self.hear(" type='result'", " to='%s'" % self.jid)
        self.ask("carbons-id", "set", "<enable xmlns='urn:xmpp:carbons:2'/>")
        self.hear(" type='result'", " to='%s'" % self.jid)

    def caps_hash(self):
        """XEP-0115 §5.1."""
        text = "client/pc//<" + "".join(name + "<" for name in sorted(self.features))
        return base64.b64encode(hashlib.sha1(text.encode()).digest()).decode()

    def be(self, inside="", *wanted):
        """Presence. It comes back, as it does to all our devices, and what else is wanted comes upon it."""
        self.say("<presence>%s<c xmlns='%s' hash='sha-1' node='%s' ver='%s'/></presence>"
                 % (inside, CAPS, self.node, self.caps_hash()))
        self.hear_until({"<presence ", " from='%s'" % self.jid}, *wanted)

    def answer_disco(self, question):
        asked = dict(re.findall(r" (id|from|node)='([^']*)'", question))
        self.say("<iq type='result' id='%s' to='%s'><query xmlns='%s' node='%s'><identity category='client' type='pc'/>"
                 "%s</query></iq>" % (asked["id"], asked["from"], DISCO, asked["node"],
                                      "".join("<feature var='%s'/>" % name for name in sorted(self.features))))

    def message(self, name, to, inside):
        identity = self.new_id(name)
        self.say("<message to='%s' type='chat' id='%s'>%s</message>" % (to, identity, inside))
        return identity

    # The transcript

    def write(self, folder, name, about):
        """Hides what differs; nothing of this machine, and no password, may be left."""
        text = "\n".join(self.lines) + "\n"
        for value, placeholder in self.hidden.items():
            text = text.replace(value, placeholder)
        text = STAMP.sub("{stamp}", text)
        text = ARCHIVE_ID.sub(r"\1{archive-id}", text)
        assert self.password not in text and "127.0.0.1" not in text and "localhost" not in text
        version = subprocess.run(["dpkg-query", "--show", "--showformat=${Version}", "prosody"], check=True, text=True,
                                 capture_output=True).stdout
        head = "# %s\n# From Prosody %s. tests/lib/record.py records it again, and says how to read it.\n"
        (folder / ("prosody-0.12-%s.txt" % name)).write_text(head % (about, version) + text)


class Romeo(Client):
    """On his first device the one whose transcripts these are."""

    def __init__(self, prosody, password=verona.ROMEO_PASSWORD, **options):
        super().__init__(prosody, verona.ROMEO, password, **options)
        self.hide("caps-node", self.node)
        self.hide("caps-ver", self.caps_hash())

    def be_seen(self, *wanted):
        """Juliet's server wants to know what his client can, too."""
        self.be("<status>With love’s light wings</status>", {DISCO, " from='%s'" % verona.JULIET}, *wanted)


def a_line(text):
    return "<body>%s</body>%s%s" % (text, ACTIVE, REQUEST)


def starttls(prosody, folder):
    mercutio = Client(prosody, MERCUTIO)
    mercutio.sign_in("street")
    mercutio.message("mercutio-id", verona.ROMEO, "<body>Romeo! humours! madman! passion! lover!</body>")
    mercutio.end()

    romeo = Romeo(prosody)
    romeo.sign_in("orchard")
    romeo.begin()
    romeo.be_seen("<delay ")

    # Another device appears, and puts somebody into the roster.
    phone = Romeo(prosody)
    phone.sign_in("phone")
    phone.say("<presence><priority>-1</priority></presence>")
    romeo.hear_until({"<presence ", " from='%s'" % phone.jid})
    phone.ask("item-id", "set", "<query xmlns='jabber:iq:roster'><item jid='%s' name='Benvolio'><group>Friends</group>"
              "</item></query>" % BENVOLIO)
    push = re.search(r" id='([^']+)'", romeo.hear("<iq ", " type='set'", BENVOLIO))[1]
    romeo.say("<iq type='result' id='%s'/>" % romeo.hide("push-id", push))

    # Juliet appears with another client, whose capabilities are not known.
    juliet = Client(prosody, verona.JULIET, features=(CAPS, STATES, DISCO, RECEIPTS))
    juliet.sign_in("balcony")
    juliet.be("<show>away</show><status>Come, gentle night</status><priority>5</priority>")
    romeo.hear_until({"<presence ", " from='%s'" % juliet.jid})
    romeo.ask("caps-id", "get", "<query xmlns='%s' node='%s#%s'/>" % (DISCO, juliet.node, juliet.caps_hash()),
              juliet.jid)
    juliet.hear_until({DISCO, " from='%s'" % romeo.jid})
    romeo.hear_until(" type='result'")

    # They talk.
    juliet.message("typing-id", romeo.jid, "<composing xmlns='%s'/>" % STATES)
    line = juliet.message("juliet-id", romeo.jid, a_line("How camest thou hither, tell me, and wherefore?"))
    romeo.hear_until("<composing ", "wherefore?")
    romeo.message("receipt-id", juliet.jid, "<received xmlns='%s' id='%s'/>" % (RECEIPTS, line))
    line = romeo.message("romeo-id", juliet.jid, a_line("By love, that first did prompt me: &lt;he &amp; I&gt;."))
    juliet.message("their-receipt-id", romeo.jid, "<received xmlns='%s' id='%s'/>" % (RECEIPTS, line))
    romeo.hear_until("<received ")

    # They talk while he uses the other device.
    juliet.message("to-phone-id", phone.jid, a_line("If they do see thee, they will murder thee."))
    romeo.hear_until("urn:xmpp:carbons:2")
    phone.message("from-phone-id", juliet.jid, a_line("I have night’s cloak to hide me from their eyes."))
    romeo.hear_until("urn:xmpp:carbons:2")

    # What the server does not know, whom it does not know, and whether it is there.
    romeo.ask("unknown-id", "get", "<query xmlns='urn:example:unknown'/>", romeo.domain)
    romeo.hear_until(" type='error'")
    romeo.message("bounced-id", NOBODY, a_line("O, teach me how I should forget to think."))
    romeo.hear_until(" type='error'")
    romeo.ask("ping-id", "get", PING, romeo.domain)
    romeo.hear_until(" type='result'")

    for other in (juliet, phone):
        other.end()
        romeo.hear_until({" from='%s'" % other.jid, " type='unavailable'"})
    romeo.end()
    romeo.write(folder, "starttls", "Romeo signs in by STARTTLS, and meets everything a quiet evening has.")


def direct_tls(prosody, folder):
    romeo = Romeo(prosody, direct=True)
    romeo.sign_in("orchard")
    romeo.begin(version="1")
    romeo.be_seen()
    romeo.end()
    romeo.write(folder, "direct-tls", "TLS from the first byte, an old password, and a roster that is known already.")


def wrong_password(prosody, folder):
    romeo = Romeo(prosody, password="A rose by any other name")
    assert not romeo.authenticate()
    romeo.socket.close()
    romeo.write(folder, "wrong-password", "The password is wrong.")


def conflict(prosody, folder):
    romeo = Romeo(prosody)
    romeo.sign_in("orchard")
    romeo.begin()
    other = Romeo(prosody)
    other.sign_in("orchard")
    romeo.hear("<conflict ")
    romeo.hear("</stream:stream>")
    romeo.say("</stream:stream>")
    other.end()
    romeo.write(folder, "conflict", "Another device takes the same resource, and this one has to go.")


def shutdown(prosody, folder):
    romeo = Romeo(prosody)
    romeo.sign_in("orchard")
    romeo.begin()
    time.sleep(1)  # one that has just spoken sometimes goes without its last words
    prosody.process.terminate()
    romeo.hear("<system-shutdown ")
    romeo.hear("</stream:stream>")
    romeo.say("</stream:stream>")
    romeo.write(folder, "shutdown", "The server is shut down.")


def record(play, folder, **options):
    """Each play has a town of its own, in which nothing has happened yet."""
    directory = tempfile.mkdtemp(prefix="linnet-record.")
    try:
        prosody = Prosody(directory, **options)
        prosody.add_account(verona.ROMEO, verona.ROMEO_PASSWORD)
        # One contact: the order of two would differ from run to run.
        prosody.set_roster(verona.ROMEO, [(verona.JULIET, "Juliet", ["Capulets"])])
        prosody.set_roster(verona.JULIET, [(verona.ROMEO, "Romeo", [])])
        for address in (verona.JULIET, MERCUTIO):
            prosody.add_account(address, verona.PASSWORD)
        with prosody:
            play(prosody, folder)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else TRANSCRIPTS
    folder.mkdir(parents=True, exist_ok=True)
    record(starttls, folder)
    record(direct_tls, folder, password_hash="SHA-1")
    for play in (wrong_password, conflict, shutdown):
        record(play, folder)


if __name__ == "__main__":
    sys.exit(main())
