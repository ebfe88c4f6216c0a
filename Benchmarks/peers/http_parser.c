/* Times http_parser 2.9.4 (Debian's libhttp-parser-dev) and libzyparsers in turn on the same request, so that the ratio
   holds on a shared machine. http_parser decides framing but validates less (see its documentation).

   make bench-peers */
#include "zyparsers.h"

#include <http_parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *requests[][2] = {
    {"minimal 27 B", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"curl 90 B",
     "GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: curl/8.11.0\r\nAccept: */*\r\n\r\n"},
    {"browser 700 B",
     "GET /wp-content/uploads/2026/03/hello-kitty-darth-vader-pink.jpg HTTP/1.1\r\nHost: www.kittyhell.example\r\n"
     "User-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0 Pathtraq/0.9\r\n"
     "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
     "Accept-Language: ja,en-us;q=0.7,en;q=0.3\r\nAccept-Encoding: gzip, deflate\r\n"
     "Accept-Charset: Shift_JIS,utf-8;q=0.7,*;q=0.7\r\nKeep-Alive: 115\r\nConnection: keep-alive\r\n"
     "Cookie: wp_ozh_wsa_visits=2; wp_ozh_wsa_visit_lasttime=xxxxxxxxxx; "
     "__utma=xxxxxxxxx.xxxxxxxxxx.xxxxxxxxxx.xxxxxxxxxx.xxxxxxxxxx.x; "
     "__utmz=xxxxxxxxx.xxxxxxxxxx.x.x.utmccn=(referral)|utmcsr=reader.livedwango.example|"
     "utmcct=/reader/|utmcmd=referral\r\n\r\n"},
};

static int fields;
static int on_data(http_parser *parser, const char *at, size_t length)
{
    (void)parser, (void)at, (void)length;
    fields++;
    return 0;
}

static zy_parser zyphos;
static zy_token tokens[256];
static http_parser_settings settings;

static int parse_zyphos(const char *bytes, size_t count)
{
    zy_result result;
    zy_reset(&zyphos);
    return zy_parse(&zyphos, (const uint8_t *)bytes, count, tokens, 256, NULL, 0, &result) == ZY_COMPLETE;
}

static int parse_http_parser(const char *bytes, size_t count)
{
    http_parser parser;
    http_parser_init(&parser, HTTP_REQUEST);
    return http_parser_execute(&parser, &settings, bytes, count) == count;
}

static double sample(int (*parse)(const char *, size_t), const char *bytes, size_t count, int calls)
{
    struct timespec a, b;
    clock_gettime(CLOCK_MONOTONIC, &a);
    for (int i = 0; i < calls; i++)
        if (!parse(bytes, count)) exit(1);
    clock_gettime(CLOCK_MONOTONIC, &b);
    return ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / calls;
}

static int ascending(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

int main(void)
{
    enum { SAMPLES = 61 };
    static double ours[SAMPLES], theirs[SAMPLES];
    settings.on_url = settings.on_header_field = settings.on_header_value = on_data;
    zy_request_init(&zyphos, 0);
    printf("%-16s %14s %14s %8s\n", "input", "libzyparsers", "http_parser", "ratio");
    for (size_t r = 0; r < sizeof requests / sizeof requests[0]; r++) {
        const char *bytes = requests[r][1];
        size_t count = strlen(bytes);
        for (int i = 0; i < SAMPLES; i++) {
            ours[i] = sample(parse_zyphos, bytes, count, 5000);
            theirs[i] = sample(parse_http_parser, bytes, count, 1500);
        }
        qsort(ours, SAMPLES, sizeof ours[0], ascending);
        qsort(theirs, SAMPLES, sizeof theirs[0], ascending);
        printf("%-16s %11.1f ns %11.1f ns %8.2f\n", requests[r][0], ours[SAMPLES / 8], theirs[SAMPLES / 8],
               theirs[SAMPLES / 8] / ours[SAMPLES / 8]);
    }
    return 0;
}
