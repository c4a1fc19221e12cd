"""Everything that a plan is played with: the server, pairs of clients behind their gates, second devices."""

import asyncio
import functools
import pathlib
import random
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))

from check import KINDS, OF_SERVER, Talk  # noqa: E402
from client import Client  # noqa: E402
from ejabberd import Ejabberd  # noqa: E402
from ledger import Ledger  # noqa: E402
from plan import PATIENCE  # noqa: E402
from prosody import Prosody  # noqa: E402
from proxy import Gate  # noqa: E402
from witness import Witness, read_archive  # noqa: E402

PASSWORD = "By any other name"
# How long a server waits for who has lost the link.
EXPIRY = 5
PROSODY_OPTIONS = """
log = { info = "%s/prosody.log" }
smacks_hibernation_time = """ + str(EXPIRY) + """
storage_archive_item_limit = 1000000
archive_expires_after = "never"
"""
SETTLE_SECONDS = 90
QUIET_SECONDS = 20
QUIET_SECONDS_BETRAYED = 6
BACK_SECONDS = 60


def fixed_ports(count):
    """Free ports that no outgoing link takes by chance while their server is away."""
    ports = []
    while len(ports) < count:
        port = random.SystemRandom().randrange(12000, 32000)
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
                ports.append(port)
            except OSError:
                pass
    return list(dict.fromkeys(ports)) if len(set(ports)) == count else fixed_ports(count)


def make_server(kind, directory):
    if kind == "ejabberd":
        server = Ejabberd(directory, resume_timeout=EXPIRY)
        server.starttls_port, server.direct_tls_port, server.api_port = fixed_ports(3)
    else:
        server = Prosody(directory, options=PROSODY_OPTIONS % directory)
        server.starttls_port, server.direct_tls_port = fixed_ports(2)
    return server


class Pair:
    """Two people who talk with each other, and the first one's second device."""

    def __init__(self, number, directory, program, server, server_is_up, sabotage, keep):
        self.number = number
        self.addresses = ("romeo%d@montague.example" % number, "juliet%d@capulet.example" % number)
        self.clients = []
        for address in self.addresses:
            home = directory / address.split("@")[0]
            home.mkdir()
            ledger = Ledger((home / "wire").open("w", buffering=1) if keep else None)
            gate = Gate(server.direct_tls_port, server.certificates / "good.pem", ledger, sabotage)
            client = Client(program, home, address, PASSWORD, gate, server.ca_file)
            client.stream = "p%d.%s" % (number, "romeo" if client.address == self.addresses[0] else "juliet")
            self.clients.append(client)
        self.witness = Witness(self.addresses[0], PASSWORD, server, server_is_up)
        self.counts = [0, 0, 0]

    def settle(self, server):
        for address, other in zip(self.addresses, reversed(self.addresses)):
            server.add_account(address, PASSWORD)
            server.set_roster(address, [(other, "", [])])

    async def talk(self, lines):
        """So many lines of each of the three, taking turns."""
        for turn in range(max(lines)):
            for who in range(3):
                if turn < lines[who]:
                    self.say(who)
                    await asyncio.sleep(0.01)

    def say(self, who):
        number = self.counts[who] + 1
        if who < 2:
            self.clients[who].say(self.addresses[1 - who], "%s %d" % (self.clients[who].stream, number))
        elif not self.witness.say(self.addresses[1], "p%d.elsewhere %d" % (self.number, number)):
            return
        self.counts[who] = number


