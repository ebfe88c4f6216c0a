#include "kernels.h"

/* One byte at a time, from the same rows; the kernel that every machine has, and the tests' yardstick. */
void zy_http1_classify_portable(const uint8_t *bytes, size_t count, uint64_t *maps)
{
    for (size_t start = 0; start < count; start += 64, maps += ZY_MAP_COUNT) {
        size_t end = count - start < 64 ? count - start : 64;
        uint64_t outside = end < 64 ? ~0ull << end : 0;
        uint64_t token = 0, control = 0, target = 0;
        for (size_t i = 0; i < end; i++) {
            uint8_t byte = bytes[start + i];
            uint8_t row = zy_row_bits[byte >> 4];
            token |= (uint64_t)((zy_class_rows[0][byte & 15] & row) != 0) << i;
            control |= (uint64_t)((zy_class_rows[1][byte & 15] & row) != 0) << i;
            target |= (uint64_t)((zy_class_rows[2][byte & 15] & row) != 0) << i;
        }
        maps[ZY_MAP_NOT_TOKEN] = ~token | outside;
        maps[ZY_MAP_CONTROL] = control | outside;
        maps[ZY_MAP_NOT_TARGET] = ~target | outside;
    }
}
