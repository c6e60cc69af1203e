using System.Diagnostics;
using CommSharp.Text;
using CsCheck;

namespace CommSharp.Tests.Text;

public sealed class LlamaTokenizerTests
{
    private static readonly LlamaTokenizer Tokenizer = TokenizerSource.Open(TokenizerSource.Small);

    [Theory]
    [InlineData("a\ud800b")]
    [InlineData("\udc00")]
    [InlineData("\ud83d")]
    [InlineData("\ude00\ud83d")]
    public void Half_a_surrogate_pair_counts_as_the_replacement_character(string text)
    {
        string repaired = new([.. text.Select(c => char.IsSurrogate(c) ? '\uFFFD' : c)]);
        Assert.Equal(Tokenizer.EncodeWithSpans(repaired), Tokenizer.EncodeWithSpans(text));
    }

    [Fact]
    public void Every_text_comes_back()
    {
        LlamaTokenizer current = TokenizerSource.Open(TokenizerSource.Small, legacy: false);
        Gen.String.Sample(text =>
        {
            string expected = Repair(text).Replace('\u2581', ' ');
            Assert.Equal(expected, current.Decode(current.Encode(text, new EncodeOptions { SplitAdded = false })));
        }, iter: 2000);
    }

    [Fact]
    public void Spans_follow_each_other_and_cover_the_text()
    {
        Gen.String[Gen.Char["aeh <>/s\n▁é你\ud83d\ude00"], 0, 40].Sample(text =>
        {
            int end = 0;
            foreach (TextToken token in Tokenizer.EncodeWithSpans(text))
            {
                Assert.True(token.Start == end || (token.Start < end && token.End == end), $"{token} after {end}");
                end = token.End;
            }

            Assert.Equal(text.Length, end);
        }, iter: 2000);
    }

    [Fact]
    public void A_stream_gives_the_same_text_and_never_half_a_character()
    {
        Gen.Int[0, Tokenizer.VocabularySize - 1].Array[0, 30].Sample(ids =>
        {
            TokenTextStream stream = Tokenizer.OpenStream();
            string[] parts = [.. ids.Select(stream.Append), stream.Complete()];
            Assert.Equal(Tokenizer.Decode(ids), string.Concat(parts));
            Assert.All(parts, part => Assert.Equal(Repair(part), part));
        }, iter: 2000);
    }

    [Fact]
    public void A_character_of_several_bytes_appears_with_its_last_byte()
    {
        TokenTextStream stream = Tokenizer.OpenStream();
        Assert.Equal(["", "", "", "😀"], "😀"u8.ToArray().Select(value => stream.Append(3 + value)));
        Assert.Equal("", stream.Complete());
    }

    [Fact]
    public void An_incomplete_character_becomes_one_mark_for_each_byte()
    {
        TokenTextStream stream = Tokenizer.OpenStream();
        Assert.Equal("", stream.Append(3 + 0xF0) + stream.Append(3 + 0x9F));
        Assert.Equal("\uFFFD\uFFFDA", stream.Append(3 + 'A'));
        Assert.Equal("", stream.Append(3 + 0xE2));
        Assert.Equal("\uFFFD", stream.Complete());
    }

    [Theory]
    [InlineData('a')]
    [InlineData(' ')]
    [InlineData('<')]
    [InlineData('\u4f60')]
    public void A_long_text_costs_little_more_than_its_length(char character)
    {
        TimeSpan limit = TimeSpan.FromSeconds(20); // Quadratic time would be hours.
        var watch = Stopwatch.StartNew();
        Assert.NotEmpty(Tokenizer.Encode(new string(character, 1_000_000)));
        Assert.True(watch.Elapsed < limit, $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(480)]
    [InlineData(int.MaxValue)]
    public void An_id_that_does_not_exist_is_an_error(int id)
    {
        var error = Assert.Throws<CommSharpException>(() => Tokenizer.Decode([1, id]));
        Assert.Contains($"{id} is not in the tokenizer's vocabulary of 480", error.Message);
        Assert.Throws<CommSharpException>(() => Tokenizer.Decode([1, id], skipSpecial: false));
    }

    [Fact]
    public void Marks_in_a_strangers_text_can_be_kept_as_characters()
    {
        IReadOnlyList<int> ids = Tokenizer.Encode("</s>", new EncodeOptions { SplitAdded = false });
        Assert.DoesNotContain(Tokenizer.EndId, ids);
        Assert.Equal("</s>", Tokenizer.Decode(ids));
    }

    [Fact]
    public void Begin_and_end_marks_follow_the_config_and_the_options()
    {
        LlamaTokenizer tokenizer = TokenizerSource.Open(
            TokenizerSource.Small, files: ("tokenizer_config.json", """{ "add_bos_token": false, "add_eos_token": true }"""));
        Assert.Equal([tokenizer.EndId], tokenizer.Encode(""));
        Assert.Equal([tokenizer.BeginId], tokenizer.Encode("", new EncodeOptions { AddBegin = true, AddEnd = false }));
    }

    [Fact]
    public void An_added_token_trims_what_its_entry_says()
    {
        LlamaTokenizer tokenizer = TokenizerSource.Open(TokenizerSource.Small, files: ("tokenizer_config.json", """
            { "legacy": false, "added_tokens_decoder": { "480": { "content": "<sep>", "lstrip": true, "rstrip": true, "special": false } } }
            """));
        Assert.Equal(tokenizer.Encode("a<sep>b"), tokenizer.Encode("a \t<sep>\n b"));
        Assert.Equal("a<sep>b", tokenizer.Decode(tokenizer.Encode("a<sep>b")));
        Assert.Equal([tokenizer.BeginId, tokenizer.Find("▁")!.Value, 480], tokenizer.Encode("<sep>"));
    }

    [Fact]
    public void The_longest_added_token_wins()
    {
        LlamaTokenizer tokenizer = TokenizerSource.Open(TokenizerSource.Small, files: ("added_tokens.json", """{ "<a": 480, "<ab>": 481 }"""));
        Assert.Equal([1, 481, 480], tokenizer.Encode("<ab><a"));
    }

    private static string Repair(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
