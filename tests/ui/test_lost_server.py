#!/usr/bin/python3
"""The server goes away in the middle of a conversation, and so does the cable: the window says so, goes on by itself,
and every line is there once, in its order, with the tick that is true.

    with-session.sh test_lost_server.py LINNET [DIRECTORY]

DIRECTORY gets pictures of the window, for people to look at.
"""

import pathlib
import shutil
import sys
import tempfile

from drive import BUTTONS, NotFound, xdotool
from linnet import TEST_DIRECTORY, Linnet

import verona
from cable import Cable
from child import stop_child
from people import People
from prosody import Prosody
from tap import Tap

ASKED = "What shall I swear by?"
ANSWERED = "Do not swear at all"
WRITTEN_ALONE = ("Lady, by yonder blessed moon I vow", "that tips with silver all these fruit-tree tops")
SAID_MEANWHILE = ("O swear not by the moon", "the inconstant moon", "that monthly changes in her circled orb")
SENT_INTO_NOTHING = "Sleep dwell upon thine eyes"
SAID_INTO_NOTHING = "I have forgot why I did call thee back"
LAST = "Good night, good night"
WAITING, SENT, DELIVERED = "Waiting to be sent", "Sent", "Delivered"


class Evening:
    """What all of the scenes share."""

    def __init__(self, linnet, prosody, cable, pictures):
        self.linnet = linnet
        self.prosody = prosody
        self.cable = cable
        self.pictures = pictures
        self.people = None

    def gather(self):
        """Everybody else signs in."""
        self.people = People(self.prosody.starttls_port, self.prosody.ca_file, silent=True)

    def scatter(self):
        """Everybody else is gone, without a word."""
        if self.people is not None:
            stop_child(self.people.process)
            self.people = None

    def picture(self, name):
        """Takes a picture, if anybody wants to see it."""
        if self.pictures is not None:
            self.linnet.screenshot(self.pictures / (name + ".png"))

    def rows(self):
        """What a screen reader says of each message, from the first to the last."""
        for messages in self.linnet.find_all("list", "Messages"):
            return [row.name for row in messages.children if row.role == "list item"]
        return []

    def row(self, text):
        """The one row with a text."""
        rows = [row for row in self.rows() if text in row]
        assert len(rows) < 2, "there twice: %r" % rows
        return rows[0] if rows else ""

    def await_tick(self, text, tick):
        """Waits until a line of ours has come so far."""
        self.linnet.wait(lambda: self.row(text).endswith(", " + tick), "%r to be %s" % (text, tick), 60)

    def await_line(self, text):
        """Waits until a line is shown."""
        self.linnet.wait(lambda: self.row(text), "%r" % text, 60)

    def assert_lines(self, *groups):
        """Just these lines are there, once each: each group in its order, whatever stands between its lines."""
        rows = self.rows()
        assert len(rows) == sum(map(len, groups)), rows
        for group in groups:
            places = [[number for number, row in enumerate(rows) if text in row] for text in group]
            assert all(len(place) == 1 for place in places) and places == sorted(places), rows

    def heard(self, start):
        """How many elements that start so the server has got."""
        return self.prosody.log_file.read_text(errors="replace").count("Received[c2s]: " + start)

    def is_lost(self):
        """Whether the window says that it tries again."""
        return bool(self.linnet.find_all(BUTTONS, "Try now"))

    def await_lost(self):
        self.linnet.wait(self.is_lost, "the strip that says what is wrong", 60)

    def await_back(self):
        """Waits until it has come right: at once, where it is asked to."""
        for button in self.linnet.find_all(BUTTONS, "Try now"):
            self.linnet.press(button)
        self.linnet.wait(lambda: not self.linnet.find_all("status bar"), "the end of the strip", 90)


def talk(tap, evening):
    with tap.step("two people talk", go_on=False):
        evening.linnet.sign_in(verona.ROMEO, verona.ROMEO_PASSWORD)
        evening.linnet.open_conversation("Juliet")
        evening.linnet.say(ASKED)
        evening.await_tick(ASKED, DELIVERED)
        evening.people.act(verona.JULIET, "say", text=ANSWERED)
        evening.await_line(ANSWERED)
        evening.assert_lines((ASKED, ANSWERED))
        evening.picture("1-connected")


