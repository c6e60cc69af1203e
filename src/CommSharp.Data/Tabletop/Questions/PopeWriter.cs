using CommSharp.Data.Tabletop.Language;
using CommSharp.Data.Tabletop.World;
using CommSharp.Data.Tasks;

namespace CommSharp.Data.Tabletop.Questions;

/// <summary>How POPE chooses the things that are not there.</summary>
public enum PopeSampling
{
    /// <summary>Any.</summary>
    Random,

    /// <summary>The most frequent ones of the data set.</summary>
    Popular,

    /// <summary>Those that most often come up together with what is there.</summary>
    Adversarial,
}

/// <summary>A question of POPE about a scene.</summary>
/// <param name="Seed">The scene's seed.</param>
/// <param name="Text">The question.</param>
/// <param name="IsYes">Whether the right answer is yes.</param>
public sealed record PopeWorldQuestion(long Seed, string Text, bool IsYes);

/// <summary>
/// Asks about scenes as POPE does (Li et al. 2023): for each scene three kinds that are there, and three that are not, chosen in one of three ways. A scene with
/// fewer than three kinds is not asked about.
/// </summary>
public sealed class PopeWriter
{
    private const int Asked = 3;

    private readonly IReadOnlyList<Scene> _scenes;
    private readonly int[] _frequency = new int[Kind.All.Count];
    private readonly int[,] _together = new int[Kind.All.Count, Kind.All.Count];

    /// <summary>Counts the kinds of a data set, and which come up together.</summary>
    /// <param name="scenes">The scenes.</param>
    public PopeWriter(IReadOnlyList<Scene> scenes)
    {
        _scenes = scenes;
        foreach (int[] kinds in scenes.Select(scene => KindsOf(scene).Select(Number).ToArray()))
        {
            foreach (int kind in kinds)
            {
                _frequency[kind]++;
                foreach (int other in kinds.Where(other => other != kind))
                {
                    _together[kind, other]++;
                }
            }
        }
    }

    /// <summary>The questions, scene by scene, yes and no by turns.</summary>
    /// <param name="sampling">How absent things are chosen.</param>
    /// <param name="seed">Decides what is drawn.</param>
    public IEnumerable<PopeWorldQuestion> Ask(PopeSampling sampling, long seed)
    {
        foreach (Scene scene in _scenes)
        {
            IReadOnlyList<Kind> there = KindsOf(scene);
            if (there.Count < Asked)
            {
                continue;
            }

            // Things that are there are the same for all three ways.
            IEnumerable<Kind> present = SampleChance.Of(seed, scene.Seed, 0).Shuffled(there).Take(Asked);
            IEnumerable<Kind> absent = Absent(there, sampling, SampleChance.Of(seed, scene.Seed, 1)).Take(Asked);
            foreach ((Kind yes, Kind no) in present.Zip(absent))
            {
                yield return Question(scene, yes, isYes: true);
                yield return Question(scene, no, isYes: false);
            }
        }
    }

    private IEnumerable<Kind> Absent(IReadOnlyList<Kind> there, PopeSampling sampling, SampleChance chance)
    {
        IEnumerable<Kind> others = Kind.All.Where(kind => !there.Contains(kind) && _frequency[Number(kind)] > 0);
        return sampling switch
        {
            PopeSampling.Random => chance.Shuffled<Kind>([.. others]),
            PopeSampling.Popular => others.OrderByDescending(kind => _frequency[Number(kind)]),
            PopeSampling.Adversarial => others.OrderByDescending(kind => there.Sum(shown => _together[Number(shown), Number(kind)])),
            _ => throw new ArgumentOutOfRangeException(nameof(sampling), sampling, "Unknown sampling."),
        };
    }

    private static PopeWorldQuestion Question(Scene scene, Kind kind, bool isYes) =>
        new(scene.Seed, $"Is there {Words.WithArticle(Words.Of(kind.Hue)[0])} {Words.Of(kind.Shape)[0]} in the image?", isYes);

    private static IReadOnlyList<Kind> KindsOf(Scene scene) => [.. scene.Objects.Select(shown => shown.Kind).Distinct()];

    private static int Number(Kind kind) => ((int)kind.Shape * Kind.Hues) + (int)kind.Hue;
}
