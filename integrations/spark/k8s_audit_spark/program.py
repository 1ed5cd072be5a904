"""The program and what it needs, shipped to the executors, and found there."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from pyspark import SparkContext, SparkFiles

#: Options that this package sets itself, or that would write or wait on executors.
REFUSED = (
    *("-f", "--format", "-o", "--output", "--partial", "--write-baseline", "-F", "--follow"),
    *("-r", "--rules", "--config", "--state", "--learn", "--checkpoint", "--fail-on", "--max-findings", "--strict"),
)

#: The applications that have this package already.
_package_shipped: set[str] = set()


class ProgramError(RuntimeError):
    """The program did not do what it should: the message has what it said."""


@dataclass(frozen=True)
class Program:
    """How an executor starts the program: plain data, which tasks carry."""

    name: str
    node: str
    settings: str
    rules: tuple[str, ...]
    options: tuple[str, ...]
    #: What a message calls files of `settings`: their paths here.
    called: tuple[tuple[str, str], ...]

    def command(self, name: str, *options: str) -> list[str]:
        """The words that start a command of the program on standard input, JSON on standard output."""
        settings = Path(SparkFiles.get(self.settings))
        words = [*self._start(), name, "-", "--quiet", "--format", "json"]
        words += ["--config", str(settings / "config.yaml")]
        if name == "scan":
            words += ["--threads", "1", *self.options]
            for rules in self.rules:
                words += ["--rules", str(settings / rules)]
        return [*words, *options]

    def _start(self) -> list[str]:
        shipped = Path(SparkFiles.get(self.name))
        if shipped.is_dir():
            for script in ("package/bin/k8s-audit.js", "bin/k8s-audit.js"):
                if (shipped / script).is_file():
                    return [self.node, str(shipped / script)]
            raise ProgramError(f"{self.name}: no k8s-audit package (bin/k8s-audit.js is missing)")
        if shipped.is_file():
            return [str(shipped)]
        found = shutil.which(self.name)
        if found is None:
            raise ProgramError(
                f"{self.name}: not among the files that were shipped (--files, --archives), nor on the PATH"
            )
        return [found]


def environment() -> dict[str, str]:
    """The environment without settings of the program, which would differ from executor to executor."""
    return {name: value for name, value in os.environ.items() if not name.startswith("K8S_AUDIT_")}


def ship(
    context: SparkContext,
    program: str,
    node: str,
    rules: Sequence[str],
    config: str | None,
    options: Sequence[str],
) -> Program:
    """Sends the program, the rules and the configuration to the executors.

    `program` is a standalone executable, the package (`k8s-audit-X.tgz` of npm, or a folder with what that holds), or
    the name of one that `spark-submit --files` or `--archives` shipped, or that is on the PATH of the executors.
    """
    for option in options:
        if option.split("=")[0] in REFUSED:
            raise ValueError(f"{option.split('=')[0]} is no option here: it is set, or has no place on executors")
    names = tuple(f"rules/{index:03d}-{Path(path).name}" for index, path in enumerate(rules))
    members = [(name, Path(path)) for name, path in zip(names, rules, strict=True)]
    for _, path in members:
        if not path.exists():
            raise FileNotFoundError(f"{path}: no such rules")
    if config is not None:
        members.append(("config.yaml", Path(config)))
    archive = _packed(members, {} if config is not None else {"config.yaml": b""})
    settings = _add_archive(context, archive, "settings")
    called = tuple((name, str(path)) for name, path in members)
    return Program(_ship_program(context, program), node, settings, names, tuple(options), called)


def ship_package(context: SparkContext) -> None:
    """Sends this package to the executors, which need not have it installed."""
    if context.applicationId in _package_shipped:
        return
    folder = Path(__file__).parent
    if not folder.is_dir():
        return  # It came in an archive (`spark-submit --py-files`), which executors have, too.
    file = Path(tempfile.mkdtemp(prefix="k8s-audit-")) / f"{folder.name}.zip"
    with zipfile.ZipFile(file, "w") as out:
        for path in sorted(folder.glob("*.py")):
            out.write(path, f"{folder.name}/{path.name}")
    context.addPyFile(str(file))
    _package_shipped.add(context.applicationId)


def check(program: Program) -> None:
    """Starts the program on nothing, here: wrong rules and options are told before any task starts."""
    try:
        command = program.command("scan")
        done = subprocess.run(command, input=b"", capture_output=True, env=environment(), check=False)
    except (ProgramError, FileNotFoundError):
        return  # Executors may have it all the same; a task tells if they have not.
    if done.returncode != 0:
        message = done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
        for name, path in program.called:
            message = message.replace(SparkFiles.get(f"{program.settings}/{name}"), path)
        raise ProgramError(message)


def _ship_program(context: SparkContext, program: str) -> str:
    path = Path(program)
    if path.is_dir():
        if not (path / "bin/k8s-audit.js").is_file():
            raise FileNotFoundError(f"{program}: no k8s-audit package (bin/k8s-audit.js is missing)")
        parts = [(f"package/{part}", path / part) for part in ("package.json", "bin", "dist", "rules")]
        return _add_archive(context, _packed(parts, {}), "program")
    if os.sep not in program and not path.exists():
        return program
    if not path.is_file():
        raise FileNotFoundError(f"{program}: no such program")
    if path.suffix in (".tgz", ".gz"):
        return _add_archive(context, path.read_bytes(), "program")
    context.addFile(str(path.resolve()))
    return path.name


def _packed(members: Sequence[tuple[str, Path]], texts: dict[str, bytes]) -> bytes:
    """A tar archive, the same bytes for the same content."""
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w", dereference=True) as archive:
        for name, path in members:
            archive.add(path, name, filter=_plain)
        for name, text in texts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(text)
            archive.addfile(entry, BytesIO(text))
    return packed.getvalue()


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.mtime = entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def _add_archive(context: SparkContext, packed: bytes, what: str) -> str:
    """Sends an archive once, and returns the name of the folder that it is on executors."""
    suffix = "tgz" if packed.startswith(b"\x1f\x8b") else "tar"
    name = f"k8s-audit-{what}-{hashlib.sha256(packed).hexdigest()[:16]}"
    if not Path(SparkFiles.get(name)).exists():
        file = Path(tempfile.mkdtemp(prefix="k8s-audit-")) / f"{name}.{suffix}"
        file.write_bytes(packed)
        context.addArchive(f"{file}#{name}")
    return name
