#!/usr/bin/env bash
# Plays the drill of every runbook: each claim of each page must hold. usage, from the repository's root: bash .ci/runbooks.sh
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
story=$(mktemp)
trap 'rm -f "$story"' EXIT
passed=0
failed=0

for file in runbooks/scenarios/*.yaml; do
  grep -q '^page: ' "$file" || continue
  name=$(basename "$file" .yaml)
  started=$SECONDS
  if runbooks/drill.sh run "$name" > "$story" 2>&1; then
    passed=$((passed + 1))
    echo "ok    $name: $(tail -n 1 "$story") ($((SECONDS - started)) s)"
  else
    failed=$((failed + 1))
    echo "FAIL  $name"
    grep -E '^(BROKEN|drill.sh)|claim BROKEN' "$story" | sed 's/^/      /' || tail -n 20 "$story"
  fi
done

# A drill that cannot fail is none: without its operator the first one must break, and name what.
broken=$(mktemp --suffix .yaml)
sed '/^operator:/,/^claims:/{/^claims:/!d}' runbooks/scenarios/tasks-pending.yaml > "$broken"
if runbooks/drill.sh run "$broken" > "$story" 2>&1 || ! grep -q '^BROKEN  recovers by' "$story"; then
  failed=$((failed + 1))
  echo "FAIL  without its operator tasks-pending must break"
  tail -n 20 "$story"
else
  passed=$((passed + 1))
  echo "ok    without its operator tasks-pending breaks"
fi
rm -f "$broken"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -ge 17 ]
