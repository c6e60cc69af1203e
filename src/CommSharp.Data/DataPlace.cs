using CommSharp.Checkpoints;

namespace CommSharp.Data;

/// <summary>Where something stands in a data set, so that a person finds it: the file, the line or the record, and the field.</summary>
/// <param name="File">The file's path.</param>
/// <param name="Line">The line, counted from 1, in files of lines.</param>
/// <param name="Record">The record, counted from 0 as programs do, in files that hold a list.</param>
/// <param name="Field">The field, written as "conversations[1].value"; null for the whole record.</param>
public sealed record DataPlace(string File, int? Line = null, int? Record = null, string? Field = null)
{
    /// <summary>The place of a field in this one.</summary>
    public DataPlace Of(string field) => this with { Field = Field is null ? field : field[0] == '[' ? Field + field : $"{Field}.{field}" };

    /// <summary>As a person reads it: "file.jsonl, line 3, field 'bbox'".</summary>
    public override string ToString() => string.Concat(
        File,
        Line is { } line ? $", line {line}" : "",
        Record is { } record ? $", record {record}" : "",
        Field is { } field ? $", field {Printable.Name(field)}" : "");
}
