/* Reads HTTP/2 frames, an HPACK block and a text through one interface, and shows what every token stands for. */
#include "zyparsers.h"

#include <stdio.h>
#include <string.h>

static unsigned kind(zy_token token) { return (unsigned)(token.word >> 56); }
static size_t offset(zy_token token) { return (size_t)(token.word & 0xffffffffffu); }

static void list(void)
{
    char name[64];
    for (int32_t i = 0; zy_protocol_name(i, name, sizeof name) >= 0; i++) printf("%s%s", i ? " " : "", name);
    printf("\n");
}

static void show(const char *protocol, const char *context, const char *policy, const char *bytes, size_t count)
{
    char text[256];
    zy_reading reading;
    zy_reader *reader = zy_open(protocol, NULL, context, policy, text, sizeof text);
    if (!reader) {
        printf("%s\n", text);
        return;
    }
    zy_read(reader, (const uint8_t *)bytes, count, &reading);
    printf("%s: outcome %d", protocol, reading.outcome);
    if (reading.outcome == ZY_COMPLETE) printf(", %llu bytes", (unsigned long long)reading.consumed);
    if (reading.outcome == ZY_REJECTED) {
        zy_reader_reason(reader, reading.reason, text, sizeof text);
        *strchr(text, '\n') = 0;
        printf(" at %llu: %s, answer %d", (unsigned long long)reading.offset, text,
               zy_reader_status(reader, reading.reason));
    }
    printf("\n");
    for (uint64_t i = 0; i < reading.token_count; i++) {
        zy_reader_label(reader, i, text, sizeof text);
        printf("  %u at %zu: %s\n", kind(reading.tokens[i]), offset(reading.tokens[i]), text);
    }
    if (reading.arena_count) printf("  decoded: %.*s\n", (int)reading.arena_count, (const char *)reading.arena);
    zy_close(reader);
}

/* A connection's decoder: the second block refers to what the first one left in the table (RFC 7541 C.3). */
static void blocks(void)
{
    static const uint8_t first[] = "\x82\x86\x84\x41\x0fwww.example.com", second[] = "\x82\x86\x84\xbe\x58\x08no-cache";
    zy_hpack *decoder = zy_hpack_open();
    zy_reading reading;
    zy_hpack_decode(decoder, first, sizeof first - 1, &reading);
    zy_hpack_decode(decoder, second, sizeof second - 1, &reading);
    for (uint64_t i = 0; i < reading.token_count; i++)
        if (kind(reading.tokens[i]) == 2 || kind(reading.tokens[i]) == 3)
            printf("%s%.*s", kind(reading.tokens[i]) == 2 ? "\n  " : " = ", (int)reading.tokens[i].length,
                   (const char *)reading.arena + offset(reading.tokens[i]));
    printf("\nindex 0: %d\n", zy_hpack_decode(decoder, (const uint8_t *)"\x80", 1, &reading));
    printf("afterwards: %d\n", zy_hpack_decode(decoder, first, sizeof first - 1, &reading));
    zy_hpack_close(decoder);
}

int main(void)
{
    static const char frames[] = "\0\0\6\4\0\0\0\0\0\0\3\0\0\0\144\0\0\4\10\0\0\0\0\0\0\0\0\0";
    static const char block[] = "\202\206\204\101\214\361\343\302\345\362\72\153\240\253\220\364\377";
    list();
    show("http2.frame", "role=client", NULL, frames, sizeof frames - 1);
    show("http2.frame", "role=client", "zeroWindowIncrement", frames, sizeof frames - 1);
    show("hpack", "blocks=17", NULL, block, sizeof block - 1);
    show("utf8", NULL, NULL, "caf\303\251 \355\240\200", 9);
    show("http3", NULL, NULL, "", 0);
    show("http2.frame", "role=proxy", NULL, "", 0);
    show("http2.frame", NULL, "lenient", "", 0);
    blocks();
    printf("misuse: %d %d\n", zy_read(NULL, NULL, 0, NULL), zy_reader_reset(NULL));
    zy_close(NULL);
    return 0;
}
