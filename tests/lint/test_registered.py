#!/usr/bin/python3
"""Every test in the tree is one that Meson runs: test_registered.py BUILD-DIRECTORY"""

import json
import os
import pathlib
import sys

import lint

PATTERNS = ("test-*.c", "test_*.py", "*.test.sh")


def unregistered(sources, targets, tests, build):
    """Those of the sources that no test runs, by what Meson's introspection says of targets and tests."""
    def paths(names):
        return {os.path.realpath(os.path.join(build, name)) for name in names}

    run = paths(part for test in tests for part in test["cmd"])
    for target in targets:
        if run & paths(target["filename"]):
            run |= paths(source for group in target["target_sources"] for source in group.get("sources", []))
    return sorted(lint.relative(source) for source in sources if os.path.realpath(source) not in run)


def main():
    build = sys.argv[1]
    info = pathlib.Path(build) / "meson-info"
    targets = json.loads((info / "intro-targets.json").read_text())
    tests = json.loads((info / "intro-tests.json").read_text())
    sources = lint.files(*PATTERNS, under=(lint.TESTS,))
    tap = lint.Tap()
    tap.check("every test program is registered", unregistered(sources, targets, tests, build))
    tap.check("every test has a suite and a time limit",
              [test["name"] for test in tests if not test["suite"] or not 0 < test["timeout"] <= 600])
    tap.finds("a test that is not registered would be found",
              unregistered([*sources, lint.TESTS / "unit/test-forgotten.c"], targets, tests, build))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
