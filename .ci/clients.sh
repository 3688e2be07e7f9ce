#!/usr/bin/env bash
# Others' clients against the built server: OpenAI's for Node, and a browser on the API's page.
# Needs inference/target/inference.jar, node, npm and chromium. Usage: .ci/clients.sh JAVA FOLDER
set -euo pipefail

java=$1
folder=$2/clients
port=18080
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

mkdir -p "$folder"
(cd "$folder" && echo '{"private":true}' > package.json \
  && npm install --silent --no-audit --no-fund openai@7.55.0 playwright-core@1.64.1)

LOCKSTEP_API_KEYS=ci-key LOCKSTEP_BUDGET=60s MICRONAUT_SERVER_PORT=$port \
  "$java" -jar "$here/../inference/target/inference.jar" > "$folder/server" 2>&1 &
server=$!
trap 'kill $server 2> /dev/null || true' EXIT
for _ in $(seq 1 120); do
  curl -sf "http://127.0.0.1:$port/healthz" > /dev/null && break
  kill -0 $server || { cat "$folder/server"; exit 1; }
  sleep 0.5
done

node "$here/clients.mjs" "$folder" $port ci-key
node "$here/swagger.mjs" "$folder" $port
