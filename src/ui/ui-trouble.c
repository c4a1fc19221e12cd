/* What is said when the program starts and finds its own files in trouble. */
#include "ui-trouble.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "ui-errors.h"

static gboolean
is_usable_folder (const char *folder)
{
  return g_file_test (folder, G_FILE_TEST_IS_DIR) && g_access (folder, R_OK | W_OK | X_OK) == 0;
}

static gboolean
is_usable_file (const char *file)
{
  return !g_file_test (file, G_FILE_TEST_EXISTS)
         || (g_file_test (file, G_FILE_TEST_IS_REGULAR) && g_access (file, R_OK | W_OK) == 0);
}

static char *
name_in (const char *sentence,
         const char *path)
{
  g_autofree char *name = g_filename_display_name (path);
  g_auto (GStrv) pieces = g_strsplit (sentence, "{path}", -1);

  return g_strjoinv (name, pieces);
}

/**
 * ui_trouble_has_fonts:
 *
 * Pango has generic families even where there is no font behind them; only loading one shows whether there is.
 *
 * Returns: whether text can be shown at all
 */
gboolean
ui_trouble_has_fonts (void)
{
  PangoFontMap *map = pango_cairo_font_map_get_default ();
  PangoContext *context = pango_font_map_create_context (map);
  PangoFontDescription *any = pango_font_description_from_string ("Sans 11");
  PangoFont *font = pango_font_map_load_font (map, context, any);
  gboolean has_fonts = font != NULL;

  g_clear_object (&font);
  pango_font_description_free (any);
  g_object_unref (context);
  return has_fonts;
}

/**
 * ui_trouble_sentence:
 * @error: why the database could not be opened or read
 * @database: its absolute path
 *
 * Says what is wrong and what to do, and names the folder or the file where the user can do something about it.
 *
 * Returns: (transfer full): translated text
 */
char *
ui_trouble_sentence (const GError *error,
                     const char   *database)
{
  g_autofree char *folder = g_path_get_dirname (database);

  if (!is_usable_folder (folder))
    return name_in (_("Linnet keeps your accounts and messages in {path}, and cannot read and write there. Make sure "
                      "that this is a folder and that it is yours, then start Linnet again."),
                    folder);
  if (!is_usable_file (database))
    return name_in (_("Linnet keeps your accounts and messages in the file {path}, and cannot read and write it. Make "
                      "sure that it is yours, or move it away, then start Linnet again."),
                    database);
  return ui_error_sentence (error, NULL);
}

/**
 * ui_trouble_tell_kept_aside:
 * @window: the parent
 * @kept_aside: the name that the damaged database has now, in the file system's encoding
 * @has_accounts: whether the accounts could be saved
 *
 * Tells that the messages were damaged, what was done about it, and where they are.
 */
void
ui_trouble_tell_kept_aside (GtkWindow  *window,
                            const char *kept_aside,
                            gboolean    has_accounts)
{
  const char *body =
      has_accounts
          ? _("The file with your messages could not be read any more, so Linnet has begun a new one. Your accounts "
              "are still here. The damaged file was kept, in case somebody can mend it:")
          : _("The file with your accounts and messages could not be read any more, so Linnet has begun a new one. Set "
              "up your accounts again. The damaged file was kept, in case somebody can mend it:");
  g_autofree char *name = g_filename_display_name (kept_aside);
  GtkWidget *dialog = adw_message_dialog_new (window, _("Your messages were damaged"), body);
  GtkWidget *path = gtk_label_new (name);

  gtk_label_set_selectable (GTK_LABEL (path), TRUE);
  gtk_label_set_wrap (GTK_LABEL (path), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (path), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_justify (GTK_LABEL (path), GTK_JUSTIFY_CENTER);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), path);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "go-on", _("_Continue"));
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "go-on");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "go-on");
  gtk_window_present (GTK_WINDOW (dialog));
}
