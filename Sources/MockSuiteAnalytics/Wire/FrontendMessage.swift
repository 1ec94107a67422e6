import NIOCore

/// What a client sends, of PostgreSQL's protocol 3.0.
enum FrontendMessage: Sendable, Equatable {
    case startup([String: String])
    case secureConnectionRequest
    case cancelRequest(processID: Int32, secret: Int32)
    case password(String)
    case query(String)
    case parse(name: String, sql: String)
    case bind(portal: String, statement: String, values: [String?])
    case describe(kind: UInt8, name: String)
    case execute(portal: String, rowLimit: Int)
    case close(kind: UInt8, name: String)
    case sync
    case flush
    case terminate
    /// Text that is not UTF-8; the message's type tells how to go on.
    case invalidText(type: UInt8)
    /// What can't be read: the connection ends.
    case malformed
}

/// Cuts the byte stream into messages.
///
/// The first message of a connection has no type byte.
struct FrontendDecoder: ByteToMessageDecoder {
    typealias InboundOut = FrontendMessage

    private static let lengthLimit = 16 << 20
    private var started = false

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        let typeLength = started ? 1 : 0
        guard let length = buffer.getInteger(at: buffer.readerIndex + typeLength, as: Int32.self) else {
            return .needMoreData
        }
        guard length >= 4, length <= Self.lengthLimit else {
            buffer.clear()
            context.fireChannelRead(wrapInboundOut(.malformed))
            return .needMoreData
        }
        guard buffer.readableBytes >= typeLength + Int(length) else { return .needMoreData }
        let type: UInt8 = started ? buffer.readInteger() ?? 0 : 0
        buffer.moveReaderIndex(forwardBy: 4)
        var body = buffer.readSlice(length: Int(length) - 4) ?? ByteBuffer()
        let message: FrontendMessage
        do {
            message = started ? try Self.message(type, &body) : try startup(&body)
        } catch {
            message = .invalidText(type: type)
        }
        context.fireChannelRead(wrapInboundOut(message))
        return .continue
    }

    mutating func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        .needMoreData
    }

    private mutating func startup(_ body: inout ByteBuffer) throws -> FrontendMessage {
        switch body.readInteger(as: Int32.self) {
        case 80_877_103, 80_877_104:
            return .secureConnectionRequest
        case 80_877_102:
            guard let processID = body.readInteger(as: Int32.self), let secret = body.readInteger(as: Int32.self)
            else { return .malformed }
            return .cancelRequest(processID: processID, secret: secret)
        case 196_608:
            var parameters: [String: String] = [:]
            while let name = try Self.text(&body), !name.isEmpty {
                parameters[name] = try Self.text(&body) ?? ""
            }
            started = true
            return .startup(parameters)
        default:
            return .malformed
        }
    }

    private static func message(_ type: UInt8, _ body: inout ByteBuffer) throws -> FrontendMessage {
        switch type {
        case UInt8(ascii: "p"): return .password(try text(&body) ?? "")
        case UInt8(ascii: "Q"): return .query(try text(&body) ?? "")
        case UInt8(ascii: "P"):
            // The types that follow are all zero from the driver, and not used.
            return .parse(name: try text(&body) ?? "", sql: try text(&body) ?? "")
        case UInt8(ascii: "B"): return try bind(&body)
        case UInt8(ascii: "D"):
            return .describe(kind: body.readInteger() ?? 0, name: try text(&body) ?? "")
        case UInt8(ascii: "E"):
            let portal = try text(&body) ?? ""
            return .execute(portal: portal, rowLimit: Int(body.readInteger(as: Int32.self) ?? 0))
        case UInt8(ascii: "C"):
            return .close(kind: body.readInteger() ?? 0, name: try text(&body) ?? "")
        case UInt8(ascii: "S"): return .sync
        case UInt8(ascii: "H"): return .flush
        case UInt8(ascii: "X"): return .terminate
        default: return .malformed
        }
    }

    private static func bind(_ body: inout ByteBuffer) throws -> FrontendMessage {
        let portal = try text(&body) ?? ""
        let statement = try text(&body) ?? ""
        let formats = try integers(&body)
        // Binary parameters are not spoken; the driver sends text.
        guard formats.allSatisfy({ $0 == 0 }), let count = body.readInteger(as: Int16.self), count >= 0 else {
            return .malformed
        }
        var values: [String?] = []
        for _ in 0..<count {
            guard let length = body.readInteger(as: Int32.self), length <= body.readableBytes else { return .malformed }
            values.append(length < 0 ? nil : try body.readUTF8ValidatedString(length: Int(length)))
        }
        return .bind(portal: portal, statement: statement, values: values)
    }

    private static func integers(_ body: inout ByteBuffer) throws -> [Int16] {
        let count = body.readInteger(as: Int16.self) ?? 0
        return (0..<max(count, 0)).compactMap { _ in body.readInteger() }
    }

    /// A text up to its NUL; nil when there is none.
    private static func text(_ body: inout ByteBuffer) throws -> String? {
        guard let end = body.readableBytesView.firstIndex(of: 0) else { return nil }
        let text = try body.readUTF8ValidatedString(length: end - body.readerIndex)
        body.moveReaderIndex(forwardBy: 1)
        return text
    }
}
