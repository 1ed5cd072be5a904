"""What a task does: bytes of a file go into the program, checked lines of JSON come out.

Tasks write nothing but what they hand to Spark, and the same bytes give the same rows. So Spark may start a task again,
on another executor, or twice: it takes the rows of one attempt.
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from k8s_audit_spark.program import Program, ProgramError, environment

Part = tuple[str, str, int, str]

#: Lines of JSON are handed to Spark in pieces of about so many bytes.
_PIECE = 1 << 20
#: So much of what the program complains about is quoted.
_QUOTED = 2000
#: Exit codes of a run that read its input, or what could be read of it.
_FINISHED = (0, 2)
_COUNTS = ("event_lines", "continuation_lines", "blank_lines", "problem_lines")


class AccountingError(RuntimeError):
    """Some line or row is missing, or there twice."""


@dataclass(frozen=True)
class Job:
    """What tasks need to know: plain data."""

    program: Program
    activity: tuple[str, ...] | None
    cluster: str | None
    cluster_pattern: str | None

    def commands(self, file: str) -> dict[str, list[str]]:
        """The words that start each program for a file."""
        named = self._cluster(file)
        options = [] if named is None else ["--cluster", named]
        commands = {"finding": self.program.command("scan", *options)}
        if self.activity is not None:
            commands["request"] = self.program.command("activity", *options, *self.activity)
        return commands

    def _cluster(self, file: str) -> str | None:
        found = None if self.cluster_pattern is None else re.search(self.cluster_pattern, file)
        return self.cluster if found is None else found.group(1)


def evaluator(job: Job) -> Callable[[Iterable[bytes]], Iterator[Part]]:
    """A function for `mapPartitions`: blocks of files (see reader.blocks) to rows of schemas.PARTS."""

    def evaluate(blocks: Iterable[bytes]) -> Iterator[Part]:
        source: _Source | None = None
        try:
            for block in blocks:
                if block[0] == 0:
                    if source is not None:
                        yield from source.finish()
                    source = _Source(block[1:].decode("utf-8"), job)
                elif source is not None:
                    source.feed(memoryview(block)[1:])
            if source is not None:
                yield from source.finish()
        finally:
            if source is not None:
                source.stop()

    return evaluate


class _Run:
    """One program that reads a file on its standard input. What it writes goes to files: so it never waits for us."""

    def __init__(self, command: list[str]) -> None:
        self.out: IO[bytes] = tempfile.TemporaryFile()
        self.err: IO[bytes] = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=self.out, stderr=self.err, env=environment(), bufsize=0
        )
        self.reads = True

    def feed(self, data: memoryview) -> None:
        assert self.process.stdin is not None
        while self.reads and len(data) > 0:
            try:
                data = data[self.process.stdin.write(data) :]
            except BrokenPipeError:
                self.reads = False  # Damaged input is read no further; the exit code tells whether that was it.

    def finish(self) -> int:
        assert self.process.stdin is not None
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            self.reads = False
        code = self.process.wait()
        if code not in _FINISHED or (code == 0 and not self.reads):
            raise ProgramError(f"exit code {code}: {self.complaint()}")
        self.out.seek(0)
        return code

    def complaint(self) -> str:
        self.err.seek(0)
        return self.err.read(_QUOTED).decode("utf-8", "replace").strip() or "nothing was said"

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.process.stdin is not None and not self.process.stdin.closed:
            self.process.stdin.close()
        self.out.close()
        self.err.close()


class _Source:
    """A file, or a range of one, on its way through the programs."""

    def __init__(self, header: str, job: Job) -> None:
        begin, end, size, self.file = header.split("\t", 3)
        self.begin, self.end, self.size = int(begin), int(end), int(size)
        self.fed = 0
        self.runs: dict[str, _Run] = {}
        try:
            for kind, command in job.commands(self.file).items():
                self.runs[kind] = _Run(command)
        except BaseException:
            self.stop()
            raise

    def feed(self, data: memoryview) -> None:
        self.fed += len(data)
        for run in self.runs.values():
            run.feed(data)

    def finish(self) -> Iterator[Part]:
        """All rows of the file, after every check: a task that fails hands over none."""
        if self.fed != self.end - self.begin:
            raise AccountingError(f"{self.file}: {self.fed} bytes came, {self.end - self.begin} were to come")
        try:
            codes = {kind: run.finish() for kind, run in self.runs.items()}
            parts: list[Part] = []
            summaries: dict[str, dict[str, Any]] = {}
            for kind, run in self.runs.items():
                lines, summaries[kind] = _document(run)
                parts += self._pieces(kind, lines)
                _expect(self, summaries[kind], kind, len(lines))
            parts.append(self._part("accounting", self._accounting(codes["finding"], summaries)))
        except (ProgramError, AccountingError) as error:
            raise type(error)(f"{self.file} from byte {self.begin}: {error}") from None
        finally:
            self.stop()
        yield from parts

    def stop(self) -> None:
        for run in self.runs.values():
            run.stop()

    def _part(self, kind: str, lines: str) -> Part:
        return (kind, self.file, self.begin, lines)

    def _pieces(self, kind: str, lines: list[bytes]) -> Iterator[Part]:
        piece: list[bytes] = []
        size = 0
        for line in lines:
            piece.append(line)
            size += len(line)
            if size >= _PIECE:
                yield self._part(kind, b"\n".join(piece).decode("utf-8"))
                piece, size = [], 0
        if piece:
            yield self._part(kind, b"\n".join(piece).decode("utf-8"))

    def _accounting(self, code: int, summaries: dict[str, dict[str, Any]]) -> str:
        summary = summaries["finding"]
        requests = summaries["request"]["shown"] if "request" in summaries else None
        return json.dumps(
            {
                "range_end": self.end,
                "file_bytes": self.size,
                "expanded_bytes": summary["bytes"],
                "requests": requests,
                "exit_code": code,
                **{name: summary.get(name) for name in ("lines", *_COUNTS, "events", "findings", "failure")},
                **{name: summary.get(name) for name in ("first_event_time", "last_event_time", "problems")},
            }
        )


def _document(run: _Run) -> tuple[list[bytes], dict[str, Any]]:
    """The lines and the summary of a JSON document: the first and the last line are its own."""
    lines: list[bytes] = []
    last = b""
    next(run.out, None)
    for line in run.out:
        if last:
            lines.append(last.rstrip(b",\n"))
        last = line
    if not last.startswith(b'],"summary":'):
        raise ProgramError(f"no whole report: {run.complaint()}")
    summary: dict[str, Any] = json.loads(last[len(b'],"summary":') :].rstrip()[:-1])
    return [line for line in lines if line], summary


def _expect(source: _Source, summary: dict[str, Any], kind: str, rows: int) -> None:
    """Raises where counts do not add up."""
    if kind == "request":
        if rows != summary["shown"]:
            raise AccountingError(f"{rows} requests came, {summary['shown']} were written")
        return
    if summary["interrupted"]:
        raise ProgramError("the program was interrupted")
    parts = sum(summary[name] for name in _COUNTS)
    if parts != summary["lines"]:
        raise AccountingError(f"{summary['lines']} lines, but {parts} were accounted for")
    if rows != summary["findings"]:
        raise AccountingError(f"{rows} findings came, {summary['findings']} were written")
