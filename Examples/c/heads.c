/* Parses a request head that arrives in two pieces, a smuggling attempt, and a chunked body. */
#include "zyparsers.h"

#include <stdio.h>
#include <string.h>

static zy_token tokens[128];

static unsigned kind(zy_token token) { return (unsigned)(token.word >> 56); }
static size_t offset(zy_token token) { return (size_t)(token.word & 0xffffffffffu); }

static void print_text(const char *label, const char *bytes, zy_token token)
{
    printf("%s%.*s\n", label, (int)token.length, bytes + offset(token));
}

static void request_in_two_pieces(void)
{
    const char *bytes = "POST /upload?id=7 HTTP/1.1\r\nHost: example.com\r\nContent-Length: 5\r\n\r\n";
    size_t count = strlen(bytes);
    zy_parser parser;
    zy_result result;
    zy_request_init(&parser, 0);
    zy_parse(&parser, (const uint8_t *)bytes, 40, tokens, 128, NULL, 0, &result);
    printf("after 40 bytes: %s\n", result.outcome == ZY_INCOMPLETE ? "incomplete" : "?");
    zy_parse(&parser, (const uint8_t *)bytes, count, tokens, 128, NULL, 0, &result);
    printf("after %zu bytes: %s, %llu tokens\n", count, result.outcome == ZY_COMPLETE ? "complete" : "?",
           (unsigned long long)result.token_count);
    for (size_t i = 0; i < result.token_count; i++) {
        if (kind(tokens[i]) == ZY_METHOD) print_text("method ", bytes, tokens[i]);
        if (kind(tokens[i]) == ZY_TARGET) print_text("target ", bytes, tokens[i]);
        if (kind(tokens[i]) == ZY_FIELD_NAME) print_text("field ", bytes, tokens[i]);
        if (kind(tokens[i]) == ZY_FIELD_VALUE) print_text("  value ", bytes, tokens[i]);
    }
    printf("framing %d, body of %llu bytes, keep-alive %d\n", result.framing,
           (unsigned long long)result.body_length, result.keep_alive);
}

static void smuggling_attempt(void)
{
    const char *bytes = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n";
    char name[64], clause[64];
    zy_parser parser;
    zy_result result;
    zy_request_init(&parser, 0);
    zy_parse(&parser, (const uint8_t *)bytes, strlen(bytes), tokens, 128, NULL, 0, &result);
    zy_reason_name(result.reason, name, sizeof name);
    zy_reason_clause(result.reason, clause, sizeof clause);
    printf("rejected at %llu: %s (%s), answer %d\n", (unsigned long long)result.offset, name, clause,
           zy_reason_status(result.reason));
    zy_request_init(&parser, zy_policy_bit("lengthAndTransferEncoding"));
    zy_parse(&parser, (const uint8_t *)bytes, strlen(bytes), tokens, 128, NULL, 0, &result);
    printf("with a leniency: framing %d, keep-alive %d\n", result.framing, result.keep_alive);
}

static void chunked_body(void)
{
    const char *bytes = "5\r\nhello\r\n7;note=\"x\"\r\n, world\r\n0\r\nX-Sum: 1\r\n\r\nGET";
    zy_parser parser;
    zy_result result;
    zy_chunked_init(&parser, 0);
    zy_parse(&parser, (const uint8_t *)bytes, strlen(bytes), tokens, 128, NULL, 0, &result);
    printf("body: ");
    for (size_t i = 0; i < result.token_count; i++)
        if (kind(tokens[i]) == ZY_CHUNK) printf("%.*s", (int)tokens[i].length, bytes + offset(tokens[i]));
    printf("\nconsumed %llu of %zu bytes\n", (unsigned long long)result.consumed, strlen(bytes));
}

int main(void)
{
    printf("interface %d\n", (int)zy_version());
    request_in_two_pieces();
    smuggling_attempt();
    chunked_body();
    zy_result result;
    zy_parser never = {{0}};
    printf("misuse: %d %d\n", zy_parse(NULL, NULL, 0, NULL, 0, NULL, 0, &result),
           zy_parse(&never, NULL, 0, NULL, 0, NULL, 0, &result));
    zy_request_init(&never, 0);
    const char *small = "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\n\r\n";
    printf("no room: %d\n", zy_parse(&never, (const uint8_t *)small, strlen(small), tokens, 4, NULL, 0, &result));
    return 0;
}
