internal import CKernels

/// The choice among the vector kernels, as variants and tools ask about it.
public enum KernelSelection {
    /// What is wrong with `ZYPHOS_KERNEL`, or nil.
    ///
    /// A variant that runs on kernels is then not available, rather than running on another kernel than was asked for.
    public static var problem: String? {
        // SAFETY: the message is a static NUL-terminated string, or NULL.
        guard let message = unsafe zy_kernel_error() else { return nil }
        return unsafe String(cString: message)
    }
}
