/* HTTP/1.x heads and chunked bodies for C, C++, Rust, Python and whoever calls C; and, further down, every other protocol.

   Strict by RFC 9112 and RFC 9110, framing decided, resumable, no allocation: the caller owns every buffer.
   The functions run the SIMD variant. Nothing here blocks, logs, or keeps a pointer between two calls.

     zy_parser parser;
     zy_token tokens[512];
     zy_result result;
     zy_request_init(&parser, 0);
     zy_parse(&parser, bytes, count, tokens, 512, NULL, 0, &result);

   When the outcome is ZY_INCOMPLETE, call zy_parse again with the same bytes and more behind them, and with the same
   tokens and arena: the parser goes on where it stopped. After ZY_COMPLETE and ZY_REJECTED every call repeats the
   answer until zy_reset. A parser may be copied as memory, and used by one thread at a time. */
#ifndef ZYPARSERS_H
#define ZYPARSERS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface. It changes when a struct or the meaning of a function does. */
#define ZY_INTERFACE_VERSION 1

/* A parser, in the caller's memory. Its contents are private. */
typedef struct zy_parser {
    uint64_t opaque[128];
} zy_parser;

/* One recognised element: sixteen bytes.

   bits of `word`   0-39 offset in bytes: in the input, or in the arena for the two *_UNFOLDED kinds
                   40-55 detail
                   56-63 kind
   `length`         in bytes; for ZY_FRAMING the body's length; for ZY_CHUNK the chunk's size */
typedef struct zy_token {
    uint64_t word;
    uint64_t length;
} zy_token;

/* Kinds. A head has the start line's tokens, then a name and a value for each field line, then ZY_FRAMING. A chunked body
   has, for each chunk, ZY_CHUNK_EXTENSIONS if it has any and ZY_CHUNK; then ZY_LAST_CHUNK, trailers, ZY_MESSAGE_END. */
enum zy_kind {
    ZY_METHOD = 1,
    ZY_TARGET = 2,  /* detail: 0 origin, 1 absolute, 2 authority, 3 asterisk form, 4 unvalidated */
    ZY_VERSION = 3, /* detail: major * 16 + minor */
    ZY_STATUS = 4,  /* detail: the code */
    ZY_REASON_PHRASE = 5,
    ZY_FIELD_NAME = 6, /* detail: which known name, 0 for others */
    ZY_FIELD_VALUE = 7,
    ZY_FIELD_VALUE_UNFOLDED = 8,
    ZY_FRAMING = 9,
    ZY_CHUNK_EXTENSIONS = 12,
    ZY_CHUNK = 13,
    ZY_LAST_CHUNK = 14,
    ZY_TRAILER_NAME = 15,
    ZY_TRAILER_VALUE = 16,
    ZY_TRAILER_VALUE_UNFOLDED = 17,
    ZY_MESSAGE_END = 18
};

/* What a call says. */
enum zy_outcome {
    ZY_COMPLETE = 0,
    ZY_INCOMPLETE = 1,
    ZY_REJECTED = 2,
    ZY_TOKENS_FULL = -1, /* the token array or the arena was too small; reset and come back with a larger one */
    ZY_USAGE = -2        /* a NULL or a parser that was never initialised */
};

/* How a body ends. */
enum zy_framing_kind {
    ZY_FRAMING_NONE = 0,
    ZY_FRAMING_LENGTH = 1,
    ZY_FRAMING_CHUNKED = 2,
    ZY_FRAMING_CLOSE = 3,
    ZY_FRAMING_TUNNEL = 4
};

/* The request that a response answers. */
enum zy_request_method { ZY_ANSWERS_OTHER = 0, ZY_ANSWERS_HEAD = 1, ZY_ANSWERS_CONNECT = 2 };

typedef struct zy_result {
    int32_t outcome;      /* enum zy_outcome */
    int32_t reason;       /* where rejected: a code for zy_reason_name and its like; else -1 */
    uint64_t consumed;    /* where complete: bytes of the message */
    uint64_t offset;      /* where rejected: see zy_reason_clause for what it points at */
    uint64_t token_count; /* tokens that are certain */
    uint64_t arena_count; /* arena bytes that are certain */
    int32_t framing;      /* of a complete head: enum zy_framing_kind; else -1 */
    int32_t keep_alive;   /* of a complete head: whether another message may follow */
    uint64_t body_length; /* for ZY_FRAMING_LENGTH */
    int32_t expects_continue;
    int32_t upgrade;
} zy_result;

/* ZY_INTERFACE_VERSION of the library that is loaded. */
int32_t zy_version(void);

/* Makes a parser for one request head, response head, or chunked body. `policy` is 0 for strict, or an OR of
   zy_policy_bit. Returns 0, or ZY_USAGE where `parser` is NULL. */
int32_t zy_request_init(zy_parser *parser, uint64_t policy);
int32_t zy_response_init(zy_parser *parser, uint64_t policy, int32_t answers);
int32_t zy_chunked_init(zy_parser *parser, uint64_t policy);

/* Looks at the bytes that it has not seen yet, and fills `result`. Returns its outcome.

   `capacity` tokens always suffice if it is at least count / 2 + 8; `arena` may be NULL unless the policy has
   obsoleteFolding, and then needs at most `count` bytes. */
int32_t zy_parse(zy_parser *parser, const uint8_t *bytes, size_t count, zy_token *tokens, size_t capacity,
                 uint8_t *arena, size_t arena_capacity, zy_result *result);

