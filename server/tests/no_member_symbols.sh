#!/bin/sh
# BINARY: fails if the server holds any code of the client core, where room keys are handled.
set -eu
symbols=$(nm --demangle "$1")
if ! printf '%s' "$symbols" | grep -q 'zerofc::relay::'; then
  echo "the search itself does not work: the room of the relay is not found either"
  exit 1
fi
if printf '%s' "$symbols" | grep 'zerofc::member'; then
  echo "the server binary holds code of core/member/"
  exit 1
fi
