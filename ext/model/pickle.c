/* pickle.c -- see pickle.h.
**
** The machine has a stack and a memo of values.  An opcode is a row of `ops`:
** its byte and the function that does it.  Values are never changed once
** made, except that a dictionary or list gets items; so they may be shared,
** and no value can contain itself but through those, which are never walked
** deeper than one level.  Memory is bounded: one opcode makes at most one
** value, and a pickle has at most PICKLE_MAX bytes.
**
** Opcodes: Python's pickletools.py, protocol 2, those that torch.save uses.
*/
#include <string.h>
#include "base/buf.h"
#include "model/pickle.h"
#include "base/poison.h"

enum { PICKLE_MAX = 16 << 20, WORD_MAX = 512 };

typedef enum {
  V_NONE, V_MARK, V_INT, V_TEXT, V_GLOBAL, V_TUPLE, V_LIST, V_DICT, V_STORAGE,
  V_TENSOR, V_OTHER
} Tag;

/* What a pickle may name. */
typedef enum { G_DICT, G_TENSOR, G_PARAMETER, G_STORAGE } Callee;
typedef struct Global {
  const char *name;         /* module and name */
  Callee callee;
  LitDtype dtype;           /* of a storage */
} Global;

static const Global globals[] = {
  {"collections OrderedDict", G_DICT, 0},
  {"torch._utils _rebuild_tensor_v2", G_TENSOR, 0},
  {"torch._utils _rebuild_parameter", G_PARAMETER, 0},
  {"torch FloatStorage", G_STORAGE, LIT_DT_F32},
  {"torch HalfStorage", G_STORAGE, LIT_DT_F16},
  {"torch BFloat16Storage", G_STORAGE, LIT_DT_BF16},
  {"torch DoubleStorage", G_STORAGE, LIT_DT_F64},
  {"torch LongStorage", G_STORAGE, LIT_DT_I64},
  {"torch IntStorage", G_STORAGE, LIT_DT_I32},
  {"torch ShortStorage", G_STORAGE, LIT_DT_I16},
  {"torch CharStorage", G_STORAGE, LIT_DT_I8},
  {"torch ByteStorage", G_STORAGE, LIT_DT_U8},
  {"torch BoolStorage", G_STORAGE, LIT_DT_U8},
};

typedef struct Value {
  Tag tag;
  int64_t i;                /* V_INT */
  const char *text;         /* V_TEXT; V_STORAGE: its key */
  const Global *global;     /* V_GLOBAL, V_STORAGE */
  struct Value **items;     /* V_TUPLE [n] */
  size_t n;
  LitPickled *tensor;       /* V_TENSOR */
} Value;

typedef struct Vm {
  LitErr *e;
  LitArena *names;          /* outlives the machine */
  LitArena arena;           /* values */
  const char *where;
  LitIn in;
  Value **stack, **memo;
  size_t n, room, n_memo, memo_room;
  LitPickle *out;
  int done;
} Vm;

static int refuse(Vm *vm, const char *what) {
  return lit_fail(vm->e, LIT_CORRUPT, "%s: pickle: %.100s", vm->where, what);
}

static Value *make(Vm *vm, Tag tag) {
  Value *v = lit_arena_new(vm->e, &vm->arena, 1, sizeof *v);
  if (v) *v = (Value){.tag = tag};
  return v;
}

static void push(Vm *vm, Value *v) {
  if (vm->e->rc || !v || LIT_GROW(vm->e, &vm->stack, &vm->room, vm->n + 1))
    return;
  vm->stack[vm->n++] = v;
}

static void push_int(Vm *vm, int64_t i) {
  Value *v = make(vm, V_INT);
  if (v) v->i = i;
  push(vm, v);
}

static Value *pop(Vm *vm) {
  if (vm->n == 0) return refuse(vm, "nothing on the stack"), NULL;
  return vm->stack[--vm->n];
}

/* The stack's size below the topmost mark, which is taken away by the caller;
** SIZE_MAX and an error if there is none. */
static size_t mark_at(Vm *vm) {
  size_t i = vm->n;
  while (i > 0 && vm->stack[i - 1]->tag != V_MARK) i--;
  if (i == 0) return refuse(vm, "no mark on the stack"), SIZE_MAX;
  return i - 1;
}

