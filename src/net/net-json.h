/* JSON (RFC 8259) as a GVariant: small documents from strangers, read strictly. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define NET_JSON_MAX_DEPTH 32   /* arrays and objects in each other */

GVariant *net_json_parse (const char  *text,
                          gsize        length,
                          GError     **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
