#include "kernels.h"

#include <string.h>

/* Vector lookups over pairs of bytes. Each pair is looked up by the first byte's two nibbles and the second one's high nibble; a bit that
   is set in all three entries names a mistake. What is left for lengths of three and four is one comparison.
   Source: Keiser and Lemire, "Validating UTF-8 in Less Than One Instruction Per Byte", 2021, §6. */
enum {
    TOO_SHORT = 1 << 0,  /* a first byte of two or more, or ASCII, where a continuation must stand */
    TOO_LONG = 1 << 1,   /* a continuation behind ASCII */
    OVERLONG_3 = 1 << 2, /* E0 80-9F */
    TOO_LARGE = 1 << 3,  /* F4 90-BF, F5-FF */
    SURROGATE = 1 << 4,  /* ED A0-BF */
    OVERLONG_2 = 1 << 5, /* C0, C1 */
    OVERLONG_4 = 1 << 6, /* F0 80-8F; with the next name's meaning for F5-FF 80-8F */
    TOO_LARGE_1000 = 1 << 6,
    TWO_CONTINUATIONS = 1 << 7, /* right only as bytes 2 and 3, or 3 and 4 */
    CARRY = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS
};

#define ZY_UTF8_FIRST_HIGH                                                                                             \
    {TOO_LONG,                                                                                                         \
     TOO_LONG,                                                                                                         \
     TOO_LONG,                                                                                                         \
     TOO_LONG,                                                                                                         \
     TOO_LONG,                                                                                                         \
     TOO_LONG,                                                                                                         \
     TOO_LONG,                                                                                                         \
     TOO_LONG,                                                                                                         \
     TWO_CONTINUATIONS,                                                                                                \
     TWO_CONTINUATIONS,                                                                                                \
     TWO_CONTINUATIONS,                                                                                                \
     TWO_CONTINUATIONS,                                                                                                \
     TOO_SHORT | OVERLONG_2,                                                                                           \
     TOO_SHORT,                                                                                                        \
     TOO_SHORT | OVERLONG_3 | SURROGATE,                                                                               \
     TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4}

#define ZY_UTF8_LARGE (CARRY | TOO_LARGE | TOO_LARGE_1000)

#define ZY_UTF8_FIRST_LOW                                                                                              \
    {CARRY | OVERLONG_2 | OVERLONG_3 | OVERLONG_4,                                                                     \
     CARRY | OVERLONG_2,                                                                                               \
     CARRY,                                                                                                            \
     CARRY,                                                                                                            \
     CARRY | TOO_LARGE,                                                                                                \
     ZY_UTF8_LARGE,                                                                                                    \
     ZY_UTF8_LARGE,                                                                                                    \
     ZY_UTF8_LARGE,                                                                                                    \
     ZY_UTF8_LARGE,                                                                                                    \
     ZY_UTF8_LARGE,                                                                                                    \
     ZY_UTF8_LARGE,                                                                                                    \
     ZY_UTF8_LARGE,                                                                                                    \
     ZY_UTF8_LARGE,                                                                                                    \
     ZY_UTF8_LARGE | SURROGATE,                                                                                        \
     ZY_UTF8_LARGE,                                                                                                    \
     ZY_UTF8_LARGE}

#define ZY_UTF8_BEHIND (TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS)

#define ZY_UTF8_SECOND_HIGH                                                                                            \
    {TOO_SHORT,                                                                                                        \
     TOO_SHORT,                                                                                                        \
     TOO_SHORT,                                                                                                        \
     TOO_SHORT,                                                                                                        \
     TOO_SHORT,                                                                                                        \
     TOO_SHORT,                                                                                                        \
     TOO_SHORT,                                                                                                        \
     TOO_SHORT,                                                                                                        \
     ZY_UTF8_BEHIND | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4,                                                        \
     ZY_UTF8_BEHIND | OVERLONG_3 | TOO_LARGE,                                                                          \
     ZY_UTF8_BEHIND | SURROGATE | TOO_LARGE,                                                                           \
     ZY_UTF8_BEHIND | SURROGATE | TOO_LARGE,                                                                           \
     TOO_SHORT,                                                                                                        \
     TOO_SHORT,                                                                                                        \
     TOO_SHORT,                                                                                                        \
     TOO_SHORT}

static const uint8_t first_high[16] = ZY_UTF8_FIRST_HIGH;
static const uint8_t first_low[16] = ZY_UTF8_FIRST_LOW;
static const uint8_t second_high[16] = ZY_UTF8_SECOND_HIGH;