/* A line of text up to '\n', into word [WORD_MAX]. */
static void line(Vm *vm, char *word) {
  size_t n = 0;
  unsigned c = '\n';
  while ((c = lit_in_u8(&vm->in)) != '\n' && !vm->in.bad && n < WORD_MAX - 1)
    word[n++] = (char)c;
  word[n] = '\0';
}

static void op_skip1(Vm *vm) { lit_in_u8(&vm->in); }
static void op_mark(Vm *vm) { push(vm, make(vm, V_MARK)); }
static void op_none(Vm *vm) { push(vm, make(vm, V_NONE)); }
static void op_list(Vm *vm) { push(vm, make(vm, V_LIST)); }
static void op_dict(Vm *vm) { push(vm, make(vm, V_DICT)); }
static void op_true(Vm *vm) { push_int(vm, 1); }
static void op_false(Vm *vm) { push_int(vm, 0); }
static void op_int1(Vm *vm) { push_int(vm, lit_in_u8(&vm->in)); }
static void op_int4(Vm *vm) { push_int(vm, (int32_t)lit_in_u32(&vm->in)); }
static void op_stop(Vm *vm) { vm->done = 1; }

static void op_int2(Vm *vm) {
  unsigned low = lit_in_u8(&vm->in);
  push_int(vm, (int64_t)(low | lit_in_u8(&vm->in) << 8));
}

/* LONG1: a byte n, then n bytes of two's complement. */
static void op_long(Vm *vm) {
  unsigned n = lit_in_u8(&vm->in);
  const uint8_t *p = lit_in_take(&vm->in, n);
  uint64_t v = 0;
  if (!p || n > 8) {
    refuse(vm, "an integer over 64 bits");
    return;
  }
  for (unsigned i = 0; i < n; i++) v |= (uint64_t)p[i] << 8 * i;
  if (n && n < 8 && p[n - 1] & 0x80) v |= UINT64_MAX << 8 * n;
  push_int(vm, (int64_t)v);
}

static void op_float(Vm *vm) {
  lit_in_take(&vm->in, 8);
  push(vm, make(vm, V_OTHER));
}

static void text(Vm *vm, size_t n) {
  const uint8_t *p = lit_in_take(&vm->in, n);
  Value *v = make(vm, V_TEXT);
  if (!v) return;
  if (!p) {
    refuse(vm, "a text beyond the end");
    return;
  }
  v->text = lit_arena_copy(vm->e, vm->names, p, n);
  push(vm, v);
}

static void op_text4(Vm *vm) { text(vm, lit_in_u32(&vm->in)); }
static void op_text1(Vm *vm) { text(vm, lit_in_u8(&vm->in)); }

static void op_global(Vm *vm) {
  char word[2 * WORD_MAX];
  Value *v = make(vm, V_GLOBAL);
  size_t n;
  line(vm, word);
  n = strlen(word);
  word[n] = ' ';
  line(vm, word + n + 1);
  if (!v) return;
  for (size_t i = 0; i < sizeof globals / sizeof *globals; i++)
    if (strcmp(globals[i].name, word) == 0) v->global = &globals[i];
  if (!v->global)
    lit_fail(vm->e, LIT_CORRUPT, "%s: pickle: wants '%.80s', which no tensor "
             "needs", vm->where, word);
  push(vm, v);
}

/* Values from the stack [from..n) become a tuple, put in their place. */
static void tuple(Vm *vm, size_t from, size_t drop) {
  Value *v = make(vm, V_TUPLE);
  if (!v) return;
  v->n = vm->n - from;
  v->items = lit_arena_new(vm->e, &vm->arena, v->n, sizeof *v->items);
  if (!v->items) return;
  if (v->n) memcpy(v->items, vm->stack + from, v->n * sizeof *v->items);
  vm->n = from - drop;
  push(vm, v);
}

static void tuple_n(Vm *vm, size_t n) {
  if (vm->n < n) refuse(vm, "nothing on the stack");
  else tuple(vm, vm->n - n, 0);
}

