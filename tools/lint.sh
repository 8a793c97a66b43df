#!/usr/bin/env bash
# Checks the tree against its own rules. It is silent when all is well; each finding names a file
# and a line. Warnings let it pass, anything else ends it with 1.
#
#   tools/lint.sh            format, layers, sizes, names, calls, text (seconds)
#   tools/lint.sh --all      also every header compiled alone, and clang-tidy
#   tools/lint.sh --headers  every header compiled alone
#   tools/lint.sh --tidy [FILE...]   clang-tidy, of files changed since it last passed
#   tools/lint.sh --format [FILE...]   formats the tree, or the files named
#   tools/lint.sh --fix      formats the tree, and lets clang-tidy repair what it can
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

build=build/lint
failed=()

# Runs a check and goes on: one call shows all findings.
check() {
  local name=$1
  shift
  "$@" || failed+=("$name")
}

cpp_files() {
  git ls-files -z --cached --others --exclude-standard -- '*.cc' '*.h' |
    while IFS= read -r -d '' file; do
      [[ ! -e $file ]] || printf '%s\0' "$file"
    done
}

clang_format() {
  cpp_files | xargs -0 -r -n 16 -P "$(nproc)" .deps/venv-lint/bin/clang-format "$@"
}

# Warnings are errors here, and the commands are those that clang-tidy reads.
configure() {
  cmake --preset ci -B "$build" > "$build.log" 2>&1 || { cat "$build.log" >&2; exit 1; }
}

# One line per file: what to change is not worth reading, --format does it. Each batch is told in
# one piece, so that parallel ones do not mix.
format() {
  local unformatted
  unformatted=$(cpp_files | xargs -0 -r -n 8 -P "$(nproc)" bash -c \
    'out=$(.deps/venv-lint/bin/clang-format --dry-run --ferror-limit=1 --Werror "$@" 2>&1) || printf "%s\n" "$out"' _ |
    sed -n 's/^\(.*\):[0-9]*:[0-9]*: error: code should be clang-formatted.*/\1/p' | sort -u)
  [[ -z $unformatted ]] || { sed 's/$/:1: not as clang-format writes it; run tools\/lint.sh --format [format]/' <<< "$unformatted"; return 1; }
}

# The checks' own tests: a check that finds nothing any more would go unnoticed.
self_test() {
  local output
  output=$(python3 -m unittest discover -q -s tests/tools -p '*_test.py' 2>&1) || { printf '%s\n' "$output"; return 1; }
}

quick() {
  check format format
  local name
  for name in layers sizes names calls text; do
    check "$name" python3 "tools/check_$name.py"
  done
  check self-test self_test
}

headers() {
  cmake --build "$build" --target headers -- -k 0 > "$build.log" 2>&1 && return 0
  # Ninja's progress and the commands themselves say nothing about the header.
  grep -vE '^(\[[0-9]+/|env |ninja: |FAILED: |compilation terminated)' "$build.log" || cat "$build.log"
  return 1
}
tidy() { python3 tools/check_tidy.py "$build" "$@"; }

mode=${1:-}
[[ $# -eq 0 ]] || shift
tools/setup.sh lint
case "$mode" in
  "") quick ;;
  --all)
    tools/setup.sh test
    mkdir -p build
    configure
    quick
    check headers headers
    check tidy tidy
    ;;
  --headers | --tidy)
    tools/setup.sh test
    mkdir -p build
    configure
    check "${mode#--}" "${mode#--}" "$@"
    ;;
  --format)
    if (($#)); then .deps/venv-lint/bin/clang-format -i "$@"; else clang_format -i; fi
    ;;
  --fix)
    tools/setup.sh test
    mkdir -p build
    configure
    clang_format -i
    check tidy tidy --fix
    clang_format -i
    ;;
  *) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0" >&2; exit 2 ;;
esac

if ((${#failed[@]})); then
  printf 'lint: failed: %s\n' "${failed[*]}" >&2
  exit 1
fi
