#!/usr/bin/python3
"""What every file of the project looks like, as far as a machine can tell: see CONTRIBUTING.md."""

import re
import sys

import lint

LONGEST_FILE = 600
LONGEST_LINE = 120
GETTEXT = ("_", "N_", "C_", "NC_")


def text_rules(text, kind=""):
    """kind: a header's prototypes stand in columns, and what is said behind one may go past the edge; so may the words
    of a user interface file and the stanzas in a test."""
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield len(text), "ends in exactly one line break"
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            yield -number, "no space at the end of a line"
        if "\t" in line:
            yield -number, "no tabs"
        if kind == "header":
            line = re.sub(r"(?<=\S)\s*/\*.*", "", line)
        elif kind == "words":
            line = re.sub(r">[^<]*<", "><", line)
        elif kind == "test":
            line = re.sub(r'"(?:\\.|[^"\\])*"', '""', line)
        if len(line) > LONGEST_LINE and "://" not in line:
            yield -number, "at most %d columns" % LONGEST_LINE
    for match in re.finditer(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b", text):
        yield match.start(), "do it, or open an issue"


def c_rules(text, header):
    if text.count("\n") > LONGEST_FILE:
        yield len(text), "at most %d lines: if it does two things, it is two files" % LONGEST_FILE
    if not re.match(r"/\* [^*]{12,}", text):
        yield 0, "the first line says what the file is for"
    if header and len(re.findall(r"^#pragma once$", text, re.M)) != 1:
        yield 0, "a header has #pragma once"
    code = lint.blank_c(text)
    for match in re.finditer(r"\b([A-Za-z_]\w*)\(", code):
        line = code[code.rfind("\n", 0, match.start()) + 1:match.start()]
        if match[1] not in GETTEXT and not re.fullmatch(r"\s*#\s*define\s+", line):
            yield match.start(), "a space before the parenthesis"
    for match in re.finditer(r"\bg_auto(?:free|strv|ptr\s*\([^)]*\)|\s*\([^)]*\))?\s+[^;=(){}]*;", code):
        if match[0].startswith(("g_autofree", "g_autoptr", "g_auto ", "g_autostrv")):
            yield match.start(), "g_auto… is initialised where it is declared"
    for match in re.finditer(r"\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|alloca|g_alloca)\s*\(", code):
        yield match.start(), "%s is not used here" % match[1]


def product_rules(text):
    code = lint.blank_c(text)
    for match in re.finditer(r"\b(g_main_loop_run|g_main_context_iteration|g_usleep|usleep|sleep)\s*\(", code):
        yield match.start(), "%s: the product neither waits nor nests a main loop" % match[1]
    for match in re.finditer(r"\b(g_intern_string|g_quark_from_string)\s*\(", code):
        yield match.start(), "%s keeps what a stranger sends for ever" % match[1]


def test_rules(text):
    code = lint.blank_c(text)
    for match in re.finditer(r"\b(g_test_skip|g_test_incomplete|g_usleep|usleep|sleep)\s*\(", code):
        yield match.start(), "%s: a test neither sleeps nor lets itself off" % match[1]


def kind_of(path):
    if path.suffix == ".c" and lint.TESTS in path.parents:
        return "test"
    return {".h": "header", ".ui": "words"}.get(path.suffix, "")


def told(path, problems):
    text = path.read_text()
    return ["%s:%d: %s" % (lint.relative(path), -offset if offset < 0 else lint.line_of(text, offset), problem)
            for offset, problem in problems]


SAMPLES = (
    ("a missing last line break", text_rules, "a"),
    ("a space at the end", text_rules, "a \n"),
    ("a tab", text_rules, "\ta\n"),
    ("a long line", text_rules, "a" * 121 + "\n"),
    ("a promise", text_rules, "/* TO" "DO */\n"),
    ("a file that is too long", lambda text: c_rules(text, False), "/* A file that is too long. */\n" + "\n" * 601),
    ("a file without a purpose", lambda text: c_rules(text, False), "#include <glib.h>\n"),
    ("a header without a pragma", lambda text: c_rules(text, True), "/* A header without a pragma. */\nint a;\n"),
    ("a missing space", lambda text: c_rules(text, False), "/* A call without its space. */\nfoo(1);\n"),
    ("a loose g_autoptr", lambda text: c_rules(text, False), "/* A loose g_autoptr. */\n  g_autoptr (GError) error;\n"),
    ("a loose g_autofree", lambda text: c_rules(text, False), "/* A loose g_autofree. */\n  g_autofree char *text;\n"),
    ("an old function", lambda text: c_rules(text, False), "/* An old function is used. */\nstrcpy (a, b);\n"),
    ("a nested main loop", product_rules, "g_main_loop_run (loop);\n"),
    ("a quark for a stranger", product_rules, "g_intern_string (name);\n"),
    ("a test that lets itself off", test_rules, 'g_test_skip ("no");\n'),
)


def main():
    tap = lint.Tap()
    for what, rule, sample in SAMPLES:
        tap.finds("%s would be found" % what, rule(sample))
    clean = "/* A sample with nothing wrong in it. */\n#define TWICE(x) ((x) + (x))\n" \
            "  g_autofree char *text = NULL;\n  label (_(\"a (b)\"), 'x');   /* foo(bar) */\n"
    tap.check("nothing is found in a clean sample", [*text_rules(clean), *c_rules(clean, False), *product_rules(clean)])

    everything = lint.files("*.c", "*.h", "*.in", "*.py", "*.sh", "*.ui", "*.css", "meson.build",
                            under=(lint.SRC, lint.TESTS, lint.ROOT / "data", lint.ROOT / "po", lint.ROOT / "flatpak"))
    everything += lint.files("*.sql", under=(lint.SRC,))
    everything += [path for path in (lint.ROOT / "meson.build", lint.ROOT / "meson_options.txt", lint.ROOT / ".ci/run")
                   if path.exists()]
    tap.check("text", [problem for path in everything
                       for problem in told(path, text_rules(path.read_text(), kind_of(path)))])
    for path in lint.files("*.c", "*.h"):
        text = path.read_text()
        rules = product_rules if lint.SRC in path.parents else test_rules
        tap.check(lint.relative(path), told(path, [*c_rules(text, path.suffix == ".h"), *rules(text)]))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
