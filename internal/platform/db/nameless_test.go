package db

import "testing"

func TestPlaceholdersInTheirOrderNeedNoName(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		`SELECT 1`: `SELECT 1`,
		`SELECT a FROM t WHERE b = $1 AND c IN ($2,$3)`:                        `SELECT a FROM t WHERE b = ? AND c IN (?,?)`,
		`INSERT INTO t VALUES ` + Tuples(4, 3):                                 `INSERT INTO t VALUES (?,?,?),(?,?,?),(?,?,?),(?,?,?)`,
		`SELECT a FROM t WHERE b = '$1 or ?' AND c = $1 AND "d$" = 'it''s $9'`: `SELECT a FROM t WHERE b = '$1 or ?' AND c = ? AND "d$" = 'it''s $9'`,
		`SELECT a FROM t WHERE b = $2 AND c = $1`:                              `SELECT a FROM t WHERE b = $2 AND c = $1`,           // not in order
		`SELECT a FROM t WHERE b = $1 AND c > $2 OR d = $1`:                    `SELECT a FROM t WHERE b = $1 AND c > $2 OR d = $1`, // one twice
		`SELECT a FROM t WHERE b = $01`:                                        `SELECT a FROM t WHERE b = $01`,
		`SELECT a FROM t WHERE b = $name`:                                      `SELECT a FROM t WHERE b = $name`,
		`SELECT a FROM t WHERE b = ?1 AND c = $1`:                              `SELECT a FROM t WHERE b = ?1 AND c = $1`,
		"SELECT a FROM t -- it's\nWHERE b = $1":                                "SELECT a FROM t -- it's\nWHERE b = $1",
		"SELECT a /* it's */ FROM t WHERE b = $1":                              "SELECT a /* it's */ FROM t WHERE b = $1",
	} {
		if got := nameless(query); got != want {
			t.Errorf("%s\n  became %s\n  not    %s", query, got, want)
		}
	}
}
