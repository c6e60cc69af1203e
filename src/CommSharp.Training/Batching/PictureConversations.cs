using CommSharp.Data.Tasks;

namespace CommSharp.Training.Batching;

/// <summary>
/// Samples of several data sets by the picture that they are about, so that several questions share its tokens. A conversation has a leading sample, which its
/// place in the order names; the others about the same picture are drawn when it is made, anew in every epoch. Never changes; several threads may use it at a time.
/// </summary>
internal sealed class PictureConversations
{
    private readonly SampleReference[][] _pictures;
    private readonly Dictionary<SampleReference, int> _pictureOf = [];
    private readonly int _turns;

    /// <param name="samples">All samples, each with its picture's path; in the order of their data sets.</param>
    /// <param name="turns">The most questions of a conversation.</param>
    /// <param name="apart">Whether the questions of a conversation see nothing of each other.</param>
    public PictureConversations(IEnumerable<(SampleReference Sample, string Picture)> samples, int turns, bool apart)
    {
        (_turns, IsApart) = (turns, apart);
        _pictures = [.. samples.GroupBy(each => each.Picture, each => each.Sample, StringComparer.Ordinal).Select(group => group.ToArray())];
        foreach ((int picture, SampleReference[] own) in _pictures.Index())
        {
            foreach (SampleReference sample in own)
            {
                _pictureOf.Add(sample, picture);
            }
        }
    }

    /// <summary>Whether the questions of a conversation see nothing of each other.</summary>
    public bool IsApart { get; }

    /// <summary>The number of pictures.</summary>
    public int Count => _pictures.Length;

    /// <summary>A leading sample for every picture.</summary>
    /// <param name="chance">The chance of a picture, by its number.</param>
    public SampleReference[] Lead(Func<int, SampleChance> chance) => [.. _pictures.Select((own, picture) => own[chance(picture).Below(own.Length)])];

    /// <summary>The samples of a conversation.</summary>
    /// <param name="lead">The leading one.</param>
    /// <param name="chance">What the others are left to.</param>
    public IReadOnlyList<SampleReference> Of(SampleReference lead, SampleChance chance) =>
        [lead, .. chance.Shuffled([.. _pictures[_pictureOf[lead]].Where(other => other != lead)]).Take(_turns - 1)];
}
