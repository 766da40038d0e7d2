#!/bin/sh
# npm run dev FILE [ARGUMENT ...]: runs a script of src, named with or without that folder, again whenever it is saved.
file=${1#./}
file=${file#src/}
if [ ! -f "src/$file" ]; then
  echo "No script \"$file\". There are: $(cd src && echo [0-9]*.ts)" >&2
  exit 1
fi
shift
# With its own signal, SIGUSR2, nodemon would take a closed terminal for a wish to start the script again.
TS_NODE_COMPILER="$PWD/src/tools/typescript.cjs" exec nodemon --signal SIGTERM --cwd src --exec ts-node "$file" "$@"
