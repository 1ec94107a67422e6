import ODBCSource
import SuiteAnalytics

extension WorkOrder.SourceSettings {
    /// Where rows come from: the same in every run of one account and role, and different for another. Credentials are
    /// no part of it, because they change and the rows do not.
    var place: String {
        switch self {
        case .odbc(let settings):
            let parts = [settings.driver, settings.dsn, settings.connectionString, settings.user].map { $0 ?? "" }
            return (["odbc"] + parts + Self.words(settings.attributes)).joined(separator: "\n")
        case .netSuite(let settings, _, _):
            let parts = [
                settings.account.rawValue, String(settings.role), settings.dataSource, settings.host ?? "",
                String(settings.port), settings.door.address,
            ]
            return (["netsuite"] + parts + Self.words(settings.attributes)).joined(separator: "\n")
        }
    }

    private static func words(_ attributes: [DataSourceSettings.Attribute]) -> [String] {
        attributes.map { "\($0.keyword)=\($0.value)" }
    }
}
