#!/usr/bin/env bash
# Builds kube-apiserver, etcd and helm from their Go modules, for the tests against a real API server, and gets the
# definitions of kinds that the chart uses.
# usage: test/apiserver/build.sh [DIR]    DIR: where they are kept (default: ~/.cache/k8s-audit/apiserver)
# Needs Go 1.26 and about 12 GB of disk; takes up to an hour on two cores. What is built already stays.
set -euo pipefail

KUBERNETES=v1.36.3
ETCD=v3.7.3
HELM=v4.3.1
CERT_MANAGER=v1.21.2
PROMETHEUS_OPERATOR=v0.85.0

dir=${1:-${K8S_AUDIT_APISERVER:-${XDG_CACHE_HOME:-$HOME/.cache}/k8s-audit/apiserver}}
mkdir -p "$dir/bin"
cd "$dir"
# One package at a time leaves a core to others.
export GOFLAGS="-p=1 -buildvcs=false -mod=mod" CGO_ENABLED=0

# build NAME MODULE VERSION PACKAGE [LDFLAGS]: a module of its own around the program, so that versions do not mix
build() {
  local name=$1 module=$2 version=$3 package=$4 flags=${5:-}
  if [ -x "bin/$name-$version" ]; then return; fi
  mkdir -p "src/$name"
  (
    cd "src/$name"
    [ -f go.mod ] || go mod init "build/$name"
    if [ "$name" = kube-apiserver ]; then stage "$version"; fi
    go get "$module@$version"
    go build -ldflags "-s -w $flags" -o "$dir/bin/$name-$version.part" "$package"
  )
  mv "bin/$name-$version.part" "bin/$name-$version"
}

# The libraries that k8s.io/kubernetes keeps in its own repository are modules of their own, v0.x.y for v1.x.y.
# It asks for v0.0.0 of them, which only a replacement can give.
stage() {
  local mod staged
  mod=$(go mod download -json "k8s.io/kubernetes@$1" | sed -n 's/.*"GoMod": "\(.*\)",/\1/p')
  for staged in $(sed -n 's#^[[:space:]]*\(k8s.io/[a-z0-9-]*\) v0\.0\.0\([[:space:]].*\)\{0,1\}$#\1#p' "$mod" | sort -u); do
    go mod edit -replace "$staged=$staged@v0${1#v1}"
  done
}

build etcd go.etcd.io/etcd/server/v3 "$ETCD" go.etcd.io/etcd/server/v3
build helm helm.sh/helm/v4 "$HELM" helm.sh/helm/v4/cmd/helm
version=k8s.io/component-base/version
build kube-apiserver k8s.io/kubernetes "$KUBERNETES" k8s.io/kubernetes/cmd/kube-apiserver \
  "-X $version.gitVersion=$KUBERNETES -X $version.gitMajor=1 -X $version.gitMinor=36"

# crds MODULE VERSION FOLDER NAME...: definitions of kinds that a module publishes
crds() {
  local module=$1 version=$2 folder=$3 from name
  shift 3
  from=$(cd / && GOFLAGS=-mod=mod go mod download -json "$module@$version" | sed -n 's/.*"Dir": "\(.*\)",/\1/p')
  mkdir -p crds
  for name; do install -m 644 "$from/$folder/$name.yaml" crds/; done
}

crds github.com/cert-manager/cert-manager "$CERT_MANAGER" deploy/crds cert-manager.io_certificates cert-manager.io_issuers
crds github.com/prometheus-operator/prometheus-operator "$PROMETHEUS_OPERATOR" example/prometheus-operator-crd \
  monitoring.coreos.com_servicemonitors

ln -sf "etcd-$ETCD" bin/etcd
ln -sf "helm-$HELM" bin/helm
ln -sf "kube-apiserver-$KUBERNETES" bin/kube-apiserver
ls -l bin crds
