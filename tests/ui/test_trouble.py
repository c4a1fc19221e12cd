#!/usr/bin/python3
"""Trouble at home, on the real program: a damaged database, a full disk, settings that cannot be read, a second start,
no fonts, no icons, a data folder that is none. It says what is wrong, goes on where it can, and loses no line.

    with-session.sh test_trouble.py LINNET
"""

import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from drive import BUTTONS, DEADLINE, ENTRIES, NotFound, xdotool
from linnet import ADDRESS, MESSAGE, PRESENCE, TEST_DIRECTORY, Linnet

import verona
from child import stop_child
from people import People
from prosody import Prosody
from tap import Tap

AVAILABLE = re.compile("^Your presence: Available")
DAMAGED = "Your messages were damaged"
CANNOT_START = "Linnet cannot start"
NO_ROOM = "There is no room left on the disk"
NO_FONTS = "no fonts are installed"
NOT_SAVED = "could not be saved"
KEPT = "My love is deep; the more I give to thee, the more I have"
MISSED = "I have forgot why I did call thee back"

# Mounts a small disk for the data, which nobody else sees, with what was there before.
SMALL_DISK = ["unshare", *(["--map-root-user"] if os.geteuid() else []), "--mount", "sh", "-c",
              'mount -t tmpfs -o size=4m,mode=700 tmpfs "$1" && cp -a "$2" "$1" && shift 2 && exec "$@"', "sh"]

# Trouble is no mistake in the program, but libraries complain about it as if it were.
LENIENT = {"G_DEBUG": ""}


class Trouble:
    """What all of the scenes share."""

    def __init__(self, tap, program, directory):
        self.tap = tap
        self.program = program
        self.directory = directory
        self.prosody = Prosody(directory / "prosody")
        verona.settle(self.prosody)
        self.data = pathlib.Path(os.environ["XDG_DATA_HOME"])
        self.database = self.data / "linnet" / "linnet.db"
        self.count = 0
        self.linnet = None

    def start(self, **how):
        """Starts the program, with a log of its own; one that a failed step has left behind is ended first."""
        self.stop()
        self.count += 1
        self.linnet = Linnet(self.program, self.prosody, self.directory / ("%d.log" % self.count), **how)
        return self.linnet

    def stop(self):
        """Ends the program, if it still runs."""
        if self.linnet is not None:
            stop_child(self.linnet.process)
            self.linnet = None

    def ends(self, linnet, status=0):
        """The program ends as it should."""
        ended = linnet.close()
        assert ended == status, "status %d\n%s" % (ended, linnet.said())

    def new_home(self, name):
        """A place where nothing was ever stored, and another for settings."""
        home = self.directory / name
        (home / "data").mkdir(parents=True)
        (home / "config").mkdir()
        return {"XDG_DATA_HOME": str(home / "data"), "XDG_CONFIG_HOME": str(home / "config")}

    def first_run(self, linnet):
        """Whatever is missing, one can sign in."""
        linnet.sign_in(verona.ROMEO, verona.ROMEO_PASSWORD)
        linnet.find("label", "Juliet")


def is_shown(linnet):
    """Whether the window is on the screen."""
    try:
        return bool(linnet.windows())
    except subprocess.CalledProcessError:
        return False


def is_revealed(linnet, text):
    """Whether the strip over the window says a text, and is not folded up."""
    labels = linnet.find_all("label", re.compile(re.escape(text)))
    return any(around.role == "status bar" and around.on_screen() for label in labels for around in label.ancestors())


def second_start(trouble):
    with trouble.tap.step("an account is set up", go_on=False):
        linnet = trouble.start()
        trouble.first_run(linnet)
    with trouble.tap.step("a second start shows the window of the first, and ends"):
        for window in xdotool("search", "--onlyvisible", "--pid", linnet.process.pid, "--name", ".").split():
            xdotool("windowminimize", window)
        linnet.wait(lambda: not is_shown(linnet), "the window to go")
        second = subprocess.run([trouble.program], timeout=DEADLINE, check=False)
        assert second.returncode == 0, "status %d" % second.returncode
        linnet.wait(lambda: is_shown(linnet), "the window again")
        assert linnet.process.poll() is None
        trouble.ends(linnet)


def damaged_database(trouble):
    content = bytearray(trouble.database.read_bytes())
    content[:4096] = b"\xee" * 4096
    trouble.database.write_bytes(content)
    with trouble.tap.step("a damaged database is told of", go_on=False):
        linnet = trouble.start()
        linnet.find("label", DAMAGED)
        kept, = trouble.database.parent.glob("linnet.db.damaged-*")
        linnet.shows(str(kept))
        assert kept.read_bytes() == content
    with trouble.tap.step("the account is still there, and nothing is asked"):
        linnet.keys("Return")
        linnet.wait(lambda: not linnet.find_all("label", DAMAGED), "the end of the dialog")
        linnet.find("label", "Juliet")
        linnet.find(BUTTONS, AVAILABLE)
        assert not linnet.find_all(None, ADDRESS)
        trouble.ends(linnet)


