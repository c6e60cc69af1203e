namespace CommSharp.Training.Recipes;

/// <summary>
/// Where samples hold boxes or evidence, one attention head of the decoder is taught to look at the patches that they cover (after Liu et al. 2017, arXiv 1605.09553): while a
/// box and the words before it are written, at what it will enclose; where the question holds the box, from its end and while the answer is written; while an answer with
/// evidence is written, at that, or at the prompt's first token where nothing is there of what was asked. A head of an earlier block is taught from words of the question
/// of which the data say what they mean: "red" looks at what is red. A decoder that starts from random weights finds this
/// out by itself only after very many samples; one that has learned from text needs no such help. The model that is written is an ordinary one.
/// </summary>
public sealed record GuidanceSettings
{
    /// <summary>The decoder's block whose head is taught, from 1; the one after the middle when null.</summary>
    public int? Block { get; init; }

    /// <summary>
    /// The block whose head is taught from words of the question, of which the data say what they mean; half of <see cref="Block"/> when null, so that blocks between
    /// the two can carry what was found from the words to the answer.
    /// </summary>
    public int? WordBlock { get; init; }

    /// <summary>The head of either block, from 0.</summary>
    public int Head { get; init; }

    /// <summary>What a guided token counts beside a token of an answer.</summary>
    public double Weight { get; init; } = 0.5;

    /// <summary>The block that answers look from, for a decoder of so many blocks.</summary>
    internal int BlockOf(int depth) => Block ?? ((depth / 2) + 1);

    /// <summary>The block that words look from.</summary>
    internal int WordBlockOf(int depth) => WordBlock ?? Math.Max(1, BlockOf(depth) / 2);
}
