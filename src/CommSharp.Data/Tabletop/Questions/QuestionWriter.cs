using CommSharp.Data.Tabletop.Language;
using CommSharp.Data.Tabletop.World;
using CommSharp.Data.Tasks;

namespace CommSharp.Data.Tabletop.Questions;

/// <summary>Asks about scenes. Whether a yes or a no is wanted is drawn before the question, so that as many are right as wrong.</summary>
/// <param name="scene">The scene.</param>
/// <param name="chance">What questions and wordings are left to.</param>
/// <param name="heldOut">Whether kinds that are held out of training may be spoken of.</param>
public sealed class QuestionWriter(Scene scene, SampleChance chance, bool heldOut)
{
    private const int Tries = 12;

    /// <summary>A question of a sort; null where the scene has none.</summary>
    public WorldQuestion? Ask(QuestionSort sort)
    {
        bool yes = chance.Happens(0.5);
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            WorldQuestion? asked = sort switch
            {
                QuestionSort.Count => Count(),
                QuestionSort.Colour => Colour(),
                QuestionSort.Shape => Shape(),
                QuestionSort.Pattern => Pattern(),
                QuestionSort.Existence => Existence(yes),
                QuestionSort.Comparison => chance.Happens(0.5) ? MoreOf(yes) : Larger(yes),
                QuestionSort.Relation => Relation(yes),
                _ => throw new ArgumentOutOfRangeException(nameof(sort), sort, "Unknown sort."),
            };
            if (asked is not null)
            {
                return asked;
            }
        }

