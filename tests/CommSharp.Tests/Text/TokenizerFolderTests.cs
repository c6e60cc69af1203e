using CommSharp.Generation;
using CommSharp.Grounding;
using CommSharp.Text;
using CsCheck;

namespace CommSharp.Tests.Text;

public sealed class TokenizerFolderTests
{
    [Fact]
    public void A_folder_without_a_model_says_what_to_copy()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<CommSharpException>(() => LlamaTokenizer.Open(folder.Path));
        Assert.Equal(
            $"{folder.Path}: has no tokenizer.model; copy the one that came with the language model's weights, about 500 KB for Llama and Vicuna.",
            error.Message);
    }

    [Theory]
    [InlineData("added_tokens.json", """{ "<x>": 500 }""", "'<x>' has the id 500, but the model's vocabulary has only 490 entries")]
    [InlineData("added_tokens.json", """{ "<x>": 5 }""", "'<x>' has the id 5, which contradicts tokenizer.model")]
    [InlineData("added_tokens.json", """{ "<s>": 480 }""", "'<s>' has the id 480, which contradicts tokenizer.model")]
    [InlineData("added_tokens.json", """{ "<x>": 480, "<y>": 480 }""", "contradict each other")]
    [InlineData("added_tokens.json", """{ "<x>": -1 }""", "must be an id")]
    [InlineData("added_tokens.json", """{ "<x>": "480" }""", "must be an id")]
    [InlineData("added_tokens.json", """{ "": 480 }""", "is empty")]
    [InlineData("added_tokens.json", """[ 1 ]""", "must be an object")]
    [InlineData("added_tokens.json", """{""", "is not valid JSON")]
    [InlineData("added_tokens.json", """{ "\ud800": 480 }""", "is not valid JSON")]
    [InlineData("added_tokens.json", """{ "<x>": 480, "<x>": 481 }""", "is not valid JSON")]
    [InlineData("special_tokens_map.json", """{ "bos_token": "\ud800" }""", "is not valid JSON")]
    [InlineData("special_tokens_map.json", """{ "bos_token": "<begin>" }""", "'<begin>' has no id")]
    [InlineData("special_tokens_map.json", """{ "additional_special_tokens": [ 7 ] }""", "must be an object")]
    [InlineData("tokenizer_config.json", """{ "tokenizer_class": "GPT2Tokenizer" }""", "'GPT2Tokenizer', but only LlamaTokenizer")]
    [InlineData("tokenizer_config.json", """{ "legacy": "no" }""", "'legacy' must be true or false")]
    [InlineData("tokenizer_config.json", """{ "clean_up_tokenization_spaces": true }""", "not supported")]
    [InlineData("tokenizer_config.json", """{ "added_tokens_decoder": { "x": {} } }""", "'x' where an id is expected")]
    [InlineData("tokenizer_config.json", """{ "added_tokens_decoder": { "480": { "content": "<x>", "single_word": true } } }""", "not supported")]
    public void Files_that_cannot_be_used_are_named(string file, string json, string problem)
    {
        using TemporaryFolder folder = TokenizerSource.Folder(TokenizerSource.Small, (file, json));
        Exception error = Assert.ThrowsAny<CommSharpException>(() => LlamaTokenizer.Open(folder.Path, vocabularySize: 490));
        Assert.Contains(problem, error.Message);
        Assert.StartsWith(folder.Path, error.Message);
    }

    /// <summary>A language model whose vocabulary was rounded up: what is added comes behind ids that have no name.</summary>
    [Fact]
    public void Ids_between_the_pieces_and_the_added_tokens_say_nothing()
    {
        using TemporaryFolder folder = TokenizerSource.Folder(TokenizerSource.Small, ("added_tokens.json", """{ "<x>": 500 }"""));
        LlamaTokenizer tokenizer = LlamaTokenizer.Open(folder.Path, vocabularySize: 512);
        Assert.Equal(501, tokenizer.VocabularySize);
        Assert.True(tokenizer.IsSpecial(490) && !tokenizer.IsSpecial(500));
        TokenTextStream stream = tokenizer.OpenStream();
        int a = tokenizer.Find("a")!.Value;
        Assert.Equal("aa", stream.Append(a) + stream.Append(490) + stream.Append(a) + stream.Complete());
        Assert.NotEmpty(new BoxConstraint.BoxVocabulary(tokenizer, BoxFormat.Shikra).Opening);
        Assert.Throws<CommSharpException>(() => tokenizer.TextOf(501));
    }

    [Fact]
    public void A_vocabulary_smaller_than_the_model_is_an_error()
    {
        using TemporaryFolder folder = TokenizerSource.Folder(TokenizerSource.Small);
        var error = Assert.Throws<CommSharpException>(() => LlamaTokenizer.Open(folder.Path, vocabularySize: 479));
        Assert.Contains("480 pieces", error.Message);
    }

    [Fact]
    public void The_files_of_newer_models_are_understood()
    {
        using TemporaryFolder folder = TokenizerSource.Folder(TokenizerSource.Small, ("tokenizer_config.json", """
            {
              "tokenizer_class": "LlamaTokenizer", "legacy": false, "add_bos_token": true, "model_max_length": 4096,
              "clean_up_tokenization_spaces": false,
              "bos_token": { "__type": "AddedToken", "content": "<s>" }, "pad_token": "<pad>", "unk_token": "",
              "added_tokens_decoder": {
                "1": { "content": "<s>", "lstrip": false, "normalized": false, "rstrip": false, "single_word": false, "special": true },
                "480": { "content": "<image>", "special": true }, "481": { "content": "<pad>", "special": true }
              }
            }
            """));
        LlamaTokenizer tokenizer = LlamaTokenizer.Open(folder.Path, vocabularySize: 544);
        Assert.Equal((482, 481, false), (tokenizer.VocabularySize, tokenizer.PadId, tokenizer.Legacy));
        Assert.Equal([0, 1, 2, 480, 481], tokenizer.Added.Select(token => token.Id));
    }

    [Fact]
    public void A_damaged_model_is_an_error_and_nothing_else()
    {
        byte[] whole = File.ReadAllBytes(TokenizerSource.Model(TokenizerSource.Small));
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte, Gen.Int[0, whole.Length]).Sample((at, value, length) =>
        {
            byte[] damaged = [.. whole[..length]];
            damaged.AsSpan(Math.Min(at, length)..).Slice(0, at < length ? 1 : 0).Fill(value);
            try
            {
                SentencePieceReader.Parse(damaged);
            }
            catch (Exception error) when (error is InvalidDataException or System.Text.DecoderFallbackException)
            {
                // What Read turns into an error for people.
            }
        }, iter: 3000);
    }

    [Fact]
    public void A_model_of_another_kind_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "tokenizer.model"), "version https://git-lfs.github.com/spec/v1\n");
        var error = Assert.Throws<CommSharpException>(() => LlamaTokenizer.Open(folder.Path));
        Assert.Contains("is not a SentencePiece model that can be used", error.Message);
    }
}
