/* A message's words: selectable, with links one can follow, cut where they would burst the window. */
#include "ui-message-body.h"

#include <glib/gi18n.h>

#include "base-text.h"
#include "base-text-styling.h"

/* How much is shown at first, and at a time after "Show more": laying out a longer label would be felt. What is longer
 * still is shown in parts. */
typedef struct {
  gsize bytes;
  guint lines;
} Limit;

static const Limit at_first = { 4 * 1024, 40 };
static const Limit at_most = { 16 * 1024, 1000 };

/* Breaking a run of text into lines takes time that grows with the square of its length, so no run is much longer. */
#define RUN_BYTES 256

/* So many pieces are styled in one label; whoever needs more wants to keep us busy. */
#define MAX_STYLED 400

/* What a tab is shown as: Pango breaks no line at a tab, and a row of them would make the window as wide as they are.
 */
#define TAB "    "

/* An emoji or three, alone on a line, are drawn large. */
#define BIG_EMOJI 3

/* px between the last line and what stands beside it. */
#define END_GAP 6

struct _UiMessageBody {
  GtkWidget    parent_instance;

  GtkWidget   *label;
  GtkWidget   *more;
  GtkWidget   *end;     /* (nullable) */
  char        *text;    /* (owned, nullable) as it came, UTF-8 */
  gsize        start;   /* the byte of text with which the shown part begins */
  gsize        next;    /* the one with which the next begins; 0: there is none */
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

static char *
expand_tabs (const char *text)
{
  g_auto (GStrv) columns = g_strsplit (text, "\t", -1);

  return g_strjoinv (TAB, columns);
}

/* What must not be separated from the character before it, even in a word that is longer than a run. */
static gboolean
is_joined (gunichar c)
{
  return g_unichar_ismark (c) || g_unichar_type (c) == G_UNICODE_FORMAT
         || g_unichar_type (c) == G_UNICODE_MODIFIER_SYMBOL;
}

static PangoAttribute *
new_style (BaseStyle style)
{
  switch (style) {
  case BASE_STYLE_STRONG:
    return pango_attr_weight_new (PANGO_WEIGHT_BOLD);
  case BASE_STYLE_EMPHASIS:
    return pango_attr_style_new (PANGO_STYLE_ITALIC);
  case BASE_STYLE_STRIKE:
    return pango_attr_strikethrough_new (TRUE);
  case BASE_STYLE_PRE:
  case BASE_STYLE_PRE_BLOCK:
    return pango_attr_family_new ("monospace");
  case BASE_STYLE_QUOTE:
  default:
    return NULL;
  }
}

/* The signs stay where they are, and are copied with the text. */
static void
add_styles (PangoAttrList *attributes,
            const char    *text)
{
  g_autoptr (GArray) found = base_text_styling (text);

  for (guint i = 0; i < MIN (found->len, MAX_STYLED); i++) {
    const BaseStyled *styled = &g_array_index (found, BaseStyled, i);
    PangoAttribute *attribute = new_style (styled->style);

    if (attribute == NULL)
      continue;
    attribute->start_index = (guint) styled->start;
    attribute->end_index = (guint) styled->end;
    pango_attr_list_insert (attributes, attribute);
  }
}

/* Splits a long text into runs: an attribute begins and ends that changes nothing else. */
static void
split_runs (PangoAttrList *attributes,
            const char    *text)
{
  const char *start = text;
  gboolean marked = FALSE;

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
}

/* Where a word has to be broken no hyphen is added that was never written: it may be an address or a key. */
static PangoAttrList *
body_attributes (const char *text)
{
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_insert_hyphens_new (FALSE));
  add_styles (attributes, text);
  split_runs (attributes, text);
  return attributes;
}

