#!/usr/bin/python3
"""A small plan has to come out clean, and the checker has to notice a proxy that betrays: test_chaos.py CLIENT"""

import pathlib
import subprocess
import sys

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


def test_ledger(tap):
    """Two lines, one of them acknowledged at once, the other one after a resumption that was refused."""
    def say(link, way, text):
        for one in elements(b"<stream:stream>" + text)[1:]:
            getattr(link, way)(one)
    with tap.step("what the server has said it has"):
        ledger = Ledger()
        link = ledger.link()
        say(link, "up", b"<enable/>")
        say(link, "down", b"<enabled id='x'/>")
        say(link, "up", b"<message><body>p0.romeo 1</body></message><iq/><message><body>p0.romeo 2</body></message>")
        say(link, "down", b"<a h='2'/>")
        assert list(ledger.acked_at) == ["p0.romeo 1"], ledger.acked_at
        link = ledger.link()
        say(link, "up", b"<resume previd='x' h='0'/>")
        say(link, "down", b"<failed h='3'/>")
        assert list(ledger.acked_at) == ["p0.romeo 1", "p0.romeo 2"], ledger.acked_at
        assert (ledger.n_resumed, ledger.n_refused) == (0, 1)


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
    test_plan(tap)
    test_checker(tap)
    test_plan_is_clean(tap, sys.argv[1])
    test_betrayal(tap, sys.argv[1])
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
