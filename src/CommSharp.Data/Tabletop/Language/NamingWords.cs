using CommSharp.Data.Tabletop.World;

namespace CommSharp.Data.Tabletop.Language;

/// <summary>A word of a text that helps to name things.</summary>
/// <param name="Text">The word, as it stands in the text.</param>
/// <param name="Looks">What is said with it and the naming words right before it: at "red" of "the small red star", small and red.</param>
public readonly record struct NamingWord(string Text, Description Looks);

/// <summary>Finds the words of the world's texts that name things: adjectives with the noun behind them.</summary>
public static class NamingWords
{
    private static readonly Dictionary<string, Func<Description, Description>> Adjectives = Table(
        Each<Extent>(Words.Of, (looks, extent) => looks with { Extent = extent }),
        Each<Pattern>(Words.Of, (looks, pattern) => looks with { Pattern = pattern }),
        Each<Hue>(Words.Of, (looks, hue) => looks with { Hue = hue }));

    private static readonly Dictionary<string, Func<Description, Description>> Nouns = Table(
        Each<Shape>(shape => WithPlurals(Words.Of(shape)), (looks, shape) => looks with { Shape = shape }),
        WithPlurals(Words.Anything).Select(word => (word, (Func<Description, Description>)(looks => looks))));

    /// <summary>The naming words of a text, in their order.</summary>
    /// <param name="text">An expression or a question of the world.</param>
    public static IReadOnlyList<NamingWord> In(string text)
    {
        var found = new List<NamingWord>();
        var run = new List<NamingWord>(); // adjectives whose noun has not come yet
        foreach (string word in text.Split([' ', ',', '.', '?'], StringSplitOptions.RemoveEmptyEntries))
        {
            Description looks = run.Count == 0 ? default : run[^1].Looks;
            if (Adjectives.TryGetValue(word, out Func<Description, Description>? adjective))
            {
                run.Add(new NamingWord(word, adjective(looks)));
                continue;
            }

            // "What shape is the star?" asks for a shape; "the red shape" and "how many shapes" name things.
            bool isNoun = Nouns.TryGetValue(word, out Func<Description, Description>? noun), isAsked = run.Count == 0 && Words.Anything.Contains(word);
            if (isNoun && !isAsked)
            {
                found.AddRange([.. run, new NamingWord(word, noun!(looks))]);
            }

            run.Clear();
        }

        return found;
    }

    private static IReadOnlyList<string> WithPlurals(IReadOnlyList<string> nouns) => [.. nouns, .. nouns.Select(Words.Plural)];

    private static IEnumerable<(string Word, Func<Description, Description> Say)> Each<T>(Func<T, IReadOnlyList<string>> words, Func<Description, T, Description> say)
        where T : struct, Enum => Enum.GetValues<T>().SelectMany(value => words(value).Select(word => (word, (Func<Description, Description>)(looks => say(looks, value)))));

    private static Dictionary<string, Func<Description, Description>> Table(params IEnumerable<(string Word, Func<Description, Description> Say)>[] words) =>
        words.SelectMany(each => each).ToDictionary(each => each.Word, each => each.Say);
}
