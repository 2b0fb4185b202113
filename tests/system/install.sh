#!/bin/sh
# Install the Debian packages that the system tests need: each a command, and the package it is in.
set -eu

missing=""
for pair in Rscript:r-base-core rsync:rsync cc:gcc ssh-keygen:openssh-client chromium:chromium; do
    command -v "${pair%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
[ -e /usr/include/stdlib.h ] || missing="$missing libc6-dev"
[ -d /usr/share/fonts/truetype/dejavu ] || missing="$missing fonts-dejavu-core"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "missing for the system tests: apt-get install$missing (as root)" >&2
    exit 1
fi

export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of packages
if ! { apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing; } >/dev/null 2>&1; then
    echo "apt-get could not install them: run apt-get install$missing to see why" >&2
    exit 1
fi
