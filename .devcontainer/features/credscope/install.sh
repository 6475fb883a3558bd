#!/bin/sh
# Installs credscope, its manual page and completions from a release archive whose
# checksum is known, below PREFIX (default /usr/local).
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
prefix=${PREFIX:-/usr/local}
install -D -m 755 "$dir/credscope" "$prefix/bin/credscope"
install -D -m 644 "$dir/share/credscope.1.gz" "$prefix/share/man/man1/credscope.1.gz"
install -D -m 644 "$dir/share/credscope.bash" "$prefix/share/bash-completion/completions/credscope"
install -D -m 644 "$dir/share/credscope.zsh" "$prefix/share/zsh/site-functions/_credscope"
install -D -m 644 "$dir/share/credscope.fish" "$prefix/share/fish/vendor_completions.d/credscope.fish"
