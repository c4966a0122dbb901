package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// figure is something that is measured.
type figure struct {
	name    string
	measure func(ctx context.Context, b *bench) error
}

// figures in the order they are measured.
var figures = []figure{
	{"start", measureStart},
	{"manifest", measureManifest},
	{"bytes", measureBytes},
	{"pages", measurePages},
	{"reports", measureReports},
	{"handoff", measureHandoff},
	{"nodes", measureNodes},
	{"transcode", measureTranscode},
	{"log", measureLog},
	{"ocr", measureOCR},
}

// bench is one run: where it may write, what it measures, and what it found.
type bench struct {
	dir    string // scratch, removed at the end
	binary string
	quick  bool
	keep   bool // leave dir behind
	rows   []row
}

// fewer is n, or few in a quick run.
func (b *bench) fewer(n, few int) int {
	if b.quick {
		return few
	}
	return n
}

func main() {
	only := flag.String("only", "", "measure only these figures, separated by commas")
	quick := flag.Bool("quick", false, "fewer repetitions; for trying out, not for keeping")
	keep := flag.Bool("keep", false, "leave the scratch folder behind, to look into what was measured")
	soak := flag.Duration("soak", 0, "let one node live under a steady load for so long instead, and fail where it failed or grew")
	floor := flag.String("floor", "", "serve this one file and nothing else; how the bench starts its own peer")
	cluster := flag.String("nats", "", "run a NATS cluster with its files in this folder and nothing else; how the bench starts its own")
	players := flag.Bool("players", false, "report progress as standard input says and nothing else; how the bench starts its own")
	flag.Parse()
	debug.SetGCPercent(1000) // what collects its own garbage meanwhile measures itself
	if *players {
		if err := servePlayers(os.Stdin); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if *cluster != "" {
		if err := serveNATS(*cluster); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
	}
	if *floor != "" {
		if err := serveFloor(*floor); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
	}
	if *soak > 0 {
		figures = []figure{{"soak", func(ctx context.Context, b *bench) error { return b.soakFor(ctx, *soak) }}}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, split(*only), *quick, *keep); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

// run measures and prints what was measured, also when a later figure fails.
func run(ctx context.Context, only []string, quick, keep bool) (failed error) {
	for _, name := range only {
		if !slices.ContainsFunc(figureNames(), func(f string) bool { return f == name }) {
			return fmt.Errorf("there is no figure %q; there are %s", name, strings.Join(figureNames(), ", "))
		}
	}
	dir, err := os.MkdirTemp("", "cliffhanger-bench-")
	if err != nil {
		return err
	}
	if keep {
		fmt.Fprintln(os.Stderr, "working in", dir)
	} else {
		defer os.RemoveAll(dir)
	}
	b := &bench{dir: dir, quick: quick, keep: keep}
	card, err := machineCard(ctx, dir)
	if err != nil {
		return fmt.Errorf("machine card: %w", err)
	}
	fmt.Print(card)
	if err := b.build(ctx); err != nil {
		return err
	}
	fmt.Print("\n", tableHead)
	for _, f := range figures {
		if len(only) > 0 && !slices.Contains(only, f.name) {
			continue
		}
		began := time.Now()
		fmt.Fprintf(os.Stderr, "%s …\n", f.name)
		if err := f.measure(ctx, b); err != nil {
			failed = fmt.Errorf("%s: %w", f.name, err)
			fmt.Fprintln(os.Stderr, "bench:", failed)
		}
		fmt.Fprintf(os.Stderr, "%s took %s, load now %s\n", f.name, time.Since(began).Round(time.Second), load())
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return failed
}

func figureNames() (names []string) {
	for _, f := range figures {
		names = append(names, f.name)
	}
	return names
}
