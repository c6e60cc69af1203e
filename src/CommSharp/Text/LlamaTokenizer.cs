using System.Text;

namespace CommSharp.Text;

/// <summary>
/// The tokenizer of Llama and of what was made of it: a SentencePiece model with byte fallback, and tokens that are cut out of the text before.
/// It gives the ids of transformers' LlamaTokenizer, in its old and its new behaviour, as tokenizer_config.json asks. It has no state and may be
/// shared between threads.
/// </summary>
public sealed class LlamaTokenizer
{
    private readonly TokenVocabulary _vocabulary;
    private readonly TokenizerSettings _settings;
    private readonly BytePairEncoder _encoder;
    private readonly PrefixMatcher _addedTokens;

    internal LlamaTokenizer(TokenVocabulary vocabulary, TokenizerSettings settings)
    {
        _vocabulary = vocabulary;
        _settings = settings;
        _encoder = new BytePairEncoder(vocabulary.Model);
        _addedTokens = new PrefixMatcher(vocabulary.Added.Select(token => KeyValuePair.Create(token.Content, token.Id)));
        LongestToken = Math.Max(1, Math.Max(_encoder.Longest, vocabulary.Added.Select(token => token.Content.Length).DefaultIfEmpty().Max()));
    }

    /// <summary>The number of ids: one more than the highest.</summary>
    public int VocabularySize => _vocabulary.Size;

    /// <summary>The id of the mark before a text, &lt;s&gt;.</summary>
    public int BeginId => _vocabulary.BeginId;

    /// <summary>The id of the mark after an answer, &lt;/s&gt;.</summary>
    public int EndId => _vocabulary.EndId;

    /// <summary>The id of &lt;unk&gt;, which Llama's models use for padding when they name no other.</summary>
    public int UnknownId => _vocabulary.UnknownId;

    /// <summary>The id that fills short rows of a batch, if the folder names one.</summary>
    public int? PadId => _vocabulary.PadId;

    /// <summary>The most characters that one token stands for.</summary>
    public int LongestToken { get; }

    /// <summary>The tokens that are cut out of a text, in the order of their ids.</summary>
    public IReadOnlyList<AddedToken> Added => _vocabulary.Added;

    /// <summary>
    /// Whether each piece of text between two added tokens gets a space in front (transformers' first behaviour, and Vicuna 1.1's) rather than
    /// only the start of the whole text.
    /// </summary>
    public bool Legacy => _settings.Legacy;

    /// <summary>Whether texts get the begin mark unless asked otherwise.</summary>
    public bool AddsBegin => _settings.AddBegin;

    /// <summary>Whether a model folder has a tokenizer.model.</summary>
    /// <param name="folder">The folder.</param>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, TokenizerFolder.ModelName));

    /// <summary>Reads the tokenizer of a model folder: tokenizer.model, and the JSON files beside it as far as they are there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="vocabularySize">How many ids the language model knows; a token beyond is then an error.</param>
    /// <exception cref="CommSharpException">A file is missing or cannot be used, or the files do not belong together.</exception>
    public static LlamaTokenizer Open(string folder, int? vocabularySize = null)
    {
        string file = Path.Combine(folder, TokenizerFolder.ModelName);
        if (!IsIn(folder))
        {
            throw new CommSharpException(
                $"{folder}: has no {TokenizerFolder.ModelName}; copy the one that came with the language model's weights, about 500 KB for Llama and Vicuna.");
        }

        TokenizerSettings settings = TokenizerFolder.Read(folder);
        return new LlamaTokenizer(new TokenVocabulary(folder, SentencePieceReader.Read(file), settings, vocabularySize), settings);
    }

    /// <summary>Reads a tokenizer.model alone, whatever stands beside it.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="CommSharpException">It is missing or is no SentencePiece model.</exception>
    public static LlamaTokenizer OpenModel(string file)
    {
        if (!File.Exists(file))
        {
            throw new CommSharpException($"{file}: there is no such file; check the path");
        }

        var settings = new TokenizerSettings();
        return new LlamaTokenizer(new TokenVocabulary(file, SentencePieceReader.Read(file), settings, null), settings);
    }

    /// <summary>The ids of a text.</summary>
    /// <param name="text">The text; a surrogate without its other half counts as U+FFFD.</param>
    /// <param name="options">What is put around it and cut out of it; the default when null.</param>
    public IReadOnlyList<int> Encode(string text, EncodeOptions? options = null) => [.. EncodeWithSpans(text, options).Select(token => token.Id)];

    /// <summary>The ids of a text, each with the characters that it stands for.</summary>
    /// <param name="text">The text; a surrogate without its other half counts as U+FFFD.</param>
    /// <param name="options">What is put around it and cut out of it; the default when null.</param>
    public IReadOnlyList<TextToken> EncodeWithSpans(string text, EncodeOptions? options = null)
    {
        options ??= new EncodeOptions();
        var tokens = new List<TextToken>();
        if (options.AddBegin ?? AddsBegin)
        {
            tokens.Add(new TextToken(BeginId, 0, 0));
        }

        int start = 0;
        bool opens = true;
        AddedToken? before = null;
        for (int at = 0; options.SplitAdded && at < text.Length;)
        {
            if (!_addedTokens.TryMatch(text.AsSpan(at), out int id, out int length))
            {
                at++;
                continue;
            }

            AddedToken token = _vocabulary.AddedAt(id)!;
            EncodeRun(text, start, at, opens, before, token, tokens);
            tokens.Add(new TextToken(id, at, at + length));
            (before, opens, at) = (token, false, at + length);
            start = at;
        }

        EncodeRun(text, start, text.Length, opens, before, null, tokens);
        if (options.AddEnd ?? _settings.AddEnd)
        {
            tokens.Add(new TextToken(EndId, text.Length, text.Length));
        }

        return tokens;
    }

