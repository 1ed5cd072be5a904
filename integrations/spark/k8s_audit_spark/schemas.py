"""The columns of every frame."""

from __future__ import annotations

from pyspark.sql.types import (
    ArrayType,
    DateType,
    IntegerType,
    LongType,
    MapType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)


def _struct(**fields: object) -> StructType:
    return StructType([StructField(name, kind, True) for name, kind in fields.items()])  # type: ignore[arg-type]


_TEXT, _LONG, _TIME = StringType(), LongType(), TimestampType()
_TEXTS = ArrayType(_TEXT)

#: A finding. `date` is that of `time` in UTC. `logged_time` has the nanoseconds that a timestamp has not. Values of
#: `output_fields` are text; those that are no text are JSON.
FINDINGS = _struct(
    date=DateType(),
    time=_TIME,
    logged_time=_TEXT,
    cluster=_TEXT,
    severity=_TEXT,
    priority=_TEXT,
    rule=_TEXT,
    output=_TEXT,
    output_fields=MapType(_TEXT, _TEXT),
    source=_TEXT,
    tags=_TEXTS,
    policies=_TEXTS,
    audit_id=_TEXT,
    stage=_TEXT,
    node=_TEXT,
    stream=_TEXT,
    fingerprint=_TEXT,
    file=_TEXT,
    line=_LONG,
)

#: A request, its stages in one row.
ACTIVITY = _struct(
    date=DateType(),
    time=_TIME,
    logged_time=_TEXT,
    cluster=_TEXT,
    user=_TEXT,
    impersonated_user=_TEXT,
    verb=_TEXT,
    object=_TEXT,
    result=_TEXT,
    code=_TEXT,
    source_ip=_TEXT,
    user_agent=_TEXT,
    audit_id=_TEXT,
    api_group=_TEXT,
    resource=_TEXT,
    subresource=_TEXT,
    namespace=_TEXT,
    name=_TEXT,
    request_uri=_TEXT,
    reason=_TEXT,
    end=_TIME,
    level=_TEXT,
    stage=_TEXT,
    file=_TEXT,
    line=_LONG,
)

#: What of a file was no event: a row for each reason, with the lines of some examples.
PROBLEMS = _struct(
    file=_TEXT,
    range_begin=_LONG,
    reason=_TEXT,
    kind=_TEXT,
    text=_TEXT,
    count=_LONG,
    lines=ArrayType(_LONG),
)

#: What became of each file, or range of a file: bytes of the file, and lines of what it holds when it is expanded.
#: lines = event_lines + continuation_lines + blank_lines + problem_lines.
ACCOUNTING = _struct(
    file=_TEXT,
    range_begin=_LONG,
    range_end=_LONG,
    file_bytes=_LONG,
    expanded_bytes=_LONG,
    lines=_LONG,
    event_lines=_LONG,
    continuation_lines=_LONG,
    blank_lines=_LONG,
    problem_lines=_LONG,
    events=_LONG,
    findings=_LONG,
    requests=_LONG,
    first_event_time=_TEXT,
    last_event_time=_TEXT,
    exit_code=IntegerType(),
    failure=_TEXT,
)

#: What tasks hand back: lines of JSON of one kind, of one file or range.
PARTS = _struct(kind=_TEXT, file=_TEXT, range_begin=_LONG, lines=_TEXT)

#: Lines of JSON, as the program writes them.
ALERT = _struct(
    time=_TEXT,
    priority=_TEXT,
    rule=_TEXT,
    output=_TEXT,
    output_fields=MapType(_TEXT, _TEXT),
    source=_TEXT,
    tags=_TEXTS,
    k8s_audit=_struct(
        auditID=_TEXT,
        stage=_TEXT,
        file=_TEXT,
        line=_LONG,
        cluster=_TEXT,
        node=_TEXT,
        stream=_TEXT,
        fingerprint=_TEXT,
        policies=_TEXTS,
        severity=_TEXT,
    ),
)
REQUEST = _struct(
    **{
        field.name: _TEXT if field.name == "end" else field.dataType
        for field in ACTIVITY
        if field.name not in ("date", "time", "logged_time")
    },
    time=_TEXT,
)
PROBLEM = _struct(
    reason=_TEXT,
    kind=_TEXT,
    text=_TEXT,
    count=_LONG,
    examples=ArrayType(_struct(file=_TEXT, line=_LONG)),
)
