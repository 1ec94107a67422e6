/// The one account, role and user that a mock knows.
///
/// Invented, and no secret: they are printed for everybody to use.
package struct MockCredentials: Sendable, Codable, Equatable {
    package var account = "1234567_SB1"
    package var role = 57
    package var consumerKey = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"
    package var consumerSecret = "5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2"
    package var tokenID = "70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce9d70ce"
    package var tokenSecret = "ba5eba11ba5eba11ba5eba11ba5eba11ba5eba11ba5eba11ba5eba11ba5eba11"
    package var email = "mock@example.org"
    package var password = "mock-Password-1"

    package var clientID = "c11e47c11e47c11e47c11e47c11e47c11e47c11e47c11e47c11e47c11e47c11e"

    package init() {}

    enum CodingKeys: String, CodingKey {
        case account, role, email, password
        case consumerKey = "consumer_key"
        case consumerSecret = "consumer_secret"
        case tokenID = "token_id"
        case tokenSecret = "token_secret"
        case clientID = "client_id"
    }
}
