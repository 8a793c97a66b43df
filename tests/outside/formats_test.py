"""The documented formats, read by readers that are not ours: json, hashlib and tomllib."""

import hashlib
import json
import pathlib
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]


def first_block(page, language):
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return text.split(f"```{language}\n", 1)[1].split("```", 1)[0]


def canonical(document):
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def without(document, pointers):
    document = json.loads(json.dumps(document))
    for pointer in pointers:
        *folders, name = [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]
        holder = document
        for folder in folders:
            holder = holder.get(folder, {})
        holder.pop(name, None)
    return document


def test_manifest_is_the_canonical_text():
    text = first_block("formats/manifest.md", "json")
    assert canonical(json.loads(text)) == text


def test_manifest_hashes_can_be_recomputed():
    text = first_block("formats/manifest.md", "json")
    document = json.loads(text)
    core = document["ingot"]
    assert hashlib.sha256(text.replace(core["self_sha256"], "").encode()).hexdigest() == core["self_sha256"]
    content = canonical(without(document, core["volatile"]))
    assert hashlib.sha256(content.encode()).hexdigest() == core["content_id"]


def test_lock_file_is_toml():
    columns = tomllib.loads(first_block("formats/lock-file.md", "toml"))["dataset"]["tier3"]["columns"]
    assert [column["path"] for column in columns] == ["symbol", "spot_prices", "spot_prices[]", "spot_prices[].mid"]


def check(schema, value, root, where):
    """The part of JSON Schema that ingot.schema.json uses."""
    if "$ref" in schema:
        check(root["$defs"][schema["$ref"].rsplit("/", 1)[1]], value, root, where)
    if "not" in schema:
        assert not (isinstance(value, dict) and set(schema["not"]["required"]) <= set(value)), where
    if "anyOf" in schema:
        problems = []
        for option in schema["anyOf"]:
            try:
                check(option, value, root, where)
                break
            except AssertionError as problem:
                problems.append(problem)
        else:
            raise AssertionError(where, problems)
    if "enum" in schema:
        assert value in schema["enum"], where
    kinds = {"string": str, "object": dict, "array": list, "boolean": bool, "integer": int, "number": (int, float)}
    allowed = schema.get("type", [])
    allowed = [allowed] if isinstance(allowed, str) else allowed
    fits = [isinstance(value, kinds[kind]) and (kind == "boolean" or not isinstance(value, bool)) for kind in allowed]
    assert not fits or any(fits), (where, value)
    if isinstance(value, dict):
        for name in schema.get("required", []):
            assert name in value, (where, name)
        for name, member in value.items():
            inner = schema.get("properties", {}).get(name, schema.get("additionalProperties", True))
            assert inner is not False, f"{where}: unknown key {name}"
            if isinstance(inner, dict):
                check(inner, member, root, f"{where}.{name}")
    if isinstance(value, list) and "items" in schema:
        for member in value:
            check(schema["items"], member, root, where)


def accepted(project):
    schema = json.loads((ROOT / "docs/ingot.schema.json").read_text(encoding="utf-8"))
    try:
        check(schema, project, schema, "")
        return True
    except AssertionError:
        return False


def test_editors_schema_takes_the_example_and_refuses_what_the_parser_refuses():
    example = (ROOT / "examples/instrumetriq/ingot.toml").read_text(encoding="utf-8")
    assert accepted(tomllib.loads(example))
    for right, wrong in [
        ('empty_object = "null"', 'empty_object = "nul"'),
        ("event_time =", "evnt_time ="),
        ('store = "{output}"', "store = 5"),
        ('type = "jsonl"', ""),
        ('{ compute = "rows" }', '{ compute = "row" }'),
        ('{ compute = "rows" }', '{ compute = "rows", colum = "a" }'),
        ("not_empty = true", 'not_empty = "yes"'),
        ('required = ["symbol"', 'required = ["symbol", 5'),
    ]:
        assert right in example
        assert not accepted(tomllib.loads(example.replace(right, wrong, 1))), wrong
