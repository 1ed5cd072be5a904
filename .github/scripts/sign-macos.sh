#!/usr/bin/env bash
# Signs build/k8s-audit with a developer's certificate and has Apple check it (notarization), so that Gatekeeper
# starts a downloaded executable. Needs macOS and, from the environment: CERTIFICATE (PKCS #12, base64),
# CERTIFICATE_PASSWORD, IDENTITY ("Developer ID Application: …"), APPLE_ID, APPLE_TEAM, APPLE_PASSWORD (of the app).
set -euo pipefail
cd "$(dirname "$0")/../.."

keychain="$RUNNER_TEMP/signing.keychain-db"
certificate="$RUNNER_TEMP/certificate.p12"
password=$(openssl rand -hex 24)
trap 'security delete-keychain "$keychain" 2>/dev/null || true; rm -f "$certificate" build/notarize.zip' EXIT

base64 --decode <<<"$CERTIFICATE" >"$certificate"
security create-keychain -p "$password" "$keychain"
security unlock-keychain -p "$password" "$keychain"
security import "$certificate" -k "$keychain" -P "$CERTIFICATE_PASSWORD" -T /usr/bin/codesign
security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null

# The hardened runtime forbids code made at run time, which is what V8 does: entitlements.plist asks for it.
codesign --force --sign "$IDENTITY" --keychain "$keychain" --options runtime --timestamp \
  --entitlements .github/scripts/entitlements.plist build/k8s-audit
codesign --verify --strict build/k8s-audit
build/k8s-audit --version

# A bare executable cannot carry Apple's answer; Gatekeeper asks for it by the signature.
ditto -c -k build/k8s-audit build/notarize.zip
xcrun notarytool submit build/notarize.zip --wait \
  --apple-id "$APPLE_ID" --team-id "$APPLE_TEAM" --password "$APPLE_PASSWORD"
