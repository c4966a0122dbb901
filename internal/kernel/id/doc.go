// Package id makes and reads the identifiers of every noun in the house.
//
// An identifier is a UUIDv7 (RFC 9562) in Crockford base 32, lower case, with
// the noun's prefix before it: "eps_01k9v3…". Identifiers of one noun sort by
// the time they were made. Each noun has its own Go type, so that an episode
// cannot be passed where a drama is meant.
package id
