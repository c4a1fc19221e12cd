/* A message's words: selectable, with links one can follow, cut where they would burst the window. */
#include "ui-message-body.h"

#include "base-text.h"

/* How much is shown at first, and after "Show More": laying out a longer label would be felt. */
typedef struct {
  gsize bytes;
  guint lines;
} Limit;

static const Limit at_first = { 4 * 1024, 40 };
static const Limit at_most = { 16 * 1024, 1000 };

/* Breaking a run of text into lines takes time that grows with the square of its length, so no run is much longer. */
#define RUN_BYTES 256

/* An emoji or three, alone on a line, are drawn large. */
#define BIG_EMOJI 3

/* px between the last line and what stands beside it. */
#define END_GAP 6

struct _UiMessageBody {
  GtkWidget    parent_instance;

  GtkWidget   *label;
  GtkWidget   *more;
  GtkWidget   *end;     /* (nullable) */
  char        *text;    /* (owned, nullable) as it came */
  const Limit *limit;
};

enum { PROP_TEXT = 1, PROP_END, N_PROPS };

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (UiMessageBody, ui_message_body, GTK_TYPE_WIDGET)

/* --- text --------------------------------------------------------------------------------------------------- */

/* The markup here is only ours: every piece from outside goes through g_markup_escape_text(). */
static char *
body_markup (const char *body)
{
  g_autoptr (GArray) links = base_text_links (body);
  g_autofree char *rest = NULL;
  GString *markup = g_string_sized_new (strlen (body) + 16);
  gsize done = 0;

  for (guint i = 0; i < links->len; i++) {
    const BaseTextLink *link = &g_array_index (links, BaseTextLink, i);
    g_autofree char *before = g_markup_escape_text (body + done, (gssize) (link->start - done));
    g_autofree char *uri = g_markup_escape_text (body + link->start, (gssize) (link->end - link->start));

    g_string_append_printf (markup, "%s<a href=\"%s\">%s</a>", before, uri, uri);
    done = link->end;
  }
  rest = g_markup_escape_text (body + done, -1);
  g_string_append (markup, rest);
  return g_string_free (markup, FALSE);
}

/* Pango breaks no line at a tab: a row of them would make the window as wide as they are. */
static char *
expand_tabs (const char *text)
{
  g_auto (GStrv) columns = g_strsplit (text, "\t", -1);

  return g_strjoinv ("    ", columns);
}

/* What must not be separated from the character before it, even in a word that is longer than a run. */
static gboolean
is_joined (gunichar c)
{
  return g_unichar_ismark (c) || g_unichar_type (c) == G_UNICODE_FORMAT
         || g_unichar_type (c) == G_UNICODE_MODIFIER_SYMBOL;
}

/* Splits a long text into runs: an attribute begins and ends that changes nothing else. Where a word has to be broken
 * no hyphen is added that was never written: it may be an address or a key. */
static PangoAttrList *
split_runs (const char *text)
{
  PangoAttrList *attributes = pango_attr_list_new ();
  const char *start = text;
  gboolean marked = FALSE;

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    gsize length = (gsize) (p - start);

    if (length < RUN_BYTES || (length < 2 * RUN_BYTES && !g_unichar_isspace (c))
        || (length < 4 * RUN_BYTES && is_joined (c)))
      continue;
    if (marked) {
      PangoAttribute *attribute = pango_attr_fallback_new (TRUE);

      attribute->start_index = (guint) (start - text);
      attribute->end_index = (guint) (p - text);
      pango_attr_list_insert (attributes, attribute);
    }
    marked = !marked;
    start = p;
  }
  return attributes;
}

/* Ends a text after so many lines, if it has more. */
static gboolean
cut_lines (char  *text,
           guint  lines)
{
  for (char *end = strchr (text, '\n'); end != NULL; end = strchr (end + 1, '\n')) {
    if (--lines == 0) {
      *end = '\0';
      return TRUE;
    }
  }
  return FALSE;
}