def full_disk(trouble, people):
    disk = trouble.directory / "disk"
    disk.mkdir()
    with trouble.tap.step("it runs from a small disk", go_on=False):
        linnet = trouble.start(within=[*SMALL_DISK, disk, trouble.database.parent], XDG_DATA_HOME=str(disk), **LENIENT)
        linnet.open_conversation("Juliet")
        linnet.find(BUTTONS, AVAILABLE)
        assert not linnet.find_all("label", DAMAGED), "what was told is told again"
    # The disk as the program sees it.
    filling = pathlib.Path("/proc/%d/root%s/filling" % (linnet.process.pid, disk))
    with trouble.tap.step("the disk is full: the line stays, and says so"):
        with filling.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(4096))
        linnet.say(KEPT)
        linnet.shows(KEPT)
        linnet.shows(NOT_SAVED)
        linnet.wait(lambda: is_revealed(linnet, NO_ROOM), "the reason")
    with trouble.tap.step("what comes in waits"):
        since = len(people.seen)
        people.act(verona.JULIET, "say", text=MISSED)
        people.act(verona.JULIET, "presence", show="dnd", status="I hear some noise within")
        linnet.shows("I hear some noise within")
        assert not linnet.find_all("label", MISSED)
    with trouble.tap.step("once there is room the line goes out, and what came in is shown"):
        filling.unlink()
        linnet.press(linnet.find(BUTTONS, "Retry"))
        people.await_event(since=since, event="message", who=verona.JULIET, text=KEPT)
        linnet.shows(MISSED)
        people.await_event(since=since, event="receipt", who=verona.JULIET)
        linnet.wait(lambda: not is_revealed(linnet, NO_ROOM), "the end of the trouble")
        trouble.ends(linnet)


def unreadable_settings(trouble):
    for name, spoil in (("a folder", lambda path: path.mkdir(parents=True)),
                        ("junk", lambda path: (path.parent.mkdir(parents=True), path.write_bytes(b"\xff[\0junk\n=")))):
        with trouble.tap.step("settings that are %s are as good as none" % name):
            home = trouble.new_home("settings " + name)
            spoil(pathlib.Path(home["XDG_CONFIG_HOME"], "glib-2.0", "settings", "keyfile"))
            linnet = trouble.start(XDG_CONFIG_HOME=home["XDG_CONFIG_HOME"], **LENIENT)
            linnet.find(BUTTONS, AVAILABLE)
            linnet.be("away")
            linnet.find(BUTTONS, re.compile("^Your presence: Away"))
            trouble.ends(linnet)


def bare_desktop(trouble):
    nothing = trouble.directory / "nothing"
    nothing.mkdir()
    fonts = nothing / "fonts.conf"
    fonts.write_text("<?xml version='1.0'?><fontconfig><cachedir>%s</cachedir></fontconfig>" % nothing)
    share = trouble.directory / "share"
    share.mkdir()
    for folder in pathlib.Path("/usr/share").iterdir():
        if folder.name not in ("icons", "pixmaps"):
            (share / folder.name).symlink_to(folder)
    with trouble.tap.step("without icons one can sign in"):
        linnet = trouble.start(XDG_DATA_DIRS=str(share), **trouble.new_home("icons"), **LENIENT)
        trouble.first_run(linnet)
        trouble.ends(linnet)
    with trouble.tap.step("without fonts, where no window could say so, the terminal is told"):
        environment = {**os.environ, **trouble.new_home("fonts"), "FONTCONFIG_FILE": str(fonts)}
        ended = subprocess.run([trouble.program], env=environment, timeout=DEADLINE, check=False,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert ended.returncode == 1 and NO_FONTS in ended.stdout, "status %d\n%s" % (ended.returncode, ended.stdout)


def no_folder(trouble):
    home = trouble.new_home("no folder")
    file = pathlib.Path(home["XDG_DATA_HOME"], "linnet")
    file.write_text("This is no folder.")
    with trouble.tap.step("a data folder that is none is told of, by its name"):
        linnet = trouble.start(**home)
        linnet.find("label", CANNOT_START)
        linnet.shows(str(file))
        linnet.keys("Escape")
        status = linnet.process.wait(DEADLINE)
        assert status == 1, "status %d\n%s" % (status, linnet.said())
        assert file.read_text() == "This is no folder."


def main():
    tap = Tap()
    directory = pathlib.Path(tempfile.mkdtemp(prefix=TEST_DIRECTORY))
    os.environ["GSETTINGS_BACKEND"] = "keyfile"
    trouble = Trouble(tap, sys.argv[1], directory)
    try:
        with trouble.prosody, People(trouble.prosody.starttls_port, trouble.prosody.ca_file, silent=True) as people:
            second_start(trouble)
            damaged_database(trouble)
            full_disk(trouble, people)
            unreadable_settings(trouble)
            bare_desktop(trouble)
        no_folder(trouble)
    except NotFound as error:
        tap.check("the evening went on", [error])
    finally:
        trouble.stop()
        shutil.rmtree(directory, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
