#!/usr/bin/env bash
# The work of action.yml. Inputs come as environment variables, never as text in a script: what is in
# them cannot become a command. K8S_AUDIT is the program to run: an executable, or a script for Node. It writes the outputs
# `findings` and `high` itself.
set -u

lines() {
  local line
  while IFS= read -r line; do
    if [[ $line ]]; then printf '%s\0' "$line"; fi
  done <<<"$1"
}

# Ends the job for an input with which nothing would be checked, or less than is meant.
refuse() {
  echo "::error title=k8s-audit::$1"
  if [[ ${GITHUB_OUTPUT:-} ]]; then echo "exit-code=2" >>"$GITHUB_OUTPUT"; fi
  exit 2
}

# GitHub starts an action without the inputs that it requires, too.
[[ ${INPUT_PATHS:-} =~ [^[:space:]] ]] || refuse "the input paths is empty"
case ${INPUT_STRICT:-} in
  true | false | '') ;;
  *) refuse "the input strict is true or false" ;;
esac

args=(scan --output github=-)
[[ ${INPUT_FAIL_ON:-} ]] && args+=(--fail-on "$INPUT_FAIL_ON")
[[ ${INPUT_MAX_FINDINGS:-} ]] && args+=(--max-findings "$INPUT_MAX_FINDINGS")
[[ ${INPUT_BASELINE:-} ]] && args+=(--baseline "$INPUT_BASELINE")
[[ ${INPUT_SARIF:-} ]] && args+=(--output "sarif=$INPUT_SARIF")
[[ ${INPUT_HTML:-} ]] && args+=(--output "html=$INPUT_HTML")
[[ ${INPUT_JUNIT:-} ]] && args+=(--output "junit=$INPUT_JUNIT")
[[ ${INPUT_STRICT:-} == true ]] && args+=(--strict)
while IFS= read -r -d '' rules; do args+=(--rules "$rules"); done < <(lines "${INPUT_RULES:-}")
while IFS= read -r -d '' arg; do args+=("$arg"); done < <(lines "${INPUT_ARGS:-}")
args+=(--)
while IFS= read -r -d '' path; do args+=("$path"); done < <(lines "${INPUT_PATHS:-}")

case $K8S_AUDIT in
  *.js) node "$K8S_AUDIT" "${args[@]}" ;;
  *) "$K8S_AUDIT" "${args[@]}" ;;
esac
code=$?
if [[ ${GITHUB_OUTPUT:-} ]]; then echo "exit-code=$code" >>"$GITHUB_OUTPUT"; fi
exit "$code"