static void
show_text (UiMessageBody *self)
{
  const char *text = self->text != NULL ? self->text : "";
  g_autofree char *safe = base_text_body (text, self->limit->bytes);
  g_autofree char *body = expand_tabs (safe);
  gboolean cut = cut_lines (body, self->limit->lines) || strlen (text) > self->limit->bytes;
  g_autofree char *markup = body_markup (body);
  g_autofree char *shown = g_strconcat (markup, cut ? "…" : NULL, NULL);
  g_autoptr (PangoAttrList) attributes = split_runs (body);

  gtk_label_set_attributes (GTK_LABEL (self->label), attributes);
  gtk_label_set_markup (GTK_LABEL (self->label), shown);
  if (base_text_is_emoji (body, BIG_EMOJI))
    gtk_widget_add_css_class (self->label, "big-emoji");
  else
    gtk_widget_remove_css_class (self->label, "big-emoji");
  gtk_widget_set_visible (self->more, cut && self->limit == &at_first);
}

static void
more_clicked_cb (UiMessageBody *self)
{
  self->limit = &at_most;
  gtk_widget_grab_focus (self->label);
  show_text (self);
  gtk_label_select_region (GTK_LABEL (self->label), 0, 0);
}

static void
set_end (UiMessageBody *self,
         GtkWidget     *end)
{
  g_clear_pointer (&self->end, gtk_widget_unparent);
  self->end = end;
  if (end != NULL)
    gtk_widget_set_parent (end, GTK_WIDGET (self));
}

/* --- layout ------------------------------------------------------------------------------------------------- */

/* The room that is kept free at the end of every line. */
static int
end_room (UiMessageBody *self)
{
  int width;

  if (self->end == NULL || !gtk_widget_should_layout (self->end))
    return 0;
  gtk_widget_measure (self->end, GTK_ORIENTATION_HORIZONTAL, -1, &width, NULL, NULL, NULL);
  return END_GAP + width;
}

static GtkSizeRequestMode
ui_message_body_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ui_message_body_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  UiMessageBody *self = UI_MESSAGE_BODY (widget);
  int room = end_room (self), more_minimum = 0, more_natural = 0;

  if (gtk_widget_should_layout (self->more))
    gtk_widget_measure (self->more, orientation, -1, &more_minimum, &more_natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    gtk_widget_measure (self->label, orientation, -1, minimum, natural, NULL, NULL);
    *minimum = MAX (*minimum + room, more_minimum);
    *natural = MAX (*natural + room, more_natural);
  } else {
    gtk_widget_measure (self->label, orientation, for_size < 0 ? -1 : MAX (for_size - room, 0), minimum, natural, NULL,
                        NULL);
    *minimum += more_minimum;
    *natural += more_natural;
  }
}

/* Puts the end widget beside the last line, in the middle of its height. */
static void
allocate_end (UiMessageBody *self,
              int            width)
{
  PangoLayoutIter *iter = pango_layout_get_iter (gtk_label_get_layout (GTK_LABEL (self->label)));
  GtkAllocation place;
  PangoRectangle line;
  int x, y;

  while (pango_layout_iter_next_line (iter))
    ;
  pango_layout_iter_get_line_extents (iter, NULL, &line);
  pango_layout_iter_free (iter);
  pango_extents_to_pixels (&line, NULL);
  gtk_label_get_layout_offsets (GTK_LABEL (self->label), &x, &y);

  gtk_widget_measure (self->end, GTK_ORIENTATION_HORIZONTAL, -1, &place.width, NULL, NULL, NULL);
  gtk_widget_measure (self->end, GTK_ORIENTATION_VERTICAL, place.width, &place.height, NULL, NULL, NULL);
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    place.x = width - END_GAP - place.width - (gtk_widget_get_width (self->label) - x - line.x);
  else
    place.x = x + line.x + line.width + END_GAP;
  place.y = y + line.y + (line.height - place.height) / 2;
  gtk_widget_size_allocate (self->end, &place, -1);
}

