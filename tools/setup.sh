#!/usr/bin/env bash
# Installs what the build, the tests and the checks need.
#
#   tools/setup.sh [build] [test] [python] [lint] [bench] [fuzz]      (default: build)
#
# build  compiler, libraries, and the libraries of Arrow and DuckDB unpacked into .deps/
# test   build, python, the test libraries, and the outside readers in .deps/venv-test
# python build, and what the Python package is built and tested with, in .deps/venv-python
# lint   build, clang-format and clang-tidy in .deps/venv-lint
# bench  build, the peers of the benchmark in .deps/venv-bench*
# fuzz   test, and clang with libFuzzer
#
# Every download is pinned by version and sha256 in tools/requirements/. The script
# is silent and takes well under a second when there is nothing to do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

deps=.deps
requirements=tools/requirements
mkdir -p "$deps"

packages_build=(
  g++ cmake ninja-build ccache make pkg-config ca-certificates git python3 python3-venv pandoc
  libisal-dev libdeflate-dev libsimdjson-dev libzstd-dev zlib1g-dev libssl-dev libtomlplusplus-dev
  libexpected-dev libfmt-dev libre2-dev libcli11-dev libxxhash-dev libedit-dev
)
packages_test=(libgtest-dev libgmock-dev librapidcheck-dev nlohmann-json3-dev strace)
packages_python=(python3-dev)
packages_bench=(libbenchmark-dev liblmdb-dev librocksdb-dev)
packages_fuzz=(clang-14 libclang-rt-14-dev)

say() { printf 'setup: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

want_test=no want_python=no want_lint=no want_bench=no want_fuzz=no
for target in "$@"; do
  case "$target" in
    build) ;;
    test) want_test=yes want_python=yes ;;
    python) want_python=yes ;;
    lint) want_lint=yes ;;
    bench) want_bench=yes ;;
    fuzz) want_test=yes want_python=yes want_fuzz=yes ;;
    -h | --help) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
    *) die "unknown target '$target'; choose from: build test python lint bench fuzz" ;;
  esac
done