        return null;
    }

    /// <summary>A question about the object at a point.</summary>
    public PlaceQuestion AskAtPoint()
    {
        int number = chance.Below(scene.Objects.Count);
        SceneObject shown = scene.Objects[number];
        (string text, string answer) = chance.Below(4) switch
        {
            0 => (Choose("What colour is this?", "What color is this?", "Which colour does this have?"), Words.Of(shown.Hue)[0]),
            1 => (Choose("What shape is this?", "Which shape is this?"), Words.Of(shown.Shape)[0]),
            2 => (Choose("What pattern does this have?", "Which pattern is this?"), Words.Of(shown.Pattern)[0]),
            _ => (Choose("What is this?", "What object is this?"), $"{Words.WithArticle(Words.Of(shown.Hue)[0])} {Words.Of(shown.Shape)[0]}"),
        };
        return new PlaceQuestion(text, answer, shown, Visibility.PointOn(scene.Objects, number));
    }

    /// <summary>What is said is drawn before it is known whether there is any, so that it does not give the answer 0 away.</summary>
    private WorldQuestion? Count()
    {
        (bool ofAll, bool ofNone) = chance.Below(6) switch
        {
            0 => (true, false),
            1 => (false, true),
            _ => (false, false),
        };
        Description like = ofAll ? default : Loose(Any()), asked = ofNone ? Otherwise(like) : like;
        IReadOnlyList<SceneObject> counted = asked.In(scene);
        if ((asked.IsHeldOut && !heldOut) || (ofNone && counted.Count > 0))
        {
            return null;
        }

        string things = asked.Write(chance, plural: true);
        return new(
            QuestionSort.Count,
            Choose($"How many {things} are there?", $"How many {things} can you see?", $"What is the number of {things}?", $"How many {things} are in the picture?"),
            $"{counted.Count}",
            counted);
    }

    private WorldQuestion? Colour()
    {
        SceneObject shown = Any();
        return Named(shown, looks => looks.Hue is null && looks.Said > 0) is { } looks
            ? new(
                QuestionSort.Colour,
                Choose($"What colour is the {looks}?", $"What color is the {looks}?", $"Which colour does the {looks} have?", $"What is the colour of the {looks}?"),
                Words.Of(shown.Hue)[0],
                [shown])
            : null;
    }

    private WorldQuestion? Shape()
    {
        SceneObject shown = Any();
        return Named(shown, looks => looks.Shape is null && looks.Said > 0) is { } looks
            ? new(QuestionSort.Shape, Choose($"What shape is the {looks}?", $"Which shape does the {looks} have?", $"What is the shape of the {looks}?"), Words.Of(shown.Shape)[0], [shown])
            : null;
    }

    private WorldQuestion? Pattern()
    {
        SceneObject shown = Any();
        return Named(shown, looks => looks.Pattern is null && looks.Shape is not null) is { } looks
            ? new(
                QuestionSort.Pattern,
                Choose($"What pattern does the {looks} have?", $"Which pattern is on the {looks}?", $"Is the {looks} solid, striped, dotted or checked?"),
                Words.Of(shown.Pattern)[0],
                [shown])
            : null;
    }

    /// <summary>What is said is drawn before it is looked for, so that it does not give the answer away: as many yes as no are right of colour and shape, of size and shape, and so on.</summary>
    private WorldQuestion? Existence(bool yes)
    {
        (bool extent, bool pattern, bool hue) = chance.Below(7) switch
        {
            0 => (true, false, false),
            1 => (false, true, false),
            2 => (true, false, true),
            3 => (false, true, true),
            _ => (false, false, true),
        };
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            SceneObject like = Any();
            var looks = new Description(extent ? like.Extent : null, pattern ? like.Pattern : null, hue ? like.Hue : null, like.Shape);
            looks = yes ? looks : Otherwise(looks);
            if (looks.In(scene).Count > 0 == yes && (heldOut || !looks.IsHeldOut))
            {
                string words = Words.WithArticle(looks.Write(chance));
                return new(
                    QuestionSort.Existence,
                    Choose($"Is there {words}?", $"Is there {words} in the picture?", $"Is there {words} in the image?", $"Can you see {words}?", $"Does the picture show {words}?"),
                    Answer(yes),
                    looks.In(scene));
            }
        }

        return null;
    }

    private WorldQuestion? MoreOf(bool yes)
    {
        Description first = new(Shape: Any().Shape), second = new(Shape: Any().Shape);
        if (chance.Happens(0.5))
        {
            (first, second) = (new(Hue: Any().Hue), new(Hue: Any().Hue));
        }

        IReadOnlyList<SceneObject> more = first.In(scene), less = second.In(scene);
        if (first == second || more.Count == less.Count || more.Count > less.Count != yes)
        {
            return null;
        }

        string a = first.Write(chance, plural: true), b = second.Write(chance, plural: true);
        return new(
            QuestionSort.Comparison, Choose($"Are there more {a} than {b}?", $"Does the picture show more {a} than {b}?", $"Can you see more {a} than {b}?"), Answer(yes), [.. more, .. less]);
    }

    /// <summary>Sizes are not said where they are asked for: that the small star is not larger than the large ring tells itself.</summary>
    private WorldQuestion? Larger(bool yes)
    {
        SceneObject first = Any(), second = Any();
        return Places.IsLarger(first, second) == yes && Named(first, IsSizeless) is { } a && Named(second, IsSizeless) is { } b
            ? new(QuestionSort.Comparison, Choose($"Is the {a} larger than the {b}?", $"Is the {a} bigger than the {b}?", $"Is the {b} smaller than the {a}?"), Answer(yes), [first, second])
            : null;

        static bool IsSizeless(Description looks) => looks.Extent is null && NamesLooks(looks);
    }

    private WorldQuestion? Relation(bool yes)
    {
        SceneObject first = Any(), second = Any();
        Side[] sides = first == second ? [] : [.. Enum.GetValues<Side>().Where(side => Places.IsOn(first, side, second) == yes)];
        return sides.Length > 0 && NamedByLooks(first) is { } a && NamedByLooks(second) is { } b
            ? new(QuestionSort.Relation, $"Is the {a} {SideReference.Write(sides[chance.Below(sides.Length)], chance)} the {b}?", Answer(yes), [first, second])
            : null;
    }

    /// <summary>As much as of an object is said, each of it half the time what the object has and half the time anything.</summary>
    private Description Otherwise(Description looks)
    {
        return new Description(Other(looks.Extent), Other(looks.Pattern), Other(looks.Hue), Other(looks.Shape));

        T? Other<T>(T? own)
            where T : struct, Enum => own is null || chance.Happens(0.5) ? own : Enum.GetValues<T>()[chance.Below(Enum.GetValues<T>().Length)];
    }

    private Description Loose(SceneObject shown) => Pick(Description.AllOf(shown).Where(looks => looks.Said is 1 or 2 && looks.Extent is null))!.Value;

    /// <summary>An object's name in words that fit it alone: its shape and colour and perhaps more, or one thing about it.</summary>
    private string? NamedByLooks(SceneObject shown) => Named(shown, NamesLooks);

    private static bool NamesLooks(Description looks) => looks is { Shape: not null, Hue: not null } || looks.Said == 1;

    private string? Named(SceneObject shown, Func<Description, bool> takes) =>
        Pick(Description.AllOf(shown).Where(looks => takes(looks) && looks.In(scene).Count == 1 && (heldOut || !looks.IsHeldOut)).Where(looks => looks.Pattern != World.Pattern.Solid || chance.Happens(0.3)))
            ?.Write(chance);

    private Description? Pick(IEnumerable<Description> looks)
    {
        Description[] all = [.. looks];
        return all.Length == 0 ? null : all[chance.Below(all.Length)];
    }

    private SceneObject Any() => scene.Objects[chance.Below(scene.Objects.Count)];

    private string Choose(params ReadOnlySpan<string> wordings) => wordings[chance.Below(wordings.Length)];

    private static string Answer(bool yes) => yes ? "yes" : "no";
}
