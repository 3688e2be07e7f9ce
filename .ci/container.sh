#!/usr/bin/env bash
# Builds the images on bases made here, and runs them as their task definition does.
# usage, from the repository root and after mvn verify: bash .ci/container.sh HOME_OF_A_JDK_25
# Installs podman and what it needs. Nothing is pulled: the bases are Debian's packages and the JDK of this machine.
set -euo pipefail

jdk=${1:?the home of a JDK 25}
port=18080
base=localhost/lockstep-base
jdk_image=localhost/lockstep-jdk
service=localhost/lockstep-inference:cpu
function=localhost/lockstep-scaler:ci
work=$(mktemp -d)

fail() { echo "container.sh: $*" >&2; exit 1; }
ok() { echo "ok    $1 ($((SECONDS - since)) s)"; since=$SECONDS; }
since=$SECONDS

for file in inference/target/inference.jar scaler-lambda/target/scaler-lambda.jar; do
  [ -s "$file" ] || fail "$file is missing: run mvn verify first"
done
missing=()
for tool in podman runc mmdebstrap node curl; do command -v "$tool" > /dev/null || missing+=("$tool"); done
if [ "${#missing[@]}" -gt 0 ]; then
  apt-get update -qq && apt-get install -y -qq podman runc mmdebstrap nodejs curl > /dev/null || fail "cannot install ${missing[*]}"
fi

end() {
  podman ps -aq --filter label=lockstep=ci | xargs -r podman rm -f -t 0 > /dev/null 2>&1 || true
  podman rmi -f "$service" "$function" > /dev/null 2>&1 || true
  rm -rf "$work"
}
trap end EXIT

build() { podman build --isolation chroot --format docker --build-arg BASE=$base --build-arg JDK=$jdk_image "$@" > "$work/build" 2>&1 || { cat "$work/build"; return 1; }; }

# As the task definition has it (infra/service.tf): nothing is writable but /tmp, and nothing in it can be executed.
common=(--network host --ulimit nofile=20000:20000 --ulimit nproc=4096:4096 --label lockstep=ci --health-interval=disable
  --cap-drop all --security-opt no-new-privileges --read-only --read-only-tmpfs=false)
terms=("${common[@]}" --tmpfs /tmp:rw,noexec,nosuid,nodev,size=16m)
# Without systemd podman has no timer for the health check, says so at error level, and goes on; the check is run by hand below.
start() { podman --log-level fatal --runtime runc run --detach "${terms[@]}" -e MICRONAUT_SERVER_PORT=$port "$@" > "$work/id"; }
healthy() { [ "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:$port/healthz)" = 200 ]; }
ended() { podman --log-level fatal rm -f -t 0 "$1" > /dev/null; }

# Milliseconds from the engine's start of a container until it is ready; its name is $1.
ready_after() {
  local begin
  begin=$(date +%s%3N)
  start --name "$@"
  until healthy; do
    [ "$(podman inspect -f '{{.State.Running}}' "$1")" = true ] || { podman logs "$1" >&2; fail "$1 ended before it was ready"; }
    [ $(($(date +%s%3N) - begin)) -lt 60000 ] || { podman logs "$1" >&2; fail "$1 is not ready after a minute"; }
    sleep 0.02
  done
  echo $(($(date +%s%3N) - begin))
}

# ---- bases -----------------------------------------------------------------------------------------

if ! podman image exists $base; then
  # shellcheck disable=SC1091
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mmdebstrap --quiet --variant=essential --include=libstdc++6 "$suite" | podman import -q - $base > /dev/null
fi
# Without links: Debian keeps the certificates elsewhere.
mkdir "$work/jdk" && tar -C "$jdk" --dereference -cf - . | tar -C "$work/jdk" -xf -
printf 'FROM %s\nCOPY . /opt/java/openjdk\nENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:$PATH\n' $base > "$work/jdk.txt"
podman build -q --isolation chroot --format docker -f "$work/jdk.txt" -t $jdk_image "$work/jdk" > /dev/null
ok "bases of Debian's packages and the JDK of this machine"

# ---- the service -----------------------------------------------------------------------------------

if build --build-arg PROVIDER=cuda -t $service inference; then fail "an image for CUDA is built from a jar without it"; fi
grep -q 'inference.jar has no CUDA in it: build it with mvn -Pcuda' "$work/build" || { cat "$work/build"; fail "that is not said"; }
ok "a jar without CUDA makes no image for CUDA"

