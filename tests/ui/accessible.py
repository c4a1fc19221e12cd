"""What a screen reader is told of a program, over D-Bus (AT-SPI).

GTK gives the whole tree in one answer (org.a11y.atspi.Cache), which is quick and always fresh. A tree is a picture of
one moment: nodes of an older one still answer as long as their widgets live. Works on GTK 4.8, whose accessibility has
gaps: only coordinates within a window are right, rows carry the name of the label inside, and what is on a page of a
stack that is not shown looks as if it were.
"""

import functools
import time

import gi

gi.require_version("Atspi", "2.0")

from gi.repository import Atspi, Gio, GLib  # noqa: E402

INTERFACE = "org.a11y.atspi."
ROOT = "/org/a11y/atspi/accessible/root"
WINDOW_COORDINATES = 1
TIMEOUT = 10000   # milliseconds
SOON = 0.1        # seconds
STATES = [(name, 1 << int(getattr(Atspi.StateType, name.upper()))) for name in (
    "active", "checked", "expandable", "expanded", "focusable", "focused", "modal", "selected", "sensitive", "showing",
    "visible")]
POPOVER = "GtkPopoverContent"   # GTK's own name for what is inside every popover


@functools.lru_cache(maxsize=None)
def role_name(number):
    """What AT-SPI calls a role."""
    return Atspi.role_get_name(Atspi.Role(number))


class Node:
    """A thing in the window: its role, its name, its states and what is inside."""

    def __init__(self, bus, owner, item):
        part = item.get_child_value   # Of a tree of hundreds only what is needed is unpacked.
        self.bus = bus
        self.owner = owner
        self.item = item
        self.path = part(0).get_child_value(1).get_string()
        self.parent_path = part(2).get_child_value(1).get_string()
        self.index = part(3).get_int32()
        self.count = part(4).get_int32()
        self.name = part(6).get_string()
        self.role = role_name(part(7).get_uint32())
        states = part(9).get_child_value(0).get_uint32()
        self.states = [name for name, bit in STATES if states & bit]
        self.parent = None
        self.children = []

    @property
    def interfaces(self):
        return self.item.get_child_value(5).unpack()

    def _ask(self, interface, method, arguments=None):
        return self.bus.call_sync(self.owner, self.path, interface, method, arguments, None, Gio.DBusCallFlags.NONE,
                                  TIMEOUT, None).unpack()

    def walk(self):
        """The node and everything below it, top down."""
        yield self
        for child in self.children:
            yield from child.walk()

    def ancestors(self):
        """The node and everything above it, up to the window."""
        node = self
        while node is not None and node.role != "application":
            yield node
            node = node.parent

    def surface(self):
        """The popover or, if it is in none, the window that it is in."""
        for node in self.ancestors():
            if node.name == POPOVER or node.parent.role == "application":
                return node
        return None

    def at(self, x, y):
        """The path of what is seen at a point of this surface."""
        return self._ask(INTERFACE + "Component", "GetAccessibleAtPoint",
                         GLib.Variant("(iiu)", (x, y, WINDOW_COORDINATES)))[0][1]

    def description(self):
        """What is said of it besides its name."""
        return self._ask("org.freedesktop.DBus.Properties", "Get",
                         GLib.Variant("(ss)", (INTERFACE + "Accessible", "Description")))[0]

    def box(self):
        """Left, top, width and height within the window, or None for what has no place of its own."""
        if INTERFACE + "Component" not in self.interfaces:
            return None
        return self._ask(INTERFACE + "Component", "GetExtents", GLib.Variant("(u)", (WINDOW_COORDINATES,)))[0]

    def on_screen(self):
        """Whether it can be seen, as far as GTK tells."""
        if "visible" not in self.states:
            return False
        box = self.box()
        return box is not None and box[2] > 0 and box[3] > 0

    def text(self):
        """What an entry, a text view or a label says now."""
        if INTERFACE + "Text" not in self.interfaces:
            return self.name
        count = self._ask("org.freedesktop.DBus.Properties", "Get",
                          GLib.Variant("(ss)", (INTERFACE + "Text", "CharacterCount")))[0]
        return self._ask(INTERFACE + "Text", "GetText", GLib.Variant("(ii)", (0, count)))[0]

    def set_text(self, text):
        """Replaces the text of an entry, without the keyboard."""
        self._ask(INTERFACE + "EditableText", "SetTextContents", GLib.Variant("(s)", (text,)))

    def act(self):
        """Does what it is there for, if it has such an action."""
        actions = INTERFACE + "Action"
        if actions in self.interfaces:
            for index in range(len(self._ask(actions, "GetActions")[0])):
                number = GLib.Variant("(i)", (index,))
                if self._ask(actions, "GetName", number)[0] in ("click", "activate", "toggle"):
                    return self._ask(actions, "DoAction", number)[0]
        return False


