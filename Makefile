# What a person types. Each target sets up what it needs by itself (tools/setup.sh).
#
#   make build      the program, at build/release/ingot
#   make demo       builds it and shows it at work on a realistic day
#   make wheel      a wheel of the Python package, in build/dist
#   make test       every test, in a build that is optimised and has its asserts
#   make bench      measures it beside its peers (minutes)
#   make lint       format, layers, sizes, names, headers, clang-tidy
#   make install PREFIX=/usr/local     a tree that can be moved as a whole
#   make format     clang-format over the tree
#   make test-slow test-asan test-tsan fuzz      the heavier sweeps, see docs/reliability.md
#   make clean      removes build/; .deps/ stays

PREFIX ?= /usr/local
# Seconds that each fuzz target runs in `make fuzz`.
FUZZ_SECONDS ?= 60
CTEST = ctest --output-on-failure --progress --parallel $(shell nproc)

.PHONY: build wheel demo test test-slow test-asan test-tsan fuzz bench lint format install clean
.DEFAULT_GOAL := build

# Configuring again is ninja's work; this is for a new or changed preset.
build/%/build.ninja: CMakePresets.json tools/setup.sh $(wildcard tools/requirements/*.txt)
	cmake --preset $* -B build/$*
	@touch $@

.PHONY: setup-build setup-python setup-test setup-bench setup-fuzz
setup-build setup-python setup-test setup-bench setup-fuzz: setup-%:
	@tools/setup.sh $*

build: | setup-build
	@$(MAKE) --no-print-directory build/release/build.ninja
	cmake --build build/release

# By pinned tools; `pip install .` builds the same wheel in an environment that pip makes for it.
wheel: | setup-python
	.deps/venv-python/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation \
	  --wheel-dir build/dist .
	@ls -1 build/dist/*.whl

demo: build
	tools/demo.sh

test: | setup-test
	@$(MAKE) --no-print-directory build/ci/build.ninja
	cmake --build build/ci
	$(CTEST) --test-dir build/ci --label-exclude slow

test-slow: | setup-test
	@$(MAKE) --no-print-directory build/ci/build.ninja
	cmake --build build/ci
	$(CTEST) --test-dir build/ci --label-regex slow

# The sanitizers know malloc; what Arrow's own allocator hands from thread to thread looks like a race to them.
test-asan test-tsan: test-%: | setup-test
	@$(MAKE) --no-print-directory build/$*/build.ninja
	cmake --build build/$*
	ARROW_DEFAULT_MEMORY_POOL=system TSAN_OPTIONS=suppressions=$(CURDIR)/tests/tsan_suppressions.txt \
	LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lsan_suppressions.txt:print_suppressions=0 \
	$(CTEST) --test-dir build/$* --label-exclude slow

fuzz: | setup-fuzz
	@$(MAKE) --no-print-directory build/fuzz/build.ninja
	cmake --build build/fuzz
	tools/fuzz.sh build/fuzz $(FUZZ_SECONDS)

bench: build | setup-bench
	.deps/venv-bench/bin/python bench/run.py
	.deps/venv-bench/bin/python bench/weekly.py
	.deps/venv-bench/bin/python bench/events.py
	.deps/venv-bench/bin/python bench/start.py

lint:
	tools/lint.sh --all

format:
	tools/lint.sh --format

# As root after a build as a user: installs what is there, and builds nothing.
install:
	@test -x build/release/ingot || $(MAKE) --no-print-directory build
	cmake --install build/release --prefix $(abspath $(PREFIX))

clean:
	rm -rf build
