/// Questions to a destination, made of questions to a source: under the names that columns have there.
extension DigestQuery {
    package func named(by name: (String) -> String) -> DigestQuery {
        var query = self
        query.bucketing = bucketing.named(by: name)
        query.values = values.map { $0.named(by: name) }
        query.since = since?.named(by: name)
        return query
    }
}

extension DigestValue {
    func named(by name: (String) -> String) -> DigestValue {
        switch self {
        case .smallest(let column): .smallest(name(column))
        case .largest(let column): .largest(name(column))
        case .present(let column): .present(name(column))
        case .weighed(let columns): .weighed(columns.named(by: name))
        case .sum(let column, let number): .sum(name(column), ofNull: number)
        case .days(let column, let kind): .days(name(column), kind)
        case .times(let column, let kind): .times(name(column), kind)
        case .seconds(let column): .seconds(name(column))
        }
    }
}

extension WeighedColumns {
    /// With the same weights.
    func named(by name: (String) -> String) -> WeighedColumns {
        WeighedColumns(names: names.map(name), weights: weights)
    }
}

extension Bucketing {
    func named(by name: (String) -> String) -> Bucketing {
        switch self {
        case .whole: .whole
        case .widths(let column, let width): .widths(name(column), width: width)
        case .cuts(let column, let kind, let cuts): .cuts(name(column), kind, cuts)
        }
    }
}

extension BucketRange {
    package func named(by name: (String) -> String) -> BucketRange {
        var range = self
        range.column = column.map(name)
        return range
    }
}

extension RowComparison.Part {
    func named(by name: (String) -> String) -> Self {
        switch self {
        case .ranges(let ranges): .ranges(ranges.map { $0.named(by: name) })
        case .keys: self
        }
    }
}
