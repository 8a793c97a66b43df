"""The checks of tools/lint.sh find what they are there for, each in a small tree of its own."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent.parent.parent / "tools"
HEADER = "// Says what it promises.\n#pragma once\n"
ROOMS = "set(INGOT_ROOMS\n    base model format dataset cli)\n"


class ChecksTest(unittest.TestCase):
    def run_check(self, check, files):
        """Copies the check into a tree that holds `files`; returns its exit code and output."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in {"CMakeLists.txt": ROOMS, **files}.items():
                target = root / name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(text)
            (root / "tools").mkdir(exist_ok=True)
            for script in ("source_tree.py", f"check_{check}.py"):
                (root / "tools" / script).write_text((TOOLS / script).read_text())
            subprocess.run(["git", "init", "-q", root], check=True)
            command = [sys.executable, "-B", root / "tools" / f"check_{check}.py"]
            result = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual(result.stderr, "")
            return result.returncode, result.stdout

    def assert_clean(self, check, files):
        self.assertEqual(self.run_check(check, files), (0, ""))

    def assert_found(self, check, files, *parts):
        code, output = self.run_check(check, files)
        self.assertEqual(code, 1, output)
        for part in parts:
            self.assertIn(part, output)


class LayersTest(ChecksTest):
    def test_rooms_above_and_own_libraries_pass(self):
        self.assert_clean(
            "layers",
            {
                "src/base/a.h": HEADER + "#include <fmt/format.h>\n#include <tl/expected.hpp>\n",
                "src/model/b.cc": '#include "base/a.h"\n#include <toml++/toml.h>\n// #include "cli/x.h"\n',
                "src/model/b_test.cc": '#include "base/a.h"\n#include <gtest/gtest.h>\n#include <simdjson.h>\n',
                "src/format/b_test.cc": "#include <nlohmann/json.hpp>\n",
                "src/base/CMakeLists.txt": "ingot_room(base)\n",
                "src/model/CMakeLists.txt": "ingot_room(model DEPS base LINK ingot::tomlplusplus)\n",
            },
        )

    def test_a_room_below(self):
        files = {"src/base/a.cc": '#include "model/b.h"\n', "src/model/b.h": HEADER}
        self.assert_found("layers", files, "src/base/a.cc:1:", "base may not include model")

    def test_a_library_outside_its_room(self):
        self.assert_found("layers", {"src/dataset/a.cc": "#include <parquet/api/writer.h>\n"}, "only in format/")

    def test_a_test_header_in_the_product(self):
        files = {"src/base/a_matchers.h": HEADER, "src/base/a.cc": '#include "base/a_matchers.h"\n'}
        self.assert_found("layers", files, "for tests only")
        reaching = {
            "src/base/draw.h": HEADER + "#include <rapidcheck.h>\n",
            "src/base/more.h": HEADER + '#include "base/draw.h"\n',
            "src/base/a_test.cc": '#include "base/more.h"\n',
        }
        self.assert_clean("layers", reaching)
        self.assert_found("layers", {**reaching, "src/base/a.cc": '#include "base/more.h"\n'}, "src/base/a.cc:1:")

    def test_gtest_in_the_product(self):
        self.assert_found("layers", {"src/base/a.cc": "#include <gtest/gtest.h>\n"}, "belongs in tests")

    def test_an_unknown_library_room_and_file(self):
        self.assert_found("layers", {"src/base/a.cc": "#include <boost/asio.hpp>\n"}, "no known library")
        self.assert_found("layers", {"src/extras/a.cc": "\n"}, "'extras' is not a room")
        self.assert_found("layers", {"src/base/a.cc": '#include "a.h"\n'}, "not a file below src/")

    def test_dependencies_between_targets(self):
        found = {"src/base/CMakeLists.txt": "ingot_room(base DEPS cli)\n"}
        self.assert_found("layers", found, "base may not depend on cli")
        found = {"src/cli/CMakeLists.txt": "ingot_room(cli DEPS dataset)\n"}
        self.assert_found("layers", found, "room dataset does not exist yet")
        found = {"src/dataset/CMakeLists.txt": "ingot_room(dataset LINK ingot::parquet)\n"}
        self.assert_found("layers", found, "ingot::parquet may be linked only in format/")

    def test_the_public_promise(self):
        found = {"include/ingot/a.h": HEADER + "#include <arrow/api.h>\n"}
        self.assert_found("layers", found, "a public header may not include arrow/api.h")


