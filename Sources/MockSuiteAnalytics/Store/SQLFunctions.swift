import CSQLite
import Synchronization

/// The service's functions that SQLite has no like of, registered on a session's connection.
///
/// Times come and go as canonical text (see `Moment`), which sorts as time does.
enum SQLFunctions {
    /// What the functions need besides their arguments.
    final class Context: Sendable {
        private let clock: MockClock
        private let statementTime: Mutex<Double>

        init(clock: MockClock) {
            self.clock = clock
            statementTime = Mutex(clock.now)
        }

        /// A statement begins: `SYSDATE` is the same for all its rows.
        func begin(at time: Double) {
            statementTime.withLock { $0 = time }
        }

        var sysdate: Moment {
            clock.sysdate(at: statementTime.withLock { $0 })
        }
    }

    static func register(on connection: SQLiteConnection, _ context: Context) {
        unsafe connection.register("ns_sysdate", deterministic: false, context: context) { call, count, values in
            unsafe FunctionCall(call, count, values).answer { call in
                call.context?.sysdate.canonicalText
            }
        }
        unsafe connection.register("ns_to_date", deterministic: true, context: context) { call, count, values in
            unsafe FunctionCall(call, count, values).answer { call in try call.read(fractions: false) }
        }
        unsafe connection.register("ns_to_timestamp", deterministic: true, context: context) { call, count, values in
            unsafe FunctionCall(call, count, values).answer { call in try call.read(fractions: true) }
        }
        unsafe connection.register("ns_timestamp", deterministic: true, context: context) { call, count, values in
            unsafe FunctionCall(call, count, values).answer { call in try call.moment(0)?.canonicalText }
        }
        unsafe connection.register("ns_to_char", deterministic: true, context: context) { call, count, values in
            unsafe FunctionCall(call, count, values).answer { call in
                guard let moment = try call.moment(0), let model = call.text(1) else { return nil }
                guard let format = DateFormat(model) else {
                    throw FunctionCall.Refusal(text: "date format not recognized")
                }
                return format.write(moment)
            }
        }
        unsafe connection.register("ns_trunc", deterministic: true, context: context) { call, count, values in
            unsafe FunctionCall(call, count, values).answer { call in
                guard var moment = try call.moment(0) else { return nil }
                (moment.hour, moment.minute, moment.second, moment.nanosecond) = (0, 0, 0, 0)
                return moment.canonicalText
            }
        }
        unsafe connection.register("ns_add_days", deterministic: true, context: context) { call, count, values in
            unsafe FunctionCall(call, count, values).answer { call in
                guard let moment = try call.moment(0), let days = call.number(1) else { return nil }
                let seconds = (Double(moment.secondsSince1970) + days * 86400).rounded()
                guard MockClock.times.contains(seconds) else { throw FunctionCall.outOfRange }
                return Moment(secondsSince1970: Int(seconds), nanosecond: moment.nanosecond).canonicalText
            }
        }
        unsafe connection.register("ns_days_between", deterministic: true, context: context) { call, count, values in
            unsafe FunctionCall(call, count, values).answer { call in
                guard let one = try call.moment(0), let other = try call.moment(1) else { return nil }
                return String(Double(one.secondsSince1970 - other.secondsSince1970) / 86400)
            }
        }
        registerMonths(on: connection, context)
    }

    private static func registerMonths(on connection: SQLiteConnection, _ context: Context) {
        unsafe connection.register("ns_add_months", deterministic: true, context: context) { call, count, values in
            unsafe FunctionCall(call, count, values).answer { call in
                guard var moment = try call.moment(0), let months = call.number(1) else { return nil }
                guard abs(months) < 120_000 else { throw FunctionCall.outOfRange }
                let total = moment.year * 12 + moment.month - 1 + Int(months)
                guard (12..<120_000).contains(total) else { throw FunctionCall.outOfRange }
                let wasLast = moment.day == FunctionCall.lastDay(moment)
                (moment.year, moment.month) = (total / 12, total % 12 + 1)
                let last = FunctionCall.lastDay(moment)
                moment.day = wasLast ? last : min(moment.day, last)
                return moment.canonicalText
            }
        }
        unsafe connection.register("ns_last_day", deterministic: true, context: context) { call, count, values in
            unsafe FunctionCall(call, count, values).answer { call in
                guard var moment = try call.moment(0) else { return nil }
                moment.day = FunctionCall.lastDay(moment)
                return moment.canonicalText
            }
        }
    }
}

/// One call of a registered function: its arguments, and where its answer goes.
@safe struct FunctionCall {
    struct Refusal: Error {
        let text: String
    }

    static let outOfRange = Refusal(text: "the year must be from 1 to 9999")

    private let call: OpaquePointer?
    private let count: Int
    private let values: UnsafeMutablePointer<OpaquePointer?>?

    init(_ call: OpaquePointer?, _ count: Int32, _ values: UnsafeMutablePointer<OpaquePointer?>?) {
        unsafe self.call = unsafe call
        self.count = Int(count)
        unsafe self.values = unsafe values
    }

    var context: SQLFunctions.Context? {
        guard let data = unsafe sqlite3_user_data(call) else { return nil }
        return unsafe Unmanaged<SQLFunctions.Context>.fromOpaque(data).takeUnretainedValue()
    }

    /// Argument `index` as text; nil for NULL and where there is none.
    func text(_ index: Int) -> String? {
        guard index < count, let values = unsafe values, let bytes = unsafe sqlite3_value_text(values[index]) else {
            return nil
        }
        return unsafe String(cString: bytes)
    }

    func number(_ index: Int) -> Double? {
        text(index).flatMap(Double.init)
    }

    func moment(_ index: Int) throws(Refusal) -> Moment? {
        guard let text = text(index) else { return nil }
        guard let moment = Moment(iso: text) else { throw Refusal(text: "not a valid date") }
        return moment
    }

    /// `TO_DATE` and `TO_TIMESTAMP`: argument 0 read by the model in argument 1, or as ISO 8601 without one.
    func read(fractions: Bool) throws(Refusal) -> String? {
        guard let text = text(0) else { return nil }
        guard count > 1 else { return try moment(0)?.canonicalText }
        guard let model = self.text(1), let format = DateFormat(model), fractions || !format.hasFraction else {
            throw Refusal(text: "date format not recognized")
        }
        guard let moment = format.read(text) else { throw Refusal(text: "date does not match its format") }
        return moment.canonicalText
    }

    static func lastDay(_ moment: Moment) -> Int {
        var next = moment
        (next.year, next.month) = moment.month == 12 ? (moment.year + 1, 1) : (moment.year, moment.month + 1)
        next.day = 1
        return Moment(secondsSince1970: next.secondsSince1970 - 86400).day
    }

    /// Gives SQLite what `body` returns, NULL for nil, or the failure of the statement.
    func answer(_ body: (FunctionCall) throws -> String?) {
        do {
            if let text = try body(self) {
                unsafe sqlite3_result_text(call, text, -1, kns_sqlite_transient())
            } else {
                unsafe sqlite3_result_null(call)
            }
        } catch {
            unsafe sqlite3_result_error(call, (error as? Refusal)?.text ?? "\(error)", -1)
        }
    }
}
