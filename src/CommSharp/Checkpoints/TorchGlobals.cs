using CommSharp.Checkpoints.Pickle;

namespace CommSharp.Checkpoints;

/// <summary>
/// The names that a PyTorch state dict needs, with what they mean here: a subset of those that torch.load(weights_only=True) allows
/// (torch/_weights_only_unpickler.py).
/// </summary>
internal static class TorchGlobals
{
    private const int MostDimensions = 64;

    public static PickleAllowList Allowed { get; } = new(
    [
        new PickleGlobal("collections.OrderedDict", OrderedDictionary),
        new PickleGlobal("torch._utils._rebuild_tensor_v2", Tensor),
        new PickleGlobal("torch._utils._rebuild_parameter", First<TorchView>),
        new PickleGlobal("torch.Size", First<object?[]>),
        new PickleGlobal("torch.device", First<string>),
        .. StoredDtype.All.Select(d => new PickleGlobal($"torch.{d.TorchStorage}")),
    ]);

    /// <summary>Reads the persistent id of a storage: ('storage', class, key, device, number of elements).</summary>
    public static TorchStorage Storage(object? id)
    {
        if (id is not object?[] parts || parts is not ["storage", PickleGlobal type, string key, string, long elements and >= 0])
        {
            throw new FormatException("not the id of a storage; the pickle is damaged");
        }

        var dtype = StoredDtype.All.FirstOrDefault(d => type.Name == $"torch.{d.TorchStorage}")
            ?? throw new FormatException($"{Printable.Name(type.Name)} is no storage");
        return new TorchStorage(key, dtype, elements);
    }

    // A parameter is its tensor, a size its tuple, a device its name.
    private static object First<T>(IReadOnlyList<object?> arguments) =>
        arguments is [T first, ..] ? first : throw new FormatException("its first argument is of the wrong kind; the pickle is damaged");

    // Given items to copy, a small pickle could ask for the same long list again and again.
    private static PickleDictionary OrderedDictionary(IReadOnlyList<object?> arguments) =>
        arguments is [] ? new PickleDictionary() : throw new FormatException("it is not made from arguments by any torch that writes zip archives");

    // (storage, offset, shape, stride, requires_grad, backward_hooks[, metadata]); the rest has no meaning for stored weights.
    private static TorchView Tensor(IReadOnlyList<object?> arguments)
    {
        if (arguments is not [TorchStorage storage, long offset, object?[] shape, object?[] stride, _, _, ..])
        {
            throw new FormatException("not a storage, an offset, a shape and a stride; the pickle is damaged");
        }

        return TorchView.Create(storage, offset, Numbers(shape), Numbers(stride));
    }

    private static long Number(object? value) =>
        value is long and >= 0 and var number ? number : throw new FormatException("a shape or stride is not of whole numbers from 0 up");

    private static long[] Numbers(object?[] values)
    {
        if (values.Length > MostDimensions)
        {
            throw new FormatException($"{values.Length} dimensions are more than the {MostDimensions} allowed");
        }

        return [.. values.Select(Number)];
    }
}
