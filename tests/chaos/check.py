"""The model: every line that was accepted is everywhere exactly once and in order, or it is said where it is not.

A stream is what one device says to one person: "p0.romeo", with numbers from 1 on in its bodies. A line counts as
accepted when the client told that it is stored, or when it is in the sender's database. What a second device, which
keeps nothing, has said counts when the server has it.
"""

import collections

# After how many seconds of quiet what a server has acknowledged has to survive its kill.
SERVER_SETTLES = 10
# So much later may be read what it has said before it was killed.
AT_ONCE = 0.5

Problem = collections.namedtuple("Problem", "kind body what")
KINDS = ("lost", "doubled", "reordered")
STATE_FAILED, STATE_SENT = 2, 3
STATES = ("received", "pending", "failed", "sent", "delivered", "read")


def split(body):
    stream, _, number = (body or "").partition(" ")
    return (stream, int(number)) if number.isdigit() else (None, 0)


def repeated(bodies):
    return [body for body, count in collections.Counter(bodies).items() if count > 1]


def out_of_order(bodies):
    """Those that come behind a later one of their stream."""
    newest = {}
    late = []
    for body in dict.fromkeys(bodies):
        stream, number = split(body)
        if number < newest.get(stream, 0):
            late.append(body)
        newest[stream] = max(number, newest.get(stream, 0))
    return late


class Place:
    """Somewhere messages are kept, as a list of bodies in its own order."""

    def __init__(self, name, bodies):
        self.name = name
        self.bodies = list(bodies)
        self.all = set(self.bodies)

    def problems(self, ordered=None):
        """ordered: the bodies whose order counts, if not all of them do."""
        for body in repeated(self.bodies):
            yield Problem("doubled", body, "%d times in %s" % (self.bodies.count(body), self.name))
        for body in out_of_order(body for body in self.bodies if ordered is None or body in ordered):
            yield Problem("reordered", body, "behind a later one in %s" % self.name)


def second_device_problems(name, lives, archive):
    """What a second device saw, on each of its links: each message of the archive between its first and last, once."""
    for life in lives:
        seen = []
        for body, archive_id in dict.fromkeys(life):
            if split(body)[0]:
                seen.append(body)
        place = Place(name, seen)
        yield from place.problems()
        streams = {}
        for body in seen:
            streams.setdefault(split(body)[0], []).append(split(body)[1])
        for body in archive:
            stream, number = split(body)
            numbers = streams.get(stream)
            if numbers and min(numbers) < number < max(numbers) and body not in place.all:
                yield Problem("lost", body, "not seen by " + name)


class Talk:
    """What is known of one pair when all is quiet: its two clients, the archives of both, the second device."""

    def __init__(self, clients, archives, second_device, kills):
        self.clients = clients
        self.archives = [Place("the archive of " + client.address, archive) if archive is not None else None
                         for client, archive in zip(clients, archives)]
        self.rows = [client.rows() for client in clients]
        self.stores = [Place("the database of " + client.address, [row["body"] for row in rows])
                       for client, rows in zip(clients, self.rows)]
        self.second_device = second_device
        self.kills = kills    # when the server was killed
        self.server_lost = []
        self.server_late = []  # what it delivered behind a later one
        self.bounced = []      # what the server said it could not deliver: it is everywhere all the same
        self.n_accepted = 0

    def _server_lost(self, client, body):
        """Whether the server had it, and was killed before it was safe there; None, or how that was."""
        had, what = client.gate.ledger.acked_at.get(body), "acknowledged"
        others = self.stores[1 - self.clients.index(client)]
        if had is None and any(body in place.all for place in [*self.archives, others] if place is not None):
            had, what = client.gate.ledger.left_at.get(body), "passed on, sent"
        ages = [kill - had for kill in self.kills if had is not None and -AT_ONCE < kill - had < SERVER_SETTLES]
        return "%s %.2f s before the kill" % (what, min(ages)) if ages else None

    def _history(self, client, body):
        """What the proxy saw of a line, for who looks for the reason."""
        ledger = client.gate.ledger
        seen = [("sent", ledger.left_at.get(body)), ("acknowledged", ledger.acked_at.get(body))]
        for one in self.clients:
            seen += [("live to " + one.address, one.gate.ledger.came.get(body)),
                     ("from the archive to " + one.address, one.gate.ledger.read.get(body))]
        seen += [("server killed", kill) for kill in self.kills]
        start = min((when for _, when in seen if when is not None), default=0)
        return ", ".join("%s %s" % (what, "never" if when is None else "at %.2f s" % (when - start))
                         for what, when in seen)

    def problems(self):
        """All of them; what the server has lost is put aside."""
        del self.server_lost[:], self.server_late[:], self.bounced[:]
        self.n_accepted = 0
        # Servers deliver what they have kept in any order; what their archive has lost, nobody can put right.
        for client, store, archive in zip(self.clients, self.stores, self.archives):
            late = out_of_order(client.gate.ledger.came)
            for problem in store.problems(archive and archive.all):
                if problem.kind == "reordered" and problem.body in late:
                    self.server_late.append("%s %s" % (problem.body, problem.what))
                else:
                    yield problem
            yield from archive.problems() if archive is not None else ()
        for one in (0, 1):
            yield from self._said(one)
        yield from self._second_said()
        if self.second_device is not None and self.archives[0] is not None:
            name, lives = self.second_device
            yield from second_device_problems(name, lives, self.archives[0].bodies)

    def _said(self, one):
        """By a client: from its own store on."""
        client, own, others = self.clients[one], self.stores[one], self.stores[1 - one]
        states = {row["body"]: row for row in self.rows[one] if row["outgoing"]}
        accepted = {body for body in [*client.accepted, *states] if split(body)[0] == client.stream}
        self.n_accepted += len(accepted)
        for body in sorted(accepted, key=split):
            if body not in own.all:
                yield Problem("lost", body, "accepted, but not in " + own.name)
                continue
            if states[body]["state"] == STATE_FAILED and states[body]["origin_id"] in client.gate.ledger.bounced:
                self.bounced.append("%s: %s" % (body, states[body]["error"]))
            elif states[body]["state"] < STATE_SENT:
                yield Problem("lost", body, "%s (%s) in %s" % (STATES[states[body]["state"]], states[body]["error"],
                                                               own.name))
            lacks = [place.name for place in [*self.archives, others] if place is not None and body not in place.all]
            if not lacks:
                continue
            archive = self.archives[1 - one]
            # What is still in his archive he should have got.
            excusable = archive is None or body not in archive.all or body in others.all
            proof = self._server_lost(client, body) if excusable else None
            if proof is not None:
                self.server_lost.append("%s: %s, not in %s" % (body, proof, ", ".join(lacks)))
            else:
                yield Problem("lost", body, "%s, but not in %s (%s)" % (
                    STATES[states[body]["state"]], ", ".join(lacks), self._history(client, body)))

    def _second_said(self):
        """By the second device: what an archive has, its owner's client has too."""
        for archive, store in zip(self.archives, self.stores):
            for body in archive.bodies if archive is not None else ():
                if (split(body)[0] or "").endswith(".elsewhere") and body not in store.all:
                    yield Problem("lost", body, "in %s, but not in %s (%s)" % (
                        archive.name, store.name, self._history(self.clients[0], body)))
