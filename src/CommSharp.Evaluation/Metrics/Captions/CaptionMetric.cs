namespace CommSharp.Evaluation.Metrics.Captions;

/// <summary>
/// Scores captions as COCO's evaluation does: CIDEr, BLEU-1 to BLEU-4 and ROUGE-L. METEOR and SPICE are not counted: the one needs a table of
/// paraphrases and the other a parser, which are programs of their own in Java.
/// </summary>
public static class CaptionMetric
{
    private static readonly string[] Conventions =
    [
        "Values are those of COCO's evaluation; papers print a hundred times as much.",
        "CIDEr is COCO's, that is CIDEr-D without stemming; words are weighed by the references of the scored items themselves.",
        "BLEU is counted over all items at once, against the reference of the closest length; CIDEr and ROUGE_L are means over items.",
        "ROUGE_L takes the best precision and the best recall of any reference, with beta 1.2.",
        "METEOR and SPICE are not counted.",
    ];

    /// <summary>Scores captions.</summary>
    /// <param name="items">The items; each is scored, and CIDEr weighs words by them all.</param>
    /// <param name="words">How captions become words.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The same for the same items, however many cores there are.</returns>
    /// <exception cref="CommSharpException">There is no item, an item has no reference, or a caption is too long to be one.</exception>
    public static CaptionResult Evaluate(
        IReadOnlyList<CaptionItem> items, CaptionWords words = CaptionWords.Ptb, CancellationToken cancellationToken = default)
    {
        ScoreSheet.RequireItems(items.Count);
        if (items.FirstOrDefault(item => item.References.Count == 0) is { } bare)
        {
            throw new CommSharpException($"'{bare.Id}' has no reference; a caption can only be compared with others.");
        }

        string[][] texts = Texts(items, words, cancellationToken);
        var table = new NGramTable();
        NumberedCaption[] candidates = new NumberedCaption[items.Count];
        NumberedCaption[][] references = new NumberedCaption[items.Count][];
        for (int i = 0; i < items.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            candidates[i] = table.Add(texts[i][0]);
            references[i] = [.. texts[i].Skip(1).Select(table.Add)];
            texts[i] = [];
        }

        return Scored(items, new Cider(table, references), candidates, references, words, cancellationToken);
    }

    /// <summary>The words of each item's captions, the candidate's first.</summary>
    private static string[][] Texts(IReadOnlyList<CaptionItem> items, CaptionWords words, CancellationToken cancellationToken)
    {
        string[][] texts = new string[items.Count][];
        var failures = new CommSharpException?[items.Count];
        Parallel.For(0, items.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            IEnumerable<string> captions = items[i].References.Prepend(items[i].Candidate);
            try
            {
                texts[i] = [.. words == CaptionWords.Ptb ? captions.Select(PtbTokenizer.Words) : captions];
            }
            catch (CommSharpException error)
            {
                failures[i] = new CommSharpException($"'{items[i].Id}': {error.Message}", error);
            }
        });
        return failures.FirstOrDefault(failure => failure is not null) is { } first ? throw first : texts;
    }

    private static CaptionResult Scored(
        IReadOnlyList<CaptionItem> items,
        Cider cider,
        NumberedCaption[] candidates,
        NumberedCaption[][] references,
        CaptionWords words,
        CancellationToken cancellationToken)
    {
        var counts = new Bleu[items.Count];
        var scores = new CaptionItemScore[items.Count];
        Parallel.For(0, items.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            counts[i] = Bleu.Of(candidates[i], references[i]);
            double rouge = RougeL.Score(candidates[i], references[i]);
            scores[i] = new CaptionItemScore(items[i].Id, Together(cider.Score(candidates[i], references[i]), counts[i], rouge));
        });

        var all = new Bleu();
        foreach (Bleu each in counts)
        {
            all.Add(each);
        }

        CaptionScores corpus = Together(scores.Average(item => item.Scores.Cider), all, scores.Average(item => item.Scores.RougeL));
        return new CaptionResult(Sheet(items.Count, corpus, words, items.Sum(item => item.References.Count)), corpus, scores);
    }

    private static CaptionScores Together(double cider, Bleu bleu, double rouge)
    {
        double[] scores = bleu.Scores();
        return new CaptionScores(cider, scores[0], scores[1], scores[2], scores[3], rouge);
    }

    private static ScoreSheet Sheet(int count, CaptionScores scores, CaptionWords words, int references) => new()
    {
        Metric = "captions",
        Count = count,
        Conventions =
        [
            words == CaptionWords.Ptb
                ? "Captions become words as by Stanford's PTBTokenizer 3.4.1, in lower case and without punctuation; each caption on its own."
                : "Captions are taken as words with white space between them; nothing is lower-cased or dropped.",
            .. Conventions,
        ],
        Scores =
        [
            new("CIDEr", scores.Cider),
            new("BLEU-1", scores.Bleu1),
            new("BLEU-2", scores.Bleu2),
            new("BLEU-3", scores.Bleu3),
            new("BLEU-4", scores.Bleu4),
            new("ROUGE_L", scores.RougeL),
        ],
        Counts = [new ScoreCount("references", references)],
    };
}
