#!/usr/bin/python3
"""A small plan has to come out clean, and the checker has to notice a proxy that betrays: test_chaos.py CLIENT"""

import pathlib
import subprocess
import sys
import types

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "lib"))

import check  # noqa: E402
import plan as plans  # noqa: E402
from elements import Splitter  # noqa: E402
from ledger import Ledger  # noqa: E402
from tap import Tap  # noqa: E402

CHAOS = pathlib.Path(__file__).resolve().parent / "chaos.py"
FAULTS, SEED = 60, 7
BETRAYED = {"drop": "lost", "double": "doubled", "swap": "reordered"}

STREAM = (b"<?xml version='1.0'?><stream:stream to='a' xmlns='jabber:client'><stream:features><sm/></stream:features>"
          b"<a h='3' x='>'/> <message to='>'><x><y/></x><body>p0.romeo 1</body></message><r/>"
          b"<?xml version='1.0'?><stream:stream><iq id='1'/></stream:stream>")
NAMES = ["stream", "features", "a", "message", "r", "stream", "iq", "end"]


def elements(data, piece=1):
    splitter = Splitter()
    return [one for start in range(0, len(data), piece) for one in splitter.feed(data[start:start + piece])]


def test_elements(tap):
    for piece in (1, 7, len(STREAM)):
        found = elements(STREAM, piece)
        names = [one.name for one in found if one.name != "space"]
        tap.check("a stream in pieces of %d bytes" % piece,
                  [names] * (names != NAMES) + ["bytes are missing"] * (b"".join(one.data for one in found) != STREAM))
    message = next(one for one in elements(STREAM) if one.name == "message")
    with tap.step("what stands in an element"):
        assert message.body() == "p0.romeo 1" and message.attribute("to") == ">"
        assert message.rename("to", "b").data.lstrip().startswith(b"<message to='b'><x>")


def say(link, way, text):
    """What goes over a link, in either direction."""
    for one in elements(b"<stream:stream>" + text)[1:]:
        if way == "down":
            link.comes(one)
        getattr(link, way)(one)


def line(number):
    return b"<message to='juliet@capulet.example'><body>p0.romeo %d</body></message>" % number


def test_ledger(tap):
    """Two lines, one of them acknowledged at once, the other one after a resumption that was refused."""
    with tap.step("what the server has said it has"):
        ledger = Ledger()
        link = ledger.link()
        say(link, "up", b"<enable/>")
        say(link, "down", b"<enabled id='x'/>")
        say(link, "up", line(1) + b"<iq/>" + line(2))
        say(link, "down", b"<a h='2'/>")
        assert list(ledger.acked_at) == ["p0.romeo 1"], ledger.acked_at
        link = ledger.link()
        say(link, "up", b"<resume previd='x' h='0'/>")
        say(link, "down", b"<failed h='3'/>")
        assert list(ledger.acked_at) == ["p0.romeo 1", "p0.romeo 2"], ledger.acked_at
        assert (ledger.n_resumed, ledger.n_refused) == (0, 1) and not ledger.denied_at
    with tap.step("what the client has said it has"):
        ledger = Ledger()
        link = ledger.link()
        say(link, "up", b"<enable/>")
        say(link, "down", b"<message><body>p0.juliet 1</body></message><enabled id='x'/><presence/>"
                          b"<message><body>p0.juliet 2</body></message><message><body>p0.juliet 3</body></message>")
        say(link, "up", b"<a h='1'/>")
        assert not ledger.taken
        say(ledger.link(), "up", b"<resume previd='x' h='2'/>")
        assert ledger.taken == {"p0.juliet 2"}, ledger.taken
        assert list(ledger.came) == ["p0.juliet 1", "p0.juliet 2", "p0.juliet 3"]
    with tap.step("what the server says again"):
        link = ledger.link()
        say(link, "down", b"<message><body>p0.juliet 4</body></message><message><body>p0.juliet 2</body></message>"
                          b"<message><body>p0.juliet 3</body></message>")
        assert list(ledger.came)[-1] == "p0.juliet 4"
        assert list(ledger.told)[-2:] == ["p0.juliet 4", "p0.juliet 3"], list(ledger.told)


