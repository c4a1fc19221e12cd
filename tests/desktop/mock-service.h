/* Any service on a bus, with a connection of its own: it answers, tells and leaves as a test wants it to. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A GVariant for whoever has called, or NULL: it is refused. Or @invocation is kept, with *kept, and answered later. */
typedef GVariant *(*MockAnswer) (const char            *method,
                                 GVariant              *parameters,
                                 GDBusMethodInvocation *invocation,
                                 gboolean              *kept,
                                 gpointer               user_data);

typedef struct _MockService MockService;

GDBusConnection *mock_service_connect (const char  *address) G_GNUC_WARN_UNUSED_RESULT;   /* somebody else on the bus */
MockService     *mock_service_new     (const char  *address,      /* of the bus */
                                       const char  *name,         /* (nullable) a stranger, without a name */
                                       const char  *path,
                                       const char  *xml,          /* a node with one interface */
                                       MockAnswer   answer,
                                       gpointer     user_data) G_GNUC_WARN_UNUSED_RESULT;
void             mock_service_free    (MockService *self);        /* leaves the bus */
void             mock_service_tell    (MockService *self,         /* the bus has it when this returns */
                                       const char  *signal,
                                       GVariant    *parameters);
void             mock_service_settle  (GDBusConnection *bus);     /* what the bus had for it has been heard */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (MockService, mock_service_free)

G_END_DECLS
