package main

import (
	"testing"
	"time"
)

func TestSlowSpans(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }
	beats := make([]beat, 200)
	for i := range beats {
		beats[i] = beat{at(2 * i), 25 * time.Microsecond}
	}
	beats[20].took = time.Millisecond // alone: its thread had to wait
	for i := 50; i < 60; i++ {
		beats[i].took = 200 * time.Microsecond
	}
	spans := slowSpans(beats)
	if len(spans) != 1 || spans[0].from != at(98) || spans[0].to.Before(at(136)) || spans[0].to.After(at(140)) {
		t.Fatalf("slow spans %v, want one from 98 ms to about 138 ms", spans)
	}
	calls := []call{
		{at(40), 5 * time.Millisecond},
		{at(90), 5 * time.Millisecond},
		{at(96), 5 * time.Millisecond},   // was slowed
		{at(120), 50 * time.Millisecond}, // began in it
		{at(150), 7 * time.Millisecond},
	}
	if took := atFullSpeed(calls, spans); len(took) != 3 || took[2] != 7*time.Millisecond {
		t.Errorf("at full speed %v, want the first two and the last", took)
	}
	if spans := slowSpans(nil); spans != nil {
		t.Errorf("slow spans of nothing: %v", spans)
	}
}
