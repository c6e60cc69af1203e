using CommSharp.Language;

namespace CommSharp.Generation;

/// <summary>
/// The key/value cache of one conversation, with what stands at each of its positions. A prompt that begins as the last one did goes on from
/// where they part.
/// </summary>
/// <param name="config">The decoder.</param>
public sealed class PrefixCache(LlamaConfig config) : IDisposable
{
    private List<long> _positions = [];

    /// <summary>The keys and values.</summary>
    public KvCache Cache { get; } = new(config);

    /// <summary>Cuts the cache back to what it has in common with a prompt.</summary>
    /// <param name="prompt">
    /// What stands at each position: a token's id, or for an image token a number below 0 that depends on the picture and the place in it.
    /// </param>
    /// <returns>
    /// The number of leading positions that need not run again; always less than the prompt's length, since the last one has to be scored.
    /// </returns>
    public int Reuse(IReadOnlyList<long> prompt)
    {
        int limit = Math.Min(prompt.Count - 1, (int)Math.Min(_positions.Count, Cache.Length)), common = 0;
        while (common < limit && _positions[common] == prompt[common])
        {
            common++;
        }

        Cache.Truncate(common);
        _positions = [.. prompt];
        return common;
    }

    /// <summary>Notes the tokens that were generated after the prompt.</summary>
    public void Append(IEnumerable<int> tokens) => _positions.AddRange(tokens.Select(token => (long)token));

    /// <inheritdoc/>
    public void Dispose() => Cache.Dispose();
}
