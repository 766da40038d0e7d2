#!/bin/sh
# npm test [FILE ...]: all of the tests, or those of the files named, with or without the folder test.
export TS_NODE_COMPILER="$PWD/src/tools/typescript.cjs" # for the scripts that they run, too
cd test || exit 1
for argument; do
  shift
  set -- "$@" "${argument#test/}"
done
exec mocha "${@:-.}"
