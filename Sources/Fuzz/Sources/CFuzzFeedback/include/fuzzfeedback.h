/* What libFuzzer and the Swift side of a fuzzer share: counters for outcomes, and the engine's own mutator. */
#ifndef ZYPHOS_FUZZFEEDBACK_H
#define ZYPHOS_FUZZFEEDBACK_H

#include <stddef.h>
#include <stdint.h>

/* The protocol of the program; each program defines it. */
extern const char *const zy_fuzz_protocol;

/* Counters that libFuzzer reads and clears beside those of the code's edges: one for each sort of outcome. */
enum { zy_fuzz_counter_count = 1 << 13 };

/* Marks the outcome whose number is `feature`. */
void zy_fuzz_mark(uint32_t feature);

/* libFuzzer's own mutations, which know the constants that the code compared bytes with. `data` has room for
 * `max_size` bytes; gives the new size. */
size_t zy_fuzz_bytewise(uint8_t *data, size_t size, size_t max_size);

#endif
