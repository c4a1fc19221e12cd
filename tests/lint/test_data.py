#!/usr/bin/python3
"""What other programs read of us is valid: user interface files, desktop file, metainfo, settings, icons.

    test_data.py GTK4BUILDER.RNG DESKTOP-FILE METAINFO-FILE
"""

import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

import lint


def run(*command):
    """What a program that checks something complains of."""
    result = subprocess.run(list(map(str, command)), check=False, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return [result.stdout.strip() or "status %d" % result.returncode] if result.returncode else []


def main():
    schema, desktop, metainfo = sys.argv[1:]
    tap = lint.Tap()

    ui_files = lint.files("*.ui", under=(lint.SRC,))
    for path in ui_files:
        tap.check("%s by GTK's schema" % lint.relative(path), run("xmllint", "--noout", "--relaxng", schema, path))
    with tempfile.NamedTemporaryFile("w", suffix=".ui") as wrong:
        wrong.write("<interface><object><property>no class, no name</property></object></interface>")
        wrong.flush()
        tap.finds("a wrong .ui would be found", run("xmllint", "--noout", "--relaxng", schema, wrong.name))

    resources = [node.text for path in lint.files("*.gresource.xml", under=(lint.SRC,))
                 for node in ElementTree.parse(path).iter("file")]
    tap.check("every .ui is in the resources", [lint.relative(path) for path in ui_files
                                                if not any(name.split("/")[-1] == path.name for name in resources)])

    tap.check("desktop file", run("desktop-file-validate", "--warn-kde", desktop))
    tap.check("metainfo", run("appstreamcli", "validate", "--no-net", metainfo))
    tap.check("settings", run("glib-compile-schemas", "--strict", "--dry-run", lint.ROOT / "data"))

    version = re.search(r"version: '([^']+)'", (lint.ROOT / "meson.build").read_text())[1]
    releases = [release.get("version") for release in ElementTree.parse(metainfo).iter("release")]
    tap.check("the newest release is this version", [] if releases[0] == version else [releases[0], version])

    for path in lint.files("*.svg", under=(lint.ROOT / "data", lint.SRC)):
        tap.check(lint.relative(path), run("xmllint", "--noout", path))
    for path in lint.files("*.doap", under=(lint.ROOT / "data",)):
        tap.check(lint.relative(path), run("xmllint", "--noout", path))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
