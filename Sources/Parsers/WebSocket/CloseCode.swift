/// The registry of close codes (RFC 6455 §7.4.1, §11.7, and what IANA added to it).
public enum WebSocketCloseCode {
    /// A code's name in the registry, or nil.
    public static func name(_ code: Int) -> String? {
        switch code {
        case 1000: "Normal Closure"
        case 1001: "Going Away"
        case 1002: "Protocol error"
        case 1003: "Unsupported Data"
        case 1005: "No Status Rcvd"
        case 1006: "Abnormal Closure"
        case 1007: "Invalid frame payload data"
        case 1008: "Policy Violation"
        case 1009: "Message Too Big"
        case 1010: "Mandatory Ext."
        case 1011: "Internal Error"
        case 1012: "Service Restart"
        case 1013: "Try Again Later"
        case 1014: "Bad Gateway"
        case 1015: "TLS handshake"
        default: nil
        }
    }
}