build --build-arg PROVIDER=cpu -t $service inference
ok "the service's image, its cache trained by a real start and real requests"

[ "$(podman inspect -f '{{.Config.User}}' $service)" = 10001:10001 ] || fail "the user is not 10001:10001"
podman inspect -f '{{json .Config.ExposedPorts}}' $service | grep -q '"8080/tcp"' || fail "port 8080 is not exposed"
podman inspect -f '{{json .Config.Entrypoint}}' $service | grep -q '^\["/opt/jre/bin/java",' || fail "the entry point is not java itself"
echo "the service's image has $(($(podman inspect -f '{{.Size}}' $service) / 1000000)) MB, $(($(podman inspect -f '{{.Size}}' $base) / 1000000)) of them the base"

# With AOTMode=on a JVM that cannot use its cache refuses to start.
with=$(ready_after with-cache -e LOCKSTEP_ANONYMOUS=true -e JAVA_TOOL_OPTIONS=-XX:AOTMode=on $service)
ended with-cache
without=$(ready_after without-cache -e LOCKSTEP_ANONYMOUS=true -e JAVA_TOOL_OPTIONS=-XX:AOTMode=off $service)
ended without-cache
echo "ready after $with ms with its cache and $without ms without"
[ "$with" -lt "$without" ] || fail "the cache saves nothing"
ok "the cache is used, on a read-only root"

ready_after inference -e LOCKSTEP_API_KEYS=a-key $service > /dev/null
[ "$(podman top inference user | tail -n 1)" = 10001 ] || fail "it does not run as 10001"
[ "$(podman top inference pid comm | tail -n 1 | tr -s ' ')" = "1 java" ] || fail "java is not process 1"
if podman exec inference sh -c 'echo > /opt/lockstep/x' 2> /dev/null; then fail "the root can be written to"; fi
podman healthcheck run inference > "$work/health" || { cat "$work/health"; fail "the health check fails"; }
status=$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:$port/v1/models)
[ "$status" = 401 ] || fail "without a key the answer is $status"
embedding=$(curl -s http://127.0.0.1:$port/v1/embeddings -H 'Authorization: Bearer a-key' -H 'Content-Type: application/json' \
  -d '{"model":"all-MiniLM-L6-v2","input":"hello"}')
[[ $embedding == *'"embedding":[-0.06'* ]] || fail "no embedding: ${embedding:0:200}"
podman exec inference sh -c 'ls /licenses /licenses/sbom' > "$work/licenses"
for name in THIRD-PARTY.txt application.cdx.json jdk; do grep -qx $name "$work/licenses" || fail "/licenses has no $name"; done
podman --log-level fatal stop -t 60 inference > /dev/null
ended inference
start --name keyless $service
[ "$(podman wait keyless)" = 2 ] || fail "it starts without keys"
ended keyless
ok "user, root, health, keys, a real embedding, licences"

ready_after loaded -e LOCKSTEP_ANONYMOUS=true $service > /dev/null
node .ci/drain.mjs $port 32 "$(podman inspect -f '{{.State.Pid}}' loaded)"
code=$(podman wait loaded)
[ "$code" = 143 ] || fail "it ended with $code, not with SIGTERM's 143"
if podman healthcheck run loaded > /dev/null 2>&1; then fail "a server that has ended is healthy"; fi
ended loaded
ok "SIGTERM under load loses nothing"

# ---- the function ----------------------------------------------------------------------------------

build -t $function scaler-lambda
echo "the function's image has $(($(podman inspect -f '{{.Size}}' $function) / 1000000)) MB"
# As in Lambda: nothing is writable but /tmp, where its runtime client unpacks a library.
cat > "$work/function" <<RUN
#!/bin/sh
export HOME=/root
exec podman --log-level fatal --runtime runc run --rm --env-host ${common[*]} --tmpfs /tmp:rw,exec,size=64m $function
RUN
chmod +x "$work/function"
# The tests of the packaged function, with the image in its place, and the cache in use.
JAVA_HOME=$jdk mvn -B -ntp -q -pl scaler-lambda -Dlockstep.lambda.command="$work/function" -Dlockstep.lambda.options=-XX:AOTMode=on \
  failsafe:integration-test failsafe:verify > "$work/its" 2>&1 || { tail -n 60 "$work/its"; fail "the function's tests fail in its image"; }
ok "the function's image passes the tests of the packaged function"
