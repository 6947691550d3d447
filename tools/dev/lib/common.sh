# shellcheck shell=bash
# Sourced by every command: strict mode, the root of the tree, and how to speak.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
BUILD=$ROOT/build
# shellcheck disable=SC2034  # for the files that source this one
JOBS=$(nproc)
cd "$ROOT"
mkdir -p "$BUILD"

# A step that people see while it runs.
say() { printf '== %s\n' "$*" >&2; }

# Ends the command with a sentence that says why.
die() {
  printf './dev: %s\n' "$*" >&2
  exit 1
}
