# Read by run.sh and setup.sh: what the course needs of the machine. Ends them with one line where Node is too old.
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
