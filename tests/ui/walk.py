"""Walks a screen as somebody does who has a keyboard and a screen reader, and says what is wrong with it.

What can be operated must have a name, must be reachable with Tab (or with the arrow keys inside a list, a menu or a
group of choices), and the keyboard must get out of everything it gets into. A screen is a window, or the popover that
is open in it.
"""

import itertools
import re

from accessible import POPOVER, GLib
from drive import NotFound, fits, until

BUTTONS = ("push button", "toggle button", "button", "menu button")
CONTROLS = BUTTONS + (
    "check box", "radio button", "switch", "combo box", "spin button", "slider", "link", "text", "entry",
    "password text", "paragraph", "editbar", "menu item", "radio menu item", "check menu item", "list item", "page tab",
    "tree item", "table cell")
# Inside these the arrow keys move, and the children have the names.
COMPOSITES = ("list", "list box", "tree", "tree table", "table", "menu", "menu bar", "radio group", "page tab list")
ROWS = ("list item", "tree item")
INSIDE = ("list item", "menu item", "radio menu item", "check menu item", "radio button", "tree item", "page tab")
LABELS = ("label", "panel", "text")
# GTK names what has no name after its type.
TYPE_NAME = re.compile(r"^(Gtk|Adw|Gdk|Ui)[A-Z]\w*$")
# Such as "_Cancel Cancel", which libadwaita 1.2 says.
MNEMONIC = re.compile(r"(^|\w)_\w.* ")
# A window's own buttons are for the mouse; the window manager has keys for them.
OF_THE_WINDOW = {"Minimize", "Maximize", "Restore", "Close"}

SETTLES = 0.05    # seconds in which nothing happens once something has opened
MOVES = 0.25      # seconds within which a key moves the focus, if it does
ESCAPE_SECONDS = 3
SILENT_MAX = 12   # places in a row of which nothing is told
STOPS_MAX = 250   # a ring that is longer does not close


def own_name(node):
    """What a screen reader calls it, or an empty text."""
    return "" if TYPE_NAME.match(node.name) else node.name.strip()


def spoken(node):
    """Its name; for a row, which has none of its own on GTK 4.8, that of what is inside."""
    name = own_name(node)
    if name or node.role not in ROWS + ("panel", "filler"):
        return name
    return ", ".join(filter(None, map(own_name, (one for one in node.walk() if one.role != "image"))))


def short(text):
    """The beginning of it, for a report."""
    return text if len(text) < 60 else text[:57] + "…"


def describe(node):
    return "%s %r" % (node.role, short(spoken(node) or node.name))


def where(node):
    around = context(node)
    return " (in %r)" % short(around) if around else ""


