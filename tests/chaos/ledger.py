"""What a client and its server told each other, as anybody can see who stands between them.

The server confirms what it has (XEP-0198), or says that it has it not: when a stream is resumed or refused, and by an
archive (XEP-0313) that was read from its end to before where a line would be. The client confirms what came to it.
"""

import re
import time

ARCHIVE = b"urn:xmpp:mam:2"
COPIES = b"<enable xmlns='urn:xmpp:carbons:2'"
_QUERY = re.compile(rb"""<(?:query|result)\s[^>]*\bqueryid=(?:'([^']*)'|"([^"]*)")""")
_BEFORE = re.compile(rb"<before(?:/>|>([^<]*)<)")
_WITH = re.compile(rb"""\bvar=['"]with['"]""")
_FIRST = re.compile(rb"<first[^>]*>([^<]*)<")


def split(body):
    """Who said a line, and which of theirs it is; (None, 0) when it is no line."""
    stream, _, number = (body or "").partition(" ")
    return (stream, int(number)) if number.isdigit() else (None, 0)


class Ledger:
    """Of one account's client, over all its links. The product's own opinion is not asked."""

    def __init__(self, journal=None):
        """journal: a file to be told what went over which link, for whoever looks for a reason."""
        self.journal = journal
        self.n_links = 0
        self.sent = []       # (when, body): what went to the server, in that order
        self.left_at = {}    # body → when it went to the server last
        self.acked_at = {}   # body → when the server said that it has it
        self.denied_at = {}  # body → when the server said that it has it not, each time
        self.aside = set()   # bodies that were not for all devices of whom they were for, or not to be kept
        self.bounced = set()  # ids of stanzas that came back with an error
        self.came = {}       # body → when the server sent it live for the first time, in that order
        self.told = {}       # the same; but what it said again before the client had confirmed it stands there
        self.came_on = {}    # body → the streams on which it did
        self.read = {}       # body → when it came out of the archive for the first time
        self.shown = set()   # bodies that were on pages of the whole archive, which came to their ends
        self.readings = []   # what was found in the archive, each time
        self.taken = set()   # bodies that came live, and the client said that it has them
        self.n_resumed = self.n_refused = 0
        self._queues = {}    # a stream's id → its Queue
        self._on = {}        # body → the Queue that it went up on last
        self._pages = {}     # a query's id → its _Page
        self._readings = {}  # the archive's id of the oldest item that was read → a _Reading

    def link(self):
        self.n_links += 1
        return LinkLedger(self, self.n_links)

    def note(self, link, way, text):
        if self.journal is not None:
            print("%.3f %d %s %s" % (time.time(), link, way, text), file=self.journal)

    def _say(self, body, queue, element):
        self.sent.append((time.monotonic(), body))
        self.left_at[body] = time.monotonic()
        self._on[body] = queue
        if "/" in (element.attribute("to") or "/") or re.search(rb"<(?:private|no-copy|no-store)\b", element.data):
            self.aside.add(body)

    def _deny(self, body):
        self.denied_at.setdefault(body, []).append(time.monotonic())

    def _ask(self, element, queue):
        """The client asks for a page of the archive."""
        query, before = _QUERY.search(element.data), _BEFORE.search(element.data)
        if query is None or before is None:
            return
        reading = self._readings.get(before[1]) if before[1] else _Reading(queue)
        if reading is not None:
            page = _Page(reading, query[1] or query[2], _WITH.search(element.data) is not None)
            self._pages[element.attribute("id")] = self._pages[page.query] = page

    def _answer(self, element):
        """The archive has answered. What was sent on an earlier stream, before the archive was asked, and is not
        there, it has not; unless it may be on a page before this one."""
        page = self._pages.pop(element.attribute("id"), None)
        if page is None:
            return
        del self._pages[page.query]
        if element.attribute("type") != "result":
            return
        reading, first = page.reading, _FIRST.search(element.data)
        reading.bodies |= page.bodies
        reading.is_all = re.search(rb"<fin\s[^>]*\bcomplete=['\"]true", element.data) is not None
        if reading not in self.readings:
            self.readings.append(reading)
        if not page.is_filtered:
            self.shown |= page.bodies
        if first is not None:
            self._readings[first[1]] = reading
        oldest = {}
        for stream, number in map(split, reading.bodies):
            oldest[stream] = min(number, oldest.get(stream, number))
        for body, queue in self._on.items():
            stream, number = split(body)
            if (body not in reading.bodies and queue is not reading.queue and self.left_at[body] < reading.start
                    and (reading.is_all or number > oldest.get(stream, number))):
                self._deny(body)


    def skipped(self, body, earlier, later):
        """Whether the server, on one stream, has told what stands behind a line in its archive, and not the line: it
        was not there when the archive was read, by who was to hear live what was said from then on, and it never came
        live. earlier, later: what stands before it in the archive, and behind it."""
        if body in self.came:
            return False
        for reading in self.readings:
            if (reading.is_live and body not in reading.bodies and (reading.is_all or reading.bodies & earlier)
                    and (reading.bodies & later or any(reading.queue in self.came_on.get(one, ()) for one in later))):
                return True
        return False


