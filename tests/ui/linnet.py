"""Linnet as its user knows it: what things are called, and how the usual things are done."""

import os
import re

from drive import BUTTONS, ENTRIES, Application, has_keyboard

# The accessible names that tests rely on, in one place.
ADDRESS = "Address"
PASSWORD = "Password"
CONNECTION_OPTIONS = "Connection options"
SERVER = "Server"
PORT = "Port"
SECURITY = "Security"
SIGN_IN = "Sign in"
MESSAGE = "Message"
SEND = "Send"
PRESENCE = re.compile("^Your presence")
STATUS_TEXT = re.compile("^Status text")
DELIVERED = re.compile("[Dd]elivered")
TEST_DIRECTORY = "linnet-test."
SHOWS = {
    "available": "Available", "chat": "Free to chat", "away": "Away", "xa": "Extended away", "dnd": "Do not disturb",
    "offline": "Offline",
}


class Linnet(Application):
    """The program, started in the session we are in."""

    def __init__(self, program, prosody, log, within=(), **environment):
        """within is a command that starts the program, as the same process in the end."""
        super().__init__([*within, program, "--ca-file=%s" % prosody.ca_file], environment, log)
        self.prosody = prosody

    def sign_in(self, address, password):
        """The first run: an account is set up by typing."""
        self.find(None, ADDRESS)
        hidden = not has_keyboard()
        if not hidden and not self.find_all(ENTRIES, SERVER):
            self.press(self.find(None, CONNECTION_OPTIONS))
        self.enter(self.find(ENTRIES, SERVER, hidden=hidden), "127.0.0.1")
        self.enter(self.find(ENTRIES, PORT, hidden=hidden), str(self.prosody.starttls_port))
        self.enter(self.find(ENTRIES, ADDRESS), address)
        self.enter(self.find(ENTRIES, PASSWORD), password)
        self.press(self.find(BUTTONS, SIGN_IN))
        self.find(BUTTONS, PRESENCE)

    def open_conversation(self, name):
        """Opens the conversation with somebody of the list, with the mouse."""
        self.click(self.find("label", name))
        self.find(ENTRIES, MESSAGE)

    def say(self, line):
        """Types a line into the open conversation and sends it with Enter."""
        self.enter(self.find(ENTRIES, MESSAGE), line)
        self.keys("Return")

    def be(self, show, status=None):
        """Chooses a presence, and types a status text first."""
        self.press(self.find(BUTTONS, PRESENCE))
        if status is not None:
            self.enter(self.find(ENTRIES, STATUS_TEXT), status)
            self.keys("Return")
            self.wait(lambda: not self.find_all(ENTRIES, STATUS_TEXT), "the menu to close")
            self.press(self.find(BUTTONS, PRESENCE))
        self.choose(SHOWS[show])


def own_files():
    """What Linnet may have written: every file of the session but the keyring's own and the tests'."""
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "TMPDIR"):
        for folder, folders, names in os.walk(os.environ[name]):
            folders[:] = [one for one in folders if one != "keyrings" and not one.startswith(TEST_DIRECTORY)]
            yield from (os.path.join(folder, one) for one in names)
