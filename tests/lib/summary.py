#!/usr/bin/python3
"""Counts the results of a run from the JUnit log that Meson writes: summary.py [--count] LOG-DIRECTORY

Says how long each suite took, and fails when one was skipped, failed, is to be done, or took longer than its budget.
With --count only the last line is printed. Exit status: 0, 1 when something failed, 2 when there is no log.
"""

import collections
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

# Seconds for each suite, sanitizers on, all its tests one after the other. Together less than 20 minutes.
BUDGET = {
    "lib": 20, "unit": 60, "store": 60, "session": 90, "feature": 60, "net": 30, "desktop": 30, "chat": 60, "ui": 600,
    "server": 240, "hostile": 180, "fuzz": 300, "chaos": 240, "lint": 300,
}
# What XML cannot carry; Meson writes it into its log all the same when a test prints it.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
TO_BE_DONE = re.compile(r"^(?:not )?ok\b[^\n#]*#\s*todo\b", re.I | re.M)

Count = collections.namedtuple("Count", "passed failed skipped")


def count_junit(text):
    """Passed, failed and skipped of each test: a case is a subtest, or a test that has none. To be done is failed."""
    counts = {}
    for suite in ElementTree.fromstring(NOT_XML.sub("\ufffd", text)).iter("testsuite"):
        # A test with subtests is a suite "project.test"; all others are cases of the suite "project".
        _, _, test = suite.get("name").partition(".")
        for case in suite.iter("testcase"):
            name = test or case.get("name")
            passed, failed, skipped = counts.get(name, (0, 0, 0))
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
            elif case.find("skipped") is not None:
                skipped += 1
            else:
                passed += 1
            counts[name] = Count(passed, failed, skipped)
        if test in counts:
            passed, failed, skipped = counts[test]
            to_do = len(TO_BE_DONE.findall(suite.findtext("system-out") or ""))
            counts[test] = Count(max(passed - to_do, 0), failed + to_do, skipped)
    return counts


def count(junit, tests):
    """The sum. A test that ended badly after its last subtest (a leak, a crash, too late) counts as a failed one."""
    counts = count_junit(junit)
    for test in tests:
        passed, failed, skipped = counts.get(test["name"], (0, 0, 0))
        if test["result"] == "SKIP" and not skipped:
            counts[test["name"]] = Count(0, failed, 1)
        elif test["result"] not in ("OK", "SKIP") and not failed:
            # In Meson's log a test without subtests that ran out of time looks as if it had passed.
            counts[test["name"]] = Count(passed if passed > 1 else 0, 1, skipped)
    return Count(*(sum(column) for column in zip(*counts.values()))) if counts else Count(0, 0, 0)


def over_budget(tests):
    """Prints what each suite took; the suites that took longer than they may, or have no budget."""
    took = collections.Counter()
    for test in tests:
        took[re.fullmatch(r"(?:[^:/]*:)?(.*?) / .*|.*", test["name"])[1] or ""] += test["duration"]
    for suite, seconds in took.items():
        print("%-8s %6.1f s of %d s" % (suite, seconds, BUDGET.get(suite, 0)))
    return [suite for suite, seconds in took.items() if seconds > BUDGET.get(suite, 0)]


def main():
    logs = pathlib.Path(sys.argv[-1])
    try:
        junit = (logs / "testlog.junit.xml").read_text()
        tests = [json.loads(line) for line in (logs / "testlog.json").read_text().splitlines()]
    except OSError:
        return 2
    status = 0
    if "--count" not in sys.argv:
        print()
        late = over_budget(tests)
        if late:
            print("Over the budget: " + ", ".join(late))
            status = 1
    total = count(junit, tests)
    print("%d passed, %d failed, %d skipped" % total)
    return 1 if status or total.failed or total.skipped or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main())
