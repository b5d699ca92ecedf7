#!/bin/sh
# Trains the tagger in an environment of its own below training/data. TRAIN_PYTHON names a Python 3.11 if `python3.11` is not it.
set -eu
here=$(dirname "$0")
env="$here/data/env"
if [ ! -x "$env/bin/python" ]; then
    mkdir -p "$here/data"
    "${TRAIN_PYTHON:-python3.11}" -m venv "$env"
    "$env/bin/python" -m pip install --quiet -r "$here/requirements.txt"
fi
# Big tensors come and go: without these glibc gives the memory back each time (a third of the training time).
export MALLOC_MMAP_THRESHOLD_=4000000000 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=500000000 OMP_WAIT_POLICY=PASSIVE
exec "$env/bin/python" "$here/train.py" "$@"
