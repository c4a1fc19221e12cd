/* The inside of a link: chat-link.c is what others see of it, chat-link-run.c what it does by itself, and
 * chat-link-secret.c what it has the keyring do. */
#pragma once

#include "chat-link.h"
#include "xmpp-reconnect.h"

G_BEGIN_DECLS

struct _ChatLink {
  GObject           parent;
  XmppSession      *session;          /* (owned) */
  DesktopSecrets   *secrets;          /* (owned) */
  XmppReconnect    *reconnect;        /* (owned) */
  BaseClock        *clock;            /* (owned) */
  XmppLogin        *login;            /* (owned) with the password, once it is known */
  char             *resource;         /* (owned, nullable) that the server bound last */
  char             *mechanism;        /* (owned, nullable) */
  GCancellable     *attempt;          /* (owned, nullable) what is under way hangs on it */
  GTask            *sign_in;          /* (owned, nullable) who waits for the attempt */
  gulong            sign_in_handler;  /* of its cancellable */
  GPtrArray        *closers;          /* (owned) of GTask: who waits for the end */
  GPtrArray        *forgetters;       /* (owned) of GTask: who waits for the keyring to forget */
  GError           *error;            /* (owned, nullable) */
  GError           *secret_error;     /* (owned, nullable) */
  gint64            next_attempt;     /* monotonic µs, 0: none */
  gint64            begun;            /* monotonic µs: the attempt that is under way, or was the last … */
  gint64            patience;         /* … and for how many µs at least another network does not end it */
  char             *status;           /* (owned, nullable) */
  XmppShow          show;             /* what is wanted */
  int               priority;         /* of our presence */
  ChatAccountState  state;
  gboolean          proven;           /* it has been online once, so it tries again by itself */
  gboolean          password_is_new;  /* typed, and not in the keyring yet */
  gboolean          password_works;   /* the server has taken it once: else it is none for the keyring */
  gboolean          asks_password;    /* it is never looked up and never kept */
  gboolean          forgets_password; /* it is to be in the keyring no more, for ever */
  gboolean          is_writing;       /* to the keyring … */
  gboolean          is_outdated;      /* … what is not wanted there any more */
  gboolean          is_exposed;       /* online, and not bound to the channel as it was before */
  gboolean          is_asleep;        /* nothing is tried: it waits for the computer to wake */
};

/* Properties. */
enum {
  CHAT_LINK_PROP_0,
  CHAT_LINK_STATE,
  CHAT_LINK_STEP,
  CHAT_LINK_ERROR,
  CHAT_LINK_NEXT_ATTEMPT,
  CHAT_LINK_SHOW,
  CHAT_LINK_STATUS,
  CHAT_LINK_SECRET_ERROR,
  CHAT_LINK_CONNECTION,
  CHAT_LINK_N_PROPS,
};

void chat_link_notify         (ChatLink         *self,
                               guint             prop);
void chat_link_set_error      (ChatLink         *self,
                               GError          **field,    /* error or secret_error */
                               const GError     *error,    /* (nullable) */
                               guint             prop);
void chat_link_set_state      (ChatLink         *self,
                               ChatAccountState  state,
                               const GError     *error);   /* (nullable) */
void chat_link_set_password   (ChatLink         *self,
                               const char       *password, /* (nullable) */
                               gboolean          is_new);
void chat_link_watch          (ChatLink         *self,     /* its session */
                               BaseClock        *clock);
void chat_link_begin          (ChatLink         *self);    /* an attempt, as soon as the session is free for it */
void chat_link_give_up        (ChatLink         *self);    /* the attempt that is under way */
void chat_link_end_session    (ChatLink         *self);    /* politely while online, for good when it might be resumed */
void chat_link_go_offline     (ChatLink         *self);
void chat_link_write_secret   (ChatLink         *self);    /* into the keyring, or out of it */

G_END_DECLS
