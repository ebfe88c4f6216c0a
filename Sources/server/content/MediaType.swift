/// The media type of a file by its name's extension (IANA's registry; WHATWG MIME Sniffing for fonts and scripts).
enum MediaType {
    /// Content-Type's value. Text is said to be UTF-8, as its charset would otherwise be guessed; what is not known is bytes.
    static func contentType(ofFileNamed name: String) -> String {
        guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")) else { return unknown }
        return contentType(ofExtension: name[name.index(after: dot)...].lowercased()) ?? unknown
    }

    /// RFC 2046 §4.5.1.
    private static let unknown = "application/octet-stream"

    private static func contentType(ofExtension name: String) -> String? {
        text(name).map { $0 + "; charset=utf-8" } ?? image(name) ?? sound(name) ?? font(name)
            ?? document(name) ?? archive(name)
    }

    private static func text(_ name: String) -> String? {
        switch name {
        case "html", "htm", "shtml": "text/html"
        case "css": "text/css"
        case "js", "mjs", "cjs": "text/javascript"
        case "txt", "text", "log", "conf", "ini": "text/plain"
        case "swift", "c", "h", "cc", "cpp", "hpp", "rs", "go", "py", "sh", "ts": "text/plain"
        case "csv": "text/csv"
        case "tsv": "text/tab-separated-values"
        case "md", "markdown": "text/markdown"
        case "ics": "text/calendar"
        case "vcf", "vcard": "text/vcard"
        case "vtt": "text/vtt"
        case "xml", "xsl": "text/xml"
        case "json", "map": "application/json"
        case "jsonld": "application/ld+json"
        case "webmanifest": "application/manifest+json"
        case "yaml", "yml": "application/yaml"
        case "toml": "application/toml"
        case "atom": "application/atom+xml"
        case "rss": "application/rss+xml"
        case "xhtml": "application/xhtml+xml"
        case "svg": "image/svg+xml"
        default: nil
        }
    }

    private static func image(_ name: String) -> String? {
        switch name {
        case "png": "image/png"
        case "apng": "image/apng"
        case "jpg", "jpeg", "jfif": "image/jpeg"
        case "gif": "image/gif"
        case "webp": "image/webp"
        case "avif": "image/avif"
        case "heic": "image/heic"
        case "jxl": "image/jxl"
        case "bmp": "image/bmp"
        case "tif", "tiff": "image/tiff"
        case "ico": "image/vnd.microsoft.icon"
        case "svgz": "image/svg+xml"
        default: nil
        }
    }

    private static func sound(_ name: String) -> String? {
        switch name {
        case "mp3": "audio/mpeg"
        case "m4a": "audio/mp4"
        case "aac": "audio/aac"
        case "flac": "audio/flac"
        case "oga", "ogg", "opus": "audio/ogg"
        case "wav": "audio/wav"
        case "weba": "audio/webm"
        case "mid", "midi": "audio/midi"
        case "mp4", "m4v": "video/mp4"
        case "mpeg", "mpg": "video/mpeg"
        case "mov", "qt": "video/quicktime"
        case "ogv": "video/ogg"
        case "webm": "video/webm"
        case "avi": "video/x-msvideo"
        case "mkv": "video/matroska"
        default: nil
        }
    }

    private static func font(_ name: String) -> String? {
        switch name {
        case "woff": "font/woff"
        case "woff2": "font/woff2"
        case "ttf": "font/ttf"
        case "otf": "font/otf"
        case "eot": "application/vnd.ms-fontobject"
        default: nil
        }
    }

    private static func document(_ name: String) -> String? {
        switch name {
        case "pdf": "application/pdf"
        case "ps", "eps": "application/postscript"
        case "rtf": "application/rtf"
        case "epub": "application/epub+zip"
        case "doc": "application/msword"
        case "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case "xls": "application/vnd.ms-excel"
        case "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case "ppt": "application/vnd.ms-powerpoint"
        case "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        case "odt": "application/vnd.oasis.opendocument.text"
        case "ods": "application/vnd.oasis.opendocument.spreadsheet"
        case "odp": "application/vnd.oasis.opendocument.presentation"
        default: nil
        }
    }

    private static func archive(_ name: String) -> String? {
        switch name {
        case "zip": "application/zip"
        case "gz", "tgz": "application/gzip"
        case "bz2": "application/x-bzip2"
        case "xz": "application/x-xz"
        case "zst": "application/zstd"
        case "7z": "application/x-7z-compressed"
        case "tar": "application/x-tar"
        case "jar": "application/java-archive"
        case "deb": "application/vnd.debian.binary-package"
        case "wasm": "application/wasm"
        case "sqlite", "db": "application/vnd.sqlite3"
        default: nil
        }
    }
}
