# shellcheck shell=bash
# Installs the Debian packages of tools/packages/LIST.txt that are missing, and nothing when none is.

# missing_of NAME… prints those of the names that are not installed.
missing_of() {
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' || true)
  printf '%s\n' "$@" | grep -vxF -f <(printf '%s\n' "$installed") || true
}

# Boost 1.81 and another version of its headers can't be installed together, and apt would silently remove the other.
refuse_other_boost() {
  local other
  other=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' 'libboost1.*-dev' 2>/dev/null |
    sed -n 's/^installed \(libboost1\.[0-9]*-dev\)$/\1/p' | grep -v '^libboost1\.81-dev$' || true)
  if [[ -n $other ]]; then
    die "0fc needs libboost1.81-dev, which can't be installed beside ${other//$'\n'/, }.
Remove that first if nothing else needs it:  apt-get remove ${other//$'\n'/ } libboost-dev"
  fi
}

# install_packages NAME… as root or through sudo; otherwise says the line that an administrator has to run.
install_packages() {
  local line="apt-get update && apt-get install --yes --no-install-recommends $*"
  if [[ $(id -u) -eq 0 ]]; then
    "$ROOT/tools/dev/install-as-root" "$@" || die "the packages could not be installed; as root: $line"
  elif command -v sudo >/dev/null; then
    sudo "$ROOT/tools/dev/install-as-root" "$@" || die "the packages could not be installed. As root: $line"
  else
    die "packages are missing, and this user is not root and has no sudo. An administrator has to run:
  $line"
  fi
}

# need_packages LIST… makes sure that everything in these lists is installed.
need_packages() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    die "this is not a Debian system. The packages to find elsewhere are listed in tools/packages/*.txt"
  fi
  local -A why=()
  local list name reason
  for list in "$@"; do
    while IFS='#' read -r name reason; do
      name=${name//[[:space:]]/}
      if [[ -n $name ]]; then why[$name]=${reason# }; fi
    done <"$ROOT/tools/packages/$list.txt"
  done
  # Debian's npm conflicts with the Node.js of other sources, so it comes only where there is none at all.
  if command -v npm >/dev/null; then unset 'why[npm]'; fi

  local missing
  mapfile -t missing < <(missing_of "${!why[@]}" | sort)
  if [[ ${#missing[@]} -eq 0 ]]; then return 0; fi
  if printf '%s\n' "${missing[@]}" | grep -qx 'libboost1\.81-dev'; then refuse_other_boost; fi

  say "installing ${#missing[@]} Debian packages, each with what it needs:"
  for name in "${missing[@]}"; do printf '   %-24s %s\n' "$name" "${why[$name]}" >&2; done
  install_packages "${missing[@]}"
}
