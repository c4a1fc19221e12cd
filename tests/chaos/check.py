"""The model: every line that was accepted is everywhere exactly once and in order, or it is said where it is not.

A stream is what one device says to one person: "p0.romeo", with numbers from 1 on in its bodies. A line counts as
accepted when the client told that it is stored, or when it is in the sender's database. What a second device, which
keeps nothing, has said counts when the server has it.

What the server has lost, doubled or swapped is no problem of the clients, but it is listed. It has to be proven, from
its archives and from what went over the links (ledger.py):

    lost         the server had it, and ended before it kept it: it kept nothing of that stream that was said later,
                 before that end; and the client to whom it was said never got it
    hidden       the client read the archive, and was told of what stands behind the line there, but the line itself was
                 not in it yet, and did not come live: nobody who has read so far looks for it
    doubled      each time it was sent again the server had said that it has it not
    late         it stands so in the server's archive, or came so, at first or when the server said it again to a client
                 that had not confirmed it, or the second device saw it so, though the client said it in order; or it
                 stands behind a line that came live before what is older in the archive
    unseen       the server has it and did not show it to the second device, though it was for all devices
    bounced      the server said that it could not deliver it, and it is everywhere all the same
"""

import collections

from ledger import split

Problem = collections.namedtuple("Problem", "kind body what")
KINDS = ("lost", "doubled", "reordered")
OF_SERVER = ("lost", "hidden", "doubled", "late", "unseen", "bounced")
STATE_FAILED, STATE_SENT = 2, 3
STATES = ("received", "pending", "failed", "sent", "delivered", "read")


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


def told_early(came, archive):
    """What came live before something that stands before it in the archive: others were put around that."""
    places = {body: place for place, body in enumerate(archive)}
    early, lowest = set(), len(archive)
    for body in reversed(list(came)):
        place = places.get(body, lowest)
        if place > lowest:
            early.add(body)
        lowest = min(place, lowest)
    return early


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
                yield Problem("unseen", body, "not seen by " + name)


def wire_problems(ledger):
    """What is wrong with what a client sent: a line that went again though nobody had said that it did not arrive, one
    that went behind a later one."""
    last, newest = {}, {}
    for when, body in ledger.sent:
        stream, number = split(body)
        if body in last and not any(last[body] < denied < when for denied in ledger.denied_at.get(body, ())):
            yield Problem("doubled", body, "sent again though the server did not say that it has it not")
        elif body not in last and number < newest.get(stream, 0):
            yield Problem("reordered", body, "sent behind a later one")
        last[body] = when
        newest[stream] = max(number, newest.get(stream, 0))


