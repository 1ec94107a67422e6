import NIOCore
import NIOPosix

/// A second loopback port on which lines steer the mock; see `ControlCommand`.
///
/// The first line of a connection is `token` and the token that `serve` printed; whoever says anything else is told so and
/// shown the door. Other users of the machine reach the port too, and so does every web page that a browser of it shows.
package enum ControlChannel {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    static func listen(
        on port: Int, group: MultiThreadedEventLoopGroup
    ) async throws -> NIOAsyncChannel<Connection, Never> {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
            }
    }

    /// A token that nobody guesses.
    package static func makeToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let digits = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Compares in a time that does not tell how much is right.
    private static func isToken(_ line: String, _ token: String) -> Bool {
        let (given, right) = (Array(line.utf8), Array("token \(token)".utf8))
        guard given.count == right.count else { return false }
        return zip(given, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    static func serve(_ listener: NIOAsyncChannel<Connection, Never>, _ server: MockServer) async {
        try? await listener.executeThenClose { clients in
            try await withThrowingDiscardingTaskGroup { tasks in
                for try await client in clients {
                    tasks.addTask { try? await answer(client, server) }
                }
            }
        }
    }

    /// Bytes of one line at most.
    private static let lineLimit = 1 << 20

    private static let stranger =
        #"{"error":"The first line is the word token and the control_token that serve printed.","ok":false}"#

    private static func answer(_ client: Connection, _ server: MockServer) async throws {
        try await client.executeThenClose { inbound, outbound in
            var pending = ByteBuffer()
            var isKnown = false
            for try await var received in inbound {
                // What was there before has no end of line: only what came is looked through.
                var searched = pending.readableBytes
                pending.writeBuffer(&received)
                while let end = pending.readableBytesView.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) {
                    let line = pending.readString(length: end - pending.readerIndex) ?? ""
                    pending.moveReaderIndex(forwardBy: 1)
                    searched = 0
                    let text = line.hasSuffix("\r") ? String(line.dropLast()) : line
                    guard isKnown else {
                        guard isToken(text, server.controlToken) else {
                            return try await outbound.write(ByteBuffer(string: stranger + "\n"))
                        }
                        isKnown = true
                        continue
                    }
                    try await outbound.write(ByteBuffer(string: ControlCommand.answer(text, server) + "\n"))
                }
                pending.discardReadBytes()
                // Who is not known yet has no more to say than a token.
                guard isKnown || pending.readableBytes <= 100 else {
                    return try await outbound.write(ByteBuffer(string: stranger + "\n"))
                }
                guard pending.readableBytes <= lineLimit else {
                    let sentence = #"{"error":"A command is one line of at most a megabyte.","ok":false}"#
                    return try await outbound.write(ByteBuffer(string: sentence + "\n"))
                }
            }
        }
    }
}