class Screen:
    """What there is at one moment: the popover that is open, or the window."""

    def __init__(self, app):
        self.pages = {}
        self.root = app.desktop.tree(app.owner)
        self.nodes = {node.path: node for node in self.root.walk()}
        shown = [node for node in self.root.children if node.box()[2] > 0]
        # A window that is modal is in front of the others. GTK 4.8 says "active" of no dialog.
        front = (["modal"] * any("modal" in node.states for node in shown)
                 or ["active"] * any("active" in node.states for node in shown) or ["visible"])[0]
        front = ([node for node in shown if front in node.states] or [None])[-1]
        self.focused = self.nodes.get(app.focus.path)
        if front is not None and front not in (self.focused.ancestors() if self.focused else ()):
            # Nothing is told when a window comes to the front with what had the focus in it before.
            self.focused = next((node for node in front.walk() if "focused" in node.states), None)
            app.focus.path = self.focused.path if self.focused else None
        self.surface = self.focused.surface() if self.focused else front

    def outline(self):
        """What it can be recognised by."""
        return [one and one.path for one in (self.surface, self.focused)] + [len(self.nodes)]

    def _shows(self, page):
        """Whether a page of a stack or a leaflet is the one on the screen: GTK 4.8 tells of all of them alike."""
        if page.path not in self.pages:
            mine = {one.path for one in page.walk()}
            left, top, width, height = page.box() or page.children[0].box()
            self.pages[page.path] = width > 0 and any(
                self.surface.at(left + width * part // 8, y) in mine
                for y in range(top + 2, top + height, max(height // 12, 8)) for part in (1, 4, 7))
        return self.pages[page.path]

    def sees(self, node):
        """Whether it is on the screen, or would be if one scrolled there."""
        if node.surface() is not self.surface or "visible" not in node.states:
            return False
        inside = itertools.takewhile(lambda one: one is not self.surface, node.ancestors())
        try:
            box = node.box()
            return box is not None and box[2] > 0 and box[3] > 0 and all(
                self._shows(one) for one in inside if one.name == "GtkStackPage" or one.parent.name == "AdwLeaflet")
        except GLib.Error:   # It has gone meanwhile.
            return False

    def controls(self):
        """Everything that can be operated here and now."""
        for node in self.surface.walk():
            # A menu button is a box with a button inside.
            if node.role in CONTROLS and not (node.role in BUTTONS and node.parent.role in BUTTONS):
                if self.sees(node):
                    yield node

    def images(self):
        """Pictures that stand for themselves: not part of something that has a name."""
        for node in self.surface.walk():
            if (node.role == "image" and self.sees(node) and not any(
                    own_name(one) and one.role in CONTROLS + ("image", "panel", "grouping")
                    for one in list(node.ancestors())[1:])):
                yield node


def context(node):
    """What tells it from another of the same name: the nearest thing around it that has a name."""
    for one in list(node.ancestors())[1:]:
        name = spoken(one) if one.role in INSIDE else own_name(one)
        if name and one.name != POPOVER and name != own_name(node) and one.parent.role != "application":
            return name
    return ""


def naming_problems(screen, controls):
    """What has no name, or the same one as its neighbour, or one that spells out its access key."""
    seen = {}
    for node in controls:
        name = own_name(node)
        if not spoken(node):
            inside = [describe(one) for one in node.walk()][1:6]
            yield "a %s has no name%s, inside: %s" % (node.role, where(node), ", ".join(inside) or "nothing")
        elif MNEMONIC.search(name):
            yield "%s is read with the underscore of its access key" % describe(node)
        elif node.role in BUTTONS and name not in OF_THE_WINDOW:
            key = (name, context(node))
            if key in seen and not (seen[key].description() or node.description()):
                yield "two buttons are called %r, and nothing around them tells them apart" % name
            seen[key] = node
    for node in screen.images():
        if not own_name(node):
            yield "an image has no name%s" % where(node)


class Walk:
    """Goes through the screens of a program."""

    def __init__(self, app):
        self.app = app
        self.focus = app.focus
        self.here = None     # the surface that was looked at last
        self.opened = None   # the screen, right after it has opened

    def press(self, *keys):
        """Presses keys. Whether the focus has moved."""
        since = self.focus.moves
        self.app.keys(*keys)
        return self.focus.await_move(since, MOVES)

    def look(self):
        """The screen that is there, once two looks show the same."""
        def settled():
            first = Screen(self.app)
            self.focus.await_move(self.focus.moves, SETTLES)
            second = Screen(self.app)
            return second if second.surface is not None and first.outline() == second.outline() else None
        screen = self.app.wait(settled, "a screen that keeps still")
        self.here = screen.surface
        return screen

    def reach(self, name, key="Tab"):
        """Presses a key until the focus is on what has a name, or has a label with it inside."""
        return self._reach(name, key, lambda node: [node] + [one for one in node.walk() if one.role in LABELS])

    def reach_in(self, name):
        """Presses Tab until the focus is inside of what has a name."""
        return self._reach(name, "Tab", lambda node: node.ancestors())

    def _reach(self, name, key, related):
        screen, tried = Screen(self.app), []
        while len(tried) < STOPS_MAX:
            path = self.focus.path
            if path is not None and path not in screen.nodes:
                screen = Screen(self.app)
            node = screen.nodes.get(path)
            if node is not None:
                if any(fits(own_name(one), name) for one in related(node)):
                    return node
                if tried.count(path) > 1:
                    break
                tried.append(path)
            if not self.press(key) and self.focus.path == path and path is not None:
                break
        raise NotFound("%s never comes to %r, only to:\n%s\n%s" % (
            key, name, "\n".join(describe(screen.nodes[path]) for path in tried if path in screen.nodes),
            self.app.describe()))

    def open(self, *keys):
        """Presses keys that open something, and waits for it. Where the focus was before."""
        before = Screen(self.app)
        self.app.keys(*keys)
        self.app.wait(lambda: self._is_other(before.surface), "%s to open something" % " ".join(keys))
        self.opened = self.look()
        return before.focused

    def _is_other(self, surface):
        self.focus.await_move(self.focus.moves, 0.02)   # takes what has come meanwhile
        now = Screen(self.app).surface
        return now is not None and (surface is None or now.path != surface.path)

    def _is_gone(self, path):
        nodes = Screen(self.app).nodes
        node = nodes.get(path)
        return node is None or (node.parent if node.name == POPOVER else node).box()[2] == 0

    def leave(self, opener):
        """Presses Escape. What is wrong with where it goes."""
        path = self.here.path
        self.app.keys("Escape")
        try:
            until(lambda: self._is_gone(path), "Escape to close it", ESCAPE_SECONDS)
        except NotFound:
            yield "Escape does not close it"
            return
        self.focus.await_move(self.focus.moves, MOVES)
        now = Screen(self.app).focused
        if opener is not None and (now is None or now.path != opener.path and spoken(now) != spoken(opener)):
            yield "the focus goes to %s, not back to %s" % (describe(now) if now else "nothing", describe(opener))

    def _node(self, nodes):
        """What has the focus, or None. Adds to nodes by path what is new."""
        path = self.focus.path
        if path is not None and path not in nodes:
            nodes.update(Screen(self.app).nodes)
        return nodes.get(path)

    def _ring(self, screen, key):
        """Goes round with a key: the paths it comes to, in order; then what was wrong on the way."""
        order, problems, silent = [], [], 0
        while len(order) < STOPS_MAX and silent < SILENT_MAX:
            node = self._node(screen.nodes)
            if node is None:
                silent += 1
                if order:
                    problems.append("after %s the focus is on something that a screen reader is not told of"
                                    % describe(screen.nodes[order[-1]]))
            elif node.path in order:
                return order, problems
            else:
                order.append(node.path)
            if not self.press(key) and node is not None:
                problems.append("%s goes no further than %s" % (key, describe(node)))
                return order, problems
        problems.append("%s comes to %d places and never back" % (key, len(order) + silent))
        return order, problems

    def _explore(self, composite, nodes, stops):
        """Goes through a composite with the arrow keys: the paths they come to."""
        def is_inside():
            node = self._node(nodes)
            return node is not None and any(one.path == composite.path for one in node.ancestors())

        seen = set()
        for key in ("Down", "Up"):
            for _ in range(stops + 1):
                if is_inside():
                    break
                self.press("Tab")
            here = []
            while is_inside() and self.focus.path not in here and len(here) < STOPS_MAX:
                here.append(self.focus.path)
                if not self.press(key):
                    break
            seen.update(here)
            if len(here) > 1 and self.focus.path == here[0]:   # Round and round.
                break
        return seen

    def problems(self, ours=True, key="Tab", back="shift+Tab"):
        """Everything that is wrong with the screen that is shown. The inside of GTK's own windows is left to GTK."""
        screen, self.opened = self.opened or self.look(), None
        if not ours:
            self.press("Tab")
            return
        if self.here.name != POPOVER and self.here.role in ("filler", "panel"):
            yield "a screen reader is not told that %r is a window" % own_name(self.here)
        controls = list(screen.controls())
        yield from naming_problems(screen, controls)
        needy = [node for node in controls if needs_the_keyboard(node)]
        if len(needy) < 2 and key == "Down":
            return   # From the only item of a menu the arrow keys of GTK 4.8 lead astray.
        order, problems = self._ring(screen, key)
        if len(needy) > 1:
            yield from problems
        for node in map(screen.nodes.get, order):
            if not spoken(node) and node.role not in COMPOSITES and node.role not in CONTROLS:
                yield "the focus comes to a %s that has no name%s" % (node.role, where(node))
        reached = set(order)
        for node in needy:
            around = composite_of(node)
            if around is not None and not reaches(reached, node):
                reached |= self._explore(around, screen.nodes, len(order))
            if not reaches(reached, node):
                yield "%s cannot be reached with the keyboard%s" % (describe(node), where(node))
        if len(order) > 1:
            self.press(key)
            here = self.focus.path
            self.press(back)
            if self.focus.path == here:
                yield "%s does not go back from %s" % (back, describe(screen.nodes[here]))


def reaches(paths, node):
    """Whether the focus was on it, or on something inside."""
    return any(one.path in paths for one in node.walk())


def composite_of(node):
    """What the arrow keys move in, if it is part of such a thing."""
    if node.parent.role == "grouping":
        return node.parent
    around = next((one for one in list(node.ancestors())[1:] if one.role in COMPOSITES), None)
    return around or (node.parent if node.role in INSIDE else None)


def needs_the_keyboard(node):
    """Whether the focus has to come to it."""
    if any("sensitive" not in one.states for one in node.ancestors()):
        return False
    if node.role in BUTTONS and own_name(node) in OF_THE_WINDOW:
        return False
    if node.role == "list item":
        # What a combo box shows is an item of the list that it opens.
        return (not any(one.role == "combo box" for one in node.ancestors())
                and any("focusable" in one.states for one in node.walk()))
    # The arrow of a row that unfolds: the row itself has the keys.
    return "expandable" not in node.parent.states or "focusable" in node.states
