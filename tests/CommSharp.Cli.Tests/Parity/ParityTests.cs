using CommSharp.Cli.Parity;

namespace CommSharp.Cli.Tests.Parity;

public sealed class ParityTests
{
    /// <summary>Kinds of cases that other tests compare: pictures and text, which are no model.</summary>
    private static readonly string[] OtherKinds = ["preprocess", "tokenizer"];

    private static string Bundled => Path.Combine(RepositoryRoot.Folder, "tests", "Fixtures", "parity");

    public static TheoryData<string> BundledCases => [.. Names(Bundled)];

    public static TheoryData<string> SharedCases
    {
        get
        {
            string folder = Path.Combine(RepositoryRoot.Folder, "..", "shared", "parity");
            return Directory.Exists(folder) ? [.. Names(folder)] : ["all"];
        }
    }

    [Theory]
    [MemberData(nameof(BundledCases))]
    public void A_bundled_case_gives_the_references_outputs(string name) => Check(Bundled, name);

    [Theory]
    [MemberData(nameof(SharedCases))]
    public void A_case_gives_the_references_outputs(string name) => Check(SharedFolder.Require("parity"), name);

    [Fact]
    public void Every_case_of_the_manifest_is_compared_here_or_by_other_tests()
    {
        ParityManifest manifest = ParityManifest.Read(SharedFolder.Require("parity"));
        Assert.All(manifest.Cases, parity => Assert.True(ParityOutputs.Knows(parity.Kind) || OtherKinds.Contains(parity.Kind), parity.Name));
        Assert.All(manifest.Cases.Where(parity => ParityOutputs.Knows(parity.Kind)), parity => Assert.NotEmpty(parity.Outputs));
    }

    [Fact]
    public void An_output_that_is_wrong_or_missing_fails_its_case()
    {
        var right = new ParityComparison("logits", 1e-6, 1e-4);
        Assert.True(new ParityResult("case", "llama", "", 1, [right]).Passed);
        Assert.False(new ParityResult("case", "llama", "", 2, [right]).Passed);
        foreach (double difference in new[] { 1e-3, double.NaN, double.PositiveInfinity })
        {
            Assert.False(new ParityResult("case", "llama", "", 1, [right with { Difference = difference }]).Passed);
        }
    }

    [Fact]
    public async Task The_page_ends_with_how_many_outputs_were_compared()
    {
        using var folder = new TemporaryFolder();
        string page = folder["parity.md"];
        (int exitCode, string output, _) = await CommandLine.RunAsync(new CommSharp.Cli.Commands.ParityCommand(), "parity", Bundled, "--markdown", page);
        Assert.Equal(0, exitCode);
        int expected = ParityManifest.Read(Bundled).Cases.Sum(parity => parity.Outputs.Count());
        Assert.EndsWith($"compared {expected} of {expected}\n", await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains($"compared {expected} of {expected}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cases_of_other_kinds_are_named_and_a_run_that_compares_nothing_fails()
    {
        using var folder = new TemporaryFolder();
        folder.Write("manifest.json", """{ "cases": [{ "name": "a", "kind": "tokenizer", "reference": "r", "expected_file": "f", "expected_tensors": {} }] }""");
        Outcome outcome = await CommandLine.RunAsync(new CommSharp.Cli.Commands.ParityCommand(), "parity", folder.Path);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("tokenizer", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was compared", outcome.Error, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Names(string folder) =>
        ParityManifest.Read(folder).Cases.Where(parity => ParityOutputs.Knows(parity.Kind)).Select(parity => parity.Name);

    private static void Check(string folder, string name)
    {
        ParityResult result = ParityRun.Run(folder, ParityManifest.Read(folder).Cases.Single(parity => parity.Name == name));
        Assert.True(result.Passed, result.Problem);
    }
}
