#!/usr/bin/python3
"""The first evening with Linnet, played on the real window with a real server and a real keyring.

    with-session.sh test_first_run.py LINNET

An account is set up by typing, a line is said and answered, the presence changes, and the next start asks for nothing.
In the end nothing that Linnet wrote holds the password in any form.
"""

import base64
import os
import pathlib
import re
import shutil
import sys
import tempfile

from drive import BUTTONS, ENTRIES, NotFound
from linnet import ADDRESS, DELIVERED, MESSAGE, PRESENCE, SHOWS, TEST_DIRECTORY, Linnet, own_files

import verona
from people import People
from prosody import Prosody
from tap import Tap

STATUS = "By yonder blessed moon"


def forms_of(address, password):
    """Every form in which the password could have been written down."""
    local = address.split("@")[0]
    raw = password.encode()
    plain = [prefix + b"\0" + local.encode() + b"\0" + raw for prefix in (b"", address.encode(), local.encode())]
    hexadecimal = raw.hex().encode()
    forms = {"plain": raw, "UTF-16": password.encode("utf-16-le"), "hex": hexadecimal, "HEX": hexadecimal.upper()}
    for number, secret in enumerate([raw, *plain]):
        forms["base64 %d" % number] = base64.b64encode(secret).rstrip(b"=")
        forms["base64url %d" % number] = base64.urlsafe_b64encode(secret).rstrip(b"=")
    return forms


def leaks(paths, forms):
    """Which files hold which form."""
    for path in paths:
        content = pathlib.Path(path).read_bytes()
        for name, form in forms.items():
            if form in content:
                yield "%s holds the password as %s" % (path, name)


def first_evening(tap, program, prosody, people, log):
    with tap.step("the window opens", go_on=False):
        linnet = Linnet(program, prosody, log, G_MESSAGES_DEBUG="all")
        linnet.find(None, ADDRESS)
    with tap.step("an account is set up by typing", go_on=False):
        linnet.sign_in(verona.ROMEO, verona.ROMEO_PASSWORD)
    with tap.step("the roster shows everybody", go_on=False):
        for person in verona.PEOPLE:
            linnet.find("label", person.name)
    with tap.step("the roster shows status texts"):
        for person in verona.PEOPLE:
            if person.status:
                linnet.shows(person.status)
    with tap.step("they see us"):
        for person in verona.PEOPLE:
            if person.show is not None:
                people.await_event(event="presence", who=person.address, show="available")
    with tap.step("a conversation opens, with what was said before", go_on=False):
        linnet.open_conversation("Juliet")
        for _, line in verona.SAID_BEFORE:
            linnet.shows(line)
    with tap.step("a line goes out with Enter", go_on=False):
        linnet.say(verona.ROMEO_SAYS)
        people.await_event(event="message", who=verona.JULIET, text=verona.ROMEO_SAYS)
        linnet.shows(verona.ROMEO_SAYS)
        linnet.wait(lambda: linnet.find(ENTRIES, MESSAGE).text() == "", "an empty composer")
    with tap.step("the other side sees the typing"):
        people.await_event(event="typing", who=verona.JULIET, state="composing")
    with tap.step("the answer comes"):
        linnet.shows(verona.ANSWERS[0])
    with tap.step("the tick says that the line was delivered"):
        linnet.find(None, DELIVERED)
    with tap.step("what came was confirmed"):
        people.await_event(event="receipt", who=verona.JULIET)
    with tap.step("Shift+Enter breaks the line and sends nothing"):
        since = len(people.seen)
        lines = "What shall\nI swear by?"
        linnet.enter(linnet.find(ENTRIES, MESSAGE), lines.split("\n")[0])
        linnet.keys("shift+Return")
        linnet.type(lines.split("\n")[1])
        linnet.wait(lambda: linnet.find(ENTRIES, MESSAGE).text() == lines, "two lines in the composer")
        linnet.keys("Return")
        people.await_event(since=since, event="message", who=verona.JULIET, text=lines)
        linnet.shows(verona.ANSWERS[1])
    for show in ("away", "dnd", "xa", "chat"):
        with tap.step("the presence changes to " + show):
            since = len(people.seen)
            linnet.be(show)
            people.await_event(since=since, event="presence", who=verona.JULIET, show=show)
            linnet.find(BUTTONS, re.compile("^Your presence: " + SHOWS[show]))
    with tap.step("a status text is typed"):
        since = len(people.seen)
        linnet.be("away", STATUS)
        people.await_event(since=since, event="presence", who=verona.JULIET, show="away", status=STATUS)
    with tap.step("their presence changes before our eyes"):
        people.act("mercutio@montague.example", "presence", show="dnd", status="A plague on both your houses")
        linnet.shows("A plague on both your houses")
    with tap.step("the program ends well, and they see us go"):
        since = len(people.seen)
        status = linnet.close()
        assert status == 0, "status %d\n%s" % (status, linnet.said())
        people.await_event(since=since, event="presence", who=verona.JULIET, show="offline")


def second_evening(tap, program, prosody, people, log):
    since = len(people.seen)
    with tap.step("the next start asks for nothing", go_on=False):
        linnet = Linnet(program, prosody, log, G_MESSAGES_DEBUG="all")
        linnet.find("label", "Juliet")
        people.await_event(since=since, event="presence", who=verona.JULIET, show="away", status=STATUS)
    with tap.step("the conversation is still there"):
        linnet.open_conversation("Juliet")
        linnet.shows(verona.ROMEO_SAYS)
        linnet.shows(verona.ANSWERS[0])
    with tap.step("and goes on"):
        people.act(verona.JULIET, "say", text="Romeo!")
        linnet.shows("Romeo!")
    with tap.step("the program ends well again"):
        status = linnet.close()
        assert status == 0, "status %d\n%s" % (status, linnet.said())


def main():
    tap = Tap()
    program = sys.argv[1]
    directory = pathlib.Path(tempfile.mkdtemp(prefix=TEST_DIRECTORY))
    os.environ["GSETTINGS_BACKEND"] = "keyfile"
    logs = [directory / "first.log", directory / "second.log"]
    try:
        prosody = Prosody(directory / "prosody")
        verona.settle(prosody)
        verona.speak_before(prosody)
        with prosody, People(prosody.starttls_port, prosody.ca_file) as people:
            first_evening(tap, program, prosody, people, logs[0])
            second_evening(tap, program, prosody, people, logs[1])

        forms = forms_of(verona.ROMEO, verona.ROMEO_PASSWORD)
        written = list(own_files())
        tap.check("Linnet wrote files and a log", [] if any("linnet" in path for path in written)
                  and all(log.stat().st_size for log in logs) else written)
        tap.check("no file holds the password", leaks(written, forms))
        tap.check("no log holds the password", leaks(logs, forms))
        planted = directory / "planted"
        planted.write_bytes(b"x" + base64.b64encode(b"\0romeo\0" + verona.ROMEO_PASSWORD.encode()))
        tap.finds("a password that was written down would be found", leaks([planted], forms))
    except NotFound as error:
        tap.check("the evening went on", [error])
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