def look_away(tap, evening):
    *_, window = xdotool("search", "--onlyvisible", "--pid", evening.linnet.process.pid, "--name", "Linnet").split()
    with tap.step("nobody looks, and the server hears of it"):
        xdotool("windowminimize", window)
        evening.linnet.wait(lambda: evening.heard("<inactive "), "the server to hear that nobody looks")
    with tap.step("somebody looks again, and the server hears of that too"):
        count = evening.heard("<active ")
        xdotool("windowactivate", window)
        evening.linnet.wait(lambda: evening.heard("<active ") > count, "the server to hear that somebody looks")


def lose_server(tap, evening):
    with tap.step("the server is killed: the window says so, and takes what one writes"):
        evening.cable.cut()
        evening.prosody.kill()
        evening.scatter()
        evening.await_lost()
        for line in WRITTEN_ALONE:
            evening.linnet.say(line)
            evening.await_tick(line, WAITING)
        evening.assert_lines((ASKED, ANSWERED, *WRITTEN_ALONE))
        evening.picture("2-lost")
    with tap.step("it is back, and somebody speaks before we are there"):
        evening.prosody.start()
        evening.gather()
        for line in SAID_MEANWHILE:
            evening.people.act(verona.JULIET, "say", text=line)
        evening.linnet.wait(lambda: SAID_MEANWHILE[-1].encode() in archive(evening.prosody), "the archive")
        assert evening.is_lost()
    with tap.step("we are: every line is there once, each in its speaker's order, after what was said before"):
        evening.cable.plug()
        evening.await_back()
        for line in SAID_MEANWHILE:
            evening.await_line(line)
        for line in WRITTEN_ALONE:
            evening.await_tick(line, DELIVERED)
            evening.people.await_event(event="message", who=verona.JULIET, text=line)
        evening.assert_lines((ASKED, *WRITTEN_ALONE), (ANSWERED, *SAID_MEANWHILE))
        assert ASKED in evening.rows()[0] and ANSWERED in evening.rows()[1], evening.rows()
        evening.picture("3-back")


def pull_cable(tap, evening):
    since = len(evening.people.seen)
    with tap.step("the cable is pulled: nothing comes through"):
        evening.cable.pull()
        evening.linnet.say(SENT_INTO_NOTHING)
        evening.await_tick(SENT_INTO_NOTHING, WAITING)
        evening.people.act(verona.JULIET, "say", text=SAID_INTO_NOTHING)
        evening.cable.cut()
        evening.await_lost()
        evening.picture("4-unplugged")
    with tap.step("it is plugged in again: the session goes on, nothing is there twice"):
        evening.cable.plug()
        evening.await_back()
        evening.await_line(SAID_INTO_NOTHING)
        evening.await_tick(SENT_INTO_NOTHING, DELIVERED)
        evening.linnet.say(LAST)
        evening.await_tick(LAST, DELIVERED)
        evening.assert_lines((ASKED, *WRITTEN_ALONE, SENT_INTO_NOTHING, LAST),
                             (ANSWERED, *SAID_MEANWHILE, SAID_INTO_NOTHING))
        assert LAST in evening.rows()[-1], evening.rows()
        heard = [event["text"] for event in evening.people.seen[since:] if event["event"] == "message"
                 and event["who"] == verona.JULIET]
        assert heard == [SENT_INTO_NOTHING, LAST], heard
        assert was_resumed(evening.prosody), "it was another session"
        evening.picture("5-plugged-in")


def archive(prosody):
    """What the server has on its disk of Romeo's archive."""
    return b"".join(path.read_bytes() for path in (prosody.directory / "data").rglob("archive*/romeo*"))


def was_resumed(prosody):
    """Whether the server has let a session go on."""
    return "Sending[c2s]: <resumed " in prosody.log_file.read_text(errors="replace")


def main():
    tap = Tap()
    directory = pathlib.Path(tempfile.mkdtemp(prefix=TEST_DIRECTORY))
    pictures = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
    prosody = Prosody(directory / "prosody")
    verona.settle(prosody)
    linnet = evening = None
    try:
        with prosody, Cable(prosody.starttls_port) as cable:
            linnet = Linnet(sys.argv[1], prosody, directory / "log")
            linnet.prosody = cable
            evening = Evening(linnet, prosody, cable, pictures)
            evening.gather()
            talk(tap, evening)
            look_away(tap, evening)
            lose_server(tap, evening)
            pull_cable(tap, evening)
            with tap.step("it ends as it should"):
                status = linnet.close()
                assert status == 0, "status %d\n%s" % (status, linnet.said())
    except NotFound as error:
        tap.check("the evening went on", [error])
    finally:
        if evening is not None:
            evening.scatter()
        if linnet is not None:
            stop_child(linnet.process)
        shutil.rmtree(directory, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
