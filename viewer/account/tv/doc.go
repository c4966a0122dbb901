// Package tv signs a television in with the help of another device: the device
// authorisation grant of RFC 8628, in the JSON of the house.
//
// The television asks for a secret device code and a short user code, which it
// shows, also as a QR code. A viewer who opens it on another device sees what
// asks, and approves or denies. The television asks every few seconds whether it
// may; once approved it gets a session of the approver's account and profile, once.
//
// # Promises
//
// A request holds for two minutes and goes through its states in one direction:
// new, scanned, approved or denied, redeemed; whatever is not decided in time has
// expired. Who asks too often is told to slow down by five seconds more each
// time. Where the television gave a challenge (RFC 7636, S256), only who holds its
// verifier redeems. Of the codes digests are kept, and no longer than it takes.
//
// Wrong user codes are bounded for each viewer, each network and, together with
// wrong device links, for the node.
//
// # Owns
//
// The table account_device_code. Package account admits the device.
package tv
