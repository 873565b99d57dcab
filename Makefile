# Every target is one line that calls cargo or a script.
.DEFAULT_GOAL := help
.PHONY: help run test lint fmt docs bench fuzz

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

run: ## build the server and start it on http://127.0.0.1:8080 with SQLite in ./data
	@scripts/prerequisites build && exec cargo run -p oneclaw-server --bin oneclaw -- $(ARGS)

test: ## run all tests on SQLite and on a throwaway Postgres
	@scripts/test

lint: ## formatting, clippy and the rules for dependencies
	cargo fmt --all --check && cargo clippy --workspace --all-targets -- -D warnings && scripts/deny

fmt: ## format the code
	cargo fmt --all

docs: ## build the API documentation of all crates
	cargo doc --workspace --no-deps

bench: ## measure a release build on both stores
	@scripts/bench

fuzz: ## let a server answer requests made from its own OpenAPI document
	@scripts/fuzz
