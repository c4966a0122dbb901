package db

import "strings"

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Like is text as it stands, for a pattern of LIKE … ESCAPE '\'.
func Like(text string) string { return likeEscape.Replace(text) }
