#!/bin/sh
# Makes the virtual environment $1 from the hash-pinned file $2. One line with the remedy where it cannot.
set -eu
venv=$1
pins=$2
cd "$(dirname "$0")/.."

python=""
for candidate in "${PYTHON:-}" python3.13 python3.12 python3.14 python3 python; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "setup: needs Python 3.12 or newer: install it, or name it: make PYTHON=/path/to/python3.12 setup" >&2
    exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    echo "setup: this Python has no venv module: install it (Debian, Ubuntu: apt install python3-venv) and try again" >&2
    exit 1
fi
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi
echo "setup: installing into $venv (once; about a minute)" >&2
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$pins" 2>"$venv/setup.log" || {
    grep -E 'ERROR|error' "$venv/setup.log" >&2 || cat "$venv/setup.log" >&2
    echo "setup: pip could not install $pins (see above); is the network reachable?" >&2
    exit 1
}
