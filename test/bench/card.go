package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// machineCard says what this machine can do, so that absolute figures of other
// machines can be read.
func machineCard(_ context.Context, dir string) (string, error) {
	syncs, err := syncsPerSecond(filepath.Join(dir, "sync"))
	if err != nil {
		return "", err
	}
	trip, err := loopback()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("Machine: %d cores (%s), SHA-256 %.0f MB/s on one, %.0f fdatasync/s, loopback round trip %.1f µs, load %s, %s, %s\n",
		runtime.NumCPU(), processor(), hashing(), syncs, micros(trip), load(), runtime.Version(), time.Now().UTC().Format(time.DateOnly)), nil
}

// hashing answers the MB/s one core hashes.
func hashing() float64 {
	block, n := make([]byte, 1<<20), 0
	began := time.Now()
	for ; time.Since(began) < 500*time.Millisecond; n++ {
		sha256.Sum256(block)
	}
	return float64(n) * (1 << 20) / 1e6 / time.Since(began).Seconds()
}

func syncsPerSecond(path string) (float64, error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	page, n := make([]byte, 4096), 0
	began := time.Now()
	for ; time.Since(began) < 500*time.Millisecond; n++ {
		if _, err := f.Write(page); err != nil {
			return 0, err
		}
		if err := syscall.Fdatasync(int(f.Fd())); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(began).Seconds(), nil
}

// loopback answers the median time of one byte there and back over TCP.
func loopback() (time.Duration, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	go func() {
		if c, err := l.Accept(); err == nil {
			io.Copy(c, c)
			c.Close()
		}
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		return 0, err
	}
	defer c.Close()
	took := make([]time.Duration, 3000)
	var one [1]byte
	for i := range took {
		began := time.Now()
		if _, err := c.Write(one[:]); err != nil {
			return 0, err
		}
		if _, err := io.ReadFull(c, one[:]); err != nil {
			return 0, err
		}
		took[i] = time.Since(began)
	}
	return quantile(took, 0.5), nil
}

func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	f := strings.Fields(string(text))
	if len(f) == 0 {
		return "unknown"
	}
	return f[0]
}

func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return runtime.GOARCH
}
