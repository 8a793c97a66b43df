"""bench/compare.py must see every difference, and none where writers only differ in form."""

import os
import pathlib
import sys
import tempfile
import unittest

import pyarrow
import pyarrow.parquet

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "bench"))

import compare  # noqa: E402

COUNTS = pyarrow.map_(pyarrow.string(), pyarrow.int64())
PRICE = pyarrow.struct([("ts", pyarrow.string()), ("bid", pyarrow.float64())])
SCHEMA = pyarrow.schema(
    [
        ("symbol", pyarrow.string()),
        ("meta", pyarrow.struct([("n", pyarrow.int64()), ("counts", COUNTS)])),
        ("prices", pyarrow.list_(PRICE)),
    ]
)


def rows():
    return [
        {"symbol": "A", "meta": {"n": 1, "counts": [("x", 1), ("y", 2)]}, "prices": [{"ts": "1", "bid": 1.5}]},
        {"symbol": "B", "meta": {"n": None, "counts": []}, "prices": []},
        {"symbol": "B", "meta": {"n": None, "counts": []}, "prices": []},
        {"symbol": None, "meta": {"n": 3, "counts": [("é", 3)]}, "prices": [{"ts": "2", "bid": None}, None]},
    ]


class CompareTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, data, schema=SCHEMA):
        path = os.path.join(self.folder.name, name)
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(data, schema=schema), path)
        return path

    def differences(self, data, schema=SCHEMA):
        return compare.differences(self.write("left", rows()), self.write("right", data, schema))

    def test_equal(self):
        self.assertEqual(self.differences(rows()), (0, 0))

    def test_order_of_rows_columns_and_map_entries_does_not_matter(self):
        data = list(reversed(rows()))
        data[3]["meta"]["counts"].reverse()
        schema = pyarrow.schema([SCHEMA.field(2), SCHEMA.field(1), SCHEMA.field(0)])
        self.assertEqual(self.differences(data, schema), (0, 0))

    def test_null_struct_is_a_struct_of_nulls_and_null_map_an_empty_one(self):
        data = rows()
        data[1]["meta"] = None
        data[2]["meta"]["counts"] = None
        self.assertEqual(self.differences(data), (0, 0))

    def test_extra_column_of_nulls(self):
        for type_ in (pyarrow.null(), pyarrow.string()):
            self.assertEqual(self.differences(rows(), SCHEMA.append(pyarrow.field("warning", type_))), (0, 0))

    def test_extra_column_with_a_value(self):
        data = rows()
        data[0]["warning"] = "w"
        self.assertEqual(self.differences(data, SCHEMA.append(pyarrow.field("warning", pyarrow.string()))), (1, 1))

    def test_every_changed_value_is_seen(self):
        changes = {
            "text": lambda data: data[0].update(symbol="a"),
            "null for a value": lambda data: data[0].update(symbol=None),
            "struct field": lambda data: data[3]["meta"].update(n=4),
            "map value": lambda data: data[0]["meta"].update(counts=[("x", 1), ("y", 3)]),
            "map key": lambda data: data[3]["meta"].update(counts=[("e", 3)]),
            "map entry lost": lambda data: data[0]["meta"].update(counts=[("x", 1)]),
            "list element": lambda data: data[0]["prices"][0].update(bid=1.25),
            "list element lost": lambda data: data[3]["prices"].pop(),
            "list order": lambda data: data[3]["prices"].reverse(),
            "null list": lambda data: data[1].update(prices=None),
        }
        for name, change in changes.items():
            with self.subTest(name):
                data = rows()
                change(data)
                self.assertEqual(self.differences(data), (1, 1))

    def test_lost_and_doubled_rows_are_counted(self):
        self.assertEqual(self.differences(rows()[:3]), (1, 0))
        self.assertEqual(self.differences(rows()[:2] + rows()[3:]), (1, 0))
        self.assertEqual(self.differences(rows() + rows()[:2]), (0, 2))
        self.assertEqual(self.differences([rows()[0], rows()[0], rows()[1], rows()[3]]), (1, 1))

    def test_columns_of_different_kinds_are_an_error(self):
        data = [{"symbol": "A", "meta": [1], "prices": None}]
        schema = pyarrow.schema([SCHEMA.field(0), ("meta", pyarrow.list_(pyarrow.int64())), SCHEMA.field(2)])
        with self.assertRaises(TypeError):
            self.differences(data, schema)


if __name__ == "__main__":
    unittest.main()
