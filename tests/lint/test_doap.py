#!/usr/bin/python3
"""data/linnet.doap claims what the registry of features has, no more and no less: test_doap.py LIST-FEATURES"""

import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import lint

DOAP = "{http://usefulinc.com/ns/doap#}"
XMPP = "{https://linkmauve.fr/ns/xmpp-doap#}"
RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"


def claims_of(path):
    """The specifications a doap file names, as the features write them: "RFC 6120", "XEP-0199 2.0.1"."""
    for implements in ElementTree.parse(path).iter(DOAP + "implements"):
        url = implements.get(RESOURCE)
        if url is not None:
            yield "RFC " + url.rsplit("rfc", 1)[1].split(".")[0]
        for supported in implements.iter(XMPP + "SupportedXep"):
            number = supported.find(XMPP + "xep").get(RESOURCE).rsplit("xep-", 1)[1].split(".")[0]
            yield "XEP-%s %s" % (number, supported.find(XMPP + "version").text)


def main():
    tap = lint.Tap()
    listed = subprocess.run([sys.argv[1]], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    claimed = list(claims_of(lint.ROOT / "data/linnet.doap"))
    tap.check("everything the code speaks is claimed", sorted(set(listed) - set(claimed)))
    tap.check("everything that is claimed is spoken", sorted(set(claimed) - set(listed)))
    tap.check("nothing is claimed twice", sorted({claim for claim in claimed if claimed.count(claim) > 1}))
    tap.check("the features are in order", [] if claimed == sorted(claimed) else sorted(claimed))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
