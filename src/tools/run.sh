#!/bin/sh
# What every npm script goes through: run.sh PROGRAM [ARGUMENT ...] runs a program of node_modules/.bin. ts-node gets a
# compiler that is ready sooner, in whatever the program starts, too.
if [ ! -e node_modules/.package-lock.json ]; then
  echo 'The packages are not installed: run "npm run setup" first' >&2
  exit 1
fi
export TS_NODE_COMPILER="$PWD/src/tools/typescript.cjs"

# A test may be named without its folder: npm test 8-job.test.ts.
if [ "$1" = mocha ]; then
  for argument; do
    shift
    if [ -e "test/$argument" ]; then argument="test/$argument"; fi
    set -- "$@" "$argument"
  done
fi
exec "$@"
