import CKernels

/// The vector kernels, for tests that run each of them.
public enum Kernels {
    /// Those that this CPU runs, by name.
    public static let available: [String] = {
        var names: [String] = []
        var index = 0
        while let name = zy_kernel_at(index) {
            if zy_kernel_is_available(name) != 0 { names.append(String(cString: name)) }
            index += 1
        }
        return names
    }()
}
