using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Checkpoints;

/// <summary>
/// A checkpoint whose vocabulary tables have more rows. Each new row is the mean of the stored ones: of ordinary length, and never the best-scored,
/// since the mean of the scores is not above the largest. It owns the checkpoint.
/// </summary>
/// <param name="inner">The checkpoint.</param>
/// <param name="tables">The names of the tables, [V, C].</param>
/// <param name="rows">The number of rows that they get.</param>
internal sealed class GrownSource(ITensorSource inner, IReadOnlyCollection<string> tables, long rows) : ITensorSource
{
    public string Location => inner.Location;

    public IReadOnlyCollection<string> Names => inner.Names;

    public TensorInfo Describe(string name)
    {
        TensorInfo info = inner.Describe(name);
        return tables.Contains(name)
            ? info with { Shape = [rows, .. info.Shape.Skip(1)], Bytes = info.Bytes / info.Shape[0] * rows }
            : info;
    }

    public void ReadInto(string name, Tensor destination)
    {
        if (!tables.Contains(name))
        {
            inner.ReadInto(name, destination);
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = no_grad();
        Destination.Check(Location, name, Describe(name), destination);
        long stored = inner.Describe(name).Shape[0];
        Tensor table = destination.narrow(0, 0, stored);
        inner.ReadInto(name, table);
        destination.narrow(0, stored, rows - stored).copy_(table.mean([0], keepdim: true, type: ScalarType.Float32));
    }

    public void Dispose() => inner.Dispose();
}
