// Package share makes the page other sites and search engines see of a drama:
// the watch app's own page with a title, Open Graph properties and schema.org
// data put into its head.
//
// It is a pure room. Every word comes from outside and is escaped for where it
// stands.
package share
