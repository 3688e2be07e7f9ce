#!/usr/bin/env bash
# Checks infra/ with no AWS account and no provider registry.
# usage, from the repository root: bash .ci/terraform.sh
# Needs terraform, Node 20+ with npm, and ../shared/tools/offline-aws-provider beside the repository.
# Works on a copy: nothing in infra/ is written.
set -uo pipefail

fail() { echo "terraform.sh: $*" >&2; exit 2; }
[ -d infra ] || fail "infra/ is not here; run me from the repository's root"
root=$PWD
provider=$root/../shared/tools/offline-aws-provider
command -v terraform > /dev/null || fail "terraform is not on the PATH; install 1.11 or newer (https://developer.hashicorp.com/terraform/install)"
for tool in node npm; do
  command -v "$tool" > /dev/null || fail "$tool is not on the PATH; install Node.js 20 or newer"
done
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
# The README's bash blocks, in order and as printed: real Terraform, approved by itself, on the
# stand-in; what would reach AWS, a registry or the network only says that it was called.
readme() (
  mkdir -p "$work/readme/bin" "$work/readme/scaler-lambda/target"
  cp -r "$work/infra" "$work/readme/infra"
  for tool in aws docker curl mvn; do
    printf '#!/bin/sh\necho "%s $*" >> "%s/calls"\n' "$tool" "$work/readme" > "$work/readme/bin/$tool"
  done
  cp infra/tests/fixtures/scaler.jar "$work/readme/scaler-lambda/target/scaler-lambda.jar" # as mvn would
  chmod +x "$work"/readme/bin/*
  awk '/^```bash$/ { inside = 1; next } /^```$/ { inside = 0 } inside' infra/README.md > "$work/readme/script"
  cd "$work/readme/infra" && rm -f ./*.tfstate
  PATH=$work/readme/bin:$PATH TF_CLI_ARGS_apply='-auto-approve -no-color' TF_CLI_ARGS_destroy='-auto-approve -no-color' bash -euo pipefail ../script
  grep -c . ../calls && [ "$(terraform state list | wc -l)" -eq 0 ]
)
step "the README's commands, to the last destroy" readme
if command -v shellcheck > /dev/null; then step 'shellcheck' shellcheck .ci/terraform.sh; fi
counted 'assertions seen to fail, each on a broken copy' node infra/tests/mutants.mjs "$work/infra"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
