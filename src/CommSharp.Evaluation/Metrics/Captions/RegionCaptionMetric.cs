using CommSharp.Imaging;

namespace CommSharp.Evaluation.Metrics.Captions;

/// <summary>A region of a picture.</summary>
/// <param name="Picture">The picture's path, as the data set writes it.</param>
/// <param name="Box">The region's box in pixels.</param>
public readonly record struct PictureRegion(string Picture, PixelBox Box)
{
    /// <summary>As a person reads it: "photo.jpg [10, 20, 30, 40]".</summary>
    public override string ToString() => FormattableString.Invariant($"{Picture} [{Box.X1}, {Box.Y1}, {Box.X2}, {Box.Y2}]");
}

/// <summary>An expression by which a person referred to a region.</summary>
/// <param name="Region">The region.</param>
/// <param name="Expression">The expression.</param>
public sealed record RegionExpression(PictureRegion Region, string Expression);

/// <summary>
/// Scores captions of regions (referring expression generation, REG) with the metrics of captions. A region, that is a picture and a box in it, is
/// one item, and all its expressions are its references; scored row by row, the same captions get other numbers.
/// </summary>
public static class RegionCaptionMetric
{
    /// <summary>Scores captions of regions.</summary>
    /// <param name="expressions">People's expressions, in any order; the regions are scored in the order of their first ones.</param>
    /// <param name="captions">Exactly one caption for each region that has an expression.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="CommSharpException">There is no region, or one has no caption, or a caption is of no such region.</exception>
    public static CaptionResult Evaluate(
        IEnumerable<RegionExpression> expressions, IReadOnlyDictionary<PictureRegion, string> captions, CancellationToken cancellationToken = default)
    {
        CaptionItem[] items =
        [
            .. expressions.GroupBy(each => each.Region, each => each.Expression).Select(region => captions.TryGetValue(region.Key, out string? caption)
                ? new CaptionItem(region.Key.ToString(), caption, [.. region])
                : throw new CommSharpException($"The region {region.Key} has no caption; each region needs one.")),
        ];
        if (items.Length > 0 && captions.Count > items.Length)
        {
            var known = items.Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
            PictureRegion unknown = captions.Keys.First(region => !known.Contains(region.ToString()));
            throw new CommSharpException($"The region {unknown} has a caption but no expression to compare it with.");
        }

        CaptionResult result = CaptionMetric.Evaluate(items, CaptionWords.Ptb, cancellationToken);
        return result with
        {
            Sheet = result.Sheet with
            {
                Metric = "reg",
                Conventions =
                [
                    "A region, that is a picture and a box, is one item; all its expressions are its references.",
                    .. result.Sheet.Conventions,
                ],
            },
        };
    }
}
