@main struct KleeneNS { static func main() {} }
