"""What the server has said it has, as anybody can see who stands between it and a client (XEP-0198)."""

import time

ARCHIVE = b"urn:xmpp:mam:2"


class Ledger:
    """Of one account's client, over all its links. The product's own opinion is not asked."""

    def __init__(self):
        self.left_at = {}    # body → when it went to the server last
        self.acked_at = {}   # body → when the server said that it has it
        self.bounced = set()  # ids of stanzas that came back with an error
        self.came = {}       # body → when it came live for the first time, in that order
        self.read = {}       # body → when it came from the archive for the first time
        self.n_resumed = self.n_refused = 0
        self._queues = {}    # a stream's id → its Queue

    def link(self):
        return LinkLedger(self)


class _Queue:
    """What went up on one managed stream, which may outlive its links."""

    def __init__(self):
        self.count = 0
        self.bodies = {}   # number of the stanza → body


class LinkLedger:
    """What is seen of one link."""

    def __init__(self, ledger):
        self.ledger = ledger
        self.queue = None
        self.wanted = None   # the id of the stream to be resumed

    def up(self, element):
        """An element has gone to the server, whole."""
        if element.name == "enable":
            self.queue = _Queue()
        elif element.name == "resume":
            self.wanted = element.attribute("previd")
        elif element.is_stanza:
            body = element.body()
            if body is not None:
                self.ledger.left_at[body] = time.monotonic()
            if self.queue is not None:
                self.queue.count += 1
                self.queue.bodies[self.queue.count] = body

    def down(self, element):
        """An element comes from the server."""
        if element.name == "enabled" and element.attribute("id"):
            self.ledger._queues[element.attribute("id")] = self.queue
        elif element.name == "a":
            self._acknowledge(element)
        elif element.name == "message" and element.attribute("type") == "error":
            self.ledger.bounced.add(element.attribute("id"))
        elif element.name == "message":
            body = element.body()
            if body is not None:
                came = self.ledger.read if ARCHIVE in element.data else self.ledger.came
                came.setdefault(body, time.monotonic())
        elif element.name == "resumed":
            self.ledger.n_resumed += 1
            self.queue = self.ledger._queues.get(self.wanted) or _Queue()
            self._acknowledge(element)
            # What it does not have is sent again, and counted again.
            self.queue.count = int(element.attribute("h"))
        elif element.name == "failed" and self.wanted is not None:
            self.ledger.n_refused += 1
            self.queue = self.ledger._queues.pop(self.wanted, None)
            self._acknowledge(element)
            self.queue = self.wanted = None

    def _acknowledge(self, element):
        h = element.attribute("h")
        if self.queue is None or not (h or "").isdigit():
            return
        for number in [number for number in self.queue.bodies if number <= int(h)]:
            body = self.queue.bodies.pop(number)
            if body is not None:
                self.ledger.acked_at[body] = time.monotonic()
