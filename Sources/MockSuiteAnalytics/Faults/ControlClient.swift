import NIOCore
import NIOPosix

/// The other end of the control channel.
package enum ControlClient {
    /// Sends one command to the mock whose control channel is at `port`; the line it answers.
    ///
    /// Throws when nobody listens there.
    ///
    /// - Parameter token: The server's `controlToken`.
    package static func send(_ command: String, to port: Int, token: String) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: "token \(token)\n" + command.replacing("\n", with: " ") + "\n"))
            var answer = ""
            for try await part in inbound {
                answer += String(buffer: part)
                if answer.hasSuffix("\n") { break }
            }
            return answer.hasSuffix("\n") ? String(answer.dropLast()) : answer
        }
    }
}
