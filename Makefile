# Cliffhanger: `make demo` shows it, `make test` proves it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

go_files  := $(shell find cmd app event internal studio trust viewer money growth demo -name '*.go' -o -name '*.sql' -o -name '*.toml' -o -name '*.html' -o -name '*.css' -o -name '*.js' 2>/dev/null | grep -v _test.go)
web_files := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print 2>/dev/null)
version   := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.PHONY: help setup web build demo test test-go test-web test-e2e lint api bench soak clean
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## install what is missing (Debian packages; needs root or sudo)
	@scripts/setup.sh test

web: web/dist/.built ## build the front end
web/node_modules/.installed: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
web/dist/.built: web/node_modules/.installed $(web_files)
	cd web && npm run --silent build
	@touch $@

build: bin/cliffhanger ## build the one binary, front end included
bin/cliffhanger: web/dist/.built $(go_files) go.mod go.sum
	CGO_ENABLED=0 go build -trimpath -ldflags="-s -w -X cliffhanger/app.Version=$(version)" -o $@ ./cmd/cliffhanger

demo: ## set up, build, fill ./data with the demo catalogue and serve it
	@scripts/setup.sh demo
	@$(MAKE) --no-print-directory build
	@exec bin/cliffhanger demo --data=./data --fetch-film=scripts/demo-film.sh

test: setup test-go test-web test-e2e ## set up, then run every test

# SQLite is C translated to Go, and keeps what it works on outside Go's heap, where the race detector
# does not look: to watch its every step would take most of the time and find nothing. Its driver is watched.
race := -race -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc/...=-race=false

test-go: ## Go: vet, format, and every test under the race detector
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet $(race) ./...
	scripts/tool-versitygw.sh
	go test $(race) -vet=off -ldflags='-s -w' -timeout=15m ./...

test-web: web/node_modules/.installed ## front end: types, lint, unit tests
	cd web && npm run --silent check && npm test --silent

test-e2e: build ## the main journeys in a real browser
	cd web && npm run --silent e2e

api: ## write docs/api/openapi.json and the front end's types from the routes
	go run ./cmd/cliffhanger openapi > docs/api/openapi.json
	cd web && npm run --silent api

bench: build ## the hot paths, as ratios against a peer in the same run
	@scripts/bench.sh

soak: build ## a node under steady load for half an hour (for=5m): it fails nobody and does not grow
	@scripts/soak.sh --for=$(or $(for),30m)

clean: ## remove what was built
	rm -rf bin web/dist/* web/node_modules .cache