class Focus:
    """Follows where the keyboard is in a program, by the signals that a screen reader follows."""

    def __init__(self, desktop, owner):
        self.path = None
        self.moves = 0
        desktop.bus.signal_subscribe(owner, INTERFACE + "Event.Object", "StateChanged", None, "focused",
                                     Gio.DBusSignalFlags.NONE, self._changed)

    def _changed(self, _bus, _owner, path, _interface, _signal, parameters):
        if parameters[1]:
            self.path = path
            self.moves += 1
        elif path == self.path:
            self.path = None
            self.moves += 1

    def await_move(self, since, seconds):
        """Whether the focus has moved since there were so many moves, or moves within so many seconds."""
        context = GLib.MainContext.default()
        end = time.monotonic() + seconds
        while context.iteration(False) or time.monotonic() < end:
            if self.moves != since and self.path is not None and not context.pending():
                break
            # What has lost the focus is told first, and what has got it right after.
            if self.moves != since and self.path is None:
                end = min(end, time.monotonic() + SOON)
                since = self.moves - 1
            time.sleep(0.001)
        return self.moves != since


class Desktop:
    """The accessibility bus of the session."""

    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                    Gio.DBusCallFlags.NONE, TIMEOUT, None).unpack()[0]
        flags = Gio.DBusConnectionFlags
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)

    def _call(self, owner, path, interface, method, arguments=None):
        return self.bus.call_sync(owner, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, TIMEOUT,
                                  None)

    def ask(self, *call):
        """What a method of an object returns."""
        return self._call(*call).unpack()[0]

    def find(self, pid):
        """The name on the bus of the program with a process id, or None."""
        for owner, _ in self.ask("org.a11y.atspi.Registry", ROOT, INTERFACE + "Accessible", "GetChildren"):
            who = GLib.Variant("(s)", (owner,))
            if self.ask("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                        "GetConnectionUnixProcessID", who) == pid:
                return owner
        return None

    def _known(self, owner):
        """What the program has told of itself so far: nodes by path."""
        items = self._call(owner, "/org/a11y/atspi/cache", INTERFACE + "Cache", "GetItems").get_child_value(0)
        nodes = {}
        for number in range(items.n_children()):
            node = Node(self.bus, owner, items.get_child_value(number))
            nodes[node.path] = node
        for node in nodes.values():
            node.parent = nodes.get(node.parent_path)
            if node.parent is not None:
                node.parent.children.append(node)
        for node in nodes.values():
            node.children.sort(key=lambda child: child.index)
        return nodes

    def tree(self, owner):
        """Everything that a program shows at this moment. None before it shows anything."""
        # A widget gets into the answer only once its parent has been asked for its children, and stays in it, as a
        # child like the others, while it is hidden.
        asked = {ROOT: self._children(owner, ROOT)}
        nodes = {}
        while True:
            if not all(child in nodes for children in asked.values() for child in children):
                nodes = self._known(owner)
            for path in asked.keys() & nodes.keys():
                nodes[path].children = [nodes[child] for child in asked[path] if child in nodes]
            ask = [node.path for node in nodes.values() if node.path not in asked
                   and [child.index for child in node.children] != list(range(node.count))]
            if not ask:
                return nodes.get(ROOT)
            asked.update((path, self._children(owner, path)) for path in ask)

    def _children(self, owner, path):
        """The paths of what is inside of something."""
        try:
            return [child for _, child in self.ask(owner, path, INTERFACE + "Accessible", "GetChildren")]
        except GLib.Error:   # It has gone meanwhile.
            return []
