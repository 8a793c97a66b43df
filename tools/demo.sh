#!/usr/bin/env bash
# Ingot at work on a realistic day: generate, plan, build, verify, explain. Called by `make demo`.
#
#   tools/demo.sh [PROGRAM]      (default: build/release/ingot)
#
# Everything it writes is in build/demo, which it makes anew.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

program=$(realpath -m "${1:-build/release/ingot}")
demo=build/demo
day=$(date -u -d yesterday +%F)
partition=output/tier3_daily/$day

[[ -x $program ]] || { echo "demo: $program is not built; run make build" >&2; exit 1; }

heading() {
  if [[ -t 1 ]]; then printf '\n\033[1m%s\033[0m\n' "$*"; else printf '\n%s\n' "$*"; fi
}

# Shows a command as a user would type it, and runs it.
show() {
  printf '$ ingot %s\n' "$*"
  "$program" "$@"
}

rm -rf "$demo"
mkdir -p "$demo"
# A copy: a build notes new columns in the project's lock file, and the example stays as it is.
cp -R examples/instrumetriq "$demo/project"
cd "$demo"
project=(-p project --set archive=../archive --set output=../output)

heading "1. An archive as a market monitor writes it: 24 hourly files, with all that makes real data hard"
show generate archive --out archive --date "$day" --rows-per-hour 100 --hazards all

heading "2. What would be done, and why"
show plan tier3 "${project[@]}" --date "$day"

heading "3. Build the day: checked, written, read back, and only then made visible"
show run tier3 "${project[@]}" --date "$day"

heading "4. Verify it: hashes, every page decoded, and the checks that the project declares"
show verify "tier3@$day" "${project[@]}" --deep

heading "5. What is on disk, and why it can be trusted"
show explain "tier3@$day" "${project[@]}"

heading "6. The proof holds without Ingot: sha256sum and the manifest agree (in $demo)"
recorded=$(sed -n 's/^ *"parquet_sha256": "\([0-9a-f]\{64\}\)".*/\1/p' "$partition/manifest.json")
ls -l "$partition"
printf '%s  %s\n' "$recorded" "$partition/data.parquet" | sha256sum --check -
