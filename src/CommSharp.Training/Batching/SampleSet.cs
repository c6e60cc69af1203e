using CommSharp.Data;
using CommSharp.Data.Tasks;
using CommSharp.Imaging;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Batching;

/// <summary>
/// The samples of a mixture, its data sets opened. The order of an epoch is a function of seed and epoch alone. Several threads may use it at a time.
/// </summary>
public sealed class SampleSet : IDisposable
{
    private readonly List<Dataset> _datasets = [];
    private readonly Dictionary<int, PictureConversations> _conversations = []; // by data set
    private readonly MixtureNode _root;
    private int _parts;

    private SampleSet(DataMixture mixture, string baseFolder, DataPlace asker)
    {
        try
        {
            _root = OpenPart(mixture, baseFolder, asker, new RecordCache());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The data sets, in the order in which the mixture names them.</summary>
    public IReadOnlyList<Dataset> Datasets => _datasets;

    /// <summary>The number of samples of an epoch; the same in every epoch.</summary>
    public long EpochLength => _root.Length;

    /// <summary>Opens the data sets of a mixture: reads their records, and looks whether their pictures are there.</summary>
    /// <param name="mixture">The mixture.</param>
    /// <param name="baseFolder">What its paths are relative to: the recipe's folder.</param>
    /// <param name="asker">Where the mixture stands, for errors; the field "data" of "recipe" when null.</param>
    /// <exception cref="DataException">
    /// The mixture is empty or contradicts itself, a format or task is unknown, a file or record is bad, or a data set's pictures are not there.
    /// </exception>
    public static SampleSet Open(DataMixture mixture, string baseFolder, DataPlace? asker = null) =>
        new(mixture, baseFolder, asker ?? new DataPlace("recipe", Field: "data"));

    /// <summary>The samples of an epoch in their order, before samples of like length are brought together.</summary>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    public IReadOnlyList<SampleReference> Order(long seed, long epoch) => Draw.Order.Chance(seed, epoch, place: 0).Shuffled(_root.Samples(seed, epoch));

    /// <summary>Samples at even distances, the same ones each time: for validation.</summary>
    /// <param name="most">The most samples.</param>
    public IReadOnlyList<SampleReference> Spread(int most)
    {
        SampleReference[] all = _root.Samples(seed: 0, epoch: 0);
        int count = Math.Min(most, all.Length);
        return [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)])];
    }

    /// <summary>Makes a sample.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="chance">What its wording is left to; <see cref="SampleChance.None"/> for validation.</param>
    /// <exception cref="DataException">The record lacks what the task needs.</exception>
    public TaskSample Make(SampleReference reference, SampleChance chance)
    {
        if (!_conversations.TryGetValue(reference.Dataset, out PictureConversations? conversations))
        {
            return MakeAlone(reference, chance);
        }

        TaskSample[] made = [.. conversations.Of(reference, chance).Select(each => MakeAlone(each, chance))];
        TaskSample[] samples = [.. made.Select(sample => sample with { Picture = made[0].Picture })]; // the same file, whatever data sets call it
        return conversations.IsApart ? TaskSample.PutApart(samples) : TaskSample.Join(samples);
    }

    /// <summary>Decodes the picture of a sample; null for words alone.</summary>
    /// <param name="reference">Which sample.</param>
    /// <param name="sample">The sample.</param>
    /// <exception cref="DataException">There is no such picture, or it cannot be decoded.</exception>
    public RgbImage? ReadPicture(SampleReference reference, TaskSample sample) =>
        sample.Picture is { } picture ? _datasets[reference.Dataset].Pictures.Read(picture, sample.Place) : null;

    /// <inheritdoc/>
    public void Dispose() => _datasets.ForEach(dataset => dataset.Dispose());

    private TaskSample MakeAlone(SampleReference reference, SampleChance chance) => _datasets[reference.Dataset].Make(reference.Number, chance);

    private MixtureNode OpenPart(DataMixture mixture, string baseFolder, DataPlace asker, RecordCache cache)
    {
        int number = _parts++;
        return mixture switch
        {
            DatasetPart part => OpenDataset(part, number, baseFolder, asker, cache),
            ConcatPart concat => new ConcatNode(concat.Portion, number, OpenParts(concat.Parts, baseFolder, asker, cache), asker),
            InterleavePart interleave =>
                new InterleaveNode(interleave.Portion, number, OpenParts(interleave.Parts, baseFolder, asker, cache), interleave.Weights, asker),
            ConversationPart conversations => OpenConversations(conversations, number, baseFolder, asker, cache),
            _ => throw new DataException(asker, "is missing; name a data set, or a mixture of several"),
        };
    }

    private List<MixtureNode> OpenParts(IReadOnlyList<DataMixture>? parts, string baseFolder, DataPlace asker, RecordCache cache) =>
        parts is { Count: > 0 }
        ? [.. parts.Select((part, i) => OpenPart(part, baseFolder, asker.Of($"parts[{i}]"), cache))]
        : throw new DataException(asker.Of("parts"), "is empty; a mixture needs at least one data set");

    private ConversationNode OpenConversations(ConversationPart part, int number, string baseFolder, DataPlace asker, RecordCache cache)
    {
        int first = _datasets.Count;
        OpenParts(part.Parts, baseFolder, asker, cache);
        int[] own = [.. Enumerable.Range(first, _datasets.Count - first)];
        if (own.FirstOrDefault(each => _datasets[each].Task.IsPlain, -1) is >= 0 and var plain)
        {
            throw new DataException(asker.Of($"parts[{plain - first}].task"), $"the task {_datasets[plain].Task.Name} has no questions; a conversation needs them");
        }

        var conversations = new PictureConversations(own.SelectMany(SamplesOf), part.Turns, part.Apart);
        foreach (int dataset in own)
        {
            _conversations.Add(dataset, conversations);
        }

        return new ConversationNode(part.Portion, number, conversations, asker);

        IEnumerable<(SampleReference Sample, string Picture)> SamplesOf(int dataset)
        {
            Dataset opened = _datasets[dataset];
            for (int i = 0; i < opened.Count; i++)
            {
                // Words alone are a conversation of their own, and so is a picture that cannot be, which is told when its turn comes.
                yield return (new SampleReference(dataset, i), opened.FileOf(i) ?? $"{dataset}:{i}");
            }
        }
    }

    private DatasetNode OpenDataset(DatasetPart part, int number, string baseFolder, DataPlace asker, RecordCache cache)
    {
        var dataset = Dataset.Open(part, baseFolder, asker, cache);
        _datasets.Add(dataset);
        return new DatasetNode(part.Portion, number, _datasets.Count - 1, dataset.Count, asker);
    }
}
