#!/bin/sh
# What every npm script goes through: run.sh PROGRAM [ARGUMENT ...] runs a program of node_modules/.bin, run.sh setup is
# setup.sh. ts-node gets a compiler that is ready sooner, in whatever the program starts, too.
stop() {
  echo "$@" >&2
  exit 1
}

# Which of the programs that the sessions of src/README.md use are missing.
missing() {
  for program in redis-server redis-cli curl bash; do
    command -v "$program" >/dev/null || echo "$program"
  done
}

case $(node --version) in
  v20.19.* | v20.[2-9]?.* | v22.1[2-9].* | v22.[2-9]?.* | v2[3-9].* | v[3-9]?.*) ;;
  *) stop "Node $(node --version) is too old: install Node 20.19, 22.12 or newer, from https://nodejs.org say" ;;
esac
if [ "$1" = setup ]; then
  . src/tools/setup.sh
  exit
fi
[ -e node_modules/.package-lock.json ] || stop 'The packages are not installed: run "npm run setup" first'
case "$*" in
  mocha* | *tour.ts* | *check.ts* | *redis.ts) [ -z "$(missing)" ] || stop "Not installed, run \"npm run setup\" first:" $(missing) ;;
esac

# A test, or a folder of tests, may be named without test/: npm test 8-job.test.ts.
if [ "$1" = mocha ]; then
  for argument; do
    shift
    if [ "${previous#-}" = "$previous" ] && [ -e "test/$argument" ]; then argument="test/$argument"; fi
    set -- "$@" "$argument"
    previous=$argument
  done
fi
export TS_NODE_COMPILER="$PWD/src/tools/typescript.cjs"
exec "$@"
