/// When a worker process that fell is started again, and when it has fallen too often.
///
/// The pause doubles with each fall that is remembered; a worker that stands for `workerFailureMilliseconds` is as good as
/// new.
struct RestartPolicy {
    enum Decision: Hashable {
        case restart(at: Instant)
        case giveUp
    }

    private var falls: [Instant] = []

    mutating func fell(at now: Instant, _ limits: ServerLimits) -> Decision {
        falls.removeAll { now.milliseconds(since: $0) > limits.workerFailureMilliseconds }
        falls.append(now)
        guard falls.count <= limits.workerFailuresMax else { return .giveUp }
        var pause = limits.workerRestartMillisecondsMin
        for _ in 1..<falls.count where pause < limits.workerRestartMillisecondsMax { pause *= 2 }
        return .restart(
            at: now.advanced(milliseconds: min(pause, limits.workerRestartMillisecondsMax)))
    }
}
