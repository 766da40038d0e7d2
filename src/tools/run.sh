#!/bin/sh
# What every npm script goes through: run.sh PROGRAM [ARGUMENT ...] runs a program of node_modules/.bin. ts-node gets a
# compiler that is ready sooner, in whatever the program starts, too.
. src/tools/needs.sh
[ -e node_modules/.package-lock.json ] || stop 'The packages are not installed: run "npm run setup" first'
case "$*" in
  mocha* | *tour.ts*) [ -z "$(missing)" ] || stop "Not installed, run \"npm run setup\" first:" $(missing) ;;
esac
export TS_NODE_COMPILER="$PWD/src/tools/typescript.cjs"

# A test, or a folder of tests, may be named without test/: npm test 8-job.test.ts.
if [ "$1" = mocha ]; then
  for argument; do
    shift
    case $previous in
      -g | --grep | -f | --fgrep) ;;
      *) if [ -e "test/$argument" ]; then argument="test/$argument"; fi ;;
    esac
    set -- "$@" "$argument"
    previous=$argument
  done
fi
exec "$@"
