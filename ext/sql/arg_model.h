/* arg_model.h -- arguments that several functions on models share */
#ifndef LIT_ARG_MODEL_H
#define LIT_ARG_MODEL_H
#include "model/model.h"
#include "sql/glue.h"

/* 'query' or 'document'; ERROR names who for anything else.  In fn_model.c. */
int lit_arg_use(LitErr *e, const char *who, sqlite3_value *v,
                LitEmbedUse *use);
#endif
