using CommSharp.Data.Tasks;
using CommSharp.Training.Pretraining.Batching;
using CommSharp.Training.Pretraining.Objectives;
using CommSharp.Training.Pretraining.Pictures;
using CommSharp.Training.Pretraining.Recipes;
using CommSharp.Training.Tracking;
using TorchSharp;
using static TorchSharp.torch;

namespace CommSharp.Training.Pretraining.Probing;

/// <summary>Looks at a tower's features of pictures that it is not trained on. The same pictures each time, as they are.</summary>
internal sealed class FeatureProbe
{
    private const int MostRows = 64; // pictures that go through the tower together

    private readonly Bank _heldOut;
    private readonly Bank? _references;
    private readonly int _rows;
    private readonly int _classes;
    private readonly PretrainingObjective _objective;
    private readonly Device _device;

    /// <summary>Reads the pictures of the probe.</summary>
    /// <param name="objective">What is trained.</param>
    /// <param name="settings">How much is looked at.</param>
    /// <param name="known">The pictures from which labels are learned.</param>
    /// <param name="heldOut">Those that are looked at, and not trained on.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="CommSharpException">A picture cannot be read.</exception>
    public FeatureProbe(
        PretrainingObjective objective,
        ProbeSettings settings,
        IPretrainingPictures known,
        IPretrainingPictures heldOut,
        Device device,
        CancellationToken cancellationToken)
    {
        (_objective, _device) = (objective, device);
        _rows = Math.Clamp(Array.MaxLength / Bank.BytesOf(objective.Size), 1, MostRows);
        _heldOut = Bank.Read(heldOut, settings.Pictures, objective.Size, _rows, cancellationToken);
        if (known.Classes is { } names && heldOut.Classes is { } asked)
        {
            // A folder may lack a class of the other: names are the same, numbers need not be.
            string[] all = [.. names.Union(asked, StringComparer.Ordinal)];
            _classes = all.Length;
            _references = Bank.Read(known, settings.References, objective.Size, _rows, cancellationToken);
            _heldOut = _heldOut with { Labels = [.. _heldOut.Labels.Select(label => (long)Array.IndexOf(all, asked[(int)label]))] };
        }
    }

    /// <summary>Looks.</summary>
    /// <param name="step">After which step.</param>
    /// <param name="measures">What was measured since the last probe.</param>
    public ProbeReport Run(long step, StepMeasures measures)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unrecorded = no_grad();
        Tensor features = Encode(_heldOut, _objective.Features);
        FeatureHealth health = FeatureHealth.Of(features);
        List<Measure> found =
        [
            .. measures.Take(),
            .. _objective.StateMeasures.Select(each => new Measure(each.Name, each.Value)),
            new("deviation", health.Deviation),
            new("spread", health.Spread),
            new("effectiveRank", health.EffectiveRank),
        ];
        if (_references is { } references)
        {
            Tensor known = Encode(references, _objective.Features), labels = Labels(references), truth = Labels(_heldOut);
            found.Add(new("knn", LabelProbe.Neighbours(known, labels, features, truth, _classes)));
            found.Add(new("linear", LabelProbe.Linear(known, labels, features, truth, _classes)));
        }

        if (_heldOut.Captions.Length == _heldOut.Count && Embed() is { } pairs)
        {
            Retrieval retrieval = Retrieval.Of(pairs.Pictures, pairs.Captions, _heldOut.Captions);
            found.Add(new("captionOfPicture@1", retrieval.CaptionOfPicture));
            found.Add(new("pictureOfCaption@1", retrieval.PictureOfCaption));
        }

        if (_heldOut.Regions.Length > 0 && EmbedRegions() is { } parts)
        {
            found.Add(new("phraseOfRegion@1", Retrieval.Of(parts.Regions, parts.Phrases, [.. _heldOut.Regions.Select(region => region.Phrase)]).CaptionOfPicture));
        }

        return new ProbeReport(step, found, health.IsCollapsed ? Warning(step, health) : null);
    }

    private static string Warning(long step, FeatureHealth health) => FormattableString.Invariant(
        $"after step {step} the features have collapsed: their deviation is {100 * health.Spread:0.#} % of a full sphere's, so that all pictures look nearly alike. ")
        + "Stop, and start anew with a lower schedule.learningRate, a longer schedule.warmUp, a larger batch; for DINO with centring and a lower teacher temperature";

    private (Tensor Pictures, Tensor Captions)? Embed()
    {
        List<Tensor> pictures = [], captions = [];
        foreach ((byte[] chunk, string[] own) in _heldOut.Pixels.Zip(_heldOut.Captions.Chunk(_rows)))
        {
            using Tensor pixels = Pixels(chunk);
            if (_objective.Embed(pixels, own) is not { } pair)
            {
                return null;
            }

            pictures.Add(pair.Pictures);
            captions.Add(pair.Captions);
        }

        return (cat(pictures, 0), cat(captions, 0));
    }

    private (Tensor Regions, Tensor Phrases)? EmbedRegions()
    {
        List<Tensor> regions = [], phrases = [];
        foreach (IGrouping<int, SeenRegion> rows in _heldOut.Regions.GroupBy(region => region.Picture / _rows))
        {
            int first = rows.Key * _rows;
            using Tensor pixels = Pixels(_heldOut.Pixels[rows.Key]);
            if (_objective.EmbedRegions(pixels, [.. rows.Select(region => region with { Picture = region.Picture - first })]) is not { } pair)
            {
                return null;
            }

            regions.Add(pair.Regions);
            phrases.Add(pair.Phrases);
        }

        return (cat(regions, 0), cat(phrases, 0));
    }

    private Tensor Encode(Bank bank, Func<Tensor, Tensor> encode)
    {
        var parts = new List<Tensor>();
        foreach (byte[] chunk in bank.Pixels)
        {
            using Tensor pixels = Pixels(chunk);
            parts.Add(encode(pixels));
        }

        return cat(parts, 0);
    }

    private Tensor Pixels(byte[] chunk) => PictureTensors.Pixels(chunk, _objective.Size, _objective.Normalization, _device);

    private Tensor Labels(Bank bank) => tensor(bank.Labels, device: _device);

    /// <summary>Pictures in memory, at even distances in their source; their pixels in chunks, since an array holds no more than 2 GiB.</summary>
    private sealed record Bank(int Count, IReadOnlyList<byte[]> Pixels, string[] Captions, long[] Labels, SeenRegion[] Regions)
    {
        public static int BytesOf(int size) => 3 * size * size;

        public static Bank Read(IPretrainingPictures source, int most, int size, int rows, CancellationToken cancellationToken)
        {
            int count = (int)Math.Min(most, source.Count), bytes = BytesOf(size);
            var pixels = new List<byte[]>();
            var captions = new List<string>();
            var labels = new List<long>();
            var regions = new List<SeenRegion>();
            for (int i = 0; i < count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                PretrainingPicture picture = source.Read((long)((Int128)i * source.Count / count), SampleChance.None);
                var view = PictureView.Whole(picture.Picture, size);
                if (i % rows == 0)
                {
                    pixels.Add(new byte[Math.Min(rows, count - i) * bytes]);
                }

                view.Pixels.Pixels.CopyTo(pixels[^1].AsSpan(i % rows * bytes));
                regions.AddRange(view.Regions(picture.Regions, i));
                captions.AddRange(picture.Caption is { } caption ? [caption] : []);
                labels.AddRange(picture.Label is { } label ? [label] : []);
            }

            return new Bank(count, pixels, [.. captions], [.. labels], [.. regions]);
        }
    }
}
