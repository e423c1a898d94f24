/* poison.h -- included last in every .c but base/mem.c: the names below become
** compile errors, so that memory and text always go through base. */
#if defined(__GNUC__) || defined(__clang__)
#pragma GCC poison malloc calloc realloc free strdup sprintf strcpy strcat atoi
#pragma GCC poison atof rand strtok gets
#endif
