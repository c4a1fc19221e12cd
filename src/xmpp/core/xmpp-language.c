/* The user's language as XML names it. */
#include "xmpp-language.h"

#include <string.h>

#define MAX_LENGTH 35   /* characters that RFC 5646 §4.4.1 wants at least understood */

/**
 * xmpp_language:
 *
 * What goes into the "xml:lang" of our stream headers, in which a server may choose to speak (RFC 6120 §4.7.4): the
 * locale's language, made a language tag (RFC 5646). A locale without one, or with one that is none, is English.
 *
 * Returns: (transfer full): a language tag, such as "de-AT"
 */
char *
xmpp_language (void)
{
  const char *locale = g_get_language_names ()[0];
  char *tag = g_strndup (locale, strcspn (locale, ".@"));

  g_strdelimit (tag, "_", '-');
  if (strlen (tag) > MAX_LENGTH || strspn (tag, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-") != strlen (tag)
      || !g_ascii_isalpha (tag[0]) || !g_ascii_isalpha (tag[1]) || g_str_equal (tag, "POSIX")) {
    g_free (tag);
    return g_strdup ("en");
  }
  return tag;
}
