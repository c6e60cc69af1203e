using System.Text.Json;
using CommSharp.Answering;
using CommSharp.Cli.Asking;
using CommSharp.Cli.Commands;
using CommSharp.Generation;
using CommSharp.Grounding;
using CommSharp.Imaging;
using CommSharp.Text;

namespace CommSharp.Cli.Tests.Asking;

public sealed class AskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    static AskTests()
    {
        if (Approved.IsWriting)
        {
            BundledModel.Write();
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task An_answer_of_random_weights_says_so_and_is_the_same_every_time()
    {
        Outcome first = await AskAsync("--max-tokens", "12");
        Assert.Equal(0, first.ExitCode);
        Assert.Contains("is not trained", first.Error, StringComparison.Ordinal);
        Assert.NotEmpty(first.Output.Trim());
        Assert.Equal(first.Output, (await AskAsync("--max-tokens", "12")).Output);
        Assert.NotEqual(first.Output, (await AskAsync("--max-tokens", "12", "--temperature", "1", "--seed", "2")).Output);
    }

    [Fact]
    public async Task Json_has_the_text_that_is_shown_otherwise()
    {
        Outcome shown = await AskAsync("--max-tokens", "12");
        Outcome json = await AskAsync("--max-tokens", "12", "--json");
        using var report = JsonDocument.Parse(json.Output);
        JsonElement answer = report.RootElement.GetProperty("answer");
        Assert.StartsWith(answer.GetProperty("text").GetString()!, shown.Output, StringComparison.Ordinal);
        Assert.Equal("length", answer.GetProperty("finish").GetString());
        Assert.Equal(12, answer.GetProperty("usage").GetProperty("answerTokens").GetInt32());
        Assert.Equal(16, answer.GetProperty("usage").GetProperty("imageTokens").GetInt32());
        Assert.Equal((320, 240), (report.RootElement.GetProperty("width").GetInt32(), report.RootElement.GetProperty("height").GetInt32()));
    }

    [Fact]
    public async Task Grounding_gives_boxes_within_the_picture_and_draws_them()
    {
        string drawn = _folder["found.png"];
        Outcome outcome = await CommandLine.RunAsync(
            new GroundCommand(), "ground", BundledModel.Picture, "the cup", "the plate", "--model", BundledModel.Folder, "--draw", drawn, "--json");
        Assert.Equal(0, outcome.ExitCode);
        using var report = JsonDocument.Parse(outcome.Output);
        JsonElement[] phrases = [.. report.RootElement.GetProperty("phrases").EnumerateArray()];
        Assert.Equal(["the cup", "the plate"], phrases.Select(phrase => phrase.GetProperty("question").GetString()!));
        Assert.All(phrases, phrase => Assert.Contains(
            phrase.GetProperty("phrases").EnumerateArray(), found => found.GetProperty("regions").GetArrayLength() > 0));
        foreach (JsonElement region in phrases.SelectMany(phrase => phrase.GetProperty("phrases").EnumerateArray()).SelectMany(phrase => phrase.GetProperty("regions").EnumerateArray()))
        {
            double[] box = [.. region.GetProperty("pixels").EnumerateArray().Select(value => value.GetDouble())];
            Assert.True(box[0] >= 0 && box[0] <= box[2] && box[2] <= 320 && box[1] >= 0 && box[1] <= box[3] && box[3] <= 240, string.Join(", ", box));
        }

        Assert.All(phrases.SelectMany(phrase => phrase.GetProperty("problems").EnumerateArray()), problem => Assert.EndsWith("in its padding.", problem.GetString(), StringComparison.Ordinal));
        RgbImage picture = ImageDecoder.Read(drawn);
        Assert.Equal((320, 240), (picture.Width, picture.Height));
        Assert.False(picture.Pixels.SequenceEqual(ImageDecoder.Read(BundledModel.Picture).Pixels));
    }

    [Theory]
    [InlineData("no such file", "missing.png")]
    [InlineData("not a picture", "text.png")]
    [InlineData("no model", "nowhere")]
    [InlineData("not a seeing model", "tower")]
    [InlineData("no tokenizer", "tokenizer")]
    [InlineData("no folder to draw into", "nowhere")]
    public async Task A_mistake_gets_one_line_and_exit_code_1(string mistake, string named)
    {
        string picture = BundledModel.Picture, model = BundledModel.Folder;
        string[] more = [];
        switch (mistake)
        {
            case "no such file": picture = _folder[named]; break;
            case "not a picture": picture = _folder.Write(named, "just words"); break;
            case "no model": model = _folder[named]; break;
            case "not a seeing model": model = TinyModels.Clip(_folder[named]); break;
            case "no tokenizer":
                model = SeeingModels.Write("comm", _folder["comm"]);
                File.Delete(_folder["comm", "language", "tokenizer.model"]);
                break;
            default: more = ["--draw", _folder[named, "cup.png"]]; break;
        }

        Outcome outcome = await CommandLine.RunAsync(new AskCommand(), ["ask", picture, "What is this?", "--model", model, .. more]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains(named, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => !line.Contains("is not trained", StringComparison.Ordinal));
        Assert.Empty(outcome.Output);
    }

    [Theory]
    [InlineData("squash", "--fit", "squash")]
    [InlineData("7", "--fit", "7")]
    [InlineData("many", "--max-tokens", "many")]
    [InlineData("warm", "--temperature", "warm")]
    [InlineData("-3", "--seed", "-3")]
    [InlineData("temperature", "--temperature", "-1")]
    [InlineData("top-p", "--top-p", "2")]
    [InlineData("--temperature: '0,7' is not a number", "--temperature", "0,7")]
    public async Task Wrong_usage_is_told_without_names_of_types(string named, params string[] more)
    {
        Outcome outcome = await AskAsync(more);
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(named, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("commsharp ask --help", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("CommSharp.", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pixels_in_json_are_rounded_to_hundredths_and_cut_boxes_keep_those_before()
    {
        Outcome outcome = await CommandLine.RunAsync(
            new GroundCommand(), "ground", BundledModel.Picture, "the cup", "--model", BundledModel.Folder, "--max-tokens", "40", "--json");
        Assert.Contains("(the boxes before it are complete)", outcome.Error, StringComparison.Ordinal);
        using var report = JsonDocument.Parse(outcome.Output);
        JsonElement answer = report.RootElement.GetProperty("phrases")[0];
        JsonElement phrase = Assert.Single(answer.GetProperty("phrases").EnumerateArray());
        IEnumerable<JsonElement> regions = phrase.GetProperty("regions").EnumerateArray();
        string[] pixels = [.. regions.SelectMany(region => region.GetProperty("pixels").EnumerateArray()).Select(value => value.GetRawText())];
        Assert.NotEmpty(pixels);
        Assert.All(pixels, value => Assert.Matches(@"^\d+(\.\d{1,2})?$", value));
        Assert.Contains("The text ends in the middle of a box.", Assert.Single(answer.GetProperty("problems").EnumerateArray()).GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Pixels_are_rounded_and_fractions_are_as_the_model_wrote_them()
    {
        var region = new AnswerRegion(new NormalizedBox(0.1, 0.2, 1 / 3.0, 1), new PixelBox(123.00000000001, 0.125, 10.004999, 320));
        var span = new TextSpan(0, 0);
        var answer = new Answer(
            "", [new AnswerPhrase("", span, span, [region], [new PixelPoint(1 / 3.0, 2)], 0.5)], [], FinishReason.EndOfText, new AnswerUsage(1, 1, 0, 1), new AnswerTiming(0, 0, 0));
        PhraseReport phrase = Assert.Single(AnswerReport.Of("", answer).Phrases);
        Assert.Equal([123, 0.12, 10, 320], Assert.Single(phrase.Regions).Pixels);
        Assert.Equal([0.1, 0.2, 1 / 3.0, 1], Assert.Single(phrase.Regions).Normalized);
        Assert.Equal([0.33, 2], Assert.Single(phrase.Points));
    }

    [Fact]
    public async Task A_place_in_pixels_is_asked_as_the_model_writes_it()
    {
        // 320 x 240 is padded to 320 x 320, so the middle of the picture is the middle of the square.
        Outcome pixels = await AskAboutAsync("What is at <point 160,120>?");
        Assert.Equal(0, pixels.ExitCode);
        Assert.Equal((await AskAboutAsync("What is at [0.500,0.500]?")).Output, pixels.Output);
        Assert.NotEqual((await AskAboutAsync("What is at <point 10,10>?")).Output, pixels.Output);
    }

    [Theory]
    [InlineData("<point 1,2,3>", "'<point 1,2,3>' is no point")]
    [InlineData("<box 10,20,110", "'<box 10,20,110' is no box")]
    [InlineData("<box 10,20,110,241>", "lies outside of the picture, which has 320 x 240 pixels")]
    public async Task A_place_that_is_none_is_wrong_usage_and_needs_no_model(string question, string said)
    {
        Outcome outcome = await CommandLine.RunAsync(new AskCommand(), "ask", BundledModel.Picture, question, "--model", "nowhere");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_says_what_each_dtype_means_and_which_is_taken()
    {
        Outcome ask = await CommandLine.RunAsync(new AskCommand(), "ask", "--help");
        Assert.Contains("stored (as the model's files have them), float32 (4 bytes a weight, 7 digits), bfloat16 (", ask.Output, StringComparison.Ordinal);
        Assert.Contains("[default: stored]", ask.Output, StringComparison.Ordinal);
        Outcome features = await CommandLine.RunAsync(new FeaturesCommand(), "features", "--help");
        Assert.Contains("[default: float32]", features.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_meant_is_wrong_usage()
    {
        Outcome[] outcomes =
        [
            await CommandLine.RunAsync(new AskCommand(), "ask", BundledModel.Picture, " ", "--model", BundledModel.Folder),
            await CommandLine.RunAsync(new GroundCommand(), "ground", BundledModel.Picture, "the cup", "--model", BundledModel.Folder, "--template", "Where?"),
            await CommandLine.RunAsync(new ComposeCommand(), "compose", _folder["composed"]),
            await CommandLine.RunAsync(new FeaturesCommand(), "features", BundledModel.Folder, "pixels", "--out", _folder["out"], "--tower", "3"),
        ];
        Assert.All(outcomes, outcome => Assert.True(outcome.ExitCode == 2, outcome.Error));
    }

    [Fact]
    public async Task An_option_that_does_not_fit_the_folder_is_refused_and_not_ignored()
    {
        Outcome tower = await AskAsync("--vision-tower", "anywhere");
        Assert.Equal(1, tower.ExitCode);
        Assert.Contains("leave --vision-tower out", tower.ErrorLine, StringComparison.Ordinal);
        Outcome delta = await CommandLine.RunAsync(new ConvertCommand(), "convert", BundledModel.Folder, _folder["out"], "--base", "anywhere");
        Assert.Equal(1, delta.ExitCode);
        Assert.Contains("leave --base out", delta.ErrorLine, StringComparison.Ordinal);
        Assert.Empty(_folder.Entries);
    }

    private static Task<Outcome> AskAboutAsync(string question) =>
        CommandLine.RunAsync(new AskCommand(), "ask", BundledModel.Picture, question, "--model", BundledModel.Folder, "--max-tokens", "8");

    private static Task<Outcome> AskAsync(params string[] more) =>
        CommandLine.RunAsync(new AskCommand(), ["ask", BundledModel.Picture, "Where is the cup?", "--model", BundledModel.Folder, .. more]);
}
