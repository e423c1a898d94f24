/* pieces.h -- WordPiece of lower case text, fast: what the tokenizers of BERT
** do, made for short work on plain English.
**
**   LitPieces p;
**   LitPiecesCtx *ctx = NULL;
**   lit_subword_parse(&e, &files, &subword);     a vocab.txt, lower case
**   lit_pieces_init(&p, subword);
**   lit_pieces_ctx(&e, &ctx);
**   lit_pieces_split(&e, &p, ctx, text, n_text, stop);
**   ... ctx->ids.at[0 .. ctx->ids.n-1] ...
**
** Ids are those of lit_subword_encode without special tokens, for every text.
** A LitPieces never changes and may serve many threads, a LitPiecesCtx one.
*/
#ifndef LIT_PIECES_H
#define LIT_PIECES_H
#include "text/subword.h"
#include "text/toktext.h"

typedef struct LitPieces {
  const LitSubword *subword;
  uint32_t signs[128];      /* the id of an ASCII character that is a sign */
} LitPieces;

/* subword: WordPiece with BERT's normalizer, lower case; kept. */
void lit_pieces_init(LitPieces *p, const LitSubword *subword);

typedef struct LitPiecesCtx {
  LitIds ids;               /* of the latest text */
  LitIds part;
  uint64_t owner;           /* the fingerprint of whose words are kept */
  void *block;
  struct LitPiecesSet *sets;     /* in block */
  struct LitPiecesChar *chars;   /* [LIT_PIECES_CHARS], those asked for */
  LitBuf word;
  LitSubwordScratch *scratch;
  LitWork work;
} LitPiecesCtx;
int lit_pieces_ctx(LitErr *e, LitPiecesCtx **out);
size_t lit_pieces_ctx_bytes(const LitPiecesCtx *ctx);   /* But for its table */
void lit_pieces_ctx_free(LitPiecesCtx *ctx);      /* NULL is fine */

/* Text s[0..n) to ctx->ids.  Errors: as lit_subword_encode. */
int lit_pieces_split(LitErr *e, const LitPieces *p, LitPiecesCtx *ctx,
                     const char *s, size_t n, const LitStop *stop);
#endif
