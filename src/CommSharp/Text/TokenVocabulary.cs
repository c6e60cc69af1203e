using CommSharp.Checkpoints;

namespace CommSharp.Text;

/// <summary>A model's pieces and the tokens added to them, checked against each other.</summary>
internal sealed class TokenVocabulary
{
    private readonly Dictionary<int, AddedToken> _added = [];
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);

    /// <param name="folder">What errors name.</param>
    /// <param name="model">The pieces.</param>
    /// <param name="settings">What the other files say.</param>
    /// <param name="limit">The number of rows that the model's embedding has, when it is known.</param>
    public TokenVocabulary(string folder, SentencePieceModel model, TokenizerSettings settings, int? limit)
    {
        Model = model;
        for (int id = 0; id < model.Pieces.Count; id++)
        {
            _ids.Add(model.Pieces[id].Text, id);
        }

        string begin = settings.Begin ?? model.Pieces[model.BeginId].Text, end = settings.End ?? model.Pieces[model.EndId].Text;
        string unknown = settings.Unknown ?? model.Pieces[model.UnknownId].Text;
        HashSet<string> special = [begin, end, unknown, settings.Pad ?? unknown, .. settings.Special];
        foreach (AddedToken token in settings.Added)
        {
            CheckId(folder, token);
            _ids[token.Content] = token.Id;
            _added[token.Id] = token with { Special = token.Special || special.Contains(token.Content) };
        }

        foreach (string text in special)
        {
            int id = _ids.TryGetValue(text, out int known)
                ? known
                : throw new CommSharpException(
                    $"{folder}: the special token {Printable.Name(text)} has no id; copy the added_tokens.json that belongs to this model.");
            _added.TryAdd(id, new AddedToken(text, id) { Special = true });
        }

        (BeginId, EndId, UnknownId) = (_ids[begin], _ids[end], _ids[unknown]);
        PadId = settings.Pad is null ? null : _ids[settings.Pad];
        Size = Math.Max(model.Pieces.Count, _added.Keys.Max() + 1);
        if (Size > limit)
        {
            string what = _added.TryGetValue(Size - 1, out AddedToken? last)
                ? $"the added token {Printable.Name(last.Content)} has the id {last.Id}"
                : $"tokenizer.model has {Size} pieces";
            throw new CommSharpException($"{folder}: {what}, but the model's vocabulary has only {limit} entries; the tokenizer belongs to another model.");
        }
    }

    public SentencePieceModel Model { get; }

    /// <summary>The highest id, and one.</summary>
    public int Size { get; }

    public int BeginId { get; }

    public int EndId { get; }

    public int UnknownId { get; }

    public int? PadId { get; }

    /// <summary>Every token that is not a plain piece, in the order of ids.</summary>
    public IReadOnlyList<AddedToken> Added => [.. _added.Values.OrderBy(token => token.Id)];

    public int? Find(string text) => _ids.TryGetValue(text, out int id) ? id : null;

    public AddedToken? AddedAt(int id) => _added.GetValueOrDefault(id);

    /// <summary>Whether an id stands between the pieces and the added tokens and has no name; language models leave such gaps to make their vocabulary a round number.</summary>
    public bool IsGap(int id) => id >= Model.Pieces.Count && id < Size && AddedAt(id) is null;

    public string TextOf(int id) => AddedAt(id)?.Content ?? (id >= 0 && id < Model.Pieces.Count ? Model.Pieces[id].Text
        : IsGap(id) ? ""
        : throw new CommSharpException($"The token id {id} is not in the tokenizer's vocabulary of {Size}; the tokenizer belongs to another model."));

    public byte? ByteOf(int id) => id >= 0 && id < Model.Pieces.Count && Model.Pieces[id] is { Kind: PieceKind.Byte, Text: var text }
        ? Convert.ToByte(text[3..5], 16)
        : null;

    /// <summary>Whether it was added behind the pieces, or is one of them.</summary>
    public bool IsPiece(int id) => id < Model.Pieces.Count;

    private void CheckId(string folder, AddedToken token)
    {
        // The three marks of the model itself are usually listed among the added ones, with the ids that they have.
        bool agrees = token.Id < Model.Pieces.Count
            ? Model.Pieces[token.Id].Text == token.Content
            : !_ids.ContainsKey(token.Content);
        if (!agrees)
        {
            throw new CommSharpException(
                $"{folder}: the added token {Printable.Name(token.Content)} has the id {token.Id}, which contradicts tokenizer.model; "
                + "copy both from the same model.");
        }
    }
}