static void op_tuple0(Vm *vm) { tuple_n(vm, 0); }
static void op_tuple1(Vm *vm) { tuple_n(vm, 1); }
static void op_tuple2(Vm *vm) { tuple_n(vm, 2); }
static void op_tuple3(Vm *vm) { tuple_n(vm, 3); }
static void op_tuple(Vm *vm) {
  size_t mark = mark_at(vm);
  if (mark != SIZE_MAX) tuple(vm, mark + 1, 1);
}

static void memo_put(Vm *vm, size_t i) {
  if (vm->n == 0 || i > PICKLE_MAX / 4 || i > vm->n_memo + 1000000) {
    refuse(vm, "a memo out of range");
    return;
  }
  if (LIT_GROW(vm->e, &vm->memo, &vm->memo_room, i + 1)) return;
  while (vm->n_memo <= i) vm->memo[vm->n_memo++] = NULL;
  vm->memo[i] = vm->stack[vm->n - 1];
}

static void memo_get(Vm *vm, size_t i) {
  if (i >= vm->n_memo || !vm->memo[i]) refuse(vm, "a memo that is not there");
  else push(vm, vm->memo[i]);
}

static void op_put1(Vm *vm) { memo_put(vm, lit_in_u8(&vm->in)); }
static void op_put4(Vm *vm) { memo_put(vm, lit_in_u32(&vm->in)); }
static void op_get1(Vm *vm) { memo_get(vm, lit_in_u8(&vm->in)); }
static void op_get4(Vm *vm) { memo_get(vm, lit_in_u32(&vm->in)); }

/* ('storage', type, key, device, n): the bytes of data/KEY. */
static void op_persid(Vm *vm) {
  Value *id = pop(vm), *v = make(vm, V_STORAGE);
  if (!id || !v) return;
  if (id->tag != V_TUPLE || id->n < 3 || id->items[1]->tag != V_GLOBAL ||
      id->items[1]->global->callee != G_STORAGE || id->items[2]->tag != V_TEXT) {
    refuse(vm, "a persistent id that is no storage");
    return;
  }
  v->global = id->items[1]->global;
  v->text = id->items[2]->text;
  push(vm, v);
}

/* A tuple of numbers >= 0 into out [LIT_TENSOR_DIMS]; how many, or -1. */
static int sizes(const Value *v, uint64_t *out) {
  if (v->tag != V_TUPLE || v->n > LIT_TENSOR_DIMS) return -1;
  for (size_t i = 0; i < v->n; i++) {
    if (v->items[i]->tag != V_INT || v->items[i]->i < 0) return -1;
    out[i] = (uint64_t)v->items[i]->i;
  }
  return (int)v->n;
}

/* _rebuild_tensor_v2(storage, offset, size, stride, ...) */
static Value *tensor(Vm *vm, const Value *args) {
  Value *v = make(vm, V_TENSOR);
  LitPickled *t = lit_arena_new(vm->e, &vm->arena, 1, sizeof *t);
  if (!v || !t) return NULL;
  *t = (LitPickled){0};
  if (args->n < 4 || args->items[0]->tag != V_STORAGE ||
      args->items[1]->tag != V_INT || args->items[1]->i < 0 ||
      (t->n_dims = sizes(args->items[2], t->dims)) < 0 ||
      sizes(args->items[3], t->strides) != t->n_dims)
    return refuse(vm, "a tensor without storage, offset, size and stride"),
           NULL;
  t->storage = args->items[0]->text;
  t->dtype = args->items[0]->global->dtype;
  t->offset = (uint64_t)args->items[1]->i;
  v->tensor = t;
  return v;
}

static void op_reduce(Vm *vm) {
  Value *args = pop(vm), *fn = args ? pop(vm) : NULL;
  if (!fn) return;
  if (fn->tag != V_GLOBAL || args->tag != V_TUPLE)
    refuse(vm, "a call of what is no function");
  else if (fn->global->callee == G_DICT && args->n == 0)
    push(vm, make(vm, V_DICT));
  else if (fn->global->callee == G_TENSOR)
    push(vm, tensor(vm, args));
  else if (fn->global->callee == G_PARAMETER && args->n > 0)
    push(vm, args->items[0]);
  else
    refuse(vm, "a call with the wrong arguments");
}