class Talk:
    """What is known of one pair when all is quiet: its two clients, the archives of both, the second device."""

    def __init__(self, clients, archives, second_device, ends):
        """archives: their bodies; None: they were not read, and prove nothing. ends: when the server ended, each time
        from when to when."""
        self.clients = clients
        self.ledgers = [client.gate.ledger for client in clients]
        self.archives = [Place("the archive of " + client.address, archive) if archive is not None else None
                         for client, archive in zip(clients, archives)]
        self.rows = [client.rows() for client in clients]
        self.stores = [Place("the database of " + client.address, [row["body"] for row in rows])
                       for client, rows in zip(clients, self.rows)]
        self.second_device = second_device
        self.ends = ends
        self.by_server = []    # Problems, of the kinds OF_SERVER
        self.n_accepted = 0

    def _history(self, body):
        """What the proxy saw of a line, for who looks for the reason."""
        seen = [("the server ended", end) for end, _ in self.ends]
        for client, ledger in zip(self.clients, self.ledgers):
            seen += [("sent by " + client.address, when) for when, one in ledger.sent if one == body]
            seen += [("acknowledged", ledger.acked_at.get(body)), ("live to " + client.address, ledger.came.get(body)),
                     ("from the archive to " + client.address, ledger.read.get(body))]
            seen += [("said not to be there", when) for when in ledger.denied_at.get(body, ())]
        seen = sorted((when, what) for what, when in seen if when is not None)
        return ", ".join("%.2f s %s" % (when - seen[0][0], what) for when, what in seen)

    # What is the server's

    def _server_had(self, ledger, body):
        """How it is known that the server had it; None: it is not."""
        if body in ledger.acked_at:
            return "acknowledged"
        for place, other in zip(self.archives, self.ledgers):
            if place is not None and body in place.all:
                return "in " + place.name
            if body in other.came or body in other.read:
                return "passed on"
        return None

    def _server_lost(self, ledger, body, archive):
        """How an archive lost it with the server's end; None: it did not, or nobody knows."""
        had, left = self._server_had(ledger, body), ledger.left_at.get(body)
        end = next((over for start, over in self.ends if left is not None and over > left), None)
        if had is None or end is None or archive is None or body in archive.all:
            return None
        stream, number = split(body)
        times = {}
        for when, one in ledger.sent:
            times.setdefault(one, []).append(when)
        for one in archive.all:
            if split(one)[0] == stream and split(one)[1] > number and times.get(one, [end])[-1] < end:
                return None
        return "%s, sent %.2f s before the server had ended, which kept nothing that was said later" % (had, end - left)

    def _server_hid(self, one, body):
        """Whether a client cannot know of a line that is in his archive."""
        ledger, archive = self.ledgers[one], self.archives[one]
        if body in ledger.taken or body in ledger.shown:
            return False
        last = len(archive.bodies) - archive.bodies[::-1].index(body)
        return ledger.skipped(body, set(archive.bodies[:last - 1]), set(archive.bodies[last:]))

    def _is_sent_well(self, body):
        """Whether its client sent it in order, to all devices, and again only when it had to."""
        for ledger in self.ledgers:
            if body in ledger.left_at:
                return body not in ledger.aside and body not in {problem.body for problem in wire_problems(ledger)}
        return (split(body)[0] or "").endswith(".elsewhere")

    def _excuse(self, problem):
        """A problem of a place, or None when it is the server's."""
        kind = {"reordered": "late"}.get(problem.kind, problem.kind)
        if not self._is_sent_well(problem.body):
            return problem._replace(kind="lost" if kind == "unseen" else problem.kind)
        self.by_server.append(problem._replace(kind=kind))
        return None

    # What is wrong

    def problems(self):
        """All of them; what is proven to be the server's is put aside."""
        self.by_server = []
        self.n_accepted = 0
        found = []
        for one in (0, 1):
            found += wire_problems(self.ledgers[one])
            found += self._kept(one)
            found += self._confirmed(one)
            found += self._said(one)
        found += self._second_said()
        if self.second_device is not None and self.archives[0] is not None:
            name, lives = self.second_device
            found += map(self._excuse, second_device_problems(name, lives, self.archives[0].bodies))
        return [problem for problem in found if problem is not None]

    def _kept(self, one):
        """What is doubled or out of order in a database or an archive."""
        store, archive = self.stores[one], self.archives[one]
        # Servers deliver what they have kept in any order; what their archive has lost, nobody can put right.
        came = self.ledgers[one].came
        late, early = {*out_of_order(came), *out_of_order(self.ledgers[one].told)}, set()
        if archive is not None:
            late.update(out_of_order(archive.bodies))
            early = told_early(came, archive.bodies)
            yield from map(self._excuse, archive.problems())
        known = archive and archive.all
        if early:
            rest = [body for body in store.bodies if body not in early and body in known]
            late.update(set(rest) - set(out_of_order(rest)))
        for problem in store.problems(known):
            yield self._excuse(problem) if problem.kind == "reordered" and problem.body in late else problem

    def _confirmed(self, one):
        """What a client said that it has it does have."""
        for body in self.ledgers[one].taken - self.stores[one].all:
            if split(body)[0]:
                yield Problem("lost", body, "confirmed, but not in %s (%s)" % (self.stores[one].name,
                                                                               self._history(body)))

    def _said(self, one):
        """By a client: from its own store on."""
        client, ledger, own = self.clients[one], self.ledgers[one], self.stores[one]
        states = {row["body"]: row for row in self.rows[one] if row["outgoing"]}
        accepted = {body for body in [*client.accepted, *states] if split(body)[0] == client.stream}
        self.n_accepted += len(accepted)
        for body in sorted(accepted, key=split):
            if body not in own.all:
                yield Problem("lost", body, "accepted, but not in " + own.name)
                continue
            row = states[body]
            if row["state"] == STATE_FAILED and row["origin_id"] in ledger.bounced:
                self.by_server.append(Problem("bounced", body, row["error"]))
            elif row["state"] < STATE_SENT:
                yield Problem("lost", body, "%s (%s) in %s" % (STATES[row["state"]], row["error"], own.name))
            yield from self._places(one, body, STATES[row["state"]])

    def _places(self, one, body, state):
        """Where a line is missing that a client has said."""
        lacks, proofs = [], []
        ledger, other, store = self.ledgers[one], self.ledgers[1 - one], self.stores[1 - one]
        his = self.archives[1 - one]
        for archive in filter(None, self.archives):
            if body not in archive.all:
                lacks.append(archive.name)
                proofs.append(self._server_lost(ledger, body, archive))
        if body not in store.all and his is not None and body in his.all and self._server_hid(1 - one, body):
            self.by_server.append(Problem("hidden", body, "not in " + store.name))
        elif body not in store.all:
            lacks.append(store.name)
            # What he was told of he should have got.
            is_told = body in other.taken or body in other.read
            proofs.append(None if is_told else self._server_lost(ledger, body, his))
        if lacks and all(proofs):
            self.by_server.append(Problem("lost", body, "%s: not in %s" % (proofs[-1], ", ".join(lacks))))
        elif lacks:
            yield Problem("lost", body, "%s, but not in %s (%s)" % (state, ", ".join(lacks), self._history(body)))

    def _second_said(self):
        """By the second device: what an archive has, its owner's client has too."""
        for one, archive, store in zip((0, 1), self.archives, self.stores):
            for body in archive.bodies if archive is not None else ():
                if not (split(body)[0] or "").endswith(".elsewhere") or body in store.all:
                    continue
                if self._server_hid(one, body):
                    self.by_server.append(Problem("hidden", body, "not in " + store.name))
                else:
                    yield Problem("lost", body, "in %s, but not in %s (%s)" % (archive.name, store.name,
                                                                               self._history(body)))
