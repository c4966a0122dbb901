# Cliffhanger: `make demo` shows it, `make test` proves it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

.PHONY: help setup build test
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: ## install what is missing (Debian packages; needs root or sudo)
	@scripts/setup.sh

test: setup ## set up, then run every test
	go vet ./...
	go test -race ./...
