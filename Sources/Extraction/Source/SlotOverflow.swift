/// Thrown by a reader when values are longer than their slots: the read starts again with these widths.
package struct SlotOverflow: Error, Sendable, Equatable {
    package var widths: LearnedWidths

    package init(widths: LearnedWidths) {
        self.widths = widths
    }
}
