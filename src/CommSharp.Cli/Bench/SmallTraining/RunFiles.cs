using System.Globalization;
using System.Text;
using CommSharp.Configuration;
using CommSharp.Training.Recipes;

namespace CommSharp.Cli.Bench.SmallTraining;

/// <summary>What a training of the small model reads, in a temporary folder that is deleted at the end: photographs with captions, a tokenizer, the config.</summary>
internal sealed class RunFiles : IDisposable
{
    public const int Width = 640;
    public const int Height = 480;

    private const int Pictures = 64;
    private const string PresetName = "small.json";
    private const string TokenizerName = "tokenizer.model";
    private const string CaptionsName = "captions.jsonl";
    private const string WordingsName = "wordings.txt";

    private RunFiles(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The folder of the run.</summary>
    public string RunFolder => Path.Combine(Folder, "run");

    /// <summary>The model to start from.</summary>
    public ModelSource Model { get; } = new RandomModelSource { Preset = PresetName, Tokenizer = TokenizerName };

    /// <summary>The samples.</summary>
    public DataMixture Data { get; } = new DatasetPart { Format = "shikra-caption", Path = CaptionsName, Templates = WordingsName };

    /// <summary>Writes them.</summary>
    public static RunFiles Write()
    {
        var files = new RunFiles(Directory.CreateTempSubdirectory("commsharp-bench-").FullName);
        try
        {
            ConfigurationFile.Write(files.At(PresetName), SmallModel.Config);
            File.WriteAllBytes(files.At(TokenizerName), Tokenizer());
            File.WriteAllText(files.At(WordingsName), "<image>" + Letters(SmallModel.TextTokens - SmallModel.AnswerTokens - 6) + "\n");
            var captions = new StringBuilder();
            for (int i = 0; i < Pictures; i++)
            {
                string name = i.ToString("D3", CultureInfo.InvariantCulture) + ".jpg";
                File.WriteAllBytes(files.At(name), MadePhotograph.Jpeg(Width, Height, seed: i));
                captions.Append(CultureInfo.InvariantCulture, $$"""{"img_path": "{{name}}", "caption": "{{Letters(SmallModel.AnswerTokens - 4)}}"}""").Append('\n');
            }

            File.WriteAllText(files.At(CaptionsName), captions.ToString());
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string At(string name) => Path.Combine(Folder, name);

    private static string Letters(int count) => string.Concat(Enumerable.Range(0, count).Select(i => (char)('a' + (i % 26))));

    /// <summary>
    /// A SentencePiece model (sentencepiece_model.proto) of the three marks and all bytes, so that every letter is a token: as many texts of 60 tokens as wanted,
    /// without anybody's vocabulary.
    /// </summary>
    private static byte[] Tokenizer()
    {
        const byte Unknown = 2, Control = 3, Byte = 6, BytePairs = 2;
        using var model = new MemoryStream();
        Piece("<unk>", Unknown);
        Piece("<s>", Control);
        Piece("</s>", Control);
        for (int value = 0; value < 256; value++)
        {
            Piece($"<0x{value:X2}>", Byte);
        }

        Message(2, [3 << 3, BytePairs, 0x98, 0x02, 1]); // trainer: model_type, and field 35, byte_fallback
        Message(3, [4 << 3, 0]); // normalizer: spaces are kept
        return model.ToArray();

        void Piece(string text, byte kind) => Message(1, [(1 << 3) | 2, (byte)text.Length, .. Encoding.ASCII.GetBytes(text), 3 << 3, kind]);

        void Message(int field, byte[] content)
        {
            model.Write([(byte)((field << 3) | 2), (byte)content.Length]);
            model.Write(content);
        }
    }
}
