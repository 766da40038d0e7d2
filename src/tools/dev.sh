#!/bin/sh
# npm run dev FILE [ARGUMENT ...]: runs a script of src, named with or without that folder, and runs it again when it or what it
# imports is saved.
file=${1#./}
file=${file#src/}
if [ ! -f "src/$file" ]; then
  likely=$(cd src && ls [0-9]*.ts | grep -F -- "${file%.ts}" || ls [0-9]*.ts)
  echo "No script \"$file\". There are:" $likely >&2
  exit 1
fi
shift
imported=$(sed -n "s|.*['\"]\./\([0-9][^'\"]*\)['\"].*|\1.ts|p" "src/$file")
set -- --exec ts-node -- "$file" "$@"
for task in src/[0-9]*.ts; do
  printf '%s\n' "$file" "$imported" | grep -qxF -- "${task#src/}" || set -- --ignore "${task#src/}" "$@"
done
# The folder, since the watch of a file ends when git removes it and creates it again. With its own signal, SIGUSR2, nodemon
# would take a closed terminal for a wish to start the script again.
exec sh src/tools/run.sh nodemon --signal SIGTERM --cwd src --ext ts,lua --watch . --ignore tools "$@"
