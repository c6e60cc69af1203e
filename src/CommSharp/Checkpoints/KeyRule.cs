namespace CommSharp.Checkpoints;

/// <summary>
/// One line of a <see cref="CheckpointLayout"/>: where a module's tensor is found in a checkpoint. "{i}" in a name stands for the block's index.
/// Rules are data, so that the same list loads, exports and explains a layout.
/// </summary>
public abstract record KeyRule;

/// <summary>The same tensor under another name.</summary>
/// <param name="Source">The name in the checkpoint.</param>
/// <param name="Target">The name in the module.</param>
public sealed record Rename(string Source, string Target) : KeyRule;

/// <summary>Several tensors of equal shape, stacked along their first dimension: separate queries, keys and values.</summary>
/// <param name="Sources">The names in the checkpoint, in the order of stacking.</param>
/// <param name="Target">The name in the module.</param>
public sealed record Fuse(IReadOnlyList<string> Sources, string Target) : KeyRule;

/// <summary>The same elements in another shape.</summary>
/// <param name="Source">The name in the checkpoint.</param>
/// <param name="Target">The name in the module.</param>
/// <param name="Shape">The shape in the checkpoint.</param>
public sealed record Reshape(string Source, string Target, params IReadOnlyList<long> Shape) : KeyRule;

/// <summary>Tensors that a checkpoint may carry and that the module has no use for.</summary>
/// <param name="Glob">A name in which "*" stands for any text.</param>
public sealed record Ignore(string Glob) : KeyRule;
