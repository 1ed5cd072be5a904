#!/usr/bin/env bash
# Builds Alertmanager, promtool and a small OpenTelemetry Collector from their Go modules, for the tests of sinks against them.
# usage: test/sinks/build.sh [DIR]    DIR: where they are kept (default: ~/.cache/k8s-audit/sinks)
# Needs Go 1.26 and about 4 GB of disk; takes a quarter of an hour on two cores. What is built already stays.
set -euo pipefail

ALERTMANAGER=v0.34.1
PROMETHEUS=v0.316.0
COLLECTOR=v0.165.0
CONFMAP=v1.71.0

here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-${K8S_AUDIT_SINKS:-${XDG_CACHE_HOME:-$HOME/.cache}/k8s-audit/sinks}}
mkdir -p "$dir/bin"
cd "$dir"
# One package at a time leaves a core to others.
export GOFLAGS="-p=1 -buildvcs=false -mod=mod" CGO_ENABLED=0

# module NAME: an empty module around a program, so that versions do not mix
module() {
  rm -rf "src/$1"
  mkdir -p "src/$1"
  cd "src/$1"
  go mod init "build/$1"
}

# build NAME MODULE VERSION PACKAGE
build() {
  if [ -x "bin/$1" ]; then return; fi
  (
    module "$1"
    go get "$2@$3"
    go build -ldflags "-s -w" -o "$dir/bin/$1.part" "$4"
  )
  mv "bin/$1.part" "bin/$1"
}

build alertmanager github.com/prometheus/alertmanager "$ALERTMANAGER" github.com/prometheus/alertmanager/cmd/alertmanager
build promtool github.com/prometheus/prometheus "$PROMETHEUS" github.com/prometheus/prometheus/cmd/promtool
if [ ! -x bin/otelcol ]; then
  (
    module otelcol
    cp "$here/otelcol/main.go" .
    for part in otelcol exporter/otlphttpexporter receiver/otlpreceiver; do
      go get "go.opentelemetry.io/collector/$part@$COLLECTOR"
    done
    go get "go.opentelemetry.io/collector/confmap/provider/fileprovider@$CONFMAP"
    go mod tidy
    go build -ldflags "-s -w" -o "$dir/bin/otelcol.part" .
  )
  mv bin/otelcol.part bin/otelcol
fi
ls -l bin
