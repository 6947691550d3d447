#!/usr/bin/env bash
# shellcheck disable=SC2016  # conditions and stubs are expanded later, on purpose
# What ./dev says and does about Debian packages, against a pretended system: `dpkg-query`, `apt-get`, `id` and `sudo` are
# stubs in the only folder of the PATH besides a few tools, and what they were asked is in the file `calls`.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

# A system in which the packages of the file `installed` are there, and the user has the number $1.
pretend() {
  rm -rf "${work:?}/bin" "$work/calls"
  mkdir "$work/bin"
  : >"$work/calls"
  local tool
  for tool in bash cat dirname env grep mkdir nproc sed sort; do ln -s "$(type -P "$tool")" "$work/bin/$tool"; done
  cat >"$work/bin/dpkg-query" <<'STUB'
#!/usr/bin/env bash
# Called as: dpkg-query -W -f=FORMAT PATTERN…
shift 2
while read -r package; do
  for pattern in "$@"; do
    # shellcheck disable=SC2053  # a pattern, as dpkg-query takes it
    if [[ $package == $pattern ]]; then echo "installed $package"; fi
  done
done <"$WORK/installed"
STUB
  printf '#!/usr/bin/env bash\necho "apt-get $*" >>"$WORK/calls"\n' >"$work/bin/apt-get"
  printf '#!/usr/bin/env bash\necho %s\n' "$1" >"$work/bin/id"
  chmod +x "$work"/bin/*
}

with_sudo() {
  printf '#!/usr/bin/env bash\necho "sudo $*" >>"$WORK/calls"\n' >"$work/bin/sudo"
  chmod +x "$work/bin/sudo"
}

# Runs need_packages for list run.txt; its exit code is in $status, all that it says in $said.
need_run() {
  status=0
  said=$(env -i WORK="$work" PATH="$work/bin" HOME="$work" bash -c \
    'source "$1/tools/dev/lib/common.sh"; source "$1/tools/dev/lib/packages.sh"; need_packages run' \
    bash "$root" 2>&1) || status=$?
}

all_of_run() { sed -n 's/^\([a-z][^ ]*\) .*/\1/p' "$root/tools/packages/run.txt"; }

expect() {
  if ! eval "$2"; then
    echo "FAILED: $1" >&2
    printf '  exit code %s; said:\n%s\n  calls:\n%s\n' "$status" "$said" "$(<"$work/calls")" >&2
    failed=1
  fi
}

pretend 1000
all_of_run >"$work/installed"
need_run
expect "with everything installed, nothing is said or called" '[[ $status -eq 0 && -z $said && ! -s $work/calls ]]'

pretend 1000
all_of_run | grep -vx -e cmake -e libssl-dev >"$work/installed"
need_run
expect "without root and sudo it fails" '[[ $status -ne 0 ]]'
expect "and says the line for an administrator, with what is missing and nothing else" \
  '[[ $said == *"apt-get update && apt-get install --yes --no-install-recommends cmake libssl-dev" ]]'
expect "and says why each package is needed" '[[ $said == *"libssl-dev "*"OpenSSL 3"* ]]'
expect "and calls nothing" '[[ ! -s $work/calls ]]'

pretend 1000
with_sudo
need_run
expect "with sudo it installs exactly what is missing" \
  '[[ $status -eq 0 && $(<"$work/calls") == "sudo "*"/tools/dev/install-as-root cmake libssl-dev" ]]'

pretend 1000
with_sudo
{ all_of_run | grep -vx libboost1.81-dev; echo libboost1.74-dev; } >"$work/installed"
need_run
expect "another Boost is refused by name, before anything is installed" \
  '[[ $status -ne 0 && $said == *"libboost1.74-dev"* && ! -s $work/calls ]]'

pretend 1000
with_sudo
{ all_of_run; echo libboost1.74; } >"$work/installed"
need_run
expect "Boost libraries of another version, without headers, don't matter" '[[ $status -eq 0 && ! -s $work/calls ]]'

pretend 1000
rm "$work/bin/dpkg-query"
need_run
expect "on another system than Debian it says where the list is" \
  '[[ $status -ne 0 && $said == *"not a Debian system"*"tools/packages"* ]]'

if [[ $failed -eq 0 ]]; then echo "./dev asks for packages as it should"; fi
exit "$failed"
