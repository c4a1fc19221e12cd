"""Every window, dialog, popover and menu of Linnet, and how one gets there with the keyboard.

test_walk.py walks them, screens.py takes their pictures. They are told in acts: an act starts the program for somebody
and has its screens in an order in which each leads on to the next. A screen that is not told here is not looked at, so
whoever adds one adds it here.
"""

import collections
import contextlib
import os
import pathlib
import re
import shutil
import sqlite3

from drive import BUTTONS, ENTRIES
from linnet import ADDRESS, CONNECTION_OPTIONS, MESSAGE, PASSWORD, PRESENCE, Linnet
from walk import Walk

import verona
from child import stop_child
from people import People
from prosody import Prosody

SHOW_CERTIFICATE = re.compile("certificate", re.I)
ESCALUS = "escalus@montague.example"
NOBODY = "rosaline@montague.example"
PAGE, DIALOG, POPOVER, MENU = "page", "dialog", "popover", "menu"

# A name; what kind of thing it is; and how one gets there from where the screen before left off. All but pages close
# with Escape. What is not "ours" is GTK's own: it is only checked that one gets out of it.
Screen = collections.namedtuple("Screen", "name kind come ours", defaults=(True,))


class Place:
    """The program in a state, with keys to get about in it."""

    def __init__(self, program, prosody, directory, settings=None, **environment):
        self.directory = pathlib.Path(directory)
        for name in ("config", "data", "cache", "state"):
            (self.directory / name).mkdir(parents=True, exist_ok=True)
        self._use_settings(settings or {})
        self.app = Linnet(program, prosody, self.directory / "log", **{
            "XDG_%s_HOME" % name.upper(): str(self.directory / name) for name in ("config", "data", "cache", "state")},
            **environment)
        self.walk = Walk(self.app)
        self.opener = None

    def _use_settings(self, settings):
        keyfile = self.directory / "config" / "glib-2.0" / "settings" / "keyfile"
        if settings:
            keyfile.parent.mkdir(parents=True)
            keyfile.write_text("[im/linnet/Linnet]\n" + "".join(
                "%s=%s\n" % (name.replace("_", "-"), value) for name, value in settings.items()))
        theirs = pathlib.Path(os.environ["XDG_CONFIG_HOME"]) / "gtk-4.0" / "settings.ini"
        mine = self.directory / "config" / "gtk-4.0" / "settings.ini"
        if theirs.exists() and not mine.exists():
            mine.parent.mkdir(exist_ok=True)
            shutil.copy(theirs, mine)

    def reach(self, name, key="Tab"):
        """Goes with a key to what has a name, or has it inside."""
        self.walk.reach(name, key)

    def reach_row(self, name, row):
        """Goes to a row of a list."""
        self.walk.reach_in(name)
        self.walk.press("Home")
        self.walk.reach(row, "Down")

    def press(self, name, key="Tab"):
        """Goes to something and presses it."""
        self.reach(name, key)
        self.app.keys("Return")

    def type(self, name, text):
        """Goes to an entry and types into it, in place of what is there."""
        self.reach(name)
        self.app.keys("ctrl+a")
        self.app.type(text)

    def sign_in(self, address, password, prosody):
        """Fills in the page for a new account, with its options open, and sends it off with Return."""
        self.type("Server", "127.0.0.1")
        self.type("Port", str(prosody.starttls_port))
        self.type(ADDRESS, address)
        self.type(PASSWORD, password)
        self.app.keys("Return")

    def close(self):
        """Ends the program."""
        self.app.process.terminate()
        status = self.app.process.wait(20)
        assert status == 0, "the program ended with status %d\n%s" % (status, self.app.said())


def keys(*names):
    """A way to a screen that opens with keys, wherever one is."""
    def come(place):
        place.opener = place.walk.open(*names)
    return come


def at(name, *names):
    """A way to a screen that opens with keys pressed at something."""
    def come(place):
        place.reach(name)
        place.opener = place.walk.open(*(names or ("Return",)))
    return come


def go(name, *names):
    """A way to a page: keys pressed at something."""
    def come(place):
        place.reach(name)
        place.app.keys(*(names or ("Return",)))
    return come


def back(place):
    """The way back from a page inside of something."""
    place.app.keys("Escape")
    place.walk.look()


def stay(_place):
    """No way at all: one is there."""


# --- the first start -------------------------------------------------------------------------------------------


def mistype_address(place):
    place.type(ADDRESS, "romeo at montague")
    place.type(PASSWORD, "x")
    place.app.keys("Return")
    place.app.find("label", re.compile("^Type an address"))


