#!/usr/bin/python3
"""Every known attack has a test that Meson runs, or an issue that will bring it: test_hostile.py BUILD-DIRECTORY

A row of tests/hostile/cases.tsv names, with "; " between, paths of GLib tests ("/hostile/a01"), a driven test and one
of its results ("tests/ui/test_walk.py: the keyboard"), or "issue N"."""

import json
import os
import pathlib
import re
import sys

import lint

CASES = lint.TESTS / "hostile/cases.tsv"

# By group: who said it, other messages, rooms, the way in, limits, files and links, what is drawn, encryption.
KNOWN = {
    "A": (1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19, 21),
    "B": (1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17),
    "C": (1, 2, 3, 5, 6, 7, 9, 10, 11),
    "D": (1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19),
    "E": (1, 2, 3, 5, 6, 7, 9, 10, 11),
    "F": (1, 2, 3, 5, 6, 7, 9, 10, 11, 13),
    "G": (1, 2, 3, 5, 6),
    "H": (1, 2, 3, 5, 6, 7, 9, 10, 11),
}
IDS = ["%s%02d" % (group, number) for group, numbers in KNOWN.items() for number in numbers]


def rows_of(text):
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def run_by_meson(build):
    """The sources that some registered test is made of or driven by."""
    def paths(names):
        return {os.path.realpath(os.path.join(build, name)) for name in names}

    info = pathlib.Path(build) / "meson-info"
    tests = json.loads((info / "intro-tests.json").read_text())
    targets = json.loads((info / "intro-targets.json").read_text())
    run = paths(part for test in tests for part in test["cmd"])
    for target in targets:
        if run & paths(target["filename"]):
            run |= paths(source for group in target["target_sources"] for source in group.get("sources", []))
    return run


def names_of(path):
    """What a test program calls its tests: the strings in it, without comments."""
    text = path.read_text()
    if path.suffix == ".c":
        text = lint.blank_c(text, strings=False)
    return set(re.findall(r'"((?:\\.|[^"\\\n])*)"', text))


class Tests:
    """What a row may name."""

    def __init__(self, run):
        self.run = run
        self.paths = set()
        for source in lint.files("*.c", under=(lint.TESTS,)):
            if os.path.realpath(source) in run:
                self.paths |= {name for name in names_of(source) if re.fullmatch(r"(/[a-z0-9-]+){2,}", name)}

    def problem(self, name):
        if re.fullmatch(r"issue [1-9][0-9]*", name):
            return None
        if name.startswith("/"):
            return None if name in self.paths else "no test that is run is called %s" % name
        path, _, step = name.partition(": ")
        source = lint.ROOT / path
        if not source.is_file() or not step:
            return "there is no test %s" % name
        if os.path.realpath(source) not in self.run:
            return "%s is not run" % path
        return None if step in names_of(source) else "%s has no result called %s" % (path, step)


def problems(text, tests):
    rows = rows_of(text)
    ids = [row[0] for row in rows]
    yield from ("%s is missing" % id for id in IDS if id not in ids)
    yield from ("%s is not known" % id for id in ids if id not in IDS)
    if ids != sorted(set(ids)):
        yield "the rows are not in order, or there twice"
    for row in rows:
        if len(row) != 3 or not row[1].strip() or len(row[2]) < 12:
            yield "%s: id, test or issue, and what a safe client does, with a tab between" % row[0]
            continue
        for name in row[1].split("; "):
            problem = tests.problem(name)
            if problem:
                yield "%s: %s" % (row[0], problem)


def main():
    tests = Tests(run_by_meson(sys.argv[1]))
    text = CASES.read_text()
    whole = "\n".join("%s\tissue 1\tNothing at all happens." % id for id in IDS)
    tap = lint.Tap()
    tap.check("a list without a fault has none", problems(whole, tests))
    tap.finds("a missing row would be found", problems(whole.replace("B02\tissue 1\t", "#"), tests))
    tap.finds("a row that nobody knows would be found", problems(whole + "\nZ01\tissue 1\tNothing at all.", tests))
    tap.check("every kind of test is known",
              problems(whole.replace("issue 1", "/iq/ids; tests/ui/test_walk.py: and nothing else; issue 1"), tests))
    for what, name in (("an open row", "-"), ("a row with nothing", " "),
                       ("a test that does not exist", "/hostile/none"),
                       ("a part of a test's name", "/hostile"),
                       ("a program that does not exist", "tests/ui/test_none.py: the keyboard"),
                       ("a program that is not run", "tests/ui/try.py: the keyboard"),
                       ("a result that does not exist", "tests/ui/test_walk.py: no such result"),
                       ("an issue without a number", "issue")):
        tap.finds("%s would be found" % what, problems(whole.replace("B02\tissue 1", "B02\t" + name), tests))
    tap.check("every known attack has its test", problems(text, tests))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
