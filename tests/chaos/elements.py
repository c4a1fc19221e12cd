"""An XMPP stream cut into its elements, byte for byte, and the little that the proxy has to read in them."""

import re

# A tag with its attributes, whatever stands in their quotes. Text is what stands between; "<" never does.
_TAG = re.compile(rb"""<([/?]?)([^\s/>'"?]*)(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ATTRIBUTE = re.compile(r"""\s([\w:]+)=(?:'([^']*)'|"([^"]*)")""")
_BODY = re.compile(r"<body(?:\s[^>]*)?>([^<]*)</body>")
STANZAS = ("message", "presence", "iq")


class Element:
    """What stands directly in the stream, or its header: its bytes, and what they say."""

    def __init__(self, data, name):
        self.data = data
        self.name = name.split(":")[-1]

    @property
    def is_stanza(self):
        return self.name in STANZAS

    @property
    def _head(self):
        return next(tag for tag in _TAG.finditer(self.data) if tag[1] != b"?")

    def attribute(self, name):
        """Of its first tag; None when it has none such."""
        head = self._head[0].decode(errors="replace")
        return next((one[2] or one[3] for one in _ATTRIBUTE.finditer(head) if one[1] == name), None)

    def body(self):
        """The first text that is said in it, a forwarded one too; None for anything but a message with one."""
        found = _BODY.search(self.data.decode(errors="replace")) if self.name == "message" else None
        return found and found[1]

    def rename(self, name, value):
        """The same with another value of an attribute of its first tag."""
        end = self._head.end()
        head = re.sub(rb"(\s%s=)('[^']*'|\"[^\"]*\")" % name.encode(), rb"\1'%s'" % value.encode(), self.data[:end])
        return Element(head + self.data[end:], self.name)


class Splitter:
    """Takes bytes as they come, gives the elements that are whole."""

    def __init__(self):
        self.data = b""
        self.scanned = 0    # how much of data was understood
        self.depth = 0      # in the stream: 1
        self.name = ""

    def feed(self, data):
        self.data += data
        elements = []
        while True:
            start = self.data.find(b"<", self.scanned)
            tag = _TAG.match(self.data, start) if start >= 0 else None
            if tag is None:
                break
            self.scanned = tag.end()
            if self._takes(tag):
                elements.append(Element(self.data[:self.scanned], self.name))
                self.data = self.data[self.scanned:]
                self.scanned = 0
        if self.depth <= 1 and self.data and not self.data.strip():
            elements.append(Element(self.data, "space"))
            self.data, self.scanned = b"", 0
        return elements

    def _takes(self, tag):
        """Whether an element ends with this tag."""
        kind, name = tag[1], tag[2].decode(errors="replace")
        if kind == b"?":
            return False
        if name == "stream:stream":
            self.depth = 0 if kind else 1
            self.name = "end" if kind else "stream"
            return True
        if kind == b"/":
            self.depth -= 1
            return self.depth == 1
        if self.depth == 1:
            self.name = name
        if tag[0].endswith(b"/>"):
            return self.depth == 1
        self.depth += 1
        return False
