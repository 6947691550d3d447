# shellcheck shell=bash
# Configures and builds a preset's tree.

# configure PRESET [CMAKE ARGUMENT…], unless it is configured already; CMake itself notices changed lists later.
configure() {
  local preset=$1
  shift
  if [[ -f $BUILD/$preset/build.ninja && $# -eq 0 ]]; then return 0; fi
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
