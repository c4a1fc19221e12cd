#!/usr/bin/python3
"""The walls of the house: each layer names and includes only lower ones, and no units are knotted together."""

import re
import sys

import lint

BELOW_CHAT = {"base", "crypto", "xmpp/core", "xmpp/features", "net", "desktop", "store"}

# A layer's folder, and the folders it may see.
LAYERS = {
    "base": set(),
    "crypto": {"base"},
    "xmpp/core": {"base", "crypto"},
    "xmpp/features": {"base", "crypto", "xmpp/core"},
    "net": {"base", "xmpp/core"},
    "desktop": {"base"},
    "store": {"base"},
    "chat": BELOW_CHAT,
    "chat/parts": BELOW_CHAT | {"chat"},
    "ui": BELOW_CHAT - {"crypto", "net"} | {"chat", "chat/parts"},
}

# The name of a layer's dependency object, where it is not the folder's.
DEPENDENCY = {"core": "xmpp/core", "features": "xmpp/features", "parts": "chat/parts"}

# What is not ours, and the only layers that may name it.
FOREIGN = {
    "gnutls": {"crypto"},
    "libxml": {"xmpp/core"},
    "idn2": {"xmpp/core"},
    "sqlite": {"store"},
    "soup": {"net"},
    "secret": {"desktop"},
    "gtk": {"ui"},
    "adw": {"ui"},
}
FOREIGN_HEADERS = {
    r"gnutls/": "gnutls", r"libxml/": "libxml", r"idn2\.h": "idn2", r"sqlite3\.h": "sqlite", r"libsoup/": "soup",
    r"libsecret/": "secret", r"(gtk|gdk|gsk|pango)/": "gtk", r"adwaita\.h": "adw",
}


def layer_of(folder):
    """The layer that a folder below src belongs to: the longest that fits. None for src itself."""
    fits = [layer for layer in LAYERS if folder == layer or folder.startswith(layer + "/")]
    return max(fits, key=len) if fits else None


def meson_problems(layer, text):
    for names in re.findall(r"dependencies:\s*\[([^]]*)\]", text):
        for name in re.findall(r"(\w+)_dep\b", names):
            below = DEPENDENCY.get(name, name)
            if below in LAYERS and below not in LAYERS[layer]:
                yield "%s may not name %s_dep" % (layer, name)
            if name in FOREIGN and layer not in FOREIGN[name]:
                yield "%s may not name %s_dep" % (layer, name)


def include_problems(layer, text, homes):
    """homes: the layer of each header's name."""
    for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', text, re.M):
        kind, header = match.groups()
        where = lint.line_of(text, match.start())
        if ".." in header:
            yield "line %d: %s climbs over the wall" % (where, header)
        elif kind == '"':
            home = homes.get(header)
            if home is None:
                yield "line %d: %s is nobody's header" % (where, header)
            elif layer is not None and home != layer and home not in LAYERS[layer]:
                yield "line %d: %s is of %s, which %s may not see" % (where, header, home, layer)
        else:
            for pattern, name in FOREIGN_HEADERS.items():
                if re.match(pattern, header) and layer is not None and layer not in FOREIGN[name]:
                    yield "line %d: %s may not be used in %s" % (where, header, layer)


def unit_of(name):
    """A unit is a .c with its headers, the private one too."""
    return name.removesuffix("-private")


def is_one_room(knot):
    """Whether these are one thing in several files: "ui-window" and "ui-window-actions" may know each other."""
    whole = min(knot, key=len)
    return all((unit + "-").startswith(whole + "-") for unit in knot)


def knots(graph):
    """Sets of more than one unit that all reach each other (Tarjan), but for the files of one thing."""
    index, low, stack, found = {}, {}, [], []

    def visit(unit):
        index[unit] = low[unit] = len(index)
        stack.append(unit)
        for other in graph.get(unit, ()):
            if other not in index:
                visit(other)
                low[unit] = min(low[unit], low[other])
            elif other in stack:
                low[unit] = min(low[unit], index[other])
        if low[unit] == index[unit]:
            knot = []
            while not knot or knot[-1] != unit:
                knot.append(stack.pop())
            if len(knot) > 1 and not is_one_room(knot):
                found.append(sorted(knot))

    for unit in sorted(graph):
        if unit not in index:
            visit(unit)
    return found


def map_problems(text):
    """The functions that a map looks for where they are not."""
    problems = []
    for function, name in re.findall(r"`(\w+)`[^|\n]*\| `([\w/-]+\.c)`", text):
        path = lint.SRC / name
        if not path.exists() or not re.search(r"^%s \(" % function, path.read_text(), re.M):
            problems.append("%s is not in %s" % (function, name))
    return problems


def main():
    tap = lint.Tap()
    sources = {path: lint.blank_c(path.read_text(), strings=False)
               for path in lint.files("*.c", "*.h", under=(lint.SRC,))}
    layers = {path: layer_of(str(path.parent.relative_to(lint.SRC))) for path in sources}
    homes = {path.name: layers[path] for path in sources if path.suffix == ".h"}
    for build in lint.files("meson.build", under=(lint.SRC,)):
        layer = layer_of(str(build.parent.relative_to(lint.SRC)))
        for resource in re.findall(r"gnome\.compile_resources\(\s*'([\w-]+)'", build.read_text()):
            homes[resource + ".h"] = layer

    names = [path.name for path in sources if path.name != "registry.c"]
    tap.check("no two files have one name", sorted({name for name in names if names.count(name) > 1}))
    tap.check("every source file is in a layer",
              [lint.relative(path) for path, layer in layers.items() if layer is None and path != lint.SRC / "main.c"])

    for layer in LAYERS:
        folder = lint.SRC / layer
        build = folder / "meson.build"
        tap.check("what %s links" % layer, meson_problems(layer, build.read_text()))
        tap.check("what %s includes" % layer,
                  ["%s %s" % (lint.relative(path), problem) for path, text in sources.items() if layers[path] == layer
                   for problem in include_problems(layer, text, homes)])

    graph = {}
    for path, text in sources.items():
        name = unit_of(path.stem)
        unit = graph.setdefault(name, set())
        unit.update(unit_of(header) for header in re.findall(r'#[ \t]*include[ \t]*"([^"]+)\.h"', text))
        unit.discard(name)
    tap.check("no include knots", [" ⇄ ".join(knot) for knot in knots(graph)])

    tap.check("the map names functions where they are", map_problems((lint.SRC / "README.md").read_text()))
    tap.finds("a wrong place on the map would be found", map_problems("| `main` | `xmpp/core/xmpp-jid.c` |"))

    tap.finds("a wrong link would be found", meson_problems("store", "dependencies: [base_dep, chat_dep],"))
    tap.finds("a wrong foreign link would be found", meson_problems("chat", "dependencies: [gtk_dep],"))
    homes = {"chat-core.h": "chat"}
    tap.finds("a wrong arrow would be found", include_problems("store", '#include "chat-core.h"\n', homes))
    tap.finds("a climb would be found", include_problems("base", '#include "../ui/ui-window.h"\n', {}))
    tap.finds("GTK in the engine would be found", include_problems("chat", "#include <gtk/gtk.h>\n", {}))
    tap.finds("a knot would be found", knots({"a": {"b"}, "b": {"c"}, "c": {"a"}}))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