# Installs the Debian packages among the arguments that are missing.
require_packages() {
  command -v dpkg-query > /dev/null || return 0 # not Debian: CMake names what it cannot find
  local installed missing=() package
  installed=" $(dpkg-query -W -f '${db:Status-Abbrev}${Package} ' "$@" 2> /dev/null || true)"
  for package in "$@"; do
    [[ "$installed" == *"ii $package "* ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0

  local as_root=()
  if ((EUID != 0)); then
    if command -v sudo > /dev/null && { [[ -t 0 ]] || sudo -n true 2> /dev/null; }; then
      as_root=(sudo)
    else
      say "these packages are missing; run this line as root, then start again:"
      die "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}"
    fi
  fi
  say "installing Debian packages: ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
  # Foreign sources that do not answer are no reason to stop: the packages are Debian's own.
  "${apt[@]}" update < /dev/null || say "apt-get update failed; going on with the lists at hand"
  "${apt[@]}" install -y --no-install-recommends "${missing[@]}" < /dev/null > "$deps/apt.log" 2>&1 ||
    { tail -n 40 "$deps/apt.log" >&2; die "apt-get failed; its whole output is in $deps/apt.log"; }
}

# Debian's own interpreter first: the pins hold wheels for its version.
find_python() {
  local python
  for python in /usr/bin/python3.11 python3.11 /usr/bin/python3 python3; do
    if command -v "$python" > /dev/null; then printf '%s' "$python"; return; fi
  done
  die "python3 is missing"
}

# make_venv NAME: an installed environment is one whose stamp equals its pins.
make_venv() {
  local venv="$deps/venv-$1" pins="$requirements/$1.txt"
  cmp -s "$pins" "$venv/pins.txt" && [[ -x "$venv/bin/python" ]] && return 0
  say "installing $pins into $venv"
  rm -rf "$venv"
  "$(find_python)" -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    --only-binary :all: --require-hashes -r "$pins" ||
    die "could not install $pins; its pins are wheels for Python 3.11, this is $("$venv/bin/python" --version)"
  cp "$pins" "$venv/pins.txt"
}

# Unpacks the pinned wheel's headers and its two libraries, unless the system has an
# Arrow that CMake will prefer.
fetch_arrow() {
  local pins="$requirements/arrow.txt" version machine folder
  version=$(sed -n 's/^pyarrow==\([0-9.]*\).*/\1/p' "$pins")
  folder="$deps/arrow-$version"
  [[ -e "$folder/complete" ]] && return 0
  if command -v pkg-config > /dev/null && pkg-config --exists 'parquet >= 26'; then return 0; fi
  machine=$(uname -m)
  say "fetching Arrow $version for $machine"
  work=$(mktemp -d "$deps/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  "$(find_python)" -m venv "$work/venv"
  # Any Python version's wheel holds the same libraries; the pinned hashes are cp311's.
  "$work/venv/bin/python" -m pip download --quiet --disable-pip-version-check --no-input --no-deps \
    --only-binary :all: --implementation cp --python-version 3.11 \
    --platform "manylinux_2_28_$machine" --require-hashes -r "$pins" -d "$work"
  "$work/venv/bin/python" -m zipfile -e "$work"/pyarrow-*.whl "$work/wheel"
  mkdir "$work/arrow"
  mv "$work/wheel/pyarrow/include" "$work/arrow/include"
  mkdir "$work/arrow/lib"
  mv "$work"/wheel/pyarrow-*.dist-info/licenses "$work/arrow/licenses"
  mv "$work"/wheel/pyarrow/libarrow.so.* "$work"/wheel/pyarrow/libparquet.so.* "$work/arrow/lib/"
  touch "$work/arrow/complete"
  rm -rf "$folder"
  mv "$work/arrow" "$folder"
}

# Unpacks DuckDB's C library and its header, unless the system has one that CMake will prefer.
fetch_duckdb() {
  local pins="$requirements/duckdb.txt" machine version folder package library_version hash sdist_hash
  machine=$(uname -m)
  read -r version sdist_hash < <(awk '$1 == "header" {print $3, $5}' "$pins")
  folder="$deps/duckdb-$version"
  [[ -e "$folder/complete" ]] && return 0
  [[ -z "$("$(find_python)" tools/system_duckdb.py)" ]] || return 0
  say "fetching DuckDB $version for $machine"
  [[ -z "${work:-}" ]] || rm -rf "$work"
  work=$(mktemp -d "$deps/fetch.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$work/duckdb/include" "$work/duckdb/lib" "$work/duckdb/licenses"
  "$(find_python)" -m venv "$work/venv"
  printf 'duckdb==%s --hash=sha256:%s\n' "$version" "$sdist_hash" > "$work/pins.txt"
  "$work/venv/bin/python" -m pip download --quiet --disable-pip-version-check --no-input --no-deps \
    --no-binary duckdb --require-hashes -r "$work/pins.txt" -d "$work"
  tar xzf "$work/duckdb-$version.tar.gz" -C "$work" --strip-components=1 "duckdb-$version/external/duckdb/src/include/duckdb.h"
  mv "$work/external/duckdb/src/include/duckdb.h" "$work/duckdb/include/"
  read -r package library_version hash < <(awk -v m="$machine" '$1 == "library" && $4 == m {print $2, $3, $5}' "$pins") || true
  if [[ -n "$package" ]]; then
    command -v npm > /dev/null || require_packages npm
    (cd "$work" && npm pack --silent "$package@$library_version" > npm.out)
    printf '%s  %s\n' "$hash" "$work/$(tail -n 1 "$work/npm.out")" | sha256sum --check --quiet ||
      die "$package@$library_version is not what $pins pins"
    tar xzf "$work/$(tail -n 1 "$work/npm.out")" -C "$work" package/libduckdb.so package/LICENSE
    mv "$work/package/libduckdb.so" "$work/duckdb/lib/"
    mv "$work/package/LICENSE" "$work/duckdb/licenses/"
  else
    say "there is no DuckDB library for $machine: ingot query will need one of the system"
  fi
  touch "$work/duckdb/complete"
  rm -rf "$folder"
  mv "$work/duckdb" "$folder"
}

# Two builds that start together do not install twice.
if command -v flock > /dev/null; then
  exec 9> "$deps/lock"
  flock 9
fi

packages=("${packages_build[@]}")
[[ $want_test == no ]] || packages+=("${packages_test[@]}")
[[ $want_python == no ]] || packages+=("${packages_python[@]}")
[[ $want_bench == no ]] || packages+=("${packages_bench[@]}")
[[ $want_fuzz == no ]] || packages+=("${packages_fuzz[@]}")
require_packages "${packages[@]}"

fetch_arrow
fetch_duckdb
[[ $want_test == no ]] || make_venv test
[[ $want_python == no ]] || make_venv python
[[ $want_lint == no ]] || make_venv lint
if [[ $want_bench == yes ]]; then
  make_venv bench
  make_venv bench-duckdb-1.5.6
fi
