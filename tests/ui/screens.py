#!/usr/bin/python3
"""Takes a picture of every screen of places.py, small and large, in every look: for people, who are to look at them.

    with-session.sh --screen 1200x800 screens.py LINNET DIRECTORY [LOOK...]

A picture is called SCREEN-WIDTHxHEIGHT-LOOK.png; the looks are light, dark, contrast (high), contrast-dark, rtl (the
other way round) and large (text of 200 %). tests/ui/screens.sh does it for a build.
"""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from drive import xdotool
from linnet import TEST_DIRECTORY
from places import PAGE, acts

SIZES = ((360, 648), (1024, 700))
MARGIN = 30     # px of the desktop around the window
SETTLES = 0.5   # seconds
# GTK takes the direction from its own translation, and GLib gives it only to a program that is translated itself,
# unless the locale is an English one. Of this one there is only the name.
ENGLISH = "en_GB.utf8"
# What makes a look: environment, and X resources.
LOOKS = {
    "light": ({}, ""),
    "dark": ({"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, ""),
    "contrast": ({"ADW_DEBUG_HIGH_CONTRAST": "1"}, ""),
    "contrast-dark": ({"ADW_DEBUG_HIGH_CONTRAST": "1", "ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}, ""),
    "rtl": ({"LC_ALL": ENGLISH, "LANGUAGE": "he"}, ""),
    "large": ({}, "Xft.dpi: 192\n"),
}


def x_windows(place):
    """The X windows of the program with their sizes; popovers have no name."""
    windows = {}
    for window in xdotool("search", "--onlyvisible", "--pid", place.app.process.pid, "--name", ".").split():
        size = dict(line.split("=") for line in xdotool("getwindowgeometry", "--shell", window).splitlines())
        windows[window] = int(size["WIDTH"]), int(size["HEIGHT"])
    return windows


def main_window(place):
    """The window that is there first, or None."""
    with contextlib.suppress(subprocess.CalledProcessError):
        return next(iter(x_windows(place)), None)
    return None


def put(window, left, top, width, height):
    xdotool("windowsize", window, width, height, "windowmove", window, left, top)


def take(place, screen, directory, look):
    """Both pictures of what is shown. A dialog keeps its size where there is room for it."""
    dialogs = {window: size for window, size in x_windows(place).items() if window != place.window}
    for width, height in SIZES:
        put(place.window, MARGIN, MARGIN, width, height)
        for window, natural in dialogs.items():
            size = min(natural[0], width), min(natural[1], height)
            with contextlib.suppress(subprocess.CalledProcessError):   # A tooltip goes when it likes.
                put(window, MARGIN + (width - size[0]) // 2, MARGIN + (height - size[1]) // 2, *size)
        time.sleep(SETTLES)   # Pictures have no event to wait for.
        crop = "%dx%d+0+0" % (width + 2 * MARGIN, height + 2 * MARGIN)
        name = "%s-%dx%d-%s.png" % (screen.name, width, height, look)
        subprocess.run(["import", "-window", "root", "-crop", crop, "+repage", str(directory / name)], check=True)


def take_all(program, directory, look):
    environment, resources = LOOKS[look]
    session = pathlib.Path(tempfile.mkdtemp(prefix=TEST_DIRECTORY))
    shutil.copytree("/usr/lib/locale/C.utf8", session / "locale" / ENGLISH)
    environment = dict(environment, LOCPATH=str(session / "locale")) if "LC_ALL" in environment else environment
    (pathlib.Path(os.environ["HOME"]) / ".Xdefaults").write_text(resources)
    try:
        for act in acts(program, session, **environment):
            with act as (place, screens):
                place.window = place.app.wait(lambda place=place: main_window(place), "a window")
                for screen in screens:
                    screen.come(place)
                    place.walk.look()
                    take(place, screen, directory, look)
                    if screen.kind != PAGE:
                        list(place.walk.leave(place.opener))
                    print("%s: %s" % (look, screen.name), flush=True)
    finally:
        shutil.rmtree(session, ignore_errors=True)


def main():
    program, directory, *looks = sys.argv[1:]
    pathlib.Path(directory).mkdir(parents=True, exist_ok=True)
    for look in looks or LOOKS:
        take_all(program, pathlib.Path(directory), look)


if __name__ == "__main__":
    main()
