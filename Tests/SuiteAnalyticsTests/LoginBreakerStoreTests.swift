import Extraction
import Foundation
import SuiteAnalytics
import Synchronization
import TestSupport
import Testing
import Text

@Suite struct LoginBreakerStoreTests {
    private struct Refused: Error {}

    @Test func hundredLoginsAtOnceWithBadCredentialsMakeTwo() throws {
        try BreakerDirectory.with { path in
            let attempts = Mutex(0)
            let refused = Mutex(0)
            let subject = try BreakerDirectory.subject()
            DispatchQueue.concurrentPerform(iterations: 100) { _ in
                do {
                    try LoginBreakerStore(directory: path).guarding(subject, outcome: { _ in .refused }) {
                        attempts.withLock { $0 += 1 }
                        throw Refused()
                    }
                } catch let failure as Failure {
                    if failure.kind == .credentials { refused.withLock { $0 += 1 } }
                } catch {}
            }
            #expect(attempts.withLock { $0 } == 2)
            #expect(refused.withLock { $0 } == 98)
        }
    }

    @Test func filesHoldNoIdentityAndNoSecret() throws {
        try BreakerDirectory.with { path in
            try LoginBreakerStore(directory: path).guarding(
                BreakerDirectory.subject(secret: "hush-hush"), outcome: { _ in .refused }
            ) {}
            let names = try FileManager.default.contentsOfDirectory(atPath: path)
            #expect(names.count == 2)
            for name in names {
                let text = try String(decoding: Data(contentsOf: URL(filePath: path + "/" + name)), as: UTF8.self)
                #expect(!text.contains("hush") && !text.contains("4711") && !name.contains("4711"))
                let permissions = try FileManager.default.attributesOfItem(atPath: path + "/" + name)[.posixPermissions]
                #expect((permissions as? NSNumber)?.intValue == 0o600)
            }
        }
    }

    @Test func stateThatCannotBeReadStopsTheLogin() throws {
        try BreakerDirectory.with { path in
            let store = LoginBreakerStore(directory: path)
            let subject = try BreakerDirectory.subject()
            try store.guarding(subject, outcome: { _ in .refused }) {}
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: path).first { $0.hasSuffix(".login") })
            try Data("{".utf8).write(to: URL(filePath: path + "/" + name))
            var tried = false
            let failure = #expect(throws: Failure.self) {
                try store.guarding(subject, outcome: { _ in .refused }) { tried = true }
            }
            #expect(failure?.kind == .environment)
            #expect(failure?.advice.contains("auth reset") == true)
            #expect(!tried)
            // Which a person may do, having looked into it.
            #expect(try store.reset(account: nil).count == 1)
            try store.guarding(subject, outcome: { _ in .refused }) { tried = true }
            #expect(tried)
        }
    }

    /// A kill behind the new bytes and before the new length, or behind the room for them.
    @Test(arguments: [UInt8(0x20), 0]) func blanksAndZerosBehindTheStateAreNothing(_ byte: UInt8) throws {
        try BreakerDirectory.with { path in
            let store = LoginBreakerStore(directory: path)
            for _ in 0..<2 {
                _ = try? store.guarding(BreakerDirectory.subject(), outcome: { _ in .refused }) { throw Refused() }
            }
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: path).first { $0.hasSuffix(".login") })
            let file = URL(filePath: path + "/" + name)
            try (Data(contentsOf: file) + Data(repeating: byte, count: 300)).write(to: file)
            #expect(try store.all(account: nil).map(\.breaker.countedRefusals) == [2])
            #expect(try store.reset(account: nil).count == 1)
            #expect(try Data(contentsOf: file).last == UInt8(ascii: "}"))
        }
    }

    @Test func directoryThatCannotBeMadeStopsTheLogin() throws {
        var tried = false
        #expect(throws: Failure.self) {
            try LoginBreakerStore(directory: "/proc/kleene").guarding(
                BreakerDirectory.subject(), outcome: { _ in .refused }
            ) {
                tried = true
            }
        }
        #expect(!tried)
    }

    @Test func resetLetsTheNextOneThrough() throws {
        try BreakerDirectory.with { path in
            let store = LoginBreakerStore(directory: path)
            for _ in 0..<3 {
                _ = try? store.guarding(BreakerDirectory.subject(), outcome: { _ in .refused }) { throw Refused() }
            }
            #expect(try store.all(account: nil).map(\.breaker.countedRefusals) == [2])
            #expect(try store.reset(account: AccountID(rawValue: "1234567_SB1")).count == 1)
            var tried = false
            try store.guarding(BreakerDirectory.subject(), outcome: { _ in .refused }) { tried = true }
            #expect(tried)
        }
    }
}
