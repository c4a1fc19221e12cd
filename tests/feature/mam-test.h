/* An archive that is being asked, for tests: opens a query, sends its items, looks at what came of it. */
#pragma once

#include "feature-test.h"
#include "xep-0313-mam.h"

G_BEGIN_DECLS

/* Where a formatted string stands, it must hold no '%'. */
#define MAM_MESSAGE(from, to, type, payloads) \
  "<message xmlns='jabber:client' from='" from "' to='" to "' type='" type "' id='m1'>" payloads "</message>"
#define MAM_IN(body) \
  MAM_MESSAGE ("juliet@capulet.example/balcony", "romeo@montague.example/orchard", "chat", "<body>" body "</body>")
#define MAM_OUT(body) \
  MAM_MESSAGE ("romeo@montague.example/phone", "juliet@capulet.example", "chat", "<body>" body "</body>")
#define MAM_STAMP "<delay xmlns='urn:xmpp:delay' stamp='2023-11-14T20:00:00Z'/>"   /* FEATURE_EARLIER */
#define MAM_FIN(attributes, set) \
  "<fin xmlns='urn:xmpp:mam:2' " attributes "><set xmlns='http://jabber.org/protocol/rsm'>" set "</set></fin>"

typedef struct {
  GCancellable *cancellable;   /* (owned) */
  GAsyncResult *result;        /* (owned, nullable) */
  XmppNode     *iq;            /* (borrowed) what was asked */
  char         *query_id;      /* (owned) */
} MamOpen;

MamOpen     *mam_test_open         (FeatureTest      *self,
                                    const XmppMamAsk *ask,          /* (nullable) the last page of our archive */
                                    GCancellable     *cancellable) G_GNUC_WARN_UNUSED_RESULT;
void         mam_test_open_free    (MamOpen          *self);
void         mam_test_item         (FeatureTest      *self,
                                    const MamOpen    *open,
                                    const char       *address,      /* (nullable) as attributes; NULL: our account's archive */
                                    const char       *id,
                                    const char       *inside);      /* of <forwarded/> */
XmppMamPage *mam_test_finish       (FeatureTest      *self,
                                    MamOpen          *open) G_GNUC_WARN_UNUSED_RESULT;
XmppMessage *mam_test_nth          (XmppMamPage      *page,         /* (transfer none) */
                                    guint             i);
void         mam_test_assert_error (FeatureTest      *self,
                                    MamOpen          *open,
                                    GQuark            domain,
                                    int               code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MamOpen, mam_test_open_free)

G_END_DECLS
