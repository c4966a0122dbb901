// Command cliffhanger is the whole platform: `cliffhanger --help` lists what it does.
package main

import (
	"os"

	"cliffhanger/app"
)

func main() { os.Exit(app.Main(os.Args[1:], os.Stdout, os.Stderr)) }
