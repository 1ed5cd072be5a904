"""The guides do what they say: their commands and queries run in order, on the samples."""

import re
import subprocess
from pathlib import Path

import duckdb
import pytest
from conftest import FOLDER, PROGRAM, ROOT, Server, k8s_audit


def blocks(guide: str) -> list[tuple[str, str]]:
    text = (ROOT / "docs" / "guides" / guide).read_text()
    found = re.findall(r"^```(sql|sh)\n(.*?)^```$", text, re.M | re.S)
    assert len(found) >= 6
    return found


def test_clickhouse(tmp_path: Path, server: Server) -> None:
    server.run("DROP TABLE k8s_audit_events;\nDROP TABLE k8s_audit_findings;\n")
    server.run((FOLDER / "tables.sql").read_text())
    server.run((FOLDER / "findings.sql").read_text())
    counts = []
    for language, text in blocks("clickhouse.md"):
        if language == "sh":
            line = text.split("\n")[0]
            assert line == "k8s-audit rules export -f clickhouse --table typed > rules.sql"
            server.run(k8s_audit(*line.split(" > ")[0].split()[1:], "-q").decode())
            continue
        statement = text.rstrip().rstrip(";").replace("'samples/", f"'{ROOT}/samples/")
        if statement.startswith("INSERT"):
            server.session.query(statement)
            counts.append(server.rows("SELECT count() FROM k8s_audit_findings FINAL")[0][0])
        else:
            assert server.rows(statement), statement
    # Findings of the candidates are those of all events: the table keeps each once.
    assert counts[0] == 0
    assert counts[1] == counts[2] > 20


@pytest.mark.parametrize("shell", ["bash"])
def test_duckdb(tmp_path: Path, shell: str) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    connection = duckdb.connect()
    connection.execute(f"SET file_search_path = '{tmp_path}'")
    for language, text in blocks("duckdb.md"):
        if language == "sh":
            function = f'k8s-audit() {{ node "{PROGRAM}" "$@"; }}\nset -e\n'
            subprocess.run([shell, "-c", function + text], cwd=tmp_path, check=True)
        else:
            assert connection.execute(text).fetchall(), text
