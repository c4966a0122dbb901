package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// measureStart times the way from starting the process on an empty folder to
// the first byte of an answer.
func measureStart(ctx context.Context, b *bench) error {
	times := b.fewer(7, 3)
	var took []time.Duration
	for i := range times {
		n, err := b.start(ctx, filepath.Join(b.dir, fmt.Sprint("start-", i)))
		if err != nil {
			return err
		}
		took = append(took, n.ready)
		n.stop()
	}
	b.add(row{name: "process start on an empty folder to first byte", value: ms(quantile(took, 0.5)), unit: "ms", target: 500,
		peer: fmt.Sprintf("median of %d, worst %.0f ms", times, ms(quantile(took, 1)))})
	return nil
}
