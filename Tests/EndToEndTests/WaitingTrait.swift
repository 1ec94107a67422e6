import Testing

/// For tests that mostly wait, for a program or for a clock: they wait on threads of their own, several at the same time.
///
/// The threads on which tests run otherwise are as many as there are cores, and one that waits keeps its own from all others.
struct WaitingTrait: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(WaitingThreads.shared) { try await function() }
    }
}

extension Trait where Self == WaitingTrait {
    /// The tests wait, and compute little.
    static var waiting: Self { Self() }
}
