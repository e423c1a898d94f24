/* tokgguf.h -- tokenizers in llama.cpp's GGUF files. */
#ifndef LIT_TOKGGUF_H
#define LIT_TOKGGUF_H
#include "text/tokparts.h"

int lit_tokgguf_load(LitErr *e, LitSubword *t, const LitSubwordFiles *f);

/* How a BPE file splits the text, told by its "tokenizer.ggml.pre". */
typedef struct LitGgufSplit {
  const char *names;        /* Those that it is for, blanks between */
  const char *patterns[5];  /* One after the other, what matches apart; "@x":
                            ** that of the scanner x */
  int bos;                  /* A text begins with it if the file is silent */
  int whole;                /* A word that is a token needs no merges */
} LitGgufSplit;

/* name[0..n) NULL: the default.  NULL if there is none of that name. */
const LitGgufSplit *lit_gguf_split(const char *name, size_t n);
#endif
