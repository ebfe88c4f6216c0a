/* Vector primitives and their run-time dispatch. Nothing here decides anything about a protocol: a kernel turns
   bytes into bitmaps, and Swift walks the set bits.

   Thread safety: the kernel is chosen once, before main. Everything here may be called from any thread. */
#ifndef ZYPHOS_CKERNELS_H
#define ZYPHOS_CKERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bitmaps of one 64-byte block; bit i stands for byte i. */
enum {
    ZY_MAP_NOT_TOKEN = 0,  /* not a tchar (RFC 9110 §5.6.2) */
    ZY_MAP_CONTROL = 1,    /* 0x00-0x1F without HTAB, or 0x7F */
    ZY_MAP_NOT_TARGET = 2, /* none of unreserved, sub-delims, : @ / ? (RFC 3986 §2, §3.3, §3.4) */
    ZY_MAP_NOT_HOST = 3,   /* no letter, digit, dot or hyphen: what a plain host name is made of */
    ZY_MAP_COUNT = 4
};

/* Classifies `count` bytes at `bytes` into ceil(count / 64) blocks of ZY_MAP_COUNT words at `maps`.

   Bits behind the last byte of the last block are set in every map. No byte outside `bytes` is read. */
void zy_http1_classify(const uint8_t *bytes, size_t count, uint64_t *maps);

/* How many of the `count` bytes at `bytes`, which start a sequence, are known to be whole, well-formed UTF-8 sequences.

   It is `count` where all of them are. Otherwise the first sequence that is open at the end or ill-formed lies within the
   66 bytes that follow, or what follows is well-formed up to there. No byte outside `bytes` is read. */
size_t zy_utf8_prefix(const uint8_t *bytes, size_t count);

/* Writes `count` bytes of `from`, each combined with the key's byte for its index modulo 4 by exclusive or, to `to`, which is
   `from` or does not overlap it. The key's lowest byte is the first. */
void zy_unmask(uint8_t *to, const uint8_t *from, size_t count, uint32_t key);

/* How many bits of a Huffman string one look-up takes (measured: with 13, 32 KiB of cells, stories are decoded fastest;
   12 and 14 take 4 % and 2 % longer). */
enum { ZY_HPACK_CELL_BITS = 13 };

/* The Huffman code of RFC 7541 as tables that the caller builds.

   A cell, by the next ZY_HPACK_CELL_BITS bits inverted: bits 0-5 how many bits its symbols take, 6-7 how many symbols
   there are, 8-31 the symbols; 0 where the first code is longer. For longer codes, by length: the first number of 32
   bits, aligned to the left, that belongs to a still longer one, and what to add to a code for its place in `symbols`. */
struct zy_hpack_code {
    const uint32_t *cells;   /* 1 << ZY_HPACK_CELL_BITS */
    const uint64_t *limits;  /* 31 */
    const int32_t *places;   /* 31 */
    const uint16_t *symbols; /* 257, in canonical order */
};

/* Decodes the `count` bytes at `bytes` as far as whole symbols go; returns how many octets it wrote at `out`.

   `readable` bytes, at least `count`, may be read. `out` has room for count * 8 / 5 + 4 octets. `used` gets the number
   of bits of those symbols: it exceeds count * 8 where the last one is not there as a whole. Stops at the end-of-string
   symbol. What is left of the string is the caller's to judge. */
size_t zy_hpack_huffman(const struct zy_hpack_code *code, const uint8_t *bytes, size_t count, size_t readable,
                        uint8_t *out, size_t *used);

/* The kernel in use: "portable", "ssse3", "avx2", "avx512bw" or "neon". */
const char *zy_kernel_name(void);

/* What is wrong with the value of ZYPHOS_KERNEL, or NULL. With an error the portable kernel is in use. */
const char *zy_kernel_error(void);

/* The kernels that were compiled in, by index from 0; NULL behind the last. */
const char *zy_kernel_at(size_t index);

/* Whether this CPU can run the kernel called `name`. */
int zy_kernel_is_available(const char *name);

/* Runs the kernel called `name`, which must be available; for tests that compare kernels. Returns 0, or -1 where there
   is no such kernel. */
int zy_http1_classify_with(const char *name, const uint8_t *bytes, size_t count, uint64_t *maps);

int zy_utf8_prefix_with(const char *name, const uint8_t *bytes, size_t count, size_t *whole);
int zy_unmask_with(const char *name, uint8_t *to, const uint8_t *from, size_t count, uint32_t key);
/* Likewise for Huffman strings; `written` gets what zy_hpack_huffman returns. */
int zy_hpack_huffman_with(const char *name, const struct zy_hpack_code *code, const uint8_t *bytes, size_t count,
                          size_t readable, uint8_t *out, size_t *used, size_t *written);

#ifdef __cplusplus
}
#endif
#endif
