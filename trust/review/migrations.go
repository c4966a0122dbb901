package review

import (
	"embed"
	"io/fs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are this capability's tables.
var Migrations, _ = fs.Sub(migrations, "migrations")
