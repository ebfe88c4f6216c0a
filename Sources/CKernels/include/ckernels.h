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

#ifdef __cplusplus
}
#endif
#endif
