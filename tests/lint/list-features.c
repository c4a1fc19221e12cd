/* Prints what the code claims to speak, one specification a line, for the comparison with data/linnet.doap. */
#include <glib.h>

#include "xmpp-features.h"

int
main (int   argc,
      char *argv[])
{
  for (const XmppClaim *claim = xmpp_claims; claim->file != NULL; claim++)
    g_print ("%s\n", claim->spec != NULL ? claim->spec : claim->feature->xep);
  return 0;
}
