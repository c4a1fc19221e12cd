"""chaos-client, running, dying, and started again on the same database; and what is in that."""

import asyncio
import contextlib
import ctypes
import os
import pathlib
import re
import signal
import sqlite3
import time

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)
PENDING = "pending"
COMPLAINT = re.compile(r"-(?:WARNING|CRITICAL) \*\*: ")
# glib-networking 2.74 on a socket that is reset before it says hello: it has no address any more.
NOT_OURS = "g_object_unref: assertion 'G_IS_OBJECT (object)' failed"


class Client:
    """One person's Linnet, behind a gate of its own."""

    def __init__(self, program, directory, address, password, gate, ca_file):
        self.program = program
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.database = self.directory / "linnet.db"
        self.address, self.password = address, password
        self.gate = gate
        self.ca_file = ca_file
        self.process = None
        self.online = asyncio.Event()
        self.ways = {"cold": 0, "resumed": 0, "refused": 0}
        self.accepted = set()    # bodies that it said are stored
        self.open = set()        # bodies that nobody knows the fate of
        self.may_die = False     # by our hand
        self.said_bye = False
        self._reader = None
        self._complained = 0     # bytes that earlier ones left on their standard error

    async def start(self):
        self.online.clear()
        self.may_die = self.said_bye = False
        with (self.directory / "stderr").open("ab") as complaints:
            self._complained = complaints.tell()
            self.process = await asyncio.create_subprocess_exec(
                self.program, self.database, self.address, str(self.gate.port), self.ca_file, self.password,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=complaints,
                env={name: value for name, value in os.environ.items() if name != "G_DEBUG"},
                preexec_fn=lambda: _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
        self._reader = asyncio.ensure_future(self._listen(self.process.stdout))

    async def _listen(self, stream):
        while True:
            line = (await stream.readline()).decode()
            if not line:
                self.online.clear()
                return
            what, _, rest = line.strip().partition(" ")
            if what == "online":
                self.ways[rest] += 1
                self.online.set()
            elif what == "offline":
                self.online.clear()
            elif what == "line":
                body, _, state = rest.rpartition(" ")
                self.accepted.add(body)
                if state != PENDING:
                    self.open.discard(body)
            elif what == "bye":
                self.said_bye = True

    def order(self, line):
        """Told it, or nobody: it may be dead."""
        if not self.is_dead and not self.process.stdin.is_closing():
            self.process.stdin.write(line.encode() + b"\n")

    def say(self, to, body):
        self.open.add(body)
        self.order("send %s %s" % (to, body))

    @property
    def is_dead(self):
        return self.process is None or self.process.returncode is not None

    async def kill(self):
        """Dies now, unless it is dead already, and is remembered by what is on the disk."""
        self.may_die = True
        if not self.is_dead:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        await self.process.wait()
        await self._reader
        self.open = {row["body"] for row in self.rows() if row["outgoing"] and row["state"] == 1}

    def death(self):
        """How it died, if nobody wanted it to; else None."""
        if self.is_dead and not self.may_die:
            said = (self.directory / "stderr").read_bytes()[self._complained:].decode(errors="replace")
            return "%s ended with status %s and said:\n%s" % (self.address, self.process.returncode, said[-4000:])
        return None

    def complaints(self):
        """What its libraries warned of, in all its lives."""
        lines = (self.directory / "stderr").read_text(errors="replace").splitlines()
        return ["%s: %s" % (self.address, line) for line in lines if COMPLAINT.search(line) and NOT_OURS not in line]

    async def back(self, seconds, hurry=True):
        """Waits until it is online; whether it is."""
        deadline = time.monotonic() + seconds
        while not self.online.is_set() and not self.is_dead and time.monotonic() < deadline:
            if hurry:
                self.order("try")
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.online.wait(), 0.3)
        return self.online.is_set()

    async def quit(self):
        """Leaves politely; what was wrong about it, or None."""
        self.order("quit")
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self.process.wait(), 30)
        if self.is_dead:
            await self._reader
        if not self.is_dead or self.process.returncode != 0 or not self.said_bye:
            return self.death() or "%s did not end" % self.address
        return None

    def rows(self):
        """The messages in its database, in the order in which they are shown."""
        if not self.database.exists():
            return []
        with contextlib.closing(sqlite3.connect("file:%s?mode=ro" % self.database, uri=True, timeout=10)) as database:
            database.row_factory = sqlite3.Row
            with contextlib.suppress(sqlite3.OperationalError):
                return database.execute("SELECT body, outgoing, state, error, position, origin_id, archive_id"
                                        " FROM messages ORDER BY conversation, position").fetchall()
        return []
