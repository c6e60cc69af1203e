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

    private WorldQuestion? Count()
    {
        Description asked = chance.Below(6) switch
        {
            0 => default,
            1 => Absent() ?? default,
            _ => Loose(Any()),
        };
        if (asked.IsHeldOut && !heldOut)
        {
            return null;
        }

        string things = asked.Write(chance, plural: true);
        IReadOnlyList<SceneObject> counted = asked.In(scene);
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
            var looks = new Description(
                extent ? Other(like.Extent) : null, pattern ? Other(like.Pattern) : null, hue ? Other(like.Hue) : null, Other(like.Shape));
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

        // Where nothing is to be there, half the time what an object has, and half the time anything.
        T Other<T>(T own)
            where T : struct, Enum => yes || chance.Happens(0.5) ? own : Enum.GetValues<T>()[chance.Below(Enum.GetValues<T>().Length)];
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

    private WorldQuestion? Larger(bool yes)
    {
        SceneObject first = Any(), second = Any();
        return Places.IsLarger(first, second) == yes && NamedByLooks(first) is { } a && NamedByLooks(second) is { } b
            ? new(QuestionSort.Comparison, Choose($"Is the {a} larger than the {b}?", $"Is the {a} bigger than the {b}?", $"Is the {b} smaller than the {a}?"), Answer(yes), [first, second])
            : null;
    }

    private WorldQuestion? Relation(bool yes)
    {
        SceneObject first = Any(), second = Any();
        var side = (Side)chance.Below(4);
        return first != second && Places.IsOn(first, side, second) == yes && NamedByLooks(first) is { } a && NamedByLooks(second) is { } b
            ? new(QuestionSort.Relation, $"Is the {a} {SideReference.Write(side, chance)} the {b}?", Answer(yes), [first, second])
            : null;
    }

    /// <summary>A look that no object of the scene has: half the time one that an object would have, were its colour or its shape another.</summary>
    private Description? Absent()
    {
        SceneObject like = Any();
        Hue hue = chance.Happens(0.5) ? like.Hue : (Hue)chance.Below(Kind.Hues);
        Shape shape = chance.Happens(0.5) ? like.Shape : (Shape)chance.Below(Kind.Shapes);
        var looks = new Description(Hue: hue, Shape: shape);
        Description asked = chance.Below(5) switch
        {
            0 => looks with { Pattern = (Pattern)chance.Below(4) },
            1 => looks with { Extent = (Extent)chance.Below(3) },
            2 => new Description(Shape: shape, Pattern: (Pattern)chance.Below(4)),
            _ => looks,
        };
        return asked.In(scene).Count == 0 ? asked : null;
    }

    private Description Loose(SceneObject shown) => Pick(Description.AllOf(shown).Where(looks => looks.Said is 1 or 2 && looks.Extent is null))!.Value;

    /// <summary>An object's name in words that fit it alone and name its shape.</summary>
    private string? NamedByLooks(SceneObject shown) => Named(shown, looks => looks is { Shape: not null, Hue: not null } || looks.Said == 1);

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
