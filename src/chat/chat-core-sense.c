/* What the core is told of the world around it: whether somebody looks, and whether the computer sleeps.
 *
 *              asleep                        awake, or 30 s of running time
 *   awake ──────────────► asleep ─────────────────────────────────────────► awake
 *    links are given up            nothing is tried          what was wanted is tried at once
 *
 * A computer that was to sleep and did not is no reason to stay offline for ever: the clock stands still in sleep, so
 * time that passes is time in which it runs. */
#include "chat-core-private.h"

#include "chat-account-private.h"
#include "xep-0352-csi.h"

#define LONGEST_REST (30 * G_TIME_SPAN_SECOND)

static void
set_asleep (ChatCore *self, gboolean asleep)
{
  self->asleep = asleep;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    chat_account_set_asleep (account, asleep);
  }
}

static gboolean
rest_over_cb (gpointer user_data)
{
  ChatCore *self = user_data;

  self->rest_timer = 0;
  g_message ("The computer did not sleep: going on");
  set_asleep (self, FALSE);
  return G_SOURCE_REMOVE;
}

/**
 * chat_core_introduce:
 * @self: a core
 * @account: one that was just made
 *
 * Tells an account what the others know already.
 */
void
chat_core_introduce (ChatCore *self, ChatAccount *account)
{
  xmpp_csi_set_active (chat_account_get_session (account), !self->inattentive);
  chat_account_set_asleep (account, self->asleep);
}

/**
 * chat_core_stop_resting:
 * @self: a core that goes away
 *
 * Waits for no waking any more.
 */
void
chat_core_stop_resting (ChatCore *self)
{
  base_clock_remove (self->setup.clock, self->rest_timer);
  self->rest_timer = 0;
}

/**
 * chat_core_set_attentive:
 * @self: a core
 * @attentive: whether somebody may be looking: a window is visible, the screen is not locked, the user is there
 *
 * Lets the servers know whether what can wait may wait (XEP-0352). At first somebody looks.
 */
void
chat_core_set_attentive (ChatCore *self, gboolean attentive)
{
  g_return_if_fail (CHAT_IS_CORE (self));

  if (self->inattentive == !attentive)
    return;
  self->inattentive = !attentive;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->accounts)); i++) {
    g_autoptr (ChatAccount) account = g_list_model_get_item (G_LIST_MODEL (self->accounts), i);

    xmpp_csi_set_active (chat_account_get_session (account), attentive);
  }
}

/**
 * chat_core_set_asleep:
 * @self: a core
 * @asleep: %TRUE when the computer is about to sleep, %FALSE when it is awake again
 *
 * With %TRUE every link is given up at once, in a way that lets its session be resumed, and nothing is tried until
 * %FALSE, at most for 30 s of running time. Then everything that is wanted online is tried at once.
 */
void
chat_core_set_asleep (ChatCore *self, gboolean asleep)
{
  g_return_if_fail (CHAT_IS_CORE (self));

  chat_core_stop_resting (self);
  if (asleep)
    self->rest_timer = base_clock_add (self->setup.clock, LONGEST_REST, rest_over_cb, self, NULL);
  if (self->asleep != (asleep != FALSE))
    set_asleep (self, asleep != FALSE);
}
