/// The files that were asked for lately, open, by path; the one that was not asked for longest makes room for a new one.
///
/// Each is trusted for a while after it was looked at. Then the next request compares it with what stands at its name: one
/// system call a second for a file, not one a request. A find allocates nothing: the path's bytes are the key as they are,
/// hashed with the process's random seed, so that nobody can choose paths that collide.
struct FileCache {
    private struct Place {
        var key: [UInt8]
        var entry: FileEntry?
        var trustedUntil: Instant
        /// The places that were asked for just before and after: a list by index. -1 at the ends.
        var older: Int
        var newer: Int
    }

    /// What a find found.
    enum Found {
        case trusted(FileEntry)
        /// It is trusted again from now on; the finder looks at it, so that not all do at the same time.
        case toBeChecked(FileEntry)
    }

    private let entriesMax: Int
    private let trustMilliseconds: Int
    private var numbers: [PathKey: Int] = [:]
    private var places: [Place] = []
    private var free: [Int] = []
    private var newest = -1
    private var oldest = -1

    init(entriesMax: Int, trustMilliseconds: Int) {
        self.entriesMax = max(0, entriesMax)
        self.trustMilliseconds = trustMilliseconds
    }

    /// Files that are open.
    var count: Int { numbers.count }

    /// The file of a decoded path.
    mutating func find(_ path: [UInt8], at now: Instant) -> Found? {
        guard let number = numbers[PathKey(bytes: path)], let entry = places[number].entry else {
            return nil
        }
        if number != newest {
            unlink(number)
            link(number)
        }
        if now < places[number].trustedUntil { return .trusted(entry) }
        places[number].trustedUntil = now.advanced(milliseconds: trustMilliseconds)
        return .toBeChecked(entry)
    }

    /// Puts a file in, in the place of what its path had before.
    mutating func insert(_ entry: FileEntry, for key: [UInt8], at now: Instant) {
        guard entriesMax > 0 else { return }
        remove(key)
        if numbers.count >= entriesMax, oldest >= 0 { remove(places[oldest].key) }
        let place = Place(
            key: key, entry: entry, trustedUntil: now.advanced(milliseconds: trustMilliseconds),
            older: -1, newer: -1)
        let number = free.popLast() ?? places.count
        if number == places.count { places.append(place) } else { places[number] = place }
        numbers[PathKey(bytes: key)] = number
        link(number)
    }

    /// Takes a file out; its descriptor closes when the last response that sends from it is through.
    mutating func remove(_ key: [UInt8]) {
        guard let number = numbers.removeValue(forKey: PathKey(bytes: key)) else { return }
        unlink(number)
        places[number].entry = nil
        places[number].key = []
        free.append(number)
    }

    /// Takes all files out: the process needs descriptors more than this cache does.
    mutating func removeAll() {
        numbers.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
        free.removeAll(keepingCapacity: true)
        newest = -1
        oldest = -1
    }

    private mutating func unlink(_ number: Int) {
        let (older, newer) = (places[number].older, places[number].newer)
        if older >= 0 { places[older].newer = newer } else { oldest = newer }
        if newer >= 0 { places[newer].older = older } else { newest = older }
    }

    private mutating func link(_ number: Int) {
        places[number].older = newest
        places[number].newer = -1
        if newest >= 0 { places[newest].newer = number } else { oldest = number }
        newest = number
    }
}

/// A path as a key, hashed and compared as one run of bytes: an array of bytes hashes each by itself.
private struct PathKey: Hashable {
    let bytes: [UInt8]

    func hash(into hasher: inout Hasher) {
        // SAFETY: the buffer is the array's own, for this call.
        unsafe bytes.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
    }
}
