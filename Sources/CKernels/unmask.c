#include "kernels.h"

#include <string.h>

/* Unmasking (RFC 6455 §5.3). Loads and stores of one step never overlap those of another, so that `to` may be `from`. */

/* What is shorter than 16 bytes: two overlapping words would take one of them twice where `to` is `from`. */
static inline void unmask_short(uint8_t *to, const uint8_t *from, size_t count, uint32_t key)
{
    uint64_t keys = (uint64_t)key << 32 | key;
    uint64_t word;
    uint32_t half;
    if (count & 8) {
        memcpy(&word, from, 8);
        word ^= keys;
        memcpy(to, &word, 8);
        from += 8, to += 8;
    }
    if (count & 4) {
        memcpy(&half, from, 4);
        half ^= key;
        memcpy(to, &half, 4);
        from += 4, to += 4;
    }
    for (size_t i = 0; i < (count & 3); i++) to[i] = (uint8_t)(from[i] ^ key >> 8 * i);
}

void zy_unmask_portable(uint8_t *to, const uint8_t *from, size_t count, uint32_t key)
{
    uint64_t keys = (uint64_t)key << 32 | key;
    size_t at = 0;
    for (; count - at >= 16; at += 16) {
        uint64_t words[2];
        memcpy(words, from + at, 16);
        words[0] ^= keys, words[1] ^= keys;
        memcpy(to + at, words, 16);
    }
    unmask_short(to + at, from + at, count - at, key);
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("ssse3"))) void zy_unmask_ssse3(uint8_t *to, const uint8_t *from, size_t count, uint32_t key)
{
    __m128i keys = _mm_set1_epi32((int)key);
    size_t at = 0;
    for (; count - at >= 16; at += 16) {
        __m128i in = _mm_loadu_si128((const __m128i *)(from + at));
        _mm_storeu_si128((__m128i *)(to + at), _mm_xor_si128(in, keys));
    }
    unmask_short(to + at, from + at, count - at, key);
}

__attribute__((target("avx2"))) void zy_unmask_avx2(uint8_t *to, const uint8_t *from, size_t count, uint32_t key)
{
    __m256i keys = _mm256_set1_epi32((int)key);
    size_t at = 0;
    for (; count - at >= 128; at += 128) {
        __m256i in[4];
        for (int part = 0; part < 4; part++) in[part] = _mm256_loadu_si256((const __m256i *)(from + at + 32 * part));
        for (int part = 0; part < 4; part++)
            _mm256_storeu_si256((__m256i *)(to + at + 32 * part), _mm256_xor_si256(in[part], keys));
    }
    for (; count - at >= 32; at += 32) {
        __m256i in = _mm256_loadu_si256((const __m256i *)(from + at));
        _mm256_storeu_si256((__m256i *)(to + at), _mm256_xor_si256(in, keys));
    }
    if (count - at >= 16) {
        __m128i in = _mm_loadu_si128((const __m128i *)(from + at));
        _mm_storeu_si128((__m128i *)(to + at), _mm_xor_si128(in, _mm256_castsi256_si128(keys)));
        at += 16;
    }
    unmask_short(to + at, from + at, count - at, key);
}

/* Large runs start with what is left of a cache line at the destination: a store of 64 bytes that crosses lines costs two. */
__attribute__((target("avx512f,avx512bw"))) void zy_unmask_avx512bw(uint8_t *to, const uint8_t *from, size_t count,
                                                                     uint32_t key)
{
    size_t at = 0;
    if (count >= 512) {
        size_t head = -(uintptr_t)to & 63;
        __mmask64 inside = (1ull << head) - 1;
        __m512i in = _mm512_maskz_loadu_epi8(inside, from);
        _mm512_mask_storeu_epi8(to, inside, _mm512_xor_si512(in, _mm512_set1_epi32((int)key)));
        uint32_t shift = 8 * (head & 3);
        key = key >> shift | key << (-shift & 31);
        at = head;
    }
    __m512i keys = _mm512_set1_epi32((int)key);
    for (; count - at >= 256; at += 256) {
        __m512i in[4];
        for (int part = 0; part < 4; part++) in[part] = _mm512_loadu_si512(from + at + 64 * part);
        for (int part = 0; part < 4; part++)
            _mm512_storeu_si512(to + at + 64 * part, _mm512_xor_si512(in[part], keys));
    }
    for (; count - at >= 64; at += 64)
        _mm512_storeu_si512(to + at, _mm512_xor_si512(_mm512_loadu_si512(from + at), keys));
    if (at < count) {
        /* Masked loads and stores touch no byte whose bit is clear. */
        __mmask64 inside = (1ull << (count - at)) - 1;
        __m512i in = _mm512_maskz_loadu_epi8(inside, from + at);
        _mm512_mask_storeu_epi8(to + at, inside, _mm512_xor_si512(in, keys));
    }
}
#endif

#if defined(__aarch64__)
#include <arm_neon.h>

void zy_unmask_neon(uint8_t *to, const uint8_t *from, size_t count, uint32_t key)
{
    uint8x16_t keys = vreinterpretq_u8_u32(vdupq_n_u32(key));
    size_t at = 0;
    for (; count - at >= 16; at += 16) vst1q_u8(to + at, veorq_u8(vld1q_u8(from + at), keys));
    unmask_short(to + at, from + at, count - at, key);
}
#endif
