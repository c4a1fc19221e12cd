/* The sentences that errors are told with, before anything is filled in; ui-errors.h is what others use. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  UI_SENTENCES_CONNECT,           /* XmppConnectError */
  UI_SENTENCES_CONNECT_BY_HAND,   /* … where the user has named the server */
  UI_SENTENCES_AUTH,              /* XmppAuthError */
  UI_SENTENCES_STREAM,            /* XmppStreamError */
  UI_SENTENCES_STANZA,            /* XmppStanzaError */
  UI_SENTENCES_MESSAGE,           /* … of a line that came back */
  UI_SENTENCES_PASSWORD,          /* … to a new password */
  UI_SENTENCES_STORE,             /* StoreError */
  UI_SENTENCES_STORE_TROUBLE,     /* … while Linnet runs */
  UI_SENTENCES_KEYRING,           /* DesktopSecretsError */
  UI_SENTENCES_KEYRING_GIVE,      /* … what follows when it gives nothing */
  UI_SENTENCES_KEYRING_KEEP,      /* … keeps nothing */
  UI_SENTENCES_KEYRING_FORGET,    /* … or forgets nothing */
  UI_SENTENCES_JID,               /* XmppJidError */
} UiSentences;

const char *ui_sentences_find (UiSentences table,
                               int         code);   /* (nullable) */

G_END_DECLS