/* Bytes at the end of `bytes` that begin a sequence and do not end it, where all is well before them. */
static inline size_t open_count(const uint8_t *bytes, size_t count)
{
    if (count >= 1 && bytes[count - 1] >= 0xc0) return 1;
    if (count >= 2 && bytes[count - 2] >= 0xe0) return 2;
    if (count >= 3 && bytes[count - 3] >= 0xf0) return 3;
    return 0;
}

/* One sequence at a time; the kernel that every machine has. */
size_t zy_utf8_prefix_portable(const uint8_t *bytes, size_t count)
{
    size_t at = 0;
    while (at < count) {
        uint64_t word;
        while (count - at >= 8 && (memcpy(&word, bytes + at, 8), (word & 0x8080808080808080ull) == 0)) at += 8;
        if (at == count) break;
        uint8_t first = bytes[at];
        if (first < 0x80) {
            at++;
            continue;
        }
        size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || count - at < length) break;
        uint32_t character = first & (0x7fu >> length);
        size_t continuations = 0;
        for (size_t i = 1; i < length; i++) {
            continuations += (bytes[at + i] & 0xc0) == 0x80;
            character = character << 6 | (bytes[at + i] & 0x3f);
        }
        if (continuations + 1 != length || character < (length == 2 ? 0x80u : length == 3 ? 0x800u : 0x10000u) ||
            character > 0x10ffff || (character & 0xfffff800u) == 0xd800)
            break;
        at += length;
    }
    return at;
}

/* The loop that all vector kernels share. BLOCK(bytes, previous) says whether the 64 bytes are in doubt, with the bytes before them in
   `previous`; an open sequence at the end stays outside, so that the zeros behind a copied tail break none off. */
#define ZY_UTF8_LOOP(state, block)                                                                                     \
    size_t whole = count - open_count(bytes, count);                                                                   \
    size_t at = 0;                                                                                                     \
    for (; whole - at >= 64; at += 64)                                                                                 \
        if (block(bytes + at, &state)) return at - open_count(bytes, at);                                              \
    if (at < whole) {                                                                                                  \
        uint8_t tail[64] = {0};                                                                                        \
        memcpy(tail, bytes + at, whole - at);                                                                          \
        if (block(tail, &state)) return at - open_count(bytes, at);                                                    \
    } else if (open_count(bytes, at) > 0) {                                                                            \
        return at - open_count(bytes, at);                                                                             \
    }                                                                                                                  \
    return whole;

#if defined(__x86_64__)
#include <immintrin.h>

struct ssse3_state {
    __m128i previous, open;
};

__attribute__((target("ssse3"))) static inline __m128i ssse3_errors(__m128i in, __m128i previous)
{
    __m128i nibble = _mm_set1_epi8(0x0f);
    __m128i one = _mm_alignr_epi8(in, previous, 15);
    __m128i two = _mm_alignr_epi8(in, previous, 14);
    __m128i three = _mm_alignr_epi8(in, previous, 13);
    __m128i table_a = _mm_loadu_si128((const __m128i *)first_high);
    __m128i table_b = _mm_loadu_si128((const __m128i *)first_low);
    __m128i table_c = _mm_loadu_si128((const __m128i *)second_high);
    __m128i a = _mm_shuffle_epi8(table_a, _mm_and_si128(_mm_srli_epi16(one, 4), nibble));
    __m128i b = _mm_shuffle_epi8(table_b, _mm_and_si128(one, nibble));
    __m128i c = _mm_shuffle_epi8(table_c, _mm_and_si128(_mm_srli_epi16(in, 4), nibble));
    __m128i special = _mm_and_si128(_mm_and_si128(a, b), c);
    __m128i third = _mm_subs_epu8(two, _mm_set1_epi8((char)(0xe0 - 0x80)));
    __m128i fourth = _mm_subs_epu8(three, _mm_set1_epi8((char)(0xf0 - 0x80)));
    __m128i must = _mm_and_si128(_mm_or_si128(third, fourth), _mm_set1_epi8((char)0x80));
    return _mm_xor_si128(must, special);
}

