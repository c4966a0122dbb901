// Command bench measures the hot paths of the real binary and prints them as a
// Markdown table: each figure beside its target, and where there is something
// to compare with, as a ratio against a peer measured in the same run, because
// absolute times say more about the machine than about the program.
//
// Every figure is a file: start, manifest, bytes, pages, handoff, transcode, ocr, browser.
// With -soak it measures nothing: one node lives under a steady load, and the
// command fails when it failed anybody or grew without a reason.
//
// Otherwise the command fails only when something cannot be measured; a missed target is
// a line of the table.
package main
