#!/usr/bin/env bash
# Finds the program that action.yml runs: the executable of the release that the action is used at, checked against
# the release's SHA256SUMS, or else a build from source. Writes `program=PATH` to GITHUB_OUTPUT.
# ACTION_PATH is the action's folder, ACTION_REF the tag it is used at, RELEASES where releases are downloaded from.
set -u

found() {
  echo "program=$1" >>"$GITHUB_OUTPUT"
  exit 0
}

# A build that is there, as in a job of this repository.
if [[ -d $ACTION_PATH/dist/program ]]; then found "$ACTION_PATH/bin/k8s-audit.js"; fi

platform() {
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) echo linux-x64 ;;
    Linux-aarch64) echo linux-arm64 ;;
    Darwin-x86_64) echo darwin-x64 ;;
    Darwin-arm64) echo darwin-arm64 ;;
    MINGW*-x86_64 | MSYS*-x86_64) echo win32-x64 ;;
    *) return 1 ;;
  esac
}

sum() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

# Prints the path of the executable; fails when the release has none for this machine, or another one than it says.
released() {
  local version folder platform archive wanted program=k8s-audit
  [[ ${ACTION_REF:-} =~ ^v([0-9]+\.[0-9]+\.[0-9]+)$ ]] || return 1
  version=${BASH_REMATCH[1]}
  platform=$(platform) || return 1
  archive="k8s-audit-$version-$platform.tar.gz"
  if [[ $platform == win32-* ]]; then
    archive="k8s-audit-$version-$platform.zip"
    program=k8s-audit.exe
  fi
  folder="$RUNNER_TEMP/k8s-audit-$version"
  mkdir -p "$folder" || return 1
  local fetch=(curl --fail --silent --show-error --location --retry 2 --max-time 120)
  "${fetch[@]}" --output "$folder/SHA256SUMS" "$RELEASES/$ACTION_REF/SHA256SUMS" || return 1
  wanted=$(awk -v name="$archive" '$2 == name { print $1 }' "$folder/SHA256SUMS")
  [[ $wanted =~ ^[0-9a-f]{64}$ ]] || return 1
  "${fetch[@]}" --output "$folder/$archive" "$RELEASES/$ACTION_REF/$archive" || return 1
  if [[ $(sum "$folder/$archive") != "$wanted" ]]; then
    echo "::error title=k8s-audit::$archive is not what SHA256SUMS of the release says" >&2
    return 2
  fi
  case $archive in
    *.zip) unzip -q -o "$folder/$archive" -d "$folder" ;;
    *) tar -xzf "$folder/$archive" -C "$folder" ;;
  esac && chmod +x "$folder/$program" || return 1
  echo "$folder/$program"
}

program=$(released 2>"$RUNNER_TEMP/k8s-audit-release.log")
case $? in
  0) found "$program" ;;
  # What was changed on its way must not be covered up by a build.
  2)
    cat "$RUNNER_TEMP/k8s-audit-release.log" >&2
    exit 1
    ;;
esac
echo 'k8s-audit: no released executable for this tag and machine, so it is built from source'
cd "$ACTION_PATH" && npm ci && found "$ACTION_PATH/bin/k8s-audit.js"
exit 1
