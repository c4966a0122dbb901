// Package exchange takes dramas in from folders and gives them out as such.
//
// It stands before the catalogue as a producer does: everything it changes goes
// through the catalogue's own use cases. Folder reads and writes the form.
package exchange