def archive_says(link, asked, number, found, complete="false", dropped=()):
    """A page that ends at an item, or at the archive's end, and has these lines."""
    say(link, "up", b"<iq id='i%d' type='set'><query xmlns='urn:xmpp:mam:2' queryid='q%d'><set><before>%s</before>"
                    b"</set></query></iq>" % (asked, asked, number))
    for one in [*found, *dropped]:
        result = (b"<message><result xmlns='urn:xmpp:mam:2' queryid='q%d'><forwarded>%s</forwarded></result></message>"
                  % (asked, line(one)))
        if one in found:
            say(link, "down", result)
        else:
            link.comes(elements(b"<stream:stream>" + result)[1])
    say(link, "down", b"<iq id='i%d' type='result'><fin xmlns='urn:xmpp:mam:2' complete='%s'><set><first>f%d</first>"
                      b"</set></fin></iq>" % (asked, complete.encode(), asked))


def test_denials(tap):
    """Lines of which the server says that it has them not."""
    def denied(*pages, again=True):
        ledger = Ledger()
        link = ledger.link()
        say(link, "up", b"<enable/>" + line(1) + line(2) + line(3))
        if again:
            link = ledger.link()
            say(link, "up", b"<enable/>")
        for number, page in enumerate(pages):
            archive_says(link, number, *page)
        return sorted(ledger.denied_at)
    with tap.step("a resumption tells what did not arrive"):
        ledger = Ledger()
        link = ledger.link()
        say(link, "up", b"<enable/>")
        say(link, "down", b"<enabled id='x'/>")
        say(link, "up", line(1) + line(2))
        link = ledger.link()
        say(link, "up", b"<resume previd='x' h='0'/>")
        say(link, "down", b"<resumed h='1'/>")
        assert list(ledger.denied_at) == ["p0.romeo 2"], ledger.denied_at
    with tap.step("an archive tells it as well, as far as it was read"):
        assert denied((b"", [1])) == ["p0.romeo 2", "p0.romeo 3"]
        assert denied((b"", [3])) == []
        assert denied((b"", [3], "true")) == ["p0.romeo 1", "p0.romeo 2"]
        assert denied((b"", [3]), (b"f0", [1])) == ["p0.romeo 2"]
        assert denied((b"", [3]), (b"nowhere", [1])) == []
        assert denied((b"", [], "true"), again=False) == []


def test_skipped(tap):
    """A stream on which the first line and the third were told of."""
    def skipped(found, live, ready=b"<iq><enable xmlns='urn:xmpp:carbons:2'/></iq><presence/>", again=False):
        ledger = Ledger()
        link = ledger.link()
        say(link, "up", b"<enable/>" + ready)
        archive_says(link, 0, b"", found)
        if again:
            link = ledger.link()
            say(link, "up", b"<enable/>")
        say(link, "down", b"".join(map(line, live)))
        return ledger.skipped(lines(2)[0], set(lines(1)), set(lines(3)))
    with tap.step("a line that was neither in the archive nor live, though a later one was"):
        assert skipped([1], [3]) and skipped([1, 3], [])
        assert not skipped([1], [2, 3]) and not skipped([1, 2], [3])
    with tap.step("a line that the server told, and the proxy kept"):
        ledger = Ledger()
        link = ledger.link()
        archive_says(link, 0, b"", [], dropped=[2])
        assert ledger.shown == {lines(2)[0]}, ledger.shown
    with tap.step("a line that may still come, or be asked for"):
        assert not skipped([1], [])
        assert not skipped([], [3])
        assert not skipped([1], [3], ready=b"")
        assert not skipped([1], [3], ready=b"<presence/>")
        assert not skipped([1], [3], again=True)


def test_plan(tap):
    with tap.step("the same seed, the same plan"):
        texts = [plans.to_text(plans.make_plan(faults, seed, 4, 5)) for faults, seed in ((60, 1), (60, 1), (60, 2))]
        assert texts[0] == texts[1] != texts[2]
    for faults in (6, 60, 3000):
        with tap.step("a plan of %d faults has as many, and its kills" % faults):
            steps = [step for track in plans.make_plan(faults, 1, 4, 5)["tracks"] for step in track]
            broken = [step for step in steps if step["kind"] in plans.LINK_KINDS]
            assert len(broken) + sum(len(step.get("again", ())) for step in broken) == faults
            assert len(steps) > len(broken)
    with tap.step("a plan gets smaller until nothing is left to take away"):
        plan = plans.make_plan(60, 1, 4, 5)
        while True:
            smaller = list(plans.smaller(plan))
            assert all(plans.size(one) < plans.size(plan) for one in smaller)
            if not smaller:
                break
            plan = smaller[0]
        assert plans.size(plan) <= 2


