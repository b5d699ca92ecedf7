#!/bin/sh
# Builds what is handed out, into dist/: sdist, wheel, SBOM and checksums. $1 is the Python of the environment. The same
# commit gives the same bytes: the archives carry the time of the commit.
set -eu
python=$1
cd "$(dirname "$0")/.."
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || echo 1767225600)
export SOURCE_DATE_EPOCH
rm -rf dist
"$python" -m hatchling build -t sdist -t wheel -d dist
"$python" -m tools.sbom requirements.txt >dist/sbom.cdx.json
(cd dist && sha256sum -- * >SHA256SUMS && cat SHA256SUMS)
