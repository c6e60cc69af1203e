namespace CommSharp.Data.Tabletop.Understanding;

/// <summary>Finds different objects for what is mentioned: three mentioned stars of two that there are, are two.</summary>
internal static class MentionMatching
{
    /// <summary>The most objects that can be given to mentions that they fit, each object to one mention and to each mention as many as it speaks of.</summary>
    /// <param name="mentions">The mentions.</param>
    /// <param name="objects">The objects.</param>
    public static int Count(IReadOnlyList<CaptionMention> mentions, IReadOnlyList<TruthObject> objects)
    {
        int[] holders = [.. Enumerable.Repeat(-1, objects.Count)];
        int found = 0;
        for (int mention = 0; mention < mentions.Count; mention++)
        {
            for (int unit = 0; unit < mentions[mention].Count && TryGive(mention, new bool[objects.Count]); unit++)
            {
                found++;
            }
        }

        return found;

        // Kuhn's augmenting paths: whoever holds a fitting object looks for another one.
        bool TryGive(int mention, bool[] isTried)
        {
            for (int i = 0; i < objects.Count; i++)
            {
                if (isTried[i] || !mentions[mention].Fits(objects[i]))
                {
                    continue;
                }

                isTried[i] = true;
                if (holders[i] < 0 || TryGive(holders[i], isTried))
                {
                    holders[i] = mention;
                    return true;
                }
            }

            return false;
        }
    }
}
