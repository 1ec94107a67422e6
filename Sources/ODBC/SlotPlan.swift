import CODBC
package import Rows

/// How one column of a result is fetched: the C type asked of the driver, the slot it writes to, and what is done to
/// the bytes before anyone else sees them.
package struct SlotPlan: Hashable, Sendable {
    /// What is done to each value in place after a fetch.
    package enum Finish: Hashable, Sendable {
        case nothing
        case checkUTF8
        case checkUTF16
        /// Checked to be 0 or 1, of which one byte may have been written.
        case checkBit
        /// Text that spells an integer becomes an `Int64`.
        case parseInteger
        /// Checked as UTF-8, then lower-cased: one identifier has one spelling.
        case lowercaseUUID
        /// A `SQL_TIMESTAMP_STRUCT` becomes the driver's own text of it.
        case spellTimestamp
        /// A `SQL_DATE_STRUCT` becomes the driver's own text of it.
        case spellDate
        /// Checked to be a number as SQL writes it, which is ASCII.
        case checkDecimal
        /// `TaggedText` becomes an `Int64`, a `Double`, text, or a cell of the format `tagged`.
        case untagInteger, untagDouble, untagText, untag

        /// Whether a value that is longer than its slot is none that the column could hold: no wider slot would help.
        var isOfNumbers: Bool {
            switch self {
            case .parseInteger, .untagInteger, .untagDouble: true
            default: false
            }
        }
    }

    /// ODBC's number for the C type.
    var cType: Int16
    package var slot: BatchLayout.Slot
    package var finish: Finish
    /// Bytes of a slot that a value may fill: without the terminator, which the driver adds to text.
    package var usableBytes: Int
    /// Whether a driver writes values of a C type of fixed size, whose bytes no indicator counts.
    var hasFixedSize: Bool {
        switch finish {
        case .nothing: slot.format == .int64 || slot.format == .double
        case .checkBit, .spellTimestamp, .spellDate: true
        default: false
        }
    }

    /// Whether the slot is narrower than what the driver declares, so that a wider value is no surprise.
    package var isCapped: Bool
}

