#!/usr/bin/env bash
# One slice of training on a machine with a CUDA GPU, from the repository's root:
#   slice.sh MINUTES TOTAL_MINUTES [further options of train.py]
# Trains (or continues) in $RUN, exports, and gathers what is worth keeping in $OUT: mini.safetensors, meta.tgz (log,
# curves, held-out sheet, JSON files), train.out and slim/ (a checkpoint in parts). EVALUATE=HEADS also judges that many heads.
set -uo pipefail
RUN=${RUN:-/tmp/base}
OUT=${OUT:-$RUN/out}
minutes=$1 total=$2
shift 2
mkdir -p "$RUN/export" "$OUT"
export PYTHONUNBUFFERED=1
cores=$(nproc)
python3 base-model/train.py --device cuda --preset full --out "$RUN" --minutes "$minutes" --total-minutes "$total" \
  --workers $((cores > 2 ? cores - 1 : 1)) --threads 2 --heads 60000 --first 512 --batch 24 --rays 2048 --patch 16 \
  --coarse 10 --fine 10 --lr 4e-3 --average 0.999 --stages 32:0.04,64:0.25,128:1 --sharpen-from 0.8 \
  --log-every 100 --check-minutes 2.5 --save-minutes 3 "$@" 2>&1 | tee -a "$OUT/train.out"
code=${PIPESTATUS[0]}
if [[ -f $RUN/checkpoint.pt ]]; then
  python3 base-model/export.py "$RUN" -o "$RUN/export"
  cp "$RUN/export/mini.safetensors" "$OUT/"
  python3 base-model/training/checkpoint.py slim "$RUN/checkpoint.pt" -o "$OUT/slim"
  if [[ -n ${EVALUATE:-} ]]; then
    python3 base-model/evaluate.py "$RUN" -o "$RUN/export/proof" --device cuda --heads "$EVALUATE" --expression-heads 6
  fi
fi
(cd "$RUN" && tar czf "$OUT/meta.tgz" --exclude=mini.safetensors --ignore-failed-read log.jsonl curves.png heldout.png export)
exit $code
