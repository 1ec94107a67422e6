import NIOCore
import NIOPosix

/// A second loopback port on which lines steer the mock; see `ControlCommand`.
enum ControlChannel {
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

    private static func answer(_ client: Connection, _ server: MockServer) async throws {
        try await client.executeThenClose { inbound, outbound in
            var pending = ByteBuffer()
            for try await var received in inbound {
                // What was there before has no end of line: only what came is looked through.
                var searched = pending.readableBytes
                pending.writeBuffer(&received)
                while let end = pending.readableBytesView.dropFirst(searched).firstIndex(of: UInt8(ascii: "\n")) {
                    let line = pending.readString(length: end - pending.readerIndex) ?? ""
                    pending.moveReaderIndex(forwardBy: 1)
                    searched = 0
                    let text = line.hasSuffix("\r") ? String(line.dropLast()) : line
                    try await outbound.write(ByteBuffer(string: ControlCommand.answer(text, server) + "\n"))
                }
                pending.discardReadBytes()
                guard pending.readableBytes <= lineLimit else {
                    let sentence = #"{"error":"A command is one line of at most a megabyte.","ok":false}"#
                    return try await outbound.write(ByteBuffer(string: sentence + "\n"))
                }
            }
        }
    }
}
