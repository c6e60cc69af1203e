using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using CommSharp.Checkpoints;
using CommSharp.Configuration;
using CommSharp.Fusion;
using CommSharp.Multimodal;
using CommSharp.Text;
using CommSharp.Vision;
using CommSharp.Vision.Families;

namespace CommSharp.Tests.Configuration;

public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("vision.branches[0].layrs=half", "layrs")]
    [InlineData("colour=red", "colour")]
    [InlineData("vision.branches[0].merge={\"kind\":\"average\"}", "average")]
    [InlineData("vision.branches[0].layers=deep", "no layer selection")]
    [InlineData("vision.combine=concatchannel", "combine")]
    [InlineData("vision.combine=1", "combine")]
    [InlineData("language.architecture.width=null", "width")]
    [InlineData("vision.branches[0].architecture.depth=\"many\"", "depth")]
    [InlineData("vision=null", "vision")]
    [InlineData("vision.projector={}", "\"kind\" is missing (at $.vision.projector)")]
    [InlineData("vision.projector={\"kind\":\"mlp\",\"blocks\":2000000000}", "\"vision.projector.blocks\" is 2000000000")]
    [InlineData("vision.branches[1].projection={\"kind\":\"mlp\",\"hiddenWidth\":0}", "\"vision.branches[1].projection.hiddenWidth\" is 0")]
    [InlineData("vision.branches[1].projection={\"kind\":\"mlp\",\"ratio\":-1}", "\"vision.branches[1].projection.ratio\" is -1")]
    [InlineData("vision.branches[0].merge={\"scales\":1}", "$.vision.branches[0].merge")]
    [InlineData("prompt={\"system\":\"a\",\"system\":\"b\"}", "is not valid JSON")]
    [InlineData("prompt={\"system\":\"\\ud800\"}", "is not valid JSON")]
    [InlineData("vision.branches=[]", "\"vision.branches\" is empty")]
    [InlineData("vision.branches=[null]", "\"vision.branches[0]\" is null")]
    [InlineData("vision.branches[1].architecture.patchSize=13", "\"vision.branches[1].architecture.patchSize\" is 13")]
    [InlineData("vision.branches[0].architecture.heads=0", "\"vision.branches[0].architecture.heads\" is 0")]
    [InlineData("vision.branches[0].architecture.heads=5", "a divisor of \"width\"")]
    [InlineData("vision.branches[0].architecture.depth=2147483647", "from 1 to 1024")]
    [InlineData("vision.branches[0].imageSize=-1", "\"vision.branches[0].imageSize\" is -1")]
    [InlineData("vision.branches[0].normalization={\"mean\":[0,0],\"deviation\":[1,1,1]}", "normalization.mean\" is [0, 0]")]
    [InlineData("vision.branches[0].normalization={\"mean\":[0,0,0],\"deviation\":[1,0,1]}", "three positive numbers")]
    [InlineData("language.architecture.keyValueHeads=3", "\"language.architecture.keyValueHeads\" is 3")]
    [InlineData("language.architecture.headWidth=127", "must be even")]
    [InlineData("language.architecture.rotaryBase=1e999", "\"language.architecture.rotaryBase\"")]
    [InlineData("language.architecture.scaling={\"kind\":\"linear\",\"factor\":0}", "\"language.architecture.scaling.factor\" is 0")]
    [InlineData("boxes.digits=9", "\"boxes.digits\" is 9")]
    [InlineData("boxes.separator=;", "\"boxes.separator\" is ';'")]
    [InlineData("prompt.image.token=\"\"", "\"prompt.image.token\" is empty")]
    public void A_wrong_member_is_an_error_that_names_it(string change, string named)
    {
        var error = Assert.Throws<ConfigurationException>(() => Presets.Load("comm-7b", change));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("comm-7b: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("layers")]
    [InlineData("vision.branches[9].layers=half")]
    [InlineData("vision.branches.layers=half")]
    [InlineData("name[0]=x")]
    [InlineData("a..b=1")]
    public void A_change_that_fits_nowhere_is_refused(string change) =>
        Assert.Contains(change, Assert.Throws<ConfigurationException>(() => Presets.Load("comm-7b", change)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{ "hidden_size": 1, "hidden_size": 2 }""", "is not valid JSON")]
    [InlineData("""{ "model_type": "\ud800" }""", "is not valid JSON")]
    [InlineData("""{ "\ud800": 1 }""", "is not valid JSON")]
    [InlineData("""{ "hidden_size": 2147483647 }""", "\"hidden_size\" is 2147483647, but must be from 1 to 1048576")]
    [InlineData("""{ "hidden_size": 64, "num_attention_heads": 5 }""", "\"heads\" is 5, but must be a divisor of \"width\"")]
    [InlineData("""{ "num_hidden_layers": 1025 }""", "from 1 to 1024")]
    public void A_config_of_others_is_refused_when_it_is_read(string json, string problem)
    {
        using var folder = new TemporaryFolder();
        folder.Write("config.json", json);
        var error = Assert.Throws<ConfigurationException>(() => VisionFamily.Named("clip").ReadConfig(HuggingFaceConfig.Read(folder["config.json"])));
        Assert.StartsWith($"{folder["config.json"]}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "a": "1", "a": "2" }""")]
    [InlineData("""{ "a": "\ud800" }""")]
    [InlineData("""{ "\ud800": "a" }""")]
    public void Our_own_files_are_read_as_strictly(string json) =>
        Assert.Throws<ConfigurationException>(() => ConfigurationFile.Parse<Dictionary<string, string>>("a.json", json));

    [Fact]
    public void Presets_and_the_configs_of_tests_are_valid()
    {
        Assert.All(Presets.Names, name => Presets.Load(name));
        TinyConfigs.Comm.Validate("tiny");
        (TinyConfigs.Comm with { Prompt = PromptTemplate.Vicuna with { AnswerEnd = "" } }).Validate("tiny");
    }

    [Fact]
    public void Names_out_of_files_cannot_command_a_terminal()
    {
        var report = new LoadReport([], [], [], [], ["a\u001b[2J"], [new ShapeMismatch("b\n", [1], [2])]);
        Assert.Equal(
            @"the weights do not fit the config: 1 of another shape (b\u000a is [1], expected [2]); 1 unexpected (a\u001b[2J).",
            report.Problem);
    }

    [Fact]
    public void Changes_apply_in_order()
    {
        MultimodalConfig config = Presets.Load(
            "comm-7b", "vision.branches[1].layers=last:2", "vision.branches[1].layers=half", "vision.branches[0].merge.normalization=softmax", "name=null");
        Assert.Equal(LayerSelection.Half, config.Vision.Branches[1].Layers);
        Assert.Equal(ScaleNormalization.Softmax, Assert.IsType<LayerscaleMerge>(config.Vision.Branches[0].Merge).Normalization);
        Assert.Null(config.Name);
    }

    /// <summary>Generated readers would lose them; see docs/decisions/0003.</summary>
    [Fact]
    public void Members_that_are_left_out_have_their_defaults()
    {
        VisionBranchConfig branch = Presets.Load("llava-1.5-7b").Vision.Branches[0];
        Assert.Equal(new SelectMerge(), branch.Merge);
        Assert.True(branch.Architecture.PositionedPrefix);
        Assert.Equal(1e-5, Assert.IsType<LayerscaleMerge>(Presets.Load("comm-7b").Vision.Branches[0].Merge).NormEpsilon);
    }

    /// <summary>The schema with which editors complete presets is made of the records themselves.</summary>
    [Fact]
    public void The_schema_is_that_of_the_records()
    {
        var options = new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = DescribeLayers };
        JsonNode schema = CommJson.Options.GetJsonSchemaAsNode(typeof(MultimodalConfig), options);
        Approved.Check("presets/schema/commsharp.schema.json", schema.ToJsonString(CommJson.Options) + "\n");
    }

    [Fact]
    public void A_file_appears_complete_or_not_at_all()
    {
        using var folder = new TemporaryFolder();
        ConfigurationFile.Write(folder["commsharp.json"], Presets.Load("shikra-7b"));
        Assert.Equal(["commsharp.json"], folder.Entries);
        Assert.Equal(32003, ConfigurationFile.Read<MultimodalConfig>(folder["commsharp.json"]).Language.Architecture.VocabularySize);
    }

    private static JsonNode DescribeLayers(JsonSchemaExporterContext context, JsonNode schema) => context.TypeInfo.Type == typeof(LayerSelection)
        ? JsonNode.Parse("""{ "description": "all, half, -2, 19..24, last:6, or numbers", "type": ["string", "integer", "array"] }""")!
        : schema;
}
