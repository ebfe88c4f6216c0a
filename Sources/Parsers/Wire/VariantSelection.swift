#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#else
    private import Darwin
#endif

/// A name that does not name a variant that can run here.
public struct VariantSelectionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was asked for, what is wrong with it, and what there is.
    public let description: String
}

extension ProtocolDescription {
    /// The variant called `name`.
    ///
    /// - Throws: `VariantSelectionError` where no variant has that name or this machine cannot run it.
    public func variant(named name: String) throws(VariantSelectionError) -> Variant {
        guard let variant = variants.first(where: { $0.name == name }) else {
            let known = variants.map(\.name).joined(separator: ", ")
            throw VariantSelectionError(
                description: "\(self.name) has no variant '\(name)'; it has: \(known)")
        }
        if let why = variant.unavailability() {
            throw VariantSelectionError(
                description: "variant '\(name)' of \(self.name) is not available here: \(why)")
        }
        return variant
    }

    /// The variant that `ZYPHOS_VARIANT` names, or the winner where the variable is not set.
    ///
    /// - Throws: `VariantSelectionError`: an unknown name is an error, never a silent default.
    public func selectedVariant() throws(VariantSelectionError) -> Variant {
        guard let forced = environmentValue("ZYPHOS_VARIANT"), !forced.isEmpty else {
            return try variant(named: winner)
        }
        do {
            return try variant(named: forced)
        } catch {
            throw VariantSelectionError(description: "ZYPHOS_VARIANT: \(error.description)")
        }
    }
}

/// The value of an environment variable, or nil where it is not set.
public func environmentValue(_ name: String) -> String? {
    // SAFETY: `getenv` returns a NUL-terminated string that is copied before anyone could change it.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
}
