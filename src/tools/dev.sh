#!/bin/sh
# npm run dev FILE [ARGUMENT ...]: runs a script of src, named with or without that folder, again whenever it is saved.
file=${1#./}
file=${file#src/}
if [ ! -f "src/$file" ]; then
  echo "No script \"$file\". There are: $(cd src && echo [0-9]*.ts)" >&2
  exit 1
fi
shift
exec nodemon --cwd src --exec ts-node "$file" "$@"
