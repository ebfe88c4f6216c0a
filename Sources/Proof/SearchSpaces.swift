/// The tokens of each protocol's searches: short ones for each rule that has a leniency.
extension SearchSpace {
    private static func octets(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

    private static func single(_ octets: [UInt8]) -> [[UInt8]] { octets.map { [$0] } }

    /// The spaces in which differences of a protocol are looked for, in this order.
    static func spaces(_ protocolName: String) -> [SearchSpace] {
        switch protocolName {
        case "http1.request": [requests]
        case "http1.response": [responses]
        case "http1.chunked": [chunked]
        case "hpack": [blocks([:]), blocks(["tableSizes": "0"])]
        case "http2.frame": [frames]
        case "websocket.frame": [texts]
        case "quic.packet":
            [
                shortFrames("frames 1rtt"), shortFrames("frames 0rtt"), connectionIDs, datagrams,
                initials,
            ]
        case "utf8": [sequences]
        default: []
        }
    }

    private static let requests = SearchSpace(
        "http1.request",
        octets([
            "A / HTTP/1.1\r\n", "A / HTTP/1.0\r\n", "A / HTTP/2.0\r\n", "A http://a HTTP/1.1\r\n",
            "TRACE / HTTP/1.1\r\n", "Host:a\r\n", "Host:b\r\n", "Host:,\r\n",
            "Content-Length:0\r\n",
            "Content-Length:1\r\n", "Transfer-Encoding:gzip\r\n", "Transfer-Encoding:x\r\n",
            "Transfer-Encoding:chunked\r\n", "Upgrade:a\r\n", "Expect:a\r\n", "Location:a\r\n",
            "\r\n",
        ]), bytesMax: 80, isOrdered: true)

    private static let responses = SearchSpace(
        "http1.response",
        octets([
            "HTTP/1.1 200 \r\n", "HTTP/1.0 200 \r\n", "HTTP/2.0 200 \r\n", "Content-Length:0\r\n",
            "Content-Length:1\r\n", "Transfer-Encoding:gzip\r\n", "Transfer-Encoding:x\r\n",
            "Transfer-Encoding:chunked\r\n", "Location:a\r\n", "\r\n",
        ]), bytesMax: 80, isOrdered: true)

    /// A last chunk and trailers.
    private static let chunked = SearchSpace(
        "http1.chunked", octets(["0\r\n", "\r\n", "Host:a\r\n", "A:a\r\n"]), bytesMax: 16)

    private static func blocks(_ entries: [String: String]) -> SearchSpace {
        SearchSpace(
            "hpack",
            single([
                0x00, 0x01, 0x0F, 0x1F, 0x20, 0x21, 0x3F, 0x40, 0x41, 0x7F, 0x80, 0x81, 0x82, 0xBE,
                0xFF,
            ]), entries: entries, bytesMax: 3, isIncremental: false)
    }

    /// Whole frames: DATA with one octet of padding, WINDOW_UPDATE.
    private static let frames = SearchSpace(
        "http2.frame",
        [
            [0, 0, 2, 0, 8, 0, 0, 0, 1, 1, 0], [0, 0, 2, 0, 8, 0, 0, 0, 1, 1, 1],
            [0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1], [0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ], bytesMax: 26)

    /// Headers of masked frames with a key of zeros, and octets to make payloads of.
    private static let texts = SearchSpace(
        "websocket.frame",
        [[0x81, 0x81, 0, 0, 0, 0], [0x81, 0x82, 0, 0, 0, 0], [0x88, 0x82, 0, 0, 0, 0]]
            + single([0x41, 0x80, 0xC3, 0x03, 0xE8, 0xF4, 0xF7]), bytesMax: 10)

    private static func shortFrames(_ layer: String) -> SearchSpace {
        SearchSpace(
            "quic.packet", single([0x00, 0x01, 0x02, 0x06, 0x10, 0x19, 0x40]),
            entries: ["layer": layer], bytesMax: 3, isIncremental: false)
    }

    /// NEW_CONNECTION_ID with two sequence numbers and two connection IDs.
    private static let connectionIDs = SearchSpace(
        "quic.packet",
        [
            [0x18, 0, 0, 1, 0] + [UInt8](repeating: 0, count: 16),
            [0x18, 0, 0, 1, 1] + [UInt8](repeating: 0, count: 16),
            [0x18, 1, 0, 1, 0] + [UInt8](repeating: 0, count: 16),
        ], entries: ["layer": "frames 1rtt"], bytesMax: 42, isIncremental: false)

    /// Short headers with and without the fixed bit, and as many octets as a packet needs.
    private static let datagrams = SearchSpace(
        "quic.packet",
        [0x40, 0x00].map { [$0] + [UInt8](repeating: 0, count: 28) }, bytesMax: 29,
        isIncremental: false)

    /// An Initial whose connection ID has seven octets or eight, under keys that nobody asks for.
    private static let initials = SearchSpace(
        "quic.packet",
        [7, 8].map { count in
            let header: [UInt8] =
                [0xC0, 0, 0, 0, 1, UInt8(count)] + [UInt8](repeating: 0, count: count) + [0, 0]
            let rest = 1_200 - header.count - 2
            return header + [UInt8(0x40 | rest >> 8), UInt8(rest & 255)]
                + [UInt8](repeating: 0, count: rest)
        }, entries: ["layer": "headers"], bytesMax: 1_200, isIncremental: false)

    private static let sequences = SearchSpace(
        "utf8",
        single([
            0x41, 0x80, 0x81, 0x8F, 0x90, 0x9F, 0xA0, 0xAF, 0xBF, 0xC0, 0xC1, 0xE0, 0xED, 0xF0,
            0xF4, 0xF7,
        ]), bytesMax: 4)
}
