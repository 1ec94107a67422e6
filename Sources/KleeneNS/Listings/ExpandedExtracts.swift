import Extraction
import FoundationEssentials
import Logging
import SuiteAnalytics

extension CommandContext {
    /// The extracts of a configuration's entries for several tables, by what the source lists.
    ///
    /// By the kept listing where there is one that is not older than a day. Where something is wrong by that, it is read again
    /// first: a table that somebody made or removed an hour ago is no fault.
    func expansion(
        of file: Configuration, _ source: ChosenSource, into destination: DestinationConfiguration
    ) throws -> Expansion {
        let earlier = try Composition.history(at: destination).last()
        func expand(_ tables: [CatalogTable]) -> Expansion {
            Expansion(
                file.patterns, beside: file.extracts, listed: tables, earlier: earlier,
                naming: file.naming(into: destination))
        }
        let coordinator = { try self.coordinator(source, destination: destination, warns: false) }
        guard let cache = source.catalogCache else {
            do {
                return expand(tables(in: try answer(.tables(schema: nil), by: coordinator())))
            } catch let failure as Failure where failure.isPassing {
                return Expansion(file.patterns, cannotBeKnown: failure)
            }
        }
        let reader = CatalogReader(context: self, cache: cache, coordinator: coordinator)
        let now = reader.now()
        if let kept = cache.read().snapshot?.since(now - CatalogCache.lifetime, until: now).tables {
            let expansion = expand(kept.value)
            if !expansion.members.contains(where: { $0.failure != nil }) {
                log.entry(.debug, "tables by the listing read \(CatalogReader.ago(now - kept.readAt))")
                return expansion
            }
        }
        do {
            return expand(tables(in: try reader.answer(.tables(schema: nil), refresh: true)))
        } catch let failure as Failure where failure.isPassing {
            // The other extracts run, and these by what was last listed: a run tries a lost connection again, and may have it back.
            guard let kept = cache.read().snapshot?.tables else {
                return Expansion(file.patterns, cannotBeKnown: failure)
            }
            log.entry(
                .warning,
                "the source's tables could not be listed, so those of \(CatalogReader.ago(now - kept.readAt)) are taken: \(failure.message)"
            )
            return expand(kept.value)
        }
    }

    private func tables(in answer: CatalogAnswer) -> [CatalogTable] {
        if case .tables(let tables) = answer { tables } else { [] }
    }
}

extension Configuration {
    /// How names are made of the source's tables.
    func naming(into destination: DestinationConfiguration?) -> Expansion.Naming {
        let foldsTables = if case .netSuite = source { true } else { false }
        return .init(foldsTables: foldsTables, nameCase: Composition.rules(of: destination).nameCase)
    }

    /// The tables as they were listed when somebody last looked, however long ago; nil where nobody did, and for a source whose
    /// listings are not kept.
    func keptListing(mock: MockServer?, stateDirectory: String) -> CatalogSnapshot.Part<[CatalogTable]>? {
        catalogCache(mock, stateDirectory)?.readTables()
    }

    /// The same with the columns of those tables that somebody has looked at.
    func keptCatalog(mock: MockServer?, stateDirectory: String) -> CatalogSnapshot? {
        catalogCache(mock, stateDirectory)?.read().snapshot
    }

    private func catalogCache(_ mock: MockServer?, _ stateDirectory: String) -> CatalogCache? {
        guard case .netSuite(let service) = source else { return nil }
        return CatalogCache(directory: stateDirectory, place: CatalogPlace(service, mock: mock))
    }

    /// The extracts of entries for several tables that are known without asking the source.
    ///
    /// - Parameter history: Nil where nobody may ask for it.
    func expandedOffline(
        into destination: DestinationConfiguration, history: RunHistory?, mock: MockServer?, stateDirectory: String
    ) throws -> [ExtractConfiguration] {
        guard !patterns.isEmpty else { return [] }
        let listed = keptListing(mock: mock, stateDirectory: stateDirectory)?.value ?? []
        return Expansion(
            known: patterns, beside: extracts, listed: listed, earlier: try history?.last() ?? [],
            naming: naming(into: destination)
        ).members.map(\.extract)
    }
}

extension Failure {
    /// Whether the same question may have an answer a minute later.
    fileprivate var isPassing: Bool { kind == .connection || kind == .sessionGone || kind == .timeout }
}
