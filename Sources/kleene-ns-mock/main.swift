import ArgumentParser
import MockSuiteAnalytics

let clock = MockClock()
let store = try Store(.netSuite(lines: 1000), seed: 1, clock: clock)
let server = try await MockServer.start(store: store, clock: clock)
print(server.port)
try await Task.sleep(for: .seconds(1000))
