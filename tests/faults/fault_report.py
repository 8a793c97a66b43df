"""Results as a table, on screen and in docs/reliability.md."""

import collections
import datetime
import platform
import re


class Table:
    """Counts cases by row; a row is (scenario, fault), its outcomes are what was found on disk."""

    def __init__(self, columns):
        self.columns = columns
        self.rows = collections.OrderedDict()
        self.problems = []

    def add(self, row, outcome, problem=None):
        self.rows.setdefault(row, collections.Counter())[outcome if problem is None else "FAILED"] += 1
        if problem is not None:
            self.problems.append(problem)

    def cases(self):
        return sum(sum(counter.values()) for counter in self.rows.values())

    def markdown(self):
        lines = ["| " + " | ".join([*self.columns, "cases", "outcomes"]) + " |", "|---" * (len(self.columns) + 2) + "|"]
        for row, counter in self.rows.items():
            outcomes = ", ".join(f"{count} {name}" for name, count in sorted(counter.items()))
            lines.append("| " + " | ".join([*row, str(sum(counter.values())), outcomes]) + " |")
        return "\n".join(lines)


def write_section(path, section, title, table, seconds):
    """Replaces what stands between the section's markers. The markers must be there."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    now = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    verdict = "all as they must be" if not table.problems else f"**{len(table.problems)} FAILED**"
    body = (
        f"{title}: {table.cases()} cases in {seconds:.0f} s, {verdict} "
        f"({now}, Linux {platform.release().split('-')[0]}, {platform.machine()}).\n\n{table.markdown()}"
    )
    begin, end = f"<!-- results: {section} -->", f"<!-- end: {section} -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(text):
        raise RuntimeError(f"{path} has no section {section}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(pattern.sub(lambda _: f"{begin}\n{body}\n{end}", text))


def finish(table, expect_problems):
    """Prints what was found; the exit code of the program."""
    print(table.markdown())
    for problem in table.problems[:20]:
        print("FAILED:", problem)
    if len(table.problems) > 20:
        print(f"… and {len(table.problems) - 20} more")
    if expect_problems:
        print(f"a defective program was tested: {'found out' if table.problems else 'NOT FOUND OUT'}")
        return 0 if table.problems else 1
    return 1 if table.problems else 0
