"""Parses one request head through ctypes. Usage: heads.py PATH/libzyparsers.so"""

import ctypes
import sys


class Parser(ctypes.Structure):
    _fields_ = [("opaque", ctypes.c_uint64 * 128)]


class Token(ctypes.Structure):
    _fields_ = [("word", ctypes.c_uint64), ("length", ctypes.c_uint64)]

    @property
    def kind(self):
        return self.word >> 56

    @property
    def offset(self):
        return self.word & 0xFF_FFFF_FFFF


class Result(ctypes.Structure):
    _fields_ = [
        ("outcome", ctypes.c_int32), ("reason", ctypes.c_int32), ("consumed", ctypes.c_uint64),
        ("offset", ctypes.c_uint64), ("token_count", ctypes.c_uint64), ("arena_count", ctypes.c_uint64),
        ("framing", ctypes.c_int32), ("keep_alive", ctypes.c_int32), ("body_length", ctypes.c_uint64),
        ("expects_continue", ctypes.c_int32), ("upgrade", ctypes.c_int32),
    ]


def main():
    library = ctypes.CDLL(sys.argv[1])
    library.zy_parse.argtypes = [
        ctypes.POINTER(Parser), ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(Token), ctypes.c_size_t,
        ctypes.c_char_p, ctypes.c_size_t, ctypes.POINTER(Result),
    ]
    library.zy_request_init.argtypes = [ctypes.POINTER(Parser), ctypes.c_uint64]
    data = b"GET /search?q=zyphos HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\n\r\n"
    parser, result, tokens = Parser(), Result(), (Token * 64)()
    library.zy_request_init(parser, 0)
    library.zy_parse(parser, data, len(data), tokens, 64, None, 0, result)
    names = {1: "method", 2: "target", 6: "name", 7: "value"}
    for token in tokens[: result.token_count]:
        if token.kind in names:
            print(names[token.kind], data[token.offset : token.offset + token.length].decode("latin-1"))
    print("outcome", result.outcome, "consumed", result.consumed, "keep-alive", result.keep_alive)
    library.zy_request_init(parser, 0)
    library.zy_parse(parser, b"GET / HTTP/1.1\nHost: a\n\n", 24, tokens, 64, None, 0, result)
    text = ctypes.create_string_buffer(64)
    library.zy_reason_name(result.reason, text, 64)
    print("rejected at", result.offset, text.value.decode())


main()
