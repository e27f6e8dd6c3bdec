#!/usr/bin/env bash
# Trains beside other work, one process of one thread at a time, lowest priority:
#   background.sh RUN ROUNDS [further options of train.py]
# Each round renders $MORE further heads (256), then trains $SLICE minutes (8) on all there are; $TOTAL minutes (600) is the length
# that the learning rate follows. Stop it with `touch RUN/STOP`, or at any time: the same command goes on where it was (a
# checkpoint every five minutes, rendered chunks are kept). The first round starts from the shipped weights.
set -euo pipefail
run=$1 rounds=$2
shift 2
here=$(dirname "$0")
python=${PYTHON:-python3}
mkdir -p "$run/data"
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONUNBUFFERED=1
for _ in $(seq "$rounds"); do
  [[ -f $run/STOP ]] && break
  there=$(find "$run/data" -name "c?????.npz" | wc -l)
  heads=$((there * 32 + ${MORE:-256}))
  nice -n 19 "$python" "$here/dataset.py" -o "$run/data" --heads "$heads" --workers 1
  nice -n 19 "$python" "$here/train.py" --out "$run" --data "$run/data" --workers 0 --threads 1 --heads "$heads" --first 32 \
    --from-weights "$here/../assets/base.safetensors" --config "$here/release/mini-config.json" --transplant \
    --minutes "${SLICE:-8}" --total-minutes "${TOTAL:-600}" --lr 2e-3 --batch 8 --rays 768 --stages 128:1 \
    --log-every 10 --save-minutes 5 --check-minutes 1e9 "$@"
done
