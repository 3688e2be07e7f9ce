#!/usr/bin/env bash
# Checks infra/ with no AWS account and no provider registry.
# usage, from the repository root: bash .ci/terraform.sh [--mutants]
#   --mutants   also break the module once for each assertion and see that the tests notice (minutes)
# Needs terraform, Node 20+ with npm, and ../shared/tools/offline-aws-provider beside the repository.
# Works on a copy: nothing in infra/ is written.
set -uo pipefail

fail() { echo "terraform.sh: $*" >&2; exit 2; }
[ -d infra ] || fail "infra/ is not here; run me from the repository's root"
root=$PWD
provider=$root/../shared/tools/offline-aws-provider
command -v terraform > /dev/null || fail "terraform is not on the PATH; install 1.11 or newer (https://developer.hashicorp.com/terraform/install)"
command -v node > /dev/null && command -v npm > /dev/null || fail "node and npm are not on the PATH; install Node.js 20 or newer"
[ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || fail "Node.js $(node --version) is too old; install 20 or newer"
[ -x "$provider/setup.sh" ] || fail "../shared/tools/offline-aws-provider is missing (looked in $(dirname "$root")/shared/tools); without it terraform would need the provider registry and AWS credentials"

work=$(mktemp -d "${TMPDIR:-/tmp}/lockstep-terraform.XXXXXX")
trap 'rm -rf "$work"' EXIT
export CHECKPOINT_DISABLE=1 TF_IN_AUTOMATION=1 TF_INPUT=0
passed=0
failed=0

# step NAME COMMAND...   runs it quietly; shows what it printed when it fails
step() {
  local name=$1 started=$SECONDS
  shift
  if "$@" > "$work/log" 2>&1; then
    passed=$((passed + 1)); echo "ok    $name ($((SECONDS - started)) s)"
  else
    failed=$((failed + 1)); echo "FAIL  $name"; sed 's/^/      /' "$work/log"
  fi
}

# counted NAME COMMAND...   runs a tool that ends with a line of its own counts, and adds them up
counted() {
  local name=$1 started=$SECONDS line good bad status
  shift
  "$@" > "$work/log" 2>&1; status=$?
  line=$(grep -Eo '[0-9]+ passed, [0-9]+ failed' "$work/log" | tail -1)
  good=${line%% *}; bad=${line#*, }; bad=${bad%% *}
  if [ -z "$line" ] || { [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; }; then good=${good:-0}; bad=$((${bad:-0} + 1)); fi
  passed=$((passed + good)); failed=$((failed + bad))
  if [ "$bad" -eq 0 ]; then
    grep -E '^skip ' "$work/log"
    echo "ok    $name: $good ($((SECONDS - started)) s)"
  else
    echo "FAIL  $name"; grep -vE '^ok |\.\.\. (pass|in progress|tearing down)$' "$work/log" | sed 's/^/      /'
  fi
}

echo "setting up the offline AWS provider"
"$provider/setup.sh" "$work/provider" > "$work/setup" 2> "$work/log" || { cat "$work/log" >&2; fail "the offline AWS provider could not be set up (it fetches one npm package)"; }
eval "$(cat "$work/setup")"

cp -r infra "$work/infra"
rm -rf "$work/infra/.terraform" "$work/infra/.terraform.lock.hcl" "$work/infra/terraform.tfvars" "$work"/infra/*.tfstate*
tf() { terraform -chdir="$work/infra" "$@"; }

step 'terraform fmt -check -recursive' tf fmt -check -recursive
step 'terraform init' tf init -backend=false -no-color
step 'terraform validate' tf validate -no-color
counted 'terraform test' tf test -no-color

# The example configuration in three shapes: planned, then applied to the stand-in, which knows no
# AWS but renders every document; a second plan must find nothing left to do.
shapes=()
for variables in "$work"/infra/tests/variants/*.tfvars; do
  shape=$(basename "$variables" .tfvars)
  with=(-no-color -var-file=terraform.tfvars.example "-var-file=$variables" -var scaler_jar=tests/fixtures/scaler.jar "-state=$work/$shape.tfstate")
  step "plan $shape" tf plan "${with[@]}"
  step "apply $shape to the stand-in" tf apply -auto-approve "${with[@]}"
  step "plan $shape again: nothing left" tf plan -detailed-exitcode "${with[@]}"
  tf show -json "$work/$shape.tfstate" > "$work/$shape.json" 2> /dev/null
  shapes+=("$work/$shape.json")
done
counted 'rendered documents' node infra/tests/check.mjs rendered "${shapes[@]}"
counted 'sources, contracts and documents' node infra/tests/check.mjs sources "$root/infra"
if command -v shellcheck > /dev/null; then step 'shellcheck' shellcheck .ci/terraform.sh; fi
if [ "${1:-}" = --mutants ]; then node infra/tests/mutants.mjs "$work/infra" | tee "$work/mutants"; line=$(tail -1 "$work/mutants"); passed=$((passed + ${line%% *})); bad=${line#*, }; failed=$((failed + ${bad%% *})); fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
