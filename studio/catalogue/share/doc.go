// Package share makes the page other sites and search engines see of a drama:
// the watch app's own page with a title, Open Graph properties and schema.org
// data put into its head.
//
// Making the page is pure: every word comes from outside and is escaped for where
// it stands. Routes stands before the door and asks the catalogue.
package share
