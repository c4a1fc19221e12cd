"""A second device, well-behaved and with a link that nobody breaks: it says something as well, and sees everything.

It also reads the server's archive, as a whole, for the checker.
"""

import asyncio
import contextlib
import logging
import xml.etree.ElementTree as ElementTree

# It is told at the import, of a library that would be faster.
logging.getLogger("slixmpp.stringprep").setLevel(logging.ERROR)

import slixmpp  # noqa: E402
from slixmpp.xmlstream.handler import Callback  # noqa: E402
from slixmpp.xmlstream.matcher import MatchXPath  # noqa: E402

CLIENT, MAM, RSM, SID = "jabber:client", "urn:xmpp:mam:2", "http://jabber.org/protocol/rsm", "urn:xmpp:sid:0"


class Device(slixmpp.ClientXMPP):
    """One link of a second device."""

    def __init__(self, address, resource, password, ca_file, is_seen):
        super().__init__("%s/%s" % (address, resource), password)
        self.address = address
        self.is_seen = is_seen
        self.ca_certs = ca_file
        self.heard = []    # (body, the archive's id), as they came
        self.found = []    # the same, of the archive
        self.ready = asyncio.get_event_loop().create_future()
        self.gone = asyncio.Event()
        self.add_event_handler("session_start", self._start)
        self.add_event_handler("disconnected", lambda _: self.gone.set())
        for event in ("connection_failed", "failed_all_auth"):
            self.add_event_handler(event, self._fail)
        self.register_handler(Callback("anything said", MatchXPath("{%s}message" % CLIENT), self._hear))

    def _fail(self, _):
        self.cancel_connection_attempt()
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("not let in"))

    async def _start(self, _):
        if self.is_seen:
            carbons = self.make_iq_set()
            carbons.append(ElementTree.Element("{urn:xmpp:carbons:2}enable"))
            await carbons.send()
            self.send_presence()
        if not self.ready.done():
            self.ready.set_result(True)

    def _hear(self, stanza):
        result = stanza.xml.find("{%s}result" % MAM)
        body = stanza.xml.find(".//{%s}body" % CLIENT)
        if body is None:
            return
        if result is not None:
            self.found.append((body.text, result.get("id")))
            return
        own = [one.get("id") for one in stanza.xml.iter("{%s}stanza-id" % SID) if one.get("by") == self.address]
        self.heard.append((body.text, own[0] if own else None))

    def say(self, to, body):
        self.send_message(mto=to, mbody=body, mtype="chat")

    async def read_archive(self):
        """Every message in it, oldest first: (body, id)."""
        self.found = []
        after = ""
        while True:
            iq = self.make_iq_set()
            query = ElementTree.SubElement(iq.xml, "{%s}query" % MAM, {"queryid": "all"})
            page = ElementTree.SubElement(query, "{%s}set" % RSM)
            ElementTree.SubElement(page, "{%s}max" % RSM).text = "50"
            if after:
                ElementTree.SubElement(page, "{%s}after" % RSM).text = after
            answer = await iq.send(timeout=30)
            end = answer.xml.find("{%s}fin" % MAM)
            last = end.find("{%s}set/{%s}last" % (RSM, RSM))
            if end.get("complete") == "true" or last is None:
                return self.found
            after = last.text


async def sign_in(address, resource, password, server, is_seen=True, seconds=30):
    """A device that is online."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        device = Device(address, resource, password, server.ca_file, is_seen)
        device.connect(address=("127.0.0.1", server.starttls_port))
        try:
            await asyncio.wait_for(asyncio.shield(device.ready), 5)
            return device
        except (ConnectionError, asyncio.TimeoutError):
            device.cancel_connection_attempt()
            with contextlib.suppress(AttributeError):  # a link that was closed already
                device.abort()
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.3)


async def read_archive(address, password, server):
    """What the server keeps for an account, oldest first: (body, id)."""
    device = await sign_in(address, "reader", password, server, is_seen=False)
    try:
        return await device.read_archive()
    finally:
        device.disconnect()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(device.gone.wait(), 3)


class Witness:
    """The second device over all its links."""

    def __init__(self, address, password, server, server_is_up):
        self.address, self.password, self.server = address, password, server
        self.server_is_up = server_is_up
        self.device = None
        self.lives = []    # of each link what was heard
        self._task = None

    async def start(self):
        self.device = await sign_in(self.address, "elsewhere", self.password, self.server)
        self.lives.append(self.device.heard)
        self._task = asyncio.ensure_future(self._live())

    async def _live(self):
        """Whenever the server is back it is back as well."""
        while True:
            await self.device.gone.wait()
            self.device = None
            await self.server_is_up.wait()
            device = await sign_in(self.address, "elsewhere", self.password, self.server, seconds=600)
            self.lives.append(device.heard)
            self.device = device

    def say(self, to, body):
        """Whether it could."""
        if self.device is None:
            return False
        self.device.say(to, body)
        return True

    async def stop(self):
        self._task.cancel()
        if self.device is not None:
            self.device.disconnect()
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.device.gone.wait(), 3)
