/* The choice of an account's colour: eight of them, each with its name. */
#include "ui-colour-choice.h"

#include <glib/gi18n.h>

#include "chat-account-settings.h"
#include "ui-wrap-layout.h"

/* In the order of the palette in style.css. */
static const char *const colour_names[CHAT_ACCOUNT_N_COLOURS] = {
  N_("Purple"), N_("Green"), N_("Orange"), N_("Red"), N_("Teal"), N_("Brown"), N_("Pink"), N_("Grey"),
};

struct _UiColourChoice {
  AdwPreferencesRow  parent_instance;

  guint              colour;
  GtkBox            *colours;
  GtkCheckButton    *buttons[CHAT_ACCOUNT_N_COLOURS];
};

enum { PROP_COLOUR = 1, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (UiColourChoice, ui_colour_choice, ADW_TYPE_PREFERENCES_ROW)

static void
set_colour (UiColourChoice *self,
            guint           colour)
{
  if (self->colour == colour)
    return;
  self->colour = colour;
  gtk_check_button_set_active (self->buttons[colour], TRUE);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COLOUR]);
}

static void
button_toggled_cb (UiColourChoice *self,
                   GtkCheckButton *button)
{
  for (guint colour = 0; colour < CHAT_ACCOUNT_N_COLOURS; colour++)
    if (button == self->buttons[colour] && gtk_check_button_get_active (button))
      set_colour (self, colour);
}

/* The arrow keys choose the next or the one before. By themselves they would not leave the line that one is in. */
static gboolean
key_pressed_cb (UiColourChoice  *self,
                guint            keyval,
                guint            keycode,
                GdkModifierType  state)
{
  gboolean is_left_to_right = gtk_widget_get_direction (GTK_WIDGET (self)) != GTK_TEXT_DIR_RTL;
  guint step = 0;

  if (keyval == GDK_KEY_Down || keyval == (is_left_to_right ? GDK_KEY_Right : GDK_KEY_Left))
    step = 1;
  else if (keyval == GDK_KEY_Up || keyval == (is_left_to_right ? GDK_KEY_Left : GDK_KEY_Right))
    step = CHAT_ACCOUNT_N_COLOURS - 1;
  else
    return FALSE;
  set_colour (self, (self->colour + step) % CHAT_ACCOUNT_N_COLOURS);
  gtk_widget_grab_focus (GTK_WIDGET (self->buttons[self->colour]));
  return TRUE;
}

/* The radio button's own mark says which is chosen, its label how it is called: the colour says neither alone. */
static GtkWidget *
colour_button_new (UiColourChoice *self,
                   guint           colour)
{
  g_autofree char *class = g_strdup_printf ("account-colour-%u", colour);
  GtkWidget *button = gtk_check_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *swatch = gtk_image_new ();
  GtkWidget *label = gtk_label_new (_(colour_names[colour]));

  gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (swatch, "colour-swatch");
  gtk_widget_add_css_class (swatch, class);
  gtk_box_append (GTK_BOX (box), swatch);
  gtk_box_append (GTK_BOX (box), label);
  gtk_check_button_set_child (GTK_CHECK_BUTTON (button), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _(colour_names[colour]), -1);
  if (colour > 0)
    gtk_check_button_set_group (GTK_CHECK_BUTTON (button), self->buttons[0]);
  return button;
}

static void
ui_colour_choice_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  switch (prop_id) {
  case PROP_COLOUR:
    g_value_set_uint (value, UI_COLOUR_CHOICE (object)->colour);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_colour_choice_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  switch (prop_id) {
  case PROP_COLOUR:
    set_colour (UI_COLOUR_CHOICE (object), g_value_get_uint (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_colour_choice_class_init (UiColourChoiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_colour_choice_get_property;
  object_class->set_property = ui_colour_choice_set_property;

  properties[PROP_COLOUR] = g_param_spec_uint ("colour", NULL, NULL, 0, CHAT_ACCOUNT_N_COLOURS - 1, 0,
                                               G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (UI_TYPE_WRAP_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-colour-choice.ui");
  gtk_widget_class_bind_template_child (widget_class, UiColourChoice, colours);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed_cb);
}

static void
ui_colour_choice_init (UiColourChoice *self)
{
  g_autoptr (GtkSizeGroup) columns = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint colour = 0; colour < CHAT_ACCOUNT_N_COLOURS; colour++) {
    GtkWidget *button = colour_button_new (self, colour);

    self->buttons[colour] = GTK_CHECK_BUTTON (button);
    gtk_box_append (self->colours, button);
    gtk_size_group_add_widget (columns, button);
  }
  gtk_check_button_set_active (self->buttons[0], TRUE);
  for (guint colour = 0; colour < CHAT_ACCOUNT_N_COLOURS; colour++)
    g_signal_connect_object (self->buttons[colour], "toggled", G_CALLBACK (button_toggled_cb), self,
                             G_CONNECT_SWAPPED);
}
