#!/bin/sh
# Install the Debian packages that the system tests need: R.
set -eu

command -v Rscript >/dev/null 2>&1 && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Rscript is missing: install Debian's r-base-core (apt-get install r-base-core, as root)" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends r-base-core; } >/dev/null 2>&1; then
    echo "apt-get could not install r-base-core: run apt-get install r-base-core to see why" >&2
    exit 1
fi
command -v Rscript >/dev/null 2>&1 || { echo "r-base-core is installed, but Rscript is not on PATH" >&2; exit 1; }
