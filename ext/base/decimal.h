/* decimal.h -- reads decimal numbers, the same in every locale. */
#ifndef LIT_DECIMAL_H
#define LIT_DECIMAL_H

/* Reads the number at the start of s..end: [+-] digits [. digits] [e [+-]
** digits].  Returns where it stops, or NULL if none is there.  *out is the
** nearest double for up to 15 digits and exponents within 22, else it may be a
** neighbour of it; too large gives infinity. */
const char *lit_decimal_read(const char *s, const char *end, double *out);
#endif
