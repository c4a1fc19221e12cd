"""What the checks of the source share: where it is, and how C is read."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))

from tap import Tap  # noqa: E402, F401 (for the checks)

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SRC = ROOT / "src"
TESTS = ROOT / "tests"


def files(*patterns, under=(SRC, TESTS)):
    """The files of the project that have one of the suffixes, in order."""
    return sorted(path for folder in under for pattern in patterns for path in folder.rglob(pattern)
                  if path.is_file() and "__pycache__" not in path.parts)


def relative(path):
    return str(path.relative_to(ROOT))


_TOKENS = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank_c(text, strings=True):
    """C with its comments (and strings) made blank: every other character stays where it is."""
    def blank(match):
        token = match[0]
        if token[0] in "\"'" and not strings:
            return token
        edge = token[0] if token[0] in "\"'" else " "
        return edge + re.sub(r"[^\n]", " ", token[1:-1]) + edge if len(token) > 1 else token
    return _TOKENS.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
