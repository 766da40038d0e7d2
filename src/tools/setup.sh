#!/bin/sh
# npm run setup: everything that a fresh machine needs to run the course. Run again, it changes nothing.
set -eu

if [ node_modules/.package-lock.json -nt package-lock.json ] && npm ls >/dev/null 2>&1; then
  echo "npm packages: installed"
else
  (set -x && npm ci --include=dev)
fi

has() { command -v "$1" >/dev/null; }

if ! has redis-server; then
  as_root=$([ "$(id -u)" -eq 0 ] || echo sudo)
  if has apt-get; then
    (set -x && $as_root sh -c 'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy redis-server') || true
  elif has apk; then
    (set -x && $as_root apk add redis) || true
  elif has dnf; then
    (set -x && $as_root dnf install -y redis) || true
  elif has brew; then
    (set -x && brew install redis) || true
  fi
  if ! has redis-server; then
    echo "Redis can't be installed here: build it as task 0 says (src/README.md), put redis-server on the PATH, and run this again" >&2
    exit 1
  fi
fi
echo "redis-server: $(redis-server --version)"
