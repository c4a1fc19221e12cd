#!/usr/bin/python3
"""Three accounts on two servers at once, set up and used with the keyboard alone.

    with-session.sh test_three_accounts.py LINNET

The third is on a server that nobody vouches for: its certificate is shown, and trusted by a choice that no key makes by
accident. Then one account is away while the others are not, a line goes out from the right one, one is switched off and
one removed, and the next start has it all as it was left.
"""

import os
import pathlib
import re
import shutil
import sqlite3
import sys
import tempfile

from accessible import Gio, GLib
from drive import BUTTONS, CHOICES, ENTRIES, NotFound, until
from linnet import ADDRESS, CONNECTION_OPTIONS, MESSAGE, PRESENCE, TEST_DIRECTORY
from places import SHOW_CERTIFICATE, Place

import verona
from child import stop_child
from people import People
from prosody import Prosody
from tap import Tap

FRIAR = "friar.john@montague.example"   # Romeo's contact, whom nobody plays
PARIS = "paris@capulet.example"
PARIS_PASSWORD = "These times of woe afford no time to woo"
LINE = "I could not send it, nor get a messenger to bring it thee."
TRUST = "Trust this certificate"
COMPARED = re.compile("^I have compared")
# What a server's log says when somebody goes on after the handshake.
WENT_ON = ("SASL", "Authenticated as", "Received[c2s]: <auth")


def row_of(address):
    return re.compile("^" + re.escape(address))


def says(place, address, words):
    """Waits until the list of the accounts says something of one."""
    place.app.find("list item", re.compile(re.escape(address) + ".*" + words, re.S))


def open_accounts(place):
    place.walk.open("ctrl+shift+a")



def add(place, address, password, server):
    """Fills in the page that adds an account."""
    place.press("Add account…")
    place.reach(ADDRESS)
    place.reach(CONNECTION_OPTIONS)
    place.app.keys("space")
    place.sign_in(address, password, server)


def await_composer(place, address):
    """Waits until the composer says that what is written there goes out from an account."""
    place.app.wait(lambda: place.app.find(ENTRIES, MESSAGE).description().endswith(" as " + address),
                   "the composer of " + address)


