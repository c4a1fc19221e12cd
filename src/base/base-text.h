/* Text from outside, made fit to be shown: names, one-line previews, links, sort keys. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A link inside a text: [start, end) in bytes. */
typedef struct {
  gsize start, end;
} BaseTextLink;

char     *base_text_name      (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char     *base_text_line      (const char *text,
                               gsize       max_chars) G_GNUC_WARN_UNUSED_RESULT;
char     *base_text_body      (const char *text,
                               gsize       max_bytes) G_GNUC_WARN_UNUSED_RESULT;
char     *base_text_isolate   (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char     *base_text_sort_key  (const char *text) G_GNUC_WARN_UNUSED_RESULT;
char     *base_text_skeleton  (const char *text) G_GNUC_WARN_UNUSED_RESULT;   /* what it looks like */
gboolean  base_text_deceives  (const char *text);
int       base_text_direction (const char *text);   /* 1: to the right, -1: to the left, 0: neither */
gboolean  base_text_is_emoji  (const char *text,
                               guint       max_graphemes);
GArray   *base_text_links     (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
