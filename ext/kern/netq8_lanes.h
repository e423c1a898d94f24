/* netq8_lanes.h -- inside netq8_*.c: registers of NETQ8_LANES numbers. */
typedef float VQ8 __attribute__((vector_size(4 * NETQ8_LANES)));
typedef int32_t IQ8 __attribute__((vector_size(4 * NETQ8_LANES)));
typedef uint32_t UQ8 __attribute__((vector_size(4 * NETQ8_LANES)));
