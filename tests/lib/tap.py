"""Tells the results of a test program to Meson as they come (TAP)."""

import contextlib
import traceback


class Tap:
    """One test program's results."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def check(self, name, problems):
        """A result from a list of what is wrong."""
        problems = list(problems)
        self.count += 1
        self.failed += bool(problems)
        print("%s %d %s" % ("not ok" if problems else "ok", self.count, name))
        for problem in problems:
            print("# " + str(problem).replace("\n", "\n# "))
        print(end="", flush=True)

    def finds(self, name, problems):
        """A check of a check: there must be something wrong with what is made to be wrong."""
        self.check(name, [] if list(problems) else ["nothing was found in a sample that is wrong"])

    @contextlib.contextmanager
    def step(self, name, go_on=True):
        """A result from a piece of code, which fails by an exception. Without go_on the exception is passed on."""
        try:
            yield
        except Exception as error:
            self.check(name, [traceback.format_exc()])
            if not go_on:
                raise SystemExit(self.done()) from error
        else:
            self.check(name, [])

    def done(self):
        """The exit status of the program."""
        print("1..%d" % self.count, flush=True)
        return 1 if self.failed else 0
