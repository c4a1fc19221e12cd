/* A person's picture with their presence at its corner: shape and colour both say it. */
#include "ui-avatar.h"

#include <glib/gi18n.h>

#include "ui-show.h"


/* The badge in per cent of the picture, the smallest that is still told apart, and how far it stands out of the
 * picture's corner, so that the initials stay readable. */
#define BADGE_PERCENT   44
#define BADGE_SMALLEST  12
#define BADGE_OVERHANG  0.28

struct _UiAvatar {
  GtkWidget  parent_instance;

  GtkWidget *picture;   /* an AdwAvatar */
  GtkWidget *badge;     /* a GtkImage */

  XmppShow   show;
  gboolean    show_badge, asked, trouble;
};

enum { PROP_TEXT = 1, PROP_SIZE, PROP_SHOW, PROP_SHOW_BADGE, PROP_ASKED, PROP_TROUBLE, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (UiAvatar, ui_avatar, GTK_TYPE_WIDGET)

/* The colours are in style.css, a class for each presence. */
static void
update_badge (UiAvatar *self)
{
  const char *classes[] = { "presence", "badge", ui_show_id (self->show), NULL };
  const char *icon = ui_show_icon (self->show);
  const char *words = ui_show_name (self->show);

  if (self->asked && self->show == XMPP_SHOW_OFFLINE) {
    icon = "presence-asked-symbolic";
    words = _("Waiting for authorisation");
  }
  if (self->trouble) {
    icon = "presence-trouble-symbolic";
    words = _("Something is wrong");
    classes[2] = "trouble";
  }

  gtk_image_set_from_icon_name (GTK_IMAGE (self->badge), icon);
  gtk_widget_set_css_classes (self->badge, classes);
  gtk_widget_set_visible (self->badge, self->show_badge);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  self->show_badge ? words : "", -1);
}

static void
update_name (UiAvatar *self)
{
  const char *name = adw_avatar_get_text (ADW_AVATAR (self->picture));

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name != NULL ? name : "", -1);
}

static void
ui_avatar_measure (GtkWidget      *widget,
                   GtkOrientation  orientation,
                   int             for_size,
                   int            *minimum,
                   int            *natural,
                   int            *minimum_baseline,
                   int            *natural_baseline)
{
  UiAvatar *self = UI_AVATAR (widget);

  gtk_widget_measure (self->picture, orientation, for_size, minimum, natural, NULL, NULL);
  *minimum_baseline = *natural_baseline = -1;
}

/* The badge stands out of the allocation by a few pixels; rows have that much margin. */
static void
ui_avatar_size_allocate (GtkWidget *widget,
                         int        width,
                         int        height,
                         int        baseline)
{
  UiAvatar *self = UI_AVATAR (widget);
  int size = adw_avatar_get_size (ADW_AVATAR (self->picture));
  int badge, out;
  GtkAllocation place;

  gtk_widget_size_allocate (self->picture,
                            &(GtkAllocation) { (width - size) / 2, (height - size) / 2, size, size }, -1);
  if (!gtk_widget_should_layout (self->badge))
    return;

  gtk_widget_measure (self->badge, GTK_ORIENTATION_HORIZONTAL, -1, &badge, NULL, NULL, NULL);
  out = (int) (badge * BADGE_OVERHANG + 0.5);
  place = (GtkAllocation) { (width + size) / 2 - badge + out, (height + size) / 2 - badge + out, badge, badge };
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    place.x = width - place.x - badge;
  gtk_widget_size_allocate (self->badge, &place, -1);
}

static void
ui_avatar_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  UiAvatar *self = UI_AVATAR (object);

  switch (prop_id) {
  case PROP_TEXT:
    g_value_set_string (value, adw_avatar_get_text (ADW_AVATAR (self->picture)));
    break;
  case PROP_SIZE:
    g_value_set_int (value, adw_avatar_get_size (ADW_AVATAR (self->picture)));
    break;
  case PROP_SHOW:
    g_value_set_int (value, (int) self->show);
    break;
  case PROP_SHOW_BADGE:
    g_value_set_boolean (value, self->show_badge);
    break;
  case PROP_ASKED:
    g_value_set_boolean (value, self->asked);
    break;
  case PROP_TROUBLE:
    g_value_set_boolean (value, self->trouble);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_avatar_set_property (GObject      *object,
                        guint         prop_id,
                        const GValue *value,
                        GParamSpec   *pspec)
{
  UiAvatar *self = UI_AVATAR (object);

  switch (prop_id) {
  case PROP_TEXT:
    adw_avatar_set_text (ADW_AVATAR (self->picture), g_value_get_string (value));
    update_name (self);
    break;
  case PROP_SIZE:
    adw_avatar_set_size (ADW_AVATAR (self->picture), g_value_get_int (value));
    gtk_image_set_pixel_size (GTK_IMAGE (self->badge),
                              MAX (g_value_get_int (value) * BADGE_PERCENT / 100, BADGE_SMALLEST));
    break;
  case PROP_SHOW:
    self->show = (XmppShow) g_value_get_int (value);
    update_badge (self);
    break;
  case PROP_SHOW_BADGE:
    self->show_badge = g_value_get_boolean (value);
    update_badge (self);
    break;
  case PROP_ASKED:
    self->asked = g_value_get_boolean (value);
    update_badge (self);
    break;
  case PROP_TROUBLE:
    self->trouble = g_value_get_boolean (value);
    update_badge (self);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_avatar_dispose (GObject *object)
{
  UiAvatar *self = UI_AVATAR (object);

  g_clear_pointer (&self->badge, gtk_widget_unparent);
  g_clear_pointer (&self->picture, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_avatar_parent_class)->dispose (object);
}

static void
ui_avatar_class_init (UiAvatarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_avatar_get_property;
  object_class->set_property = ui_avatar_set_property;
  object_class->dispose = ui_avatar_dispose;
  widget_class->measure = ui_avatar_measure;
  widget_class->size_allocate = ui_avatar_size_allocate;

  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SIZE] = g_param_spec_int ("size", NULL, NULL, -1, G_MAXINT, 32,
                                            G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOW] = g_param_spec_int ("show", NULL, NULL, XMPP_SHOW_OFFLINE, XMPP_SHOW_CHAT, XMPP_SHOW_OFFLINE,
                                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOW_BADGE] = g_param_spec_boolean ("show-badge", NULL, NULL, TRUE,
                                                      G_PARAM_READWRITE | G_PARAM_CONSTRUCT | G_PARAM_STATIC_STRINGS);
  properties[PROP_ASKED] =
      g_param_spec_boolean ("asked", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_TROUBLE] =
      g_param_spec_boolean ("trouble", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "person");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ui_avatar_init (UiAvatar *self)
{
  self->picture = adw_avatar_new (32, NULL, TRUE);
  gtk_widget_set_parent (self->picture, GTK_WIDGET (self));
  self->badge = gtk_image_new ();
  gtk_widget_set_parent (self->badge, GTK_WIDGET (self));
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

/**
 * ui_avatar_new:
 * @size: the picture's width and height in pixels, without the badge's overhang
 *
 * Makes a picture of nobody yet: set "text" to the name and "show" to the presence.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_avatar_new (int size)
{
  return g_object_new (UI_TYPE_AVATAR, "size", size, NULL);
}
