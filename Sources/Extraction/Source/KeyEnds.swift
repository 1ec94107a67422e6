/// Smallest and largest value of a key among some rows; nil where no row has one.
package struct KeyEnds: Hashable, Sendable {
    package var smallest: KeyValue?
    package var largest: KeyValue?

    package init(smallest: KeyValue?, largest: KeyValue?) {
        self.smallest = smallest
        self.largest = largest
    }
}
