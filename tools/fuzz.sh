#!/usr/bin/env bash
# Runs every fuzz target of a build for a while; stops at the first finding.
#
#   tools/fuzz.sh BUILD_FOLDER SECONDS [TARGET...]
#
# Starts from the kept inputs in tests/fuzz/<target>/ and grows BUILD_FOLDER/corpus/<target>/.
# A finding is left in BUILD_FOLDER/findings/; the input belongs into tests/fuzz/<target>/,
# where make test replays it for good.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=$1
seconds=$2
shift 2
mkdir -p "$build/findings"

targets=("$@")
if ((${#targets[@]} == 0)); then
  mapfile -t targets < <(find "$build/fuzzers" -maxdepth 1 -name '*_fuzz' -printf '%f\n' | sort)
fi
for target in "${targets[@]}"; do
  corpus="$build/corpus/$target"
  mkdir -p "$corpus"
  seeds=()
  [[ ! -d tests/fuzz/$target ]] || seeds+=("tests/fuzz/$target")
  printf '== %s, %s s\n' "$target" "$seconds"
  "$build/fuzzers/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$build/findings/$target-" "$corpus" "${seeds[@]}" 2>&1 |
    { grep -E '^(==|stat::|SUMMARY|ERROR|Done|    #|artifact_prefix|Test unit)|ERROR:|runtime error' || true; }
done
