#!/bin/sh
# npm run setup: everything that a fresh machine needs to run the course. Run again, it changes nothing.
set -eu

run() {
  echo "> $*"
  "$@"
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then run "$@"; else run sudo "$@"; fi
}

install_redis() {
  if command -v apt-get >/dev/null; then
    as_root apt-get update -q && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy redis-server
  elif command -v apk >/dev/null; then
    as_root apk add redis
  elif command -v dnf >/dev/null; then
    as_root dnf install -y redis
  elif command -v brew >/dev/null; then
    run brew install redis
  else
    false
  fi
}

if [ node_modules/.package-lock.json -nt package-lock.json ] && npm ls >/dev/null 2>&1; then
  echo "npm packages: installed"
else
  run npm ci --include=dev
fi

if ! command -v redis-server >/dev/null; then
  install_redis || true
  if ! command -v redis-server >/dev/null; then
    echo "Redis can't be installed here: build it as task 0 says (README.md), put redis-server on the PATH, and run this again" >&2
    exit 1
  fi
fi
echo "redis-server: $(redis-server --version)"
