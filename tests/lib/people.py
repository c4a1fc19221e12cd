"""The people of verona.py as a test sees them: started beside a server, told what to do, asked what they have seen."""

import json
import pathlib
import subprocess
import sys
import threading
import time

from child import start_child

ACTORS = pathlib.Path(__file__).resolve().parent / "actors.py"


class People:
    """actors.py, running."""

    def __init__(self, port, ca_file, pace=0.2, silent=False):
        self.seen = []
        self.condition = threading.Condition()
        arguments = [sys.executable, str(ACTORS), "--port", str(port), "--ca-file", str(ca_file), "--pace", str(pace)]
        self.process = start_child(arguments + ["--silent"] * silent, text=True,
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        threading.Thread(target=self._listen, daemon=True).start()
        self.await_event(30, event="ready")

    def _listen(self):
        for line in self.process.stdout:
            with self.condition:
                self.seen.append(json.loads(line))
                self.condition.notify_all()
        with self.condition:
            self.seen.append({"event": "gone"})
            self.condition.notify_all()

    def await_event(self, seconds=15, since=0, **wanted):
        """The first event, from the since-th on, that has all that is wanted; RuntimeError when none comes in time."""
        deadline = time.monotonic() + seconds
        with self.condition:
            while True:
                for event in self.seen[since:]:
                    if all(event.get(name) == value for name, value in wanted.items()):
                        return event
                left = deadline - time.monotonic()
                if left <= 0 or {"event": "gone"} in self.seen:
                    raise RuntimeError("the people wait for %r and saw %r" % (wanted, self.seen[since:]))
                self.condition.wait(left)

    def act(self, who, what, **how):
        """Makes one of them act: say, presence or leave."""
        self.process.stdin.write(json.dumps(dict(who=who, do=what, **how)) + "\n")
        self.process.stdin.flush()

    def stop(self):
        """Everybody signs off."""
        self.process.stdin.close()
        self.process.wait(15)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
