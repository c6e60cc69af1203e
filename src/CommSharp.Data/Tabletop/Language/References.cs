using CommSharp.Data.Tabletop.World;
using CommSharp.Data.Tasks;

namespace CommSharp.Data.Tabletop.Language;

/// <summary>Finds ways to say which object of a scene is meant. Whatever it gives is true of that object and of no other.</summary>
public static class References
{
    private const int MostOrdinal = 4, MostDraws = 60;

    /// <summary>One reference of each sort that an object has, in any order; at most four.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="shown">The object.</param>
    /// <param name="chance">What the choice is left to.</param>
    /// <param name="heldOut">Whether kinds that are held out of training may be spoken of.</param>
    public static IReadOnlyList<Reference> OneOfEachSort(Scene scene, SceneObject shown, SampleChance chance, bool heldOut)
    {
        IEnumerable<Reference>[] sorts = [ByLooks(scene, shown), BySide(scene, shown), ByOrder(shown), BySize(shown)];
        var found = new List<Reference>();
        foreach (IEnumerable<Reference> sort in sorts)
        {
            if (Pick([.. sort], each => (heldOut || !each.IsHeldOut) && each.Find(scene) == shown, chance) is { } right)
            {
                found.Add(right);
            }
        }

        return chance.Shuffled(found);
    }

    /// <summary>The shortest way to say which object is meant, by its looks if that is enough; null where there is no way.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="shown">The object.</param>
    /// <param name="chance">What the choice among ways of the same length is left to.</param>
    /// <param name="heldOut">Whether kinds that are held out of training may be spoken of.</param>
    public static Reference? Shortest(Scene scene, SceneObject shown, SampleChance chance, bool heldOut)
    {
        Reference[] looks = [.. ByLooks(scene, shown).Where(each => each.Looks.Shape is not null && each.Looks.Hue is not null && each.Find(scene) == shown && (heldOut || !each.IsHeldOut))];
        if (looks.Length > 0)
        {
            int least = looks.Min(each => each.Looks.Said);
            return Pick([.. looks.Where(each => each.Looks.Said == least)], _ => true, chance);
        }

        IReadOnlyList<Reference> others = OneOfEachSort(scene, shown, chance, heldOut);
        return others.Count == 0 ? null : others[0];
    }

    /// <summary>The shortest description that fits one object of a scene alone and names its shape; null where there is none.</summary>
    internal static Description? Unique(Scene scene, SceneObject shown) => Description.AllOf(shown)
        .Where(looks => looks.Shape is not null && looks.In(scene).Count == 1)
        .OrderBy(looks => looks.Said)
        .Select(looks => (Description?)looks)
        .FirstOrDefault();

    private static IEnumerable<Reference> ByLooks(Scene scene, SceneObject shown) =>
        Description.AllOf(shown).Where(looks => looks.Said > 0 && looks.In(scene).Count == 1).Select(looks => new LooksReference(looks));

    private static IEnumerable<Reference> BySide(Scene scene, SceneObject shown)
    {
        foreach (SceneObject anchor in scene.Objects.Where(other => other != shown))
        {
            if (Unique(scene, anchor) is not { } named)
            {
                continue;
            }

            foreach (Description looks in Loose(shown))
            {
                yield return new NearestReference(looks, named);
                foreach (Side side in Enum.GetValues<Side>())
                {
                    yield return new SideReference(looks, side, named);
                }
            }
        }
    }

    private static IEnumerable<Reference> ByOrder(SceneObject shown) =>
        from looks in Loose(shown) from side in Enum.GetValues<Side>() from number in Enumerable.Range(1, MostOrdinal) select new OrdinalReference(looks, side, number);

    private static IEnumerable<Reference> BySize(SceneObject shown) =>
        from looks in Loose(shown).Where(looks => looks.Extent is null) from largest in (bool[])[true, false] select new ExtremeReference(looks, largest);

    /// <summary>Descriptions that say little, so that others in the scene may look so too.</summary>
    private static IEnumerable<Description> Loose(SceneObject shown) => Description.AllOf(shown).Where(looks => looks.Said is 1 or 2 && (looks.Shape is not null || looks.Said == 1));

    /// <summary>
    /// Draws until one is right; those that name the shape four times as often as others, those that call something solid a quarter as often. Looking at all of them would take longer than drawing the picture; null when none of many was right.
    /// </summary>
    private static Reference? Pick(Reference[] references, Func<Reference, bool> isRight, SampleChance chance)
    {
        int[] weights = [.. references.Select(each => (each.Looks.Shape is null ? 1 : 4) * (each.Looks.Pattern == Pattern.Solid ? 1 : 4))];
        int total = weights.Sum();
        for (int draw = 0; draw < MostDraws && total > 0; draw++)
        {
            int at = chance.Below(total), number = 0;
            for (; at >= weights[number]; number++)
            {
                at -= weights[number];
            }

            if (isRight(references[number]))
            {
                return references[number];
            }
        }

        return null;
    }
}
