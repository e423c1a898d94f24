/* arg_vec.h -- vectors as arguments and results of SQL functions.
**
** A vector is JSON text or a BLOB.  What a BLOB's elements are is told by its
** subtype, which the vec_* functions set and which lasts within a statement;
** without one they are float32.  The numbers are sqlite-vec's: 223 float32,
** 224 bit, 225 int8; and 226 float16, 227 bfloat16.
*/
#ifndef LIT_ARG_VEC_H
#define LIT_ARG_VEC_H
#include "sql/glue.h"
#include "vec/vec.h"

/* Flags of functions that read or give vectors.  SQLite from 3.45
** on wants to be told that a result has a subtype; before, the flag means
** nothing. */
enum {
  LIT_SUBTYPE_OUT = 0x01000000,            /* SQLITE_RESULT_SUBTYPE */
  LIT_VEC_IN = LIT_PURE | SQLITE_SUBTYPE,
  LIT_VEC_OUT = LIT_VEC_IN | LIT_SUBTYPE_OUT
};

/* Read argument v: a BLOB is lent for the length of the call.  Errors: ERROR,
** words begin with `who`.  _raw leaves out the search for NaN and infinity. */
int lit_arg_vec(LitErr *e, const char *who, sqlite3_value *v, LitVec *out);
int lit_arg_vec_raw(LitErr *e, const char *who, sqlite3_value *v, LitVec *out);

/* The quick way, for what is done once a row: true if v is a BLOB of elements
** of this type (one without a type: if `untyped` is it), whose bytes *at [n] are
** then lent.  How many they are and whether they are finite is not looked at. */
int lit_arg_is(sqlite3_value *v, LitElem type, LitElem untyped,
               const void **at, size_t *n);

/* Read v, text or an untyped BLOB, as a vector of this type; one that has
** another type is converted, element by element. */
int lit_arg_vec_as(LitErr *e, const char *who, LitElem type, sqlite3_value *v,
                   LitVec *out);

/* Refuse a vector that is known to be of another type than the column it is
** for: its bytes would be read as other numbers. */
int lit_arg_vec_for(LitErr *e, const char *who, LitElem type,
                    sqlite3_value *v);

/* The result, with its subtype; what v owns goes to SQLite. */
void lit_result_vec(sqlite3_context *ctx, LitVec *v);

/* Tell what the elements of a result are that is set already. */
void lit_result_elem(sqlite3_context *ctx, LitElem type);
#endif
