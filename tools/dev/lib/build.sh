# shellcheck shell=bash
# Configures and builds a preset's tree.

# configure PRESET [CMAKE ARGUMENT…]. Always, which takes under a second: what is built depends on the packages found.
configure() {
  local preset=$1
  shift
  cmake --preset "$preset" "$@" >"$BUILD/$preset.configure.log" 2>&1 || {
    cat "$BUILD/$preset.configure.log" >&2
    die "the preset $preset can't be configured"
  }
}

# build PRESET [TARGET…]
build() {
  local preset=$1
  shift
  say "building $preset${*:+: $*}"
  local named=()
  if [[ $# -gt 0 ]]; then named=(--target "$@"); fi
  cmake --build "$BUILD/$preset" "${named[@]}" || die "the build of $preset failed"
}
