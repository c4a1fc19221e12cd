"""tests/example.c as a test sees it: started, listened to, told to leave."""

import os
import subprocess
import threading
import time

from child import start_child, stop_child

DEADLINE = 30


class Example:
    """It, running. The arguments are those behind the address."""

    def __init__(self, program, address, password, *arguments, **environment):
        self.lines = []
        self.began = time.monotonic()
        self.online_after = None   # seconds
        self.condition = threading.Condition()
        self.process = start_child([program, address, *map(str, arguments)], env=dict(os.environ, **environment),
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.process.stdin.write(password + "\n")
        self.process.stdin.flush()
        self.reader = threading.Thread(target=self._listen, daemon=True)
        self.reader.start()

    def _listen(self):
        for line in self.process.stdout:
            with self.condition:
                if line.startswith("online "):
                    self.online_after = time.monotonic() - self.began
                self.lines.append(line.rstrip("\n"))
                self.condition.notify_all()

    def says(self, start):
        """Waits for a line that starts so; the rest of it."""
        def found():
            return next((line for line in self.lines if line.startswith(start)), None)
        with self.condition:
            if not self.condition.wait_for(found, DEADLINE):
                raise AssertionError("waited for %r, heard %r" % (start, self.lines))
            return found()[len(start):].strip()

    def fails(self):
        """Waits for its end, which must not be a good one; what it complained of."""
        self.reader.join(DEADLINE)
        assert not self.reader.is_alive(), "it goes on: %r" % self.lines
        complaint = self.process.stderr.read()
        assert self.process.wait(DEADLINE) == 1, (self.process.returncode, complaint)
        assert not self.lines, self.lines
        return complaint

    def leave(self):
        """Ends it politely."""
        status = stop_child(self.process)
        complaint = self.process.stderr.read()
        assert status == 0, (status, complaint)
