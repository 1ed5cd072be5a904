"""What the tests share: a server in this process, the program, and a log with lines of every kind."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from chdb.session import Session

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parent
ROOT = FOLDER.parent.parent
PROGRAM = ROOT / "bin" / "k8s-audit.js"
MEGABYTES = 2


def k8s_audit(*arguments: str, stdin: bytes | None = None) -> bytes:
    """What the program writes; it must end well."""
    done = subprocess.run(
        ["node", str(PROGRAM), *arguments], input=stdin, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def findings_of(log: bytes, *arguments: str) -> list[dict]:
    """The findings of a log, in order."""
    written = k8s_audit("scan", "-", "-q", "-f", "ndjson", *arguments, stdin=log)
    return [json.loads(line) for line in written.decode().splitlines()]


def statements(text: str) -> list[str]:
    """The statements of a script, each ending with its line."""
    parts = text.split(";\n")
    code = lambda part: [line for line in part.split("\n") if line and not line.startswith("--")]
    return [part for part in parts if code(part)]


class Server:
    """A ClickHouse server in this process."""

    def __init__(self, path: Path) -> None:
        os.environ["K8S_AUDIT"] = str(PROGRAM)
        self.session = Session(f"{path}?user_scripts_path={FOLDER / 'user_scripts'}/")

    def run(self, script: str) -> None:
        for statement in statements(script):
            self.session.query(statement)

    def rows(self, query: str) -> list[list]:
        written = self.session.query(query, "JSONCompactEachRow").bytes().decode()
        return [json.loads(line) for line in written.splitlines()]

    def load(self, lines: list[bytes], folder: Path) -> None:
        """Makes the table of lines hold these, in their order, and the table of events too."""
        file = folder / "lines.tsv"
        escaped = [line.replace(b"\\", b"\\\\").replace(b"\t", b"\\t") for line in lines]
        file.write_bytes(b"".join(line + b"\n" for line in escaped))
        for table in ("k8s_audit_lines", "k8s_audit_events"):
            self.run(f"TRUNCATE TABLE {table};\n")
            self.run(f"INSERT INTO {table} (line) SELECT line FROM file('{file}', 'TSV', 'line String');\n")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    made = Server(tmp_path_factory.mktemp("clickhouse"))
    made.run((FOLDER / "tables.sql").read_text())
    made.run((FOLDER / "findings.sql").read_text())
    return made


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Lines of a generated log and of the samples, each with an ID of its own."""
    folder = tmp_path_factory.mktemp("log")
    script = (
        f"import {{ writeCorpus }} from {json.dumps((ROOT / 'bench/corpus.mjs').as_uri())};"
        f"for (const profile of ['normal', 'users'])"
        f" writeCorpus({json.dumps(str(folder))} + '/' + profile, profile, {MEGABYTES} / 2, 5);"
    )
    subprocess.run(["node", "--input-type=module", "-e", script], check=True)
    files = [folder / "normal", folder / "users", *sorted((ROOT / "samples").glob("*.log"))]
    lines = [line for file in files for line in file.read_bytes().splitlines() if line.strip()]
    return [with_own_id(line, number) for number, line in enumerate(lines)]


def with_own_id(line: bytes, number: int) -> bytes:
    """The line with another audit ID: the program reports a request once, whatever its stages."""
    start = line.find(b'"auditID":"')
    if start == -1:
        return line
    start += len(b'"auditID":"')
    return line[:start] + b"id-%d" % number + line[line.index(b'"', start) :]
