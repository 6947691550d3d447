#!/usr/bin/env bash
# Which Node.js ./dev takes: pretended ones that only know their version.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

pretend_node() {
  mkdir -p "$1"
  printf '#!/bin/sh\necho %s\n' "$2" >"$1/node"
  chmod +x "$1/node"
}

# shellcheck disable=SC2016  # the inner shell expands these
is_taken() {
  pretend_node "$work/one" "$1"
  HOME=$work bash -c 'source "$1/tools/dev/lib/common.sh"; source "$1/tools/dev/lib/node.sh"; node_is_new_enough "$2"' \
    bash "$root" "$work/one/node"
}

for version in v22.18.0 v22.23.3 v24.0.0 v26.10.0 v31.0.0; do
  if ! is_taken "$version"; then
    echo "FAILED: $version is new enough, but was refused" >&2
    failed=1
  fi
done
for version in v18.20.4 v20.20.2 v21.7.0 v22.17.1 v23.11.0 v25.0.0 nonsense ''; do
  if is_taken "$version"; then
    echo "FAILED: \"$version\" was taken" >&2
    failed=1
  fi
done

# An old one first in the PATH must not hide a new one behind it.
pretend_node "$work/old" v20.20.2
pretend_node "$work/new" v22.20.0
# shellcheck disable=SC2016  # the inner shell expands these
chosen=$(HOME=$work PATH=$work/old:$work/new:/usr/bin:/bin bash -c \
  'source "$1/tools/dev/lib/common.sh"; source "$1/tools/dev/lib/node.sh"; need_node; echo "$NODE $(node --version)"' bash "$root")
if [[ $chosen != "$work/new/node v22.20.0" ]]; then
  echo "FAILED: took $chosen instead of the newer one behind it in the PATH" >&2
  failed=1
fi

if [[ $failed -eq 0 ]]; then echo "./dev finds the right Node.js"; fi
exit "$failed"
