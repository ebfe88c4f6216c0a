#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

/* A byte belongs to a class when the row bit of its high nibble is set in the class's entry for its low nibble: two
   shuffles and one AND for 16, 32 or 64 bytes. A byte from 0x80 shuffles to 0 and so belongs to none.
   Source: Mula and Lemire, "Faster Base64 Encoding and Decoding Using AVX2 Instructions", 2018, §3 (vectorised lookup). */

__attribute__((target("ssse3"))) static inline void ssse3_block(const uint8_t *bytes, uint64_t *maps)
{
    __m128i row_bits = _mm_loadu_si128((const __m128i *)zy_row_bits);
    __m128i low_mask = _mm_set1_epi8(0x0f);
    uint64_t absent[ZY_MAP_COUNT] = {0, 0, 0};
    for (int part = 0; part < 4; part++) {
        __m128i in = _mm_loadu_si128((const __m128i *)(bytes + 16 * part));
        __m128i high = _mm_and_si128(_mm_srli_epi16(in, 4), low_mask);
        __m128i row = _mm_shuffle_epi8(row_bits, high);
        for (int map = 0; map < ZY_MAP_COUNT; map++) {
            __m128i rows = _mm_loadu_si128((const __m128i *)zy_class_rows[map]);
            __m128i member = _mm_and_si128(_mm_shuffle_epi8(rows, in), row);
            __m128i none = _mm_cmpeq_epi8(member, _mm_setzero_si128());
            absent[map] |= (uint64_t)(uint32_t)_mm_movemask_epi8(none) << (16 * part);
        }
    }
    maps[ZY_MAP_NOT_TOKEN] = absent[0];
    maps[ZY_MAP_CONTROL] = ~absent[1];
    maps[ZY_MAP_NOT_TARGET] = absent[2];
}

__attribute__((target("avx2"))) static inline void avx2_block(const uint8_t *bytes, uint64_t *maps)
{
    __m256i row_bits = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)zy_row_bits));
    __m256i low_mask = _mm256_set1_epi8(0x0f);
    uint64_t absent[ZY_MAP_COUNT] = {0, 0, 0};
    for (int part = 0; part < 2; part++) {
        __m256i in = _mm256_loadu_si256((const __m256i *)(bytes + 32 * part));
        __m256i high = _mm256_and_si256(_mm256_srli_epi16(in, 4), low_mask);
        __m256i row = _mm256_shuffle_epi8(row_bits, high);
        for (int map = 0; map < ZY_MAP_COUNT; map++) {
            __m256i rows =
                _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)zy_class_rows[map]));
            __m256i member = _mm256_and_si256(_mm256_shuffle_epi8(rows, in), row);
            __m256i none = _mm256_cmpeq_epi8(member, _mm256_setzero_si256());
            absent[map] |= (uint64_t)(uint32_t)_mm256_movemask_epi8(none) << (32 * part);
        }
    }
    maps[ZY_MAP_NOT_TOKEN] = absent[0];
    maps[ZY_MAP_CONTROL] = ~absent[1];
    maps[ZY_MAP_NOT_TARGET] = absent[2];
}

/* Bits behind the last byte: the tail is copied, so that nothing behind the input is read. */
#define ZY_CLASSIFY_TAIL(block)                                                                                        \
    if (start < count) {                                                                                               \
        uint8_t tail[64] = {0};                                                                                        \
        memcpy(tail, bytes + start, count - start);                                                                    \
        block(tail, maps);                                                                                             \
        uint64_t outside = ~0ull << (count - start);                                                                   \
        for (int map = 0; map < ZY_MAP_COUNT; map++) maps[map] |= outside;                                             \
    }

__attribute__((target("ssse3"))) void zy_http1_classify_ssse3(const uint8_t *bytes, size_t count, uint64_t *maps)
{
    size_t start = 0;
    for (; count - start >= 64; start += 64, maps += ZY_MAP_COUNT) ssse3_block(bytes + start, maps);
    ZY_CLASSIFY_TAIL(ssse3_block)
}

__attribute__((target("avx2"))) void zy_http1_classify_avx2(const uint8_t *bytes, size_t count, uint64_t *maps)
{
    size_t start = 0;
    for (; count - start >= 64; start += 64, maps += ZY_MAP_COUNT) avx2_block(bytes + start, maps);
    ZY_CLASSIFY_TAIL(avx2_block)
}

__attribute__((target("avx512bw"))) void zy_http1_classify_avx512bw(const uint8_t *bytes, size_t count,
                                                                    uint64_t *maps)
{
    __m512i row_bits = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)zy_row_bits));
    __m512i token = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)zy_class_rows[0]));
    __m512i control = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)zy_class_rows[1]));
    __m512i target = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)zy_class_rows[2]));
    __m512i low_mask = _mm512_set1_epi8(0x0f);
    for (size_t start = 0; start < count; start += 64, maps += ZY_MAP_COUNT) {
        size_t left = count - start;
        /* A masked load touches no byte whose bit is clear. */
        __mmask64 inside = left >= 64 ? ~0ull : (1ull << left) - 1;
        __m512i in = _mm512_maskz_loadu_epi8(inside, bytes + start);
        __m512i high = _mm512_and_si512(_mm512_srli_epi16(in, 4), low_mask);
        __m512i row = _mm512_shuffle_epi8(row_bits, high);
        maps[ZY_MAP_NOT_TOKEN] = _mm512_testn_epi8_mask(_mm512_shuffle_epi8(token, in), row) | ~inside;
        maps[ZY_MAP_CONTROL] = _mm512_test_epi8_mask(_mm512_shuffle_epi8(control, in), row) | ~inside;
        maps[ZY_MAP_NOT_TARGET] = _mm512_testn_epi8_mask(_mm512_shuffle_epi8(target, in), row) | ~inside;
    }
}
#endif
