package import FoundationEssentials

/// What a server remembers of logins for all machines: texts under names. Who keeps a destination on a server says how; nothing here
/// knows which server that is.
package protocol LoginShelf: Sendable {
    associatedtype Session: LoginShelfSession

    /// Where it is, for a sentence.
    var words: String { get }

    /// Comes in for one login.
    ///
    /// - Parameter patience: Seconds to wait for another session's lock.
    /// - Returns: nil where it cannot be had and may be done without.
    func session(patience: TimeInterval) throws -> Session?
}

/// A shelf for as long as one login takes.
package protocol LoginShelfSession: AnyObject {
    /// Whether there is room for texts; nobody else removes it as long as the session lives.
    ///
    /// - Parameter isMaking: Whether it is made where there is none. What is made stays where `keep` is called, or a text is there that
    ///   `leave` is told not to forget.
    func prepare(isMaking: Bool) throws -> Bool

    /// Waits for the lock of a name, which the server gives back when the session ends, however it ends.
    ///
    /// - Returns: who has it, where it was not had in time.
    func lock(_ name: String) throws -> String?
    func unlock(_ name: String) throws

    func text(_ name: String) throws -> String?
    func all() throws -> [(name: String, text: String)]
    func write(_ text: String, _ name: String) throws
    /// Writes a text that is not there yet; one that is there stays.
    func add(_ text: String, _ name: String) throws
    func remove(_ name: String) throws

    /// Has what was made for a login stay.
    func keep() throws

    /// Ends the session. What was made for a login goes, where nobody else is in and every text may be forgotten.
    func leave(isForgettable: (_ name: String, _ text: String) -> Bool)
}
