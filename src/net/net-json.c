/* JSON (RFC 8259) as a GVariant: small documents from strangers, read strictly. */
#include "net-json.h"

#include <string.h>

typedef struct {
  const char *at, *end;
  guint       depth;
} Json;

static GVariant *read_value (Json *self);

static char
peek (Json *self)
{
  while (self->at < self->end && strchr (" \t\r\n", *self->at) != NULL)
    self->at++;
  if (self->at == self->end)
    return '\0';
  return *self->at;
}

static gboolean
take (Json *self,
      char  wanted)
{
  if (peek (self) != wanted)
    return FALSE;
  self->at++;
  return TRUE;
}

static gboolean
take_word (Json       *self,
           const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (self->end - self->at) < length || strncmp (self->at, word, length) != 0)
    return FALSE;
  self->at += length;
  return TRUE;
}

static gboolean
read_hex (Json     *self,
          gunichar *code)
{
  *code = 0;
  if (self->end - self->at < 4)
    return FALSE;
  for (int i = 0; i < 4; i++) {
    int digit = g_ascii_xdigit_value (*self->at++);

    if (digit < 0)
      return FALSE;
    *code = *code << 4 | (gunichar) digit;
  }
  return TRUE;
}

/* What stands behind "\u": one character, of which those outside the basic plane are written as two halves. */
static gboolean
read_character (Json    *self,
                GString *text)
{
  gunichar code, low;

  if (!read_hex (self, &code))
    return FALSE;
  if (code >= 0xd800 && code < 0xdc00) {
    if (!take_word (self, "\\u") || !read_hex (self, &low) || low < 0xdc00 || low > 0xdfff)
      return FALSE;
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
  }
  if (code == 0 || !g_unichar_validate (code))
    return FALSE;
  g_string_append_unichar (text, code);
  return TRUE;
}

static gboolean
read_escape (Json    *self,
             GString *text)
{
  static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  const char *letter;
  char escaped;

  if (self->at == self->end)
    return FALSE;
  escaped = *self->at++;
  if (escaped == 'u')
    return read_character (self, text);
  letter = escaped != '\0' ? strchr (letters, escaped) : NULL;
  if (letter == NULL)
    return FALSE;
  g_string_append_c (text, meanings[letter - letters]);
  return TRUE;
}

static char *
read_string (Json *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (!take (self, '"'))
    return NULL;
  while (self->at < self->end && *self->at != '"') {
    char byte = *self->at++;

    if ((guchar) byte < 0x20 || (byte == '\\' && !read_escape (self, text)))
      return NULL;
    if (byte != '\\')
      g_string_append_c (text, byte);
  }
  return take (self, '"') ? g_strdup (text->str) : NULL;
}

static gboolean
skip_digits (Json *self)
{
  const char *start = self->at;

  while (self->at < self->end && g_ascii_isdigit (*self->at))
    self->at++;
  return self->at > start;
}

static GVariant *
read_number (Json *self)
{
  g_autofree char *copy = NULL;
  const char *start = self->at;

  take_word (self, "-");
  if (!take_word (self, "0") && !skip_digits (self))
    return NULL;
  if (take_word (self, ".") && !skip_digits (self))
    return NULL;
  if (take_word (self, "e") || take_word (self, "E")) {
    if (!take_word (self, "+"))
      take_word (self, "-");
    if (!skip_digits (self))
      return NULL;
  }
  copy = g_strndup (start, self->at - start);
  return g_variant_new_double (g_ascii_strtod (copy, NULL));
}

static GVariant *
read_array (Json *self)
{
  g_auto (GVariantBuilder) items = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("av"));

  take (self, '[');
  if (!take (self, ']')) {
    do {
      GVariant *item = read_value (self);

      if (item == NULL)
        return NULL;
      g_variant_builder_add (&items, "v", item);
    } while (take (self, ','));
    if (!take (self, ']'))
      return NULL;
  }
  return g_variant_builder_end (&items);
}

static GVariant *
read_object (Json *self)
{
  g_auto (GVariantBuilder) members = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{sv}"));

  take (self, '{');
  if (!take (self, '}')) {
    do {
      g_autofree char *name = read_string (self);
      GVariant *value = name != NULL && take (self, ':') ? read_value (self) : NULL;

      if (value == NULL)
        return NULL;
      g_variant_builder_add (&members, "{sv}", name, value);
    } while (take (self, ','));
    if (!take (self, '}'))
      return NULL;
  }
  return g_variant_builder_end (&members);
}

static GVariant *
read_container (Json *self)
{
  GVariant *value = NULL;

  if (self->depth++ < NET_JSON_MAX_DEPTH)
    value = *self->at == '[' ? read_array (self) : read_object (self);
  self->depth--;
  return value;
}

/* Returns a floating reference, or NULL. */
static GVariant *
read_value (Json *self)
{
  g_autofree char *string = NULL;

  switch (peek (self)) {
  case '{':
  case '[':
    return read_container (self);
  case '"':
    string = read_string (self);
    return string != NULL ? g_variant_new_string (string) : NULL;
  case 't':
    return take_word (self, "true") ? g_variant_new_boolean (TRUE) : NULL;
  case 'f':
    return take_word (self, "false") ? g_variant_new_boolean (FALSE) : NULL;
  case 'n':
    return take_word (self, "null") ? g_variant_new_maybe (G_VARIANT_TYPE_VARIANT, NULL) : NULL;
  default:
    return read_number (self);
  }
}

/**
 * net_json_parse:
 * @text: (array length=length): one JSON document in UTF-8
 * @length: its length in bytes
 * @error: return location for an error
 *
 * Reads a document. Objects become `a{sv}` (of two members of the same name the first is found), arrays `av`, strings
 * `s`, numbers `d`, truths `b`, null an empty `mv`.
 *
 * Returns: (transfer full) (nullable): the document, or %NULL with %G_IO_ERROR_INVALID_DATA set
 */
GVariant *
net_json_parse (const char  *text,
                gsize        length,
                GError     **error)
{
  Json self = { text, text + length, 0 };
  g_autoptr (GVariant) value = NULL;

  if (g_utf8_validate_len (text, length, NULL))
    value = read_value (&self);
  if (value != NULL)
    g_variant_ref_sink (value);
  if (value == NULL || (peek (&self), self.at < self.end)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "This is not JSON");
    return NULL;
  }
  return g_steal_pointer (&value);
}
