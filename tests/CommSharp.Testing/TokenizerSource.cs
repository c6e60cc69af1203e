using CommSharp.Text;

namespace CommSharp.Testing;

/// <summary>The two tokenizers that have golden cases: a small one in the repository, and Llama's own, which its licence keeps out of it.</summary>
public static class TokenizerSource
{
    public const string Small = "small", Llama = "llama";

    public static string Model(string source) => source == Small
        ? Fixture("parity", "tokenizer-small", "tokenizer.model")
        : SharedFolder.Require("tokenizer", "tokenizer.model");

    public static string Cases(string source) => source == Small
        ? Fixture("parity", "tokenizer-small", "cases.json")
        : SharedFolder.Require("parity", "tokenizer", "cases.json");

    public static string Fixture(params string[] parts) => Path.Combine([RepositoryRoot.Folder, "tests", "Fixtures", .. parts]);

    /// <summary>Opens a folder with the model and the given JSON files, each a name and a content.</summary>
    public static LlamaTokenizer Open(string source, bool legacy = true, params (string Name, string Json)[] files)
    {
        using TemporaryFolder folder = Folder(source, [("tokenizer_config.json", $$"""{ "legacy": {{(legacy ? "true" : "false")}} }"""), .. files]);
        return LlamaTokenizer.Open(folder.Path);
    }

    public static TemporaryFolder Folder(string source, params (string Name, string Json)[] files)
    {
        var folder = new TemporaryFolder();
        File.Copy(Model(source), Path.Combine(folder.Path, "tokenizer.model"));
        foreach ((string name, string json) in files)
        {
            File.WriteAllText(Path.Combine(folder.Path, name), json);
        }

        return folder;
    }

    /// <summary>With Shikra's three tokens behind the vocabulary.</summary>
    public static LlamaTokenizer OpenShikra(string source, bool legacy = true)
    {
        int first = Open(source).VocabularySize;
        return Open(
            source,
            legacy,
            ("added_tokens.json", $$"""{ "<im_patch>": {{first}}, "<im_start>": {{first + 1}}, "<im_end>": {{first + 2}} }"""),
            ("special_tokens_map.json", """{ "additional_special_tokens": ["<im_patch>", "<im_start>", "<im_end>"] }"""));
    }
}