/* BUILD sets a Python object's attributes: of no interest here. */
static void op_build(Vm *vm) {
  if (pop(vm) && vm->n == 0) refuse(vm, "nothing to build");
}

/* key, value of a dictionary: a tensor is what we came for. */
static void item(Vm *vm, const Value *key, const Value *v) {
  LitPickle *out = vm->out;
  if (key->tag != V_TEXT || v->tag != V_TENSOR) return;
  if (LIT_GROW(vm->e, &out->at, &out->room, out->n + 1)) return;
  out->at[out->n] = *v->tensor;
  out->at[out->n++].name = key->text;
}

static void set_items(Vm *vm, size_t from, size_t drop) {
  if (from < drop + 1 || vm->stack[from - drop - 1]->tag != V_DICT ||
      (vm->n - from) % 2) {
    refuse(vm, "items for what is no dictionary");
    return;
  }
  for (size_t i = from; i < vm->n && !vm->e->rc; i += 2)
    item(vm, vm->stack[i], vm->stack[i + 1]);
  vm->n = from - drop;
}

static void op_setitem(Vm *vm) {
  if (vm->n < 3) refuse(vm, "nothing on the stack");
  else set_items(vm, vm->n - 2, 0);
}

static void op_setitems(Vm *vm) {
  size_t mark = mark_at(vm);
  if (mark != SIZE_MAX) set_items(vm, mark + 1, 1);
}

/* Lists are of no interest: what is appended is dropped. */
static void op_append(Vm *vm) { pop(vm); }
static void op_appends(Vm *vm) {
  size_t mark = mark_at(vm);
  if (mark != SIZE_MAX) vm->n = mark;
}

static const struct { unsigned char code; void (*run)(Vm *); } ops[] = {
  {0x80, op_skip1},   /* PROTO */
  {'(', op_mark},     {')', op_tuple0},  {']', op_list},    {'}', op_dict},
  {'N', op_none},     {0x88, op_true},   {0x89, op_false},  {'K', op_int1},
  {'M', op_int2},     {'J', op_int4},    {0x8a, op_long},   {'G', op_float},
  {'X', op_text4},    {'U', op_text1},   {'c', op_global},  {'t', op_tuple},
  {0x85, op_tuple1},  {0x86, op_tuple2}, {0x87, op_tuple3}, {'q', op_put1},
  {'r', op_put4},     {'h', op_get1},    {'j', op_get4},    {'Q', op_persid},
  {'R', op_reduce},   {'b', op_build},   {'s', op_setitem},
  {'u', op_setitems}, {'a', op_append},  {'e', op_appends}, {'.', op_stop},
};

static void step(Vm *vm) {
  unsigned code = lit_in_u8(&vm->in);
  if (vm->in.bad) return;
  for (size_t i = 0; i < sizeof ops / sizeof *ops; i++)
    if (ops[i].code == code) {
      ops[i].run(vm);
      return;
    }
  lit_fail(vm->e, LIT_CORRUPT, "%s: pickle: opcode 0x%02x is not one of "
           "torch.save's", vm->where, code);
}

int lit_pickle_read(LitErr *e, LitArena *names, const char *where,
                    const void *bytes, size_t n, LitPickle *out) {
  Vm vm = {.e = e, .names = names, .where = where, .in = lit_in(bytes, n),
           .out = out};
  *out = (LitPickle){0};
  if (n > PICKLE_MAX) refuse(&vm, "over 16 MB");
  while (!e->rc && !vm.done && !vm.in.bad) step(&vm);
  if (vm.in.bad) refuse(&vm, "it ends too early");
  if (!e->rc && (vm.n != 1 || vm.stack[0]->tag != V_DICT))
    refuse(&vm, "expected a dictionary of tensors");
  lit_free(vm.stack);
  lit_free(vm.memo);
  lit_arena_drop(&vm.arena);
  return e->rc;
}
