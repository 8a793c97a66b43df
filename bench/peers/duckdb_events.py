"""DuckDB as a contender: generates product events by SQL, with the columns, domains and shares of `ingot generate
events`. Arguments: one JSON object with rows, threads, output, codec and layout (hive or flat).

The rows are not the same ones, because DuckDB has another random function; everything that can be counted is. Every
draw is a hash of row number and seed, so that it does not depend on threads either. Tuned: insertion order off, the
sets of keys from a small joined table, and one CASE for each key, which was faster than lists of structs.
"""

import json
import sys

import duckdb
from start import report_start

NAMES = (
    "page_view button_click form_submit video_play video_pause add_to_cart remove_from_cart checkout purchase sign_up "
    "sign_in sign_out search filter_apply share"
).split()
CATEGORIES = "electronics clothing books home garden sports toys beauty food music tools pets".split()
TERMS = (
    "laptop,running shoes,coffee maker,headphones,desk lamp,backpack,phone case,water bottle,office chair,notebook,camera,"
    "jacket,yoga mat,keyboard,monitor,garden hose"
).split(",")
FILTERS = "price brand rating color size availability discount".split()
DAYS = 1096


def draw(number, count):
    return f"(hash(i, {number}) % {count})::INTEGER"


def pick(number, words):
    return f"[{', '.join(repr(word) for word in words)}][1 + {draw(number, len(words))}]"


def text(value):
    return f"'\"' || {value} || '\"'"


PROPERTIES = {
    "page_url": text(f"'https://shop.example/page/' || (1 + {draw(10, 200)})"),
    "button_id": text(f"'btn_' || (1 + {draw(11, 50)})"),
    "form_id": text(f"'form_' || (1 + {draw(12, 20)})"),
    "video_id": text(f"'video_' || (1 + {draw(13, 500)})"),
    "product_id": text(f"'product_' || (1 + {draw(14, 1000)})"),
    "category": text(pick(15, CATEGORIES)),
    "price": f"((100 + {draw(16, 99_900)}) / 100)::DECIMAL(5, 2)::VARCHAR",
    "quantity": f"(1 + {draw(17, 10)})::VARCHAR",
    "search_term": text(pick(18, TERMS)),
    "filter_type": text(pick(19, FILTERS)),
    "platform": text(pick(20, ["web", "ios", "android", "desktop"])),
    "browser": text(pick(21, ["chrome", "firefox", "safari", "edge", "opera"])),
    "device_type": text(pick(22, ["desktop", "mobile", "tablet"])),
    "session_id": text("lower(hex(hash(i, 23)))"),
}


def make_masks(connection):
    """The 3,458 sets of two to five keys as bits, numbered; (first, count) of each size."""
    masks, ranges = [], []
    for size in range(2, 6):
        of_size = [mask for mask in range(1 << len(PROPERTIES)) if mask.bit_count() == size]
        ranges.append((len(masks), len(of_size)))
        masks += of_size
    connection.execute("CREATE TEMP TABLE masks (number INTEGER, mask INTEGER)")
    connection.execute("INSERT INTO masks SELECT unnest(range(len($m))), unnest($m)", {"m": masks})
    return ranges


def select(job, ranges):
    sizes = " ".join(f"WHEN {n} THEN {first} + {draw(6, count)}" for n, (first, count) in enumerate(ranges))
    members = ", ".join(
        f"CASE WHEN mask & {1 << bit} <> 0 THEN '\"{key}\":' || {value} END"
        for bit, (key, value) in enumerate(PROPERTIES.items())
    )
    columns = f"""
        TIMESTAMPTZ '2023-01-01 00:00:00+00' + to_microseconds((hash(i, 1) % {DAYS * 86_400_000_000})::BIGINT) AS event_time,
        1 + (hash(i, 2) % 100000)::BIGINT AS user_id, 1 + (hash(i, 3) % 1000)::BIGINT AS team_id,
        {pick(4, NAMES)} AS event_name, '{{' || concat_ws(',', {members}) || '}}' AS properties"""
    date = ", event_time::DATE AS date" if job["layout"] == "hive" else ""
    return f"""
        SELECT *{date} FROM (SELECT {columns} FROM (
            SELECT i, CASE {draw(5, 4)} {sizes} END AS number FROM range({job["rows"]}) t(i)) JOIN masks USING (number))"""


def main():
    job = json.loads(sys.argv[1])
    connection = duckdb.connect()
    connection.execute(f"SET threads = {job['threads']}")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET TimeZone = 'UTC'")
    report_start(duckdb.__version__)
    options = f"FORMAT parquet, COMPRESSION {job['codec']}" + (", PARTITION_BY (date)" if job["layout"] == "hive" else "")
    connection.execute(f"COPY ({select(job, make_masks(connection))}) TO '{job['output']}' ({options})")


main()
