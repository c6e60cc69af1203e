using System.Text.Json;
using CommSharp.Text;

namespace CommSharp.Tests.Text;

/// <summary>Every member of the golden cases of sentencepiece and transformers; a member that no test knows is a failure.</summary>
public sealed class TokenizerCasesTests
{
    public static TheoryData<string> Sources => [TokenizerSource.Small, TokenizerSource.Llama];

    [Theory]
    [MemberData(nameof(Sources))]
    public void The_files_have_no_member_that_is_not_compared(string source)
    {
        JsonElement root = Read(source);
        AssertMembers(
            root, "tokenizer_model_sha256", "vocab_size", "bos_id", "eos_id", "unk_id", "pad_id",
            "cases", "llava_image_token", "shikra_added_tokens", "decode");
        AssertMembers(root.GetProperty("llava_image_token"), "image_token_index", "cases");
        AssertMembers(root.GetProperty("shikra_added_tokens"), "added", "cases");
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void The_model_is_the_one_of_the_cases(string source)
    {
        JsonElement root = Read(source);
        byte[] hash = System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(TokenizerSource.Model(source)));
        LlamaTokenizer tokenizer = TokenizerSource.Open(source);

        Assert.Equal(root.GetProperty("tokenizer_model_sha256").GetString(), Convert.ToHexStringLower(hash));
        Assert.Equal(root.GetProperty("vocab_size").GetInt32(), tokenizer.VocabularySize);
        Assert.Equal(root.GetProperty("bos_id").GetInt32(), tokenizer.BeginId);
        Assert.Equal(root.GetProperty("eos_id").GetInt32(), tokenizer.EndId);
        Assert.Equal(root.GetProperty("unk_id").GetInt32(), tokenizer.UnknownId);
        Assert.Equal(root.GetProperty("pad_id").GetInt32(), tokenizer.PadId ?? -1);
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Texts_become_the_pieces_of_sentencepiece(string source)
    {
        LlamaTokenizer tokenizer = TokenizerSource.Open(source);
        var plain = new EncodeOptions { AddBegin = false, SplitAdded = false };
        SentencePieceModel model = SentencePieceReader.Read(TokenizerSource.Model(source));

        foreach (JsonElement golden in Read(source).GetProperty("cases").EnumerateArray())
        {
            AssertMembers(
                golden, "text", "sp_ids", "sp_pieces", "sp_decode", "hf_legacy_ids", "hf_legacy_decode_skip_special", "hf_legacy_decode",
                "hf_nonlegacy_ids", "hf_nonlegacy_decode_skip_special", "hf_nonlegacy_decode", "is_prompt");
            Assert.True(golden.GetProperty("is_prompt").ValueKind is JsonValueKind.True or JsonValueKind.False);
            string text = golden.GetProperty("text").GetString()!;
            int[] ids = Ids(golden, "sp_ids");
            Assert.Equal(ids, tokenizer.Encode(text, plain));
            Assert.Equal(golden.GetProperty("sp_pieces").EnumerateArray().Select(piece => piece.GetString()), ids.Select(tokenizer.TextOf));
            Assert.Equal(golden.GetProperty("sp_decode").GetString(), SentencePieceDecode(model, ids));
        }
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Texts_become_the_ids_of_transformers_and_back(string source)
    {
        foreach ((bool legacy, string mode) in new[] { (true, "hf_legacy"), (false, "hf_nonlegacy") })
        {
            LlamaTokenizer tokenizer = TokenizerSource.Open(source, legacy);
            foreach (JsonElement golden in Read(source).GetProperty("cases").EnumerateArray())
            {
                int[] ids = Ids(golden, mode + "_ids");
                Assert.Equal(ids, tokenizer.Encode(golden.GetProperty("text").GetString()!));
                Assert.Equal(golden.GetProperty(mode + "_decode_skip_special").GetString(), tokenizer.Decode(ids));
                Assert.Equal(golden.GetProperty(mode + "_decode").GetString(), tokenizer.Decode(ids, skipSpecial: false));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Ids_become_the_texts_of_the_references(string source)
    {
        SentencePieceModel model = SentencePieceReader.Read(TokenizerSource.Model(source));
        LlamaTokenizer legacy = TokenizerSource.Open(source), current = TokenizerSource.Open(source, legacy: false);
        foreach (JsonElement golden in Read(source).GetProperty("decode").EnumerateArray())
        {
            AssertMembers(golden, "ids", "sp_decode", "hf_legacy", "hf_nonlegacy");
            int[] ids = Ids(golden, "ids");
            Assert.Equal(golden.GetProperty("sp_decode").GetString(), SentencePieceDecode(model, ids));
            Assert.Equal(golden.GetProperty("hf_legacy").GetString(), legacy.Decode(ids, skipSpecial: false));
            Assert.Equal(golden.GetProperty("hf_nonlegacy").GetString(), current.Decode(ids, skipSpecial: false));
        }
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Shikras_added_tokens_are_cut_out_first(string source)
    {
        JsonElement section = Read(source).GetProperty("shikra_added_tokens");
        LlamaTokenizer legacy = TokenizerSource.OpenShikra(source), current = TokenizerSource.OpenShikra(source, legacy: false);
        foreach (JsonProperty added in section.GetProperty("added").EnumerateObject())
        {
            Assert.Equal(added.Value.GetInt32(), legacy.Find(added.Name));
        }

        AssertPrompts(section, prompt => legacy.Encode(prompt), prompt => current.Encode(prompt));
    }

    [Theory]
    [MemberData(nameof(Sources))]
    public void Prompts_with_an_image_are_cut_and_encoded_in_parts(string source)
    {
        JsonElement section = Read(source).GetProperty("llava_image_token");
        int image = section.GetProperty("image_token_index").GetInt32();
        AssertPrompts(
            section,
            prompt => InParts(TokenizerSource.Open(source), prompt, image),
            prompt => InParts(TokenizerSource.Open(source, legacy: false), prompt, image));
    }

    /// <summary>LLaVA's way: each part a text of its own, one begin mark for all.</summary>
    private static List<int> InParts(LlamaTokenizer tokenizer, string prompt, int image)
    {
        List<int> ids = [tokenizer.BeginId];
        string[] parts = prompt.Split("<image>");
        for (int i = 0; i < parts.Length; i++)
        {
            ids.AddRange(i > 0 ? [image] : []);
            ids.AddRange(tokenizer.Encode(parts[i], new EncodeOptions { AddBegin = false }));
        }

        return ids;
    }

    private static void AssertPrompts(JsonElement section, Func<string, IEnumerable<int>> legacy, Func<string, IEnumerable<int>> current)
    {
        foreach (JsonElement golden in section.GetProperty("cases").EnumerateArray())
        {
            AssertMembers(golden, "prompt", "legacy_ids", "nonlegacy_ids");
            string prompt = golden.GetProperty("prompt").GetString()!;
            Assert.Equal(Ids(golden, "legacy_ids"), legacy(prompt));
            Assert.Equal(Ids(golden, "nonlegacy_ids"), current(prompt));
        }
    }

    private static string SentencePieceDecode(SentencePieceModel model, IEnumerable<int> ids)
    {
        var text = new SentencePieceText(model, model.AddDummyPrefix);
        foreach (int id in ids)
        {
            text.Append(id);
        }

        return text.TakeAll();
    }

    private static JsonElement Read(string source)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TokenizerSource.Cases(source)));
        return document.RootElement.Clone();
    }

    private static int[] Ids(JsonElement golden, string member) => [.. golden.GetProperty(member).EnumerateArray().Select(id => id.GetInt32())];

    private static void AssertMembers(JsonElement golden, params string[] members) =>
        Assert.Equal(members.Order(), golden.EnumerateObject().Select(member => member.Name).Order());
}
