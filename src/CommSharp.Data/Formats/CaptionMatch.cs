using CommSharp.Checkpoints;

namespace CommSharp.Data.Formats;

/// <summary>Holds a model's captions against what was to be captioned: each thing needs exactly one.</summary>
internal static class CaptionMatch
{
    /// <summary>Finds each thing's caption.</summary>
    /// <typeparam name="TKey">What a thing is known by.</typeparam>
    /// <typeparam name="TCaption">A model's caption.</typeparam>
    /// <param name="wanted">The things and where they stand.</param>
    /// <param name="captions">The captions, in any order.</param>
    /// <param name="keyOf">What a caption is of, and where it stands.</param>
    /// <param name="name">A thing's name, as "the picture 9".</param>
    /// <exception cref="DataException">A thing has no caption or two, or a caption is of something else.</exception>
    public static Dictionary<TKey, TCaption> Match<TKey, TCaption>(
        IReadOnlyDictionary<TKey, DataPlace> wanted,
        IEnumerable<TCaption> captions,
        Func<TCaption, (TKey Key, DataPlace Place)> keyOf,
        Func<TKey, string> name)
        where TKey : notnull
    {
        var found = new Dictionary<TKey, TCaption>();
        foreach (TCaption caption in captions)
        {
            (TKey key, DataPlace place) = keyOf(caption);
            if (!wanted.ContainsKey(key))
            {
                throw new DataException(
                    place, $"is a caption of {Printable.Plain(name(key))}, which has no references; are these the results of this file?");
            }

            if (!found.TryAdd(key, caption))
            {
                throw new DataException(place, $"is a second caption of {Printable.Plain(name(key))}, after {keyOf(found[key]).Place}; give one");
            }
        }

        if (found.Count < wanted.Count)
        {
            (TKey missing, DataPlace place) = wanted.First(each => !found.ContainsKey(each.Key));
            string others = wanted.Count - found.Count > 1 ? $", nor {wanted.Count - found.Count - 1} more" : "";
            throw new DataException(place, $"has {Printable.Plain(name(missing))}, to which the results give no caption{others}; each one needs one");
        }

        return found;
    }
}