static void
ui_message_body_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  UiMessageBody *self = UI_MESSAGE_BODY (widget);
  gboolean from_right = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int room = end_room (self), more_width, more_height = 0;

  if (gtk_widget_should_layout (self->more)) {
    gtk_widget_measure (self->more, GTK_ORIENTATION_HORIZONTAL, -1, &more_width, NULL, NULL, NULL);
    gtk_widget_measure (self->more, GTK_ORIENTATION_VERTICAL, -1, &more_height, NULL, NULL, NULL);
    gtk_widget_size_allocate (self->more,
                              &(GtkAllocation) { from_right ? width - more_width : 0, height - more_height, more_width,
                                                 more_height },
                              -1);
  }
  gtk_widget_size_allocate (self->label,
                            &(GtkAllocation) { from_right ? room : 0, 0, width - room, height - more_height }, -1);
  if (room > 0)
    allocate_end (self, width);
}

/* --- life cycle --------------------------------------------------------------------------------------------- */

static void
ui_message_body_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  UiMessageBody *self = UI_MESSAGE_BODY (object);

  switch (prop_id) {
  case PROP_TEXT:
    g_value_set_string (value, self->text);
    break;
  case PROP_END:
    g_value_set_object (value, self->end);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_message_body_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  UiMessageBody *self = UI_MESSAGE_BODY (object);

  switch (prop_id) {
  case PROP_TEXT:
    ui_message_body_set_text (self, g_value_get_string (value));
    break;
  case PROP_END:
    set_end (self, g_value_get_object (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
  }
}

static void
ui_message_body_dispose (GObject *object)
{
  UiMessageBody *self = UI_MESSAGE_BODY (object);

  g_clear_pointer (&self->label, gtk_widget_unparent);
  g_clear_pointer (&self->more, gtk_widget_unparent);
  set_end (self, NULL);
  G_OBJECT_CLASS (ui_message_body_parent_class)->dispose (object);
}

static void
ui_message_body_finalize (GObject *object)
{
  g_free (UI_MESSAGE_BODY (object)->text);
  G_OBJECT_CLASS (ui_message_body_parent_class)->finalize (object);
}

static void
ui_message_body_class_init (UiMessageBodyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_message_body_get_property;
  object_class->set_property = ui_message_body_set_property;
  object_class->dispose = ui_message_body_dispose;
  object_class->finalize = ui_message_body_finalize;
  widget_class->get_request_mode = ui_message_body_get_request_mode;
  widget_class->measure = ui_message_body_measure;
  widget_class->size_allocate = ui_message_body_size_allocate;

  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_END] =
      g_param_spec_object ("end", NULL, NULL, GTK_TYPE_WIDGET, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-message-body.ui");
  gtk_widget_class_bind_template_child (widget_class, UiMessageBody, label);
  gtk_widget_class_bind_template_child (widget_class, UiMessageBody, more);
  gtk_widget_class_bind_template_callback (widget_class, more_clicked_cb);
}

static void
ui_message_body_init (UiMessageBody *self)
{
  self->limit = &at_first;
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * ui_message_body_new:
 *
 * Makes an empty body.
 *
 * Returns: (transfer floating): the widget
 */
GtkWidget *
ui_message_body_new (void)
{
  return g_object_new (UI_TYPE_MESSAGE_BODY, NULL);
}

/**
 * ui_message_body_set_text:
 * @self: a body
 * @text: (nullable): what was said, UTF-8, as it came
 *
 * Shows @text literally: nothing in it is markup, direction overrides and combining towers are tamed, and what is
 * longer than a screen is cut with a button to see more.
 */
void
ui_message_body_set_text (UiMessageBody *self,
                          const char    *text)
{
  g_return_if_fail (UI_IS_MESSAGE_BODY (self));

  if (g_strcmp0 (self->text, text) == 0)
    return;
  g_free (self->text);
  self->text = g_strdup (text);
  self->limit = &at_first;
  show_text (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}
