/* A layout for a few buttons: side by side, and beneath each other where there is no room for that.
 *
 * A box would ask for the width of all of them, and with large text the window would become wider than the screen; in a
 * GtkFlowBox each would be a cell of its own for the keyboard and for screen readers. */
#include "ui-wrap-layout.h"

#define SPACING 6   /* px, in both directions */

struct _UiWrapLayout {
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (UiWrapLayout, ui_wrap_layout, GTK_TYPE_LAYOUT_MANAGER)

/* One line of children, from @first to before @next. */
typedef struct {
  GtkWidget *first, *next;   /* (nullable) next */
  int        height;
} Line;

static GtkWidget *
next_shown (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static int
natural_width (GtkWidget *child)
{
  int natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

/* As many children from @first as fit into @width, one at least. */
static Line
take_line (GtkWidget *first,
           int        width)
{
  Line line = { first, first, 0 };
  int used = 0;

  while (line.next != NULL) {
    int needed = natural_width (line.next), height;

    if (line.next != first && used + SPACING + needed > width)
      break;
    used += needed + (line.next != first ? SPACING : 0);
    gtk_widget_measure (line.next, GTK_ORIENTATION_VERTICAL, MIN (needed, width), NULL, &height, NULL, NULL);
    line.height = MAX (line.height, height);
    line.next = next_shown (gtk_widget_get_next_sibling (line.next));
  }
  return line;
}

static void
measure_width (GtkWidget *widget,
               int       *minimum,
               int       *natural)
{
  GtkWidget *first = next_shown (gtk_widget_get_first_child (widget));

  for (GtkWidget *child = first; child != NULL; child = next_shown (gtk_widget_get_next_sibling (child))) {
    int child_minimum, child_natural;

    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural, NULL, NULL);
    *minimum = MAX (*minimum, child_minimum);
    *natural += child_natural + (child != first ? SPACING : 0);
  }
}

static void
ui_wrap_layout_measure (GtkLayoutManager *manager,
                        GtkWidget        *widget,
                        GtkOrientation    orientation,
                        int               for_size,
                        int              *minimum,
                        int              *natural,
                        int              *minimum_baseline,
                        int              *natural_baseline)
{
  GtkWidget *child = next_shown (gtk_widget_get_first_child (widget));

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL) {
    measure_width (widget, minimum, natural);
    return;
  }
  while (child != NULL) {
    Line line = take_line (child, for_size >= 0 ? for_size : G_MAXINT);

    *natural += line.height + (line.next != NULL ? SPACING : 0);
    child = line.next;
  }
  *minimum = *natural;
}

static void
allocate_line (const Line *line,
               GtkWidget  *widget,
               int         width,
               int         y)
{
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int x = 0;

  for (GtkWidget *child = line->first; child != line->next;
       child = next_shown (gtk_widget_get_next_sibling (child))) {
    int child_width = MIN (natural_width (child), width);

    gtk_widget_size_allocate (child,
                              &(GtkAllocation) { rtl ? width - x - child_width : x, y, child_width, line->height }, -1);
    x += child_width + SPACING;
  }
}

static void
ui_wrap_layout_allocate (GtkLayoutManager *manager,
                         GtkWidget        *widget,
                         int               width,
                         int               height,
                         int               baseline)
{
  GtkWidget *child = next_shown (gtk_widget_get_first_child (widget));
  int y = 0;

  while (child != NULL) {
    Line line = take_line (child, width);

    allocate_line (&line, widget, width, y);
    y += line.height + SPACING;
    child = line.next;
  }
}

static GtkSizeRequestMode
ui_wrap_layout_get_request_mode (GtkLayoutManager *manager,
                                 GtkWidget        *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ui_wrap_layout_class_init (UiWrapLayoutClass *klass)
{
  GtkLayoutManagerClass *layout_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  layout_class->measure = ui_wrap_layout_measure;
  layout_class->allocate = ui_wrap_layout_allocate;
  layout_class->get_request_mode = ui_wrap_layout_get_request_mode;
}

static void
ui_wrap_layout_init (UiWrapLayout *self)
{
}

/**
 * ui_wrap_layout_new:
 *
 * Returns: (transfer full): a layout that keeps each child as wide as it wants to be, if there is room for that
 */
GtkLayoutManager *
ui_wrap_layout_new (void)
{
  return g_object_new (UI_TYPE_WRAP_LAYOUT, NULL);
}
