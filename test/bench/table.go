package main

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// row is one measured figure. Target 0 is a figure for information, except
// where there must be none.
type row struct {
	name   string
	value  float64
	unit   string // ms, µs, ×, % …
	peer   string // what it is compared with, and the absolute numbers
	target float64
	none   bool // the target is none at all
}

const tableHead = "| figure | measured | target | verdict | against / details |\n|---|---:|---:|---|---|\n"

// add prints a row as soon as it is known.
func (b *bench) add(r row) {
	b.rows = append(b.rows, r)
	fmt.Println(r)
}

func (r row) String() string {
	target := "–"
	switch {
	case r.none:
		target = "none"
	case r.target > 0:
		target = "≤ " + number(r.target) + " " + r.unit
	}
	return fmt.Sprintf("| %s | %s %s | %s | %s | %s |", r.name, number(r.value), r.unit, target, r.verdict(), r.peer)
}

func (r row) verdict() string {
	switch {
	case r.target == 0 && !r.none:
		return "for information"
	case r.value <= r.target:
		return "met"
	}
	return "**missed**"
}

// number has three significant digits where there are no more before the point.
func number(v float64) string {
	switch a := math.Abs(v); {
	case a >= 100 || v == 0:
		return fmt.Sprintf("%.0f", v)
	case a >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}

// quantile answers the value below which share q of the durations lie; took is
// sorted in place and must not be empty.
func quantile(took []time.Duration, q float64) time.Duration {
	slices.Sort(took)
	return took[min(len(took)-1, int(q*float64(len(took))))]
}

func ms(d time.Duration) float64     { return float64(d) / 1e6 }
func micros(d time.Duration) float64 { return float64(d) / 1e3 }