def test_checker(tap):
    """Places in which something is wrong, and one in which nothing is."""
    def kinds(*bodies):
        return sorted(problem.kind for problem in check.Place("here", bodies).problems())
    with tap.step("what is wrong with a place"):
        assert kinds("p0.a 1", "p0.b 1", "p0.a 2", "a word") == []
        assert kinds("p0.a 1", "p0.a 2", "p0.a 2") == ["doubled"]
        assert kinds("p0.a 2", "p0.a 1") == ["reordered"]
    with tap.step("what is wrong with a second device"):
        archive = ["p0.a 1", "p0.a 2", "p0.a 3"]
        assert not list(check.second_device_problems("it", [[("p0.a 1", "x")], [("p0.a 2", "y"), ("p0.a 3", "z")]],
                                                     archive))
        for life in ([("p0.a 1", "x"), ("p0.a 3", "z")], [("p0.a 1", "x"), ("p0.a 1", "y")]):
            assert list(check.second_device_problems("it", [life], archive))


class Person:
    """A client as the checker sees it: what it has, what it sent, and when."""

    def __init__(self, name, has=(), sent=(), acked=()):
        self.address = self.stream = "p0." + name
        self.accepted = set()
        self.gate = types.SimpleNamespace(ledger=Ledger())
        self.has = has
        ledger = self.gate.ledger
        ledger.sent = [(when, self.stream + " %d" % number) for when, number in sent]
        ledger.left_at = {body: when for when, body in ledger.sent}
        ledger.acked_at = {self.stream + " %d" % number: 9 for number in acked}

    def rows(self):
        return [{"body": body, "outgoing": body.startswith(self.stream), "state": check.STATE_SENT, "error": None,
                 "origin_id": body} for body in self.has]


def lines(*numbers):
    return ["p0.romeo %d" % number for number in numbers]


