"""Drives the real window as a person does: finds things by the names a screen reader says, types, clicks and reads.

Everything is looked for until a deadline, so that no test sleeps: the deadline passes only when something is wrong.
"""

import os
import pathlib
import re
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))

# Meant for the program under test, which gets it back in Application; here it would end us.
PRODUCT_DEBUG = os.environ.pop("G_DEBUG", "")

from accessible import Desktop, Focus, GLib  # noqa: E402 (after the environment is clean)

from child import start_child  # noqa: E402

DEADLINE = 20
BUTTONS = ("push button", "toggle button", "button", "menu button")
CHOICES = BUTTONS + ("menu item", "radio menu item", "check menu item", "radio button", "check box", "list item")
USUAL_STATES = ("expandable", "focusable", "modal", "sensitive", "showing", "visible")
ENTRIES = ("text", "entry", "password text", "paragraph", "editbar")


class NotFound(AssertionError):
    """What was looked for did not come in time."""


def until(question, what, seconds=DEADLINE):
    """The first true answer to a question, asked again and again."""
    end = time.monotonic() + seconds
    while True:
        try:
            answer = question()
            if answer:
                return answer
        except GLib.Error as error:   # What is looked at may go away meanwhile.
            answer = error
        if time.monotonic() > end:
            raise NotFound("waited %d s for %s%s" % (seconds, what, " (%s)" % answer if answer else ""))
        time.sleep(0.02)


