/// Where among a bucket's sums a column's values go; -1 for those that nobody asks for.
struct DigestPlaces {
    /// What is asked of a column: nearly all are asked for one thing only, and the way to it is a row's.
    enum Question {
        case weightOfRow
        case sum
        case more
    }

    var present = -1
    /// What each of its values adds there.
    var weight: Int64 = 1
    /// The same where a row adds the weights of its values at once.
    var weightOfRow: Int64 = 0
    var sum = -1
    /// What NULL adds there.
    var ofNull: Int64 = 0
    var smallest = -1
    var largest = -1
    var days = -1
    var times = -1
    var seconds = -1

    private(set) var question = Question.weightOfRow

    var isOfNumbers: Bool { sum >= 0 || smallest >= 0 || largest >= 0 }
    var isOfMoments: Bool { days >= 0 || times >= 0 || seconds >= 0 }

    /// Once all is known that is asked.
    ///
    /// - Parameter weighed: The place of weights that a row adds at once; -1 for nowhere.
    mutating func settle(weighed: Int) {
        if present >= 0, present == weighed { (present, weightOfRow) = (-1, weight) }
        guard present >= 0 || isOfNumbers || isOfMoments else { return }
        let isOnlySum = sum >= 0 && smallest < 0 && largest < 0 && present < 0 && weightOfRow == 0 && !isOfMoments
        question = isOnlySum ? .sum : .more
    }
}
