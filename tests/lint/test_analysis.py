#!/usr/bin/python3
"""What clang-tidy and cppcheck find in the product: test_analysis.py BUILD-DIRECTORY [PART-OF-A-PATH]

What is switched off is in tests/lint/analysis.txt: the tool, one of its checks, perhaps ": " and words that are in
what is meant, and why, with a tab between. Both tools are given what is wrong first, so that one that has gone silent
is noticed.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import lint

OFF = lint.TESTS / "lint/analysis.txt"
TIDY = ["clang-tidy", "--quiet", "--header-filter=/src/.*[.]h$",
        "--checks=-*,bugprone-*,cert-*,clang-analyzer-*,misc-*,performance-*",
        # For an analyser GLib's headers have no g_autoptr(), and functions with formats in place of macros. What the
        # compiler warns of is its own to say.
        "--extra-arg=-Wno-error", "--extra-arg=-Wno-format-nonliteral",
        # How far a path through a function is followed: twice as far takes twice as long, and has found nothing more.
        *("--extra-arg=" + argument for argument in ("-Xclang", "-analyzer-config", "-Xclang", "max-nodes=30000"))]
CPPCHECK = ["cppcheck", "--quiet", "--std=c11", "--enable=warning,performance,portability", "--inconclusive",
            "--library=gtk", "--library=posix", "--library=sqlite3", "--template={file}:{line}:1: {message} [{id}]",
            # What its library for GTK does not know, and makes it give up a file.
            "-DG_DEFINE_QUARK(name,function)=", "-DG_DEFINE_EXTENDED_ERROR(type,function)=",
            "-DG_GNUC_PRINTF(text,rest)="]

FINDING = re.compile(r"^(/?[^:\n]+):(\d+):\d+: (?:warning: |error: )?(.*) \[([\w.,-]+)\]$", re.M)


def rows_of(text):
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def row_problems(rows):
    for row in rows:
        if len(row) != 3 or row[0] not in ("clang-tidy", "cppcheck") or len(row[2]) < 12:
            yield "%s: a tool, a check and a reason, with a tab between" % "\t".join(row)
        elif not all((lint.ROOT / path).exists() for path in re.findall(r"\bsrc/\S*", row[1])):
            yield "%s: there is no such file" % row[1]


def is_off(tool, checks, finding, rows):
    for other, what, _ in rows:
        check, _, words = what.partition(": ")
        if other == tool and check in checks and words in finding:
            return True
    return False


def run(tool, command, folder, rows):
    """What a run of a tool finds, but for what is switched off; or how it failed."""
    try:
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", check=False)
    except OSError as error:
        return ["%s: %s" % (command[0], error)]
    said = result.stdout + result.stderr
    matches = [(os.path.realpath(os.path.join(folder, path)), line, message, checks)
               for path, line, message, checks in FINDING.findall(said)]
    if result.returncode != 0 and not matches:
        return ["%s: %s" % (" ".join(command[-1:]), said)]
    found = [("%s:%s: %s [%s]" % (os.path.relpath(path, lint.ROOT), line, message, checks), checks.split(","))
             for path, line, message, checks in matches]
    return [finding for finding, checks in found if not is_off(tool, checks, finding, rows)]


def run_tidy(build, path, rows):
    return run("clang-tidy", [*TIDY, "-p", build, path], build, rows)


def run_cppcheck(folder, paths, rows):
    folders = sorted({path.parent for path in lint.files("*.h", under=(lint.SRC,))})
    return run("cppcheck", [*CPPCHECK, "-j", str(os.cpu_count()), *("-I%s" % path for path in folders), *paths],
               folder, rows)


# The tool, what is wrong, the check that says so.
SAMPLES = (
    ("clang-tidy", "a null dereference", "core.NullDereference",
     "{ if (text == NULL)\n    g_message (\"none\");\n  return *text; }"),
    ("clang-tidy", "a use after it is freed", "unix.Malloc",
     "{ char *copy = g_strdup (text);\n  g_free (copy);\n  return *copy; }"),
    ("clang-tidy", "a second g_free()", "unix.Malloc",
     "{ char *copy = g_strdup (text);\n  g_free (copy);\n  g_free (copy);\n  return 0; }"),
    ("clang-tidy", "what was never set", "core.uninitialized",
     "{ int n;\n  if (text != NULL)\n    n = *text;\n  return n; }"),
    ("clang-tidy", "a condition that cannot be", "misc-redundant-expression",
     "{ return *text > 'z' && *text < 'a'; }"),
    ("clang-tidy", "a length that is cut", "bugprone-narrowing-conversions",
     "{ int n = strlen (text);\n  return n; }"),
    ("clang-tidy", "an unlimited recursion", "misc-no-recursion",
     "{ return *text == 0 ? 0 : sample (text + 1); }"),
    ("cppcheck", "a leak", "memleak",
     "{ char *copy = g_strdup (text);\n  return copy[0] == 'a'; }"),
    ("cppcheck", "a place behind the end", "arrayIndexOutOfBounds",
     "{ int n[4] = { 0 };\n  for (int i = 0; i <= 4; i++)\n    n[i] = *text;\n  return *n; }"),
)
CLEAN = "{ g_autofree char *copy = g_strdup (text);\n  return copy != NULL && copy[0] == 'a' ? 1 : 0; }"


def try_samples(tap, commands, rows):
    """Each is compiled as one of our own files is."""
    like = next(entry for entry in commands if entry["file"].endswith("src/base/base-backoff.c"))

    def try_one(tool, code):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(os.path.realpath(folder), "sample.c")
            pathlib.Path(path).write_text("/* A sample. */\n#include <glib.h>\n#include <string.h>\n\n"
                                          "int sample (const char *text);\nint sample (const char *text)\n%s\n" % code)
            command = like["command"].replace("-c " + like["file"], "-c " + path)
            if tool == "cppcheck":
                return run_cppcheck(folder, [path], rows)
            with open(os.path.join(folder, "compile_commands.json"), "w") as file:
                json.dump([{"directory": like["directory"], "command": command, "file": path}], file)
            return run_tidy(folder, path, rows)

    for tool, what, check, code in SAMPLES:
        tap.finds("%s finds %s" % (tool, what), [found for found in try_one(tool, code) if check in found])
    for tool in ("clang-tidy", "cppcheck"):
        tap.check("%s finds nothing in a clean sample" % tool, try_one(tool, CLEAN))


def main():
    build, part = sys.argv[1], (sys.argv[2:] or [""])[0]
    commands = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    rows = rows_of(OFF.read_text())
    tap = lint.Tap()
    tap.check("what is switched off has a reason", row_problems(rows))
    tap.finds("a row without a reason would be found", row_problems([["cppcheck", "memleak", ""]]))
    tap.finds("a row for a file that is gone would be found",
              row_problems([["cppcheck", "a: src/a.c", "It is gone now."]]))
    try_samples(tap, commands, rows)

    paths = {os.path.realpath(os.path.join(entry["directory"], entry["file"])) for entry in commands}
    ours = sorted(str(path) for path in lint.files("*.c", under=(lint.SRC,)) if part in str(path))
    tap.check("all of the product is compiled", set(ours) - paths)
    start = time.monotonic()
    tap.check("cppcheck", run_cppcheck(lint.ROOT, ours, rows))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = pool.map(lambda path: run_tidy(build, path, rows), ours)
        tap.check("clang-tidy", sorted({finding for some in found for finding in some}))
    print("# %d files in %.0f s" % (len(ours), time.monotonic() - start))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
