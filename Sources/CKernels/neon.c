#include "kernels.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

/* The same two-nibble lookup with TBL, whose indices from 16 give 0. */
static inline uint64_t neon_mask(uint8x16_t a, uint8x16_t b, uint8x16_t c, uint8x16_t d)
{
    static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t weight = vld1q_u8(weights);
    uint8x16_t ab = vpaddq_u8(vandq_u8(a, weight), vandq_u8(b, weight));
    uint8x16_t cd = vpaddq_u8(vandq_u8(c, weight), vandq_u8(d, weight));
    uint8x16_t sum = vpaddq_u8(ab, cd);
    return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(sum, sum)), 0);
}

static inline void neon_block(const uint8_t *bytes, uint64_t *maps)
{
    uint8x16_t row_bits = vld1q_u8(zy_row_bits);
    uint8x16_t member[ZY_MAP_COUNT][4];
    for (int part = 0; part < 4; part++) {
        uint8x16_t in = vld1q_u8(bytes + 16 * part);
        uint8x16_t row = vqtbl1q_u8(row_bits, vshrq_n_u8(in, 4));
        uint8x16_t low = vandq_u8(in, vdupq_n_u8(0x0f));
        for (int map = 0; map < ZY_MAP_COUNT; map++)
            member[map][part] = vtstq_u8(vqtbl1q_u8(vld1q_u8(zy_class_rows[map]), low), row);
    }
    uint64_t present[ZY_MAP_COUNT];
    for (int map = 0; map < ZY_MAP_COUNT; map++)
        present[map] = neon_mask(member[map][0], member[map][1], member[map][2], member[map][3]);
    maps[ZY_MAP_NOT_TOKEN] = ~present[0];
    maps[ZY_MAP_CONTROL] = present[1];
    maps[ZY_MAP_NOT_TARGET] = ~present[2];
}

void zy_http1_classify_neon(const uint8_t *bytes, size_t count, uint64_t *maps)
{
    size_t start = 0;
    for (; count - start >= 64; start += 64, maps += ZY_MAP_COUNT) neon_block(bytes + start, maps);
    if (start < count) {
        uint8_t tail[64] = {0};
        memcpy(tail, bytes + start, count - start);
        neon_block(tail, maps);
        uint64_t outside = ~0ull << (count - start);
        for (int map = 0; map < ZY_MAP_COUNT; map++) maps[map] |= outside;
    }
}
#endif
