import Extraction
package import FoundationEssentials
import SwiftASN1
import Text

/// The X.509 certificate of a key: what is uploaded to NetSuite, and what of it can be read.
package struct ClientCertificate: Sendable, Equatable {
    /// In DER.
    package let bytes: [UInt8]
    /// SubjectPublicKeyInfo in DER.
    package let publicKey: [UInt8]
    package let beginning: Date
    package let end: Date

    /// The days for which NetSuite takes a certificate at most; it shortens longer ones.
    package static let longest = 730

    // MARK: Reading

    /// From PEM.
    ///
    /// - Throws: `Failure` of kind `configuration`.
    package init(pem: String) throws {
        do {
            guard
                let document = try PEMDocument.parseMultiple(pemString: pem).first(where: {
                    $0.discriminator == "CERTIFICATE"
                })
            else { throw ASN1Error.invalidPEMDocument(reason: "There is no certificate.") }
            try self.init(der: document.derBytes)
        } catch {
            throw Failure(
                .configuration, "The certificate is in no form that kleene-ns knows, or is damaged.",
                advice: "Name the file that was uploaded to NetSuite; it begins with \"-----BEGIN CERTIFICATE-----\".")
        }
    }

    private init(der: [UInt8]) throws {
        let body = try DER.sequence(try DER.parse(der), identifier: .sequence) { nodes in
            let all = Self.rest(&nodes)
            guard let body = all.first else { throw ASN1Error.invalidASN1Object(reason: "It is empty.") }
            return body
        }
        var parts = try DER.sequence(body, identifier: .sequence) { Self.rest(&$0) }
        // The version is tagged; then number, algorithm, issuer, times, subject, key.
        if parts.first?.identifier.tagClass == .contextSpecific { parts.removeFirst() }
        guard parts.count >= 6 else { throw ASN1Error.invalidASN1Object(reason: "It is cut.") }
        let times = try DER.sequence(parts[3], identifier: .sequence) { Self.rest(&$0) }
        guard times.count == 2 else { throw ASN1Error.invalidASN1Object(reason: "It has no times.") }
        var serializer = DER.Serializer()
        serializer.serialize(parts[5])
        (bytes, publicKey) = (der, serializer.serializedBytes)
        (beginning, end) = (try Self.date(times[0]), try Self.date(times[1]))
    }

    private static func rest(_ nodes: inout ASN1NodeCollection.Iterator) -> [ASN1Node] {
        var all: [ASN1Node] = []
        while let node = nodes.next() { all.append(node) }
        return all
    }

    private static var calendar: Calendar {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }

    private static func date(_ node: ASN1Node) throws -> Date {
        var parts = DateComponents()
        if node.identifier == .utcTime {
            let time = try UTCTime(derEncoded: node)
            (parts.year, parts.month, parts.day) = (time.year, time.month, time.day)
            (parts.hour, parts.minute, parts.second) = (time.hours, time.minutes, time.seconds)
        } else {
            let time = try GeneralizedTime(derEncoded: node)
            (parts.year, parts.month, parts.day) = (time.year, time.month, time.day)
            (parts.hour, parts.minute, parts.second) = (time.hours, time.minutes, time.seconds)
        }
        guard let date = calendar.date(from: parts) else { throw ASN1Error.invalidASN1Object(reason: "No time.") }
        return date
    }

    // MARK: Making

    /// A certificate that a key signs for itself; it begins an hour ago, for clocks that are behind.
    ///
    /// - Parameter days: From `now` on, 730 at most.
    package static func make(for key: SigningKey, name: String, days: Int, at now: Date) throws -> ClientCertificate {
        let number = (0..<16).map { index in
            UInt8.random(in: 0...255) & (index == 0 ? 0x3F : 0xFF) | (index == 0 ? 0x40 : 0)
        }
        let algorithm = try key.certificateSignature(of: [])
        var body = DER.Serializer()
        try body.appendConstructedNode(identifier: .sequence) { nodes in
            try nodes.serialize(explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific) { try $0.serialize(2) }
            nodes.appendPrimitiveNode(identifier: .integer) { $0.append(contentsOf: number) }
            try sign(algorithm, &nodes)
            try write(name, &nodes)
            try nodes.appendConstructedNode(identifier: .sequence) { nodes in
                try nodes.serialize(time(now - 3600))
                try nodes.serialize(time(now + TimeInterval(days) * 86_400 - 3600))
            }
            try write(name, &nodes)
            nodes.serializeRawBytes(key.publicKey)
            try nodes.serialize(explicitlyTaggedWithTagNumber: 3, tagClass: .contextSpecific) { nodes in
                try nodes.appendConstructedNode(identifier: .sequence) { nodes in
                    // Basic constraints: it vouches for nobody else.
                    try nodes.appendConstructedNode(identifier: .sequence) { nodes in
                        try nodes.serialize([2, 5, 29, 19] as ASN1ObjectIdentifier)
                        try nodes.serialize(true)
                        try nodes.serialize(ASN1OctetString(contentBytes: [0x30, 0x00]))
                    }
                }
            }
        }
        let signed = body.serializedBytes
        var whole = DER.Serializer()
        try whole.appendConstructedNode(identifier: .sequence) { nodes in
            nodes.serializeRawBytes(signed)
            try sign(algorithm, &nodes)
            try nodes.serialize(ASN1BitString(bytes: ArraySlice(try key.certificateSignature(of: signed).signature)))
        }
        return try ClientCertificate(der: whole.serializedBytes)
    }

    private static func sign(
        _ algorithm: (name: ASN1ObjectIdentifier, isRSA: Bool, signature: [UInt8]), _ nodes: inout DER.Serializer
    ) throws {
        try nodes.appendConstructedNode(identifier: .sequence) { nodes in
            try nodes.serialize(algorithm.name)
            if algorithm.isRSA { try nodes.serialize(ASN1Null()) }
        }
    }

    /// A common name.
    private static func write(_ name: String, _ nodes: inout DER.Serializer) throws {
        try nodes.appendConstructedNode(identifier: .sequence) { nodes in
            try nodes.appendConstructedNode(identifier: .set) { nodes in
                try nodes.appendConstructedNode(identifier: .sequence) { nodes in
                    try nodes.serialize([2, 5, 4, 3] as ASN1ObjectIdentifier)
                    try nodes.serialize(ASN1UTF8String(name))
                }
            }
        }
    }

    private static func time(_ date: Date) throws -> UTCTime {
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        return try UTCTime(
            year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0, hours: parts.hour ?? 0,
            minutes: parts.minute ?? 0, seconds: parts.second ?? 0)
    }

    package var pem: String { PEMDocument(type: "CERTIFICATE", derBytes: bytes).pemString + "\n" }
}

