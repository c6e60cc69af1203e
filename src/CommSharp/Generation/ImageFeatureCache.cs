using static TorchSharp.torch;

namespace CommSharp.Generation;

/// <summary>
/// The image tokens of pictures seen lately, so that a second question about a picture needs no vision. Bounded in bytes; the picture that was
/// used longest ago is forgotten first.
/// </summary>
/// <param name="capacity">The largest number of bytes to hold.</param>
public sealed class ImageFeatureCache(long capacity = ImageFeatureCache.DefaultCapacity) : IDisposable
{
    /// <summary>256 MiB: 27 pictures of COMM-7B in float32.</summary>
    public const long DefaultCapacity = 256L << 20;

    private readonly Dictionary<string, LinkedListNode<(string Key, Tensor Tokens)>> _entries = [];
    private readonly LinkedList<(string Key, Tensor Tokens)> _byUse = new();

    /// <summary>The bytes held.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of times that vision had to run.</summary>
    public int Misses { get; private set; }

    /// <summary>The number of times that it had not.</summary>
    public int Hits { get; private set; }

    /// <summary>Whether a picture's tokens are held.</summary>
    /// <param name="key">Identifies the pixels: a hash.</param>
    public bool Holds(string key) => _entries.ContainsKey(key);

    /// <summary>Gets a picture's tokens, computing them when they are not held.</summary>
    /// <param name="key">Identifies the pixels: a hash.</param>
    /// <param name="compute">Computes [1, N, C].</param>
    /// <returns>[1, N, C]; the caller's own alias.</returns>
    public Tensor GetOrCompute(string key, Func<Tensor> compute)
    {
        if (_entries.TryGetValue(key, out LinkedListNode<(string Key, Tensor Tokens)>? entry))
        {
            _byUse.Remove(entry);
            _byUse.AddFirst(entry);
            Hits++;
            return entry.Value.Tokens.alias();
        }

        Tensor tokens = compute();
        Misses++;
        long bytes = Size(tokens);
        if (bytes > capacity)
        {
            return tokens;
        }

        while (Bytes + bytes > capacity)
        {
            Forget(_byUse.Last!);
        }

        _entries[key] = _byUse.AddFirst((key, tokens.alias().DetachFromDisposeScope()));
        Bytes += bytes;
        return tokens;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_byUse.Last is { } last)
        {
            Forget(last);
        }
    }

    private void Forget(LinkedListNode<(string Key, Tensor Tokens)> entry)
    {
        _byUse.Remove(entry);
        _entries.Remove(entry.Value.Key);
        Bytes -= Size(entry.Value.Tokens);
        entry.Value.Tokens.Dispose();
    }

    private static long Size(Tensor tensor) => tensor.NumberOfElements * tensor.ElementSize;
}
