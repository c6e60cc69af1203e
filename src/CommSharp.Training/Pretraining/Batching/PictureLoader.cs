using CommSharp.Data.Tasks;
using CommSharp.Training.Augmentation;
using CommSharp.Training.Batching;
using CommSharp.Training.Pretraining.Pictures;
using CommSharp.Training.Recipes;

namespace CommSharp.Training.Pretraining.Batching;

/// <summary>Prepares steps: which pictures, their captions and their views follow from seed and step alone. Several threads may use it at a time.</summary>
internal sealed class PictureLoader(
    IPretrainingPictures pictures, IReadOnlyList<ViewGroup> groups, int batchSize, int accumulation, LoadingSettings loading, long seed)
{
    private const int Caption = 0, View = 1, Replacement = 2; // what a chance is for; the numbers decide the draws and never change

    private readonly Lock _lock = new();
    private readonly Dictionary<long, EpochOrder> _orders = [];

    /// <summary>Prepares a step.</summary>
    /// <param name="step">Its number, from 1.</param>
    /// <exception cref="CommSharpException">More pictures than are borne, one after the other, could not be used.</exception>
    public PictureStep Load(long step)
    {
        var unreadable = new List<UnreadableSample>();
        long first = (step - 1) * batchSize * accumulation;
        PictureBatch[] batches = [.. Enumerable.Range(0, accumulation).Select(i => LoadBatch(first + ((long)i * batchSize), unreadable))];
        return new PictureStep(step, (double)(first + ((long)batchSize * accumulation)) / pictures.Count, batches, unreadable);
    }

    private PictureBatch LoadBatch(long first, List<UnreadableSample> unreadable)
    {
        byte[][] views = [.. groups.Select(group => new byte[(long)batchSize * group.Views.Count * group.Bytes])];
        var captions = new List<string>();
        var labels = new List<int>();
        var regions = new List<SeenRegion>();
        for (int slot = 0; slot < batchSize; slot++)
        {
            PretrainingPicture picture = Read(first + slot, unreadable);
            Add(captions, picture.Caption);
            if (picture.Label is { } label)
            {
                labels.Add(label);
            }

            bool mayFlip = !picture.Texts.Any(SampleWords.ForbidFlip);
            SampleChance chance = Chance(first + slot, View);
            for (int g = 0; g < groups.Count; g++)
            {
                for (int v = 0; v < groups[g].Views.Count; v++)
                {
                    Span<byte> at = views[g].AsSpan(((v * batchSize) + slot) * groups[g].Bytes, groups[g].Bytes);
                    var view = PictureView.Make(picture.Picture, groups[g].Size, groups[g].Views[v], mayFlip, chance);
                    view.Pixels.Pixels.CopyTo(at);
                    regions.AddRange(g == 0 && v == 0 ? view.Regions(picture.Regions, slot) : []);
                }
            }
        }

        return new PictureBatch(views, captions, labels) { Regions = regions };

        static void Add(List<string> list, string? text)
        {
            if (text is not null)
            {
                list.Add(text);
            }
        }
    }

    private PretrainingPicture Read(long position, List<UnreadableSample> unreadable)
    {
        (long epoch, long place) = Math.DivRem(position, pictures.Count);
        long index = OrderOf(epoch).At(place);
        SampleChance replacing = Chance(position, Replacement);
        for (int tried = 0; ; tried++)
        {
            try
            {
                return pictures.Read(index, Chance(position, Caption));
            }
            catch (CommSharpException error) when (tried <= loading.UnreadableLimit)
            {
                unreadable.Add(new UnreadableSample(pictures.PlaceOf(index), error.Message));
                index = OrderOf(epoch).At(replacing.Below((int)Math.Min(int.MaxValue, pictures.Count)));
            }
        }
    }

    private SampleChance Chance(long position, int purpose)
    {
        (long epoch, long place) = Math.DivRem(position, pictures.Count);
        return SampleChance.Of(seed, epoch, place, purpose);
    }

    private EpochOrder OrderOf(long epoch)
    {
        lock (_lock)
        {
            return _orders.TryGetValue(epoch, out EpochOrder? order) ? order : _orders[epoch] = new EpochOrder(seed, epoch, pictures.Count);
        }
    }
}
