import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Tells who has come by the first byte: one who speaks TLS asks for a token, all others for a session.
final class FirstByte: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    enum Opened: Sendable {
        case session(NIOAsyncChannel<FrontendMessage, ByteBuffer>)
        case token(TokenEndpoint.Connection)
    }

    struct Silent: Error {}

    private let opened: EventLoopPromise<Opened>
    private let tls: NIOSSLContext
    private var isSettled = false

    init(_ opened: EventLoopPromise<Opened>, tls: NIOSSLContext) {
        self.opened = opened
        self.tls = tls
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isSettled else { return context.fireChannelRead(data) }
        isSettled = true
        let first = unwrapInboundIn(data).readableBytesView.first
        let channel = context.channel
        do {
            let pipeline = channel.pipeline.syncOperations
            // The first byte of a TLS record with a handshake; a start-up message of PostgreSQL begins with its length.
            if first == 0x16 {
                try pipeline.addHandler(NIOSSLServerHandler(context: tls))
                try pipeline.configureHTTPServerPipeline(withErrorHandling: true)
                opened.succeed(.token(try .init(wrappingChannelSynchronously: channel)))
            } else {
                try pipeline.addHandler(ByteToMessageHandler(FrontendDecoder()))
                opened.succeed(.session(try .init(wrappingChannelSynchronously: channel)))
            }
        } catch {
            opened.fail(error)
            return context.close(promise: nil)
        }
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isSettled {
            isSettled = true
            opened.fail(Silent())
        }
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if !isSettled {
            isSettled = true
            opened.fail(Silent())
        }
    }
}
