#!/usr/bin/env bash
# From the data to the shipped files, step by step; the pack is kept where it is there, and training goes on where it was stopped:
#   ship.sh RUN                      all steps below
#   ship.sh RUN STEP...              only these
# Steps: pack, train, export, judge, install, landmarks, people, pictures. DATA and PRIOR are the folders of the head data (data.py --list).
# TRAIN takes the place of `--minutes 30`, which is meant for a GPU: a CPU needs days.
set -euo pipefail
cd "$(dirname "$0")/.."
run=${1:?expected the folder of a run}
shift
steps=("$@")
[[ ${#steps[@]} -gt 0 ]] || steps=(pack train export judge install landmarks people pictures)
python=${PYTHON:-python3}
factory=base-model
photos=$run/photos

step_pack() {
  [[ -f $factory/pack/head-pack.npz ]] && return
  "$python" $factory/data.py --data "${DATA:?expected the MakeHuman head data}"
  "$python" $factory/data.py --data "${PRIOR:?expected the scans, skins, hair and light}" --prior
  "$python" $factory/pack.py --data "$DATA" --prior "$PRIOR"
}

step_train() {
  # shellcheck disable=SC2086
  "$python" $factory/train.py --out "$run" --from-weights assets/base.safetensors --config $factory/release/mini-config.json --transplant \
    --heads 60000 --batch 16 --rays 2048 --patch 16 --coarse 10 --fine 10 --lr 3.5e-3 --average 0.999 --stages 128:1 ${TRAIN:---minutes 30}
}

step_export() { "$python" $factory/export.py "$run" -o "$run"; }

# Looks at held-out heads, lengthens weak expressions by what was measured, and exports again.
step_judge() {
  "$python" $factory/evaluate.py "$run" -o "$run/proof" --dump "$run/proof/pictures"
  npx personalized-head evaluate-base "$run/proof/pictures" -o "$run/proof"
  "$python" $factory/fitproof.py "$run" -o "$run/fit"
  "$python" $factory/export.py "$run" -o "$run" --proof "$run/proof/metrics.json"
}

step_install() {
  npx personalized-head import "$run/mini.safetensors" --config "$run/mini-config.json" --half -o assets/base.safetensors
  cp "$run/base.directions.json" assets/base.directions.json
  cp "$run/crosstalk.json" assets/base.crosstalk.json
  cp "$run/mini-config.json" "$run/proof/metrics.json" "$run/proof/judges.md" $factory/release/
  npx personalized-head proxy assets/base.safetensors -o assets/base.proxy.safetensors
}

step_landmarks() {
  npx personalized-head landmarks -o assets/base.landmarks.json
  npx personalized-head landmarks --moves -o assets/base.landmarkMoves.json
}

step_people() {
  "$python" $factory/people.py -o "$photos"
  for folder in "$photos"/*/; do
    npx personalized-head personalize "$folder" -o "assets/people/$(basename "$folder").head" --size 256 --force
  done
}

step_pictures() {
  npx personalized-head render assets/base.safetensors --seed 2 --neutral --sweep yaw -o "$run/heads.png"
  for person in assets/people/*.head; do
    npx personalized-head render --person "$person" --sweep yaw -o "$run/$(basename "$person" .head).png"
  done
  echo "Look at $run/*.png and $run/proof/sheet-*.png; write the numbers of $run/proof/metrics.md into docs/base-model.md."
}

for step in "${steps[@]}"; do
  [[ $(type -t "step_$step") == function ]] || { echo "ship.sh: expected a step (see above), got $step" >&2; exit 2; }
  echo "== $step"
  "step_$step"
done
