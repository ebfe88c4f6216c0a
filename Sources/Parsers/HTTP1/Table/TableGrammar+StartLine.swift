import Wire

/// Request lines (RFC 9112 §3) with the empty lines before them.
///
/// Two parts, because ABNF cannot say "any method but CONNECT": the driver enters the second part
/// by the method's tag.
struct TableRequestGrammar: Sendable {
    let automaton: TableAutomaton
    /// Before the request line, where another empty line may stand.
    let start: Int
    /// Before the request line, where none may.
    let startFull: Int
    /// Behind the method's separator.
    let afterMethod: Int
    /// Behind `CONNECT` and its separator.
    let afterConnect: Int

    /// The compiled grammars.
    static let cache = TableCache<TableRequestGrammar>(
        [
            .bareLF, .requestLineWhitespace, .lowercaseMethod, .unsafeTargetCharacters,
            .obsTextInTarget, .unvalidatedPercentEncoding, .unvalidatedTarget,
            .caseInsensitiveHTTPName,
        ], compile: TableRequestGrammar.init)

    static let entries = ["request-start", "request-start-full", "after-method", "after-connect"]

    private init(_ policy: Policy) {
        let compiled = TableGrammar.compile(Self.text(policy), entries: Self.entries)
        automaton = compiled.automaton
        start = compiled.entry("request-start")
        startFull = compiled.entry("request-start-full")
        afterMethod = compiled.entry("after-method")
        afterConnect = compiled.entry("after-connect")
    }

    /// The grammar under `policy`.
    static func text(_ policy: Policy) -> String {
        let white = policy.contains(.requestLineWhitespace)
        let more = white ? "*separator" : ""
        let anyTarget = policy.contains(.unvalidatedTarget)
        let target = anyTarget ? "anyForm" : "target"
        let connect = anyTarget ? "anyForm" : "connectForm"
        let extra = policy.contains(.bareLF) ? "tooManyEmptyLines" : "bareLF"
        return TableGrammar.core + TableGrammar.lineEnds(lfAlone: policy.contains(.bareLF))
            + TableVersionGrammar.text(policy) + targetText(policy) + """
                ; RFC 9112 §2.2: empty lines before a request line
                request-start      = <else malformedMethod> ( blank / method separator )
                request-start-full = <else malformedMethod> ( extra-line / method separator )
                extra-line = %x0D <reject tooManyEmptyLines>
                           / %x0A <reject \(extra)>

                ; RFC 9112 §3
                after-method  = <else malformedTarget> \(more) \(target) line-rest
                after-connect = <else malformedTarget> \(more) \(connect) line-rest
                line-rest = separator <else malformedVersion> \(more) version \(more) line-end
                separator = \(white ? "WSP" : "%x20")

                ; RFC 9112 §3.1: method = token; upper case is this laboratory's choice
                method = 1*method-char / %s"CONNECT" <is connect> / %s"OPTIONS" <is options>
                       / %s"TRACE" <is trace>
                method-char = \(policy.contains(.lowercaseMethod) ? "tchar" : upperTchar)

                """
    }

    private static let upperTchar = #"""
        "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^"
            / "_" / "`" / "|" / "~" / DIGIT / %x41-5A
        """#

    /// RFC 9112 §3.2, RFC 3986 §3.3, §3.4: request-target and what it is made of.
    private static func targetText(_ policy: Policy) -> String {
        let unsafe =
            policy.contains(.unsafeTargetCharacters)
            ? #" / %x22 / "<" / ">" / "[" / "\" / "]" / "^" / "`" / "{" / "|" / "}""# : ""
        let obsText = policy.contains(.obsTextInTarget) ? " / obs-text" : ""
        let percent = policy.contains(.unvalidatedPercentEncoding)
        return #"""
            target         = originForm / asteriskForm / absolute-form
            originForm     = path
            asteriskForm   = "*"
            absolute-form  = scheme [ targetAuthority ] [ absoluteRest ]
            scheme         = ( "http" / "https" ) "://"
            targetAuthority = 1*authchar
            absoluteRest   = path / query
            connectForm    = 1*authchar
            anyForm        = 1*( VCHAR / obs-text )

            path           = "/" *( pathchar / percent ) [ query ]
            query          = "?" *( pathchar / "?" / percent )
            unreserved     = ALPHA / DIGIT / "-" / "." / "_" / "~"
            sub-delims     = "!" / "$" / "&" / "'" / "(" / ")" / "*" / "+" / "," / ";" / "="
            authchar       = unreserved / sub-delims / ":" / "[" / "]" / "%"
            pathchar       = unreserved / sub-delims / ":" / "@" / "/"
            """# + unsafe + obsText + "\n"
                + (percent
                    ? "percent = \"%\"\n"
                    : #"""
                    ; RFC 3986 §2.1, less 00, 5C, C0 and C1 (hardened)
                    percent = "%" <else malformedPercentEncoding>
                              ( "0" %x31-39 / "0" letter / %x31-34 HEXDIG / %x36-39 HEXDIG
                              / "5" ( DIGIT / "A" / "B" / "D" / "E" / "F" )
                              / ( "A" / "B" / "D" / "E" / "F" ) HEXDIG
                              / "C" ( %x32-39 / letter ) )
                    letter  = "A" / "B" / "C" / "D" / "E" / "F"

                    """#)
    }
}

/// `HTTP-version` (RFC 9112 §2.3), which both start lines have.
enum TableVersionGrammar {
    static func text(_ policy: Policy) -> String {
        let name = policy.contains(.caseInsensitiveHTTPName) ? "%i\"HTTP/\"" : "%s\"HTTP/\""
        return "version = \(name) DIGIT \".\" DIGIT\n"
    }
}

/// Status lines (RFC 9112 §4).
struct TableStatusGrammar: Sendable {
    let automaton: TableAutomaton
    /// At the line's first octet.
    let start: Int

    /// The compiled grammars.
    static let cache = TableCache<TableStatusGrammar>(
        [.bareLF, .caseInsensitiveHTTPName, .missingReasonPhraseSpace],
        compile: TableStatusGrammar.init)

    static let entries = ["status-line"]

    private init(_ policy: Policy) {
        let compiled = TableGrammar.compile(Self.text(policy), entries: Self.entries)
        automaton = compiled.automaton
        start = compiled.entry("status-line")
    }

    /// The grammar under `policy`.
    static func text(_ policy: Policy) -> String {
        TableGrammar.core + TableGrammar.lineEnds(lfAlone: policy.contains(.bareLF))
            + TableVersionGrammar.text(policy) + """
                ; RFC 9112 §4: status-line = HTTP-version SP status-code SP [ reason-phrase ]
                status-line = <else malformedVersion> version separator
                              <else malformedStatus> status
                              ( reasonGap <else malformedReasonPhrase> [ reason ] line-end
                              \(policy.contains(.missingReasonPhraseSpace) ? "/ line-end" : "") )
                separator = %x20
                status    = 3DIGIT
                reasonGap = %x20
                reason    = 1*fieldchar

                """
    }
}
