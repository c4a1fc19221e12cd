#!/usr/bin/python3
"""Nothing from outside is ever markup, a format string, a path, a command or a statement.

A call that could make it one is given literals, or its file has a row in tests/lint/outside.txt: the file, which of
these it is, how many such calls there are, and why they are safe, with a tab between. The formats of printf() are the
compiler's to check: -Werror=format=2 in meson.build.
"""

import collections
import re
import sys

import lint

ALLOWED = lint.TESTS / "lint/outside.txt"

# Functions, and which argument of theirs is read as what (from 0; None: whatever they are given).
KINDS = {
    "markup": {
        r"\w+_(?:set|insert|parse)_(?:tooltip_)?markup\w*": None, r"adw_message_dialog_format_\w+": None,
        r"adw_preferences_row_set_title": 1, r"adw_(?:action|expander)_row_set_subtitle": 1,
        r"adw_preferences_group_set_(?:title|description)": 1, r"adw_status_page_set_description": 1,
        r"adw_toast_new": 0, r"adw_toast_set_title": 1, r"g_notification_set_(?:title|body)": 1,
        r"gtk_builder_(?:add|new|extend)_from_string|gtk_builder_extend_with_template": None,
        r"gtk_css_provider_load_from_data": None,
    },
    "format": {
        r"g_date_time_format": 1, r"strftime": None, r"\w+_(?:set|add)_(?:title|body|label)_?format": None,
    },
    "path": {
        r"g_build_(?:filename|path)\w*": None, r"g_canonicalize_filename": None, r"g_filename_\w+": None,
        r"g_file_(?:new|parse|get_child|resolve|get_contents|set_contents|open_tmp|test|read_link)\w*": None,
        r"g_(?:f?open|freopen|creat|mkdir\w*|mks?d?temp\w*|unlink|remove|rmdir|rename|l?stat|access|chmod)": None,
        r"g_(?:dir_open|key_file_load|mapped_file_new)\w*": None,
        r"(?:f?open|openat|creat|unlink|remove|rename|mkdir|rmdir|opendir|symlink|link)": None, r"sqlite3_open\w*": 0,
        r"\w+_(?:new_from|set_from|load_from|set)_(?:file|filename|path)": None,
    },
    "command": {
        r"g_spawn_\w+|g_subprocess_\w+|system|popen|exec[lv]p?e?|posix_spawnp?|v?fork": None,
        r"g_app_info_\w+|gtk_show_uri\w*|gtk_(?:uri|file)_launcher_\w+|gtk_link_button_\w+": None,
        r"g_module_open\w*|dlopen": None,
    },
    "statement": {r"sqlite3_(?:exec|prepare\w*|get_table|mprintf)": 1, r"store_db_(?:exec|prepare)": 1},
}
# A property that makes markup of a text, a text that may be markup bound to something, and a warning that is silenced.
WORDS = (
    ("markup", r'"(?:\w+-)?use-markup"(?!\s*,\s*FALSE\b)'),
    ("markup", r'_set_\w*use_markup\s*\((?![^()]*(?:\([^()]*\)[^()]*)*,\s*FALSE\s*\))'),
    ("markup", r'bind\w*\s*\([^;]*"(?:title|subtitle|description)"'),
    ("format", r"#\s*pragma\s+GCC\s+diagnostic|\bG_GNUC_BEGIN_IGNORE|\bG_GNUC_FORMAT\b"),
)
TEMPLATE = r'name="(?:\w+-)?use-markup"[^>]*>\s*(?i:true|yes|1)|name="(?:tooltip-)?markup"'

# What is ours: a literal (translated, glued, with a macro's literal in it), or nothing at all; or one of two of them.
LITERAL = r'(?:NULL|(?:(?:_|C_|N_)\s*\(\s*)?(?:[A-Z][A-Z0-9_]*\s*|"[^"]*"\s*,?\s*)+\)?)'
OURS = re.compile(r"(?:[^?:]*\?\s*)?%s\s*(?::\s*%s)?" % (LITERAL, LITERAL))


def arguments(code, start):
    """The arguments of the call whose parenthesis opened before start."""
    depth, found, begin = 0, [], start
    for at in range(start, len(code)):
        if code[at] in "([{":
            depth += 1
        elif code[at] in ")]}":
            depth -= 1
        if depth < 0 or (depth == 0 and code[at] == ","):
            found.append(code[begin:at].strip())
            begin = at + 1
        if depth < 0:
            break
    return found


