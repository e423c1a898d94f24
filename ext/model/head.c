/* head.c -- see head.h.  One text is one lane of a panel (kern/net.h): the
** other 15 are computed for nothing, which is little beside the network. */
#include <string.h>
#include "model/head.h"
#include "model/tensor.h"
#include "base/poison.h"

/* Does config.json's architectures name one `for` that? */
static int is_for(const LitJson *config, const char *what) {
  const json_t *name, *all = json_object_get(config->at, "architectures");
  size_t i;
  json_array_foreach(all, i, name)
    if (json_is_string(name) &&
        strstr(json_string_value(name), what))
      return 1;
  return 0;
}

/* Its labels: id2label has an entry for each; without it there are two. */
static int check_labels(LitErr *e, const LitJson *config) {
  LitJsonRange range = {.lo = 1, .hi = 1 << 20, .none = 2};
  const json_t *names = json_object_get(config->at, "id2label");
  long long n = lit_json_int(e, config, "num_labels", range);
  if (json_is_object(names)) n = (long long)json_object_size(names);
  if (!e->rc && n != 1)
    lit_fail(e, LIT_MISMATCH, "%s/%s: a classifier of %lld labels; expected "
             "one, as rerankers have", config->folder, config->file, n);
  return e->rc;
}

/* "torch.nn.modules.linear.Identity" -> what comes last. */
static int find_last(LitErr *e, const LitJson *config, LitHead *head) {
  static const char old[] = "sbert_ce_default_activation_function";
  LitJson inner = *config;
  const char *key = "activation_fn", *name, *dot;
  inner.at = json_object_get(config->at, "sentence_transformers");
  if (!json_object_get(inner.at, key)) inner = *config, key = old;
  name = lit_json_str(e, &inner, key, "Sigmoid");
  dot = strrchr(name, '.');
  if (dot) name = dot + 1;
  if (!e->rc && strcmp(name, "Sigmoid") == 0)
    head->last = lit_act_find(e, config, key, "sigmoid");
  else if (!e->rc && strcmp(name, "Identity"))
    lit_fail(e, LIT_MISMATCH, "%s/%s: %s '%.60s': expected Sigmoid or Identity",
             config->folder, config->file, key, name);
  return e->rc;
}

static int get_tensors(LitErr *e, LitModel *m, const LitHeadNames *names,
                       LitHead *head) {
  LitTensorName n = {.prefixes = names->prefixes};
  size_t width = (size_t)m->width;
  LitLinearShape dense = {.n_in = width, .n_out = width,
                          .no_bias = names->no_bias};
  LitLinearShape out = {.n_in = width, .n_out = 1, .no_bias = names->no_bias};
  head->has_dense = names->dense != NULL;
  head->has_norm = names->norm != NULL;
  n.name = names->dense;
  if (n.name) lit_tensor_linear(e, m, &n, &dense, &head->dense);
  n.name = names->norm;
  if (n.name) lit_tensor_norm(e, m, &n, width, names->no_bias, &head->norm);
  n.name = names->out;
  return lit_tensor_linear(e, m, &n, &out, &head->out);
}

int lit_head_open(LitErr *e, LitModel *m, const LitJson *config) {
  const LitHeadNames *names = m->arch->head;
  const char *pooling, *act;
  LitHead *head;
  m->is_language_model = is_for(config, "ForCausalLM") &&
                         !lit_json_exists(m->path, "modules.json");
  m->is_tied = lit_json_bool(e, config, "tie_word_embeddings", 1);
  if (!is_for(config, "ForSequenceClassification")) return e->rc;
  if (!names)
    return lit_fail(e, LIT_MISMATCH, "%s/%s: no classification head is known "
                    "for model_type '%s'", m->path, config->file,
                    m->arch->name);
  head = lit_arena_new(e, &m->arena, 1, sizeof *head);
  if (!head) return e->rc;
  *head = (LitHead){0};
  if (check_labels(e, config) || find_last(e, config, head)) return e->rc;
  pooling = lit_json_str(e, config, "classifier_pooling", "cls");
  act = names->act ? names->act
                   : lit_json_str(e, config, "classifier_activation", "gelu");
  head->norm.eps = (float)lit_json_real(e, config, "norm_eps", 1e-5);
  if (names->from_last) head->from = LIT_HEAD_LAST;
  else if (strcmp(pooling, "mean") == 0) head->from = LIT_HEAD_MEAN;
  else if (!e->rc && strcmp(pooling, "cls"))
    lit_fail(e, LIT_MISMATCH, "%s/%s: classifier_pooling '%.40s': expected cls "
             "or mean", m->path, config->file, pooling);
  if (!e->rc)
    head->act = lit_act_find(e, config, "classifier_activation", act);
  if (!e->rc && !get_tensors(e, m, names, head)) m->head = head;
  return e->rc;
}

size_t lit_head_room(const LitModel *m) {
  return 2 * (size_t)m->width * LIT_LANES;
}

float lit_head_score(const LitModel *m, const float *states, size_t n,
                     float *spare) {
  const LitHead *head = m->head;
  size_t width = (size_t)m->width;
  float *x = spare, *y = spare + width * LIT_LANES, last[LIT_LANES];
  int is_mean = head->from == LIT_HEAD_MEAN;
  memset(x, 0, width * LIT_LANES * sizeof *x);
  if (head->from == LIT_HEAD_LAST) states += (n - 1) * width;
  for (size_t t = 0; t < (is_mean ? n : 1); t++)
    for (size_t i = 0; i < width; i++) x[i * LIT_LANES] += states[t * width + i];
  for (size_t i = 0; is_mean && i < width; i++) x[i * LIT_LANES] /= (float)n;
  if (head->has_dense) {
    lit_linear(&head->dense, x, 1, y, head->act);
    x = y, y = spare;
  }
  if (head->has_norm) lit_net()->norm(x, NULL, width, &head->norm);
  lit_linear(&head->out, x, 1, last, NULL);
  if (head->last) head->last(last, LIT_LANES);
  return last[0];
}
