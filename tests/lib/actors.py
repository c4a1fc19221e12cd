#!/usr/bin/python3
"""The people of verona.py, signed in to a server: they have their presences, confirm what they get, and Juliet answers.

    actors.py --port PORT --ca-file FILE [--pace SECONDS] [--silent]

They live until standard input ends. What happens to them is told on standard output, one JSON object a line:
{"event": "ready"}, and presence, message (with its "sender"), typing and receipt with "who" and what they say. A line
of JSON on standard input makes one of them act: {"who": address, "do": "say", "text": …}, {"who": …, "do": "presence",
"show": …, "status": …} or {"who": …, "do": "leave"}.
"""

import argparse
import asyncio
import itertools
import json
import logging
import pathlib
import sys

# It is told at the import, of a library that would be faster.
logging.getLogger("slixmpp.stringprep").setLevel(logging.ERROR)

import slixmpp  # noqa: E402

import verona  # noqa: E402


def tell(event, **about):
    print(json.dumps(dict(event=event, **about)), flush=True)


class Actor(slixmpp.ClientXMPP):
    """One of the people, on one device."""

    def __init__(self, person, ca_file, pace, answers):
        place = "balcony" if person.address == verona.JULIET else "verona"
        super().__init__(person.address + "/" + place, verona.PASSWORD)
        self.person = person
        self.pace = pace
        self.answers = answers
        self.online = asyncio.get_event_loop().create_future()
        self.talking = asyncio.Lock()
        self.ca_certs = pathlib.Path(ca_file)
        for plugin in ("xep_0030", "xep_0085", "xep_0092", "xep_0115", "xep_0184", "xep_0199"):
            self.register_plugin(plugin)
        self.add_event_handler("session_start", self.session_start)
        self.add_event_handler("message", self.message)
        self.add_event_handler("presence", self.presence)
        self.add_event_handler("receipt_received", self.receipt)
        for state in ("composing", "paused", "active"):
            self.add_event_handler("chatstate_" + state, self.typing)
        self.add_event_handler("failed_all_auth", lambda _: self.online.set_exception(RuntimeError("not let in")))

    async def session_start(self, _):
        await self.get_roster()
        self.be(self.person.show, self.person.status)
        self.online.set_result(True)

    def be(self, show, status):
        self.send_presence(pshow=show or None, pstatus=status or None)

    def say(self, text):
        message = self.make_message(mto=verona.ROMEO, mbody=text, mtype="chat")
        message["chat_state"] = "active"
        message["request_receipt"] = True
        message.send()

    def presence(self, stanza):
        if stanza["from"].bare == verona.ROMEO:
            show = "offline" if stanza["type"] == "unavailable" else stanza["show"] or "available"
            tell("presence", who=self.person.address, show=show, status=stanza["status"])

    def typing(self, stanza):
        tell("typing", who=self.person.address, state=stanza["chat_state"])

    def receipt(self, stanza):
        tell("receipt", who=self.person.address, id=stanza["receipt"])

    async def message(self, stanza):
        if stanza["type"] == "chat" and stanza["body"]:
            tell("message", who=self.person.address, sender=stanza["from"].bare, text=stanza["body"], id=stanza["id"])
            if self.answers and stanza["from"].bare == verona.ROMEO:
                async with self.talking:
                    await self.answer(stanza["from"])

    async def answer(self, to):
        await asyncio.sleep(self.pace)
        notice = self.make_message(mto=to, mtype="chat")
        notice["chat_state"] = "composing"
        notice.send()
        await asyncio.sleep(2 * self.pace)
        self.say(next(self.answers))


async def play(arguments):
    loop = asyncio.get_event_loop()
    actors = {}
    for person in verona.PEOPLE:
        if person.show is not None:
            talks = person.address == verona.JULIET and not arguments.silent
            actors[person.address] = Actor(person, arguments.ca_file, arguments.pace,
                                           itertools.cycle(verona.ANSWERS) if talks else None)
    for actor in actors.values():
        actor.connect(address=("127.0.0.1", arguments.port))
    await asyncio.wait_for(asyncio.gather(*(actor.online for actor in actors.values())), 30)
    tell("ready")

    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while True:
        line = await reader.readline()
        if not line:
            break
        order = json.loads(line)
        actor = actors[order["who"]]
        if order["do"] == "say":
            actor.say(order["text"])
        elif order["do"] == "presence":
            actor.be(order.get("show"), order.get("status"))
        elif order["do"] == "leave":
            await actor.disconnect()
    await asyncio.wait([asyncio.ensure_future(actor.disconnect()) for actor in actors.values()], timeout=5)
    logging.disable()  # what asyncio says of the tasks that slixmpp leaves behind


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ca-file", required=True)
    parser.add_argument("--pace", type=float, default=0.7)
    parser.add_argument("--silent", action="store_true")
    logging.basicConfig(level=logging.ERROR)
    asyncio.get_event_loop().run_until_complete(play(parser.parse_args()))


if __name__ == "__main__":
    main()
