using CommSharp.Data.Tabletop.World;
using CommSharp.Data.Tasks;

namespace CommSharp.Data.Tabletop.Language;

/// <summary>A way to say which object is meant: by its looks, by where it is, or by both.</summary>
public abstract record Reference(Description Looks)
{
    /// <summary>What kind of reference it is, for scores by kind: "attributes", "relation", "ordinal" or "size".</summary>
    public abstract string Sort { get; }

    /// <summary>Whether it speaks of a kind that is held out of training.</summary>
    public virtual bool IsHeldOut => Looks.IsHeldOut;

    /// <summary>The only object of a scene that is meant; null where there is none, several, or it is not clear.</summary>
    public abstract SceneObject? Find(Scene scene);

    /// <summary>The words, with their article: "the star left of the blue ring".</summary>
    /// <param name="chance">What wording is left to.</param>
    public abstract string Write(SampleChance chance);

    /// <summary>The only object that looks so; null where there is none or several.</summary>
    protected static SceneObject? Only(Description looks, Scene scene) => looks.In(scene) is [var only] ? only : null;

    /// <summary>One of several wordings.</summary>
    protected static string Choose(SampleChance chance, params ReadOnlySpan<string> wordings) => wordings[chance.Below(wordings.Length)];
}

/// <summary>By its looks alone: "the small red star".</summary>
public sealed record LooksReference(Description Looks) : Reference(Looks)
{
    /// <inheritdoc/>
    public override string Sort => "attributes";

    /// <inheritdoc/>
    public override SceneObject? Find(Scene scene) => Only(Looks, scene);

    /// <inheritdoc/>
    public override string Write(SampleChance chance) => "the " + Looks.Write(chance);
}

/// <summary>By another thing beside it: "the star left of the blue ring".</summary>
public sealed record SideReference(Description Looks, Side Side, Description Anchor) : Reference(Looks)
{
    /// <inheritdoc/>
    public override string Sort => "relation";

    /// <inheritdoc/>
    public override bool IsHeldOut => Looks.IsHeldOut || Anchor.IsHeldOut;

    /// <inheritdoc/>
    public override SceneObject? Find(Scene scene)
    {
        if (Only(Anchor, scene) is not { } anchor)
        {
            return null;
        }

        (SceneObject Shown, bool? Is)[] candidates = [.. Looks.In(scene).Where(shown => shown != anchor).Select(shown => (shown, Places.IsOn(shown, Side, anchor)))];
        return candidates.Any(each => each.Is is null) || candidates.Count(each => each.Is == true) != 1 ? null : candidates.Single(each => each.Is == true).Shown;
    }

    /// <inheritdoc/>
    public override string Write(SampleChance chance) => $"the {Looks.Write(chance)} {Write(Side, chance)} the {Anchor.Write(chance)}";

    /// <summary>The words between two things.</summary>
    public static string Write(Side side, SampleChance chance) => side switch
    {
        Side.Left => Choose(chance, "left of", "to the left of", "on the left of"),
        Side.Right => Choose(chance, "right of", "to the right of", "on the right of"),
        Side.Above => Choose(chance, "above", "above", "higher than"),
        Side.Below => Choose(chance, "below", "below", "lower than"),
        _ => throw new ArgumentOutOfRangeException(nameof(side), side, "Unknown side."),
    };
}

/// <summary>By what it is nearest to: "the star nearest to the blue ring".</summary>
public sealed record NearestReference(Description Looks, Description Anchor) : Reference(Looks)
{
    /// <inheritdoc/>
    public override string Sort => "relation";

    /// <inheritdoc/>
    public override bool IsHeldOut => Looks.IsHeldOut || Anchor.IsHeldOut;

    /// <inheritdoc/>
    public override SceneObject? Find(Scene scene) => Only(Anchor, scene) is { } anchor ? Places.Nearest(anchor, Looks.In(scene)) : null;

    /// <inheritdoc/>
    public override string Write(SampleChance chance) => $"the {Looks.Write(chance)} {Choose(chance, "nearest to", "closest to", "next to")} the {Anchor.Write(chance)}";
}

/// <summary>By its place in a row: "the second star from the left", "the leftmost star".</summary>
public sealed record OrdinalReference(Description Looks, Side From, int Number) : Reference(Looks)
{
    /// <inheritdoc/>
    public override string Sort => "ordinal";

    /// <inheritdoc/>
    public override SceneObject? Find(Scene scene) =>
        Places.From(From, Looks.In(scene)) is { Count: >= 2 } row && Number <= row.Count ? row[Number - 1] : null;

    /// <inheritdoc/>
    public override string Write(SampleChance chance)
    {
        string looks = Looks.Write(chance);
        string end = From switch { Side.Left => "left", Side.Right => "right", Side.Above => "top", _ => "bottom" };
        if (Number > 1 || chance.Happens(0.3))
        {
            return $"the {Words.Ordinal(Number)} {looks} from the {end}";
        }

        return From switch
        {
            Side.Left => Choose(chance, $"the leftmost {looks}", $"the {looks} furthest to the left"),
            Side.Right => Choose(chance, $"the rightmost {looks}", $"the {looks} furthest to the right"),
            Side.Above => Choose(chance, $"the topmost {looks}", $"the highest {looks}"),
            _ => Choose(chance, $"the bottommost {looks}", $"the lowest {looks}"),
        };
    }
}

/// <summary>By its size among its like: "the largest star".</summary>
public sealed record ExtremeReference(Description Looks, bool IsLargest) : Reference(Looks)
{
    /// <inheritdoc/>
    public override string Sort => "size";

    /// <inheritdoc/>
    public override SceneObject? Find(Scene scene) => Places.Extreme(IsLargest, Looks.In(scene));

    /// <inheritdoc/>
    public override string Write(SampleChance chance) =>
        $"the {(IsLargest ? Choose(chance, "largest", "biggest") : Choose(chance, "smallest", "tiniest"))} {Looks.Write(chance)}";
}
