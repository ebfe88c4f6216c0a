#include "kernels.h"

#include <string.h>

/* Huffman decoding by look-ups of ZY_HPACK_CELL_BITS bits, each of which yields up to three symbols.

   The window holds the inverted bits: what is shifted in behind them stands for ones, which is how a string is padded,
   so that no look-up at a string's end can take padding for a symbol. */

static inline uint64_t load_inverted(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return ~word;
}

static inline void store_symbols(uint8_t *out, uint32_t cell)
{
    uint32_t symbols = cell >> 8;
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
    symbols = __builtin_bswap32(symbols);
#endif
    memcpy(out, &symbols, sizeof symbols);
}

/* A code longer than a cell's index: its length in bits, or 0 where the bits left do not hold one, or hold the end of
   the string. */
static unsigned long_code(const struct zy_hpack_code *code, uint64_t window, size_t left, uint8_t *symbol)
{
    uint64_t number = ~window >> 32;
    unsigned length = ZY_HPACK_CELL_BITS + 1;
    while (length < 30 && number >= code->limits[length]) length++;
    if (length > left) return 0;
    uint16_t found = code->symbols[(int32_t)(number >> (32 - length)) + code->places[length]];
    if (found > 255) return 0;
    *symbol = (uint8_t)found;
    return length;
}

static inline __attribute__((always_inline)) size_t decode(const struct zy_hpack_code *code, const uint8_t *bytes,
                                                           size_t count, size_t readable, uint8_t *out, size_t *used)
{
    const uint8_t *start = out;
    const size_t total = count * 8;
    size_t at = 0; /* in bits */
    const uint32_t *cells = code->cells;

    while ((at >> 3) + 8 <= count) {
        uint64_t window = load_inverted(bytes + (at >> 3)) << (at & 7);
        /* 57 bits are there at least: enough for four look-ups of 14 bits. */
        for (int step = 0; step < 4; step++) {
            uint32_t cell = cells[window >> (64 - ZY_HPACK_CELL_BITS)];
            if (__builtin_expect((cell & 63) == 0, 0)) {
                /* The code may reach beyond what is left in this window, but not beyond the next one. */
                size_t left = total - at;
                if ((at >> 3) + 8 <= count) window = load_inverted(bytes + (at >> 3)) << (at & 7);
                else break;
                unsigned length = long_code(code, window, left, out);
                if (length == 0) goto done;
                out++;
                at += length;
                break;
            }
            store_symbols(out, cell);
            out += (cell >> 6) & 3;
            at += cell & 63;
            window <<= cell & 63;
        }
    }
    if (at < total) {
        size_t first = at >> 3;
        size_t rest = count - first; /* 1 to 7 */
        uint64_t window;
        if (readable - first >= 8) {
            window = load_inverted(bytes + first);
        } else if (count >= 8) {
            window = load_inverted(bytes + count - 8) << (8 * (8 - rest));
        } else {
            window = 0;
            for (size_t i = 0; i < rest; i++) window |= (uint64_t)(uint8_t)~bytes[first + i] << (56 - 8 * i);
        }
        window &= ~(UINT64_MAX >> (8 * rest));
        window <<= at & 7;
        while (at < total) {
            uint32_t cell = cells[window >> (64 - ZY_HPACK_CELL_BITS)];
            if ((cell & 63) == 0) {
                if (total - at < 8) break;
                unsigned length = long_code(code, window, total - at, out);
                if (length == 0) break;
                out++;
                at += length;
                window <<= length;
                continue;
            }
            store_symbols(out, cell);
            out += (cell >> 6) & 3;
            at += cell & 63;
            window <<= cell & 63;
        }
    }
done:
    *used = at;
    return (size_t)(out - start);
}

size_t zy_hpack_huffman_portable(const struct zy_hpack_code *code, const uint8_t *bytes, size_t count, size_t readable,
                                 uint8_t *out, size_t *used)
{
    return decode(code, bytes, count, readable, out, used);
}

#if defined(__x86_64__)
__attribute__((target("bmi,bmi2"))) size_t zy_hpack_huffman_bmi2(const struct zy_hpack_code *code, const uint8_t *bytes,
                                                                 size_t count, size_t readable, uint8_t *out,
                                                                 size_t *used)
{
    return decode(code, bytes, count, readable, out, used);
}
#endif
