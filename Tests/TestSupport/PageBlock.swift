/// A block of code on a page, and what the comment in front of it says.
package struct PageBlock: CustomStringConvertible, Sendable {
    /// A command, and what the page shows of its output.
    package struct Step: Sendable {
        package var command: String
        package var output: [String]
    }

    /// The page's path.
    package var page: String
    /// The word behind the backticks, such as `console`.
    package var kind: String
    /// In which surroundings its commands are played.
    package var surroundings: String?
    /// Why they are not.
    package var reason: String?
    package var lines: [String]
    /// The block of JSON before it on the page.
    package var json: String?

    package var description: String { "\(page): \(lines.first ?? "")" }

    package var text: String { lines.map { $0 + "\n" }.joined() }

    /// Its commands, those on several lines joined.
    package var commands: [String] { steps.map(\.command) }

    /// Its commands, each with what is shown behind it.
    package var steps: [Step] {
        var steps: [Step] = []
        for line in lines.joined(separator: "\n").replacing(/\\\n\s*/, with: "").split(separator: "\n") {
            if line.hasPrefix("$ ") {
                steps.append(Step(command: String(line.dropFirst(2)), output: []))
            } else if !steps.isEmpty {
                steps[steps.count - 1].output.append(String(line))
            }
        }
        return steps
    }
}

extension ProjectPages {
    /// All blocks of all pages.
    package var blocks: [PageBlock] { pages.flatMap(Self.blocks) }

    private static func blocks(of page: Page) -> [PageBlock] {
        var blocks: [PageBlock] = []
        var (comment, json, open) = (String?.none, String?.none, PageBlock?.none)
        for line in page.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if var block = open {
                guard line == "```" else {
                    open?.lines.append(line)
                    continue
                }
                block.json = json
                if block.kind == "json" { json = block.text }
                blocks.append(block)
                (open, comment) = (nil, nil)
            } else if line.hasPrefix("```") {
                open = PageBlock(
                    page: page.path, kind: String(line.dropFirst(3)),
                    surroundings: comment?.firstMatch(of: /<!-- played: ([a-z ]+) -->/).map { String($0.1) },
                    reason: comment?.firstMatch(of: /<!-- not played: (.+) -->/).map { String($0.1) }, lines: [])
            } else if !line.isEmpty {
                comment = line
            }
        }
        return blocks
    }
}
