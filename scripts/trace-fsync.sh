#!/usr/bin/env bash
# Shows by a system-call trace that a ballot is on disk before its voter is told that it counts.
# Linux only; needs strace, which root gets installed. Ends with 0 when the order holds, 1 when it doesn't, 2 when it can't look.
set -eu
cd "$(dirname "$0")/.."

if [ "$(uname -s)" != Linux ]; then
  echo 'System calls are traced with strace, which runs on Linux only.' >&2
  exit 2
fi
if ! command -v strace >/dev/null; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo 'strace is missing. Install it (Debian: apt-get install strace) and run this again.' >&2
    exit 2
  fi
  echo 'Installing strace.' >&2
  (apt-get install -y -q strace || { apt-get update -q && apt-get install -y -q strace; }) >&2
fi
if [ ! -x node_modules/node/bin/node ]; then
  echo 'The packages are missing. Run npm ci first.' >&2
  exit 2
fi
exec node_modules/node/bin/node scripts/lib/trace-fsync.mjs
