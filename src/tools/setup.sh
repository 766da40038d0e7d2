# npm run setup, read by run.sh: what a fresh machine needs to run the course. Run again, it changes nothing.
set -e
has() { command -v "$1" >/dev/null; }

# install COMMAND REDIS: installs what is missing; REDIS is the package of redis-server and redis-cli.
install() {
  packages=$(echo $(missing | sed "s/redis-.*/$2/" | sort -u))
  as_root=$([ "$(id -u)" -eq 0 ] || [ "$1" = 'brew install' ] || echo sudo)
  (set -x && $as_root sh -c "$1 $packages") || true
}

if [ node_modules/.package-lock.json -nt package-lock.json ] && npm ls >/dev/null 2>&1; then
  echo "npm packages: installed"
else
  (set -x && npm ci --include=dev)
fi
if [ "$(missing)" ]; then
  if has apt-get; then install 'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy' redis-server
  elif has apk; then install 'apk add' redis
  elif has dnf; then install 'dnf install -y' redis
  elif has brew; then install 'brew install' redis
  fi
  [ -z "$(missing)" ] || stop 'Install these first (src/README.md, task 0, has Redis), then run this again:' $(missing)
fi
echo "redis-server: $(redis-server --version)"
