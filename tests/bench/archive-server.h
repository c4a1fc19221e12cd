/* A server in a process of its own that keeps an archive and answers at once: what is left is what a client costs. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define ARCHIVE_OWN  "romeo@montague.example"
#define ARCHIVE_PAGE 100   /* items: servers do not give more at once */

GSocket *archive_server_start (guint       messages,
                               guint       people) G_GNUC_WARN_UNUSED_RESULT;   /* the client's end */
char    *archive_server_page  (guint       messages,
                               guint       people,
                               guint       end,       /* the items before this number, as the server sends them */
                               const char *query,
                               const char *iq) G_GNUC_WARN_UNUSED_RESULT;
guint    archive_server_first (guint       end);      /* the number of that page's first item */

G_END_DECLS