def refuse_password(place):
    place.sign_in(verona.ROMEO, "not this one", place.app.prosody)
    place.app.find("label", re.compile("password .*(wrong|right|accept)|sign you in", re.I))


def meet_stranger(place):
    place.sign_in(verona.ROMEO, verona.ROMEO_PASSWORD, place.stranger)
    place.app.find(BUTTONS, SHOW_CERTIFICATE)


FIRST_START = (
    Screen("welcome", PAGE, stay),
    Screen("welcome-options", PAGE, go(CONNECTION_OPTIONS, "space")),
    Screen("welcome-address-wrong", PAGE, mistype_address),
    Screen("welcome-password-wrong", PAGE, refuse_password),
    Screen("welcome-certificate", PAGE, meet_stranger),
    Screen("certificate", DIALOG, at(SHOW_CERTIFICATE)),
)


# --- an evening ------------------------------------------------------------------------------------------------


def open_juliet(place):
    place.reach_row("Chats", re.compile("^Juliet, "))
    place.app.keys("Return")
    place.app.wait(lambda: place.app.find_all(ENTRIES, MESSAGE), "the composer")


def say_to_juliet(place):
    place.reach(MESSAGE)
    place.app.type(verona.ROMEO_SAYS)
    place.app.keys("Return")
    place.app.shows(verona.ANSWERS[0])


def fail_to_speak(place):
    place.walk.open("ctrl+n")
    place.type(ADDRESS, NOBODY)
    place.app.keys("Return")
    place.app.find("label", NOBODY.split("@")[0])
    place.reach(MESSAGE)
    place.app.type("Where art thou?")
    place.app.keys("Return")
    place.app.find(BUTTONS, "Retry")


def presence_of_account(place):
    at(PRESENCE)(place)
    place.reach(verona.ROMEO)
    place.app.keys("Return")
    place.app.find("menu item", "Account settings…")


def contact_menu(place):
    place.reach_row("Contacts", re.compile("^Juliet, "))
    place.opener = place.walk.open("shift+F10")


def contact_details(place):
    contact_menu(place)
    opener = place.opener
    place.reach("Contact details…", "Down")
    place.walk.open("Return")
    place.opener = opener


def remove_contact(place):
    contact_menu(place)
    opener = place.opener
    place.reach("Remove…", "Down")
    place.walk.open("Return")
    place.opener = opener


def about(place):
    at("Main menu")(place)
    opener = place.opener
    place.reach("About Linnet", "Down")
    place.walk.open("Return")
    place.opener = opener


def accounts(place):
    place.opener = place.walk.open("ctrl+shift+a")


def add_account(place):
    place.press("Add account…")
    place.reach(ADDRESS)


def submit_account(place):
    place.reach(CONNECTION_OPTIONS)
    place.app.keys("space")
    place.sign_in(ESCALUS, verona.PASSWORD, place.app.prosody)
    place.app.find("list item", re.compile(ESCALUS))


EVENING = (
    Screen("contacts", PAGE, stay),
    Screen("requests-menu", MENU, at("More answers")),
    Screen("presence-alone", POPOVER, at(PRESENCE)),
    Screen("main-menu", MENU, at("Main menu")),
    Screen("new-menu", MENU, at("New chat or contact")),
    Screen("shortcuts", DIALOG, keys("ctrl+question"), ours=False),
    Screen("about", DIALOG, about, ours=False),
    Screen("new-chat-alone", DIALOG, keys("ctrl+n")),
    Screen("accounts", DIALOG, accounts),
    Screen("accounts-menu", MENU, lambda place: (accounts(place), at(re.compile("^More"))(place))),
    Screen("account", PAGE, go(re.compile("^romeo@montague.example"))),
    Screen("account-password", DIALOG, at(re.compile("^Change password"))),
    Screen("account-remove", DIALOG, at("Remove account…")),
    Screen("account-connection", PAGE, go("Connection details")),
    Screen("account-add", PAGE, lambda place: (back(place), back(place), add_account(place))),
    Screen("accounts-two", PAGE, submit_account),
    Screen("presence", POPOVER, lambda place: (place.walk.open("Escape"), at(PRESENCE)(place))),
    Screen("presence-account", PAGE, presence_of_account),
    Screen("new-chat", DIALOG, lambda place: (back(place), back(place), keys("ctrl+n")(place))),
    Screen("add-contact", DIALOG, keys("ctrl+shift+c")),
    Screen("contact-menu", MENU, contact_menu),
    Screen("contact-details", DIALOG, contact_details),
    Screen("contact-remove", DIALOG, remove_contact),
    Screen("chats", PAGE, lambda place: place.app.keys("alt+1")),
    Screen("conversation", PAGE, open_juliet),
    Screen("conversation-lines", PAGE, say_to_juliet),
    Screen("conversation-menu", MENU, at("Contact menu")),
    Screen("emoji", POPOVER, at("Insert emoji"), ours=False),
    Screen("failed-line", PAGE, fail_to_speak),
)


