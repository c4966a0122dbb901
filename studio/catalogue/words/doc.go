// Package words is a pure room about what dramas say in several languages: texts
// by language, their cleaning, and the genres of the house with their names.
package words
