"""What a screen reader is told of a program, over D-Bus (AT-SPI).

GTK gives the whole tree in one answer (org.a11y.atspi.Cache), which is quick and always fresh. A tree is a picture of
one moment: nodes of an older one still answer as long as their widgets live. Works on GTK 4.8, whose accessibility has
gaps: only coordinates within a window are right, rows carry the name of the label inside, and what is on a page of a
stack that is not shown looks as if it were.
"""

import gi

gi.require_version("Atspi", "2.0")

from gi.repository import Atspi, Gio, GLib  # noqa: E402

INTERFACE = "org.a11y.atspi."
ROOT = "/org/a11y/atspi/accessible/root"
WINDOW_COORDINATES = 1
TIMEOUT = 10000   # milliseconds
STATES = ("checked", "expanded", "focused", "selected", "visible")


class Node:
    """A thing in the window: its role, its name, its states and what is inside."""

    def __init__(self, bus, item):
        ((self.owner, self.path), _, (_, self.parent_path), self.index, self.count, self.interfaces, self.name, role, _,
         states) = item
        self.bus = bus
        self.role = Atspi.role_get_name(Atspi.Role(role))
        self.states = [name for name in STATES
                       if states[0] >> int(getattr(Atspi.StateType, name.upper())) & 1]
        self.parent = None
        self.children = []

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


class Desktop:
    """The accessibility bus of the session."""

    def __init__(self):
        session = Gio.bus_get_sync(Gio.BusType.SESSION)
        address = session.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None,
                                    Gio.DBusCallFlags.NONE, TIMEOUT, None).unpack()[0]
        flags = Gio.DBusConnectionFlags
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)

    def _ask(self, owner, path, interface, method, arguments=None):
        return self.bus.call_sync(owner, path, interface, method, arguments, None, Gio.DBusCallFlags.NONE, TIMEOUT,
                                  None).unpack()[0]

    def find(self, pid):
        """The name on the bus of the program with a process id, or None."""
        for owner, _ in self._ask("org.a11y.atspi.Registry", ROOT, INTERFACE + "Accessible", "GetChildren"):
            who = GLib.Variant("(s)", (owner,))
            if self._ask("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                         "GetConnectionUnixProcessID", who) == pid:
                return owner
        return None

    def _known(self, owner):
        """What the program has told of itself so far: nodes by path."""
        items = self._ask(owner, "/org/a11y/atspi/cache", INTERFACE + "Cache", "GetItems")
        nodes = {node.path: node for node in (Node(self.bus, item) for item in items)}
        for node in nodes.values():
            node.parent = nodes.get(node.parent_path)
            if node.parent is not None:
                node.parent.children.append(node)
        for node in nodes.values():
            node.children.sort(key=lambda child: child.index)
        return nodes

    def tree(self, owner):
        """Everything that a program shows at this moment. None before it shows anything."""
        # A widget gets into the answer only once its parent has been asked for its children.
        asked = set()
        while True:
            nodes = self._known(owner)
            ask = [node for node in nodes.values()
                   if node.path not in asked and (node.count > len(node.children) or node.path == ROOT)]
            if not ask:
                return nodes.get(ROOT)
            for node in ask:
                asked.add(node.path)
                self._ask(owner, node.path, INTERFACE + "Accessible", "GetChildren")
