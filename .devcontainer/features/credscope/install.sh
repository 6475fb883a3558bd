#!/bin/sh
# Installs credscope from a release archive whose checksum is known.
set -eu
: "${ARCHIVE:?set the option archive to the URL of a release archive}"
: "${SHA256:?set the option sha256 to its line in SHA256SUMS}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
if command -v curl >/dev/null; then
	curl -fsSL -o "$dir/archive" "$ARCHIVE"
else
	wget -qO "$dir/archive" "$ARCHIVE"
fi
echo "$SHA256  $dir/archive" | sha256sum -c - >/dev/null
tar -xzf "$dir/archive" -C "$dir"
install -m 755 "$dir/credscope" /usr/local/bin/credscope
