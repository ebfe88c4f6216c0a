import Wire

/// Content-Length as a list (RFC 9110 §8.6, RFC 9112 §6.3).
struct TableLengthGrammar: Sendable {
    let automaton: TableAutomaton
    let start: Int

    /// The compiled grammars.
    static let cache = TableCache<TableLengthGrammar>(
        [
            .leadingZerosInContentLength, .plusSignInContentLength, .contentLengthLongestPrefix,
            .emptyContentLength,
        ], compile: TableLengthGrammar.init)

    static let entries = ["content-length"]

    private init(_ policy: Policy) {
        let compiled = TableGrammar.compile(Self.text(policy), entries: Self.entries)
        automaton = compiled.automaton
        start = compiled.entry("content-length")
    }

    /// The grammar under `policy`.
    static func text(_ policy: Policy) -> String {
        let zeros = policy.contains(.leadingZerosInContentLength)
        let plus = policy.contains(.plusSignInContentLength) ? "[ \"+\" ]" : ""
        let rest = policy.contains(.contentLengthLongestPrefix) ? "[ rest ]" : ""
        let empty = policy.contains(.emptyContentLength) ? "/ *WSP" : ""
        return TableGrammar.core + """
            content-length = member *( comma member )
            member         = *WSP \(plus) number \(rest) *WSP \(empty)
            number         = \(zeros ? "1*size-digit" : "size-zero / size-nonzero *size-digit")
            size-digit          = DIGIT
            size-zero     = "0"
            size-nonzero  = %x31-39
            rest           = ( %x00-2B / %x2D-2F / %x3A-FF ) *( %x00-2B / %x2D-FF )
            comma          = ","

            """
    }
}

/// Transfer-Encoding, Connection and Expect (RFC 9112 §6.1, RFC 9110 §7.6.1, §10.1.1).
struct TableListGrammar: Sendable {
    let automaton: TableAutomaton
    let transferEncoding: Int
    let connection: Int
    let expect: Int

    /// The compiled grammars.
    static let cache = TableCache<TableListGrammar>(
        [.emptyListElements], compile: TableListGrammar.init)

    static let entries = ["transfer-encoding", "connection", "expect"]

    private init(_ policy: Policy) {
        let compiled = TableGrammar.compile(Self.text(policy), entries: Self.entries)
        automaton = compiled.automaton
        transferEncoding = compiled.entry("transfer-encoding")
        connection = compiled.entry("connection")
        expect = compiled.entry("expect")
    }

    /// The grammar under `policy`. A list's members are told apart by tag, the first that fits.
    static func text(_ policy: Policy) -> String {
        let empty = policy.contains(.emptyListElements) ? "/ *WSP <is empty>" : ""
        return TableGrammar.core + """
            transfer-encoding = coding *( comma coding )
            coding     = *WSP "chunked" *WSP <is chunked>
                       / *WSP registered *WSP <is registered>
                       / *WSP 1*( %x00-08 / %x0A-1F / %x21-2B / %x2D-FF ) *WSP <is unknown>
                       \(empty)
            registered = "compress" / "x-compress" / "deflate" / "gzip" / "x-gzip"

            connection = option *( comma option )
            option     = *WSP "close" *WSP <is close>
                       / *WSP "keep-alive" *WSP <is keepAlive>
                       / *WSP "upgrade" *WSP <is upgrade>
                       / *( %x00-2B / %x2D-FF )

            expect     = "100-continue"
            comma      = ","

            """
    }
}

/// An authority (RFC 3986 §3.2, RFC 9110 §7.2), which no leniency changes.
struct TableAuthorityGrammar: Sendable {
    let automaton: TableAutomaton
    /// host [ ":" port ]; the tag `port` says that there is one, neither empty nor zero.
    let start: Int

    /// The compiled grammar.
    static let shared = TableAuthorityGrammar()

    static let entries = ["authority"]

    private init() {
        let compiled = TableGrammar.compile(Self.text, entries: Self.entries)
        automaton = compiled.automaton
        start = compiled.entry("authority")
    }

    /// The grammar.
    static let text =
        TableGrammar.core + #"""
            authority    = host [ ":" ( port / target-port <is port> ) ]
            ; RFC 3986 §3.2.3; at most five digits and 65535 is this laboratory's choice
            port         = *4DIGIT / high-port
            high-port    = %x30-35 4DIGIT / "6" %x30-34 3DIGIT / "65" %x30-34 2DIGIT
                         / "655" %x30-32 DIGIT / "6553" %x30-35
            target-port  = nonzero *3DIGIT / "0" nonzero *3DIGIT / "00" nonzero *2DIGIT
                         / "000" nonzero *1DIGIT / "0000" nonzero
                         / %x31-35 4DIGIT / "6" %x30-34 3DIGIT / "65" %x30-34 2DIGIT
                         / "655" %x30-32 DIGIT / "6553" %x30-35
            nonzero      = %x31-39

            ; RFC 3986 §3.2.2; no comma in a name (hardened: it would be a list)
            host        = "[" ( IPv6address / IPvFuture ) "]" / 1*( unreserved / name-delims / pct )
            unreserved  = ALPHA / DIGIT / "-" / "." / "_" / "~"
            name-delims = "!" / "$" / "&" / "'" / "(" / ")" / "*" / "+" / ";" / "="
            pct         = "%" HEXDIG HEXDIG
            IPvFuture   = "v" 1*HEXDIG "." 1*( unreserved / name-delims / "," / ":" )
            IPv6address =                            6( h16 ":" ) ls32
                        /                       "::" 5( h16 ":" ) ls32
                        / [               h16 ] "::" 4( h16 ":" ) ls32
                        / [ *1( h16 ":" ) h16 ] "::" 3( h16 ":" ) ls32
                        / [ *2( h16 ":" ) h16 ] "::" 2( h16 ":" ) ls32
                        / [ *3( h16 ":" ) h16 ] "::"    h16 ":"   ls32
                        / [ *4( h16 ":" ) h16 ] "::"              ls32
                        / [ *5( h16 ":" ) h16 ] "::"              h16
                        / [ *6( h16 ":" ) h16 ] "::"
            h16         = 1*4HEXDIG
            ls32        = h16 ":" h16 / IPv4address
            IPv4address = dec-octet "." dec-octet "." dec-octet "." dec-octet
            dec-octet   = DIGIT / %x31-39 DIGIT / "1" 2DIGIT / "2" %x30-34 DIGIT / "25" %x30-35

            """#
}
