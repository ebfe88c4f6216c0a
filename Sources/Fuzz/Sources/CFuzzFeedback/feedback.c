#include "fuzzfeedback.h"

/* libFuzzer finds this section by its name (compiler-rt, lib/fuzzer/FuzzerExtraCounters.cpp). */
__attribute__((section("__libfuzzer_extra_counters"), used)) static uint8_t
    zy_fuzz_counters[zy_fuzz_counter_count];

void zy_fuzz_mark(uint32_t feature) {
    /* Spread, as features that differ in high bits only must not meet. */
    uint32_t mixed = feature * 2654435761u;
    zy_fuzz_counters[mixed >> 19] = 1;
}

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

size_t zy_fuzz_bytewise(uint8_t *data, size_t size, size_t max_size) {
    return LLVMFuzzerMutate(data, size, max_size);
}
