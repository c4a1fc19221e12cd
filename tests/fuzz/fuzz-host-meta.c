/* Fuzzes JSON and both forms of host-meta: what is found is a link that is not too long. */
#include <string.h>

#include "fuzz.h"
#include "net-host-meta.h"
#include "net-json.h"

#define RELATION "urn:xmpp:alt-connections:websocket"

static void
check (GStrv links)
{
  g_auto (GStrv) owned = links;

  for (guint i = 0; owned != NULL && owned[i] != NULL; i++) {
    g_assert_true (g_utf8_validate (owned[i], -1, NULL));
    g_assert_cmpuint (strlen (owned[i]), <=, 2048);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr (GBytes) document = g_bytes_new (data, size);
  const char *text = g_bytes_get_data (document, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = net_json_parse (text != NULL ? text : "", size, &error);

  g_assert_true ((value == NULL) == (error != NULL));
  if (value != NULL) {
    g_autofree char *printed = g_variant_print (value, TRUE);

    g_assert_true (g_variant_is_normal_form (value));
    g_assert_true (g_utf8_validate (printed, -1, NULL));
  }
  check (net_host_meta_read_xrd (document, RELATION));
  check (net_host_meta_read_jrd (document, RELATION));
  return 0;
}
