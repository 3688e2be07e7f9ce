#!/usr/bin/env bash
# Plays drills: runbooks/drill.sh --help. Needs Maven and a JDK 25; builds what is missing or stale.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
stamp="$here/drills/target/classpath.txt"

# A JDK 25 may be JAVA_HOME, the java on PATH, or any that is installed where JDKs usually are.
find_java() {
  local candidate
  for candidate in "${JAVA_HOME:-}/bin/java" "${JAVA25_HOME:-}/bin/java" "$(command -v java || true)" \
    /usr/lib/jvm/*/bin/java /opt/java/*/bin/java "$HOME"/.sdkman/candidates/java/*/bin/java \
    "$HOME"/.jdks/*/bin/java /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java; do
    if [ -x "$candidate" ] && "$candidate" -version 2>&1 | grep -q 'version "25'; then
      echo "$candidate"
      return
    fi
  done
  echo "drill.sh: needs a JDK 25: install one (https://adoptium.net/temurin/releases/?version=25) or set JAVA_HOME to it" >&2
  exit 2
}

stale() {
  [ ! -f "$stamp" ] ||
    [ -n "$(find "$root/pom.xml" "$root"/inference/{pom.xml,src/main} "$root"/scaler-lambda/{pom.xml,src/main} \
      "$here"/drills/{pom.xml,src/main} -newer "$stamp" -print -quit)" ]
}

build() {
  command -v mvn > /dev/null || { echo "drill.sh: needs Maven (https://maven.apache.org/install.html)" >&2; exit 2; }
  echo "drill.sh: compiling, this once ..." >&2
  local log
  log=$(mktemp)
  if ! (cd "$root" && mvn -B -ntp -q -DskipTests -Djacoco.skip -pl runbooks/drills -am process-classes \
    dependency:build-classpath -Dmdep.outputFile=target/classpath.txt) > "$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
  fi
  rm -f "$log"
  touch "$stamp"
}

java=$(find_java)
if stale; then build; fi
exec "$java" -Dlockstep.runbooks="$here" --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC \
  -cp "$here/drills/target/classes:$(cat "$stamp")" dev.lockstep.drills.cli.DrillCommand "$@"
