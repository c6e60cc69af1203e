using System.Text.Json.Nodes;
using CommSharp.Data.Checking;
using CommSharp.Data.Pictures;
using CommSharp.Data.Reading;

namespace CommSharp.Data.Tests.Formats;

/// <summary>The samples in tests/Fixtures/formats: what they hold by the summary beside them, and copies that a test may break.</summary>
internal static class FormatSamples
{
    /// <summary>The path of a sample.</summary>
    public static string At(params string[] parts) => AnswerSamples.Fixture(["formats", .. parts]);

    /// <summary>What a reader should find in a sample.</summary>
    public static JsonNode Expected(string sample) => JsonNode.Parse(File.ReadAllText(At("expected_summary.json")))![sample]!;

    /// <summary>Copies a sample's folder into a test's.</summary>
    public static void Copy(string sample, TemporaryFolder folder)
    {
        foreach (string file in Directory.EnumerateFiles(At(sample), "*", SearchOption.AllDirectories))
        {
            folder.Write(Path.GetRelativePath(At(sample), file), File.ReadAllBytes(file));
        }
    }

    /// <summary>The one error with which reading and checking ends.</summary>
    public static string Refusal<TRecord>(IEnumerable<TRecord> records, string? pictures = null)
        where TRecord : IDataRecord =>
        Assert.Throws<DataException>(() => RecordCheck.Passing(records, pictures is null ? null : new PictureFolder(pictures)).ToList()).Message;

    /// <summary>How many records pass, and the only problem, when bad ones are borne.</summary>
    public static (int Passed, string Problem) Borne<TRecord>(Func<DataProblems, IEnumerable<TRecord>> read, string? pictures = null)
        where TRecord : IDataRecord
    {
        var problems = new DataProblems();
        int passed = RecordCheck.Passing(read(problems), pictures is null ? null : new PictureFolder(pictures), problems).Count();
        return (passed, Assert.Single(problems.All).Message);
    }
}