class _Reading:
    """What was found in an archive from its end to where its last page begins."""

    def __init__(self, queue):
        self.queue = queue     # on which stream
        self.is_live = queue is not None and queue.is_seen and queue.has_copies   # all that is said comes on it as well
        self.start = time.monotonic()
        self.bodies = set()
        self.is_all = False


class _Page:
    def __init__(self, reading, query, is_filtered):
        self.reading = reading
        self.query = query
        self.is_filtered = is_filtered
        self.bodies = set()


class _Queue:
    """What went up and down on one managed stream, which may outlive its links."""

    def __init__(self):
        self.count = 0
        self.bodies = {}   # number of the stanza → body
        self.n_came = 0
        self.came = {}     # number of the stanza that came → body
        self.is_seen = self.has_copies = False   # presence, XEP-0280


class LinkLedger:
    """What is seen of one link."""

    def __init__(self, ledger, number=0):
        self.ledger = ledger
        self.number = number
        self.queue = None
        self.wanted = None   # the id of the stream to be resumed …
        self.has = 0         # … and how much of it the client says that it has

    def up(self, element):
        """An element has gone to the server, whole."""
        self.ledger.note(self.number, "up", element.data.decode(errors="replace"))
        if element.name == "enable":
            self.queue = _Queue()
        elif element.name == "resume":
            self.wanted = element.attribute("previd")
            self.has = int(element.attribute("h"))
            self._take(self.ledger._queues.get(self.wanted), self.has)
        elif element.name == "a":
            self._take(self.queue, int(element.attribute("h")))
        elif element.is_stanza:
            body = element.body()
            if body is not None:
                self.ledger._say(body, self.queue, element)
            elif element.name == "iq" and ARCHIVE in element.data:
                self.ledger._ask(element, self.queue)
            if self.queue is not None:
                self.queue.is_seen |= element.name == "presence"
                self.queue.has_copies |= COPIES in element.data
                self.queue.count += 1
                self.queue.bodies[self.queue.count] = body

    def comes(self, element):
        """The server has sent an element, which may never reach the client."""
        body = element.body()
        if body is None or element.attribute("type") == "error":
            return
        if ARCHIVE not in element.data:
            self.ledger.came.setdefault(body, time.monotonic())
            if body not in self.ledger.taken:
                self.ledger.told.pop(body, None)
                self.ledger.told[body] = time.monotonic()
            self.ledger.came_on.setdefault(body, set()).add(self.queue)
            return
        query = _QUERY.search(element.data)
        page = self.ledger._pages.get(query[1] or query[2]) if query is not None else None
        if page is not None:
            page.bodies.add(body)

    def down(self, element):
        """An element of the server's has gone to the client, whole."""
        self.ledger.note(self.number, "down", element.data.decode(errors="replace"))
        if element.is_stanza:
            self._come(element)
        elif element.name == "enabled" and element.attribute("id"):
            self.ledger._queues[element.attribute("id")] = self.queue
            self.queue.n_came = 0
            self.queue.came.clear()
        elif element.name == "a":
            self._acknowledge(element)
        elif element.name == "resumed":
            self.ledger.n_resumed += 1
            self.queue = self.ledger._queues.get(self.wanted) or _Queue()
            self._acknowledge(element)
            # What it does not have is sent again, and counted again.
            self._deny()
            self.queue.count = int(element.attribute("h"))
            self.queue.n_came = self.has
            self.queue.came.clear()
        elif element.name == "failed" and self.wanted is not None:
            self.ledger.n_refused += 1
            self.queue = self.ledger._queues.pop(self.wanted, None)
            self._acknowledge(element)
            if element.attribute("h") is not None:
                self._deny()
            self.queue = self.wanted = None

    def _come(self, element):
        ledger = self.ledger
        is_read = ARCHIVE in element.data
        body = None
        if element.name == "iq" and is_read:
            ledger._answer(element)
        elif element.name == "message" and element.attribute("type") == "error":
            ledger.bounced.add(element.attribute("id"))
        elif element.name == "message":
            body = element.body()
        if body is not None and is_read:
            ledger.read.setdefault(body, time.monotonic())
        if self.queue is not None:
            self.queue.n_came += 1
            if body is not None and not is_read:
                self.queue.came[self.queue.n_came] = body

    def _take(self, queue, h):
        """The client says how much of what came on a stream it has."""
        for number in [number for number in queue.came if number <= h] if queue is not None else ():
            self.ledger.taken.add(queue.came.pop(number))

    def _acknowledge(self, element):
        h = element.attribute("h")
        if self.queue is None or not (h or "").isdigit():
            return
        for number in [number for number in self.queue.bodies if number <= int(h)]:
            body = self.queue.bodies.pop(number)
            if body is not None:
                self.ledger.acked_at[body] = time.monotonic()

    def _deny(self):
        """What the server has not confirmed by now did not arrive."""
        if self.queue is not None:
            for body in filter(None, self.queue.bodies.values()):
                self.ledger._deny(body)
            self.queue.bodies.clear()
