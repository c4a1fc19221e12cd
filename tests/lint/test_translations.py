#!/usr/bin/python3
"""Everything a user reads can be translated, and the translators are given all of it."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import lint

VISIBLE = {
    "label", "title", "subtitle", "tooltip-text", "placeholder-text", "description", "heading", "body", "text",
    "markup", "button-label", "help-text", "placeholder", "role-description", "value-text", "message", "secondary-text",
}

# Functions that show a text, and which of their arguments do (from 0).
SHOWING = {
    r"gtk_label_(new|new_with_mnemonic)": (0,),
    r"gtk_label_set_(text|label|markup|markup_with_mnemonic)": (1,),
    r"gtk_(toggle_|check_)?button_new_with_(label|mnemonic)": (0,),
    r"gtk_(menu_)?button_set_label": (1,),
    r"gtk_widget_set_tooltip_(text|markup)": (1,),
    r"gtk_(entry|text|search_entry)_set_placeholder_text": (1,),
    r"gtk_window_set_title": (1,),
    r"gtk_accessible_update_property": (2, 4, 6, 8),
    r"adw_\w+_set_(title|subtitle|description|heading|body|button_label)": (1,),
    r"adw_toast_new": (0,),
    r"adw_message_dialog_new": (1, 2),
    r"adw_message_dialog_add_response": (2,),
    r"adw_message_dialog_add_responses": (2, 4, 6, 8),
    r"g_menu_(append|append_section|append_submenu)": (1,),
    r"g_menu_item_new": (0,),
    r"g_notification_(new)": (0,),
    r"g_notification_set_(title|body)": (1,),
}
CALL = re.compile(r"\b(%s|g_object_(?:new|set))\s*\(" % "|".join(SHOWING))
GETTEXT = re.compile(r"\b(_|N_|C_|NC_|gettext|ngettext|g_dngettext|g_dpgettext2)\s*\(")
WORDS = re.compile(r"[^\W\d_]{2}")


def arguments_of(text, start):
    """The arguments of a call whose parenthesis opens just before start."""
    code = lint.blank_c(text)
    found, depth, begin = [], 1, start
    for offset in range(start, len(code)):
        char = code[offset]
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        if depth == 0 or (depth == 1 and char == ","):
            found.append(text[begin:offset].strip())
            begin = offset + 1
            if depth == 0:
                break
    return found


def is_bare(argument):
    """A text in quotes that is not in _()."""
    return argument.startswith('"') and bool(WORDS.search(re.sub(r"%[-+ 0-9.]*[a-z]+|<[^>]*>", "", argument)))


def c_problems(text):
    text = re.sub(r"/\*.*?\*/", lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.S)
    for match in CALL.finditer(text):
        arguments = arguments_of(text, match.end())
        if match[1].startswith("g_object"):
            shown = [index + 1 for index, one in enumerate(arguments) if one[:1] == '"' and one.strip('"') in VISIBLE]
        else:
            shown = next(where for pattern, where in SHOWING.items() if re.fullmatch(pattern, match[1]))
        for index in shown:
            if index < len(arguments) and is_bare(arguments[index]):
                yield "line %d: %s" % (lint.line_of(text, match.start()), arguments[index])


def ui_problems(text):
    for node in ElementTree.fromstring(text).iter():
        if node.tag in ("property", "attribute") and node.get("name", "").replace("_", "-") in VISIBLE \
                and node.get("translatable") != "yes" and WORDS.search((node.text or "").replace("Linnet", "")):
            yield "%s: %r" % (node.get("name"), node.text)


def main():
    tap = lint.Tap()
    for path in lint.files("*.ui", under=(lint.SRC,)):
        tap.check(lint.relative(path), ui_problems(path.read_text()))
    for path in lint.files("*.c", under=(lint.SRC,)):
        problems = list(c_problems(path.read_text()))
        if problems or "ui" in path.parts:
            tap.check(lint.relative(path), problems)

    potfiles = [line for line in (lint.ROOT / "po/POTFILES.in").read_text().splitlines() if line and line[0] != "#"]
    wanted = [path for path in lint.files("*.c", under=(lint.SRC,)) if GETTEXT.search(lint.blank_c(path.read_text()))]
    wanted += [path for path in lint.files("*.ui", under=(lint.SRC,)) if 'translatable="yes"' in path.read_text()]
    wanted += lint.files("*.desktop.in", "*.metainfo.xml.in", "*.gschema.xml", under=(lint.ROOT / "data",))
    wanted = [lint.relative(path) for path in wanted]
    tap.check("POTFILES.in has every file with words", sorted(set(wanted) - set(potfiles)))
    tap.check("POTFILES.in has only files with words", sorted(set(potfiles) - set(wanted)))
    tap.check("POTFILES.in is in order", [] if potfiles == sorted(potfiles) else ["sort it"])

    for language in (lint.ROOT / "po/LINGUAS").read_text().split():
        catalogue = lint.ROOT / "po" / (language + ".po")
        result = subprocess.run(["msgfmt", "-c", "--statistics", "-o", "/dev/null", catalogue], check=False, text=True,
                                stderr=subprocess.PIPE, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})
        tap.check("%s is complete" % language,
                  [result.stderr] if result.returncode or re.search("fuzzy|untranslated", result.stderr) else [])

    tap.finds("a bare label would be found", c_problems('gtk_label_set_text (label, "Sign in");'))
    tap.finds("a bare property would be found", c_problems('g_object_new (TYPE, "label", "Sign in", NULL);'))
    tap.finds("a bare text in a .ui would be found", ui_problems('<i><property name="label">Hello</property></i>'))
    tap.check("a marked label is right", c_problems('gtk_label_set_text (label, _("Sign in")); gtk_label_new ("—");'))
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