class World:
    """One server and its people, in a directory of their own."""

    def __init__(self, directory, program, server="prosody", pairs=4, sabotage=None, report=print, keep=False):
        self.server = make_server(server, directory / "server")
        self.server_is_up = asyncio.Event()
        self.keep = keep
        self.pairs = [Pair(number, directory, program, self.server, self.server_is_up, sabotage, keep)
                      for number in range(pairs)]
        self.clients = [client for pair in self.pairs for client in pair.clients]
        self.report = report
        self.quiet = QUIET_SECONDS_BETRAYED if sabotage else QUIET_SECONDS
        self.n_faults = self.n_client_kills = self.n_server_kills = self.n_restarts = 0
        self.n_in_flight = self.n_done = 0
        self.ends = []           # when the server ended: from when to when
        self.troubles = []       # what went wrong but for messages
        self.problems = []
        self.by_server = []      # Problems that are proven to be the server's

    # Beginning and end

    async def start(self):
        if isinstance(self.server, Prosody):
            for pair in self.pairs:
                pair.settle(self.server)
        await self._start_server()
        if isinstance(self.server, Ejabberd):
            for pair in self.pairs:
                await asyncio.get_running_loop().run_in_executor(None, pair.settle, self.server)
            # What it was told a moment ago would not survive a kill.
            self.server.stop()
            await self._start_server()
        for client, port in zip(self.clients, fixed_ports(len(self.clients))):
            await client.gate.open(port)
            await client.start()
        await asyncio.gather(*(pair.witness.start() for pair in self.pairs))
        for client in self.clients:
            if not await client.back(BACK_SECONDS):
                raise RuntimeError("%s cannot sign in: %s" % (client.address, client.death()))

    async def _start_server(self):
        self.server.launch()
        await asyncio.get_running_loop().run_in_executor(None, self.server.wait)
        self.server_is_up.set()
        for client in self.clients:
            client.gate.is_shut = False

    async def stop(self):
        for client in self.clients:
            if client.process is not None:
                await client.kill()
            await client.gate.close()
        for pair in self.pairs:
            await pair.witness.stop()
        if self.server.process is not None:
            self.server.stop()
        if self.keep and isinstance(self.server, Ejabberd):
            self.server.keep()

    # Playing

    async def play(self, plan):
        """All of it. Who hangs or dies of itself is a trouble."""
        tracks = [self._track(pair, track) for pair, track in zip(self.pairs, plan["tracks"])]
        server = asyncio.ensure_future(self._server_track(plan["server"]))
        done = await asyncio.gather(*tracks, return_exceptions=True)
        self.n_done = sys.maxsize
        done += await asyncio.gather(server, return_exceptions=True)
        for error in done:
            if isinstance(error, Exception):
                raise error

    async def _track(self, pair, steps):
        for step in steps:
            client = pair.clients[step["who"]]
            await self._prepare(pair)
            await (self._kill(pair, client, step) if step["kind"] in ("die", "kill")
                   else self._break(pair, client, step))
            self.n_done += 1

    async def _server_track(self, steps):
        for step in sorted(steps, key=lambda one: one["when"]):
            while self.n_done < step["when"]:
                await asyncio.sleep(0.05)
            self._note_in_flight(self.clients)
            self.server_is_up.clear()
            for client in self.clients:
                client.gate.is_shut = True
            start = time.monotonic()
            self._note("the server ends: " + step["kind"])
            if step["kind"] == "kill":
                self.n_server_kills += 1
                self.server.kill()
            else:
                self.n_restarts += 1
                await asyncio.get_running_loop().run_in_executor(None, self.server.stop)
            self.ends.append((start, time.monotonic()))
            self._note("the server has ended")
            await self._start_server()
            await asyncio.sleep(2)

    def _note(self, text):
        for client in self.clients:
            client.gate.ledger.note(0, "--", text)

    def _note_in_flight(self, clients):
        self.n_in_flight += sum(len(client.open) for client in clients)

    async def _prepare(self, pair):
        """Everybody lives; who died of itself is told of and started again."""
        for client in pair.clients:
            if client.is_dead:
                self._note_death(client)
                await client.start()

    def _note_death(self, client):
        death = client.death()
        if death is not None:
            self.troubles.append(death)
            self.report("trouble: " + death)

    async def _come_back(self, pair, step):
        if step["overlap"]:
            return
        for client in pair.clients:
            await self.server_is_up.wait()
            if not await client.back(BACK_SECONDS) and not client.is_dead:
                self.troubles.append("%s did not come back after %s" % (client.address, step))
                self.report("trouble: " + self.troubles[-1])

    async def _strike(self, client):
        """Waits for what is armed; it happens anyway, and if it has to wait for a link."""
        try:
            await asyncio.wait_for(client.gate.struck.wait(), PATIENCE)
        except asyncio.TimeoutError:
            client.gate.strike()
        deadline = time.monotonic() + BACK_SECONDS
        while not client.gate.struck.is_set() and time.monotonic() < deadline:
            client.order("try")
            await asyncio.sleep(0.1)

    async def _kill(self, pair, client, step):
        if step["kind"] == "die":
            client.order("die %s %d" % (step["point"], step["after"]))
        client.may_die = True
        await pair.talk(step["talk"])
        deadline = time.monotonic() + (PATIENCE if step["kind"] == "die" else 0.02 * step["after"])
        while not client.is_dead and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        self._note_in_flight([client])
        self.n_client_kills += 1
        await client.kill()
        client.gate.ledger.note(0, "--", "it is dead: %s" % step)
        await pair.talk([0 if pair.clients[who:who + 1] == [client] else count
                         for who, count in enumerate(step["offline"])])
        await client.start()
        await self._come_back(pair, step)

    async def _break(self, pair, client, step):
        gate = client.gate
        act = getattr(self, "_" + step["kind"], self._reset)
        seconds = step["seconds"]

        def begin(act, links):
            self._note_in_flight([client])
            self.n_faults += 1
            for link in links:
                gate.ledger.note(link.ledger.number, "--", step["kind"])
                act(client, link, seconds)
        gate.arm(step["way"], step["after"], step["part"], functools.partial(begin, act))
        await pair.talk(step["talk"])
        await self._strike(client)
        await pair.talk(step["offline"])
        await asyncio.sleep(seconds)
        gate.refuses = False
        for after in step.get("again", ()):
            gate.arm("down", after, 1, functools.partial(begin, self._deny if act == self._deny else self._reset))
            await client.back(PATIENCE)
            await self._strike(client)
        await self._come_back(pair, step)

    # What can happen to a link

    def _reset(self, client, link, seconds):
        link.reset()

    def _close(self, client, link, seconds):
        link.close()

    def _half(self, client, link, seconds):
        link.half_close()
        asyncio.get_running_loop().call_later(seconds, link.reset)

    def _deny(self, client, link, seconds):
        client.gate.denies = True
        link.reset()

    def _refuse(self, client, link, seconds):
        client.gate.refuses = True
        link.reset()

    _expire = _refuse

    def _silence(self, client, link, seconds):
        link.is_deaf = True
        asyncio.get_running_loop().call_later(seconds, link.reset)

    def _stall(self, client, link, seconds):
        link.pause(True)
        asyncio.get_running_loop().call_later(seconds, link.pause, False)

    def _trickle(self, client, link, seconds):
        asyncio.ensure_future(link.trickle())
        asyncio.get_running_loop().call_later(seconds, link.hurry)

    def _sleep(self, client, link, seconds):
        client.order("asleep 1")
        asyncio.get_running_loop().call_later(seconds, client.order, "asleep 0")

    # Settling, and what came of it

    async def settle(self):
        """Nothing breaks any more: waits until everything is where it belongs, or nothing moves."""
        for client in self.clients:
            client.gate.fault = None
            client.gate.refuses = client.gate.denies = False
        await self.server_is_up.wait()
        for pair in self.pairs:
            await self._prepare(pair)
        for client in self.clients:
            if not await client.back(BACK_SECONDS):
                self.troubles.append("%s did not come back in the end" % client.address)
        start = moved = time.monotonic()
        before = None
        while time.monotonic() - start < SETTLE_SECONDS and time.monotonic() - moved < self.quiet:
            now = [problem for pair in self.pairs
                   for problem in Talk(pair.clients, (None, None), None, self.ends).problems()]
            if not now:
                break
            if now != before:
                moved, before = time.monotonic(), now
            for client in self.clients:
                client.order("try")
            await asyncio.sleep(0.5)
        await asyncio.sleep(1)

    async def compare(self):
        """Fills problems and by_server."""
        archives = {}
        for pair in self.pairs:
            for address in pair.addresses:
                archives[address] = [body for body, _ in await read_archive(address, PASSWORD, self.server)]
        for client in self.clients:
            trouble = client.death() if client.is_dead else await client.quit()
            if trouble:
                self.troubles.append(trouble)
            self.troubles += client.complaints()
        self.problems, self.by_server, self.n_messages = [], [], 0
        for pair in self.pairs:
            talk = Talk(pair.clients, [archives[address] for address in pair.addresses],
                        (pair.witness.address + "/elsewhere", pair.witness.lives), self.ends)
            self.problems += talk.problems()
            self.by_server += talk.by_server
            self.n_messages += talk.n_accepted
            self.n_messages += len({body for address in pair.addresses for body in archives[address]
                                    if "elsewhere" in body})
            for life in pair.witness.lives:
                pair.clients[0].gate.ledger.note(0, "--", "elsewhere was seen: " + ", ".join(body for body, _ in life))

    def figures(self):
        """The last line."""
        def count(problems, kind):
            return len({problem.body for problem in problems if problem.kind == kind})
        ways = {way: sum(client.ways[way] for client in self.clients) for way in ("resumed", "refused")}
        figures = [("messages", self.n_messages), ("faults", self.n_faults),
                   ("kills", self.n_client_kills + self.n_server_kills), ("restarts", self.n_restarts),
                   ("in-flight", self.n_in_flight), *ways.items()]
        figures += [("server-" + kind, count(self.by_server, kind)) for kind in OF_SERVER]
        figures += [(kind, count(self.problems, kind)) for kind in KINDS]
        return " ".join("%s %d" % figure for figure in figures)
