// Package qc judges a source by what the filters of the encode measured and what
// probe saw: findings by time code against a named delivery profile. Pure.
//
// Black is normal in drama: it counts when it is long, or stands at the very
// beginning or end. Where the picture is black, that it also stands still is not
// said again.
package qc