def kept_passwords(address):
    """How many entries the keyring has for an account."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    found = bus.call_sync(
        "org.freedesktop.secrets", "/org/freedesktop/secrets", "org.freedesktop.Secret.Service", "SearchItems",
        GLib.Variant("(a{ss})", ({"account": address},)), None, Gio.DBusCallFlags.NONE, -1, None)
    return sum(map(len, found.unpack()))


def rows_of(place, address):
    """How many rows the database has for an account, whatever the program is doing with it."""
    path = next(place.directory.glob("data/linnet/linnet.db"))
    with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as database:
        return database.execute("SELECT count(*) FROM accounts WHERE jid = ?", (address,)).fetchone()[0]


def set_up(tap, place, home, stranger):
    app = place.app
    with tap.step("the first account", go_on=False):
        app.find(None, ADDRESS)
        place.walk.look()
        place.reach(CONNECTION_OPTIONS)
        app.keys("space")
        place.sign_in(verona.ROMEO, verona.ROMEO_PASSWORD, home)
        app.find("label", "Friends")
    with tap.step("the second", go_on=False):
        place.walk.look()
        open_accounts(place)
        add(place, FRIAR, verona.PASSWORD, home)
        says(place, FRIAR, "Available")
    with tap.step("the third is not believed", go_on=False):
        add(place, PARIS, PARIS_PASSWORD, stranger)
        app.find(BUTTONS, SHOW_CERTIFICATE)
    with tap.step("its certificate is shown, and Return trusts nothing"):
        place.reach(SHOW_CERTIFICATE)
        place.walk.open("Return")
        app.find("label", re.compile("([0-9A-F]{2}[: ]?){4}"))
        app.keys("Return")
        app.wait(lambda: not app.find_all(BUTTONS, TRUST), "the dialog to close")
        assert not app.find_all("list item", row_of(PARIS))
    with tap.step("its server has heard nothing but a handshake"):
        log = stranger.log_file.read_text(errors="replace")
        assert not [word for word in WENT_ON if word in log], log[-3000:]
    with tap.step("and it is trusted after a choice", go_on=False):
        place.walk.look()
        place.reach(SHOW_CERTIFICATE)
        place.walk.open("Return")
        place.reach(COMPARED)
        app.keys("space")
        place.press(TRUST)
        says(place, PARIS, "Available")
    with tap.step("each says how it is"):
        for address in (verona.ROMEO, FRIAR, PARIS):
            says(place, address, "Available")
    with tap.step("the keyring has a password for each"):
        for address in (verona.ROMEO, FRIAR, PARIS):
            until(lambda: kept_passwords(address) == 1, "the password of " + address)


def use(tap, place, people):
    app = place.app
    with tap.step("one of them is away, and the others are not"):
        app.keys("Escape")
        app.wait(lambda: not app.find_all(None, "Add account…"), "the accounts to close")
        place.walk.look()
        place.reach(PRESENCE)
        place.walk.open("Return")
        place.reach(FRIAR)
        app.keys("Return")
        app.find(CHOICES, "Account settings…")
        place.reach("Away")
        app.keys("Return")
        app.find(BUTTONS, re.compile("^Your presence: Mixed"))
        app.keys("Escape", "Escape")
    with tap.step("the others see it"):
        # Romeo has the friar among his contacts, and so reads it himself.
        app.find(None, re.compile("^Friar John, Away"))
    with tap.step("a conversation says from which account"):
        place.walk.look()
        place.reach(re.compile("contacts? (is|are) online$"))
        app.keys("Home")
        place.reach(re.compile("^Juliet, "), "Down")
        app.keys("Return")
        await_composer(place, verona.ROMEO)
    with tap.step("and its line goes out from there"):
        since = len(people.seen)
        place.reach(MESSAGE)
        app.type("Good pilgrim")
        app.keys("Return")
        people.await_event(since=since, event="message", who=verona.JULIET, sender=verona.ROMEO, text="Good pilgrim")
    with tap.step("a new chat goes out from the account that is chosen"):
        since = len(people.seen)
        place.walk.open("ctrl+n")
        place.type(ADDRESS, verona.JULIET)
        place.reach("From")
        place.walk.open("space")
        place.reach(FRIAR, "Down")
        app.keys("Return")
        place.walk.look()
        place.reach(ADDRESS)
        app.keys("Return")
        await_composer(place, FRIAR)
        place.reach(MESSAGE)
        app.type(LINE)
        app.keys("Return")
        people.await_event(since=since, event="message", who=verona.JULIET, sender=FRIAR, text=LINE)


def put_away(tap, place):
    app = place.app
    with tap.step("one is switched off, and goes"):
        open_accounts(place)
        place.reach(re.compile("friar.john.*"))
        place.reach(re.compile("^Use"))
        app.keys("space")
        says(place, FRIAR, "Switched off")
        app.find(None, re.compile("^Friar John, Offline"), hidden=True)
    with tap.step("one is removed, and nothing of it stays", go_on=False):
        place.reach(row_of(PARIS))
        app.keys("Return")
        place.reach("Remove account…")
        place.walk.open("Return")
        place.press("Remove")
        app.wait(lambda: app.find_all("list item", row_of(FRIAR)) and not app.find_all("list item", row_of(PARIS)),
                 "the account to leave the list")
        until(lambda: kept_passwords(PARIS) == 0, "its password to go")
        assert rows_of(place, PARIS) == 0 and rows_of(place, FRIAR) == 1
    with tap.step("the program ends well"):
        place.close()


def start_again(tap, place):
    with tap.step("the next start has it as it was left, and asks for nothing"):
        place.app.find(None, re.compile("^Juliet, Available"))
        place.app.find(BUTTONS, re.compile("^Your presence: Available"))
        place.walk.look()
        open_accounts(place)
        says(place, verona.ROMEO, "Available")
        says(place, FRIAR, "Switched off")
        assert not place.app.find_all("list item", row_of(PARIS))
        place.close()


def main():
    tap = Tap()
    program = sys.argv[1]
    directory = pathlib.Path(tempfile.mkdtemp(prefix=TEST_DIRECTORY))
    os.environ["GSETTINGS_BACKEND"] = "keyfile"
    home = Prosody(directory / "home")
    verona.settle(home)
    stranger = Prosody(directory / "stranger", certificate="self-signed")
    stranger.add_account(PARIS, PARIS_PASSWORD)
    try:
        with home, stranger, People(home.starttls_port, home.ca_file) as people:
            for evening in (lambda place: (set_up(tap, place, home, stranger), use(tap, place, people),
                                           put_away(tap, place)),
                            lambda place: start_again(tap, place)):
                place = Place(program, home, directory / "romeo")
                try:
                    evening(place)
                finally:
                    stop_child(place.app.process)
    except NotFound as error:
        tap.check("the evening went on", [error])
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
