"""A proxy that breaks links: between a client and its server, TLS on both sides, elements and bytes in between.

It ends TLS itself, on raw sockets, so that it can break a link after so many elements, inside one, or inside a record
of TLS, and so that it can betray a client (sabotage), which the checker has to notice.
"""

import asyncio
import socket
import ssl
import struct

from elements import Element, Splitter

SABOTAGE_EVERY = 6


class TlsEnd(asyncio.Protocol):
    """One end of a link."""

    def __init__(self, link, context, server_side):
        self.link = link
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=server_side)
        self.splitter = Splitter()
        self.transport = None
        self.is_ready = False
        self.waiting = b""    # plain, for when the handshake is over

    def connection_made(self, transport):
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.link.joined(self)
        self._pump()

    def data_received(self, data):
        if not self.link.is_deaf:
            self.incoming.write(data)
            self._pump()

    def eof_received(self):
        self.link.ended(self)

    def connection_lost(self, error):
        self.link.ended(self)

    def _pump(self):
        try:
            if not self.is_ready:
                self.tls.do_handshake()
                self.is_ready = True
                self.send(b"")
            while True:
                data = self.tls.read(65536)
                if not data:
                    break
                for element in self.splitter.feed(data):
                    self.link.take(self, element)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            self.link.reset()
        self.write(self.outgoing.read())

    def send(self, data):
        """Plain bytes, as soon as they can go."""
        self.waiting += data
        if self.is_ready and self.waiting:
            self.tls.write(self.waiting)
            self.waiting = b""
        self.write(self.outgoing.read())

    def write(self, data):
        """Bytes as they are on the wire."""
        if not data or self.link.is_deaf or self.transport is None or self.transport.is_closing():
            return
        if self.link.slow_bytes is None:
            self.transport.write(data)
        else:
            self.link.slow_bytes.append((self, data))

    def write_part(self, data):
        """Plain bytes of which only half of their record goes out."""
        if self.is_ready:
            self.tls.write(data)
            record = self.outgoing.read()
            self.write(record[:len(record) // 2])

    def reset(self):
        """Ends it as a router would that was switched off and on."""
        if self.transport is not None:
            one = self.transport.get_extra_info("socket")
            if one.fileno() >= 0:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()


class Link:
    """One connection of a client and the one to the server that belongs to it."""

    def __init__(self, gate):
        self.gate = gate
        self.ends = []           # client's, server's
        self.early = []          # what the client said before the server was there
        self.is_over = False
        self.is_deaf = False     # nothing passes any more, and nobody is told
        self.slow_bytes = None   # or what waits to be sent byte by byte
        self.ledger = gate.ledger.link()

    def joined(self, end):
        self.ends.append(end)
        if len(self.ends) == 2:
            for element in self.early:
                self.take(self.ends[0], element)

    def take(self, end, element):
        """An element has come in at an end. Only what is not broken by it goes out at the other one."""
        if len(self.ends) < 2:
            self.early.append(element)
            return
        if self.is_over or self.is_deaf:
            return
        way = "up" if end is self.ends[0] else "down"
        if way == "up" and element.name == "resume" and self.gate.denies:
            self.gate.denies = False
            element = element.rename("previd", "nobody")
        if way == "down":
            self.ledger.comes(element)
        for one in self.gate.betray(way, element):
            if not self.gate.breaks(self, way, one):
                self.forward(way, one)

    def forward(self, way, element):
        if way == "down":
            self.ledger.down(element)
        self.other(way).send(element.data)
        if way == "up":
            self.ledger.up(element)

    def other(self, way):
        return self.ends[1 if way == "up" else 0]

    def ended(self, end):
        """What one end says is passed on: the other one ends as well."""
        if not self.is_over and not self.is_deaf:
            self.close()
        elif self.is_deaf and self.ends and end is self.ends[0]:
            self.reset()

    def _end(self, how):
        if not self.is_over:
            self.ledger.ledger.note(self.ledger.number, "--", how)
        self.is_over = True

    def close(self):
        self._end("closed")
        for end in self.ends:
            if end.transport is not None:
                end.transport.close()
        self.gate.links.discard(self)

    def reset(self):
        self._end("reset")
        for end in self.ends:
            end.reset()
        self.gate.links.discard(self)

    def half_close(self):
        """The client hears the end; what it says still arrives."""
        if self.ends and self.ends[0].transport.can_write_eof() and not self.ends[0].transport.is_closing():
            self.ends[0].transport.write_eof()

    async def trickle(self):
        """One byte a second each way, from now on."""
        self.slow_bytes = []
        while not self.is_over and self.slow_bytes is not None:
            for end in self.ends:
                data = b"".join(data for one, data in self.slow_bytes if one is end)
                self.slow_bytes = [(one, rest) for one, rest in self.slow_bytes if one is not end] + [(end, data[1:])]
                if data and not end.transport.is_closing():
                    end.transport.write(data[:1])
            await asyncio.sleep(1)

    def hurry(self):
        """No trickle any more."""
        slow, self.slow_bytes = self.slow_bytes or [], None
        for end, data in slow:
            end.write(data)

    def pause(self, is_paused):
        for end in self.ends:
            if not end.transport.is_closing():
                (end.transport.pause_reading if is_paused else end.transport.resume_reading)()


class Gate:
    """The proxy of one client: where it listens, the links through it, the next thing that breaks."""

    def __init__(self, server_port, certificate, ledger, sabotage=None):
        self.server_port = server_port
        self.ledger = ledger
        self.sabotage = sabotage
        self.links = set()
        self.port = None
        self.is_shut = False    # there is no server to be led to
        self.refuses = False    # who comes is sent away
        self.denies = False     # the next resumption is for a stream that nobody knows
        self.fault = None       # (way, elements still to pass, part of the next one, what to do with the link)
        self.struck = asyncio.Event()
        self.n_betrayed = 0
        self._counts = {"up": 0, "down": 0}
        self._held = {}         # way → an element that waits for the next one
        self._server = None
        self._to_client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._to_client.load_cert_chain(certificate)
        self._to_server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._to_server.check_hostname = False
        self._to_server.verify_mode = ssl.CERT_NONE

    async def open(self, port):
        self.port = port
        self._server = await asyncio.get_running_loop().create_server(self._accept, "127.0.0.1", port)

    async def close(self):
        self._server.close()
        for link in list(self.links):
            link.reset()
        await self._server.wait_closed()

    def _accept(self):
        link = Link(self)
        self.links.add(link)
        if self.refuses or self.is_shut:
            asyncio.get_running_loop().call_soon(link.reset)
        else:
            asyncio.ensure_future(self._connect(link))
        return TlsEnd(link, self._to_client, True)

    async def _connect(self, link):
        try:
            await asyncio.get_running_loop().create_connection(
                lambda: TlsEnd(link, self._to_server, False), "127.0.0.1", self.server_port)
        except OSError:
            link.reset()
        if link.is_over:
            link.reset()

    # Breaking

    def arm(self, way, after, part, act):
        """act(links) once so many elements have passed, and this part of the next one (0 … 1; None: half a record)."""
        self.fault = (way, after, part, act)
        self.struck.clear()

    def strike(self):
        """What is armed happens now, or with the first element of the next link."""
        if self.fault is not None and not self.links:
            self.fault = ("down", 0, 1 if self.fault[2] == 1 else 0, self.fault[3])
        elif self.fault is not None:
            act, self.fault = self.fault[3], None
            act(list(self.links))
            self.struck.set()

    def breaks(self, link, way, element):
        """Whether the link breaks with this element, which then is dealt with."""
        if self.fault is None or self.fault[0] != way:
            return False
        _, after, part, act = self.fault
        if after > 0:
            self.fault = (way, after - 1, part, act)
            return False
        self.fault = None
        if part is None:
            link.other(way).write_part(element.data)
        elif part >= 1:
            link.forward(way, element)
        else:
            link.other(way).send(element.data[:int(len(element.data) * part)])
        act([link])
        self.struck.set()
        return True

    # Sabotage

    def betray(self, way, element):
        """What goes out instead of an element."""
        body = element.body() if self.sabotage else None
        if body is None:
            return [element]
        held = self._held.pop(way, None)
        if held is not None:
            if held.body().split()[0] == body.split()[0]:
                self.n_betrayed += 1
                return [element, held]
            return [held, element]
        self._counts[way] += 1
        if self._counts[way] % SABOTAGE_EVERY:
            return [element]
        if self.sabotage == "swap":
            self._held[way] = element
            return []
        self.n_betrayed += 1
        return [] if self.sabotage == "drop" else [element, Element(element.data, element.name)]