# --- alone, in a small window, and in trouble -------------------------------------------------------------------


def write_to_juliet(place):
    place.walk.open("ctrl+n")
    place.type(ADDRESS, verona.JULIET)
    place.app.keys("Return")
    place.app.wait(lambda: place.app.find_all(ENTRIES, MESSAGE), "the composer")


def lose_server(place):
    place.app.prosody.stop()
    place.app.find(BUTTONS, "Try now")


def lose_password(place):
    place.app.prosody.add_account(ESCALUS, "Mercy but murders, pardoning those that kill")
    place.app.prosody.start()
    place.app.find(BUTTONS, "Enter password…", seconds=60)


ALONE = (
    Screen("small-contacts-none", PAGE, stay),
    Screen("small-chats-none", PAGE, lambda place: place.app.keys("alt+1")),
    Screen("small-conversation-none", PAGE, write_to_juliet),
    Screen("small-offline", PAGE, lose_server),
    Screen("small-password-gone", PAGE, lose_password),
    Screen("small-password", DIALOG, at("Enter password…")),
    Screen("small-back", PAGE, lambda place: place.press("Back")),
)


# --- the next morning, without the server -----------------------------------------------------------------------


def open_gaps(directory):
    """What is left when the program ends before it has read all of the archive: messages are missing twice."""
    with contextlib.closing(sqlite3.connect(directory / "data" / "linnet" / "linnet.db")) as database, database:
        archive, = database.execute("SELECT archives.id FROM archives JOIN accounts ON accounts.id = account"
                                    " WHERE accounts.jid = ?", (verona.ROMEO,)).fetchone()
        positions = [position for position, in database.execute(
            "SELECT position FROM messages JOIN conversations ON conversations.id = conversation"
            " WHERE jid = ? ORDER BY position", (verona.JULIET,))]
        for high in (positions[-1], positions[-1] + 2):
            database.execute("INSERT INTO gaps (archive, low, high, opened_at, is_history) VALUES (?, ?, ?, 0, 0)",
                             (archive, high - 1, high))


def miss_lines(place):
    place.app.find(BUTTONS, "Try now")
    open_juliet(place)
    place.app.find("label", re.compile("^Messages are missing here"))


MORNING = (
    Screen("gaps", PAGE, miss_lines),
    Screen("account-offline", PAGE, lambda place: (accounts(place), go(re.compile("^romeo@montague.example"))(place))),
)


def acts(program, directory, **environment):
    """The acts one after the other: contexts that give the place and its screens."""
    directory = pathlib.Path(directory)
    prosody = Prosody(directory / "prosody")
    verona.settle(prosody)
    verona.speak_before(prosody)
    prosody.set_roster(verona.ROMEO, [(person.address, person.name, person.groups) for person in verona.PEOPLE],
                       ["rosaline@capulet.example", "paris@capulet.example"])
    prosody.add_account(ESCALUS, verona.PASSWORD)
    stranger = Prosody(directory / "stranger", certificate="self-signed")
    stranger.add_account(verona.ROMEO, verona.ROMEO_PASSWORD)

    lonely = Prosody(directory / "lonely")
    lonely.add_account(ESCALUS, verona.PASSWORD)

    @contextlib.contextmanager
    def act(name, screens, server, address=None, password=None, sign="", **settings):
        place = Place(program, server, directory / name, settings, **environment)
        place.stranger = stranger
        try:
            if address is not None:
                place.app.find(None, ADDRESS)
                go(CONNECTION_OPTIONS, "space")(place)
                place.sign_in(address, password, server)
                place.app.wait(lambda: place.app.find_all(BUTTONS, PRESENCE), "the window")
                place.app.find("label", re.compile(sign))
            yield place, screens
            place.close()
        finally:
            stop_child(place.app.process)

    with prosody, stranger, People(prosody.starttls_port, prosody.ca_file):
        yield act("first-start", FIRST_START, prosody)
        yield act("evening", EVENING, prosody, verona.ROMEO, verona.ROMEO_PASSWORD,
                  "^(Capulets|Family|Friends|Verona)$")
        with lonely:
            yield act("alone", ALONE, lonely, ESCALUS, verona.PASSWORD, "^No contacts yet", window_width=360,
                      window_height=648)
    open_gaps(directory / "evening")
    yield act("evening", MORNING, prosody)