class SizesTest(ChecksTest):
    def body(self, head, lines, tail="}"):
        return head + " {\n" + "  f();\n" * lines + tail + "\n"

    def test_what_is_within_bounds(self):
        text = (
            "namespace ingot {\n"
            + self.body("int F()", 60)
            + self.body("class C", 0, "  int G() const { return 1; }\n" + self.body("  void H()", 60, "  }") + "};")
            + "constexpr int kTable[] = {\n" + "  1,\n" * 200 + "};\n"
            + self.body("enum class E : int", 90)
            + "}\n"
        )  # fmt: skip
        self.assert_clean("sizes", {"src/base/a.cc": text})

    def test_a_long_function_however_it_is_written(self):
        heads = (
            "int F(int a)",
            "auto F() -> int",
            "template <typename T>\n  requires(sizeof(T) > 1)\nvoid F(T t)",
            "C::C(int a) : a_(a), b_{a}",
            "bool C::operator==(const C& other) const",
            "TEST(Suite, Name)",
        )
        for head in heads:
            with self.subTest(head=head):
                self.assert_found("sizes", {"src/base/a.cc": self.body(head, 81)}, "a function of 81 lines")

    def test_a_long_method_inside_a_class(self):
        text = "class C {\n public:\n" + self.body("  int F() const", 85, "  }") + "};\n"
        self.assert_found("sizes", {"src/base/a.h": HEADER + text}, "src/base/a.h:5:", "85 lines")

    def test_braces_in_literals_and_comments_do_not_count(self):
        text = "int F() {\n  g('{', \"{{\", R\"({)\", 1'000'000); // {\n}\n" + self.body("int G()", 81)
        self.assert_found("sizes", {"src/base/a.cc": text}, "src/base/a.cc:4:", "81 lines")

    def test_the_soft_bound_is_a_warning(self):
        code, output = self.run_check("sizes", {"src/base/a.cc": self.body("int F()", 61)})
        self.assertEqual(code, 0)
        self.assertIn("warning: a function of 61 lines", output)

    def test_python_functions_and_long_files(self):
        self.assert_found("sizes", {"tools/a.py": "def f():\n" + "    g()\n" * 81}, "81 lines")
        self.assert_found("sizes", {"src/base/a.cc": "// a\n" * 1001}, "a file of 1001 lines")


class NamesTest(ChecksTest):
    def test_empty_words(self):
        for name in ("src/base/string_utils.h", "src/common/a.h", "tests/outside/helper.py"):
            with self.subTest(name=name):
                self.assert_found("names", {name: ""}, "says nothing")
        self.assert_clean("names", {"src/base/utility_function.h": "", "src/base/path_template.h": ""})

    def test_a_verb_has_one_name_everywhere(self):
        files = {"src/cli/command_run.cc": "", "docs/cli/run.md": "", "tests/cli/run/small.test": ""}
        self.assert_clean("names", files)
        for missing in ("docs/cli/run.md", "tests/cli/run/small.test"):
            with self.subTest(missing=missing):
                self.assert_found("names", {name: "" for name in files if name != missing}, "the verb has no")


class CallsTest(ChecksTest):
    def test_each_rule(self):
        calls = (
            'std::printf("x");', "std::cout << 1;", "std::fprintf(stderr, x);", "std::exit(1);", "abort();",
            'getenv("HOME");', "std::chrono::system_clock::now();", "time(nullptr);", "std::random_device r;",
            "std::this_thread::sleep_for(x);",
        )  # fmt: skip
        for call in calls:
            with self.subTest(call=call):
                self.assert_found("calls", {"src/base/a.cc": f"void F() {{ {call} }}\n"}, "is not for this room")

    def test_what_only_looks_alike(self):
        text = '// printf("x"), abort()\nauto a = "getenv(x)"; snprintf(b); file.exit(); Print(time(a)); OnExit(1);\n'
        self.assert_clean("calls", {"src/base/a.cc": text})

    def test_the_command_line_may(self):
        text = "void F() { std::exit(1); std::cout << getenv(x); }\n"
        self.assert_clean("calls", {"src/cli/a.cc": text})


class TextTest(ChecksTest):
    def test_exclusions_need_a_check_and_a_reason(self):
        self.assert_clean("text", {"src/base/a_test.cc": "int a;  // NOLINT(some-check): the format asks for it\n"})
        for line in ("// NOLINT", "// NOLINT: because", "// NOLINTNEXTLINE(some-check)", "// clang-format off"):
            with self.subTest(line=line):
                self.assert_found("text", {"src/base/a_test.cc": f"int a;  {line}\n"}, "src/base/a_test.cc:1:")

    def test_headers(self):
        self.assert_found("text", {"src/base/a_matchers.h": "#pragma once\n"}, "opens with a comment")
        self.assert_found("text", {"src/base/a_matchers.h": "// What.\n"}, "#pragma once")

    def test_what_is_true_on_one_machine_only(self):
        for text in ("cd /ro" + "ot/ingot", "cd /home/" + "jane/ingot", "from py" + "pi.org"):
            with self.subTest(text=text):
                self.assert_found("text", {"docs/a.md": text + "\n"}, "of one machine")

    def test_links(self):
        self.assert_clean("text", {"docs/a.md": "[b](b.md#top) [c](https://example.org)\n", "docs/b.md": "[a](a.md)\n"})
        self.assert_found("text", {"docs/a.md": "[b](gone.md)\n"}, "the link to gone.md leads nowhere")

    def test_scripts_parse(self):
        self.assert_found("text", {"tools/a.sh": "if true\n"}, "not bash")
        self.assert_found("text", {"tools/a.py": "def f(:\n"}, "not Python")


if __name__ == "__main__":
    unittest.main()
