import NIOCore

/// What a server sends, of PostgreSQL's protocol 3.0.
extension ByteBuffer {
    /// One message: its type, its length, and what `body` writes.
    @inline(__always)
    mutating func writeMessage(_ type: Unicode.Scalar, _ body: (inout ByteBuffer) -> Void) {
        writeInteger(UInt8(ascii: type))
        let lengthIndex = writerIndex
        writeInteger(0 as Int32)
        body(&self)
        setInteger(Int32(writerIndex - lengthIndex), at: lengthIndex)
    }

    mutating func writeText(_ text: String) {
        writeString(text)
        writeInteger(0 as UInt8)
    }

    mutating func writeCleartextPasswordRequest() {
        writeMessage("R") { $0.writeInteger(3 as Int32) }
    }

    mutating func writeAuthenticationOK() {
        writeMessage("R") { $0.writeInteger(0 as Int32) }
    }

    mutating func writeParameterStatus(_ name: String, _ value: String) {
        writeMessage("S") {
            $0.writeText(name)
            $0.writeText(value)
        }
    }

    mutating func writeBackendKey(processID: Int32, secret: Int32) {
        writeMessage("K") { $0.writeMultipleIntegers(processID, secret) }
    }

    mutating func writeReadyForQuery(_ state: TransactionState) {
        writeMessage("Z") { $0.writeInteger(state.rawValue) }
    }

    mutating func writeCommandComplete(_ tag: String) {
        writeMessage("C") { $0.writeText(tag) }
    }

    mutating func writeEmptyMessage(_ type: Unicode.Scalar) {
        writeMessage(type) { _ in }
    }

    mutating func writeError(_ refusal: SQLRefusal, severity: String = "ERROR") {
        writeMessage("E") { body in
            for (field, value) in [("S", severity), ("V", severity), ("C", refusal.sqlState), ("M", refusal.message)] {
                body.writeString(field)
                body.writeText(value)
            }
            body.writeInteger(0 as UInt8)
        }
    }

    mutating func writeParameterDescription(count: Int) {
        writeMessage("t") { body in
            body.writeInteger(Int16(count))
            for _ in 0..<count { body.writeInteger(25 as Int32) }
        }
    }

    /// Table object ids are always 0: with others the driver would ask for more about the table.
    mutating func writeRowDescription(_ columns: [ResultColumn]) {
        writeMessage("T") { body in
            body.writeInteger(Int16(columns.count))
            for column in columns {
                let type = column.type.wireType
                body.writeText(column.name)
                body.writeMultipleIntegers(0 as Int32, 0 as Int16, type.oid, type.size, type.modifier, 0 as Int16)
            }
        }
    }

    mutating func writeDataRow(_ values: [String?]) {
        writeMessage("D") { body in
            body.writeInteger(Int16(values.count))
            for value in values {
                guard let value else {
                    body.writeInteger(-1 as Int32)
                    continue
                }
                body.writeInteger(Int32(value.utf8.count))
                body.writeString(value)
            }
        }
    }
}

/// Where a session stands with its transaction, as the driver wants to know after every statement.
enum TransactionState: UInt8, Sendable {
    case idle = 0x49
    case open = 0x54
    case failed = 0x45
}
