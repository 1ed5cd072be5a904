"""Findings in the server, and rules as SQL that lose none of them."""

import gzip
import json
from pathlib import Path

import pytest
from conftest import FOLDER, PROGRAM, Server, findings_of, k8s_audit
from mutants import WAYS, mutants

HARD = Path(__file__).parent / "hard-conditions.yaml"
OF_HARD = ("--no-default-rules", "-r", str(HARD), "--all-rules")


def sorted_findings(found: list[dict]) -> list[str]:
    """Findings without the place of their lines, which a server does not keep."""
    for finding in found:
        if finding["output_fields"].pop("corr.events", None):
            finding.pop("output", None)
        finding["k8s_audit"] = {
            key: value for key, value in finding["k8s_audit"].items() if key not in ("file", "line")
        }
    return sorted(json.dumps(finding, sort_keys=True) for finding in found)


def executable(lines: str) -> str:
    return (
        f"executable('k8s-audit.sh', 'LineAsString', 'finding String', ({lines}), "
        "SETTINGS command_read_timeout = 600000)"
    )


def test_tables_hold_no_null(server: Server) -> None:
    types = server.rows(
        "SELECT name, type FROM system.columns WHERE database = currentDatabase() "
        "AND table IN ('k8s_audit_lines', 'k8s_audit_events', 'k8s_audit_findings')"
    )
    assert len(types) > 30
    assert [name for name, kind in types if "Nullable" in kind] == []


def test_findings_in_the_server(server: Server, log: list[bytes], tmp_path: Path) -> None:
    half = len(log) // 2
    for number, part in enumerate((log[:half], log[half:])):
        (tmp_path / f"{number}.gz").write_bytes(gzip.compress(b"\n".join(part) + b"\n"))
    lines = f"SELECT line FROM file('{tmp_path}/*.gz', 'LineAsString', 'line String') ORDER BY _file, rowNumberInAllBlocks()"
    found = [json.loads(line) for (line,) in server.rows(f"SELECT finding FROM {executable(lines)}")]
    assert len(found) > 100
    assert sorted_findings(found) == sorted_findings(findings_of(b"\n".join(log)))


def test_findings_of_a_table_are_kept_once(server: Server, log: list[bytes], tmp_path: Path) -> None:
    server.load(log[:3000], tmp_path)
    insert = f"INSERT INTO k8s_audit_findings (finding) SELECT finding FROM {executable('SELECT line FROM k8s_audit_lines')};\n"
    server.run("TRUNCATE TABLE k8s_audit_findings;\n" + insert + insert)
    expected = findings_of(b"\n".join(log[:3000]))
    rows = server.rows("SELECT rule, severity, user, namespace, audit_id FROM k8s_audit_findings FINAL")
    assert len(rows) == len(expected) > 20
    wanted = [
        [
            finding["rule"],
            finding["k8s_audit"]["severity"],
            finding["output_fields"].get("ka.user.name") or "",
            finding["output_fields"].get("ka.target.namespace") or "",
            finding["k8s_audit"]["auditID"],
        ]
        for finding in expected
    ]
    assert sorted(rows) == sorted(wanted)


def test_wrong_rules_fail_the_query(server: Server, tmp_path: Path) -> None:
    rules = tmp_path / "wrong.yaml"
    rules.write_text("- rule: x\n  condition: (\n")
    query = executable("SELECT line FROM k8s_audit_lines").replace("k8s-audit.sh", f"k8s-audit.sh -r {rules}", 1)
    with pytest.raises(Exception, match="(?i)exception"):
        server.rows(f"SELECT count() FROM {query}")


def test_lines_become_rows_as_they_arrive(server: Server, log: list[bytes], tmp_path: Path) -> None:
    server.load([], tmp_path)
    server.run((FOLDER / "ingest.sql").read_text())
    file = tmp_path / "some.log"
    file.write_bytes(b"\n".join(log[:500]) + b"\n")
    server.run(f"INSERT INTO k8s_audit_lines SELECT line FROM file('{file}', 'LineAsString', 'line String');\n")
    events = [json.loads(line) for line in log[:500]]
    rows = server.rows("SELECT verb, user_name, regular FROM k8s_audit_events")
    assert sorted(rows) == sorted([event["verb"], event["user"].get("username", ""), True] for event in events)
    server.run("DROP VIEW k8s_audit_ingest;\n")


@pytest.mark.parametrize(
    ("table", "rules"),
    [("raw", ()), ("typed", ()), ("raw", OF_HARD)],
    ids=["raw-bundled", "typed-bundled", "raw-hard"],
)
def test_sql_of_rules_loses_no_finding(
    server: Server, log: list[bytes], tmp_path: Path, table: str, rules: tuple[str, ...]
) -> None:
    """Each rule is in the row of each event on which it fires; an exact one in no other row that is plain."""
    fired = findings_of(b"\n".join(log), *rules)
    on = sorted({finding["k8s_audit"]["line"] - 1 for finding in fired})
    made = mutants([log[number] for number in on[:: max(1, len(on) // 200)]], 40 if rules else 25, seed=11)
    lines = log + [line for _, line in made]
    server.load(lines, tmp_path)
    server.run(k8s_audit("rules", "export", "-q", "-f", "clickhouse", "--table", table, *rules).decode())
    found = findings_of(b"\n".join(lines), *rules)

    number_of = {line: number for number, line in enumerate(lines)}
    assert len(number_of) == len(lines)
    may_double = {line for way, line in made if way in ("double", "other_shape")}
    exact = {rule for rule, is_exact in server.rows("SELECT rule, exact FROM k8s_audit_rules") if is_exact}
    query = "SELECT hex(line), regular, plain, rules FROM k8s_audit_matches"
    rows = {
        number_of[bytes.fromhex(line)]: (regular, plain, set(names))
        for line, regular, plain, names in server.rows(query)
    }
    assert len(rows) == len(lines)
    truth: dict[int, set[str]] = {}
    for finding in found:
        number = finding["k8s_audit"]["line"] - 1
        truth.setdefault(number, set()).add(finding["rule"])

    lost = [(number, names - rows[number][2]) for number, names in truth.items() if rows[number][0]]
    assert [each for each in lost if each[1]] == []
    too_many = [
        (number, rule)
        for number, (regular, plain, names) in rows.items()
        if regular and plain and lines[number] not in may_double
        for rule in (names & exact) - truth.get(number, set())
    ]
    assert too_many == []

    order = "SELECT hex(line) FROM k8s_audit_candidates"
    passing = sorted(number_of[bytes.fromhex(line)] for (line,) in server.rows(order))
    kept = b"\n".join(lines[number] for number in passing)
    assert sorted_findings(findings_of(kept, *rules)) == sorted_findings(found)

    of_log = sum(1 for number in passing if number < len(log))
    known = server.rows("SELECT count() FROM k8s_audit_rules")[0][0]
    print(f"\n{table}: {of_log / len(log):.1%} of the log passes, {len(set(truth)) / len(lines):.1%} has findings; "
          f"{len(exact)} of {known} rules are exact; {sum(map(len, truth.values()))} findings, {len(made)} odd lines")  # fmt: skip
    if not rules:
        assert of_log / len(log) < 0.3
    assert len(exact) > known / 3
    assert len({way for way, line in made if rows[number_of[line]][0]}) >= 6, "most ways leave no row regular"
    assert set(WAYS) == {way for way, _ in made}


def test_program_is_built() -> None:
    assert PROGRAM.exists()
    assert k8s_audit("--version")