__attribute__((target("ssse3"))) static inline int ssse3_block(const uint8_t *bytes, struct ssse3_state *state)
{
    __m128i in[4];
    for (int part = 0; part < 4; part++) in[part] = _mm_loadu_si128((const __m128i *)(bytes + 16 * part));
    __m128i any = _mm_or_si128(_mm_or_si128(in[0], in[1]), _mm_or_si128(in[2], in[3]));
    __m128i errors = state->open;
    if (_mm_movemask_epi8(any) != 0) {
        errors = ssse3_errors(in[0], state->previous);
        for (int part = 1; part < 4; part++) errors = _mm_or_si128(errors, ssse3_errors(in[part], in[part - 1]));
    }
    __m128i last = _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, (char)0xef, (char)0xdf, (char)0xbf);
    state->open = _mm_subs_epu8(in[3], last);
    state->previous = in[3];
    return _mm_movemask_epi8(_mm_cmpeq_epi8(errors, _mm_setzero_si128())) != 0xffff;
}

__attribute__((target("ssse3"))) size_t zy_utf8_prefix_ssse3(const uint8_t *bytes, size_t count)
{
    struct ssse3_state state = {_mm_setzero_si128(), _mm_setzero_si128()};
    ZY_UTF8_LOOP(state, ssse3_block)
}

struct avx2_state {
    __m256i previous, open;
};

__attribute__((target("avx2"))) static inline __m256i avx2_errors(__m256i in, __m256i previous)
{
    __m256i nibble = _mm256_set1_epi8(0x0f);
    __m256i between = _mm256_permute2x128_si256(previous, in, 0x21);
    __m256i one = _mm256_alignr_epi8(in, between, 15);
    __m256i two = _mm256_alignr_epi8(in, between, 14);
    __m256i three = _mm256_alignr_epi8(in, between, 13);
    __m256i table_a = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)first_high));
    __m256i table_b = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)first_low));
    __m256i table_c = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)second_high));
    __m256i a = _mm256_shuffle_epi8(table_a, _mm256_and_si256(_mm256_srli_epi16(one, 4), nibble));
    __m256i b = _mm256_shuffle_epi8(table_b, _mm256_and_si256(one, nibble));
    __m256i c = _mm256_shuffle_epi8(table_c, _mm256_and_si256(_mm256_srli_epi16(in, 4), nibble));
    __m256i special = _mm256_and_si256(_mm256_and_si256(a, b), c);
    __m256i third = _mm256_subs_epu8(two, _mm256_set1_epi8((char)(0xe0 - 0x80)));
    __m256i fourth = _mm256_subs_epu8(three, _mm256_set1_epi8((char)(0xf0 - 0x80)));
    __m256i must = _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
    return _mm256_xor_si256(must, special);
}

__attribute__((target("avx2"))) static inline int avx2_block(const uint8_t *bytes, struct avx2_state *state)
{
    __m256i low = _mm256_loadu_si256((const __m256i *)bytes);
    __m256i high = _mm256_loadu_si256((const __m256i *)(bytes + 32));
    __m256i errors = state->open;
    if (_mm256_movemask_epi8(_mm256_or_si256(low, high)) != 0)
        errors = _mm256_or_si256(avx2_errors(low, state->previous), avx2_errors(high, low));
    __m256i last = _mm256_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
                                    -1, -1, -1, -1, -1, -1, -1, -1, (char)0xef, (char)0xdf, (char)0xbf);
    state->open = _mm256_subs_epu8(high, last);
    state->previous = high;
    return !_mm256_testz_si256(errors, errors);
}

__attribute__((target("avx2"))) size_t zy_utf8_prefix_avx2(const uint8_t *bytes, size_t count)
{
    struct avx2_state state = {_mm256_setzero_si256(), _mm256_setzero_si256()};
    ZY_UTF8_LOOP(state, avx2_block)
}

struct avx512_state {
    __m512i previous;
    int is_open;
};

