/* `--sanitize=fuzzer` makes every comparison of the instrumented code call one of these, so that libFuzzer can learn constants
 * from them. The mutators know the protocols' constants already, and the calls took a third of the time. These do nothing; the
 * linker's `--wrap` (Package.swift) sends the calls here. */
#include <stdint.h>

#define NOTHING __attribute__((no_sanitize("coverage")))

NOTHING void __wrap___sanitizer_cov_trace_cmp1(uint8_t a, uint8_t b) { (void)a, (void)b; }
NOTHING void __wrap___sanitizer_cov_trace_cmp2(uint16_t a, uint16_t b) { (void)a, (void)b; }
NOTHING void __wrap___sanitizer_cov_trace_cmp4(uint32_t a, uint32_t b) { (void)a, (void)b; }
NOTHING void __wrap___sanitizer_cov_trace_cmp8(uint64_t a, uint64_t b) { (void)a, (void)b; }
NOTHING void __wrap___sanitizer_cov_trace_const_cmp1(uint8_t a, uint8_t b) { (void)a, (void)b; }
NOTHING void __wrap___sanitizer_cov_trace_const_cmp2(uint16_t a, uint16_t b) { (void)a, (void)b; }
NOTHING void __wrap___sanitizer_cov_trace_const_cmp4(uint32_t a, uint32_t b) { (void)a, (void)b; }
NOTHING void __wrap___sanitizer_cov_trace_const_cmp8(uint64_t a, uint64_t b) { (void)a, (void)b; }
NOTHING void __wrap___sanitizer_cov_trace_switch(uint64_t value, uint64_t *cases) { (void)value, (void)cases; }