/// What decides the slots of a read. Pure: tested without a driver.
package struct SlotPlanner: Sendable {
    package var driver: DriverProfile
    /// Whether text arrives right as narrow UTF-8; otherwise it is fetched as UTF-16.
    package var fetchesWide: Bool
    /// Bytes of a batch.
    package var budget: Int

    package init(driver: DriverProfile, fetchesWide: Bool, budget: Int) {
        self.driver = driver
        self.fetchesWide = fetchesWide
        self.budget = budget
    }

    /// The slots of a result's columns.
    ///
    /// - Parameter learned: Widths that an earlier try found out, by column.
    package func plan(
        _ descriptions: [ColumnDescription], learned: (Int) -> SlotWidth?
    ) -> [SlotPlan] {
        let columns = descriptions.map { $0.column(for: driver) }
        let variable = columns.count { $0.type == .text || $0.type == .binary }
        // Long values start narrow and learn, and the more there are the narrower, so that a batch has rows to speak
        // of: 64 rows within the budget, between 256 bytes and 4 KiB a value.
        let start = max(256, min(4096, budget / 64 / max(1, variable)))
        return zip(descriptions, columns).enumerated().map { index, pair in
            plan(pair.0, type: pair.1.type, start: start, learned: learned(index))
        }
    }

    private func plan(
        _ description: ColumnDescription, type: ColumnType, start: Int, learned: SlotWidth?
    ) -> SlotPlan {
        if driver.fetchesPiecesAlone {
            return type == .binary
                ? bytes(declared: nil, start: start, learned: .outOfLine)
                : text(declared: nil, start: start, learned: .outOfLine)
        }
        if driver.tagsValues, !fetchesWide {
            return tagged(type: type, start: start, learned: learned)
        }
        switch type {
        case .double:
            return SlotPlan(
                cType: C.double, slot: .init(format: .double, stride: 8), finish: .nothing, usableBytes: 8,
                isCapped: false)
        // As a number: MariaDB's 3.1.15 gives BIT(1) as text as the raw byte 0x01, and no length with it as a bit. Of the eight bytes of a
        // number it writes one.
        case .boolean:
            return SlotPlan(
                cType: C.signedBigInteger, slot: .init(format: .int64, stride: 8), finish: .checkBit, usableBytes: 8,
                isCapped: false)
        case .integer where driver.fetchesIntegersTyped:
            return SlotPlan(
                cType: C.signedBigInteger, slot: .init(format: .int64, stride: 8), finish: .nothing, usableBytes: 8,
                isCapped: false)
        case .integer:
            // 20 digits, a sign, padding; a multiple of 8, since the value is parsed into its own slot.
            return SlotPlan(
                cType: C.char, slot: .init(format: .int64, stride: 32), finish: .parseInteger, usableBytes: 31,
                isCapped: false)
        case .largeInteger: return number(bytes: 47, learned: learned)
        // Sign, point, leading zero; then slack, because some drivers describe decimals from the rows they have seen.
        case .decimal(let precision, _): return number(bytes: (precision ?? 60) + 8, learned: learned)
        // Where something was learned of the column, that structs of it cannot be trusted.
        case .timestamp where driver.fetchesTimestampsTyped && !fetchesWide && learned == nil:
            // Text longer than plain ones, years before Christ for one, is read into the same slot.
            return SlotPlan(
                cType: C.timestamp, slot: .init(format: .utf8, stride: 40), finish: .spellTimestamp, usableBytes: 39,
                isCapped: false)
        case .date where driver.fetchesTimestampsTyped && !fetchesWide && learned == nil:
            return SlotPlan(
                cType: C.date, slot: .init(format: .utf8, stride: 16), finish: .spellDate, usableBytes: 15,
                isCapped: false)
        // Declared as 26 at most, delivered longer: years beyond 9999, time zones, intervals.
        case .date, .time, .timestamp: return text(bytes: 63, learned: learned)
        case .uuid:
            var plan = text(bytes: 63, learned: learned)
            if plan.finish == .checkUTF8 { plan.finish = .lowercaseUUID }
            return plan
        case .binary:
            let isReal = description.size > 0 && description.type != .longVarbinary
            return bytes(declared: isReal ? description.size : nil, start: start, learned: learned)
        case .text, .any:
            let isLong = description.type == .longVarchar || description.type == .wideLongVarchar
            let isReal = description.size > 0 && description.size < 1 << 28 && (!isLong || driver.longSizesAreReal)
            let declared = isReal ? description.size * driver.bytesPerCharacter : nil
            return text(declared: declared, start: start, learned: learned)
        }
    }

    /// A column of a source whose values say what they are. Its declared sizes are habits too.
    private func tagged(type: ColumnType, start: Int, learned: SlotWidth?) -> SlotPlan {
        switch type {
        // A letter and what `printf('%!.20e')` makes of a number; a multiple of 8, since it becomes one in place.
        case .boolean, .integer:
            return SlotPlan(
                cType: C.char, slot: .init(format: .int64, stride: 40), finish: .untagInteger, usableBytes: 39,
                isCapped: false)
        case .double:
            return SlotPlan(
                cType: C.char, slot: .init(format: .double, stride: 40), finish: .untagDouble, usableBytes: 39,
                isCapped: false)
        case .any, .binary:
            return text(declared: nil, start: start, learned: learned).untagged(.tagged, .untag)
        case .date, .time, .timestamp:
            return text(bytes: 64, learned: learned).untagged(.utf8, .untagText)
        case .text, .uuid, .decimal, .largeInteger:
            return text(declared: nil, start: start, learned: learned).untagged(.utf8, .untagText)
        }
    }

    /// An exact number as text.
    private func number(bytes: Int, learned: SlotWidth?) -> SlotPlan {
        var plan = text(bytes: bytes, learned: learned)
        if plan.finish == .checkUTF8, !plan.slot.isOutOfLine { plan.finish = .checkDecimal }
        return plan
    }

    private func text(bytes: Int, learned: SlotWidth?) -> SlotPlan {
        text(declared: bytes, start: bytes, learned: learned)
    }

    private func text(declared: Int?, start: Int, learned: SlotWidth?) -> SlotPlan {
        let (bytes, isCapped) = width(declared: declared, start: start, learned: learned)
        let format: CellFormat = fetchesWide ? .utf16 : .utf8
        let cType = fetchesWide ? C.wideChar : C.char
        let finish: SlotPlan.Finish = fetchesWide ? .checkUTF16 : .checkUTF8
        guard let bytes else {
            return SlotPlan(
                cType: cType, slot: .outOfLine(format), finish: finish, usableBytes: 0, isCapped: false)
        }
        let terminator = fetchesWide ? 2 : 1
        // One byte to spare: a full slot means a value that may have been cut.
        let stride = (bytes + 1 + terminator + 7) / 8 * 8
        return SlotPlan(
            cType: cType, slot: .init(format: format, stride: stride), finish: finish,
            usableBytes: stride - terminator, isCapped: isCapped)
    }

    private func bytes(declared: Int?, start: Int, learned: SlotWidth?) -> SlotPlan {
        let (bytes, isCapped) = width(declared: declared, start: start, learned: learned)
        guard let bytes else {
            return SlotPlan(
                cType: C.binary, slot: .outOfLine(.bytes), finish: .nothing, usableBytes: 0, isCapped: false)
        }
        let stride = (bytes + 1 + 7) / 8 * 8
        return SlotPlan(
            cType: C.binary, slot: .init(format: .bytes, stride: stride), finish: .nothing, usableBytes: stride,
            isCapped: isCapped)
    }

    /// Bytes of a slot, nil for out of line, and whether it is narrower than declared.
    private func width(declared: Int?, start: Int, learned: SlotWidth?) -> (Int?, Bool) {
        switch learned {
        case .outOfLine: return (nil, false)
        case .bytes(let bytes): return (bytes, (declared ?? .max) > bytes)
        case nil:
            guard let declared, declared <= start else { return (start, true) }
            return (declared, false)
        }
    }
}

extension SlotPlan {
    /// The same slot for another form of what is fetched into it.
    fileprivate func untagged(_ format: CellFormat, _ finish: Finish) -> SlotPlan {
        var plan = self
        plan.slot.format = format
        plan.finish = finish
        return plan
    }
}
