/* What libFuzzer counts. A program contains all protocols, and the harness, the generators and the models beside them: 74,000
 * counters that libFuzzer clears and reads for each input, most of which say nothing of the parsers under test; that took up to
 * two fifths of the time. Instrumented code registers its counters with two calls, which the linker's `--wrap` (Package.swift)
 * sends here; those of functions whose name is of the wanted modules are passed on, in runs. Names come from the program's own
 * symbol table; where there is none (a stripped program, another format), everything is passed on. */
#define _GNU_SOURCE
#include "fuzzfeedback.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NOT_COUNTED __attribute__((no_sanitize("coverage")))

/* An entry of the table that clang writes beside the counters (SanitizerCoverage: pc-table). */
typedef struct {
    uintptr_t pc, flags;
} Place;

void __real___sanitizer_cov_8bit_counters_init(uint8_t *begin, uint8_t *end);
void __real___sanitizer_cov_pcs_init(const uintptr_t *begin, const uintptr_t *end);

static uint8_t *counters;
static size_t counter_count;

#ifdef __ELF__
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    uintptr_t begin, end;
} Range;

NOT_COUNTED static bool begins(const char *name, const char *prefix) {
    return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* Whether a function of this name tells something of the program's protocol. Swift's names begin with their module's. */
NOT_COUNTED static bool is_wanted(const char *name) {
    static const char *const modules[][2] = {
        {"http1.", "$s5HTTP1"}, {"hpack", "$s5HPACK"},    {"http2.", "$s5HTTP2"}, {"websocket.", "$s9WebSocket"},
        {"quic.", "$s4QUIC"},   {"utf8", "$s8UTF8Text"},
        {"server.", "$s6Server"},
    };
    /* The kernels are C. How often the loops of unmasking turn depends on where the buffer lies, which is no one's seed. */
    if (begins(name, "zy_")) return !begins(name, "zy_fuzz") && !begins(name, "zy_unmask");
    /* A model is what is hunted, where one is. */
    if (begins(name, "$s8Personas")) return getenv("ZYPHOS_FUZZ_OPPONENT") != NULL;
    for (size_t i = 0; i < sizeof modules / sizeof *modules; i++)
        if (begins(zy_fuzz_protocol, modules[i][0])) return begins(name, modules[i][1]);
    return true;
}

NOT_COUNTED static int by_begin(const void *a, const void *b) {
    const Range *first = a, *second = b;
    return (first->begin > second->begin) - (first->begin < second->begin);
}

NOT_COUNTED static int of_program(struct dl_phdr_info *info, size_t size, void *base) {
    (void)size;
    *(uintptr_t *)base = info->dlpi_addr;
    return 1; /* The first is the program. */
}

/* The wanted functions of the program in order of address, or NULL where it cannot be told. */
NOT_COUNTED static Range *wanted_functions(size_t *count) {
    Range *ranges = NULL;
    struct stat status;
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (file < 0) return NULL;
    size_t size = fstat(file, &status) == 0 && status.st_size > 0 ? (size_t)status.st_size : 0;
    const uint8_t *image = size >= sizeof(ElfW(Ehdr)) ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
    close(file);
    if (image == MAP_FAILED) return NULL;
    uintptr_t base = 0;
    dl_iterate_phdr(of_program, &base);
    /* The kernel has loaded this very file: its headers are as they should be. */
    const ElfW(Ehdr) *header = (const ElfW(Ehdr) *)image;
    const ElfW(Shdr) *sections = (const ElfW(Shdr) *)(image + header->e_shoff);
    for (size_t i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type != SHT_SYMTAB) continue;
        const ElfW(Sym) *symbols = (const ElfW(Sym) *)(image + sections[i].sh_offset);
        const char *names = (const char *)image + sections[sections[i].sh_link].sh_offset;
        size_t symbol_count = sections[i].sh_size / sizeof *symbols;
        ranges = calloc(symbol_count, sizeof *ranges);
        for (size_t s = 0; ranges != NULL && s < symbol_count; s++) {
            if ((symbols[s].st_info & 15) != STT_FUNC || symbols[s].st_size == 0) continue;
            if (!is_wanted(names + symbols[s].st_name)) continue;
            uintptr_t begin = base + symbols[s].st_value;
            ranges[(*count)++] = (Range){begin, begin + symbols[s].st_size};
        }
        break;
    }
    munmap((void *)image, size);
    if (ranges != NULL) qsort(ranges, *count, sizeof *ranges, by_begin);
    return ranges;
}

NOT_COUNTED static bool contains(const Range *ranges, size_t count, uintptr_t pc) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ranges[middle].begin <= pc) low = middle + 1;
        else high = middle;
    }
    return low > 0 && pc < ranges[low - 1].end;
}
#endif

NOT_COUNTED void __wrap___sanitizer_cov_8bit_counters_init(uint8_t *begin, uint8_t *end) {
    counters = begin;
    counter_count = (size_t)(end - begin);
}

NOT_COUNTED static void pass_on(const Place *places, size_t from, size_t to) {
    __real___sanitizer_cov_8bit_counters_init(counters + from, counters + to);
    __real___sanitizer_cov_pcs_init((const uintptr_t *)(places + from), (const uintptr_t *)(places + to));
}

/* Called behind the other by each object file, with the same table. */
NOT_COUNTED void __wrap___sanitizer_cov_pcs_init(const uintptr_t *begin, const uintptr_t *end) {
    static const uintptr_t *done;
    const Place *places = (const Place *)begin;
    if (begin == done || counter_count != (size_t)((const Place *)end - places)) return;
    done = begin;
#ifdef __ELF__
    size_t range_count = 0, kept = 0;
    Range *ranges = wanted_functions(&range_count);
    for (size_t i = 0; ranges != NULL && i < counter_count;) {
        size_t from = i;
        while (i < counter_count && contains(ranges, range_count, places[i].pc)) i++;
        if (i > from) {
            pass_on(places, from, i);
            kept += i - from;
        } else {
            i++;
        }
    }
    free(ranges);
    if (kept > 0) return;
#endif
    pass_on(places, 0, counter_count);
}
