import Extraction
import Rows

/// Which columns make the values of a digest, and where each of its values lies among the sums of a bucket.
struct DigestLayout {
    /// The columns, each once, and where their values go.
    private(set) var names: [String] = []
    private(set) var places: [DigestPlaces] = []
    /// What the sums of a bucket begin with: the count of its rows first.
    private(set) var initial: [Int128] = [0]
    /// The place of weights that a row adds at once; -1 for nowhere.
    let weighed: Int
    /// Whether the first column is the one by which a row falls into a bucket, so that its value comes once.
    let isBucketFirst: Bool

    /// - Parameter bucket: The column by which a row falls into a bucket; nil for none.
    init(_ values: [DigestValue], bucket: String?) {
        var names: [String] = []
        var places: [DigestPlaces] = []
        let bucket = bucket.flatMap { bucket in
            values.contains { $0.columns.contains { $0.isExactly(bucket) } } ? bucket : nil
        }
        isBucketFirst = bucket != nil
        if let bucket { (names, places) = ([bucket], [DigestPlaces()]) }
        func column(_ name: String) -> Int {
            if let column = names.firstIndex(ofExactly: name) { return column }
            names.append(name)
            places.append(DigestPlaces())
            return names.count - 1
        }
        for (index, value) in values.enumerated() {
            let place = index + 1
            switch value {
            case .present(let name): places[column(name)].present = place
            case .weighed(let weighed):
                for (name, weight) in zip(weighed.names, weighed.weights) {
                    let number = column(name)
                    places[number].present = place
                    places[number].weight = weight
                }
            case .sum(let name, let number):
                places[column(name)].sum = place
                places[column(name)].ofNull = number
            case .smallest(let name): places[column(name)].smallest = place
            case .largest(let name): places[column(name)].largest = place
            case .days(let name, _): places[column(name)].days = place
            case .times(let name, _): places[column(name)].times = place
            case .seconds(let name): places[column(name)].seconds = place
            }
            switch value {
            case .smallest: initial.append(.max)
            case .largest: initial.append(.min)
            case .present, .weighed, .sum, .days, .times, .seconds: initial.append(0)
            }
        }
        weighed = places.first { $0.weight > 1 }?.present ?? -1
        for number in places.indices { places[number].settle(weighed: weighed) }
        // Those that lie last in a row first: SQLite (3.40.1) finds where the values of a row lie up to the one that it is asked for,
        // all in one go or one after another, which takes a tenth longer.
        let rest = (bucket == nil ? 0 : 1)...
        names[rest].reverse()
        places[rest].reverse()
        self.names = names
        self.places = places
    }
}
