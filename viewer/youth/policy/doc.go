// Package policy says who is a minor, how long, when and what a minor may watch,
// and how much one may pay: pure arithmetic over a table of dated rules per
// market.
//
// Every number of a law or a guide is a row of rules.toml with the date from
// which it holds and where it comes from; a rule that changes is a new row. An
// operator may bring a table of their own.
package policy
