internal import Glibc

/// The Date field line of responses (RFC 9110 §6.6.1), made once a second.
enum DateLine {
    /// Seconds since 1970.
    static var second: Int { time(nil) }

    /// `Date: Sun, 06 Nov 1994 08:49:37 GMT` with its CRLF.
    static func bytes(_ second: Int) -> [UInt8] {
        var moment = time_t(second)
        var parts = unsafe tm()
        // SAFETY: both are this function's, and used inside the call only.
        _ = unsafe gmtime_r(&moment, &parts)
        return unsafe [UInt8](unsafeUninitializedCapacity: 64) { room, count in
            // SAFETY: `strftime` writes at most as many bytes as there is room for, the NUL among them.
            unsafe room.withMemoryRebound(to: CChar.self) { room in
                count = unsafe strftime(
                    room.baseAddress, room.count, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts)
            }
        }
    }
}
