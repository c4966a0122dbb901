// Package pack reads rule packs and decides by them: a pack is what a market's law
// and custom want of whoever shows dramas there, as dated rows of data, each with
// its source. It holds no constant of any law: thresholds, patterns, days off and
// numbers stand in the files of packs/, and in those of operators.
//
// A row holds from its day on until the latest row of its kind that begins later, or
// until its own end; days are those of the pack's time zone. A row that
// nobody has checked against the original text says verified = false.
//
// Sources: the rules of China are those listed row by row in packs/cn.toml.
package pack
