import Foundation
import SuiteAnalytics
import Synchronization

/// What a server remembers of logins, in memory and without locks: what is written, for who looks at it.
final class MemoryShelf: LoginShelf {
    let texts = Mutex<[String: String]>([:])
    let words = "the books of nobody"
    /// Who has every lock; nil for nobody.
    let holder: String?

    init(holder: String? = nil) { self.holder = holder }

    func session(patience: TimeInterval) -> Session? { Session(self) }

    final class Session: LoginShelfSession {
        private let shelf: MemoryShelf

        init(_ shelf: MemoryShelf) { self.shelf = shelf }

        func prepare(isMaking: Bool) -> Bool { true }
        func lock(_ name: String) -> String? { shelf.holder }
        func unlock(_ name: String) {}
        func text(_ name: String) -> String? { shelf.texts.withLock { $0[name] } }
        func all() -> [(name: String, text: String)] {
            shelf.texts.withLock { $0.map { (name: $0.key, text: $0.value) } }
        }
        func write(_ text: String, _ name: String) { shelf.texts.withLock { $0[name] = text } }
        func add(_ text: String, _ name: String) {
            shelf.texts.withLock { $0[name] = $0[name] ?? text }
        }
        func remove(_ name: String) { shelf.texts.withLock { $0[name] = nil } }
        func keep() {}
        func leave(isForgettable: (String, String) -> Bool) {}
    }
}
