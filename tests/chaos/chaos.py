#!/usr/bin/python3
"""Breaks links, kills clients and servers, and counts what is missing: chaos.py --client PROGRAM, see run.sh."""

import argparse
import asyncio
import json
import logging
import pathlib
import shutil
import sys
import tempfile
import time

import plan as plans
from world import EXPIRY, World

REFUSED_AT_LEAST = 0.25
SHRINK_SECONDS = 600


class Run:
    """What came of a plan."""

    def __init__(self):
        self.problems = []
        self.troubles = []
        self.by_server = []
        self.figures = ""
        self.seconds = 0.0

    @property
    def failed(self):
        return bool(self.problems or self.troubles)


async def _progress(world, total, start):
    while True:
        await asyncio.sleep(15)
        print("%4d s: %d of %d steps, %d faults, %d kills, %d in flight" % (
            time.monotonic() - start, min(world.n_done, total), total, world.n_faults,
            world.n_client_kills + world.n_server_kills, world.n_in_flight), flush=True)


async def _play(plan, directory, arguments, quiet):
    run, start = Run(), time.monotonic()
    world = World(directory, arguments.client, arguments.server, len(plan["tracks"]), arguments.sabotage,
                  (lambda _: None) if quiet else (lambda line: print(line, flush=True)), arguments.keep)
    progress = None
    try:
        await world.start()
        if not quiet:
            progress = asyncio.ensure_future(_progress(world, sum(map(len, plan["tracks"])), start))
        await world.play(plan)
        await world.settle()
        await world.compare()
        run.problems, run.troubles = world.problems, world.troubles
        run.by_server = world.by_server
        run.figures = world.figures()
    finally:
        if progress is not None:
            progress.cancel()
        await world.stop()
        run.seconds = time.monotonic() - start
    return run


def play(plan, arguments, quiet=False):
    """A plan in a world of its own, which is gone afterwards unless it is to be kept."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="linnet-chaos."))
    try:
        return asyncio.run(_play(plan, directory, arguments, quiet))
    finally:
        if arguments.keep:
            print("kept: %s" % directory)
        else:
            shutil.rmtree(directory, ignore_errors=True)


def shrink(plan, arguments):
    """The smallest plan found in a while that fails still."""
    deadline = time.monotonic() + arguments.shrink
    found = True
    while found and time.monotonic() < deadline:
        found = False
        for smaller in plans.smaller(plan):
            if time.monotonic() > deadline:
                break
            print("shrinking: %d steps of %d" % (plans.size(smaller), plans.size(plan)), flush=True)
            if play(smaller, arguments, quiet=True).failed:
                plan, found = smaller, True
                break
    return plan


def proves_too_little(run):
    """What a run lacks of what it is for, or None."""
    words = run.figures.split()
    resumed, refused = (int(words[words.index(name) + 1]) for name in ("resumed", "refused"))
    if resumed == 0:
        return "no stream was resumed: that proves nothing"
    if refused < REFUSED_AT_LEAST * (resumed + refused):
        return "too few resumptions were refused to prove anything"
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", required=True)
    parser.add_argument("--faults", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pairs", type=int, default=4)
    parser.add_argument("--server", choices=("prosody", "ejabberd"), default="prosody")
    parser.add_argument("--sabotage", choices=("drop", "double", "swap"))
    parser.add_argument("--plan", type=pathlib.Path, help="one that was printed, instead of faults and seed")
    parser.add_argument("--print-plan", action="store_true", help="and do nothing")
    parser.add_argument("--shrink", type=int, default=SHRINK_SECONDS, help="seconds for making a failing plan smaller")
    parser.add_argument("--keep", action="store_true",
                        help="the directory with databases and logs, and what went over each link")
    arguments = parser.parse_args()
    logging.disable()  # what asyncio and slixmpp say of links that break

    if arguments.plan:
        plan = json.loads(arguments.plan.read_text())
    else:
        plan = plans.make_plan(arguments.faults, arguments.seed, arguments.pairs, EXPIRY)
    if arguments.print_plan:
        print(plans.to_text(plan), end="")
        return 0
    run = play(plan, arguments)
    for problem in run.problems:
        print("%s: %s: %s" % problem)
    for problem in run.by_server:
        print("the server's: %s: %s: %s" % problem)
    for trouble in run.troubles:
        print("trouble: " + trouble)
    if run.failed and arguments.shrink and not arguments.sabotage:
        print("the smallest plan that fails:\n" + plans.to_text(shrink(plan, arguments)))
    lack = proves_too_little(run) if arguments.plan is None else None
    if lack is not None:
        print(lack)
    print("%.0f seconds" % run.seconds)
    print(run.figures)
    return 1 if run.failed or lack is not None else 0


if __name__ == "__main__":
    sys.exit(main())
