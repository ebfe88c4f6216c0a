/// The names that the RFCs give to numbers.
public enum QUICName {
    /// A frame type's name (RFC 9000 Table 3, RFC 9221 §4).
    public static func frame(_ type: UInt16) -> String {
        switch type {
        case 0x00: "PADDING"
        case 0x01: "PING"
        case 0x02, 0x03: "ACK"
        case 0x04: "RESET_STREAM"
        case 0x05: "STOP_SENDING"
        case 0x06: "CRYPTO"
        case 0x07: "NEW_TOKEN"
        case 0x08...0x0f: "STREAM"
        case 0x10: "MAX_DATA"
        case 0x11: "MAX_STREAM_DATA"
        case 0x12, 0x13: "MAX_STREAMS"
        case 0x14: "DATA_BLOCKED"
        case 0x15: "STREAM_DATA_BLOCKED"
        case 0x16, 0x17: "STREAMS_BLOCKED"
        case 0x18: "NEW_CONNECTION_ID"
        case 0x19: "RETIRE_CONNECTION_ID"
        case 0x1a: "PATH_CHALLENGE"
        case 0x1b: "PATH_RESPONSE"
        case 0x1c, 0x1d: "CONNECTION_CLOSE"
        case 0x1e: "HANDSHAKE_DONE"
        case 0x30, 0x31: "DATAGRAM"
        default: "frame \(type)"
        }
    }

    /// A transport parameter's name (RFC 9000 §18.2, RFC 9221 §3).
    public static func parameter(_ id: UInt64) -> String {
        switch id {
        case 0x00: "original_destination_connection_id"
        case 0x01: "max_idle_timeout"
        case 0x02: "stateless_reset_token"
        case 0x03: "max_udp_payload_size"
        case 0x04: "initial_max_data"
        case 0x05: "initial_max_stream_data_bidi_local"
        case 0x06: "initial_max_stream_data_bidi_remote"
        case 0x07: "initial_max_stream_data_uni"
        case 0x08: "initial_max_streams_bidi"
        case 0x09: "initial_max_streams_uni"
        case 0x0a: "ack_delay_exponent"
        case 0x0b: "max_ack_delay"
        case 0x0c: "disable_active_migration"
        case 0x0d: "preferred_address"
        case 0x0e: "active_connection_id_limit"
        case 0x0f: "initial_source_connection_id"
        case 0x10: "retry_source_connection_id"
        case 0x20: "max_datagram_frame_size"
        default: "parameter \(id)"
        }
    }

    /// Why a packet was not opened, in words.
    public static func fate(_ fate: QUICPacketFate) -> String {
        switch fate {
        case .noKeys: "no keys"
        case .headersOnly: "only headers are read"
        case .connectionID: "another DCID than the datagram's first packet"
        case .authentication: "the AEAD tag is wrong"
        }
    }
}