def uses(text):
    """Where, and of which kind: each call in C that is given more than literals."""
    code = lint.blank_c(text)
    for kind, functions in KINDS.items():
        for pattern, which in functions.items():
            for match in re.finditer(r"(?<![\w.>])(%s)\s*\(" % pattern, code):
                if re.search(r"(?:^|\n)(?:\w+ +\**)?$", code[:match.start()]):
                    continue   # declared or defined here
                given = arguments(code, match.end())
                if which is None or which >= len(given) or not OURS.fullmatch(given[which]):
                    yield match.start(), kind
    bare = lint.blank_c(text, strings=False)
    for kind, pattern in WORDS:
        for match in re.finditer(pattern, bare):
            yield match.start(), kind


def template_uses(text):
    return ((match.start(), "markup") for match in re.finditer(TEMPLATE, text))


def problems(found, rows):
    """found: the lines by (file, kind)."""
    allowed = {}
    for row in rows:
        if len(row) != 4 or not row[2].isdigit() or len(row[3]) < 12:
            yield "%s: a file, what is made of it, how often, and why it is safe, with a tab between" % "\t".join(row)
        else:
            allowed[row[0], row[1]] = int(row[2])
    for key in sorted(found.keys() | allowed.keys()):
        lines, number = found.get(key, []), allowed.get(key, 0)
        if len(lines) != number:
            yield "%s: %s may come from outside %d times (lines %s), %d of them said to be safe" % (
                *key, len(lines), ", ".join(map(str, lines)) or "none", number)


def main():
    tap = lint.Tap()
    for sample in ('  gtk_label_set_markup (label, body);',
                   '  adw_toast_new (name);', '  adw_toast_new (on ? _("A") : b);',
                   '  adw_action_row_set_subtitle (row, chat_contact_get_name (contact));',
                   '  g_object_new (GTK_TYPE_LABEL, "use-markup", TRUE, NULL);',
                   '  gtk_label_set_use_markup (GTK_LABEL (label), TRUE);',
                   '  adw_message_dialog_set_body_use_markup (dialog, TRUE);',
                   '  g_object_bind_property (contact, "name", row, "title", G_BINDING_DEFAULT);',
                   '  g_date_time_format (time, format);', '  path = g_build_filename (folder, name, NULL);',
                   '  g_spawn_command_line_async (line, NULL);', '  gtk_show_uri (NULL, uri, 0);',
                   '  store_db_exec (db, sql, error);', '#pragma GCC diagnostic ignored "-Wformat-nonliteral"'):
        tap.finds("%s would be found" % sample.strip(), uses("static void\n" + sample + "\n"))
    tap.check("nothing is found in clean samples", uses(
        'gtk_show_uri (void)\n{\n  /* adw_toast_new (name) */\n  adw_toast_new (_("Copied"));\n'
        '  adw_action_row_set_subtitle (row, online ? NULL : _("Away, (or not)"));\n'
        '  store_db_prepare (db, "SELECT " COLUMNS\n                    " FROM a", error);\n'
        '  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);\n  self->open (self, name);\n}\n'))
    tap.finds("markup in a template would be found", template_uses('<property name="use-markup">True</property>'))
    tap.check("no markup is found in a clean template", template_uses('<property name="use-markup">False</property>'))
    key = ("a.c", "command")
    tap.finds("a call that nobody has explained would be found", problems({key: [1]}, []))
    tap.finds("a second one would be found", problems({key: [1, 2]}, [[*key, "1", "It is known to be safe."]]))
    tap.finds("a row for nothing would be found", problems({}, [[*key, "1", "It is known to be safe."]]))
    tap.finds("a row without a reason would be found", problems({key: [1]}, [[*key, "1", ""]]))

    found = collections.defaultdict(list)
    for path in lint.files("*.c", "*.h", "*.ui", under=(lint.SRC,)):
        text = path.read_text()
        for offset, kind in sorted(template_uses(text) if path.suffix == ".ui" else uses(text)):
            found[lint.relative(path), kind].append(lint.line_of(text, offset))
    rows = [line.split("\t") for line in ALLOWED.read_text().splitlines() if line and not line.startswith("#")]
    tap.check("each of these is known to be safe", problems(found, rows))
    tap.check("the compiler refuses a format that is not a literal",
              [] if "'-Werror=format=2'" in (lint.ROOT / "meson.build").read_text() else ["it is not told to"])
    return tap.done()


if __name__ == "__main__":
    sys.exit(main())
