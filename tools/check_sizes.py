#!/usr/bin/env python3
"""Sizes: functions of at most 60 lines (never more than 80), files of at most 600 (never more
than 1,000). Beyond the first bound is a warning, beyond the second an error."""

import ast
import re

import source_tree
from source_tree import Findings

FUNCTION_SOFT, FUNCTION_HARD = 60, 80
FILE_SOFT, FILE_HARD = 600, 1000

TYPE_OR_NAMESPACE = re.compile(r"^(?:typedef\s+)?(?:inline\s+)?(?:namespace|class|struct|union|enum|extern)\b")


def without_template_head(head):
    """Drops `template <…>` and `requires …` in front of what is declared."""
    while match := re.match(r"\s*template\s*<", head):
        depth, position = 1, match.end()
        while depth and position < len(head):
            depth += {"<": 1, ">": -1}.get(head[position], 0)
            position += 1
        head = head[position:]
    return re.sub(r"^\s*requires\b.*?(?=\b(?:class|struct|union)\b)", "", head, flags=re.DOTALL)


def opens_function(head):
    """Whether the brace after `head`, at namespace or class scope, begins a function's body."""
    head = without_template_head(head)
    if not head.strip() or head.lstrip().startswith(","):
        return True  # the body after a constructor's brace-initialised members
    return "(" in head and not re.search(r"[^=!<>]=[^=]", re.sub(r"operator\s*\S*=", "", head))


def cpp_functions(text):
    """Yields (first line, lines of the body) of each function, lambdas counted inside theirs."""
    code = source_tree.bare_code(text)
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: re.sub(r"[^\n]", " ", m[0]), code, flags=re.MULTILINE)
    scopes = []  # True for a function's brace
    head_start, start = 0, 0
    for match in re.finditer(r"[{};]|\b(?:public|private|protected)\s*:", code):
        token = match[0]
        inside = any(scopes)
        if token == "{":
            head = code[head_start : match.start()]
            stripped = without_template_head(head).strip()
            is_function = not inside and not TYPE_OR_NAMESPACE.match(stripped) and opens_function(head)
            if is_function:
                start = match.start()
            scopes.append(inside or is_function)
        elif token == "}" and scopes:
            was_function = scopes.pop()
            if was_function and not any(scopes):
                first, last = source_tree.line_of(code, start), source_tree.line_of(code, match.start())
                yield first, max(0, last - first - 1)
        head_start = match.end()


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno - node.body[0].lineno + 1


def check_functions(path, text, found):
    if path.suffix in source_tree.CPP:
        functions = cpp_functions(text)
    elif path.suffix == ".py":
        functions = python_functions(text)
    else:
        return
    for line, size in functions:
        if size > FUNCTION_HARD:
            found.error(path, line, f"a function of {size} lines; at most {FUNCTION_HARD}")
        elif size > FUNCTION_SOFT:
            found.warn(path, line, f"a function of {size} lines; aim for {FUNCTION_SOFT}")


def main():
    found = Findings("size")
    for path in source_tree.files():
        if path.suffix not in source_tree.CODE:
            continue
        text = source_tree.read(path)
        lines = text.count("\n")
        if lines > FILE_HARD:
            found.error(path, 1, f"a file of {lines} lines; at most {FILE_HARD}")
        elif lines > FILE_SOFT:
            found.warn(path, 1, f"a file of {lines} lines; aim for {FILE_SOFT}")
        check_functions(path, text, found)
    found.finish()


if __name__ == "__main__":
    main()