/* Makes the parser ready for a new message of the same sort. Returns 0 or ZY_USAGE. */
int32_t zy_reset(zy_parser *parser);

/* How many bytes at the front of a chunked body will not be looked at again, so that the caller may drop them. */
size_t zy_releasable(const zy_parser *parser);

/* Says that `count` of them were dropped, and that all tokens were taken: later offsets count from the new first byte, and
   tokens are written from the array's start. Returns 0, or ZY_USAGE where `count` is too large. */
int32_t zy_release(zy_parser *parser, size_t count);

/* The bit of a leniency such as "bareLF", or 0 where there is none of that name. */
uint64_t zy_policy_bit(const char *name);

/* The name, clause and HTTP status of a reason. Texts are copied to `text` (of `capacity` bytes, always terminated);
   the full length is returned, or ZY_USAGE for a code that does not exist. */
int32_t zy_reason_name(int32_t reason, char *text, size_t capacity);
int32_t zy_reason_clause(int32_t reason, char *text, size_t capacity);
int32_t zy_reason_status(int32_t reason);

/* ---------------------------------------------------------------------------------------------------------------------
   Every protocol by its name: http1.request, http1.response, http1.chunked, http1.stream, hpack, http2.frame,
   websocket.frame, quic.packet, utf8. Here the library owns the memory: a reader holds a parser, its tokens and its arena.

     char error[128];
     zy_reader *reader = zy_open("http2.frame", "simd", "role=client;start=connection", "strict", error, sizeof error);
     zy_reading reading;
     zy_read(reader, bytes, count, &reading);
     zy_close(reader);

   A reader may be used by one thread at a time. */

typedef struct zy_reader zy_reader;

/* What a reader says of the bytes so far. The pointers are the reader's, and good until its next call. */
typedef struct zy_reading {
    int32_t outcome; /* enum zy_outcome */
    int32_t reason;  /* where rejected: a code for zy_reader_reason; else -1 */
    uint64_t consumed;
    uint64_t offset;
    const zy_token *tokens; /* tokens that are certain */
    uint64_t token_count;
    const uint8_t *arena; /* bytes that do not stand in the input: decoded, unmasked, decrypted */
    uint64_t arena_count;
} zy_reading;

/* The names of all protocols, by index from 0; returns the full length, or ZY_USAGE behind the last. */
int32_t zy_protocol_name(int32_t index, char *text, size_t capacity);

/* Makes a reader. `variant` may be NULL for the protocol's winner; `context` is NULL or entries name=value separated by
   semicolons (`zyparse list contexts` names them; lengths of the input are needed where the protocol has them in its
   context: "blocks=12" for hpack, "datagram=1200" for quic.packet); `policy` is NULL for strict, or leniencies separated by
   commas. Returns NULL where something of that is wrong, with a sentence in `error`. */
zy_reader *zy_open(const char *protocol, const char *variant, const char *context, const char *policy, char *error,
                   size_t error_capacity);

/* Reads `count` bytes: all bytes of the input so far, less those that were released. Returns the outcome. */
int32_t zy_read(zy_reader *reader, const uint8_t *bytes, size_t count, zy_reading *reading);

/* Makes the reader ready for a new input under the same context. Returns 0 or ZY_USAGE. */
int32_t zy_reader_reset(zy_reader *reader);

/* As zy_releasable and zy_release; releasing empties the tokens and the arena. */
size_t zy_reader_releasable(const zy_reader *reader);
int32_t zy_reader_release(zy_reader *reader, size_t count);

/* Name, clause and rule of a reason, one line each, and the number that the recipient answers with (an HTTP status, an
   HTTP/2 or QUIC error code, a WebSocket close code; 0 for none). */
int32_t zy_reader_reason(const zy_reader *reader, int32_t reason, char *text, size_t capacity);
int32_t zy_reader_status(const zy_reader *reader, int32_t reason);

/* What the token `index` of the last reading stands for, in words. */
int32_t zy_reader_label(const zy_reader *reader, uint64_t index, char *text, size_t capacity);

/* Frees a reader; NULL is fine. */
void zy_close(zy_reader *reader);

/* ---------------------------------------------------------------------------------------------------------------------
   HPACK for a connection that lives: one decoder, header blocks as they come, each whole. (The reader of "hpack" wants to
   know all blocks of its input beforehand.) */

typedef struct zy_hpack zy_hpack;

/* Makes a decoder with the default limits, strict, and a table of 4096 octets. */
zy_hpack *zy_hpack_open(void);

/* A SETTINGS_HEADER_TABLE_SIZE of this side was acknowledged: it holds from the next block on. Returns 0 or ZY_USAGE. */
int32_t zy_hpack_set_table_size(zy_hpack *decoder, uint32_t size);

/* Decodes one whole block. Names and values stand in the arena: a token of kind 1 starts a field, kind 2 is its name, kind 3
   its value. A rejection ends the connection (COMPRESSION_ERROR) and is repeated for every further block; a token of kind 5
   says that fields were left out as a limit asks. Returns the outcome. */
int32_t zy_hpack_decode(zy_hpack *decoder, const uint8_t *block, size_t count, zy_reading *reading);

/* Frees a decoder; NULL is fine. */
void zy_hpack_close(zy_hpack *decoder);

#ifdef __cplusplus
}
#endif
#endif
