/* tokpost.c -- post-processors: which special tokens go around one text, and
** around two.
**
** All kinds come down to one template for a text and one for a pair:
** TemplateProcessing has them, BertProcessing and RobertaProcessing stand for
** known ones, ByteLevel only trims blanks off the offsets.
*/
#include <string.h>
#include "text/tokparts.h"
#include "base/poison.h"

enum { TEMPLATE_MAX = 4096, DEPTH_MAX = 16 };

int lit_template_add(LitErr *e, LitTemplate *t, int seq, uint32_t id,
                     int type) {
  if (e->rc) return e->rc;
  if (t->n >= TEMPLATE_MAX)
    return lit_fail(e, LIT_TOOBIG, "post_processor: template too long");
  if (LIT_GROW(e, &t->at, &t->room, t->n + 1)) return e->rc;
  t->at[t->n++] = (LitTemplateItem){id, (uint8_t)seq, (uint8_t)type};
  return LIT_OK;
}

/* "sep": ["[SEP]", 102] */
static int64_t pair_id(LitErr *e, const json_t *node, const char *key) {
  const json_t *id = json_array_get(json_object_get(node, key), 1);
  json_int_t v = json_integer_value(id);
  if (!json_is_integer(id) || v < 0 || v >= LIT_VOCAB_MAX)
    lit_fail(e, LIT_CORRUPT, "%s: %s must be a token and its id",
             lit_tokjson_type(node), key);
  return v;
}

/* cls A sep | cls A sep (again) B sep */
static int fixed(LitErr *e, LitSubword *t, const json_t *node, int again,
                 int type) {
  uint32_t cls = (uint32_t)pair_id(e, node, "cls");
  uint32_t sep = (uint32_t)pair_id(e, node, "sep");
  LitTemplate *both[] = {&t->single, &t->pair};
  for (int i = 0; i < 2; i++) {
    lit_template_add(e, both[i], 0, cls, 0);
    lit_template_add(e, both[i], 1, 0, 0);
    lit_template_add(e, both[i], 0, sep, 0);
  }
  if (again) lit_template_add(e, &t->pair, 0, sep, type);
  lit_template_add(e, &t->pair, 2, 0, type);
  return lit_template_add(e, &t->pair, 0, sep, type);
}

int lit_tokpost_bert(LitErr *e, LitSubword *t, int32_t cls, int32_t sep) {
  if (cls >= 0 && sep >= 0) {
    lit_template_add(e, &t->single, 0, (uint32_t)cls, 0);
    lit_template_add(e, &t->single, 1, 0, 0);
    lit_template_add(e, &t->single, 0, (uint32_t)sep, 0);
    for (size_t i = 0; i < 3 && !e->rc; i++)
      lit_template_add(e, &t->pair, t->single.at[i].seq, t->single.at[i].id, 0);
    lit_template_add(e, &t->pair, 2, 0, 1);
    lit_template_add(e, &t->pair, 0, (uint32_t)sep, 1);
  }
  return lit_tokpost_load(e, t, NULL);
}

static int load_bert(LitErr *e, LitSubword *t, const json_t *node) {
  return fixed(e, t, node, 0, 1);
}

static int load_roberta(LitErr *e, LitSubword *t, const json_t *node) {
  t->trim_offsets = lit_tokjson_bool(e, node, "trim_offsets", 1);
  t->trim_prefix = lit_tokjson_bool(e, node, "add_prefix_space", 1);
  return fixed(e, t, node, 1, 0);
}

static int load_bytes(LitErr *e, LitSubword *t, const json_t *node) {
  t->trim_offsets = lit_tokjson_bool(e, node, "trim_offsets", 1);
  t->trim_prefix = lit_tokjson_bool(e, node, "add_prefix_space", 1);
  return e->rc;
}

/* The ids of a special token of the template, by its name. */
static int add_special(LitErr *e, LitTemplate *out, const json_t *specials,
                       const char *name, int type) {
  const json_t *ids, *id;
  size_t i;
  ids = json_object_get(name ? json_object_get(specials, name) : NULL, "ids");
  if (!json_is_array(ids))
    return lit_fail(e, LIT_CORRUPT, "TemplateProcessing: special token '%.60s' "
                    "has no ids", name ? name : "?");
  json_array_foreach(ids, i, id) {
    json_int_t v = json_integer_value(id);
    if (!json_is_integer(id) || v < 0 || v >= LIT_VOCAB_MAX)
      return lit_fail(e, LIT_CORRUPT, "TemplateProcessing: bad id of '%.60s'",
                      name);
    if (lit_template_add(e, out, 0, (uint32_t)v, type)) break;
  }
  return e->rc;
}

static int add_template(LitErr *e, LitTemplate *out, const json_t *list,
                        const json_t *specials) {
  const json_t *item;
  size_t i;
  json_array_foreach(list, i, item) {
    const json_t *seq = json_object_get(item, "Sequence");
    const json_t *special = json_object_get(item, "SpecialToken");
    const json_t *what = seq ? seq : special;
    const char *id = json_string_value(json_object_get(what, "id"));
    int type = (int)lit_tokjson_int(e, what, "type_id", 0, 255, 0);
    if (!id || (seq && strcmp(id, "A") != 0 && strcmp(id, "B") != 0))
      return lit_fail(e, LIT_CORRUPT, "TemplateProcessing: bad piece %zu", i);
    if (seq) lit_template_add(e, out, *id == 'A' ? 1 : 2, 0, type);
    else add_special(e, out, specials, id, type);
    if (e->rc) break;
  }
  return e->rc;
}

static int load_template(LitErr *e, LitSubword *t, const json_t *node) {
  const json_t *specials = json_object_get(node, "special_tokens");
  add_template(e, &t->single, json_object_get(node, "single"), specials);
  return add_template(e, &t->pair, json_object_get(node, "pair"), specials);
}

static const struct Row {
  const char *name, *doc;
  int (*load)(LitErr *e, LitSubword *t, const json_t *node);
} rows[] = {
  {"BertProcessing", "cls A sep B sep", load_bert},
  {"RobertaProcessing", "cls A sep sep B sep; trims offsets", load_roberta},
  {"TemplateProcessing", "any special tokens around A and B", load_template},
  {"ByteLevel", "trims blanks off the offsets", load_bytes},
};

int lit_tokpost_row(size_t i, LitTokPart *out) {
  if (i >= sizeof rows / sizeof *rows) return 0;
  *out = (LitTokPart){"post-processor", rows[i].name, rows[i].doc};
  return 1;
}

static int load_any(LitErr *e, LitSubword *t, const json_t *node, int depth) {
  const char *type = lit_tokjson_type(node);
  const json_t *list = json_object_get(node, "processors"), *item;
  size_t i;
  for (i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(rows[i].name, type) == 0) return rows[i].load(e, t, node);
  if (strcmp(type, "Sequence") != 0 || depth > DEPTH_MAX)
    return lit_fail(e, LIT_CORRUPT, "post_processor: unknown kind '%.60s'",
                    type);
  json_array_foreach(list, i, item)
    if (load_any(e, t, item, depth + 1)) break;
  return e->rc;
}

/* Without a template a text stands alone, and a pair is A B. */
int lit_tokpost_load(LitErr *e, LitSubword *t, const json_t *node) {
  if (node && !json_is_null(node) && load_any(e, t, node, 0)) return e->rc;
  if (!t->single.n) lit_template_add(e, &t->single, 1, 0, 0);
  if (!t->pair.n) {
    lit_template_add(e, &t->pair, 1, 0, 0);
    lit_template_add(e, &t->pair, 2, 0, 1);
  }
  return e->rc;
}
