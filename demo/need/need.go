// Package need names what the demo theatre asks of the machine it plays on: a
// few programs and fonts, and the Debian packages that bring them.
package need

import (
	"fmt"
	"os/exec"
)

// Error says that something the theatre cannot play without is not installed.
type Error struct {
	What    string // the program or font
	Package string // the Debian package that brings it
}

func (e *Error) Error() string {
	return fmt.Sprintf("the demo theatre needs %s: apt-get install %s", e.What, e.Package)
}

// Tool finds a program on the PATH. Its absence is an *Error.
func Tool(name, debianPackage string) (path string, err error) {
	path, err = exec.LookPath(name)
	if err != nil {
		return "", &Error{What: name, Package: debianPackage}
	}
	return path, nil
}
