"""Whether two Parquet files hold the same rows, decided by DuckDB's EXCEPT ALL.

    compare.py LEFT RIGHT      prints {"rows": [of left, of right], "only": [in left, in right]}

A program of its own because it needs gigabytes, which the kernel would count as the peak of every later child.

Writers differ in what JSON leaves open, so what is compared is every value: structs are taken apart into their
leaves (an empty object is a null struct for one writer and a struct of nulls for another), maps are compared as
sorted lists of their entries, and a column that only one file has must be null there.
"""

import json
import sys

import duckdb
import pyarrow
import pyarrow.parquet


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def tree_of(type_):
    """A type as {field: tree}, [element tree], "map" or "leaf"; None for the type of nothing but nulls."""
    if pyarrow.types.is_struct(type_):
        return {field.name: tree_of(field.type) for field in type_}
    if pyarrow.types.is_map(type_):
        return "map"
    if pyarrow.types.is_list(type_) or pyarrow.types.is_large_list(type_):
        return [tree_of(type_.value_type)]
    # DuckDB 2.0 writes such columns and then cannot read them: they are as good as absent.
    return None if pyarrow.types.is_null(type_) else "leaf"


def tree_of_file(path):
    schema = pyarrow.parquet.read_schema(path)
    return {name: tree_of(schema.field(name).type) for name in schema.names}


def merged(left, right):
    """The tree that both fit into. None stands for a node that a file does not have."""
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, dict) and isinstance(right, dict):
        return {name: merged(left.get(name), right.get(name)) for name in sorted({*left, *right})}
    if isinstance(left, list) and isinstance(right, list):
        return [merged(left[0], right[0])]
    if left == right:
        return left
    raise TypeError(f"a column is {left} in one file and {right} in the other")


def struct_expression(tree, own, sql, depth):
    fields = (f"{quoted(name)} := {value_expression(tree[name], child(own, name), f'{sql}.{quoted(name)}', depth)}"
              for name in sorted(tree))  # fmt: skip
    return f"struct_pack({', '.join(fields)})"


def child(own, name):
    return own.get(name) if isinstance(own, dict) else None


def value_expression(tree, own, sql, depth=0):
    """A value below a list as SQL, in the one form that both files are brought to."""
    if own is None:
        return "NULL"
    if isinstance(tree, dict):
        return struct_expression(tree, own, sql, depth)
    if isinstance(tree, list) and isinstance(own, list):
        element = f"e{depth}"
        return f"list_transform({sql}, lambda {element}: {value_expression(tree[0], own[0], element, depth + 1)})"
    if tree == "map" and own == "map":
        return f"coalesce(list_sort(map_entries({sql})), [])"
    return sql if tree == own else "NULL"


def leaves(tree, own, sql, path):
    """(path, SQL) of every leaf of the row itself, structs taken apart."""
    if isinstance(tree, dict):
        for name in sorted(tree):
            yield from leaves(tree[name], child(own, name), f"{sql}.{quoted(name)}", f"{path}.{name}")
    else:
        yield path, value_expression(tree, own, sql)


def projection(tree, own, path):
    columns = []
    for name in sorted(tree):
        for leaf, sql in leaves(tree[name], own.get(name), f"t.{quoted(name)}", name):
            columns.append(f"{sql} AS {quoted(leaf)}")
    return f"SELECT {', '.join(columns)} FROM read_parquet('{path}') AS t"


def differences(left, right):
    """Rows that only the left, and that only the right file has."""
    left_tree, right_tree = tree_of_file(left), tree_of_file(right)
    tree = merged(left_tree, right_tree)
    left_sql, right_sql = projection(tree, left_tree, left), projection(tree, right_tree, right)
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")

    def count(first, second):
        return connection.execute(f"SELECT count(*) FROM ({first} EXCEPT ALL {second})").fetchone()[0]

    # A bag of rows that lies within another one of the same size is that other one.
    only_left = count(left_sql, right_sql)
    only_right = only_left + row_count(right) - row_count(left)
    return only_left, only_right


def row_count(path):
    return pyarrow.parquet.read_metadata(path).num_rows


if __name__ == "__main__":
    print(json.dumps({"rows": [row_count(path) for path in sys.argv[1:]], "only": differences(*sys.argv[1:])}))
