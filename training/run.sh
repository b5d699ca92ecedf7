#!/bin/sh
# Trains the tagger: `sh training/run.sh FOLDER [options of train.py]`, FOLDER with the labelled corpora (README.md).
# The environment is made below training/data from requirements.txt; TRAIN_ENV names one that is there already,
# TRAIN_PYTHON a Python 3.11 if `python3.11` is not it. With "test" in place of FOLDER: the tests of training.
set -eu
here=$(dirname "$0")
env="${TRAIN_ENV:-$here/data/env}"
if [ ! -x "$env/bin/python" ]; then
    mkdir -p "$here/data"
    "${TRAIN_PYTHON:-python3.11}" -m venv "$env"
    "$env/bin/python" -m pip install --quiet --require-hashes -r "$here/requirements.txt"
fi
if [ "${1:-}" = test ]; then
    exec "$env/bin/python" -m pytest -q -c /dev/null --rootdir "$here" "$here/tests"
fi
data="${1:?which folder holds the corpora? make train DATA=...}"
shift
# Big tensors come and go: without these glibc gives the memory back each time (a third of the training time).
export MALLOC_MMAP_THRESHOLD_=4000000000 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=500000000 OMP_WAIT_POLICY=PASSIVE
exec "$env/bin/python" "$here/train.py" --data "$data" "$@"
