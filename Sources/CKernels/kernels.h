/* One kernel of each sort for each instruction set. All of a sort give the same results. */
#ifndef ZYPHOS_KERNELS_H
#define ZYPHOS_KERNELS_H

#include "ckernels.h"

typedef void zy_http1_classify_function(const uint8_t *bytes, size_t count, uint64_t *maps);
typedef size_t zy_utf8_prefix_function(const uint8_t *bytes, size_t count);
typedef void zy_unmask_function(uint8_t *to, const uint8_t *from, size_t count, uint32_t key);

zy_http1_classify_function zy_http1_classify_portable;
zy_utf8_prefix_function zy_utf8_prefix_portable;
zy_unmask_function zy_unmask_portable;
#if defined(__x86_64__)
zy_http1_classify_function zy_http1_classify_ssse3;
zy_utf8_prefix_function zy_utf8_prefix_ssse3, zy_utf8_prefix_avx2, zy_utf8_prefix_avx512bw;
zy_unmask_function zy_unmask_ssse3, zy_unmask_avx2, zy_unmask_avx512bw;
zy_http1_classify_function zy_http1_classify_avx2;
zy_http1_classify_function zy_http1_classify_avx512bw;
#endif
#if defined(__aarch64__)
zy_http1_classify_function zy_http1_classify_neon;
zy_utf8_prefix_function zy_utf8_prefix_neon;
zy_unmask_function zy_unmask_neon;
#endif

typedef size_t zy_hpack_huffman_function(const struct zy_hpack_code *code, const uint8_t *bytes, size_t count,
                                         size_t readable, uint8_t *out, size_t *used);

zy_hpack_huffman_function zy_hpack_huffman_portable;
#if defined(__x86_64__)
zy_hpack_huffman_function zy_hpack_huffman_bmi2;
#endif

/* Class tables for two-nibble lookups, in the order of the maps: bit r of entry l says whether the byte 16 r + l belongs
   to the class, for rows r of 0 to 7. Bytes from 0x80 belong to none.

   The classes that are looked up are tchar, control, target byte and host byte; all maps but the controls' are
   complements. */
extern const uint8_t zy_class_rows[ZY_MAP_COUNT][16];

/* 1 << r for rows 0 to 7, 0 for rows from 8. */
extern const uint8_t zy_row_bits[16];

#endif
