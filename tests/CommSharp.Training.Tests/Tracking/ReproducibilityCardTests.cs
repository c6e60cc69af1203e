using System.Text.Json;
using CommSharp.Runtime;
using CommSharp.Training.Tracking;
using CommSharp.Training.Tracking.Cards;

namespace CommSharp.Training.Tests.Tracking;

public sealed class ReproducibilityCardTests : IDisposable
{
    private const string Recipe = """{"name":"tiny | run","note":"``` <b>","steps":3}""";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_card_is_read_back_as_it_was_written()
    {
        ReproducibilityCard card = Card();
        CardFiles.Write(_folder.Path, card);
        ReproducibilityCard read = CardFiles.Read(_folder[CardFiles.JsonName]);
        Assert.Equal([CardFiles.JsonName, CardFiles.MarkdownName], _folder.Entries);
        Assert.Equal((card.Name, card.Identity, card.Versions), (read.Name, read.Identity, read.Versions));
        Assert.Equal(card.Data, read.Data);
        Assert.Equal(card.Seeds, read.Seeds);
        Assert.Equal(card.Totals, read.Totals);
        Assert.Equal(card.Outcome.BestValidation, read.Outcome.BestValidation);
        Assert.Equal(card.Hardware.InstructionSets, read.Hardware.InstructionSets);
        Assert.True(JsonElement.DeepEquals(card.Recipe, read.Recipe));
    }

    [Fact]
    public void People_read_what_programs_read_and_words_stay_words()
    {
        CardFiles.Write(_folder.Path, Card());
        string text = File.ReadAllText(_folder[CardFiles.MarkdownName]);
        string[] lines = text.Split('\n');
        Assert.Equal("# tiny \\| run", lines[0]);
        string[] rows =
        [
            "| last validation | loss 2 after step 4, exact answers 75 %, mean IoU 0.5 |", "| samples | 32, 4 a second |", "| forward and backward | 6.0 s |",
            "| device | cpu |", "| recipe | 17 |", "| data/a\\|b.jsonl | 12 bytes, SHA-256 abcd |", "| largest memory | 1.50 GB |", "| complete | yes |",
        ];
        Assert.All(rows, row => Assert.Contains(row, lines));
        Assert.Contains("````json\n{\n  \"name\": \"tiny | run\",", text, StringComparison.Ordinal);
        Assert.EndsWith("}\n````\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_names_versions_but_neither_the_computer_nor_a_home()
    {
        CardFiles.Write(_folder.Path, Card());
        string text = File.ReadAllText(_folder[CardFiles.JsonName]) + File.ReadAllText(_folder[CardFiles.MarkdownName]);
        Assert.DoesNotContain(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + Path.DirectorySeparatorChar, text, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, text, StringComparison.Ordinal);
        string[] words = text.Split([' ', '"', '\n', '|', ','], StringSplitOptions.RemoveEmptyEntries);
        Assert.DoesNotContain(Environment.MachineName, words);
        CardVersions versions = Card().Versions;
        Assert.StartsWith("3.119.4", versions.SkiaSharp, StringComparison.Ordinal);
        Assert.StartsWith("0.107.0", versions.TorchSharp, StringComparison.Ordinal);
        Assert.StartsWith("0.1.0", versions.CommSharp, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("null")]
    public void What_is_no_card_is_refused_in_one_line(string text)
    {
        string path = _folder.Write("card.json", text);
        CommSharpException error = Assert.ThrowsAny<CommSharpException>(() => CardFiles.Read(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private ReproducibilityCard Card()
    {
        using var timing = new TimingTracker(new ManualClock());
        timing.Start(MadeUp.Start(_folder.Path));
        MadeUp.Run(timing, 1, 4);
        timing.Validate(MadeUp.Validation(4, 2));
        timing.Finish(new TrainingEnd(4, true, null));
        var machine = MachineFacts.Read();
        return new ReproducibilityCard(
            ReproducibilityCard.CurrentFormat,
            "tiny | run",
            "0123abcd",
            CardFiles.Recipe(Recipe),
            [new CardSeed("recipe", 17)],
            CardVersions.Of(machine, NativeRuntime.Loaded),
            CardHardware.Of(machine, "cpu"),
            [new CardFile("data/a|b.jsonl", 12, "abcd")],
            timing.Totals,
            timing.Outcome);
    }
}