    /// <summary>The text of ids.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecial">Whether to leave out special tokens such as &lt;/s&gt;.</param>
    /// <exception cref="CommSharpException">An id is not in the vocabulary.</exception>
    public string Decode(IEnumerable<int> ids, bool skipSpecial = true)
    {
        var text = new StringBuilder();
        if (!skipSpecial)
        {
            DecodeAll(ids, text);
            return text.ToString();
        }

        TokenTextStream stream = OpenStream();
        foreach (int id in ids)
        {
            text.Append(stream.Append(id));
        }

        return text.Append(stream.Complete()).ToString();
    }

    /// <summary>A decoder for tokens that come one by one.</summary>
    public TokenTextStream OpenStream() => new(this);

    /// <summary>The id of a token by its text as the vocabulary spells it ("&lt;im_start&gt;", "▁the"), or null.</summary>
    public int? Find(string token) => _vocabulary.Find(token);

    /// <summary>A token as the vocabulary spells it; empty for an id without a name.</summary>
    /// <exception cref="CommSharpException">The id is not in the vocabulary.</exception>
    public string TextOf(int id) => _vocabulary.TextOf(id);

    /// <summary>Whether a token steers the model rather than being part of what it says; ids without a name, in a gap before the added tokens, say nothing either.</summary>
    public bool IsSpecial(int id) => _vocabulary.AddedAt(id) is { Special: true } || _vocabulary.IsGap(id);

    /// <summary>The byte that a byte piece such as &lt;0x5B&gt; stands for; null for other tokens.</summary>
    internal byte? ByteOf(int id) => _vocabulary.ByteOf(id);

    /// <summary>Whether a token is one of the pieces of plain text.</summary>
    internal bool IsPlain(int id) => id >= 0 && IsPiece(id) && _vocabulary.AddedAt(id) is null;

    internal bool IsPiece(int id) => _vocabulary.IsPiece(id);

    internal SentencePieceText NewRun() => new(_vocabulary.Model, _settings.Legacy && _vocabulary.Model.AddDummyPrefix);

    /// <summary>Appends the tokens of plain text, in which nothing is looked for.</summary>
    /// <param name="text">The text.</param>
    /// <param name="opens">Whether the text starts here.</param>
    /// <param name="offset">What to add to the characters' positions.</param>
    /// <param name="tokens">Where the tokens go.</param>
    internal void EncodePlain(ReadOnlySpan<char> text, bool opens, int offset, List<TextToken> tokens)
    {
        if (!text.IsEmpty)
        {
            _encoder.Encode(text, _settings.Legacy ? _vocabulary.Model.AddDummyPrefix : opens, offset, tokens);
        }
    }

    /// <summary>The text between two added tokens.</summary>
    private void EncodeRun(string text, int start, int end, bool opens, AddedToken? before, AddedToken? after, List<TextToken> tokens)
    {
        while (before is { TrimAfter: true } && start < end && char.IsWhiteSpace(text[start]))
        {
            start++;
        }

        while (after is { TrimBefore: true } && end > start && char.IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        if (start < end)
        {
            EncodePlain(text.AsSpan(start, end - start), opens, start, tokens);
        }
        else if (opens && !_settings.Legacy && after is { Special: false })
        {
            // The new behaviour writes the opening space before it looks for tokens, and takes it back only before special ones.
            _encoder.Encode([], prefix: true, start, tokens);
        }
    }

    /// <summary>
    /// With the special tokens, as transformers prints them. Its old behaviour puts a space before the text that a special token ends, so this
    /// cannot be told token by token.
    /// </summary>
    private void DecodeAll(IEnumerable<int> ids, StringBuilder text)
    {
        SentencePieceText run = NewRun();
        int position = 0;
        bool afterSpecial = false;
        foreach (int id in ids)
        {
            string content = TextOf(id);
            if (!IsPiece(id))
            {
                text.Append(run.TakeAll()).Append(content);
                (run, position, afterSpecial) = (NewRun(), 0, false);
                continue;
            }

            if (IsSpecial(id))
            {
                text.Append(_settings.Legacy && position > 0 && !afterSpecial ? " " : "").Append(run.TakeAll()).Append(content);
                (run, afterSpecial) = (NewRun(), true);
            }
            else
            {
                text.Append(afterSpecial && position == 1 && content[0] != SentencePieceModel.Space ? " " : "");
                run.Append(id, withoutSpace: position == 0);
                afterSpecial = false;
            }

            position++;
        }

        text.Append(run.TakeAll());
    }
}
