#!/usr/bin/python3
"""Walks every screen of places.py with the keyboard and a screen reader's eyes: a result for each.

    with-session.sh test_walk.py LINNET [SCREEN...]

With names of screens only those are looked at; the others are gone through, for the way leads through them.
tests/ui/walk does it for people.
"""

import os
import pathlib
import shutil
import sys
import tempfile
import traceback

from drive import Application
from linnet import TEST_DIRECTORY
from places import MENU, PAGE, acts
from walk import Walk

from child import stop_child
from tap import Tap

SAMPLE = pathlib.Path(__file__).resolve().parent / "walk_sample.py"
FAULTS = {
    "a button without a name": "has no name",
    "a button that the keyboard does not come to": "'By the moon' cannot be reached",
    "two buttons of one name": "two buttons are called 'Do not'",
    "an image without a name": "image has no name",
}


def find_faults(tap):
    """What is wrong on purpose must be found, and no more."""
    sample = Application([sys.executable, str(SAMPLE)])
    try:
        problems = list(Walk(sample).problems())
        for what, words in FAULTS.items():
            tap.finds(what + " is found", [one for one in problems if words in one])
        tap.check("and nothing else", [] if len(problems) == len(FAULTS) else problems)
    finally:
        stop_child(sample.process)


def problems_of(place, screen):
    """Comes to a screen, looks at it and leaves it, unless it is a page: those are left by going on."""
    screen.come(place)
    keys = ("Down", "Up") if screen.kind == MENU else ("Tab", "shift+Tab")
    yield from place.walk.problems(screen.ours, *keys)
    if screen.kind != PAGE:
        yield from place.walk.leave(place.opener)


def walk_all(tap, program, directory, wanted):
    for act in acts(program, directory):
        with act as (place, screens):
            for screen in screens:
                looks = not wanted or screen.name in wanted
                try:
                    problems = list(problems_of(place, screen))
                except Exception:   # The way to the others may lead over this one.
                    tap.check(screen.name, [traceback.format_exc()])
                    break
                if looks:
                    tap.check(screen.name, problems)


def main():
    tap = Tap()
    program, *wanted = sys.argv[1:]
    directory = pathlib.Path(tempfile.mkdtemp(prefix=TEST_DIRECTORY))
    os.environ["GSETTINGS_BACKEND"] = "keyfile"
    try:
        find_faults(tap)
        walk_all(tap, program, directory, wanted)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
