package fence

import "strings"

const (
	maxLine = 4 << 10 // a longer line is cut, not buffered
	maxTail = 8 << 10 // diagnostics kept for the error
)

// lines splits what is written to it into lines and keeps the last of them,
// in bounded memory whatever the writer does.
type lines struct {
	each func(string) // may be nil
	part []byte
	tail []string
	size int
}

func (l *lines) Write(p []byte) (int, error) {
	n := len(p)
	for _, b := range p {
		if b == '\n' || b == '\r' {
			l.flush()
		} else if len(l.part) < maxLine {
			l.part = append(l.part, b)
		}
	}
	return n, nil
}

func (l *lines) flush() {
	if len(l.part) == 0 {
		return
	}
	s := string(l.part)
	l.part = l.part[:0]
	if l.each != nil {
		l.each(s)
	}
	l.tail = append(l.tail, s)
	l.size += len(s)
	for l.size > maxTail && len(l.tail) > 1 {
		l.size -= len(l.tail[0])
		l.tail = l.tail[1:]
	}
}

func (l *lines) text() string { return strings.Join(l.tail, "\n") }