extension ClientCertificate {
    /// What `doctor` says of it: whether it is the key's, and when it ends. NetSuite's mails go out two months, one month and two
    /// weeks before.
    func checks(_ key: SigningKey, at now: Date) -> [Check] {
        let name = "certificate"
        let renewal =
            "Make the next one with `kleene-ns auth keygen`, upload it beside this one, then change \"private_key\", "
            + "\"certificate_id\" and \"certificate\" together."
        guard publicKey == key.publicKey else {
            return [
                Check(
                    name, .fail, "the certificate is not that of the private key: the two are of different pairs",
                    cure: "Name key and certificate that were made together, and the \"certificate_id\" of that upload."
                )
            ]
        }
        let last = end.formatted(.iso8601)
        if now >= end { return [Check(name, .fail, "has ended on \(last)", cure: renewal)] }
        if now < beginning {
            return [
                Check(
                    name, .fail, "begins on \(beginning.formatted(.iso8601)) only, by this machine's clock",
                    cure: "Check the clock: `timedatectl`.")
            ]
        }
        let days = Int(end.timeIntervalSince(now) / 86_400)
        if days <= 61 {
            return [Check(name, .warn, "ends in \(Sentence.count(days, "day")), on \(last)", cure: renewal)]
        }
        if end.timeIntervalSince(beginning) > TimeInterval(Self.longest + 2) * 86_400 {
            return [
                Check(
                    name, .warn, "is good until \(last), which is more than the two years that NetSuite takes",
                    cure: "NetSuite may end it sooner; look up when under \(ConnectGuide.mappingPage).")
            ]
        }
        return [Check(name, .pass, "is that of the private key, and good until \(last)")]
    }
}
