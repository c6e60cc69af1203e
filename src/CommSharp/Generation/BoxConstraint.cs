using CommSharp.Grounding;
using CommSharp.Text;

namespace CommSharp.Generation;

/// <summary>
/// Keeps boxes readable: once a bracket is open, only tokens may come that lead to an ordered box within the picture. Between boxes everything may come but a
/// token that opens a bracket and goes on with something that is no box.
/// </summary>
public sealed class BoxConstraint : ITokenConstraint
{
    private const char Open = '[';

    private readonly BoxVocabulary _vocabulary;
    private int? _wordsLeft;
    private BoxGrammar? _box;

    /// <summary>Begins an answer.</summary>
    /// <param name="vocabulary">The tokens; made once for a model.</param>
    /// <param name="mostWords">
    /// How many tokens may come before the first bracket, where one has to come: models begin as they were taught, such as "Answer: [", and know less of where a thing is
    /// when they are made to begin otherwise. The answer may be without a box when null.
    /// </param>
    public BoxConstraint(BoxVocabulary vocabulary, int? mostWords = null) => (_vocabulary, _wordsLeft) = (vocabulary, mostWords);

    /// <summary>Whether a bracket is open.</summary>
    public bool IsInsideBox => _box is not null;

    /// <summary>Whether the bracket that has to come has been opened.</summary>
    public bool HasOpened => _wordsLeft is null;

    /// <inheritdoc/>
    public IReadOnlyList<int>? Allowed => _box is { } box
        ? [.. _vocabulary.Inside.Where(token => _vocabulary.Walk(box, token.Text, out _)).Select(token => token.Id)]
        : _wordsLeft switch
        {
            null => _vocabulary.Outside,
            0 => _vocabulary.Opening,
            _ => _vocabulary.Leading,
        };

    /// <inheritdoc/>
    public void Advance(int token)
    {
        _vocabulary.Walk(_box, _vocabulary.TextOf(token), out _box);
        _wordsLeft = IsInsideBox ? null : _wordsLeft - 1;
    }

    /// <summary>The tokens of a model as boxes see them.</summary>
    public sealed class BoxVocabulary
    {
        private const string Digits = "0123456789";

        private readonly LlamaTokenizer _tokenizer;
        private readonly BoxGrammar _start;

        /// <summary>Sorts the tokens.</summary>
        /// <param name="tokenizer">The model's tokenizer.</param>
        /// <param name="format">How the model writes boxes; a plain notation.</param>
        /// <param name="mostBoxes">How many boxes one bracket may hold.</param>
        /// <exception cref="CommSharpException">The tokenizer cannot write a character of a box.</exception>
        public BoxVocabulary(LlamaTokenizer tokenizer, BoxFormat format, int mostBoxes = 8)
        {
            _tokenizer = tokenizer;
            _start = new BoxGrammar(format, mostBoxes);
            (int Id, string Text)[] tokens = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(id => (id, TextOf(id)))];
            Outside = [.. tokens.Where(token => Walk(null, token.Text, out _)).Select(token => token.Id)];
            Opening = [.. tokens.Where(token => token.Text.TrimStart().StartsWith(Open) && Walk(null, token.Text, out BoxGrammar? box) && box is not null).Select(token => token.Id)];
            Leading = [.. tokens.Where(token => token.Text.Length > 0 && !token.Text.Contains(Open)).Select(token => token.Id).Concat(Opening).Order()];
            Inside = [.. tokens.Where(token => token.Text.Length > 0 && BoxGrammar.Alphabet.Contains(token.Text[0], StringComparison.Ordinal))];
            Require(tokens.Select(token => token.Text), format);
        }

        internal IReadOnlyList<int> Outside { get; }

        /// <summary>What begins a box, with its first characters where a token has several: a small vocabulary has "[0.", and a model that knows boxes in that form knows no other.</summary>
        internal IReadOnlyList<int> Opening { get; }

        /// <summary>Words before a bracket, none of which ends an answer, and the bracket.</summary>
        internal IReadOnlyList<int> Leading { get; }

        internal IReadOnlyList<(int Id, string Text)> Inside { get; }

        /// <summary>What a token adds to the text; nothing for a special one and for a part of a character.</summary>
        internal string TextOf(int id) => _tokenizer switch
        {
            _ when _tokenizer.IsSpecial(id) => "",
            _ when _tokenizer.ByteOf(id) is { } value => value < 0x80 ? ((char)value).ToString() : "",
            _ => _tokenizer.TextOf(id).Replace('\u2581', ' '),
        };

        /// <summary>Goes through a token's text from a box, or from between boxes, and says whether it may come there.</summary>
        internal bool Walk(BoxGrammar? box, string text, out BoxGrammar? after)
        {
            after = box;
            if (text.Length == 0)
            {
                return box is null; // an end, or half a character
            }

            foreach (char character in text)
            {
                if (after is null)
                {
                    after = character == Open ? _start : null;
                    continue;
                }

                after = after.After(character);
                if (after is null)
                {
                    return false;
                }

                after = after.IsComplete ? null : after;
            }

            return true;
        }

        /// <summary>A box that is begun can only be ended when each character has a token of its own.</summary>
        private static void Require(IEnumerable<string> texts, BoxFormat format)
        {
            HashSet<string> known = [.. texts];
            foreach (char needed in $"{Open}{Digits}.{format.Separator}]")
            {
                if (!known.Contains(needed.ToString()))
                {
                    throw new CommSharpException($"Boxes cannot be constrained: the tokenizer has no token for \"{needed}\"; ask without a constraint, or use the model's own tokenizer.");
                }
            }
        }
    }
}