def test_talk(tap):
    """Romeo says something, and not all of it is everywhere: is it the server's doing?"""
    def judge(sent=((1, 1), (2, 2)), said=lines(1, 2), heard=lines(1), archives=(lines(1, 2), lines(1)), ends=((3, 4),),
              seen=None, change=None):
        people = [Person("romeo", said, sent), Person("juliet", heard)]
        if change is not None:
            change(*(person.gate.ledger for person in people))
        talk = check.Talk(people, archives, seen and ("it", [[(body, body) for body in seen]]), ends)
        return ({(problem.kind, problem.body) for problem in talk.problems()},
                {(problem.kind, problem.body) for problem in talk.by_server})
    two = "p0.romeo 2"
    with tap.step("the server ended before it kept a line"):
        assert judge() == (set(), {("lost", two)})
        assert judge(ends=()) == ({("lost", two)}, set())
        assert judge(ends=((0.5, 1.5),)) == ({("lost", two)}, set())
        assert judge(archives=(lines(1), lines(1))) == ({("lost", two)}, set())
        assert judge(archives=(lines(1), lines(1)),
                     change=lambda romeo, _: romeo.acked_at.update({two: 3})) == (set(), {("lost", two)})
    with tap.step("it kept what was said later"):
        assert judge(sent=((1, 1), (2, 2), (2.5, 3)), said=lines(1, 2, 3), heard=lines(1, 3),
                     archives=(lines(1, 2, 3), lines(1, 3))) == ({("lost", two)}, set())
    with tap.step("she should have got it"):
        assert judge(archives=(lines(1, 2), lines(1, 2))) == ({("lost", two)}, set())
        assert judge(change=lambda _, juliet: juliet.taken.add(two)) == ({("lost", two)}, set())
        assert judge(change=lambda _, juliet: juliet.read.update({two: 2.5})) == ({("lost", two)}, set())
    everywhere = {"heard": lines(1, 2), "archives": (lines(1, 2, 2), lines(1, 2))}
    with tap.step("she cannot know of it"):
        def read_before(_, juliet):
            juliet.skipped = lambda body, earlier, later: (earlier, later) == (set(lines(1)), set(lines(3)))
        three = {"sent": ((1, 1), (2, 2), (3, 3)), "said": lines(1, 2, 3), "heard": lines(1, 3),
                 "archives": (lines(1, 2, 3), lines(1, 2, 3))}
        assert judge(**three) == ({("lost", two)}, set())
        assert judge(**three, change=read_before) == (set(), {("hidden", two)})
        for known in ("taken", "shown"):
            assert judge(**three, change=lambda romeo, juliet: (
                read_before(romeo, juliet), getattr(juliet, known).add(two))) == ({("lost", two)}, set())
    with tap.step("twice in an archive"):
        twice = ((1, 1), (2, 2), (5, 2))
        assert judge(**everywhere) == (set(), {("doubled", two)})
        assert judge(**everywhere, sent=twice) == ({("doubled", two)}, set())
        assert judge(**everywhere, sent=twice, change=lambda romeo, _: romeo.denied_at.update({two: [1.5, 6]})) == (
            {("doubled", two)}, set())
        assert judge(**everywhere, sent=twice, change=lambda romeo, _: romeo.denied_at.update({two: [4]})) == (
            set(), {("doubled", two)})
        assert judge(heard=lines(1, 2, 2), archives=(lines(1, 2), lines(1, 2))) == ({("doubled", two)}, set())
    everywhere["archives"] = (lines(1, 2), lines(1, 2))
    with tap.step("out of order"):
        everywhere["heard"] = lines(2, 1)
        assert judge(**everywhere) == ({("reordered", "p0.romeo 1")}, set())
        assert judge(**everywhere, change=lambda _, juliet: juliet.came.update({two: 1, "p0.romeo 1": 2})) == (
            set(), {("late", "p0.romeo 1")})
        assert judge(**everywhere, change=lambda _, juliet: juliet.told.update({two: 1, "p0.romeo 1": 2})) == (
            set(), {("late", "p0.romeo 1")})
        three = {"sent": ((1, 1), (2, 2), (3, 3)), "said": lines(1, 2, 3), "heard": lines(3, 1, 2),
                 "archives": (lines(1, 2, 3), lines(1, 2, 3))}
        assert judge(**three, change=lambda _, juliet: juliet.came.update({"p0.romeo 3": 1, two: 2})) == (
            set(), {("late", "p0.romeo 1"), ("late", two)})
        assert judge(**three, change=lambda _, juliet: juliet.came.update({"p0.romeo 3": 1})) == (
            {("reordered", "p0.romeo 1"), ("reordered", two)}, set())
        everywhere["heard"] = lines(1, 2)
        assert judge(**everywhere, sent=((1, 2), (2, 1))) == ({("reordered", "p0.romeo 1")}, set())
        assert judge(**everywhere, seen=lines(2, 1)) == (set(), {("late", "p0.romeo 1")})
        assert judge(**everywhere, seen=lines(2, 1), sent=((1, 2), (2, 1))) == ({("reordered", "p0.romeo 1")}, set())
    with tap.step("not seen by the second device"):
        three = {"sent": ((1, 1), (2, 2), (3, 3)), "said": lines(1, 2, 3), "heard": lines(1, 2, 3),
                 "archives": (lines(1, 2, 3), lines(1, 2, 3)), "seen": lines(1, 3)}
        assert judge(**three) == (set(), {("unseen", two)})
        assert judge(**three, change=lambda romeo, _: romeo.aside.add(two)) == ({("lost", two)}, set())


def start(client, *arguments):
    return subprocess.Popen([sys.executable, "-B", CHAOS, "--client", client, *map(str, arguments)],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def figures(text):
    """The numbers of the last line, by their names."""
    words = (text.strip().splitlines() or [""])[-1].split()
    return dict(zip(words[::2], words[1::2]))


def test_plan_is_clean(tap, client):
    run = start(client, "--faults", FAULTS, "--seed", SEED, "--shrink", 0)
    for line in run.stdout:
        print("# " + line, end="", flush=True)
    tap.check("nothing is lost, doubled or reordered", ["it is"] * (run.wait() != 0))


def test_betrayal(tap, client):
    runs = {kind: start(client, "--faults", 6, "--seed", SEED, "--pairs", 2, "--sabotage", kind) for kind in BETRAYED}
    for kind, run in runs.items():
        said = run.communicate()[0]
        found = figures(said).get(BETRAYED[kind], "0")
        tap.check("a proxy that betrays is found: " + kind,
                  [said] * (run.returncode != 1 or not found.isdigit() or int(found) == 0))


def main():
    tap = Tap()
    test_elements(tap)
    test_ledger(tap)
    test_denials(tap)
    test_skipped(tap)
    test_plan(tap)
    test_checker(tap)
    test_talk(tap)
    test_plan_is_clean(tap, sys.argv[1])
    test_betrayal(tap, sys.argv[1])
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
