// Package mark is what the rules of a market want seen, or kept, on a work: what
// a file says of machine-made content, and how a platform adds itself to it.
//
// Promises: a label somebody else set is never taken off, weakened or changed, and
// one that cannot be read counts as a suspicion rather than as none.
//
// Sources: 人工智能生成合成内容标识办法 and GB 45438-2025, in force 2025-09-01.
package mark
