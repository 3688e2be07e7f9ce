#!/usr/bin/env bash
# Starts the live stack, uses its page in Chromium (.ci/page.mjs), hangs browsers on it that never read, ends it with Ctrl-C and
# looks for what it left behind. `.ci/page.sh screenshots` makes runbooks/live-light.png and live-dark.png on the way.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
port=8090
page_port=8091
work=$(mktemp -d)
stack=""
clients=()

leave() {
  for pid in "${clients[@]}"; do kill -CONT "$pid" 2> /dev/null && kill "$pid" 2> /dev/null || true; done
  if [ -n "$stack" ]; then kill -KILL "$stack" 2> /dev/null || true; fi
  rm -rf "$work"
}
trap leave EXIT

ensure() { command -v "$1" > /dev/null || { apt-get update -qq && apt-get install -y -qq "$2" > /dev/null; }; }
ensure node nodejs
ensure npm npm
ensure chromium chromium
ensure curl curl
ensure ss iproute2

port_free() { ! ss -ltn | grep -q ":$1 "; }
port_free $port && port_free $page_port || { echo "port $port or $page_port is in use"; exit 1; }

mkdir "$work/browser"
(cd "$work/browser" && echo '{"private":true}' > package.json &&
  npm install --silent --no-audit --no-fund playwright-core@1.64.1 axe-core@4.11.0)

# Twelve requests a second and no surge of its own: surges are the page's.
{ echo "second,requests"; for second in $(seq 0 899); do echo "$second,12"; done; } > "$work/quiet.csv"

"$root/runbooks/drill.sh" list > /dev/null
# With job control, and the signal's default, or the stack would ignore the interrupt that a terminal sends.
set -m
env --default-signal=INT "$root/runbooks/drill.sh" up --port $port --page-port $page_port --trace "$work/quiet.csv" > "$work/stack" 2>&1 &
stack=$!
set +m
for _ in $(seq 1 120); do grep -q 'Watch it' "$work/stack" && break; sleep 0.5; done
grep -q "Watch it, and break it: http://localhost:$page_port/" "$work/stack" || { cat "$work/stack"; exit 1; }

# Browsers that take everything, and some that stop reading.
for _ in $(seq 1 20); do
  curl -sN "http://localhost:$page_port/events" > /dev/null &
  clients+=($!)
done
for pid in "${clients[@]:0:5}"; do kill -STOP "$pid"; done

threads() { find "/proc/$stack/task" -maxdepth 1 -mindepth 1 2> /dev/null | wc -l; }

pictures=()
[ "${1:-}" = screenshots ] && pictures=("$work")
node "$root/.ci/page.mjs" "http://localhost:$page_port/" "$work/browser" "${pictures[@]}" || { cat "$work/stack"; exit 1; }

echo "$(threads) threads at the end"

# Ctrl-C, with those browsers still there.
kill -INT "$stack"
for _ in $(seq 1 40); do kill -0 "$stack" 2> /dev/null || break; sleep 0.5; done
! kill -0 "$stack" 2> /dev/null || { echo "still running 20 s after Ctrl-C"; exit 1; }
wait "$stack" && code=0 || code=$?
stack=""
tail -n 16 "$work/stack"
grep -q 'problems   0' "$work/stack" || { cat "$work/stack"; exit 1; }
port_free $port && port_free $page_port || { echo "a port is still in use"; exit 1; }
echo "ended by Ctrl-C with code $code and left nothing behind"

if [ "${1:-}" = screenshots ]; then
  ensure pngquant pngquant
  for scheme in light dark; do
    pngquant --force --quality 70-95 --strip --output "$root/runbooks/live-$scheme.png" "$work/live-$scheme.png"
  done
  ls -l "$root"/runbooks/live-*.png
fi
