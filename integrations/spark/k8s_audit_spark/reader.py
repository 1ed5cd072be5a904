"""Reads files on the executors as blocks of bytes, through Hadoop's file systems."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from py4j.protocol import Py4JJavaError
from pyspark import RDD, SparkContext
from pyspark.serializers import NoOpSerializer

_SOURCE = "RangeInputFormat.java"
_CLASS = "k8saudit.RangeInputFormat"
#: The applications that have the class already.
_shipped: set[str] = set()


class Blocks(NamedTuple):
    """Bytes of files, a partition for each file or range of one; whether any file may have several."""

    rdd: RDD[bytes]
    cut: bool


def blocks(context: SparkContext, paths: Sequence[str], range_bytes: int) -> Blocks:
    """The bytes of files. Lists the files, and reads none; OSError where one cannot be listed.

    Each element is a block whose first byte is its kind (see RangeInputFormat.java): a header in front of each file
    or range, then its bytes. Paths are those of Hadoop: folders are read with those in them, `*` and the like are
    patterns.
    """
    if not paths:
        return Blocks(context.parallelize([], 1), False)
    input_format = _input_format(context)
    jvm: Any = context._jvm
    conf = jvm.org.apache.hadoop.conf.Configuration(context._jsc.hadoopConfiguration())
    conf.set("mapreduce.input.fileinputformat.inputdir", ",".join(map(_escaped, paths)))
    conf.set("mapreduce.input.fileinputformat.input.dir.recursive", "true")
    conf.set("mapreduce.input.fileinputformat.list-status.num-threads", "16")
    conf.set("k8saudit.range.bytes", str(range_bytes))
    key, value = (jvm.java.lang.Class.forName(name) for name in ("java.lang.String", "[B"))
    cuts = input_format.getField("cuts")
    before = cuts.getLong(None)
    pairs = context._jsc.newAPIHadoopRDD(conf, input_format, key, value)
    rdd: RDD[bytes] = RDD(pairs.values(), context, NoOpSerializer())
    try:
        rdd.getNumPartitions()
    except Py4JJavaError as error:
        raise OSError(error.java_exception.getMessage()) from None
    return Blocks(rdd, cuts.getLong(None) > before)


def literal(path: str) -> str:
    """A pattern that names one file, whatever is in its name."""
    return "".join("\\" + one if one in "\\*?[]{}" else one for one in path)


def _escaped(path: str) -> str:
    """A path as an item of a list that commas separate."""
    return path.replace("\\", "\\\\").replace(",", "\\,")


def _input_format(context: SparkContext) -> Any:
    """The class RangeInputFormat: compiled once by a driver, and sent to its executors in a jar."""
    jvm: Any = context._jvm
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    if context.applicationId not in _shipped:
        source = files(__package__).joinpath(_SOURCE).read_text(encoding="utf-8")
        compiler = jvm.org.codehaus.janino.SimpleCompiler()
        compiler.setParentClassLoader(loader)
        compiler.cook(source)
        name = f"k8s-audit-{hashlib.sha256(source.encode()).hexdigest()[:16]}.jar"
        jar = Path(tempfile.mkdtemp(prefix="k8s-audit-")) / name
        with zipfile.ZipFile(jar, "w") as out:
            for class_name, code in compiler.getBytecodes().items():
                out.writestr(class_name.replace(".", "/") + ".class", bytes(code))
        context._jsc.addJar(str(jar))
        loader.addURL(jvm.java.net.URL(jar.as_uri()))
        _shipped.add(context.applicationId)
    return loader.loadClass(_CLASS)
