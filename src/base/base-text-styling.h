/* What is strong, emphasised, struck out, preformatted or quoted in a text (XEP-0393). */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  BASE_STYLE_STRONG,
  BASE_STYLE_EMPHASIS,
  BASE_STYLE_STRIKE,
  BASE_STYLE_PRE,         /* inside a line */
  BASE_STYLE_PRE_BLOCK,   /* whole lines */
  BASE_STYLE_QUOTE,
} BaseStyle;

/* A styled piece of a text: [start, end) in bytes, with the signs that make it one. */
typedef struct {
  BaseStyle style;
  gsize     start, end;
} BaseStyled;

GArray *base_text_styling (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