static gboolean
is_line_end (gunichar c)
{
  return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* Returns the bytes of the part that begins at @text: a limit is reached before them, or all is told. */
static gsize
part_length (const char  *text,
             const Limit *limit)
{
  guint lines = limit->lines;
  const char *p = text;
  gsize shown = 0;

  while (*p != '\0') {
    const char *next = g_utf8_next_char (p);

    shown += *p == '\t' ? strlen (TAB) : (gsize) (next - p);
    if (shown > limit->bytes || (is_line_end (g_utf8_get_char (p)) && --lines == 0))
      break;
    p = next;
  }
  return (gsize) (p - text);
}

/* A text that runs the other way begins at the other edge. Where lines run both ways, Pango sees to each. */
static void
update_edge (UiMessageBody *self)
{
  gboolean from_right = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int other_way = from_right ? 1 : -1;

  gtk_label_set_xalign (GTK_LABEL (self->label),
                        base_text_direction (gtk_label_get_text (GTK_LABEL (self->label))) == other_way ? 1 : 0);
}

/* Nobody who reads on is left in the middle: after the last part comes the first. */
static void
update_more (UiMessageBody *self)
{
  const char *words = self->limit == &at_first ? _("Show more") : _("Show next part");

  gtk_button_set_label (GTK_BUTTON (self->more), self->next > 0 ? words : _("Show first part"));
  gtk_widget_set_visible (self->more, self->next > 0 || self->start > 0);
}

static void
show_text (UiMessageBody *self)
{
  gsize length = self->text != NULL ? part_length (self->text + self->start, self->limit) : 0;
  g_autofree char *part = g_strndup (self->text != NULL ? self->text + self->start : "", length);
  g_autofree char *safe = base_text_body (part, 2 * self->limit->bytes);
  g_autofree char *expanded = expand_tabs (safe);
  g_autofree char *body = g_strconcat (self->start > 0 ? "…" : "", expanded, NULL);
  g_autofree char *markup = body_markup (body);
  g_autofree char *shown = NULL;
  g_autoptr (PangoAttrList) attributes = body_attributes (body);

  self->next = self->start + length;
  if (self->text != NULL && self->text[self->next] == '\n')
    self->next++;
  if (self->text == NULL || self->text[self->next] == '\0')
    self->next = 0;
  shown = g_strconcat (markup, self->next > 0 ? "…" : NULL, NULL);
  gtk_label_set_attributes (GTK_LABEL (self->label), attributes);
  gtk_label_set_markup (GTK_LABEL (self->label), shown);
  if (base_text_is_emoji (body, BIG_EMOJI))
    gtk_widget_add_css_class (self->label, "big-emoji");
  else
    gtk_widget_remove_css_class (self->label, "big-emoji");
  update_edge (self);
  update_more (self);
}

/* An address is ours to open, and the window asks first; all else is the desktop's. */
static gboolean
link_activate_cb (UiMessageBody *self,
                  const char    *uri)
{
  if (g_ascii_strncasecmp (uri, "xmpp:", strlen ("xmpp:")) != 0)
    return FALSE;
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-link", "s", uri);
  return TRUE;
}

static void
more_clicked_cb (UiMessageBody *self)
{
  if (self->limit != &at_first)
    self->start = self->next;
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

static void
ui_message_body_direction_changed (GtkWidget        *widget,
                                   GtkTextDirection  previous)
{
  GTK_WIDGET_CLASS (ui_message_body_parent_class)->direction_changed (widget, previous);
  update_edge (UI_MESSAGE_BODY (widget));
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
  widget_class->direction_changed = ui_message_body_direction_changed;

  properties[PROP_TEXT] = g_param_spec_string ("text", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_END] =
      g_param_spec_object ("end", NULL, NULL, GTK_TYPE_WIDGET, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/im/linnet/Linnet/ui-message-body.ui");
  gtk_widget_class_bind_template_child (widget_class, UiMessageBody, label);
  gtk_widget_class_bind_template_child (widget_class, UiMessageBody, more);
  gtk_widget_class_bind_template_callback (widget_class, link_activate_cb);
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
 * Shows @text literally: nothing in it is markup, XEP-0393 styling leaves its signs, direction overrides and combining
 * towers are tamed, and what is longer than a screen is cut, with a button to see more, part by part.
 */
void
ui_message_body_set_text (UiMessageBody *self,
                          const char    *text)
{
  g_return_if_fail (UI_IS_MESSAGE_BODY (self));

  if (g_strcmp0 (self->text, text) == 0)
    return;
  g_free (self->text);
  self->text = text != NULL ? g_utf8_make_valid (text, -1) : NULL;
  self->start = 0;
  self->limit = &at_first;
  show_text (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
}
