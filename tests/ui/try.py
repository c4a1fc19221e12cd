#!/usr/bin/python3
"""Linnet as romeo@montague.example, among the people of verona.py: what tests/try.sh shows.

    try.py LINNET [--picture FILE]

With --picture a few lines are said to Juliet, a picture of the screen is taken and the evening ends. Without it Linnet
stays open until it is closed or Ctrl+C is pressed.
"""

import argparse
import pathlib
import shutil
import sys
import tempfile

from drive import NotFound
from linnet import DELIVERED, Linnet

import verona
from child import stop_child
from people import People
from prosody import Prosody


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--picture")
    arguments = parser.parse_args()

    directory = pathlib.Path(tempfile.mkdtemp(prefix="linnet-try."))
    linnet = None
    try:
        prosody = Prosody(directory / "prosody")
        verona.settle(prosody)
        verona.speak_before(prosody)
        pace = 0.3 if arguments.picture else 1.0
        with prosody, People(prosody.starttls_port, prosody.ca_file, pace=pace):
            linnet = Linnet(arguments.program, prosody, directory / "linnet.log")
            linnet.sign_in(verona.ROMEO, verona.ROMEO_PASSWORD)
            if not arguments.picture:
                print("You are Romeo. Juliet answers. Close the window, or press Ctrl+C here, to end it.", flush=True)
                return linnet.process.wait()
            linnet.open_conversation("Juliet")
            linnet.shows(verona.SAID_BEFORE[-1][1])
            for line, answer in ((verona.ROMEO_SAYS, verona.ANSWERS[0]), (verona.ROMEO_ASKS, verona.ANSWERS[1])):
                linnet.say(line)
                linnet.shows(answer)
            linnet.wait(lambda: len(linnet.find_all("image", DELIVERED)) == 2, "two ticks")
            linnet.screenshot(arguments.picture)
            return linnet.close()
    except NotFound as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        if linnet is not None:
            stop_child(linnet.process)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
