"""A window with faults for test_walk.py to find: a button and an image without a name, a button that the keyboard does
not come to, and two of one name."""

import gi

gi.require_version("Gtk", "4.0")

from gi.repository import Gtk  # noqa: E402


def activate(application):
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
    box.append(Gtk.Button(label="Swear"))
    box.append(Gtk.Button(icon_name="go-next-symbolic"))
    box.append(Gtk.Button(label="By the moon", focusable=False))
    box.append(Gtk.Button(label="Do not"))
    box.append(Gtk.Button(label="Do not"))
    box.append(Gtk.Image(icon_name="go-next-symbolic"))
    window = Gtk.ApplicationWindow(application=application, title="Verona", child=box)
    window.present()


sample = Gtk.Application(application_id="im.linnet.WalkSample")
sample.connect("activate", activate)
sample.run([])
