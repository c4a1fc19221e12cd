"""What is going to go wrong, and when: made from a seed alone, kept as JSON, made smaller when it finds something.

A plan has a track for each pair of people, whose steps follow each other, and one for the server, whose steps say after
how many of the others they come. A step is a dict:

    who      0 or 1: whose link or process it hits
    kind     one of LINK_KINDS, or "die" (at the point "point"), "kill" (at any moment)
    way      "up" or "down": the direction in which elements are counted, from the moment when the step begins
    after    so many elements pass, then it happens; or after PATIENCE seconds, if so many never come
    part     how much of the next element passes: 0 … 1, or null: half a record of TLS
    talk     how many lines each of the three says before it: the pair's first, its second, the first's other device
    offline  how many they say while it lasts
    seconds  how long it lasts
    again    the links that follow are reset after so many elements as well: signing in, resuming and catching up break
    overlap  the next step does not wait until everybody is back
"""

import json
import random

PATIENCE = 1.5

# How often each comes, in a hundred.
LINK_KINDS = {
    "reset": 18,     # both ends are reset
    "close": 10,     # both ends are closed, without a word of TLS
    "record": 10,    # half a record arrives, then a reset
    "half": 5,       # the client hears the end, its own words still arrive; then a reset
    "deny": 22,      # a reset, and the server does not know the stream that is to be resumed
    "expire": 4,     # a reset, and nobody is let in until the server has forgotten the stream
    "refuse": 10,    # a reset, and nobody is let in for a while
    "silence": 4,    # nothing passes any more, nobody is told
    "stall": 7,      # nothing passes for a while, then all of it
    "trickle": 5,    # one byte a second for a while, then a reset or a rush
    "sleep": 5,      # the computer is asleep for a while
}
# The link goes on after these: no part of an element may be missing. After "half" it does upwards.
SURVIVED = ("stall", "trickle", "sleep")
POINTS = ("entry", "before-commit", "after-commit", "page", "after-write", "before-ack", "acked")
KILLS = ("die", "die", "die", "die", "kill")
# Of how many faults there is one kill, and of how many kills one is the server's.
FAULTS_PER_KILL = 6
KILLS_PER_SERVER_KILL = 8


def _talk(chance, most):
    return [chance.randint(0, most), chance.randint(0, most), chance.choice((0, 0, 1, 2))]


def _step(chance, kind, expiry):
    step = {"who": chance.randrange(2), "kind": kind, "talk": _talk(chance, 5), "offline": _talk(chance, 2)}
    if sum(step["talk"][:2]) == 0:
        step["talk"][chance.randrange(2)] = 1
    if kind == "die":
        step["point"] = chance.choice(POINTS)
        step["after"] = chance.choice((1, 1, 2, 3, 5))
    else:
        step["way"] = chance.choice(("up", "down"))
        step["after"] = chance.choice((0, 1, 1, 2, 3, 4, 6, 9))
        step["part"] = None if kind == "record" else chance.choice((0, 1, 1, round(chance.random(), 2)))
        if kind in SURVIVED or (kind == "half" and step["way"] == "up"):
            step["part"] = 1
    step["seconds"] = {
        "half": lambda: chance.choice((0.2, 1)),
        "expire": lambda: expiry + 1.5,
        "refuse": lambda: chance.choice((0.2, 0.5, 1, 2)),
        "silence": lambda: chance.choice((1, 3, 14)),
        "stall": lambda: chance.choice((0.3, 1, 2)),
        "trickle": lambda: chance.choice((1, 3)),
        "sleep": lambda: chance.choice((0.3, 1)),
    }.get(kind, lambda: 0)()
    if chance.random() < 0.3 and kind in ("reset", "close", "deny", "record", "refuse"):
        step["again"] = [chance.choice((1, 3, 5, 6, 7, 8, 10, 14)) for _ in range(chance.choice((1, 1, 2)))]
    step["overlap"] = chance.random() < 0.2
    return step


def make_plan(faults, seed, pairs, expiry):
    """So many broken links, and the kills that belong to them. expiry: seconds after which the server forgets."""
    chance = random.Random("%d/%d/%d" % (seed, faults, pairs))
    kills = max(3, round(faults / FAULTS_PER_KILL))
    server_kills = max(2, round(kills / KILLS_PER_SERVER_KILL))
    kinds = chance.choices(list(LINK_KINDS), LINK_KINDS.values(), k=faults)
    steps = []
    left = faults
    for kind in kinds:
        if left > 0:
            steps.append(_step(chance, kind, expiry))
            left -= 1 + len(steps[-1].get("again", ()))
            if left < 0:
                steps[-1]["again"] = steps[-1]["again"][:left]
    for _ in range(kills - server_kills):
        steps.insert(chance.randrange(len(steps) + 1), _step(chance, chance.choice(KILLS), expiry))
    tracks = [[] for _ in range(pairs)]
    for number, step in enumerate(steps):
        tracks[number % pairs].append(step)
    server = [{"kind": chance.choice(("kill", "kill", "kill", "restart")),
               "when": round(len(steps) * (number + chance.random()) / server_kills)} for number in range(server_kills)]
    if all(step["kind"] == "restart" for step in server):
        server[0]["kind"] = "kill"
    return {"seed": seed, "tracks": tracks, "server": server}


def smaller(plan):
    """Plans with less in them, the smallest first: half of the steps, without the server's, without one of a few."""
    steps = [(number, step) for number, track in enumerate(plan["tracks"]) for step in track]

    def of(some):
        return dict(plan, tracks=[[step for number, step in some if number == track]
                                  for track in range(len(plan["tracks"]))])
    if len(steps) > 1:
        half = len(steps) // 2
        yield of(steps[:half])
        yield of(steps[half:])
    for track in range(len(plan["tracks"])):
        others = [one for one in steps if one[0] != track]
        if 0 < len(others) < len(steps):
            yield of(others)
    if plan["server"]:
        yield dict(plan, server=[])
        if len(plan["server"]) > 1:
            yield dict(plan, server=plan["server"][:1])
    if 2 < len(steps) <= 8:
        for one in range(len(steps)):
            yield of(steps[:one] + steps[one + 1:])


def size(plan):
    return sum(map(len, plan["tracks"])) + len(plan["server"])


def to_text(plan):
    """JSON with a step a line."""
    tracks = ",\n".join("  [\n%s\n  ]" % ",\n".join("   " + json.dumps(step) for step in track)
                        for track in plan["tracks"])
    return '{"seed": %d,\n "tracks": [\n%s\n ],\n "server": %s}\n' % (plan["seed"], tracks, json.dumps(plan["server"]))
