using CommSharp.Text;

namespace CommSharp.Training.Pretraining.Objectives.Clip;

/// <summary>
/// Cuts captions into the ids of CLIP's text encoder: begin mark, words, and an end mark of its own with the highest id of all. So both readings of
/// Hugging Face's class find the same token: the one by "eos_token_id", and the older one that takes the highest id. Id 2, SentencePiece's own end mark,
/// would be taken for the released models' mistaken config.
/// </summary>
internal sealed class CaptionTokens(LlamaTokenizer tokenizer, int contextLength)
{
    /// <summary>The text of the end mark, as added_tokens.json names it.</summary>
    public const string EndText = "<|endoftext|>";

    /// <summary>The id of the end mark.</summary>
    public int EndOfText { get; } = tokenizer.VocabularySize;

    /// <summary>The number of ids with the end mark.</summary>
    public int VocabularySize => EndOfText + 1;

    /// <summary>The ids of captions in rows of one length.</summary>
    /// <param name="captions">The captions; too long ones are cut off before their end mark.</param>
    /// <returns>Row by row, filled up with the unknown mark, and the length of a row. A causal encoder sees nothing of what follows the end mark.</returns>
    public (long[] Ids, int Length) Encode(IReadOnlyList<string> captions)
    {
        IReadOnlyList<int>[] rows = [.. captions.Select(caption => tokenizer.Encode(caption, new EncodeOptions { AddBegin = true, AddEnd = false, SplitAdded = false }))];
        int length = Math.Min(contextLength, rows.Max(row => row.Count) + 1);
        long[] ids = new long[rows.Length * length];
        Array.Fill(ids, tokenizer.UnknownId);
        for (int i = 0; i < rows.Length; i++)
        {
            int words = Math.Min(rows[i].Count, length - 1);
            for (int j = 0; j < words; j++)
            {
                ids[(i * length) + j] = rows[i][j];
            }

            ids[(i * length) + words] = EndOfText;
        }

        return (ids, length);
    }
}