def xdotool(*arguments):
    return subprocess.run(["xdotool", *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout


def has_keyboard():
    """Whether keyboard and mouse are ours to use: on a display of our own."""
    return os.environ.get("LINNET_TEST_DISPLAY") == "own"


def fits(name, wanted):
    """Whether a name is the one that is wanted: a text, a pattern, or None for any."""
    return wanted is None or (bool(wanted.search(name)) if isinstance(wanted, re.Pattern) else name == wanted)


class Application:
    """The running program."""

    def __init__(self, command, environment=None, log=None):
        self.log = log
        env = {**os.environ, "G_DEBUG": PRODUCT_DEBUG, **(environment or {})}
        with open(log or os.devnull, "ab") as out:
            self.process = start_child(command, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self.desktop = Desktop()
        self.owner = self.wait(self._on_the_bus, "the program on the accessibility bus")
        self.focus = Focus(self.desktop, self.owner)

    def _on_the_bus(self):
        if self.process.poll() is not None:
            raise NotFound("the program ended with status %s" % self.process.returncode)
        return self.desktop.find(self.process.pid)

    def said(self):
        """The end of its log."""
        return pathlib.Path(self.log).read_text(errors="replace")[-6000:] if self.log else ""

    def describe(self):
        """What is there as a tree, for the report of a test that failed."""
        def lines(node, depth):
            states = [state for state in node.states if state not in USUAL_STATES]
            yield "%s%s %r %s" % ("  " * depth, node.role, node.name, " ".join(states))
            for child in node.children:
                yield from lines(child, depth + 1)
        try:
            return "\n".join(lines(self.desktop.tree(self.owner), 0))
        except (AttributeError, GLib.Error) as error:
            return "(nothing can be seen: %r)" % error

    def wait(self, question, what, seconds=DEADLINE):
        """Waits for a true answer; else the failure says what there was to see."""
        try:
            return until(question, what, seconds)
        except NotFound as error:
            raise NotFound("%s\n%s\n%s" % (error, self.describe(), self.said())) from None

    def find_all(self, role=None, name=None, hidden=False):
        """Everything on the screen with a role (one or several) and a name (a text or a pattern)."""
        roles = (role,) if isinstance(role, str) else role
        root = self.desktop.tree(self.owner)
        return [node for node in (root.walk() if root else ())
                if (roles is None or node.role in roles) and fits(node.name, name) and (hidden or node.on_screen())]

    def find(self, role=None, name=None, hidden=False, seconds=DEADLINE):
        """The first thing on the screen with a role and a name; waited for."""
        return self.wait(lambda: self.find_all(role, name, hidden), "%s %r" % (role or "anything", name), seconds)[0]

    def shows(self, text, seconds=DEADLINE):
        """Waits until a label says a text, alone or among other words."""
        self.find("label", re.compile(re.escape(text)), seconds=seconds)

    def press(self, node):
        """Presses a button: by its action, or else with the mouse."""
        if not any(one.act() for one in node.walk() if one.role in BUTTONS):
            self.click(node)

    def choose(self, name):
        """Chooses an item of the menu that is open: by its action, or else with the arrow keys."""
        if not self.find(CHOICES, name).act():
            self.focus_by_key("Down", name)
            self.keys("Return")

    def windows(self):
        """The place of each of the program's X windows (x, y, width, height), the largest last."""
        search = ("search", "--onlyvisible", "--pid", self.process.pid, "--name", ".")
        places = []
        for window in xdotool(*search).split():
            place = dict(line.split("=") for line in xdotool("getwindowgeometry", "--shell", window).splitlines())
            places.append([int(place[name]) for name in ("X", "Y", "WIDTH", "HEIGHT")])
        return sorted(places, key=lambda place: place[2] * place[3])

    def origin(self, node):
        """Where on the screen a thing's coordinates start."""
        *popovers, (left, top, width, height) = self.wait(self.windows, "a window")
        box = None
        for ancestor in node.ancestors():
            box = ancestor.box() or box
            for x, y, *size in popovers:
                if size == list(box[2:]):
                    return x - box[0], y - box[1]
        # The window has a shadow around it, which is not counted.
        return left + (width - box[2]) // 2, top + (height - box[3]) // 2

    def click(self, node, count=1):
        """Clicks the middle of something with the mouse, once it keeps its place."""
        places = [None]

        def rests():
            left, top = self.origin(node)
            x, y, width, height = node.box()
            places.append((left + x + width // 2, top + y + height // 2))
            return width > 0 and places[-1] == places[-2]
        self.wait(rests, "%s %r to keep its place" % (node.role, node.name))
        x, y = places[-1]
        # After a popover has gone, GTK knows where the pointer is only when it has moved.
        xdotool("mousemove", x - 2, y - 2, "mousemove", x, y, "click", "--repeat", count, "--delay", 60, 1)

    def keys(self, *names):
        """Presses keys by their X names, such as Return or ctrl+a."""
        xdotool("key", "--clearmodifiers", "--delay", 30, *names)

    def type(self, text):
        """Types a text on the keyboard, into whatever has the focus."""
        # What is not on the keyboard is put on it for a moment, and the program has to hear of that.
        xdotool("type", "--clearmodifiers", "--delay", 12 if text.isascii() else 40, text)

    def enter(self, node, text):
        """Replaces the text of an entry, with the keyboard where there is one."""
        if not has_keyboard():
            node.set_text(text)
            return
        self.click(node)
        self.keys("ctrl+a")
        self.type(text)
        # A password may read as so many dots.
        rightly = (text, "•" * len(text), "●" * len(text))
        self.wait(lambda: node.text() in rightly, "%d characters in %r" % (len(text), node.name))

    def focus_by_key(self, key, name, tries=40):
        """Presses a key until the thing with a name (its own, or of something inside it) has the focus."""
        for _ in range(tries):
            for node in self.find_all(hidden=True):
                if "focused" in node.states and any(fits(one.name, name) for one in node.walk()):
                    return node
            self.keys(key)
        raise NotFound("the focus never came to %r\n%s" % (name, self.describe()))

    def close(self, seconds=DEADLINE):
        """Closes the window with the keyboard and waits for the end of the program. Its exit status."""
        self.keys("alt+F4")
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise NotFound("the program does not end\n%s\n%s" % (self.describe(), self.said())) from None

    def screenshot(self, path):
        """A picture of the window, with what is over it."""
        x, y, width, height = self.windows()[-1]
        place = "%dx%d+%d+%d" % (width, height, x, y)
        subprocess.run(["import", "-window", "root", "-crop", place, "+repage", str(path)], check=True)