__attribute__((target("avx512f,avx512bw"))) static inline int avx512_errors(__m512i in, struct avx512_state *state)
{
    __mmask64 high = _mm512_movepi8_mask(in);
    int was_open = state->is_open;
    __m512i previous = state->previous;
    state->previous = in;
    /* The last three bytes alone can begin what the block does not end. */
    __m512i limits = _mm512_set_epi64((long long)0xbfdfefffffffffffull, -1, -1, -1, -1, -1, -1, -1);
    state->is_open = _mm512_cmpgt_epu8_mask(in, limits) != 0;
    if (high == 0) return was_open;
    __m512i nibble = _mm512_set1_epi8(0x0f);
    __m512i between = _mm512_permutex2var_epi64(previous, _mm512_set_epi64(13, 12, 11, 10, 9, 8, 7, 6), in);
    __m512i one = _mm512_alignr_epi8(in, between, 15);
    __m512i two = _mm512_alignr_epi8(in, between, 14);
    __m512i three = _mm512_alignr_epi8(in, between, 13);
    __m512i table_a = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)first_high));
    __m512i table_b = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)first_low));
    __m512i table_c = _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)second_high));
    __m512i a = _mm512_shuffle_epi8(table_a, _mm512_and_si512(_mm512_srli_epi16(one, 4), nibble));
    __m512i b = _mm512_shuffle_epi8(table_b, _mm512_and_si512(one, nibble));
    __m512i c = _mm512_shuffle_epi8(table_c, _mm512_and_si512(_mm512_srli_epi16(in, 4), nibble));
    __m512i special = _mm512_ternarylogic_epi64(a, b, c, 0x80);
    __m512i third = _mm512_subs_epu8(two, _mm512_set1_epi8((char)(0xe0 - 0x80)));
    __m512i fourth = _mm512_subs_epu8(three, _mm512_set1_epi8((char)(0xf0 - 0x80)));
    /* ((third | fourth) & 0x80) ^ special */
    __m512i must = _mm512_and_si512(_mm512_or_si512(third, fourth), _mm512_set1_epi8((char)0x80));
    return _mm512_cmpneq_epi64_mask(must, special) != 0;
}

__attribute__((target("avx512f,avx512bw"))) size_t zy_utf8_prefix_avx512bw(const uint8_t *bytes, size_t count)
{
    struct avx512_state state = {_mm512_setzero_si512(), 0};
    size_t whole = count - open_count(bytes, count);
    for (size_t at = 0; at < whole; at += 64) {
        size_t left = whole - at;
        /* A masked load touches no byte whose bit is clear. */
        __mmask64 inside = left >= 64 ? ~0ull : (1ull << left) - 1;
        if (avx512_errors(_mm512_maskz_loadu_epi8(inside, bytes + at), &state)) return at - open_count(bytes, at);
    }
    return whole - open_count(bytes, whole);
}
#endif

#if defined(__aarch64__)
#include <arm_neon.h>

struct neon_state {
    uint8x16_t previous, open;
};

static inline uint8x16_t neon_errors(uint8x16_t in, uint8x16_t previous)
{
    uint8x16_t nibble = vdupq_n_u8(0x0f);
    uint8x16_t one = vextq_u8(previous, in, 15);
    uint8x16_t two = vextq_u8(previous, in, 14);
    uint8x16_t three = vextq_u8(previous, in, 13);
    uint8x16_t a = vqtbl1q_u8(vld1q_u8(first_high), vshrq_n_u8(one, 4));
    uint8x16_t b = vqtbl1q_u8(vld1q_u8(first_low), vandq_u8(one, nibble));
    uint8x16_t c = vqtbl1q_u8(vld1q_u8(second_high), vshrq_n_u8(in, 4));
    uint8x16_t special = vandq_u8(vandq_u8(a, b), c);
    uint8x16_t third = vqsubq_u8(two, vdupq_n_u8(0xe0 - 0x80));
    uint8x16_t fourth = vqsubq_u8(three, vdupq_n_u8(0xf0 - 0x80));
    uint8x16_t must = vandq_u8(vorrq_u8(third, fourth), vdupq_n_u8(0x80));
    return veorq_u8(must, special);
}

static inline int neon_block(const uint8_t *bytes, struct neon_state *state)
{
    static const uint8_t limits[16] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0xef, 0xdf, 0xbf};
    uint8x16_t in[4];
    for (int part = 0; part < 4; part++) in[part] = vld1q_u8(bytes + 16 * part);
    uint8x16_t any = vorrq_u8(vorrq_u8(in[0], in[1]), vorrq_u8(in[2], in[3]));
    uint8x16_t errors = state->open;
    if (vmaxvq_u8(any) >= 0x80) {
        errors = neon_errors(in[0], state->previous);
        for (int part = 1; part < 4; part++) errors = vorrq_u8(errors, neon_errors(in[part], in[part - 1]));
    }
    state->open = vqsubq_u8(in[3], vld1q_u8(limits));
    state->previous = in[3];
    return vmaxvq_u8(errors) != 0;
}

size_t zy_utf8_prefix_neon(const uint8_t *bytes, size_t count)
{
    struct neon_state state = {vdupq_n_u8(0), vdupq_n_u8(0)};
    ZY_UTF8_LOOP(state, neon_block)
}
#endif
